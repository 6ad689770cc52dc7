// What the catalogue adds to what all resources have in common (tests/conformance).
#include "tests/conformance/conformance.h"

namespace regiokompas::test {
namespace {

using testing::ElementsAre;

class CatalogueServiceTest : public ConformanceTest {
 protected:
  Answer<catalogue::v1::Goal> MakeGoal(const std::string& framework, const std::string& id,
                                       const std::string& parent = "") {
    auto request = CreateGoal(framework, id);
    request.mutable_goal()->set_parent_goal(parent);
    return client_.Call(&Catalogue::CreateGoal, request);
  }

  Answer<catalogue::v1::BatchCreateContributionsResponse> Contribute(const catalogue::v1::Contribution& contribution) {
    catalogue::v1::BatchCreateContributionsRequest request;
    request.set_parent("owners/GM0677/activities/activiteit-1");
    request.set_request_id(NewRequestId());
    auto* item = request.add_requests();
    item->set_contribution_id("bijdrage-1");
    *item->mutable_contribution() = contribution;
    return client_.Call(&Catalogue::BatchCreateContributions, request);
  }
};

TEST_F(CatalogueServiceTest, AGoalNeedsItsFramework) {
  const auto answer = MakeGoal("owners/GM0677/frameworks/er-is-niets", "doel-1");
  EXPECT_TRUE(FailsWith(answer, grpc::FAILED_PRECONDITION, "REFERENCE_MISSING"));
  EXPECT_EQ(answer.error_info().metadata().at("name"), "owners/GM0677/frameworks/er-is-niets/goals/doel-1");
}

TEST_F(CatalogueServiceTest, AGoalNeverStandsUnderItself) {
  const std::string framework = MakeFramework().name();
  ASSERT_TRUE(IsOk(MakeGoal(framework, "hoofddoel")));
  ASSERT_TRUE(IsOk(MakeGoal(framework, "focus", framework + "/goals/hoofddoel")));
  ASSERT_TRUE(IsOk(MakeGoal(framework, "resultaat", framework + "/goals/focus")));
  catalogue::v1::UpdateGoalRequest request;
  request.mutable_goal()->set_name(framework + "/goals/hoofddoel");
  request.mutable_goal()->set_parent_goal(framework + "/goals/resultaat");
  request.mutable_update_mask()->add_paths("parent_goal");
  request.set_request_id(NewRequestId());
  EXPECT_THAT(client_.Call(&Catalogue::UpdateGoal, request).violations(), ElementsAre("parent_goal GOAL_LOOP"));
}

TEST_F(CatalogueServiceTest, AGoalNeedsItsParentGoal) {
  const std::string framework = MakeFramework().name();
  EXPECT_TRUE(FailsWith(MakeGoal(framework, "focus", framework + "/goals/er-is-niets"), grpc::FAILED_PRECONDITION,
                        "REFERENCE_MISSING"));
  ASSERT_TRUE(IsOk(MakeGoal(framework, "hoofddoel")));
  const auto focus = MakeGoal(framework, "focus", framework + "/goals/hoofddoel");
  ASSERT_TRUE(IsOk(focus));
  EXPECT_EQ(focus.value.parent_goal(), framework + "/goals/hoofddoel");
}

TEST_F(CatalogueServiceTest, AnUpdateCannotPointAGoalToNowhere) {
  const std::string framework = MakeFramework().name();
  ASSERT_TRUE(IsOk(MakeGoal(framework, "doel-1")));
  catalogue::v1::UpdateGoalRequest request;
  request.mutable_goal()->set_name(framework + "/goals/doel-1");
  request.mutable_goal()->set_parent_goal(framework + "/goals/er-is-niets");
  request.mutable_update_mask()->add_paths("parent_goal");
  request.set_request_id(NewRequestId());
  EXPECT_TRUE(FailsWith(client_.Call(&Catalogue::UpdateGoal, request), grpc::FAILED_PRECONDITION, "REFERENCE_MISSING"));
}

TEST_F(CatalogueServiceTest, TheParentGoalIsAnotherOneOfTheSameFramework) {
  const std::string framework = MakeFramework("kader-a").name();
  const std::string other = MakeFramework("kader-b").name();
  ASSERT_TRUE(IsOk(MakeGoal(other, "doel-1")));
  EXPECT_THAT(MakeGoal(framework, "doel-1", other + "/goals/doel-1").violations(),
              ElementsAre("parent_goal OTHER_FRAMEWORK"));
  EXPECT_THAT(MakeGoal(framework, "doel-1", framework + "/goals/doel-1").violations(),
              ElementsAre("parent_goal OWN_PARENT"));
}

TEST_F(CatalogueServiceTest, AContributionLinksAnActivityToAGoal) {
  MakeActivity();
  const std::string framework = MakeFramework().name();
  catalogue::v1::Contribution contribution = AContribution(framework);
  contribution.set_goal(framework + "/goals/doel-1");
  EXPECT_TRUE(FailsWith(Contribute(contribution), grpc::FAILED_PRECONDITION, "REFERENCE_MISSING"));
  ASSERT_TRUE(IsOk(MakeGoal(framework, "doel-1")));
  ASSERT_TRUE(IsOk(Contribute(contribution)));
  catalogue::v1::ListContributionsRequest list;
  list.set_parent("owners/GM0677/activities/activiteit-1");
  const auto listed = client_.Call(&Catalogue::ListContributions, list);
  ASSERT_EQ(listed.value.contributions_size(), 1);
  EXPECT_EQ(listed.value.contributions(0).name(), "owners/GM0677/activities/activiteit-1/contributions/bijdrage-1");
  EXPECT_EQ(listed.value.contributions(0).goal(), framework + "/goals/doel-1");
  EXPECT_EQ(listed.value.contributions(0).framework(), framework);
}

TEST_F(CatalogueServiceTest, AContributionMayBeAnUnresolvedCitation) {
  MakeActivity();
  EXPECT_TRUE(IsOk(Contribute(AContribution(MakeFramework().name()))));
}

TEST_F(CatalogueServiceTest, AContributionNeedsItsActivityAndItsFramework) {
  EXPECT_TRUE(
      FailsWith(Contribute(AContribution(MakeFramework().name())), grpc::FAILED_PRECONDITION, "REFERENCE_MISSING"));
  MakeActivity();
  EXPECT_TRUE(FailsWith(Contribute(AContribution("owners/GM0677/frameworks/er-is-niets")), grpc::FAILED_PRECONDITION,
                        "REFERENCE_MISSING"));
}

TEST_F(CatalogueServiceTest, AContributionKeepsToOneFrameworkAndItsDates) {
  MakeActivity();
  const std::string framework = MakeFramework("kader-a").name();
  const std::string other = MakeFramework("kader-b").name();
  ASSERT_TRUE(IsOk(MakeGoal(other, "doel-1")));
  catalogue::v1::Contribution contribution = AContribution(framework);
  contribution.set_goal(other + "/goals/doel-1");
  contribution.set_until_date("2025-12-31");
  EXPECT_THAT(Contribute(contribution).violations(),
              ElementsAre("goal OTHER_FRAMEWORK", "until_date ENDS_BEFORE_START"));
}

TEST_F(CatalogueServiceTest, SectionsComeInTheOrderOfTheSource) {
  const std::string framework = MakeFramework().name();
  catalogue::v1::BatchCreateSectionsRequest request;
  request.set_parent(framework);
  request.set_request_id(NewRequestId());
  const std::vector<std::pair<std::string, int>> sections = {{"slot", 3}, {"inleiding", 1}, {"aanleiding", 2}};
  for (const auto& [id, ordinal] : sections) {
    auto* item = request.add_requests();
    item->set_section_id(id);
    *item->mutable_section() = ASection();
    item->mutable_section()->set_ordinal(ordinal);
  }
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::BatchCreateSections, request)));
  catalogue::v1::ListSectionsRequest list;
  list.set_parent(framework);
  const auto listed = client_.Call(&Catalogue::ListSections, list);
  ASSERT_EQ(listed.value.sections_size(), 3);
  EXPECT_EQ(listed.value.sections(0).name(), framework + "/sections/inleiding");
  EXPECT_EQ(listed.value.sections(2).name(), framework + "/sections/slot");
  EXPECT_EQ(listed.value.sections(0).text(), ASection().text());
}

TEST_F(CatalogueServiceTest, AnActivityKeepsItsRules) {
  auto request = CreateActivity("owners/GM0677", "activiteit-1");
  request.mutable_activity()->set_realisation_years(0, 1899);
  request.mutable_activity()->mutable_milestones(0)->set_due("najaar 22");
  request.mutable_activity()->mutable_budget_lines(0)->set_high_cents(1);
  EXPECT_THAT(client_.Call(&Catalogue::CreateActivity, request).violations(),
              ElementsAre("budget_lines[0].high_cents HIGH_BELOW_LOW", "milestones[0].due BAD_DUE",
                          "realisation_years[0] BAD_YEAR"));
  request = CreateActivity("owners/GM0677", "activiteit-1");
  request.mutable_activity()->mutable_budget_lines(0)->set_amount_cents(-1);
  EXPECT_THAT(client_.Call(&Catalogue::CreateActivity, request).violations(),
              ElementsAre("budget_lines[0].amount_cents NEGATIVE"));
}

}  // namespace
}  // namespace regiokompas::test
