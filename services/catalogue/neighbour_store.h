// Finds what other owners that share with this one do about the same (neighbour_rules.h), in what can be searched
// (migrations/0004_search.sql).
#pragma once

#include "absl/status/status.h"
#include "common/base/call.h"
#include "common/db/database.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"

namespace regiokompas::catalogue {

// Thread-safe. The pool must outlive it.
class NeighbourStore {
 public:
  explicit NeighbourStore(db::Pool& pool) : pool_(pool) {}

  // Both: PERMISSION_DENIED for who does not read as the owner, UNAVAILABLE while it is not known what is shared.
  // NOT_FOUND when the owner does not have what is asked about.
  absl::Status Search(Call& call, const v1::SearchNeighboursRequest& request,
                      v1::SearchNeighboursResponse* response) const;
  // PERMISSION_DENIED when the other owner shares no frameworks with this one.
  absl::Status Compare(Call& call, const v1::CompareOwnersRequest& request, v1::CompareOwnersResponse* response) const;

 private:
  db::Pool& pool_;
};

}  // namespace regiokompas::catalogue
