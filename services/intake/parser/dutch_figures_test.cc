#include "services/intake/parser/dutch_figures.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace regiokompas::intake {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(DutchDecimal, ReadsPrintedFigures) {
  EXPECT_EQ(DutchDecimal("120.500"), "120500");
  EXPECT_EQ(DutchDecimal("45.250,75"), "45250.75");
  EXPECT_EQ(DutchDecimal("0,1"), "0.1");
  EXPECT_EQ(DutchDecimal("13.5"), "13.5");
  EXPECT_EQ(DutchDecimal("1,250,000"), "1250000");
  EXPECT_EQ(DutchDecimal("1.000"), "1000");
  EXPECT_EQ(DutchDecimal("één"), "1");
  EXPECT_EQ(DutchDecimal("Twaalf"), "12");
  for (absl::string_view none : {"", "abc", "1.2.3", ",5", "1,2,3", "12a"}) EXPECT_EQ(DutchDecimal(none), "") << none;
}

TEST(DutchCents, KeepsTwoDecimalsAndRefusesMore) {
  EXPECT_EQ(DutchCents("35.000"), 3500000);
  EXPECT_EQ(DutchCents("0,5"), 50);
  EXPECT_EQ(DutchCents("1,234.5"), 123450);
  EXPECT_EQ(DutchCents("1,2345"), std::nullopt);
  EXPECT_EQ(DutchCents("99999999999999999999"), std::nullopt);
}

TEST(FindYears, ExpandsRanges) {
  EXPECT_THAT(FindYears("Begrotingsjaren 2022 t/m 2024 en 2026."), ElementsAre(2022, 2023, 2024, 2026));
  EXPECT_THAT(FindYears("2019-2022"), ElementsAre(2019, 2020, 2021, 2022));
  EXPECT_THAT(FindYears("2022 tot en met 2019"), ElementsAre(2019, 2022));
  EXPECT_THAT(FindYears("20223 of 1850 of 6.2022x"), IsEmpty());
  EXPECT_TRUE(IsYearsOnly("2022 t/m 2024"));
  EXPECT_TRUE(IsYearsOnly("2023"));
  EXPECT_FALSE(IsYearsOnly("in 2023"));
}

struct AmountCase {
  const char* text;
  int64_t cents;
  int64_t high_cents;
  bool per_year;
};

class FindAmountsTest : public testing::TestWithParam<AmountCase> {};

TEST_P(FindAmountsTest, FindsOne) {
  const auto amounts = FindAmounts(GetParam().text);
  ASSERT_EQ(amounts.size(), 1u) << GetParam().text;
  EXPECT_EQ(amounts[0].cents, GetParam().cents);
  EXPECT_EQ(amounts[0].high_cents, GetParam().high_cents);
  EXPECT_EQ(amounts[0].per_year, GetParam().per_year);
}

INSTANTIATE_TEST_SUITE_P(Printed, FindAmountsTest,
                         testing::Values(AmountCase{"bepaald op € 120.500.", 12050000, 0, false},
                                         AmountCase{"een potje van € 15.000,- gereed", 1500000, 0, false},
                                         AmountCase{"vraagt jaarlijks € 45.250,75 van ons", 4525075, 0, true},
                                         AmountCase{"geschat op € 4.000,-- tot € 6.000,-.", 400000, 600000, false},
                                         AmountCase{"samen drie miljoen euro", 300000000, 0, false},
                                         AmountCase{"ongeveer 12 miljoen euro", 1200000000, 0, false},
                                         AmountCase{"ruim € 1,5 miljoen", 150000000, 0, false},
                                         AmountCase{"samen €1,250,000 in 2020", 125000000, 0, false},
                                         AmountCase{"winst (70.000 euro per jaar)", 7000000, 0, true},
                                         AmountCase{"wij geven € 25.000 jaarlijks", 2500000, 0, true}));

TEST(FindAmounts, KeepsAmountsApart) {
  const auto amounts = FindAmounts("De pot is €16.000 en hooguit €9.500 voor hulp, daarna 20 euro.");
  ASSERT_EQ(amounts.size(), 3u);
  EXPECT_EQ(amounts[0].cents, 1600000);
  EXPECT_EQ(amounts[1].cents, 950000);
  EXPECT_EQ(amounts[2].cents, 2000);
  EXPECT_EQ(amounts[0].high_cents, 0);
  EXPECT_THAT(FindAmounts("20 eurolanden en € veel"), IsEmpty());
}

TEST(FindDates, IsAsPreciseAsPrinted) {
  std::vector<std::string> dates;
  for (const auto& date : FindDates("Op 31 maart 2023, in april 2024, 3e kwartaal 2020, Q1 2021, 1-2-2022 en 2025")) {
    dates.push_back(date.date);
  }
  EXPECT_THAT(dates, ElementsAre("2023-03-31", "2024-04", "2020-Q3", "2021-Q1", "2022-02-01", "2025"));
  EXPECT_EQ(CivilDate("18-02-2020"), "2020-02-18");
  EXPECT_EQ(CivilDate("31-02-2020"), "");
  EXPECT_EQ(CivilDate("29-02-2021"), "");
}

}  // namespace
}  // namespace regiokompas::intake
