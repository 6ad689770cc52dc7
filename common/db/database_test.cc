#include "common/db/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/barrier.h"
#include "absl/synchronization/notification.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "tests/support/sql.h"
#include "tests/support/test_database.h"

namespace regiokompas::db {
namespace {

using test::SqlSession;
using test::TestDatabase;
using testing::HasSubstr;
using testing::Not;

class PoolTest : public testing::Test {
 protected:
  void SetUp() override { MakePool({.connection = database_.App("catalogue")}); }

  void MakePool(PoolOptions options) {
    pool_ = std::make_unique<Pool>(std::move(options), [this](const Call* /*call*/, absl::string_view cause) {
      absl::MutexLock lock(&mutex_);
      causes_.emplace_back(cause);
    });
  }

  Call MakeCall(absl::Duration time = absl::Seconds(10)) {
    Call call{.clock = clock_, .method = "test/Test", .request_id = "test"};
    call.owner = "GM0677";
    call.principal.owners = {{"GM0677", {}}, {"GM0299", {}}};
    call.deadline = absl::Now() + time;
    return call;
  }

  // Runs one statement in a transaction of its own and returns its first value.
  absl::StatusOr<std::string> Value(const std::string& sql, const std::vector<Param>& params = {},
                                    Access access = Access::kReadWrite, absl::Duration time = absl::Seconds(10)) {
    Call call = MakeCall(time);
    std::string value;
    const absl::Status status = pool_->Run(call, access, [&](Transaction& transaction) -> absl::Status {
      // The text is the name, as a prepared statement is known by its name.
      ASSIGN_OR_RETURN(const Result rows, transaction.Query({sql, sql}, params));
      if (rows.size() > 0) value = rows.IsNull(0, 0) ? "NULL" : rows.Text(0, 0);
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    return value;
  }

  std::string Reason(const absl::StatusOr<std::string>& value) { return errors::ReasonOf(value.status()); }

  TestDatabase database_;
  SqlSession superuser_{database_.Superuser()};
  FixedClock clock_{absl::UnixEpoch()};
  absl::Mutex mutex_;
  std::vector<std::string> causes_;
  std::unique_ptr<Pool> pool_;
};

TEST_F(PoolTest, ATransactionActsForTheOwnerOfItsCall) {
  EXPECT_EQ(*Value("SELECT app_owner()"), "GM0677");
  EXPECT_EQ(*Value("SELECT app_receivers()"), "NULL");
  EXPECT_EQ(*Value("SELECT app_now()"), "1970-01-01 00:00:00+00");
  EXPECT_EQ(*Value("SELECT app_feed()"), "f");
  EXPECT_EQ(*Value("SELECT current_setting('TimeZone')"), "UTC");
  EXPECT_EQ(*Value("SELECT current_user"), "catalogue_app");
}

// Who reads what others share must not see a row as if it were the owner.
TEST_F(PoolTest, AReceiverActsForNoOwner) {
  Call call = MakeCall();
  call.receivers = {"RG-achterhoek", "GM0299"};
  ASSERT_TRUE(pool_
                  ->Run(call, Access::kReadOnly,
                        [&](Transaction& transaction) -> absl::Status {
                          ASSIGN_OR_RETURN(const Result rows,
                                           transaction.Query({"x", "SELECT app_owner(), app_receivers()"}, {}));
                          EXPECT_TRUE(rows.IsNull(0, 0));
                          EXPECT_EQ(rows.Text(0, 1), "{RG-achterhoek,GM0299}");
                          return absl::OkStatus();
                        })
                  .ok());
}

TEST_F(PoolTest, AReadIsOfOneMoment) {
  superuser_.Query("CREATE TABLE catalogue.moments (n int); GRANT SELECT ON catalogue.moments TO catalogue_app");
  Call call = MakeCall();
  ASSERT_TRUE(
      pool_
          ->Run(call, Access::kReadOnly,
                [&](Transaction& transaction) -> absl::Status {
                  for (const char* name : {"first", "second"}) {
                    ASSIGN_OR_RETURN(const Result rows, transaction.Query({name, "SELECT count(*) FROM moments"}, {}));
                    EXPECT_EQ(rows.Int(0, 0), 0) << name;
                    superuser_.Query("INSERT INTO catalogue.moments VALUES (1)");
                  }
                  return absl::OkStatus();
                })
          .ok());
}

TEST_F(PoolTest, TheOwnerEndsWithTheTransaction) {
  const std::string session = *Value("SELECT pg_backend_pid()");
  Call call = MakeCall();
  call.owner = "";
  std::string owner;
  ASSERT_TRUE(pool_
                  ->Run(call, Access::kReadOnly,
                        [&](Transaction& transaction) -> absl::Status {
                          ASSIGN_OR_RETURN(const Result rows,
                                           transaction.Query({"x", "SELECT app_owner(), pg_backend_pid()"}, {}));
                          EXPECT_TRUE(rows.IsNull(0, 0));
                          EXPECT_EQ(rows.Text(0, 1), session);
                          return absl::OkStatus();
                        })
                  .ok());
}

TEST_F(PoolTest, ValuesGoThereAndBack) {
  const absl::Time time = absl::FromUnixMicros(1'768'471'200'123'456);
  EXPECT_EQ(*Value("SELECT (extract(epoch FROM $1::timestamptz) * 1000000)::bigint", {Param::Time(time)}),
            "1768471200123456");
  EXPECT_EQ(*Value("SELECT $1::text", {std::nullopt}), "NULL");
  EXPECT_EQ(*Value("SELECT $1::text", {"é'\"\\ $1"}), "é'\"\\ $1");
  EXPECT_EQ(*Value("SELECT $1::bigint - 1", {int64_t{1} << 62}), "4611686018427387903");
  Call call = MakeCall();
  const std::string bytes("\0\x01\xff'\\", 5);
  ASSERT_TRUE(pool_
                  ->Run(call, Access::kReadOnly,
                        [&](Transaction& transaction) -> absl::Status {
                          ASSIGN_OR_RETURN(const Result rows,
                                           transaction.Query({"b", "SELECT $1::bytea, 7"}, {Param::Bytes(bytes)}));
                          EXPECT_EQ(rows.Bytes(0, 0), bytes);
                          EXPECT_EQ(rows.Int(0, 1), 7);
                          return absl::OkStatus();
                        })
                  .ok());
}

TEST_F(PoolTest, AnErrorOfTheWorkUndoesIt) {
  Call call = MakeCall();
  const absl::Status status = pool_->Run(call, Access::kReadWrite, [](Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(transaction.Query({"i", "INSERT INTO change_heads VALUES ('GM0677', 5, now())"}, {}).status());
    return errors::Make(errors::kConflict);
  });
  EXPECT_EQ(errors::ReasonOf(status), "CONFLICT");
  EXPECT_EQ(*Value("SELECT count(*) FROM change_heads"), "0");
  EXPECT_TRUE(Value("INSERT INTO change_heads VALUES ('GM0677', 5, now())").ok());
  EXPECT_EQ(*Value("SELECT sequence FROM change_heads"), "5");
  EXPECT_GT(call.database_time, absl::ZeroDuration());
}

TEST_F(PoolTest, AReadOnlyTransactionCannotWrite) {
  EXPECT_FALSE(Value("INSERT INTO change_heads VALUES ('GM0677', 5, now())", {}, Access::kReadOnly).ok());
  EXPECT_EQ(superuser_.Value("SELECT count(*) FROM catalogue.change_heads"), "0");
}

TEST_F(PoolTest, ConnectionsAreUsedAgain) {
  const std::string first = *Value("SELECT pg_backend_pid()");
  EXPECT_EQ(*Value("SELECT pg_backend_pid()"), first);
  EXPECT_FALSE(Value("SELECT er_is_niets").ok());
  EXPECT_EQ(*Value("SELECT pg_backend_pid()"), first) << "a failed statement is no reason to connect again";
  EXPECT_EQ(pool_->Counts().idle, 1);
  EXPECT_EQ(pool_->Counts().leased, 0);
}

TEST_F(PoolTest, WhoDoesNotFitWaits) {
  MakePool({.connection = database_.App("catalogue"), .max_connections = 2, .max_waiters = 8});
  std::atomic<int> at_once = 0;
  std::atomic<int> most = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      Call call = MakeCall();
      EXPECT_EQ(pool_->Run(call, Access::kReadOnly,
                           [&](Transaction& transaction) {
                             const int now = ++at_once;
                             int before = most;
                             while (now > before && !most.compare_exchange_weak(before, now)) {
                             }
                             absl::Status status = transaction.Query({"s", "SELECT pg_sleep(0.05)"}, {}).status();
                             --at_once;
                             return status;
                           }),
                absl::OkStatus());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(most, 2);
  EXPECT_EQ(pool_->Counts().idle, 2);
}

TEST_F(PoolTest, WaitingEndsWithTheDeadlineAndTheQueueIsBounded) {
  MakePool({.connection = database_.App("catalogue"), .max_connections = 1, .max_waiters = 1});
  absl::Notification leased;
  absl::Notification release;
  std::thread holder([&] {
    Call call = MakeCall();
    EXPECT_EQ(pool_->Run(call, Access::kReadOnly,
                         [&](Transaction&) {
                           leased.Notify();
                           release.WaitForNotification();
                           return absl::OkStatus();
                         }),
              absl::OkStatus());
  });
  leased.WaitForNotification();
  EXPECT_EQ(pool_->Counts().leased, 1);

  absl::Notification waiting_ended;
  std::thread waiter([&] {
    absl::Time start;
    std::string reason;
    // Again when the other thread had the one place in the queue.
    do {
      start = absl::Now();
      reason = Reason(Value("SELECT 1", {}, Access::kReadOnly, absl::Milliseconds(400)));
    } while (reason == "OVERLOADED");
    EXPECT_EQ(reason, "DEADLINE_EXCEEDED");
    EXPECT_GE(absl::Now() - start, absl::Milliseconds(390));
    EXPECT_LT(absl::Now() - start, absl::Seconds(3));
    waiting_ended.Notify();
  });
  // Beside the one that waits there is no place: the answer comes at once, although there would be time to wait.
  bool overloaded = false;
  while (!overloaded && !waiting_ended.HasBeenNotified()) {
    overloaded = Reason(Value("SELECT 1", {}, Access::kReadOnly, absl::Milliseconds(20))) == "OVERLOADED";
    absl::SleepFor(absl::Milliseconds(1));
  }
  EXPECT_TRUE(overloaded);
  waiter.join();
  EXPECT_TRUE(pool_->Ping(absl::Now() + absl::Seconds(5)).ok()) << "busy is not away";
  release.Notify();
  holder.join();
  EXPECT_TRUE(pool_->Ping(absl::Now() + absl::Seconds(5)).ok());
}

TEST_F(PoolTest, AConnectionThatDiedWhileIdleIsReplaced) {
  const std::string dead = *Value("SELECT pg_backend_pid()");
  superuser_.Query("SELECT pg_terminate_backend(" + dead + ", 5000)");
  const absl::StatusOr<std::string> next = Value("SELECT pg_backend_pid()");
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_NE(*next, dead);
  EXPECT_EQ(pool_->Counts().idle, 1);
  EXPECT_EQ(pool_->Counts().leased, 0);
}

TEST_F(PoolTest, APingDoesNotWaitForAServerThatSaysNothing) {
  ASSERT_TRUE(pool_->Ping(absl::Now() + absl::Seconds(5)).ok());
  const auto silent = static_cast<pid_t>(
      std::stol(*Value("SELECT pid FROM pg_stat_activity WHERE query = 'SELECT 1' AND datname = current_database()")));
  ASSERT_EQ(kill(silent, SIGSTOP), 0) << "not allowed to stop a process of the cluster";
  const absl::Time start = absl::Now();
  const absl::Status status = pool_->Ping(start + absl::Milliseconds(200));
  const absl::Duration taken = absl::Now() - start;
  kill(silent, SIGCONT);
  EXPECT_EQ(errors::ReasonOf(status), "UNAVAILABLE");
  EXPECT_LT(taken, absl::Seconds(10));
  EXPECT_TRUE(pool_->Ping(absl::Now() + absl::Seconds(5)).ok());
}

TEST_F(PoolTest, AConnectionThatDiesAtWorkIsUnavailableAndNotUsedAgain) {
  Call call = MakeCall();
  int runs = 0;
  const absl::Status status = pool_->Run(call, Access::kReadWrite, [&](Transaction& transaction) -> absl::Status {
    ++runs;
    ASSIGN_OR_RETURN(const Result rows, transaction.Query({"p", "SELECT pg_backend_pid()"}, {}));
    superuser_.Query("SELECT pg_terminate_backend(" + rows.Text(0, 0) + ", 5000)");
    return transaction.Query({"q", "SELECT 1"}, {}).status();
  });
  EXPECT_EQ(errors::ReasonOf(status), "UNAVAILABLE");
  EXPECT_EQ(runs, 1) << "whether it may be repeated is for the caller to say";
  EXPECT_EQ(pool_->Counts().idle, 0);
  EXPECT_EQ(pool_->Counts().leased, 0);
  EXPECT_TRUE(Value("SELECT 1").ok());
}

TEST_F(PoolTest, ALostConnectionAtCommitIsInDoubt) {
  SqlSession owner(database_.Owner("catalogue"));
  owner.Query(
      "CREATE TABLE fatal (n integer);"
      "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
      "  $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END $$;"
      "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON fatal DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE "
      "FUNCTION die()");
  EXPECT_EQ(Reason(Value("INSERT INTO fatal VALUES (1)")), "COMMIT_OUTCOME_UNKNOWN");
  EXPECT_EQ(pool_->Counts().leased, 0);
  EXPECT_EQ(*Value("SELECT count(*) FROM fatal"), "0");
}

TEST_F(PoolTest, AStatementEndsWithTheDeadline) {
  const absl::Time start = absl::Now();
  EXPECT_EQ(Reason(Value("SELECT pg_sleep(20)", {}, Access::kReadOnly, absl::Milliseconds(300))), "DEADLINE_EXCEEDED");
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
  EXPECT_EQ(*Value("SELECT 1"), "1");
  EXPECT_EQ(*Value("SELECT current_setting('statement_timeout')::interval > interval '1 second'"), "t")
      << "the timeout ends with its transaction";
}

TEST_F(PoolTest, ASerializationFailureRunsAgain) {
  SqlSession owner(database_.Owner("catalogue"));
  owner.Query(
      "CREATE SEQUENCE attempts;"
      // A sequence remembers what a rolled back transaction took.
      "CREATE FUNCTION fail_until(last integer) RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE n bigint := "
      "nextval('attempts');"
      "BEGIN IF n < last THEN RAISE SQLSTATE '40001'; END IF; RETURN n; END $$");
  EXPECT_EQ(*Value("SELECT fail_until(3)"), "3");
  owner.Query("ALTER SEQUENCE attempts RESTART");
  const absl::StatusOr<std::string> never = Value("SELECT fail_until(1000)");
  EXPECT_EQ(never.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Reason(never), "CONFLICT");
  EXPECT_EQ(owner.Value("SELECT last_value FROM attempts"), "3") << "three attempts are enough";
}

TEST_F(PoolTest, OneOfTwoInADeadlockRunsAgain) {
  absl::Barrier* const barrier = new absl::Barrier(2);
  const auto lock_both = [&](int first, int second) {
    Call call = MakeCall();
    bool met = false;
    return pool_->Run(call, Access::kReadWrite, [&](Transaction& transaction) -> absl::Status {
      const Statement lock{"lock", "SELECT pg_advisory_xact_lock($1)"};
      RETURN_IF_ERROR(transaction.Query(lock, {int64_t{first}}).status());
      if (!met && barrier->Block()) delete barrier;
      met = true;
      return transaction.Query(lock, {int64_t{second}}).status();
    });
  };
  absl::Status other;
  std::thread thread([&] { other = lock_both(2, 1); });
  EXPECT_EQ(lock_both(1, 2), absl::OkStatus());
  thread.join();
  EXPECT_EQ(other, absl::OkStatus());
}

TEST_F(PoolTest, CausesAreLoggedAndNotTold) {
  const absl::StatusOr<std::string> failed = Value("SELECT geheime_kolom FROM activities");
  EXPECT_EQ(Reason(failed), "INTERNAL");
  EXPECT_THAT(std::string(failed.status().message()), Not(HasSubstr("geheime_kolom")));
  ASSERT_EQ(causes_.size(), 1u);
  EXPECT_THAT(causes_[0], HasSubstr("geheime_kolom"));
}

TEST_F(PoolTest, WithoutAServerItIsUnavailable) {
  MakePool({.connection = "host=/nergens/socket user=catalogue_app", .max_connections = 1});
  for (int i = 0; i < 3; ++i) {
    const absl::StatusOr<std::string> failed = Value("SELECT 1");
    EXPECT_EQ(Reason(failed), "UNAVAILABLE") << "a failed connection gives its place back";
    EXPECT_THAT(std::string(failed.status().message()), Not(HasSubstr("nergens")));
  }
  EXPECT_FALSE(pool_->Ping(absl::Now() + absl::Seconds(1)).ok());
  EXPECT_EQ(pool_->Counts().leased, 0);
}

}  // namespace
}  // namespace regiokompas::db
