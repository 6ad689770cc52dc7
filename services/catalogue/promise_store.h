// The promise ledger, read from the adopted versions.
#pragma once

#include "absl/status/status.h"
#include "common/api/page_tokens.h"
#include "common/base/call.h"
#include "common/db/database.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"

namespace regiokompas::catalogue {

// Thread-safe. Pool and page tokens must outlive it.
class PromiseStore {
 public:
  PromiseStore(db::Pool& pool, const api::PageTokens& page_tokens) : pool_(pool), page_tokens_(page_tokens) {}

  absl::Status List(Call& call, const v1::ListPromisesRequest& request, v1::ListPromisesResponse* response) const;

 private:
  db::Pool& pool_;
  const api::PageTokens& page_tokens_;
};

}  // namespace regiokompas::catalogue
