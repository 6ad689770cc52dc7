// Measures the running suite beside what it stands on, in rounds that take turns, and prints medians and their ratios.
// The script `run` starts all that it needs; README.md explains the tables.
#include <fcntl.h>
#include <grpcpp/grpcpp.h>
#include <re2/re2.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/hash.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/collaboration/v1/collaboration_service.grpc.pb.h"
#include "tests/load/closed_loop.h"
#include "tests/load/statements.h"
#include "tests/support/client.h"
#include "tests/support/sql.h"

namespace regiokompas::load {
namespace {

using Catalogue = catalogue::v1::CatalogueService;

constexpr int kCallers[] = {1, 8, 64};
constexpr int kChannels = 4;
constexpr std::chrono::seconds kPatience{10};
constexpr absl::Duration kWarmUp = absl::Milliseconds(200);

// The words "--name value" of the command line; every name is required.
class Options {
 public:
  Options(int argc, char** argv) {
    for (int i = 1; i + 1 < argc; i += 2) values_[argv[i]] = argv[i + 1];
  }
  const std::string& Text(const std::string& name) const {
    const auto found = values_.find("--" + name);
    if (found == values_.end()) throw std::runtime_error("--" + name + " is missing");
    return found->second;
  }
  int Int(const std::string& name) const { return static_cast<int>(Number(name)); }
  double Number(const std::string& name) const {
    double number = 0;
    if (!absl::SimpleAtod(Text(name), &number)) throw std::runtime_error("--" + name + " is not a number");
    return number;
  }

 private:
  std::map<std::string, std::string> values_;
};

std::string ReadFile(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string TokenIn(const std::string& path) { return std::string(absl::StripAsciiWhitespace(ReadFile(path))); }

// Connections to one server, shared by the callers.
std::vector<std::shared_ptr<grpc::Channel>> Connect(const std::string& address) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < kChannels; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    channels.push_back(grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
  }
  return channels;
}

// Reads an owner's activities, each caller one after the other; a wrong answer throws.
class ActivityReader {
 public:
  ActivityReader(const std::string& address, const std::string& token, const Options& options)
      : authorization_("Bearer " + token), owner_(options.Text("owner")), activities_(options.Int("activities")) {
    for (const auto& channel : Connect(address)) stubs_.push_back(Catalogue::NewStub(channel));
  }

  Measured Run(int callers, absl::Duration time) {
    std::vector<int> next(static_cast<size_t>(callers));
    return RunClosedLoop(callers, time, [&](int caller) {
      int& last = next[static_cast<size_t>(caller)];
      last = last % activities_ + 1;
      Read(caller, absl::StrCat("owners/", owner_, "/activities/activiteit-", last));
    });
  }

  void Read(int caller, const std::string& name) {
    catalogue::v1::GetActivityRequest request;
    request.set_name(name);
    grpc::ClientContext context;
    context.AddMetadata("authorization", authorization_);
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    catalogue::v1::Activity activity;
    const auto& stub = stubs_[static_cast<size_t>(caller) % stubs_.size()];
    const grpc::Status status = stub->GetActivity(&context, request, &activity);
    if (!status.ok()) throw std::runtime_error(name + ": " + status.error_message());
    if (activity.name() != name) throw std::runtime_error(name + ": the answer is " + activity.name());
  }

 private:
  const std::string authorization_;
  const std::string owner_;
  const int activities_;
  std::vector<std::unique_ptr<Catalogue::Stub>> stubs_;
};

// The same statements from as many sessions. The first second, in which every session plans them, does not count.
class Pgbench {
 public:
  // `name` tells its file from those of others.
  Pgbench(const std::string& name, const PgbenchScript& script, const Options& options)
      : output_(options.Text("work") + "/pgbench.out"), database_(options.Text("database")) {
    const std::string file = absl::StrCat(options.Text("work"), "/", name, ".sql");
    std::ofstream(file) << script.text;
    words_ = {"pgbench",       "-n", "-P", "1", "-M", "prepared", "-h", options.Text("postgres"), "-U",
              "catalogue_app", "-f", file};
    words_.insert(words_.end(), script.words.begin(), script.words.end());
  }

  // Takes whole seconds.
  Measured Run(int callers, absl::Duration time) const {
    std::vector<std::string> words = words_;
    // One more than counts, and one that pgbench may not report when the machine is busy.
    const int64_t seconds = 2 + std::max<int64_t>(1, absl::ToInt64Seconds(time));
    for (const std::string& word :
         {std::string("-c"), absl::StrCat(callers), std::string("-j"), absl::StrCat(std::min(callers, 2)),
          std::string("-T"), absl::StrCat(seconds), database_}) {
      words.push_back(word);
    }
    if (Spawn(words) != 0) throw std::runtime_error("pgbench failed: " + ReadFile(output_));
    return {MeanAfterTheFirst(ReadFile(output_))};
  }

 private:
  // From its lines "progress: 2.0 s, 3456.7 tps, …", one a second.
  static double MeanAfterTheFirst(const std::string& report) {
    static const RE2 kProgress("progress: [0-9.]+ s, ([0-9.]+) tps");
    re2::StringPiece rest(report);
    double sum = 0;
    int seconds = 0;
    for (double per_second = 0; RE2::FindAndConsume(&rest, kProgress, &per_second); ++seconds) {
      if (seconds > 0) sum += per_second;
    }
    if (seconds < 2) throw std::runtime_error("pgbench does not say how far it is: " + report);
    return sum / (seconds - 1);
  }

  int Spawn(const std::vector<std::string>& words) const {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output_.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    pid_t child = 0;
    int status = -1;
    const bool spawned = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    return spawned && waitpid(child, &status, 0) == child ? status : -1;
  }

  std::vector<std::string> words_;
  const std::string output_;
  const std::string database_;
};

using Rounds = std::vector<Measured>;

double MedianOf(const Rounds& rounds, double Measured::*figure) {
  std::vector<double> values;
  for (const Measured& round : rounds) values.push_back(round.*figure);
  return Median(values);
}

void PrintRow(const std::string& title, const std::map<int, Rounds>& by_callers, int digits,
              const std::function<double(const Rounds&, int)>& figure) {
  std::cout << absl::StrFormat("%-42s", title);
  for (const auto& [callers, rounds] : by_callers) {
    std::cout << absl::StrFormat("%12s", absl::StrFormat("%.*f", digits, figure(rounds, callers)));
  }
  std::cout << "\n";
}

void MeasureActivities(const Options& options, const std::string& token, StatementLog& log) {
  ActivityReader floor(options.Text("floor"), token, options);
  ActivityReader suite(options.Text("suite"), token, options);
  const std::string name = absl::StrCat("owners/", options.Text("owner"), "/activities/activiteit-1");
  Pgbench pgbench("activity", ToPgbench(log.Of([&] { suite.Read(0, name); })), options);

  const absl::Duration time = absl::Seconds(options.Number("seconds"));
  std::map<int, Rounds> floors, suites, databases;
  for (const int callers : kCallers) {
    floor.Run(callers, kWarmUp);
    suite.Run(callers, kWarmUp);
  }
  for (int round = 0; round < options.Int("rounds"); ++round) {
    for (const int callers : kCallers) {
      floors[callers].push_back(floor.Run(callers, time));
      suites[callers].push_back(suite.Run(callers, time));
      databases[callers].push_back(pgbench.Run(callers, time));
    }
  }

  std::cout << absl::StrFormat("%-42s%12s%12s%12s\n", "callers", "1", "8", "64");
  const auto per_second = [](const Rounds& rounds, int) { return MedianOf(rounds, &Measured::per_second); };
  PrintRow("empty RPC, calls/s", floors, 0, per_second);
  PrintRow("GetActivity, calls/s", suites, 0, per_second);
  PrintRow("pgbench of its statements, transactions/s", databases, 0, per_second);
  PrintRow("GetActivity / empty RPC", suites, 2,
           [&](const Rounds& rounds, int callers) { return per_second(rounds, 0) / per_second(floors[callers], 0); });
  PrintRow("GetActivity / pgbench", suites, 2, [&](const Rounds& rounds, int callers) {
    return per_second(rounds, 0) / per_second(databases[callers], 0);
  });
  PrintRow("GetActivity, p50 in ms", suites, 2,
           [](const Rounds& rounds, int) { return MedianOf(rounds, &Measured::p50_ms); });
  PrintRow("GetActivity, p99 / p50", suites, 1, [](const Rounds& rounds, int) {
    return MedianOf(rounds, &Measured::p99_ms) / MedianOf(rounds, &Measured::p50_ms);
  });
}

// A read of the catalogue: `number` says which of many alike.
struct Read {
  std::string title;
  std::function<test::Outcome(const test::Client& client, int number)> call;
};

std::vector<Read> ReadsOf(const std::string& owner, int activities, int versions) {
  const std::string parent = "owners/" + owner;
  const auto activity = [parent, activities](int number) {
    return absl::StrCat(parent, "/activities/activiteit-", 1 + number % activities);
  };
  static const std::vector<std::string> kQueries = {"jeugdhulp", "schulden ouderen", "huiselijk geweld", "mantelz",
                                                    "wachttijd kosten"};
  return {{"GetActivity",
           [=](const test::Client& client, int number) -> test::Outcome {
             catalogue::v1::GetActivityRequest request;
             request.set_name(activity(number));
             return client.Call(&Catalogue::Stub::GetActivity, request);
           }},
          {"GetActivity on a day",
           [=](const test::Client& client, int number) -> test::Outcome {
             catalogue::v1::GetActivityRequest request;
             request.set_name(activity(number));
             request.set_valid_date(absl::StrCat(2019 + number % versions, "-06-01"));
             return client.Call(&Catalogue::Stub::GetActivity, request);
           }},
          {"ListActivities, 50",
           [=](const test::Client& client, int) -> test::Outcome {
             catalogue::v1::ListActivitiesRequest request;
             request.set_parent(parent);
             return client.Call(&Catalogue::Stub::ListActivities, request);
           }},
          {"ListActivities on a day, 50",
           [=](const test::Client& client, int number) -> test::Outcome {
             catalogue::v1::ListActivitiesRequest request;
             request.set_parent(parent);
             request.set_valid_date(absl::StrCat(2019 + number % versions, "-06-01"));
             return client.Call(&Catalogue::Stub::ListActivities, request);
           }},
          {"SearchCatalogue",
           [=](const test::Client& client, int number) -> test::Outcome {
             catalogue::v1::SearchCatalogueRequest request;
             request.set_parent(parent);
             request.set_query(kQueries[static_cast<size_t>(number) % kQueries.size()]);
             return client.Call(&Catalogue::Stub::SearchCatalogue, request);
           }},
          {"CompareVersions", [=](const test::Client& client, int number) -> test::Outcome {
             catalogue::v1::CompareVersionsRequest request;
             const int from = 1 + number % std::max(1, versions - 1);
             request.set_name(absl::StrCat(parent, "/frameworks/kader/versions/v", from));
             request.set_to_version(absl::StrCat(parent, "/frameworks/kader/versions/v", std::min(versions, from + 1)));
             return client.Call(&Catalogue::Stub::CompareVersions, request);
           }}};
}

// Reads of an owner's catalogue, and for the region a search through all that share with it.
void MeasureReads(const Options& options, const std::string& token, const std::string& region_token,
                  StatementLog& log) {
  constexpr int kReaders = 8;
  const absl::Duration time = absl::Seconds(options.Number("seconds"));
  std::vector<test::Client> clients;
  for (const auto& channel : Connect(options.Text("suite"))) clients.emplace_back(channel, token);
  std::vector<test::Client> region_clients;
  for (const auto& channel : Connect(options.Text("suite"))) region_clients.emplace_back(channel, region_token);
  std::vector<Read> reads = ReadsOf(options.Text("owner"), options.Int("activities"), options.Int("versions"));
  reads.push_back({"SearchCatalogue of all that is shared", [&](const test::Client&, int number) -> test::Outcome {
                     catalogue::v1::SearchCatalogueRequest request;
                     request.set_parent("owners/RG-land");
                     request.set_include_shared(true);
                     request.set_query(number % 2 == 0 ? "huiselijk geweld" : "schulden ouderen");
                     const auto& client = region_clients[static_cast<size_t>(number) % region_clients.size()];
                     return client.Call(&Catalogue::Stub::SearchCatalogue, request);
                   }});
  std::map<std::string, Rounds> alone, together, databases;
  std::map<std::string, Pgbench> statements;
  const auto run = [&](const Read& read, int callers) {
    std::vector<int> numbers(static_cast<size_t>(callers));
    return RunClosedLoop(callers, time, [&](int caller) {
      const auto index = static_cast<size_t>(caller);
      const test::Outcome outcome = read.call(clients[index % clients.size()], 7 * caller + numbers[index]++);
      if (!outcome.ok()) throw std::runtime_error(absl::StrCat(read.title, ": ", outcome.status.error_message()));
    });
  };
  for (const Read& read : reads) {
    read.call(clients.front(), 0);
    statements.emplace(read.title, Pgbench(absl::StrCat("read-", statements.size()),
                                           ToPgbench(log.Of([&] { read.call(clients.front(), 0); })), options));
  }
  for (int round = 0; round < options.Int("rounds"); ++round) {
    for (const Read& read : reads) {
      alone[read.title].push_back(run(read, 1));
      together[read.title].push_back(run(read, kReaders));
      databases[read.title].push_back(statements.at(read.title).Run(kReaders, time));
    }
  }
  std::cout << absl::StrFormat("\n%-42s%12s%12s%12s%12s\n", "reads of the catalogue", "p50 ms, 1", "p50 ms, 8",
                               "p99/p50, 8", "/ pgbench");
  for (const Read& read : reads) {
    const Rounds& many = together[read.title];
    std::cout << absl::StrFormat(
        "%-42s%12.2f%12.2f%12.1f%12.2f\n", read.title, MedianOf(alone[read.title], &Measured::p50_ms),
        MedianOf(many, &Measured::p50_ms), MedianOf(many, &Measured::p99_ms) / MedianOf(many, &Measured::p50_ms),
        MedianOf(many, &Measured::per_second) / MedianOf(databases[read.title], &Measured::per_second));
  }
}

// Figures of an overview, in the order of the columns of overview.sql.
using Figures = std::vector<int64_t>;

// The overview of a region whose members share all they have, and the same counting as one statement.
class Region {
 public:
  Region(std::string owner, int members, const Options& options, const std::string& token, test::SqlSession& session)
      : owner_(std::move(owner)),
        members_(members),
        client_(Connect(options.Text("suite")).front(), token),
        session_(session) {}

  int members() const { return members_; }

  collaboration::v1::RegionalCoverage Overview() const {
    collaboration::v1::GetRegionalOverviewRequest request;
    request.set_parent("owners/" + owner_);
    request.set_cycle_date("2026-01-15");
    const auto answer = client_.Call(&collaboration::v1::CollaborationService::Stub::GetRegionalOverview, request);
    if (!answer.ok()) throw std::runtime_error(owner_ + ": " + answer.status.error_message());
    return answer.value.coverage();
  }

  // The sums over all members; a row per member comes back, as in the overview.
  Figures Count() const {
    Figures sums(12);
    for (const auto& row : session_.Query(absl::StrCat("EXECUTE overview(", members_, ")"))) {
      for (size_t i = 0; i < sums.size(); ++i) sums[i] += std::stoll(row[i]);
    }
    return sums;
  }

  bool IsWhole(const collaboration::v1::RegionalCoverage& coverage) const {
    return std::min({coverage.catalogue_members(), coverage.progress_members(), coverage.indicator_members()}) ==
           members_;
  }

  // Returns when the shares of all members have come through; throws when the figures are not those of the statement.
  void Await() const {
    const absl::Time give_up = absl::Now() + absl::Seconds(30);
    collaboration::v1::RegionalCoverage c = Overview();
    while (!IsWhole(c)) {
      if (absl::Now() > give_up) throw std::runtime_error(owner_ + " is not shown whole: " + c.ShortDebugString());
      absl::SleepFor(absl::Milliseconds(50));
      c = Overview();
    }
    const auto& s = c.statuses();
    const Figures shown = {c.activities(), s.not_started(), s.on_track(),
                           s.at_risk(),    s.off_track(),   s.realised(),
                           s.stopped(),    s.not_printed(), c.activities_without_report(),
                           c.frameworks(), c.targets(),     c.targets_with_value()};
    if (shown != Count()) throw std::runtime_error(owner_ + " is wrong: " + c.ShortDebugString());
  }

 private:
  const std::string owner_;
  const int members_;
  const test::Client client_;
  test::SqlSession& session_;
};

void MeasureOverviews(const Options& options, const std::vector<Region>& regions) {
  const absl::Duration time = absl::Seconds(options.Number("seconds"));
  std::map<int, Rounds> overviews, statements;
  int partial = 0;
  for (const Region& region : regions) region.Await();
  for (int round = 0; round < options.Int("rounds"); ++round) {
    for (const Region& region : regions) {
      overviews[region.members()].push_back(RunClosedLoop(1, time, [&](int) {
        if (!region.IsWhole(region.Overview())) ++partial;
      }));
      statements[region.members()].push_back(RunClosedLoop(1, time, [&](int) { region.Count(); }));
    }
  }

  std::cout << absl::StrFormat("\n%-42s", "members");
  for (const auto& [members, rounds] : overviews) std::cout << absl::StrFormat("%12d", members);
  std::cout << "\n";
  const auto p50 = [](const Rounds& rounds, int) { return MedianOf(rounds, &Measured::p50_ms); };
  PrintRow("GetRegionalOverview, p50 in ms", overviews, 1, p50);
  PrintRow("one statement, p50 in ms", statements, 1, p50);
  PrintRow("GetRegionalOverview / one statement", overviews, 1,
           [&](const Rounds& rounds, int members) { return p50(rounds, 0) / p50(statements[members], 0); });
  if (partial > 0) std::cout << partial << " overviews lacked members: the services were behind with the shares\n";
}

// How often a call goes to the database and back, once its statements are prepared.
void CountRoundTrips(const Options& options, const std::string& token, const std::vector<Region>& regions,
                     StatementLog& log) {
  const test::Client client(Connect(options.Text("suite")).front(), token);
  const std::string parent = "owners/" + options.Text("owner");
  int written = 0;
  const auto create = [&] {
    catalogue::v1::CreateActivityRequest request;
    request.set_parent(parent);
    request.set_activity_id(absl::StrCat("geteld-", ++written));
    request.mutable_activity()->set_display_name("Geteld");
    request.set_request_id(RandomUuid());
    return request;
  };
  const auto count = [&](const std::string& rpc, absl::FunctionRef<test::Outcome()> call) {
    const auto trips = log.Of([&] {
      const test::Outcome outcome = call();
      if (!outcome.ok()) throw std::runtime_error(absl::StrCat(rpc, ": ", outcome.status.error_message()));
    });
    std::cout << absl::StrFormat("%-42s%12d\n", rpc, trips.size());
  };

  std::cout << absl::StrFormat("\n%-42s%12s\n", "RPC", "round trips");
  count("GetActivity", [&] {
    catalogue::v1::GetActivityRequest request;
    request.set_name(parent + "/activities/activiteit-1");
    return client.Call(&Catalogue::Stub::GetActivity, request);
  });
  count("ListActivities", [&] {
    catalogue::v1::ListActivitiesRequest request;
    request.set_parent(parent);
    return client.Call(&Catalogue::Stub::ListActivities, request);
  });
  count("CreateActivity", [&] { return client.Call(&Catalogue::Stub::CreateActivity, create()); });
  count("UpdateActivity", [&] {
    catalogue::v1::UpdateActivityRequest request;
    request.mutable_activity()->set_name(parent + "/activities/activiteit-1");
    request.mutable_activity()->set_code(absl::StrCat(++written));
    request.set_request_id(RandomUuid());
    return client.Call(&Catalogue::Stub::UpdateActivity, request);
  });
  count("BatchCreateActivities of 10", [&] {
    catalogue::v1::BatchCreateActivitiesRequest request;
    request.set_parent(parent);
    request.set_request_id(RandomUuid());
    for (int i = 0; i < 10; ++i) *request.add_requests() = create();
    return client.Call(&Catalogue::Stub::BatchCreateActivities, request);
  });
  for (const Region& region : regions) {
    size_t trips = 0;
    for (bool whole = false; !whole;) {
      trips = log.Of([&] { whole = region.IsWhole(region.Overview()); }).size();
    }
    std::cout << absl::StrFormat("%-42s%12d\n", absl::StrCat("GetRegionalOverview of ", region.members()), trips);
  }
}

void Run(const Options& options) {
  const std::string token = TokenIn(options.Text("token-file"));
  const std::string region_token = TokenIn(options.Text("region-token-file"));
  test::SqlSession session(
      absl::StrCat("host=", options.Text("postgres"), " dbname=", options.Text("database"), " user=postgres"));
  session.Query(ReadFile(options.Text("overview-sql")));
  std::vector<Region> regions;
  regions.emplace_back("RG-vijf", 5, options, region_token, session);
  regions.emplace_back("RG-land", options.Int("owners"), options, region_token, session);
  StatementLog log(session, options.Text("postgres-log"));
  MeasureActivities(options, token, log);
  MeasureOverviews(options, regions);
  MeasureReads(options, token, region_token, log);
  CountRoundTrips(options, token, regions, log);
}

}  // namespace
}  // namespace regiokompas::load

int main(int argc, char** argv) {
  try {
    regiokompas::load::Run(regiokompas::load::Options(argc, argv));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "load_benchmark: " << error.what() << "\n";
    return 1;
  }
}
