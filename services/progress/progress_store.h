// What progress keeps: its resources, each in a table of the schema `progress` (migrations/).
#pragma once

#include "common/api/page_tokens.h"
#include "common/db/database.h"
#include "common/resource/resource_store.h"
#include "regiokompas/progress/v1/progress_service.pb.h"

namespace regiokompas::progress {

// Thread-safe. Pool and page tokens must outlive it.
class ProgressStore {
 public:
  ProgressStore(db::Pool& pool, const api::PageTokens& page_tokens);

  // The statuses in the last cycles of the owner on or before a day.
  absl::Status Summarise(Call& call, const v1::GetProgressSummaryRequest& request, v1::ProgressSummary* response) const;

  const resource::ResourceStore cycles;
  const resource::ResourceStore reports;
  const resource::ResourceStore mappings;

 private:
  db::Pool& pool_;
};

}  // namespace regiokompas::progress
