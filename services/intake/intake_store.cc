#include "services/intake/intake_store.h"

#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/errors.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "common/base/timestamp.h"
#include "services/intake/carry_over_rules.h"
#include "services/intake/difference_rules.h"
#include "services/intake/intake_rules.h"
#include "services/intake/reader/read_source.h"
#include "services/intake/selection_rules.h"

namespace regiokompas::intake {
namespace {

const db::Statement& PutContent() {
  static const auto* const kStatement = new db::Statement{
      "document_content.insert", "INSERT INTO document_contents (owner_id, document_id, content) VALUES ($1, $2, $3)"};
  return *kStatement;
}

const db::Statement& GetContentOf() {
  static const auto* const kStatement = new db::Statement{
      "document_content.get", "SELECT content FROM document_contents WHERE owner_id = $1 AND document_id = $2"};
  return *kStatement;
}

const db::Statement& PutText() {
  static const auto* const kStatement = new db::Statement{
      "document_text.insert",
      "INSERT INTO document_texts (owner_id, document_id, format, content, line_numbers, continuation_lines, "
      "markup_lines) VALUES ($1, $2, $3, $4, $5::integer[], $6::integer[], $7::integer[]) ON CONFLICT DO NOTHING"};
  return *kStatement;
}

const db::Statement& GetTextOf() {
  static const auto* const kStatement = new db::Statement{
      "document_text.get",
      "SELECT t.format, t.content, array_to_string(t.line_numbers, ','), array_to_string(t.continuation_lines, ','), "
      "array_to_string(t.markup_lines, ','), d.body->>'sha256' FROM document_texts t JOIN documents d USING (owner_id, "
      "document_id) WHERE t.owner_id = $1 AND t.document_id = $2"};
  return *kStatement;
}

const db::Statement& PutParse() {
  static const auto* const kStatement = new db::Statement{
      "parsed_document.insert", "INSERT INTO parsed_documents (owner_id, draft_id, parsed) VALUES ($1, $2, $3)"};
  return *kStatement;
}

// What a draft holds becomes what it held up to a version, and its parse another one.
const db::Statement& PutSuperseded() {
  static const auto* const kStatement =
      new db::Statement{"superseded_parse.insert",
                        "INSERT INTO superseded_parses (owner_id, draft_id, until_version, parsed) SELECT owner_id, "
                        "draft_id, $3::bigint, parsed FROM parsed_documents WHERE owner_id = $1 AND draft_id = $2"};
  return *kStatement;
}

const db::Statement& PutSupersededCorrections() {
  static const auto* const kStatement = new db::Statement{
      "superseded_correction.insert",
      "WITH moved AS (DELETE FROM draft_corrections WHERE owner_id = $1 AND draft_id = $2 RETURNING owner_id, "
      "draft_id, version, element_id, number, correction) INSERT INTO superseded_corrections (owner_id, draft_id, "
      "version, element_id, number, correction) SELECT * FROM moved"};
  return *kStatement;
}

const db::Statement& ReplaceParse() {
  static const auto* const kStatement = new db::Statement{
      "parsed_document.update", "UPDATE parsed_documents SET parsed = $3 WHERE owner_id = $1 AND draft_id = $2"};
  return *kStatement;
}

// The parse of a version of a draft, and the first version that it held for.
const db::Statement& GetParse() {
  static const auto* const kStatement = new db::Statement{
      "parsed_document.get",
      "WITH superseded AS (SELECT parsed, until_version FROM superseded_parses WHERE owner_id = $1 AND draft_id = $2) "
      "SELECT parsed, (SELECT coalesce(max(until_version) + 1, 0) FROM superseded WHERE until_version < $3::bigint) "
      "FROM (SELECT parsed, until_version FROM superseded WHERE until_version >= $3::bigint UNION ALL SELECT parsed, "
      "NULL FROM parsed_documents WHERE owner_id = $1 AND draft_id = $2) AS parses ORDER BY until_version NULLS LAST "
      "LIMIT 1"};
  return *kStatement;
}

const db::Statement& PutCorrection() {
  static const auto* const kStatement =
      new db::Statement{"draft_correction.insert",
                        "INSERT INTO draft_corrections (owner_id, draft_id, version, element_id, number, correction) "
                        "VALUES ($1, $2, $3, $4, $5, $6)"};
  return *kStatement;
}

const db::Statement& GetCorrections() {
  static const auto* const kStatement = new db::Statement{
      "draft_correction.list",
      "SELECT correction FROM (SELECT owner_id, draft_id, version, element_id, number, correction FROM "
      "draft_corrections UNION ALL SELECT owner_id, draft_id, version, element_id, number, correction "
      "FROM superseded_corrections) AS said WHERE owner_id = $1 AND draft_id = $2 AND version BETWEEN "
      "$3 AND $4 ORDER BY version, element_id, number"};
  return *kStatement;
}

// A list of ids is one parameter, one id a line.
const db::Statement& PutAccepted() {
  static const auto* const kStatement =
      new db::Statement{"accepted_element.insert",
                        "INSERT INTO accepted_elements (owner_id, draft_id, element_id, version) SELECT $1, $2, "
                        "element_id, $4::bigint FROM "
                        "unnest(string_to_array($3, chr(10))) AS element_id ON CONFLICT DO NOTHING"};
  return *kStatement;
}

const db::Statement& GetAccepted() {
  static const auto* const kStatement = new db::Statement{
      "accepted_element.list",
      "SELECT element_id FROM accepted_elements WHERE owner_id = $1 AND draft_id = $2 AND version <= $3"};
  return *kStatement;
}

const db::Statement& PutBegun() {
  static const auto* const kStatement = new db::Statement{
      "begun_element.put",
      "INSERT INTO begun_elements (owner_id, draft_id, acceptance_id, element_id, deadline) SELECT $1, $2, $3, "
      "element_id, $5::timestamptz FROM unnest(string_to_array($4, chr(10))) AS element_id ON CONFLICT (owner_id, "
      "draft_id, acceptance_id, element_id) DO UPDATE SET deadline = excluded.deadline"};
  return *kStatement;
}

const db::Statement& GetBegunOf() {
  static const auto* const kStatement = new db::Statement{
      "begun_element.list", "SELECT DISTINCT element_id FROM begun_elements WHERE owner_id = $1 AND draft_id = $2"};
  return *kStatement;
}

// Of acceptances that may still be writing.
const db::Statement& GetLiveOf() {
  static const auto* const kStatement =
      new db::Statement{"begun_element.list_live",
                        "SELECT DISTINCT element_id FROM begun_elements WHERE owner_id = $1 AND draft_id = $2 AND "
                        "deadline >= now()"};
  return *kStatement;
}

const db::Statement& GetBegunBy() {
  static const auto* const kStatement = new db::Statement{
      "begun_element.list_own",
      "SELECT element_id FROM begun_elements WHERE owner_id = $1 AND draft_id = $2 AND acceptance_id = $3"};
  return *kStatement;
}

const db::Statement& DropBegun() {
  static const auto* const kStatement =
      new db::Statement{"begun_element.delete",
                        "DELETE FROM begun_elements WHERE owner_id = $1 AND draft_id = $2 AND element_id = ANY "
                        "(string_to_array($3, chr(10)))"};
  return *kStatement;
}

// Of other acceptances only those that write nothing more.
const db::Statement& ReleaseBegun() {
  static const auto* const kStatement = new db::Statement{
      "begun_element.release",
      "DELETE FROM begun_elements WHERE owner_id = $1 AND draft_id = $2 AND ((acceptance_id = $3 AND element_id = ANY "
      "(string_to_array($4, chr(10)))) OR (deadline < now() AND element_id = ANY (string_to_array($5, chr(10)))))"};
  return *kStatement;
}

// The three lists go together line by line.
const db::Statement& PutPlacesOf() {
  static const auto* const kStatement = new db::Statement{
      "accepted_resource.put",
      "INSERT INTO accepted_resources (owner_id, draft_id, element_id, resource, merged) SELECT $1, $2, place.* FROM "
      "unnest(string_to_array($3, chr(10)), string_to_array($4, chr(10)), string_to_array($5, chr(10))::boolean[]) AS "
      "place ON CONFLICT (owner_id, draft_id, element_id) DO UPDATE SET resource = excluded.resource, merged = "
      "excluded.merged"};
  return *kStatement;
}

const db::Statement& GetPlacesOf() {
  static const auto* const kStatement =
      new db::Statement{"accepted_resource.list",
                        "SELECT element_id, resource, merged::integer FROM accepted_resources WHERE owner_id = $1 AND "
                        "draft_id = $2"};
  return *kStatement;
}

// An owner has some hundreds of drafts, so that their titles may be compared one by one.
const db::Statement& ListAccepted() {
  static const auto* const kStatement = new db::Statement{
      "draft.list_accepted",
      "SELECT f.draft_id, f.body->>'displayName', coalesce(d.body->>'sourceIdentifier', ''), d.body->>'sha256', "
      "NULL::integer FROM drafts f JOIN documents d USING (owner_id, document_id) WHERE f.owner_id = $1 AND "
      "f.body->>'acceptTime' IS NOT NULL ORDER BY (f.body->>'acceptTime')::timestamptz DESC, f.draft_id"};
  return *kStatement;
}

const db::Statement& ListBegun() {
  static const auto* const kStatement = new db::Statement{
      "draft.list_begun",
      "SELECT f.draft_id, f.body->>'displayName', coalesce(d.body->>'sourceIdentifier', ''), d.body->>'sha256', "
      "t.format FROM drafts f JOIN documents d USING (owner_id, document_id) LEFT JOIN document_texts t USING "
      "(owner_id, document_id) WHERE f.owner_id = $1 AND EXISTS (SELECT FROM begun_elements b WHERE b.owner_id = "
      "f.owner_id AND b.draft_id = f.draft_id) ORDER BY f.draft_id"};
  return *kStatement;
}

const db::Statement& FindLater() {
  static const auto* const kStatement = new db::Statement{
      "draft.find_later",
      "SELECT draft_id FROM drafts WHERE owner_id = $1 AND body->>'previousDraft' = $2 AND body->>'acceptTime' IS NOT "
      "NULL ORDER BY draft_id LIMIT 1"};
  return *kStatement;
}

constexpr errors::Kind kTextMissing{
    absl::StatusCode::kFailedPrecondition, "DOCUMENT_TEXT_MISSING",
    "The text of {name} is not kept as it was read then: read the source again",
    "De tekst van {name} is niet bewaard zoals die toen is gelezen: lees de bron opnieuw in"};
constexpr errors::Kind kSuperseded{absl::StatusCode::kFailedPrecondition, "DRAFT_SUPERSEDED",
                                   "{name} was replaced by {later}, which was accepted since",
                                   "{name} is vervangen door {later}, dat daarna is aanvaard"};

constexpr errors::Kind kOtherBegun{
    absl::StatusCode::kFailedPrecondition, "OTHER_READING_BEGUN",
    "The acceptance of {other}, another reading of this source, is not finished; accept that one again first",
    "De aanvaarding van {other}, een andere lezing van deze bron, is niet afgemaakt; aanvaard eerst die nog eens"};

absl::Status PutPlaces(const Call& call, db::Transaction& transaction, const std::string& draft, const Places& places) {
  if (places.empty()) return absl::OkStatus();
  std::vector<absl::string_view> ids;
  std::vector<absl::string_view> resources;
  std::vector<absl::string_view> merged;
  for (const auto& [id, place] : places) {
    ids.push_back(id);
    resources.push_back(place.resource);
    merged.push_back(place.merged ? "true" : "false");
  }
  return transaction
      .Query(PutPlacesOf(), {call.owner, names::LastId(draft), absl::StrJoin(ids, "\n"), absl::StrJoin(resources, "\n"),
                             absl::StrJoin(merged, "\n")})
      .status();
}

// What is fixed with elements of a draft: the document as a whole, too.
std::string FixedBy(std::set<std::string> elements) {
  elements.insert(kSourceId);
  return absl::StrJoin(elements, "\n");
}

std::string ArrayOf(const std::vector<int>& numbers) { return absl::StrCat("{", absl::StrJoin(numbers, ","), "}"); }

std::vector<int> NumbersIn(const std::string& joined) {
  std::vector<int> numbers;
  for (absl::string_view text : absl::StrSplit(joined, ',', absl::SkipEmpty())) {
    int number = 0;
    if (absl::SimpleAtoi(text, &number)) numbers.push_back(number);
  }
  return numbers;
}

// The number in "v17" with its quotes.
int64_t VersionOf(const v1::Draft& draft) {
  int64_t version = 0;
  const absl::string_view etag = draft.etag();
  return etag.size() > 3 && absl::SimpleAtoi(etag.substr(2, etag.size() - 3), &version) ? version : 0;
}

absl::StatusOr<std::set<std::string>> ReadIds(db::Transaction& transaction, const db::Statement& list,
                                              const std::vector<db::Param>& params) {
  ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(list, params));
  std::set<std::string> ids;
  for (int row = 0; row < rows.size(); ++row) ids.insert(rows.Text(row, 0));
  return ids;
}

absl::StatusOr<std::set<std::string>> ReadBegun(const Call& call, db::Transaction& transaction,
                                                const std::string& draft) {
  return ReadIds(transaction, GetBegunOf(), {call.owner, names::LastId(draft)});
}

// What a draft shows of what was read in it.
void Describe(const v1::ParsedDocument& effective, v1::Draft& draft) {
  draft.set_display_name(effective.source().title());
  *draft.mutable_summary() = Summarise(effective);
}

template <typename List>
absl::Status PutCorrections(const Call& call, db::Transaction& transaction, const std::string& draft, int64_t version,
                            const List& corrections) {
  std::map<std::string, int64_t> numbers;
  for (const v1::Correction& correction : corrections) {
    const std::string& element = correction.element_id();
    RETURN_IF_ERROR(transaction
                        .Query(PutCorrection(), {call.owner, names::LastId(draft), version, element, numbers[element]++,
                                                 db::Param::Bytes(correction.SerializeAsString())})
                        .status());
  }
  return absl::OkStatus();
}

// When nothing of a call is written any more: what another service was about to write may outlast the call.
db::Param EndOf(const Call& call) {
  constexpr absl::Duration kSlack = absl::Minutes(1);
  if (call.deadline == absl::InfiniteFuture()) return "infinity";
  return db::Param::Time(call.deadline + kSlack);
}

// Drafts from before they had a state were accepted as a whole or not at all.
void FillState(v1::Draft& draft) {
  if (draft.state() != v1::DRAFT_STATE_UNSPECIFIED) return;
  draft.set_state(draft.has_accept_time() ? v1::DRAFT_STATE_ACCEPTED : v1::DRAFT_STATE_OPEN);
}

}  // namespace

absl::Status TextMissing(const std::string& document) { return errors::Make(kTextMissing, {{"name", document}}); }

IntakeStore::IntakeStore(db::Pool& pool, const api::PageTokens& page_tokens)
    : documents({.kind = "document",
                 .table = "documents",
                 .message = v1::Document::descriptor(),
                 .columns = {},
                 .initialise = {},
                 .check = {}},
                pool, page_tokens),
      drafts({.kind = "draft",
              .table = "drafts",
              .message = v1::Draft::descriptor(),
              .columns = {{"document_id", "document"}},
              .initialise = {},
              .check = {}},
             pool, page_tokens),
      pool_(pool) {}

absl::Status IntakeStore::Keep(Call& call, const v1::ParseDocumentRequest& request, v1::Document document,
                               const SourceText& source, v1::Draft* draft) const {
  const v1::Draft fresh = *draft;
  return resource::RunWrite(call, pool_, request, draft, [&](db::Transaction& transaction) -> absl::Status {
    v1::Document kept_document;
    const std::string document_id = names::LastId(document.name());
    absl::Status present = documents.Read(call, transaction, document.name(), &kept_document);
    if (absl::IsNotFound(present)) {
      v1::Document stored = document;
      RETURN_IF_ERROR(documents.Insert(call, transaction, document.name(), &stored));
      RETURN_IF_ERROR(
          transaction.Query(PutContent(), {call.owner, document_id, db::Param::Bytes(request.content())}).status());
    } else if (!present.ok()) {
      return present;
    }
    RETURN_IF_ERROR(transaction
                        .Query(PutText(), {call.owner, document_id, int64_t{source.format},
                                           db::Param::Bytes(source.text), ArrayOf(source.line_numbers),
                                           ArrayOf(source.continuation_lines), ArrayOf(source.markup_lines)})
                        .status());
    v1::Draft kept;
    present = drafts.Lock(call, transaction, fresh.name(), &kept);
    if (present.ok()) return KeepBeside(call, transaction, kept, fresh, source.format, draft);
    if (!absl::IsNotFound(present)) return present;
    *draft = fresh;
    draft->clear_parsed();
    draft->set_state(v1::DRAFT_STATE_OPEN);
    RETURN_IF_ERROR(drafts.Insert(call, transaction, fresh.name(), draft));
    return transaction
        .Query(PutParse(),
               {call.owner, names::LastId(fresh.name()), db::Param::Bytes(fresh.parsed().SerializeAsString())})
        .status();
  });
}

absl::Status IntakeStore::Supersede(const Call& call, db::Transaction& transaction, const v1::Draft& kept,
                                    const v1::ParsedDocument& parsed) {
  const std::string draft_id = names::LastId(kept.name());
  RETURN_IF_ERROR(transaction.Query(PutSuperseded(), {call.owner, draft_id, VersionOf(kept)}).status());
  RETURN_IF_ERROR(transaction.Query(PutSupersededCorrections(), {call.owner, draft_id}).status());
  return transaction.Query(ReplaceParse(), {call.owner, draft_id, db::Param::Bytes(parsed.SerializeAsString())})
      .status();
}

absl::Status IntakeStore::KeepBeside(Call& call, db::Transaction& transaction, v1::Draft kept, const v1::Draft& fresh,
                                     v1::DocumentFormat format, v1::Draft* draft) const {
  FillState(kept);
  *draft = kept;
  if (kept.state() != v1::DRAFT_STATE_OPEN) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Reading before, Read(call, transaction, kept));
  ASSIGN_OR_RETURN(const std::set<std::string> begun, ReadBegun(call, transaction, kept.name()));
  if (FormatOf(before.parsed.source()) == format || !begun.empty()) return absl::OkStatus();
  v1::ParsedDocument after = fresh.parsed();
  const CarriedOver carried = CarryOver(before.parsed, before.corrections, after, call.owner);
  for (const v1::Diagnostic& told : carried.set_aside) *after.add_diagnostics() = told;
  RETURN_IF_ERROR(Supersede(call, transaction, kept, after));
  RETURN_IF_ERROR(PutCorrections(call, transaction, kept.name(), VersionOf(kept) + 1, carried.corrections));
  Describe(Apply(std::move(after), carried.corrections), *draft);
  return drafts.Replace(call, transaction, kept, draft);
}

absl::StatusOr<bool> IntakeStore::IsLeftInPart(Call& call, const std::string& name, v1::DocumentFormat format) const {
  bool left = false;
  RETURN_IF_ERROR(pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    left = false;
    v1::Draft draft;
    const absl::Status present = drafts.Read(call, transaction, name, &draft);
    if (!present.ok()) return absl::IsNotFound(present) ? absl::OkStatus() : present;
    FillState(draft);
    ASSIGN_OR_RETURN(const std::set<std::string> begun, ReadBegun(call, transaction, name));
    const bool in_part =
        draft.state() == v1::DRAFT_STATE_PARTLY_ACCEPTED || (draft.state() == v1::DRAFT_STATE_OPEN && !begun.empty());
    if (!in_part) return absl::OkStatus();
    ASSIGN_OR_RETURN(const Reading reading, Read(call, transaction, draft));
    left = FormatOf(reading.parsed.source()) != format;
    return absl::OkStatus();
  }));
  return left;
}

absl::StatusOr<IntakeStore::Reading> IntakeStore::Read(const Call& call, db::Transaction& transaction,
                                                       const v1::Draft& draft) {
  const std::string draft_id = names::LastId(draft.name());
  const int64_t version = VersionOf(draft);
  Reading reading;
  ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(GetParse(), {call.owner, draft_id, version}));
  if (rows.size() == 0 || !reading.parsed.ParseFromString(rows.Bytes(0, 0))) {
    return absl::InternalError("the parse of a draft is missing");
  }
  FillIds(reading.parsed);
  ASSIGN_OR_RETURN(const db::Result said,
                   transaction.Query(GetCorrections(), {call.owner, draft_id, rows.Int(0, 1), version}));
  google::protobuf::RepeatedPtrField<v1::Correction> all;
  for (int row = 0; row < said.size(); ++row) {
    if (!all.Add()->ParseFromString(said.Bytes(row, 0))) return absl::InternalError("a correction does not parse");
  }
  reading.corrections = Merge({}, all);
  SortByElement(reading.parsed, reading.corrections);
  ASSIGN_OR_RETURN(reading.accepted, ReadIds(transaction, GetAccepted(), {call.owner, draft_id, version}));
  return reading;
}

absl::Status IntakeStore::GetDraft(Call& call, const v1::GetDraftRequest& request, v1::Draft* draft) const {
  RETURN_IF_ERROR(drafts.Get(call, request, draft));
  FillState(*draft);
  // What belongs to a version of a draft never changes, so it may be read after the draft itself.
  return pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    if (!request.has_read_time()) {
      ASSIGN_OR_RETURN(const std::set<std::string> begun, ReadBegun(call, transaction, draft->name()));
      draft->mutable_begun_element_ids()->Assign(begun.begin(), begun.end());
    }
    return Fill(call, transaction, *draft);
  });
}

absl::Status IntakeStore::Fill(const Call& call, db::Transaction& transaction, v1::Draft& draft) {
  ASSIGN_OR_RETURN(Reading reading, Read(call, transaction, draft));
  *draft.mutable_parsed() = Apply(std::move(reading.parsed), reading.corrections);
  draft.mutable_corrections()->Assign(reading.corrections.begin(), reading.corrections.end());
  if (draft.state() == v1::DRAFT_STATE_PARTLY_ACCEPTED) {
    draft.mutable_accepted_element_ids()->Assign(reading.accepted.begin(), reading.accepted.end());
  }
  return absl::OkStatus();
}

absl::Status IntakeStore::ListDrafts(Call& call, const v1::ListDraftsRequest& request,
                                     v1::ListDraftsResponse* response) const {
  RETURN_IF_ERROR(drafts.List(call, request, response));
  for (v1::Draft& draft : *response->mutable_drafts()) FillState(draft);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<SourceText>> IntakeStore::FindText(Call& call, const std::string& document) const {
  std::optional<SourceText> source;
  RETURN_IF_ERROR(pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    source.reset();
    ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(GetTextOf(), {call.owner, names::LastId(document)}));
    if (rows.size() == 0) return absl::OkStatus();
    source.emplace(SourceText{.format = static_cast<v1::DocumentFormat>(rows.Int(0, 0)),
                              .sha256 = rows.Text(0, 5),
                              .text = rows.Bytes(0, 1),
                              .line_numbers = NumbersIn(rows.Text(0, 2)),
                              .continuation_lines = NumbersIn(rows.Text(0, 3)),
                              .markup_lines = NumbersIn(rows.Text(0, 4))});
    return absl::OkStatus();
  }));
  return source;
}

absl::StatusOr<SourceText> IntakeStore::GetText(Call& call, const std::string& document) const {
  ASSIGN_OR_RETURN(std::optional<SourceText> kept, FindText(call, document));
  if (kept) return *std::move(kept);
  std::string content;
  RETURN_IF_ERROR(pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(GetContentOf(), {call.owner, names::LastId(document)}));
    if (rows.size() == 0) return absl::InternalError("the content of a document is missing");
    content = rows.Bytes(0, 0);
    return absl::OkStatus();
  }));
  absl::StatusOr<SourceText> source = ReadSource(content);
  if (!source.ok() || source->format != v1::DOCUMENT_FORMAT_TEXT) return TextMissing(document);
  return source;
}

absl::Status IntakeStore::Correct(Call& call, const v1::CorrectDraftRequest& request, std::set<std::string> unmatched,
                                  v1::Draft* draft) const {
  return resource::RunWrite(call, pool_, request, draft, [&](db::Transaction& transaction) -> absl::Status {
    v1::Draft before;
    RETURN_IF_ERROR(drafts.LockFor(call, transaction, request, &before));
    ASSIGN_OR_RETURN(Reading reading, Read(call, transaction, before));
    *draft = before;
    FillState(*draft);
    FixedElements fixed{.accepted = std::move(reading.accepted), .begun = {}, .unmatched = unmatched};
    ASSIGN_OR_RETURN(fixed.begun, ReadBegun(call, transaction, before.name()));
    ASSIGN_OR_RETURN(const std::set<std::string> live,
                     ReadIds(transaction, GetLiveOf(), {call.owner, names::LastId(before.name())}));
    for (const std::string& id : live) fixed.unmatched.erase(id);
    if (draft->state() == v1::DRAFT_STATE_ACCEPTED) {
      fixed.accepted = AllElements(reading.parsed);
      fixed.accepted.insert(kSourceId);
      for (const v1::Correction& said : request.corrections()) fixed.accepted.insert(said.element_id());
    }
    RETURN_IF_ERROR(CheckCorrections(reading.parsed, reading.corrections, request.corrections(), fixed, call.owner));
    v1::CorrectDraftRequest said = request;
    for (v1::Correction& correction : *said.mutable_corrections()) {
      correction.set_principal(call.principal.subject);
      *correction.mutable_correct_time() = ToTimestamp(call.moment);
    }
    RETURN_IF_ERROR(PutCorrections(call, transaction, before.name(), VersionOf(before) + 1, said.corrections()));
    Describe(Apply(reading.parsed, Merge(reading.corrections, said.corrections())), *draft);
    return drafts.Replace(call, transaction, before, draft);
  });
}

absl::Status IntakeStore::Begin(Call& call, const v1::AcceptDraftRequest& request, const std::string& acceptance,
                                const v1::Draft& draft, const std::set<std::string>& elements) const {
  return resource::RunOwnWrite(call, pool_, [&](db::Transaction& transaction) -> absl::Status {
    v1::Draft locked;
    RETURN_IF_ERROR(drafts.LockFor(call, transaction, request, &locked));
    // One owner's writes wait for each other, so of two readings that begin at once the second sees the first. One that
    // has begun must be able to finish.
    ASSIGN_OR_RETURN(const std::set<std::string> begun, ReadBegun(call, transaction, draft.name()));
    if (begun.empty()) RETURN_IF_ERROR(CheckNoneBegunIn(call, transaction, draft));
    return transaction
        .Query(PutBegun(), {call.owner, names::LastId(request.name()), acceptance, FixedBy(elements), EndOf(call)})
        .status();
  });
}

absl::Status IntakeStore::Release(Call& call, const std::string& draft, const std::string& acceptance,
                                  const std::set<std::string>& unwritten, const std::set<std::string>& refused) const {
  return resource::RunOwnWrite(call, pool_, [&](db::Transaction& transaction) -> absl::Status {
    return transaction
        .Query(ReleaseBegun(), {call.owner, names::LastId(draft), acceptance, absl::StrJoin(unwritten, "\n"),
                                absl::StrJoin(refused, "\n")})
        .status();
  });
}

absl::Status IntakeStore::CheckStillFixed(const Call& call, db::Transaction& transaction, const std::string& draft,
                                          const std::string& acceptance, const std::set<std::string>& accepted,
                                          const std::set<std::string>& selected) {
  ASSIGN_OR_RETURN(const std::set<std::string> begun,
                   ReadIds(transaction, GetBegunBy(), {call.owner, names::LastId(draft), acceptance}));
  const bool fixed = std::all_of(selected.begin(), selected.end(),
                                 [&](const std::string& id) { return begun.count(id) > 0 || accepted.count(id) > 0; });
  return fixed ? absl::OkStatus() : errors::Make(errors::kEtagMismatch, {{"name", draft}});
}

absl::Status IntakeStore::MarkAccepted(Call& call, const v1::AcceptDraftRequest& request, const std::string& acceptance,
                                       const std::set<std::string>& selected, const Places& places,
                                       v1::AcceptDraftResponse* response) const {
  const v1::AcceptDraftResponse result = *response;
  return resource::RunWrite(call, pool_, request, response, [&](db::Transaction& transaction) -> absl::Status {
    *response = result;
    v1::Draft before;
    v1::Draft& draft = *response->mutable_draft();
    RETURN_IF_ERROR(drafts.Lock(call, transaction, request.name(), &before));
    draft = before;
    FillState(draft);
    ASSIGN_OR_RETURN(Reading reading, Read(call, transaction, before));
    const bool again = draft.state() == v1::DRAFT_STATE_ACCEPTED;
    if (!again && before.etag() != request.etag()) {
      RETURN_IF_ERROR(CheckStillFixed(call, transaction, request.name(), acceptance, reading.accepted, selected));
    }
    RETURN_IF_ERROR(
        transaction.Query(DropBegun(), {call.owner, names::LastId(before.name()), FixedBy(selected)}).status());
    // Accepting again finds everything there: the draft keeps the moment at which it was first accepted.
    if (again) return absl::OkStatus();
    const std::set<std::string> elements = AllElements(Apply(std::move(reading.parsed), reading.corrections));
    const bool whole = std::includes(selected.begin(), selected.end(), elements.begin(), elements.end());
    const bool more =
        !std::includes(reading.accepted.begin(), reading.accepted.end(), selected.begin(), selected.end());
    if (!whole && !more) return absl::OkStatus();
    if (!selected.empty()) {
      RETURN_IF_ERROR(transaction
                          .Query(PutAccepted(), {call.owner, names::LastId(before.name()),
                                                 absl::StrJoin(selected, "\n"), VersionOf(before) + 1})
                          .status());
    }
    RETURN_IF_ERROR(PutPlaces(call, transaction, before.name(), places));
    if (!draft.has_accept_time()) {
      *draft.mutable_accept_time() = ToTimestamp(call.moment);
      draft.set_previous_draft(result.draft().previous_draft());
    }
    draft.set_state(whole ? v1::DRAFT_STATE_ACCEPTED : v1::DRAFT_STATE_PARTLY_ACCEPTED);
    for (const std::string& framework : result.frameworks()) {
      if (std::count(draft.frameworks().begin(), draft.frameworks().end(), framework) == 0) {
        draft.add_frameworks(framework);
      }
    }
    if (!result.cycle().empty()) draft.set_cycle(result.cycle());
    return drafts.Replace(call, transaction, before, &draft);
  });
}

absl::StatusOr<std::optional<v1::Draft>> IntakeStore::FindEarlier(Call& call, const v1::Draft& draft) const {
  std::optional<v1::Draft> earlier;
  RETURN_IF_ERROR(pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(earlier, FindSame(call, transaction, ListAccepted(), draft));
    return absl::OkStatus();
  }));
  return earlier;
}

absl::Status IntakeStore::CheckNoneBegun(Call& call, const v1::Draft& draft) const {
  return pool_.Run(call, db::Access::kReadOnly,
                   [&](db::Transaction& transaction) { return CheckNoneBegunIn(call, transaction, draft); });
}

absl::Status IntakeStore::CheckNoneBegunIn(Call& call, db::Transaction& transaction, const v1::Draft& draft) const {
  ASSIGN_OR_RETURN(const std::optional<v1::Draft> other, FindSame(call, transaction, ListBegun(), draft));
  return other ? errors::Make(kOtherBegun, {{"other", other->name()}}) : absl::OkStatus();
}

absl::StatusOr<std::optional<v1::Draft>> IntakeStore::FindSame(Call& call, db::Transaction& transaction,
                                                               const db::Statement& list,
                                                               const v1::Draft& draft) const {
  ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(list, {call.owner}));
  for (int row = 0; row < rows.size(); ++row) {
    // Kind and years are in the parse only: like enough by what is at hand.
    v1::SourceDocument source = draft.parsed().source();
    source.set_title(rows.Text(row, 1));
    source.set_identifier(rows.Text(row, 2));
    source.set_sha256(rows.Text(row, 3));
    const std::string name = absl::StrCat("owners/", call.owner, "/drafts/", rows.Text(row, 0));
    if (name == draft.name() || !IsSameSource(source, draft.parsed().source())) continue;
    v1::Draft found;
    RETURN_IF_ERROR(drafts.Read(call, transaction, name, &found));
    FillState(found);
    RETURN_IF_ERROR(Fill(call, transaction, found));
    const bool gone = !rows.IsNull(row, 4) && rows.Int(row, 4) != int64_t{FormatOf(found.parsed().source())};
    if (!gone && IsSameSource(found.parsed().source(), draft.parsed().source())) return found;
  }
  return std::nullopt;
}

absl::Status IntakeStore::CheckLatest(Call& call, const std::string& draft) const {
  return pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(FindLater(), {call.owner, draft}));
    if (rows.size() == 0) return absl::OkStatus();
    const std::string later = absl::StrCat("owners/", call.owner, "/drafts/", rows.Text(0, 0));
    return errors::Make(kSuperseded, {{"name", draft}, {"later", later}});
  });
}

absl::StatusOr<Places> IntakeStore::GetPlaces(Call& call, const std::string& draft) const {
  Places places;
  RETURN_IF_ERROR(pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    places.clear();
    ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(GetPlacesOf(), {call.owner, names::LastId(draft)}));
    for (int row = 0; row < rows.size(); ++row) places[rows.Text(row, 0)] = {rows.Text(row, 1), rows.Int(row, 2) != 0};
    return absl::OkStatus();
  }));
  return places;
}

absl::Status IntakeStore::KeepPlaces(Call& call, const std::string& draft, const Places& places) const {
  return resource::RunOwnWrite(call, pool_, [&](db::Transaction& transaction) -> absl::Status {
    return PutPlaces(call, transaction, draft, places);
  });
}

}  // namespace regiokompas::intake
