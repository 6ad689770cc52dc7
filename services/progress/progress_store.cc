#include "services/progress/progress_store.h"

#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "regiokompas/progress/v1/reporting_cycle.pb.h"
#include "regiokompas/progress/v1/status_mapping.pb.h"
#include "regiokompas/progress/v1/status_report.pb.h"
#include "services/progress/progress_rules.h"

namespace regiokompas::progress {
namespace {

// Gives a report the canonical statuses of its words, from the owner's own table; and keeps what was published
// elsewhere apart from what is reported here: an imported report stands in an imported cycle, and only there.
absl::Status ResolveReport(Call& call, db::Transaction& transaction, const google::protobuf::Message* before,
                           google::protobuf::Message& message) {
  static const auto* const kWords =
      new db::Statement{"words.list", "SELECT word, status FROM words WHERE owner_id = $1"};
  static const auto* const kCycle = new db::Statement{
      "cycle.imported",
      "SELECT coalesce((body->>'imported')::boolean, false)::int FROM cycles WHERE owner_id = $1 AND cycle_id = $2"};
  auto& report = static_cast<v1::StatusReport&>(message);
  if (before == nullptr) {
    ASSIGN_OR_RETURN(const db::Result cycle, transaction.Query(*kCycle, {call.owner, CycleIdOf(report)}));
    if (cycle.size() > 0) RETURN_IF_ERROR(CheckOrigin(report, cycle.Int(0, 0) == 1));
  }
  if (!PrepareMapping(static_cast<const v1::StatusReport*>(before), report)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(*kWords, {call.owner}));
  StatusWords words;
  for (int i = 0; i < rows.size(); ++i) v1::Status_Parse(rows.Text(i, 1), &words[rows.Text(i, 0)]);
  return MapStatuses(words, report);
}

// Keeps the words of a mapping beside it; a word has one meaning per owner.
absl::Status KeepWords(Call& call, db::Transaction& transaction, const google::protobuf::Message* /*before*/,
                       google::protobuf::Message& message) {
  static const auto* const kForget =
      new db::Statement{"words.forget", "DELETE FROM words WHERE owner_id = $1 AND mapping_id = $2"};
  static const auto* const kKeep = new db::Statement{
      "words.keep",
      "INSERT INTO words (owner_id, word, mapping_id, status) VALUES ($1, $2, $3, $4) ON CONFLICT (owner_id, word) DO "
      "UPDATE "
      "SET status = excluded.status WHERE words.mapping_id = excluded.mapping_id RETURNING mapping_id"};
  const auto& mapping = static_cast<const v1::StatusMapping&>(message);
  const std::string id = names::LastId(mapping.name());
  RETURN_IF_ERROR(transaction.Query(*kForget, {call.owner, id}).status());
  for (int i = 0; i < mapping.labels_size(); ++i) {
    ASSIGN_OR_RETURN(const db::Result kept, transaction.Query(*kKeep, {call.owner, FoldedText(mapping.labels(i)), id,
                                                                       v1::Status_Name(mapping.status())}));
    if (kept.size() == 0) return WordTaken(i);
  }
  return absl::OkStatus();
}

}  // namespace

ProgressStore::ProgressStore(db::Pool& pool, const api::PageTokens& page_tokens)
    : cycles({.kind = "cycle",
              .table = "cycles",
              .message = v1::ReportingCycle::descriptor(),
              .columns = {},
              .initialise = StartCycle,
              .check = CheckCycle},
             pool, page_tokens),
      reports({.kind = "report",
               .table = "reports",
               .message = v1::StatusReport::descriptor(),
               .columns = {{"subject", "subject", /*last_id=*/false}},
               .initialise = StartReport,
               .check = CheckReport,
               .resolve = ResolveReport},
              pool, page_tokens),
      mappings({.kind = "mapping",
                .table = "mappings",
                .message = v1::StatusMapping::descriptor(),
                .columns = {},
                .initialise = {},
                .check = {},
                .resolve = KeepWords},
               pool, page_tokens) {}

}  // namespace regiokompas::progress
