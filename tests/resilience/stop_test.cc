// SIGTERM while calls are in flight, and health while the database is away.
#include <gmock/gmock.h>

#include <atomic>
#include <fstream>
#include <future>
#include <iostream>
#include <map>
#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/intake/v1/intake_service.grpc.pb.h"
#include "tests/resilience/deployment.h"
#include "tests/support/builders.h"
#include "tests/support/sql.h"

namespace regiokompas::test {
namespace {

using catalogue::v1::CatalogueService;
using intake::v1::IntakeService;

constexpr absl::Duration kDrainTime = absl::Seconds(10);  // drain_seconds of the deployment
constexpr char kDocument[] = REGIOKOMPAS_SOURCE_DIR "/deploy/demo/bronckhorst-uitvoeringsprogrammas-2019-2022.txt";

Answer<catalogue::v1::Activity> Create(const Client& client, const std::string& id) {
  return client.Call(&CatalogueService::Stub::CreateActivity, CreateActivity(OwnerName(kOwner), id));
}

// Keeps writes of the owner to the catalogue waiting inside the server for as long as it lives, by the row that numbers
// them.
class HeldWrites {
 public:
  explicit HeldWrites(const Deployment& deployment) : sql_(deployment.Superuser()), watch_(deployment.Superuser()) {
    sql_.Query(absl::StrCat("BEGIN; SELECT 1 FROM catalogue.change_heads WHERE owner_id = '", kOwner, "' FOR UPDATE"));
  }
  // Until `count` sessions wait for that row.
  bool AwaitWaiting(int count) {
    const absl::Time give_up = absl::Now() + absl::Seconds(5);
    while (absl::Now() < give_up) {
      if (std::stoi(watch_.Value(
              "SELECT count(*) FROM pg_stat_activity WHERE usename = 'catalogue_app' AND wait_event_type = "
              "'Lock'")) >= count) {
        return true;
      }
      absl::SleepFor(absl::Milliseconds(5));
    }
    return false;
  }
  void Release() { sql_.Query("COMMIT"); }

 private:
  SqlSession sql_;
  SqlSession watch_;  // inside a transaction the list of sessions would stand still
};

TEST(StopTest, FinishesCallsInFlightAndRefusesNewOnes) {
  Deployment deployment;
  deployment.StartServices();
  const Client client = deployment.ClientOf(std::chrono::seconds(8));
  ASSERT_TRUE(IsOk(Create(client, "eerste")));

  constexpr int kInFlight = 4;
  HeldWrites held(deployment);
  std::vector<std::future<Answer<catalogue::v1::Activity>>> calls;
  for (int i = 0; i < kInFlight; ++i) {
    calls.push_back(
        std::async(std::launch::async, [&client, i] { return Create(client, absl::StrCat("lopend-", i)); }));
  }
  ASSERT_TRUE(held.AwaitWaiting(kInFlight));
  const absl::Time stopped = absl::Now();
  deployment.TerminateServices();
  absl::SleepFor(absl::Milliseconds(300));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Create(client, absl::StrCat("nieuw-", i)).code(), grpc::UNAVAILABLE);
  EXPECT_EQ(deployment.WaitForServices(absl::ZeroDuration()), -1) << "stopped before the calls in flight had ended";
  held.Release();
  for (auto& call : calls) EXPECT_TRUE(IsOk(call.get()));
  EXPECT_EQ(deployment.WaitForServices(kDrainTime), 0);
  EXPECT_LT(absl::Now() - stopped, kDrainTime);

  deployment.StartServices();
  catalogue::v1::ListActivitiesRequest list;
  list.set_parent(OwnerName(kOwner));
  const auto activities =
      deployment.ClientOf(std::chrono::seconds(8)).Call(&CatalogueService::Stub::ListActivities, list);
  ASSERT_TRUE(IsOk(activities));
  EXPECT_EQ(activities.value.activities_size(), 1 + kInFlight)
      << "a refused call had an effect, or an acknowledged one has not";
}

TEST(StopTest, UnderLoadEveryCallIsDoneOrRefused) {
  Deployment deployment;
  deployment.StartServices();
  std::atomic<bool> stop = false;
  std::atomic<int> done = 0, refused = 0;
  struct Log {
    std::vector<std::string> names;
    std::map<std::string, int> other;  // neither OK nor UNAVAILABLE
  };
  std::vector<Log> logs(8);
  std::vector<std::thread> threads;
  for (size_t thread = 0; thread < logs.size(); ++thread) {
    threads.emplace_back([&, thread] {
      const Client client = deployment.ClientOf(std::chrono::seconds(8));
      absl::Duration wait = absl::Milliseconds(200);
      for (int i = 0; !stop; ++i) {
        const auto made = Create(client, absl::StrCat("a", thread, "-", i));
        if (made.ok()) {
          logs[thread].names.push_back(made.value.name());
          ++done;
        } else if (made.code() == grpc::UNAVAILABLE) {
          ++refused;
          // As a client does that heeds RetryInfo; one that does not may meet the very end of the server, which is
          // CANCELLED.
          absl::SleepFor(wait);
          wait *= 2;
        } else {
          ++logs[thread].other[absl::StrCat(made.code(), " ", made.status.error_message())];
        }
      }
    });
  }
  const absl::Time give_up = absl::Now() + absl::Seconds(20);
  while (done < 200 && absl::Now() < give_up) absl::SleepFor(absl::Milliseconds(5));
  const absl::Time stopped = absl::Now();
  deployment.TerminateServices();
  EXPECT_EQ(deployment.WaitForServices(kDrainTime), 0);
  const absl::Duration drained = absl::Now() - stopped;
  EXPECT_LT(drained, kDrainTime);
  absl::SleepFor(absl::Milliseconds(100));
  stop = true;
  for (std::thread& thread : threads) thread.join();

  deployment.StartServices();
  const Client client = deployment.ClientOf(std::chrono::seconds(8));
  for (const Log& log : logs) {
    for (const auto& [what, times] : log.other) ADD_FAILURE() << times << " calls ended in " << what;
    for (const std::string& name : log.names) {
      catalogue::v1::GetActivityRequest get;
      get.set_name(name);
      EXPECT_TRUE(IsOk(client.Call(&CatalogueService::Stub::GetActivity, get))) << name;
    }
  }
  // A refusal means that nothing was written: who was refused may try elsewhere.
  SqlSession sql(deployment.Superuser());
  EXPECT_EQ(std::stoi(sql.Value("SELECT count(*) FROM catalogue.activities")), done);
  EXPECT_GE(done, 200);
  EXPECT_GT(refused, 0);
  std::cout << done << " calls done, " << refused << " refused, stopped within "
            << absl::FormatDuration(absl::Trunc(drained, absl::Milliseconds(1))) << "\n";
}

TEST(StopTest, FinishesAnAcceptanceInFlight) {
  Deployment deployment;
  deployment.StartServices();
  const Client client = deployment.ClientOf(std::chrono::seconds(20));
  ASSERT_TRUE(IsOk(Create(client, "eerste")));
  intake::v1::ParseDocumentRequest parse;
  parse.set_parent(OwnerName(kOwner));
  std::stringstream text;
  text << std::ifstream(kDocument).rdbuf();
  parse.set_content(text.str());
  parse.set_file_name("document.txt");
  parse.set_municipality(kOwner);
  parse.set_request_id(NewRequestId());
  const auto draft = client.Call(&IntakeService::Stub::ParseDocument, parse);
  ASSERT_TRUE(IsOk(draft));

  // The catalogue's first write of the acceptance waits: every later one begins when the process is stopping already.
  HeldWrites held(deployment);
  auto accepted = std::async(std::launch::async, [&] {
    intake::v1::AcceptDraftRequest accept;
    accept.set_name(draft.value.name());
    accept.set_etag(draft.value.etag());
    accept.set_request_id(NewRequestId());
    return client.Call(&IntakeService::Stub::AcceptDraft, accept);
  });
  ASSERT_TRUE(held.AwaitWaiting(1));
  deployment.TerminateServices();
  absl::SleepFor(absl::Milliseconds(300));
  held.Release();
  EXPECT_TRUE(IsOk(accepted.get()));
  EXPECT_EQ(deployment.WaitForServices(kDrainTime), 0);
}

// A watch has no end of its own to wait for.
TEST(StopTest, EndsOpenWatches) {
  Deployment deployment;
  deployment.StartServices();
  CatalogueService::Stub stub(deployment.channel());
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + deployment.Token({absl::StrCat(kOwner, "=policy_officer")}));
  catalogue::v1::WatchChangesRequest request;
  request.set_parent(OwnerName(kOwner));
  const auto watch = stub.WatchChanges(&context, request);
  catalogue::v1::WatchChangesResponse message;
  ASSERT_TRUE(watch->Read(&message));
  const absl::Time stopped = absl::Now();
  deployment.TerminateServices();
  EXPECT_FALSE(watch->Read(&message));
  Outcome end;
  end.status = watch->Finish();
  EXPECT_EQ(end.code(), grpc::UNAVAILABLE);
  EXPECT_EQ(end.reason(), "DRAINING");
  EXPECT_EQ(deployment.WaitForServices(kDrainTime), 0);
  EXPECT_LT(absl::Now() - stopped, kDrainTime / 2);
}

// Waits until `regiokompas health` says so for every service, and returns how long that took.
absl::Duration AwaitHealth(const Deployment& deployment, int exit_code, const std::string& text) {
  const absl::Time start = absl::Now();
  for (const char* service : kServices) {
    Deployment::Ended health{};
    do {
      health = deployment.Health(service);
      if (health.exit_code == exit_code && health.output == text) break;
      absl::SleepFor(absl::Milliseconds(50));
    } while (absl::Now() - start < absl::Seconds(15));
    EXPECT_EQ(health.exit_code, exit_code) << service;
    EXPECT_EQ(health.output, text) << service;
  }
  return absl::Now() - start;
}

TEST(HealthTest, FollowsTheDatabaseBothWays) {
  Deployment deployment;
  deployment.StartServices();
  AwaitHealth(deployment, 0, "SERVING\n");
  deployment.KillPostgres();
  const absl::Duration down = AwaitHealth(deployment, 3, "NOT_SERVING\n");
  EXPECT_EQ(deployment.Health("").output, "SERVING\n") << "the process itself is alive: restarting it would not help";
  const auto refused = Create(deployment.ClientOf(std::chrono::seconds(8)), "zonder-database");
  EXPECT_TRUE(FailsWith(refused, grpc::UNAVAILABLE, "UNAVAILABLE"));
  deployment.StartPostgres();
  const absl::Duration up = AwaitHealth(deployment, 0, "SERVING\n");
  EXPECT_TRUE(IsOk(Create(deployment.ClientOf(std::chrono::seconds(8)), "met-database")));
  std::cout << "NOT_SERVING " << absl::FormatDuration(absl::Trunc(down, absl::Milliseconds(1)))
            << " after the kill, SERVING " << absl::FormatDuration(absl::Trunc(up, absl::Milliseconds(1)))
            << " after the database was back\n";
}

}  // namespace
}  // namespace regiokompas::test
