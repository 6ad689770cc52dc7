#include "services/intake/parser/text_lines.h"

#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace regiokompas::intake {
namespace {

using ::testing::ElementsAre;

TEST(SplitLines, CountsEveryLineEndAndSkipsBlankLines) {
  const SourceText source{.text = "een\r\n\r\ntwee\rdrie\n \xC2\xA0 \nvier"};
  const auto lines = SplitLines(source);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0].text, "een");
  EXPECT_EQ(lines[0].number, 1);
  EXPECT_EQ(lines[1].number, 3);
  EXPECT_TRUE(lines[1].after_blank);
  EXPECT_EQ(lines[2].number, 4);
  EXPECT_FALSE(lines[2].after_blank);
  EXPECT_EQ(lines[3].number, 6);
}

TEST(SplitLines, KeepsTheLineNumbersOfTheFile) {
  const SourceText source{.text = "een\ntwee\n\ndrie", .line_numbers = {3, 3, 3, 8}};
  const auto lines = SplitLines(source);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[1].number, 3);
  EXPECT_EQ(lines[2].number, 8);
}

TEST(SplitNumber, PartsTheNumberOfASectionFromItsTitle) {
  const std::pair<const char*, std::pair<const char*, const char*>> texts[] = {
      {"1 Inleiding", {"1", "Inleiding"}},
      {"2. wonen", {"2", "wonen"}},
      {"6.1 Wonen", {"6.1", "Wonen"}},
      {"4.1.2. Wonen", {"4.1.2", "Wonen"}},
      {"b) wonen", {"b", "wonen"}},
      {"IV. Wonen", {"IV", "Wonen"}},
      {"2.500 Mantelzorgers ondersteund", {"", "2.500 Mantelzorgers ondersteund"}},
      {"40 woningen erbij", {"", "40 woningen erbij"}},
      {"2026 Jaar van de wijk", {"", "2026 Jaar van de wijk"}},
      {"A Wonen", {"", "A Wonen"}},
      {"1.", {"", "1."}},
      {"", {"", ""}}};
  for (const auto& [text, parts] : texts) {
    EXPECT_EQ(SplitNumber(text).code, parts.first) << text;
    EXPECT_EQ(SplitNumber(text).title, parts.second) << text;
  }
}

TEST(SplitLines, ReadsListMarks) {
  const SourceText source{.text = "  • punt\n- –\n- A.\n- 2)\n -\n-18 graden\n– tekst\n•vast"};
  const auto lines = SplitLines(source);
  ASSERT_EQ(lines.size(), 8u);
  EXPECT_EQ(lines[0].item, "punt");
  EXPECT_EQ(lines[0].indent, 2);
  EXPECT_TRUE(lines[1].mark_only());
  EXPECT_TRUE(lines[2].mark_only());
  EXPECT_EQ(lines[2].item_code, "A");
  EXPECT_EQ(lines[3].item_code, "2");
  EXPECT_TRUE(lines[4].mark_only());
  EXPECT_FALSE(lines[5].is_item);
  EXPECT_EQ(lines[6].item, "tekst");
  EXPECT_EQ(lines[7].item, "vast");
}

TEST(SplitLines, WhatComparesIsNoListMark) {
  const SourceText source{.text = "> 90% is tevreden\n>= 3 plekken\n> tekst\n- > 80%"};
  const auto lines = SplitLines(source);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_FALSE(lines[0].is_item);
  EXPECT_FALSE(lines[1].is_item);
  EXPECT_EQ(lines[2].item, "tekst");
  EXPECT_EQ(lines[3].item, "> 80%");
}

TEST(SplitLines, SeesWhatMayDivideCells) {
  const SourceText source{.text = "een  twee\neen   twee\neen\ttwee\neen|twee\neen |\n|\n   een"};
  std::vector<bool> divided;
  for (const Line& line : SplitLines(source)) divided.push_back(line.divided);
  EXPECT_THAT(divided, ElementsAre(false, true, true, true, false, false, false));
}

TEST(NormalizedOpenings, AreThoseOfTheOpeningsOneByOne) {
  for (const absl::string_view text :
       {"Wat gaan we doen? Veel van alles", "Risico's  en – kansen |", "Één café (of \u00a0 meer) erbij", "– 1 twee",
        "een", "Tien woorden zijn er hier en dat is te veel"}) {
    const NormalizedOpenings openings(text, 40, 8);
    size_t end = text.find(' ');
    for (const NormalizedOpenings::Opening& opening : openings.all()) {
      EXPECT_EQ(opening.end, end);
      EXPECT_EQ(opening.words, Normalized(text.substr(0, end)));
      end = text.find(' ', end + 1);
    }
    EXPECT_TRUE(end == absl::string_view::npos || end >= 40 || openings.all().size() == 8) << text;
  }
}

TEST(NormalizedOpenings, AreNoLongerAndNoMoreThanIsAsked) {
  EXPECT_EQ(NormalizedOpenings("een twee drie vier", 9, 8).all().size(), 2u);
  EXPECT_EQ(NormalizedOpenings("een twee drie vier", 80, 1).all().size(), 1u);
}

TEST(FindMark, FindsTheFirstMarkOrTheEnd) {
  EXPECT_EQ(FindMark("Wat: nu?"), 3u);
  EXPECT_EQ(FindMark("Wie?"), 3u);
  EXPECT_EQ(FindMark("a\tb:"), 1u);
  EXPECT_EQ(FindMark("cel |"), 4u);
  EXPECT_EQ(FindMark("geen"), 4u);
  EXPECT_EQ(FindMark(""), 0u);
}

TEST(Stems, AreFoundInWordsOfAnyCase) {
  const Stems stems({"thema", "op peil"});
  for (absl::string_view text : {"thema", "De HoofdThema's", "blijft OP PEIL"}) EXPECT_TRUE(stems.AreIn(text)) << text;
  for (absl::string_view text : {"", "t", "them", "op een peil", "opa"}) EXPECT_FALSE(stems.AreIn(text)) << text;
}

TEST(NormalizedWords, AreThoseOfNormalizedTexts) {
  const std::string longer(200, 'A');
  for (absl::string_view text :
       {absl::string_view(""), absl::string_view(" De coördinatie: 5%"), absl::string_view(longer)}) {
    EXPECT_EQ(NormalizedWords(text).view(), Normalized(text));
  }
}

TEST(ContainsInAnyCase, LooksEverywhere) {
  EXPECT_TRUE(ContainsInAnyCase("in DUIZENDEN", "duizend"));
  EXPECT_TRUE(ContainsInAnyCase("duiduizend", "duizend"));
  EXPECT_FALSE(ContainsInAnyCase("duizen", "duizend"));
  EXPECT_FALSE(ContainsInAnyCase("", "duizend"));
}

TEST(Normalized, ForgivesCaseAccentsAndPunctuation) {
  EXPECT_EQ(Normalized("  Geëscaleerde  Zorg (18-)! "), "geescaleerde zorg 18");
  EXPECT_EQ(Normalized("e\xCC\x81\xC3\xA9n"), "een");
  EXPECT_EQ(Normalized("Straße æ ĳ Œ"), "strasse ae ij oe");
  EXPECT_EQ(Normalized("ßßßß.ĳ"), "ssssssss ij");
  EXPECT_EQ(Normalized("..."), "");
  EXPECT_EQ(NormalizedWordSet("doen we mee"), NormalizedWordSet("mee doen we."));
}

TEST(WithinOneEdit, CountsInsertDeleteReplaceAndSwap) {
  EXPECT_TRUE(WithinOneEdit("planning", "planning"));
  EXPECT_TRUE(WithinOneEdit("planing", "planning"));
  EXPECT_TRUE(WithinOneEdit("plannimg", "planning"));
  EXPECT_TRUE(WithinOneEdit("plannnig", "planning"));
  EXPECT_FALSE(WithinOneEdit("plan", "planning"));
  EXPECT_FALSE(WithinOneEdit("panninh", "planning"));
}

TEST(SplitSentences, LeavesAbbreviationsAndNumbersWhole) {
  EXPECT_THAT(SplitSentences("Minder i.v.m. de verhuizing. Daarna 1. Start in 2020. Klaar"),
              ElementsAre("Minder i.v.m. de verhuizing.", "Daarna 1. Start in 2020.", "Klaar"));
  for (absl::string_view whole :
       {"Voor ca. 40 gezinnen", "Groepen van max. 8 kinderen", "Samen met o.a. Stichting De Brug",
        "Zie nr. 3 en art. 4", "Budget 2 mln. € 1 mln. is vrij", "(bijv. Jeugdpunt)"}) {
    EXPECT_THAT(SplitSentences(whole), ElementsAre(whole));
  }
  EXPECT_THAT(SplitSentences("Het kost 2 mln. Daarna niets. Het bericht. Klaar"),
              ElementsAre("Het kost 2 mln.", "Daarna niets.", "Het bericht.", "Klaar"));
}

}  // namespace
}  // namespace regiokompas::intake
