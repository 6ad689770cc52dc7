// What intake keeps: documents with their bytes and drafts with their parse, in the schema `intake` (migrations/).
#pragma once

#include <string>

#include "common/api/page_tokens.h"
#include "common/db/database.h"
#include "common/resource/resource_store.h"
#include "regiokompas/intake/v1/intake_service.pb.h"

namespace regiokompas::intake {

// Thread-safe. Pool and page tokens must outlive it.
class IntakeStore {
 public:
  IntakeStore(db::Pool& pool, const api::PageTokens& page_tokens);

  // Keeps a document with its content and a draft with its parse, unless they are there: then the kept ones stay as
  // they are. `draft` becomes the kept draft, without its parse.
  absl::Status Keep(Call& call, const v1::ParseDocumentRequest& request, v1::Document document, v1::Draft* draft) const;

  // True, with the answer in `response`, when this very call was answered before.
  absl::StatusOr<bool> FindAnswer(Call& call, const v1::AcceptDraftRequest& request,
                                  v1::AcceptDraftResponse* response) const {
    return resource::FindAnswer(call, pool_, request, response);
  }

  // A draft with its parse.
  absl::Status GetDraft(Call& call, const v1::GetDraftRequest& request, v1::Draft* draft) const;

  // The bytes of a document, by its name.
  absl::StatusOr<std::string> GetContent(Call& call, const std::string& document) const;

  // Notes on a draft what its acceptance came to. ABORTED when it is not the version of `request` any more.
  absl::Status MarkAccepted(Call& call, const v1::AcceptDraftRequest& request, v1::AcceptDraftResponse* response) const;

  const resource::ResourceStore documents;
  const resource::ResourceStore drafts;

 private:
  db::Pool& pool_;
};

}  // namespace regiokompas::intake
