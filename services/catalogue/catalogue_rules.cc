#include "services/catalogue/catalogue_rules.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/api/formats.h"
#include "common/base/clock.h"
#include "common/base/timestamp.h"
#include "google/protobuf/util/message_differencer.h"
#include "regiokompas/catalogue/v1/contribution.pb.h"
#include "regiokompas/catalogue/v1/framework.pb.h"
#include "regiokompas/catalogue/v1/goal.pb.h"

namespace regiokompas::catalogue {
namespace {

using google::protobuf::Message;
using google::protobuf::RepeatedField;
using google::protobuf::util::MessageDifferencer;

constexpr errors::Rule kBadDue{"BAD_DUE", "{field} must be a moment such as 2022, 2022-Q3, 2022-08 or 2022-08-31",
                               "{field} moet een moment zijn zoals 2022, 2022-Q3, 2022-08 of 2022-08-31"};
constexpr errors::Rule kOtherFramework{"OTHER_FRAMEWORK", "{field} must be a goal of {framework}",
                                       "{field} moet een doel zijn van {framework}"};
constexpr errors::Rule kOwnParent{"OWN_PARENT", "{field} must be another goal", "{field} moet een ander doel zijn"};
constexpr errors::Rule kLoop{"GOAL_LOOP", "{field} stands under the goal itself", "{field} staat zelf onder dit doel"};
constexpr errors::Rule kHighBelowLow{"HIGH_BELOW_LOW", "{field} is lower than the amount that it ends",
                                     "{field} is lager dan het bedrag waarmee de reeks begint"};
constexpr errors::Rule kTooDeep{"GOAL_TOO_DEEP", "{field} would give the goal tree more than {limit} levels",
                                "{field} zou de doelenboom meer dan {limit} niveaus geven"};
constexpr errors::Rule kNotAscending{"YEARS_NOT_ASCENDING", "{field} must ascend, each year once",
                                     "{field} moet oplopen, met elk jaar één keer"};
constexpr errors::Rule kStoppedWithoutReason{"STOPPED_WITHOUT_REASON", "{field} is required when it was stopped",
                                             "{field} is verplicht als de activiteit is gestopt"};
constexpr errors::Rule kUnknownTaskField{"UNKNOWN_TASK_FIELD", "{field}: {code} stands in no Iv3 list of task fields",
                                         "{field}: {code} staat in geen enkele Iv3-lijst van taakvelden"};
constexpr errors::Rule kTaskFieldOtherYear{
    "TASK_FIELD_OTHER_YEAR", "{field}: {code} does not stand in the Iv3 list of {years}, but in that of {known}",
    "{field}: {code} staat niet in de Iv3-lijst van {years}, wel in die van {known}"};
constexpr errors::Rule kShiftMissing{
    "SHIFT_MISSING",
    "{field} must have one shift more, from \"{from}\" to \"{to}\", as the milestone stands in an adopted version",
    "{field} moet één verschuiving meer hebben, van \"{from}\" naar \"{to}\", want de mijlpaal is vastgesteld"};
constexpr errors::Rule kShiftsChanged{
    "SHIFTS_CHANGED", "{field} must keep the shifts of the adopted milestone as they are",
    "{field} moet de verschuivingen van de vastgestelde mijlpaal houden zoals ze zijn"};

void CheckYear(int year, const std::string& field, errors::Violations& violations) {
  if (!IsYear(year)) violations.Add(field, errors::kBadYear);
}

void CheckAscendingYears(const RepeatedField<int32_t>& years, const std::string& field,
                         errors::Violations& violations) {
  for (int i = 0; i < years.size(); ++i) CheckYear(years[i], absl::StrCat(field, "[", i, "]"), violations);
  if (std::adjacent_find(years.begin(), years.end(), std::greater_equal<>()) != years.end()) {
    violations.Add(field, kNotAscending);
  }
}

// "2017-2022, 2025"
std::string Ranges(const std::set<int>& years) {
  std::vector<std::string> ranges;
  for (auto year = years.begin(); year != years.end();) {
    const int first = *year;
    int last = first;
    while (++year != years.end() && *year == last + 1) last = *year;
    ranges.push_back(first == last ? absl::StrCat(first) : absl::StrCat(first, "-", last));
  }
  return absl::StrJoin(ranges, ", ");
}

// For each milestone of `after` the one of `before` that it is, or null for a new one.
std::vector<const v1::Milestone*> MatchMilestones(const v1::Activity& before, const v1::Activity& after) {
  std::vector<const v1::Milestone*> left;
  for (const v1::Milestone& milestone : before.milestones()) left.push_back(&milestone);
  std::vector<const v1::Milestone*> matches(static_cast<size_t>(after.milestones_size()), nullptr);
  const auto match = [&](auto same) {
    for (size_t i = 0; i < matches.size(); ++i) {
      const v1::Milestone& milestone = after.milestones(static_cast<int>(i));
      if (matches[i] != nullptr) continue;
      const auto found =
          std::find_if(left.begin(), left.end(), [&](const v1::Milestone* old) { return same(*old, milestone); });
      if (found == left.end()) continue;
      matches[i] = *found;
      left.erase(found);
    }
  };
  match([](const v1::Milestone& a, const v1::Milestone& b) { return a.text() == b.text(); });
  match([](const v1::Milestone& a, const v1::Milestone& b) { return a.ordinal() > 0 && a.ordinal() == b.ordinal(); });
  return matches;
}

// "owners/GM0677/frameworks/f1/goals/g1" -> "owners/GM0677/frameworks/f1"
std::string FrameworkOf(absl::string_view goal) { return std::string(goal.substr(0, goal.rfind("/goals/"))); }

void CheckRange(const std::string& from, const std::string& until, const char* until_field,
                errors::Violations& violations) {
  if (!from.empty() && !until.empty() && until <= from) {
    violations.Add(until_field, errors::kEndsBeforeStart, {{"start", from}});
  }
}

}  // namespace

void StartAsDraft(Message& framework) { static_cast<v1::Framework&>(framework).set_state(v1::FRAMEWORK_STATE_DRAFT); }

void CheckFramework(const Message& message, errors::Violations& violations) {
  const auto& framework = static_cast<const v1::Framework&>(message);
  CheckRange(framework.valid_from_date(), framework.valid_until_date(), "valid_until_date", violations);
  CheckAscendingYears(framework.fiscal_years(), "fiscal_years", violations);
}

void CheckGoal(const Message& message, errors::Violations& violations) {
  const auto& goal = static_cast<const v1::Goal&>(message);
  if (goal.parent_goal().empty()) return;
  if (goal.parent_goal() == goal.name()) violations.Add("parent_goal", kOwnParent);
  if (FrameworkOf(goal.parent_goal()) != FrameworkOf(goal.name())) {
    violations.Add("parent_goal", kOtherFramework, {{"framework", FrameworkOf(goal.name())}});
  }
}

absl::Status GoalLoop() {
  errors::Violations violations;
  violations.Add("parent_goal", kLoop);
  return violations.ToStatus();
}

absl::Status CheckGoalLevels(int64_t above, int64_t from) {
  errors::Violations violations;
  if (above + from > kMaxGoalLevels) {
    violations.Add("parent_goal", kTooDeep, {{"limit", absl::StrCat(kMaxGoalLevels)}});
  }
  return violations.ToStatus();
}

void CheckActivity(const Message& message, errors::Violations& violations) {
  const auto& activity = static_cast<const v1::Activity&>(message);
  CheckAscendingYears(activity.realisation_years(), "realisation_years", violations);
  for (int i = 0; i < activity.milestones_size(); ++i) {
    const v1::Milestone& milestone = activity.milestones(i);
    if (!milestone.due().empty() && !api::IsDue(milestone.due())) {
      violations.Add(absl::StrCat("milestones[", i, "].due"), kBadDue);
    }
    for (int shift = 0; shift < milestone.shifts_size(); ++shift) {
      if (!api::IsDue(milestone.shifts(shift).to_due())) {
        violations.Add(absl::StrCat("milestones[", i, "].shifts[", shift, "].to_due"), kBadDue);
      }
    }
  }
  for (int i = 0; i < activity.budget_lines_size(); ++i) {
    const v1::BudgetLine& line = activity.budget_lines(i);
    if (line.amount_cents() < 0) violations.Add(absl::StrCat("budget_lines[", i, "].amount_cents"), errors::kNegative);
    if (line.has_high_cents() && line.high_cents() < line.amount_cents()) {
      violations.Add(absl::StrCat("budget_lines[", i, "].high_cents"), kHighBelowLow);
    }
    for (int year = 0; year < line.fiscal_years_size(); ++year) {
      CheckYear(line.fiscal_years(year), absl::StrCat("budget_lines[", i, "].fiscal_years[", year, "]"), violations);
    }
  }
  if (activity.ending().kind() == v1::ACTIVITY_ENDING_KIND_STOPPED && activity.ending().reason().empty()) {
    violations.Add("ending.reason", kStoppedWithoutReason);
  }
}

void CheckTaskFields(const v1::Activity& activity, const TaskFieldYears& lists, errors::Violations& violations) {
  std::set<int> listed;
  for (const auto& [code, years] : lists) listed.insert(years.begin(), years.end());
  const auto has = [&](const std::set<int>& years, int year) {
    return years.count(std::clamp(year, *listed.begin(), *listed.rbegin())) > 0;
  };
  for (int i = 0; i < activity.task_fields_size(); ++i) {
    const std::string& code = activity.task_fields(i);
    const std::string field = absl::StrCat("task_fields[", i, "]");
    const auto known = lists.find(code);
    if (known == lists.end()) {
      violations.Add(field, kUnknownTaskField, {{"code", code}});
      continue;
    }
    const auto& years = activity.realisation_years();
    if (years.empty() || std::any_of(years.begin(), years.end(), [&](int year) { return has(known->second, year); })) {
      continue;
    }
    violations.Add(field, kTaskFieldOtherYear,
                   {{"code", code}, {"years", Ranges({years.begin(), years.end()})}, {"known", Ranges(known->second)}});
  }
}

void CheckShifts(const v1::Activity& before, absl::Time moment, v1::Activity& after, errors::Violations& violations) {
  const std::vector<const v1::Milestone*> matches = MatchMilestones(before, after);
  for (int i = 0; i < after.milestones_size(); ++i) {
    const v1::Milestone* old = matches[static_cast<size_t>(i)];
    if (old == nullptr) continue;
    v1::Milestone& milestone = *after.mutable_milestones(i);
    const std::string field = absl::StrCat("milestones[", i, "].shifts");
    const bool shifted = milestone.due() != old->due();
    const int expected = old->shifts_size() + (shifted ? 1 : 0);
    bool kept = milestone.shifts_size() >= old->shifts_size();
    for (int shift = 0; kept && shift < old->shifts_size(); ++shift) {
      kept = MessageDifferencer::Equals(old->shifts(shift), milestone.shifts(shift));
    }
    if (!kept || milestone.shifts_size() > expected) {
      violations.Add(field, kShiftsChanged);
      continue;
    }
    if (!shifted) continue;
    v1::MilestoneShift* last = milestone.shifts_size() == expected ? milestone.mutable_shifts(expected - 1) : nullptr;
    if (last == nullptr || last->from_due() != old->due() || last->to_due() != milestone.due()) {
      violations.Add(field, kShiftMissing, {{"from", old->due()}, {"to", milestone.due()}});
      continue;
    }
    *last->mutable_shift_time() = ToTimestamp(moment);
  }
}

void CheckContribution(const Message& message, errors::Violations& violations) {
  const auto& contribution = static_cast<const v1::Contribution&>(message);
  if (!contribution.goal().empty() && FrameworkOf(contribution.goal()) != contribution.framework()) {
    violations.Add("goal", kOtherFramework, {{"framework", contribution.framework()}});
  }
  CheckRange(contribution.from_date(), contribution.until_date(), "until_date", violations);
}

absl::Status CheckSummary(const v1::CatalogueSummary& summary) {
  if (summary.frameworks_size() > 1000) {
    return errors::Make(errors::kAnswerTooLarge, {{"limit", "1000"}, {"field", "frameworks"}});
  }
  if (summary.activities_size() > 20'000) {
    return errors::Make(errors::kAnswerTooLarge, {{"limit", "20000"}, {"field", "activities"}});
  }
  return absl::OkStatus();
}

}  // namespace regiokompas::catalogue
