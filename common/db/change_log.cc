#include "common/db/change_log.h"

#include "absl/strings/str_join.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"

namespace regiokompas::db {

absl::StatusOr<std::string> FeedEpoch(Transaction& transaction) {
  static const auto* const kEpoch = new Statement{
      "feed.epoch", "SELECT system_identifier || '-' || timeline_id FROM pg_control_system(), pg_control_checkpoint()"};
  ASSIGN_OR_RETURN(const Result epoch, transaction.Query(*kEpoch, {}));
  return epoch.Text(0, 0);
}

absl::StatusOr<std::map<std::string, int64_t>> Heads(Transaction& transaction, const std::vector<std::string>& owners) {
  static const auto* const kHeads = new Statement{
      "feed.heads", "SELECT owner_id, sequence FROM change_heads WHERE owner_id = ANY (string_to_array($1, ','))"};
  ASSIGN_OR_RETURN(const Result rows, transaction.Query(*kHeads, {absl::StrJoin(owners, ",")}));
  std::map<std::string, int64_t> heads;
  for (int i = 0; i < rows.size(); ++i) heads[rows.Text(i, 0)] = rows.Int(i, 1);
  return heads;
}

absl::StatusOr<std::vector<Change>> ChangesAfter(Transaction& transaction, const std::string& owner, int64_t sequence,
                                                 int limit) {
  // One more than the limit tells whether the last revision may be cut short; then it is left for the next time, unless
  // it is the only one.
  static const auto* const kChanges = new Statement{
      "feed.changes_of_owner",
      "SELECT c.resource, c.sequence, c.version, coalesce(h.deleted, false)::int, (extract(epoch FROM c.change_time) * "
      "1000000)::bigint FROM (SELECT CASE WHEN count(*) <= $3::bigint THEN max(sequence) ELSE greatest(max(sequence) - "
      "1, min(sequence)) END AS last FROM (SELECT sequence FROM changes WHERE owner_id = $1 AND sequence > $2::bigint "
      "ORDER BY sequence, item LIMIT $3::bigint + 1) p) page JOIN changes c ON c.owner_id = $1 AND c.sequence > "
      "$2::bigint AND c.sequence <= page.last LEFT JOIN history h ON h.owner_id = $1 AND h.kind = c.kind AND "
      "h.resource = c.resource AND h.version = c.version ORDER BY c.sequence, c.item"};
  ASSIGN_OR_RETURN(const Result rows, transaction.Query(*kChanges, {owner, sequence, int64_t{limit}}));
  std::vector<Change> changes;
  int64_t before = sequence;
  for (int i = 0; i < rows.size(); ++i) {
    const int64_t next = rows.Int(i, 1);
    if (next != before + 1 && (i == 0 || next != before)) return errors::Make(errors::kFeedPositionExpired);
    changes.push_back({.resource = rows.Text(i, 0),
                       .sequence = next,
                       .version = rows.Int(i, 2),
                       .dropped = rows.Int(i, 3) == 1,
                       .time = rows.Time(i, 4)});
    before = next;
  }
  if (changes.empty()) return errors::Make(errors::kFeedPositionExpired);
  return changes;
}

}  // namespace regiokompas::db
