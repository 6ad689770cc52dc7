#include "services/progress/progress_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/hash.h"
#include "regiokompas/progress/v1/reporting_cycle.pb.h"

namespace regiokompas::progress {
namespace {

using testing::HasSubstr;

const StatusWords kWords = {{"op schema", v1::STATUS_ON_TRACK}, {"vertraagd", v1::STATUS_AT_RISK}};

std::string First(const v1::StatusReport& report) {
  errors::Violations violations;
  CheckReport(report, violations);
  return std::string(violations.ToStatus().message());
}

TEST(ProgressRulesTest, WordsAreComparedWithoutCaseAndBlanks) {
  EXPECT_EQ(FoldedText("  Op\t SCHEMA\n"), "op schema");
  EXPECT_EQ(FoldedText(""), "");
}

TEST(ProgressRulesTest, OnlyReportsWithWordsAreMapped) {
  v1::StatusReport report;
  report.set_status(v1::STATUS_ON_TRACK);
  EXPECT_FALSE(PrepareMapping(nullptr, report));
  report.add_earlier_statuses()->set_label("Op schema");
  EXPECT_TRUE(PrepareMapping(nullptr, report));
}

TEST(ProgressRulesTest, AnUpdateMapsOnlyWhatItChanges) {
  v1::StatusReport before;
  before.set_status_label("Op schema");
  before.set_status(v1::STATUS_ON_TRACK);
  v1::StatusReport after = before;
  after.set_explanation("Anders");
  EXPECT_FALSE(PrepareMapping(&before, after)) << "an old word keeps the meaning of its day";
  after.set_status_label("Klaar");
  EXPECT_TRUE(PrepareMapping(&before, after));
  EXPECT_EQ(after.status(), v1::STATUS_UNSPECIFIED) << "the status of the word before does not stay";
}

TEST(ProgressRulesTest, ImportedReportsStandInImportedCycles) {
  v1::StatusReport report;
  EXPECT_TRUE(CheckOrigin(report, false).ok());
  EXPECT_FALSE(CheckOrigin(report, true).ok());
  report.set_imported(true);
  EXPECT_FALSE(CheckOrigin(report, true).ok()) << "an imported report says from which document";
  report.mutable_provenance()->set_sha256("aa");
  EXPECT_TRUE(CheckOrigin(report, true).ok());
  EXPECT_FALSE(CheckOrigin(report, false).ok());
}

TEST(ProgressRulesTest, EveryWordIsMapped) {
  v1::StatusReport report;
  report.set_status_label("Vertraagd");
  report.add_earlier_statuses()->set_label("OP SCHEMA");
  report.add_earlier_statuses()->set_moment("zonder woord");
  ASSERT_TRUE(MapStatuses(kWords, report).ok());
  EXPECT_EQ(report.status(), v1::STATUS_AT_RISK);
  EXPECT_EQ(report.earlier_statuses(0).status(), v1::STATUS_ON_TRACK);
  EXPECT_EQ(report.earlier_statuses(1).status(), v1::STATUS_UNSPECIFIED);
}

TEST(ProgressRulesTest, AnUnknownWordIsNamed) {
  v1::StatusReport report;
  report.set_status_label("Vertraagd");
  report.add_earlier_statuses()->set_label("Loopt lekker");
  const absl::Status status = MapStatuses(kWords, report);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(errors::ReasonOf(status), "STATUS_WORD_UNMAPPED");
  EXPECT_THAT(errors::DutchOf(status), HasSubstr("Loopt lekker"));
}

TEST(ProgressRulesTest, AStatusDoesNotContradictItsWord) {
  v1::StatusReport report;
  report.set_status_label("Vertraagd");
  report.set_status(v1::STATUS_AT_RISK);
  EXPECT_TRUE(MapStatuses(kWords, report).ok());
  report.set_status(v1::STATUS_REALISED);
  EXPECT_EQ(MapStatuses(kWords, report).code(), absl::StatusCode::kInvalidArgument);
}

TEST(ProgressRulesTest, OnlyOffGreenNeedsAReason) {
  for (int number = v1::Status_MIN; number <= v1::Status_MAX; ++number) {
    v1::StatusReport report;
    report.set_subject("owners/GM0677/activities/activiteit-1");
    report.set_status(static_cast<v1::Status>(number));
    const bool off_green = number == v1::STATUS_AT_RISK || number == v1::STATUS_OFF_TRACK;
    const bool refused = number == v1::STATUS_UNSPECIFIED || number == v1::STATUS_NOT_PRINTED || off_green;
    EXPECT_EQ(!First(report).empty(), refused) << v1::Status_Name(number);
    report.set_imported(true);
    EXPECT_EQ(!First(report).empty(), number == v1::STATUS_UNSPECIFIED) << v1::Status_Name(number);
    if (!off_green) continue;
    report.set_imported(false);
    report.set_explanation("Ziekte");
    EXPECT_THAT(First(report), HasSubstr("corrective_actions"));
    report.set_no_action_needed(true);
    EXPECT_EQ(First(report), "");
  }
}

TEST(ProgressRulesTest, FirstStates) {
  v1::ReportingCycle cycle;
  StartCycle(cycle);
  EXPECT_EQ(cycle.state(), v1::REPORTING_CYCLE_STATE_OPEN);
  cycle.set_imported(true);
  StartCycle(cycle);
  EXPECT_EQ(cycle.state(), v1::REPORTING_CYCLE_STATE_PUBLISHED);
  v1::StatusReport report;
  StartReport(report);
  EXPECT_EQ(report.state(), v1::STATUS_REPORT_STATE_DRAFT);
  report.set_imported(true);
  StartReport(report);
  EXPECT_EQ(report.state(), v1::STATUS_REPORT_STATE_REVIEWED);
}

}  // namespace
}  // namespace regiokompas::progress
