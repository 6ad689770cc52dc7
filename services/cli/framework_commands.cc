// framework list, show, versions, adopt and withdraw: what an owner has promised, and what was decided about it.
#include <functional>
#include <iostream>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "common/base/timestamp.h"
#include "common/names/resource_name.h"
#include "common/rpc/convert.h"
#include "common/rpc/pages.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "services/cli/arguments.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/framework_text.h"
#include "services/cli/subcommands.h"
#include "services/cli/table.h"

namespace regiokompas::cli {
namespace {

using catalogue::v1::Version;
using Catalogue = catalogue::v1::CatalogueService::Stub;
using Progress = progress::v1::ProgressService::Stub;

// The calls of one command.
class Frameworks {
 public:
  explicit Frameworks(const Client& client)
      : client_(client), stub_(catalogue::v1::CatalogueService::NewStub(client.channel())) {}

  template <typename Request, typename Response>
  absl::StatusOr<Response> Send(grpc::Status (Catalogue::*method)(grpc::ClientContext*, const Request&, Response*),
                                const Request& request) {
    grpc::ClientContext context;
    client_.Begin(context);
    Response response;
    RETURN_IF_ERROR(rpc::FromGrpc(((*stub_).*method)(&context, request, &response)));
    return response;
  }

  template <typename Request, typename Response, typename Take>
  absl::Status ForEach(grpc::Status (Catalogue::*list)(grpc::ClientContext*, const Request&, Response*),
                       const std::string& parent, Take take) {
    return rpc::ForEachPage(
        *stub_, list, parent, [&](grpc::ClientContext& context) { client_.Begin(context); }, take);
  }

  absl::StatusOr<FrameworkParts> Read(const catalogue::v1::StreamFrameworkRequest& request) {
    grpc::ClientContext context;
    client_.Begin(context);
    const auto reader = stub_->StreamFramework(&context, request);
    FrameworkParts parts;
    catalogue::v1::StreamFrameworkResponse message;
    while (reader->Read(&message)) {
      if (message.has_framework()) parts.framework = message.framework();
      if (message.has_section()) parts.sections.push_back(message.section());
      if (message.has_goal()) parts.goals.push_back(message.goal());
      if (message.has_contribution()) parts.contributions.push_back(message.contribution());
      if (message.has_activity()) parts.activities.push_back(message.activity());
    }
    RETURN_IF_ERROR(rpc::FromGrpc(reader->Finish()));
    return parts;
  }

  // Adds what the document of the framework reports itself, as far as the caller may read reports.
  absl::Status ReadReports(FrameworkParts& parts) {
    const std::string& document = parts.framework.provenance().document();
    if (document.empty()) return absl::OkStatus();
    const auto begin = [&](grpc::ClientContext& context) { client_.Begin(context); };
    const auto stub = progress::v1::ProgressService::NewStub(client_.channel());
    std::string cycle;
    absl::Status read = rpc::ForEachPage(*stub, &Progress::ListReportingCycles,
                                         absl::StrCat("owners/", names::OwnerOf(parts.framework.name())), begin,
                                         [&](const progress::v1::ListReportingCyclesResponse& page) {
                                           for (const auto& each : page.reporting_cycles()) {
                                             if (each.imported() && each.provenance().document() == document)
                                               cycle = each.name();
                                           }
                                         });
    if (absl::IsPermissionDenied(read)) return absl::OkStatus();
    RETURN_IF_ERROR(read);
    if (cycle.empty()) return absl::OkStatus();
    return rpc::ForEachPage(
        *stub, &Progress::ListStatusReports, cycle, begin, [&](const progress::v1::ListStatusReportsResponse& page) {
          parts.reports.insert(parts.reports.end(), page.status_reports().begin(), page.status_reports().end());
        });
  }

 private:
  const Client& client_;
  const std::unique_ptr<Catalogue> stub_;
};

void Print(const Version& version) {
  const bool adopted = version.state() == catalogue::v1::VERSION_STATE_ADOPTED;
  std::cout << Fit(names::LastId(version.name()), 8) << "  "
            << Fit(adopted ? InLanguage("vastgesteld", "adopted") : InLanguage("ingetrokken", "withdrawn"), 11) << "  "
            << InLanguage("geldt vanaf ", "holds from ") << version.valid_from_date()
            << (version.valid_until_date().empty()
                    ? ""
                    : absl::StrCat(InLanguage(" tot ", " until "), version.valid_until_date()))
            << InLanguage(", vastgelegd ", ", recorded ") << CivilDate(ToTime(version.create_time())) << ", "
            << version.goal_count() << InLanguage(" doelen, ", " goals, ") << version.activity_count()
            << InLanguage(" activiteiten", " activities")
            << (version.reason().empty() ? "" : absl::StrCat(": ", version.reason())) << "\n";
}

absl::Status List(Frameworks& frameworks, const Client& client) {
  for (const std::string& owner : client.owners()) {
    RETURN_IF_ERROR(frameworks.ForEach(&Catalogue::ListFrameworks, absl::StrCat("owners/", owner),
                                       [](const catalogue::v1::ListFrameworksResponse& page) {
                                         for (const auto& framework : page.frameworks()) {
                                           std::cout << framework.name() << "  " << StateText(framework.state()) << "  "
                                                     << framework.display_name() << "\n";
                                         }
                                       }));
  }
  return absl::OkStatus();
}

absl::Status Show(Frameworks& frameworks, const std::string& name, const Arguments& arguments) {
  catalogue::v1::StreamFrameworkRequest request;
  request.set_name(name);
  request.set_version_id(arguments.Value("version"));
  request.set_valid_date(arguments.Value("date"));
  ASSIGN_OR_RETURN(FrameworkParts parts, frameworks.Read(request));
  RETURN_IF_ERROR(frameworks.ReadReports(parts));
  PrintFramework(parts, std::cout);
  return absl::OkStatus();
}

absl::Status Versions(Frameworks& frameworks, const std::string& name) {
  return frameworks.ForEach(&Catalogue::ListVersions, name, [](const catalogue::v1::ListVersionsResponse& page) {
    for (const Version& version : page.versions()) Print(version);
  });
}

absl::Status Adopt(Frameworks& frameworks, const std::string& name, const Arguments& arguments) {
  catalogue::v1::AdoptFrameworkRequest request;
  request.set_name(name);
  request.set_adoption_date(arguments.Value("date"));
  request.set_valid_from_date(arguments.Value("from"));
  request.set_valid_until_date(arguments.Value("until"));
  request.set_reason(arguments.Value("reason"));
  request.set_request_id(RandomUuid());
  ASSIGN_OR_RETURN(const Version version, frameworks.Send(&Catalogue::AdoptFramework, request));
  Print(version);
  return absl::OkStatus();
}

absl::Status Withdraw(Frameworks& frameworks, const std::string& name, const Arguments& arguments) {
  catalogue::v1::WithdrawFrameworkRequest request;
  request.set_name(name);
  request.set_from_date(arguments.Value("from"));
  request.set_reason(arguments.Value("reason"));
  request.set_request_id(RandomUuid());
  ASSIGN_OR_RETURN(const Version version, frameworks.Send(&Catalogue::WithdrawFramework, request));
  Print(version);
  return absl::OkStatus();
}

absl::Status CheckOptions(const Arguments& arguments) {
  for (const char* name : {"date", "from", "until"}) {
    if (arguments.Flag(name) && !IsCivilDate(arguments.Value(name))) {
      return WrongWord(absl::StrCat("--", name, " is een datum JJJJ-MM-DD"),
                       absl::StrCat("--", name, " is a date YYYY-MM-DD"));
    }
  }
  return absl::OkStatus();
}

Subcommand Make(std::vector<std::string> options, std::vector<std::string> required,
                absl::Status (*run)(Frameworks&, const std::string& name, const Arguments&)) {
  return {.options = std::move(options),
          .required = std::move(required),
          .run = [run](const Client& client, const std::string& name, const Arguments& arguments) -> absl::Status {
            Frameworks frameworks(client);
            return run(frameworks, name, arguments);
          }};
}

}  // namespace

int FrameworkCommands(const Words& words) {
  static const auto* const kFamily = new SubcommandFamily{
      .command = "framework",
      .collection = "frameworks",
      .choose = {"kies list, show, versions, adopt of withdraw", "choose list, show, versions, adopt or withdraw"},
      .name = {"noem een kader", "name a framework"},
      .subcommands = {{"list",
                       {.takes_name = false,
                        .run =
                            [](const Client& client, const std::string&, const Arguments&) {
                              Frameworks frameworks(client);
                              return List(frameworks, client);
                            }}},
                      {"show", Make({"version", "date"}, {}, Show)},
                      {"versions", Make({}, {},
                                        [](Frameworks& frameworks, const std::string& name, const Arguments&) {
                                          return Versions(frameworks, name);
                                        })},
                      {"adopt", Make({"date", "from", "until", "reason"}, {}, Adopt)},
                      {"withdraw", Make({"from", "reason"}, {"reason"}, Withdraw)}},
      .check = CheckOptions};
  return RunSubcommand(*kFamily, words);
}

}  // namespace regiokompas::cli
