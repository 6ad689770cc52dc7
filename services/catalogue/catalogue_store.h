// What the catalogue keeps: its resources, each in a table of the schema `catalogue` (migrations/).
#pragma once

#include "common/api/page_tokens.h"
#include "common/db/database.h"
#include "common/resource/resource_store.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"

namespace regiokompas::catalogue {

// Thread-safe. Pool and page tokens must outlive it.
class CatalogueStore {
 public:
  CatalogueStore(db::Pool& pool, const api::PageTokens& page_tokens);

  // Names of what the owner has, or shares with the caller.
  absl::Status Summarise(Call& call, const v1::GetCatalogueSummaryRequest& request,
                         v1::CatalogueSummary* response) const;

  const resource::ResourceStore frameworks;
  const resource::ResourceStore sections;
  const resource::ResourceStore goals;
  const resource::ResourceStore activities;
  const resource::ResourceStore contributions;

 private:
  db::Pool& pool_;
};

}  // namespace regiokompas::catalogue
