#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"

namespace regiokompas::intake {

// A printed euro amount; `text` points into the text that was searched.
struct Amount {
  int64_t cents = 0;
  int64_t high_cents = 0;  // 0 when no range is printed
  bool per_year = false;
  absl::string_view text;
};

// A period as half-open dates YYYY-MM-DD; `to` is empty when the period is open.
struct Period {
  std::string from;
  std::string to;
};

// A printed date, as precise as printed: 2020, 2020-Q3, 2020-08 or 2020-08-31.
struct PrintedDate {
  std::string date;
  absl::string_view text;
};

// A printed figure as a decimal with a point and without thousands marks: "120.500" is 120500, "0,1" is 0.1,
// "1,250,000" is 1250000, "vijfentwintig" is 25. Empty when it is not a figure.
std::string DutchDecimal(absl::string_view printed);

// Cents of a printed figure in euros; nothing when it is no figure or has more than two decimals.
std::optional<int64_t> DutchCents(absl::string_view printed);

// The years 1990 to 2079 in a text, each once, ascending; "2022 t/m 2024" is three years.
std::vector<int> FindYears(absl::string_view text);

// Whether a text is nothing but years.
bool IsYearsOnly(absl::string_view text);

// Whether there is a euro sign, the word for it or a figure in thousands: most texts have none, and then no amounts
// either.
bool NamesMoney(absl::string_view text);

// The euro amounts of a text in printed order. The unit of a table ("x € 1.000") is no amount.
std::vector<Amount> FindAmounts(absl::string_view text);

// Euro signs with a figure behind them that is no amount, such as one with three decimals, with that figure.
std::vector<absl::string_view> FindUnreadAmounts(absl::string_view text);

// Whether a line says that the figures of a table are thousands of euros: "(x € 1.000)", "bedragen in duizenden
// euro's".
bool AnnouncesThousands(absl::string_view line);

// A row of a table: its first cell and the cells behind it.
struct TableRow {
  absl::string_view title;
  std::vector<absl::string_view> cells;
};

// The cells of a line that tabs, bars or wide gaps divide, or of words that figures follow; without cells when it is
// no row.
TableRow SplitTableRow(absl::string_view line);

// The amount of a cell in a table of thousands of euros: "1.250", "-35", "12,5 V", "40 N". The amount is the
// printed figure without its sign; a sign, V (favourable) and N (unfavourable) say what a difference means and stay in
// the text. Nothing when the cell is no figure.
std::optional<int64_t> CentsOfThousands(absl::string_view cell);

// The dates of a text in printed order; a season or a half year is as precise as its year.
std::vector<PrintedDate> FindDates(absl::string_view text);

// Printed days that do not exist, such as 31-02-2024.
std::vector<absl::string_view> FindUnreadDates(absl::string_view text);

// The first period that a text names with its start: "het tweede halfjaar van 2024", "Q3 2023", "2022 t/m 2024",
// "vanaf 1 juli 2024". Both ends are empty when there is none.
Period FindPeriod(absl::string_view text);

// "31-12-2020" or "31 december 2020" as 2020-12-31; empty when it is no date.
std::string CivilDate(absl::string_view printed);

// The unit that the name of an indicator states.
v1::Unit UnitOfIndicator(absl::string_view text);

}  // namespace regiokompas::intake
