#include "services/intake/parser/dutch_targets.h"

#include "gtest/gtest.h"

namespace regiokompas::intake {
namespace {

struct TargetCase {
  const char* sentence;
  v1::Comparator comparator;
  const char* value;
  v1::Unit unit;
  v1::TargetBasis basis;
  int deadline;
  bool yearly;
};

class FindTargetsTest : public testing::TestWithParam<TargetCase> {};

TEST_P(FindTargetsTest, ReadsOneTarget) {
  const TargetCase& want = GetParam();
  const auto targets = FindTargets(want.sentence, true);
  ASSERT_EQ(targets.size(), 1u) << want.sentence;
  EXPECT_EQ(targets[0].comparator(), want.comparator) << want.sentence;
  EXPECT_EQ(targets[0].value(), want.value) << want.sentence;
  EXPECT_EQ(targets[0].unit(), want.unit) << want.sentence;
  EXPECT_EQ(targets[0].basis(), want.basis) << want.sentence;
  EXPECT_EQ(targets[0].deadline_year(), want.deadline) << want.sentence;
  EXPECT_EQ(targets[0].recurrence(), want.yearly ? v1::RECURRENCE_YEARLY : v1::RECURRENCE_ONCE) << want.sentence;
}

constexpr auto kAbsolute = v1::TARGET_BASIS_ABSOLUTE;
constexpr auto kPrevious = v1::TARGET_BASIS_PREVIOUS_YEAR;
constexpr auto kBaseline = v1::TARGET_BASIS_BASELINE;
constexpr auto kBenchmark = v1::TARGET_BASIS_BENCHMARK;

INSTANTIATE_TEST_SUITE_P(
    Phrases, FindTargetsTest,
    testing::Values(
        TargetCase{"In 2025 is minimaal 70% tevreden", v1::COMPARATOR_AT_LEAST, "70", v1::UNIT_PERCENT, kAbsolute, 2025,
                   false},
        TargetCase{"Er starten minstens 15 mensen in 2026", v1::COMPARATOR_AT_LEAST, "15", v1::UNIT_COUNT, kAbsolute,
                   2026, false},
        TargetCase{"De buurt geeft minimaal een 7", v1::COMPARATOR_AT_LEAST, "7", v1::UNIT_SCORE, kAbsolute, 0, false},
        TargetCase{"Vanaf 2023 is het verzuim niet meer dan 0,1% hoger dan het gemiddelde in Zeeland",
                   v1::COMPARATOR_AT_MOST, "0.1", v1::UNIT_PERCENT, kBenchmark, 2023, false},
        TargetCase{"Vanaf 2024 geven we jaarlijks niet meer uit dan gemiddeld in Zeeland", v1::COMPARATOR_AT_MOST, "",
                   v1::UNIT_EURO, kBenchmark, 2024, true},
        TargetCase{"Het aantal neemt jaarlijks toe met 3% ten opzichte van 2019", v1::COMPARATOR_INCREASE, "3",
                   v1::UNIT_PERCENT, kBaseline, 0, true},
        TargetCase{"Het aantal neemt jaarlijks met 5% af", v1::COMPARATOR_DECREASE, "5", v1::UNIT_PERCENT, kPrevious, 0,
                   true},
        TargetCase{"Een afname van het aantal klachten van 25%", v1::COMPARATOR_DECREASE, "25", v1::UNIT_PERCENT,
                   kBaseline, 0, false},
        TargetCase{"Toename van bezoek t.o.v. het jaar ervoor met 20%", v1::COMPARATOR_INCREASE, "20", v1::UNIT_PERCENT,
                   kPrevious, 0, false},
        TargetCase{"Het aantal neemt maximaal 50 procent af", v1::COMPARATOR_AT_MOST, "50", v1::UNIT_PERCENT, kBaseline,
                   0, false},
        TargetCase{"Minimaal 800 van de 1000 ouderen kennen het loket", v1::COMPARATOR_AT_LEAST, "800",
                   v1::UNIT_PER_THOUSAND, kAbsolute, 0, false},
        TargetCase{"Verzuim daalt van 8,5% in 2021 naar minder dan 6% in 2025", v1::COMPARATOR_LESS_THAN, "6",
                   v1::UNIT_PERCENT, kBaseline, 2025, false},
        TargetCase{"Bekendheid naar 60% in 2026", v1::COMPARATOR_EQUAL_TO, "60", v1::UNIT_PERCENT, kAbsolute, 2026,
                   false},
        TargetCase{"95% van alle leerlingen is op tijd", v1::COMPARATOR_EQUAL_TO, "95", v1::UNIT_PERCENT, kAbsolute, 0,
                   false},
        TargetCase{"Het keurmerk is behaald", v1::COMPARATOR_ACHIEVE, "", v1::UNIT_NONE, kAbsolute, 0, false},
        TargetCase{"Het percentage is gelijk gebleven", v1::COMPARATOR_MAINTAIN, "", v1::UNIT_PERCENT, kAbsolute, 0,
                   false},
        TargetCase{"jaarlijks 6 a 8 gezinnen helpen", v1::COMPARATOR_AT_LEAST, "6", v1::UNIT_COUNT, kAbsolute, 0, true},
        TargetCase{"In 2023 is in totaal drie miljoen euro bespaard", v1::COMPARATOR_ACHIEVE, "3000000", v1::UNIT_EURO,
                   kAbsolute, 2023, false}));

TEST(FindTargets, ReadsStepsAsTargets) {
  const auto targets = FindTargets("Aantal cursussen minimaal 7 in 2022, 14 cursussen in 2023.", true);
  ASSERT_EQ(targets.size(), 2u);
  EXPECT_EQ(targets[0].value(), "7");
  EXPECT_EQ(targets[0].deadline_year(), 2022);
  EXPECT_EQ(targets[1].value(), "14");
  EXPECT_EQ(targets[1].deadline_year(), 2023);
  EXPECT_EQ(targets[1].comparator(), v1::COMPARATOR_AT_LEAST);
}

TEST(FindTargets, KeepsBaselineBenchmarkPeriodAndAmbiguity) {
  const auto change = FindTargets("daalt van 8,5% in 2021 naar minder dan 6% in 2025", false);
  ASSERT_EQ(change.size(), 1u);
  EXPECT_EQ(change[0].baseline_value(), "8.5");
  EXPECT_EQ(change[0].baseline_year(), 2021);
  const auto margin = FindTargets("maximaal 2% hoger dan het gemiddelde in Oost Nederland", false);
  ASSERT_EQ(margin.size(), 1u);
  EXPECT_EQ(margin[0].benchmark(), "Oost Nederland");
  EXPECT_FALSE(margin[0].ambiguity().empty());
  const auto half = FindTargets("De taak om in het eerste half jaar van 2022 30 mensen te plaatsen", false);
  ASSERT_EQ(half.size(), 1u);
  EXPECT_EQ(half[0].value(), "30");
  EXPECT_EQ(half[0].period_from(), "2022-01-01");
  EXPECT_EQ(half[0].period_to(), "2022-07-01");
}

TEST(FindTargets, FindsNoneWhereNoNormIsPrinted) {
  for (const char* sentence :
       {"", "Minimaal een voldoende", "Een afname van het aantal klachten", "In 2022 waren er 36 mensen",
        "Binnen minimaal 6 maanden", "Het minimaal te lenen bedrag is hoog",
        "Voor wie tot 120% van het minimum verdient", "We gaan in 2023 verder"}) {
    EXPECT_TRUE(FindTargets(sentence, false).empty()) << sentence;
  }
}

}  // namespace
}  // namespace regiokompas::intake
