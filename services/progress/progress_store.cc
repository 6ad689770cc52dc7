#include "services/progress/progress_store.h"

#include "absl/strings/str_cat.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "regiokompas/progress/v1/reporting_cycle.pb.h"
#include "regiokompas/progress/v1/status_mapping.pb.h"
#include "regiokompas/progress/v1/status_report.pb.h"
#include "services/progress/progress_rules.h"

namespace regiokompas::progress {
namespace {

// Grants are about cycles, with the reports in them.
constexpr char kScope[] = "cycles";

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
              .check = CheckCycle,
              .scope = kScope},
             pool, page_tokens),
      reports({.kind = "report",
               .table = "reports",
               .message = v1::StatusReport::descriptor(),
               .columns = {{"subject", "subject", /*last_id=*/false}},
               .initialise = StartReport,
               .check = CheckReport,
               .resolve = ResolveReport,
               .scope = kScope},
              pool, page_tokens),
      mappings({.kind = "mapping",
                .table = "mappings",
                .message = v1::StatusMapping::descriptor(),
                .columns = {},
                .initialise = {},
                .check = {},
                .resolve = KeepWords},
               pool, page_tokens),
      pool_(pool) {}

absl::Status ProgressStore::Summarise(Call& call, const v1::GetProgressSummaryRequest& request,
                                      v1::ProgressSummary* response) const {
  // One statement, so that all is of one moment: a row per report of the cycles that count, at least one in all.
  static const auto* const kSummarise = new db::Statement{
      "progress.summarise",
      "WITH dated AS (SELECT cycle_id, coalesce(nullif(body->>'referenceDate', ''), nullif(body->>'publishDate', ''), "
      "lpad(body->>'fiscalYear', 4, '0') || '-12-31') AS day FROM cycles WHERE owner_id = $1), "
      "last AS (SELECT max(day) AS day FROM dated WHERE day <= $2) "
      "SELECT coalesce((SELECT sequence FROM change_heads WHERE owner_id = $1), 0), last.day, d.cycle_id, r.subject, "
      "r.body->>'status' FROM last LEFT JOIN dated d ON d.day = last.day "
      "LEFT JOIN reports r ON r.owner_id = $1 AND r.cycle_id = d.cycle_id ORDER BY d.cycle_id, r.ordinal, r.report_id"};
  RETURN_IF_ERROR(resource::RequireNow(request));
  const std::string day = request.cycle_date().empty() ? CivilDate(call.clock.Now()) : request.cycle_date();
  return pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(resource::RequireShare(call, transaction, kScope, request.parent()));
    ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(*kSummarise, {call.owner, day}));
    response->Clear();
    call.revision = rows.Int(0, 0);
    response->set_revision(call.revision);
    if (!rows.IsNull(0, 1)) response->set_reference_date(rows.Text(0, 1));
    for (int i = 0; i < rows.size() && !rows.IsNull(i, 2); ++i) {
      const std::string cycle = absl::StrCat(request.parent(), "/cycles/", rows.Text(i, 2));
      if (response->cycles().empty() || *response->cycles().rbegin() != cycle) response->add_cycles(cycle);
      if (rows.IsNull(i, 3)) continue;
      v1::SubjectStatus& status = *response->add_statuses();
      status.set_subject(rows.Text(i, 3));
      v1::Status value = v1::STATUS_UNSPECIFIED;
      v1::Status_Parse(rows.Text(i, 4), &value);
      status.set_status(value);
    }
    return CheckSummary(*response);
  });
}

}  // namespace regiokompas::progress
