#include "services/intake/parser/dutch_targets.h"

#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "re2/re2.h"
#include "services/intake/parser/dutch_figures.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {
namespace {

using re2::StringPiece;
using v1::ParsedTarget;

constexpr int kMostGroups = 10;

StringPiece Piece(absl::string_view text) { return StringPiece(text.data(), text.size()); }
absl::string_view View(const StringPiece& piece) {
  return piece.data() == nullptr ? absl::string_view() : absl::string_view(piece.data(), piece.size());
}

// Words that compare, and how.
struct ComparatorWords {
  v1::Comparator comparator;
  const char* words;
};
constexpr ComparatorWords kComparators[] = {
    {v1::COMPARATOR_AT_LEAST,
     "minimaal|minstens|ten minste|tenminste|op zijn minst|niet minder dan|norm(?:\\s+(?:is|van))?"},
    {v1::COMPARATOR_AT_MOST, "maximaal|hooguit|hoogstens|ten hoogste|niet meer dan|niet hoger dan"},
    {v1::COMPARATOR_MORE_THAN, "meer dan|hoger dan"},
    {v1::COMPARATOR_LESS_THAN, "minder dan|lager dan"},
};

v1::Comparator ComparatorOf(absl::string_view words) {
  for (const ComparatorWords& entry : kComparators) {
    if (RE2::FullMatch(Piece(words), absl::StrCat("(?i)(?:", entry.words, ")"))) return entry.comparator;
  }
  return v1::COMPARATOR_UNSPECIFIED;
}

// Names that patterns use between angle brackets.
std::string Expand(absl::string_view pattern) {
  std::string comparators;
  for (const ComparatorWords& entry : kComparators) {
    absl::StrAppend(&comparators, comparators.empty() ? "" : "|", entry.words);
  }
  return absl::StrCat(
      "(?i)",
      absl::StrReplaceAll(
          pattern,
          {{"<num>", "(\\d+(?:[.,]\\d+)*|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|twaalf|vijftien|twintig)"},
           {"<pct>", "(%|procentpunt(?:en)?\\b|procent\\b)"},
           {"<cmp>", absl::StrCat("\\b(", comparators, ")")},
           {"<year>", "((?:19[9]|20[0-7])\\d)\\b"},
           {"<area>", "((?-i:[A-Z])[\\w-]*(?:[ -](?-i:[A-Z])[\\w-]*)*)"}}));
}

v1::Unit PercentUnit(absl::string_view sign) {
  return absl::StartsWithIgnoreCase(sign, "procentpunt") ? v1::UNIT_PERCENTAGE_POINT : v1::UNIT_PERCENT;
}

int YearOf(absl::string_view text) {
  int year = 0;
  return absl::SimpleAtoi(text, &year) ? year : 0;
}

// A phrase found by a rule: the groups of its pattern and the sentence around it.
struct Found {
  absl::string_view sentence;
  absl::string_view groups[kMostGroups];
};

// Fills in what the phrase says; false when it is no target after all.
using Reader = bool (*)(const Found& found, ParsedTarget* target);

bool SetValue(absl::string_view figure, ParsedTarget* target) {
  target->set_value(DutchDecimal(figure));
  return !target->value().empty();
}

// "van 8,5% in 2021 naar minder dan 6% in 2025"
bool ReadFromTo(const Found& found, ParsedTarget* target) {
  const auto& g = found.groups;
  target->set_baseline_value(DutchDecimal(g[1]));
  target->set_baseline_year(YearOf(g[3]));
  target->set_comparator(g[4].empty() ? v1::COMPARATOR_EQUAL_TO : ComparatorOf(g[4]));
  target->set_unit(g[6].empty() ? v1::UNIT_COUNT : PercentUnit(g[6]));
  target->set_basis(v1::TARGET_BASIS_BASELINE);
  target->set_deadline_year(YearOf(g[7]));
  return SetValue(g[5], target);
}

// "maximaal 2% hoger dan het gemiddelde in Zeeland"
bool ReadBenchmarkMargin(const Found& found, ParsedTarget* target) {
  const auto& g = found.groups;
  target->set_comparator(ComparatorOf(g[1]));
  target->set_unit(PercentUnit(g[3]));
  target->set_basis(v1::TARGET_BASIS_BENCHMARK);
  target->set_benchmark(std::string(g[4]));
  if (target->unit() == v1::UNIT_PERCENT) target->set_ambiguity("procentpunt in plaats van procent");
  return SetValue(g[2], target);
}

// "niet meer dan gemiddeld in Zeeland"
bool ReadBenchmark(const Found& found, ParsedTarget* target) {
  static const RE2 kSpending(R"((?i)\bgeven\b.*\buit\b|\buitgaven\b|\bkosten\b|\bbudget\b)");
  const std::string words = absl::AsciiStrToLower(found.groups[1]);
  const bool denied = absl::StartsWith(words, "niet");
  const bool more = absl::EndsWith(words, "meer") || absl::EndsWith(words, "hoger");
  target->set_comparator(denied ? (more ? v1::COMPARATOR_AT_MOST : v1::COMPARATOR_AT_LEAST)
                                : (more ? v1::COMPARATOR_MORE_THAN : v1::COMPARATOR_LESS_THAN));
  target->set_unit(RE2::PartialMatch(Piece(found.sentence), kSpending) ? v1::UNIT_EURO : v1::UNIT_NONE);
  target->set_basis(v1::TARGET_BASIS_BENCHMARK);
  target->set_benchmark(std::string(found.groups[2]));
  return true;
}

// "minimaal 800 van de 1000 ouderen"
bool ReadShare(const Found& found, ParsedTarget* target) {
  const auto& g = found.groups;
  target->set_comparator(ComparatorOf(g[1]));
  const std::string whole = DutchDecimal(g[3]);
  target->set_unit(whole == "1000" ? v1::UNIT_PER_THOUSAND : whole == "100" ? v1::UNIT_PERCENT : v1::UNIT_COUNT);
  return SetValue(g[2], target);
}

// What a change is compared with.
void SetChangeBasis(const Found& found, ParsedTarget* target) {
  static const RE2 kPreviousYear(
      R"((?i)(?:t\.?o\.?v\.?|ten opzichte van|vergeleken met)\s+(?:het\s+)?(?:voorgaande?|vorige?|jaar ervoor|jaar daarvoor))");
  static const RE2 kBaselineYear(
      Expand("(?:t\\.?o\\.?v\\.?|ten opzichte van|vergeleken met)\\s+(?:het\\s+jaar\\s+)?<year>"));
  StringPiece year;
  if (RE2::PartialMatch(Piece(found.sentence), kBaselineYear, &year)) {
    target->set_basis(v1::TARGET_BASIS_BASELINE);
    target->set_baseline_year(YearOf(View(year)));
  } else if (target->recurrence() == v1::RECURRENCE_YEARLY || RE2::PartialMatch(Piece(found.sentence), kPreviousYear)) {
    target->set_basis(v1::TARGET_BASIS_PREVIOUS_YEAR);
  } else {
    target->set_basis(v1::TARGET_BASIS_BASELINE);
  }
}

bool IsRise(absl::string_view word) {
  for (absl::string_view rise : {"toe", "stij", "groei", "verhog", "hoger"}) {
    if (absl::StartsWithIgnoreCase(word, rise)) return true;
  }
  return false;
}

// "neemt jaarlijks met 4% af", "stijgt met 2%": groups are figure, percent sign, direction.
bool ReadChange(absl::string_view figure, absl::string_view percent, absl::string_view direction, const Found& found,
                ParsedTarget* target) {
  target->set_comparator(IsRise(direction) ? v1::COMPARATOR_INCREASE : v1::COMPARATOR_DECREASE);
  target->set_unit(percent.empty() ? v1::UNIT_COUNT : PercentUnit(percent));
  SetChangeBasis(found, target);
  return SetValue(figure, target);
}
bool ReadChangeDirectionLast(const Found& found, ParsedTarget* target) {
  return ReadChange(found.groups[1], found.groups[2], found.groups[3], found, target);
}
bool ReadChangeDirectionFirst(const Found& found, ParsedTarget* target) {
  return ReadChange(found.groups[2], found.groups[3], found.groups[1], found, target);
}

// "neemt maximaal 30 procent af": a bound on the change.
bool ReadBoundedChange(const Found& found, ParsedTarget* target) {
  target->set_comparator(ComparatorOf(found.groups[1]));
  target->set_unit(PercentUnit(found.groups[3]));
  SetChangeBasis(found, target);
  return SetValue(found.groups[2], target);
}

// "minimaal 70%", "minstens 20 ouders", "minimaal een 8", "minimaal 3% lagere kosten"
bool ReadBound(const Found& found, ParsedTarget* target) {
  static const RE2 kTime(R"((?i)^(?:maand(?:en)?|we(?:ek|ken)|jaar|jaren|dag(?:en)?|uur|uren|keer|minuten|fte)$)");
  const auto& g = found.groups;
  if (g[4].empty() && RE2::FullMatch(Piece(g[6]), kTime)) return false;
  target->set_comparator(ComparatorOf(g[1]));
  target->set_unit(!g[4].empty() ? PercentUnit(g[4]) : g[2].empty() ? v1::UNIT_COUNT : v1::UNIT_SCORE);
  const std::string noun = absl::AsciiStrToLower(g[6]);
  if (absl::StartsWith(noun, "lager") || absl::StartsWith(noun, "hoger") || noun == "minder" || noun == "meer") {
    SetChangeBasis(found, target);
  }
  target->set_deadline_year(YearOf(g[5].empty() ? g[7] : g[5]));
  return SetValue(g[3], target);
}

// "…, 90 bezoekers in 2025": the next step of the target before it.
bool ReadStep(const Found& found, ParsedTarget* target) {
  target->set_comparator(v1::COMPARATOR_AT_LEAST);
  target->set_unit(found.groups[2].empty() ? v1::UNIT_COUNT : PercentUnit(found.groups[2]));
  target->set_deadline_year(YearOf(found.groups[3]));
  return SetValue(found.groups[1], target);
}

// "naar 60% in 2026"
bool ReadTowards(const Found& found, ParsedTarget* target) {
  target->set_comparator(v1::COMPARATOR_EQUAL_TO);
  target->set_unit(PercentUnit(found.groups[2]));
  target->set_deadline_year(YearOf(found.groups[3]));
  return SetValue(found.groups[1], target);
}

// "95% van alle aanvragen is …"
bool ReadLeadingPercentage(const Found& found, ParsedTarget* target) {
  target->set_comparator(v1::COMPARATOR_EQUAL_TO);
  target->set_unit(PercentUnit(found.groups[2]));
  return SetValue(found.groups[1], target);
}

// "… om 30 mensen te plaatsen"
bool ReadTask(const Found& found, ParsedTarget* target) {
  target->set_comparator(v1::COMPARATOR_EQUAL_TO);
  target->set_unit(v1::UNIT_COUNT);
  return SetValue(found.groups[1], target);
}

// "jaarlijks 6 a 8 gezinnen"
bool ReadRange(const Found& found, ParsedTarget* target) {
  target->set_comparator(v1::COMPARATOR_AT_LEAST);
  target->set_unit(v1::UNIT_COUNT);
  target->set_ambiguity(absl::StrCat("tot ", DutchDecimal(found.groups[2])));
  return SetValue(found.groups[1], target);
}

// "Drie dorpen hebben …"
bool ReadLeadingCount(const Found& found, ParsedTarget* target) {
  target->set_comparator(v1::COMPARATOR_ACHIEVE);
  target->set_unit(v1::UNIT_COUNT);
  return SetValue(found.groups[1], target);
}

// "in totaal is drie miljoen euro bespaard"
bool ReadAchievedAmount(const Found& found, ParsedTarget* target) {
  const std::vector<Amount> amounts = FindAmounts(found.groups[1]);
  if (amounts.size() != 1 || amounts[0].cents % 100 != 0) return false;
  target->set_comparator(v1::COMPARATOR_ACHIEVE);
  target->set_unit(v1::UNIT_EURO);
  target->set_value(absl::StrCat(amounts[0].cents / 100));
  return true;
}

bool ReadAchieved(const Found&, ParsedTarget* target) {
  target->set_comparator(v1::COMPARATOR_ACHIEVE);
  target->set_unit(v1::UNIT_NONE);
  return true;
}

bool ReadMaintain(const Found& found, ParsedTarget* target) {
  target->set_comparator(v1::COMPARATOR_MAINTAIN);
  const v1::Unit unit = UnitOfIndicator(found.sentence);
  target->set_unit(unit == v1::UNIT_COUNT ? v1::UNIT_NONE : unit);
  return true;
}

struct TargetRule {
  const char* pattern;
  Reader read;
  bool indicator_only;
  // Whether the text of the target is the whole sentence.
  bool whole_sentence;
};

// In order: what one rule has taken, the next ones leave alone.
constexpr TargetRule kRules[] = {
    {"\\bvan\\s+<num>\\s*<pct>?\\s+in\\s+<year>\\s+naar\\s+(?:<cmp>\\s+)?<num>\\s*<pct>?(?:\\s+in\\s+<year>)?",
     ReadFromTo, false, false},
    {"<cmp>\\s+<num>\\s*<pct>\\s+(?:hoger|lager|meer|minder)\\s+dan\\s+(?:het\\s+)?(?:\\w+\\s+)?gemiddelde?\\s+(?:in|"
     "van)\\s+"
     "(?:de\\s+|het\\s+)?<area>",
     ReadBenchmarkMargin, false, false},
    {"\\b((?:niet\\s+)?(?:meer|minder|hoger|lager))\\b.{0,200}?\\bdan\\s+(?:het\\s+)?gemiddelde?\\s+(?:in|van)\\s+"
     "(?:de\\s+|het\\s+)?<area>",
     ReadBenchmark, false, false},
    {"<cmp>\\s+<num>\\s+van\\s+de\\s+<num>\\s+\\w+", ReadShare, false, false},
    {"\\bneem(?:t|en)\\b.{0,60}?<cmp>\\s+<num>\\s*<pct>\\s+(?:toe|af)\\b", ReadBoundedChange, false, false},
    {"\\bneem(?:t|en)\\b.{0,200}?\\bmet\\s+<num>\\s*<pct>?\\s+(toe|af)\\b", ReadChangeDirectionLast, false, false},
    {"\\bneem(?:t|en)\\b.{0,200}?\\b(toe|af)\\s+met\\s+<num>\\s*<pct>?", ReadChangeDirectionFirst, false, false},
    {"\\b(daal|stijg|groei)(?:t|en)\\b.{0,80}?\\bmet\\s+<num>\\s*<pct>", ReadChangeDirectionFirst, false, false},
    {"\\b(afname|toename|daling|stijging|groei|vermindering|verlaging|verhoging|besparing|reductie)\\b.{0,120}?"
     "\\b(?:van|met)\\s+<num>\\s*<pct>",
     ReadChangeDirectionFirst, false, false},
    {"<cmp>\\s+(een\\s+)?<num>(?:\\s*<pct>)?(?:\\s+in\\s+<year>|\\s+([\\pL-]+)(?:\\s+in\\s+<year>)?)?", ReadBound,
     false, false},
    {"\\bnaar\\s+<num>\\s*<pct>(?:\\s+in\\s+<year>)?", ReadTowards, false, false},
    {"^[•–*-]?\\s*<num>\\s*<pct>\\s+van\\s+(?:alle|de|het)\\b.*", ReadLeadingPercentage, true, false},
    {"\\bom\\s.{0,80}?\\b<num>\\s+\\pL+\\s+te\\s+(?:huisvesten|plaatsen|begeleiden|bereiken|realiseren|bouwen|helpen|"
     "plannen)\\b",
     ReadTask, false, false},
    {"\\bjaarlijks\\s+<num>\\s*(?:a|à|tot)\\s+<num>\\s+\\pL+", ReadRange, false, false},
    {"\\btotaal\\s+(.{1,40}?euro)\\b.*\\b(?:gehaald|gerealiseerd|behaald|bespaard)\\b", ReadAchievedAmount, false,
     false},
    {"\\b(?:keurmerk|certificaat)\\b.{0,100}?\\b(?:behaald|verkregen|toegekend)\\b", ReadAchieved, false, true},
    {"\\b(?:behalen|verkrijgen)\\b.{0,40}?\\b(?:keurmerk|certificaat)\\b", ReadAchieved, true, true},
    {"\\bgelijk\\s+(?:gebleven|blijven|blijft|gehouden|houden)\\b|\\bblij(?:ft|ven)\\s+gelijk\\b", ReadMaintain, false,
     true},
    {"^[•–*-]?\\s*(twee|drie|vier|vijf|zes|zeven|acht|negen|tien)\\s+\\pL+\\b.*\\b(?:hebben|zijn|worden|is)\\b.*",
     ReadLeadingCount, true, true},
};

struct CompiledRule {
  const TargetRule* rule;
  std::unique_ptr<RE2> pattern;
};

const std::vector<CompiledRule>& CompiledRules() {
  static const auto& rules = *[] {
    auto* compiled = new std::vector<CompiledRule>();
    for (const TargetRule& rule : kRules) compiled->push_back({&rule, std::make_unique<RE2>(Expand(rule.pattern))});
    return compiled;
  }();
  return rules;
}

// The part of the year that the sentence names, as a half-open period.
void SetPeriod(absl::string_view sentence, ParsedTarget* target) {
  static const RE2 kHalf(Expand("(eerste|tweede|1e|2e)\\s+(?:half\\s*jaar|halfjaar|helft)\\s+(?:van\\s+)?<year>"));
  static const RE2 kFrom(Expand("\\b(?:vanaf|met ingang van)\\s+<year>"));
  StringPiece half;
  StringPiece year;
  if (RE2::PartialMatch(Piece(sentence), kHalf, &half, &year)) {
    const bool first = half == "eerste" || half == "1e" || half == "Eerste";
    target->set_period_from(absl::StrCat(View(year), first ? "-01-01" : "-07-01"));
    target->set_period_to(first ? absl::StrCat(View(year), "-07-01") : absl::StrCat(YearOf(View(year)) + 1, "-01-01"));
  } else if (RE2::PartialMatch(Piece(sentence), kFrom, &year)) {
    target->set_period_from(absl::StrCat(View(year), "-01-01"));
  }
}

// The year nearest before the phrase, else the first one behind it that a preposition of time announces.
int DeadlineAround(absl::string_view sentence, absl::string_view phrase, int baseline_year) {
  static const RE2 kBehind(Expand("^.{0,80}?\\b(?:in|eind|voor|uiterlijk|per|medio|begin|vanaf|over)\\s+<year>"));
  static const RE2 kComparison(
      Expand("(?:t\\.?o\\.?v\\.?|ten opzichte van|vergeleken met|sinds)\\s+(?:het\\s+jaar\\s+)?<year>"));
  constexpr size_t kFarthest = 100;
  const size_t begin = phrase.data() - sentence.data();
  const size_t from = begin > kFarthest ? begin - kFarthest : 0;
  std::string before(sentence.substr(from, begin - from));
  RE2::GlobalReplace(&before, kComparison, "");
  // The phrase itself may hold its year, as in "neemt vanaf 2021 jaarlijks toe".
  std::string inside(phrase);
  RE2::GlobalReplace(&inside, kComparison, "");
  for (const std::string& text : {inside, before}) {
    static const RE2 kYear(Expand("\\b<year>"));
    StringPiece rest(text);
    StringPiece year;
    int nearest = 0;
    while (RE2::FindAndConsume(&rest, kYear, &year)) nearest = YearOf(View(year));
    if (nearest != 0 && nearest != baseline_year) return nearest;
  }
  std::string after(sentence.substr(phrase.data() + phrase.size() - sentence.data()));
  RE2::GlobalReplace(&after, kComparison, "");
  StringPiece year;
  return RE2::PartialMatch(after, kBehind, &year) ? YearOf(View(year)) : 0;
}

// Looks for a pattern from `pos` on and takes its groups.
bool MatchFrom(const RE2& pattern, size_t pos, Found* found) {
  StringPiece groups[kMostGroups];
  const int count = std::min(kMostGroups, pattern.NumberOfCapturingGroups() + 1);
  const absl::string_view sentence = found->sentence;
  if (!pattern.Match(Piece(sentence), pos, sentence.size(), RE2::UNANCHORED, groups, count)) return false;
  for (int i = 0; i < count; ++i) found->groups[i] = View(groups[i]);
  return true;
}

}  // namespace

std::vector<ParsedTarget> FindTargets(absl::string_view sentence, bool indicator) {
  static const RE2 kYearly(R"((?i)\b(?:jaarlijks|ieder jaar|elk jaar|per jaar)\b)");
  static const RE2 kAnyFigure(Expand("\\d|<num>|gelijk|gemiddeld|keurmerk|certificaat"));
  struct Placed {
    size_t begin;
    size_t end;
    ParsedTarget target;
  };
  std::vector<Placed> placed;
  if (!RE2::PartialMatch(Piece(sentence), kAnyFigure)) return {};
  const bool yearly = RE2::PartialMatch(Piece(sentence), kYearly);

  auto place = [&](const Found& found, Reader read, bool whole_sentence) {
    const size_t begin = found.groups[0].data() - sentence.data();
    const size_t end = begin + found.groups[0].size();
    const bool overlaps = std::any_of(placed.begin(), placed.end(),
                                      [&](const Placed& other) { return begin < other.end && other.begin < end; });
    if (overlaps) return;
    ParsedTarget target;
    target.set_basis(v1::TARGET_BASIS_ABSOLUTE);
    target.set_recurrence(yearly ? v1::RECURRENCE_YEARLY : v1::RECURRENCE_ONCE);
    if (!read(found, &target)) return;
    if (target.deadline_year() == 0) {
      target.set_deadline_year(DeadlineAround(sentence, found.groups[0], target.baseline_year()));
    }
    SetPeriod(sentence, &target);
    target.set_text(std::string(Trim(whole_sentence ? sentence : found.groups[0])));
    placed.push_back({begin, end, std::move(target)});
  };

  for (const CompiledRule& compiled : CompiledRules()) {
    if (compiled.rule->indicator_only && !indicator) continue;
    size_t pos = 0;
    Found found;
    found.sentence = sentence;
    while (pos < sentence.size() && MatchFrom(*compiled.pattern, pos, &found)) {
      pos = std::max<size_t>(pos + 1, found.groups[0].data() + found.groups[0].size() - sentence.data());
      place(found, compiled.rule->read, compiled.rule->whole_sentence);
    }
  }
  // A target with a year may go on in steps; a step found is a target that may go on itself.
  static const RE2 kStep(Expand("^\\s*(?:,|en|;)\\s*<num>\\s*<pct>?(?:\\s+[\\pL-]+)?\\s+in\\s+<year>"));
  for (size_t i = 0; i < placed.size(); ++i) {
    if (placed[i].target.deadline_year() == 0 || placed[i].end >= sentence.size()) continue;
    Found found;
    found.sentence = sentence.substr(placed[i].end);
    if (MatchFrom(kStep, 0, &found)) place(found, ReadStep, false);
  }
  std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) { return a.begin < b.begin; });
  std::vector<ParsedTarget> targets;
  for (Placed& each : placed) targets.push_back(std::move(each.target));
  return targets;
}

}  // namespace regiokompas::intake
