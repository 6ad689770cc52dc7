#include "services/intake/intake_service.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/errors.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "regiokompas/intake/v1/intake_service.grpc.pb.h"
#include "services/intake/correction_rules.h"
#include "services/intake/difference_rules.h"
#include "services/intake/document_errors.h"
#include "services/intake/draft_comparison.h"
#include "services/intake/intake_peers.h"
#include "services/intake/intake_rules.h"
#include "services/intake/intake_store.h"
#include "services/intake/parser/parse.h"
#include "services/intake/parser/text_lines.h"
#include "services/intake/reader/read_source.h"
#include "services/intake/selection_rules.h"

namespace regiokompas::intake {
namespace {

// How much of a document's text goes into one message.
constexpr int kMaxPartLines = 500;
constexpr size_t kMaxPartBytes = 1 << 20;

// For a last note about a call whose own time may be over.
constexpr absl::Duration kLastNote = absl::Seconds(5);

constexpr errors::Kind kPreviousOpen{
    absl::StatusCode::kFailedPrecondition, "PREVIOUS_PARTLY_ACCEPTED",
    "{previous}, the earlier reading of this source, is accepted in part; accept the rest of it first",
    "{previous}, de eerdere lezing van deze bron, is pas voor een deel aanvaard; aanvaard eerst de rest daarvan"};

const char* MediaTypeOf(v1::DocumentFormat format) {
  switch (format) {
    case v1::DOCUMENT_FORMAT_HTML:
      return "text/html";
    case v1::DOCUMENT_FORMAT_CVDR_XML:
      return "application/xml";
    case v1::DOCUMENT_FORMAT_DOCX:
      return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    case v1::DOCUMENT_FORMAT_ODT:
      return "application/vnd.oasis.opendocument.text";
    case v1::DOCUMENT_FORMAT_PDF:
      return "application/pdf";
    case v1::DOCUMENT_FORMAT_XLSX:
      return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    default:
      return "text/plain";
  }
}

class IntakeService final : public v1::IntakeService::Service {
 public:
  explicit IntakeService(const rpc::Host::Room& room)
      : endpoint_(room.endpoint), store_(room.pool, room.page_tokens), peer_(room.peer) {}

  grpc::Status ParseDocument(grpc::ServerContext* context, const v1::ParseDocumentRequest* request,
                             v1::Draft* response) override {
    return endpoint_.Serve(context, *request, response, [&](Call& call) { return Parse(call, *request, response); });
  }

  grpc::Status AcceptDraft(grpc::ServerContext* context, const v1::AcceptDraftRequest* request,
                           v1::AcceptDraftResponse* response) override {
    return endpoint_.Serve(context, *request, response, [&](Call& call) { return Accept(call, *request, response); });
  }

  grpc::Status CorrectDraft(grpc::ServerContext* context, const v1::CorrectDraftRequest* request,
                            v1::Draft* response) override {
    return endpoint_.Serve(context, *request, response, [&](Call& call) { return Correct(call, *request, response); });
  }

  grpc::Status CompareDraft(grpc::ServerContext* context, const v1::CompareDraftRequest* request,
                            v1::CompareDraftResponse* response) override {
    return endpoint_.Serve(context, *request, response, [&](Call& call) { return Compare(call, *request, response); });
  }

  grpc::Status StreamDocumentLines(grpc::ServerContext* context, const v1::StreamDocumentLinesRequest* request,
                                   grpc::ServerWriter<v1::StreamDocumentLinesResponse>* writer) override {
    return endpoint_.Serve(context, *request, nullptr,
                           [&](Call& call) { return StreamLines(call, *request, *writer); });
  }

  grpc::Status GetDocument(grpc::ServerContext* context, const v1::GetDocumentRequest* request,
                           v1::Document* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.documents.Get(call, *request, response); });
  }

  grpc::Status ListDocuments(grpc::ServerContext* context, const v1::ListDocumentsRequest* request,
                             v1::ListDocumentsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.documents.List(call, *request, response); });
  }

  grpc::Status GetDraft(grpc::ServerContext* context, const v1::GetDraftRequest* request,
                        v1::Draft* response) override {
    return endpoint_.Serve(context, *request, response, [&](Call& call) { return GetOne(call, *request, response); });
  }

  grpc::Status ListDrafts(grpc::ServerContext* context, const v1::ListDraftsRequest* request,
                          v1::ListDraftsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.ListDrafts(call, *request, response); });
  }

 private:
  absl::Status Parse(Call& call, const v1::ParseDocumentRequest& request, v1::Draft* draft) {
    // An owner may be one that the list of municipalities does not know; then its own word for itself counts.
    const bool own = request.municipality() == call.owner;
    const std::string owner = absl::StrCat("owners/", call.owner);
    const std::string sha256 = Sha256Hex(request.content());
    // The same bytes are the same document; the same bytes read with the same profile the same draft.
    const std::string document_name = absl::StrCat(owner, "/documents/d-", sha256.substr(0, 24));
    // What was read in it before points at the lines of the text that was kept.
    ASSIGN_OR_RETURN(const std::optional<SourceText> kept, store_.FindText(call, document_name));
    const absl::StatusOr<SourceText> text = kept ? *kept : ReadSource(request.content());
    if (!text.ok()) return DocumentError(text.status());
    absl::StatusOr<v1::ParsedDocument> parsed = intake::Parse(*text, {.file_name = request.file_name(),
                                                                      .municipality = own ? "" : request.municipality(),
                                                                      .profile = request.profile(),
                                                                      .profile_text = request.profile_text()});
    if (!parsed.ok()) return DocumentError(parsed.status());
    RETURN_IF_ERROR(CheckMunicipality(*parsed, call.owner, request.municipality()));
    if (own) parsed->mutable_source()->set_municipality(call.owner);

    FillIds(*parsed);

    const v1::SourceDocument& source = parsed->source();
    v1::Document document;
    document.set_name(document_name);
    document.set_display_name(source.title());
    document.set_file_name(request.file_name());
    document.set_sha256(source.sha256());
    document.set_size_bytes(static_cast<int64_t>(request.content().size()));
    document.set_media_type(MediaTypeOf(source.format()));
    document.set_source_identifier(source.identifier());

    std::string reading = absl::StrCat(sha256, "|", source.profile());
    // Officers' own profiles may have any name.
    if (!request.profile_text().empty()) absl::StrAppend(&reading, "|", Sha256Hex(request.profile_text()));
    const auto name_of = [&] { return absl::StrCat(owner, "/drafts/d-", Sha256Hex(reading).substr(0, 24)); };
    // What is left of a draft that was accepted in part, and whose text is gone, is another draft that follows on it.
    ASSIGN_OR_RETURN(const bool left, store_.IsLeftInPart(call, name_of(), text->format));
    if (left) absl::StrAppend(&reading, "|", v1::DocumentFormat_Name(text->format));
    draft->set_name(name_of());
    draft->set_display_name(source.title());
    draft->set_document(document.name());
    draft->set_profile(source.profile());
    *draft->mutable_summary() = Summarise(*parsed);
    *draft->mutable_parsed() = *std::move(parsed);
    RETURN_IF_ERROR(FillPrevious(call, *draft).status());
    if (request.validate_only()) {
      draft->clear_name();
      draft->clear_document();
      return absl::OkStatus();
    }
    const std::string previous = draft->previous_draft();
    RETURN_IF_ERROR(store_.Keep(call, request, std::move(document), *text, draft));
    if (!draft->has_accept_time()) draft->set_previous_draft(previous);
    return absl::OkStatus();
  }

  absl::Status Accept(Call& call, const v1::AcceptDraftRequest& request, v1::AcceptDraftResponse* response) {
    // The acceptance writes elsewhere before it writes here, so a repeated call must be known as one at the start.
    ASSIGN_OR_RETURN(const bool answered, store_.FindAnswer(call, request, response));
    if (answered) return absl::OkStatus();
    absl::Status accepted = AcceptOnce(call, request, response);
    if (accepted.ok()) return accepted;
    // The same call, made twice at once, may have been answered meanwhile.
    const absl::StatusOr<bool> answered_since = store_.FindAnswer(call, request, response);
    return answered_since.ok() && *answered_since ? absl::OkStatus() : accepted;
  }

  absl::Status AcceptOnce(Call& call, const v1::AcceptDraftRequest& request, v1::AcceptDraftResponse* response) {
    v1::GetDraftRequest get;
    get.set_name(request.name());
    v1::Draft draft;
    RETURN_IF_ERROR(store_.GetDraft(call, get, &draft));
    if (draft.etag() != request.etag()) return errors::Make(errors::kEtagMismatch, {{"name", request.name()}});
    RETURN_IF_ERROR(store_.CheckLatest(call, request.name()));
    const bool whole = draft.state() == v1::DRAFT_STATE_ACCEPTED;
    Acceptance acceptance;
    acceptance.begun.insert(draft.begun_element_ids().begin(), draft.begun_element_ids().end());
    // What was begun is finished with whatever is accepted next.
    std::set<std::string> fixed = acceptance.begun;
    if (whole) fixed = AllElements(draft.parsed());
    fixed.insert(draft.accepted_element_ids().begin(), draft.accepted_element_ids().end());
    ASSIGN_OR_RETURN(acceptance.selected, SelectElements(draft.parsed(), request, fixed));
    const absl::StatusOr<SourceText> source = TextOf(call, draft);
    if (whole && absl::IsFailedPrecondition(source.status())) return AnswerUnchanged(call, request, draft, response);
    RETURN_IF_ERROR(source.status());
    ASSIGN_OR_RETURN(const std::optional<EarlierReading> earlier, GetEarlier(call, draft, /*keep=*/true));
    if (acceptance.begun.empty()) RETURN_IF_ERROR(CheckNoneOpen(call, draft, earlier ? &*earlier : nullptr));
    RETURN_IF_ERROR(CheckRemoved(request, earlier ? CompareDrafts(earlier->draft, draft) : Comparison()));
    Rereading rereading{.earlier = earlier ? &*earlier : nullptr, .removed = {}};
    rereading.removed.insert(request.removed_element_ids().begin(), request.removed_element_ids().end());
    // The same call may be made again while it runs: each time is an acceptance of its own.
    const std::string id = RandomUuid();
    acceptance.begin = [&] { return whole ? absl::OkStatus() : Begin(call, request, id, draft, acceptance.selected); };
    Applied applied;
    absl::Status status = ApplyDraft(call, peer_, draft, *source, acceptance, rereading, response, &applied);
    if (!status.ok()) {
      Call last = call;
      last.deadline = absl::Now() + kLastNote;
      // When this fails too, more stays fixed than need be, until the draft is accepted.
      if (!applied.unwritten.empty()) {
        store_.Release(last, draft.name(), id, applied.unwritten, applied.refused).IgnoreError();
      }
      return status;
    }
    response->mutable_draft()->set_previous_draft(draft.previous_draft());
    return store_.MarkAccepted(call, request, id, acceptance.selected, applied.places, response);
  }

  // Begins an acceptance, unless the same call was answered meanwhile: nobody would finish it.
  absl::Status Begin(Call& call, const v1::AcceptDraftRequest& request, const std::string& id, const v1::Draft& draft,
                     const std::set<std::string>& selected) {
    RETURN_IF_ERROR(store_.Begin(call, request, id, draft, selected));
    v1::AcceptDraftResponse answer;
    ASSIGN_OR_RETURN(const bool answered, store_.FindAnswer(call, request, &answer));
    if (!answered) return absl::OkStatus();
    std::set<std::string> unwritten = selected;
    unwritten.insert(kSourceId);
    RETURN_IF_ERROR(store_.Release(call, draft.name(), id, unwritten, {}));
    return errors::Make(errors::kEtagMismatch, {{"name", draft.name()}});
  }

  // The answer to the acceptance of a draft that was accepted as a whole and whose text is not kept: without it nothing
  // could be written with its lines, and nothing is to be.
  absl::Status AnswerUnchanged(Call& call, const v1::AcceptDraftRequest& request, const v1::Draft& draft,
                               v1::AcceptDraftResponse* response) {
    RETURN_IF_ERROR(CheckRemoved(request, {}));
    *response->mutable_frameworks() = draft.frameworks();
    response->set_cycle(draft.cycle());
    const auto count = [&](v1::ElementKind kind, int elements) {
      if (elements == 0) return;
      v1::AcceptedElements* const unchanged = response->add_elements();
      unchanged->set_kind(kind);
      unchanged->set_unchanged(elements);
    };
    const v1::ParsedDocument& parsed = draft.parsed();
    count(v1::ELEMENT_KIND_FRAMEWORK, draft.frameworks_size());
    count(v1::ELEMENT_KIND_SECTION, parsed.sections_size());
    count(v1::ELEMENT_KIND_GOAL, parsed.goals_size());
    count(v1::ELEMENT_KIND_ACTIVITY, parsed.activities_size());
    count(v1::ELEMENT_KIND_REPORTING_CYCLE, draft.cycle().empty() ? 0 : 1);
    count(v1::ELEMENT_KIND_TARGET, parsed.targets_size());
    count(v1::ELEMENT_KIND_INDICATOR, parsed.indicators_size());
    count(v1::ELEMENT_KIND_MEASUREMENT, parsed.measurements_size());
    count(v1::ELEMENT_KIND_MILESTONE, parsed.milestones_size());
    return store_.MarkAccepted(call, request, "", AllElements(parsed), {}, response);
  }

  // What an earlier reading left open would be nobody's: this one compares with it as if it were whole. One whose text
  // is gone can not be accepted any further, and this one takes over what is left of it.
  absl::Status CheckNoneOpen(Call& call, const v1::Draft& draft, const EarlierReading* earlier) {
    if (draft.has_accept_time()) return absl::OkStatus();
    if (earlier != nullptr && earlier->draft.state() == v1::DRAFT_STATE_PARTLY_ACCEPTED &&
        !earlier->source.text.empty()) {
      return errors::Make(kPreviousOpen, {{"previous", earlier->draft.name()}});
    }
    return store_.CheckNoneBegun(call, draft);
  }

  absl::Status Correct(Call& call, const v1::CorrectDraftRequest& request, v1::Draft* response) {
    ASSIGN_OR_RETURN(std::set<std::string> unmatched, UnmatchedAmong(call, request));
    return store_.Correct(call, request, std::move(unmatched), response);
  }

  // The activities that an acceptance has begun, of which `request` says which one they are and the catalogue has none
  // yet. One that is like them may have come since, and until that is decided nobody can finish.
  absl::StatusOr<std::set<std::string>> UnmatchedAmong(Call& call, const v1::CorrectDraftRequest& request) {
    std::set<std::string> unmatched;
    const bool any = std::any_of(request.corrections().begin(), request.corrections().end(),
                                 [](const v1::Correction& said) { return said.has_same_as() || said.has_not_known(); });
    if (!any) return unmatched;
    v1::GetDraftRequest get;
    get.set_name(request.name());
    v1::Draft draft;
    RETURN_IF_ERROR(store_.GetDraft(call, get, &draft));
    const std::set<std::string> begun(draft.begun_element_ids().begin(), draft.begun_element_ids().end());
    if (begun.empty()) return unmatched;
    v1::CompareDraftRequest compare;
    compare.set_name(request.name());
    v1::CompareDraftResponse compared;
    RETURN_IF_ERROR(Compare(call, compare, &compared));
    for (const v1::ElementMatch& match : compared.matches()) {
      if (begun.count(match.element_id()) > 0) unmatched.insert(match.element_id());
    }
    return unmatched;
  }

  absl::Status Compare(Call& call, const v1::CompareDraftRequest& request, v1::CompareDraftResponse* response) {
    v1::GetDraftRequest get;
    get.set_name(request.name());
    v1::Draft draft;
    RETURN_IF_ERROR(store_.GetDraft(call, get, &draft));
    ASSIGN_OR_RETURN(const SourceText source, TextOf(call, draft));
    ASSIGN_OR_RETURN(const std::optional<EarlierReading> earlier, GetEarlier(call, draft, /*keep=*/false));
    return intake::CompareDraft(call, peer_, draft, source, earlier ? &*earlier : nullptr, response);
  }

  // The text in which a draft was read.
  absl::StatusOr<SourceText> TextOf(Call& call, const v1::Draft& draft) {
    ASSIGN_OR_RETURN(SourceText source, store_.GetText(call, draft.document()));
    if (source.format != FormatOf(draft.parsed().source())) return TextMissing(draft.document());
    return source;
  }

  absl::Status GetOne(Call& call, const v1::GetDraftRequest& request, v1::Draft* draft) {
    RETURN_IF_ERROR(store_.GetDraft(call, request, draft));
    return request.has_read_time() ? absl::OkStatus() : FillPrevious(call, *draft).status();
  }

  // The draft of an earlier reading of the source. Until a draft is accepted that is the latest one that was, also when
  // that was accepted after this one was read.
  absl::StatusOr<std::optional<v1::Draft>> FillPrevious(Call& call, v1::Draft& draft) {
    std::optional<v1::Draft> earlier;
    if (!draft.has_accept_time()) {
      ASSIGN_OR_RETURN(earlier, store_.FindEarlier(call, draft));
      draft.set_previous_draft(earlier ? earlier->name() : "");
    } else if (!draft.previous_draft().empty()) {
      v1::GetDraftRequest get;
      get.set_name(draft.previous_draft());
      RETURN_IF_ERROR(store_.GetDraft(call, get, &earlier.emplace()));
    }
    return earlier;
  }

  // The same with its text and what was made of it, which for a draft of before that was kept is looked up, and kept
  // before it changes.
  absl::StatusOr<std::optional<EarlierReading>> GetEarlier(Call& call, v1::Draft& draft, bool keep) {
    ASSIGN_OR_RETURN(std::optional<v1::Draft> found, FillPrevious(call, draft));
    if (!found) return std::nullopt;
    EarlierReading earlier;
    earlier.draft = *std::move(found);
    // Without its text no line of the earlier reading counts as equal.
    absl::StatusOr<SourceText> source = TextOf(call, earlier.draft);
    if (!source.ok() && !absl::IsFailedPrecondition(source.status())) return source.status();
    if (source.ok()) earlier.source = *std::move(source);
    ASSIGN_OR_RETURN(earlier.places, store_.GetPlaces(call, earlier.draft.name()));
    if (earlier.places.empty()) {
      ASSIGN_OR_RETURN(earlier.places, FindPlaces(call, peer_, earlier.draft, earlier.source));
      if (keep) RETURN_IF_ERROR(store_.KeepPlaces(call, earlier.draft.name(), earlier.places));
    }
    return earlier;
  }

  absl::Status StreamLines(Call& call, const v1::StreamDocumentLinesRequest& request,
                           grpc::ServerWriter<v1::StreamDocumentLinesResponse>& writer) {
    v1::GetDocumentRequest get;
    get.set_name(request.name());
    v1::Document document;
    RETURN_IF_ERROR(store_.documents.Get(call, get, &document));
    ASSIGN_OR_RETURN(const SourceText source, store_.GetText(call, document.name()));
    v1::StreamDocumentLinesResponse part;
    size_t bytes = 0;
    const auto write = [&]() -> absl::Status {
      if (part.lines().empty()) return absl::OkStatus();
      if (!writer.Write(part)) return absl::CancelledError("the reader has gone");
      part.Clear();
      bytes = 0;
      return absl::OkStatus();
    };
    for (const Line& line : SplitLines(source)) {
      if (part.lines_size() == kMaxPartLines || bytes + line.raw.size() > kMaxPartBytes) RETURN_IF_ERROR(write());
      v1::DocumentLine* const added = part.add_lines();
      added->set_number(line.number);
      added->set_text(std::string(line.raw));
      bytes += line.raw.size();
    }
    return write();
  }

  rpc::Endpoint& endpoint_;
  const IntakeStore store_;
  const PeerChannel peer_;
};

}  // namespace

absl::Status Register(rpc::Host& host) {
  host.NeedPeer("catalogue");
  host.NeedPeer("progress");
  host.NeedPeer("indicator");
  ASSIGN_OR_RETURN(const rpc::Host::Room room,
                   host.AddRoom("intake", v1::ParseDocumentRequest::descriptor()->file()->service(0), Migrations()));
  host.AddService(std::make_unique<IntakeService>(room));
  return absl::OkStatus();
}

}  // namespace regiokompas::intake
