#include "services/intake/figure_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"

namespace regiokompas::intake {
namespace {

template <typename Message>
Message Read(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

v1::ParsedTarget Phrase(const std::string& text) { return Read<v1::ParsedTarget>(text); }

// What `parsed` becomes, as text; "nothing" when it stays in the draft.
std::string Becomes(const std::string& parsed) {
  const std::optional<indicator::v1::Target> target = TargetOf(Phrase(parsed));
  return target ? target->ShortDebugString() : "nothing";
}

std::string Target(const std::string& text) { return Read<indicator::v1::Target>(text).ShortDebugString(); }

std::string Measured(const std::string& parsed, const std::string& source = "fiscal_years: 2022") {
  const std::optional<indicator::v1::Measurement> measurement =
      MeasurementOf(Read<v1::ParsedMeasurement>(parsed), Read<v1::SourceDocument>(source));
  return measurement ? measurement->ShortDebugString() : "nothing";
}

constexpr char kAtLeast[] = "comparator: COMPARATOR_AT_LEAST unit: UNIT_PERCENT basis: TARGET_BASIS_ABSOLUTE ";

TEST(FigureRulesTest, EveryUnitHasItsOwn) {
  for (int number = v1::UNIT_PERCENT; number <= v1::Unit_MAX; ++number) {
    const auto unit = static_cast<v1::Unit>(number);
    EXPECT_EQ(indicator::v1::Unit_Name(UnitOf(unit)), v1::Unit_Name(unit));
  }
  EXPECT_EQ(UnitOf(v1::UNIT_UNSPECIFIED), indicator::v1::UNIT_UNSPECIFIED);
}

TEST(FigureRulesTest, ABoundIsTakenAsItIsPrinted) {
  EXPECT_EQ(Becomes(std::string(kAtLeast) +
                    "text: 'minimaal 88%' value: '88' deadline_year: 2022 recurrence: RECURRENCE_ONCE"),
            Target("text: 'minimaal 88%' comparator: TARGET_COMPARATOR_AT_LEAST value: '88' unit: UNIT_PERCENT "
                   "basis: TARGET_BASIS_ABSOLUTE until_date: '2023-01-01' recurrence: TARGET_RECURRENCE_ONCE"));
}

TEST(FigureRulesTest, TheYearIsAnEndUnlessItIsTheStart) {
  const auto range = [](const std::string& years) {
    const auto target = TargetOf(Phrase(std::string(kAtLeast) + "value: '1' " + years));
    return target->from_date() + "/" + target->until_date();
  };
  EXPECT_EQ(range(""), "/");
  EXPECT_EQ(range("deadline_year: 2022"), "/2023-01-01");
  EXPECT_EQ(range("deadline_year: 2023 period_from: '2023-01-01'"), "2023-01-01/");
  EXPECT_EQ(range("deadline_year: 2025 period_from: '2023-01-01'"), "2023-01-01/2026-01-01");
  EXPECT_EQ(range("deadline_year: 2022 period_from: '2022-01-01' period_to: '2022-07-01'"), "2022-01-01/2022-07-01");
}

TEST(FigureRulesTest, ABenchmarkNeedsNoValue) {
  EXPECT_EQ(Becomes("comparator: COMPARATOR_AT_MOST unit: UNIT_EURO basis: TARGET_BASIS_BENCHMARK "
                    "benchmark: 'Gelderland' recurrence: RECURRENCE_YEARLY"),
            Target("comparator: TARGET_COMPARATOR_AT_MOST unit: UNIT_EURO basis: TARGET_BASIS_BENCHMARK "
                   "benchmark: 'Gelderland' recurrence: TARGET_RECURRENCE_YEARLY"));
}

TEST(FigureRulesTest, AchievingANumberIsBeingEqualToIt) {
  EXPECT_EQ(Becomes("comparator: COMPARATOR_ACHIEVE value: '2' unit: UNIT_COUNT basis: TARGET_BASIS_ABSOLUTE"),
            Target("comparator: TARGET_COMPARATOR_EQUAL_TO value: '2' unit: UNIT_COUNT basis: TARGET_BASIS_ABSOLUTE"));
  EXPECT_EQ(Becomes("comparator: COMPARATOR_ACHIEVE unit: UNIT_NONE basis: TARGET_BASIS_ABSOLUTE"),
            Target("comparator: TARGET_COMPARATOR_ACHIEVE unit: UNIT_NONE basis: TARGET_BASIS_ABSOLUTE"));
}

TEST(FigureRulesTest, ABoundedChangeSaysWhichWay) {
  const auto direction = [](const std::string& text, const std::string& more = "basis: TARGET_BASIS_BASELINE") {
    const auto target =
        TargetOf(Phrase("comparator: COMPARATOR_AT_MOST value: '5' unit: UNIT_PERCENT text: '" + text + "' " + more));
    return indicator::v1::ChangeDirection_Name(target->change_direction());
  };
  EXPECT_EQ(direction("neemt maximaal 50 procent af"), "CHANGE_DIRECTION_DOWN");
  EXPECT_EQ(direction("neemt maximaal 50 procent toe"), "CHANGE_DIRECTION_UP");
  EXPECT_EQ(direction("minimaal 5% lagere"), "CHANGE_DIRECTION_DOWN");
  EXPECT_EQ(direction("minder dan 5% hogere in 2023"), "CHANGE_DIRECTION_UP");
  EXPECT_EQ(direction("maximaal 5%"), "CHANGE_DIRECTION_UNSPECIFIED");
  EXPECT_EQ(direction("minder dan 5%", "basis: TARGET_BASIS_BASELINE baseline_value: '13.5' baseline_year: 2016"),
            "CHANGE_DIRECTION_UNSPECIFIED")
      << "from one figure to another bounds no change";
  EXPECT_EQ(direction("minder dan 5%", "basis: TARGET_BASIS_ABSOLUTE"), "CHANGE_DIRECTION_UNSPECIFIED");
}

TEST(FigureRulesTest, WhatIsNotStatedStaysInTheDraft) {
  EXPECT_EQ(Becomes(kAtLeast), "nothing") << "no value";
  EXPECT_EQ(Becomes("comparator: COMPARATOR_AT_LEAST value: '1' basis: TARGET_BASIS_ABSOLUTE"), "nothing");
  EXPECT_EQ(Becomes("comparator: COMPARATOR_AT_LEAST value: '1' unit: UNIT_COUNT"), "nothing");
  EXPECT_EQ(Becomes("value: '1' unit: UNIT_COUNT basis: TARGET_BASIS_ABSOLUTE"), "nothing");
}

TEST(FigureRulesTest, StepsAreOneTarget) {
  const std::string place = std::string(kAtLeast) + "subject_id: 'a5' line: 7 ";
  const auto first = Phrase(place + "text: 'minimaal 6 in 2022' value: '6' deadline_year: 2022");
  const auto second = Phrase(place + "text: '12 huishoudens in 2023' value: '12' deadline_year: 2023");
  const auto third = Phrase(place + "text: '20 in 2024' value: '20' deadline_year: 2024");
  EXPECT_TRUE(IsStep(first, second));
  EXPECT_TRUE(IsStep(second, third));
  EXPECT_FALSE(IsStep(third, second)) << "years ascend";
  EXPECT_FALSE(IsStep(second, first)) << "a phrase of its own";
  auto elsewhere = second;
  elsewhere.set_line(8);
  EXPECT_FALSE(IsStep(first, elsewhere));

  const auto target = TargetOf(first, {&second, &third});
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->ShortDebugString(),
            Target("text: 'minimaal 6 in 2022, 12 huishoudens in 2023, 20 in 2024' "
                   "comparator: TARGET_COMPARATOR_AT_LEAST unit: UNIT_PERCENT basis: TARGET_BASIS_ABSOLUTE "
                   "steps { year: 2022 value: '6' } steps { year: 2023 value: '12' } steps { year: 2024 value: '20' } "
                   "until_date: '2025-01-01'"));
}

TEST(FigureRulesTest, AFigureIsAboutItsYear) {
  EXPECT_EQ(Measured("text: '62% in 2021' value: '62' period: '2021'"),
            Read<indicator::v1::Measurement>(
                "value: '62' from_date: '2021-01-01' until_date: '2022-01-01' text: '62% in 2021'")
                .ShortDebugString());
  EXPECT_THAT(Measured("value: '62'"), testing::HasSubstr("from_date: \"2022-01-01\" until_date: \"2023-01-01\""));
  EXPECT_EQ(Measured("value: '62'", ""), "nothing");
  EXPECT_EQ(Measured("value: '62'", "fiscal_years: 2021 fiscal_years: 2022"), "nothing");
}

TEST(FigureRulesTest, AFigureIsComplete) {
  EXPECT_THAT(Measured("numerator: '412' denominator: '500'"), testing::HasSubstr("denominator: \"500\""));
  EXPECT_EQ(Measured("numerator: '412'"), "nothing");
  EXPECT_EQ(Measured("numerator: '412' denominator: '0'"), "nothing");
  EXPECT_EQ(Measured("value: '62' area: 'Gelderland'"), "nothing") << "the name of an area is no code";
}

}  // namespace
}  // namespace regiokompas::intake
