// Reading the change log of a service's schema: what every feed and watch is made of.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/db/database.h"

namespace regiokompas::db {

// One resource that one revision of an owner's data changed.
struct Change {
  std::string resource;
  int64_t sequence = 0;  // the revision
  int64_t version = 0;   // of the resource
  bool dropped = false;
  absl::Time time;
};

// In which database positions in the log count. A promoted or restored cluster is another one: what it lost may have
// been read already.
absl::StatusOr<std::string> FeedEpoch(Transaction& transaction);

// The last revision of each of `owners` that has one. Reads across owners, so only in a transaction of the feed.
absl::StatusOr<std::map<std::string, int64_t>> Heads(Transaction& transaction, const std::vector<std::string>& owners);

// What changed after revision `sequence`, in order: whole revisions, `limit` changes at most, or one revision that has
// more. Something must have changed: when it is not there, or there is a gap, FEED_POSITION_EXPIRED.
absl::StatusOr<std::vector<Change>> ChangesAfter(Transaction& transaction, const std::string& owner, int64_t sequence,
                                                 int limit);

}  // namespace regiokompas::db
