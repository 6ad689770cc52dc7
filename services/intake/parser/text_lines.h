#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/intake/reader/source_text.h"

namespace regiokompas::intake {

// One line of a document. Its views point into the document's text, which must outlive the line.
struct Line {
  int number = 0;            // of the file, 1-based; several lines of text may share one
  absl::string_view raw;     // as printed, without its line end
  absl::string_view text;    // trimmed
  int indent = 0;            // bytes of white space before the text
  bool after_blank = false;  // whether a blank line, or the start of the document, precedes it
  bool divided = false;      // whether a tab, bar or wide gap inside may divide cells of a table
  bool listed = false;       // whether the table of contents names it; see page_furniture.h
  // The item of a list: its text without the mark. A mark may stand alone on its line; then `item` is empty and the
  // next line holds the text.
  bool is_item = false;
  std::string item_code;  // "A" in "- A.", empty for a plain bullet
  absl::string_view item;

  bool mark_only() const { return is_item && item.empty(); }
};

// The lines of a text that are not blank.
std::vector<Line> SplitLines(const SourceText& source);

// Whether paragraphs are printed over lines of one width: many lines end in the middle of a sentence.
bool IsWrapped(absl::Span<const Line> lines);

// The first mark that may end a label, a colon, question mark, tab or bar; the size of the text when there is none.
size_t FindMark(absl::string_view text);

// By byte whether it is one of some bytes.
constexpr std::array<bool, 256> BytesOf(absl::string_view bytes) {
  std::array<bool, 256> is{};
  for (size_t i = 0; i < bytes.size(); ++i) is[static_cast<unsigned char>(bytes[i])] = true;
  return is;
}

// `text` without leading and trailing white space, no-break spaces included.
absl::string_view Trim(absl::string_view text);

// A text with the number or letter that stands in front of it: "2. Wonen", "b) Wonen", "IV. Wonen", "6.1 Wonen".
struct NumberedText {
  absl::string_view code;  // as printed, without the mark behind it; empty when the text has none
  absl::string_view title;
};

// The number of a section or item has at most two digits between its dots, so "1.000 woningen" has none; without a mark
// behind it a capital must follow, so "40 woningen" has none either.
NumberedText SplitNumber(absl::string_view text);

// The same without its number.
absl::string_view WithoutNumber(absl::string_view text);

// Whether `text` holds `part` in any case; `part` is ASCII. Much cheaper than a pattern, so it goes before one.
bool ContainsInAnyCase(absl::string_view text, absl::string_view part);

// Parts of words, in ASCII and lower case, to look for all at once.
class Stems {
 public:
  explicit Stems(std::vector<absl::string_view> stems);

  // Whether a text holds one of them, in any case.
  bool AreIn(absl::string_view text) const;

 private:
  // The first two letters as one number, whatever their case.
  static size_t Begin(char first, char second) { return (first & 31) << 5 | (second & 31); }

  std::vector<absl::string_view> stems_;  // of two letters or more
  std::bitset<1024> begins_;              // with which two letters one of them begins
};

// `text` for comparing: lower case, without accents, every run of other characters than letters and digits one space.
std::string Normalized(absl::string_view text);

// The same as a view, without an allocation for texts that are no longer than labels and headings are.
class NormalizedWords {
 public:
  explicit NormalizedWords(absl::string_view text);
  NormalizedWords(const NormalizedWords&) = delete;
  NormalizedWords& operator=(const NormalizedWords&) = delete;

  absl::string_view view() const { return words_; }

 private:
  std::array<char, 128> short_;
  std::string long_;
  absl::string_view words_;
};

// The openings of a text that end before a space, normalized, the shortest first. Each goes on where the one before it
// ended, so all of them cost hardly more than the longest.
class NormalizedOpenings {
 public:
  static constexpr size_t kLongest = 80;  // in bytes, printed
  static constexpr size_t kMost = 8;

  struct Opening {
    size_t end;  // of what is printed
    absl::string_view words;
  };

  // Those of at most `most` words that end before `longest`; neither is more than the bounds above.
  NormalizedOpenings(absl::string_view text, size_t longest, size_t most);
  NormalizedOpenings(const NormalizedOpenings&) = delete;
  NormalizedOpenings& operator=(const NormalizedOpenings&) = delete;

  absl::Span<const Opening> all() const { return {openings_.data(), count_}; }

 private:
  std::array<char, kLongest + kMost> words_;
  std::array<Opening, kMost> openings_;
  size_t count_ = 0;
};

// The same with its words in alphabetical order, so that word order does not matter.
std::string NormalizedWordSet(absl::string_view text);

// Whether a and b differ by at most one inserted, deleted or replaced byte, or by two adjacent ones swapped.
bool WithinOneEdit(absl::string_view a, absl::string_view b);

// Sentences of a text, trimmed. A full stop ends a sentence when a space and a capital, digit or quote follow; list
// marks and newlines end one too.
std::vector<absl::string_view> SplitSentences(absl::string_view text);

}  // namespace regiokompas::intake
