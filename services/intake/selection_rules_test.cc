#include "services/intake/selection_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/protobuf/text_format.h"

namespace regiokompas::intake {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kParse[] = R"(
  source { title: "Programma zorg" document_kind: DOCUMENT_KIND_PROGRESS_REPORT fiscal_years: 2022 sha256: "aa" }
  goals { id: "g1" kind: GOAL_KIND_THEME title: "Thuis" line: 2 }
  goals { id: "g2" parent_id: "g1" kind: GOAL_KIND_MAIN_GOAL title: "Langer thuis" line: 3 }
  goals { id: "g3" kind: GOAL_KIND_THEME title: "Langer thuis" line: 4 }
  activities { id: "a1" goal_ids: "g2" title: "Trapleuningen" line: 6 }
  activities { id: "a2" goal_ids: "g3" title: "Beweeglessen" line: 9 statuses { label: "Loopt" status: STATUS_ON_TRACK } }
  targets { id: "t1" subject_id: "a1" text: "minimaal 40 in 2022" comparator: COMPARATOR_AT_LEAST value: "40"
            unit: UNIT_COUNT basis: TARGET_BASIS_ABSOLUTE deadline_year: 2022 line: 7 }
  targets { id: "t2" subject_id: "a1" text: "50 in 2023" comparator: COMPARATOR_AT_LEAST value: "50"
            unit: UNIT_COUNT basis: TARGET_BASIS_ABSOLUTE deadline_year: 2023 line: 7 }
  milestones { id: "ms1" subject_id: "a1" text: "Eerste leuning" date: "2022-Q2" line: 8 }
  sections { id: "s1" heading: "Inleiding" text: "Een." first_line: 5 last_line: 5 }
  sections { id: "s2" heading: "Slot" text: "Twee." first_line: 12 last_line: 12 }
)";

v1::ParsedDocument Parsed() {
  v1::ParsedDocument parsed;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kParse, &parsed));
  return parsed;
}

std::set<std::string> Select(std::initializer_list<const char*> ids, const std::set<std::string>& accepted = {}) {
  v1::AcceptDraftRequest request;
  for (const char* id : ids) request.add_element_ids(id);
  const auto selected = SelectElements(Parsed(), request, accepted);
  EXPECT_TRUE(selected.ok()) << selected.status();
  return selected.value_or(std::set<std::string>());
}

Plan PlanOf(const std::set<std::string>& selected) {
  Plan plan = *PlanAcceptance(Parsed(), "GM0677", "owners/GM0677/documents/d-1", {});
  KeepSelected(selected, plan);
  return plan;
}

TEST(SelectElementsTest, WhatAnElementNeedsComesWithIt) {
  EXPECT_THAT(Select({"s1"}), ElementsAre("s1"));
  EXPECT_THAT(Select({"g2"}), ElementsAre("g1", "g2"));
  EXPECT_THAT(Select({"a1"}), ElementsAre("a1", "g1", "g2", "ms1"));
  EXPECT_THAT(Select({"ms1"}), ElementsAre("a1", "g1", "g2", "ms1"));
  EXPECT_THAT(Select({"t2"}), ElementsAre("a1", "g1", "g2", "ms1", "t1", "t2"));
  EXPECT_THAT(Select({"s1"}, {"g3", "weg"}), ElementsAre("g3", "s1"));
  EXPECT_EQ(Select({}), AllElements(Parsed()));
  EXPECT_THAT(AllElements(Parsed()), SizeIs(10));
}

TEST(WithNeedsTest, WhatIsWrittenFixesWhatItNeedsAndNotWhatNeedsIt) {
  EXPECT_THAT(WithNeeds(Parsed(), {"a1"}), ElementsAre("a1", "g1", "g2", "ms1"));
  EXPECT_THAT(WithNeeds(Parsed(), {"t1"}), ElementsAre("a1", "g1", "g2", "ms1", "t1", "t2"));
  EXPECT_THAT(WithNeeds(Parsed(), {"g1", "source"}), ElementsAre("g1"));
}

TEST(WithPartsTest, MilestonesAndStepsAreStoredWithTheirWhole) {
  EXPECT_THAT(WithParts(Parsed(), {"a1"}), ElementsAre("a1", "ms1"));
  EXPECT_THAT(WithParts(Parsed(), {"t1"}), ElementsAre("t1", "t2"));
  EXPECT_THAT(WithParts(Parsed(), {"a2", "source"}), ElementsAre("a2"));
}

TEST(SelectElementsTest, AnIdThatIsNotThereIsNamed) {
  v1::AcceptDraftRequest request;
  request.add_element_ids("a1");
  request.add_element_ids("a7");
  const absl::Status refused = SelectElements(Parsed(), request, {}).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()), testing::HasSubstr("element_ids[1] is a7"));
}

// The same names as when all is taken, with what they hang on and nothing else.
TEST(KeepSelectedTest, APartOfAPlanHasTheNamesOfTheWhole) {
  const Plan whole = PlanOf(Select({}));
  EXPECT_THAT(whole.not_chosen, IsEmpty());
  const Plan part = PlanOf(Select({"a2", "s2"}));
  ASSERT_THAT(part.frameworks, SizeIs(1));
  ASSERT_THAT(part.goals, SizeIs(1));
  EXPECT_EQ(part.goals[0].name(), whole.goals[1].name());
  EXPECT_EQ(part.goals[0].provenance().element_id(), "g3");
  ASSERT_THAT(part.sections, SizeIs(1));
  EXPECT_EQ(part.sections[0].name(), whole.sections[1].name());
  ASSERT_THAT(part.activities, SizeIs(1));
  EXPECT_THAT(part.contributions, SizeIs(1));
  EXPECT_THAT(part.reports, SizeIs(1));
  EXPECT_THAT(part.mappings, SizeIs(1));
  EXPECT_TRUE(part.cycle);
  EXPECT_THAT(part.indicators, IsEmpty());
  EXPECT_THAT(part.targets, IsEmpty());
  EXPECT_EQ(part.not_chosen.at(v1::ELEMENT_KIND_GOAL), 2);
  EXPECT_EQ(part.not_chosen.at(v1::ELEMENT_KIND_TARGET), 2);
  EXPECT_EQ(part.not_chosen.at(v1::ELEMENT_KIND_MILESTONE), 1);
  EXPECT_EQ(part.not_chosen.count(v1::ELEMENT_KIND_MEASUREMENT), 0u);
}

TEST(KeepSelectedTest, AnIndicatorThatWasMadeForATargetComesWithIt) {
  const Plan part = PlanOf(Select({"t1"}));
  EXPECT_THAT(part.targets, SizeIs(1));
  EXPECT_THAT(part.indicators, SizeIs(1));
  EXPECT_THAT(part.mappings, IsEmpty());
}

TEST(KeepSelectedTest, ACycleWaitsForAReport) {
  const Plan part = PlanOf(Select({"s1"}));
  EXPECT_FALSE(part.cycle);
  EXPECT_EQ(part.not_chosen.at(v1::ELEMENT_KIND_REPORTING_CYCLE), 1);
}

}  // namespace
}  // namespace regiokompas::intake
