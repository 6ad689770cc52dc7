// What the catalogue keeps: its resources, each in a table of the schema `catalogue` (migrations/).
#pragma once

#include "common/api/page_tokens.h"
#include "common/db/database.h"
#include "common/resource/resource_store.h"

namespace regiokompas::catalogue {

// Thread-safe. Pool and page tokens must outlive it.
struct CatalogueStore {
  CatalogueStore(db::Pool& pool, const api::PageTokens& page_tokens);

  const resource::ResourceStore frameworks;
  const resource::ResourceStore sections;
  const resource::ResourceStore goals;
  const resource::ResourceStore activities;
  const resource::ResourceStore contributions;
};

}  // namespace regiokompas::catalogue
