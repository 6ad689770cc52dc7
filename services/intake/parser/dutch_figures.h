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

// A printed date, as precise as printed: 2020, 2020-Q3, 2020-08 or 2020-08-31.
struct PrintedDate {
  std::string date;
  absl::string_view text;
};

// A printed figure as a decimal with a point and without thousands marks: "120.500" is 120500, "0,1" is 0.1,
// "1,250,000" is 1250000, "twee" is 2. Empty when it is not a figure.
std::string DutchDecimal(absl::string_view printed);

// Cents of a printed figure in euros; nothing when it is no figure or has more than two decimals.
std::optional<int64_t> DutchCents(absl::string_view printed);

// The years 1990 to 2079 in a text, each once, ascending; "2022 t/m 2024" is three years.
std::vector<int> FindYears(absl::string_view text);

// Whether a text is nothing but years.
bool IsYearsOnly(absl::string_view text);

// The euro amounts of a text in printed order.
std::vector<Amount> FindAmounts(absl::string_view text);

// The dates of a text in printed order.
std::vector<PrintedDate> FindDates(absl::string_view text);

// "31-12-2020" or "31 december 2020" as 2020-12-31; empty when it is no date.
std::string CivilDate(absl::string_view printed);

// The unit that the name of an indicator states.
v1::Unit UnitOfIndicator(absl::string_view text);

}  // namespace regiokompas::intake
