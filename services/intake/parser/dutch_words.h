#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"

namespace regiokompas::intake {

// What a word, or a fixed group of words, means in a phrase that sets a norm.
enum class Meaning {
  kOther,  // nothing by itself: mostly a noun or an adjective
  kBreak,  // a mark that ends a part of a sentence
  kOpen,   // an opening bracket
  kComma,
  kFigure,
  kYear,  // also a date, of which only the year counts here
  // Units; ReadTokens makes them part of their figure.
  kPercent,
  kPercentagePoint,
  kPromille,
  kEuro,
  kThousand,
  kMillion,
  kBillion,
  // Comparators.
  kAtLeast,
  kAtMost,
  kMoreThan,
  kLessThan,
  kEqualTo,
  kOrMore,
  kOrLess,
  kNot,
  kMore,  // hoger, meer
  kLess,  // lager, minder
  kThan,
  kAverage,
  // Changes.
  kRise,
  kFall,
  kTake,  // the first half of "neemt … toe"
  kTakeOn,
  kTakeOff,
  kDouble,
  kTriple,
  kHalve,
  kStay,
  kStayEqual,
  kSameLevel,  // the second half of "blijft … gelijk"
  // Small words that steer a figure.
  kFrom,
  kTo,
  kUpTo,
  kBy,
  kOn,
  kBetween,
  kAnd,
  kDash,
  kOrSo,  // "à" of "4 à 5"
  kArticle,
  kA,  // "een"
  kHedge,
  kPer,
  kOutOf,     // "van de" between figures
  kOneIn,     // "op de" between figures
  kTimePrep,  // in, eind, uiterlijk: a year behind it is one by which or in which something is
  // Words that tell what a figure is.
  kMark,       // rapportcijfer
  kShareNoun,  // percentage
  kCountNoun,  // aantal
  kBelow,      // onder: also a preposition of place
  kAbove,
  kTimeUnit,     // weken: a limit in time or a frequency and no target
  kDuration,     // doorlooptijd: what a quantity of time can be a norm of
  kEligibility,  // words around income limits, allowances and prices
  kReference,    // artikel: the figure behind it is a number of something
  kMonth,
  kOrdinalPart,  // derde: a third when a number precedes it
  kPart,         // deel
  kHalf,         // helft
  kQuarter,      // kwart
  kNone,         // geen enkele
  // Words about the sentence.
  kYearly,
  kComparedWith,
  kPreviousYear,
  kBaseline,  // nulmeting: the figure behind it is where one starts
  kPast,
  kWish,
  kNormWord,
  kMinimumNorm,  // "norm": what has to be reached at least
  kSave,
  kToDo,  // "te" before a verb
  kDeed,  // realiseren
  kLabelNoun,
  kReached,
  kReach,
};

// The meanings that set a norm in a sentence without a figure.
inline constexpr Meaning kNormWithoutFigure[] = {Meaning::kStayEqual, Meaning::kSameLevel, Meaning::kAverage,
                                                 Meaning::kHalve,     Meaning::kDouble,    Meaning::kTriple,
                                                 Meaning::kNone,      Meaning::kLabelNoun};

// A word, figure or mark of a sentence.
struct Token {
  Meaning meaning = Meaning::kOther;
  // Place in the sentence, in bytes.
  size_t begin = 0;
  size_t end = 0;
  // Lower case and without accents; empty for marks. Lives as long as the Tokens that the token is one of.
  absl::string_view word;
  // Of a figure: a decimal with a point, in whole units ("1,2 miljoen" is 1200000).
  std::string value;
  // Of a figure: its unit when one is printed with it, UNIT_UNSPECIFIED otherwise.
  v1::Unit unit = v1::UNIT_UNSPECIFIED;
  // Of a figure that is a share in words: how it is printed, such as "1 op 3"; empty otherwise.
  std::string printed_share;
  // Of a figure: whether it is in words.
  bool spelled = false;
  // Of a number that names something and counts nothing, as in "artikel 3".
  bool names = false;
  // Of a year: its number.
  int year = 0;
};

// The tokens of a sentence with the words that they point to.
class Tokens {
 public:
  Tokens(std::vector<Token> tokens, std::unique_ptr<char[]> words)
      : tokens_(std::move(tokens)), words_(std::move(words)) {}

  size_t size() const { return tokens_.size(); }
  Token& operator[](size_t i) { return tokens_[i]; }
  const Token& operator[](size_t i) const { return tokens_[i]; }
  std::vector<Token>::const_iterator begin() const { return tokens_.begin(); }
  std::vector<Token>::const_iterator end() const { return tokens_.end(); }

  // Moves the token at `from` forward to `to`, over what is no longer needed there.
  void Keep(size_t from, size_t to) {
    if (from != to) tokens_[to] = std::move(tokens_[from]);
  }
  // Drops the tokens from `size` on.
  void Cut(size_t size) { tokens_.resize(size); }

 private:
  std::vector<Token> tokens_;
  std::unique_ptr<char[]> words_;
};

// The words, figures and marks of a sentence, in order. Fixed groups of words are one token; a figure and its unit are
// one token. A share in words ("een op de drie", "driekwart", "twee derde") is a percentage, rounded to one decimal:
// what is printed is a ratio, and a ratio has one percentage. Linear in the length of the sentence.
Tokens ReadTokens(absl::string_view sentence);

// Whether a sentence may hold a figure or what sets a norm without one. Costs far less than to read its tokens, and for
// most sentences the answer is no; it is never no for a sentence that sets a norm.
bool MaySetNorm(absl::string_view sentence);

// The number that a Dutch number word states, such as 25 for "vijfentwintig", as a decimal; empty when it is none.
// `word` is lower case and without accents.
std::string NumberOfWord(absl::string_view word);

// A decimal times ten to the power `zeros`: ("1.2", 6) is 1200000.
std::string ScaledDecimal(absl::string_view decimal, int zeros);

}  // namespace regiokompas::intake
