#include "services/intake/line_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/text_format.h"

namespace regiokompas::intake {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kText[] =
    "Programma Zorg\n"           // 1
    "Inleiding\n"                // 2
    "  Wat wij willen.\t\n"      // 3
    "\n"                         // 4
    "6.1.1 Schulden zien\n"      // 5, in an overview
    "6.1.2 Hulp bieden\n"        // 6
    "Minder schulden\n"          // 7
    "Contact\r\n"                // 8
    "6.1.1 Schulden zien\n"      // 9, the block itself
    "Aanpak\n"                   // 10
    "Naar het slot van de site"  // 11
    ;

constexpr char kParse[] = R"(
  source { title: "Programma Zorg" document_kind: DOCUMENT_KIND_PROGRAMME_BUDGET fiscal_years: 2022 sha256: "aa" }
  sections { heading: "Inleiding" text: "Wat wij willen." first_line: 2 last_line: 3 }
  activities { id: "a1" code: "6.1.1" title: "Schulden zien" line: 5 }
  activities { id: "a2" code: "6.1.2" title: "Hulp bieden" line: 6 }
  goals { id: "g1" kind: GOAL_KIND_OBJECTIVE title: "Minder schulden" line: 7 }
  spans { first_line: 1 last_line: 1 role: SPAN_ROLE_TITLE }
  spans { first_line: 2 last_line: 3 role: SPAN_ROLE_NARRATIVE }
  spans { first_line: 5 last_line: 6 role: SPAN_ROLE_ACTIVITY }
  spans { first_line: 7 last_line: 7 role: SPAN_ROLE_GOAL }
  spans { first_line: 8 last_line: 8 role: SPAN_ROLE_BOILERPLATE }
  spans { first_line: 9 last_line: 9 role: SPAN_ROLE_ACTIVITY }
  spans { first_line: 10 last_line: 10 role: SPAN_ROLE_ASPECT }
  spans { first_line: 11 last_line: 11 role: SPAN_ROLE_UNCLASSIFIED }
)";

Plan PlanOf(const v1::ParsedDocument& parsed, const KnownIds& activities = {}) {
  return *PlanAcceptance(parsed, "GM0677", "owners/GM0677/documents/d-1", {.activities = activities});
}

v1::ParsedDocument Parsed() {
  v1::ParsedDocument parsed;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kParse, &parsed));
  return parsed;
}

template <typename Resource>
std::vector<int> LinesOf(const Resource& resource) {
  std::vector<int> numbers;
  for (const auto& line : resource.provenance().lines()) numbers.push_back(line.number());
  return numbers;
}

TEST(AssignLinesTest, EveryLineGoesToWhatItIsReadAsOrToWhatStandsBeforeIt) {
  const v1::ParsedDocument parsed = Parsed();
  Plan plan = PlanOf(parsed);
  AssignLines(parsed, SourceText{.text = kText}, {}, plan);
  EXPECT_THAT(LinesOf(plan.frameworks[0].resource), ElementsAre(1));
  EXPECT_THAT(LinesOf(plan.sections[0]), ElementsAre(2, 3));
  EXPECT_THAT(LinesOf(plan.activities[0].resource), ElementsAre(5, 9, 10, 11));
  EXPECT_THAT(LinesOf(plan.activities[1].resource), ElementsAre(6));
  EXPECT_THAT(LinesOf(plan.goals[0]), ElementsAre(7, 8));
  for (const auto& contribution : plan.contributions) EXPECT_THAT(LinesOf(contribution), IsEmpty());
  EXPECT_EQ(plan.sections[0].provenance().lines(1).text(), "  Wat wij willen.\t");
  EXPECT_EQ(plan.goals[0].provenance().lines(1).text(), "Contact");
}

TEST(AssignLinesTest, WhatIsMergedLeavesItsLinesWithItsContribution) {
  const v1::ParsedDocument parsed = Parsed();
  Plan plan = PlanOf(parsed, {{"a6-1-2-hulp-bieden", {"Hulp bieden", "bb", "a7"}}});
  AssignLines(parsed, SourceText{.text = kText}, {}, plan);
  ASSERT_EQ(plan.activities[1].outcome, Outcome::kMerge);
  EXPECT_THAT(LinesOf(plan.activities[1].resource), IsEmpty());
  ASSERT_EQ(plan.contributions[1].name().find(plan.activities[1].resource.name()), 0u);
  EXPECT_THAT(LinesOf(plan.contributions[1]), ElementsAre(6));
}

TEST(AssignLinesTest, WhatIsHeldAlreadyIsNotGivenAgain) {
  const v1::ParsedDocument parsed = Parsed();
  Plan plan = PlanOf(parsed);
  const HeldLines held = {{1, "Programma Zorg"},
                          {3, "  Wat wij willen.\t"},
                          {5, "6.1.1 Schulden zien"},
                          {6, "6.1.2 Hulp bieden"},
                          {10, "Aanpak"}};
  AssignLines(parsed, SourceText{.text = kText}, held, plan);
  EXPECT_THAT(LinesOf(plan.frameworks[0].resource), IsEmpty());
  EXPECT_THAT(LinesOf(plan.sections[0]), ElementsAre(2));
  EXPECT_THAT(LinesOf(plan.activities[0].resource), ElementsAre(9, 11));
}

TEST(AssignLinesTest, ADocumentWithNothingInItGoesToItsFramework) {
  v1::ParsedDocument parsed = Parsed();
  parsed.clear_sections();
  parsed.clear_activities();
  parsed.clear_goals();
  Plan plan = PlanOf(parsed);
  AssignLines(parsed, SourceText{.text = kText}, {}, plan);
  EXPECT_THAT(LinesOf(plan.frameworks[0].resource), ElementsAre(1, 2, 3, 5, 6, 7, 8, 9, 10, 11));
}

TEST(AddSpareSectionsTest, WhatAStoredElementCanNotTakeGoesToASectionOfItsOwn) {
  const v1::ParsedDocument parsed = Parsed();
  Plan plan = PlanOf(parsed);
  AssignLines(parsed, SourceText{.text = kText}, {{9, "6.1.1 Schulden zien"}}, plan);
  plan.activities[0].outcome = Outcome::kUnchanged;
  AddSpareSections({plan.goals[0].name()}, {{"rest-0001", {}}}, plan);
  ASSERT_EQ(plan.sections.size(), 2u);
  EXPECT_THAT(plan.sections[1].name(), testing::EndsWith("/sections/rest-0002"));
  EXPECT_THAT(LinesOf(plan.sections[1]), ElementsAre(5, 7, 8, 10, 11));
  EXPECT_EQ(plan.sections[1].text(),
            "6.1.1 Schulden zien\nMinder schulden\nContact\nAanpak\nNaar het slot van de site");
  EXPECT_THAT(LinesOf(plan.goals[0]), IsEmpty());
  EXPECT_THAT(LinesOf(plan.activities[1].resource), ElementsAre(6));
}

TEST(AddSpareSectionsTest, AnElementHoldsNoMoreLinesThanTheContractAllows) {
  v1::ParsedDocument parsed = Parsed();
  parsed.clear_sections();
  parsed.clear_activities();
  parsed.clear_goals();
  parsed.clear_spans();
  constexpr int kLines = 45'000;
  std::string text;
  for (int i = 1; i <= kLines; ++i) absl::StrAppend(&text, "regel ", i, "\n");
  Plan plan = PlanOf(parsed);
  AssignLines(parsed, SourceText{.text = text}, {}, plan);
  AddSpareSections({}, {}, plan);
  ASSERT_EQ(plan.sections.size(), 2u);
  std::vector<int> lines = LinesOf(plan.frameworks[0].resource);
  EXPECT_EQ(lines.size(), 20'000u);
  for (const auto& section : plan.sections) {
    const std::vector<int> more = LinesOf(section);
    EXPECT_LE(more.size(), 20'000u);
    lines.insert(lines.end(), more.begin(), more.end());
  }
  ASSERT_EQ(lines.size(), static_cast<size_t>(kLines));
  for (int i = 0; i < kLines; ++i) ASSERT_EQ(lines[i], i + 1);
}

TEST(AddSpareSectionsTest, AnElementHoldsNoMoreBytesThanOneLineMay) {
  v1::ParsedDocument parsed = Parsed();
  parsed.clear_sections();
  parsed.clear_activities();
  parsed.clear_goals();
  const std::string long_line(700'000, 'x');
  Plan plan = PlanOf(parsed);
  AssignLines(parsed, SourceText{.text = absl::StrCat(long_line, "\n", long_line, "\n", long_line)}, {}, plan);
  AddSpareSections({}, {}, plan);
  EXPECT_THAT(LinesOf(plan.frameworks[0].resource), ElementsAre(1));
  ASSERT_EQ(plan.sections.size(), 2u);
  EXPECT_THAT(LinesOf(plan.sections[1]), ElementsAre(3));
}

// What stands gets its own lines, and only what it has no room for goes elsewhere: into what holds nothing else first.
TEST(AddOverflowSectionsTest, OnlyWhatDoesNotFitIsMoved) {
  v1::ParsedDocument parsed = Parsed();
  parsed.clear_sections();
  parsed.clear_activities();
  parsed.clear_goals();
  parsed.clear_spans();
  std::string text;
  for (int i = 1; i <= 45'000; ++i) absl::StrAppend(&text, "regel ", i, "\n");
  Plan plan = PlanOf(parsed);
  plan.frameworks[0].outcome = Outcome::kUnchanged;
  AssignLines(parsed, SourceText{.text = text}, {}, plan);
  AddOverflowSections({"rest-0002"}, {{"rest-0001", {}}, {"rest-0002", {}}}, plan);
  EXPECT_EQ(plan.frameworks[0].resource.provenance().lines_size(), 20'000);
  ASSERT_EQ(plan.sections.size(), 2u);
  EXPECT_THAT(plan.sections[0].name(), testing::EndsWith("/sections/rest-0002"));
  EXPECT_EQ(plan.sections[0].provenance().lines_size(), 20'000);
  EXPECT_THAT(plan.sections[1].name(), testing::EndsWith("/sections/rest-0003"));
  EXPECT_EQ(plan.sections[1].provenance().lines_size(), 5'000);
  for (const auto& section : plan.sections) EXPECT_TRUE(IsSpareSection(section));
  plan.sections[0].set_text("Iemand heeft hier iets geschreven.");
  EXPECT_FALSE(IsSpareSection(plan.sections[0]));
}

// In a file with markup lines of text may share a number.
TEST(AssignLinesTest, LinesWithOneNumberAreHeldOneByOne) {
  const v1::ParsedDocument parsed = Parsed();
  Plan plan = PlanOf(parsed);
  const SourceText source{.text = "een\ntwee\ntwee\ndrie", .line_numbers = {1, 1, 1, 1}};
  AssignLines(parsed, source, {{1, "twee"}, {1, "drie"}}, plan);
  const auto& lines = plan.frameworks[0].resource.provenance().lines();
  ASSERT_EQ(lines.size(), 2);
  EXPECT_EQ(lines[0].text(), "een");
  EXPECT_EQ(lines[1].text(), "twee");
}

}  // namespace
}  // namespace regiokompas::intake
