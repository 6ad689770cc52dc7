// What the catalogue keeps: its resources, each in a table of the schema `catalogue` (migrations/).
#pragma once

#include "common/api/page_tokens.h"
#include "common/db/database.h"
#include "common/resource/resource_store.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"
#include "services/catalogue/bulk_store.h"
#include "services/catalogue/catalogue_peers.h"
#include "services/catalogue/comparison_store.h"
#include "services/catalogue/finding_store.h"
#include "services/catalogue/neighbour_store.h"
#include "services/catalogue/promise_store.h"
#include "services/catalogue/search_store.h"
#include "services/catalogue/version_store.h"

namespace regiokompas::catalogue {

// Thread-safe. Pool and page tokens must outlive it.
class CatalogueStore {
 public:
  CatalogueStore(db::Pool& pool, const api::PageTokens& page_tokens, PeerChannel peer);
  CatalogueStore(const CatalogueStore&) = delete;
  CatalogueStore& operator=(const CatalogueStore&) = delete;

  // Names of what the owner has, or shares with the caller.
  absl::Status Summarise(Call& call, const v1::GetCatalogueSummaryRequest& request,
                         v1::CatalogueSummary* response) const;

  // What writes activities runs inside its Run.
  mutable TaskFieldLists task_fields;
  const resource::ResourceStore frameworks;
  const resource::ResourceStore sections;
  const resource::ResourceStore goals;
  const resource::ResourceStore activities;
  const resource::ResourceStore contributions;
  const VersionStore versions;
  const FindingStore findings;
  const NeighbourStore neighbours;
  const SearchStore search;
  const BulkStore bulk;
  const ComparisonStore comparisons;
  const PromiseStore promises;

 private:
  db::Pool& pool_;
};

}  // namespace regiokompas::catalogue
