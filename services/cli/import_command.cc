// import: documents into drafts, drafts into the catalogue and the reports.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <iostream>
#include <map>
#include <mutex>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/base/errors.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "common/rpc/convert.h"
#include "common/rpc/pages.h"
#include "regiokompas/intake/v1/intake_service.grpc.pb.h"
#include "services/cli/arguments.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/document_files.h"
#include "services/cli/draft_text.h"
#include "services/cli/files.h"
#include "services/cli/import_summary.h"
#include "services/cli/in_order.h"
#include "services/cli/parse_text.h"
#include "services/cli/progress_bar.h"
#include "services/cli/table.h"
#include "services/intake/document_errors.h"
#include "services/intake/parser/page_furniture.h"
#include "services/intake/parser/parse.h"
#include "services/intake/parser/profile.h"
#include "services/intake/parser/text_lines.h"
#include "services/intake/reader/read_source.h"

namespace regiokompas::cli {
namespace {

using intake::v1::ParsedDocument;
using Intake = intake::v1::IntakeService::Stub;

constexpr size_t kMaxProfileBytes = 256 << 10;
constexpr int kMaxParallel = 8;

constexpr errors::Kind kNotOwner{absl::StatusCode::kPermissionDenied, "OWNER_NOT_IN_TOKEN",
                                 "The document is of {found}, and the token is not for that owner",
                                 "Het document is van {found}, en daarvoor geldt het token niet"};
constexpr errors::Kind kOwnerUnknown{absl::StatusCode::kFailedPrecondition, "MUNICIPALITY_NOT_FOUND",
                                     "The document does not show of which municipality it is: use --municipality",
                                     "Uit het document blijkt niet van welke gemeente het is: gebruik --municipality"};
constexpr errors::Kind kProfileTooLarge{absl::StatusCode::kInvalidArgument, "PROFILE_TOO_LARGE",
                                        "The profile is larger than 256 KiB", "Het profiel is groter dan 256 KiB"};
constexpr errors::Kind kNoDocuments{absl::StatusCode::kNotFound, "NO_DOCUMENTS", "There are no documents in it",
                                    "Er staan geen documenten in"};
constexpr errors::Kind kPartlyAccepted{
    absl::StatusCode::kFailedPrecondition, "DRAFT_PARTLY_ACCEPTED",
    "An officer accepted a part of it; see: regiokompas drafts accept",
    "Een beleidsmedewerker heeft een deel overgenomen; zie: regiokompas drafts accept"};
constexpr errors::Kind kCorrected{absl::StatusCode::kFailedPrecondition, "DRAFT_CORRECTED",
                                  "An officer has corrected the draft: accept it with drafts accept",
                                  "Een medewerker heeft het concept verbeterd: aanvaard het met drafts accept"};
constexpr errors::Kind kReadBefore{
    absl::StatusCode::kFailedPrecondition, "SOURCE_ACCEPTED_BEFORE",
    "Another reading of the same source was accepted before; see: regiokompas drafts compare",
    "Een andere lezing van dezelfde bron is eerder overgenomen; zie: regiokompas drafts compare"};

// What was asked for.
struct Request {
  std::string municipality;
  std::string profile;
  std::string profile_text;
  bool json = false;
  bool dry_run = false;
  bool explain = false;
  bool draft_only = false;
  bool again = false;
  int parallel = 2;
};

// One file, read.
struct Reading {
  absl::Status status;
  std::string sha256;
  // For sending; empty in a dry run.
  std::string bytes;
  // A draft of these bytes after which there is nothing to send.
  intake::v1::Draft known;
  // Of a document to send only the municipality is kept, of one that is known nothing.
  ParsedDocument parsed;
  DocumentLines lines;
  // For an explanation.
  intake::Inference inference;
};

// What became of one file that was sent.
struct Sent {
  ImportOutcome outcome = ImportOutcome::kRefused;
  // Why it was refused or waits.
  absl::Status status;
  intake::v1::AcceptDraftResponse response;
};

std::string BaseName(const std::string& path) { return Printable(path.substr(path.rfind('/') + 1)); }

std::string TextOf(const absl::Status& status) {
  return WantsEnglish() ? std::string(status.message()) : errors::DutchOf(status);
}

DocumentLines LinesOf(const intake::SourceText& source) {
  DocumentLines lines;
  for (const intake::Line& line : intake::SplitLines(source)) {
    auto* const added = lines.Add();
    added->set_number(line.number);
    added->set_text(std::string(line.raw));
  }
  return lines;
}

absl::StatusOr<ParsedDocument> ParseText(const intake::SourceText& source, const std::string& path,
                                         const std::string& municipality, const Request& request) {
  auto parsed = intake::Parse(source, {.file_name = BaseName(path),
                                       .municipality = municipality,
                                       .profile = request.profile,
                                       .profile_text = request.profile_text});
  if (!parsed.ok()) return intake::DocumentError(parsed.status());
  return parsed;
}

void PrintParse(const std::string& path, const Reading& reading) {
  const ParsedDocument& parsed = reading.parsed;
  const int unclassified = UnclassifiedLines(reading.lines, parsed);
  const auto& source = parsed.source();
  std::cout << path << "\n"
            << InLanguage("  titel          ", "  title          ") << Printable(source.title()) << "\n"
            << InLanguage("  soort          ", "  kind           ")
            << EnumText(intake::v1::DocumentKind_Name(source.document_kind()), "DOCUMENT_KIND_") << "\n"
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
    std::cout << InLanguage("  regel ", "  line ") << diagnostic.line() << ": " << Printable(diagnostic.message())
              << " [" << diagnostic.code() << "]\n";
  }
}

// How well each profile fits, and by what.
void PrintFits(const intake::Inference& inference) {
  for (const intake::ProfileFit& fit : inference.fits) {
    std::cout << "  " << Right(absl::StrFormat("%.0f%%", 100 * fit.score), 6) << "  " << Fit(fit.profile, 22) << "  "
              << absl::StrJoin(fit.found, ", ") << "\n";
  }
}

void Explain(const std::string& path, const Reading& reading, bool json) {
  if (json) return PrintExplanationAsJson(reading.lines, reading.parsed, std::cout);
  std::cout << path << "\n";
  PrintExplanation(reading.lines, reading.parsed, TerminalWidth(STDOUT_FILENO), std::cout);
  std::cout << InLanguage("Profiel: ", "Profile: ") << reading.parsed.source().profile()
            << InLanguage("; wat van elk profiel te vinden is:\n", "; what of each profile can be found:\n");
  PrintFits(reading.inference);
  PrintRuleCounts(reading.lines, reading.parsed, std::cout);
}

// The drafts that the service has, by the document they are of.
class KnownDrafts {
 public:
  // Asks for the drafts of every owner that the token may read.
  static absl::StatusOr<KnownDrafts> List(const Client& client, const std::vector<std::string>& owners) {
    KnownDrafts known;
    const auto stub = intake::v1::IntakeService::NewStub(client.channel());
    for (const std::string& owner : owners) {
      const absl::Status status = rpc::ForEachPage(
          *stub, &Intake::ListDrafts, absl::StrCat("owners/", owner),
          [&](grpc::ClientContext& context) { client.Begin(context); },
          [&](const intake::v1::ListDraftsResponse& page) {
            for (const auto& draft : page.drafts()) {
              known.drafts_.emplace(draft.document(), Known{draft.name(), draft.profile(), draft.state()});
            }
          });
      // What may not be read may still be written, or is refused when it is sent.
      if (!status.ok() && !absl::IsPermissionDenied(status)) return status;
    }
    known.owners_ = owners;
    return known;
  }

  // A draft of these bytes after which there is nothing to send; the draft is empty when there is none. One that was
  // accepted goes before one that an officer is busy with.
  intake::v1::Draft Find(const std::string& sha256, const Request& request) const {
    intake::v1::Draft found;
    // Two profiles of officers may have one name.
    if (!request.profile_text.empty()) return found;
    for (const std::string& owner : owners_) {
      const auto [first, last] =
          drafts_.equal_range(absl::StrCat("owners/", owner, "/documents/d-", sha256.substr(0, 24)));
      for (auto draft = first; draft != last; ++draft) {
        const Known& known = draft->second;
        if (!request.profile.empty() && known.profile != request.profile) continue;
        if (known.state < intake::v1::DRAFT_STATE_PARTLY_ACCEPTED && !request.draft_only) continue;
        if (known.state < found.state()) continue;
        found.set_name(known.name);
        found.set_document(draft->first);
        found.set_profile(known.profile);
        found.set_state(known.state);
      }
    }
    return found;
  }

 private:
  struct Known {
    std::string name;
    std::string profile;
    intake::v1::DraftState state;
  };

  std::vector<std::string> owners_;
  std::multimap<std::string, Known> drafts_;
};

// Sends documents, one at a time and in order: what one brings decides how the next is matched.
class Sender {
 public:
  Sender(const Client& client, const Request& request)
      : client_(client), request_(request), stub_(intake::v1::IntakeService::NewStub(client.channel())) {}

  // The draft after which a file with these bytes need not be sent; its name is empty when there is none. Called by
  // several threads.
  absl::StatusOr<intake::v1::Draft> FindKnown(const std::string& sha256) {
    if (request_.again) return intake::v1::Draft();
    // When no file can be read, nobody needs to be asked.
    std::call_once(listed_, [this] { known_ = KnownDrafts::List(client_, Owners()); });
    RETURN_IF_ERROR(known_.status());
    return known_->Find(sha256, request_);
  }

  Sent Send(const std::string& path, const Reading& reading) {
    Sent sent;
    sent.status = reading.status;
    if (!sent.status.ok()) return sent;
    if (!reading.known.name().empty()) {
      *sent.response.mutable_draft() = reading.known;
      SetKnown(&sent);
      return sent;
    }
    if (!sent_.insert(reading.sha256).second) {
      sent.outcome = ImportOutcome::kKnown;
      return sent;
    }
    sent.status = ParseAndAccept(path, reading, &sent);
    return sent;
  }

 private:
  static void SetKnown(Sent* sent) {
    const bool partly = sent->response.draft().state() == intake::v1::DRAFT_STATE_PARTLY_ACCEPTED;
    sent->outcome = partly ? ImportOutcome::kWaiting : ImportOutcome::kKnown;
    if (partly) sent->status = errors::Make(kPartlyAccepted);
  }

  // The owners whose drafts may be those of a file.
  std::vector<std::string> Owners() const {
    const std::vector<std::string>& owners = client_.owners();
    if (request_.municipality.empty()) return owners;
    return std::count(owners.begin(), owners.end(), request_.municipality) > 0
               ? std::vector<std::string>{request_.municipality}
               : std::vector<std::string>();
  }

  // Which owner the document goes to: the one that is stated, the one that it shows, or the token's only one.
  absl::StatusOr<std::string> OwnerFor(const Reading& reading) const {
    const std::vector<std::string>& owners = client_.owners();
    std::string owner = request_.municipality;
    if (owner.empty()) owner = reading.parsed.source().municipality();
    if (owner.empty() && owners.size() == 1) owner = owners.front();
    if (owner.empty()) return errors::Make(kOwnerUnknown);
    if (std::count(owners.begin(), owners.end(), owner) == 0) return errors::Make(kNotOwner, {{"found", owner}});
    return owner;
  }

  absl::Status ParseAndAccept(const std::string& path, const Reading& reading, Sent* sent) const {
    ASSIGN_OR_RETURN(const std::string owner, OwnerFor(reading));
    intake::v1::Draft& draft = *sent->response.mutable_draft();
    {
      intake::v1::ParseDocumentRequest parse;
      parse.set_parent(absl::StrCat("owners/", owner));
      parse.set_content(reading.bytes);
      parse.set_file_name(BaseName(path));
      parse.set_municipality(request_.municipality);
      parse.set_profile(request_.profile);
      parse.set_profile_text(request_.profile_text);
      parse.set_request_id(RandomUuid());
      grpc::ClientContext context;
      client_.Begin(context);
      RETURN_IF_ERROR(rpc::FromGrpc(stub_->ParseDocument(&context, parse, &draft)));
    }
    draft.clear_parsed();
    const bool partly = draft.state() == intake::v1::DRAFT_STATE_PARTLY_ACCEPTED;
    const bool accepted = draft.state() == intake::v1::DRAFT_STATE_ACCEPTED;
    if (partly || (accepted && !request_.again)) {
      SetKnown(sent);
      return sent->status;
    }
    if (request_.draft_only) {
      sent->outcome = ImportOutcome::kDrafted;
      return absl::OkStatus();
    }
    // What somebody is correcting is complete when they say so.
    const bool touched = draft.update_time().SerializeAsString() != draft.create_time().SerializeAsString();
    if (touched && !accepted) {
      sent->outcome = ImportOutcome::kWaiting;
      return errors::Make(kCorrected);
    }
    if (!draft.previous_draft().empty() && !accepted) {
      sent->outcome = ImportOutcome::kWaiting;
      return errors::Make(kReadBefore);
    }
    // Accepting a draft again changes nothing, and completes one that was broken off.
    intake::v1::AcceptDraftRequest accept;
    accept.set_name(draft.name());
    accept.set_etag(draft.etag());
    accept.set_request_id(RandomUuid());
    grpc::ClientContext context;
    client_.Begin(context);
    intake::v1::AcceptDraftResponse response;
    absl::Status status = rpc::FromGrpc(stub_->AcceptDraft(&context, accept, &response));
    if (status.ok()) {
      sent->outcome = ImportOutcome::kAccepted;
      sent->response = std::move(response);
      sent->response.mutable_draft()->clear_parsed();
    } else if (absl::IsFailedPrecondition(status)) {
      sent->outcome = ImportOutcome::kWaiting;
    }
    return status;
  }

  const Client& client_;
  const Request& request_;
  const std::unique_ptr<Intake> stub_;
  std::once_flag listed_;
  absl::StatusOr<KnownDrafts> known_;
  // Of what was sent, so that two files of the same bytes are one document.
  std::set<std::string> sent_;
};

volatile std::sig_atomic_t interrupted = 0;

// Ctrl-C ends the work after the files at hand; a second one ends it at once.
void StopOnInterrupt() {
  struct sigaction action = {};
  action.sa_handler = [](int /*signal*/) { interrupted = 1; };
  action.sa_flags = SA_RESETHAND | SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
}

// One `import` over all its files.
class ImportRun {
 public:
  ImportRun(const Request& request, const DocumentFiles& files, const Client& client, Sender* sender)
      : request_(request), files_(files), client_(client), sender_(sender), bar_(files.paths.size()) {
    summary_.LeaveOut(files.hidden, files.links, files.other_types);
  }

  int Run() {
    StopOnInterrupt();
    for (const auto& [folder, why] : files_.unreadable) {
      Refuse(absl::FailedPreconditionError(why), folder);
    }
    const size_t done = RunInOrder(
        files_.paths.size(), request_.parallel, [this](size_t i) { return Read(files_.paths[i]); },
        [this](size_t i, const Reading& reading) { Take(i, reading); },
        [this] { return interrupted != 0 || token_refused_; });
    bar_.Clear();
    const size_t left = files_.paths.size() - done;
    summary_.Stop(left);
    if (files_.any_folder && request_.json && !request_.explain) {
      summary_.PrintAsJson(std::cout);
    } else if (!request_.json && !request_.explain && (files_.any_folder || files_.paths.size() > 1)) {
      summary_.Print(std::cout);
    }
    if (left > 0) SayHowToGoOn(left);
    return exit_code_;
  }

 private:
  // Called by several threads.
  Reading Read(const std::string& path) {
    bar_.Start(BaseName(path));
    Reading reading;
    reading.status = ReadInto(path, &reading);
    return reading;
  }

  absl::Status ReadInto(const std::string& path, Reading* reading) const {
    const absl::Status too_large = intake::DocumentError(absl::InvalidArgumentError(intake::kDocumentTooLarge));
    ASSIGN_OR_RETURN(std::string bytes, ReadRegularFile(path, intake::kMaxDocumentBytes, too_large));
    reading->sha256 = Sha256Hex(bytes);
    if (sender_ != nullptr) {
      ASSIGN_OR_RETURN(reading->known, sender_->FindKnown(reading->sha256));
      if (!reading->known.name().empty()) return absl::OkStatus();
    }
    const auto source = intake::ReadSource(bytes);
    if (!source.ok()) return intake::DocumentError(source.status());
    // An owner of the token may be one that the list of municipalities does not know.
    const std::vector<std::string>& owners = client_.owners();
    const bool own = std::count(owners.begin(), owners.end(), request_.municipality) > 0;
    ASSIGN_OR_RETURN(ParsedDocument parsed, ParseText(*source, path, own ? "" : request_.municipality, request_));
    if (sender_ == nullptr) {
      reading->parsed = std::move(parsed);
      reading->lines = LinesOf(*source);
      if (request_.explain) {
        std::vector<intake::Line> lines = intake::SplitLines(*source);
        intake::TakeFurniture(&lines);
        reading->inference = intake::ProfileSet::Instance().Infer(lines);
      }
    } else {
      reading->parsed.mutable_source()->set_municipality(parsed.source().municipality());
      reading->bytes = std::move(bytes);
    }
    return absl::OkStatus();
  }

  // Called for one file at a time, in order.
  void Take(size_t i, const Reading& reading) {
    Sent sent;
    if (sender_ != nullptr) sent = sender_->Send(files_.paths[i], reading);
    bar_.Done([&] {
      if (sender_ == nullptr) {
        TakeReading(i, reading);
      } else {
        TakeSent(i, sent);
      }
      std::cout.flush();
    });
  }

  void TakeReading(size_t i, const Reading& reading) {
    const std::string& path = files_.paths[i];
    if (!reading.status.ok()) return Refuse(reading.status, path);
    const int unclassified = UnclassifiedLines(reading.lines, reading.parsed);
    summary_.AddRead(reading.parsed, reading.lines.size(), unclassified);
    if (request_.explain) {
      Explain(Printable(path), reading, request_.json);
    } else if (!files_.any_folder && request_.json) {
      PrintJson(reading.parsed, /*zeroes=*/false);
    } else if (!files_.any_folder) {
      PrintParse(Printable(path), reading);
    } else if (!request_.json) {
      std::cout << Numbered(i) << reading.parsed.source().profile() << ", " << reading.parsed.goals_size()
                << InLanguage(" doelen, ", " goals, ") << reading.parsed.activities_size()
                << InLanguage(" activiteiten, ", " activities, ") << unclassified << InLanguage(" van ", " of ")
                << reading.lines.size() << InLanguage(" regels niet herkend\n", " lines not recognised\n");
    }
  }

  void TakeSent(size_t i, const Sent& sent) {
    if (sent.outcome == ImportOutcome::kRefused) {
      Refuse(sent.status, files_.paths[i]);
      token_refused_ = absl::IsUnauthenticated(sent.status);
      return;
    }
    summary_.Add(sent.outcome, errors::ReasonOf(sent.status), TextOf(sent.status));
    if (sent.outcome == ImportOutcome::kWaiting && exit_code_ == kDone) exit_code_ = kFailed;
    if (!request_.json) {
      std::cout << Numbered(i) << OutcomeText(sent) << "\n";
    } else if (!files_.any_folder) {
      PrintJson(sent.response, /*zeroes=*/false);
    }
  }

  static std::string OutcomeText(const Sent& sent) {
    const std::string& draft = sent.response.draft().name();
    switch (sent.outcome) {
      case ImportOutcome::kAccepted:
        return AcceptanceText(sent.response);
      case ImportOutcome::kKnown:
        return InLanguage("stond er al, 0 nieuw", "was there already, 0 created");
      case ImportOutcome::kDrafted:
        return absl::StrCat(InLanguage("concept bewaard: ", "draft kept: "), draft);
      default:
        return absl::StrCat(InLanguage("wacht op een beleidsmedewerker: ", "waits for an officer: "),
                            TextOf(sent.status), " [", errors::ReasonOf(sent.status), "] ", draft);
    }
  }

  std::string Numbered(size_t i) const {
    const std::string& path = files_.paths[i];
    return absl::StrCat("[", i + 1, "/", files_.paths.size(), "] ",
                        files_.any_folder ? Printable(path) : BaseName(path), ": ");
  }

  // The exit code is that of the first that failed.
  void Refuse(const absl::Status& status, const std::string& path) {
    summary_.Add(ImportOutcome::kRefused, errors::ReasonOf(status), TextOf(status));
    const int code = PrintError(status, Printable(path));
    if (exit_code_ == kDone) exit_code_ = code;
  }

  void SayHowToGoOn(size_t left) {
    if (exit_code_ == kDone) exit_code_ = kFailed;
    const std::string files = absl::StrCat(" (", left, InLanguage(" bestanden te gaan)\n", " files to go)\n"));
    if (token_refused_) {
      std::cerr << InLanguage("gestopt: het token geldt niet (meer); met een nieuw token gaat dezelfde opdracht verder",
                              "stopped: the token is not valid (any more); with a new one the same command goes on");
    } else if (sender_ != nullptr) {
      std::cerr << InLanguage("gestopt: dezelfde opdracht gaat verder waar deze ophield",
                              "stopped: the same command goes on where this one ended");
    } else {
      std::cerr << InLanguage("gestopt", "stopped");
    }
    std::cerr << files;
  }

  const Request& request_;
  const DocumentFiles& files_;
  const Client& client_;
  Sender* const sender_;
  ProgressBar bar_;
  ImportSummary summary_;
  int exit_code_ = kDone;
  std::atomic<bool> token_refused_ = false;
};

absl::Status WrongWord(const std::string& dutch, const std::string& english) {
  return absl::InvalidArgumentError(InLanguage(dutch, english));
}

absl::StatusOr<Request> RequestFrom(const Arguments& arguments) {
  Request request;
  const std::string output = arguments.Value("output", "text");
  if (output != "text" && output != "json") {
    return WrongWord("--output is text of json", "--output is text or json");
  }
  if (arguments.positional().empty()) return WrongWord("noem een bestand of een map", "name a file or a folder");
  if (arguments.Flag("profile") && arguments.Flag("profile-file")) {
    return WrongWord("kies --profile of --profile-file", "choose --profile or --profile-file");
  }
  request.json = output == "json";
  request.municipality = arguments.Value("municipality");
  request.profile = arguments.Value("profile");
  request.explain = arguments.Flag("explain");
  request.dry_run = request.explain || arguments.Flag("dry-run");
  request.draft_only = arguments.Flag("draft-only");
  request.again = arguments.Flag("again");
  if (request.dry_run && (request.draft_only || request.again)) {
    return WrongWord("--draft-only en --again horen niet bij --dry-run of --explain",
                     "--draft-only and --again do not go with --dry-run or --explain");
  }
  if (!absl::SimpleAtoi(arguments.Value("parallel", "2"), &request.parallel) || request.parallel < 1 ||
      request.parallel > kMaxParallel) {
    return WrongWord("--parallel is een getal van 1 tot en met 8", "--parallel is a number from 1 to 8");
  }
  return request;
}

}  // namespace

int Import(const Words& words) {
  std::vector<std::string> values = ConnectionOptions();
  values.insert(values.end(), {"output", "municipality", "profile", "profile-file", "parallel"});
  const absl::StatusOr<Arguments> arguments =
      Arguments::Read(words, values, {"dry-run", "explain", "draft-only", "again"});
  if (!arguments.ok()) return PrintUsageError("import", arguments.status());
  absl::StatusOr<Request> request = RequestFrom(*arguments);
  if (!request.ok()) return PrintUsageError("import", request.status());
  if (arguments->Flag("profile-file")) {
    const std::string path = arguments->Value("profile-file");
    absl::StatusOr<std::string> profile = ReadRegularFile(path, kMaxProfileBytes, errors::Make(kProfileTooLarge));
    if (!profile.ok()) return PrintError(profile.status(), path);
    request->profile_text = *std::move(profile);
  }
  const absl::StatusOr<Client> client = request->dry_run ? Client() : Client::Connect(*arguments);
  if (!client.ok()) return PrintConnectError("import", client.status());
  const DocumentFiles files = FindDocuments(arguments->positional());
  if (files.paths.empty() && files.unreadable.empty()) {
    return PrintError(errors::Make(kNoDocuments), Printable(arguments->positional().front()));
  }
  if (request->dry_run) return ImportRun(*request, files, *client, nullptr).Run();
  Sender sender(*client, *request);
  return ImportRun(*request, files, *client, &sender).Run();
}

}  // namespace regiokompas::cli
