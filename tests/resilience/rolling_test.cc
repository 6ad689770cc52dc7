// A service of two replicas behind one target, as in a cluster: each replica in turn is replaced by another build, at
// its address or a new one, and certificates are replaced, while calls go on.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/rpc/channel_credentials.h"
#include "common/rpc/client.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "tests/resilience/network.h"
#include "tests/resilience/region.h"
#include "tests/support/builders.h"
#include "tests/support/sql.h"

namespace regiokompas::test {
namespace {

using catalogue::v1::CatalogueService;
using collaboration::v1::CollaborationService;
using collaboration::v1::RegionalOverview;
using indicator::v1::IndicatorService;
using intake::v1::IntakeService;
using internal::v1::HealthResponse;
using progress::v1::ProgressService;

namespace fs = std::filesystem;

constexpr absl::Duration kStartTime = absl::Seconds(30);
constexpr absl::Duration kStopTime = absl::Seconds(20);
constexpr std::chrono::milliseconds kCallTimeout{8'000};
// That of `regiokompas import`: what is accepted is compared with all that the owner has, to which the calls of the
// test add.
constexpr std::chrono::milliseconds kImportTimeout{60'000};
// Connections age out while the tests run, which no call may notice either.
constexpr char kClusterConfig[] = "drain_wait_seconds: 1 max_connection_age_seconds: 3\n";
// A headless service: one name, the addresses of all replicas, one port.
constexpr char kName[] = "service.test";
constexpr char kFirst[] = "127.0.0.1";
constexpr char kSecond[] = "127.0.0.2";
constexpr char kThird[] = "127.0.0.3";
constexpr char kFourth[] = "127.0.0.4";
constexpr int kThreads = 16;

// The build that is replaced: an earlier release where REGIOKOMPAS_PREVIOUS names one, and else this one with another
// version in it.
fs::path Previous() {
  const char* given = std::getenv("REGIOKOMPAS_PREVIOUS");
  return given == nullptr ? REGIOKOMPAS_PREVIOUS_CLI : given;
}

std::string ContentOf(const fs::path& file) {
  std::stringstream content;
  content << std::ifstream(file, std::ios::binary).rdbuf();
  return content.str();
}

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
  int made() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return made_;
  }
  int failed() const { return failed_; }
  absl::Duration longest() const { return longest_; }

 private:
  mutable std::mutex mutex_;
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

// Calls that one service answers from what it keeps itself.
struct Traffic {
  const char* service;
  int calls_per_second;
  absl::Duration length;
  Answer<std::string> (*write)(const Client& client, const std::string& id);  // the name of what it made
  Outcome (*read)(const Client& client, const std::string& name);
  const char* written;  // SQL: what was made by such ids, once for each time that it was
};

void PrintTo(const Traffic& traffic, std::ostream* out) { *out << traffic.service; }

template <typename Resource>
Answer<std::string> NameIn(const Answer<Resource>& made) {
  return {static_cast<const Outcome&>(made), made.value.name()};
}

template <typename Stub, typename Request, typename Resource>
Outcome Get(const Client& client, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Resource*),
            const std::string& name) {
  Request request;
  request.set_name(name);
  return client.Call(method, request);
}

Answer<std::string> WriteActivity(const Client& client, const std::string& id) {
  return NameIn(client.Call(&CatalogueService::Stub::CreateActivity, CreateActivity(OwnerName(kOwner), id)));
}
Outcome ReadActivity(const Client& client, const std::string& name) {
  return Get(client, &CatalogueService::Stub::GetActivity, name);
}

Answer<std::string> WriteCycle(const Client& client, const std::string& id) {
  return NameIn(client.Call(&ProgressService::Stub::CreateReportingCycle, CreateCycle(OwnerName(kOwner), id)));
}
Outcome ReadCycle(const Client& client, const std::string& name) {
  return Get(client, &ProgressService::Stub::GetReportingCycle, name);
}

Answer<std::string> WriteIndicator(const Client& client, const std::string& id) {
  indicator::v1::BatchCreateIndicatorsRequest request = BatchOfIndicators(OwnerName(kOwner), 1);
  request.mutable_requests(0)->set_indicator_id(id);
  const auto made = client.Call(&IndicatorService::Stub::BatchCreateIndicators, request);
  return {static_cast<const Outcome&>(made), made.ok() ? made.value.indicators(0).name() : ""};
}
Outcome ReadIndicator(const Client& client, const std::string& name) {
  return Get(client, &IndicatorService::Stub::GetIndicator, name);
}

Answer<std::string> WriteGrant(const Client& client, const std::string& id) {
  return NameIn(client.Call(&CollaborationService::Stub::CreateSharingGrant, ShareAll(kOwner, "frameworks", id)));
}
Outcome ReadGrant(const Client& client, const std::string& name) {
  return Get(client, &CollaborationService::Stub::GetSharingGrant, name);
}

Answer<std::string> WriteDraft(const Client& client, const std::string& id) {
  intake::v1::ParseDocumentRequest request = ParseDemo(kOwner, kDemoDocuments[1].file);
  request.set_content(absl::StrCat(request.content(), "\n", id, "\n"));
  request.set_file_name(id + ".txt");
  return NameIn(client.Call(&IntakeService::Stub::ParseDocument, request));
}
Outcome ReadDraft(const Client& client, const std::string& name) {
  return Get(client, &IntakeService::Stub::GetDraft, name);
}

constexpr Traffic kCatalogueTraffic = {
    "catalogue",   200,          absl::Seconds(30),
    WriteActivity, ReadActivity, "SELECT resource FROM catalogue.history WHERE resource LIKE '%/rol-%'"};
constexpr Traffic kOtherTraffic[] = {
    {"progress", 200, absl::Seconds(5), WriteCycle, ReadCycle,
     "SELECT resource FROM progress.history WHERE resource LIKE '%/rol-%'"},
    {"indicator", 200, absl::Seconds(5), WriteIndicator, ReadIndicator,
     "SELECT resource FROM indicator.history WHERE resource LIKE '%/rol-%'"},
    // Each write is a grant, which three services follow: they close what they share when they fall a second behind, as
    // on a busy machine at 100 grants a second.
    {"collaboration", 80, absl::Seconds(5), WriteGrant, ReadGrant,
     "SELECT resource FROM collaboration.history WHERE resource LIKE '%/rol-%'"},
    // Each write is a document that is read and stored.
    {"intake", 16, absl::Seconds(5), WriteDraft, ReadDraft,
     "SELECT document_id FROM intake.drafts JOIN intake.documents d USING (owner_id, document_id)"
     " WHERE d.body::text LIKE '%rol-%'"},
};

// Writes and reads by turns at a steady pace until it is stopped.
class Load {
 public:
  Load(const Traffic& traffic, std::shared_ptr<grpc::Channel> channel, const std::string& token)
      : traffic_(traffic), client_(Client(std::move(channel), token).Timeout(kCallTimeout)) {
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
    const absl::Time start = absl::Now();
    std::string name;
    for (int i = 0; !stop_; ++i) {
      absl::SleepFor(start + absl::Seconds(i * kThreads + thread) / traffic_.calls_per_second - absl::Now());
      if (i % 2 == 0) {
        const auto made =
            Timed(calls_, "write", [&] { return traffic_.write(client_, absl::StrCat("rol-", thread, "-", i)); });
        if (made.ok()) ++written_;
        name = made.value;
      } else {
        Timed(calls_, "read", [&] { return traffic_.read(client_, name); });
      }
    }
  }

  const Traffic& traffic_;
  const Client client_;
  Calls calls_;
  std::atomic<bool> stop_ = false;
  std::atomic<int> written_ = 0;
  std::vector<std::thread> threads_;
};

// One service on TCP in two replicas, the others each in a process that reaches it there, of the build `others`.
class RollingTest : public testing::Test {
 protected:
  explicit RollingTest(std::string service = "catalogue", const std::string& cluster_config = kClusterConfig,
                       const fs::path& others = REGIOKOMPAS_CLI)
      : service_(std::move(service)), deployment_(Deployment::Processes::kOnePerService, others) {
    keys_.Replace(authority_.Certificate(), Issue(authority_));
    deployment_.AddConfig(keys_.PeerConfig(service_, target_));
    config_ = deployment_.NetworkConfig("network.textproto", absl::StrCat(keys_.ServerConfig(), cluster_config));
  }

  // Returns when the services have heard from collaboration what is shared.
  void StartOthers() {
    for (const char* service : kServices) {
      if (service != service_) deployment_.StartService(service);
    }
    const Client coordinator = Coordinator();
    const absl::Time give_up = absl::Now() + kStartTime;
    while (!Overview(coordinator).ok()) {
      if (absl::Now() > give_up) throw std::runtime_error("collaboration does not reach the others");
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

  std::shared_ptr<grpc::Channel> ChannelTo(const std::string& service) const {
    return service == service_ ? rpc::Connect(target_, Keys()) : deployment_.ChannelTo(service);
  }

  // Calls from collaboration to three services for each member; it counts as failed when one of those did.
  static Answer<RegionalOverview> Overview(const Client& coordinator) {
    auto answer = coordinator.Call(&CollaborationService::Stub::GetRegionalOverview, OverviewRequest());
    for (const auto& member : answer.value.members()) {
      constexpr auto kUnavailable = collaboration::v1::OVERVIEW_STATE_UNAVAILABLE;
      if (member.catalogue().state() == kUnavailable || member.progress().state() == kUnavailable ||
          member.indicator().state() == kUnavailable) {
        answer.status = grpc::Status(grpc::UNAVAILABLE, "no answer about " + member.owner());
      }
    }
    EXPECT_TRUE(!answer.ok() || answer.value.members().size() == static_cast<int>(std::size(kDemoDocuments)));
    return answer;
  }
  Client Coordinator() const {
    return Client(ChannelTo("collaboration"), CoordinatorToken(deployment_)).Timeout(kCallTimeout);
  }

  const std::string service_;
  Deployment deployment_;
  const CertificateAuthority authority_{"proef"};
  MountedKeys keys_{deployment_.directory() / "tls"};
  const int port_ = FreePort({kFirst, kSecond, kThird, kFourth});
  NameServer names_{{kFirst, kSecond}};
  const std::string target_ = names_.Target(kName, port_);
  Replica first_{deployment_, service_, "replica-1", absl::StrCat(kFirst, ":", port_)};
  Replica second_{deployment_, service_, "replica-2", absl::StrCat(kSecond, ":", port_)};
  std::string config_;
};

// What `now` does not show of what `before` showed, or "".
std::string LostFrom(const RegionalOverview& before, const RegionalOverview& now) {
  constexpr auto kShown = collaboration::v1::OVERVIEW_STATE_SHOWN;
  const auto lost = [](const auto& shown, const auto& part) {
    return shown.state() == kShown && part.state() != kShown;
  };
  for (int i = 0; i < before.members_size(); ++i) {
    const auto& shown = before.members(i);
    if (i >= now.members_size() || now.members(i).owner() != shown.owner()) return "member " + shown.owner();
    const auto& member = now.members(i);
    if (lost(shown.catalogue(), member.catalogue()) || lost(shown.progress(), member.progress()) ||
        lost(shown.indicator(), member.indicator())) {
      return member.ShortDebugString();
    }
  }
  return "";
}

int CountOf(const std::string& log, const std::string& word) {
  int count = 0;
  for (const absl::string_view line : absl::StrSplit(log, '\n')) count += absl::StrContains(line, word) ? 1 : 0;
  return count;
}

// A rolling update of one service: everything runs the previous build, the new one migrates, and then the replicas are
// replaced while the other services stay what they are.
class UpdateTest : public RollingTest {
 protected:
  UpdateTest(const Traffic& traffic, const std::string& cluster_config)
      : RollingTest(traffic.service, cluster_config, Previous()), traffic_(traffic) {}

  void SetUp() override {
    ASSERT_TRUE(ContentOf(Previous()) != ContentOf(REGIOKOMPAS_CLI)) << "these are not two builds: " << Previous();
    for (Replica* replica : {&first_, &second_}) {
      replica->Start(Previous(), config_);
      ASSERT_LT(replica->AwaitServing(kStartTime), kStartTime);
    }
    StartOthers();
  }

  // Calls of clients to the service itself, and through the services beside it in both directions, until Stop. What
  // was shared and reported before has to be seen by all of them.
  void StartCalls() {
    const Client officer = Client(ChannelTo("intake"), OfficerToken(deployment_)).Timeout(kImportTimeout);
    ImportDemo(officer, kDemoDocuments[0]);
    ShareRegion(Client(ChannelTo("collaboration"), OfficerToken(deployment_)).Timeout(kCallTimeout));
    shown_ = AwaitRegion(Coordinator());
    ASSERT_GT(shown_.coverage().progress_members(), 0) << shown_.ShortDebugString();
    load_ = std::make_unique<Load>(traffic_, ChannelTo(service_),
                                   deployment_.Token({absl::StrCat(kOwner, "=policy_officer")}));
    overviews_ = std::thread([this, coordinator = Coordinator()] {
      while (!stop_) {
        Timed(overview_calls_, "GetRegionalOverview", [&] {
          auto answer = Overview(coordinator);
          const std::string lost = answer.ok() ? LostFrom(shown_, answer.value) : "";
          if (!lost.empty()) answer.status = grpc::Status(grpc::DATA_LOSS, "no longer shown: " + lost);
          return answer;
        });
        absl::SleepFor(absl::Milliseconds(100));
      }
    });
    imports_ = std::thread([this, officer, start = absl::Now()] {
      for (int i = 0; i < kImports; ++i) {
        absl::SleepFor(start + i * traffic_.length / kImports - absl::Now());
        if (stop_) return;
        const DemoDocument& document = kDemoDocuments[i + 1];
        const auto draft = Timed(import_calls_, "ParseDocument", [&] {
          return officer.Call(&IntakeService::Stub::ParseDocument, ParseDemo(document.owner, document.file));
        });
        Timed(import_calls_, "AcceptDraft",
              [&] { return officer.Call(&IntakeService::Stub::AcceptDraft, AcceptDemo(draft.value)); });
      }
    });
  }

  void StopCalls() {
    stop_ = true;
    if (overviews_.joinable()) overviews_.join();
    if (imports_.joinable()) imports_.join();
    if (load_ != nullptr) load_->Stop();
  }
  ~UpdateTest() override { StopCalls(); }

  // The processes are of the builds that the test says.
  void ExpectPrograms(const std::vector<const Replica*>& replicas, const fs::path& program) {
    for (const Replica* replica : replicas) EXPECT_TRUE(fs::equivalent(replica->Program(), program)) << program;
    for (const char* service : kServices) {
      if (service == service_) continue;
      EXPECT_TRUE(fs::equivalent(deployment_.ProgramOf(service), Previous())) << service;
    }
  }

  static void Stop(Replica& replica) {
    replica.Terminate();
    const int code = replica.Wait(kStopTime);
    if (code != 0) throw std::runtime_error(absl::StrCat(replica.address(), " did not end well: ", code));
  }

  void StartNew(Replica& replica) const {
    replica.Start(REGIOKOMPAS_CLI, config_);
    const absl::Duration started = replica.AwaitServing(kStartTime);
    EXPECT_LT(started, kStartTime);
    std::cout << replica.address() << " is new, SERVING after " << Milliseconds(started) << " ms\n";
  }

  // No call failed, no write was lost, none was done twice; and calls were made.
  void ExpectNothingWasNoticed() {
    SqlSession sql(deployment_.Superuser());
    const std::string rows = absl::StrCat("(", traffic_.written, ") AS made(what)");
    EXPECT_EQ(std::stoi(sql.Value("SELECT count(DISTINCT what) FROM " + rows)), load_->written());
    EXPECT_EQ(std::stoi(sql.Value("SELECT count(*) FROM " + rows)), load_->written()) << "done twice";
    EXPECT_EQ(load_->calls().failed(), 0);
    EXPECT_EQ(overview_calls_.failed(), 0);
    EXPECT_EQ(import_calls_.failed(), 0);
    EXPECT_GE(overview_calls_.made(), absl::ToInt64Seconds(traffic_.length)) << "too few overviews to show anything";
    EXPECT_EQ(import_calls_.made(), 2 * kImports) << "too few imports to show anything";
    std::cout << service_ << ": " << load_->calls().made() << " calls, " << load_->written()
              << " of them writes, longest " << Milliseconds(load_->calls().longest()) << " ms; "
              << overview_calls_.made() << " overviews, longest " << Milliseconds(overview_calls_.longest()) << " ms; "
              << import_calls_.made() << " calls of imports, longest " << Milliseconds(import_calls_.longest())
              << " ms\n";
  }

  // All but the first document, which is imported before; the last of them when most of the time has passed.
  static constexpr int kImports = static_cast<int>(std::size(kDemoDocuments)) - 1;

  const Traffic traffic_;
  std::unique_ptr<Load> load_;
  RegionalOverview shown_;
  Calls overview_calls_;
  Calls import_calls_;
  std::atomic<bool> stop_ = false;
  std::thread overviews_;
  std::thread imports_;
};

class EachServiceTest : public UpdateTest, public testing::WithParamInterface<Traffic> {
 protected:
  EachServiceTest() : UpdateTest(GetParam(), kClusterConfig) {}
};

TEST_P(EachServiceTest, NoCallFailsWhileEachReplicaIsReplaced) {
  ExpectPrograms({&first_, &second_}, Previous());
  ASSERT_NO_FATAL_FAILURE(StartCalls());
  const absl::Time start = absl::Now();
  std::cout << deployment_.Migrate(REGIOKOMPAS_CLI) << "\n";
  for (Replica* replica : {&first_, &second_}) {
    absl::SleepFor(traffic_.length / 6);
    Stop(*replica);
    StartNew(*replica);
  }
  absl::SleepFor(start + traffic_.length - absl::Now());
  // A machine that is busy with more than this test gets more time, not less to show.
  const double wanted = 0.95 * traffic_.calls_per_second * absl::ToDoubleSeconds(traffic_.length);
  const auto enough = [&] { return load_->calls().made() >= wanted && import_calls_.made() == 2 * kImports; };
  while (!enough() && absl::Now() < start + 2 * traffic_.length) {
    absl::SleepFor(absl::Milliseconds(10));
  }
  const absl::Duration took = absl::Now() - start;
  StopCalls();
  ExpectPrograms({&first_, &second_}, REGIOKOMPAS_CLI);
  ExpectNothingWasNoticed();
  EXPECT_GE(load_->calls().made(), wanted) << "too few calls to show anything";
  // Who still calls a replica that ends has not heard that it does; a moment's calls may cross the news.
  const int refused = CountOf(first_.Log() + second_.Log(), "\"DRAINING\"");
  EXPECT_LE(refused, traffic_.calls_per_second / 20);
  std::cout << "in " << Milliseconds(took) << " ms, " << load_->calls().made() / absl::ToDoubleSeconds(took)
            << " a second; " << refused << " attempts were refused and made elsewhere\n";
}

INSTANTIATE_TEST_SUITE_P(Catalogue, EachServiceTest, testing::Values(kCatalogueTraffic));
INSTANTIATE_TEST_SUITE_P(Others, EachServiceTest, testing::ValuesIn(kOtherTraffic));

// Connections do not age out here: only the end of a replica makes its callers ask for addresses again.
class NewAddressTest : public UpdateTest {
 protected:
  NewAddressTest() : UpdateTest(kTraffic, "drain_wait_seconds: 1 max_connection_age_seconds: 300\n") {}

  static constexpr Traffic kTraffic = {"catalogue",   50,           absl::Seconds(15),
                                       WriteActivity, ReadActivity, kCatalogueTraffic.written};
  Replica third_{deployment_, service_, "replica-3", absl::StrCat(kThird, ":", port_)};
  Replica fourth_{deployment_, service_, "replica-4", absl::StrCat(kFourth, ":", port_)};
};

// As pods are replaced: the new one has another address, which names give only after the old one is gone.
TEST_F(NewAddressTest, NoCallFailsWhenNamesAreLate) {
  constexpr absl::Duration kLate = absl::Seconds(2);
  // What minReadySeconds of a Deployment gives the callers of the first before the second goes; that is 30 seconds.
  constexpr absl::Duration kMinReady = absl::Seconds(5);
  ASSERT_NO_FATAL_FAILURE(StartCalls());
  absl::SleepFor(absl::Seconds(1));
  StartNew(third_);
  Stop(first_);
  absl::SleepFor(kLate);
  names_.SetAddresses({kSecond, kThird});
  absl::SleepFor(kMinReady);
  StartNew(fourth_);
  Stop(second_);
  absl::SleepFor(kLate);
  names_.SetAddresses({kThird, kFourth});
  absl::SleepFor(kMinReady);
  StopCalls();
  ExpectPrograms({&third_, &fourth_}, REGIOKOMPAS_CLI);
  ExpectNothingWasNoticed();
  EXPECT_GE(load_->calls().made(), 5 * traffic_.calls_per_second) << "too few calls to show anything";
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
