#include "services/catalogue/catalogue_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "common/base/timestamp.h"
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

// Of migrations/0003_versions.sql.
constexpr char kAdopted[] = "adopted";

// Refuses a parent that stands under the goal itself, or a tree that would get too deep. The owner's writes come one
// after another, so what is read here holds.
absl::Status PlaceGoal(Call& call, db::Transaction& transaction, const google::protobuf::Message* before,
                       google::protobuf::Message& message) {
  // Levels over and under a goal ($4) with this parent ($3); one more than may be is enough to know.
  static const auto* const kAround = new db::Statement{
      "goal.around",
      "WITH RECURSIVE above AS (SELECT $3::text COLLATE \"C\" AS goal_id, 1 AS level UNION ALL "
      "SELECT g.parent_goal_id, a.level + 1 FROM goals g JOIN above a ON g.goal_id = a.goal_id "
      "WHERE g.owner_id = $1 AND g.framework_id = $2 AND g.parent_goal_id IS NOT NULL AND a.level <= $5::integer), "
      "below AS (SELECT $4::text COLLATE \"C\" AS goal_id, 1 AS level UNION ALL "
      "SELECT g.goal_id, b.level + 1 FROM goals g JOIN below b ON g.parent_goal_id = b.goal_id "
      "WHERE g.owner_id = $1 AND g.framework_id = $2 AND b.level <= $5::integer) "
      "SELECT (SELECT max(level) FROM above), (SELECT max(level) FROM below), "
      "(SELECT count(*) FROM above WHERE goal_id = $4)"};
  const auto& goal = static_cast<const v1::Goal&>(message);
  const bool moved = before == nullptr || static_cast<const v1::Goal&>(*before).parent_goal() != goal.parent_goal();
  if (!moved || goal.parent_goal().empty()) return absl::OkStatus();
  // A parent that is no other goal of this framework is refused by CheckGoal.
  errors::Violations elsewhere;
  CheckGoal(goal, elsewhere);
  if (!elsewhere.empty()) return absl::OkStatus();
  const names::Pattern pattern = names::Pattern::Of(v1::Goal::descriptor());
  const std::vector<std::string> ids = pattern.Parse(goal.name()).value_or(std::vector<std::string>(3));
  ASSIGN_OR_RETURN(const db::Result around,
                   transaction.Query(*kAround, {call.owner, ids[1], names::LastId(goal.parent_goal()), ids[2],
                                                int64_t{kMaxGoalLevels}}));
  if (around.Int(0, 2) > 0) return GoalLoop();
  return CheckGoalLevels(around.Int(0, 0), around.Int(0, 1));
}

// Refuses milestones that were adopted and are shifted without saying so.
absl::Status KeepShifts(Call& call, db::Transaction& transaction, const google::protobuf::Message* before,
                        v1::Activity& activity) {
  static const auto* const kIsAdopted = new db::Statement{
      "activity.is_adopted",
      "SELECT EXISTS (SELECT FROM version_items WHERE owner_id = $1 AND kind = 'activity' AND resource = $2)::int"};
  if (before == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(const db::Result adopted, transaction.Query(*kIsAdopted, {call.owner, activity.name()}));
  if (adopted.Int(0, 0) == 0) return absl::OkStatus();
  errors::Violations violations;
  CheckShifts(static_cast<const v1::Activity&>(*before), call.moment, activity, violations);
  return violations.ToStatus();
}

// Whether it is made as a document printed it, which may name codes of other lists, or none that there are.
bool AsPrinted(const google::protobuf::Message* before, const v1::Activity& activity) {
  return before == nullptr && !activity.provenance().sha256().empty();
}

// Whether an update leaves what the lists are asked about as it is: then it needs nobody's answer.
bool SameTaskFields(const google::protobuf::Message* before, const v1::Activity& activity) {
  if (before == nullptr) return false;
  const auto& old = static_cast<const v1::Activity&>(*before);
  return std::equal(old.task_fields().begin(), old.task_fields().end(), activity.task_fields().begin(),
                    activity.task_fields().end()) &&
         std::equal(old.realisation_years().begin(), old.realisation_years().end(),
                    activity.realisation_years().begin(), activity.realisation_years().end());
}

// SQL: the names of one kind that stood at $2, with commas between.
std::string NamesThen(absl::string_view kind) {
  return absl::StrCat(
      "(SELECT coalesce(string_agg(resource, ',' ORDER BY ordinal, resource), '') FROM (SELECT DISTINCT ON (resource) "
      "resource, ordinal, deleted FROM history WHERE owner_id = $1 AND kind = '",
      kind, "' AND change_time <= $2::timestamptz ORDER BY resource, version DESC) h WHERE NOT deleted)");
}

}  // namespace

CatalogueStore::CatalogueStore(db::Pool& pool, const api::PageTokens& page_tokens, PeerChannel peer)
    : task_fields(std::move(peer)),
      frameworks({.kind = "framework",
                  .table = "frameworks",
                  .message = v1::Framework::descriptor(),
                  .columns = {},
                  .initialise = StartAsDraft,
                  .check = CheckFramework,
                  .scope = kScope,
                  .adopted = kAdopted},
                 pool, page_tokens),
      sections({.kind = "section",
                .table = "sections",
                .message = v1::Section::descriptor(),
                .columns = {},
                .initialise = {},
                .check = {},
                .scope = kScope,
                .adopted = kAdopted},
               pool, page_tokens),
      goals({.kind = "goal",
             .table = "goals",
             .message = v1::Goal::descriptor(),
             .columns = {{"parent_goal_id", "parent_goal"}},
             .initialise = {},
             .check = CheckGoal,
             .resolve = PlaceGoal,
             .scope = kScope,
             .adopted = kAdopted},
            pool, page_tokens),
      activities({.kind = "activity",
                  .table = "activities",
                  .message = v1::Activity::descriptor(),
                  .columns = {},
                  .initialise = {},
                  .check = CheckActivity,
                  .resolve = [this](Call& call, db::Transaction& transaction, const google::protobuf::Message* before,
                                    google::protobuf::Message& message) -> absl::Status {
                    auto& activity = static_cast<v1::Activity&>(message);
                    RETURN_IF_ERROR(KeepShifts(call, transaction, before, activity));
                    return AsPrinted(before, activity) || SameTaskFields(before, activity)
                               ? absl::OkStatus()
                               : task_fields.Check(call, activity);
                  },
                  .scope = kScope,
                  .adopted = kAdopted},
                 pool, page_tokens),
      contributions({.kind = "contribution",
                     .table = "contributions",
                     .message = v1::Contribution::descriptor(),
                     .columns = {{"framework_id", "framework"}, {"goal_id", "goal"}},
                     .initialise = {},
                     .check = CheckContribution,
                     .scope = kScope,
                     .adopted = kAdopted},
                    pool, page_tokens),
      versions(pool, page_tokens, frameworks),
      findings(pool, versions),
      neighbours(pool),
      search(pool, page_tokens),
      bulk(pool, activities),
      comparisons(pool, page_tokens, versions),
      promises(pool, page_tokens),
      pool_(pool) {}

absl::Status CatalogueStore::Summarise(Call& call, const v1::GetCatalogueSummaryRequest& request,
                                       v1::CatalogueSummary* response) const {
  // One statement each, so that names and revision are of one moment. Ids hold no commas, and neither do names.
  static const auto* const kNow = new db::Statement{
      "catalogue.summarise",
      "SELECT coalesce((SELECT sequence FROM change_heads WHERE owner_id = $1), 0), "
      "(SELECT coalesce(string_agg('owners/' || $1 || '/frameworks/' || framework_id, ',' ORDER BY ordinal, "
      "framework_id), '') FROM frameworks WHERE owner_id = $1), "
      "(SELECT coalesce(string_agg('owners/' || $1 || '/activities/' || activity_id, ',' ORDER BY activity_id), '') "
      "FROM activities WHERE owner_id = $1)"};
  static const auto* const kAdoptedNames = new db::Statement{
      "catalogue.summarise_adopted",
      "SELECT coalesce((SELECT sequence FROM change_heads WHERE owner_id = $1), 0), "
      "(SELECT coalesce(string_agg(resource, ',' ORDER BY ordinal, resource COLLATE \"C\"), '') FROM adopted($1, $2, "
      "$3::timestamptz, 'framework')), "
      "(SELECT coalesce(string_agg(DISTINCT resource COLLATE \"C\", ',' ORDER BY resource COLLATE \"C\"), '') FROM "
      "adopted($1, $2, "
      "$3::timestamptz, 'activity'))"};
  static const auto* const kThen =
      new db::Statement{"catalogue.summarise_then",
                        absl::StrCat("SELECT coalesce((SELECT sequence FROM change_heads WHERE owner_id = $1), 0), ",
                                     NamesThen("framework"), ", ", NamesThen("activity"))};
  const bool adopted = !call.receivers.empty() || !request.valid_date().empty();
  const db::Param known =
      request.has_read_time() ? db::Param::Time(ToTime(request.read_time())) : db::Param("infinity");
  return pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(resource::RequireShare(call, transaction, kScope, request.parent()));
    std::vector<db::Param> params = {call.owner};
    if (adopted) {
      params.push_back(request.valid_date().empty() ? db::Param(std::nullopt) : db::Param(request.valid_date()));
    }
    if (adopted || request.has_read_time()) params.push_back(known);
    const db::Statement& statement = adopted ? *kAdoptedNames : request.has_read_time() ? *kThen : *kNow;
    ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(statement, params));
    response->Clear();
    call.revision = rows.Int(0, 0);
    response->set_revision(call.revision);
    for (const auto name : absl::StrSplit(rows.Text(0, 1), ',', absl::SkipEmpty())) {
      response->add_frameworks(std::string(name));
    }
    for (const auto name : absl::StrSplit(rows.Text(0, 2), ',', absl::SkipEmpty())) {
      response->add_activities(std::string(name));
    }
    return CheckSummary(*response);
  });
}

}  // namespace regiokompas::catalogue
