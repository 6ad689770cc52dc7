#include "services/intake/parser/dutch_words.h"

#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace regiokompas::intake {
namespace {

using ::testing::ElementsAre;

TEST(NumberOfWord, ReadsNumberWords) {
  struct Case {
    const char* word;
    const char* number;
  };
  constexpr Case kCases[] = {{"nul", "0"},
                             {"een", "1"},
                             {"twaalf", "12"},
                             {"zeventien", "17"},
                             {"twintig", "20"},
                             {"vijfentwintig", "25"},
                             {"drieentachtig", "83"},
                             {"honderd", "100"},
                             {"honderdvijftig", "150"},
                             {"honderdeneen", "101"},
                             {"driehonderdtwaalf", "312"},
                             {"duizend", "1000"},
                             {"twaalfhonderd", "1200"},
                             {"tweeduizend", "2000"},
                             {"vijfentwintigduizend", "25000"},
                             {"tweeduizendvijfhonderd", "2500"},
                             {"anderhalf", "1.5"},
                             {"halve", "0.5"}};
  for (const Case& each : kCases) EXPECT_EQ(NumberOfWord(each.word), each.number) << each.word;
  for (const char* none : {"", "veel", "tientallen", "honderden", "duizendpoot", "eendracht", "achterstand", "vierkant",
                           "enen", "twintigtwintig", "nulhonderd"}) {
    EXPECT_EQ(NumberOfWord(none), "") << none;
  }
}

TEST(ScaledDecimal, MovesThePoint) {
  EXPECT_EQ(ScaledDecimal("1.2", 6), "1200000");
  EXPECT_EQ(ScaledDecimal("0.25", 3), "250");
  EXPECT_EQ(ScaledDecimal("1.2345", 3), "1234.5");
  EXPECT_EQ(ScaledDecimal("0", 6), "0");
  EXPECT_EQ(ScaledDecimal("7", 0), "7");
}

// The figure of a phrase, with its unit.
std::string FigureOf(absl::string_view phrase) {
  std::string figures;
  for (const Token& token : ReadTokens(phrase)) {
    if (token.meaning != Meaning::kFigure) continue;
    figures += figures.empty() ? "" : " ";
    figures += token.value;
    if (token.unit != v1::UNIT_UNSPECIFIED) figures += v1::Unit_Name(token.unit).substr(sizeof("UNIT") - 1);
  }
  return figures;
}

TEST(ReadTokens, ReadsFiguresWithTheirUnits) {
  struct Case {
    const char* phrase;
    const char* figure;
  };
  constexpr Case kCases[] = {
      {"7,5", "7.5"},
      {"1.250 inwoners", "1250"},
      {"35k", "35000"},
      {"1,2 miljoen", "1200000"},
      {"€ 1,2 mln", "1200000_EURO"},
      {"€ 35.000,- en", "35000_EURO"},
      {"twee miljoen euro", "2000000_EURO"},
      {"40%", "40_PERCENT"},
      {"40 procent", "40_PERCENT"},
      {"2 %-punt", "2_PERCENTAGE_POINT"},
      {"2 procentpunten", "2_PERCENTAGE_POINT"},
      {"3 promille", "3_PER_THOUSAND"},
      {"6‰", "6_PER_THOUSAND"},
      {"6 per 1.000 inwoners", "6_PER_THOUSAND"},
      {"930 van de 1000 inwoners", "930_PER_THOUSAND"},
      {"anderhalf procent", "1.5_PERCENT"},
      {"driekwart van", "75_PERCENT"},
      {"een derde van", "33.3_PERCENT"},
      {"tweederde van", "66.7_PERCENT"},
      {"2/3 van", "66.7_PERCENT"},
      {"een op de drie", "33.3_PERCENT"},
      {"1 op de 8", "12.5_PERCENT"},
      {"9 op de 10", "90_PERCENT"},
      {"minimaal 2000 inwoners", "2000"},
      {"minimaal in 2025", ""},
      {"artikel 3", ""},
      {"kader 1, 2 en 3", ""},
      {"1 juli", ""},
      {"31-12-2024", ""},
      {"65+ en 18-", ""},
      {"24-uurszorg", ""},
      {"het 3e kwartaal", ""},
      {"0573-250250", ""},
      {"5.1.2", ""},
      {"24/7", ""},
      {"derde kwartaal", ""},
      {"per 1.000 inwoners", ""},
  };
  for (const Case& each : kCases) EXPECT_EQ(FigureOf(each.phrase), each.figure) << each.phrase;
}

TEST(ReadTokens, GivesWordsInLowerCaseAndGroupsAsOne) {
  std::vector<std::string> words;
  Tokens tokens = ReadTokens("TEN MINSTE één op-maat plek: in het Jaar 2025, d.w.z. ca. 40 €");
  const Tokens moved = std::move(tokens);
  for (const Token& token : moved) words.emplace_back(token.word);
  EXPECT_THAT(words, ElementsAre("ten minste", "een", "op maat", "plek", ":", "in het jaar", "2025", "", "d w z", "ca",
                                 "40", ""));
}

TEST(ReadTokens, KeepsPlacesInOrder) {
  const std::string sentence = "Ten minste één op de drie ouders (40%) t.o.v. 2020, zo'n € 5,- meer.";
  size_t end = 0;
  for (const Token& token : ReadTokens(sentence)) {
    EXPECT_GE(token.begin, end);
    EXPECT_GT(token.end, token.begin);
    end = token.end;
  }
  EXPECT_LE(end, sentence.size());
}

TEST(MaySetNorm, SaysNoForMostSentences) {
  for (absl::string_view sentence : {"", "Wij gaan verder met deze aanpak.",
                                     "Een goede buur is beter dan een verre vriend", "De coördinatie is goed"}) {
    EXPECT_FALSE(MaySetNorm(sentence)) << sentence;
  }
}

TEST(MaySetNorm, NeverSaysNoToAFigureOrANorm) {
  constexpr absl::string_view kParts[] = {"een",    "één",    "EEN",   "derde",      "de helft",   "Driekwart", "op de",
                                          "drie",   "blijft", "geen",  "enkele",     "gelijk",     "Gemiddeld", "dan",
                                          "scoort", "te",     "op",    "het niveau", "gehalveerd", "keurmerk",  "2025",
                                          "van",    "meer",   "kwart", "twee-derde", "op peil",    "huidige"};
  const auto sets_norm = [](const Token& token) {
    return token.meaning == Meaning::kFigure || token.meaning == Meaning::kYear ||
           absl::c_linear_search(kNormWithoutFigure, token.meaning);
  };
  int norms = 0;
  for (absl::string_view first : kParts) {
    for (absl::string_view second : kParts) {
      for (absl::string_view third : kParts) {
        const std::string sentence = absl::StrCat(first, " ", second, " ", third);
        const Tokens tokens = ReadTokens(sentence);
        if (!absl::c_any_of(tokens, sets_norm)) continue;
        ++norms;
        EXPECT_TRUE(MaySetNorm(sentence)) << sentence;
      }
    }
  }
  EXPECT_GT(norms, 1000);
}

}  // namespace
}  // namespace regiokompas::intake
