#include "services/indicator/indicator_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/protobuf/text_format.h"
#include "regiokompas/indicator/v1/indicator.pb.h"
#include "regiokompas/indicator/v1/measurement.pb.h"
#include "regiokompas/indicator/v1/target.pb.h"

namespace regiokompas::indicator {
namespace {

using testing::HasSubstr;

// The first rule that a message in text form breaks, or "".
template <typename Resource>
std::string First(void (*check)(const google::protobuf::Message&, errors::Violations&), const std::string& text) {
  Resource resource;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &resource)) << text;
  errors::Violations violations;
  check(resource, violations);
  return std::string(violations.ToStatus().message());
}

std::string FirstOfIndicator(const std::string& text) { return First<v1::Indicator>(CheckIndicator, text); }
std::string FirstOfTarget(const std::string& text) { return First<v1::Target>(CheckTarget, text); }
std::string FirstOfMeasurement(const std::string& text) { return First<v1::Measurement>(CheckMeasurement, text); }

TEST(IndicatorRulesTest, DecimalsAndThresholdHaveBounds) {
  EXPECT_EQ(FirstOfIndicator("decimals: 12 suppression_threshold: 0"), "");
  EXPECT_THAT(FirstOfIndicator("decimals: 13"), HasSubstr("decimals"));
  EXPECT_THAT(FirstOfIndicator("decimals: -1"), HasSubstr("decimals"));
  EXPECT_THAT(FirstOfIndicator("suppression_threshold: -1"), HasSubstr("suppression_threshold"));
}

TEST(IndicatorRulesTest, TheOwnAreaHasNoSecondName) {
  const std::string measurement = "name: 'owners/GM0677/indicators/i1/measurements/m1' value: '1' ";
  EXPECT_EQ(FirstOfMeasurement(measurement), "");
  EXPECT_EQ(FirstOfMeasurement(measurement + "area: 'GM0299'"), "");
  EXPECT_THAT(FirstOfMeasurement(measurement + "area: 'GM0677'"), HasSubstr("area"));
}

TEST(IndicatorRulesTest, SubjectsArePolicy) {
  EXPECT_EQ(FirstOfIndicator("subjects: 'owners/GM0677/activities/a1' subjects: 'owners/GM0677/frameworks/f1' "
                             "subjects: 'owners/GM0677/frameworks/f1/goals/g1'"),
            "");
  EXPECT_THAT(FirstOfIndicator("subjects: 'owners/GM0677/activities/a1' subjects: 'owners/GM0677/cycles/c1'"),
              HasSubstr("subjects[1]"));
  EXPECT_THAT(FirstOfTarget("comparator: TARGET_COMPARATOR_ACHIEVE subject: 'owners/GM0677/cycles/c1'"),
              HasSubstr("subject"));
}

TEST(IndicatorRulesTest, ADefinitionEndsAfterItBegins) {
  EXPECT_EQ(FirstOfIndicator("valid_from_date: '2025-12-31' valid_until_date: '2026-01-01'"), "");
  EXPECT_THAT(FirstOfIndicator("valid_from_date: '2026-01-01' valid_until_date: '2026-01-01'"),
              HasSubstr("valid_until_date"));
}

// By every comparator: whether a target of an absolute basis needs a value, and whether it may have one.
TEST(IndicatorRulesTest, AValueGoesWithTheKindOfTarget) {
  for (int number = v1::TARGET_COMPARATOR_AT_LEAST; number <= v1::TargetComparator_MAX; ++number) {
    const std::string comparator =
        "comparator: " + v1::TargetComparator_Name(static_cast<v1::TargetComparator>(number)) + " ";
    const bool needed = number <= v1::TARGET_COMPARATOR_EQUAL_TO;
    const bool refused = number >= v1::TARGET_COMPARATOR_MAINTAIN;
    EXPECT_EQ(FirstOfTarget(comparator + "basis: TARGET_BASIS_ABSOLUTE").empty(), !needed) << comparator;
    EXPECT_EQ(FirstOfTarget(comparator + "basis: TARGET_BASIS_ABSOLUTE value: '5'").empty(), !refused) << comparator;
    EXPECT_EQ(FirstOfTarget(comparator + "basis: TARGET_BASIS_BENCHMARK"), "") << comparator;
    EXPECT_EQ(FirstOfTarget(comparator + "steps { year: 2022 value: '6' }").empty(), !refused) << comparator;
  }
  EXPECT_THAT(FirstOfTarget("comparator: TARGET_COMPARATOR_AT_LEAST value: '6' steps { year: 2022 value: '6' }"),
              HasSubstr("value"));
}

TEST(IndicatorRulesTest, StepsAscend) {
  const std::string steps = "comparator: TARGET_COMPARATOR_AT_LEAST steps { year: 2022 value: '6' } ";
  EXPECT_EQ(FirstOfTarget(steps + "steps { year: 2023 value: '12' }"), "");
  EXPECT_THAT(FirstOfTarget(steps + "steps { year: 2022 value: '12' }"), HasSubstr("steps[1].year"));
  EXPECT_THAT(FirstOfTarget(steps + "steps { year: 23 value: '12' }"), HasSubstr("steps[1].year"));
}

TEST(IndicatorRulesTest, AChangeHasNoSign) {
  EXPECT_EQ(FirstOfTarget("comparator: TARGET_COMPARATOR_AT_LEAST value: '-5'"), "");
  EXPECT_THAT(FirstOfTarget("comparator: TARGET_COMPARATOR_DECREASE value: '-5'"), HasSubstr("sign"));
  EXPECT_THAT(
      FirstOfTarget("comparator: TARGET_COMPARATOR_AT_MOST value: '-5' change_direction: CHANGE_DIRECTION_DOWN"),
      HasSubstr("sign"));
  EXPECT_THAT(FirstOfTarget("comparator: TARGET_COMPARATOR_DECREASE steps { year: 2022 value: '-5' }"),
              HasSubstr("steps[0].value"));
}

TEST(IndicatorRulesTest, ADirectionGoesWithABound) {
  EXPECT_EQ(FirstOfTarget("comparator: TARGET_COMPARATOR_AT_MOST value: '50' change_direction: CHANGE_DIRECTION_DOWN"),
            "");
  for (const std::string comparator : {"INCREASE", "DECREASE", "MAINTAIN", "ACHIEVE"}) {
    EXPECT_THAT(FirstOfTarget("comparator: TARGET_COMPARATOR_" + comparator + " change_direction: CHANGE_DIRECTION_UP"),
                HasSubstr("change_direction"))
        << comparator;
  }
}

TEST(IndicatorRulesTest, ATargetEndsAfterItBegins) {
  const std::string target = "comparator: TARGET_COMPARATOR_ACHIEVE ";
  EXPECT_EQ(FirstOfTarget(target + "until_date: '2023-01-01'"), "");
  EXPECT_EQ(FirstOfTarget(target + "from_date: '2022-12-31' until_date: '2023-01-01'"), "");
  EXPECT_THAT(FirstOfTarget(target + "from_date: '2023-01-01' until_date: '2023-01-01'"), HasSubstr("until_date"));
  EXPECT_THAT(FirstOfTarget(target + "baseline_year: 19"), HasSubstr("baseline_year"));
}

TEST(IndicatorRulesTest, AMeasurementIsAFigureOrAReason) {
  const std::string reason = "missing_reason: MISSING_REASON_NOT_YET_AVAILABLE ";
  EXPECT_EQ(FirstOfMeasurement("value: '82.4'"), "");
  EXPECT_EQ(FirstOfMeasurement("numerator: '412' denominator: '500'"), "");
  EXPECT_EQ(FirstOfMeasurement("value: '82.4' numerator: '412' denominator: '500'"), "");
  EXPECT_EQ(FirstOfMeasurement(reason), "");
  EXPECT_THAT(FirstOfMeasurement(""), HasSubstr("reason why it is missing"));
  EXPECT_THAT(FirstOfMeasurement("numerator: '412'"), HasSubstr("reason why it is missing"));
  EXPECT_THAT(FirstOfMeasurement("denominator: '500'"), HasSubstr("reason why it is missing"));
  EXPECT_THAT(FirstOfMeasurement(reason + "value: '82.4'"), HasSubstr("missing_reason"));
  EXPECT_THAT(FirstOfMeasurement(reason + "numerator: '412' denominator: '500'"), HasSubstr("missing_reason"));
}

TEST(IndicatorRulesTest, ADenominatorIsNotZeroAndMayBeSmall) {
  EXPECT_EQ(FirstOfMeasurement("numerator: '105' denominator: '100'"), "");
  EXPECT_EQ(FirstOfMeasurement("numerator: '0' denominator: '0.5'"), "");
  for (const std::string zero : {"0", "0.00", "-0"}) {
    EXPECT_THAT(FirstOfMeasurement("numerator: '1' denominator: '" + zero + "'"), HasSubstr("zero")) << zero;
  }
}

TEST(IndicatorRulesTest, APeriodIsNotEmpty) {
  EXPECT_EQ(FirstOfMeasurement("value: '1' from_date: '2025-01-01' until_date: '2026-01-01'"), "");
  EXPECT_THAT(FirstOfMeasurement("value: '1' from_date: '2025-01-01' until_date: '2025-01-01'"),
              HasSubstr("until_date"));
}

}  // namespace
}  // namespace regiokompas::indicator
