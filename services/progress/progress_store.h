// What progress keeps: its resources, each in a table of the schema `progress` (migrations/).
#pragma once

#include "common/api/page_tokens.h"
#include "common/db/database.h"
#include "common/resource/resource_store.h"

namespace regiokompas::progress {

// Thread-safe. Pool and page tokens must outlive it.
struct ProgressStore {
  ProgressStore(db::Pool& pool, const api::PageTokens& page_tokens);

  const resource::ResourceStore cycles;
  const resource::ResourceStore reports;
  const resource::ResourceStore mappings;
};

}  // namespace regiokompas::progress
