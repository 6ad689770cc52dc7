// Brings the stored reference data in line with what the files say.
#pragma once

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/db/database.h"
#include "services/collaboration/collaboration_store.h"
#include "services/collaboration/reference_data.h"

namespace regiokompas::collaboration {

// What a load did. All zero when nothing had changed since the last one.
struct ReferenceCounts {
  int added = 0;
  int changed = 0;
  int unchanged = 0;
};

// Writes what is new or differs, as versions of the owner names::kCountry. What the files no longer name stays:
// validity dates end things. When the data are those of the last load, this is one query. Replicas may do it at the
// same time: they take turns, and the later one finds it done.
absl::StatusOr<ReferenceCounts> LoadReferenceData(const Clock& clock, db::Pool& pool, const CollaborationStore& store,
                                                  const ReferenceData& data);

}  // namespace regiokompas::collaboration
