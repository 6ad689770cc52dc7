// A service of two replicas behind one target, as in a cluster: each replica in turn is replaced by another build, and
// certificates are replaced, while calls go on.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/rpc/channel_credentials.h"
#include "common/rpc/client.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "tests/resilience/network.h"
#include "tests/resilience/region.h"
#include "tests/support/builders.h"
#include "tests/support/sql.h"

namespace regiokompas::test {
namespace {

using catalogue::v1::CatalogueService;
using collaboration::v1::CollaborationService;
using intake::v1::IntakeService;
using internal::v1::HealthResponse;

constexpr absl::Duration kStartTime = absl::Seconds(30);
constexpr absl::Duration kStopTime = absl::Seconds(20);
constexpr std::chrono::milliseconds kCallTimeout{8'000};
// Connections age out while the tests run, which no call may notice either.
constexpr char kClusterConfig[] = "drain_wait_seconds: 1 max_connection_age_seconds: 3\n";
// A headless service: one name, the addresses of all replicas, one port.
constexpr char kName[] = "catalogue.test";
constexpr char kFirst[] = "127.0.0.1";
constexpr char kSecond[] = "127.0.0.2";
constexpr int kThreads = 8;
constexpr int kCallsPerSecond = 200;

int64_t Milliseconds(absl::Duration duration) { return absl::ToInt64Milliseconds(duration); }

// What went wrong and how long calls took, of all threads.
class Calls {
 public:
  void Add(const Outcome& outcome, absl::Duration took, const std::string& what) {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++made_;
    longest_ = std::max(longest_, took);
    if (outcome.ok()) return;
    ++failed_;
    if (failed_ <= 5) ADD_FAILURE() << what << ": " << outcome;
  }
  int made() const { return made_; }
  int failed() const { return failed_; }
  absl::Duration longest() const { return longest_; }

 private:
  std::mutex mutex_;
  int made_ = 0;
  int failed_ = 0;
  absl::Duration longest_;
};

// Runs a call and adds it.
template <typename Call>
auto Timed(Calls& calls, const std::string& what, Call call) {
  const absl::Time start = absl::Now();
  auto answer = call();
  calls.Add(answer, absl::Now() - start, what);
  return answer;
}

// Writes and reads by turns at a steady pace until it is stopped.
class Load {
 public:
  Load(std::shared_ptr<grpc::Channel> channel, const std::string& token) : channel_(std::move(channel)), token_(token) {
    for (int thread = 0; thread < kThreads; ++thread) {
      threads_.emplace_back([this, thread] { Run(thread); });
    }
  }
  ~Load() { Stop(); }

  void Stop() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  const Calls& calls() const { return calls_; }
  int written() const { return written_; }

 private:
  void Run(int thread) {
    const Client client = Client(channel_, token_).Timeout(kCallTimeout);
    absl::Time next = absl::Now();
    std::string name;
    for (int i = 0; !stop_; ++i) {
      next += absl::Seconds(kThreads) / kCallsPerSecond;
      absl::SleepFor(next - absl::Now());
      if (i % 2 == 0) {
        const auto made = Timed(calls_, "CreateActivity", [&] {
          return client.Call(&CatalogueService::Stub::CreateActivity,
                             CreateActivity(OwnerName(kOwner), absl::StrCat("rol-", thread, "-", i)));
        });
        if (made.ok()) ++written_;
        name = made.value.name();
      } else {
        catalogue::v1::GetActivityRequest get;
        get.set_name(name);
        Timed(calls_, "GetActivity", [&] { return client.Call(&CatalogueService::Stub::GetActivity, get); });
      }
    }
  }

  const std::shared_ptr<grpc::Channel> channel_;
  const std::string token_;
  Calls calls_;
  std::atomic<bool> stop_ = false;
  std::atomic<int> written_ = 0;
  std::vector<std::thread> threads_;
};

// One service on TCP in two replicas, the others each in a process that reaches it there.
class RollingTest : public testing::Test {
 protected:
  RollingTest() {
    keys_.Replace(authority_.Certificate(), Issue(authority_));
    plain_config_ =
        deployment_.NetworkConfig("plain.textproto", absl::StrCat("drain_wait_seconds: 1 tls { certificate_file: \"",
                                                                  keys_.files().certificate_file, "\" key_file: \"",
                                                                  keys_.files().key_file, "\" }\n"));
    deployment_.AddConfig(keys_.PeerConfig("catalogue", target_));
    config_ = deployment_.NetworkConfig("network.textproto", absl::StrCat(keys_.ServerConfig(), kClusterConfig));
  }

  // Returns when the catalogue has heard from collaboration what is shared.
  void StartOthers() {
    for (const char* service : kServices) {
      if (std::string(service) != "catalogue") deployment_.StartService(service);
    }
    const Client coordinator = Coordinator();
    const absl::Time give_up = absl::Now() + kStartTime;
    while (!Overview(coordinator).ok()) {
      if (absl::Now() > give_up) throw std::runtime_error("collaboration does not reach the catalogue");
      absl::SleepFor(absl::Milliseconds(20));
    }
  }

  static CertifiedKey Issue(const CertificateAuthority& authority) {
    return authority.Issue("regiokompas", absl::StrCat("DNS:", kName, ",IP:", kFirst, ",IP:", kSecond));
  }

  // What an operator is told of the first replica.
  std::string AskHealth() const {
    const rpc::TlsFiles files = keys_.files();
    return deployment_
        .Run({REGIOKOMPAS_CLI, "health", "--address", first_.address(), "--ca-file", files.ca_file,
              "--certificate-file", files.certificate_file, "--key-file", files.key_file, "--service", "catalogue"})
        .output;
  }

  rpc::TlsKeys Keys() const { return rpc::ReadTlsKeys(keys_.files()).value(); }

  // A call from collaboration to the catalogue for each member; it counts as failed when one of those did.
  static Answer<collaboration::v1::RegionalOverview> Overview(const Client& coordinator) {
    auto answer = coordinator.Call(&CollaborationService::Stub::GetRegionalOverview, OverviewRequest());
    for (const auto& member : answer.value.members()) {
      if (member.catalogue().state() == collaboration::v1::OVERVIEW_STATE_UNAVAILABLE) {
        answer.status = grpc::Status(grpc::UNAVAILABLE, "no answer about " + member.owner());
      }
    }
    EXPECT_TRUE(!answer.ok() || answer.value.members().size() == static_cast<int>(std::size(kDemoDocuments)));
    return answer;
  }
  Client Coordinator() const {
    return Client(deployment_.ChannelTo("collaboration"), CoordinatorToken(deployment_)).Timeout(kCallTimeout);
  }

  Deployment deployment_{Deployment::Processes::kOnePerService};
  const CertificateAuthority authority_{"proef"};
  MountedKeys keys_{deployment_.directory() / "tls"};
  const int port_ = FreePort({kFirst, kSecond});
  const NameServer names_{{kFirst, kSecond}};
  const std::string target_ = names_.Target(kName, port_);
  Replica first_{deployment_, "catalogue", "catalogue-1", absl::StrCat(kFirst, ":", port_)};
  Replica second_{deployment_, "catalogue", "catalogue-2", absl::StrCat(kSecond, ":", port_)};
  std::string config_;
  std::string plain_config_;  // of a server that asks nobody for a certificate
};

int CountOf(const std::string& log, const std::string& word) {
  int count = 0;
  for (const absl::string_view line : absl::StrSplit(log, '\n')) count += absl::StrContains(line, word) ? 1 : 0;
  return count;
}

// REGIOKOMPAS_PREVIOUS names the build that is replaced; without it this build replaces itself. A previous build gets
// the configuration that every build knows.
TEST_F(RollingTest, NoCallFailsWhileEachReplicaIsReplaced) {
  const char* given = std::getenv("REGIOKOMPAS_PREVIOUS");
  const std::string previous = given == nullptr ? deployment_.directory() / "previous" : std::filesystem::path(given);
  const std::string& previous_config = given == nullptr ? config_ : plain_config_;
  if (given == nullptr) std::filesystem::create_symlink(REGIOKOMPAS_CLI, previous);
  const Client anyone(rpc::Connect(target_, Keys()), "");
  for (Replica* replica : {&first_, &second_}) {
    replica->Start(previous, previous_config, given == nullptr);
    if (given == nullptr) {
      ASSERT_LT(replica->AwaitServing(kStartTime), kStartTime);
    }
  }
  const absl::Time give_up = absl::Now() + kStartTime;
  catalogue::v1::GetActivityRequest get;
  get.set_name(absl::StrCat(OwnerName(kOwner), "/activities/geen"));
  while (anyone.Call(&CatalogueService::Stub::GetActivity, get).code() != grpc::UNAUTHENTICATED) {
    ASSERT_LT(absl::Now(), give_up) << "a certificate without a token should get as far as UNAUTHENTICATED";
    absl::SleepFor(absl::Milliseconds(20));
  }
  StartOthers();

  const absl::Time start = absl::Now();
  Calls others;
  std::atomic<bool> stop = false;
  Load load(rpc::Connect(target_, Keys()), deployment_.Token({absl::StrCat(kOwner, "=policy_officer")}));
  std::thread overviews([&, coordinator = Coordinator()] {
    while (!stop) {
      Timed(others, "GetRegionalOverview", [&] { return Overview(coordinator); });
      absl::SleepFor(absl::Milliseconds(100));
    }
  });
  std::thread imports([&, officer = Client(deployment_.ChannelTo("intake"), OfficerToken(deployment_))] {
    for (const DemoDocument& document : kDemoDocuments) {
      const auto draft = Timed(others, "ParseDocument", [&] {
        return officer.Call(&IntakeService::Stub::ParseDocument, ParseDemo(document.owner, document.file));
      });
      Timed(others, "AcceptDraft",
            [&] { return officer.Call(&IntakeService::Stub::AcceptDraft, AcceptDemo(draft.value)); });
      absl::SleepFor(absl::Seconds(3));
    }
  });
  for (Replica* replica : {&first_, &second_}) {
    absl::SleepFor(absl::Seconds(5));
    replica->Terminate();
    EXPECT_EQ(replica->Wait(kStopTime), 0);
    replica->Start(REGIOKOMPAS_CLI, config_);
    const absl::Duration started = replica->AwaitServing(kStartTime);
    EXPECT_LT(started, kStartTime);
    std::cout << replica->address() << " replaced, SERVING after " << Milliseconds(started) << " ms\n";
  }
  absl::SleepFor(start + absl::Seconds(30) - absl::Now());
  load.Stop();
  stop = true;
  overviews.join();
  imports.join();

  SqlSession sql(deployment_.Superuser());
  const std::string written = absl::StrCat(" WHERE resource LIKE 'owners/", kOwner, "/activities/rol-%'");
  EXPECT_EQ(std::stoi(sql.Value("SELECT count(DISTINCT resource) FROM catalogue.history" + written)), load.written());
  EXPECT_EQ(std::stoi(sql.Value("SELECT count(*) FROM catalogue.history" + written)), load.written()) << "done twice";
  EXPECT_EQ(load.calls().failed(), 0);
  EXPECT_EQ(others.failed(), 0);
  EXPECT_GT(load.calls().made(), 10 * kCallsPerSecond) << "too few calls to show anything";
  std::cout << load.calls().made() << " calls, " << load.written() << " of them writes, longest "
            << Milliseconds(load.calls().longest()) << " ms; " << others.made()
            << " calls through the other services, longest " << Milliseconds(others.longest()) << " ms; "
            << CountOf(first_.Log() + second_.Log(), "\"DRAINING\"") << " attempts were refused and made elsewhere\n";
}

TEST_F(RollingTest, ProbesTellSlowFromDeadAndReadinessEndsFirst) {
  deployment_.KillPostgres();
  first_.Start(REGIOKOMPAS_CLI, config_);
  const absl::Time start = absl::Now();
  while (first_.Probe("") != HealthResponse::SERVING_SERVING && absl::Now() - start < kStartTime) {
  }
  std::cout << "the process is seen after " << Milliseconds(absl::Now() - start) << " ms\n";
  EXPECT_EQ(first_.Probe(""), HealthResponse::SERVING_SERVING);
  EXPECT_EQ(first_.Probe(first_.full_name()), HealthResponse::SERVING_NOT_SERVING);
  // There is nothing to finish for a process that still waits for its database.
  first_.Terminate();
  EXPECT_EQ(first_.Wait(absl::Seconds(2)), 0);

  first_.Start(REGIOKOMPAS_CLI, config_);
  deployment_.StartPostgres();
  ASSERT_LT(first_.AwaitServing(kStartTime), kStartTime);
  StartOthers();
  const Client client =
      Client(rpc::Connect(first_.address(), Keys()), deployment_.Token({absl::StrCat(kOwner, "=policy_officer")}))
          .Timeout(kCallTimeout);
  ASSERT_TRUE(
      IsOk(client.Call(&CatalogueService::Stub::CreateActivity, CreateActivity(OwnerName(kOwner), "voor-het-einde"))));
  // A caller that does not look at health, as one who has just found the address.
  const Client unaware(grpc::CreateChannel(first_.address(), rpc::CredentialsFor(first_.address(), Keys())),
                       deployment_.Token({absl::StrCat(kOwner, "=policy_officer")}));
  catalogue::v1::GetActivityRequest get;
  get.set_name(absl::StrCat(OwnerName(kOwner), "/activities/voor-het-einde"));
  ASSERT_TRUE(IsOk(unaware.Call(&CatalogueService::Stub::GetActivity, get)));
  EXPECT_EQ(AskHealth(), "SERVING\n");
  first_.Terminate();
  const absl::Time stopped = absl::Now();
  while (first_.Probe(first_.full_name()) == HealthResponse::SERVING_SERVING && absl::Now() - stopped < kStopTime) {
  }
  EXPECT_EQ(first_.Probe(first_.full_name()), HealthResponse::SERVING_NOT_SERVING);
  EXPECT_EQ(first_.Probe(""), HealthResponse::SERVING_SERVING) << "killed by its liveness probe while it drains";
  EXPECT_TRUE(IsOk(unaware.Call(&CatalogueService::Stub::GetActivity, get))) << "calls still arrive for a while";
  EXPECT_EQ(AskHealth(), "NOT_SERVING\n");
  EXPECT_EQ(first_.Wait(kStopTime), 0);
}

TEST_F(RollingTest, CertificatesAreReplacedWhileCallsGoOn) {
  for (Replica* replica : {&first_, &second_}) {
    replica->Start(REGIOKOMPAS_CLI, config_);
    ASSERT_LT(replica->AwaitServing(kStartTime), kStartTime);
  }
  StartOthers();
  const rpc::TlsKeys old_keys = Keys();
  std::atomic<bool> stop = false;
  Calls calls;
  std::thread overviews([&, coordinator = Coordinator()] {
    while (!stop) {
      Timed(calls, "GetRegionalOverview", [&] { return Overview(coordinator); });
      absl::SleepFor(absl::Milliseconds(20));
    }
  });
  // Both sides come to trust the new authority, then show its certificates, then trust the old one no longer.
  const CertificateAuthority next("opvolger");
  const CertifiedKey own = Issue(next);
  const std::string both = authority_.Certificate() + next.Certificate();
  const absl::Duration seen = 2 * rpc::kTlsCheckInterval;
  absl::SleepFor(seen);
  keys_.Replace(both, Issue(authority_));
  absl::SleepFor(seen);
  keys_.Replace(both, own);
  absl::SleepFor(seen);
  keys_.Replace(next.Certificate(), own);
  // Longer than a connection lives.
  absl::SleepFor(absl::Seconds(5));
  stop = true;
  overviews.join();
  EXPECT_EQ(calls.failed(), 0);
  EXPECT_GT(calls.made(), 50);
  std::cout << calls.made() << " calls over three replacements, longest " << Milliseconds(calls.longest()) << " ms\n";

  catalogue::v1::GetActivityRequest get;
  get.set_name(absl::StrCat(OwnerName(kOwner), "/activities/geen"));
  const auto call = [&](const rpc::TlsKeys& keys) {
    return Client(rpc::Connect(target_, keys), "")
        .Timeout(kCallTimeout)
        .Call(&CatalogueService::Stub::GetActivity, get);
  };
  EXPECT_EQ(call({next.Certificate(), own.certificate, own.key}).code(), grpc::UNAUTHENTICATED);
  EXPECT_EQ(call({next.Certificate(), old_keys.certificate, old_keys.key}).code(), grpc::UNAVAILABLE);
  EXPECT_EQ(call({next.Certificate(), "", ""}).code(), grpc::UNAVAILABLE);
}

}  // namespace
}  // namespace regiokompas::test
