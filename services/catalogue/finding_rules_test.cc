#include "services/catalogue/finding_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace regiokompas::catalogue {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kFramework[] = "owners/GM0677/frameworks/kader-1";

// "ERROR ASPECT_MISSING activiteit-1 aspects"
std::vector<std::string> Found(const FrameworkContent& content) {
  std::vector<std::string> found;
  for (const v1::Finding& finding : FindingsOf(content)) {
    EXPECT_FALSE(finding.text().empty());
    const std::string& name = finding.resource();
    found.push_back(absl::StrCat(finding.severity() == v1::FINDING_SEVERITY_ERROR ? "ERROR " : "", finding.reason(),
                                 " ", name.substr(name.rfind('/') + 1), finding.field().empty() ? "" : " ",
                                 finding.field()));
  }
  return found;
}

v1::Goal AGoal(const std::string& id, const std::string& code, const std::string& parent = "") {
  v1::Goal goal;
  goal.set_name(absl::StrCat(kFramework, "/goals/", id));
  goal.set_display_name("Doel " + id);
  goal.set_code(code);
  if (!parent.empty()) goal.set_parent_goal(absl::StrCat(kFramework, "/goals/", parent));
  return goal;
}

// With all that it should have in the years 2026 and 2027.
v1::Activity AnActivity(const std::string& id, const std::string& code) {
  v1::Activity activity;
  activity.set_name(absl::StrCat("owners/GM0677/activities/", id));
  activity.set_display_name("Activiteit " + id);
  activity.set_code(code);
  activity.add_realisation_years(2026);
  v1::Aspect& aspect = *activity.add_aspects();
  aspect.set_kind(v1::ASPECT_KIND_MONITORING);
  aspect.set_plan("Elk kwartaal een telling.");
  v1::Milestone& milestone = *activity.add_milestones();
  milestone.set_text("Plan gereed");
  milestone.set_due("2026-Q3");
  activity.add_budget_lines()->add_fiscal_years(2027);
  return activity;
}

v1::Contribution ALink(const std::string& activity, const std::string& goal, const std::string& citation = "") {
  v1::Contribution link;
  link.set_name(absl::StrCat("owners/GM0677/activities/", activity, "/contributions/", goal.empty() ? "geheel" : goal));
  link.set_framework(kFramework);
  if (!goal.empty()) link.set_goal(absl::StrCat(kFramework, "/goals/", goal));
  link.set_citation(citation);
  return link;
}

// A framework about which there is nothing to say.
FrameworkContent AGoodOne() {
  FrameworkContent content;
  content.framework.set_name(kFramework);
  content.framework.add_fiscal_years(2026);
  content.framework.add_fiscal_years(2027);
  content.goals = {AGoal("hoofddoel", "1"), AGoal("focus", "1", "hoofddoel")};
  content.activities = {AnActivity("a1", "1.1"), AnActivity("a2", "1.2")};
  content.contributions = {ALink("a1", "focus"), ALink("a2", "focus"), ALink("a2", "")};
  return content;
}

TEST(FindingRulesTest, NothingToSay) {
  EXPECT_THAT(Found(AGoodOne()), IsEmpty());
  EXPECT_THAT(Found(FrameworkContent()), IsEmpty());
}

TEST(FindingRulesTest, RequiredAspects) {
  FrameworkContent content = AGoodOne();
  content.framework.add_required_aspects(v1::ASPECT_KIND_MONITORING);
  content.framework.add_required_aspects(v1::ASPECT_KIND_RISKS);
  v1::Aspect& risks = *content.activities[0].add_aspects();
  risks.set_kind(v1::ASPECT_KIND_RISKS);
  risks.set_plan(" \n");
  EXPECT_THAT(Found(content), ElementsAre("ERROR ASPECT_MISSING a1 aspects", "ERROR ASPECT_MISSING a2 aspects"));
  EXPECT_THAT(FindingsOf(content)[0].text(), HasSubstr("risico's"));
  EXPECT_EQ(FindingsOf(content)[0].display_name(), "Activiteit a1");
}

TEST(FindingRulesTest, YearsOutsideTheYearsOfTheFramework) {
  FrameworkContent content = AGoodOne();
  // Validity does not count beside the years.
  content.framework.set_valid_from_date("2020-01-01");
  v1::Activity& activity = content.activities[0];
  activity.add_realisation_years(2028);
  activity.mutable_milestones(0)->set_due("2025-12");
  activity.mutable_budget_lines(0)->add_fiscal_years(2025);
  EXPECT_THAT(Found(content), ElementsAre("ERROR YEAR_OUTSIDE_PERIOD a1 budget_lines[0].fiscal_years[1]",
                                          "ERROR YEAR_OUTSIDE_PERIOD a1 milestones[0].due",
                                          "ERROR YEAR_OUTSIDE_PERIOD a1 realisation_years[1]"));
  EXPECT_EQ(FindingsOf(content)[1].text(),
            "De mijlpaal “Plan gereed” (2025-12) valt buiten de periode van het kader: 2026 tot en met 2027.");
}

TEST(FindingRulesTest, YearsOutsideTheValidityOfTheFramework) {
  FrameworkContent content = AGoodOne();
  content.framework.clear_fiscal_years();
  EXPECT_THAT(Found(content), IsEmpty());
  content.framework.set_valid_from_date("2026-03-01");
  content.framework.set_valid_until_date("2027-03-01");
  v1::Milestone& milestone = *content.activities[0].mutable_milestones(0);
  for (const char* due : {"2026", "2027", "2026-Q1", "2027-Q1", "2026-03", "2027-02", "2026-03-01", "2027-02-28", ""}) {
    milestone.set_due(due);
    EXPECT_THAT(Found(content), IsEmpty()) << due;
  }
  for (const char* due : {"2025", "2028", "2025-Q4", "2027-Q2", "2026-02", "2027-03", "2026-02-28", "2027-03-01"}) {
    milestone.set_due(due);
    EXPECT_THAT(Found(content), ElementsAre("ERROR YEAR_OUTSIDE_PERIOD a1 milestones[0].due")) << due;
  }
  // A framework that works back is about the days before as well.
  milestone.set_due("2025-Q4");
  content.framework.set_effective_from_date("2025-12-01");
  EXPECT_THAT(Found(content), IsEmpty());
}

TEST(FindingRulesTest, OnlyLeavesNeedActivities) {
  FrameworkContent content = AGoodOne();
  content.goals.push_back(AGoal("leeg", "2", "hoofddoel"));
  EXPECT_THAT(Found(content), ElementsAre("GOAL_WITHOUT_ACTIVITY leeg"));
}

TEST(FindingRulesTest, ActivitiesWithoutGoal) {
  FrameworkContent content = AGoodOne();
  content.contributions = {ALink("a1", "", "1.c"), ALink("a2", "focus")};
  EXPECT_THAT(Found(content), ElementsAre("ACTIVITY_WITHOUT_GOAL a1"));
  EXPECT_THAT(FindingsOf(content)[0].text(), HasSubstr("“1.c”"));
  content.contributions[0].clear_citation();
  EXPECT_THAT(FindingsOf(content)[0].text(), HasSubstr("het kader als geheel"));
}

TEST(FindingRulesTest, ActivitiesWithoutIndicatorOrMoney) {
  FrameworkContent content = AGoodOne();
  content.activities[0].clear_aspects();
  content.activities[0].clear_budget_lines();
  EXPECT_THAT(Found(content),
              ElementsAre("ACTIVITY_WITHOUT_INDICATOR a1 aspects", "ACTIVITY_WITHOUT_MONEY a1 budget_lines"));
  v1::Aspect& aspect = *content.activities[0].add_aspects();
  aspect.set_plan("Binnen de begroting.");
  aspect.set_kind(v1::ASPECT_KIND_COSTS_AND_BENEFITS);
  EXPECT_THAT(Found(content), ElementsAre("ACTIVITY_WITHOUT_INDICATOR a1 aspects"));
  aspect.set_kind(v1::ASPECT_KIND_INDICATOR);
  EXPECT_THAT(Found(content), ElementsAre("ACTIVITY_WITHOUT_MONEY a1 budget_lines"));
}

TEST(FindingRulesTest, CodesAmongSiblingsAndAmongActivities) {
  FrameworkContent content = AGoodOne();
  content.goals.push_back(AGoal("focus-2", "1", "hoofddoel"));
  content.contributions.push_back(ALink("a1", "focus-2"));
  content.activities[1].set_code("1.1");
  EXPECT_THAT(Found(content), ElementsAre("DUPLICATE_CODE a2 code", "DUPLICATE_CODE focus-2 code"));
  EXPECT_THAT(FindingsOf(content)[0].text(), HasSubstr("Activiteit a1"));
  // Without codes nothing is twice.
  for (v1::Goal& goal : content.goals) goal.clear_code();
  for (v1::Activity& activity : content.activities) activity.clear_code();
  EXPECT_THAT(Found(content), IsEmpty());
}

TEST(FindingRulesTest, ErrorsComeFirst) {
  FrameworkContent content = AGoodOne();
  content.contributions.erase(content.contributions.begin());
  content.activities[1].add_realisation_years(2030);
  EXPECT_THAT(Found(content),
              ElementsAre("ERROR YEAR_OUTSIDE_PERIOD a2 realisation_years[1]", "ACTIVITY_WITHOUT_GOAL a1"));
}

TEST(FindingRulesTest, LongTitlesAreCutBetweenCharacters) {
  FrameworkContent content = AGoodOne();
  std::string title = "x";
  for (int i = 0; i < 1000; ++i) title += "é";
  content.activities[0].set_display_name(title);
  content.activities[0].clear_budget_lines();
  const std::string shown = FindingsOf(content)[0].display_name();
  EXPECT_LT(shown.size(), 210u);
  EXPECT_TRUE(absl::EndsWith(shown, "é…")) << shown;
}

}  // namespace
}  // namespace regiokompas::catalogue
