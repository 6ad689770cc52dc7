#include "services/intake/parser/enrich.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "re2/re2.h"
#include "services/intake/parser/dutch_figures.h"
#include "services/intake/parser/dutch_targets.h"
#include "services/intake/parser/dutch_words.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {
namespace {

using re2::StringPiece;

// Longer stretches without a full stop are looked through in parts.
constexpr size_t kLongestSentence = 3000;

StringPiece Piece(absl::string_view text) { return StringPiece(text.data(), text.size()); }
absl::string_view View(const StringPiece& piece) {
  return piece.data() == nullptr ? absl::string_view() : absl::string_view(piece.data(), piece.size());
}

// The end of the last whole character in the first `size` bytes. Bytes that are no UTF-8 are cut anywhere.
size_t EndOfCharacter(absl::string_view text, size_t size) {
  constexpr size_t kMostContinuations = 3;
  for (size_t cut = size; cut + kMostContinuations >= size; --cut) {
    if ((static_cast<unsigned char>(text[cut]) & 0xC0) != 0x80) return cut;
  }
  return size;
}

bool HasDigit(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_isdigit(c); });
}

using Sentences = std::vector<absl::string_view>;

Sentences SentencesOf(absl::string_view text) {
  Sentences sentences = SplitSentences(text);
  if (std::none_of(sentences.begin(), sentences.end(), [](auto each) { return each.size() > kLongestSentence; })) {
    return sentences;
  }
  Sentences parts;
  for (absl::string_view sentence : sentences) {
    while (sentence.size() > kLongestSentence) {
      size_t cut = sentence.rfind(' ', kLongestSentence);
      if (cut == absl::string_view::npos || cut == 0) cut = EndOfCharacter(sentence, kLongestSentence);
      parts.push_back(sentence.substr(0, cut));
      sentence.remove_prefix(cut);
    }
    parts.push_back(sentence);
  }
  return parts;
}

void AddOnce(const std::string& value, google::protobuf::RepeatedPtrField<std::string>* values) {
  if (std::find(values->begin(), values->end(), value) == values->end()) *values->Add() = value;
}

// The results of a document, by framework and letter.
class ResultCodes {
 public:
  explicit ResultCodes(const pb::ParsedDocument& document) {
    absl::flat_hash_map<absl::string_view, absl::string_view> code_of;
    for (const pb::ParsedGoal& goal : document.goals()) code_of.emplace(goal.id(), goal.code());
    for (const pb::ParsedGoal& goal : document.goals()) {
      codes_.insert(goal.code());
      const auto parent = code_of.find(goal.parent_id());
      if (parent != code_of.end()) codes_.insert(absl::StrCat(parent->second, ".", goal.code()));
    }
  }

  bool Has(absl::string_view framework, absl::string_view letter) const {
    const std::string lower = absl::AsciiStrToLower(letter);
    return codes_.contains(absl::StrCat(framework, ".", lower)) || codes_.contains(absl::StrCat(framework, lower));
  }

 private:
  absl::flat_hash_set<std::string> codes_;  // "3.c" or, where goals are printed so, "3c"
};

// "resultaten a, b en c van kader 1", "Kader 2 a en d", "resultaten 3b en 3c", "3c: …"; all have a digit.
void AddResultRefs(absl::string_view text, const ResultCodes& results, pb::ParsedActivity* activity) {
  constexpr absl::string_view kPart =
      R"((?:kader|(?:deel)?programma|hoofdstuk|deel|onderdeel|pijler|(?:programma)?lijn|thema|opgave)\s+(\d{1,2}))";
  constexpr absl::string_view kResult = R"((?i)\b(?:resulta(?:at|ten)|(?:effect|uitkomst|opbrengst)(?:en)?)\s+)";
  constexpr absl::string_view kLetters = R"(((?:[a-z]\s*(?:,|\ben\b)\s*)*[a-z]))";
  static const RE2 kLettersFirst(absl::StrCat(kResult, kLetters, R"(\s+van\s+)", kPart));
  static const RE2 kFrameworkFirst(absl::StrCat(R"((?i)\b)", kPart, R"(\s+)", kLetters, R"(\b)"));
  static const RE2 kCited(absl::StrCat(kResult, R"(((?:\d{1,2}\.?[a-z]\s*(?:,|/|\ben\b)\s*)*\d{1,2}\.?[a-z])\b)"));
  static const RE2 kAlone(R"((?i)^((?:\d{1,2}\.?[a-z]\s*(?:,|/|\ben\b)\s*)*\d{1,2}\.?[a-z])\s*[.;]?$)");
  static const RE2 kCitation(R"((?i)(\d{1,2})\.?([a-z])\b)");
  static const RE2 kLeading(R"((?:^|[.;]\s+)(\d)\.?([a-z])(?:\s*:|\s+[A-Z]))");
  static const RE2 kOtherLetter(R"((?i)\d\.?[a-df-z]\b)");
  static const RE2 kInOrder(
      R"((?i)^\s+(?:kwartaal|half ?jaar|helft|fase|jaar|tranche|ronde|periode|termijn|stap|lijn)\b)");
  static const RE2 kLetter(R"(\b([a-zA-Z])\b)");
  auto add = [&](absl::string_view framework, absl::string_view letters) {
    StringPiece rest = Piece(letters);
    StringPiece letter;
    while (RE2::FindAndConsume(&rest, kLetter, &letter)) {
      AddOnce(absl::StrCat(framework, ".", absl::AsciiStrToLower(View(letter))), activity->mutable_result_refs());
    }
  };
  // "1e" is an ordinal as well, of a quarter or phase: then it cites only beside other letters, or where there is such
  // a result.
  const auto is_ordinal = [&](absl::string_view framework, absl::string_view letter, bool others) {
    return absl::EqualsIgnoreCase(letter, "e") && !others && !results.Has(framework, letter);
  };
  StringPiece first;
  StringPiece second;
  StringPiece rest = Piece(text);
  while (RE2::FindAndConsume(&rest, kLettersFirst, &first, &second)) add(View(second), View(first));
  for (const RE2* pattern : {&kCited, &kAlone}) {
    rest = Piece(text);
    while (RE2::FindAndConsume(&rest, *pattern, &first)) {
      StringPiece cited = first;
      StringPiece framework;
      const bool others = RE2::PartialMatch(cited, kOtherLetter) || !RE2::PartialMatch(rest, kInOrder);
      while (RE2::FindAndConsume(&cited, kCitation, &framework, &second)) {
        if (!is_ordinal(View(framework), View(second), others)) add(View(framework), View(second));
      }
    }
  }
  rest = Piece(text);
  while (RE2::FindAndConsume(&rest, kFrameworkFirst, &first, &second)) add(View(first), View(second));
  rest = Piece(text);
  while (RE2::FindAndConsume(&rest, kLeading, &first, &second)) {
    if (!is_ordinal(View(first), View(second), false)) add(View(first), View(second));
  }
}

// Says which printed phrase was not understood, and in what way.
void Diagnose(absl::string_view code, absl::string_view what, absl::string_view phrase, int line,
              pb::ParsedDocument* document) {
  pb::Diagnostic* diagnostic = document->add_diagnostics();
  diagnostic->set_severity(pb::SEVERITY_INFO);
  diagnostic->set_line(line);
  diagnostic->set_code(std::string(code));
  diagnostic->set_message(absl::StrCat("„", Trim(phrase), "” ", what, "."));
}

void AddAmounts(const TextPiece& piece, pb::ParsedDocument* document) {
  if (!NamesMoney(piece.text)) return;
  for (const Amount& amount : FindAmounts(piece.text)) {
    pb::ParsedAmount* added = document->mutable_activities(piece.activity)->add_amounts();
    added->set_cents(amount.cents);
    added->set_high_cents(amount.high_cents);
    added->set_per_year(amount.per_year);
    added->set_text(std::string(amount.text));
    added->set_line(LineOf(piece, amount.text));
  }
  for (absl::string_view phrase : FindUnreadAmounts(piece.text)) {
    Diagnose("AMOUNT_NOT_UNDERSTOOD", "is niet als bedrag begrepen", phrase, LineOf(piece, phrase), document);
  }
}

// The rows of tables that count in thousands of euros. A row belongs to the activity whose code or title it repeats,
// else to the one in whose block the whole table stands.
class ThousandsTables {
 public:
  ThousandsTables(const std::vector<TextPiece>& pieces, pb::ParsedDocument* document) : document_(*document) {
    for (int i = 0; i < document_.activities_size(); ++i) {
      const pb::ParsedActivity& activity = document_.activities(i);
      Name(activity.code(), i);
      Name(activity.title(), i);
      if (!activity.code().empty()) Name(absl::StrCat(activity.code(), " ", activity.title()), i);
    }
    for (const TextPiece& piece : pieces) {
      if (piece.activity < 0) continue;
      block_of_line_.try_emplace(piece.line, piece.activity);
      for (const auto& [begin, line] : piece.more_lines) block_of_line_.try_emplace(line, piece.activity);
    }
  }

  void Read(const std::vector<Line>& lines) {
    // A table ends where several lines in a row are none of its rows.
    constexpr int kMostOtherLines = 2;
    int others = kMostOtherLines + 1;
    int block = -1;
    for (const Line& line : lines) {
      if (AnnouncesThousands(line.text)) {
        others = 0;
        block = BlockOf(line);
        continue;
      }
      if (others > kMostOtherLines) continue;
      const TableRow row = SplitTableRow(line.raw);
      others = row.cells.empty() ? others + 1 : 0;
      if (row.cells.empty()) continue;
      const auto named = named_.find(Normalized(row.title));
      const bool own = block >= 0 && BlockOf(line) == block;
      if (named != named_.end()) {
        Add(row, line, named->second);
      } else if (own) {
        Add(row, line, block);
      }
    }
  }

 private:
  void Name(absl::string_view name, int activity) {
    const std::string normalized = Normalized(name);
    if (!normalized.empty()) named_.try_emplace(normalized, activity);
  }

  int BlockOf(const Line& line) const {
    const auto block = block_of_line_.find(line.number);
    return block == block_of_line_.end() ? -1 : block->second;
  }

  void Add(const TableRow& row, const Line& line, int activity) {
    for (absl::string_view cell : row.cells) {
      const auto cents = IsYearsOnly(cell) ? std::nullopt : CentsOfThousands(cell);
      if (!cents.has_value() || *cents == 0) continue;
      pb::ParsedAmount* added = document_.mutable_activities(activity)->add_amounts();
      added->set_cents(*cents);
      added->set_text(std::string(cell));
      added->set_line(line.number);
    }
  }

  pb::ParsedDocument& document_;
  absl::flat_hash_map<std::string, int> named_;
  absl::flat_hash_map<int, int> block_of_line_;
};

// Targets come from plans, goals and indicators; never from what was reached, risks, partners or unlabelled cells.
bool MayHoldTargets(const TextPiece& piece) {
  if (piece.part != Part::kPlan && piece.part != Part::kTitle) return false;
  switch (piece.aspect) {
    case pb::ASPECT_KIND_RISKS:
    case pb::ASPECT_KIND_OTHER:
    case pb::ASPECT_KIND_FUNDING:
    case pb::ASPECT_KIND_COMMUNICATION:
    case pb::ASPECT_KIND_STAKEHOLDERS:
    case pb::ASPECT_KIND_STATE_OF_AFFAIRS:
      return false;
    default:
      return true;
  }
}

// Whether a sentence begins with a year that is not before those of the document: "In 2026 is het aantal gestegen".
bool LooksAhead(absl::string_view sentence, int first_year) {
  static const RE2 kOpens(R"((?i)(?:in|eind|begin|medio|per|uiterlijk|vanaf)\s+(20\d\d)\b)");
  int year = 0;
  StringPiece text = Piece(sentence);
  return first_year != 0 && RE2::Consume(&text, kOpens, &year) && year > first_year;
}

void AddTargets(const TextPiece& piece, const Sentences& sentences, pb::ParsedDocument* document) {
  const bool statement =
      piece.aspect == pb::ASPECT_KIND_INDICATOR || piece.aspect == pb::ASPECT_KIND_RESULT || piece.part == Part::kTitle;
  const auto& years = document->source().fiscal_years();
  const TargetContext context{statement ? TargetPlace::kStatement : TargetPlace::kPlan, years.empty() ? 0 : years[0]};
  // "Het aantal is gestegen van 3 naar 5" and "liep op van 3 naar 5", in a text that tells how things are.
  static const RE2 kHappened(
      R"((?i)\b(?:gestegen|gedaald|toegenomen|afgenomen|gegroeid|gezakt|opgelopen|teruggelopen|steeg|stegen|daalden?|)"
      R"(groeiden?|zakten?|liep(?:en)?|ging(?:en)?|nam(?:en)?)\b[^.]{0,60}?\bvan\b[^.]{1,40} naar \d)");
  const bool describes = piece.aspect == pb::ASPECT_KIND_EXPLANATION;
  for (absl::string_view sentence : sentences) {
    if (describes && !LooksAhead(sentence, context.first_year) && RE2::PartialMatch(Piece(sentence), kHappened))
      continue;
    TargetReading reading = ReadTargets(sentence, context);
    for (absl::string_view phrase : reading.not_understood) {
      Diagnose("TARGET_NOT_UNDERSTOOD", "is niet als streefwaarde begrepen", phrase, LineOf(piece, phrase), document);
    }
    for (pb::ParsedTarget& target : reading.targets) {
      target.set_id(absl::StrCat("t", document->targets_size() + 1));
      target.set_subject_id(piece.subject_id);
      const size_t at = std::min(sentence.find(target.text()), sentence.size());
      target.set_line(LineOf(piece, sentence.substr(at)));
      *document->add_targets() = std::move(target);
    }
  }
}

// Dated steps in the plan of a time line. A budget year alone is a year of realisation and no step.
void AddMilestones(const TextPiece& piece, const Sentences& sentences, pb::ParsedDocument* document) {
  static const RE2 kBudgetYear(R"((?i)\bbegrotingsja)");
  for (absl::string_view sentence : sentences) {
    if (RE2::PartialMatch(Piece(sentence), kBudgetYear) || IsYearsOnly(sentence)) continue;
    for (absl::string_view phrase : FindUnreadDates(sentence)) {
      Diagnose("DATE_NOT_UNDERSTOOD", "is geen bestaande datum", phrase, LineOf(piece, phrase), document);
    }
    for (const PrintedDate& date : FindDates(sentence)) {
      pb::ParsedMilestone* milestone = document->add_milestones();
      milestone->set_subject_id(piece.subject_id);
      milestone->set_text(std::string(sentence));
      milestone->set_date(date.date);
      milestone->set_line(LineOf(piece, sentence));
    }
  }
}

// Whether a sentence sets a norm or looks ahead.
bool SetsNorm(absl::string_view sentence, const Tokens& tokens) {
  static const RE2 kAhead(R"((?i)\b(?:verwacht\w*|gaan)\b)");
  constexpr Meaning kNorms[] = {Meaning::kAtLeast, Meaning::kAtMost, Meaning::kNormWord, Meaning::kMinimumNorm,
                                Meaning::kWish};
  return RE2::PartialMatch(Piece(sentence), kAhead) ||
         std::any_of(tokens.begin(), tokens.end(), [&](const Token& token) {
           return std::find(std::begin(kNorms), std::end(kNorms), token.meaning) != std::end(kNorms);
         });
}

// A percentage that a sentence says was reached, and the text in which its year stands.
struct Reached {
  std::string percentage;
  std::string dated_by;
};

// Finds the first percentage of a sentence. Of "van 65% naar 70%" that is the last one; "met 5%" is how much something
// changed.
std::optional<Reached> PercentageReached(absl::string_view sentence, const Tokens& tokens) {
  const Token* from = nullptr;
  Meaning lead = Meaning::kOther;
  for (const Token& token : tokens) {
    if (token.meaning != Meaning::kFigure) {
      if (token.meaning != Meaning::kHedge && token.meaning != Meaning::kArticle) lead = token.meaning;
      continue;
    }
    const Meaning before = std::exchange(lead, Meaning::kOther);
    if (token.unit != pb::UNIT_PERCENT || !token.printed_share.empty() || before == Meaning::kBy) continue;
    if (from != nullptr) {
      if (before != Meaning::kTo) break;
      // A year between the two figures is that of the first one.
      return Reached{token.value, absl::StrCat(sentence.substr(0, from->begin), sentence.substr(token.begin))};
    }
    if (before != Meaning::kFrom) return Reached{token.value, std::string(sentence)};
    from = &token;
  }
  if (from == nullptr) return std::nullopt;
  return Reached{from->value, std::string(sentence)};
}

// A number out of a number as printed: "35 van de 40 deelnemers".
struct PrintedShare {
  StringPiece part;
  StringPiece whole;
};

std::optional<PrintedShare> ShareReached(absl::string_view sentence) {
  static const RE2 kShare(R"((?i)\b(\d[\d.]*)\s+van\s+de\s+(\d[\d.]*)\s+\pL)");
  StringPiece rest = Piece(sentence);
  PrintedShare share;
  while (RE2::FindAndConsume(&rest, kShare, &share.part, &share.whole)) {
    // "eind 2022 van de 40 …" names a year.
    if (!IsYearsOnly(View(share.part))) return share;
  }
  return std::nullopt;
}

// "per 1.000 inwoners ... 12": the figure; empty when none is printed so.
absl::string_view PerThousandReached(absl::string_view sentence) {
  static const RE2 kPerThousand(R"((?i)\bper (?:1\.?000|duizend)\s+\pL+\s+\pL+\s+(\d[\d.,]*))");
  StringPiece figure;
  return RE2::PartialMatch(Piece(sentence), kPerThousand, &figure) ? View(figure) : absl::string_view();
}

// Whether a sentence prints a percentage or a share of a hundred.
bool NamesPercentage(absl::string_view sentence) {
  return absl::StrContains(sentence, "%") || absl::StrContains(sentence, "100") ||
         ContainsInAnyCase(sentence, "procent") || ContainsInAnyCase(sentence, "pct") ||
         ContainsInAnyCase(sentence, "honderd");
}

// Figures reached: a percentage, a number out of a number or a number per thousand in a report of progress. A sentence
// that sets a norm or looks ahead is left alone.
void AddMeasurements(const TextPiece& piece, const Sentences& sentences, pb::ParsedDocument* document) {
  for (absl::string_view sentence : sentences) {
    if (!HasDigit(sentence)) continue;
    const absl::string_view per_thousand = PerThousandReached(sentence);
    const std::optional<PrintedShare> share = ShareReached(sentence);
    if (per_thousand.empty() && !share.has_value() && !NamesPercentage(sentence)) continue;
    const Tokens tokens = ReadTokens(sentence);
    if (SetsNorm(sentence, tokens)) continue;
    std::string dated_by(sentence);
    pb::ParsedMeasurement measurement;
    if (!per_thousand.empty()) {
      measurement.set_value(DutchDecimal(per_thousand));
      measurement.set_unit(pb::UNIT_PER_THOUSAND);
    } else if (share.has_value()) {
      measurement.set_numerator(DutchDecimal(View(share->part)));
      measurement.set_denominator(DutchDecimal(View(share->whole)));
      measurement.set_unit(pb::UNIT_COUNT);
    } else if (auto reached = PercentageReached(sentence, tokens); reached.has_value()) {
      measurement.set_value(std::move(reached->percentage));
      measurement.set_unit(pb::UNIT_PERCENT);
      dated_by = std::move(reached->dated_by);
    } else {
      continue;
    }
    if (measurement.value().empty() && measurement.numerator().empty()) continue;
    const std::vector<int> years = FindYears(dated_by);
    if (years.size() == 1) measurement.set_period(absl::StrCat(years[0]));
    measurement.set_subject_id(piece.subject_id);
    measurement.set_text(std::string(sentence));
    measurement.set_line(LineOf(piece, sentence));
    *document->add_measurements() = std::move(measurement);
  }
}

}  // namespace

void Enrich(const std::vector<Line>& lines, const OrganisationFinder& organisations, Blocks* blocks) {
  pb::ParsedDocument& document = blocks->document;
  const ResultCodes results(document);
  absl::flat_hash_set<std::pair<int, std::string>> partners;
  for (const TextPiece& piece : blocks->pieces) {
    if (piece.activity >= 0) {
      pb::ParsedActivity* activity = document.mutable_activities(piece.activity);
      AddAmounts(piece, &document);
      if (piece.aspect == pb::ASPECT_KIND_RESULT && HasDigit(piece.text)) AddResultRefs(piece.text, results, activity);
      const bool stakeholders = piece.aspect == pb::ASPECT_KIND_STAKEHOLDERS;
      for (const std::string& name : organisations.Find(piece.text, stakeholders)) {
        const bool again = !partners.insert({piece.activity, absl::AsciiStrToLower(name)}).second;
        if (!again) activity->add_organisations(name);
      }
    }
    const bool dated = piece.activity >= 0 && piece.aspect == pb::ASPECT_KIND_TIMELINE && piece.part == Part::kPlan;
    const bool targets = MayHoldTargets(piece);
    const bool progress = piece.part == Part::kProgress;
    if (!dated && !targets && !progress) continue;
    const Sentences sentences = SentencesOf(piece.text);
    if (dated) AddMilestones(piece, sentences, &document);
    if (targets) AddTargets(piece, sentences, &document);
    if (progress) AddMeasurements(piece, sentences, &document);
  }
  ThousandsTables(blocks->pieces, &document).Read(lines);
}

}  // namespace regiokompas::intake
