// How values are written in fields that are text, for more than one contract.
#pragma once

#include "absl/strings/string_view.h"

namespace regiokompas::api {

// True for a decimal number such as 12, -3.5 or 0.25: at most 24 digits, and at most 12 after the point.
bool IsDecimal(absl::string_view text);

// True for 2020, 2020-Q3, 2020-08 and 2020-08-31.
bool IsDue(absl::string_view text);

}  // namespace regiokompas::api
