#include "services/intake/parser/dutch_figures.h"

#include <algorithm>
#include <array>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "re2/re2.h"
#include "services/intake/parser/dutch_words.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {
namespace {

using re2::StringPiece;

StringPiece Piece(absl::string_view text) { return StringPiece(text.data(), text.size()); }
absl::string_view View(const StringPiece& piece) {
  return piece.data() == nullptr ? absl::string_view() : absl::string_view(piece.data(), piece.size());
}

constexpr const char* kMonths[] = {"jan", "feb", "maart", "apr", "mei", "jun",
                                   "jul", "aug", "sep",   "okt", "nov", "dec"};

// 1 to 12 for the name of a month or a usual short form of it, else 0.
int MonthOf(absl::string_view name) {
  const std::string lower = absl::AsciiStrToLower(name);
  if (lower == "mrt") return 3;
  for (int i = 0; i < 12; ++i) {
    if (absl::StartsWith(lower, kMonths[i])) return i + 1;
  }
  return 0;
}

constexpr int DaysIn(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

std::string DateOf(int year, int month, int day) {
  if (month < 1 || month > 12 || day < 1 || day > DaysIn(year, month)) return "";
  return absl::StrFormat("%04d-%02d-%02d", year, month, day);
}

// Whether every group behind a mark has three digits, as thousands have. Thousands do not begin with a zero: "0.125" is
// a fraction.
bool IsGrouped(absl::string_view figure, char mark) {
  if (absl::StartsWith(figure, "0")) return false;
  size_t pos = figure.find(mark);
  if (pos == 0 || pos > 3) return false;
  while (pos != absl::string_view::npos) {
    const size_t next = figure.find(mark, pos + 1);
    const size_t end = next == absl::string_view::npos ? figure.size() : next;
    if (end - pos != 4) return false;
    pos = next;
  }
  return true;
}

// Zeros that a word of scale stands for.
int ZerosOf(absl::string_view scale) {
  struct Scale {
    const char* word;
    int zeros;
  };
  constexpr Scale kScales[] = {{"duizend", 3}, {"k", 3},   {"ton", 5},     {"miljoen", 6},
                               {"mln", 6},     {"mio", 6}, {"miljard", 9}, {"mld", 9}};
  const std::string word = absl::AsciiStrToLower(scale);
  for (const Scale& each : kScales) {
    if (word == each.word) return each.zeros;
  }
  return 0;
}

// Moves an amount in thousands or millions to cents.
std::optional<int64_t> Scaled(absl::string_view figure, absl::string_view scale) {
  const std::string decimal = DutchDecimal(figure);
  constexpr size_t kMostDigits = 17;
  int64_t cents = 0;
  if (decimal.empty()) return std::nullopt;
  const std::string scaled = ScaledDecimal(decimal, ZerosOf(scale) + 2);
  if (scaled.size() > kMostDigits || !absl::SimpleAtoi(scaled, &cents)) return std::nullopt;
  return cents;
}

bool IsPlainYear(absl::string_view figure) {
  static const RE2 kYear("(?:19[9]|20[0-7])\\d");
  return RE2::FullMatch(Piece(figure), kYear);
}

// One to four for "eerste", "1e" and so on; "derde" counts quarters, "tweede" also halves.
int OrdinalOf(absl::string_view word) {
  constexpr absl::string_view kOrdinals[] = {"eerste", "tweede", "derde", "vierde"};
  const std::string lower = absl::AsciiStrToLower(word);
  for (int i = 0; i < 4; ++i) {
    if (lower == kOrdinals[i] || lower == absl::StrCat(i + 1, "e")) return i + 1;
  }
  return 0;
}

// Parts that patterns name between angle brackets.
std::string Expand(absl::string_view pattern) {
  return absl::StrCat(
      "(?i)",
      absl::StrReplaceAll(pattern, {{"<s>", "[\\s\\x{00A0}]*"},
                                    {"<fig>", "(\\d+(?:[.,]\\d+)*)"},
                                    {"<scale>", "(miljoen|mln|mio|miljard|mld|duizend|ton|k)"},
                                    {"<year>", "((?:19[9]|20[0-7])\\d)"},
                                    {"<ordinal>", "(eerste|tweede|derde|vierde|1e|2e|3e|4e)"},
                                    {"<month>",
                                     "(januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|"
                                     "december|jan|feb|mrt|apr|jun|jul|aug|sept|sep|okt|nov|dec)"}}));
}

}  // namespace

std::string DutchDecimal(absl::string_view printed) {
  printed = Trim(printed);
  const bool digits = !printed.empty() && absl::ascii_isdigit(static_cast<unsigned char>(printed[0]));
  if (std::string number = digits ? "" : NumberOfWord(Normalized(printed)); !number.empty()) return number;
  std::string figure;
  for (char c : printed) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c)) && c != '.' && c != ',') return "";
    figure.push_back(c);
  }
  while (!figure.empty() && (figure.back() == '.' || figure.back() == ',')) figure.pop_back();
  if (figure.empty() || figure.size() > 24) return "";
  const size_t points = std::count(figure.begin(), figure.end(), '.');
  const size_t commas = std::count(figure.begin(), figure.end(), ',');
  char decimal_mark = 0;
  if (points > 0 && commas > 0) {
    // The last kind of mark is the decimal one: 231.907,60 and 231,907.60.
    decimal_mark = figure.rfind('.') > figure.rfind(',') ? '.' : ',';
    if (std::count(figure.begin(), figure.end(), decimal_mark) > 1) return "";
  } else if (points > 0) {
    decimal_mark = IsGrouped(figure, '.') ? 0 : '.';
    if (decimal_mark != 0 && points > 1) return "";
  } else if (commas > 0) {
    // One comma is the Dutch decimal mark; several can only be English thousands.
    decimal_mark = commas > 1 && IsGrouped(figure, ',') ? 0 : ',';
    if (decimal_mark != 0 && commas > 1) return "";
  }
  std::string out;
  for (char c : figure) {
    if (c == decimal_mark && decimal_mark != 0) {
      out.push_back('.');
    } else if (absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      out.push_back(c);
    }
  }
  if (out.empty() || out[0] == '.') return "";
  return out;
}

std::optional<int64_t> DutchCents(absl::string_view printed) { return Scaled(printed, ""); }

std::vector<int> FindYears(absl::string_view text) {
  static const RE2 kYears(
      R"((?i)\b((?:19[9]|20[0-7])\d)\b(?:\s*(?:t/m|tot en met|tot|tm|-|–)\s*(?:(?:eind|einde|medio|begin)\s+)?((?:19[9]|20[0-7])\d)\b)?)");
  std::set<int> years;
  // Most texts name no year, which is seen without a pattern.
  if (!absl::StrContains(text, "19") && !absl::StrContains(text, "20")) return {};
  StringPiece rest = Piece(text);
  int from = 0;
  StringPiece to;
  while (RE2::FindAndConsume(&rest, kYears, &from, &to)) {
    int last = from;
    if (!to.empty() && !absl::SimpleAtoi(View(to), &last)) last = from;
    if (last < from || last - from > 30) {
      years.insert(from);
      years.insert(last);
      continue;
    }
    for (int year = from; year <= last; ++year) years.insert(year);
  }
  return {years.begin(), years.end()};
}

bool IsYearsOnly(absl::string_view text) {
  static const RE2 kOnly(
      R"((?i)(?:19[9]|20[0-7])\d(?:\s*(?:en|e\.?v\.?|,|/|-|–|t/m|tot en met|tot)\s*(?:(?:19[9]|20[0-7])\d)?)*\.?)");
  // Most texts do not begin like a year, which is seen without a pattern.
  const bool begins = absl::StartsWith(text, "19") || absl::StartsWith(text, "20");
  return begins && text.size() <= 80 && RE2::FullMatch(Piece(text), kOnly);
}

namespace {

// One printed figure of an amount.
struct AmountFigure {
  absl::string_view figure;
  absl::string_view scale;
};

// An amount or a range as a pattern finds it; `joint` is empty when there is one figure only.
struct AmountMatch {
  absl::string_view whole;
  absl::string_view first;  // with sign and scale
  AmountFigure low;
  absl::string_view joint;
  AmountFigure high;
};

// The pattern of amounts has many states: with the usual memory it falls back to a slow way of matching.
RE2::Options AmountOptions() {
  RE2::Options options;
  options.set_max_mem(int64_t{64} << 20);
  options.set_log_errors(false);
  return options;
}

// Looks for an amount from `pos` on: behind a euro sign, in front of the word, or in thousands ("35k").
bool MatchAmount(absl::string_view text, size_t pos, AmountMatch* match) {
  constexpr absl::string_view kSigned =
      "((?:€|\\bEUR\\b)<s>[-–]?<s><fig>(?:,[-–]{1,2}|--)?(?:<s><scale>\\b)?)"
      "(?:<s>(tot en met|tot|-|–|à|a|en)<s>(?:(?:€|EUR)<s>)?<fig>(?:,[-–]{1,2}|--)?(?:<s><scale>\\b)?)?";
  constexpr absl::string_view kWorded =
      "((\\d+(?:[.,]\\d+)*|\\pL+)(?:<s><scale>)?)(?:<s>(tot en met|tot|-|–|à|a|en)<s>(\\d+(?:[.,]\\d+)*|\\pL+)"
      "(?:<s><scale>)?)?<s>euro\\b";
  constexpr absl::string_view kThousands = "(\\b(\\d+(?:,\\d+)?)(k))\\b";
  static const RE2 kAmount(Expand(absl::StrCat(kSigned, "|", kWorded, "|", kThousands)), AmountOptions());
  static const RE2 kForms[] = {
      {Expand(kSigned), AmountOptions()}, {Expand(kWorded), AmountOptions()}, {Expand(kThousands), AmountOptions()}};
  StringPiece whole;
  if (!kAmount.Match(Piece(text), pos, text.size(), RE2::UNANCHORED, &whole, 1)) return false;
  // The first form that matches there tells the parts. To ask the pattern of all forms for them costs far more.
  const size_t begin = whole.data() - text.data();
  constexpr int kGroups = 7;
  StringPiece g[kGroups];
  for (const RE2& form : kForms) {
    if (!form.Match(Piece(text), begin, text.size(), RE2::ANCHOR_START, g, kGroups)) continue;
    *match = {View(g[0]), View(g[1]), {View(g[2]), View(g[3])}, View(g[4]), {View(g[5]), View(g[6])}};
    return true;
  }
  return false;
}

// Whether "tussen" opens the range whose figures "en" joins.
bool SaysBetween(absl::string_view before) {
  static const RE2 kBetween(R"((?i)\btussen\s+(?:de\s+)?$)");
  constexpr size_t kReach = 16;
  before.remove_prefix(before.size() > kReach ? before.size() - kReach : 0);
  return RE2::PartialMatch(Piece(before), kBetween);
}

// "x € 1.000" says in what a table counts.
bool IsTableUnit(absl::string_view before) {
  static const RE2 kTimes(R"((?i)(?:\bx|×|\*|\bmaal|\bkeer)\s*$)");
  constexpr size_t kReach = 8;
  before.remove_prefix(before.size() > kReach ? before.size() - kReach : 0);
  return RE2::PartialMatch(Piece(before), kTimes);
}

bool SaysYearlyBehind(absl::string_view behind) {
  static const RE2 kYearly(
      R"((?i)^[^.€;]{0,25}?\b(?:per jaar|jaarlijks|per annum|p\.?j\.|per kalenderjaar|per (?:school|cursus|seizoens)jaar|per seizoen|structureel|ieder jaar|elk jaar|(?:in|voor|over) (?:het )?(?:school|cursus)jaar)|^\s*/\s*(?:school)?jaar)");
  static const RE2 kOnce(R"((?i)^[^.€;]{0,25}?\b(?:eenmalig|incidenteel))");
  const StringPiece piece = Piece(behind.substr(0, 60));
  return RE2::PartialMatch(piece, kYearly) && !RE2::PartialMatch(piece, kOnce);
}

bool SaysYearlyBefore(absl::string_view before) {
  static const RE2 kYearly(
      R"((?i)\b(?:jaarlijkse?|per jaar|ieder jaar|elk jaar|structureel|structurele|per (?:school|cursus)jaar|ieder schooljaar|elk schooljaar|(?:school|cursus)jaar \d{4}(?: ?[-–/] ?(?:\d{2}|\d{4}))?)\b[^.;€]{0,70}$)");
  static const RE2 kOnce(R"((?i)\b(?:eenmalige?|incidentele?)\b[^.;€]{0,70}$)");
  constexpr size_t kReach = 100;
  before.remove_prefix(before.size() > kReach ? before.size() - kReach : 0);
  return RE2::PartialMatch(Piece(before), kYearly) && !RE2::PartialMatch(Piece(before), kOnce);
}

}  // namespace

bool NamesMoney(absl::string_view text) {
  if (absl::StrContains(text, "€")) return true;
  const auto is_inside = [text](size_t at) {
    return at < text.size() && (absl::ascii_isalnum(static_cast<unsigned char>(text[at])) || text[at] == '_');
  };
  for (size_t i = 1; i < text.size(); ++i) {
    static constexpr std::array<bool, 256> kMayName = BytesOf("kKuU");
    if (!kMayName[static_cast<unsigned char>(text[i])]) continue;
    if (text[i] == 'k' || text[i] == 'K') {
      if (absl::ascii_isdigit(static_cast<unsigned char>(text[i - 1]))) return true;
      continue;
    }
    if (!absl::StartsWithIgnoreCase(text.substr(i - 1), "eur")) continue;
    // The word ends there; many other words have these letters in them.
    if (absl::StartsWithIgnoreCase(text.substr(i + 2), "o") ? !is_inside(i + 3)
                                                            : !is_inside(i + 2) && (i < 2 || !is_inside(i - 2))) {
      return true;
    }
  }
  return false;
}

std::vector<Amount> FindAmounts(absl::string_view text) {
  std::vector<Amount> amounts;
  if (!NamesMoney(text)) return amounts;
  AmountMatch match;
  size_t pos = 0;
  // Where the words begin that may still say something about the next amount.
  size_t unread = 0;
  while (pos < text.size() && MatchAmount(text, pos, &match)) {
    const size_t begin = match.whole.data() - text.data();
    size_t end = begin + match.first.size();
    pos = begin + std::max<size_t>(1, match.first.size());
    if (IsTableUnit(text.substr(0, begin))) continue;
    Amount amount;
    auto low = Scaled(match.low.figure, match.low.scale);
    if (!match.joint.empty()) {
      const auto high = Scaled(match.high.figure, match.high.scale);
      const bool joins = absl::AsciiStrToLower(match.joint) != "en" || SaysBetween(text.substr(0, begin));
      // "1 à 2 miljoen": the scale of the upper figure is that of both.
      if (joins && high.has_value() && match.low.scale.empty() && !match.high.scale.empty() &&
          match.low.figure.size() <= match.high.figure.size() + 1) {
        const auto scaled = Scaled(match.low.figure, match.high.scale);
        if (scaled.has_value() && *scaled < *high) low = scaled;
      }
      const bool year =
          IsPlainYear(match.high.figure) && match.high.scale.empty() && match.first[0] != match.low.figure[0];
      if (joins && !year && low.has_value() && high.has_value() && *high > *low) {
        amount.high_cents = *high;
        end = match.whole.data() + match.whole.size() - text.data();
      } else if (match.first.data() == match.low.figure.data() && high.has_value()) {
        // In front of the word "euro" only the last figure is an amount.
        low = high;
        end = match.whole.data() + match.whole.size() - text.data();
        amount.text = text.substr(match.high.figure.data() - text.data());
      }
    } else if (match.first.data() == match.low.figure.data()) {
      end = match.whole.data() + match.whole.size() - text.data();
    }
    pos = std::max(pos, end);
    if (!low.has_value()) continue;
    amount.cents = *low;
    const size_t from = amount.text.empty() ? begin : amount.text.data() - text.data();
    amount.text = Trim(text.substr(from, end - from));
    const bool behind = SaysYearlyBehind(text.substr(end));
    amount.per_year = behind || SaysYearlyBefore(text.substr(unread, begin - unread));
    // What is said behind this amount is not said of the next one.
    static const RE2 kNext(R"([,;€])");
    StringPiece rest = Piece(text.substr(end, 60));
    unread = behind && RE2::FindAndConsume(&rest, kNext) ? rest.data() - text.data() : end;
    if (behind && unread == end) unread = std::min(text.size(), end + 30);
    amounts.push_back(amount);
  }
  return amounts;
}

std::vector<absl::string_view> FindUnreadAmounts(absl::string_view text) {
  static const RE2 kSigned(Expand("(?:€|\\bEUR\\b)<s><fig>(?:<s><scale>\\b)?"));
  std::vector<absl::string_view> unread;
  StringPiece g[3];
  size_t pos = absl::StrContains(text, "€") || ContainsInAnyCase(text, "eur") ? 0 : text.size();
  while (pos < text.size() && kSigned.Match(Piece(text), pos, text.size(), RE2::UNANCHORED, g, 3)) {
    pos = g[0].data() + g[0].size() - text.data();
    if (!Scaled(View(g[1]), View(g[2])).has_value()) unread.push_back(View(g[0]));
  }
  return unread;
}

bool AnnouncesThousands(absl::string_view line) {
  static const RE2 kThousands(
      R"((?i)(?:\bx|×|\*)\s*(?:€|eur(?:o)?)?\s*1[.\s]?000\b|\bin\s+duizend(?:en)?\s+euro|€\s*1[.\s]?000\b\s*\))");
  constexpr size_t kLongestAnnouncement = 400;
  return line.size() <= kLongestAnnouncement &&
         (absl::StrContains(line, "000") || ContainsInAnyCase(line, "duizend")) &&
         RE2::PartialMatch(Piece(line), kThousands);
}

TableRow SplitTableRow(absl::string_view line) {
  static const RE2 kGap(R"([\s\x{00A0}]*[\t|][\s\x{00A0}]*|\s{3,})");
  // A row of which only single spaces are left: words and then figures.
  static const RE2 kTrailing(R"((.*[^\s\d.,–-])((?:\s+(?:[-–]?\d[\d.,]*(?:\s?[VN]\b)?|[-–]))+)\s*)");
  static const RE2 kTrailingCell(R"(([-–]?\d[\d.,]*(?:\s?[VN]\b)?|[-–]))");
  TableRow row;
  StringPiece gap;
  size_t pos = 0;
  const auto add = [&](absl::string_view cell) {
    cell = Trim(cell);
    if (row.title.empty()) {
      row.title = cell;
    } else {
      row.cells.push_back(cell);
    }
  };
  while (pos < line.size() && kGap.Match(Piece(line), pos, line.size(), RE2::UNANCHORED, &gap, 1)) {
    add(line.substr(pos, gap.data() - line.data() - pos));
    pos = gap.data() + gap.size() - line.data();
  }
  if (pos < line.size()) add(line.substr(pos));
  StringPiece title;
  StringPiece rest;
  if (row.cells.empty() && RE2::FullMatch(Piece(row.title), kTrailing) &&
      RE2::FullMatch(Piece(row.title), kTrailing, &title, &rest)) {
    StringPiece cell;
    while (RE2::FindAndConsume(&rest, kTrailingCell, &cell)) row.cells.push_back(View(cell));
    row.title = Trim(View(title));
  }
  return row;
}

std::optional<int64_t> CentsOfThousands(absl::string_view cell) {
  static const RE2 kCell(
      R"((?i)(?:€[\s\x{00A0}]*)?(?:[-–+]|-/-)?[\s\x{00A0}]*(\d+(?:[.,]\d+)*)(?:[\s\x{00A0}]*-)?(?:[\s\x{00A0}]*[VN])?)");
  StringPiece figure;
  if (!RE2::FullMatch(Piece(Trim(cell)), kCell, &figure)) return std::nullopt;
  return Scaled(View(figure), "duizend");
}

namespace {

// A date as a pattern finds it; `date` is empty for a day that does not exist.
struct DateMatch {
  std::string date;
  absl::string_view text;
};

std::vector<DateMatch> MatchDates(absl::string_view text) {
  static const RE2 kDate(
      Expand("\\b(?:(\\d{1,2})[-/](\\d{1,2})[-/]((?:19|20)\\d\\d)"
             "|((?:19|20)\\d\\d)-(\\d\\d)-(\\d\\d)"
             "|(?:(\\d{1,2})\\s+)?<month>\\.?\\s+((?:19|20)\\d\\d)"
             "|(?:[QK]([1-4])|<ordinal>\\s+kwartaal(?:\\s+van)?|kwartaal\\s+([1-4]))(?:\\s+|-)<year>"
             "|<year>[\\s-]*[QK]([1-4])"
             "|<year>)\\b"));
  enum {
    kDay = 1,
    kMonth,
    kYear,
    kIsoYear,
    kIsoMonth,
    kIsoDay,
    kNamedDay,
    kName,
    kNamedYear,
    kQuarter,
    kOrdinal,
    kQuarterBehind,
    kQuarterYear,
    kYearFirst,
    kYearsQuarter,
    kBareYear,
    kGroups
  };
  std::vector<DateMatch> dates;
  size_t pos = 0;
  StringPiece g[kGroups];
  const auto number = [&](int group) {
    int value = 0;
    return absl::SimpleAtoi(View(g[group]), &value) ? value : 0;
  };
  while (pos < text.size() && kDate.Match(Piece(text), pos, text.size(), RE2::UNANCHORED, g, kGroups)) {
    const absl::string_view whole = View(g[0]);
    pos = whole.data() - text.data() + std::max<size_t>(1, whole.size());
    std::string date;
    if (!g[kYear].empty()) {
      date = DateOf(number(kYear), number(kMonth), number(kDay));
    } else if (!g[kIsoYear].empty()) {
      date = DateOf(number(kIsoYear), number(kIsoMonth), number(kIsoDay));
    } else if (!g[kNamedYear].empty()) {
      const int month = MonthOf(View(g[kName]));
      date = g[kNamedDay].empty() ? absl::StrFormat("%04d-%02d", number(kNamedYear), month)
                                  : DateOf(number(kNamedYear), month, number(kNamedDay));
    } else if (!g[kQuarterYear].empty()) {
      const int quarter = number(kQuarter) + number(kQuarterBehind) + OrdinalOf(View(g[kOrdinal]));
      date = absl::StrFormat("%04d-Q%d", number(kQuarterYear), quarter);
    } else if (!g[kYearFirst].empty()) {
      date = absl::StrFormat("%04d-Q%d", number(kYearFirst), number(kYearsQuarter));
    } else {
      date = std::string(View(g[kBareYear]));
    }
    dates.push_back({date, whole});
  }
  return dates;
}

std::string NewYear(int year) { return absl::StrFormat("%04d-01-01", year); }

}  // namespace

std::vector<PrintedDate> FindDates(absl::string_view text) {
  std::vector<PrintedDate> dates;
  for (DateMatch& match : MatchDates(text)) {
    if (!match.date.empty()) dates.push_back({std::move(match.date), match.text});
  }
  return dates;
}

std::vector<absl::string_view> FindUnreadDates(absl::string_view text) {
  std::vector<absl::string_view> unread;
  for (const DateMatch& match : MatchDates(text)) {
    if (match.date.empty()) unread.push_back(match.text);
  }
  return unread;
}

Period FindPeriod(absl::string_view text) {
  static const RE2 kPeriod(
      Expand("\\b(?:<ordinal>\\s+(?:half\\s*jaar|helft)(?:\\s+(?:van\\s+)?(?:het\\s+jaar\\s+)?)<year>"
             "|(?:[QK]([1-4])|<ordinal>\\s+kwartaal(?:\\s+van)?|kwartaal\\s+([1-4]))(?:\\s+|-)<year>"
             "|(?:vanaf|met ingang van|per)\\s+(?:(\\d{1,2})[-/](\\d{1,2})[-/]|(?:(\\d{1,2})\\s+)?<month>\\s+)?<year>"
             "|<year>\\s*(?:t/m|tot en met|-|–)\\s*<year>)\\b"));
  enum {
    kHalf = 1,
    kHalfYear,
    kQuarter,
    kOrdinal,
    kQuarterBehind,
    kQuarterYear,
    kDay,
    kMonth,
    kNamedDay,
    kName,
    kStartYear,
    kFirstYear,
    kLastYear,
    kGroups
  };
  StringPiece g[kGroups];
  if (!kPeriod.Match(Piece(text), 0, text.size(), RE2::UNANCHORED, g, kGroups)) return {};
  const auto number = [&](int group) {
    int value = 0;
    return absl::SimpleAtoi(View(g[group]), &value) ? value : 0;
  };
  const auto months = [](int year, int first, int past) {
    return Period{DateOf(year, first, 1), past > 12 ? NewYear(year + 1) : DateOf(year, past, 1)};
  };
  if (!g[kHalfYear].empty()) {
    const int half = OrdinalOf(View(g[kHalf]));
    return half > 2 ? Period() : months(number(kHalfYear), half * 6 - 5, half * 6 + 1);
  }
  if (!g[kQuarterYear].empty()) {
    const int quarter = number(kQuarter) + number(kQuarterBehind) + OrdinalOf(View(g[kOrdinal]));
    return months(number(kQuarterYear), quarter * 3 - 2, quarter * 3 + 1);
  }
  if (!g[kStartYear].empty()) {
    const int month = !g[kName].empty() ? MonthOf(View(g[kName])) : g[kMonth].empty() ? 1 : number(kMonth);
    const int day = number(kDay) + number(kNamedDay);
    return {DateOf(number(kStartYear), month, day == 0 ? 1 : day), ""};
  }
  const int first = number(kFirstYear);
  const int last = number(kLastYear);
  return first < last ? Period{NewYear(first), NewYear(last + 1)} : Period();
}

std::string CivilDate(absl::string_view printed) {
  const std::vector<PrintedDate> dates = FindDates(printed);
  return dates.size() == 1 && dates[0].date.size() == 10 && dates[0].text == Trim(printed) ? dates[0].date : "";
}

v1::Unit UnitOfIndicator(absl::string_view text) {
  static const RE2 kPercent(R"((?i)(?:\bpercentage\b|%|\bprocent\b|\baandeel\b))");
  static const RE2 kMark(R"((?i)\b(?:rapportcijfers?|gemiddeld cijfer|waarderingscijfer)\b)");
  static const RE2 kPerThousand(R"((?i)\bper (?:1\.?000|duizend)\b)");
  static const RE2 kCount(R"((?i)\baantal(?:len)?\b)");
  if (RE2::PartialMatch(Piece(text), kPercent)) return v1::UNIT_PERCENT;
  if (RE2::PartialMatch(Piece(text), kPerThousand)) return v1::UNIT_PER_THOUSAND;
  if (RE2::PartialMatch(Piece(text), kMark)) return v1::UNIT_SCORE;
  if (RE2::PartialMatch(Piece(text), kCount)) return v1::UNIT_COUNT;
  return v1::UNIT_NONE;
}

}  // namespace regiokompas::intake
