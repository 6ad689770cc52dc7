#include "services/intake/intake_service.h"

#include "absl/strings/str_cat.h"
#include "common/base/errors.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "regiokompas/intake/v1/intake_service.grpc.pb.h"
#include "services/intake/document_errors.h"
#include "services/intake/intake_peers.h"
#include "services/intake/intake_rules.h"
#include "services/intake/intake_store.h"
#include "services/intake/parser/parse.h"
#include "services/intake/reader/read_source.h"

namespace regiokompas::intake {
namespace {

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
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.GetDraft(call, *request, response); });
  }

  grpc::Status ListDrafts(grpc::ServerContext* context, const v1::ListDraftsRequest* request,
                          v1::ListDraftsResponse* response) override {
    return endpoint_.Serve(context, *request, response,
                           [&](Call& call) { return store_.drafts.List(call, *request, response); });
  }

 private:
  absl::Status Parse(Call& call, const v1::ParseDocumentRequest& request, v1::Draft* draft) {
    // An owner may be one that the list of municipalities does not know; then its own word for itself counts.
    const bool own = request.municipality() == call.owner;
    const absl::StatusOr<SourceText> text = ReadSource(request.content());
    if (!text.ok()) return DocumentError(text.status());
    absl::StatusOr<v1::ParsedDocument> parsed = intake::Parse(*text, {.file_name = request.file_name(),
                                                                      .municipality = own ? "" : request.municipality(),
                                                                      .profile = request.profile()});
    if (!parsed.ok()) return DocumentError(parsed.status());
    RETURN_IF_ERROR(CheckMunicipality(*parsed, call.owner, request.municipality()));
    if (own) parsed->mutable_source()->set_municipality(call.owner);

    const v1::SourceDocument& source = parsed->source();
    // The same bytes are the same document; the same bytes read with the same profile the same draft.
    const std::string owner = absl::StrCat("owners/", call.owner);
    v1::Document document;
    document.set_name(absl::StrCat(owner, "/documents/d-", source.sha256().substr(0, 24)));
    document.set_display_name(source.title());
    document.set_file_name(request.file_name());
    document.set_sha256(source.sha256());
    document.set_size_bytes(static_cast<int64_t>(request.content().size()));
    document.set_media_type("text/plain");
    document.set_source_identifier(source.identifier());

    draft->set_name(
        absl::StrCat(owner, "/drafts/d-", Sha256Hex(source.sha256() + "|" + source.profile()).substr(0, 24)));
    draft->set_display_name(source.title());
    draft->set_document(document.name());
    draft->set_profile(source.profile());
    *draft->mutable_summary() = Summarise(*parsed);
    *draft->mutable_parsed() = *std::move(parsed);
    if (request.validate_only()) {
      draft->clear_name();
      draft->clear_document();
      return absl::OkStatus();
    }
    return store_.Keep(call, request, std::move(document), draft);
  }

  absl::Status Accept(Call& call, const v1::AcceptDraftRequest& request, v1::AcceptDraftResponse* response) {
    // The acceptance writes elsewhere before it writes here, so a repeated call must be known as one at the start.
    ASSIGN_OR_RETURN(const bool answered, store_.FindAnswer(call, request, response));
    if (answered) return absl::OkStatus();
    v1::GetDraftRequest get;
    get.set_name(request.name());
    v1::Draft draft;
    RETURN_IF_ERROR(store_.GetDraft(call, get, &draft));
    if (draft.etag() != request.etag()) return errors::Make(errors::kEtagMismatch, {{"name", request.name()}});
    ASSIGN_OR_RETURN(const std::string content, store_.GetContent(call, draft.document()));
    ASSIGN_OR_RETURN(const SourceText source, ReadSource(content));
    RETURN_IF_ERROR(ApplyDraft(call, peer_, draft, source, response));
    return store_.MarkAccepted(call, request, response);
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
