#include "services/catalogue/catalogue_rules.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "regiokompas/catalogue/v1/activity.pb.h"
#include "regiokompas/catalogue/v1/contribution.pb.h"
#include "regiokompas/catalogue/v1/framework.pb.h"
#include "regiokompas/catalogue/v1/goal.pb.h"

namespace regiokompas::catalogue {
namespace {

using google::protobuf::Message;

constexpr errors::Rule kBadDue{"BAD_DUE", "{field} must be a moment such as 2022, 2022-Q3, 2022-08 or 2022-08-31",
                               "{field} moet een moment zijn zoals 2022, 2022-Q3, 2022-08 of 2022-08-31"};
constexpr errors::Rule kOtherFramework{"OTHER_FRAMEWORK", "{field} must be a goal of {framework}",
                                       "{field} moet een doel zijn van {framework}"};
constexpr errors::Rule kOwnParent{"OWN_PARENT", "{field} must be another goal", "{field} moet een ander doel zijn"};
constexpr errors::Rule kLoop{"GOAL_LOOP", "{field} stands under the goal itself", "{field} staat zelf onder dit doel"};
constexpr errors::Rule kHighBelowLow{"HIGH_BELOW_LOW", "{field} is lower than the amount that it ends",
                                     "{field} is lager dan het bedrag waarmee de reeks begint"};

void CheckYear(int year, const std::string& field, errors::Violations& violations) {
  if (!IsYear(year)) violations.Add(field, errors::kBadYear);
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
  for (int i = 0; i < framework.fiscal_years_size(); ++i) {
    CheckYear(framework.fiscal_years(i), absl::StrCat("fiscal_years[", i, "]"), violations);
  }
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

void CheckActivity(const Message& message, errors::Violations& violations) {
  const auto& activity = static_cast<const v1::Activity&>(message);
  for (int i = 0; i < activity.realisation_years_size(); ++i) {
    CheckYear(activity.realisation_years(i), absl::StrCat("realisation_years[", i, "]"), violations);
  }
  for (int i = 0; i < activity.milestones_size(); ++i) {
    const v1::Milestone& milestone = activity.milestones(i);
    if (!milestone.due().empty() && !IsDue(milestone.due())) {
      violations.Add(absl::StrCat("milestones[", i, "].due"), kBadDue);
    }
    for (int shift = 0; shift < milestone.shifts_size(); ++shift) {
      if (!IsDue(milestone.shifts(shift).to_due())) {
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
  }
}

void CheckContribution(const Message& message, errors::Violations& violations) {
  const auto& contribution = static_cast<const v1::Contribution&>(message);
  if (!contribution.goal().empty() && FrameworkOf(contribution.goal()) != contribution.framework()) {
    violations.Add("goal", kOtherFramework, {{"framework", contribution.framework()}});
  }
  CheckRange(contribution.from_date(), contribution.until_date(), "until_date", violations);
}

bool IsDue(absl::string_view text) {
  switch (text.size()) {
    case 4:
      return IsCivilDate(absl::StrCat(text, "-01-01"));
    case 7:
      if (text[5] == 'Q')
        return IsCivilDate(absl::StrCat(text.substr(0, 4), "-01-01")) && text[6] >= '1' && text[6] <= '4' &&
               text[4] == '-';
      return IsCivilDate(absl::StrCat(text, "-01"));
    default:
      return IsCivilDate(text);
  }
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
