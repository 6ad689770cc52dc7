#include "services/intake/draft_comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/errors.h"
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
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

std::vector<catalogue::v1::Activity> Catalogue() {
  return {Parsed<catalogue::v1::Activity>(R"(name: "owners/GM0677/activities/soep" display_name: "Soep in de kerk")"),
          Parsed<catalogue::v1::Activity>(
              R"(name: "owners/GM0677/activities/fiets" code: "2" display_name: "Fietsles voor nieuwkomers")")};
}

const char* const kDraft = R"(parsed {
  goals { id: "g1" title: "Meedoen" }
  activities { id: "a1" title: "Soep in de kerk" line: 4 }
  activities { id: "a2" goal_ids: "g1" code: "2" title: "Fietslessen voor vrouwen" line: 9 }
  activities { id: "a3" title: "Schaatsbaan" } })";

TEST(ActivityMatcherTest, SaysWhatEachMayBe) {
  const ActivityMatcher matcher(Catalogue(), {{"owners/GM0677/activities/fiets", {"doel"}}}, {{"doel", "Meedoen"}});
  const auto draft = Parsed<v1::Draft>(kDraft);
  const auto matches = matcher.Match(draft, {}, {});
  ASSERT_THAT(matches, SizeIs(3));
  EXPECT_EQ(matches[0].outcome(), v1::MATCH_OUTCOME_SAME);
  EXPECT_EQ(matches[0].line(), 4);
  EXPECT_EQ(matches[1].outcome(), v1::MATCH_OUTCOME_ASK);
  EXPECT_EQ(matches[1].activity(), "owners/GM0677/activities/fiets");
  EXPECT_EQ(matches[2].outcome(), v1::MATCH_OUTCOME_NEW);
  const Links decided = Decided(matches);
  EXPECT_EQ(decided.at("a1"), "soep");
  EXPECT_EQ(decided.at("a3"), "");

  const absl::Status refused = CheckDecided(matches, {"a1", "a2", "a3"});
  EXPECT_EQ(errors::ReasonOf(refused), "MATCH_UNDECIDED");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("\"Fietslessen voor vrouwen\" (a2)"));
  EXPECT_TRUE(CheckDecided(matches, {"a1", "a3"}).ok());
}

TEST(ActivityMatcherTest, ThePartOfAnActivityMatchesLikeTheWhole) {
  auto whole = Parsed<catalogue::v1::Activity>(R"(
    name: "owners/GM0677/activities/les" code: "2" display_name: "Fietslessen"
    provenance { document: "owners/GM0677/documents/d" first_line: 7 lines { number: 7 text: "Fietslessen" } }
    aspects { plan: "Vrijwilligers leren nieuwe inwoners fietsen op het plein." } task_fields: "6.1")");
  for (int i = 0; i < 100; ++i) whole.add_aspects()->set_plan(std::string(3000, 'x'));
  const catalogue::v1::Activity part = MatchedPartOf(whole);
  EXPECT_LT(part.ByteSizeLong(), 4500u);
  EXPECT_THAT(part.provenance().lines(), IsEmpty());
  const auto draft = Parsed<v1::Draft>(R"(parsed { activities { id: "a1" title: "Leren fietsen" code: "2" aspects {
    plan: "Vrijwilligers leren nieuwe inwoners fietsen op het plein." } } })");
  const auto by_whole = ActivityMatcher({whole}, {}, {}).Match(draft, {}, {});
  const auto by_part = ActivityMatcher({part}, {}, {}).Match(draft, {}, {});
  ASSERT_THAT(by_part, SizeIs(1));
  EXPECT_EQ(by_part[0].DebugString(), by_whole[0].DebugString());
  EXPECT_GT(by_part[0].score_permille(), 0);
}

TEST(ActivityMatcherTest, WhatHasAPlaceIsNotMatchedAndNotMatchedWith) {
  const ActivityMatcher matcher(Catalogue(), {}, {});
  const auto draft = Parsed<v1::Draft>(kDraft);
  const auto matches = matcher.Match(draft, {{"a3", {"owners/GM0677/activities/soep"}}}, {{"a2", "fiets"}});
  ASSERT_THAT(matches, SizeIs(1));
  EXPECT_EQ(matches[0].element_id(), "a1");
  EXPECT_EQ(matches[0].outcome(), v1::MATCH_OUTCOME_NEW);
}

TEST(ActivityMatcherTest, TheOfficersWordCounts) {
  const ActivityMatcher matcher(Catalogue(), {}, {});
  auto draft = Parsed<v1::Draft>(kDraft);
  *draft.add_corrections() = Parsed<v1::Correction>(R"(element_id: "a1" not_known {})");
  *draft.add_corrections() = Parsed<v1::Correction>(R"(element_id: "a2" same_as: "owners/GM0677/activities/fiets")");
  const auto matches = matcher.Match(draft, {}, {});
  EXPECT_EQ(matches[0].outcome(), v1::MATCH_OUTCOME_NEW);
  EXPECT_EQ(matches[1].outcome(), v1::MATCH_OUTCOME_SAME);
  draft.mutable_corrections(1)->set_same_as("owners/GM0677/activities/weg");
  const auto asked = matcher.Match(draft, {}, {});
  EXPECT_EQ(asked[1].outcome(), v1::MATCH_OUTCOME_ASK);
  EXPECT_EQ(asked[1].activity(), "");
  ASSERT_THAT(asked[1].evidence(), SizeIs(1));
  EXPECT_THAT(asked[1].evidence(0).text(), HasSubstr("owners/GM0677/activities/weg"));
}

TEST(LaterPlacesTest, GoByTheIdsOfTheLaterReading) {
  const Places earlier = {{"document", {"f"}},          {"cycle", {"c"}}, {"g1", {"doel"}},
                          {"a1", {"activiteit", true}}, {"a2", {"weg"}},  {"g1 UNIT_PERCENT", {"indicator"}}};
  const Places later = LaterPlaces({.differences = {}, .previous_ids = {{"g7", "g1"}, {"a9", "a1"}}}, earlier);
  EXPECT_THAT(later, SizeIs(5));
  EXPECT_EQ(later.at("document").resource, "f");
  EXPECT_EQ(later.at("g7").resource, "doel");
  EXPECT_TRUE(later.at("a9").merged);
  EXPECT_EQ(later.at("g7 UNIT_PERCENT").resource, "indicator");
}

TEST(ApplyDecisionsTest, TheOfficersWordComesBeforeThePairs) {
  const Places earlier = {{"a1", {"x1"}}, {"a2", {"x2"}}, {"a3", {"x3"}}, {"a4", {"x4"}}};
  Places places = {{"a1", {"x1"}}, {"a2", {"x2"}}, {"a3", {"x3"}}};
  const auto draft = Parsed<v1::Draft>(R"(
    corrections { element_id: "a1" not_known {} }
    corrections { element_id: "a2" same_as: "x3" }
    corrections { element_id: "a5" same_as: "x4" }
    corrections { element_id: "a6" same_as: "of another source" })");
  ApplyDecisions(draft, earlier, places);
  EXPECT_THAT(places, SizeIs(2));
  EXPECT_EQ(places.at("a2").resource, "x3");
  EXPECT_EQ(places.at("a5").resource, "x4");
}

TEST(DifferentFieldsTest, WhereItWasReadIsNoDifference) {
  const auto before = Parsed<catalogue::v1::Activity>(R"(
    display_name: "A" budget_lines { amount_cents: 5 provenance { first_line: 3 } } provenance { first_line: 2 })");
  auto after = before;
  after.mutable_provenance()->set_first_line(80);
  after.mutable_budget_lines(0)->mutable_provenance()->set_first_line(81);
  EXPECT_THAT(DifferentFields(before, after), IsEmpty());
  after.mutable_budget_lines(0)->set_amount_cents(6);
  after.add_realisation_years(2024);
  EXPECT_THAT(DifferentFields(before, after), ElementsAre("realisation_years", "budget_lines"));
}

TEST(CheckRemovedTest, NamesWhatIsNotGone) {
  Comparison comparison;
  comparison.differences.emplace_back().set_kind(v1::DIFFERENCE_KIND_REMOVED);
  comparison.differences.back().set_previous_element_id("a3");
  v1::AcceptDraftRequest request;
  request.add_removed_element_ids("a3");
  EXPECT_TRUE(CheckRemoved(request, comparison).ok());
  request.add_removed_element_ids("a4");
  const absl::Status refused = CheckRemoved(request, comparison);
  EXPECT_TRUE(absl::IsInvalidArgument(refused));
  EXPECT_FALSE(CheckRemoved(request, {}).ok());
}

}  // namespace
}  // namespace regiokompas::intake
