// Regional overviews, imports and grants of five processes, of which one after another is taken away: what is shown is
// right or is missing, and says so.
#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <iostream>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/message_differencer.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "tests/resilience/region.h"
#include "tests/support/builders.h"
#include "tests/support/sql.h"

namespace regiokompas::test {
namespace {

using catalogue::v1::CatalogueService;
using collaboration::v1::CollaborationService;
using collaboration::v1::OverviewState;
using collaboration::v1::RegionalCoverage;
using collaboration::v1::RegionalOverview;
using collaboration::v1::RegionalOverviewMember;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;
using indicator::v1::IndicatorService;
using intake::v1::IntakeService;
using progress::v1::ProgressService;

constexpr std::chrono::milliseconds kCallTimeout{6000};
// Leaves the machine to what is watched.
constexpr absl::Duration kBetweenReads = absl::Milliseconds(20);

// -- What may be shown

// Adds the figures of one message to another, field by field.
void AddFigures(const Message& from, Message& to) {
  for (int i = 0; i < from.GetDescriptor()->field_count(); ++i) {
    const auto* field = from.GetDescriptor()->field(i);
    to.GetReflection()->SetInt32(&to, field,
                                 to.GetReflection()->GetInt32(to, field) + from.GetReflection()->GetInt32(from, field));
  }
}

RegionalCoverage CoverageOf(const std::vector<RegionalOverviewMember>& members) {
  RegionalCoverage sum;
  sum.set_members(static_cast<int>(members.size()));
  for (const RegionalOverviewMember& member : members) {
    sum.set_members_shown(sum.members_shown() + (member.state() == collaboration::v1::OVERVIEW_STATE_SHOWN));
    sum.set_members_not_shared(sum.members_not_shared() +
                               (member.state() == collaboration::v1::OVERVIEW_STATE_NOT_SHARED));
    sum.set_members_unavailable(sum.members_unavailable() +
                                (member.state() == collaboration::v1::OVERVIEW_STATE_UNAVAILABLE));
    sum.set_members_without_report(sum.members_without_report() +
                                   (member.state() == collaboration::v1::OVERVIEW_STATE_NO_REPORT));
    if (member.catalogue().state() == collaboration::v1::OVERVIEW_STATE_SHOWN) {
      sum.set_catalogue_members(sum.catalogue_members() + 1);
      sum.set_frameworks(sum.frameworks() + member.catalogue().frameworks());
      sum.set_activities(sum.activities() + member.catalogue().activities());
    }
    if (member.progress().state() == collaboration::v1::OVERVIEW_STATE_SHOWN) {
      sum.set_progress_members(sum.progress_members() + 1);
      AddFigures(member.progress().statuses(), *sum.mutable_statuses());
    }
    sum.set_activities_without_report(sum.activities_without_report() + member.progress().activities_without_report());
    if (member.indicator().state() == collaboration::v1::OVERVIEW_STATE_SHOWN) {
      sum.set_indicator_members(sum.indicator_members() + 1);
      sum.set_targets(sum.targets() + member.indicator().targets());
      sum.set_targets_with_value(sum.targets_with_value() + member.indicator().targets_with_value());
    }
  }
  return sum;
}

// Judges overviews by one that was taken while nothing was wrong and nothing is written since.
class Judge {
 public:
  explicit Judge(const RegionalOverview& right) {
    for (RegionalOverviewMember member : right.members()) {
      ForgetDay(member);
      right_.emplace(member.owner(), std::move(member));
    }
  }

  // What is wrong with an answer of which every member has come; "" for nothing.
  std::string Whole(const std::vector<RegionalOverviewMember>& members, const RegionalCoverage& coverage) const {
    std::vector<std::string> wrong;
    std::set<std::string> owners;
    for (const RegionalOverviewMember& member : members) {
      wrong.push_back(One(member));
      owners.insert(member.owner());
    }
    if (owners.size() != right_.size() || members.size() != right_.size()) wrong.push_back("not every member once");
    // An empty message of sums is the same as none.
    if (!MessageDifferencer::Equivalent(CoverageOf(members), coverage)) {
      wrong.push_back("coverage: " + coverage.ShortDebugString());
    }
    wrong.erase(std::remove(wrong.begin(), wrong.end(), ""), wrong.end());
    return absl::StrJoin(wrong, "\n");
  }

  // What is wrong with one member.
  std::string One(RegionalOverviewMember member) const {
    const auto found = right_.find(member.owner());
    if (found == right_.end()) return "no member: " + member.owner();
    ForgetDay(member);
    // What may be missing is, and what is there is as it was.
    RegionalOverviewMember allowed = found->second;
    const auto lose = [](auto& part, OverviewState state) {
      part.Clear();
      part.set_state(state);
    };
    const auto unavailable = collaboration::v1::OVERVIEW_STATE_UNAVAILABLE;
    if (member.catalogue().state() == unavailable) {
      lose(*allowed.mutable_catalogue(), unavailable);
      // Which activities there are is not known then.
      allowed.mutable_progress()->clear_activities_without_report();
    }
    if (member.progress().state() == unavailable) lose(*allowed.mutable_progress(), unavailable);
    if (member.indicator().state() == unavailable) lose(*allowed.mutable_indicator(), unavailable);
    allowed.set_state(StateOf(allowed));
    if (MessageDifferencer::Equals(allowed, member)) return "";
    return absl::StrCat("wanted ", allowed.ShortDebugString(), "\n   got ", member.ShortDebugString());
  }

  // Whether nothing is missing.
  bool Complete(const std::vector<RegionalOverviewMember>& members) const {
    return members.size() == right_.size() &&
           std::all_of(members.begin(), members.end(), [&](RegionalOverviewMember member) {
             ForgetDay(member);
             const auto found = right_.find(member.owner());
             return found != right_.end() && MessageDifferencer::Equals(found->second, member);
           });
  }

 private:
  // A test may run over midnight.
  static void ForgetDay(RegionalOverviewMember& member) {
    if (member.has_catalogue()) member.mutable_catalogue()->clear_reference_date();
    if (member.has_indicator()) member.mutable_indicator()->clear_reference_date();
  }

  static OverviewState StateOf(const RegionalOverviewMember& member) {
    if (member.progress().state() == collaboration::v1::OVERVIEW_STATE_NO_REPORT) return member.progress().state();
    const std::set<OverviewState> parts = {member.catalogue().state(), member.progress().state(),
                                           member.indicator().state()};
    for (const OverviewState state :
         {collaboration::v1::OVERVIEW_STATE_SHOWN, collaboration::v1::OVERVIEW_STATE_UNAVAILABLE}) {
      if (parts.count(state) > 0) return state;
    }
    return collaboration::v1::OVERVIEW_STATE_NOT_SHARED;
  }

  std::map<std::string, RegionalOverviewMember> right_;
};

std::vector<RegionalOverviewMember> MembersOf(const RegionalOverview& overview) {
  return {overview.members().begin(), overview.members().end()};
}

// -- Who reads and writes meanwhile

// Things that went wrong in several threads.
class Complaints {
 public:
  void Add(const std::string& what) {
    if (what.empty()) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    if (++count_ <= 5) text_ += what + "\n";
  }
  void AddUnlessOk(const std::string& what, const Outcome& outcome) {
    if (outcome.ok()) return;
    std::stringstream text;
    text << what << ": " << outcome;
    Add(text.str());
  }
  void Report() const { EXPECT_EQ(count_, 0) << text_; }

 private:
  std::mutex mutex_;
  int count_ = 0;
  std::string text_;
};

// Threads that repeat something until they are stopped; Stop may be called twice.
class Crew {
 public:
  ~Crew() { Stop(); }
  void Add(std::function<void()> work) {
    threads_.emplace_back([this, work = std::move(work)] {
      while (!stop_) work();
    });
  }
  void Stop() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  std::atomic<bool> stop_ = false;
  std::vector<std::thread> threads_;
};

// Counts of overviews by how they ended.
struct Readings {
  std::atomic<int> complete = 0;
  std::atomic<int> partial = 0;
  std::atomic<int> refused = 0;
  int all() const { return complete + partial + refused; }
};

// Waits until `holds`; false when that takes longer than `limit`.
bool Await(absl::Duration limit, const std::function<bool()>& holds) {
  const absl::Time give_up = absl::Now() + limit;
  while (!holds()) {
    if (absl::Now() > give_up) return false;
    absl::SleepFor(absl::Milliseconds(5));
  }
  return true;
}

// One thread's writes to one service: every name that was acknowledged.
class Writer {
 public:
  // Sends the `n`th create, with one request_id for all its attempts, and returns its name.
  using Create = std::function<std::string(int n, Complaints&)>;
  explicit Writer(Create create) : create_(std::move(create)) {}

  void WriteOne(Complaints& complaints) {
    const std::string name = create_(++count_, complaints);
    if (!name.empty()) names_.insert(name);
    // Some ten a second are enough to be hit.
    absl::SleepFor(absl::Milliseconds(50));
  }
  const std::set<std::string>& names() const { return names_; }

 private:
  const Create create_;
  int count_ = 0;
  std::set<std::string> names_;
};

template <typename Stub, typename Request, typename Response, typename NameOf>
Writer::Create Creates(const Client& client,
                       grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                       std::function<Request(int)> request, NameOf name_of) {
  return [=](int n, Complaints& complaints) -> std::string {
    const auto made = Insist(client, method, request(n));
    complaints.AddUnlessOk(absl::StrCat(Request::descriptor()->name(), " ", n), made);
    return made.ok() ? name_of(made.value) : "";
  };
}

// What an owner has: by service and kind how many resources, and how many versions of them.
std::map<std::string, std::string> HeldOf(SqlSession& sql, const std::string& owner) {
  std::map<std::string, std::string> held;
  for (const char* service : {"catalogue", "progress", "indicator", "intake"}) {
    for (const auto& row : sql.Query(absl::StrCat("SELECT kind, count(DISTINCT resource), count(*) FROM ", service,
                                                  ".history WHERE owner_id = '", owner, "' GROUP BY kind"))) {
      held[absl::StrCat(service, " ", row[0])] = absl::StrCat(row[1], " in versions: ", row[2]);
    }
  }
  return held;
}

// Every history is complete, and every change log gapless and the same as the history.
void CheckHistories(SqlSession& sql) {
  for (const std::string service : kServices) {
    SCOPED_TRACE(service);
    EXPECT_EQ(sql.Value("SELECT count(*) FROM (SELECT FROM " + service +
                        ".history GROUP BY owner_id, kind, resource HAVING min(version) <> 1 OR max(version) <> "
                        "count(*)) AS broken"),
              "0")
        << "a history misses a version";
    EXPECT_EQ(sql.Value("SELECT count(*) FROM (SELECT FROM " + service +
                        ".changes GROUP BY owner_id HAVING min(sequence) <> 1 OR max(sequence) <> count(DISTINCT "
                        "sequence)) AS broken"),
              "0")
        << "changes have a gap";
    EXPECT_EQ(sql.Value("SELECT count(*) FROM " + service +
                        ".change_heads h WHERE h.sequence <> (SELECT "
                        "coalesce(max(sequence), 0) FROM " +
                        service + ".changes c WHERE c.owner_id = h.owner_id)"),
              "0")
        << "a head is not that of its changes";
    EXPECT_EQ(sql.Value("SELECT count(*) FROM " + service + ".changes c FULL JOIN " + service +
                        ".history h USING (owner_id, kind, resource, version) WHERE c.sequence IS NULL OR h.version "
                        "IS NULL"),
              "0")
        << "changes and history differ";
  }
}

constexpr int kImportOwners = 40;
// Brings resources to catalogue, progress and indicator.
constexpr char kImported[] = "zevenaar-voortgangsrapportage-1-2022.txt";

std::string ImportOwner(int n) { return absl::StrCat("GM", 8000 + n); }

TEST(OverviewTest, EachServiceAndPostgresKilledDuringOverviewsAndImports) {
  Deployment deployment(Deployment::Processes::kOnePerService);
  deployment.StartServices();
  const Judge judge(PrepareRegion(deployment));
  const std::string coordinator = CoordinatorToken(deployment);
  std::vector<std::string> writing = {absl::StrCat(kNotSharing, "=policy_officer")};
  for (int n = 0; n < kImportOwners; ++n) writing.push_back(absl::StrCat(ImportOwner(n), "=policy_officer"));
  const std::string officer = deployment.Token(writing);
  const auto to = [&](const std::string& service) {
    return Client(deployment.ChannelTo(service), officer).Timeout(kCallTimeout);
  };

  Complaints complaints;
  // Imports the document for one owner; true when that was acknowledged.
  const auto import = [&complaints](const Client& client, int n) {
    const auto draft = Insist(client, &IntakeService::Stub::ParseDocument, ParseDemo(ImportOwner(n), kImported));
    complaints.AddUnlessOk("parse", draft);
    if (!draft.ok()) return false;
    const auto accepted = Insist(client, &IntakeService::Stub::AcceptDraft, AcceptDemo(draft.value));
    complaints.AddUnlessOk("accept", accepted);
    return accepted.ok();
  };
  ASSERT_TRUE(import(to("intake"), 0));
  SqlSession before(deployment.Superuser());
  const auto undisturbed = HeldOf(before, ImportOwner(0));
  for (const char* kind : {"catalogue activity", "progress report", "indicator target", "intake draft"}) {
    ASSERT_EQ(undisturbed.count(kind), 1u) << kind << " is not in the imported documents";
  }

  const std::string parent = OwnerName(kNotSharing);
  std::map<std::string, Writer> writers;
  const auto name = [](const auto& resource) { return resource.name(); };
  writers.emplace("catalogue", Creates<CatalogueService::Stub, catalogue::v1::CreateActivityRequest>(
                                   to("catalogue"), &CatalogueService::Stub::CreateActivity,
                                   [=](int n) { return CreateActivity(parent, absl::StrCat("schrijver-", n)); }, name));
  writers.emplace("progress", Creates<ProgressService::Stub, progress::v1::CreateReportingCycleRequest>(
                                  to("progress"), &ProgressService::Stub::CreateReportingCycle,
                                  [=](int n) { return CreateCycle(parent, absl::StrCat("schrijver-", n)); }, name));
  writers.emplace("indicator", Creates<IndicatorService::Stub, indicator::v1::BatchCreateIndicatorsRequest>(
                                   to("indicator"), &IndicatorService::Stub::BatchCreateIndicators,
                                   [=](int n) {
                                     auto request = BatchOfIndicators(parent, 1);
                                     request.mutable_requests(0)->set_indicator_id(absl::StrCat("schrijver-", n));
                                     return request;
                                   },
                                   [](const auto& batch) { return batch.indicators(0).name(); }));
  writers.emplace("collaboration", Creates<CollaborationService::Stub, collaboration::v1::CreateSharingGrantRequest>(
                                       to("collaboration"), &CollaborationService::Stub::CreateSharingGrant,
                                       [=](int n) {
                                         auto request = ShareAll(kNotSharing, "cycles", absl::StrCat("schrijver-", n));
                                         request.mutable_sharing_grant()->set_receiver("RG-liemers");
                                         return request;
                                       },
                                       name));

  Readings readings;
  std::atomic<int> imports = 0;
  const auto count = [&](const Outcome& outcome, bool complete) {
    if (!outcome.ok()) {
      ++readings.refused;
    } else if (complete) {
      ++readings.complete;
    } else {
      ++readings.partial;
    }
    if (!MayRepeat(outcome)) complaints.AddUnlessOk("overview", outcome);
  };
  Crew crew;
  for (auto& [service, writer] : writers) {
    crew.Add([&complaints, &writer = writer] { writer.WriteOne(complaints); });
  }
  crew.Add([&, client = to("intake")] {
    // The last ones are imported again and again, which changes nothing.
    if (import(client, std::min(imports + 1, kImportOwners - 1))) ++imports;
  });
  crew.Add([&, client = Client(deployment.ChannelTo("collaboration"), coordinator).Timeout(kCallTimeout)] {
    const auto overview = client.Call(&CollaborationService::Stub::GetRegionalOverview, OverviewRequest());
    const auto members = MembersOf(overview.value);
    if (overview.ok()) complaints.Add(judge.Whole(members, overview.value.coverage()));
    count(overview, judge.Complete(members));
    absl::SleepFor(kBetweenReads);
  });
  crew.Add([&, channel = deployment.ChannelTo("collaboration")] {
    collaboration::v1::StreamRegionalOverviewRequest request;
    request.set_parent(OverviewRequest().parent());
    request.set_cycle_date(OverviewRequest().cycle_date());
    const StreamedOverview stream = StreamOverview(channel, coordinator, request);
    // What came before the end counts also when the end is bad.
    for (const auto& member : stream.members) complaints.Add(judge.One(member));
    if (stream.ok()) complaints.Add(judge.Whole(stream.members, stream.overview.coverage()));
    count(stream, judge.Complete(stream.members));
    absl::SleepFor(kBetweenReads);
  });

  const auto overviews_come = [&](int more) {
    const int until = readings.all() + more;
    return Await(absl::Seconds(20), [&] { return readings.all() >= until; });
  };
  const auto whole_again = [&] {
    const int until = readings.complete + 2;
    return Await(absl::Seconds(10), [&] { return readings.complete >= until; });
  };
  // So that the next kill hits another one.
  const auto import_ends = [&] {
    const int until = imports + 1;
    return Await(absl::Seconds(20), [&] { return imports >= until; });
  };
  EXPECT_TRUE(whole_again());
  for (const std::string victim : {"catalogue", "progress", "indicator", "collaboration", "intake", "PostgreSQL"}) {
    SCOPED_TRACE(victim);
    if (victim == "PostgreSQL") {
      deployment.KillPostgres();
    } else {
      deployment.KillService(victim);
    }
    EXPECT_TRUE(overviews_come(6));
    if (victim == "PostgreSQL") {
      deployment.StartPostgres();
    } else {
      deployment.StartService(victim);
    }
    const absl::Time back = absl::Now();
    EXPECT_TRUE(whole_again()) << "the overview is not what it was";
    std::cout << victim << ": whole again after "
              << absl::FormatDuration(absl::Trunc(absl::Now() - back, absl::Milliseconds(1))) << "\n";
    EXPECT_TRUE(import_ends());
  }
  deployment.PauseService("indicator");
  absl::SleepFor(absl::Seconds(4));
  deployment.ResumeService("indicator");
  EXPECT_TRUE(whole_again()) << "the overview is not what it was after a pause";
  crew.Stop();
  complaints.Report();

  std::cout << readings.complete << " overviews were whole, " << readings.partial << " in part, " << readings.refused
            << " refused; " << imports << " imports\n";
  EXPECT_GT(readings.partial, 0) << "nothing was ever missing";
  EXPECT_GT(readings.refused, 0) << "collaboration was never away";
  EXPECT_GE(imports, 6);
  SqlSession sql(deployment.Superuser());
  CheckHistories(sql);
  for (int n = 1; n <= std::min<int>(imports, kImportOwners - 1); ++n) {
    EXPECT_EQ(HeldOf(sql, ImportOwner(n)), undisturbed) << ImportOwner(n);
  }
  for (const auto& [service, writer] : writers) {
    EXPECT_GT(writer.names().size(), 10u) << service;
    std::set<std::string> held;
    for (const auto& row : sql.Query(absl::StrCat("SELECT resource FROM ", service,
                                                  ".history WHERE resource LIKE '%/schrijver-%' AND version = 1"))) {
      held.insert(row[0]);
    }
    EXPECT_EQ(held, writer.names()) << service << ": every write once, and none that nobody asked for";
  }
}

TEST(OverviewTest, ASlowServiceCostsItsPartOnly) {
  Deployment deployment(Deployment::Processes::kOnePerService);
  deployment.StartServices();
  const Judge judge(PrepareRegion(deployment));
  const Client client = Client(deployment.ChannelTo("collaboration"), CoordinatorToken(deployment));
  deployment.PauseService("catalogue");
  for (int i = 0; i < 2; ++i) {
    const absl::Time start = absl::Now();
    const auto overview = client.Call(&CollaborationService::Stub::GetRegionalOverview, OverviewRequest());
    EXPECT_LT(absl::Now() - start, absl::Seconds(5));
    ASSERT_TRUE(IsOk(overview));
    EXPECT_EQ(judge.Whole(MembersOf(overview.value), overview.value.coverage()), "");
    EXPECT_EQ(overview.value.coverage().catalogue_members(), 0);
    EXPECT_EQ(overview.value.coverage().indicator_members(), 4);
    for (const RegionalOverviewMember& member : overview.value.members()) {
      EXPECT_EQ(member.catalogue().state(), collaboration::v1::OVERVIEW_STATE_UNAVAILABLE) << member.owner();
      if (member.owner() == kNotSharing) continue;
      EXPECT_NE(member.progress().state(), collaboration::v1::OVERVIEW_STATE_UNAVAILABLE) << member.owner();
      EXPECT_EQ(member.indicator().state(), collaboration::v1::OVERVIEW_STATE_SHOWN) << member.owner();
    }
  }
  deployment.ResumeService("catalogue");
  EXPECT_TRUE(Await(absl::Seconds(10), [&] {
    const auto overview = client.Call(&CollaborationService::Stub::GetRegionalOverview, OverviewRequest());
    return judge.Complete(MembersOf(overview.value));
  }));
}

// -- From a grant to what it opens

// How the region reads one member's summary in one service.
struct SharedRead {
  std::string service;
  std::string kind;  // of the grants that open it
  // Code, and the answer as bytes.
  std::function<std::pair<grpc::StatusCode, std::string>()> read;

  bool open() const { return read().first == grpc::OK; }
};

template <typename Stub, typename Request, typename Summary>
std::function<std::pair<grpc::StatusCode, std::string>()> Reads(
    const Client& client, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Summary*)) {
  return [=]() -> std::pair<grpc::StatusCode, std::string> {
    Request request;
    request.set_parent(OwnerName(kOtherOwner));
    request.set_receiver(kRegion);
    const auto answer = client.Call(method, request);
    return {answer.code(), answer.value.SerializeAsString()};
  };
}

// For how long after `since` it took until the read was open, or refused; the limit when it never was.
absl::Duration Took(const SharedRead& read, bool open, absl::Time since, absl::Duration limit) {
  while (absl::Now() - since < limit) {
    if (read.open() == open) return absl::Now() - since;
    absl::SleepFor(absl::Milliseconds(5));
  }
  return limit;
}

constexpr absl::Duration kOpensWithin = absl::Seconds(1);
constexpr absl::Duration kClosesWithin = absl::Milliseconds(1200);
constexpr absl::Duration kLimit = absl::Seconds(10);

class GrantTest : public testing::Test {
 protected:
  GrantTest() {
    deployment_.StartServices();
    PrepareRegion(deployment_);
    officer_ = OfficerToken(deployment_);
    const std::string region = CoordinatorToken(deployment_);
    const auto as_region = [&](const std::string& service) {
      return Client(deployment_.ChannelTo(service), region).Timeout(kCallTimeout);
    };
    reads_ = {{"catalogue", "frameworks", Reads(as_region("catalogue"), &CatalogueService::Stub::GetCatalogueSummary)},
              {"progress", "cycles", Reads(as_region("progress"), &ProgressService::Stub::GetProgressSummary)},
              {"indicator", "indicators", Reads(as_region("indicator"), &IndicatorService::Stub::GetIndicatorSummary)}};
    for (const SharedRead& read : reads_) {
      const auto [code, bytes] = read.read();
      EXPECT_EQ(code, grpc::OK) << read.service;
      right_[read.service] = bytes;
    }
  }

  Client Officer(const std::string& service) const {
    return Client(deployment_.ChannelTo(service), officer_).Timeout(kCallTimeout);
  }

  // The moment at which the answer was there.
  absl::Time Give(const std::string& kind, const std::string& id) {
    EXPECT_TRUE(IsOk(Officer("collaboration")
                         .Call(&CollaborationService::Stub::CreateSharingGrant, ShareAll(kOtherOwner, kind, id))));
    return absl::Now();
  }
  absl::Time TakeBack(const std::string& id) {
    EXPECT_TRUE(IsOk(Officer("collaboration")
                         .Call(&CollaborationService::Stub::WithdrawSharingGrant,
                               Withdraw(absl::StrCat(OwnerName(kOtherOwner), "/grants/", id)))));
    return absl::Now();
  }

  Deployment deployment_{Deployment::Processes::kOnePerService};
  std::string officer_;
  std::vector<SharedRead> reads_;
  std::map<std::string, std::string> right_;  // the whole answer, by service
};

TEST_F(GrantTest, IsInForceAndOutOfForceWithinASecond) {
  // Others read all the time: all of it or nothing, never a part.
  Complaints complaints;
  Crew crew;
  for (int i = 0; i < 2; ++i) {
    for (const SharedRead& read : reads_) {
      crew.Add([&] {
        const auto [code, bytes] = read.read();
        if (code == grpc::OK && bytes != right_[read.service]) complaints.Add(read.service + " showed other figures");
      });
    }
  }
  absl::Duration slowest_open, slowest_close;
  for (int round = 0; round < 4; ++round) {
    for (const SharedRead& read : reads_) {
      const std::string before = round == 0 ? read.kind : absl::StrCat(read.kind, "-", round);
      const absl::Duration closed = Took(read, false, TakeBack(before), kLimit);
      EXPECT_LT(closed, kClosesWithin) << read.service;
      for (int i = 0; i < 10; ++i) EXPECT_FALSE(read.open()) << read.service << " opened again";
      const absl::Duration opened = Took(read, true, Give(read.kind, absl::StrCat(read.kind, "-", round + 1)), kLimit);
      EXPECT_LT(opened, kOpensWithin) << read.service;
      slowest_close = std::max(slowest_close, closed);
      slowest_open = std::max(slowest_open, opened);
    }
  }
  crew.Stop();
  complaints.Report();
  std::cout << "in force after at most " << absl::FormatDuration(absl::Trunc(slowest_open, absl::Milliseconds(1)))
            << ", out of force after at most "
            << absl::FormatDuration(absl::Trunc(slowest_close, absl::Milliseconds(1))) << "\n";
}

TEST_F(GrantTest, WithoutCollaborationOnlyOwnDataAreRead) {
  std::atomic<int> own_reads = 0;
  Complaints complaints;
  Crew crew;
  crew.Add([&, client = Officer("catalogue")] {
    catalogue::v1::ListFrameworksRequest request;
    request.set_parent(OwnerName(kOtherOwner));
    const auto frameworks = client.Call(&CatalogueService::Stub::ListFrameworks, request);
    if (!frameworks.ok() || frameworks.value.frameworks().empty()) complaints.Add("an owner could not read its own");
    ++own_reads;
  });
  deployment_.KillService("collaboration");
  const absl::Time away = absl::Now();
  absl::Duration closed;
  for (const SharedRead& read : reads_) closed = std::max(closed, Took(read, false, away, kLimit));
  EXPECT_LT(closed, absl::Milliseconds(1300));
  EXPECT_TRUE(Await(kLimit, [&] {
    for (const SharedRead& read : reads_) EXPECT_FALSE(read.open()) << read.service << " opened by itself";
    return absl::Now() > away + absl::Seconds(5);
  }));
  deployment_.StartService("collaboration");
  const absl::Time back = absl::Now();
  absl::Duration opened;
  for (const SharedRead& read : reads_) opened = std::max(opened, Took(read, true, back, kLimit));
  EXPECT_LT(opened, absl::Seconds(2));
  crew.Stop();
  complaints.Report();
  EXPECT_GT(own_reads, 100);
  std::cout << "closed after " << absl::FormatDuration(absl::Trunc(closed, absl::Milliseconds(1)))
            << ", open again after " << absl::FormatDuration(absl::Trunc(opened, absl::Milliseconds(1))) << "; "
            << own_reads << " own reads meanwhile\n";
}

TEST_F(GrantTest, WithdrawnWhileAServiceWasAwayIsNotReadableAfterItsStart) {
  const SharedRead& read = reads_[0];
  deployment_.KillService("catalogue");
  TakeBack(read.kind);
  // What the service knew when it was killed counts for a second; it still has the grant in its tables.
  SqlSession sql(deployment_.Superuser());
  ASSERT_EQ(sql.Value(absl::StrCat("SELECT count(*) FROM catalogue.shares WHERE until_time > now() AND grant_id = '",
                                   read.kind, "' AND owner_id = '", kOtherOwner, "'")),
            "1");
  ASSERT_TRUE(Await(kLimit, [&] {
    return sql.Value("SELECT confirmed_time < now() - interval '1 second' FROM catalogue.shares_sync") == "t";
  }));
  deployment_.PauseService("collaboration");
  deployment_.StartService("catalogue");
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(read.open()) << "before the feed was followed";
  deployment_.ResumeService("collaboration");
  EXPECT_TRUE(Await(kLimit, [&] {
    EXPECT_FALSE(read.open());
    return sql.Value("SELECT confirmed_time > now() - interval '1 second' FROM catalogue.shares_sync") == "t";
  }));
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(read.open());

  // Started at once, before the second is over.
  const std::string id = "nog-een";
  EXPECT_LT(Took(read, true, Give(read.kind, id), kLimit), kOpensWithin);
  deployment_.KillService("catalogue");
  const absl::Time withdrawn = TakeBack(id);
  deployment_.StartService("catalogue");
  EXPECT_LT(Took(read, false, withdrawn, kLimit), kClosesWithin);
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(read.open());
}

}  // namespace
}  // namespace regiokompas::test
