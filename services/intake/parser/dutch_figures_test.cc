#include "services/intake/parser/dutch_figures.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
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
  EXPECT_EQ(DutchDecimal("0.125"), "0.125");
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

TEST(NamesMoney, SeesEveryWayToPrintMoney) {
  for (absl::string_view money : {"€ 5", "5 Euro", "EUR 5", "35k", "budget 35K.", "5 euro"}) {
    EXPECT_TRUE(NamesMoney(money)) << money;
  }
  for (absl::string_view none : {"", "k", "u", "35", "de duur van een kuur", "ik 35"}) {
    EXPECT_FALSE(NamesMoney(none)) << none;
  }
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

// All that is found in a text: amounts in cents, dates, what could not be read, the period.
std::string Described(absl::string_view text) {
  std::vector<std::string> found;
  for (const Amount& amount : FindAmounts(text)) {
    found.push_back(absl::StrCat(amount.cents, amount.high_cents == 0 ? "" : absl::StrCat("-", amount.high_cents),
                                 amount.per_year ? " yearly" : ""));
  }
  for (absl::string_view unread : FindUnreadAmounts(text)) found.push_back(absl::StrCat("unread ", unread));
  for (const PrintedDate& date : FindDates(text)) found.push_back(date.date);
  for (absl::string_view unread : FindUnreadDates(text)) found.push_back(absl::StrCat("unread ", unread));
  const Period period = FindPeriod(text);
  if (!period.from.empty()) found.push_back(absl::StrCat("period ", period.from, "/", period.to));
  return absl::StrJoin(found, "; ");
}

TEST(Figures, AreReadAsPrinted) {
  struct Case {
    const char* text;
    const char* found;
  };
  constexpr Case kCases[] = {
      {"€ 1,2 mln per jaar", "120000000 yearly"},
      {"1,2 miljoen euro", "120000000"},
      {"35k structureel", "3500000 yearly"},
      {"€ 35k", "3500000"},
      {"€ 35.000,-", "3500000"},
      {"€ 6.500,-- tot € 9.000,-", "650000-900000"},
      {"tussen € 5.000 en € 8.000", "500000-800000"},
      {"tussen de 5.000 en 8.000 euro", "500000-800000"},
      {"€ 5.000 - € 8.000", "500000-800000"},
      {"€ 5.000-€ 8.000", "500000-800000"},
      {"€ 5.000 tot 8.000", "500000-800000"},
      {"1 à 2 miljoen euro", "100000000-200000000"},
      {"€ 1 tot 2 miljoen", "100000000-200000000"},
      {"Budget (x € 1.000)", ""},
      {"€ 60.000,- structureel voor het meldpunt en eenmalig € 12.500,- voor het systeem.", "6000000 yearly; 1250000"},
      {"€ 145.000 per jaar, waarvan € 45.000 uit de rijksmiddelen", "14500000 yearly; 4500000"},
      {"jaarlijks € 45.250,75 van ons", "4525075 yearly"},
      {"€ 5.812.407 in 2020", "581240700; 2020"},
      {"€5,812,407 in 2020", "581240700; 2020"},
      {"EUR 3.000", "300000"},
      {"€ 0.250 mln", "25000000"},
      {"€ 3 ton", "30000000"},
      {"vijfentwintigduizend euro", "2500000"},
      {"de euro is rond", ""},
      {"10 en 20 euro", "2000"},
      {"€ 0,2 miljoen uit de reserve", "20000000"},
      {"€ 310.000 structureel.", "31000000 yearly"},
      {"€ 1.234,567", "unread € 1.234,567"},
      {"2022 t/m 2024", "2022; 2024; period 2022-01-01/2025-01-01"},
      {"2022-2024", "2022; 2024; period 2022-01-01/2025-01-01"},
      {"vanaf 2023", "2023; period 2023-01-01/"},
      {"uiterlijk eind 2023", "2023"},
      {"voor 1 juli 2024", "2024-07-01"},
      {"eerste kwartaal 2023", "2023-Q1; period 2023-01-01/2023-04-01"},
      {"Q3 2023", "2023-Q3; period 2023-07-01/2023-10-01"},
      {"2023-Q4", "2023-Q4"},
      {"in het tweede halfjaar van 2024", "2024; period 2024-07-01/2025-01-01"},
      {"najaar 2023", "2023"},
      {"medio 2024", "2024"},
      {"31-02-2024", "unread 31-02-2024"},
      {"vanaf 1 juli 2024", "2024-07-01; period 2024-07-01/"},
      {"met ingang van 1-3-2024", "2024-03-01; period 2024-03-01/"},
      {"31 dec. 2024", "2024-12-31"},
      {"2024-07-01", "2024-07-01"},
      {"van 2023 tot en met 2025", "2023; 2025; period 2023-01-01/2026-01-01"},
      {"2022/2023", "2022; 2023"},
      {"35.000 euro per jaar", "3500000 yearly"},
      {"€ 12 per inwoner per jaar", "1200 yearly"},
      {"€ 500.000 – € 600.000", "50000000-60000000"},
      {"circa €20.000,-/jaar", "2000000 yearly"},
      {"€ -35.000", "3500000"},
      {"kosten: € 2024", "202400; 2024"},
      {"€ 15.000 - 2024", "1500000; 2024"},
      {"drie miljoen euro", "300000000"},
      {"€ 1.250,50 per kwartaal", "125050"},
      {"eenmalig € 40.000", "4000000"},
      {"ieder jaar € 12.000 voor de bus", "1200000 yearly"},
      {"€ 8.000 per annum", "800000 yearly"},
      {"€ 3,5 miljard", "350000000000"},
      {"twintig duizend euro", "2000000"},
      {"honderdduizend euro", "10000000"},
      {"€ 6,5 mln structureel vanaf 2024", "650000000 yearly; 2024; period 2024-01-01/"},
      {"maximaal € 250 per kind", "25000"},
      {"€ 10.000 à € 12.500", "1000000-1250000"},
      {"€ 1 mio", "100000000"},
      {"€ 99", "9900"},
      {"€ PM", ""},
      {"geen bedrag hier", ""},
      {"de kosten zijn 1.500 euro en 250 euro", "150000; 25000"},
      {"€ 20.000 in 2023 en € 30.000 in 2024", "2000000; 3000000; 2023; 2024"},
      {"bedragen × € 1.000", ""},
      {"5k extra", "500000"},
      {"2e kwartaal 2025", "2025-Q2; period 2025-04-01/2025-07-01"},
      {"kwartaal 3 2022", "2022-Q3; period 2022-07-01/2022-10-01"},
      {"K1-2024", "2024-Q1; period 2024-01-01/2024-04-01"},
      {"Q2 2025 tot Q4 2025", "2025-Q2; 2025-Q4; period 2025-04-01/2025-07-01"},
      {"15 mrt 2023", "2023-03-15"},
      {"1 januari 2026 tot 31 december 2027", "2026-01-01; 2027-12-31"},
      {"29-02-2024", "2024-02-29"},
      {"29-02-2023", "unread 29-02-2023"},
      {"32 maart 2024", "unread 32 maart 2024"},
      {"eerste helft van 2025", "2025; period 2025-01-01/2025-07-01"},
      {"tweede half jaar 2023", "2023; period 2023-07-01/2024-01-01"},
      {"H2 2024", "2024"},
      {"per 1 april 2025", "2025-04-01; period 2025-04-01/"},
      {"met ingang van 2026", "2026; period 2026-01-01/"},
      {"2023 tot 2026", "2023; 2026"},
      {"2021, 2022 en 2024", "2021; 2022; 2024"},
      {"2022 t/m eind 2024", "2022; 2024"},
      {"1998", "1998"},
      {"1850", ""},
      {"uiterlijk 31 december 2025", "2025-12-31"},
      {"begin 2024", "2024"},
      {"voorjaar 2025", "2025"},
      {"van januari 2024 tot juni 2024", "2024-01; 2024-06"},
      {"2019-2022 en 2024", "2019; 2022; 2024; period 2019-01-01/2023-01-01"},
  };
  for (const Case& each : kCases) EXPECT_EQ(Described(each.text), each.found) << each.text;
}

TEST(FindAmounts, KeepsThePrintedPhrase) {
  const auto text = [](absl::string_view sentence) {
    const auto amounts = FindAmounts(sentence);
    return amounts.size() == 1 ? std::string(amounts[0].text) : "";
  };
  EXPECT_EQ(text("Kosten: € 35.000,- per jaar."), "€ 35.000,-");
  EXPECT_EQ(text("tussen de 5.000 en 8.000 euro"), "5.000 en 8.000 euro");
  EXPECT_EQ(text("30 jongeren en 20 euro"), "20 euro");
}

TEST(SplitTableRow, ReadsCells) {
  const TableRow tabs = SplitTableRow("1.2 Buurtbus\t1.250\t-\t40 N");
  EXPECT_EQ(tabs.title, "1.2 Buurtbus");
  EXPECT_THAT(tabs.cells, ElementsAre("1.250", "-", "40 N"));
  EXPECT_THAT(SplitTableRow("| Buurtbus | 12 | 14 |").cells, ElementsAre("12", "14"));
  EXPECT_THAT(SplitTableRow("Buurtbus        12     14").cells, ElementsAre("12", "14"));
  const TableRow spaces = SplitTableRow("Buurtbus in de dorpen 1.250 -35 14 V");
  EXPECT_EQ(spaces.title, "Buurtbus in de dorpen");
  EXPECT_THAT(spaces.cells, ElementsAre("1.250", "-35", "14 V"));
  EXPECT_THAT(SplitTableRow("Gewone tekst zonder cellen.").cells, IsEmpty());
}

TEST(CentsOfThousands, ReadsCells) {
  EXPECT_EQ(CentsOfThousands("1.250"), 125000000);
  EXPECT_EQ(CentsOfThousands("12,5"), 1250000);
  EXPECT_EQ(CentsOfThousands("-35"), 3500000);
  EXPECT_EQ(CentsOfThousands("40 N"), 4000000);
  EXPECT_EQ(CentsOfThousands("€ 7 V"), 700000);
  for (absl::string_view none : {"", "-", "n.v.t.", "12 x", "40%"}) EXPECT_EQ(CentsOfThousands(none), std::nullopt);
}

TEST(AnnouncesThousands, KnowsTheWordings) {
  for (absl::string_view line : {"Budget (x € 1.000)", "Bedragen x € 1.000,-", "bedragen × 1.000", "(x €1000)",
                                 "bedragen in duizenden euro's"}) {
    EXPECT_TRUE(AnnouncesThousands(line)) << line;
  }
  for (absl::string_view line : {"Het kost € 1.000 per keer", "6 van de 1.000 inwoners", "in duizenden gezinnen"}) {
    EXPECT_FALSE(AnnouncesThousands(line)) << line;
  }
}

TEST(UnitOfIndicator, ReadsTheName) {
  EXPECT_EQ(UnitOfIndicator("Percentage ouders"), v1::UNIT_PERCENT);
  EXPECT_EQ(UnitOfIndicator("Aantal meldingen per 1.000 inwoners"), v1::UNIT_PER_THOUSAND);
  EXPECT_EQ(UnitOfIndicator("Rapportcijfer van cliënten"), v1::UNIT_SCORE);
  EXPECT_EQ(UnitOfIndicator("Aantal meldingen"), v1::UNIT_COUNT);
  EXPECT_EQ(UnitOfIndicator("Tevredenheid"), v1::UNIT_NONE);
}

// Readers whose work grows with the square of the length would need hours for these.
TEST(Figures, AreReadInLinearTime) {
  for (absl::string_view part :
       {"€ 5 ", "€", "5 tot ", "1 euro ", "2020 - ", "31-02-2024 ", "per jaar € 1 ", "12 mei "}) {
    std::string text;
    while (text.size() < 500000) absl::StrAppend(&text, part);
    const absl::Time start = absl::Now();
    FindAmounts(text);
    FindUnreadAmounts(text);
    FindDates(text);
    FindYears(text);
    FindPeriod(text);
    SplitTableRow(text);
    EXPECT_LT(absl::Now() - start, absl::Seconds(30)) << part;
  }
}

}  // namespace
}  // namespace regiokompas::intake
