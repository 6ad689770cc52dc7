// Documents in, drafts out, accepted into catalogue, progress and indicator: over gRPC against a running suite.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "regiokompas/intake/v1/intake_service.grpc.pb.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "services/intake/intake_office_service_test.h"
#include "tests/support/builders.h"
#include "tests/support/client.h"
#include "tests/support/test_suite.h"

namespace regiokompas::test {
namespace {

using testing::SizeIs;
using Catalogue = catalogue::v1::CatalogueService::Stub;
using Indicators = indicator::v1::IndicatorService::Stub;
using Intake = intake::v1::IntakeService::Stub;
using Progress = progress::v1::ProgressService::Stub;

std::string Demonstration(const std::string& name) { return FileText("deploy/demo/" + name); }

class IntakeServiceTest : public testing::Test {
 protected:
  IntakeServiceTest() : office_(suite_, kReporter), client_(office_.client()) {}

  // It does not say of whom the document is.
  intake::v1::ParseDocumentRequest ParseRequest(const std::string& content) {
    intake::v1::ParseDocumentRequest request = office_.ParseRequest(content);
    request.clear_municipality();
    return request;
  }

  Answer<intake::v1::Draft> Parse(const std::string& content) {
    return client_.Call(&Intake::ParseDocument, ParseRequest(content));
  }

  Answer<intake::v1::AcceptDraftResponse> Accept(const intake::v1::Draft& draft) { return office_.Accept(draft); }

  // "created unchanged not-taken-over" of one kind.
  static std::string CountsOf(const intake::v1::AcceptDraftResponse& response, intake::v1::ElementKind kind) {
    for (const auto& elements : response.elements()) {
      if (elements.kind() != kind) continue;
      return absl::StrCat(elements.created(), " ", elements.unchanged(), " ", elements.not_taken_over());
    }
    return "";
  }

  // All targets or all measurements of the owner, by name.
  template <typename Resource, typename Request, typename Response>
  std::map<std::string, Resource> Everything(grpc::Status (Indicators::*method)(grpc::ClientContext*, const Request&,
                                                                                Response*)) {
    std::map<std::string, Resource> resources;
    Request request;
    request.set_parent(OwnerName("GM0299") + "/indicators/-");
    request.set_page_size(1000);
    const auto answer = client_.Call(method, request);
    EXPECT_TRUE(IsOk(answer));
    const auto* field = Response::descriptor()->field(0);
    for (int i = 0; i < answer.value.GetReflection()->FieldSize(answer.value, field); ++i) {
      const auto& resource =
          static_cast<const Resource&>(answer.value.GetReflection()->GetRepeatedMessage(answer.value, field, i));
      resources[resource.name()] = resource;
    }
    return resources;
  }

  int Drafts() {
    intake::v1::ListDraftsRequest request;
    request.set_parent(OwnerName("GM0299"));
    return client_.Call(&Intake::ListDrafts, request).value.drafts_size();
  }

  TestSuite suite_;
  IntakeOffice office_;
  Client& client_;
};

// The table of activities and two printed statuses of a progress report, all the way into the two services.
TEST_F(IntakeServiceTest, AReportArrivesWholeAndTwiceChangesNothing) {
  const std::string text = Demonstration("zevenaar-voortgangsrapportage-1-2022.txt");
  const auto draft = Parse(text);
  ASSERT_TRUE(IsOk(draft));
  EXPECT_EQ(draft.value.summary().activities(), 16);
  EXPECT_EQ(draft.value.summary().statuses_printed(), 2);

  intake::v1::GetDraftRequest get;
  get.set_name(draft.value.name());
  const auto whole = client_.Call(&Intake::GetDraft, get);
  ASSERT_TRUE(IsOk(whole));
  EXPECT_THAT(whole.value.parsed().activities(), SizeIs(16));

  const auto accepted = Accept(draft.value);
  ASSERT_TRUE(IsOk(accepted));
  EXPECT_TRUE(accepted.value.draft().has_accept_time());

  catalogue::v1::ListActivitiesRequest activities;
  activities.set_parent(OwnerName("GM0299"));
  EXPECT_THAT(client_.Call(&Catalogue::ListActivities, activities).value.activities(), SizeIs(16));
  progress::v1::ListStatusReportsRequest reports;
  reports.set_parent(accepted.value.cycle());
  reports.set_page_size(1000);
  const auto listed = client_.Call(&Progress::ListStatusReports, reports);
  std::map<progress::v1::Status, int> statuses;
  for (const auto& report : listed.value.status_reports()) {
    if (report.subject().find("/activities/") != std::string::npos) ++statuses[report.status()];
  }
  EXPECT_EQ(statuses[progress::v1::STATUS_REALISED], 1);
  EXPECT_EQ(statuses[progress::v1::STATUS_OFF_TRACK], 1);
  EXPECT_EQ(statuses[progress::v1::STATUS_NOT_PRINTED], 14);

  const auto again = Parse(text);
  ASSERT_TRUE(IsOk(again));
  EXPECT_EQ(again.value.name(), draft.value.name());
  const auto accepted_again = Accept(again.value);
  ASSERT_TRUE(IsOk(accepted_again));
  for (const auto& elements : accepted_again.value.elements())
    EXPECT_EQ(elements.created(), 0) << elements.DebugString();
  EXPECT_EQ(accepted_again.value.draft().etag(), accepted.value.draft().etag());
  EXPECT_THAT(client_.Call(&Catalogue::ListActivities, activities).value.activities(), SizeIs(16));
  EXPECT_EQ(Drafts(), 1);
}

TEST_F(IntakeServiceTest, TargetsGoUnderAnIndicatorOfTheirGoal) {
  const auto draft = Parse(Demonstration("zevenaar-voortgangsrapportage-1-2022.txt"));
  ASSERT_TRUE(IsOk(draft));
  const auto accepted = Accept(draft.value);
  ASSERT_TRUE(IsOk(accepted));
  EXPECT_EQ(CountsOf(accepted.value, intake::v1::ELEMENT_KIND_TARGET), "15 0 0");
  EXPECT_EQ(CountsOf(accepted.value, intake::v1::ELEMENT_KIND_MEASUREMENT), "0 0 0");

  const auto targets = Everything<indicator::v1::Target>(&Indicators::ListTargets);
  ASSERT_THAT(targets, SizeIs(15));
  int bounds = 0;
  for (const auto& [name, target] : targets) {
    EXPECT_THAT(target.subject(), testing::HasSubstr("/goals/")) << name;
    EXPECT_EQ(target.provenance().sha256().size(), 64u);
    bounds += target.value() == "88" && target.comparator() == indicator::v1::TARGET_COMPARATOR_AT_LEAST ? 1 : 0;
    indicator::v1::GetIndicatorRequest get;
    get.set_name(name.substr(0, name.find("/targets/")));
    const auto indicator = client_.Call(&Indicators::GetIndicator, get);
    ASSERT_TRUE(IsOk(indicator));
    EXPECT_EQ(indicator.value.unit(), target.unit());
    EXPECT_EQ(indicator.value.subjects(0), target.subject());
    catalogue::v1::GetGoalRequest goal;
    goal.set_name(target.subject());
    EXPECT_EQ(client_.Call(&Catalogue::GetGoal, goal).value.display_name(), indicator.value.display_name());
  }
  EXPECT_EQ(bounds, 1);

  const auto again = Accept(Parse(Demonstration("zevenaar-voortgangsrapportage-1-2022.txt")).value);
  EXPECT_EQ(CountsOf(again.value, intake::v1::ELEMENT_KIND_TARGET), "0 15 0");
  EXPECT_EQ(Everything<indicator::v1::Target>(&Indicators::ListTargets).size(), 15u);
}

// A phrase with two steps, a rise, and a figure of a printed year.
TEST_F(IntakeServiceTest, StepsAndFiguresArriveAndTwiceChangesNothing) {
  auto request = ParseRequest(FileText("services/intake/parser/testdata/aspect-blocks.txt"));
  request.set_municipality("GM0299");
  const auto draft = client_.Call(&Intake::ParseDocument, request);
  ASSERT_TRUE(IsOk(draft));
  EXPECT_EQ(draft.value.summary().targets(), 3);
  const auto accepted = Accept(draft.value);
  ASSERT_TRUE(IsOk(accepted));
  EXPECT_EQ(CountsOf(accepted.value, intake::v1::ELEMENT_KIND_INDICATOR), "2 0 0");
  EXPECT_EQ(CountsOf(accepted.value, intake::v1::ELEMENT_KIND_TARGET), "3 0 0");
  EXPECT_EQ(CountsOf(accepted.value, intake::v1::ELEMENT_KIND_MEASUREMENT), "1 0 0");

  const auto targets = Everything<indicator::v1::Target>(&Indicators::ListTargets);
  ASSERT_THAT(targets, SizeIs(2));
  const auto steps = targets.find(
      "owners/GM0299/indicators/openen-van-een-buurthuis-in-elk-dorp/targets/"
      "minimaal-40-in-2024-90-bezoekers-in-2025");
  ASSERT_NE(steps, targets.end());
  ASSERT_THAT(steps->second.steps(), SizeIs(2));
  EXPECT_EQ(steps->second.steps(1).year(), 2025);
  EXPECT_EQ(steps->second.steps(1).value(), "90");
  EXPECT_EQ(steps->second.until_date(), "2026-01-01");
  EXPECT_EQ(steps->second.subject(), "owners/GM0299/activities/openen-van-een-buurthuis-in-elk-dorp");
  const auto measurements = Everything<indicator::v1::Measurement>(&Indicators::ListMeasurements);
  ASSERT_THAT(measurements, SizeIs(1));
  const auto& figure = measurements.begin()->second;
  EXPECT_EQ(figure.value(), "62");
  EXPECT_EQ(figure.from_date(), "2024-01-01");
  EXPECT_EQ(figure.until_date(), "2025-01-01");
  EXPECT_EQ(figure.provenance().document(), draft.value.document());

  const auto again = Accept(draft.value);
  ASSERT_TRUE(FailsWith(again, grpc::ABORTED, "ETAG_MISMATCH"));
  request.set_request_id(NewRequestId());
  const auto accepted_again = Accept(client_.Call(&Intake::ParseDocument, request).value);
  ASSERT_TRUE(IsOk(accepted_again));
  EXPECT_EQ(CountsOf(accepted_again.value, intake::v1::ELEMENT_KIND_INDICATOR), "0 2 0");
  EXPECT_EQ(CountsOf(accepted_again.value, intake::v1::ELEMENT_KIND_TARGET), "0 3 0");
  EXPECT_EQ(CountsOf(accepted_again.value, intake::v1::ELEMENT_KIND_MEASUREMENT), "0 1 0");
  for (const auto& [name, target] : Everything<indicator::v1::Target>(&Indicators::ListTargets)) {
    EXPECT_EQ(target.etag(), targets.at(name).etag());
  }
}

// The answer to an acceptance may be lost on its way; the call is then made again as it was.
TEST_F(IntakeServiceTest, ARepeatedAcceptanceGetsTheStoredAnswer) {
  const auto draft = Parse(Demonstration("zevenaar-voortgangsrapportage-1-2022.txt"));
  intake::v1::AcceptDraftRequest request;
  request.set_name(draft.value.name());
  request.set_etag(draft.value.etag());
  request.set_request_id(NewRequestId());
  const auto first = client_.Call(&Intake::AcceptDraft, request);
  ASSERT_TRUE(IsOk(first));
  const auto second = client_.Call(&Intake::AcceptDraft, request);
  ASSERT_TRUE(IsOk(second));
  EXPECT_EQ(second.value.SerializeAsString(), first.value.SerializeAsString());
}

TEST_F(IntakeServiceTest, ARenamedActivityIsStillFound) {
  const std::string text = Demonstration("zevenaar-voortgangsrapportage-1-2022.txt");
  ASSERT_TRUE(IsOk(Accept(Parse(text).value)));
  catalogue::v1::ListActivitiesRequest list;
  list.set_parent(OwnerName("GM0299"));
  const auto activities = client_.Call(&Catalogue::ListActivities, list);
  catalogue::v1::UpdateActivityRequest rename;
  rename.mutable_activity()->set_name(activities.value.activities(3).name());
  rename.mutable_activity()->set_display_name("Een heel andere titel");
  rename.mutable_update_mask()->add_paths("display_name");
  rename.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::UpdateActivity, rename)));
  ASSERT_TRUE(IsOk(Accept(Parse(text).value)));
  EXPECT_THAT(client_.Call(&Catalogue::ListActivities, list).value.activities(), SizeIs(16));
}

TEST_F(IntakeServiceTest, TheOwnersOwnMappingWins) {
  auto mapping = CreateMapping(OwnerName("GM0299"), "klaar", "gerealiseerd", progress::v1::STATUS_STOPPED);
  ASSERT_TRUE(IsOk(client_.Call(&Progress::CreateStatusMapping, mapping)));
  const auto accepted = Accept(Parse(Demonstration("zevenaar-voortgangsrapportage-1-2022.txt")).value);
  ASSERT_TRUE(IsOk(accepted));
  progress::v1::ListStatusReportsRequest reports;
  reports.set_parent(accepted.value.cycle());
  reports.set_page_size(1000);
  int stopped = 0;
  const auto listed = client_.Call(&Progress::ListStatusReports, reports);
  for (const auto& report : listed.value.status_reports()) {
    stopped += report.status() == progress::v1::STATUS_STOPPED ? 1 : 0;
  }
  EXPECT_EQ(stopped, 1);
}

TEST_F(IntakeServiceTest, ValidateOnlyKeepsNothing) {
  auto request = ParseRequest(Demonstration("zevenaar-voortgangsrapportage-1-2022.txt"));
  request.set_validate_only(true);
  const auto draft = client_.Call(&Intake::ParseDocument, request);
  ASSERT_TRUE(IsOk(draft));
  EXPECT_THAT(draft.value.parsed().activities(), SizeIs(16));
  EXPECT_EQ(Drafts(), 0);
}

TEST_F(IntakeServiceTest, BadDocumentsAreRefusedAndLeaveNothing) {
  EXPECT_TRUE(FailsWith(Parse(" \n\t\n"), grpc::INVALID_ARGUMENT, "DOCUMENT_EMPTY"));
  EXPECT_TRUE(FailsWith(Parse(std::string("a\0b\x01\x02", 5)), grpc::INVALID_ARGUMENT, "DOCUMENT_BINARY"));
  EXPECT_TRUE(FailsWith(Parse("caf\xe9 is geen UTF-8"), grpc::INVALID_ARGUMENT, "DOCUMENT_NOT_UTF8"));
  EXPECT_TRUE(FailsWith(Parse(std::string((16 << 20) + 1, 'a')), grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
  auto request = ParseRequest("Beleid");
  request.set_municipality("GM9999");
  EXPECT_TRUE(FailsWith(client_.Call(&Intake::ParseDocument, request), grpc::INVALID_ARGUMENT, "MUNICIPALITY_UNKNOWN"));
  request = ParseRequest("Beleid");
  request.set_profile("bestaat-niet");
  EXPECT_TRUE(FailsWith(client_.Call(&Intake::ParseDocument, request), grpc::INVALID_ARGUMENT, "PROFILE_UNKNOWN"));
  EXPECT_EQ(Drafts(), 0);
}

TEST_F(IntakeServiceTest, ADocumentOfAnotherMunicipalityNeedsTheOwnerToBeStated) {
  const std::string text = Demonstration("hulst-voortgang-programma-06.txt");
  EXPECT_TRUE(FailsWith(Parse(text), grpc::INVALID_ARGUMENT, "MUNICIPALITY_DIFFERS"));
  auto request = ParseRequest(text);
  request.set_municipality("GM0299");
  EXPECT_TRUE(IsOk(client_.Call(&Intake::ParseDocument, request)));
}

TEST_F(IntakeServiceTest, AcceptanceNeedsTheCurrentEtag) {
  intake::v1::Draft draft = Parse(Demonstration("zevenaar-voortgangsrapportage-1-2022.txt")).value;
  draft.set_etag("\"v9\"");
  EXPECT_TRUE(FailsWith(Accept(draft), grpc::ABORTED, "ETAG_MISMATCH"));
}

// Who may accept in intake but not write in progress leaves the draft as it was.
TEST_F(IntakeServiceTest, AControllerCanNotAccept) {
  const auto draft = Parse(Demonstration("zevenaar-voortgangsrapportage-1-2022.txt"));
  client_ = Client(suite_.channel(), suite_.Token({{"GM0299", {"controller"}}}));
  EXPECT_TRUE(FailsWith(Accept(draft.value), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
}

}  // namespace
}  // namespace regiokompas::test
