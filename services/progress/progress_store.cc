#include "services/progress/progress_store.h"

#include "common/base/status_macros.h"
#include "regiokompas/progress/v1/reporting_cycle.pb.h"
#include "regiokompas/progress/v1/status_mapping.pb.h"
#include "regiokompas/progress/v1/status_report.pb.h"
#include "services/progress/progress_rules.h"

namespace regiokompas::progress {
namespace {

absl::StatusOr<StatusWords> ReadStatusWords(Call& call, db::Transaction& transaction) {
  static const auto* const kStatement = new db::Statement{
      "mapping.words",
      "SELECT label, body->>'status' FROM mappings, jsonb_array_elements_text(body->'labels') AS label WHERE owner_id = $1"};
  ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(*kStatement, {call.owner}));
  StatusWords words;
  for (int i = 0; i < rows.size(); ++i) {
    v1::Status status = v1::STATUS_UNSPECIFIED;
    v1::Status_Parse(rows.Text(i, 1), &status);
    words.Add(rows.Text(i, 0), status);
  }
  return words;
}

// Gives a report the canonical statuses of its words, from the owner's own table (domain rule 4).
absl::Status ResolveStatus(Call& call, db::Transaction& transaction, google::protobuf::Message& message) {
  auto& report = static_cast<v1::StatusReport&>(message);
  if (!NeedsMapping(report)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const StatusWords words, ReadStatusWords(call, transaction));
  return MapStatuses(words, report);
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
               .resolve = ResolveStatus},
              pool, page_tokens),
      mappings({.kind = "mapping",
                .table = "mappings",
                .message = v1::StatusMapping::descriptor(),
                .columns = {},
                .initialise = {},
                .check = {}},
               pool, page_tokens) {}

}  // namespace regiokompas::progress
