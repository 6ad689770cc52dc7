#include "services/intake/intake_store.h"

#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "common/base/timestamp.h"

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

const db::Statement& PutParse() {
  static const auto* const kStatement = new db::Statement{
      "parsed_document.insert", "INSERT INTO parsed_documents (owner_id, draft_id, parsed) VALUES ($1, $2, $3)"};
  return *kStatement;
}

const db::Statement& GetParse() {
  static const auto* const kStatement = new db::Statement{
      "parsed_document.get", "SELECT parsed FROM parsed_documents WHERE owner_id = $1 AND draft_id = $2"};
  return *kStatement;
}

}  // namespace

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
                               v1::Draft* draft) const {
  const v1::Draft fresh = *draft;
  return resource::RunWrite(call, pool_, request, draft, [&](db::Transaction& transaction) -> absl::Status {
    v1::Document kept_document;
    absl::Status present = documents.Read(call, transaction, document.name(), &kept_document);
    if (absl::IsNotFound(present)) {
      v1::Document stored = document;
      RETURN_IF_ERROR(documents.Insert(call, transaction, document.name(), &stored));
      RETURN_IF_ERROR(
          transaction
              .Query(PutContent(), {call.owner, names::LastId(document.name()), db::Param::Bytes(request.content())})
              .status());
    } else if (!present.ok()) {
      return present;
    }
    present = drafts.Read(call, transaction, fresh.name(), draft);
    if (!absl::IsNotFound(present)) return present;
    *draft = fresh;
    draft->clear_parsed();
    RETURN_IF_ERROR(drafts.Insert(call, transaction, fresh.name(), draft));
    return transaction
        .Query(PutParse(),
               {call.owner, names::LastId(fresh.name()), db::Param::Bytes(fresh.parsed().SerializeAsString())})
        .status();
  });
}

absl::Status IntakeStore::GetDraft(Call& call, const v1::GetDraftRequest& request, v1::Draft* draft) const {
  RETURN_IF_ERROR(drafts.Get(call, request, draft));
  // The parse of a draft never changes, so it may be read after the draft itself.
  return pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(GetParse(), {call.owner, names::LastId(draft->name())}));
    if (rows.size() == 0 || !draft->mutable_parsed()->ParseFromString(rows.Bytes(0, 0))) {
      return absl::InternalError("the parse of a draft is missing");
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<std::string> IntakeStore::GetContent(Call& call, const std::string& document) const {
  std::string content;
  RETURN_IF_ERROR(pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(GetContentOf(), {call.owner, names::LastId(document)}));
    if (rows.size() == 0) return absl::InternalError("the content of a document is missing");
    content = rows.Bytes(0, 0);
    return absl::OkStatus();
  }));
  return content;
}

absl::Status IntakeStore::MarkAccepted(Call& call, const v1::AcceptDraftRequest& request,
                                       v1::AcceptDraftResponse* response) const {
  const v1::AcceptDraftResponse result = *response;
  return resource::RunWrite(call, pool_, request, response, [&](db::Transaction& transaction) -> absl::Status {
    *response = result;
    v1::Draft before;
    v1::Draft& draft = *response->mutable_draft();
    RETURN_IF_ERROR(drafts.Lock(call, transaction, request.name(), &draft));
    if (draft.etag() != request.etag()) return errors::Make(errors::kEtagMismatch, {{"name", request.name()}});
    // Accepting again finds everything there: the draft keeps the moment at which it was first accepted.
    if (draft.has_accept_time()) return absl::OkStatus();
    before = draft;
    *draft.mutable_accept_time() = ToTimestamp(call.moment);
    *draft.mutable_frameworks() = result.frameworks();
    draft.set_cycle(result.cycle());
    return drafts.Replace(call, transaction, before, &draft);
  });
}

}  // namespace regiokompas::intake
