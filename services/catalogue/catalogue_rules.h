// Rules of the catalogue that the contract's options can not say. Pure: no database, no clock.
#pragma once

#include <map>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/errors.h"
#include "google/protobuf/message.h"
#include "regiokompas/catalogue/v1/activity.pb.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"

namespace regiokompas::catalogue {

// A new framework is a DRAFT.
void StartAsDraft(google::protobuf::Message& framework);

// Validity must not end before it starts; fiscal years are plausible, and each comes after the one before.
void CheckFramework(const google::protobuf::Message& framework, errors::Violations& violations);

// The parent is another goal of the same framework.
void CheckGoal(const google::protobuf::Message& goal, errors::Violations& violations);

// Levels that a goal tree may have.
inline constexpr int kMaxGoalLevels = 20;

// INVALID_ARGUMENT: the parent of a goal stands under the goal itself.
absl::Status GoalLoop();

// INVALID_ARGUMENT when the tree would have more levels: `above` those from the root down to the parent, `from` those
// of the goal and what stands under it.
absl::Status CheckGoalLevels(int64_t above, int64_t from);

// Milestones are dated YYYY, YYYY-Qn, YYYY-MM or YYYY-MM-DD; a range of money does not run backwards; years are
// plausible, those of realisation ascend; what was stopped says why.
void CheckActivity(const google::protobuf::Message& activity, errors::Violations& violations);

// Iv3 code of a task field -> years whose list has it.
using TaskFieldYears = std::map<std::string, std::set<int>>;

// Each task field stands in the list of at least one of the years of realisation, since codes change while an activity
// runs; without years in any list. A year before the first or after the last known list takes the nearest.
void CheckTaskFields(const v1::Activity& activity, const TaskFieldYears& lists, errors::Violations& violations);

// What an update does to the milestones of an activity that was adopted: a milestone that is due at another moment has
// exactly one more shift, from the old moment to the new one, and no other shift was touched. Milestones are matched by
// their text, what is left by ordinal. The new shifts get `moment` as their time.
void CheckShifts(const v1::Activity& before, absl::Time moment, v1::Activity& after, errors::Violations& violations);

// The goal is one of the framework; the dates do not run backwards.
void CheckContribution(const google::protobuf::Message& contribution, errors::Violations& violations);

// RESOURCE_EXHAUSTED when a summary holds more than its contract allows.
absl::Status CheckSummary(const v1::CatalogueSummary& summary);

}  // namespace regiokompas::catalogue
