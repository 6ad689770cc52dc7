#include "services/intake/carry_over_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/protobuf/text_format.h"

namespace regiokompas::intake {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

template <typename Message>
Message Parsed(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// One goal more stands in front, and the ids follow.
constexpr char kBefore[] = R"(
  source { title: "Samen" document_kind: DOCUMENT_KIND_PROGRAMME_BUDGET sha256: "aa" }
  goals { id: "g1" title: "Meedoen in de buurt" kind: GOAL_KIND_OBJECTIVE line: 3 }
  activities { id: "a1" goal_ids: "g1" title: "Soep in de kerk" line: 5
    aspects { kind: ASPECT_KIND_APPROACH plan: "<p>Elke week soep.</p>" } }
  activities { id: "a2" goal_ids: "g1" title: "Fietsles voor nieuwkomers" line: 9 }
  spans { first_line: 1 last_line: 12 })";
constexpr char kAfter[] = R"(
  source { title: "Samen" document_kind: DOCUMENT_KIND_PROGRAMME_BUDGET sha256: "aa" identifier: "CVDR1/1" }
  goals { id: "g1" title: "Gezond ouder worden" kind: GOAL_KIND_OBJECTIVE line: 2 }
  goals { id: "g2" title: "Meedoen in de buurt" kind: GOAL_KIND_OBJECTIVE line: 4 }
  activities { id: "a1" goal_ids: "g1" title: "Valpreventie in de sporthal" line: 6 }
  activities { id: "a2" goal_ids: "g2" title: "Soep in de kerk" line: 8
    aspects { kind: ASPECT_KIND_APPROACH plan: "Elke week soep." } }
  activities { id: "a3" goal_ids: "g2" title: "Fietsles voor nieuwkomers" line: 14 }
  spans { first_line: 1 last_line: 20 })";

CarriedOver Carry(const std::vector<std::string>& said) {
  Corrections corrections;
  for (const std::string& text : said) corrections.push_back(Parsed<v1::Correction>(text));
  return CarryOver(Parsed<v1::ParsedDocument>(kBefore), corrections, Parsed<v1::ParsedDocument>(kAfter), "GM0677");
}

TEST(CarryOverTest, OnlyWhatWasSaidIsSetOnWhatIsReadNow) {
  const CarriedOver carried = Carry(
      {R"(element_id: "a1" note: "Zo heet het" principal: "jansen" activity { goal_ids: "g1" title: "Soep van de buren"
          line: 5 aspects { kind: ASPECT_KIND_APPROACH plan: "<p>Elke week soep.</p>" } })"});
  EXPECT_THAT(carried.set_aside, IsEmpty());
  ASSERT_THAT(carried.corrections, SizeIs(1));
  const v1::Correction& moved = carried.corrections[0];
  EXPECT_EQ(moved.element_id(), "a2");
  EXPECT_EQ(moved.note(), "Zo heet het");
  EXPECT_EQ(moved.principal(), "jansen");
  EXPECT_EQ(moved.activity().title(), "Soep van de buren");
  EXPECT_EQ(moved.activity().line(), 8);
  EXPECT_THAT(moved.activity().goal_ids(), ElementsAre("g2"));
  EXPECT_EQ(moved.activity().aspects(0).plan(), "Elke week soep.");
}

TEST(CarryOverTest, WhatIsSaidOfTheWholeDocumentAndOfDecisionsGoesAlong) {
  const CarriedOver carried = Carry(
      {R"(element_id: "source" source { title: "Samen leven" document_kind: DOCUMENT_KIND_PROGRAMME_BUDGET sha256: "aa" })",
       R"(element_id: "a1" activity { title: "Soep in de kerk" line: 5 goal_ids: "g1" realisation_years: 2024 })",
       R"(element_id: "a1" same_as: "owners/GM0677/activities/soep")", R"(element_id: "a2" drop {})"});
  EXPECT_THAT(carried.set_aside, IsEmpty());
  ASSERT_THAT(carried.corrections, SizeIs(4));
  EXPECT_EQ(carried.corrections[0].source().title(), "Samen leven");
  EXPECT_EQ(carried.corrections[0].source().identifier(), "CVDR1/1");
  EXPECT_EQ(carried.corrections[1].element_id(), "a2");
  EXPECT_EQ(carried.corrections[2].element_id(), "a2");
  EXPECT_EQ(carried.corrections[2].same_as(), "owners/GM0677/activities/soep");
  EXPECT_EQ(carried.corrections[3].element_id(), "a3");
  EXPECT_TRUE(carried.corrections[3].has_drop());
}

TEST(CarryOverTest, WhatNamesAnotherElementNamesItsPair) {
  const CarriedOver carried =
      Carry({R"(element_id: "a2" activity { title: "Fietsles voor nieuwkomers" line: 9 })",
             R"(element_id: "g1" goal { title: "Meedoen in de wijk" kind: GOAL_KIND_OBJECTIVE line: 3 })"});
  ASSERT_THAT(carried.corrections, SizeIs(2));
  EXPECT_THAT(carried.corrections[0].activity().goal_ids(), IsEmpty());
  EXPECT_EQ(carried.corrections[1].element_id(), "g2");
}

// It was said before what stands above it was dropped.
TEST(CarryOverTest, WhatIsSaidBelowWhatIsDroppedGoesAlong) {
  const CarriedOver carried =
      Carry({R"(element_id: "g1" drop {})",
             R"(element_id: "a1" activity { goal_ids: "g1" title: "Soep van de buren" line: 5 })"});
  EXPECT_THAT(carried.set_aside, IsEmpty());
  ASSERT_THAT(carried.corrections, SizeIs(2));
  EXPECT_EQ(carried.corrections[0].activity().title(), "Soep van de buren");
  EXPECT_TRUE(carried.corrections[1].has_drop());
}

// Neither order of them is right for all.
TEST(CarryOverTest, GoalsThatChangePlacesGoAlong) {
  constexpr char kGoals[] = R"(
    goals { id: "g1" title: "Meedoen in de buurt" kind: GOAL_KIND_OBJECTIVE line: 3 }
    goals { id: "g2" title: "Gezond ouder worden" kind: GOAL_KIND_OBJECTIVE line: 4 parent_id: "g1" }
    spans { first_line: 1 last_line: 12 })";
  const auto goals = Parsed<v1::ParsedDocument>(kGoals);
  const Corrections said = {
      Parsed<v1::Correction>(R"(element_id: "g1" goal { title: "Meedoen in de buurt" kind: GOAL_KIND_OBJECTIVE line: 3
                                                        parent_id: "g2" })"),
      Parsed<v1::Correction>(
          R"(element_id: "g2" goal { title: "Gezond ouder worden" kind: GOAL_KIND_OBJECTIVE line: 4 })")};
  const CarriedOver carried = CarryOver(goals, said, goals, "GM0677");
  EXPECT_THAT(carried.set_aside, IsEmpty());
  const v1::ParsedDocument after = Apply(goals, carried.corrections);
  EXPECT_EQ(after.goals(0).parent_id(), "g2");
  EXPECT_EQ(after.goals(1).parent_id(), "");
}

TEST(CarryOverTest, WhatDoesNotFitIsSetAsideWithTheReason) {
  constexpr char kFlat[] = R"(
    goals { id: "g1" title: "Meedoen in de buurt" kind: GOAL_KIND_OBJECTIVE line: 3 }
    goals { id: "g2" title: "Gezond ouder worden" kind: GOAL_KIND_OBJECTIVE line: 4 }
    spans { first_line: 1 last_line: 12 })";
  auto nested = Parsed<v1::ParsedDocument>(kFlat);
  nested.mutable_goals(1)->set_parent_id("g1");
  const auto said = Parsed<v1::Correction>(
      R"(element_id: "g1" goal { title: "Meedoen in de buurt" kind: GOAL_KIND_OBJECTIVE line: 3 parent_id: "g2" })");
  const CarriedOver carried = CarryOver(Parsed<v1::ParsedDocument>(kFlat), {said}, nested, "GM0677");
  EXPECT_THAT(carried.corrections, IsEmpty());
  ASSERT_THAT(carried.set_aside, SizeIs(1));
  EXPECT_THAT(carried.set_aside[0].message(),
              HasSubstr("past niet bij wat daarin staat: goal.parent_id zou een doel onder zichzelf zetten"));
}

TEST(CarryOverTest, WhatIsNotFoundIsSetAsideAndTold) {
  const CarriedOver carried = Carry({R"(element_id: "n1" activity { title: "Wandelclub" line: 7 })",
                                     R"(element_id: "a1" activity { title: "Soep in de kerk" line: 5 goal_ids: "n2" })",
                                     R"(element_id: "a7" drop {})", R"(element_id: "a2" not_known {})"});
  ASSERT_THAT(carried.corrections, SizeIs(1));
  EXPECT_EQ(carried.corrections[0].element_id(), "a3");
  ASSERT_THAT(carried.set_aside, SizeIs(3));
  EXPECT_THAT(carried.set_aside[0].message(), HasSubstr("Het toegevoegde onderdeel \"Wandelclub\""));
  EXPECT_THAT(carried.set_aside[1].message(), HasSubstr("De verbetering \"Soep in de kerk\""));
  EXPECT_THAT(carried.set_aside[2].message(), HasSubstr("a7"));
  EXPECT_THAT(carried.set_aside[0].message(), HasSubstr("een regel van de vorige tekst"));
  EXPECT_THAT(carried.set_aside[1].message(), HasSubstr("verwijst naar een onderdeel"));
  EXPECT_THAT(carried.set_aside[2].message(), HasSubstr("niet met zekerheid herkend"));
  EXPECT_EQ(carried.set_aside[0].code(), "CORRECTION_SET_ASIDE");
  EXPECT_EQ(carried.set_aside[0].severity(), v1::SEVERITY_WARNING);
}

}  // namespace
}  // namespace regiokompas::intake
