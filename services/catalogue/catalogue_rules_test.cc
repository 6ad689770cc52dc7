#include "services/catalogue/catalogue_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(CatalogueRulesTest, MomentsOfMilestones) {
  for (const char* due : {"2022", "2022-Q1", "2022-Q4", "2022-08", "2022-12", "2022-08-31"})
    EXPECT_TRUE(IsDue(due)) << due;
  for (const char* due : {"", "22", "2022-Q0", "2022-Q5", "2022-q1", "2022xQ1", "2022-13", "2022-00", "2022-8",
                          "2022-02-30", "2022/08", "voorjaar", "0022"}) {
    EXPECT_FALSE(IsDue(due)) << due;
  }
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
