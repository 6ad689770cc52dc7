// activities: files of activities, out of the catalogue and into it.
#include <chrono>
#include <iostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/errors.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "common/names/resource_name.h"
#include "common/rpc/convert.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "services/cli/arguments.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/files.h"

namespace regiokompas::cli {
namespace {

constexpr size_t kMaxFileBytes = 16 << 20;
constexpr size_t kPartBytes = 512 << 10;  // of an upload
constexpr std::chrono::minutes kTimeout{3};

// A file takes longer than other calls may.
void Begin(const Client& client, grpc::ClientContext& context) {
  client.Begin(context);
  context.set_deadline(std::chrono::system_clock::now() + kTimeout);
}

constexpr errors::Kind kFileTooLarge{absl::StatusCode::kInvalidArgument, "FILE_TOO_LARGE",
                                     "The file is larger than 16 MiB", "Het bestand is groter dan 16 MiB"};

// By --format, or else by how the name of the file ends; unspecified when neither tells.
catalogue::v1::FileFormat FormatOf(const Arguments& arguments, const std::string& path) {
  const std::string stated = arguments.Value("format");
  if (stated == "csv" || (stated.empty() && absl::EndsWithIgnoreCase(path, ".csv"))) {
    return catalogue::v1::FILE_FORMAT_CSV;
  }
  for (const char* ending : {".json", ".jsonl", ".ndjson"}) {
    if (stated.empty() && absl::EndsWithIgnoreCase(path, ending)) return catalogue::v1::FILE_FORMAT_JSON_LINES;
  }
  return stated == "json" ? catalogue::v1::FILE_FORMAT_JSON_LINES : catalogue::v1::FILE_FORMAT_UNSPECIFIED;
}

absl::Status Export(const Client& client, const catalogue::v1::StreamActivityFileRequest& request) {
  const auto stub = catalogue::v1::CatalogueService::NewStub(client.channel());
  grpc::ClientContext context;
  Begin(client, context);
  const auto reader = stub->StreamActivityFile(&context, request);
  catalogue::v1::StreamActivityFileResponse part;
  while (reader->Read(&part)) std::cout.write(part.data().data(), static_cast<std::streamsize>(part.data().size()));
  RETURN_IF_ERROR(rpc::FromGrpc(reader->Finish()));
  if (!std::cout.flush()) {
    return absl::FailedPreconditionError(
        InLanguage("de uitvoer kan niet worden geschreven", "cannot write the output"));
  }
  return absl::OkStatus();
}

absl::Status Send(const Client& client, catalogue::v1::ImportActivitiesRequest part, const std::string& file,
                  catalogue::v1::ImportActivitiesResponse* response) {
  const auto stub = catalogue::v1::CatalogueService::NewStub(client.channel());
  grpc::ClientContext context;
  Begin(client, context);
  const auto writer = stub->ImportActivities(&context, response);
  size_t sent = 0;
  do {
    part.set_data(file.substr(sent, kPartBytes));
    sent += part.data().size();
    // When it breaks off, Finish says why.
    if (!writer->Write(part)) break;
    part.Clear();
  } while (sent < file.size());
  writer->WritesDone();
  return rpc::FromGrpc(writer->Finish());
}

void PrintReport(const std::string& path, const catalogue::v1::ImportActivitiesResponse& response, bool dry_run) {
  std::cout << path << ": " << response.row_count()
            << InLanguage(response.row_count() == 1 ? " rij: " : " rijen: ",
                          response.row_count() == 1 ? " row: " : " rows: ")
            << response.created_count() << InLanguage(" nieuw, ", " created, ") << response.changed_count()
            << InLanguage(" gewijzigd, ", " changed, ") << response.unchanged_count()
            << InLanguage(" ongewijzigd, ", " unchanged, ") << response.rejected_count()
            << InLanguage(" afgewezen", " rejected")
            << (dry_run ? InLanguage("; er is niets opgeslagen", "; nothing was stored") : "") << "\n";
  for (const catalogue::v1::RowReport& row : response.rows()) {
    if (row.outcome() != catalogue::v1::ROW_OUTCOME_REJECTED) continue;
    std::cout << InLanguage("  rij ", "  row ") << row.row() << InLanguage(" (regel ", " (line ") << row.line() << ")"
              << (row.activity().empty() ? "" : absl::StrCat(", ", names::LastId(row.activity()))) << ": " << row.text()
              << " [" << row.reason() << "]\n";
  }
}

int ExportActivities(const Arguments& arguments, const std::string& owner) {
  catalogue::v1::StreamActivityFileRequest request;
  request.set_parent(absl::StrCat("owners/", owner));
  request.set_format(FormatOf(arguments, ""));
  request.set_valid_date(arguments.Value("date"));
  const absl::StatusOr<Client> client = Client::Connect(arguments);
  if (!client.ok()) return PrintConnectError("activities", client.status());
  const absl::Status status = Export(*client, request);
  return status.ok() ? kDone : PrintError(status, owner);
}

int ImportActivities(const Arguments& arguments, const std::string& owner, const std::string& path) {
  catalogue::v1::ImportActivitiesRequest request;
  request.set_parent(absl::StrCat("owners/", owner));
  request.set_format(FormatOf(arguments, path));
  request.set_dry_run(arguments.Flag("dry-run"));
  request.set_request_id(RandomUuid());
  const absl::StatusOr<Client> client = Client::Connect(arguments);
  if (!client.ok()) return PrintConnectError("activities", client.status());
  const absl::StatusOr<std::string> file = ReadRegularFile(path, kMaxFileBytes, errors::Make(kFileTooLarge));
  if (!file.ok()) return PrintError(file.status(), path);
  catalogue::v1::ImportActivitiesResponse response;
  if (const absl::Status status = Send(*client, request, *file, &response); !status.ok()) {
    return PrintError(status, path);
  }
  PrintReport(path, response, request.dry_run());
  return response.rejected_count() == 0 ? kDone : kFailed;
}

}  // namespace

int Activities(const Words& words) {
  std::vector<std::string> values = ConnectionOptions();
  values.insert(values.end(), {"format", "date"});
  const absl::StatusOr<Arguments> arguments = Arguments::Read(words, values, {"dry-run"});
  if (!arguments.ok()) return PrintUsageError("activities", arguments.status());
  const auto refuse = [](const std::string& dutch, const std::string& english) {
    return PrintUsageError("activities", absl::InvalidArgumentError(InLanguage(dutch, english)));
  };
  const Words& given = arguments->positional();
  const bool exports = given.size() == 2 && given[0] == "export";
  const bool imports = given.size() == 3 && given[0] == "import";
  if (!exports && !imports) {
    return refuse("zeg export EIGENAAR of import EIGENAAR BESTAND", "say export OWNER or import OWNER FILE");
  }
  if (FormatOf(*arguments, imports ? given[2] : "") == catalogue::v1::FILE_FORMAT_UNSPECIFIED) {
    return refuse("--format is csv of json", "--format is csv or json");
  }
  if (exports && arguments->Flag("dry-run")) {
    return refuse("--dry-run hoort bij import", "--dry-run goes with import");
  }
  if (imports && arguments->Flag("date")) return refuse("--date hoort bij export", "--date goes with export");
  return exports ? ExportActivities(*arguments, given[1]) : ImportActivities(*arguments, given[1], given[2]);
}

}  // namespace regiokompas::cli
