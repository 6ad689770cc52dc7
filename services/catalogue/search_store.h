// Search over what triggers keep in `search_items` (migrations/0004_search.sql): as the owner over what stands now, by
// a share over what was adopted last.
#pragma once

#include "absl/status/status.h"
#include "common/api/page_tokens.h"
#include "common/base/call.h"
#include "common/db/database.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"

namespace regiokompas::catalogue {

// Thread-safe. Pool and page tokens must outlive it.
class SearchStore {
 public:
  SearchStore(db::Pool& pool, const api::PageTokens& page_tokens) : pool_(pool), page_tokens_(page_tokens) {}

  // Fills a page of hits. The order is by score, which depends on nothing but the hit itself, and then by name, so
  // pages stay as they are while others write.
  absl::Status Search(Call& call, const v1::SearchCatalogueRequest& request,
                      v1::SearchCatalogueResponse* response) const;

 private:
  db::Pool& pool_;
  const api::PageTokens& page_tokens_;
};

}  // namespace regiokompas::catalogue
