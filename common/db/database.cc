#include "common/db/database.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <pqxx/pqxx>
#include <random>
#include <set>
#include <thread>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "common/db/sqlstate.h"

namespace regiokompas::db {
namespace {

constexpr absl::Duration kMaxLifetime = absl::Minutes(30);
constexpr absl::Duration kTimeoutMargin = absl::Milliseconds(50);
constexpr int kMaxAttempts = 3;

// What is read in one transaction is of one moment, however many statements it takes.
using Snapshot = pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>;

// libpq waits for ever on a dead host unless told otherwise.
constexpr char kConnectionDefaults[] =
    " connect_timeout=3 keepalives_idle=10 keepalives_interval=5 keepalives_count=3 tcp_user_timeout=10000";

// Who reads what, when, and for how long, in one round trip; all end with the transaction. Who reads what others share
// is not the owner: then no owner is set, and the policies show what the shares in force say.
const Statement& Settings() {
  static const auto* const kStatement =
      new Statement{"call.settings",
                    "SELECT set_config('app.owner', $1, true), set_config('app.receivers', $2, true), "
                    "set_config('app.now', $3, true), set_config('app.feed', $4, true), "
                    "set_config('statement_timeout', $5, true), set_config('lock_timeout', $5, true)"};
  return *kStatement;
}

// While it lives, what waits on `socket` fails at `deadline`: libpq waits for ever on a server that is there and says
// nothing.
class AnswerLimit {
 public:
  // A socket of its own: libpq closes its own when it fails, and then the number may be that of another.
  AnswerLimit(int socket, absl::Time deadline)
      : socket_(dup(socket)), watch_([this, deadline] {
          if (!answered_.WaitForNotificationWithTimeout(deadline - absl::Now())) shutdown(socket_, SHUT_RDWR);
        }) {}
  ~AnswerLimit() {
    answered_.Notify();
    watch_.join();
    close(socket_);
  }
  AnswerLimit(const AnswerLimit&) = delete;
  AnswerLimit& operator=(const AnswerLimit&) = delete;

 private:
  const int socket_;
  absl::Notification answered_;
  std::thread watch_;
};

}  // namespace

Param Param::Time(absl::Time time) {
  return Param(absl::FormatTime("%E4Y-%m-%d %H:%M:%E6S+00", time, absl::UTCTimeZone()));
}

Param Param::Bytes(absl::string_view bytes) { return Param(absl::StrCat("\\x", absl::BytesToHexString(bytes))); }

int Result::size() const { return static_cast<int>(rows_->size()); }

bool Result::IsNull(int row, int column) const { return (*rows_)[row][column].is_null(); }

std::string Result::Text(int row, int column) const {
  const auto field = (*rows_)[row][column];
  return std::string(field.c_str(), field.size());
}

int64_t Result::Int(int row, int column) const { return (*rows_)[row][column].as<int64_t>(); }

std::string Result::Bytes(int row, int column) const { return absl::HexStringToBytes(Text(row, column).substr(2)); }

absl::Time Result::Time(int row, int column) const { return absl::FromUnixMicros(Int(row, column)); }

// One session; used by one thread at a time.
class Pool::Connection {
 public:
  explicit Connection(const std::string& options) : session_(options), connected_(absl::Now()) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    // libpqxx 6 would reconnect silently and lose the session's state.
    session_.inhibit_reactivation(true);
#pragma GCC diagnostic pop
  }

  pqxx::connection& session() { return session_; }
  absl::Time connected() const { return connected_; }

  void PrepareOnce(const Statement& statement) {
    if (prepared_.insert(statement.name).second) session_.prepare(statement.name, statement.sql);
  }

  // Set when the session can not be used again.
  bool broken = false;

 private:
  pqxx::connection session_;
  const absl::Time connected_;
  std::set<std::string> prepared_;
};

class Pool::OpenTransaction final : public Transaction {
 public:
  OpenTransaction(Connection& connection, pqxx::transaction_base& transaction, const Call& call,
                  const LogCause& log_cause)
      : connection_(connection), transaction_(transaction), call_(call), log_cause_(log_cause) {}

  absl::StatusOr<Result> Query(const Statement& statement, const std::vector<Param>& params) override {
    try {
      std::vector<const char*> values;
      values.reserve(params.size());
      for (const Param& param : params) values.push_back(param.value() ? param.value()->c_str() : nullptr);
      const auto all = pqxx::prepare::make_dynamic_params(values);
      if (!statement.prepare) {
        return Result(std::make_shared<const pqxx::result>(transaction_.exec_params(statement.sql, all)));
      }
      connection_.PrepareOnce(statement);
      return Result(std::make_shared<const pqxx::result>(transaction_.exec_prepared(statement.name, all)));
    } catch (const std::exception& error) {
      return Fail(error, statement.name);
    }
  }

  // Records the failure and gives the caller's view of it.
  absl::Status Fail(const std::exception& error, absl::string_view where) {
    const Failure failure = Translate(error, absl::Now() >= call_.deadline - kTimeoutMargin);
    log_cause_(&call_, absl::StrCat(where, ": ", error.what()));
    connection_.broken |= failure.broken;
    retry_ |= failure.retry;
    if (absl::IsPermissionDenied(failure.status)) {
      return Forbidden(call_);
    }
    return failure.status;
  }

  bool retry() const { return retry_; }

 private:
  Connection& connection_;
  pqxx::transaction_base& transaction_;
  const Call& call_;
  const LogCause& log_cause_;
  bool retry_ = false;
};

Pool::Pool(PoolOptions options, LogCause log_cause) : options_(std::move(options)), log_cause_(std::move(log_cause)) {}

Pool::~Pool() = default;

PoolCounts Pool::Counts() const {
  absl::MutexLock lock(&mutex_);
  const int idle = static_cast<int>(idle_.size());
  return {open_ - idle, idle};
}

absl::StatusOr<std::unique_ptr<Pool::Connection>> Pool::Connect(const Call* call) {
  try {
    return std::make_unique<Connection>(absl::StrCat(options_.connection, kConnectionDefaults));
  } catch (const std::exception& error) {
    log_cause_(call, absl::StrCat("connect: ", error.what()));
    return errors::MakeRetryable(errors::kUnavailable);
  }
}

absl::StatusOr<std::unique_ptr<Pool::Connection>> Pool::Acquire(const Call* call, absl::Time deadline, bool fresh) {
  std::vector<std::unique_ptr<Connection>> expired;  // closed outside the lock
  {
    absl::MutexLock lock(&mutex_);
    if (waiters_ >= options_.max_waiters) return errors::MakeRetryable(errors::kOverloaded);
    ++waiters_;
    const auto available = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return !idle_.empty() || open_ < options_.max_connections;
    };
    const bool granted = mutex_.AwaitWithDeadline(absl::Condition(&available), deadline);
    --waiters_;
    if (!granted) return errors::Make(errors::kDeadlineExceeded);
    const absl::Time oldest = absl::Now() - kMaxLifetime;
    while (!idle_.empty()) {
      std::unique_ptr<Connection> connection = std::move(idle_.back());
      idle_.pop_back();
      if (!fresh && connection->connected() > oldest) return connection;
      --open_;
      expired.push_back(std::move(connection));
    }
    ++open_;
  }
  absl::StatusOr<std::unique_ptr<Connection>> connection = Connect(call);
  if (!connection.ok()) {
    absl::MutexLock lock(&mutex_);
    --open_;
  }
  return connection;
}

void Pool::Release(std::unique_ptr<Connection> connection) {
  absl::MutexLock lock(&mutex_);
  if (connection->broken) {
    --open_;
  } else {
    idle_.push_back(std::move(connection));
  }
}

// A pooled connection may have died since its last use; BEGIN shows it, and then one fresh connection is tried.
absl::Status Pool::Begin(const Call& call, Access access, std::unique_ptr<Connection>& connection,
                         std::unique_ptr<pqxx::transaction_base>& transaction) {
  absl::Status status;
  for (const bool fresh : {false, true}) {
    ASSIGN_OR_RETURN(std::unique_ptr<Connection> candidate, Acquire(&call, call.deadline, fresh));
    try {
      if (access == Access::kReadOnly) {
        transaction = std::make_unique<Snapshot>(candidate->session());
      } else {
        transaction = std::make_unique<pqxx::work>(candidate->session());
      }
      connection = std::move(candidate);
      return absl::OkStatus();
    } catch (const std::exception& error) {
      const Failure failure = Translate(error, false);
      candidate->broken = true;
      Release(std::move(candidate));
      log_cause_(&call, absl::StrCat("begin: ", error.what()));
      status = failure.status;
      if (!failure.broken) break;
    }
  }
  return status;
}

absl::Status Pool::RunOnce(Call& call, Access access, absl::FunctionRef<absl::Status(Transaction&)> work, bool& retry) {
  retry = false;
  std::unique_ptr<Connection> connection;
  std::unique_ptr<pqxx::transaction_base> transaction;
  RETURN_IF_ERROR(Begin(call, access, connection, transaction));
  // The transaction goes before its connection: the lease ends when this function does.
  auto release = absl::MakeCleanup([&] {
    transaction.reset();
    Release(std::move(connection));
  });

  OpenTransaction open(*connection, *transaction, call, log_cause_);
  const int64_t timeout = std::max<int64_t>(1, absl::ToInt64Milliseconds(call.deadline - absl::Now() - kTimeoutMargin));
  absl::Status status = open.Query(Settings(), {call.receivers.empty() ? call.owner : "",
                                                absl::StrJoin(call.receivers, ","), Param::Time(call.clock.Now()),
                                                call.feed ? "on" : "off", std::min<int64_t>(timeout, 15'000)})
                            .status();
  if (status.ok()) status = work(open);
  if (!status.ok()) {
    retry = open.retry();
    return status;
  }
  try {
    // Never cancelled: once COMMIT is sent its outcome is awaited.
    transaction->commit();
  } catch (const std::exception& error) {
    status = open.Fail(error, "commit");
    retry = open.retry();
    if (access == Access::kReadWrite && connection->broken) return errors::Make(errors::kCommitOutcomeUnknown);
  }
  return status;
}

absl::Status Pool::Run(Call& call, Access access, absl::FunctionRef<absl::Status(Transaction&)> work) {
  const absl::Time start = absl::Now();
  absl::Status status;
  for (int attempt = 1; attempt <= kMaxAttempts; ++attempt) {
    bool retry = false;
    status = RunOnce(call, access, work, retry);
    if (!retry || absl::Now() >= call.deadline) break;
    thread_local std::minstd_rand random{std::random_device{}()};
    absl::SleepFor(absl::Milliseconds(std::uniform_int_distribution<int>(1, 10 * attempt)(random)));
  }
  call.database_time += absl::Now() - start;
  return status;
}

absl::Status Pool::Ping(absl::Time deadline) {
  absl::MutexLock lock(&ping_mutex_);
  // The connection may have died with a server that is back: then a fresh one tells.
  for (const bool fresh : {false, true}) {
    if (fresh || ping_ == nullptr || ping_->connected() < absl::Now() - kMaxLifetime) {
      ASSIGN_OR_RETURN(ping_, Connect(nullptr));
    }
    try {
      const AnswerLimit limit(ping_->session().sock(), deadline);
      pqxx::nontransaction probe(ping_->session());
      probe.exec("SELECT 1");
      return absl::OkStatus();
    } catch (const std::exception& error) {
      ping_.reset();
    }
    if (absl::Now() >= deadline) break;
  }
  return errors::MakeRetryable(errors::kUnavailable);
}

}  // namespace regiokompas::db
