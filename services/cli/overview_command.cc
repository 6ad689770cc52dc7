// overview: how the policy of the owners in the token stands, counted from what the services hold.
#include <algorithm>
#include <iostream>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "common/rpc/pages.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "regiokompas/intake/v1/intake_service.grpc.pb.h"
#include "regiokompas/internal/v1/overview.pb.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "services/cli/arguments.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/table.h"
#include "services/intake/parser/municipalities.h"

namespace regiokompas::cli {
namespace {

using Catalogue = catalogue::v1::CatalogueService::Stub;
using Progress = progress::v1::ProgressService::Stub;
using Indicators = indicator::v1::IndicatorService::Stub;
using Intake = intake::v1::IntakeService::Stub;

// Counts for one owner; lives for one owner.
class Counter {
 public:
  Counter(const Client& client, const std::string& owner)
      : client_(client),
        parent_(absl::StrCat("owners/", owner)),
        catalogue_(catalogue::v1::CatalogueService::NewStub(client.channel())),
        progress_(progress::v1::ProgressService::NewStub(client.channel())),
        indicators_(indicator::v1::IndicatorService::NewStub(client.channel())),
        intake_(intake::v1::IntakeService::NewStub(client.channel())) {
    overview_.set_owner(owner);
    overview_.set_display_name(std::string(intake::NameOfMunicipality(owner)));
  }

  absl::StatusOr<internal::v1::OwnerOverview> Count() {
    RETURN_IF_ERROR(CountCatalogue());
    RETURN_IF_ERROR(ReadReports());
    RETURN_IF_ERROR(ReadTargets());
    RETURN_IF_ERROR(ReadDrafts());
    for (internal::v1::FrameworkOverview& framework : *overview_.mutable_frameworks()) {
      std::map<progress::v1::Status, int> statuses;
      int without = 0;
      for (const std::string& activity : activities_[framework.name()]) {
        const auto report = reports_.find(activity);
        if (report == reports_.end()) {
          ++without;
        } else {
          ++statuses[report->second.status];
        }
      }
      framework.set_activities(static_cast<int>(activities_[framework.name()].size()));
      framework.set_activities_without_report(without);
      framework.set_targets_with_value(TargetsOf(framework.name()));
      for (const auto& [status, count] : statuses) {
        auto* entry = framework.add_statuses();
        entry->set_status(progress::v1::Status_Name(status));
        entry->set_activities(count);
      }
    }
    return overview_;
  }

 private:
  struct Latest {
    std::tuple<int, int64_t> age;  // fiscal year of the cycle, then when it was made
    progress::v1::Status status;
  };

  template <typename Stub, typename List, typename Take>
  absl::Status ForEachPage(Stub& stub, List list, const std::string& parent, Take take) {
    return rpc::ForEachPage(
        stub, list, parent, [&](grpc::ClientContext& context) { client_.Begin(context); }, take);
  }

  absl::Status CountCatalogue() {
    std::map<std::string, std::pair<std::string, int>> order;  // document and line by framework
    RETURN_IF_ERROR(ForEachPage(
        *catalogue_, &Catalogue::ListFrameworks, parent_, [&](const catalogue::v1::ListFrameworksResponse& page) {
          for (const auto& framework : page.frameworks()) {
            auto* row = overview_.add_frameworks();
            row->set_name(framework.name());
            row->set_display_name(framework.display_name());
            order[framework.name()] = {framework.provenance().document(), framework.provenance().first_line()};
          }
        }));
    // Frameworks of one document stand together, as it prints them.
    std::stable_sort(overview_.mutable_frameworks()->begin(), overview_.mutable_frameworks()->end(),
                     [&](const auto& a, const auto& b) { return order[a.name()] < order[b.name()]; });
    for (internal::v1::FrameworkOverview& row : *overview_.mutable_frameworks()) {
      RETURN_IF_ERROR(ForEachPage(
          *catalogue_, &Catalogue::ListGoals, row.name(),
          [&](const catalogue::v1::ListGoalsResponse& page) { row.set_goals(row.goals() + page.goals_size()); }));
      RETURN_IF_ERROR(ForEachPage(*catalogue_, &Catalogue::ListSections, row.name(),
                                  [&](const catalogue::v1::ListSectionsResponse& page) {
                                    row.set_sections(row.sections() + page.sections_size());
                                  }));
    }
    return ForEachPage(*catalogue_, &Catalogue::ListContributions, absl::StrCat(parent_, "/activities/-"),
                       [&](const catalogue::v1::ListContributionsResponse& page) {
                         for (const auto& contribution : page.contributions()) {
                           const std::string& name = contribution.name();
                           activities_[contribution.framework()].insert(name.substr(0, name.rfind("/contributions/")));
                         }
                       });
  }

  absl::Status ReadReports() {
    std::vector<progress::v1::ReportingCycle> cycles;
    RETURN_IF_ERROR(ForEachPage(*progress_, &Progress::ListReportingCycles, parent_,
                                [&](const progress::v1::ListReportingCyclesResponse& page) {
                                  cycles.insert(cycles.end(), page.reporting_cycles().begin(),
                                                page.reporting_cycles().end());
                                }));
    for (const progress::v1::ReportingCycle& cycle : cycles) {
      const std::tuple<int, int64_t> age(cycle.fiscal_year(), cycle.create_time().seconds());
      RETURN_IF_ERROR(ForEachPage(*progress_, &Progress::ListStatusReports, cycle.name(),
                                  [&](const progress::v1::ListStatusReportsResponse& page) {
                                    for (const auto& report : page.status_reports()) {
                                      const auto known = reports_.find(report.subject());
                                      if (known != reports_.end() && known->second.age > age) continue;
                                      reports_[report.subject()] = {age, report.status()};
                                    }
                                  }));
    }
    return absl::OkStatus();
  }

  absl::Status ReadTargets() {
    return ForEachPage(*indicators_, &Indicators::ListTargets, absl::StrCat(parent_, "/indicators/-"),
                       [&](const indicator::v1::ListTargetsResponse& page) {
                         for (const auto& target : page.targets()) {
                           if (target.value().empty() && target.steps().empty()) continue;
                           ++targets_[target.subject()];
                         }
                       });
  }

  // Of the framework itself, its goals, and the activities that contribute to it.
  int TargetsOf(const std::string& framework) const {
    const auto activities = activities_.find(framework);
    int count = 0;
    for (const auto& [subject, targets] : targets_) {
      const bool contributes = activities != activities_.end() && activities->second.count(subject) > 0;
      if (subject == framework || absl::StartsWith(subject, framework + "/goals/") || contributes) count += targets;
    }
    return count;
  }

  absl::Status ReadDrafts() {
    return ForEachPage(*intake_, &Intake::ListDrafts, parent_, [&](const intake::v1::ListDraftsResponse& page) {
      for (const auto& draft : page.drafts()) {
        if (draft.frameworks().empty()) continue;
        for (internal::v1::FrameworkOverview& row : *overview_.mutable_frameworks()) {
          // A document that holds several frameworks is counted once, on its own.
          if (row.name() != draft.frameworks(0)) continue;
          row.mutable_draft()->set_name(draft.name());
          row.mutable_draft()->set_unclassified_lines(draft.summary().unclassified_lines());
          row.mutable_draft()->set_lines(draft.summary().lines());
        }
      }
    });
  }

  const Client& client_;
  const std::string parent_;
  const std::unique_ptr<Catalogue> catalogue_;
  const std::unique_ptr<Progress> progress_;
  const std::unique_ptr<Indicators> indicators_;
  const std::unique_ptr<Intake> intake_;
  internal::v1::OwnerOverview overview_;
  std::map<std::string, std::set<std::string>> activities_;  // by framework
  std::map<std::string, Latest> reports_;                    // by subject
  std::map<std::string, int> targets_;                       // with a figure, by subject
};

void PrintText(const internal::v1::Overview& overview) {
  constexpr size_t kTitle = 44;
  const std::vector<std::string> headings = {InLanguage("doelen", "goals"),
                                             InLanguage("activiteiten", "activities"),
                                             InLanguage("zonder rapport", "no report"),
                                             InLanguage("streefwaarden", "targets"),
                                             InLanguage("teksten", "sections"),
                                             InLanguage("niet herkend", "unrecognised")};
  for (const auto& owner : overview.owners()) {
    std::cout << "\n" << owner.owner() << (owner.display_name().empty() ? "" : " " + owner.display_name()) << "\n";
    if (owner.frameworks().empty()) {
      std::cout << InLanguage("  nog geen beleidskaders\n", "  no frameworks yet\n");
      continue;
    }
    std::cout << "  " << Fit(InLanguage("beleidskader", "framework"), kTitle);
    for (const std::string& heading : headings) std::cout << "  " << heading;
    std::cout << "  status\n";
    for (const auto& row : owner.frameworks()) {
      const bool draft = row.has_draft();
      const std::vector<std::string> cells = {absl::StrCat(row.goals()),
                                              absl::StrCat(row.activities()),
                                              absl::StrCat(row.activities_without_report()),
                                              absl::StrCat(row.targets_with_value()),
                                              absl::StrCat(row.sections()),
                                              draft ? absl::StrCat(row.draft().unclassified_lines()) : "-"};
      std::cout << "  " << Fit(row.display_name(), kTitle);
      for (size_t i = 0; i < cells.size(); ++i) std::cout << "  " << Right(cells[i], Width(headings[i]));
      std::cout << "  "
                << absl::StrJoin(row.statuses(), ", ",
                                 [](std::string* out, const internal::v1::StatusCount& count) {
                                   absl::StrAppend(out, StatusText(count.status()), " ", count.activities());
                                 })
                << "\n";
    }
  }
  std::cout << "\n"
            << InLanguage(
                   "streefwaarden: met een getal; niet herkend: regels van het document;\n"
                   "status: van de nieuwste rapportage; niet afgedrukt: in het document staat geen statuswoord.\n",
                   "targets: with a figure; unrecognised: lines of the document;\n"
                   "status: of the newest report; not printed: the document prints no word for it.\n");
}

}  // namespace

int Overview(const Words& words) {
  std::vector<std::string> values = ConnectionOptions();
  for (const char* name : {"output", "date"}) values.emplace_back(name);
  const absl::StatusOr<Arguments> arguments = Arguments::Read(words, values, {});
  if (!arguments.ok()) return PrintUsageError("overview", arguments.status());
  const std::string output = arguments->Value("output", "text");
  if (output != "text" && output != "json") {
    return PrintUsageError(
        "overview", absl::InvalidArgumentError(InLanguage("--output is text of json", "--output is text or json")));
  }
  if (arguments->Flag("date") && arguments->positional().empty()) {
    return PrintUsageError("overview",
                           absl::InvalidArgumentError(InLanguage("--date hoort bij een regio, zoals RG-achterhoek",
                                                                 "--date goes with a region, such as RG-achterhoek")));
  }
  if (arguments->positional().size() == 1 && absl::StartsWith(arguments->positional().front(), "RG-")) {
    return RegionalOverview(*arguments);
  }
  if (!arguments->positional().empty()) {
    return PrintUsageError("overview", absl::InvalidArgumentError(InLanguage("onbekend woord: ", "unknown word: ") +
                                                                  arguments->positional().front()));
  }
  const absl::StatusOr<Client> client = Client::Connect(*arguments);
  if (!client.ok()) return PrintConnectError("overview", client.status());
  internal::v1::Overview overview;
  for (const std::string& owner : client->owners()) {
    auto counted = Counter(*client, owner).Count();
    if (!counted.ok()) return PrintError(counted.status(), owner);
    *overview.add_owners() = *std::move(counted);
  }
  if (output == "json") return PrintJson(overview, /*zeroes=*/true);
  PrintText(overview);
  return kDone;
}

}  // namespace regiokompas::cli
