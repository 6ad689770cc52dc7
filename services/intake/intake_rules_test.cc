#include "services/intake/intake_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "common/base/errors.h"
#include "google/protobuf/text_format.h"

namespace regiokompas::intake {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kDocument[] = "owners/GM0677/documents/d-1";

v1::ParsedDocument Parsed(const std::string& text) {
  v1::ParsedDocument parsed;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &parsed));
  return parsed;
}

Plan PlanOf(const v1::ParsedDocument& parsed, const KnownIds& frameworks = {}, const KnownIds& activities = {}) {
  absl::StatusOr<Plan> plan = PlanAcceptance(parsed, "GM0677", kDocument, frameworks, activities, {});
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

const char* const kReport = R"(
  source { title: "Programma Zorg" document_kind: DOCUMENT_KIND_PROGRESS_REPORT fiscal_years: 2022 sha256: "aa" }
  goals { id: "g1" kind: GOAL_KIND_THEME code: "6.1" title: "Meedoen" line: 3 }
  goals { id: "g2" parent_id: "g1" kind: GOAL_KIND_OBJECTIVE title: "Minder schulden" progress: "Loopt." line: 4 }
  activities {
    id: "a1" code: "6.1.1" title: "Schulden eerder zien" goal_ids: "g2" result_refs: "1.c" line: 9
    aspects { kind: ASPECT_KIND_APPROACH label: "Aanpak" plan: "We bellen aan." progress: "We belden aan." }
    statuses { moment: "2021" label: "Op koers" status: STATUS_ON_TRACK }
    statuses { moment: "1e VGR" label: "Klaar" status: STATUS_REALISED }
    amounts { cents: 600000 high_cents: 800000 per_year: true text: "6.000 tot 8.000 per jaar" line: 11 }
    council_proposal: "Geen."
  }
  activities { id: "a2" title: "Zonder doel" line: 20 }
  milestones { subject_id: "a1" text: "Eind 2022" date: "2022" line: 10 }
  milestones { subject_id: "g1" text: "Later" date: "2023" line: 5 }
  sections { heading: "Inleiding" text: "Tekst." first_line: 1 last_line: 2 }
)";

TEST(PlanAcceptanceTest, AReportBecomesFrameworkActivitiesAndReports) {
  const Plan plan = PlanOf(Parsed(kReport));

  ASSERT_THAT(plan.frameworks, SizeIs(1));
  const auto& framework = plan.frameworks[0].resource;
  EXPECT_EQ(framework.name(), "owners/GM0677/frameworks/programma-zorg-2022");
  EXPECT_EQ(framework.kind(), catalogue::v1::FRAMEWORK_KIND_PROGRESS_REPORT);
  EXPECT_EQ(framework.provenance().document(), kDocument);

  ASSERT_THAT(plan.goals, SizeIs(2));
  EXPECT_EQ(plan.goals[1].parent_goal(), plan.goals[0].name());
  EXPECT_EQ(plan.goals[0].kind(), catalogue::v1::GOAL_KIND_THEME);
  EXPECT_EQ(plan.goals[1].kind(), catalogue::v1::GOAL_KIND_OBJECTIVE);

  ASSERT_THAT(plan.activities, SizeIs(2));
  const auto& activity = plan.activities[0].resource;
  EXPECT_EQ(activity.name(), "owners/GM0677/activities/a6-1-1-schulden-eerder-zien");
  ASSERT_THAT(activity.aspects(), SizeIs(1));
  EXPECT_EQ(activity.aspects(0).plan(), "We bellen aan.");
  ASSERT_THAT(activity.budget_lines(), SizeIs(1));
  EXPECT_EQ(activity.budget_lines(0).amount_cents(), 600000);
  EXPECT_EQ(activity.budget_lines(0).high_cents(), 800000);
  EXPECT_EQ(activity.budget_lines(0).side(), catalogue::v1::BUDGET_SIDE_UNSPECIFIED);
  ASSERT_THAT(activity.milestones(), SizeIs(1));
  EXPECT_EQ(activity.milestones(0).due(), "2022");
  EXPECT_EQ(plan.milestones_not_taken_over, 1);

  // The goal, the citation, and for the activity without a goal the framework alone.
  ASSERT_THAT(plan.contributions, SizeIs(3));
  EXPECT_EQ(plan.contributions[0].goal(), plan.goals[1].name());
  EXPECT_EQ(plan.contributions[1].citation(), "1.c");
  EXPECT_EQ(plan.contributions[2].framework(), framework.name());
  EXPECT_EQ(plan.contributions[2].goal(), "");

  ASSERT_TRUE(plan.cycle.has_value());
  EXPECT_TRUE(plan.cycle->resource.imported());
  ASSERT_THAT(plan.reports, SizeIs(3));
  const auto& report = plan.reports[0];
  EXPECT_EQ(report.subject(), activity.name());
  EXPECT_EQ(report.status_label(), "Klaar");
  // Only progress gives a canonical status to a word.
  EXPECT_EQ(report.status(), progress::v1::STATUS_UNSPECIFIED);
  ASSERT_THAT(report.earlier_statuses(), SizeIs(1));
  EXPECT_EQ(report.earlier_statuses(0).label(), "Op koers");
  EXPECT_EQ(report.aspect_reports(0).text(), "We belden aan.");
  EXPECT_EQ(report.council_proposal().text(), "Geen.");
  EXPECT_EQ(plan.reports[1].status(), progress::v1::STATUS_NOT_PRINTED);
  EXPECT_EQ(plan.reports[2].subject(), plan.goals[1].name());
  EXPECT_EQ(plan.reports[2].explanation(), "Loopt.");

  ASSERT_THAT(plan.mappings, SizeIs(2));
  EXPECT_EQ(plan.mappings[1].labels(0), "Klaar");
  EXPECT_EQ(plan.mappings[1].status(), progress::v1::STATUS_REALISED);
}

TEST(PlanAcceptanceTest, AProgrammeHasNoReports) {
  v1::ParsedDocument parsed = Parsed(kReport);
  parsed.mutable_source()->set_document_kind(v1::DOCUMENT_KIND_IMPLEMENTATION_PROGRAMME);
  const Plan plan = PlanOf(parsed);
  EXPECT_FALSE(plan.cycle.has_value());
  EXPECT_THAT(plan.reports, IsEmpty());
}

TEST(PlanAcceptanceTest, TheSameDocumentFindsItsOwnAgain) {
  const v1::ParsedDocument parsed = Parsed(kReport);
  const Plan first = PlanOf(parsed);
  KnownIds frameworks{{"programma-zorg-2022", {"Programma Zorg", "aa", "document"}}};
  KnownIds activities{{"a6-1-1-schulden-eerder-zien", {"Schulden eerder zien", "aa", "a1"}}};
  const Plan second = PlanOf(parsed, frameworks, activities);
  EXPECT_EQ(second.frameworks[0].outcome, Outcome::kUnchanged);
  EXPECT_EQ(second.frameworks[0].resource.name(), first.frameworks[0].resource.name());
  EXPECT_EQ(second.activities[0].outcome, Outcome::kUnchanged);
  EXPECT_EQ(second.activities[1].outcome, Outcome::kCreate);
}

TEST(PlanAcceptanceTest, AnotherDocumentMergesByTitleAndNumbersTheRest) {
  KnownIds frameworks{{"programma-zorg-2022", {"Programma Zorg", "bb", "document"}}};
  KnownIds same{{"a6-1-1-schulden-eerder-zien", {"Schulden  eerder zien", "bb", "a7"}}};
  const Plan merged = PlanOf(Parsed(kReport), frameworks, same);
  EXPECT_EQ(merged.frameworks[0].resource.name(), "owners/GM0677/frameworks/programma-zorg-2022-2");
  EXPECT_EQ(merged.activities[0].outcome, Outcome::kMerge);

  KnownIds other{{"a6-1-1-schulden-eerder-zien", {"Iets heel anders", "bb", "a7"}}};
  const Plan numbered = PlanOf(Parsed(kReport), {}, other);
  EXPECT_EQ(numbered.activities[0].resource.name(), "owners/GM0677/activities/a6-1-1-schulden-eerder-zien-2");
  EXPECT_EQ(numbered.activities[0].outcome, Outcome::kCreate);
}

TEST(PlanAcceptanceTest, EqualTitlesInOneDocumentStaySeparate) {
  v1::ParsedDocument parsed = Parsed(kReport);
  *parsed.add_activities() = parsed.activities(1);
  parsed.mutable_activities(2)->set_id("a3");
  const Plan plan = PlanOf(parsed);
  std::set<std::string> names;
  for (const auto& planned : plan.activities) names.insert(planned.resource.name());
  EXPECT_THAT(names, SizeIs(3));
}

TEST(PlanAcceptanceTest, ADocumentWithSeveralFrameworksIsDivided) {
  const Plan plan = PlanOf(Parsed(R"(
    source { title: "Programma's" document_kind: DOCUMENT_KIND_IMPLEMENTATION_PROGRAMME sha256: "aa" }
    goals { id: "f0" kind: GOAL_KIND_FRAMEWORK title: "Jeugd. Een zin erbij" line: 2 }
    goals { id: "f1" kind: GOAL_KIND_FRAMEWORK code: "1" title: "Jeugd" line: 10 }
    goals { id: "g1" parent_id: "f1" kind: GOAL_KIND_MAIN_GOAL title: "Weerbaar" line: 11 }
    goals { id: "f2" kind: GOAL_KIND_FRAMEWORK code: "2" title: "Ouderen" line: 30 }
    goals { id: "g2" parent_id: "f2" kind: GOAL_KIND_MAIN_GOAL title: "Vitaal" line: 31 }
    activities { id: "a1" title: "Sporten" goal_ids: "g1" line: 15 }
    activities { id: "a2" title: "Wandelen" line: 40 }
    sections { heading: "Vooraf" text: "x" first_line: 1 last_line: 5 }
    sections { heading: "Over ouderen" text: "y" first_line: 33 last_line: 34 })"));
  ASSERT_THAT(plan.frameworks, SizeIs(3));
  EXPECT_EQ(plan.frameworks[0].resource.display_name(), "Programma's");
  EXPECT_EQ(plan.goals_not_taken_over, 1);
  EXPECT_EQ(plan.contributions[0].framework(), plan.frameworks[1].resource.name());
  EXPECT_EQ(plan.contributions[1].framework(), plan.frameworks[2].resource.name());
  EXPECT_THAT(plan.sections[0].name(), testing::StartsWith(plan.frameworks[0].resource.name() + "/"));
  EXPECT_THAT(plan.sections[1].name(), testing::StartsWith(plan.frameworks[2].resource.name() + "/"));
}

TEST(PlanAcceptanceTest, ParentsComeBeforeChildrenAndALoopEnds) {
  const Plan plan = PlanOf(Parsed(R"(
    source { title: "T" document_kind: DOCUMENT_KIND_POLICY_FRAMEWORK sha256: "aa" }
    goals { id: "g2" parent_id: "g1" kind: GOAL_KIND_FOCUS title: "Kind" line: 2 }
    goals { id: "g1" kind: GOAL_KIND_THEME title: "Ouder" line: 3 }
    goals { id: "g3" parent_id: "g4" kind: GOAL_KIND_FOCUS title: "Lus" line: 4 }
    goals { id: "g4" parent_id: "g3" kind: GOAL_KIND_FOCUS title: "Terug" line: 5 })"));
  ASSERT_THAT(plan.goals, SizeIs(4));
  EXPECT_EQ(plan.goals[0].display_name(), "Ouder");
  EXPECT_EQ(plan.goals[1].display_name(), "Lus");
  EXPECT_EQ(plan.goals[1].parent_goal(), "");
  EXPECT_EQ(plan.goals[3].parent_goal(), plan.goals[1].name());
}

TEST(PlanAcceptanceTest, AnUnknownKindIsNotGuessed) {
  v1::ParsedDocument parsed = Parsed(kReport);
  parsed.mutable_source()->clear_document_kind();
  const auto plan = PlanAcceptance(parsed, "GM0677", kDocument, {}, {}, {});
  EXPECT_EQ(errors::ReasonOf(plan.status()), "DOCUMENT_KIND_UNKNOWN");
}

TEST(SummariseTest, CountsWhatIsThereAndNothingElse) {
  const v1::DraftSummary summary = Summarise(Parsed(R"(
    targets { id: "t1" value: "88" } targets { id: "t2" }
    activities { id: "a1" statuses { label: "Klaar" } } activities { id: "a2" }
    spans { first_line: 1 last_line: 3 role: SPAN_ROLE_TITLE }
    spans { first_line: 5 last_line: 6 role: SPAN_ROLE_UNCLASSIFIED })"));
  EXPECT_EQ(summary.targets(), 2);
  EXPECT_EQ(summary.targets_with_value(), 1);
  EXPECT_EQ(summary.activities(), 2);
  EXPECT_EQ(summary.statuses_printed(), 1);
  EXPECT_EQ(summary.lines(), 5);
  EXPECT_EQ(summary.unclassified_lines(), 2);
}

TEST(CheckMunicipalityTest, OnlySuggestsUnlessItIsStated) {
  v1::ParsedDocument parsed;
  EXPECT_TRUE(CheckMunicipality(parsed, "GM0677", "").ok());
  parsed.mutable_source()->set_municipality("GM0299");
  EXPECT_EQ(errors::ReasonOf(CheckMunicipality(parsed, "GM0677", "")), "MUNICIPALITY_DIFFERS");
  EXPECT_TRUE(CheckMunicipality(parsed, "GM0677", "GM0677").ok());
  EXPECT_EQ(errors::ReasonOf(CheckMunicipality(parsed, "GM0677", "GM0299")), "MUNICIPALITY_NOT_OWNER");
}

}  // namespace
}  // namespace regiokompas::intake
