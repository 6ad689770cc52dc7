#include "services/intake/parser/parse_expectations.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "services/intake/parser/dutch_words.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {
namespace {

// The first and last digit that is not 0, and what stands between them: what "€ 12.500", "12,5" and "1250000" share.
std::string SignificantDigits(absl::string_view figure) {
  std::string digits;
  for (char c : figure) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(c))) digits.push_back(c);
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  digits.resize(digits.find_last_not_of('0') + 1);
  return digits;
}

// Words that state a figure by themselves, without accents, and the significant digits of that figure.
const std::map<std::string, std::vector<std::string>>& FiguresInWords() {
  static const auto& words = *new std::map<std::string, std::vector<std::string>>{
      {"helft", {"5"}},          {"halve", {"5"}},         {"half", {"5"}},
      {"halver", {"5"}},         {"kwart", {"25"}},        {"driekwart", {"75"}},
      {"derde", {"333", "667"}}, {"vierde", {"25", "75"}}, {"vijfde", {"2", "4", "6", "8"}},
      {"verdubbel", {"1", "2"}}, {"dubbel", {"1", "2"}},   {"verdrievoudig", {"2", "3"}},
      {"drievoud", {"2", "3"}}};
  return words;
}

// As NumberOfWord. Documents are full of the same words, and tests of the same documents.
const std::string& NumberIn(const std::string& word) {
  static auto& known = *new std::unordered_map<std::string, std::string>;
  const auto [entry, added] = known.try_emplace(word);
  if (added) entry->second = NumberOfWord(word);
  return entry->second;
}

// What a text prints of figures and years.
class Printed {
 public:
  explicit Printed(absl::string_view text) : normalized_(Normalized(text)) {
    const std::vector<std::string> words = absl::StrSplit(normalized_, ' ', absl::SkipEmpty());
    for (const std::string& word : std::set<std::string>(words.begin(), words.end())) AddWord(word);
    AddShares(words);
    std::string figure;
    for (size_t i = 0; i <= text.size(); ++i) {
      const char c = i < text.size() ? text[i] : ' ';
      const bool digit = absl::ascii_isdigit(static_cast<unsigned char>(c));
      if (digit || (!figure.empty() && (c == '.' || c == ','))) {
        figure.push_back(c);
      } else if (!figure.empty()) {
        Add(figure);
        for (absl::string_view part : absl::StrSplit(figure, absl::ByAnyChar(".,"))) Add(part);
        figure.clear();
      }
    }
  }

  bool HasText(absl::string_view part) const { return absl::StrContains(normalized_, Normalized(part)); }
  bool HasFigure(absl::string_view figure) const { return figures_.count(SignificantDigits(figure)) > 0; }

  // A year is printed, or one of a range of which both ends are.
  bool HasYear(int year) const {
    return years_.count(year) > 0 || (!years_.empty() && *years_.begin() < year && year < *years_.rbegin());
  }

 private:
  void AddWord(const std::string& word) {
    if (const std::string& number = NumberIn(word); !number.empty()) Add(number);
    for (const auto& [opening, figures] : FiguresInWords()) {
      if (absl::StrContains(word, opening)) figures_.insert(figures.begin(), figures.end());
    }
    int run = 0;
    for (size_t i = 0; i <= word.size(); ++i) {
      const bool digit = i < word.size() && absl::ascii_isdigit(static_cast<unsigned char>(word[i]));
      if (!digit && run == 4) years_.insert(std::stoi(word.substr(i - 4, 4)));
      run = digit ? run + 1 : 0;
    }
  }

  void Add(absl::string_view figure) { figures_.insert(SignificantDigits(figure)); }

  // "1 op de 3" is a percentage too.
  void AddShares(const std::vector<std::string>& words) {
    std::vector<double> numbers;
    for (const std::string& word : words) {
      const std::string& spelled = NumberIn(word);
      numbers.push_back(std::atof((spelled.empty() ? word : spelled).c_str()));
    }
    for (size_t i = 0; i < numbers.size(); ++i) {
      for (size_t gap : {2, 3}) {
        if (i + gap >= numbers.size() || numbers[i] <= 0 || numbers[i + gap] <= 0) continue;
        Add(absl::StrCat(std::lround(numbers[i] / numbers[i + gap] * 1000)));
      }
    }
  }

  const std::string normalized_;
  std::set<std::string> figures_;
  std::set<int> years_;
};

std::set<int> LineNumbers(const SourceText& source) {
  std::set<int> numbers;
  for (const Line& line : SplitLines(source)) numbers.insert(line.number);
  return numbers;
}

}  // namespace

void ExpectNothingLost(const SourceText& source, const v1::ParsedDocument& document) {
  std::set<int> diagnosed;
  for (const auto& diagnostic : document.diagnostics()) diagnosed.insert(diagnostic.line());
  std::set<int> lines = LineNumbers(source);
  const std::set<int> with_text = lines;
  lines.insert(source.continuation_lines.begin(), source.continuation_lines.end());
  lines.insert(source.markup_lines.begin(), source.markup_lines.end());
  auto at = lines.begin();
  int last = 0;
  for (const auto& span : document.spans()) {
    ASSERT_GT(span.first_line(), last);
    ASSERT_GE(span.last_line(), span.first_line());
    ASSERT_NE(span.role(), v1::SPAN_ROLE_UNSPECIFIED);
    last = span.last_line();
    ASSERT_NE(at, lines.end());
    ASSERT_EQ(*at, span.first_line());
    for (; at != lines.end() && *at <= span.last_line(); ++at) {
      if (span.role() == v1::SPAN_ROLE_UNCLASSIFIED && with_text.count(*at) > 0) {
        ASSERT_TRUE(diagnosed.count(*at)) << *at;
      }
    }
  }
  ASSERT_EQ(at, lines.end()) << *at;
}

void ExpectNothingInvented(const SourceText& source, const v1::ParsedDocument& document) {
  const Printed printed(source.text);
  const std::set<int> lines = LineNumbers(source);
  const auto text = [&](const std::string& part) { ASSERT_TRUE(printed.HasText(part)) << part; };
  const auto year = [&](int part) { ASSERT_TRUE(part == 0 || printed.HasYear(part)) << part; };
  const auto figure = [&](const std::string& part) { ASSERT_TRUE(part.empty() || printed.HasFigure(part)) << part; };
  for (int part : document.source().fiscal_years()) year(part);
  for (const auto& goal : document.goals()) {
    text(goal.code());
    text(goal.title());
    ASSERT_TRUE(lines.count(goal.line()));
  }
  for (const auto& activity : document.activities()) {
    text(activity.code());
    text(activity.title());
    ASSERT_TRUE(lines.count(activity.line()));
    for (const auto& status : activity.statuses()) text(status.label());
    for (const auto& aspect : activity.aspects()) text(aspect.label());
    for (const auto& organisation : activity.organisations()) text(organisation);
    for (int part : activity.realisation_years()) year(part);
    for (const std::string& field : activity.task_fields()) figure(field);
    for (const auto& amount : activity.amounts()) {
      text(amount.text());
      figure(absl::StrCat(amount.cents()));
      if (amount.high_cents() != 0) figure(absl::StrCat(amount.high_cents()));
    }
  }
  for (const auto& target : document.targets()) {
    text(target.text());
    ASSERT_TRUE(lines.count(target.line()));
    figure(target.value());
    figure(target.baseline_value());
    year(target.deadline_year());
    year(target.baseline_year());
    text(target.benchmark());
  }
  for (const auto& indicator : document.indicators()) text(indicator.text());
  for (const auto& measurement : document.measurements()) {
    text(measurement.text());
    figure(measurement.value());
    figure(measurement.numerator());
    figure(measurement.denominator());
  }
  for (const auto& milestone : document.milestones()) {
    int of_date = 0;
    ASSERT_TRUE(absl::SimpleAtoi(milestone.date().substr(0, 4), &of_date)) << milestone.date();
    year(of_date);
  }
}

}  // namespace regiokompas::intake
