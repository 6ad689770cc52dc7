#include "services/indicator/indicator_rules.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/names/resource_name.h"
#include "regiokompas/indicator/v1/indicator.pb.h"
#include "regiokompas/indicator/v1/measurement.pb.h"
#include "regiokompas/indicator/v1/target.pb.h"

namespace regiokompas::indicator {
namespace {

using google::protobuf::Message;

constexpr int kMaxDecimals = 12;  // as many as the contract's decimals can have

constexpr errors::Rule kBadDecimals{"BAD_DECIMALS", "{field} must be 0 to 12", "{field} moet 0 tot en met 12 zijn"};
constexpr errors::Rule kBadSubject{"BAD_SUBJECT", "{field} must be the name of an activity, a goal or a framework",
                                   "{field} moet de naam van een activiteit, een doel of een beleidskader zijn"};
constexpr errors::Rule kEmptyPeriod{"EMPTY_PERIOD",
                                    "{field} must be after {start}: it is the first day no longer in it",
                                    "{field} moet na {start} liggen: het is de eerste dag die er niet meer bij hoort"};

constexpr errors::Rule kValueNeeded{"VALUE_NEEDED", "{field} is required for a target of this kind",
                                    "{field} is verplicht voor een streefwaarde van deze soort"};
constexpr errors::Rule kValueUnused{"VALUE_UNUSED", "{field} must be empty for a target of this kind",
                                    "{field} moet leeg zijn voor een streefwaarde van deze soort"};
constexpr errors::Rule kSignedChange{"SIGNED_CHANGE", "{field} must be without a sign: the comparator says which way",
                                     "{field} moet zonder teken zijn: de vergelijking zegt al welke kant op"};
constexpr errors::Rule kDirectionUnused{"DIRECTION_UNUSED", "{field} goes with a comparator that bounds a change only",
                                        "{field} hoort alleen bij een vergelijking die een verandering begrenst"};
constexpr errors::Rule kStepsUnordered{"STEPS_UNORDERED", "{field} must be later than the year of the step before",
                                       "{field} moet later zijn dan het jaar van de vorige stap"};

constexpr errors::Rule kFigureNeeded{
    "FIGURE_NEEDED", "{field}: give a value, a numerator with its denominator, or the reason why it is missing",
    "{field}: geef een waarde, een teller met zijn noemer, of de reden waarom de waarde ontbreekt"};
constexpr errors::Rule kNotMissing{"NOT_MISSING", "{field} must be empty where there is a figure",
                                   "{field} moet leeg zijn als er een cijfer is"};
constexpr errors::Rule kOwnArea{"OWN_AREA", "{field} must be empty for the owner's own area",
                                "{field} moet leeg zijn voor het eigen gebied van de eigenaar"};
constexpr errors::Rule kZeroDenominator{"ZERO_DENOMINATOR", "{field} must not be zero", "{field} mag niet nul zijn"};

bool IsZero(const std::string& decimal) { return decimal.find_first_of("123456789") == std::string::npos; }

void CheckSubject(const std::string& subject, const std::string& field, errors::Violations& violations) {
  static const auto* const kActivity = new names::Pattern("owners/{owner}/activities/{activity}");
  static const auto* const kGoal = new names::Pattern("owners/{owner}/frameworks/{framework}/goals/{goal}");
  static const auto* const kFramework = new names::Pattern("owners/{owner}/frameworks/{framework}");
  for (const names::Pattern* pattern : {kActivity, kGoal, kFramework}) {
    if (pattern->Parse(subject)) return;
  }
  violations.Add(field, kBadSubject);
}

// Date ranges are half-open; dates of one length are in the order of their text.
void CheckRange(const std::string& from, const std::string& until, const char* until_field,
                errors::Violations& violations) {
  if (!from.empty() && !until.empty() && until <= from) violations.Add(until_field, kEmptyPeriod, {{"start", from}});
}

void CheckYear(int year, const std::string& field, errors::Violations& violations) {
  if (!IsYear(year)) violations.Add(field, errors::kBadYear);
}

// Whether something is there, or nothing has changed: no figure is a part of the rule.
bool HasNoValue(v1::TargetComparator comparator) {
  return comparator == v1::TARGET_COMPARATOR_MAINTAIN || comparator == v1::TARGET_COMPARATOR_ACHIEVE;
}

bool IsChange(v1::TargetComparator comparator) {
  return comparator == v1::TARGET_COMPARATOR_INCREASE || comparator == v1::TARGET_COMPARATOR_DECREASE;
}

void CheckSign(const std::string& value, const std::string& field, errors::Violations& violations) {
  if (absl::StartsWith(value, "-")) violations.Add(field, kSignedChange);
}

}  // namespace

void CheckIndicator(const Message& message, errors::Violations& violations) {
  const auto& indicator = static_cast<const v1::Indicator&>(message);
  if (indicator.decimals() < 0 || indicator.decimals() > kMaxDecimals) violations.Add("decimals", kBadDecimals);
  if (indicator.suppression_threshold() < 0) violations.Add("suppression_threshold", errors::kNegative);
  for (int i = 0; i < indicator.subjects_size(); ++i) {
    CheckSubject(indicator.subjects(i), absl::StrCat("subjects[", i, "]"), violations);
  }
  CheckRange(indicator.valid_from_date(), indicator.valid_until_date(), "valid_until_date", violations);
}

void CheckTarget(const Message& message, errors::Violations& violations) {
  const auto& target = static_cast<const v1::Target&>(message);
  const bool without_value = HasNoValue(target.comparator()) || !target.steps().empty();
  const bool may_lack_value =
      without_value || IsChange(target.comparator()) || target.basis() == v1::TARGET_BASIS_BENCHMARK;
  if (target.value().empty() && !may_lack_value) violations.Add("value", kValueNeeded);
  if (!target.value().empty() && without_value) violations.Add("value", kValueUnused);
  if (HasNoValue(target.comparator()) && !target.steps().empty()) violations.Add("steps", kValueUnused);

  const bool bounds_change = target.change_direction() != v1::CHANGE_DIRECTION_UNSPECIFIED;
  if (bounds_change && (HasNoValue(target.comparator()) || IsChange(target.comparator()))) {
    violations.Add("change_direction", kDirectionUnused);
  }
  const bool change = bounds_change || IsChange(target.comparator());
  if (change) CheckSign(target.value(), "value", violations);
  for (int i = 0; i < target.steps_size(); ++i) {
    const std::string field = absl::StrCat("steps[", i, "]");
    CheckYear(target.steps(i).year(), field + ".year", violations);
    if (i > 0 && target.steps(i).year() <= target.steps(i - 1).year()) {
      violations.Add(field + ".year", kStepsUnordered);
    }
    if (change) CheckSign(target.steps(i).value(), field + ".value", violations);
  }
  if (target.baseline_year() != 0) CheckYear(target.baseline_year(), "baseline_year", violations);
  if (!target.subject().empty()) CheckSubject(target.subject(), "subject", violations);
  CheckRange(target.from_date(), target.until_date(), "until_date", violations);
}

void CheckMeasurement(const Message& message, errors::Violations& violations) {
  const auto& measurement = static_cast<const v1::Measurement&>(message);
  const bool share = !measurement.numerator().empty() && !measurement.denominator().empty();
  const bool missing = measurement.missing_reason() != v1::MISSING_REASON_UNSPECIFIED;
  if (missing && (share || !measurement.value().empty())) violations.Add("missing_reason", kNotMissing);
  if (!missing && !share && measurement.value().empty()) violations.Add("value", kFigureNeeded);
  if (!measurement.denominator().empty() && IsZero(measurement.denominator())) {
    violations.Add("denominator", kZeroDenominator);
  }
  // One area has one name, so that a period has one figure.
  if (!measurement.area().empty() && measurement.area() == names::OwnerOf(measurement.name())) {
    violations.Add("area", kOwnArea);
  }
  CheckRange(measurement.from_date(), measurement.until_date(), "until_date", violations);
}

}  // namespace regiokompas::indicator
