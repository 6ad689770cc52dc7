// What changed: between two versions of frameworks, and in one field over time.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "common/api/page_tokens.h"
#include "common/base/call.h"
#include "common/db/database.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"
#include "services/catalogue/framework_content.h"
#include "services/catalogue/version_store.h"

namespace regiokompas::catalogue {

// Thread-safe. Pool, page tokens and versions must outlive it.
class ComparisonStore {
 public:
  ComparisonStore(db::Pool& pool, const api::PageTokens& page_tokens, const VersionStore& versions)
      : pool_(pool), page_tokens_(page_tokens), versions_(versions) {}

  absl::Status CompareVersions(Call& call, const v1::CompareVersionsRequest& request,
                               v1::CompareVersionsResponse* response) const;
  absl::Status ListFieldHistory(Call& call, const v1::ListFieldHistoryRequest& request,
                                v1::ListFieldHistoryResponse* response) const;

 private:
  // What the version of that name holds: nothing when it is a withdrawal.
  absl::Status ReadVersion(Call& call, db::Transaction& transaction, const std::string& name,
                           FrameworkContent* content) const;

  db::Pool& pool_;
  const api::PageTokens& page_tokens_;
  const VersionStore& versions_;
};

}  // namespace regiokompas::catalogue
