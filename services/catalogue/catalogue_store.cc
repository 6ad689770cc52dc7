#include "services/catalogue/catalogue_store.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "regiokompas/catalogue/v1/activity.pb.h"
#include "regiokompas/catalogue/v1/contribution.pb.h"
#include "regiokompas/catalogue/v1/framework.pb.h"
#include "regiokompas/catalogue/v1/goal.pb.h"
#include "regiokompas/catalogue/v1/section.pb.h"
#include "services/catalogue/catalogue_rules.h"

namespace regiokompas::catalogue {
namespace {

// Grants are about frameworks; everything else is shared with the framework that it belongs to.
constexpr char kScope[] = "frameworks";

// Refuses a parent that stands under the goal itself. The owner's writes come one after another, so what is read here
// holds.
absl::Status RefuseLoop(Call& call, db::Transaction& transaction, const google::protobuf::Message* before,
                        google::protobuf::Message& message) {
  static const auto* const kAbove = new db::Statement{
      "goal.above",
      "WITH RECURSIVE above AS (SELECT $3::text COLLATE \"C\" AS goal_id UNION SELECT g.parent_goal_id FROM goals g "
      "JOIN above a "
      "ON g.goal_id = a.goal_id WHERE g.owner_id = $1 AND g.framework_id = $2 AND g.parent_goal_id IS NOT NULL) "
      "SELECT 1 FROM above WHERE goal_id = $4"};
  const auto& goal = static_cast<const v1::Goal&>(message);
  // A new goal has nothing under it.
  if (before == nullptr || goal.parent_goal().empty()) return absl::OkStatus();
  const names::Pattern pattern = names::Pattern::Of(v1::Goal::descriptor());
  const std::vector<std::string> ids = pattern.Parse(goal.name()).value_or(std::vector<std::string>(3));
  ASSIGN_OR_RETURN(const db::Result above,
                   transaction.Query(*kAbove, {call.owner, ids[1], names::LastId(goal.parent_goal()), ids[2]}));
  return above.size() == 0 ? absl::OkStatus() : GoalLoop();
}

}  // namespace

CatalogueStore::CatalogueStore(db::Pool& pool, const api::PageTokens& page_tokens)
    : frameworks({.kind = "framework",
                  .table = "frameworks",
                  .message = v1::Framework::descriptor(),
                  .columns = {},
                  .initialise = StartAsDraft,
                  .check = CheckFramework,
                  .scope = kScope},
                 pool, page_tokens),
      sections({.kind = "section",
                .table = "sections",
                .message = v1::Section::descriptor(),
                .columns = {},
                .initialise = {},
                .check = {},
                .scope = kScope},
               pool, page_tokens),
      goals({.kind = "goal",
             .table = "goals",
             .message = v1::Goal::descriptor(),
             .columns = {{"parent_goal_id", "parent_goal"}},
             .initialise = {},
             .check = CheckGoal,
             .resolve = RefuseLoop,
             .scope = kScope},
            pool, page_tokens),
      activities({.kind = "activity",
                  .table = "activities",
                  .message = v1::Activity::descriptor(),
                  .columns = {},
                  .initialise = {},
                  .check = CheckActivity,
                  .scope = kScope},
                 pool, page_tokens),
      contributions({.kind = "contribution",
                     .table = "contributions",
                     .message = v1::Contribution::descriptor(),
                     .columns = {{"framework_id", "framework"}, {"goal_id", "goal"}},
                     .initialise = {},
                     .check = CheckContribution,
                     .scope = kScope},
                    pool, page_tokens),
      pool_(pool) {}

absl::Status CatalogueStore::Summarise(Call& call, const v1::GetCatalogueSummaryRequest& request,
                                       v1::CatalogueSummary* response) const {
  // One statement, so that names and revision are of one moment. Ids hold no commas.
  static const auto* const kSummarise = new db::Statement{
      "catalogue.summarise",
      "SELECT coalesce((SELECT sequence FROM change_heads WHERE owner_id = $1), 0), "
      "(SELECT coalesce(string_agg(framework_id, ',' ORDER BY ordinal, framework_id), '') FROM frameworks WHERE "
      "owner_id = $1), "
      "(SELECT coalesce(string_agg(activity_id, ',' ORDER BY activity_id), '') FROM activities WHERE owner_id = $1)"};
  RETURN_IF_ERROR(resource::RequireNow(request));
  return pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(resource::RequireShare(call, transaction, kScope, request.parent()));
    ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(*kSummarise, {call.owner}));
    response->Clear();
    call.revision = rows.Int(0, 0);
    response->set_revision(call.revision);
    for (const auto id : absl::StrSplit(rows.Text(0, 1), ',', absl::SkipEmpty())) {
      response->add_frameworks(absl::StrCat(request.parent(), "/frameworks/", id));
    }
    for (const auto id : absl::StrSplit(rows.Text(0, 2), ',', absl::SkipEmpty())) {
      response->add_activities(absl::StrCat(request.parent(), "/activities/", id));
    }
    return CheckSummary(*response);
  });
}

}  // namespace regiokompas::catalogue
