// What progress adds to what all resources have in common (tests/conformance).
#include "tests/conformance/conformance.h"

namespace regiokompas::test {
namespace {

using progress::v1::StatusReport;
using testing::ElementsAre;

constexpr char kActivity[] = "owners/GM0677/activities/activiteit-1";

class ProgressServiceTest : public ConformanceTest {
 protected:
  std::string MakeCycle(bool imported = false) {
    auto request = CreateCycle("owners/GM0677", "vgr-1");
    request.mutable_reporting_cycle()->set_imported(imported);
    if (imported) request.mutable_reporting_cycle()->mutable_provenance()->set_sha256(std::string(64, 'a'));
    const auto answer = client_.Call(&Progress::CreateReportingCycle, request);
    EXPECT_TRUE(IsOk(answer));
    return answer.value.name();
  }

  Answer<progress::v1::BatchCreateStatusReportsResponse> Report(const std::vector<StatusReport>& reports) {
    return client_.Call(&Progress::BatchCreateStatusReports, BatchOfReports("owners/GM0677/cycles/vgr-1", reports));
  }

  Answer<progress::v1::StatusMapping> Map(const std::string& label, progress::v1::Status status,
                                          const std::string& id = "woorden-1") {
    return client_.Call(&Progress::CreateStatusMapping, CreateMapping("owners/GM0677", id, label, status));
  }

  // A report with the word that its source prints and no canonical status.
  static StatusReport Worded(const std::string& word) {
    StatusReport report = AReport(kActivity);
    report.clear_status();
    report.set_status_label(word);
    return report;
  }
};

TEST_F(ProgressServiceTest, ACycleStartsOpenUnlessItWasRead) {
  auto request = CreateCycle("owners/GM0677", "vgr-1");
  request.mutable_reporting_cycle()->set_state(progress::v1::REPORTING_CYCLE_STATE_ADOPTED);
  EXPECT_EQ(client_.Call(&Progress::CreateReportingCycle, request).value.state(),
            progress::v1::REPORTING_CYCLE_STATE_OPEN);
  request = CreateCycle("owners/GM0677", "vgr-2");
  request.mutable_reporting_cycle()->set_imported(true);
  request.mutable_reporting_cycle()->mutable_provenance()->set_sha256(std::string(64, 'a'));
  EXPECT_EQ(client_.Call(&Progress::CreateReportingCycle, request).value.state(),
            progress::v1::REPORTING_CYCLE_STATE_PUBLISHED);
  request = CreateCycle("owners/GM0677", "vgr-3");
  request.mutable_reporting_cycle()->set_fiscal_year(26);
  EXPECT_THAT(client_.Call(&Progress::CreateReportingCycle, request).violations(), ElementsAre("fiscal_year BAD_YEAR"));
}

TEST_F(ProgressServiceTest, AReportThatIsWrittenHereStartsAsADraft) {
  MakeCycle();
  const auto answer = Report({AReport(kActivity)});
  ASSERT_TRUE(IsOk(answer));
  EXPECT_EQ(answer.value.status_reports(0).state(), progress::v1::STATUS_REPORT_STATE_DRAFT);
  EXPECT_EQ(answer.value.status_reports(0).aspect_reports(0).text(), AReport(kActivity).aspect_reports(0).text());
}

// Who writes a report can not skip the review by calling it imported.
TEST_F(ProgressServiceTest, AReportIsImportedWhenItsCycleIs) {
  MakeCycle();
  StatusReport imported = AReport(kActivity);
  imported.set_imported(true);
  EXPECT_THAT(Report({imported}).violations(), testing::Contains("imported OTHER_ORIGIN"));
}

TEST_F(ProgressServiceTest, ASubjectIsAnActivityOrAGoal) {
  MakeCycle();
  StatusReport report = AReport(kActivity);
  report.set_subject("owners/GM0677/cycles/cyclus-1");
  EXPECT_THAT(Report({report}).violations(), ElementsAre("subject BAD_SUBJECT"));
}

TEST_F(ProgressServiceTest, AnUpdateOfTheWordMapsItAndOthersLeaveItAlone) {
  MakeCycle();
  ASSERT_TRUE(IsOk(Map("Op schema", progress::v1::STATUS_ON_TRACK)));
  ASSERT_TRUE(IsOk(Map("Klaar", progress::v1::STATUS_REALISED, "woorden-2")));
  const auto created = Report({Worded("Op schema")});
  ASSERT_TRUE(IsOk(created));

  progress::v1::UpdateStatusReportRequest update;
  update.mutable_status_report()->set_name(created.value.status_reports(0).name());
  update.mutable_status_report()->set_status_label("Klaar");
  update.mutable_update_mask()->add_paths("status_label");
  update.set_request_id(NewRequestId());
  const auto updated = client_.Call(&Progress::UpdateStatusReport, update);
  ASSERT_TRUE(IsOk(updated));
  EXPECT_EQ(updated.value.status(), progress::v1::STATUS_REALISED);

  progress::v1::UpdateStatusMappingRequest mapping;
  mapping.mutable_status_mapping()->set_name("owners/GM0677/mappings/woorden-2");
  mapping.mutable_status_mapping()->add_labels("Klaar");
  mapping.mutable_status_mapping()->set_status(progress::v1::STATUS_STOPPED);
  mapping.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(client_.Call(&Progress::UpdateStatusMapping, mapping)));
  update.mutable_status_report()->set_forecast("Volgend jaar");
  update.mutable_update_mask()->Clear();
  update.mutable_update_mask()->add_paths("forecast");
  update.set_request_id(NewRequestId());
  const auto later = client_.Call(&Progress::UpdateStatusReport, update);
  ASSERT_TRUE(IsOk(later));
  EXPECT_EQ(later.value.status(), progress::v1::STATUS_REALISED) << "the meaning of its day stays";
}

TEST_F(ProgressServiceTest, AReportNeedsItsCycle) {
  EXPECT_TRUE(FailsWith(Report({AReport(kActivity)}), grpc::FAILED_PRECONDITION, "REFERENCE_MISSING"));
}

TEST_F(ProgressServiceTest, ASubjectIsReportedOnOncePerCycle) {
  MakeCycle();
  const auto answer = Report({AReport(kActivity), AReport(kActivity)});
  EXPECT_TRUE(FailsWith(answer, grpc::ALREADY_EXISTS, "RESOURCE_DUPLICATE"));
  EXPECT_TRUE(IsOk(Report({AReport(kActivity), AReport("owners/GM0677/frameworks/beleidskader-1/goals/doel-1")})));
}

TEST_F(ProgressServiceTest, AWordThatIsNotMappedIsAnErrorAndNotAGuess) {
  MakeCycle();
  const auto answer = Report({Worded("Op schema")});
  EXPECT_TRUE(FailsWith(answer, grpc::FAILED_PRECONDITION, "STATUS_WORD_UNMAPPED"));
  EXPECT_EQ(answer.error_info().metadata().at("word"), "Op schema");
  progress::v1::ListStatusReportsRequest list;
  list.set_parent("owners/GM0677/cycles/vgr-1");
  EXPECT_EQ(client_.Call(&Progress::ListStatusReports, list).value.status_reports_size(), 0);
}

TEST_F(ProgressServiceTest, AWordIsMappedByItsOwnersTable) {
  MakeCycle();
  ASSERT_TRUE(IsOk(Map("Op schema", progress::v1::STATUS_ON_TRACK)));
  StatusReport report = Worded("  op   SCHEMA ");
  auto* earlier = report.add_earlier_statuses();
  earlier->set_moment("2e VGR 2025");
  earlier->set_label("Op schema");
  const auto answer = Report({report});
  ASSERT_TRUE(IsOk(answer));
  EXPECT_EQ(answer.value.status_reports(0).status(), progress::v1::STATUS_ON_TRACK);
  EXPECT_EQ(answer.value.status_reports(0).status_label(), "  op   SCHEMA ") << "the printed word stays beside it";
  EXPECT_EQ(answer.value.status_reports(0).earlier_statuses(0).status(), progress::v1::STATUS_ON_TRACK);
}

TEST_F(ProgressServiceTest, AnotherOwnersTableDoesNotCount) {
  MakeCycle();
  ASSERT_TRUE(IsOk(ClientOf(kOtherOwner)
                       .Call(&Progress::CreateStatusMapping,
                             CreateMapping("owners/GM0299", "woorden-1", "Op schema", progress::v1::STATUS_ON_TRACK))));
  EXPECT_TRUE(FailsWith(Report({Worded("Op schema")}), grpc::FAILED_PRECONDITION, "STATUS_WORD_UNMAPPED"));
}

TEST_F(ProgressServiceTest, AWordHasOneMeaning) {
  ASSERT_TRUE(IsOk(Map("Op schema", progress::v1::STATUS_ON_TRACK)));
  const auto answer = Map("OP SCHEMA", progress::v1::STATUS_AT_RISK, "woorden-2");
  EXPECT_TRUE(FailsWith(answer, grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
  EXPECT_THAT(answer.violations(), ElementsAre("labels[0] WORD_TAKEN"));
}

TEST_F(ProgressServiceTest, AStatusThatContradictsItsWordIsRefused) {
  MakeCycle();
  ASSERT_TRUE(IsOk(Map("Op schema", progress::v1::STATUS_ON_TRACK)));
  StatusReport report = Worded("Op schema");
  report.set_status(progress::v1::STATUS_REALISED);
  EXPECT_THAT(Report({report}).violations(), ElementsAre("status STATUS_CONTRADICTS_LABEL"));
}

TEST_F(ProgressServiceTest, AMappingThatChangesHoldsForNewReports) {
  MakeCycle();
  ASSERT_TRUE(IsOk(Map("Loopt", progress::v1::STATUS_ON_TRACK)));
  progress::v1::UpdateStatusMappingRequest update;
  update.mutable_status_mapping()->set_name("owners/GM0677/mappings/woorden-1");
  update.mutable_status_mapping()->add_labels("Gereed");
  update.mutable_status_mapping()->set_status(progress::v1::STATUS_REALISED);
  update.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(client_.Call(&Progress::UpdateStatusMapping, update)));
  EXPECT_TRUE(FailsWith(Report({Worded("Loopt")}), grpc::FAILED_PRECONDITION, "STATUS_WORD_UNMAPPED"));
  const auto answer = Report({Worded("gereed")});
  ASSERT_TRUE(IsOk(answer));
  EXPECT_EQ(answer.value.status_reports(0).status(), progress::v1::STATUS_REALISED);
}

TEST_F(ProgressServiceTest, OffGreenNeedsAReasonAndAnAction) {
  MakeCycle();
  for (const auto status : {progress::v1::STATUS_AT_RISK, progress::v1::STATUS_OFF_TRACK}) {
    StatusReport report = AReport(kActivity);
    report.set_status(status);
    report.clear_explanation();
    EXPECT_THAT(Report({report}).violations(),
                ElementsAre("corrective_actions ACTION_NEEDED", "explanation REASON_NEEDED"));
  }
  StatusReport report = AReport(kActivity);
  report.set_status(progress::v1::STATUS_AT_RISK);
  StatusReport other = report;
  report.add_corrective_actions()->set_text("Extra gesprek");
  other.set_subject("owners/GM0677/activities/activiteit-2");
  other.set_no_action_needed(true);
  EXPECT_TRUE(IsOk(Report({report, other})));
}

TEST_F(ProgressServiceTest, ImportedReportsAreTakenAsTheyWerePrinted) {
  MakeCycle(/*imported=*/true);
  StatusReport report;
  report.set_subject(kActivity);
  report.set_status(progress::v1::STATUS_OFF_TRACK);
  report.set_imported(true);
  report.mutable_provenance()->set_sha256(std::string(64, 'a'));
  const auto answer = Report({report});
  ASSERT_TRUE(IsOk(answer));
  EXPECT_EQ(answer.value.status_reports(0).state(), progress::v1::STATUS_REPORT_STATE_REVIEWED);
}

TEST_F(ProgressServiceTest, NotPrintedIsForImportedReportsOnly) {
  MakeCycle();
  StatusReport report = AReport(kActivity);
  report.set_status(progress::v1::STATUS_NOT_PRINTED);
  EXPECT_THAT(Report({report}).violations(), ElementsAre("status IMPORTED_ONLY"));
}

TEST_F(ProgressServiceTest, AReportNeedsAStatus) {
  MakeCycle();
  StatusReport report = AReport(kActivity);
  report.clear_status();
  EXPECT_THAT(Report({report}).violations(), ElementsAre("status REQUIRED"));
}

TEST_F(ProgressServiceTest, AnUpdateKeepsTheRulesAndTheSubject) {
  MakeCycle();
  const auto created = Report({AReport(kActivity)});
  ASSERT_TRUE(IsOk(created));
  progress::v1::UpdateStatusReportRequest request;
  *request.mutable_status_report() = created.value.status_reports(0);
  request.mutable_status_report()->set_status(progress::v1::STATUS_OFF_TRACK);
  request.set_request_id(NewRequestId());
  EXPECT_THAT(client_.Call(&Progress::UpdateStatusReport, request).violations(),
              ElementsAre("corrective_actions ACTION_NEEDED"));
  request.mutable_status_report()->set_no_action_needed(true);
  request.mutable_status_report()->set_subject("owners/GM0677/activities/activiteit-2");
  request.set_request_id(NewRequestId());
  const auto updated = client_.Call(&Progress::UpdateStatusReport, request);
  ASSERT_TRUE(IsOk(updated));
  EXPECT_EQ(updated.value.status(), progress::v1::STATUS_OFF_TRACK);
  EXPECT_EQ(updated.value.subject(), kActivity);

  request.mutable_update_mask()->add_paths("subject");
  request.clear_request_id();
  request.set_request_id(NewRequestId());
  request.mutable_status_report()->set_etag(updated.value.etag());
  EXPECT_THAT(client_.Call(&Progress::UpdateStatusReport, request).violations(),
              ElementsAre("update_mask UNKNOWN_PATH"));
}

}  // namespace
}  // namespace regiokompas::test
