// Findings about one framework, from what it held at the asked moments.
#pragma once

#include "absl/status/status.h"
#include "common/base/call.h"
#include "common/db/database.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"
#include "services/catalogue/version_store.h"

namespace regiokompas::catalogue {

// Thread-safe. Pool and versions must outlive it.
class FindingStore {
 public:
  FindingStore(db::Pool& pool, const VersionStore& versions) : pool_(pool), versions_(versions) {}

  // Who reads by a share gets the findings about what was adopted last.
  absl::Status List(Call& call, const v1::ListFindingsRequest& request, v1::ListFindingsResponse* response) const;

 private:
  db::Pool& pool_;
  const VersionStore& versions_;
};

}  // namespace regiokompas::catalogue
