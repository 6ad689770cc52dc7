// Several clients write while PostgreSQL and the services are killed again and again: nothing that was acknowledged may
// be lost, and nothing may happen twice.
#include <gmock/gmock.h>

#include <atomic>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "google/protobuf/util/time_util.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "tests/resilience/deployment.h"
#include "tests/support/builders.h"
#include "tests/support/sql.h"

namespace regiokompas::test {
namespace {

using catalogue::v1::CatalogueService;
using google::protobuf::util::TimeUtil;

// Short, so that a call that a dead server swallowed does not hold up its client.
constexpr std::chrono::milliseconds kCallTimeout{1000};
// For the last calls, after the last restart.
constexpr absl::Duration kGiveUp = absl::Seconds(60);

// What a client was told: every field is from an answer with OK.
struct Known {
  int versions = 0;  // requests that had an effect on it
  std::string etag;
  std::string display_name;
};

// One client thread and its log. It alone writes the names that it makes, so it knows exactly how they must stand.
class Writer {
 public:
  Writer(const Deployment& deployment, const std::string& owner, int number, uint64_t seed)
      : channel_(deployment.channel()),
        client_(deployment.ClientOf(kCallTimeout)),
        parent_(OwnerName(owner)),
        number_(number),
        random_(seed) {}

  void RunUntil(const std::atomic<bool>& stop) {
    while (!stop && failure_.empty()) {
      const int dice = std::uniform_int_distribution<int>(0, 9)(random_);
      if (activities_.empty() || dice < 4) {
        CreateOne();
      } else if (dice < 8) {
        UpdateOne();
      } else {
        CreateGoals();
      }
    }
  }

  const std::map<std::string, Known>& log() const { return log_; }
  const std::map<std::string, int>& retries() const { return retries_; }
  const std::string& failure() const { return failure_; }
  int requests() const { return requests_; }
  int repeated() const { return repeated_; }
  int answered_from_store() const { return answered_from_store_; }

 private:
  // Sends the same request, with the same request_id, until it is answered for good.
  template <typename Request, typename Response>
  std::optional<Response> Insist(grpc::Status (CatalogueService::Stub::*method)(grpc::ClientContext*, const Request&,
                                                                                Response*),
                                 const Request& request) {
    const absl::Time give_up = absl::Now() + kGiveUp;
    for (int attempt = 1;; ++attempt) {
      attempt_start_ = absl::Now();
      Answer<Response> answer = client_.Call(method, request);
      if (answer.ok()) {
        ++requests_;
        repeated_ += attempt > 1 ? 1 : 0;
        return std::move(answer.value);
      }
      const bool retry = answer.code() == grpc::UNAVAILABLE || answer.code() == grpc::DEADLINE_EXCEEDED ||
                         (answer.code() == grpc::UNKNOWN && answer.reason() == "COMMIT_OUTCOME_UNKNOWN") ||
                         (answer.code() == grpc::ABORTED && answer.reason() == "CONFLICT");
      if (!retry || absl::Now() > give_up) {
        failure_ = absl::StrCat(Request::descriptor()->name(), ", attempt ", attempt, ": code ", answer.code(), " ",
                                answer.reason(), ": ", answer.status.error_message());
        return std::nullopt;
      }
      ++retries_[absl::StrCat(answer.code(), answer.reason().empty() ? "" : "/" + answer.reason())];
      // Nobody else drives a new connection forward while no call is under way.
      channel_->WaitForConnected(absl::ToChronoTime(absl::Now() + absl::Milliseconds(200)));
      absl::SleepFor(absl::Milliseconds(5));
    }
  }

  template <typename Resource>
  void Acknowledged(const Resource& resource) {
    Known& known = log_[resource.name()];
    ++known.versions;
    known.etag = resource.etag();
    known.display_name = resource.display_name();
    // Written before this attempt began: an earlier one, whose answer was lost, did it.
    if (absl::FromUnixMicros(TimeUtil::TimestampToMicroseconds(resource.update_time())) < attempt_start_) {
      ++answered_from_store_;
    }
  }

  void CreateOne() {
    const auto made = Insist(&CatalogueService::Stub::CreateActivity,
                             CreateActivity(parent_, absl::StrCat("a", number_, "-", ++count_)));
    if (!made) return;
    activities_.push_back(made->name());
    Acknowledged(*made);
  }

  void UpdateOne() {
    const std::string& name = activities_[std::uniform_int_distribution<size_t>(0, activities_.size() - 1)(random_)];
    catalogue::v1::UpdateActivityRequest request;
    request.mutable_activity()->set_name(name);
    request.mutable_activity()->set_etag(log_[name].etag);
    request.mutable_activity()->set_display_name(absl::StrCat("Wijziging ", ++count_, " van schrijver ", number_));
    request.mutable_update_mask()->add_paths("display_name");
    request.set_request_id(NewRequestId());
    if (const auto updated = Insist(&CatalogueService::Stub::UpdateActivity, request)) Acknowledged(*updated);
  }

  void CreateGoals() {
    catalogue::v1::BatchCreateGoalsRequest request;
    request.set_parent(absl::StrCat(parent_, "/frameworks/kader"));
    request.set_request_id(NewRequestId());
    const int items = std::uniform_int_distribution<int>(1, 5)(random_);
    for (int i = 0; i < items; ++i) {
      *request.add_requests() = CreateGoal(request.parent(), absl::StrCat("g", number_, "-", ++count_));
      request.mutable_requests(i)->set_request_id(request.request_id());
    }
    const auto made = Insist(&CatalogueService::Stub::BatchCreateGoals, request);
    if (!made) return;
    if (made->goals_size() != items) failure_ = "a batch of goals came back incomplete";
    for (const auto& goal : made->goals()) Acknowledged(goal);
  }

  const std::shared_ptr<grpc::Channel> channel_;
  const Client client_;
  const std::string parent_;
  const int number_;
  std::mt19937_64 random_;
  int count_ = 0;
  std::vector<std::string> activities_;
  std::map<std::string, Known> log_;
  std::map<std::string, int> retries_;  // by why
  int requests_ = 0;
  int repeated_ = 0;
  int answered_from_store_ = 0;
  absl::Time attempt_start_;
  std::string failure_;
};

// What the database holds is what the clients were told, no less and no more.
void CheckDatabase(const Deployment& deployment, const std::string& owner, const std::map<std::string, Known>& log) {
  SqlSession sql(deployment.Superuser());
  const std::string of_owner = absl::StrCat(" WHERE owner_id = '", owner, "'");
  std::map<std::string, Known> held;
  for (const auto& row : sql.Query("SELECT resource, count(*), min(version), max(version) FROM catalogue.history" +
                                   of_owner + " GROUP BY resource")) {
    EXPECT_EQ(row[2], "1") << row[0] << " misses its first versions";
    EXPECT_EQ(row[3], row[1]) << row[0] << " misses a version in its history";
    held[row[0]].versions = std::stoi(row[1]);
  }
  for (const auto& [name, known] : log) {
    EXPECT_EQ(held[name].versions, known.versions)
        << name << ": one version for each request, and one request for each version";
  }
  EXPECT_EQ(held.size(), log.size()) << "something was made that nobody asked for";

  const auto sequences =
      sql.Query("SELECT count(DISTINCT sequence), min(sequence), max(sequence) FROM catalogue.changes" + of_owner);
  EXPECT_EQ(sequences[0][1], "1");
  EXPECT_EQ(sequences[0][2], sequences[0][0]) << "the changes have a gap";
  EXPECT_EQ(sql.Value("SELECT sequence FROM catalogue.change_heads" + of_owner), sequences[0][2]);
  EXPECT_EQ(
      sql.Value(
          "SELECT count(*) FROM catalogue.changes c FULL JOIN catalogue.history h USING (owner_id, kind, resource, "
          "version) WHERE c.sequence IS NULL OR h.version IS NULL"),
      "0")
      << "changes and history differ";
  EXPECT_EQ(
      sql.Value("SELECT count(*) FROM catalogue.activities a JOIN catalogue.history h ON h.owner_id = a.owner_id AND "
                "h.resource = concat('owners/', a.owner_id, '/activities/', a.activity_id) AND h.version = a.version "
                "WHERE h.body = a.body AND h.change_time = a.update_time AND a.owner_id = '" +
                owner + "'"),
      sql.Value("SELECT count(*) FROM catalogue.activities" + of_owner))
      << "a row differs from the last version in its history";
}

// And it is what can be read.
void CheckReadable(const Deployment& deployment, const std::map<std::string, Known>& log) {
  const Client client = deployment.ClientOf(std::chrono::seconds(10));
  for (const auto& [name, known] : log) {
    std::string etag, display_name;
    if (name.find("/goals/") != std::string::npos) {
      catalogue::v1::GetGoalRequest request;
      request.set_name(name);
      const auto goal = client.Call(&CatalogueService::Stub::GetGoal, request);
      ASSERT_TRUE(IsOk(goal)) << name;
      etag = goal.value.etag();
      display_name = goal.value.display_name();
    } else {
      catalogue::v1::GetActivityRequest request;
      request.set_name(name);
      const auto activity = client.Call(&CatalogueService::Stub::GetActivity, request);
      ASSERT_TRUE(IsOk(activity)) << name;
      etag = activity.value.etag();
      display_name = activity.value.display_name();
    }
    // Its writer is the only one, so "equal or newer" is equal.
    EXPECT_EQ(etag, known.etag) << name;
    EXPECT_EQ(display_name, known.display_name) << name;
  }
}

// REGIOKOMPAS_KILLS is the number of kills of each; tests/resilience/run sets it.
TEST(KillTest, WhatWasAcknowledgedIsThereOnce) {
  const long kills = NumberFrom("REGIOKOMPAS_KILLS", 20);
  const auto seed = static_cast<uint64_t>(NumberFrom("REGIOKOMPAS_SEED", std::random_device{}()));
  std::cout << "seed " << seed << ", " << kills << " kills of PostgreSQL and " << kills << " of the services"
            << std::endl;
  std::mt19937_64 random(seed);

  Deployment deployment;
  deployment.StartServices();
  const std::vector<std::string> owners = {kOwner, kOtherOwner};
  for (const std::string& owner : owners) {
    const auto made = deployment.ClientOf(std::chrono::seconds(20))
                          .Call(&CatalogueService::Stub::CreateFramework, CreateFramework(OwnerName(owner), "kader"));
    ASSERT_TRUE(IsOk(made));
  }
  std::vector<std::unique_ptr<Writer>> writers;
  for (int i = 0; i < 4; ++i) {
    writers.push_back(std::make_unique<Writer>(deployment, owners[static_cast<size_t>(i % 2)], i, random()));
  }
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (const auto& writer : writers) threads.emplace_back([&stop, &writer] { writer->RunUntil(stop); });

  std::vector<bool> kill_postgres(static_cast<size_t>(2 * kills));
  std::fill_n(kill_postgres.begin(), kills, true);
  std::shuffle(kill_postgres.begin(), kill_postgres.end(), random);
  const absl::Time start = absl::Now();
  absl::Duration away;
  std::string trouble;
  try {
    for (const bool postgres : kill_postgres) {
      absl::SleepFor(absl::Milliseconds(std::uniform_int_distribution<int>(50, 500)(random)));
      const absl::Time killed = absl::Now();
      if (postgres) {
        deployment.KillPostgres();
        deployment.StartPostgres();
      } else {
        deployment.KillServices();
        deployment.StartServices();
      }
      away += absl::Now() - killed;
    }
  } catch (const std::exception& error) {
    trouble = error.what();
  }
  absl::SleepFor(absl::Milliseconds(300));
  stop = true;
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(trouble, "");

  std::map<std::string, std::map<std::string, Known>> logs;
  std::map<std::string, int> retries;
  int requests = 0, repeated = 0, from_store = 0;
  for (size_t i = 0; i < writers.size(); ++i) {
    EXPECT_EQ(writers[i]->failure(), "") << "writer " << i;
    logs[owners[i % 2]].insert(writers[i]->log().begin(), writers[i]->log().end());
    for (const auto& [why, times] : writers[i]->retries()) retries[why] += times;
    requests += writers[i]->requests();
    repeated += writers[i]->repeated();
    from_store += writers[i]->answered_from_store();
  }
  size_t names = 0;
  for (const std::string& owner : owners) {
    CheckReadable(deployment, logs[owner]);
    names += logs[owner].size();
    logs[owner][OwnerName(owner) + "/frameworks/kader"].versions = 1;
    CheckDatabase(deployment, owner, logs[owner]);
  }
  std::cout << requests << " requests acknowledged on " << names << " names; " << repeated
            << " needed more than one attempt, " << from_store
            << " resources were in answers that an earlier attempt had made; kills and restarts took "
            << absl::FormatDuration(absl::Trunc(away, absl::Milliseconds(1))) << " of "
            << absl::FormatDuration(absl::Trunc(absl::Now() - start, absl::Milliseconds(1))) << "\n";
  for (const auto& [why, times] : retries) std::cout << "  attempts that ended in " << why << ": " << times << "\n";
  EXPECT_GT(requests, 10 * kills);
  EXPECT_GE(repeated, kills) << "the kills hit nothing";
}

}  // namespace
}  // namespace regiokompas::test
