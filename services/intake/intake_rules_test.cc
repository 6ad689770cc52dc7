#include "services/intake/intake_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/match.h"
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
  absl::StatusOr<Plan> plan =
      PlanAcceptance(parsed, "GM0677", kDocument, {.frameworks = frameworks, .activities = activities});
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

// What an earlier reading made keeps its name, whatever it is called now; what was matched is not judged by its title.
TEST(PlanAcceptanceTest, PlacesAndMatchesGoBeforeTitles) {
  Existing existing;
  existing.activities = {{"a6-1-1-schulden-eerder-zien", {"Schulden eerder zien", "bb", "a7"}},
                         {"oud", {"Zoals het heette", "bb", "a8"}}};
  existing.places = {{"document", {"owners/GM0677/frameworks/kader"}}, {"a2", {"owners/GM0677/activities/oud"}}};
  existing.matches = {{"a1", ""}};
  const auto plan = PlanAcceptance(Parsed(kReport), "GM0677", kDocument, existing);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->frameworks[0].resource.name(), "owners/GM0677/frameworks/kader");
  EXPECT_EQ(plan->frameworks[0].outcome, Outcome::kUnchanged);
  EXPECT_EQ(plan->activities[0].resource.name(), "owners/GM0677/activities/a6-1-1-schulden-eerder-zien-2");
  EXPECT_EQ(plan->activities[0].outcome, Outcome::kCreate);
  EXPECT_EQ(plan->activities[1].resource.name(), "owners/GM0677/activities/oud");
  EXPECT_EQ(plan->activities[1].outcome, Outcome::kUnchanged);
  EXPECT_EQ(PlacesOf(*plan).at("a2").resource, "owners/GM0677/activities/oud");

  existing.matches = {{"a1", "oud"}};
  existing.places.erase("a2");
  const auto merged = PlanAcceptance(Parsed(kReport), "GM0677", kDocument, existing);
  EXPECT_EQ(merged->activities[0].resource.name(), "owners/GM0677/activities/oud");
  EXPECT_EQ(merged->activities[0].outcome, Outcome::kMerge);
  EXPECT_TRUE(PlacesOf(*merged).at("a1").merged);
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
  const auto plan = PlanAcceptance(parsed, "GM0677", kDocument, {});
  EXPECT_EQ(errors::ReasonOf(plan.status()), "DOCUMENT_KIND_UNKNOWN");
}

const char* const kFigures = R"(
  source { title: "Zorg" document_kind: DOCUMENT_KIND_PROGRESS_REPORT fiscal_years: 2022 sha256: "aa" }
  goals { id: "f1" kind: GOAL_KIND_FRAMEWORK title: "Zorg" line: 1 }
  goals { id: "g1" parent_id: "f1" kind: GOAL_KIND_OBJECTIVE title: "Goed geholpen" line: 3 }
  goals { id: "g2" parent_id: "f1" kind: GOAL_KIND_OBJECTIVE title: "Samen redzaam" line: 4 }
  activities { id: "a1" title: "Schulden eerder zien" goal_ids: "g1" line: 9 }
  indicators { id: "i1" subject_id: "f1" text: "Aantal inwoners" unit: UNIT_COUNT line: 20 }
  indicators { id: "i2" subject_id: "g1" text: "Percentage geholpen" unit: UNIT_PERCENT line: 21 }
  targets { id: "t1" subject_id: "i2" text: "minimaal 80" comparator: COMPARATOR_AT_LEAST value: "80"
            unit: UNIT_COUNT basis: TARGET_BASIS_ABSOLUTE line: 22 }
  targets { id: "t2" subject_id: "g1" text: "minimaal 88%" comparator: COMPARATOR_AT_LEAST value: "88"
            unit: UNIT_PERCENT basis: TARGET_BASIS_ABSOLUTE line: 23 }
  targets { id: "t3" subject_id: "g2" text: "minimaal 60%" comparator: COMPARATOR_AT_LEAST value: "60"
            unit: UNIT_PERCENT basis: TARGET_BASIS_ABSOLUTE line: 24 }
  targets { id: "t4" subject_id: "g2" text: "minimaal een 7" comparator: COMPARATOR_AT_LEAST value: "7"
            unit: UNIT_SCORE basis: TARGET_BASIS_ABSOLUTE line: 24 }
  targets { id: "t5" subject_id: "a1" text: "minimaal 6 in 2022" comparator: COMPARATOR_AT_LEAST value: "6"
            unit: UNIT_COUNT basis: TARGET_BASIS_ABSOLUTE deadline_year: 2022 line: 25 }
  targets { id: "t6" subject_id: "a1" text: "12 in 2023" comparator: COMPARATOR_AT_LEAST value: "12"
            unit: UNIT_COUNT basis: TARGET_BASIS_ABSOLUTE deadline_year: 2023 line: 25 }
  targets { id: "t7" subject_id: "a1" text: "meer" line: 26 }
  targets { id: "t8" subject_id: "a9" text: "van wie?" comparator: COMPARATOR_ACHIEVE unit: UNIT_NONE
            basis: TARGET_BASIS_ABSOLUTE line: 27 }
  measurements { subject_id: "g1" text: "82% in 2021" value: "82" period: "2021" unit: UNIT_PERCENT line: 30 }
  measurements { subject_id: "g1" text: "Nu 84%" value: "84" unit: UNIT_PERCENT line: 31 }
  measurements { subject_id: "g1" text: "Elders 85%" value: "85" unit: UNIT_PERCENT line: 32 }
  measurements { subject_id: "a1" text: "9 van de 12 gezinnen" numerator: "9" denominator: "12" unit: UNIT_COUNT
                 line: 33 }
  measurements { subject_id: "i2" text: "945 per 1.000" value: "945" unit: UNIT_PER_THOUSAND line: 34 }
)";

template <typename Resource>
std::vector<std::string> NamesOf(const std::vector<Planned<Resource>>& planned) {
  std::vector<std::string> names;
  for (const auto& each : planned) names.push_back(each.resource.name());
  return names;
}

TEST(PlanAcceptanceTest, FiguresGoUnderThePrintedIndicatorOrOneOfTheirSubject) {
  const Plan plan = PlanOf(Parsed(kFigures));
  const std::string base = "owners/GM0677/indicators/";
  EXPECT_THAT(NamesOf(plan.indicators),
              ElementsAre(base + "aantal-inwoners", base + "percentage-geholpen", base + "samen-redzaam",
                          base + "samen-redzaam-2", base + "schulden-eerder-zien"));
  const auto& printed = plan.indicators[1].resource;
  EXPECT_EQ(printed.display_name(), "Percentage geholpen");
  EXPECT_EQ(printed.unit(), indicator::v1::UNIT_PERCENT);
  EXPECT_THAT(printed.subjects(), ElementsAre("owners/GM0677/frameworks/zorg-2022/goals/goed-geholpen"));
  EXPECT_EQ(printed.provenance().element_id(), "i2");
  EXPECT_EQ(printed.provenance().first_line(), 21);
  EXPECT_THAT(plan.indicators[0].resource.subjects(), ElementsAre("owners/GM0677/frameworks/zorg-2022"));
  const auto& made = plan.indicators[3].resource;
  EXPECT_EQ(made.display_name(), "Samen redzaam");
  EXPECT_EQ(made.unit(), indicator::v1::UNIT_SCORE);
  EXPECT_THAT(made.subjects(), ElementsAre("owners/GM0677/frameworks/zorg-2022/goals/samen-redzaam"));

  EXPECT_THAT(
      NamesOf(plan.targets),
      ElementsAre(base + "percentage-geholpen/targets/minimaal-80", base + "percentage-geholpen/targets/minimaal-88",
                  base + "samen-redzaam/targets/minimaal-60", base + "samen-redzaam-2/targets/minimaal-een-7",
                  base + "schulden-eerder-zien/targets/minimaal-6-in-2022-12-in-2023"));
  EXPECT_EQ(plan.targets[0].resource.subject(), printed.subjects(0));
  EXPECT_THAT(plan.targets[4].resource.steps(), SizeIs(2));
  EXPECT_EQ(plan.targets[4].resource.provenance().element_id(), "t5");
  EXPECT_EQ(plan.targets_not_taken_over, 2);

  EXPECT_THAT(NamesOf(plan.measurements), ElementsAre(base + "percentage-geholpen/measurements/m-2021-01-01",
                                                      base + "percentage-geholpen/measurements/m-2022-01-01",
                                                      base + "schulden-eerder-zien/measurements/m-2022-01-01"));
  EXPECT_EQ(plan.measurements[1].resource.value(), "84") << "the first figure of a period is taken";
  EXPECT_EQ(plan.measurements[2].resource.numerator(), "9");
  EXPECT_EQ(plan.measurements_not_taken_over, 2);
}

// What the owner would have after `plan`, up to the first `count` targets and measurements.
Existing After(const Plan& plan, size_t count) {
  Existing existing;
  for (const auto& each : plan.indicators) {
    const auto& read = each.resource;
    existing.indicators[read.name().substr(25)] = {read.display_name(), "aa", read.provenance().element_id()};
  }
  const auto keep = [&](const auto& planned, const std::string& collection, std::map<std::string, KnownIds>& known) {
    for (size_t i = 0; i < std::min(count, planned.size()); ++i) {
      const std::string name = planned[i].resource.name().substr(25);
      const size_t end = name.find(collection);
      known[name.substr(0, end)][name.substr(end + collection.size())] = {
          "", "aa", planned[i].resource.provenance().element_id()};
    }
  };
  keep(plan.targets, "/targets/", existing.targets);
  keep(plan.measurements, "/measurements/", existing.measurements);
  for (auto& [indicator, known] : existing.measurements) {
    for (auto& [id, measurement] : known) {
      const std::string year = id.substr(2, 4);
      measurement.title = " " + year + "-01-01 " + std::to_string(std::stoi(year) + 1) + "-01-01";
    }
  }
  return existing;
}

TEST(PlanAcceptanceTest, FiguresThatAreThereAreFoundAgainAfterAnyPart) {
  v1::ParsedDocument parsed = Parsed(kFigures);
  // The same words twice, so that numbers matter.
  *parsed.add_targets() = parsed.targets(1);
  parsed.mutable_targets(8)->set_id("t9");
  const Plan first = PlanOf(parsed);
  EXPECT_EQ(first.targets[5].resource.name(), first.targets[1].resource.name() + "-2");
  for (size_t count = 0; count <= first.targets.size(); ++count) {
    const auto again = PlanAcceptance(parsed, "GM0677", kDocument, After(first, count));
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(NamesOf(again->indicators), NamesOf(first.indicators));
    EXPECT_EQ(NamesOf(again->targets), NamesOf(first.targets));
    EXPECT_EQ(NamesOf(again->measurements), NamesOf(first.measurements));
    for (const auto& each : again->indicators) EXPECT_EQ(each.outcome, Outcome::kUnchanged);
    for (size_t i = 0; i < first.targets.size(); ++i) {
      EXPECT_EQ(again->targets[i].outcome, i < count ? Outcome::kUnchanged : Outcome::kCreate) << i;
    }
    for (size_t i = 0; i < first.measurements.size(); ++i) {
      EXPECT_EQ(again->measurements[i].outcome, i < count ? Outcome::kUnchanged : Outcome::kCreate) << i;
    }
  }
}

TEST(PlanAcceptanceTest, AFigureThatSomebodyWroteStays) {
  const v1::ParsedDocument parsed = Parsed(kFigures);
  Existing existing = After(PlanOf(parsed), 0);
  existing.measurements["percentage-geholpen"]["eigen-meting"] = {" 2022-01-01 2023-01-01", "", ""};
  const auto plan = PlanAcceptance(parsed, "GM0677", kDocument, existing);
  ASSERT_TRUE(plan.ok());
  EXPECT_THAT(plan->measurements, SizeIs(2));
  EXPECT_EQ(plan->measurements_not_taken_over, 3);
}

TEST(PlanAcceptanceTest, IndicatorsOfAnotherDocumentAreOthers) {
  Existing existing;
  existing.indicators["percentage-geholpen"] = {"Percentage geholpen", "bb", "i2"};
  const auto plan = PlanAcceptance(Parsed(kFigures), "GM0677", kDocument, existing);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->indicators[1].resource.name(), "owners/GM0677/indicators/percentage-geholpen-2");
  EXPECT_EQ(plan->indicators[1].outcome, Outcome::kCreate);
}

TEST(PlanAcceptanceTest, SeveralIndicatorsOfASubjectAreNotChosenFrom) {
  v1::ParsedDocument parsed = Parsed(kFigures);
  *parsed.add_indicators() = parsed.indicators(1);
  parsed.mutable_indicators(2)->set_id("i3");
  const Plan plan = PlanOf(parsed);
  EXPECT_EQ(plan.targets[1].resource.name(), "owners/GM0677/indicators/goed-geholpen/targets/minimaal-88");
  EXPECT_EQ(plan.targets[0].resource.name(), "owners/GM0677/indicators/percentage-geholpen/targets/minimaal-80");
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

// A longer one would be refused, and the officer could do nothing about it.
TEST(PlanTest, ATextThatIsTooLongForASectionIsCutBetweenTwoLines) {
  v1::ParsedDocument parsed;
  parsed.mutable_source()->set_title("Programma");
  parsed.mutable_source()->set_document_kind(v1::DOCUMENT_KIND_PROGRAMME_BUDGET);
  v1::ParsedSection& lines = *parsed.add_sections();
  for (int i = 0; i < 3; ++i) lines.mutable_text()->append(std::string(500'000, 'x') + "\n");
  v1::ParsedSection& line = *parsed.add_sections();
  while (line.text().size() < 1'100'000) line.mutable_text()->append("één ");
  const auto plan = PlanAcceptance(parsed, "GM0677", "owners/GM0677/documents/d-1", {});
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->sections[0].text().size(), 1'000'001u);
  EXPECT_GT(plan->sections[1].text().size(), 1'048'570u);
  EXPECT_LE(plan->sections[1].text().size(), 1'048'576u);
  EXPECT_TRUE(absl::StartsWith(line.text(), plan->sections[1].text()));
  EXPECT_NE(static_cast<unsigned char>(plan->sections[1].text().back()), 0xC3u);
}

}  // namespace
}  // namespace regiokompas::intake
