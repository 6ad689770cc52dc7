#include "services/catalogue/search_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace regiokompas::catalogue {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::vector<std::string> Read(absl::string_view query) {
  std::vector<std::string> terms;
  for (const QueryTerm& term : ParseQuery(query)) {
    terms.push_back(absl::StrCat(term.negative ? "-" : "", term.phrase ? "\"" : "", term.text));
  }
  return terms;
}

std::vector<std::string> TextsOf(const std::vector<Form>& forms) {
  std::vector<std::string> texts;
  for (const Form& form : forms) texts.push_back(form.text);
  return texts;
}

// A word that is looked for as it stands, as the beginning of a word and within one.
Sought Word(const std::string& text) { return {.forms = {{text, true, true}}, .phrase = {}}; }

// The text with its matches in brackets, and what the characters from the offsets on are.
std::string Marked(const v1::Snippet& snippet) {
  std::vector<std::string> characters;
  for (const char c : snippet.text()) {
    if ((static_cast<unsigned char>(c) & 0xC0U) == 0x80U) {
      characters.back().push_back(c);
    } else {
      characters.emplace_back(1, c);
    }
  }
  for (int i = 0; i < snippet.match_starts_size(); ++i) {
    characters.at(static_cast<size_t>(snippet.match_starts(i))).insert(0, "[");
    characters.at(static_cast<size_t>(snippet.match_starts(i) + snippet.match_lengths(i) - 1)).append("]");
  }
  return absl::StrJoin(characters, "");
}

TEST(SearchRulesTest, QueriesHoldWordsPhrasesAndWordsThatMustNotBeThere) {
  EXPECT_THAT(Read(""), IsEmpty());
  EXPECT_THAT(Read("  jeugd \t zorg\n"), ElementsAre("jeugd", "zorg"));
  EXPECT_THAT(Read("\"huiselijk geweld\" -kinderen"), ElementsAre("\"huiselijk geweld", "-kinderen"));
  EXPECT_THAT(Read("-\"huiselijk geweld\""), ElementsAre("-\"huiselijk geweld"));
  EXPECT_THAT(Read("vn-verdrag"), ElementsAre("vn-verdrag"));
  EXPECT_THAT(Read("\"niet gesloten"), ElementsAre("\"niet gesloten"));
  EXPECT_THAT(Read("zorg\"jeugd\""), ElementsAre("zorg", "\"jeugd"));
  EXPECT_THAT(Read("zorg zorg -zorg"), ElementsAre("zorg", "-zorg"));
  EXPECT_THAT(Read("- \"\" -\"\""), IsEmpty());
}

TEST(SearchRulesTest, FormsFollowDutchSpelling) {
  EXPECT_THAT(TextsOf(FormsOf("huis", "huis")), Contains("huiz"));
  EXPECT_THAT(TextsOf(FormsOf("huizen", "huiz")), Contains("huis"));
  EXPECT_THAT(TextsOf(FormsOf("brieven", "briev")), Contains("brief"));
  EXPECT_THAT(TextsOf(FormsOf("straten", "strat")), Contains("straat"));
  EXPECT_THAT(TextsOf(FormsOf("wonen", "won")), Contains("woon"));
  EXPECT_THAT(TextsOf(FormsOf("gezinnen", "gezinn")), Contains("gezin"));
  EXPECT_THAT(TextsOf(FormsOf("leven", "lev")), Contains("leef"));
  EXPECT_EQ(FormsOf("brieven", "briev").front().text, "brieven");
  EXPECT_THAT(TextsOf(FormsOf("zorg", "zorg")), ElementsAre("zorg"));
}

TEST(SearchRulesTest, ShortStemsBeginNoOtherWords) {
  const std::vector<Form> forms = FormsOf("wonen", "won");
  for (const Form& form : forms) {
    EXPECT_EQ(form.begins, form.text != "won") << form.text;
    EXPECT_EQ(form.within, form.text != "won") << form.text;
  }
  const std::vector<Form> wmo = FormsOf("wmo", "wmo");
  ASSERT_THAT(wmo, SizeIs(1));
  EXPECT_TRUE(wmo.front().begins);
  EXPECT_FALSE(wmo.front().within);
}

TEST(SearchRulesTest, ASnippetMarksWholeWordsInCharacters) {
  EXPECT_EQ(Marked(CutSnippet("Titel", "Één jeugdhulp, geïndiceerde Jeugdzorg; géén hulp", {Word("jeugd")})),
            "Één [jeugdhulp], geïndiceerde [Jeugdzorg]; géén hulp");
  EXPECT_EQ(Marked(CutSnippet("", "de cliëntondersteuning", {Word("clientondersteuning")})),
            "de [cliëntondersteuning]");
  EXPECT_EQ(Marked(CutSnippet("", "De aanpak huiselijk geweld, en huiselijk", {{{}, {"huiselijk", "geweld"}}})),
            "De aanpak [huiselijk geweld], en huiselijk");
  EXPECT_EQ(Marked(CutSnippet("", "œuvre Œuvre", {Word("oeuvre")})), "[œuvre] [Œuvre]");
}

TEST(SearchRulesTest, ASnippetComesFromTheTitleWhenTheTextHasNothing) {
  EXPECT_EQ(Marked(CutSnippet("Aanpak armoede", "Iets anders", {Word("armoede")})), "Aanpak [armoede]");
  EXPECT_EQ(Marked(CutSnippet("Aanpak armoede", "Iets\nanders", {})), "Iets anders");
  EXPECT_EQ(Marked(CutSnippet("Aanpak armoede", "", {})), "Aanpak armoede");
  EXPECT_EQ(Marked(CutSnippet("", "", {Word("armoede")})), "");
}

TEST(SearchRulesTest, ASnippetShowsWhereMostOfItIs) {
  std::string text;
  for (int i = 0; i < 200; ++i)
    absl::StrAppend(&text, i == 3 ? "armoede " : i == 150 ? "armoede kinderen " : "vulling ");
  const v1::Snippet snippet = CutSnippet("", text, {Word("armoede"), Word("kinderen")});
  EXPECT_THAT(Marked(snippet), testing::HasSubstr("[armoede] [kinderen]"));
  EXPECT_LE(snippet.text().size(), 240u);
  EXPECT_THAT(snippet.text(), testing::StartsWith("vulling"));
}

TEST(SearchRulesTest, SnippetsOfAnyTextHoldTogether) {
  std::mt19937 random(7);
  const auto below = [&](int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random); };
  static constexpr const char* kPieces[] = {"a", "zorg", "é", "€", "😀", " ", "\n", "-", "jeugd", "Z", "ij", "\"", "ĳ"};
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (int i = below(round % 10 == 0 ? 2000 : 40); i > 0; --i) text += kPieces[below(13)];
    const v1::Snippet snippet = CutSnippet("jeugd", text, {Word("zorg"), {{}, {"jeugd", "a"}}});
    ASSERT_EQ(snippet.match_starts_size(), snippet.match_lengths_size());
    int characters = 0;
    for (const char c : snippet.text()) characters += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    ASSERT_LE(characters, 240);
    int behind = 0;
    for (int i = 0; i < snippet.match_starts_size(); ++i) {
      ASSERT_GE(snippet.match_starts(i), behind);
      ASSERT_GT(snippet.match_lengths(i), 0);
      behind = snippet.match_starts(i) + snippet.match_lengths(i);
    }
    ASSERT_LE(behind, characters);
  }
}

TEST(SearchRulesTest, TheNearestWordIsTheOneWithTheFewestMistakes) {
  EXPECT_EQ(NearestWord("matelzorg", {"zorg", "mantelzorg", "mantels"}), "mantelzorg");
  EXPECT_EQ(NearestWord("jeudghulp", {"jeugdhulp"}), "jeugdhulp");
  EXPECT_EQ(NearestWord("wnoen", {"wonen"}), "wonen");
  EXPECT_EQ(NearestWord("sportaccoord", {"sportraad", "sportakkoord"}), "sportakkoord");
  EXPECT_EQ(NearestWord("zrog", {"zorg", "zoog"}), "zorg");
  EXPECT_EQ(NearestWord("zurg", {"zorg", "burg"}), "zorg");
  EXPECT_EQ(NearestWord("wmo", {"wlo"}), "");
  EXPECT_EQ(NearestWord("fiets", {"jeugd"}), "");
}

TEST(SearchRulesTest, CompoundsSplitInTwoWords) {
  using Split = std::pair<std::string, std::string>;
  EXPECT_THAT(SplitsOf("jeugdlonen"), Contains(Split("jeugd", "lonen")));
  EXPECT_THAT(SplitsOf("gezinshulp"), Contains(Split("gezin", "hulp")));
  EXPECT_EQ(SplitsOf("jeugdlonen").front(), Split("jeugd", "lonen"));
  EXPECT_THAT(SplitsOf("jeugd"), IsEmpty());
  EXPECT_THAT(SplitsOf("jeugdlonen"), Not(Contains(Split("jeu", "gdlonen"))));
}

}  // namespace
}  // namespace regiokompas::catalogue
