#include "services/catalogue/catalogue_store.h"

#include "common/base/status_macros.h"
#include "regiokompas/catalogue/v1/activity.pb.h"
#include "regiokompas/catalogue/v1/contribution.pb.h"
#include "regiokompas/catalogue/v1/framework.pb.h"
#include "regiokompas/catalogue/v1/goal.pb.h"
#include "regiokompas/catalogue/v1/section.pb.h"
#include "services/catalogue/catalogue_rules.h"

namespace regiokompas::catalogue {
namespace {

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
                  .check = CheckFramework},
                 pool, page_tokens),
      sections({.kind = "section",
                .table = "sections",
                .message = v1::Section::descriptor(),
                .columns = {},
                .initialise = {},
                .check = {}},
               pool, page_tokens),
      goals({.kind = "goal",
             .table = "goals",
             .message = v1::Goal::descriptor(),
             .columns = {{"parent_goal_id", "parent_goal"}},
             .initialise = {},
             .check = CheckGoal,
             .resolve = RefuseLoop},
            pool, page_tokens),
      activities({.kind = "activity",
                  .table = "activities",
                  .message = v1::Activity::descriptor(),
                  .columns = {},
                  .initialise = {},
                  .check = CheckActivity},
                 pool, page_tokens),
      contributions({.kind = "contribution",
                     .table = "contributions",
                     .message = v1::Contribution::descriptor(),
                     .columns = {{"framework_id", "framework"}, {"goal_id", "goal"}},
                     .initialise = {},
                     .check = CheckContribution},
                    pool, page_tokens) {}

}  // namespace regiokompas::catalogue
