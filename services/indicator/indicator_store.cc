#include "services/indicator/indicator_store.h"

#include "common/base/status_macros.h"
#include "regiokompas/indicator/v1/indicator.pb.h"
#include "regiokompas/indicator/v1/measurement.pb.h"
#include "regiokompas/indicator/v1/target.pb.h"
#include "services/indicator/indicator_rules.h"

namespace regiokompas::indicator {
namespace {

// Grants are about indicators, with their targets and measurements.
constexpr char kScope[] = "indicators";

}  // namespace

IndicatorStore::IndicatorStore(db::Pool& pool, const api::PageTokens& page_tokens)
    : indicators({.kind = "indicator",
                  .table = "indicators",
                  .message = v1::Indicator::descriptor(),
                  .columns = {},
                  .initialise = {},
                  .check = CheckIndicator,
                  .scope = kScope},
                 pool, page_tokens),
      targets({.kind = "target",
               .table = "targets",
               .message = v1::Target::descriptor(),
               .columns = {},
               .initialise = {},
               .check = CheckTarget,
               .scope = kScope},
              pool, page_tokens),
      measurements({.kind = "measurement",
                    .table = "measurements",
                    .message = v1::Measurement::descriptor(),
                    .columns = {{"area", "area", /*last_id=*/false},
                                {"from_date", "from_date", /*last_id=*/false},
                                {"until_date", "until_date", /*last_id=*/false}},
                    .initialise = {},
                    .check = CheckMeasurement,
                    .scope = kScope},
                   pool, page_tokens),
      pool_(pool) {}

absl::Status IndicatorStore::Summarise(Call& call, const v1::GetIndicatorSummaryRequest& request,
                                       v1::IndicatorSummary* response) const {
  // One statement, so that counts and revision are of one moment.
  static const auto* const kSummarise = new db::Statement{
      "indicator.summarise",
      "SELECT coalesce((SELECT sequence FROM change_heads WHERE owner_id = $1), 0), "
      "(SELECT count(*) FROM indicators WHERE owner_id = $1), count(*), "
      "count(*) FILTER (WHERE coalesce(body->>'value', '') <> '' OR body ? 'steps') FROM targets WHERE owner_id = $1"};
  RETURN_IF_ERROR(resource::RequireNow(request));
  return pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(resource::RequireShare(call, transaction, kScope, request.parent()));
    ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(*kSummarise, {call.owner}));
    call.revision = rows.Int(0, 0);
    response->set_revision(call.revision);
    response->set_indicators(static_cast<int32_t>(rows.Int(0, 1)));
    response->set_targets(static_cast<int32_t>(rows.Int(0, 2)));
    response->set_targets_with_value(static_cast<int32_t>(rows.Int(0, 3)));
    return absl::OkStatus();
  });
}

}  // namespace regiokompas::indicator
