// The sharing grants of all owners, and the feed of their changes for the services that enforce them.
#pragma once

#include "common/api/page_tokens.h"
#include "common/db/database.h"
#include "common/resource/resource_store.h"
#include "regiokompas/collaboration/v1/collaboration_service.pb.h"

namespace regiokompas::collaboration {

// Thread-safe. Pool and page tokens must outlive it.
class SharingStore {
 public:
  SharingStore(db::Pool& pool, const api::PageTokens& page_tokens);

  absl::Status Get(Call& call, const v1::GetSharingGrantRequest& request, v1::SharingGrant* response) const;
  absl::Status List(Call& call, const v1::ListSharingGrantsRequest& request,
                    v1::ListSharingGrantsResponse* response) const;
  absl::Status Create(Call& call, const v1::CreateSharingGrantRequest& request, v1::SharingGrant* response) const;
  absl::Status Withdraw(Call& call, const v1::WithdrawSharingGrantRequest& request, v1::SharingGrant* response) const;

  // Both only for a call with `feed` set.
  absl::Status ListChanges(Call& call, const v1::ListChangesRequest& request, v1::ListChangesResponse* response) const;
  absl::Status GetShares(Call& call, const v1::BatchGetSharesRequest& request,
                         v1::BatchGetSharesResponse* response) const;

 private:
  const resource::ResourceStore grants_;
  db::Pool& pool_;
};

}  // namespace regiokompas::collaboration
