// What collaboration keeps: its resources, each in a table of the schema `collaboration` (migrations/).
#pragma once

#include <string>
#include <vector>

#include "common/api/page_tokens.h"
#include "common/db/database.h"
#include "common/resource/resource_store.h"
#include "regiokompas/collaboration/v1/regional_overview.pb.h"

namespace regiokompas::collaboration {

// Thread-safe. Pool and page tokens must outlive it.
class CollaborationStore {
 public:
  CollaborationStore(db::Pool& pool, const api::PageTokens& page_tokens);

  // The region that `owner` (RG-achterhoek) is, in `overview` without members, and who is a member on its cycle_date,
  // by code, with their names only. NOT_FOUND when there is no such region.
  absl::Status GetMembers(Call& call, const std::string& owner, v1::RegionalOverview* overview,
                          std::vector<v1::RegionalOverviewMember>* members) const;

  // Reference data: written by LoadReferenceData only.
  const resource::ResourceStore municipalities;
  const resource::ResourceStore regions;
  const resource::ResourceStore memberships;
  const resource::ResourceStore parties;
  const resource::ResourceStore task_fields;

 private:
  db::Pool& pool_;
};

}  // namespace regiokompas::collaboration
