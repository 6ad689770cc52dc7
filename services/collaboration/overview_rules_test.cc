#include "services/collaboration/overview_rules.h"

#include <gtest/gtest.h>

namespace regiokompas::collaboration {
namespace {

constexpr char kToday[] = "2026-01-15";

void Report(MemberAnswers& answers, const std::string& subject, progress::v1::Status status) {
  auto* report = answers.progress.summary.add_statuses();
  report->set_subject(subject);
  report->set_status(status);
}

// Three activities, of which two are reported on.
MemberAnswers AllShown() {
  MemberAnswers answers;
  answers.catalogue.code = absl::StatusCode::kOk;
  answers.catalogue.summary.set_revision(7);
  answers.catalogue.summary.add_frameworks("owners/GM0677/frameworks/kader-1");
  for (const char* id : {"a1", "a2", "a3"}) {
    answers.catalogue.summary.add_activities(std::string("owners/GM0677/activities/") + id);
  }
  answers.progress.code = absl::StatusCode::kOk;
  answers.progress.summary.set_revision(8);
  answers.progress.summary.set_reference_date("2025-12-31");
  answers.progress.summary.add_cycles("owners/GM0677/cycles/vgr-1");
  Report(answers, "owners/GM0677/activities/a1", progress::v1::STATUS_ON_TRACK);
  Report(answers, "owners/GM0677/activities/a2", progress::v1::STATUS_NOT_PRINTED);
  answers.indicator.code = absl::StatusCode::kOk;
  answers.indicator.summary.set_revision(9);
  answers.indicator.summary.set_targets(5);
  answers.indicator.summary.set_targets_with_value(4);
  return answers;
}

v1::RegionalOverviewMember Filled(const MemberAnswers& answers) {
  v1::RegionalOverviewMember member;
  FillMember(answers, kToday, member);
  return member;
}

TEST(OverviewRulesTest, CountsWhatIsShared) {
  const v1::RegionalOverviewMember member = Filled(AllShown());
  EXPECT_EQ(member.state(), v1::OVERVIEW_STATE_SHOWN);
  EXPECT_EQ(member.catalogue().frameworks(), 1);
  EXPECT_EQ(member.catalogue().activities(), 3);
  EXPECT_EQ(member.catalogue().revision(), 7);
  EXPECT_EQ(member.catalogue().reference_date(), kToday);
  EXPECT_EQ(member.progress().statuses().on_track(), 1);
  EXPECT_EQ(member.progress().statuses().not_printed(), 1);
  EXPECT_EQ(member.progress().activities_without_report(), 1);
  EXPECT_EQ(member.progress().reference_date(), "2025-12-31");
  EXPECT_EQ(member.progress().revision(), 8);
  EXPECT_EQ(member.indicator().targets_with_value(), 4);
  EXPECT_EQ(member.indicator().revision(), 9);
}

TEST(OverviewRulesTest, ReportsOnGoalsAreNotCounted) {
  MemberAnswers answers = AllShown();
  Report(answers, "owners/GM0677/frameworks/kader-1/goals/doel-1", progress::v1::STATUS_STOPPED);
  EXPECT_EQ(Filled(answers).progress().statuses().stopped(), 0);
}

// What one service says does not depend on whether another one answers.
TEST(OverviewRulesTest, StatusesAreTheSameWithoutTheCatalogue) {
  MemberAnswers answers = AllShown();
  Report(answers, "owners/GM0677/activities/niet-gedeeld", progress::v1::STATUS_STOPPED);
  const v1::RegionalOverviewMember with = Filled(answers);
  EXPECT_EQ(with.progress().statuses().stopped(), 1);
  EXPECT_EQ(with.progress().activities_without_report(), 1);
  for (const absl::StatusCode code : {absl::StatusCode::kUnavailable, absl::StatusCode::kPermissionDenied}) {
    answers.catalogue = {};
    answers.catalogue.code = code;
    const v1::RegionalOverviewMember without = Filled(answers);
    EXPECT_EQ(without.progress().statuses().SerializeAsString(), with.progress().statuses().SerializeAsString());
    EXPECT_FALSE(without.progress().has_activities_without_report()) << "it is not known";
  }
}

TEST(OverviewRulesTest, AnActivityInTwoCyclesOfADayCountsOnce) {
  MemberAnswers answers = AllShown();
  Report(answers, "owners/GM0677/activities/a1", progress::v1::STATUS_OFF_TRACK);
  const v1::RegionalOverviewMember member = Filled(answers);
  EXPECT_EQ(member.progress().statuses().on_track(), 1);
  EXPECT_EQ(member.progress().statuses().off_track(), 0);
}

TEST(OverviewRulesTest, WithoutACycleAllActivitiesAreWithoutReport) {
  MemberAnswers answers = AllShown();
  answers.progress.summary.Clear();
  const v1::RegionalOverviewMember member = Filled(answers);
  EXPECT_EQ(member.state(), v1::OVERVIEW_STATE_NO_REPORT);
  EXPECT_EQ(member.progress().state(), v1::OVERVIEW_STATE_NO_REPORT);
  EXPECT_EQ(member.progress().activities_without_report(), 3);
}

TEST(OverviewRulesTest, StatesOfAMember) {
  using Code = absl::StatusCode;
  const struct {
    Code catalogue, progress, indicator;
    v1::OverviewState state;
  } cases[] = {
      {Code::kPermissionDenied, Code::kPermissionDenied, Code::kPermissionDenied, v1::OVERVIEW_STATE_NOT_SHARED},
      {Code::kPermissionDenied, Code::kUnavailable, Code::kPermissionDenied, v1::OVERVIEW_STATE_UNAVAILABLE},
      {Code::kDeadlineExceeded, Code::kInternal, Code::kUnavailable, v1::OVERVIEW_STATE_UNAVAILABLE},
      {Code::kPermissionDenied, Code::kUnavailable, Code::kOk, v1::OVERVIEW_STATE_SHOWN},
      {Code::kOk, Code::kPermissionDenied, Code::kPermissionDenied, v1::OVERVIEW_STATE_SHOWN},
  };
  for (const auto& test : cases) {
    MemberAnswers answers = AllShown();
    answers.catalogue.code = test.catalogue;
    answers.progress.code = test.progress;
    answers.indicator.code = test.indicator;
    EXPECT_EQ(Filled(answers).state(), test.state);
  }
}

// Nothing of a part that is not shown gets into a figure.
TEST(OverviewRulesTest, TheCoverageSumsWhatIsShown) {
  v1::RegionalCoverage coverage;
  AddToCoverage(Filled(AllShown()), coverage);
  MemberAnswers partly = AllShown();
  partly.progress.code = absl::StatusCode::kUnavailable;
  AddToCoverage(Filled(partly), coverage);
  AddToCoverage(Filled(MemberAnswers()), coverage);
  MemberAnswers nothing;
  nothing.catalogue.code = nothing.progress.code = nothing.indicator.code = absl::StatusCode::kPermissionDenied;
  AddToCoverage(Filled(nothing), coverage);
  EXPECT_EQ(coverage.members(), 4);
  EXPECT_EQ(coverage.members_shown(), 2);
  EXPECT_EQ(coverage.members_unavailable(), 1);
  EXPECT_EQ(coverage.members_not_shared(), 1);
  EXPECT_EQ(coverage.catalogue_members(), 2);
  EXPECT_EQ(coverage.activities(), 6);
  EXPECT_EQ(coverage.progress_members(), 1);
  EXPECT_EQ(coverage.statuses().on_track(), 1);
  EXPECT_EQ(coverage.statuses().not_printed(), 1);
  EXPECT_EQ(coverage.activities_without_report(), 1);
  EXPECT_EQ(coverage.targets_with_value(), 8);
}

}  // namespace
}  // namespace regiokompas::collaboration
