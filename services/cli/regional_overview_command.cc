// overview RG-…: how the members of a region stand, as far as they share it with the region.
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/rpc/convert.h"
#include "regiokompas/collaboration/v1/collaboration_service.grpc.pb.h"
#include "services/cli/arguments.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/table.h"

namespace regiokompas::cli {
namespace {

using collaboration::v1::OverviewState;
using collaboration::v1::OverviewStatuses;

std::string StateText(OverviewState state) {
  switch (state) {
    case collaboration::v1::OVERVIEW_STATE_SHOWN:
      return InLanguage("getoond", "shown");
    case collaboration::v1::OVERVIEW_STATE_NOT_SHARED:
      return InLanguage("niet gedeeld", "not shared");
    case collaboration::v1::OVERVIEW_STATE_NO_REPORT:
      return InLanguage("geen rapportage", "no report");
    default:
      return InLanguage("niet bereikbaar", "unavailable");
  }
}

// A figure, or a question mark where it is not known.
std::string Figure(OverviewState state, int value) {
  return state == collaboration::v1::OVERVIEW_STATE_SHOWN ? absl::StrCat(value) : "?";
}

std::string StatusesText(const OverviewStatuses& statuses) {
  const std::vector<std::pair<int, const char*>> counts = {
      {statuses.not_started(), "STATUS_NOT_STARTED"}, {statuses.on_track(), "STATUS_ON_TRACK"},
      {statuses.at_risk(), "STATUS_AT_RISK"},         {statuses.off_track(), "STATUS_OFF_TRACK"},
      {statuses.realised(), "STATUS_REALISED"},       {statuses.stopped(), "STATUS_STOPPED"},
      {statuses.not_printed(), "STATUS_NOT_PRINTED"}};
  std::vector<std::string> parts;
  for (const auto& [count, status] : counts) {
    if (count > 0) parts.push_back(absl::StrCat(StatusText(status), " ", count));
  }
  return absl::StrJoin(parts, ", ");
}

void PrintText(const collaboration::v1::RegionalOverview& overview) {
  constexpr size_t kName = 28;
  constexpr size_t kState = 16;
  const std::vector<std::string> headings = {
      InLanguage("kaders", "frameworks"), InLanguage("activiteiten", "activities"),
      InLanguage("zonder rapport", "no report"), InLanguage("streefwaarden", "targets")};
  std::cout << overview.display_name() << InLanguage(", stand op ", ", as of ") << overview.cycle_date() << "\n  "
            << Fit(InLanguage("gemeente", "municipality"), kName) << "  " << Fit("", kState);
  for (const std::string& heading : headings) std::cout << "  " << heading;
  std::cout << "  " << Fit(InLanguage("peildatum", "date"), 10) << "  status\n";
  for (const auto& member : overview.members()) {
    const auto& progress = member.progress();
    const std::vector<std::string> cells = {
        Figure(member.catalogue().state(), member.catalogue().frameworks()),
        Figure(member.catalogue().state(), member.catalogue().activities()),
        progress.has_activities_without_report() ? absl::StrCat(progress.activities_without_report()) : "?",
        member.indicator().state() == collaboration::v1::OVERVIEW_STATE_SHOWN
            ? absl::StrCat(member.indicator().targets_with_value(), "/", member.indicator().targets())
            : "?"};
    std::cout << "  " << Fit(absl::StrCat(member.owner(), " ", member.display_name()), kName) << "  "
              << Fit(StateText(member.state()), kState);
    for (size_t i = 0; i < cells.size(); ++i) std::cout << "  " << Right(cells[i], Width(headings[i]));
    std::cout << "  " << Fit(progress.reference_date(), 10) << "  " << StatusesText(progress.statuses()) << "\n";
  }
  const auto& coverage = overview.coverage();
  std::cout << InLanguage("\nsamen: ", "\ntogether: ") << coverage.activities()
            << InLanguage(" activiteiten in ", " activities in ") << coverage.frameworks()
            << InLanguage(" kaders van ", " frameworks of ") << coverage.catalogue_members()
            << InLanguage(" van de ", " of the ") << coverage.members() << InLanguage(" gemeenten", " municipalities");
  if (const std::string statuses = StatusesText(coverage.statuses()); !statuses.empty()) {
    std::cout << "; " << statuses << InLanguage(" (van ", " (of ") << coverage.progress_members()
              << InLanguage(" van de gemeenten)", " of the municipalities)");
  }
  std::cout << "\n";
  for (const auto& [count, text] : std::vector<std::pair<int, std::string>>{
           {coverage.members_not_shared(),
            InLanguage("gemeente(n) zonder deling met de regio", "municipality(-ies) sharing nothing with the region")},
           {coverage.members_unavailable(),
            InLanguage("gemeente(n) die nu niet te lezen zijn", "municipality(-ies) that cannot be read now")},
           {coverage.members_without_report(),
            InLanguage("gemeente(n) zonder rapportage op of voor die datum",
                       "municipality(-ies) without a report on or before that day")}}) {
    if (count > 0) std::cout << InLanguage("ontbreekt: ", "missing: ") << count << " " << text << "\n";
  }
  std::cout << InLanguage(
      "?: niet gedeeld of niet te lezen; streefwaarden: met een getal / alle; niet afgedrukt: in het document "
      "staat geen statuswoord.\n",
      "?: not shared or not to be read; targets: with a figure / all; not printed: the document prints no word "
      "for it.\n");
}

}  // namespace

int RegionalOverview(const Arguments& arguments) {
  const absl::StatusOr<Client> client = Client::Connect(arguments);
  if (!client.ok()) return PrintConnectError("overview", client.status());
  const std::string region = arguments.positional().front();
  collaboration::v1::GetRegionalOverviewRequest request;
  request.set_parent("owners/" + region);
  request.set_cycle_date(arguments.Value("date"));
  grpc::ClientContext context;
  client->Begin(context);
  collaboration::v1::RegionalOverview overview;
  const absl::Status status = rpc::FromGrpc(collaboration::v1::CollaborationService::NewStub(client->channel())
                                                ->GetRegionalOverview(&context, request, &overview));
  if (!status.ok()) return PrintError(status, region);
  if (arguments.Value("output") == "json") return PrintJson(overview, /*zeroes=*/true);
  PrintText(overview);
  return kDone;
}

}  // namespace regiokompas::cli
