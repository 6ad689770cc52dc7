#include "services/intake/figure_rules.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace regiokompas::intake {
namespace {

using indicator::v1::Measurement;
using indicator::v1::Target;

// The parse and indicator use the same numbers, so that a cast is enough; units differ.
static_assert(static_cast<int>(v1::COMPARATOR_ACHIEVE) == static_cast<int>(indicator::v1::TARGET_COMPARATOR_ACHIEVE));
static_assert(static_cast<int>(v1::TARGET_BASIS_BENCHMARK) == static_cast<int>(indicator::v1::TARGET_BASIS_BENCHMARK));
static_assert(static_cast<int>(v1::RECURRENCE_YEARLY) == static_cast<int>(indicator::v1::TARGET_RECURRENCE_YEARLY));

// 1 January, as the first day of a year or as the first day after the one before.
std::string NewYear(int year) { return absl::StrFormat("%04d-01-01", year); }

bool IsBound(v1::Comparator comparator) {
  return comparator >= v1::COMPARATOR_AT_LEAST && comparator <= v1::COMPARATOR_EQUAL_TO;
}

// Which way the change goes that a phrase bounds: "neemt maximaal 50 procent af", "minimaal 5% lagere". The words stand
// at the end; "minder dan 5% hogere" begins with its comparator.
indicator::v1::ChangeDirection DirectionOf(const std::string& text) {
  const std::vector<std::string> words = absl::StrSplit(text, ' ');
  for (auto word = words.rbegin(); word != words.rend(); ++word) {
    if (*word == "toe" || absl::StartsWithIgnoreCase(*word, "hoger") || absl::EqualsIgnoreCase(*word, "meer")) {
      return indicator::v1::CHANGE_DIRECTION_UP;
    }
    if (*word == "af" || absl::StartsWithIgnoreCase(*word, "lager") || absl::EqualsIgnoreCase(*word, "minder")) {
      return indicator::v1::CHANGE_DIRECTION_DOWN;
    }
  }
  return indicator::v1::CHANGE_DIRECTION_UNSPECIFIED;
}

// First day on which the target no longer holds. The year of "vanaf 2023" is its start and no end.
std::string UntilOf(const v1::ParsedTarget& parsed) {
  if (!parsed.period_to().empty()) return parsed.period_to();
  if (parsed.deadline_year() == 0) return "";
  const std::string until = NewYear(parsed.deadline_year() + 1);
  const bool starts_then = !parsed.period_from().empty() && parsed.period_from() >= NewYear(parsed.deadline_year());
  return starts_then ? "" : until;
}

// Whether the figure that a target of this kind needs is there, and none that it can not have.
bool IsComplete(const Target& target) {
  switch (target.comparator()) {
    case indicator::v1::TARGET_COMPARATOR_UNSPECIFIED:
      return false;
    case indicator::v1::TARGET_COMPARATOR_MAINTAIN:
    case indicator::v1::TARGET_COMPARATOR_ACHIEVE:
      return target.value().empty();
    case indicator::v1::TARGET_COMPARATOR_INCREASE:
    case indicator::v1::TARGET_COMPARATOR_DECREASE:
      return true;
    default:
      return !target.value().empty() || !target.steps().empty() ||
             target.basis() == indicator::v1::TARGET_BASIS_BENCHMARK;
  }
}

bool IsZero(const std::string& decimal) { return decimal.find_first_of("123456789") == std::string::npos; }

// The year that a figure is about, or 0.
int YearOf(const v1::ParsedMeasurement& parsed, const v1::SourceDocument& source) {
  int year = 0;
  if (!parsed.period().empty()) return absl::SimpleAtoi(parsed.period(), &year) ? year : 0;
  return source.fiscal_years_size() == 1 ? source.fiscal_years(0) : 0;
}

}  // namespace

indicator::v1::Unit UnitOf(v1::Unit unit) {
  switch (unit) {
    case v1::UNIT_PERCENT:
      return indicator::v1::UNIT_PERCENT;
    case v1::UNIT_PERCENTAGE_POINT:
      return indicator::v1::UNIT_PERCENTAGE_POINT;
    case v1::UNIT_COUNT:
      return indicator::v1::UNIT_COUNT;
    case v1::UNIT_PER_THOUSAND:
      return indicator::v1::UNIT_PER_THOUSAND;
    case v1::UNIT_EURO:
      return indicator::v1::UNIT_EURO;
    case v1::UNIT_SCORE:
      return indicator::v1::UNIT_SCORE;
    case v1::UNIT_NONE:
      return indicator::v1::UNIT_NONE;
    default:
      return indicator::v1::UNIT_UNSPECIFIED;
  }
}

bool IsStep(const v1::ParsedTarget& before, const v1::ParsedTarget& next) {
  // A phrase that begins with its figure has no comparator of its own: it is still under the one before.
  const bool goes_on = !next.text().empty() && absl::ascii_isdigit(static_cast<unsigned char>(next.text()[0]));
  const bool same_place = next.subject_id() == before.subject_id() && next.line() == before.line();
  const auto plain = [](const v1::ParsedTarget& target) {
    return IsBound(target.comparator()) && target.basis() == v1::TARGET_BASIS_ABSOLUTE && !target.value().empty();
  };
  return goes_on && same_place && next.unit() == before.unit() && plain(before) && plain(next) &&
         before.deadline_year() != 0 && next.deadline_year() > before.deadline_year();
}

std::optional<Target> TargetOf(const v1::ParsedTarget& parsed, const std::vector<const v1::ParsedTarget*>& steps) {
  Target target;
  target.set_text(parsed.text());
  target.set_comparator(static_cast<indicator::v1::TargetComparator>(parsed.comparator()));
  // "Twee kernen hebben …" is reached by that number; achieving is for what has no number.
  if (parsed.comparator() == v1::COMPARATOR_ACHIEVE && !parsed.value().empty()) {
    target.set_comparator(indicator::v1::TARGET_COMPARATOR_EQUAL_TO);
  }
  target.set_value(parsed.value());
  target.set_unit(UnitOf(parsed.unit()));
  target.set_basis(static_cast<indicator::v1::TargetBasis>(parsed.basis()));
  target.set_baseline_value(parsed.baseline_value());
  target.set_baseline_year(parsed.baseline_year());
  target.set_benchmark(parsed.benchmark());
  target.set_from_date(parsed.period_from());
  target.set_until_date(UntilOf(parsed));
  target.set_recurrence(static_cast<indicator::v1::TargetRecurrence>(parsed.recurrence()));
  target.set_ambiguity(parsed.ambiguity());
  // Where the figure of the start is printed the value is the figure of the end, else it is the change.
  const bool change = parsed.basis() == v1::TARGET_BASIS_PREVIOUS_YEAR || parsed.basis() == v1::TARGET_BASIS_BASELINE;
  if (change && IsBound(parsed.comparator()) && parsed.baseline_value().empty()) {
    target.set_change_direction(DirectionOf(parsed.text()));
  }
  if (!steps.empty()) {
    target.clear_value();
    auto* first = target.add_steps();
    first->set_year(parsed.deadline_year());
    first->set_value(parsed.value());
    for (const v1::ParsedTarget* next : steps) {
      auto* step = target.add_steps();
      step->set_year(next->deadline_year());
      step->set_value(next->value());
      absl::StrAppend(target.mutable_text(), ", ", next->text());
    }
    target.set_until_date(UntilOf(*steps.back()));
  }
  const bool stated =
      target.unit() != indicator::v1::UNIT_UNSPECIFIED && target.basis() != indicator::v1::TARGET_BASIS_UNSPECIFIED;
  if (!stated || !IsComplete(target)) return std::nullopt;
  return target;
}

std::optional<Measurement> MeasurementOf(const v1::ParsedMeasurement& parsed, const v1::SourceDocument& source) {
  const int year = YearOf(parsed, source);
  const bool share = !parsed.numerator().empty() && !parsed.denominator().empty();
  const bool divided_by_zero = !parsed.denominator().empty() && IsZero(parsed.denominator());
  if (year <= 0 || divided_by_zero || (parsed.value().empty() && !share) || !parsed.area().empty()) return std::nullopt;
  Measurement measurement;
  measurement.set_value(parsed.value());
  measurement.set_numerator(parsed.numerator());
  measurement.set_denominator(parsed.denominator());
  measurement.set_from_date(NewYear(year));
  measurement.set_until_date(NewYear(year + 1));
  measurement.set_text(parsed.text());
  return measurement;
}

std::string PeriodOf(const Measurement& measurement) {
  return absl::StrCat(measurement.area(), " ", measurement.from_date(), " ", measurement.until_date());
}

}  // namespace regiokompas::intake
