// drafts list, show, compare, correct, accept and example: what an officer does with what was read.
#include <unistd.h>

#include <functional>
#include <iostream>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "common/rpc/convert.h"
#include "common/rpc/pages.h"
#include "regiokompas/intake/v1/intake_service.grpc.pb.h"
#include "services/cli/arguments.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/corrections.h"
#include "services/cli/draft_text.h"
#include "services/cli/files.h"
#include "services/cli/parse_text.h"
#include "services/cli/progress_bar.h"
#include "services/cli/subcommands.h"
#include "services/intake/parser/example.h"

namespace regiokompas::cli {
namespace {

using intake::v1::Correction;
using intake::v1::Draft;
using intake::v1::DraftState;
using Intake = intake::v1::IntakeService::Stub;

// Of both columns of `show` when nobody looks at a terminal.
constexpr size_t kUsualWidth = 160;
constexpr size_t kMaxCorrectionBytes = 16 << 20;

// An error about a file.
absl::Status Named(const std::string& path, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(Printable(path), ": ", status.message()));
}

// The calls of one command.
class Drafts {
 public:
  explicit Drafts(const Client& client)
      : client_(client), stub_(intake::v1::IntakeService::NewStub(client.channel())) {}

  template <typename Request, typename Response>
  absl::StatusOr<Response> Send(grpc::Status (Intake::*method)(grpc::ClientContext*, const Request&, Response*),
                                const Request& request) {
    grpc::ClientContext context;
    client_.Begin(context);
    Response response;
    RETURN_IF_ERROR(rpc::FromGrpc(((*stub_).*method)(&context, request, &response)));
    return response;
  }

  absl::Status ForEach(const std::string& owner, const std::function<void(const Draft&)>& take) {
    return rpc::ForEachPage(
        *stub_, &Intake::ListDrafts, absl::StrCat("owners/", owner),
        [&](grpc::ClientContext& context) { client_.Begin(context); },
        [&](const intake::v1::ListDraftsResponse& page) {
          for (const Draft& draft : page.drafts()) take(draft);
        });
  }

  absl::StatusOr<Draft> Get(const std::string& name) {
    intake::v1::GetDraftRequest request;
    request.set_name(name);
    return Send(&Intake::GetDraft, request);
  }

  absl::StatusOr<DocumentLines> Lines(const std::string& document) {
    intake::v1::StreamDocumentLinesRequest request;
    request.set_name(document);
    grpc::ClientContext context;
    client_.Begin(context);
    const auto reader = stub_->StreamDocumentLines(&context, request);
    DocumentLines lines;
    intake::v1::StreamDocumentLinesResponse message;
    while (reader->Read(&message)) lines.MergeFrom(message.lines());
    RETURN_IF_ERROR(rpc::FromGrpc(reader->Finish()));
    return lines;
  }

  const Client& client() const { return client_; }

 private:
  const Client& client_;
  const std::unique_ptr<Intake> stub_;
};

// What one command was given: its options, and the name of the draft.
struct Given {
  const Arguments& arguments;
  std::string draft;
  bool json() const { return arguments.Value("output") == "json"; }
};

// The states that --state names; UNSPECIFIED is all.
const std::map<std::string, DraftState>& States() {
  static const auto* const kStates =
      new std::map<std::string, DraftState>{{"", intake::v1::DRAFT_STATE_UNSPECIFIED},
                                            {"open", intake::v1::DRAFT_STATE_OPEN},
                                            {"partly", intake::v1::DRAFT_STATE_PARTLY_ACCEPTED},
                                            {"accepted", intake::v1::DRAFT_STATE_ACCEPTED}};
  return *kStates;
}

absl::Status List(Drafts& drafts, const Given& given) {
  const DraftState wanted = States().at(given.arguments.Value("state"));
  for (const std::string& owner : drafts.client().owners()) {
    RETURN_IF_ERROR(drafts.ForEach(owner, [&](const Draft& draft) {
      if (wanted != intake::v1::DRAFT_STATE_UNSPECIFIED && draft.state() != wanted) return;
      if (given.json()) {
        PrintJson(draft, /*zeroes=*/false);
      } else {
        PrintInLine(draft, std::cout);
      }
    }));
  }
  return absl::OkStatus();
}

absl::Status Show(Drafts& drafts, const Given& given) {
  ASSIGN_OR_RETURN(const Draft draft, drafts.Get(given.draft));
  if (given.json()) {
    PrintJson(draft, /*zeroes=*/false);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const DocumentLines lines, drafts.Lines(draft.document()));
  const size_t width = TerminalWidth(STDOUT_FILENO);
  PrintHead(draft, std::cout);
  PrintElementsBeside(lines, draft.parsed(), width == 0 ? kUsualWidth : width, std::cout);
  return absl::OkStatus();
}

absl::Status Compare(Drafts& drafts, const Given& given) {
  intake::v1::CompareDraftRequest request;
  request.set_name(given.draft);
  ASSIGN_OR_RETURN(const intake::v1::CompareDraftResponse comparison, drafts.Send(&Intake::CompareDraft, request));
  if (given.json()) {
    PrintJson(comparison, /*zeroes=*/false);
  } else {
    PrintComparison(comparison, std::cout);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Correction>> CorrectionsFrom(const Arguments& arguments, const Draft& draft,
                                                        const Client& client) {
  std::vector<Correction> corrections;
  if (arguments.Flag("file")) {
    const std::string path = arguments.Value("file");
    const absl::Status too_large = WrongWord("het bestand is groter dan 16 MiB", "the file is larger than 16 MiB");
    const absl::StatusOr<std::string> json = ReadRegularFile(path, kMaxCorrectionBytes, too_large);
    if (!json.ok()) return Named(path, json.status());
    ASSIGN_OR_RETURN(corrections, ReadCorrections(*json));
  }
  const std::string owner = client.owners().size() == 1 ? client.owners().front() : "";
  for (const std::string& id : arguments.Values("drop")) RETURN_IF_ERROR(AddDrop(id, &corrections));
  for (const std::string& id : arguments.Values("new")) RETURN_IF_ERROR(AddNew(id, &corrections));
  for (const std::string& same : arguments.Values("same")) RETURN_IF_ERROR(AddSame(same, owner, &corrections));
  for (const std::string& set : arguments.Values("set")) RETURN_IF_ERROR(AddSet(set, draft.parsed(), &corrections));
  if (corrections.empty()) {
    return WrongWord("er is niets te corrigeren: gebruik --file, --set, --drop, --same of --new",
                     "there is nothing to correct: use --file, --set, --drop, --same or --new");
  }
  for (Correction& correction : corrections) {
    if (arguments.Flag("note")) correction.set_note(arguments.Value("note"));
  }
  return corrections;
}

absl::Status Correct(Drafts& drafts, const Given& given) {
  ASSIGN_OR_RETURN(const Draft draft, drafts.Get(given.draft));
  ASSIGN_OR_RETURN(const std::vector<Correction> corrections, CorrectionsFrom(given.arguments, draft, drafts.client()));
  intake::v1::CorrectDraftRequest request;
  request.set_name(draft.name());
  request.set_etag(given.arguments.Value("etag", draft.etag()));
  request.mutable_corrections()->Assign(corrections.begin(), corrections.end());
  request.set_request_id(RandomUuid());
  RETURN_IF_ERROR(drafts.Send(&Intake::CorrectDraft, request).status());
  // The answer does not hold the corrections that were made before.
  ASSIGN_OR_RETURN(const Draft corrected, drafts.Get(given.draft));
  PrintHead(corrected, std::cout);
  return absl::OkStatus();
}

absl::Status Accept(Drafts& drafts, const Given& given) {
  intake::v1::AcceptDraftRequest request;
  request.set_name(given.draft);
  request.set_etag(given.arguments.Value("etag"));
  if (request.etag().empty()) {
    ASSIGN_OR_RETURN(const Draft draft, drafts.Get(given.draft));
    request.set_etag(draft.etag());
  }
  for (const std::string& id : given.arguments.Values("element")) request.add_element_ids(id);
  for (const std::string& id : given.arguments.Values("remove")) request.add_removed_element_ids(id);
  request.set_request_id(RandomUuid());
  ASSIGN_OR_RETURN(const intake::v1::AcceptDraftResponse response, drafts.Send(&Intake::AcceptDraft, request));
  if (given.json()) {
    PrintJson(response, /*zeroes=*/false);
    return absl::OkStatus();
  }
  std::cout << StateText(response.draft().state()) << ": " << AcceptanceText(response) << "\n";
  PrintAcceptance(response, std::cout);
  return absl::OkStatus();
}

absl::Status Example(Drafts& drafts, const Given& given) {
  ASSIGN_OR_RETURN(const Draft draft, drafts.Get(given.draft));
  ASSIGN_OR_RETURN(const DocumentLines lines, drafts.Lines(draft.document()));
  const intake::Example example = intake::MakeExample(lines, draft.parsed());
  const std::string path = absl::StrCat(given.arguments.Value("out"), "/", Slug(draft.display_name(), "d"));
  for (const auto& [ending, content] :
       {std::pair(".txt", example.text), std::pair(".expected.json", example.expected)}) {
    if (absl::Status status = WriteFile(path + ending, content); !status.ok()) return Named(path + ending, status);
    std::cout << path << ending << "\n";
  }
  return absl::OkStatus();
}

absl::Status CheckOptions(const Arguments& arguments) {
  const std::string output = arguments.Value("output", "text");
  if (output != "text" && output != "json") {
    return WrongWord("--output is text of json", "--output is text or json");
  }
  if (States().count(arguments.Value("state")) == 0) {
    return WrongWord("--state is open, partly of accepted", "--state is open, partly or accepted");
  }
  return absl::OkStatus();
}

Subcommand Make(std::vector<std::string> options, std::vector<std::string> required, bool takes_draft,
                absl::Status (*run)(Drafts&, const Given&)) {
  return {.options = std::move(options),
          .required = std::move(required),
          .takes_name = takes_draft,
          .run = [run](const Client& client, const std::string& draft, const Arguments& arguments) {
            Drafts drafts(client);
            return run(drafts, {arguments, draft});
          }};
}

}  // namespace

int DraftCommands(const Words& words) {
  static const auto* const kFamily = new SubcommandFamily{
      .command = "drafts",
      .collection = "drafts",
      .choose = {"kies list, show, compare, correct, accept of example",
                 "choose list, show, compare, correct, accept or example"},
      .name = {"noem een concept", "name a draft"},
      .subcommands = {{"list", Make({"state", "output"}, {}, false, List)},
                      {"show", Make({"output"}, {}, true, Show)},
                      {"compare", Make({"output"}, {}, true, Compare)},
                      {"correct", Make({"file", "set", "drop", "same", "new", "note", "etag"}, {}, true, Correct)},
                      {"accept", Make({"element", "remove", "etag", "output"}, {}, true, Accept)},
                      {"example", Make({"out"}, {"out"}, true, Example)}},
      .check = CheckOptions};
  return RunSubcommand(*kFamily, words);
}

}  // namespace regiokompas::cli
