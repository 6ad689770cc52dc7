#include "services/intake/parser/dutch_figures.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "re2/re2.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {
namespace {

using re2::StringPiece;

StringPiece Piece(absl::string_view text) { return StringPiece(text.data(), text.size()); }
absl::string_view View(const StringPiece& piece) {
  return piece.data() == nullptr ? absl::string_view() : absl::string_view(piece.data(), piece.size());
}

struct NumberWord {
  const char* word;
  const char* value;
};
constexpr NumberWord kNumberWords[] = {
    {"een", "1"},       {"twee", "2"},     {"drie", "3"},     {"vier", "4"},      {"vijf", "5"}, {"zes", "6"},
    {"zeven", "7"},     {"acht", "8"},     {"negen", "9"},    {"tien", "10"},     {"elf", "11"}, {"twaalf", "12"},
    {"vijftien", "15"}, {"twintig", "20"}, {"vijftig", "50"}, {"honderd", "100"},
};

constexpr const char* kMonths[] = {"januari", "februari", "maart",     "april",   "mei",      "juni",
                                   "juli",    "augustus", "september", "oktober", "november", "december"};

int MonthOf(absl::string_view name) {
  const std::string lower = absl::AsciiStrToLower(name);
  for (int i = 0; i < 12; ++i) {
    if (lower == kMonths[i]) return i + 1;
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

// Whether every group behind a mark has three digits, as thousands have.
bool IsGrouped(absl::string_view figure, char mark) {
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

// Moves an amount in thousands or millions to euros.
std::optional<int64_t> Scaled(absl::string_view figure, absl::string_view scale) {
  const std::string decimal = DutchDecimal(figure);
  if (decimal.empty()) return std::nullopt;
  int zeros = 2;
  const std::string word = absl::AsciiStrToLower(scale);
  if (word == "duizend") zeros += 3;
  if (word == "miljoen" || word == "mln") zeros += 6;
  if (word == "miljard") zeros += 9;
  const size_t point = decimal.find('.');
  std::string digits = decimal.substr(0, point);
  std::string fraction = point == std::string::npos ? "" : decimal.substr(point + 1);
  if (fraction.size() > static_cast<size_t>(zeros)) return std::nullopt;
  fraction.resize(zeros, '0');
  digits += fraction;
  int64_t cents = 0;
  if (digits.size() > 17 || !absl::SimpleAtoi(digits, &cents)) return std::nullopt;
  return cents;
}

}  // namespace

std::string DutchDecimal(absl::string_view printed) {
  printed = Trim(printed);
  const std::string word = Normalized(printed);
  for (const NumberWord& number : kNumberWords) {
    if (word == number.word) return number.value;
  }
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
      R"((?i)\b((?:19[9]|20[0-7])\d)\b(?:\s*(?:t/m|tot en met|tm|-|–)\s*((?:19[9]|20[0-7])\d)\b)?)");
  std::set<int> years;
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
      R"((?i)(?:19[9]|20[0-7])\d(?:\s*(?:en|e\.?v\.?|,|/|-|–|t/m|tot en met)\s*(?:(?:19[9]|20[0-7])\d)?)*\.?)");
  return text.size() <= 80 && RE2::FullMatch(Piece(text), kOnly);
}

std::vector<Amount> FindAmounts(absl::string_view text) {
  // A figure behind a euro sign, or one in front of the word; "V" and "N" of tables are not amounts of their own.
  static const RE2 kAmount(
      R"((?i)(?:(?:€|EUR)\s*(\d+(?:[.,]\d+)*)(?:,-{1,2}|,?-)?(?:\s*(miljoen|mln|miljard|duizend)\b)?)"
      R"(|\b(\d+(?:[.,]\d+)*|een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|vijftien|twintig)\s*(miljoen|mln|miljard|duizend)?\s*euro\b))");
  static const RE2 kRange(R"((?i)^(?:tot|-|–|à|a|en|tot en met)$)");
  static const RE2 kYearBehind(R"((?i)^[^.€]{0,25}?(?:per jaar|jaarlijks|per annum|p\.j\.|/\s*jaar))");
  static const RE2 kYearBefore(R"((?i)(?:jaarlijks|per jaar|ieder jaar|elk jaar)[^.;€]{0,70}$)");
  std::vector<Amount> amounts;
  struct Found {
    size_t begin;
    size_t end;
    int64_t cents;
  };
  std::vector<Found> found;
  size_t pos = 0;
  StringPiece groups[5];
  while (pos < text.size() && kAmount.Match(Piece(text), pos, text.size(), RE2::UNANCHORED, groups, 5)) {
    const absl::string_view whole = View(groups[0]);
    pos = whole.data() - text.data() + std::max<size_t>(1, whole.size());
    const bool sign = !groups[1].empty();
    const auto cents = Scaled(View(sign ? groups[1] : groups[3]), View(sign ? groups[2] : groups[4]));
    if (!cents.has_value()) continue;
    const size_t begin = whole.data() - text.data();
    found.push_back({begin, begin + whole.size(), *cents});
  }
  for (size_t i = 0; i < found.size(); ++i) {
    Amount amount;
    amount.cents = found[i].cents;
    size_t end = found[i].end;
    if (i + 1 < found.size() && found[i + 1].cents > found[i].cents) {
      const absl::string_view between = text.substr(end, found[i + 1].begin - end);
      const absl::string_view joint = Trim(between);
      const bool range = RE2::FullMatch(Piece(joint), kRange) && joint != "en";
      if (range) {
        amount.high_cents = found[i + 1].cents;
        end = found[i + 1].end;
      }
    }
    const size_t begin = found[i].begin;
    amount.text = Trim(text.substr(begin, end - begin));
    const size_t from = begin > 100 ? begin - 100 : 0;
    amount.per_year = RE2::PartialMatch(Piece(text.substr(end, 60)), kYearBehind) ||
                      RE2::PartialMatch(Piece(text.substr(from, begin - from)), kYearBefore);
    if (amount.high_cents != 0) ++i;
    amounts.push_back(amount);
  }
  return amounts;
}

std::vector<PrintedDate> FindDates(absl::string_view text) {
  static const RE2 kDate(
      R"((?i)\b(?:(\d{1,2})[-/](\d{1,2})[-/]((?:19|20)\d\d))"
      R"(|(?:(\d{1,2})\s+)?(januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)\s+((?:19|20)\d\d))"
      R"(|(?:Q([1-4])|(eerste|tweede|derde|vierde|1e|2e|3e|4e)\s+kwartaal(?:\s+van)?|kwartaal\s+([1-4]))\s+((?:19|20)\d\d))"
      R"(|((?:19[9]|20[0-7])\d))\b)");
  std::vector<PrintedDate> dates;
  size_t pos = 0;
  StringPiece g[12];
  while (pos < text.size() && kDate.Match(Piece(text), pos, text.size(), RE2::UNANCHORED, g, 12)) {
    const absl::string_view whole = View(g[0]);
    pos = whole.data() - text.data() + std::max<size_t>(1, whole.size());
    auto number = [&](int group) {
      int value = 0;
      return absl::SimpleAtoi(View(g[group]), &value) ? value : 0;
    };
    std::string date;
    if (!g[3].empty()) {
      date = DateOf(number(3), number(2), number(1));
    } else if (!g[6].empty()) {
      const int month = MonthOf(View(g[5]));
      date = g[4].empty() ? absl::StrFormat("%04d-%02d", number(6), month) : DateOf(number(6), month, number(4));
    } else if (!g[10].empty()) {
      constexpr absl::string_view kOrdinals[] = {"eerste", "tweede", "derde", "vierde"};
      int quarter = number(7) + number(9);
      for (int i = 0; i < 4 && quarter == 0; ++i) {
        const std::string word = absl::AsciiStrToLower(View(g[8]));
        if (word == kOrdinals[i] || word == absl::StrCat(i + 1, "e")) quarter = i + 1;
      }
      date = absl::StrFormat("%04d-Q%d", number(10), quarter);
    } else {
      date = std::string(View(g[11]));
    }
    if (!date.empty()) dates.push_back({date, whole});
  }
  return dates;
}

std::string CivilDate(absl::string_view printed) {
  const std::vector<PrintedDate> dates = FindDates(printed);
  return dates.size() == 1 && dates[0].date.size() == 10 && dates[0].text == Trim(printed) ? dates[0].date : "";
}

v1::Unit UnitOfIndicator(absl::string_view text) {
  static const RE2 kPercent(R"((?i)(?:\bpercentage\b|%|\bprocent\b|\baandeel\b))");
  static const RE2 kPerThousand(R"((?i)\bper (?:1\.?000|duizend)\b)");
  static const RE2 kCount(R"((?i)\baantal(?:len)?\b)");
  if (RE2::PartialMatch(Piece(text), kPercent)) return v1::UNIT_PERCENT;
  if (RE2::PartialMatch(Piece(text), kPerThousand)) return v1::UNIT_PER_THOUSAND;
  if (RE2::PartialMatch(Piece(text), kCount)) return v1::UNIT_COUNT;
  return v1::UNIT_NONE;
}

}  // namespace regiokompas::intake
