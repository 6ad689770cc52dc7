// What indicator keeps: its resources, each in a table of the schema `indicator` (migrations/).
#pragma once

#include "common/api/page_tokens.h"
#include "common/db/database.h"
#include "common/resource/resource_store.h"
#include "regiokompas/indicator/v1/indicator_service.pb.h"

namespace regiokompas::indicator {

// Thread-safe. Pool and page tokens must outlive it.
class IndicatorStore {
 public:
  IndicatorStore(db::Pool& pool, const api::PageTokens& page_tokens);

  // Counts of what the owner has, or shares with the caller.
  absl::Status Summarise(Call& call, const v1::GetIndicatorSummaryRequest& request,
                         v1::IndicatorSummary* response) const;

  const resource::ResourceStore indicators;
  const resource::ResourceStore targets;
  const resource::ResourceStore measurements;

 private:
  db::Pool& pool_;
};

}  // namespace regiokompas::indicator
