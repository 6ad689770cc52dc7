// Sharing grants, the feed of their changes and the regional overview, over gRPC.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/collaboration/v1/collaboration_service.grpc.pb.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "tests/support/builders.h"
#include "tests/support/client.h"
#include "tests/support/sql.h"
#include "tests/support/test_suite.h"

namespace regiokompas::test {
namespace {

using collaboration::v1::SharingGrant;
using Collaboration = collaboration::v1::CollaborationService::Stub;
using testing::ElementsAre;

// Soest, Bunschoten and Baarn.
constexpr char kRegion[] = "RG-baarn-bunschoten-soest";
constexpr char kMember[] = "GM0342";

collaboration::v1::CreateSharingGrantRequest AGrantOf(const std::string& owner, const std::string& id,
                                                      const std::string& scope) {
  collaboration::v1::CreateSharingGrantRequest request;
  request.set_parent(OwnerName(owner));
  request.set_sharing_grant_id(id);
  request.set_request_id(NewRequestId());
  SharingGrant& grant = *request.mutable_sharing_grant();
  grant.set_display_name("Voor het regionale overzicht");
  grant.set_receiver(kRegion);
  grant.set_scope(OwnerName(owner) + "/" + scope);
  grant.mutable_until_time()->set_seconds(absl::ToUnixSeconds(StartOfTest() + absl::Hours(24)));
  return request;
}

class SharingServiceTest : public testing::Test {
 protected:
  Client CoordinatorOf(const std::string& region) const {
    return Client(suite_.channel(), suite_.Token({{region, {"regional_coordinator"}}}));
  }

  Answer<SharingGrant> Give(const std::string& id, const std::string& scope) {
    return officer_.Call(&Collaboration::CreateSharingGrant, AGrantOf(kMember, id, scope));
  }

  collaboration::v1::WithdrawSharingGrantRequest WithdrawalOf(const SharingGrant& grant) {
    collaboration::v1::WithdrawSharingGrantRequest request;
    request.set_name(grant.name());
    request.set_etag(grant.etag());
    request.set_reason("Niet meer nodig");
    request.set_request_id(NewRequestId());
    return request;
  }

  Answer<collaboration::v1::RegionalOverview> Overview(const std::string& date = "") {
    collaboration::v1::GetRegionalOverviewRequest request;
    request.set_parent(OwnerName(kRegion));
    request.set_cycle_date(date);
    return CoordinatorOf(kRegion).Call(&Collaboration::GetRegionalOverview, request);
  }

  // A published framework with two activities, and a cycle with a report on one of them.
  void FillMember() {
    const std::string owner = OwnerName(kMember);
    EXPECT_TRUE(IsOk(
        officer_.Call(&catalogue::v1::CatalogueService::Stub::CreateFramework, CreateFramework(owner, "kader-1"))));
    EXPECT_TRUE(IsOk(
        officer_.Call(&catalogue::v1::CatalogueService::Stub::BatchCreateActivities, BatchOfActivities(owner, 1, 2))));
    for (const char* activity : {"activiteit-1", "activiteit-2"}) {
      catalogue::v1::BatchCreateContributionsRequest contributions;
      contributions.set_parent(owner + "/activities/" + activity);
      contributions.set_request_id(NewRequestId());
      auto& item = *contributions.add_requests();
      item.set_contribution_id("bijdrage-1");
      *item.mutable_contribution() = AContribution(owner + "/frameworks/kader-1");
      EXPECT_TRUE(IsOk(officer_.Call(&catalogue::v1::CatalogueService::Stub::BatchCreateContributions, contributions)));
    }
    catalogue::v1::AdoptFrameworkRequest adoption;
    adoption.set_name(owner + "/frameworks/kader-1");
    adoption.set_request_id(NewRequestId());
    EXPECT_TRUE(IsOk(officer_.Call(&catalogue::v1::CatalogueService::Stub::AdoptFramework, adoption)));
    auto cycle = CreateCycle(owner, "vgr-1");
    cycle.mutable_reporting_cycle()->set_imported(true);
    cycle.mutable_reporting_cycle()->mutable_provenance()->set_sha256(std::string(64, 'a'));
    cycle.mutable_reporting_cycle()->set_reference_date("2025-08-01");
    EXPECT_TRUE(IsOk(officer_.Call(&progress::v1::ProgressService::Stub::CreateReportingCycle, cycle)));
    progress::v1::StatusReport report = AReport(owner + "/activities/activiteit-1");
    report.set_imported(true);
    report.mutable_provenance()->set_sha256(std::string(64, 'a'));
    EXPECT_TRUE(IsOk(officer_.Call(&progress::v1::ProgressService::Stub::BatchCreateStatusReports,
                                   BatchOfReports(owner + "/cycles/vgr-1", {report}))));
  }

  TestSuite suite_;
  const Client officer_{suite_.channel(), suite_.Officer(kMember)};
};

TEST_F(SharingServiceTest, AGrantIsGivenAndTakenBack) {
  const auto given = Give("deling-1", "frameworks/-");
  ASSERT_TRUE(IsOk(given));
  EXPECT_EQ(given.value.state(), collaboration::v1::SHARING_GRANT_STATE_IN_FORCE);
  const auto withdrawal = WithdrawalOf(given.value);
  const auto withdrawn = officer_.Call(&Collaboration::WithdrawSharingGrant, withdrawal);
  ASSERT_TRUE(IsOk(withdrawn));
  EXPECT_EQ(withdrawn.value.state(), collaboration::v1::SHARING_GRANT_STATE_WITHDRAWN);
  EXPECT_EQ(withdrawn.value.withdraw_reason(), "Niet meer nodig");
  EXPECT_TRUE(withdrawn.value.has_withdraw_time());
  // The same call again, and another one of the same kind, change nothing.
  EXPECT_EQ(officer_.Call(&Collaboration::WithdrawSharingGrant, withdrawal).value.etag(), withdrawn.value.etag());
  EXPECT_EQ(officer_.Call(&Collaboration::WithdrawSharingGrant, WithdrawalOf(withdrawn.value)).value.etag(),
            withdrawn.value.etag());
  EXPECT_TRUE(FailsWith(officer_.Call(&Collaboration::WithdrawSharingGrant, WithdrawalOf(given.value)), grpc::ABORTED,
                        "ETAG_MISMATCH"));
}

TEST_F(SharingServiceTest, GrantsOfAnOwnerAreListedWithTheirState) {
  ASSERT_TRUE(IsOk(Give("deling-1", "frameworks/-")));
  const auto second = Give("deling-2", "cycles/-");
  ASSERT_TRUE(IsOk(second));
  ASSERT_TRUE(IsOk(officer_.Call(&Collaboration::WithdrawSharingGrant, WithdrawalOf(second.value))));
  collaboration::v1::ListSharingGrantsRequest request;
  request.set_parent(OwnerName(kMember));
  const auto listed = officer_.Call(&Collaboration::ListSharingGrants, request);
  ASSERT_EQ(listed.value.sharing_grants_size(), 2);
  EXPECT_EQ(listed.value.sharing_grants(0).state(), collaboration::v1::SHARING_GRANT_STATE_IN_FORCE);
  EXPECT_EQ(listed.value.sharing_grants(1).state(), collaboration::v1::SHARING_GRANT_STATE_WITHDRAWN);
  EXPECT_TRUE(
      FailsWith(Client(suite_.channel(), suite_.Officer(kOwner)).Call(&Collaboration::ListSharingGrants, request),
                grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
}

TEST_F(SharingServiceTest, ABadGrantIsRefused) {
  auto request = AGrantOf(kMember, "deling-1", "drafts/-");
  request.mutable_sharing_grant()->set_receiver(kMember);
  EXPECT_THAT(officer_.Call(&Collaboration::CreateSharingGrant, request).violations(),
              ElementsAre("receiver BAD_RECEIVER", "scope BAD_SCOPE"));
  request = AGrantOf(kMember, "deling-1", "frameworks/-");
  request.mutable_sharing_grant()->mutable_until_time()->set_seconds(absl::ToUnixSeconds(StartOfTest()));
  EXPECT_THAT(officer_.Call(&Collaboration::CreateSharingGrant, request).violations(),
              ElementsAre("until_time NEVER_IN_FORCE"));
  request = AGrantOf(kMember, "deling-1", "frameworks/-");
  request.mutable_sharing_grant()->set_scope("owners/GM0677/frameworks/-");
  EXPECT_THAT(officer_.Call(&Collaboration::CreateSharingGrant, request).violations(),
              ElementsAre("sharing_grant.scope FOREIGN_OWNER"));
}

TEST_F(SharingServiceTest, TheFeedIsGaplessAndPaged) {
  for (int i = 1; i <= 5; ++i) ASSERT_TRUE(IsOk(Give("deling-" + std::to_string(i), "frameworks/-")));
  const Client service(suite_.channel(), suite_.FeedToken());
  collaboration::v1::ListChangesRequest request;
  // Reference data are changes too; this reader has them.
  collaboration::v1::ListChangesResponse all;
  std::map<std::string, int64_t> positions;
  do {
    const auto page = service.Call(&Collaboration::ListChanges, request);
    ASSERT_TRUE(IsOk(page));
    all = page.value;
    for (const auto& change : page.value.changes()) {
      EXPECT_EQ(change.sequence(), positions[change.owner()] + 1) << change.owner();
      positions[change.owner()] = change.sequence();
    }
    request.set_epoch(page.value.epoch());
    request.clear_positions();
    for (const auto& [owner, sequence] : positions) {
      auto* position = request.add_positions();
      position->set_owner(owner);
      position->set_sequence(sequence);
    }
  } while (!all.at_head());
  EXPECT_EQ(positions[kMember], 5);

  request.mutable_positions()->Clear();
  for (const auto& [owner, sequence] : positions) {
    auto* position = request.add_positions();
    position->set_owner(owner);
    position->set_sequence(owner == kMember ? 1 : sequence);
  }
  request.set_max_changes(2);
  const auto page = service.Call(&Collaboration::ListChanges, request);
  ASSERT_EQ(page.value.changes_size(), 2);
  EXPECT_EQ(page.value.changes(0).sequence(), 2);
  EXPECT_EQ(page.value.changes(1).resource(), OwnerName(kMember) + "/grants/deling-3");
  EXPECT_FALSE(page.value.at_head());
}

TEST_F(SharingServiceTest, PositionsOfAnotherFeedAreRefused) {
  ASSERT_TRUE(IsOk(Give("deling-1", "frameworks/-")));
  const Client service(suite_.channel(), suite_.FeedToken());
  collaboration::v1::ListChangesRequest request;
  request.set_epoch(service.Call(&Collaboration::ListChanges, request).value.epoch());
  auto* position = request.add_positions();
  position->set_owner(kMember);
  position->set_sequence(2);  // there is one change
  EXPECT_TRUE(
      FailsWith(service.Call(&Collaboration::ListChanges, request), grpc::OUT_OF_RANGE, "FEED_POSITION_EXPIRED"));
  position->set_sequence(1);
  EXPECT_TRUE(IsOk(service.Call(&Collaboration::ListChanges, request)));
  request.set_epoch("een-ander-cluster-1");
  EXPECT_TRUE(
      FailsWith(service.Call(&Collaboration::ListChanges, request), grpc::OUT_OF_RANGE, "FEED_POSITION_EXPIRED"));
}

// What comes twice has one effect, and after a restore of collaboration a service starts from nothing.
TEST_F(SharingServiceTest, TheFeedMayComeAgain) {
  const auto first = Give("deling-1", "frameworks/-");
  ASSERT_TRUE(IsOk(Give("deling-2", "frameworks/-")));
  suite_.PollShares();
  ASSERT_TRUE(IsOk(officer_.Call(&Collaboration::WithdrawSharingGrant, WithdrawalOf(first.value))));
  suite_.PollShares();
  SqlSession session(suite_.database().Superuser());
  const std::string kept =
      "SELECT string_agg(s::text, ' ' ORDER BY s::text) FROM catalogue.shares s WHERE until_time > '-infinity'";
  const std::string open = session.Value(kept);
  EXPECT_THAT(open, testing::HasSubstr("deling-2"));
  EXPECT_THAT(open, testing::Not(testing::HasSubstr("deling-1")));

  session.Query("DELETE FROM catalogue.feed_positions");
  suite_.PollShares();
  EXPECT_EQ(session.Value(kept), open);

  session.Query(
      "UPDATE catalogue.shares_sync SET epoch = 'voor-de-terugzetting'; "
      "INSERT INTO catalogue.shares VALUES ('GM0342', 'spook', 'RG-zeeland', 'frameworks/-', '-infinity', "
      "'infinity', 9)");
  suite_.PollShares();
  EXPECT_EQ(session.Value(kept), open) << "what the other feed had said is gone";
}

TEST_F(SharingServiceTest, TheOverviewSaysWhatIsSharedAndWhoIsMissing) {
  FillMember();
  suite_.PollShares();
  auto overview = Overview();
  ASSERT_TRUE(IsOk(overview));
  EXPECT_EQ(overview.value.cycle_date(), "2026-01-15");
  EXPECT_EQ(overview.value.region(), "regions/rg-baarn-bunschoten-soest");
  ASSERT_EQ(overview.value.members_size(), 3);
  EXPECT_EQ(overview.value.coverage().members_not_shared(), 3);

  ASSERT_TRUE(IsOk(Give("deling-1", "frameworks/-")));
  ASSERT_TRUE(IsOk(Give("deling-2", "cycles/-")));
  suite_.PollShares();
  overview = Overview();
  ASSERT_TRUE(IsOk(overview));
  const auto& soest = overview.value.members(2);
  EXPECT_EQ(soest.owner(), kMember);
  EXPECT_EQ(soest.display_name(), "Soest");
  EXPECT_EQ(soest.state(), collaboration::v1::OVERVIEW_STATE_SHOWN);
  EXPECT_EQ(soest.catalogue().frameworks(), 1);
  EXPECT_EQ(soest.catalogue().activities(), 2);
  EXPECT_EQ(soest.progress().statuses().on_track(), 1);
  EXPECT_EQ(soest.progress().activities_without_report(), 1);
  EXPECT_EQ(soest.progress().reference_date(), "2025-08-01");
  EXPECT_EQ(soest.indicator().state(), collaboration::v1::OVERVIEW_STATE_NOT_SHARED);
  EXPECT_EQ(overview.value.members(0).state(), collaboration::v1::OVERVIEW_STATE_NOT_SHARED);
  EXPECT_EQ(overview.value.coverage().members_shown(), 1);
  EXPECT_EQ(overview.value.coverage().activities(), 2);

  overview = Overview("2025-07-31");
  EXPECT_EQ(overview.value.members(2).state(), collaboration::v1::OVERVIEW_STATE_NO_REPORT);
  EXPECT_EQ(overview.value.members(2).progress().activities_without_report(), 2);
}

TEST_F(SharingServiceTest, TheStreamSaysTheSame) {
  FillMember();
  ASSERT_TRUE(IsOk(Give("deling-1", "frameworks/-")));
  suite_.PollShares();
  const auto overview = Overview();
  ASSERT_TRUE(IsOk(overview));
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + suite_.Token({{kRegion, {"regional_coordinator"}}}));
  collaboration::v1::StreamRegionalOverviewRequest request;
  request.set_parent(OwnerName(kRegion));
  Collaboration stub(suite_.channel());
  const auto reader = stub.StreamRegionalOverview(&context, request);
  std::map<std::string, std::string> members;
  collaboration::v1::StreamRegionalOverviewResponse part;
  collaboration::v1::RegionalOverview last;
  while (reader->Read(&part)) {
    EXPECT_FALSE(last.has_coverage()) << "the coverage is the last message";
    if (part.has_member()) members[part.member().owner()] = part.member().SerializeAsString();
    if (part.has_overview()) last = part.overview();
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(members.size(), 3u);
  for (const auto& member : overview.value.members()) EXPECT_EQ(members[member.owner()], member.SerializeAsString());
  EXPECT_EQ(last.coverage().SerializeAsString(), overview.value.coverage().SerializeAsString());
}

TEST_F(SharingServiceTest, OnlyTheRegionsOwnPeopleSeeItsOverview) {
  collaboration::v1::GetRegionalOverviewRequest request;
  request.set_parent(OwnerName(kRegion));
  EXPECT_TRUE(FailsWith(officer_.Call(&Collaboration::GetRegionalOverview, request), grpc::PERMISSION_DENIED,
                        "OWNER_FORBIDDEN"));
  request.set_parent("owners/RG-bestaat-niet");
  EXPECT_TRUE(FailsWith(CoordinatorOf("RG-bestaat-niet").Call(&Collaboration::GetRegionalOverview, request),
                        grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  request.set_parent("owners/RG-bestaat-niet/activities/a1");
  EXPECT_TRUE(FailsWith(CoordinatorOf("RG-bestaat-niet").Call(&Collaboration::GetRegionalOverview, request),
                        grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
}

// Membership is dated: Voorschoten left Haaglanden on the first of January 2024.
TEST_F(SharingServiceTest, WhoIsAMemberDependsOnTheDay) {
  collaboration::v1::GetRegionalOverviewRequest request;
  request.set_parent("owners/RG-haaglanden");
  const Client coordinator = CoordinatorOf("RG-haaglanden");
  request.set_cycle_date("2023-12-31");
  EXPECT_EQ(coordinator.Call(&Collaboration::GetRegionalOverview, request).value.members_size(), 10);
  request.set_cycle_date("2024-01-01");
  EXPECT_EQ(coordinator.Call(&Collaboration::GetRegionalOverview, request).value.members_size(), 9);
}

}  // namespace
}  // namespace regiokompas::test
