// ListFindings over gRPC: what the rules get to see (finding_rules_test.cc says what they find).
#include <optional>

#include "regiokompas/collaboration/v1/collaboration_service.grpc.pb.h"
#include "tests/conformance/conformance.h"

namespace regiokompas::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kFramework[] = "owners/GM0677/frameworks/beleidskader-1";
constexpr char kActivity[] = "owners/GM0677/activities/activiteit-1";

class FindingServiceTest : public ConformanceTest {
 protected:
  Answer<catalogue::v1::ListFindingsResponse> List(const Client& client, const std::string& day = "",
                                                   std::optional<absl::Time> known = {}) {
    catalogue::v1::ListFindingsRequest request;
    request.set_parent(kFramework);
    request.set_valid_date(day);
    if (known) *request.mutable_read_time() = Timestamp(*known);
    return client.Call(&Catalogue::ListFindings, request);
  }

  // "ASPECT_MISSING aspects" of each, in order.
  static std::vector<std::string> Reasons(const Answer<catalogue::v1::ListFindingsResponse>& answer) {
    EXPECT_TRUE(IsOk(answer));
    EXPECT_EQ(answer.value.total_size(), answer.value.findings_size());
    std::vector<std::string> reasons;
    for (const auto& finding : answer.value.findings()) reasons.push_back(finding.reason() + " " + finding.field());
    return reasons;
  }

  void Contribute(const std::string& activity, const std::string& goal) {
    catalogue::v1::BatchCreateContributionsRequest request;
    request.set_parent(activity);
    request.set_request_id(NewRequestId());
    auto& item = *request.add_requests();
    item.set_contribution_id("bijdrage-1");
    item.mutable_contribution()->set_framework(kFramework);
    item.mutable_contribution()->set_goal(goal);
    ASSERT_TRUE(IsOk(client_.Call(&Catalogue::BatchCreateContributions, request)));
  }

  // A framework with a goal and an activity that lacks an indicator.
  void Fill() {
    MakeFramework();
    MakeActivity();
    ASSERT_TRUE(IsOk(client_.Call(&Catalogue::CreateGoal, CreateGoal(kFramework, "doel-1"))));
    Contribute(kActivity, std::string(kFramework) + "/goals/doel-1");
  }

  void Adopt(const std::string& from = "") {
    catalogue::v1::AdoptFrameworkRequest request;
    request.set_name(kFramework);
    request.set_valid_from_date(from);
    request.set_valid_until_date("2199-12-31");
    request.set_request_id(NewRequestId());
    ASSERT_TRUE(IsOk(client_.Call(&Catalogue::AdoptFramework, request)));
  }

  // One finding more in what stands now.
  void DropMoney() {
    catalogue::v1::UpdateActivityRequest update;
    update.mutable_activity()->set_name(kActivity);
    update.mutable_update_mask()->add_paths("budget_lines");
    update.set_request_id(NewRequestId());
    ASSERT_TRUE(IsOk(client_.Call(&Catalogue::UpdateActivity, update)));
  }
};

TEST_F(FindingServiceTest, FindsWhatStandsNow) {
  Fill();
  // Of no framework, and so nobody's business here.
  MakeActivity("activiteit-2");
  const auto answer = List(client_);
  EXPECT_THAT(Reasons(answer), ElementsAre("ACTIVITY_WITHOUT_INDICATOR aspects"));
  const auto& finding = answer.value.findings(0);
  EXPECT_EQ(finding.resource(), kActivity);
  EXPECT_EQ(finding.display_name(), AnActivity().display_name());
  EXPECT_EQ(finding.severity(), catalogue::v1::FINDING_SEVERITY_WARNING);

  auto framework = GetFramework(kFramework).value;
  framework.add_required_aspects(catalogue::v1::ASPECT_KIND_RISKS);
  framework.clear_fiscal_years();
  framework.add_fiscal_years(2027);
  ASSERT_TRUE(IsOk(Update(framework)));
  EXPECT_THAT(Reasons(List(client_)),
              ElementsAre("ASPECT_MISSING aspects", "YEAR_OUTSIDE_PERIOD budget_lines[0].fiscal_years[0]",
                          "YEAR_OUTSIDE_PERIOD milestones[0].due", "YEAR_OUTSIDE_PERIOD realisation_years[0]",
                          "ACTIVITY_WITHOUT_INDICATOR aspects"));
}

TEST_F(FindingServiceTest, GivesTheFirstThousandAndCountsAll) {
  MakeFramework();
  for (int batch = 0; batch < 4; ++batch) {
    const auto request = BatchOfActivities(OwnerName(kOwner), batch * 100 + 1, 100);
    ASSERT_TRUE(IsOk(client_.Call(&Catalogue::BatchCreateActivities, request)));
    for (const auto& item : request.requests()) Contribute(OwnerName(kOwner) + "/activities/" + item.activity_id(), "");
  }
  const auto answer = List(client_);
  ASSERT_TRUE(IsOk(answer));
  // Each lacks an indicator and a goal, and all but the first have the code of the first.
  EXPECT_EQ(answer.value.total_size(), 400 + 400 + 399);
  EXPECT_EQ(answer.value.findings_size(), 1000);
}

TEST_F(FindingServiceTest, NeedsAFramework) {
  EXPECT_TRUE(FailsWith(List(client_), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  MakeFramework();
  EXPECT_THAT(Reasons(List(client_)), IsEmpty());
}

TEST_F(FindingServiceTest, FindsWhatStoodThenAndWhatWasValid) {
  Fill();
  MoveClock(absl::Hours(1));
  Adopt("2019-01-01");
  MoveClock(absl::Hours(1));
  DropMoney();
  MoveClock(absl::Hours(1));
  Adopt("2021-01-01");
  const auto first = ElementsAre("ACTIVITY_WITHOUT_INDICATOR aspects");
  const auto second = ElementsAre("ACTIVITY_WITHOUT_INDICATOR aspects", "ACTIVITY_WITHOUT_MONEY budget_lines");
  EXPECT_THAT(Reasons(List(client_)), second);
  EXPECT_THAT(Reasons(List(client_, "", StartOfTest() + absl::Minutes(30))), first);
  EXPECT_THAT(Reasons(List(client_, "", StartOfTest() + absl::Minutes(150))), second) << "as a draft";
  EXPECT_THAT(Reasons(List(client_, "2020-12-31")), first);
  EXPECT_THAT(Reasons(List(client_, "2021-01-01")), second);
  EXPECT_THAT(Reasons(List(client_, "2021-01-01", StartOfTest() + absl::Minutes(150))), first);
  EXPECT_TRUE(FailsWith(List(client_, "2018-12-31"), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  EXPECT_TRUE(FailsWith(List(client_, "", StartOfTest() - absl::Minutes(30)), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(List(client_, "2019-13-01").violations(), ElementsAre("valid_date BAD_DATE"));
}

TEST_F(FindingServiceTest, ByAShareOnlyWhatWasAdopted) {
  Fill();
  const Client reader(suite_.channel(), suite_.Token({{kOtherOwner, {"policy_officer"}}}));
  EXPECT_TRUE(FailsWith(List(reader), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
  collaboration::v1::CreateSharingGrantRequest grant;
  grant.set_parent(OwnerName(kOwner));
  grant.set_sharing_grant_id("deling-1");
  grant.set_request_id(NewRequestId());
  grant.mutable_sharing_grant()->set_display_name("Voor de buren");
  grant.mutable_sharing_grant()->set_receiver(kOtherOwner);
  grant.mutable_sharing_grant()->set_scope("owners/GM0677/frameworks/-");
  *grant.mutable_sharing_grant()->mutable_until_time() = Timestamp(suite_.Now() + absl::Hours(24));
  ASSERT_TRUE(IsOk(client_.Call(&collaboration::v1::CollaborationService::Stub::CreateSharingGrant, grant)));
  suite_.PollShares();
  EXPECT_TRUE(FailsWith(List(reader), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));

  Adopt("2019-01-01");
  DropMoney();
  EXPECT_THAT(Reasons(List(client_)),
              ElementsAre("ACTIVITY_WITHOUT_INDICATOR aspects", "ACTIVITY_WITHOUT_MONEY budget_lines"));
  const absl::Time later = suite_.Now() + absl::Seconds(1);
  for (const std::string day : {"", "2019-01-01"}) {
    EXPECT_THAT(Reasons(List(reader, day)), ElementsAre("ACTIVITY_WITHOUT_INDICATOR aspects"));
    EXPECT_THAT(Reasons(List(reader, day, later)), ElementsAre("ACTIVITY_WITHOUT_INDICATOR aspects"));
    EXPECT_TRUE(FailsWith(List(reader, day, StartOfTest() - absl::Hours(1)), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  }
  EXPECT_TRUE(FailsWith(List(reader, "2018-12-31"), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
}

}  // namespace
}  // namespace regiokompas::test
