#include "services/catalogue/catalogue_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "regiokompas/catalogue/v1/activity.pb.h"
#include "regiokompas/catalogue/v1/contribution.pb.h"
#include "regiokompas/catalogue/v1/framework.pb.h"
#include "regiokompas/catalogue/v1/goal.pb.h"

namespace regiokompas::catalogue {
namespace {

using testing::HasSubstr;

// The English text of the first violation, or "".
std::string First(void (*check)(const google::protobuf::Message&, errors::Violations&),
                  const google::protobuf::Message& message) {
  errors::Violations violations;
  check(message, violations);
  return std::string(violations.ToStatus().message());
}

TEST(CatalogueRulesTest, ANewFrameworkIsADraft) {
  v1::Framework framework;
  framework.set_state(v1::FRAMEWORK_STATE_WITHDRAWN);
  StartAsDraft(framework);
  EXPECT_EQ(framework.state(), v1::FRAMEWORK_STATE_DRAFT);
}

TEST(CatalogueRulesTest, FrameworksEndAfterTheyStart) {
  v1::Framework framework;
  framework.set_valid_from_date("2026-01-01");
  EXPECT_EQ(First(CheckFramework, framework), "");
  framework.set_valid_until_date("2026-01-02");
  EXPECT_EQ(First(CheckFramework, framework), "");
  framework.set_valid_until_date("2026-01-01");
  EXPECT_THAT(First(CheckFramework, framework), HasSubstr("valid_until_date"));
  framework.clear_valid_until_date();
  framework.add_fiscal_years(2201);
  EXPECT_THAT(First(CheckFramework, framework), HasSubstr("fiscal_years[0]"));
}

TEST(CatalogueRulesTest, YearsAscend) {
  v1::Framework framework;
  v1::Activity activity;
  for (const int year : {2024, 2026}) {
    framework.add_fiscal_years(year);
    activity.add_realisation_years(year);
  }
  EXPECT_EQ(First(CheckFramework, framework), "");
  EXPECT_EQ(First(CheckActivity, activity), "");
  for (const int year : {2025, 2026}) {
    framework.set_fiscal_years(1, year);
    framework.add_fiscal_years(2025);
    EXPECT_THAT(First(CheckFramework, framework), HasSubstr("fiscal_years must ascend")) << year;
  }
  activity.set_realisation_years(0, 2026);
  EXPECT_THAT(First(CheckActivity, activity), HasSubstr("realisation_years must ascend"));
}

TEST(CatalogueRulesTest, ATreeHasAtMostTwentyLevels) {
  EXPECT_TRUE(CheckGoalLevels(19, 1).ok());
  EXPECT_TRUE(CheckGoalLevels(1, 19).ok());
  EXPECT_THAT(CheckGoalLevels(20, 1).message(), HasSubstr("parent_goal would give the goal tree more than 20 levels"));
  EXPECT_FALSE(CheckGoalLevels(1, 20).ok());
}

TEST(CatalogueRulesTest, WhatWasStoppedSaysWhy) {
  v1::Activity activity;
  activity.mutable_ending()->set_kind(v1::ACTIVITY_ENDING_KIND_REALISED);
  EXPECT_EQ(First(CheckActivity, activity), "");
  activity.mutable_ending()->set_kind(v1::ACTIVITY_ENDING_KIND_STOPPED);
  EXPECT_THAT(First(CheckActivity, activity), HasSubstr("ending.reason is required"));
  activity.mutable_ending()->set_reason("De aanbieder is gestopt.");
  EXPECT_EQ(First(CheckActivity, activity), "");
}

// -- Task fields

std::string TaskFieldError(const std::vector<std::string>& codes, const std::vector<int>& years) {
  const TaskFieldYears lists = {
      {"0.1", {2017, 2022, 2023, 2024, 2025, 2026}}, {"6.72", {2017, 2022, 2023, 2024}}, {"6.751", {2025, 2026}}};
  v1::Activity activity;
  *activity.mutable_task_fields() = {codes.begin(), codes.end()};
  *activity.mutable_realisation_years() = {years.begin(), years.end()};
  errors::Violations violations;
  CheckTaskFields(activity, lists, violations);
  return std::string(violations.ToStatus().message());
}

TEST(TaskFieldRulesTest, ACodeFitsItsYear) {
  EXPECT_EQ(TaskFieldError({}, {}), "");
  EXPECT_EQ(TaskFieldError({"0.1", "6.72"}, {2024}), "");
  EXPECT_THAT(TaskFieldError({"0.1", "6.72"}, {2025}),
              HasSubstr("task_fields[1]: 6.72 does not stand in the Iv3 list of 2025, but in that of 2017, 2022-2024"));
  EXPECT_THAT(TaskFieldError({"6.751"}, {2023, 2024}), HasSubstr("of 2023-2024"));
}

TEST(TaskFieldRulesTest, CodesAreStrings) {
  EXPECT_THAT(TaskFieldError({"0.10"}, {2024}), HasSubstr("task_fields[0]: 0.10 stands in no Iv3 list"));
}

TEST(TaskFieldRulesTest, AnActivityOverAChangeOfListsHasTheCodesOfEither) {
  EXPECT_EQ(TaskFieldError({"6.72", "6.751"}, {2024, 2025}), "");
}

TEST(TaskFieldRulesTest, WithoutYearsAnyListWillDo) { EXPECT_EQ(TaskFieldError({"6.72", "6.751"}, {}), ""); }

TEST(TaskFieldRulesTest, BeyondTheListsTheNearestCounts) {
  EXPECT_EQ(TaskFieldError({"6.72"}, {2015}), "");
  EXPECT_EQ(TaskFieldError({"6.751"}, {2030}), "");
  EXPECT_THAT(TaskFieldError({"6.72"}, {2030}), HasSubstr("of 2030"));
}

// -- Shifts of milestones that were adopted

const absl::Time kMoment = absl::FromCivil(absl::CivilDay(2026, 1, 15), absl::UTCTimeZone());

v1::Milestone AMilestone(const std::string& text, const std::string& due, int ordinal = 0) {
  v1::Milestone milestone;
  milestone.set_text(text);
  milestone.set_due(due);
  milestone.set_ordinal(ordinal);
  return milestone;
}

void AddShift(v1::Milestone& milestone, const std::string& from, const std::string& to) {
  v1::MilestoneShift& shift = *milestone.add_shifts();
  shift.set_from_due(from);
  shift.set_to_due(to);
  shift.set_reason("De aanbesteding duurde langer.");
}

v1::Activity With(const std::vector<v1::Milestone>& milestones) {
  v1::Activity activity;
  *activity.mutable_milestones() = {milestones.begin(), milestones.end()};
  return activity;
}

std::string ShiftError(const v1::Activity& before, v1::Activity after) {
  errors::Violations violations;
  CheckShifts(before, kMoment, after, violations);
  return std::string(violations.ToStatus().message());
}

TEST(ShiftRulesTest, AnotherMomentNeedsOneMoreShift) {
  const v1::Activity before = With({AMilestone("Plan gereed", "2026")});
  EXPECT_EQ(ShiftError(before, before), "");
  v1::Milestone later = AMilestone("Plan gereed", "2027");
  EXPECT_THAT(ShiftError(before, With({later})),
              HasSubstr("milestones[0].shifts must have one shift more, from \"2026\" to \"2027\""));
  AddShift(later, "2025", "2027");
  EXPECT_THAT(ShiftError(before, With({later})), HasSubstr("milestones[0].shifts must have one shift more"));
  later.mutable_shifts(0)->set_from_due("2026");
  EXPECT_EQ(ShiftError(before, With({later})), "");
  later.mutable_shifts(0)->set_to_due("2028");
  EXPECT_THAT(ShiftError(before, With({later})), HasSubstr("must have one shift more"));
  AddShift(later, "2028", "2027");
  EXPECT_THAT(ShiftError(before, With({later})), HasSubstr("must keep the shifts"));
}

TEST(ShiftRulesTest, TheServiceSetsTheTime) {
  v1::Milestone later = AMilestone("Plan gereed", "2027");
  AddShift(later, "2026", "2027");
  later.mutable_shifts(0)->mutable_shift_time()->set_seconds(1);
  v1::Activity after = With({later});
  errors::Violations violations;
  CheckShifts(With({AMilestone("Plan gereed", "2026")}), kMoment, after, violations);
  EXPECT_TRUE(violations.empty());
  EXPECT_EQ(after.milestones(0).shifts(0).shift_time().seconds(), absl::ToUnixSeconds(kMoment));
}

TEST(ShiftRulesTest, ShiftsStay) {
  v1::Milestone shifted = AMilestone("Plan gereed", "2027");
  AddShift(shifted, "2026", "2027");
  const v1::Activity before = With({shifted});
  EXPECT_EQ(ShiftError(before, before), "");
  EXPECT_THAT(ShiftError(before, With({AMilestone("Plan gereed", "2027")})), HasSubstr("must keep the shifts"));
  v1::Milestone changed = shifted;
  changed.mutable_shifts(0)->set_reason("Anders.");
  EXPECT_THAT(ShiftError(before, With({changed})), HasSubstr("must keep the shifts"));
  changed = shifted;
  AddShift(changed, "2027", "2027");
  EXPECT_THAT(ShiftError(before, With({changed})), HasSubstr("must keep the shifts"));
  changed = shifted;
  changed.set_due("2028");
  AddShift(changed, "2027", "2028");
  EXPECT_EQ(ShiftError(before, With({changed})), "");
  changed.mutable_shifts(0)->set_reason("Anders.");
  EXPECT_THAT(ShiftError(before, With({changed})), HasSubstr("must keep the shifts"));
}

TEST(ShiftRulesTest, AMomentMayNotVanish) {
  EXPECT_THAT(ShiftError(With({AMilestone("Plan gereed", "2026")}), With({AMilestone("Plan gereed", "")})),
              HasSubstr("must have one shift more"));
  v1::Milestone dated = AMilestone("Plan gereed", "2026");
  AddShift(dated, "", "2026");
  EXPECT_EQ(ShiftError(With({AMilestone("Plan gereed", "")}), With({dated})), "");
}

TEST(ShiftRulesTest, MilestonesAreKnownByTextThenByOrdinal) {
  const v1::Activity before = With({AMilestone("Plan gereed", "2026", 1), AMilestone("Start", "2027", 2)});
  // One in between moves the ordinals, and nothing else.
  EXPECT_EQ(ShiftError(before, With({AMilestone("Plan gereed", "2026", 1), AMilestone("Besluit", "2026-Q4", 2),
                                     AMilestone("Start", "2027", 3)})),
            "");
  EXPECT_EQ(ShiftError(before, With({AMilestone("Start", "2027", 1)})), "");
  EXPECT_THAT(
      ShiftError(before, With({AMilestone("Het plan is gereed", "2026-Q3", 1), AMilestone("Start", "2027", 2)})),
      HasSubstr("milestones[0].shifts must have one shift more, from \"2026\" to \"2026-Q3\""));
}

TEST(CatalogueRulesTest, GoalsFormATreeOfOneFramework) {
  v1::Goal goal;
  goal.set_name("owners/GM0677/frameworks/kader-1/goals/doel-1");
  EXPECT_EQ(First(CheckGoal, goal), "");
  goal.set_parent_goal("owners/GM0677/frameworks/kader-1/goals/doel-2");
  EXPECT_EQ(First(CheckGoal, goal), "");
  goal.set_parent_goal(goal.name());
  EXPECT_THAT(First(CheckGoal, goal), HasSubstr("another goal"));
  goal.set_parent_goal("owners/GM0677/frameworks/kader-2/goals/doel-2");
  EXPECT_THAT(First(CheckGoal, goal), HasSubstr("owners/GM0677/frameworks/kader-1"));
}

TEST(CatalogueRulesTest, AmountsDoNotRunBackwards) {
  v1::Activity activity;
  auto* line = activity.add_budget_lines();
  line->set_amount_cents(0);
  line->set_high_cents(0);
  EXPECT_EQ(First(CheckActivity, activity), "");
  line->set_amount_cents(1);
  EXPECT_THAT(First(CheckActivity, activity), HasSubstr("budget_lines[0].high_cents"));
  line->clear_high_cents();
  EXPECT_EQ(First(CheckActivity, activity), "");
}

TEST(CatalogueRulesTest, ContributionsServeAGoalOfTheirFramework) {
  v1::Contribution contribution;
  contribution.set_framework("owners/GM0677/frameworks/kader-1");
  contribution.set_goal("owners/GM0677/frameworks/kader-1/goals/doel-1");
  EXPECT_EQ(First(CheckContribution, contribution), "");
  contribution.set_goal("owners/GM0677/frameworks/kader-10/goals/doel-1");
  EXPECT_THAT(First(CheckContribution, contribution),
              HasSubstr("goal must be a goal of owners/GM0677/frameworks/kader-1"));
}

}  // namespace
}  // namespace regiokompas::catalogue
