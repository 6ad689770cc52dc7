// Filter expressions (AIP-160), as far as lists and searches of the suite take them: comparisons joined by AND, OR and
// NOT, with parentheses. OR binds tighter than AND; what stands side by side is joined by AND. Knows no SQL: the stores
// say what a comparison means.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace regiokompas::api {

enum class FilterOperator { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kHas };

// A field that may be compared, with the operators that it takes.
struct FilterField {
  std::string name;
  std::vector<FilterOperator> operators = {FilterOperator::kEqual, FilterOperator::kNotEqual};
  // The only values that it takes; empty when any will do.
  std::vector<std::string> values = {};
  // Its values are whole numbers of at most nine digits.
  bool number = false;
};

// A condition that was read. The empty filter is a kAll without children: it lets everything through.
struct Filter {
  enum class Kind { kAll, kAny, kNot, kCompare };
  Kind kind = Kind::kAll;
  std::vector<Filter> children = {};  // of kAll and kAny; the one of kNot
  std::string field = {};             // of kCompare, as are the next two
  FilterOperator comparison = FilterOperator::kEqual;
  std::string value = {};
};

// INVALID_ARGUMENT about the field "filter", with the rule that is broken and the byte at which, for what can not be
// read, is longer than 2,048 bytes or nests parentheses deeper than 16.
absl::StatusOr<Filter> ParseFilter(absl::string_view text, const std::vector<FilterField>& fields);

}  // namespace regiokompas::api
