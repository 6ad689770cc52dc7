// Documents in, drafts out, accepted into catalogue and progress: over gRPC against a running suite.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/intake/v1/intake_service.grpc.pb.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "tests/support/builders.h"
#include "tests/support/client.h"
#include "tests/support/test_suite.h"

namespace regiokompas::test {
namespace {

using testing::SizeIs;
using Catalogue = catalogue::v1::CatalogueService::Stub;
using Intake = intake::v1::IntakeService::Stub;
using Progress = progress::v1::ProgressService::Stub;

std::string Demonstration(const std::string& name) {
  std::stringstream text;
  text << std::ifstream(std::string(REGIOKOMPAS_SOURCE_DIR) + "/deploy/demo/" + name).rdbuf();
  return text.str();
}

class IntakeServiceTest : public testing::Test {
 protected:
  IntakeServiceTest() : client_(suite_.channel(), suite_.Officer("GM0299")) {}

  static intake::v1::ParseDocumentRequest ParseRequest(const std::string& content,
                                                       const std::string& owner = "GM0299") {
    intake::v1::ParseDocumentRequest request;
    request.set_parent(OwnerName(owner));
    request.set_content(content);
    request.set_file_name("document.txt");
    request.set_request_id(NewRequestId());
    return request;
  }

  Answer<intake::v1::Draft> Parse(const std::string& content) {
    return client_.Call(&Intake::ParseDocument, ParseRequest(content));
  }

  Answer<intake::v1::AcceptDraftResponse> Accept(const intake::v1::Draft& draft) {
    intake::v1::AcceptDraftRequest request;
    request.set_name(draft.name());
    request.set_etag(draft.etag());
    request.set_request_id(NewRequestId());
    return client_.Call(&Intake::AcceptDraft, request);
  }

  int Drafts() {
    intake::v1::ListDraftsRequest request;
    request.set_parent(OwnerName("GM0299"));
    return client_.Call(&Intake::ListDrafts, request).value.drafts_size();
  }

  TestSuite suite_;
  Client client_;
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
