#include "services/intake/parser/dutch_targets.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "re2/re2.h"
#include "services/intake/parser/dutch_figures.h"
#include "services/intake/parser/dutch_words.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {
namespace {

using re2::StringPiece;
using v1::ParsedTarget;

// How far, in tokens, words may stand apart and still belong together. They also keep the work linear.
constexpr size_t kPhrase = 8;
constexpr size_t kClause = 14;
constexpr size_t kSentence = 30;

bool Is(const Token& token, std::initializer_list<Meaning> meanings) {
  return std::find(meanings.begin(), meanings.end(), token.meaning) != meanings.end();
}

v1::Comparator ComparatorOf(Meaning meaning) {
  switch (meaning) {
    case Meaning::kAtLeast:
    case Meaning::kOrMore:
      return v1::COMPARATOR_AT_LEAST;
    case Meaning::kAtMost:
    case Meaning::kOrLess:
      return v1::COMPARATOR_AT_MOST;
    case Meaning::kMoreThan:
    case Meaning::kAbove:
    case Meaning::kMore:
      return v1::COMPARATOR_MORE_THAN;
    case Meaning::kLessThan:
    case Meaning::kBelow:
    case Meaning::kLess:
      return v1::COMPARATOR_LESS_THAN;
    case Meaning::kEqualTo:
      return v1::COMPARATOR_EQUAL_TO;
    default:
      return v1::COMPARATOR_UNSPECIFIED;
  }
}

v1::Comparator Denied(v1::Comparator comparator) {
  switch (comparator) {
    case v1::COMPARATOR_MORE_THAN:
      return v1::COMPARATOR_AT_MOST;
    case v1::COMPARATOR_LESS_THAN:
      return v1::COMPARATOR_AT_LEAST;
    case v1::COMPARATOR_AT_LEAST:
      return v1::COMPARATOR_LESS_THAN;
    case v1::COMPARATOR_AT_MOST:
      return v1::COMPARATOR_MORE_THAN;
    default:
      return comparator;
  }
}

bool IsOneOf(absl::string_view word, std::initializer_list<absl::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// "daling" and "toename" may have their figure behind "van"; a verb may not.
bool IsChangeNoun(const Token& token) {
  return absl::EndsWith(token.word, "ing") || absl::EndsWith(token.word, "name") ||
         absl::EndsWith(token.word, "groei") || absl::EndsWith(token.word, "krimp") ||
         absl::EndsWith(token.word, "reductie") || absl::EndsWith(token.word, "loop") ||
         absl::EndsWith(token.word, "bouw");
}

bool IsParticiple(const Token& token) {
  return absl::StartsWith(token.word, "ge") || absl::EndsWith(token.word, "genomen") ||
         absl::EndsWith(token.word, "gebracht") || absl::EndsWith(token.word, "gedrongen") ||
         absl::EndsWith(token.word, "gebreid") || absl::EndsWith(token.word, "laagd") ||
         absl::EndsWith(token.word, "hoogd") || absl::EndsWith(token.word, "minderd") ||
         absl::EndsWith(token.word, "beterd") || absl::EndsWith(token.word, "dubbeld") ||
         absl::EndsWith(token.word, "spaard");
}

// Whether a word is the verb of a clause; other verbs than the usual ones are not known.
bool IsFinite(const Token& token) {
  const bool change = Is(token, {Meaning::kRise, Meaning::kFall, Meaning::kDouble, Meaning::kHalve});
  return Is(token, {Meaning::kPast, Meaning::kTake}) || (change && absl::EndsWith(token.word, "t")) ||
         IsOneOf(token.word, {"is",     "zijn",    "heeft", "hebben", "wordt", "worden", "kan",     "kunnen",
                              "krijgt", "krijgen", "doet",  "doen",   "komt",  "komen",  "blijft",  "blijven",
                              "moet",   "moeten",  "wil",   "willen", "zal",   "zullen", "streeft", "streven"});
}

// Whether a word names something that has a figure: "het aantal", "klanttevredenheid".
bool IsQuantity(const Token& token) {
  constexpr absl::string_view kQuantities[] = {"aantal",     "aantallen",    "aandeel",      "percentage",
                                               "score",      "scores",       "cijfer",       "cijfers",
                                               "gebruik",    "bereik",       "deelname",     "instroom",
                                               "verzuim",    "uitstroom",    "wachttijd",    "wachttijden",
                                               "wachtlijst", "wachtlijsten", "tevredenheid", "voorzieningenniveau"};
  return Is(token, {Meaning::kCountNoun, Meaning::kShareNoun, Meaning::kMark, Meaning::kDuration}) ||
         absl::c_any_of(kQuantities, [&](absl::string_view each) { return absl::EndsWith(token.word, each); });
}

// Reads one sentence: first what is about the sentence as a whole, then figure by figure.
class SentenceReader {
 public:
  SentenceReader(absl::string_view sentence, const TargetContext& context)
      : sentence_(sentence), context_(context), tokens_(ReadTokens(sentence)) {}

  TargetReading Run() {
    FindAverages();
    if (std::none_of(tokens_.begin(), tokens_.end(), [](const Token& token) {
          return token.meaning == Meaning::kFigure || absl::c_linear_search(kNormWithoutFigure, token.meaning);
        })) {
      return {};
    }
    done_.resize(tokens_.size());
    taken_.resize(tokens_.size());
    LookAround();
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].meaning == Meaning::kFigure) ReadFigure(i);
    }
    for (size_t i = 0; i < tokens_.size(); ++i) ReadWithoutFigure(i);
    std::stable_sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) { return a.first < b.first; });
    TargetReading reading;
    for (Found& each : found_) reading.targets.push_back(std::move(each.target));
    reading.not_understood = NotUnderstood();
    return reading;
  }

 private:
  struct Found {
    size_t first;  // tokens of the phrase
    size_t last;
    ParsedTarget target;
  };

  // The small words in front of a figure.
  struct Lead {
    size_t first = 0;  // the first token that belongs to the figure
    v1::Comparator comparator = v1::COMPARATOR_UNSPECIFIED;
    bool weak = false;  // a comparator that states facts as often as norms
    Meaning preposition = Meaning::kOther;
    bool mark = false;  // "cijfer", or "een" right before the figure
    bool sign = false;  // whether the comparator is printed as a sign: "> 5"
    bool strong() const { return comparator != v1::COMPARATOR_UNSPECIFIED && !weak; }
  };

  // What a clause says about time. Clauses are the parts of a sentence with a verb or a figure of their own.
  struct Clause {
    bool finite = false;
    bool figure = false;
    bool dated = false;  // whether a year is named that is not where one starts from
    bool ahead = false;  // whether such a year is not before those of the document
    bool wish = false;   // whether it says what is wanted or what the norm is
    bool changes = false;
    bool perfect = false;  // whether it tells that something changed or was reached
    bool since = false;
    bool already = false;
    bool recent = false;  // vorig jaar, de afgelopen jaren
    bool opens = false;   // whether it stands behind the end of another sentence or of its part
    // What it tells: how things have become, in doubt when something else in it looks ahead.
    enum class Past { kNo, kDoubtful, kYes } past = Past::kNo;
  };

  const Token& At(size_t i) const {
    static const Token& none = *[] {
      auto* token = new Token();
      token->meaning = Meaning::kBreak;
      return token;
    }();
    return i < tokens_.size() ? tokens_[i] : none;
  }
  const Token& Before(size_t i) const { return At(i == 0 ? tokens_.size() : i - 1); }

  static bool EndsClause(const Token& token) { return token.meaning == Meaning::kBreak && token.word.empty(); }

  // The nearest token of a meaning at most `reach` before or behind `i` in the same clause; the number of tokens when
  // there is none.
  size_t Left(size_t i, size_t reach, std::initializer_list<Meaning> meanings) const {
    for (size_t n = 1; n <= reach && n <= i && !EndsClause(At(i - n)); ++n) {
      if (Is(At(i - n), meanings)) return i - n;
    }
    return tokens_.size();
  }
  size_t Right(size_t i, size_t reach, std::initializer_list<Meaning> meanings) const {
    for (size_t n = 1; n <= reach && i + n < tokens_.size() && !EndsClause(At(i + n)); ++n) {
      if (Is(At(i + n), meanings)) return i + n;
    }
    return tokens_.size();
  }
  bool Near(size_t i, size_t reach, std::initializer_list<Meaning> meanings) const {
    return Left(i, reach, meanings) < tokens_.size() || Right(i, reach, meanings) < tokens_.size();
  }

  // "hoger dan gemiddeld" compares with an average; "gemiddeld 7" does not.
  void FindAverages() {
    for (size_t i = 1; i < tokens_.size(); ++i) {
      if (At(i).word == "gemiddeld" && At(i + 1).meaning != Meaning::kFigure &&
          Is(At(i - 1), {Meaning::kThan, Meaning::kMoreThan, Meaning::kLessThan, Meaning::kAtMost, Meaning::kAtLeast,
                         Meaning::kBelow, Meaning::kAbove})) {
        tokens_[i].meaning = Meaning::kAverage;
      }
    }
  }

  // Whether the year at `i` is what something is compared with: "lager dan in 2022", "lager dan 2022".
  bool IsComparedYear(size_t i) const {
    if (i >= 1 && Is(At(i - 1), {Meaning::kMoreThan, Meaning::kLessThan})) return true;
    if (i >= 2 && At(i - 1).meaning == Meaning::kTimePrep &&
        Is(At(i - 2), {Meaning::kThan, Meaning::kMoreThan, Meaning::kLessThan})) {
      return true;
    }
    const size_t compared = Left(i, 4, {Meaning::kComparedWith, Meaning::kBaseline, Meaning::kFigure});
    return compared < tokens_.size() && At(compared).meaning != Meaning::kFigure;
  }

  // Whether the verb at `i` has the municipality as its subject.
  bool IsOurs(size_t i) const {
    for (size_t n = i > 2 ? i - 2 : 0; n <= i + 2 && n < tokens_.size(); ++n) {
      if (IsOneOf(At(n).word, {"we", "wij", "gemeente", "college"})) return true;
    }
    return false;
  }

  // "breiden in 2025 uit met", "breiden het aantal plekken uit naar": the two halves of the verb stand apart. What
  // cannot be counted, such as a pilot, does not grow.
  void FindHalvedGrowth() {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (!IsOneOf(At(i).word, {"breidt", "breiden"}) || !IsOurs(i)) continue;
      const size_t end = std::min(tokens_.size(), i + kSentence);
      bool counted = false;
      for (size_t n = i + 1; n < end && !EndsClause(At(n)); ++n) {
        counted |= IsQuantity(At(n));
        if (At(n).word == "uit" && (counted || At(n + 1).meaning == Meaning::kBy)) tokens_[i].meaning = Meaning::kRise;
      }
    }
  }

  void LookAround() {
    FindHalvedGrowth();
    for (size_t i = 0; i < tokens_.size(); ++i) {
      Token& token = tokens_[i];
      if (token.meaning == Meaning::kYearly) yearly_ = true;
      forecast_ |= Foretells(i);
      if (Foretells(i) && token.meaning == Meaning::kWish) token.meaning = Meaning::kOther;
      if (token.meaning == Meaning::kPreviousYear) previous_year_ = true;
      if (IsOneOf(token.word, {"wordt", "worden"})) passive_ = true;
      if (IsOneOf(token.word, {"hebben", "zijn", "worden", "is", "heeft", "wordt", "krijgen", "doen", "kunnen"})) {
        finite_verb_ = true;
      }
      if (token.word == "zouden") factual_ = true;
      if (token.meaning != Meaning::kYear) continue;
      if (IsComparedYear(i)) {
        done_[i] = true;
        if (baseline_year_ == 0) baseline_year_ = token.year;
      } else {
        dated_ = true;
      }
    }
    if (IsOneOf(At(0).word, {"dit", "dat"}) && !dated_) factual_ = true;
    FindClauses();
    if (std::any_of(tokens_.begin(), tokens_.end(), [](const Token& token) {
          return IsOneOf(token.word, {"uit", "uitgaven", "kosten", "budget"});
        })) {
      static const RE2 kSpending(R"((?i)\bgeven\b.*\buit\b|\buitgaven\b|\bkosten\b|\bbudget\b)");
      spending_ = RE2::PartialMatch(StringPiece(sentence_.data(), sentence_.size()), kSpending);
    }
  }

  // ---- clauses -----------------------------------------------------------------------------------------------------

  bool IsAhead(size_t i) const {
    return At(i).meaning == Meaning::kYear && !done_[i] && context_.first_year != 0 &&
           At(i).year >= context_.first_year;
  }

  static bool Joins(const Token& token) {
    return EndsClause(token) || Is(token, {Meaning::kComma, Meaning::kAnd}) ||
           IsOneOf(token.word, {":", "maar", "terwijl"});
  }

  // A part between joints is a clause of its own when it has a verb or a year to come and the clause before it is
  // complete: "inmiddels doet 55% mee | en in 2027 70%", not "inmiddels, na jaren, doet 55% mee".
  void FindClauses() {
    clauses_.emplace_back();
    clause_of_.resize(tokens_.size());
    for (size_t i = 0; i < tokens_.size();) {
      size_t end = i + 1;
      bool own = false;
      for (; end < tokens_.size() && !Joins(At(end)); ++end) own |= IsFinite(At(end)) || IsAhead(end);
      const bool ends = EndsClause(At(i)) || At(i).word == ":";
      const bool complete = clauses_.back().finite || clauses_.back().figure;
      if (ends || (own && complete && Joins(At(i)))) clauses_.emplace_back().opens = ends;
      for (; i < end; ++i) AddToClause(i);
    }
    for (size_t n = 0; n < clauses_.size(); ++n) clauses_[n].past = PastOf(n);
  }

  void AddToClause(size_t i) {
    clause_of_[i] = clauses_.size() - 1;
    Clause& clause = clauses_.back();
    const Token& token = At(i);
    const bool change = Is(token, {Meaning::kRise, Meaning::kFall, Meaning::kSave});
    clause.finite |= IsFinite(token);
    clause.figure |= token.meaning == Meaning::kFigure;
    clause.dated |= token.meaning == Meaning::kYear && !done_[i];
    clause.ahead |= IsAhead(i);
    if (IsAhead(i)) first_ahead_ = std::min(first_ahead_, clause_of_[i]);
    if (token.meaning == Meaning::kWish) first_wish_ = std::min(first_wish_, clause_of_[i]);
    clause.wish |= Is(token, {Meaning::kWish, Meaning::kNormWord, Meaning::kMinimumNorm});
    clause.changes |= Is(token, {Meaning::kRise, Meaning::kFall, Meaning::kTake, Meaning::kDouble});
    clause.perfect |=
        (change && IsParticiple(token)) || IsOneOf(token.word, {"bereikt", "behaald", "opgelopen", "teruggelopen"});
    clause.since |= token.word == "sinds";
    clause.already |= token.word == "inmiddels";
    clause.recent |= IsRecentTime(i);
  }

  // "vorig jaar", "in de afgelopen twee jaar"; not "minder dan vorig jaar".
  bool IsRecentTime(size_t i) const {
    const bool lately = IsOneOf(At(i).word, {"afgelopen", "laatste"}) &&
                        (At(i + 1).meaning == Meaning::kTimeUnit || At(i + 1).word == "periode" ||
                         (At(i + 1).meaning == Meaning::kFigure && At(i + 2).meaning == Meaning::kTimeUnit));
    return (lately || At(i).meaning == Meaning::kPreviousYear) &&
           Left(i, 3, {Meaning::kComparedWith, Meaning::kThan, Meaning::kMoreThan, Meaning::kLessThan}) >=
               tokens_.size();
  }

  // Whether clause `n` tells what has been reached: since when, or in which year before those of the document. A wish
  // or a year to come in another clause says nothing about this one; a clause that names no time goes on in that of
  // the clause before it. "In 2026 is 60% bereikt" is worded as what will have been reached.
  Clause::Past PastOf(size_t n) const {
    const Clause& clause = clauses_[n];
    if (clause.wish) return Clause::Past::kNo;
    if (clause.already) return clause.ahead ? Clause::Past::kDoubtful : Clause::Past::kYes;
    // "in 2026 rookt minder dan 20% in de laatste maand" says over which time is measured.
    if (clause.recent && !clause.ahead) return Clause::Past::kYes;
    const bool past_year = clause.dated && context_.first_year != 0 && clause.perfect;
    if (clause.finite && !clause.ahead && (clause.since || past_year)) return Clause::Past::kYes;
    const bool goes_on = n > 0 && !clause.opens && !clause.dated && clauses_[n - 1].past != Clause::Past::kNo;
    return goes_on ? Clause::Past::kDoubtful : Clause::Past::kNo;
  }

  // Whether the word at `i` says that somebody foretells: "naar verwachting", "het CBS verwacht". What the municipality
  // itself expects it wants.
  bool Foretells(size_t i) const {
    const absl::string_view word = At(i).word;
    if (word == "verwachting") return Before(i).word == "naar" || At(i + 1).word == "is";
    if (IsOneOf(word, {"prognose", "prognoses"})) return true;
    const bool adjective = i == 0 && word == "verwacht" && !IsOneOf(At(1).word, {"wordt", "is"});
    return IsOneOf(word, {"verwacht", "verwachten", "voorspelt", "voorspellen"}) && !adjective && !IsOurs(i);
  }

  // "naar verwachting groeit het aantal 75-plussers van 18% naar 24%": a bare rise or fall that is foretold is nobody's
  // will.
  bool IsForecast(size_t i, const Lead& lead) const {
    return forecast_ && clauses_[clause_of_[i]].changes && !lead.strong() && !wish(i);
  }

  bool statement() const { return context_.place == TargetPlace::kStatement; }
  // Whether the clause of `i` or one before it says what is wanted, or names a year to come: what is said first holds
  // for what follows.
  bool wish(size_t i) const { return clause_of_[i] >= first_wish_; }
  bool ahead(size_t i) const { return clause_of_[i] >= first_ahead_; }

  // The word that denies the comparator at `i`: "niet meer dan", "niet gemiddeld boven". A "niet" further away denies
  // something else.
  size_t DenialOf(size_t i) const {
    const bool apart = Is(Before(i), {Meaning::kHedge, Meaning::kArticle});
    if (i == 0 || (apart && i == 1)) return tokens_.size();
    const size_t no = apart ? i - 2 : i - 1;
    return At(no).meaning == Meaning::kNot ? no : tokens_.size();
  }

  static bool Rises(absl::string_view word) { return IsOneOf(word, {"hoger", "meer", "groter", "langer"}); }

  // The comparison that a verb parts from "dan" at `i`: "niet hoger is dan", "lager ligt dan".
  size_t ComparedBefore(size_t i) const {
    if (At(i).meaning != Meaning::kThan || i < 2) return tokens_.size();
    const absl::string_view word = At(i - 2).word;
    const bool verb = IsOneOf(At(i - 1).word, {"is", "zijn", "wordt", "worden", "ligt", "liggen", "blijft"});
    return verb && (Rises(word) || IsOneOf(word, {"lager", "minder", "kleiner", "korter"})) ? i - 2 : tokens_.size();
  }

  Lead LeadOf(size_t figure) const {
    Lead lead;
    lead.first = figure;
    for (size_t i = figure; i > 0 && figure - i < kPhrase; --i) {
      const Token& token = At(i - 1);
      if (const v1::Comparator comparator = ComparatorOf(token.meaning);
          comparator != v1::COMPARATOR_UNSPECIFIED && !Is(token, {Meaning::kMore, Meaning::kLess})) {
        if (lead.comparator != v1::COMPARATOR_UNSPECIFIED) break;
        lead.comparator = comparator;
        lead.weak = !Is(token, {Meaning::kAtLeast, Meaning::kAtMost});
        lead.sign = token.word.empty();
        lead.first = i - 1;
        const size_t no = DenialOf(i - 1);
        if (no < tokens_.size()) {
          lead.comparator = Denied(comparator);
          lead.weak = false;
          lead.first = no;
          i = no + 1;
        }
      } else if (const size_t apart = ComparedBefore(i - 1); apart < tokens_.size()) {
        if (lead.comparator != v1::COMPARATOR_UNSPECIFIED) break;
        const size_t no = DenialOf(apart);
        const bool more = Rises(At(apart).word);
        lead.comparator = more ? v1::COMPARATOR_MORE_THAN : v1::COMPARATOR_LESS_THAN;
        lead.weak = no >= tokens_.size();
        if (!lead.weak) lead.comparator = Denied(lead.comparator);
        lead.first = lead.weak ? apart : no;
        break;
      } else if (Is(token, {Meaning::kFrom, Meaning::kTo, Meaning::kUpTo, Meaning::kBy, Meaning::kOn})) {
        if (lead.preposition != Meaning::kOther) break;
        lead.preposition = token.meaning;
        lead.first = i - 1;
      } else if (token.meaning == Meaning::kMark) {
        lead.mark = true;
        lead.first = i - 1;
      } else if (token.meaning == Meaning::kA) {
        if (i == figure) {
          lead.mark = At(figure).unit == v1::UNIT_UNSPECIFIED;
          lead.first = i - 1;
        }
      } else if (!Is(token, {Meaning::kArticle, Meaning::kHedge, Meaning::kYearly})) {
        break;
      }
    }
    return lead;
  }

  // ---- one figure --------------------------------------------------------------------------------------------------

  void ReadFigure(size_t i) {
    if (done_[i]) return;
    const Lead lead = LeadOf(i);
    if (IsNoFigureOfATarget(i)) {
      // Whether "ten minste 90% krijgt in 2026 een vergoeding" sets a norm is for a reader to tell.
      const bool served = lead.strong() && Left(i, kClause, {Meaning::kEligibility}) >= tokens_.size();
      done_[i] = !(served && ahead(i) && At(i).unit == v1::UNIT_PERCENT);
      return;
    }
    if (ReadBaseline(i) || IsForecast(i, lead) || IsHypothetical(i, lead)) return;
    if (ReadFromTo(i, lead) || ReadBetween(i) || ReadRange(i, lead)) return;
    if (IsPast(i)) return Leave(i);
    if (ReadMargin(i, lead) || (!Describes(i, lead) && ReadChange(i, lead)) || ReadSaved(i)) return;
    if (Describes(i, lead)) return;
    if (At(i).unit == v1::UNIT_EURO && !Near(i, kClause, {Meaning::kStay, Meaning::kRise, Meaning::kFall}) &&
        !IsCeiling(lead)) {
      done_[i] = true;  // an amount, not a norm
      return;
    }
    if (ReadBound(i, lead) || ReadStep(i) || ReadNorm(i, lead) || ReadTowards(i, lead) || ReadTask(i)) return;
    ReadStated(i, lead);
  }

  // "de uitgaven zijn in 2026 niet hoger dan € 6 miljoen": what may be spent at most, and no price or contribution.
  bool IsCeiling(const Lead& lead) const {
    return spending_ && ahead(lead.first) && lead.comparator == v1::COMPARATOR_AT_MOST &&
           At(lead.first).meaning == Meaning::kNot;
  }

  // Limits in time, frequencies, income limits and prices.
  bool IsNoFigureOfATarget(size_t i) const {
    const Token& figure = At(i);
    const bool counted = figure.unit == v1::UNIT_UNSPECIFIED;
    if (counted && Is(At(i + 1), {Meaning::kTimeUnit})) return !IsBoundInTime(i);
    if (counted && Is(At(i + 1), {Meaning::kOrSo, Meaning::kDash, Meaning::kUpTo, Meaning::kAnd, Meaning::kHedge}) &&
        At(i + 2).meaning == Meaning::kFigure && At(i + 3).meaning == Meaning::kTimeUnit) {
      return true;
    }
    if (figure.unit == v1::UNIT_EURO) return false;
    // "de eerste helft van 2025"
    const size_t part_of = At(i + 1).meaning == Meaning::kFrom ? i + 2 : i + 1;
    const bool of_year = Is(At(part_of), {Meaning::kYear, Meaning::kMonth}) ||
                         IsOneOf(At(part_of).word, {"jaar", "het jaar"}) ||
                         (Is(At(part_of), {Meaning::kArticle}) && At(part_of + 1).word == "jaar");
    if (!figure.printed_share.empty() && (of_year || IsOneOf(Before(i).word, {"eerste", "tweede", "laatste"})))
      return true;
    // "betaalt de helft van de kosten"
    const bool share = figure.unit == v1::UNIT_PERCENT && (spending_ || !figure.printed_share.empty()) &&
                       AnyInPart(i, [](const Token& token) {
                         return IsOneOf(token.word, {"betaalt", "betalen", "vergoedt", "vergoeden", "bekostigt",
                                                     "bekostigen", "financiert", "financieren"});
                       });
    if (share && LeadOf(i).comparator == v1::COMPARATOR_UNSPECIFIED) return true;
    return Right(i, 4, {Meaning::kEligibility}) < tokens_.size() ||
           Left(i, 5, {Meaning::kEligibility}) < tokens_.size();
  }

  // "een doorlooptijd korter dan 42 dagen", "minimaal 16 uur per week"; not "binnen minimaal 6 maanden".
  bool IsBoundInTime(size_t i) const {
    const Lead lead = LeadOf(i);
    if (lead.comparator == v1::COMPARATOR_UNSPECIFIED || lead.preposition != Meaning::kOther) return false;
    if (Before(lead.first).word == "binnen") return false;
    const bool hours = IsOneOf(At(i + 1).word, {"uur", "uren", "fte"});
    const bool duration = Left(i, kClause, {Meaning::kDuration}) < tokens_.size();
    const bool norm = statement() && (!lead.weak || Near(i, kPhrase, {Meaning::kStay}));
    return norm || duration || (hours && lead.comparator == v1::COMPARATOR_AT_LEAST);
  }

  // Whether such a word stands in the same part of the sentence, which commas and brackets end too.
  template <typename Predicate>
  bool AnyInPart(size_t i, const Predicate& is) const {
    const auto ends = [](const Token& token) {
      return EndsClause(token) || Is(token, {Meaning::kComma, Meaning::kOpen}) || token.word == ")";
    };
    for (size_t n = 1; n <= kPhrase && n <= i && !ends(At(i - n)); ++n) {
      if (is(At(i - n))) return true;
    }
    for (size_t n = 1; n <= kPhrase && i + n < tokens_.size() && !ends(At(i + n)); ++n) {
      if (is(At(i + n))) return true;
    }
    return false;
  }

  bool InPart(size_t i, Meaning meaning) const {
    return AnyInPart(i, [meaning](const Token& token) { return token.meaning == meaning; });
  }

  bool IsPast(size_t i) const { return clauses_[clause_of_[i]].past != Clause::Past::kNo || InPart(i, Meaning::kPast); }

  // Leaves a figure of the past alone; where that is in doubt, as of "minimaal 60% heeft het afgelopen jaar gesport",
  // it counts as not understood.
  void Leave(size_t i) {
    const Clause& clause = clauses_[clause_of_[i]];
    const bool bound = clause.recent && LeadOf(i).strong() && !InPart(i, Meaning::kPast);
    done_[i] = clause.past != Clause::Past::kDoubtful && !bound;
  }

  // Whether a word opens a condition: "als het gebruik"; not "als onderdeel van".
  bool OpensCondition(size_t i) const {
    if (At(i).word == "als") {
      const Token& next = At(i + 1);
      return Is(next, {Meaning::kArticle, Meaning::kA, Meaning::kFigure, Meaning::kAtLeast, Meaning::kAtMost,
                       Meaning::kMoreThan, Meaning::kLessThan, Meaning::kCountNoun, Meaning::kShareNoun}) ||
             IsOneOf(next.word, {"we", "wij", "er", "deze", "dit", "dat", "die", "blijkt", "iemand", "inwoners"});
    }
    return IsOneOf(At(i).word, {"indien", "mits", "tenzij", "zolang", "wanneer", "zodra", "mocht", "mochten"});
  }

  // The word before `i` in the same part of the sentence that opens a condition; the number of tokens when there is
  // none.
  size_t ConditionBefore(size_t i) const {
    for (size_t n = 1; n <= kClause && n <= i; ++n) {
      const Token& token = At(i - n);
      if (EndsClause(token) || token.meaning == Meaning::kComma) break;
      if (OpensCondition(i - n)) return i - n;
    }
    return tokens_.size();
  }

  // Whether a clause only says on what condition something holds, or asks whether it does: "ook als het aantal gelijk
  // blijft", "onderzoeken of het aantal gelijk blijft".
  bool IsInCondition(size_t i) const {
    if (ConditionBefore(i) < tokens_.size()) return true;
    if (IsOneOf(At(i).word, {"blijft gelijk", "blijven gelijk"})) return false;
    for (size_t n = 1; n <= kClause && n <= i && !EndsClause(At(i - n)); ++n) {
      if (IsOneOf(At(i - n).word, {"dat", "die"})) return false;
      if (At(i - n).word == "of") return !wish(i);
    }
    return false;
  }

  // Whether a figure holds only when something else does: "de cursus gaat door als minimaal 10 mensen komen", "als het
  // gebruik stijgt, is er een tekort van 5%". "Het doel is bereikt als minimaal 80% …" sets a norm.
  bool IsHypothetical(size_t i, const Lead& lead) const {
    if (const size_t condition = ConditionBefore(i); condition < tokens_.size()) {
      for (size_t n = condition; n > 0 && condition - n < kClause; --n) {
        if (IsOneOf(At(n - 1).word, {"tevreden", "geslaagd", "gelukt", "succesvol", "bereikt", "behaald", "gehaald",
                                     "doel", "resultaat"})) {
          return false;
        }
      }
      return true;
    }
    return OpensCondition(0) && !lead.strong() && !wish(i);
  }

  // Whether a bound tells for which ones something holds: "gezinnen met meer dan 3 kinderen", "bij > 5 klachten". "Bij
  // meer dan 80% van de gezinnen" and "stijgt met meer dan 5%" do not.
  bool Describes(size_t i, const Lead& lead) const {
    if (lead.comparator == v1::COMPARATOR_UNSPECIFIED || (!lead.weak && !lead.sign)) return false;
    const Token& before = Before(lead.first);
    const bool counted = At(i).unit == v1::UNIT_UNSPECIFIED && !lead.mark;
    const bool share_of_group = !counted && Is(At(i + 1), {Meaning::kFrom, Meaning::kOutOf});
    if (before.word == "bij" && share_of_group) return lead.sign;
    if (IsOneOf(before.word, {"bij", "waar"})) return true;
    if (lead.preposition == Meaning::kBy) {
      const bool beside = before.word == "uit" || Is(before, {Meaning::kRise, Meaning::kFall, Meaning::kTakeOn,
                                                              Meaning::kTakeOff, Meaning::kYear, Meaning::kYearly});
      return counted ? !beside && !IsQuantity(before) : DirectionOf(i, lead) >= tokens_.size();
    }
    const bool verb_behind = FiniteBehind(i);
    const Subject subject = SubjectOf(lead.first);
    if (subject.described && (verb_behind || (lead.sign && !subject.quantity))) return true;
    return lead.sign && !SignSetsNorm(lead, subject, counted);
  }

  // What stands before a bound in its part of the sentence.
  struct Subject {
    bool quantity = false;   // it begins with what has a figure: "het aantal meldingen"
    bool described = false;  // and goes on with what describes it: "meldingen met een wachttijd"
    bool age = false;
  };
  Subject SubjectOf(size_t first) const {
    size_t begin = first;
    while (begin > 0 && first - begin < kSentence && !EndsClause(At(begin - 1))) --begin;
    Subject subject;
    for (size_t i = begin; i < first; ++i) {
      subject.age |= absl::StartsWith(At(i).word, "leeftijd");
      subject.described |= At(i).meaning == Meaning::kBy || IsOneOf(At(i).word, {"bij", "waar", "voor", "die"});
      subject.quantity |= !subject.described && IsQuantity(At(i));
    }
    return subject;
  }

  bool FiniteBehind(size_t i) const {
    for (size_t n = i + 1; n <= i + kPhrase && n < tokens_.size() && !Joins(At(n)); ++n) {
      if (IsFinite(At(n))) return true;
    }
    return false;
  }

  // A sign sets a norm where it opens the text, behind a colon, behind a verb or the name of what has a figure; and
  // with a share or a mark behind any subject. It does not behind "van" or "voor", nor with an age.
  bool SignSetsNorm(const Lead& lead, const Subject& subject, bool counted) const {
    if (subject.age) return false;
    const Token& before = Before(lead.first);
    if (Is(before, {Meaning::kBreak, Meaning::kDash}) || IsFinite(before)) return true;
    if (before.word == "voor") return false;
    if (lead.preposition == Meaning::kFrom) return IsQuantity(before);
    return subject.quantity || !counted;
  }

  // Whether a figure opens a bracket with a year, "(2022: 65%)", that is not behind the year of the target before it:
  // a later year is the next step of the target.
  bool IsEarlierInBracket(size_t i) const {
    if (found_.empty() || Left(i, 3, {Meaning::kOpen}) >= tokens_.size()) return false;
    const size_t year = Left(i, 2, {Meaning::kYear});
    if (year >= tokens_.size()) return false;
    const int deadline = found_.back().target.deadline_year();
    return deadline == 0 || At(year).year <= deadline;
  }

  // "(nulmeting 2022: 65%)", "(2022: 65%)", "(was 65%)": where the target before it starts from.
  bool ReadBaseline(size_t i) {
    const size_t word = Left(i, 4, {Meaning::kBaseline, Meaning::kPast});
    if (word >= tokens_.size() && !IsEarlierInBracket(i)) return false;
    if (word < tokens_.size() && At(word).meaning == Meaning::kPast && Left(i, 6, {Meaning::kOpen}) >= tokens_.size()) {
      return false;
    }
    done_[i] = true;
    if (found_.empty() || !found_.back().target.baseline_value().empty()) return true;
    ParsedTarget& target = found_.back().target;
    const v1::Unit unit = At(i).unit;
    if (target.value().empty() || (unit != v1::UNIT_UNSPECIFIED && unit != target.unit())) return true;
    target.set_baseline_value(At(i).value);
    target.set_basis(v1::TARGET_BASIS_BASELINE);
    size_t year = Left(i, 4, {Meaning::kYear, Meaning::kOpen});
    if (At(year).meaning != Meaning::kYear) year = Right(i, 3, {Meaning::kYear});
    if (year < tokens_.size()) {
      target.set_baseline_year(At(year).year);
      done_[year] = true;
      // The year of the start is not the one by which something is reached.
      if (target.deadline_year() == target.baseline_year()) target.set_deadline_year(0);
    }
    return true;
  }

  // "van 8,5% in 2021 naar minder dan 6% in 2025"
  bool ReadFromTo(size_t i, const Lead& lead) {
    if (lead.preposition != Meaning::kFrom) return false;
    const size_t to = Right(i, 12, {Meaning::kFigure});
    if (to >= tokens_.size() || done_[to]) return false;
    const Lead behind = LeadOf(to);
    const bool changes = Left(i, kClause, {Meaning::kRise, Meaning::kFall, Meaning::kTake}) < tokens_.size();
    if (behind.preposition != Meaning::kTo && !(behind.preposition == Meaning::kUpTo && changes)) return false;
    if (behind.first <= i) return false;
    if (At(to).unit == v1::UNIT_EURO && !changes) return false;
    if (At(to).unit == v1::UNIT_UNSPECIFIED && At(to + 1).meaning == Meaning::kTimeUnit) {
      done_[i] = done_[to] = true;
      return true;
    }
    // "werd verhoogd naar minimaal 60% in 2026" is worded as what will have been reached.
    const bool norm = behind.comparator != v1::COMPARATOR_UNSPECIFIED && !behind.weak && ahead(to) && !IsPast(to);
    if (!norm && (IsPast(i) || IsPast(to))) {
      done_[i] = true;
      Leave(to);
      return true;
    }
    ParsedTarget target;
    target.set_baseline_value(At(i).value);
    const size_t year = Right(i, behind.first - i, {Meaning::kYear});
    if (year < tokens_.size()) {
      target.set_baseline_year(At(year).year);
      done_[year] = true;
    } else if (baseline_year_ != 0) {
      target.set_baseline_year(baseline_year_);
    }
    const bool compared = behind.comparator != v1::COMPARATOR_UNSPECIFIED;
    target.set_comparator(compared ? behind.comparator : TailComparator(to, v1::COMPARATOR_EQUAL_TO));
    target.set_basis(v1::TARGET_BASIS_BASELINE);
    v1::Unit unit = At(to).unit != v1::UNIT_UNSPECIFIED ? At(to).unit : At(i).unit;
    if (unit == v1::UNIT_UNSPECIFIED) {
      const bool marks = absl::StrContains(At(i).value, ".") && absl::StrContains(At(to).value, ".");
      unit = marks || lead.mark || behind.mark ? v1::UNIT_SCORE : UnitAround(to);
    }
    done_[i] = true;
    Place(lead.first, to, unit, std::move(target));
    return true;
  }

  // "tussen 70 en 80%": two targets.
  bool ReadBetween(size_t i) {
    const size_t between = Left(i, 3, {Meaning::kBetween});
    if (between >= tokens_.size() || At(i + 1).meaning != Meaning::kAnd) return false;
    size_t high = i + 2;
    while (Is(At(high), {Meaning::kArticle, Meaning::kHedge, Meaning::kA}) && high < i + 4) ++high;
    if (At(high).meaning != Meaning::kFigure) return false;
    done_[i] = done_[high] = true;
    const bool time = At(high + 1).meaning == Meaning::kTimeUnit && At(high).unit == v1::UNIT_UNSPECIFIED;
    const bool norm = statement() || wish(i) || Near(i, kClause, {Meaning::kStay, Meaning::kRise, Meaning::kFall});
    if (time || !norm || IsPast(i) || At(high).unit == v1::UNIT_EURO) return true;
    const v1::Unit unit = At(high).unit != v1::UNIT_UNSPECIFIED ? At(high).unit : UnitAround(high);
    for (const size_t figure : {i, high}) {
      ParsedTarget target;
      target.set_comparator(figure == i ? v1::COMPARATOR_AT_LEAST : v1::COMPARATOR_AT_MOST);
      target.set_basis(v1::TARGET_BASIS_ABSOLUTE);
      Place(between, high, unit, std::move(target), figure);
    }
    return true;
  }

  // "jaarlijks 6 à 8 gezinnen", "70 - 80%": the lower figure, and the upper one as the other reading.
  bool ReadRange(size_t i, const Lead& lead) {
    const bool joint =
        Is(At(i + 1), {Meaning::kOrSo, Meaning::kDash, Meaning::kUpTo}) || At(i + 1).word == "tot en met";
    if (!joint || At(i + 2).meaning != Meaning::kFigure || At(i).unit == v1::UNIT_EURO ||
        At(i + 2).unit == v1::UNIT_EURO || lead.preposition == Meaning::kFrom) {
      return false;
    }
    done_[i] = done_[i + 2] = true;
    const bool norm = yearly_ || wish(i) || (statement() && (dated_ || At(i + 2).unit != v1::UNIT_UNSPECIFIED)) ||
                      (lead.comparator != v1::COMPARATOR_UNSPECIFIED && !lead.weak);
    if (!norm || IsPast(i)) return true;
    ParsedTarget target;
    target.set_comparator(lead.comparator != v1::COMPARATOR_UNSPECIFIED ? lead.comparator : v1::COMPARATOR_AT_LEAST);
    target.set_basis(v1::TARGET_BASIS_ABSOLUTE);
    target.set_ambiguity(absl::StrCat("tot ", At(i + 2).value));
    const v1::Unit unit = At(i + 2).unit != v1::UNIT_UNSPECIFIED ? At(i + 2).unit : UnitAround(i + 2);
    const size_t first = Before(lead.first).meaning == Meaning::kYearly ? lead.first - 1 : lead.first;
    Place(first, i + 2, unit, std::move(target), i);
    return true;
  }

  // "maximaal 2% hoger dan het gemiddelde in Zeeland"
  bool ReadMargin(size_t i, const Lead& lead) {
    const Token& behind = At(i + 1);
    const bool compares = Is(behind, {Meaning::kMoreThan, Meaning::kLessThan, Meaning::kMore, Meaning::kLess,
                                      Meaning::kBelow, Meaning::kAbove});
    if (!compares) return false;
    const size_t average = AverageBehind(i + 1);
    if (average >= tokens_.size()) return false;
    const bool named = lead.comparator != v1::COMPARATOR_UNSPECIFIED;
    if (!named && !statement() && !wish(i) && !dated_) return false;
    ParsedTarget target;
    target.set_comparator(named ? lead.comparator : v1::COMPARATOR_EQUAL_TO);
    target.set_basis(v1::TARGET_BASIS_BENCHMARK);
    if (At(i).unit == v1::UNIT_PERCENT) target.set_ambiguity("procentpunt in plaats van procent");
    done_[average] = true;
    size_t end = At(average).end;
    target.set_benchmark(BenchmarkOf(average, &end));
    Place(lead.first, average, UnitAround(i), std::move(target), i, end);
    return true;
  }

  // "neemt jaarlijks met 4% af", "een afname van 25%", "10% minder meldingen", "met 5% te verlagen"
  bool ReadChange(size_t i, const Lead& lead) {
    size_t word = DirectionOf(i, lead);
    if (word >= tokens_.size()) return false;
    const Token& direction = At(word);
    const bool wanted = Near(word, kClause, {Meaning::kWish}) || Near(word, kSentence, {Meaning::kNormWord});
    if (IsParticiple(direction) && !wanted && !statement() && !passive_) {
      done_[i] = true;
      return true;
    }
    const bool rises = Is(direction, {Meaning::kRise, Meaning::kTakeOn, Meaning::kMore, Meaning::kMoreThan});
    ParsedTarget target;
    const v1::Comparator bound =
        lead.comparator != v1::COMPARATOR_UNSPECIFIED ? lead.comparator : TailComparator(i, v1::COMPARATOR_UNSPECIFIED);
    target.set_comparator(bound != v1::COMPARATOR_UNSPECIFIED ? bound
                          : rises                             ? v1::COMPARATOR_INCREASE
                                                              : v1::COMPARATOR_DECREASE);
    SetChangeBasis(&target);
    // A saving that is to be reached is a sum of its own.
    const bool reached = Right(i, kClause, {Meaning::kSave, Meaning::kReached}) < tokens_.size();
    if (At(i).unit == v1::UNIT_EURO && reached) target.set_basis(v1::TARGET_BASIS_ABSOLUTE);
    const bool noun_follows = Is(direction, {Meaning::kMore, Meaning::kLess});
    const v1::Unit unit = At(i).unit != v1::UNIT_UNSPECIFIED ? At(i).unit
                          : noun_follows                     ? v1::UNIT_COUNT
                                                             : UnitAround(i);
    // The verb in two halves begins with its first one.
    size_t first = std::min(lead.first, word);
    if (Is(direction, {Meaning::kTakeOn, Meaning::kTakeOff})) {
      first = std::min(first, Left(word, kSentence, {Meaning::kTake}));
    }
    Place(first, std::max(i, word), unit, std::move(target), i);
    return true;
  }

  // The word that says in which direction the figure changes something.
  size_t DirectionOf(size_t i, const Lead& lead) const {
    const size_t none = tokens_.size();
    const Token& behind = At(i + 1);
    const auto halved_verb = [&](size_t at) { return Left(at, kSentence, {Meaning::kTake}) < none; };
    if (Is(behind, {Meaning::kTakeOn, Meaning::kTakeOff}) && halved_verb(i + 1)) return i + 1;
    if (Is(behind, {Meaning::kMore, Meaning::kLess}) && At(i).unit != v1::UNIT_SCORE) return i + 1;
    if (Is(behind, {Meaning::kMoreThan, Meaning::kLessThan}) &&
        Right(i, 5, {Meaning::kYear, Meaning::kPreviousYear, Meaning::kBaseline}) < none) {
      return i + 1;
    }
    const bool by = lead.preposition == Meaning::kBy;
    if (by || behind.meaning == Meaning::kToDo) {
      const size_t verb = Right(
          i, 5,
          {Meaning::kRise, Meaning::kFall, Meaning::kTakeOn, Meaning::kTakeOff, Meaning::kFigure, Meaning::kComma});
      if (verb < none && Is(At(verb), {Meaning::kRise, Meaning::kFall})) return verb;
      if (verb < none && Is(At(verb), {Meaning::kTakeOn, Meaning::kTakeOff}) && halved_verb(verb)) return verb;
    }
    const size_t word = Left(lead.first, kSentence,
                             {Meaning::kRise, Meaning::kFall, Meaning::kTakeOn, Meaning::kTakeOff, Meaning::kFigure});
    if (word >= none || At(word).meaning == Meaning::kFigure) return none;
    if (Is(At(word), {Meaning::kTakeOn, Meaning::kTakeOff})) return by && halved_verb(word) ? word : none;
    if (by) return word;
    const bool measured = At(i).unit != v1::UNIT_UNSPECIFIED || statement() || yearly_ || wish(i);
    if (lead.preposition == Meaning::kFrom && IsChangeNoun(At(word)) && measured) return word;
    if (word + 1 == lead.first && !Is(At(lead.first), {Meaning::kBelow, Meaning::kAbove}) &&
        (IsChangeNoun(At(word)) || lead.comparator != v1::COMPARATOR_UNSPECIFIED) &&
        lead.preposition == Meaning::kOther && measured) {
      return word;
    }
    // "neemt hooguit 12 procent af" is read above; "stijgt 5%" here.
    return none;
  }

  void SetChangeBasis(ParsedTarget* target) const {
    if (baseline_year_ != 0) {
      target->set_basis(v1::TARGET_BASIS_BASELINE);
      target->set_baseline_year(baseline_year_);
    } else if (yearly_ || previous_year_) {
      target->set_basis(v1::TARGET_BASIS_PREVIOUS_YEAR);
    } else {
      target->set_basis(v1::TARGET_BASIS_BASELINE);
    }
  }

  // "is in totaal drie miljoen euro bespaard"
  bool ReadSaved(size_t i) {
    if (At(i).unit != v1::UNIT_EURO) return false;
    const bool saved = Right(i, kClause, {Meaning::kSave, Meaning::kReached}) < tokens_.size() ||
                       (Right(i, kClause, {Meaning::kFall}) < tokens_.size() && statement());
    const bool total = Before(i).word == "totaal" || Before(i).word == "in totaal" || Before(i).word == "samen";
    if (!saved || !(statement() || total)) return false;
    ParsedTarget target;
    const Lead lead = LeadOf(i);
    target.set_comparator(lead.comparator != v1::COMPARATOR_UNSPECIFIED ? lead.comparator : v1::COMPARATOR_ACHIEVE);
    target.set_basis(v1::TARGET_BASIS_ABSOLUTE);
    Place(lead.first, i, v1::UNIT_EURO, std::move(target));
    return true;
  }

  v1::Comparator TailComparator(size_t i, v1::Comparator otherwise) const {
    const size_t tail = Is(At(i + 1), {Meaning::kOrMore, Meaning::kOrLess}) ? i + 1 : i + 2;
    return Is(At(tail), {Meaning::kOrMore, Meaning::kOrLess}) && (tail == i + 1 || At(i + 1).meaning == Meaning::kOther)
               ? ComparatorOf(At(tail).meaning)
               : otherwise;
  }

  // Whether a figure is one that was found, so that it is nobody's norm: "er zijn minimaal 40 wachtenden", "uit
  // onderzoek blijkt dat minimaal 30% schulden heeft".
  bool TellsHowThingsAre(size_t i) const {
    for (size_t n = 1; n <= kSentence && n <= i; ++n) {
      const absl::string_view word = At(i - n).word;
      if (IsOneOf(word, {"blijkt", "blijken", "zien", "zagen", "constateren", "onderzoek"})) return true;
      if (IsOneOf(word, {"er"}) && IsOneOf(At(i - n + 1).word, {"is", "zijn"})) return true;
    }
    return false;
  }

  // "minimaal 70%", "niet onder de 7", "een 8 of hoger"
  bool ReadBound(size_t i, const Lead& lead) {
    const bool named = lead.comparator != v1::COMPARATOR_UNSPECIFIED;
    const v1::Comparator comparator = named ? lead.comparator : TailComparator(i, v1::COMPARATOR_UNSPECIFIED);
    if (comparator == v1::COMPARATOR_UNSPECIFIED) return false;
    // "5 of meer" of something may be part of what is counted.
    if (!named && At(i).unit == v1::UNIT_UNSPECIFIED && !lead.mark && !dated_ && !wish(i)) return false;
    const bool signalled =
        statement() || wish(i) || dated_ ||
        Near(i, kClause, {Meaning::kStay, Meaning::kRise, Meaning::kFall, Meaning::kNormWord, Meaning::kDuration});
    if (named && lead.weak && !signalled) return false;
    if (!statement() && !wish(i) && !ahead(i) && TellsHowThingsAre(i)) return true;
    ParsedTarget target;
    target.set_comparator(comparator);
    target.set_basis(v1::TARGET_BASIS_ABSOLUTE);
    size_t last = i;
    if (!named) last = Is(At(i + 1), {Meaning::kOrMore, Meaning::kOrLess}) ? i + 1 : i + 2;
    Place(lead.first, last, lead.mark && At(i).unit == v1::UNIT_UNSPECIFIED ? v1::UNIT_SCORE : UnitAround(i),
          std::move(target), i);
    return true;
  }

  // "…, 90 bezoekers in 2025", "… (2025: 90)": the next step of the target before it.
  bool ReadStep(size_t i) {
    if (found_.empty() || i - found_.back().last > 5) return false;
    const ParsedTarget& before = found_.back().target;
    if (before.deadline_year() == 0 || before.value().empty()) return false;
    size_t last = i;
    const bool year_behind =
        Is(Before(i), {Meaning::kAnd, Meaning::kComma, Meaning::kBreak}) && YearBehind(i, &last) != 0;
    const size_t year = Before(i).word == ":" && i >= 2 ? i - 2 : i - 1;
    const bool year_before = i > 0 && At(year).meaning == Meaning::kYear && !done_[year] &&
                             Left(i, 3, {Meaning::kAnd, Meaning::kComma, Meaning::kOpen}) < tokens_.size();
    if (!year_behind && !year_before) return false;
    ParsedTarget target;
    target.set_comparator(before.comparator());
    target.set_basis(before.basis());
    target.set_baseline_year(before.baseline_year());
    const v1::Unit unit = At(i).unit != v1::UNIT_UNSPECIFIED ? At(i).unit : before.unit();
    Place(year_before ? year : i, i, unit, std::move(target));
    return true;
  }

  // "norm 80%", "streefwaarde 2025: 7,5"
  bool ReadNorm(size_t i, const Lead& lead) {
    const size_t word = Left(
        i, kPhrase, {Meaning::kNormWord, Meaning::kMinimumNorm, Meaning::kFigure, Meaning::kComma, Meaning::kOpen});
    if (word >= tokens_.size() || !Is(At(word), {Meaning::kNormWord, Meaning::kMinimumNorm})) return false;
    ParsedTarget target;
    target.set_comparator(At(word).meaning == Meaning::kMinimumNorm ? v1::COMPARATOR_AT_LEAST
                                                                    : v1::COMPARATOR_EQUAL_TO);
    target.set_basis(v1::TARGET_BASIS_ABSOLUTE);
    Place(word, i, lead.mark && At(i).unit == v1::UNIT_UNSPECIFIED ? v1::UNIT_SCORE : UnitAround(i), std::move(target));
    return true;
  }

  // "naar 60% in 2026", "terugbrengen tot 40", "blijft op 80%"; not "de pilot wordt uitgebreid naar 3 wijken"
  bool ReadTowards(size_t i, const Lead& lead) {
    const bool share = At(i).unit == v1::UNIT_PERCENT;
    const size_t growth = Left(i, kClause, {Meaning::kRise, Meaning::kFall});
    const bool spreads = lead.preposition == Meaning::kTo && absl::StrContains(At(growth).word, "breid");
    if (spreads && At(i).unit == v1::UNIT_UNSPECIFIED && !SubjectOf(lead.first).quantity) return false;
    const bool changes = Near(i, kClause, {Meaning::kRise, Meaning::kFall});
    const bool stays = Near(i, kPhrase, {Meaning::kStay});
    const bool to = lead.preposition == Meaning::kTo && (share || changes || (statement() && dated_));
    const bool up_to = lead.preposition == Meaning::kUpTo && changes;
    const bool measured = At(i).unit != v1::UNIT_UNSPECIFIED || lead.mark;
    const bool on = lead.preposition == Meaning::kOn && measured && (changes || stays);
    const bool keeps = stays && Left(i, 3, {Meaning::kStay}) < tokens_.size() && At(i).unit != v1::UNIT_UNSPECIFIED;
    if (!to && !up_to && !on && !keeps) return false;
    ParsedTarget target;
    target.set_comparator((on || keeps) && stays ? v1::COMPARATOR_MAINTAIN : v1::COMPARATOR_EQUAL_TO);
    target.set_basis(v1::TARGET_BASIS_ABSOLUTE);
    Place(lead.first, i, lead.mark && At(i).unit == v1::UNIT_UNSPECIFIED ? v1::UNIT_SCORE : UnitAround(i),
          std::move(target));
    return true;
  }

  // "… om 30 mensen te plaatsen"
  bool ReadTask(size_t i) {
    if (At(i).unit != v1::UNIT_UNSPECIFIED || At(i + 1).meaning != Meaning::kOther) return false;
    const size_t verb = Right(i, 6, {Meaning::kDeed, Meaning::kFigure, Meaning::kComma});
    if (verb >= tokens_.size() || At(verb).meaning != Meaning::kDeed) return false;
    const bool to_do = Before(verb).meaning == Meaning::kToDo || absl::StrContains(At(verb).word, " te ");
    if (!to_do && !wish(i) && !(statement() && (dated_ || yearly_))) return false;
    ParsedTarget target;
    target.set_comparator(v1::COMPARATOR_EQUAL_TO);
    target.set_basis(v1::TARGET_BASIS_ABSOLUTE);
    Place(i, verb, v1::UNIT_COUNT, std::move(target), i);
    return true;
  }

  // "95% van alle aanvragen is …", "In 2025 nemen 30 ouders deel", "Twee dorpen hebben …": figures that are norms by
  // where they stand.
  bool ReadStated(size_t i, const Lead& lead) {
    const Token& figure = At(i);
    const bool measured = Is(figure, {Meaning::kFigure}) &&
                          (figure.unit == v1::UNIT_PERCENT || figure.unit == v1::UNIT_PER_THOUSAND || lead.mark);
    if (!statement() && !((wish(i) || ahead(i)) && measured)) return false;
    if (lead.preposition == Meaning::kUpTo || lead.preposition == Meaning::kBy) return false;
    if (factual_ || InPart(i, Meaning::kBaseline)) return false;
    // An estimate is what somebody reckons, not what is wanted.
    if (!statement() && IsOneOf(Before(i).word, {"bijna", "ruim"})) return false;
    if (!measured) {
      if (figure.unit != v1::UNIT_UNSPECIFIED && figure.unit != v1::UNIT_COUNT) return false;
      const bool noun = At(i + 1).meaning == Meaning::kOther && !At(i + 1).word.empty();
      const bool leads = i == 0 || (i == 1 && At(0).meaning == Meaning::kDash);
      const bool named = figure.unit == v1::UNIT_COUNT || noun;
      const bool year_label = At(i - 1).word == ":" && i >= 2 && At(i - 2).meaning == Meaning::kYear;
      if (!(named && (dated_ || yearly_ || (leads && finite_verb_))) && !year_label) return false;
    }
    ParsedTarget target;
    target.set_comparator(v1::COMPARATOR_EQUAL_TO);
    target.set_basis(v1::TARGET_BASIS_ABSOLUTE);
    Place(lead.first, i, lead.mark && figure.unit == v1::UNIT_UNSPECIFIED ? v1::UNIT_SCORE : UnitAround(i),
          std::move(target));
    return true;
  }

  // ---- norms without a figure --------------------------------------------------------------------------------------

  void ReadWithoutFigure(size_t i) {
    switch (At(i).meaning) {
      case Meaning::kHalve:
        return ReadMultiple(i, v1::COMPARATOR_DECREASE, "50");
      case Meaning::kDouble:
        return ReadMultiple(i, v1::COMPARATOR_INCREASE, "100");
      case Meaning::kTriple:
        return ReadMultiple(i, v1::COMPARATOR_INCREASE, "200");
      case Meaning::kNone:
        return ReadNone(i);
      case Meaning::kStayEqual:
        return ReadMaintain(i);
      case Meaning::kSameLevel:
        if (Near(i, kClause, {Meaning::kStay})) ReadMaintain(i);
        return;
      case Meaning::kLabelNoun:
        return ReadAchieve(i);
      case Meaning::kAverage:
      case Meaning::kThan:
        return ReadBenchmark(i);
      default:
        return;
    }
  }

  // "een halvering van het aantal klachten ten opzichte van 2020"
  void ReadMultiple(size_t i, v1::Comparator comparator, const char* percent) {
    const bool to_do = absl::EndsWith(At(i).word, "en");  // "halveren" is still to be done
    const bool norm = statement() || wish(i) || dated_ || to_do;
    if (!norm || IsPast(i) || IsForecast(i, {}) || Touches(i, kPhrase) ||
        (IsParticiple(At(i)) && !statement() && !wish(i) && !passive_)) {
      return;
    }
    ParsedTarget target;
    target.set_comparator(comparator);
    target.set_value(percent);
    SetChangeBasis(&target);
    target.set_basis(baseline_year_ == 0 && previous_year_ ? v1::TARGET_BASIS_PREVIOUS_YEAR
                                                           : v1::TARGET_BASIS_BASELINE);
    Place(i, i, v1::UNIT_PERCENT, std::move(target));
  }

  // "geen enkele uithuiszetting"
  void ReadNone(size_t i) {
    if (!statement() || IsPast(i) || At(i + 1).meaning != Meaning::kOther) return;
    ParsedTarget target;
    target.set_comparator(v1::COMPARATOR_EQUAL_TO);
    target.set_basis(v1::TARGET_BASIS_ABSOLUTE);
    target.set_value("0");
    Place(i, i + 1, v1::UNIT_COUNT, std::move(target), i);
  }

  void ReadMaintain(size_t i) {
    if (sentence_placed_ || IsPast(i) || Touches(i, kPhrase) || IsInCondition(i)) return;
    // In a plan much stays as it is; a target is only what can be counted.
    if (!statement() && !wish(i) && !NamesQuantity(i)) return;
    ParsedTarget target;
    target.set_comparator(v1::COMPARATOR_MAINTAIN);
    target.set_basis(v1::TARGET_BASIS_ABSOLUTE);
    const v1::Unit unit = UnitOfIndicator(sentence_);
    PlaceSentence(i, unit == v1::UNIT_COUNT ? v1::UNIT_NONE : unit, std::move(target));
  }

  // Whether what stays as the word at `i` says is something with a figure: a noun before that word in its clause that
  // no preposition makes a part of another one, and that is not the second of two things.
  bool NamesQuantity(size_t i) const {
    for (size_t n = 1; n <= kClause && n <= i && !EndsClause(At(i - n)); ++n) {
      if (!IsQuantity(At(i - n))) continue;
      const size_t first = i - n > 0 && Before(i - n).meaning == Meaning::kArticle ? i - n - 1 : i - n;
      const Token& before = Before(first);
      const bool part = Is(before, {Meaning::kFrom, Meaning::kTo, Meaning::kBy, Meaning::kOn, Meaning::kTimePrep,
                                    Meaning::kUpTo, Meaning::kAnd});
      if (!part && !IsOneOf(before.word, {"maken", "maakt"})) return true;
    }
    return false;
  }

  // "Het keurmerk is behaald"
  void ReadAchieve(size_t i) {
    const bool reached = Right(i, kClause, {Meaning::kReached}) < tokens_.size() ||
                         (statement() && Left(i, 4, {Meaning::kReach}) < tokens_.size()) ||
                         (statement() && Right(i, kClause, {Meaning::kReach}) < tokens_.size());
    if (!reached || IsPast(i)) return;
    ParsedTarget target;
    target.set_comparator(v1::COMPARATOR_ACHIEVE);
    target.set_basis(v1::TARGET_BASIS_ABSOLUTE);
    PlaceSentence(i, v1::UNIT_NONE, std::move(target));
  }

  // "niet meer dan gemiddeld in Zeeland", "onder het landelijk gemiddelde"
  void ReadBenchmark(size_t i) {
    size_t average = i;
    size_t word = tokens_.size();
    if (At(i).meaning == Meaning::kThan) {
      // "meer te doen dan gemiddeld": the comparison stands apart from "dan".
      average = AverageBehind(i);
      word = Left(i, kSentence, {Meaning::kMore, Meaning::kLess});
    } else {
      word = Left(i, 4,
                  {Meaning::kMoreThan, Meaning::kLessThan, Meaning::kAtMost, Meaning::kAtLeast, Meaning::kBelow,
                   Meaning::kAbove, Meaning::kEqualTo, Meaning::kOn});
    }
    if (average >= tokens_.size() || word >= tokens_.size() || done_[average] || IsPast(word)) return;
    v1::Comparator comparator =
        At(word).meaning == Meaning::kOn ? v1::COMPARATOR_EQUAL_TO : ComparatorOf(At(word).meaning);
    size_t first = word;
    const bool denied = Before(word).meaning == Meaning::kNot;
    if (denied) {
      comparator = Denied(comparator);
      first = word - 1;
    }
    // "op of boven het gemiddelde", "minimaal gelijk aan het gemiddelde"
    if (Before(word).meaning == Meaning::kAnd && word >= 2 && Is(At(word - 2), {Meaning::kOn, Meaning::kEqualTo})) {
      comparator =
          Is(At(word), {Meaning::kAbove, Meaning::kMoreThan}) ? v1::COMPARATOR_AT_LEAST : v1::COMPARATOR_AT_MOST;
      first = word - 2;
    } else if (Is(Before(word), {Meaning::kAtLeast, Meaning::kAtMost})) {
      comparator = ComparatorOf(Before(word).meaning);
      first = word - 1;
    }
    const bool fact = Is(At(word), {Meaning::kMoreThan, Meaning::kLessThan, Meaning::kMore, Meaning::kLess,
                                    Meaning::kBelow, Meaning::kAbove, Meaning::kOn}) &&
                      !denied && first == word;
    if (fact && !statement() && !wish(i) && !dated_) return;
    ParsedTarget target;
    target.set_comparator(comparator);
    target.set_basis(v1::TARGET_BASIS_BENCHMARK);
    done_[average] = true;
    size_t end = At(average).end;
    target.set_benchmark(BenchmarkOf(average, &end));
    Place(first, average, spending_ ? v1::UNIT_EURO : v1::UNIT_NONE, std::move(target), tokens_.size(), end);
  }

  // The average that a comparison at `i` is with: "dan [het landelijk] gemiddelde", "dan gemiddeld".
  size_t AverageBehind(size_t i) const {
    for (size_t n = 1; n <= 5 && i + n < tokens_.size() && !EndsClause(At(i + n)); ++n) {
      if (At(i + n).meaning == Meaning::kAverage) return i + n;
      if (Is(At(i + n), {Meaning::kFigure, Meaning::kComma})) break;
    }
    return tokens_.size();
  }

  // Whose average it is, as printed: "Zeeland", "vergelijkbare gemeenten", "landelijk gemiddelde".
  std::string BenchmarkOf(size_t average, size_t* end) const {
    static const RE2 kArea(
        R"(^\s+(?:in|van|voor|binnen)\s+(?:de\s+|het\s+)?((?:(?:regio|provincie|gemeenten?)\s+)?[A-Z][\pL-]*(?:[ -][A-Z][\pL-]*)*))");
    static const RE2 kGroup(
        R"(^\s+(?:in|van|voor|binnen)\s+((?:de\s+|het\s+|onze\s+|alle\s+)?[\pL-]+(?:\s+(?:gemeenten|regio|provincie|land|steden))?))");
    const absl::string_view behind = sentence_.substr(At(average).end);
    const StringPiece piece(behind.data(), std::min<size_t>(behind.size(), 120));
    StringPiece name;
    for (const RE2* pattern : {&kArea, &kGroup}) {
      const bool described = Before(average).meaning == Meaning::kOther && !Before(average).word.empty();
      if (pattern == &kGroup && described) break;
      if (!RE2::PartialMatch(piece, *pattern, &name)) continue;
      *end = name.data() + name.size() - sentence_.data();
      return std::string(name.data(), name.size());
    }
    const size_t first = Before(average).meaning == Meaning::kOther && average > 0 ? average - 1 : average;
    return std::string(sentence_.substr(At(first).begin, At(average).end - At(first).begin));
  }

  // ---- writing down ------------------------------------------------------------------------------------------------

  // Whether a target was found within `reach` tokens of `i`.
  bool Touches(size_t i, size_t reach) const {
    const size_t end = std::min(i + reach + 1, tokens_.size());
    for (size_t n = i > reach ? i - reach : 0; n < end; ++n) {
      if (taken_[n]) return true;
    }
    return false;
  }

  // The unit of a figure: what is printed with it, else what the words before it speak of.
  v1::Unit UnitAround(size_t i) const {
    const Token& figure = At(i);
    if (figure.unit != v1::UNIT_UNSPECIFIED) return figure.unit;
    double value = 0;
    constexpr double kHighestMark = 10;
    const bool mark = absl::SimpleAtod(figure.value, &value) && value <= kHighestMark;
    const bool noun = At(i + 1).meaning == Meaning::kOther && !At(i + 1).word.empty();
    const size_t word = Left(i, noun ? kPhrase : kSentence, {Meaning::kShareNoun, Meaning::kCountNoun, Meaning::kMark});
    if (word < tokens_.size() && At(word).meaning == Meaning::kMark && mark) return v1::UNIT_SCORE;
    // "vijf klachten per 1.000 cliënten"
    const bool per_thousand = At(i + 2).meaning == Meaning::kPer && At(i + 3).names && At(i + 3).value == "1000";
    if (noun && per_thousand) return v1::UNIT_PER_THOUSAND;
    if (noun || Is(At(i + 1), {Meaning::kTimeUnit})) return v1::UNIT_COUNT;
    if (word < tokens_.size() && At(word).meaning == Meaning::kShareNoun) return v1::UNIT_PERCENT;
    // A figure such as 7,5 without anything that is counted is a mark.
    const bool unnamed = word >= tokens_.size() && value >= 1 && absl::StrContains(figure.value, ".");
    return mark && unnamed ? v1::UNIT_SCORE : v1::UNIT_COUNT;
  }

  // The year right behind a figure and its noun; moves `last` to it.
  int YearBehind(size_t i, size_t* last) const {
    for (size_t n = 1; n <= 5 && i + n < tokens_.size(); ++n) {
      const Token& token = At(i + n);
      if (token.meaning == Meaning::kYear && !done_[i + n]) {
        if (!Is(Before(i + n), {Meaning::kTimePrep, Meaning::kPer, Meaning::kOpen, Meaning::kArticle})) return 0;
        *last = i + n;
        return token.year;
      }
      if (!Is(token, {Meaning::kOther, Meaning::kTimePrep, Meaning::kPer, Meaning::kOpen, Meaning::kArticle})) return 0;
    }
    return 0;
  }

  // The year by which or for which a phrase holds: inside it, else the nearest before it, else the first one behind it
  // that a preposition of time announces.
  int DeadlineAround(size_t first, size_t last) const {
    constexpr size_t kFarthest = 25;
    for (size_t n = last + 1; n-- > first;) {
      if (At(n).meaning == Meaning::kYear && !done_[n]) return At(n).year;
    }
    for (size_t n = first; n-- > 0 && first - n <= kFarthest;) {
      if (At(n).meaning == Meaning::kYear && !done_[n]) return At(n).year;
    }
    for (size_t n = last + 1; n < tokens_.size() && n - last <= kFarthest; ++n) {
      if (At(n).meaning != Meaning::kYear || done_[n]) continue;
      if (Left(n, 3, {Meaning::kTimePrep, Meaning::kPer, Meaning::kOpen, Meaning::kUpTo}) < tokens_.size()) {
        return At(n).year;
      }
    }
    return 0;
  }

  // Adds a target about tokens `first` to `last`. `figure` is the token of the value, by default the last one; `end`
  // the end of the phrase in bytes when it goes on behind the last token.
  void Place(size_t first, size_t last, v1::Unit unit, ParsedTarget target, size_t figure = std::string::npos,
             size_t end = 0) {
    if (figure == std::string::npos) figure = last;
    if (figure < tokens_.size() && target.value().empty()) {
      target.set_value(At(figure).value);
      if (!At(figure).printed_share.empty() && absl::StrContains(At(figure).value, ".")) {
        target.set_ambiguity(At(figure).printed_share);
      }
      done_[figure] = true;
    }
    done_[last] = true;
    target.set_unit(unit);
    int year = YearBehind(last, &last);
    if (year == 0) year = DeadlineAround(first, last);
    if (year != target.baseline_year() || year == 0) target.set_deadline_year(year);
    // What a bare figure was before the years of the document is how things were.
    const bool bare = target.comparator() == v1::COMPARATOR_EQUAL_TO && target.basis() == v1::TARGET_BASIS_ABSOLUTE;
    if (bare && target.deadline_year() != 0 && target.deadline_year() < context_.first_year) return;
    size_t stop = At(last).meaning == Meaning::kFigure && unit != v1::UNIT_SCORE ? EndOfCounted(last) : At(last).end;
    if (Before(last).meaning == Meaning::kOpen && stop < sentence_.size() && sentence_[stop] == ')') ++stop;
    stop = std::max(stop, end);
    target.set_text(std::string(Trim(sentence_.substr(At(first).begin, stop - At(first).begin))));
    Finish(first, last, std::move(target));
  }

  // The end of the phrase of a figure, in bytes: what is counted belongs to it, as in "40 ouders" and "85% van de
  // ouders".
  size_t EndOfCounted(size_t i) const {
    const v1::Unit unit = At(i).unit;
    const bool counts = unit == v1::UNIT_UNSPECIFIED || unit == v1::UNIT_PER_THOUSAND || unit == v1::UNIT_COUNT ||
                        !At(i).printed_share.empty();
    size_t end = i + 1;
    if (Is(At(end), {Meaning::kFrom, Meaning::kOutOf})) {
      while (Is(At(end), {Meaning::kFrom, Meaning::kOutOf, Meaning::kArticle, Meaning::kHedge, Meaning::kCountNoun})) {
        ++end;
      }
    } else if (!counts) {
      return At(i).end;
    }
    const bool named = At(end).meaning == Meaning::kTimeUnit || At(end).meaning == Meaning::kOther;
    return named && !At(end).word.empty() ? At(end).end : At(i).end;
  }

  // Adds a target that the sentence as a whole states; there is one of these at most.
  void PlaceSentence(size_t at, v1::Unit unit, ParsedTarget target) {
    if (sentence_placed_) return;
    sentence_placed_ = true;
    target.set_unit(unit);
    target.set_deadline_year(DeadlineAround(at, at));
    target.set_text(std::string(Trim(sentence_)));
    Finish(at, at, std::move(target));
  }

  void Finish(size_t first, size_t last, ParsedTarget target) {
    target.set_recurrence(yearly_ ? v1::RECURRENCE_YEARLY : v1::RECURRENCE_ONCE);
    if (!period_read_) {
      period_ = FindPeriod(sentence_);
      period_read_ = true;
    }
    if (PeriodHolds(target.deadline_year())) {
      target.set_period_from(period_.from);
      target.set_period_to(period_.to);
    }
    std::fill(taken_.begin() + first, taken_.begin() + last + 1, true);
    found_.push_back({first, last, std::move(target)});
  }

  // Whether the year of a target lies in the period that the sentence names.
  bool PeriodHolds(int year) const {
    if (year == 0) return true;
    const std::string first = absl::StrCat(year, "-01-01");
    const std::string last = absl::StrCat(year, "-12-31");
    return period_.from <= last && (period_.to.empty() || period_.to > first);
  }

  // ---- what is left ------------------------------------------------------------------------------------------------

  std::vector<absl::string_view> NotUnderstood() const {
    std::vector<absl::string_view> phrases;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      const Token& token = At(i);
      if (token.meaning != Meaning::kFigure || done_[i]) continue;
      const Lead lead = LeadOf(i);
      const bool strong = lead.comparator != v1::COMPARATOR_UNSPECIFIED && !lead.weak;
      const bool measured =
          Is(token, {Meaning::kFigure}) && (token.unit == v1::UNIT_PERCENT || token.unit == v1::UNIT_PERCENTAGE_POINT ||
                                            token.unit == v1::UNIT_PER_THOUSAND);
      if (!strong && !(measured && (statement() || wish(i)))) continue;
      const size_t last = std::min(i + 5, tokens_.size() - 1);
      phrases.push_back(sentence_.substr(At(lead.first).begin, At(last).end - At(lead.first).begin));
    }
    return phrases;
  }

  absl::string_view sentence_;
  TargetContext context_;
  Tokens tokens_;
  std::vector<bool> done_;   // figures and years that have their place
  std::vector<bool> taken_;  // tokens of phrases that were found
  std::vector<Found> found_;
  std::vector<Clause> clauses_;
  std::vector<size_t> clause_of_;           // of every token
  size_t first_wish_ = std::string::npos;   // clause that first says what is wanted
  size_t first_ahead_ = std::string::npos;  // clause that first names a year to come
  bool yearly_ = false;
  bool dated_ = false;  // whether a year is named that is not where one starts from
  bool previous_year_ = false;
  bool passive_ = false;
  bool finite_verb_ = false;
  bool factual_ = false;   // whether it tells how things are
  bool forecast_ = false;  // whether it tells what somebody foretells
  bool spending_ = false;
  bool sentence_placed_ = false;
  int baseline_year_ = 0;
  bool period_read_ = false;
  Period period_;
};

}  // namespace

TargetReading ReadTargets(absl::string_view sentence, const TargetContext& context) {
  return MaySetNorm(sentence) ? SentenceReader(sentence, context).Run() : TargetReading();
}

}  // namespace regiokompas::intake
