#include "services/catalogue/neighbour_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace regiokompas::catalogue {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

NeighbourItem AnItem(const std::string& resource, const std::string& title, const std::string& text = "",
                     const std::vector<std::string>& task_fields = {},
                     const std::vector<NeighbourParty>& parties = {}) {
  return {.resource = resource,
          .display_name = title,
          .task_fields = task_fields,
          .parties = parties,
          .title_words = absl::StrSplit(title, ' ', absl::SkipEmpty()),
          .text_words = absl::StrSplit(absl::StrCat(title, " ", text), ' ', absl::SkipEmpty())};
}

v1::NeighbourScore ScoreOf(const NeighbourItem& one, const NeighbourItem& other, const WordCounts& counts = {}) {
  const WeighedItem a(one, counts);
  const WeighedItem b(other, counts);
  return WeighedItem::Score(a, b, WeighedItem::Cosine(a, b));
}

int FieldsScore(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  return ScoreOf(AnItem("a", "", "", one), AnItem("b", "", "", other)).task_fields();
}

int PartiesScore(const std::vector<NeighbourParty>& one, const std::vector<NeighbourParty>& other) {
  return ScoreOf(AnItem("a", "", "", {}, one), AnItem("b", "", "", {}, other)).parties();
}

// What stands in a row of an answer, for expectations.
std::vector<std::string> Rows(const v1::CompareOwnersResponse& response) {
  std::vector<std::string> rows;
  for (const v1::TreePair& pair : response.pairs()) {
    rows.push_back(absl::StrCat(pair.resource(), "|", pair.other().resource(), "|", pair.other().score().total()));
  }
  return rows;
}

TEST(NeighbourScoreTest, TheSameScoresFullAndNothingInCommonScoresZero) {
  const auto one = AnItem("a", "mantelzorg", "respijt", {"6.1"}, {{"", "Steunpunt"}});
  const auto same = ScoreOf(one, one);
  EXPECT_EQ(same.total(), 100);
  EXPECT_EQ(same.task_fields(), 100);
  EXPECT_EQ(same.parties(), 100);
  EXPECT_EQ(same.words(), 100);
  const auto none = ScoreOf(one, AnItem("b", "riool", "vervangen", {"7.2"}, {{"", "Waterschap"}}));
  EXPECT_EQ(none.total() + none.task_fields() + none.parties() + none.words(), 0);
}

TEST(NeighbourScoreTest, TheTotalIsTheWeightedSumOfTheParts) {
  const auto score = ScoreOf(AnItem("a", "mantelzorg", "", {"6.1"}, {{"", "Steunpunt"}}),
                             AnItem("b", "mantelzorg", "", {"7.1"}, {{"", "Steunpunt"}}));
  EXPECT_EQ(score.words(), 100);
  EXPECT_EQ(score.task_fields(), 0);
  EXPECT_EQ(score.parties(), 100);
  EXPECT_EQ(score.total(), 88);
}

TEST(NeighbourScoreTest, WhatOneOfThemDoesNotHaveSaysNothing) {
  EXPECT_EQ(ScoreOf(AnItem("a", "mantelzorg", "", {"6.1"}), AnItem("b", "mantelzorg")).total(), 100);
  EXPECT_EQ(ScoreOf(AnItem("a", ""), AnItem("b", "")).total(), 0);
}

TEST(NeighbourScoreTest, ItDoesNotMatterWhoAsks) {
  const auto one = AnItem("a", "schuld vroeg", "huisbezoek signaal", {"6.3", "6.71a"}, {{"", "Kredietbank"}});
  const auto other = AnItem("b", "schuld", "vroeg bank", {"6.71"}, {{"", "kredietbank"}, {"", "Bank"}});
  EXPECT_EQ(ScoreOf(one, other).SerializeAsString(), ScoreOf(other, one).SerializeAsString());
}

TEST(NeighbourScoreTest, TaskFieldsAreSharedInWholeOrAsDivided) {
  EXPECT_EQ(FieldsScore({"6.1"}, {"6.1"}), 100);
  EXPECT_EQ(FieldsScore({"6.71"}, {"6.71a"}), 50);
  EXPECT_EQ(FieldsScore({"6.711"}, {"6.71"}), 50);
  EXPECT_EQ(FieldsScore({"6.71a"}, {"6.71b"}), 0);
  EXPECT_EQ(FieldsScore({"0.1"}, {"0.10"}), 0);
  EXPECT_EQ(FieldsScore({"6.1", "6.2"}, {"6.1"}), 67);
}

TEST(NeighbourScoreTest, PartiesAreTheSameByPartyElseByName) {
  EXPECT_EQ(PartiesScore({{"parties/ggd", "GGD"}}, {{"parties/ggd", "De gezondheidsdienst"}}), 100);
  EXPECT_EQ(PartiesScore({{"parties/ggd-a", "GGD"}}, {{"parties/ggd-b", "GGD"}}), 0);
  EXPECT_EQ(PartiesScore({{"parties/ggd", "GGD"}}, {{"", "ggd"}}), 100);
  EXPECT_EQ(PartiesScore({{"", "Stichting Présent"}}, {{"", "present"}}), 100);
}

TEST(NeighbourScoreTest, RareWordsCountMore) {
  WordCounts counts;
  for (int i = 0; i < 50; ++i) counts.Add(AnItem(absl::StrCat("x", i), "inwoner"));
  const auto asked = AnItem("a", "", "inwoner rookvrij");
  EXPECT_GT(counts.WeightOf("rookvrij"), counts.WeightOf("inwoner"));
  EXPECT_GT(ScoreOf(asked, AnItem("b", "", "rookvrij park"), counts).words(),
            ScoreOf(asked, AnItem("c", "", "inwoner park"), counts).words());
}

TEST(NeighbourScoreTest, WordsOfTheTitleCountMore) {
  const auto asked = AnItem("a", "rookvrij");
  EXPECT_GT(ScoreOf(asked, AnItem("b", "rookvrij", "park bord")).words(),
            ScoreOf(asked, AnItem("c", "park", "rookvrij bord")).words());
}

TEST(FoldOrganisationTest, LeavesWhatTellsOrganisationsApart) {
  EXPECT_EQ(FoldOrganisation("Stichting De Kléine Beer B.V."), "kleine beer");
  EXPECT_EQ(FoldOrganisation("Zorg- en  Veiligheidshuis"), "zorg en veiligheidshuis");
  EXPECT_NE(FoldOrganisation("GGD Noord"), FoldOrganisation("GGD Zuid"));
  EXPECT_FALSE(FoldOrganisation("De Stichting").empty());
  EXPECT_FALSE(FoldOrganisation("\xC3").empty());
}

TEST(RankNeighboursTest, TheBestComesFirstAndEqualsByName) {
  const auto asked = AnItem("a", "mantelzorg respijt");
  const auto ranked = RankNeighbours(
      asked,
      {AnItem("d", "riool"), AnItem("c", "mantelzorg"), AnItem("b", "mantelzorg"), AnItem("e", "mantelzorg respijt")},
      WordCounts(), 20);
  ASSERT_EQ(ranked.size(), 3u) << "none that scores 0";
  EXPECT_EQ(ranked[0].resource(), "e");
  EXPECT_EQ(ranked[1].resource(), "b");
  EXPECT_EQ(ranked[2].resource(), "c");
  EXPECT_EQ(ranked[0].display_name(), "mantelzorg respijt");
  EXPECT_EQ(RankNeighbours(asked, {AnItem("c", "mantelzorg"), AnItem("b", "mantelzorg")}, WordCounts(), 1).size(), 1u);
}

TEST(RankNeighboursTest, CommonWordsAreTheWeightiestTen) {
  std::string words;
  for (int i = 0; i < 12; ++i) absl::StrAppend(&words, " w", 10 + i);
  const auto ranked =
      RankNeighbours(AnItem("a", "titel", words), {AnItem("b", "titel", words)}, WordCounts(5, {{"w10", 5}}), 20);
  ASSERT_EQ(ranked.size(), 1u);
  EXPECT_THAT(ranked[0].common_words(),
              ElementsAre("titel", "w11", "w12", "w13", "w14", "w15", "w16", "w17", "w18", "w19"));
}

TEST(HeaviestTest, TheWordsThatSayMostComeFirst) {
  const WeighedItem item(AnItem("a", "titel", "zeldzaam gewoon"), WordCounts(9, {{"gewoon", 9}}));
  const auto heaviest = item.Heaviest(2);
  ASSERT_EQ(heaviest.size(), 2u);
  EXPECT_EQ(heaviest[0].first, "titel");
  EXPECT_EQ(heaviest[1].first, "zeldzaam");
}

TEST(PairItemsTest, EachIsPairedOnceAndTheRestIsToldApart) {
  v1::CompareOwnersResponse response;
  PairItems({AnItem("m2", "mantelzorg respijt"), AnItem("m1", "mantelzorg"), AnItem("m3", "riool")},
            {AnItem("t2", "mantelzorg"), AnItem("t1", "mantelzorg respijt"), AnItem("t3", "wegen")}, 30, &response);
  EXPECT_THAT(Rows(response), ElementsAre("m1|t2|100", "m2|t1|100", "m3||0", "|t3|0"));
  EXPECT_EQ(response.pairs(3).other().display_name(), "wegen");
  EXPECT_FALSE(response.pairs(3).other().has_score());
  EXPECT_FALSE(response.pairs(2).has_other());
}

TEST(PairItemsTest, WhatScoresLessIsNoPair) {
  v1::CompareOwnersResponse response;
  const std::vector<NeighbourItem> mine = {AnItem("m", "mantelzorg", "", {"6.1"})};
  const std::vector<NeighbourItem> theirs = {AnItem("t", "respijt", "", {"6.1"})};
  PairItems(mine, theirs, 13, &response);
  EXPECT_THAT(Rows(response), ElementsAre("m|t|13"));
  response.Clear();
  PairItems(mine, theirs, 14, &response);
  EXPECT_THAT(Rows(response), ElementsAre("m||0", "|t|0"));
}

// Whatever the lists are and in whatever order: everything comes once, pairs first and falling, and no two that were
// left alone would have been a pair.
TEST(PairItemsTest, AnyTwoListsAreLaidSideBySide) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    const auto list = [&](const std::string& prefix) {
      std::vector<NeighbourItem> items;
      const size_t size = random() % 8;
      for (size_t i = 0; i < size; ++i) {
        std::string title;
        for (int word = 0; word < 3; ++word) absl::StrAppend(&title, " w", random() % 6);
        items.push_back(AnItem(absl::StrCat(prefix, i), title, "", {absl::StrCat("6.", random() % 3)}));
      }
      return items;
    };
    std::vector<NeighbourItem> mine = list("m");
    std::vector<NeighbourItem> theirs = list("t");
    v1::CompareOwnersResponse response;
    PairItems(mine, theirs, 40, &response);

    std::multiset<std::string> seen;
    std::vector<int> totals;
    std::vector<std::string> alone_mine;
    std::vector<std::string> alone_theirs;
    for (const v1::TreePair& pair : response.pairs()) {
      if (!pair.resource().empty()) seen.insert(pair.resource());
      if (pair.has_other()) seen.insert(pair.other().resource());
      if (!pair.has_other()) {
        alone_mine.push_back(pair.resource());
      } else if (pair.resource().empty()) {
        alone_theirs.push_back(pair.other().resource());
      } else {
        EXPECT_TRUE(alone_mine.empty() && alone_theirs.empty()) << "pairs come first";
        totals.push_back(pair.other().score().total());
      }
    }
    EXPECT_EQ(seen.size(), mine.size() + theirs.size());
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), seen.size());
    EXPECT_TRUE(std::is_sorted(totals.rbegin(), totals.rend()));
    WordCounts counts;
    for (const auto* items : {&mine, &theirs}) {
      for (const NeighbourItem& item : *items) counts.Add(item);
    }
    for (const NeighbourItem& one : mine) {
      for (const NeighbourItem& other : theirs) {
        if (std::count(alone_mine.begin(), alone_mine.end(), one.resource) == 0 ||
            std::count(alone_theirs.begin(), alone_theirs.end(), other.resource) == 0) {
          continue;
        }
        EXPECT_LT(ScoreOf(one, other, counts).total(), 40);
      }
    }

    const std::vector<std::string> rows = Rows(response);
    std::shuffle(mine.begin(), mine.end(), random);
    std::shuffle(theirs.begin(), theirs.end(), random);
    response.Clear();
    PairItems(mine, theirs, 40, &response);
    EXPECT_THAT(Rows(response), ElementsAreArray(rows));
  }
}

TEST(NeighbourRequestTest, OnlyGoalsAndActivitiesHaveNeighbours) {
  v1::SearchNeighboursRequest request;
  for (const auto& [name, right] : std::map<std::string, bool>{{"owners/GM0677/activities/a1", true},
                                                               {"owners/GM0677/frameworks/f1/goals/g1", true},
                                                               {"owners/GM0677/frameworks/f1/sections/s1", false},
                                                               {"owners/GM0677/activities/a1/contributions/c1", false},
                                                               {"owners/GM0677", false}}) {
    request.set_name(name);
    EXPECT_EQ(CheckNeighbourRequest(request).ok(), right) << name;
  }
  request.set_name("owners/GM0677/activities/a1");
  request.set_max_results(21);
  EXPECT_FALSE(CheckNeighbourRequest(request).ok());
  request.set_max_results(-1);
  EXPECT_FALSE(CheckNeighbourRequest(request).ok());
}

TEST(CompareRequestTest, TheOtherOwnerIsAnotherOwner) {
  v1::CompareOwnersRequest request;
  request.set_parent("owners/GM0677");
  for (const auto& [other, right] : std::map<std::string, bool>{{"GM0299", true},
                                                                {"RG-achterhoek", true},
                                                                {"GM0677", false},
                                                                {"gm", false},
                                                                {"GM0299/activities/x", false}}) {
    request.set_other_owner(other);
    EXPECT_EQ(CheckCompareRequest(request).ok(), right) << other;
  }
  request.set_other_owner("GM0299");
  request.set_kind(v1::SEARCH_KIND_SECTION);
  EXPECT_FALSE(CheckCompareRequest(request).ok());
  request.set_kind(v1::SEARCH_KIND_GOAL);
  request.set_min_score(101);
  EXPECT_FALSE(CheckCompareRequest(request).ok());
}

}  // namespace
}  // namespace regiokompas::catalogue
