#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace regiokompas::intake {

// A municipality that the program knows by name. Both point into the program's own data.
struct Municipality {
  absl::string_view code;  // GM and four digits
  absl::string_view name;
};

// The names of municipalities.txt, in the order of their codes: those of today, what some of them are called besides,
// and some that were merged not long ago. A code with several names stands there first with the official one.
const std::vector<Municipality>& KnownMunicipalities();

// The official name of the municipality with a code; empty when it is not known.
absl::string_view NameOfMunicipality(absl::string_view code);

// Whether the code has the form GM and four digits and belongs to a known municipality.
bool IsKnownMunicipality(absl::string_view code);

// The code of the municipality that the text names most, when no other is named as often; empty otherwise. Names count
// as whole words with a capital, and more where the text calls them a municipality. A name that the text also writes
// with a small letter, or that is an ordinary word anyhow, counts only there.
std::string InferMunicipality(absl::string_view text);

}  // namespace regiokompas::intake
