// import: documents into drafts, drafts into the catalogue and the reports.
#include <algorithm>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/errors.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "common/rpc/convert.h"
#include "regiokompas/intake/v1/intake_service.grpc.pb.h"
#include "services/cli/arguments.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/files.h"
#include "services/intake/document_errors.h"
#include "services/intake/parser/parse.h"
#include "services/intake/reader/read_source.h"

namespace regiokompas::cli {
namespace {

constexpr errors::Kind kNotOwner{absl::StatusCode::kPermissionDenied, "OWNER_NOT_IN_TOKEN",
                                 "The document is of {found}, and the token is not for that owner",
                                 "Het document is van {found}, en daarvoor geldt het token niet"};
constexpr errors::Kind kOwnerUnknown{absl::StatusCode::kFailedPrecondition, "MUNICIPALITY_NOT_FOUND",
                                     "The document does not show of which municipality it is: use --municipality",
                                     "Uit het document blijkt niet van welke gemeente het is: gebruik --municipality"};

absl::StatusOr<std::string> ReadDocument(const std::string& path) {
  return ReadRegularFile(path, intake::kMaxDocumentBytes,
                         intake::DocumentError(absl::InvalidArgumentError(intake::kDocumentTooLarge)));
}

absl::StatusOr<intake::v1::ParsedDocument> ParseFile(const std::string& path, const std::string& bytes,
                                                     const std::string& municipality, const Arguments& arguments) {
  const auto source = intake::ReadSource(bytes);
  if (!source.ok()) return intake::DocumentError(source.status());
  auto parsed = intake::Parse(*source, {.file_name = path.substr(path.rfind('/') + 1),
                                        .municipality = municipality,
                                        .profile = arguments.Value("profile")});
  if (!parsed.ok()) return intake::DocumentError(parsed.status());
  return parsed;
}

std::string Short(const std::string& enum_name, const std::string& prefix) { return enum_name.substr(prefix.size()); }

void PrintParse(const std::string& path, const intake::v1::ParsedDocument& parsed) {
  int unclassified = 0;
  for (const auto& span : parsed.spans()) {
    if (span.role() == intake::v1::SPAN_ROLE_UNCLASSIFIED) unclassified += span.last_line() - span.first_line() + 1;
  }
  const auto& source = parsed.source();
  std::cout << path << "\n"
            << InLanguage("  titel          ", "  title          ") << source.title() << "\n"
            << InLanguage("  soort          ", "  kind           ")
            << Short(intake::v1::DocumentKind_Name(source.document_kind()), "DOCUMENT_KIND_") << "\n"
            << InLanguage("  gemeente       ", "  municipality   ") << source.municipality() << "\n"
            << InLanguage("  profiel        ", "  profile        ") << source.profile() << "\n"
            << InLanguage("  doelen         ", "  goals          ") << parsed.goals_size() << "\n"
            << InLanguage("  activiteiten   ", "  activities     ") << parsed.activities_size() << "\n"
            << InLanguage("  streefwaarden  ", "  targets        ") << parsed.targets_size() << "\n"
            << InLanguage("  teksten        ", "  sections       ") << parsed.sections_size() << "\n"
            << InLanguage("  niet herkend   ", "  not recognised ") << unclassified
            << InLanguage(unclassified == 1 ? " regel\n" : " regels\n", unclassified == 1 ? " line\n" : " lines\n");
  for (const auto& diagnostic : parsed.diagnostics()) {
    if (diagnostic.severity() == intake::v1::SEVERITY_INFO) continue;
    std::cout << InLanguage("  regel ", "  line ") << diagnostic.line() << ": " << diagnostic.message() << " ["
              << diagnostic.code() << "]\n";
  }
}

// Which owner the document goes to: the one that is stated, the one that it shows, or the token's only one.
absl::StatusOr<std::string> OwnerFor(const intake::v1::ParsedDocument& parsed, const Client& client,
                                     const Arguments& arguments) {
  std::string owner = arguments.Value("municipality", parsed.source().municipality());
  if (owner.empty() && client.owners().size() == 1) owner = client.owners().front();
  if (owner.empty()) return errors::Make(kOwnerUnknown);
  if (std::count(client.owners().begin(), client.owners().end(), owner) == 0) {
    return errors::Make(kNotOwner, {{"found", owner}});
  }
  return owner;
}

absl::Status Send(const Client& client, const Arguments& arguments, const std::string& path, const std::string& bytes,
                  intake::v1::AcceptDraftResponse* response) {
  // An owner of the token may be one that the list of municipalities does not know.
  const std::string stated = arguments.Value("municipality");
  const bool own = std::count(client.owners().begin(), client.owners().end(), stated) > 0;
  ASSIGN_OR_RETURN(const intake::v1::ParsedDocument parsed, ParseFile(path, bytes, own ? "" : stated, arguments));
  ASSIGN_OR_RETURN(const std::string owner, OwnerFor(parsed, client, arguments));
  const auto stub = intake::v1::IntakeService::NewStub(client.channel());

  intake::v1::ParseDocumentRequest parse;
  parse.set_parent(absl::StrCat("owners/", owner));
  parse.set_content(bytes);
  parse.set_file_name(path.substr(path.rfind('/') + 1));
  parse.set_municipality(arguments.Value("municipality"));
  parse.set_profile(arguments.Value("profile"));
  parse.set_request_id(RandomUuid());
  intake::v1::Draft draft;
  {
    grpc::ClientContext context;
    client.Begin(context);
    RETURN_IF_ERROR(rpc::FromGrpc(stub->ParseDocument(&context, parse, &draft)));
  }
  // Accepting a draft again changes nothing, and completes one that was broken off.
  intake::v1::AcceptDraftRequest accept;
  accept.set_name(draft.name());
  accept.set_etag(draft.etag());
  accept.set_request_id(RandomUuid());
  grpc::ClientContext context;
  client.Begin(context);
  return rpc::FromGrpc(stub->AcceptDraft(&context, accept, response));
}

std::string Counts(const intake::v1::AcceptDraftResponse& response) {
  int created = 0, unchanged = 0, merged = 0, left = 0;
  for (const auto& elements : response.elements()) {
    created += elements.created();
    unchanged += elements.unchanged();
    merged += elements.merged();
    left += elements.not_taken_over();
  }
  return absl::StrCat(created, InLanguage(" nieuw, ", " created, "), unchanged,
                      InLanguage(" ongewijzigd, ", " unchanged, "), merged, InLanguage(" samengevoegd, ", " merged, "),
                      left, InLanguage(" niet overgenomen", " not taken over"));
}

}  // namespace

int Import(const Words& words) {
  std::vector<std::string> values = ConnectionOptions();
  values.insert(values.end(), {"output", "municipality", "profile"});
  const absl::StatusOr<Arguments> arguments = Arguments::Read(words, values, {"dry-run"});
  if (!arguments.ok()) return PrintUsageError("import", arguments.status());
  const std::string output = arguments->Value("output", "text");
  if (output != "text" && output != "json") {
    return PrintUsageError(
        "import", absl::InvalidArgumentError(InLanguage("--output is text of json", "--output is text or json")));
  }
  const Words& files = arguments->positional();
  if (files.empty()) {
    return PrintUsageError("import", absl::InvalidArgumentError(InLanguage("noem een bestand", "name a file")));
  }
  const bool dry_run = arguments->Flag("dry-run");
  absl::StatusOr<Client> client = dry_run ? Client() : Client::Connect(*arguments);
  if (!client.ok()) return PrintConnectError("import", client.status());
  // Every file is tried; the exit code is that of the first that failed.
  int exit_code = kDone;
  const auto failed = [&](const absl::Status& status, const std::string& path) {
    const int code = PrintError(status, path);
    if (exit_code == kDone) exit_code = code;
  };
  for (size_t i = 0; i < files.size(); ++i) {
    const absl::StatusOr<std::string> bytes = ReadDocument(files[i]);
    if (!bytes.ok()) {
      failed(bytes.status(), files[i]);
      continue;
    }
    if (dry_run) {
      const auto parsed = ParseFile(files[i], *bytes, arguments->Value("municipality"), *arguments);
      if (!parsed.ok()) {
        failed(parsed.status(), files[i]);
      } else if (output == "json") {
        PrintJson(*parsed, /*zeroes=*/false);
      } else {
        PrintParse(files[i], *parsed);
      }
      continue;
    }
    intake::v1::AcceptDraftResponse response;
    if (absl::Status status = Send(*client, *arguments, files[i], *bytes, &response); !status.ok()) {
      failed(status, files[i]);
    } else if (output == "json") {
      response.mutable_draft()->clear_parsed();
      PrintJson(response, /*zeroes=*/false);
    } else {
      std::cout << "[" << i + 1 << "/" << files.size() << "] " << files[i].substr(files[i].rfind('/') + 1) << ": "
                << Counts(response) << std::endl;
    }
  }
  return exit_code;
}

}  // namespace regiokompas::cli
