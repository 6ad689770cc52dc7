#include "services/intake/difference_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"

namespace regiokompas::intake {
namespace {

using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAreArray;

v1::ParsedDocument Parsed(const std::string& text) {
  v1::ParsedDocument parsed;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &parsed));
  return parsed;
}

constexpr char kReading[] = R"(
  source { title: "Samen sterk" identifier: "CVDR1234/1" sha256: "aa" }
  goals { id: "g1" kind: GOAL_KIND_MAIN_GOAL code: "1" title: "Iedereen doet mee" line: 2 }
  goals { id: "g2" parent_id: "g1" kind: GOAL_KIND_FOCUS code: "1.1" title: "Taal op de werkvloer" text: "Lezen" line: 3 }
  activities { id: "a1" goal_ids: "g2" code: "A" title: "Taalcursus bij de bakker" line: 5
               aspects { kind: ASPECT_KIND_APPROACH plan: "Wij lezen recepten." }
               amounts { cents: 500 text: "vijf euro" line: 6 } }
  activities { id: "a2" goal_ids: "g1" code: "B" title: "Voorleesavond in de kantine" line: 9 }
  targets { id: "t1" subject_id: "g1" text: "minimaal 80%" comparator: COMPARATOR_AT_LEAST value: "80" line: 4 }
  sections { heading: "Vooraf" text: "Een woord vooraf" first_line: 1 last_line: 1 })";

// "CHANGED a1<a1 title,aspects" of each difference.
std::vector<std::string> Shown(const Comparison& comparison) {
  std::vector<std::string> shown;
  for (const v1::ElementDifference& difference : comparison.differences) {
    std::string line = v1::DifferenceKind_Name(difference.kind()).substr(16);
    absl::StrAppend(&line, " ", difference.element_id(), "<", difference.previous_element_id());
    for (const v1::FieldDifference& field : difference.fields()) absl::StrAppend(&line, " ", field.path());
    shown.push_back(line);
  }
  return shown;
}

TEST(CompareReadingsTest, TheSameReadingDiffersInNothing) {
  const Comparison comparison = CompareReadings(Parsed(kReading), Parsed(kReading));
  EXPECT_THAT(comparison.differences, IsEmpty());
  EXPECT_THAT(comparison.previous_ids, SizeIs(6));
  EXPECT_EQ(comparison.previous_ids.at("section1"), "section1");
}

TEST(CompareReadingsTest, EachFieldThatDiffersIsShownAsText) {
  v1::ParsedDocument after = Parsed(kReading);
  after.mutable_source()->set_identifier("CVDR1234/2");
  after.mutable_activities(0)->mutable_aspects(0)->set_plan("Wij lezen weer recepten.");
  after.mutable_activities(0)->set_goal_ids(0, "g1");
  after.mutable_targets(0)->set_value("85");
  after.mutable_targets(0)->set_text("minimaal 85%");
  const Comparison comparison = CompareReadings(Parsed(kReading), after);
  EXPECT_THAT(Shown(comparison), testing::ElementsAre("CHANGED source<source identifier", "CHANGED t1<t1 text value",
                                                      "CHANGED a1<a1 aspects goal_ids"));
  const v1::ElementDifference& activity = comparison.differences[2];
  EXPECT_EQ(activity.title(), "Taalcursus bij de bakker");
  EXPECT_EQ(activity.line(), 5);
  EXPECT_THAT(activity.fields(0).before(), testing::HasSubstr("\"plan\":\"Wij lezen recepten.\""));
  EXPECT_EQ(activity.fields(1).before(), "Taal op de werkvloer");
  EXPECT_EQ(activity.fields(1).after(), "Iedereen doet mee");
}

TEST(CompareReadingsTest, ARetitledGoalTakesWhatIsUnderItAlong) {
  v1::ParsedDocument after = Parsed(kReading);
  after.mutable_goals(0)->set_title("Iedereen telt en doet mee");
  EXPECT_THAT(Shown(CompareReadings(Parsed(kReading), after)), testing::ElementsAre("CHANGED g1<g1 title"));
}

TEST(CompareReadingsTest, WhatIsRemovedComesLast) {
  v1::ParsedDocument after = Parsed(kReading);
  after.mutable_activities()->DeleteSubrange(0, 1);
  v1::ParsedSection* section = after.add_sections();
  section->set_heading("Ten slotte");
  section->set_first_line(90);
  EXPECT_THAT(Shown(CompareReadings(Parsed(kReading), after)), testing::ElementsAre("ADDED section2<", "REMOVED <a1"));
}

TEST(CompareReadingsTest, EqualFiguresOfSeveralSubjectsAreKeptApart) {
  const std::string figures = absl::StrCat(kReading, R"(
    targets { id: "t2" subject_id: "a1" text: "minimaal 80%" comparator: COMPARATOR_AT_LEAST value: "80" line: 7 }
    targets { id: "t3" subject_id: "a2" text: "minimaal 80%" comparator: COMPARATOR_AT_LEAST value: "80" line: 10 })");
  v1::ParsedDocument after = Parsed(figures);
  after.mutable_targets()->SwapElements(0, 2);
  EXPECT_THAT(CompareReadings(Parsed(figures), after).differences, IsEmpty());
  after.mutable_targets()->DeleteSubrange(1, 1);
  EXPECT_THAT(Shown(CompareReadings(Parsed(figures), after)), testing::ElementsAre("REMOVED <t2"));
}

// A reading with `count` elements of each kind, in words that are seldom the same.
v1::ParsedDocument RandomReading(std::mt19937& random, int count) {
  const auto words = [&](int many) {
    std::string text;
    for (int i = 0; i < many; ++i) {
      if (i > 0) text += ' ';
      for (int k = 0; k < 7; ++k) text += static_cast<char>('a' + random() % 26);
    }
    return text;
  };
  const auto some = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  v1::ParsedDocument parsed;
  parsed.mutable_source()->set_title(words(3));
  int line = 1;
  for (int i = 0; i < count; ++i) {
    v1::ParsedGoal* goal = parsed.add_goals();
    goal->set_id(absl::StrCat("g", i));
    if (i > 0 && some(2) == 0) goal->set_parent_id(absl::StrCat("g", some(i)));
    goal->set_title(words(5));
    goal->set_text(words(20));
    goal->set_line(++line);
    v1::ParsedActivity* activity = parsed.add_activities();
    activity->set_id(absl::StrCat("a", i));
    activity->add_goal_ids(goal->id());
    activity->set_title(words(5));
    activity->add_aspects()->set_plan(words(20));
    activity->set_line(++line);
    v1::ParsedSection* section = parsed.add_sections();
    section->set_id(absl::StrCat("s", i));
    section->set_heading(words(4));
    section->set_text(words(30));
    section->set_first_line(++line);
    const auto figure = [&](auto* element, const char* prefix) {
      element->set_id(absl::StrCat(prefix, i));
      element->set_subject_id(some(2) == 0 ? goal->id() : activity->id());
      element->set_text(words(6));
      element->set_line(++line);
    };
    figure(parsed.add_targets(), "t");
    figure(parsed.add_indicators(), "i");
    figure(parsed.add_measurements(), "m");
    figure(parsed.add_milestones(), "d");
  }
  return parsed;
}

// The same with other ids, lines and order, as a reading of other bytes has them.
v1::ParsedDocument Renumbered(v1::ParsedDocument parsed, std::mt19937& random) {
  const auto shuffle = [&](auto* elements) {
    for (int i = elements->size() - 1; i > 0; --i) {
      elements->SwapElements(i, static_cast<int>(random() % static_cast<unsigned>(i + 1)));
    }
    for (auto& element : *elements) element.set_id("x" + element.id());
  };
  shuffle(parsed.mutable_goals());
  shuffle(parsed.mutable_activities());
  shuffle(parsed.mutable_sections());
  shuffle(parsed.mutable_targets());
  shuffle(parsed.mutable_indicators());
  shuffle(parsed.mutable_measurements());
  shuffle(parsed.mutable_milestones());
  for (v1::ParsedGoal& goal : *parsed.mutable_goals()) {
    if (!goal.parent_id().empty()) goal.set_parent_id("x" + goal.parent_id());
    goal.set_line(goal.line() + 7);
  }
  for (v1::ParsedActivity& activity : *parsed.mutable_activities()) {
    for (std::string& id : *activity.mutable_goal_ids()) id.insert(0, "x");
  }
  const auto move = [](auto* elements) {
    for (auto& element : *elements) element.set_subject_id("x" + element.subject_id());
  };
  move(parsed.mutable_targets());
  move(parsed.mutable_indicators());
  move(parsed.mutable_measurements());
  move(parsed.mutable_milestones());
  return parsed;
}

TEST(CompareReadingsTest, OtherIdsLinesAndOrderAreNoDifference) {
  std::mt19937 random(5);
  for (int round = 0; round < 20; ++round) {
    const v1::ParsedDocument before = RandomReading(random, 1 + round);
    const v1::ParsedDocument after = Renumbered(before, random);
    const Comparison comparison = CompareReadings(before, after);
    EXPECT_THAT(Shown(comparison), IsEmpty());
    EXPECT_EQ(comparison.previous_ids.size(), static_cast<size_t>(7 * (1 + round)));
    for (const auto& [id, previous] : comparison.previous_ids) EXPECT_EQ(id, "x" + previous);
  }
}

// Takes elements away, puts some in and changes others, and expects exactly these.
TEST(CompareReadingsTest, RandomEditsAreFoundAndNothingElse) {
  std::mt19937 random(17);
  const auto some = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  for (int round = 0; round < 60; ++round) {
    const v1::ParsedDocument before = RandomReading(random, 12);
    const v1::ParsedDocument fresh = RandomReading(random, 3);
    v1::ParsedDocument after = before;
    std::vector<std::string> expected;
    const auto drop = [&](auto* elements, int at) {
      expected.push_back(absl::StrCat("REMOVED <", elements->Get(at).id()));
      elements->DeleteSubrange(at, 1);
    };
    const auto add = [&](auto* elements, const auto& element) {
      auto* added = elements->Add();
      *added = element;
      added->set_id("n" + element.id());
      expected.push_back(absl::StrCat("ADDED x", added->id(), "<"));
      return added;
    };
    const auto changed = [&](const std::string& id, const std::string& field) {
      expected.push_back(absl::StrCat("CHANGED x", id, "<", id, " ", field));
    };
    // Of what nothing hangs on, so that each edit is one difference.
    drop(after.mutable_sections(), some(12));
    drop(after.mutable_targets(), some(12));
    drop(after.mutable_milestones(), some(12));
    add(after.mutable_sections(), fresh.sections(0));
    add(after.mutable_measurements(), fresh.measurements(1))->set_subject_id("a3");
    add(after.mutable_activities(), fresh.activities(2))->set_goal_ids(0, "g4");
    add(after.mutable_goals(), fresh.goals(0));
    v1::ParsedActivity* activity = after.mutable_activities(some(12));
    activity->mutable_aspects(0)->mutable_plan()->append(" en nog iets");
    changed(activity->id(), "aspects");
    v1::ParsedGoal* goal = after.mutable_goals(some(12));
    goal->mutable_title()->append(" nu");
    changed(goal->id(), "title");
    v1::ParsedIndicator* indicator = after.mutable_indicators(some(12));
    indicator->set_unit(v1::UNIT_EURO);
    changed(indicator->id(), "unit");
    v1::ParsedSection* section = after.mutable_sections(some(11));
    section->set_text("Geheel andere woorden staan hier nu onder dit kopje.");
    changed(section->id(), "text");
    EXPECT_THAT(Shown(CompareReadings(before, Renumbered(after, random))), UnorderedElementsAreArray(expected));
  }
}

TEST(IsSameSourceTest, ByIdentifierWithoutVersionOrByTitleKindAndYears) {
  v1::SourceDocument a = Parsed(kReading).source();
  v1::SourceDocument b = a;
  b.set_sha256("bb");
  b.set_identifier("CVDR1234/2");
  EXPECT_TRUE(IsSameSource(a, b));
  b.set_identifier("CVDR12345/2");
  EXPECT_FALSE(IsSameSource(a, b));
  b.clear_identifier();
  b.set_title("samen  STERK");
  EXPECT_TRUE(IsSameSource(a, b));
  b.add_fiscal_years(2023);
  EXPECT_FALSE(IsSameSource(a, b));
  a.add_fiscal_years(2023);
  EXPECT_TRUE(IsSameSource(a, b));
  b.set_document_kind(v1::DOCUMENT_KIND_ANNUAL_REPORT);
  EXPECT_FALSE(IsSameSource(a, b));
  b.set_sha256("aa");
  EXPECT_TRUE(IsSameSource(a, b));
  a.clear_title();
  b = a;
  b.set_sha256("bb");
  a.clear_identifier();
  b.clear_identifier();
  EXPECT_FALSE(IsSameSource(a, b));
}

}  // namespace
}  // namespace regiokompas::intake
