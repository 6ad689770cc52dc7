#include "services/catalogue/word_edit_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace regiokompas::catalogue {
namespace {

using Edits = google::protobuf::RepeatedPtrField<v1::WordEdit>;

// "=kept -removed +inserted", each run in brackets.
std::string Show(const Edits& edits) {
  std::string shown;
  for (const v1::WordEdit& edit : edits) {
    const char* sign = edit.kind() == v1::WORD_EDIT_KIND_KEPT      ? "="
                       : edit.kind() == v1::WORD_EDIT_KIND_REMOVED ? "-"
                                                                   : "+";
    absl::StrAppend(&shown, sign, "[", edit.text(), "]");
  }
  return shown;
}

std::string TextOf(const Edits& edits, v1::WordEditKind own) {
  std::string text;
  for (const v1::WordEdit& edit : edits) {
    if (edit.kind() == own || edit.kind() == v1::WORD_EDIT_KIND_KEPT) text += edit.text();
  }
  return text;
}

void ExpectExact(const std::string& before, const std::string& after, const Edits& edits) {
  EXPECT_EQ(TextOf(edits, v1::WORD_EDIT_KIND_REMOVED), before);
  EXPECT_EQ(TextOf(edits, v1::WORD_EDIT_KIND_INSERTED), after);
  for (int i = 0; i < edits.size(); ++i) {
    EXPECT_FALSE(edits[i].text().empty());
    if (i > 0) {
      EXPECT_NE(edits[i].kind(), edits[i - 1].kind()) << "runs of one kind are one run";
    }
  }
}

int ChangedWords(const Edits& edits) {
  int words = 0;
  for (const v1::WordEdit& edit : edits) {
    if (edit.kind() == v1::WORD_EDIT_KIND_KEPT) continue;
    bool in_word = false;
    for (const char c : edit.text()) {
      const bool blank = c == ' ' || c == '\n';
      if (!blank && !in_word) ++words;
      in_word = !blank;
    }
  }
  return words;
}

// The fewest words that must be removed or inserted, by the table of textbooks.
int Fewest(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  std::vector<std::vector<int>> common(before.size() + 1, std::vector<int>(after.size() + 1));
  for (size_t i = 1; i <= before.size(); ++i) {
    for (size_t j = 1; j <= after.size(); ++j) {
      common[i][j] =
          before[i - 1] == after[j - 1] ? common[i - 1][j - 1] + 1 : std::max(common[i - 1][j], common[i][j - 1]);
    }
  }
  return static_cast<int>(before.size() + after.size()) - 2 * common[before.size()][after.size()];
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word;
  return text;
}

TEST(WordEditRulesTest, RunsOfWords) {
  EXPECT_EQ(Show(WordEditsOf("", "")), "");
  EXPECT_EQ(Show(WordEditsOf("Elk kind telt.", "Elk kind telt.")), "=[Elk kind telt.]");
  EXPECT_EQ(Show(WordEditsOf("", "Elk kind telt.")), "+[Elk kind telt.]");
  EXPECT_EQ(Show(WordEditsOf("Elk kind telt.", "")), "-[Elk kind telt.]");
  EXPECT_EQ(Show(WordEditsOf("In 2024 start de pilot.", "In 2025 start de pilot.")),
            "=[In ]-[2024 ]+[2025 ]=[start de pilot.]");
  EXPECT_EQ(Show(WordEditsOf("de pilot start", "de tweede pilot start")), "=[de ]+[tweede ]=[pilot start]");
  EXPECT_EQ(Show(WordEditsOf("  een twee", "een twee")), "-[  ]=[een twee]");
  // The blanks after a word belong to it.
  EXPECT_EQ(Show(WordEditsOf("een twee", "een\ntwee")), "-[een ]+[een\n]=[twee]");
  EXPECT_EQ(Show(WordEditsOf("coördinatie € 5", "coördinatie € 6")), "=[coördinatie € ]-[5]+[6]");
}

TEST(WordEditRulesTest, BothTextsComeBackAndNoShorterWayExists) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    const int vocabulary = 1 + static_cast<int>(random() % 6);
    std::vector<std::string> texts[2];
    for (auto& words : texts) {
      for (int i = static_cast<int>(random() % 14); i > 0; --i) {
        words.push_back(absl::StrCat(std::string(1, static_cast<char>('a' + random() % vocabulary)),
                                     random() % 5 == 0 ? "\n" : " "));
      }
    }
    const Edits edits = WordEditsOf(Joined(texts[0]), Joined(texts[1]));
    ExpectExact(Joined(texts[0]), Joined(texts[1]), edits);
    ASSERT_EQ(ChangedWords(edits), Fewest(texts[0], texts[1])) << Show(edits);
  }
}

// A megabyte of words, of which `changed` in ten thousand are others in the second text.
std::pair<std::string, std::string> Megabytes(int changed) {
  std::mt19937 random(11);
  std::string texts[2];
  while (texts[0].size() < (1 << 20)) {
    const std::string word = absl::StrCat("w", random() % 5000, " ");
    texts[0] += word;
    texts[1] += static_cast<int>(random() % 10'000) < changed ? absl::StrCat("x", random() % 5000, " ") : word;
  }
  return {texts[0], texts[1]};
}

TEST(WordEditRulesTest, LargeTextsTakeNoSeconds) {
  for (const int changed : {0, 1, 100, 1000, 5000, 10'000}) {
    const auto [before, after] = Megabytes(changed);
    const absl::Time start = absl::Now();
    const Edits edits = WordEditsOf(before, after);
    const absl::Duration took = absl::Now() - start;
    EXPECT_LT(took, absl::Seconds(5)) << changed;
    ExpectExact(before, after, edits);
    RecordProperty(absl::StrCat("milliseconds_", changed), static_cast<int>(absl::ToInt64Milliseconds(took)));
  }
}

TEST(WordEditRulesTest, ManySmallChangesInALargeTextStayApart) {
  // Of about 190,000 words so many in ten thousand were replaced, each by itself.
  for (const int changed : {100, 300}) {
    const auto [before, after] = Megabytes(changed);
    const Edits edits = WordEditsOf(before, after);
    EXPECT_GT(edits.size(), 40 * changed);
    EXPECT_LT(ChangedWords(edits), 50 * changed);
  }
}

}  // namespace
}  // namespace regiokompas::catalogue
