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

// The municipalities of municipalities.txt, in the order of their codes.
const std::vector<Municipality>& KnownMunicipalities();

// Whether the code has the form GM and four digits and belongs to a known municipality.
bool IsKnownMunicipality(absl::string_view code);

// How often each known municipality is named in a text, by index in KnownMunicipalities(). Names count as whole words
// with a capital.
std::vector<int> CountMunicipalities(absl::string_view text);

// The code of the municipality that is named most, when no other is named as often; empty otherwise.
std::string InferMunicipality(absl::string_view text);

}  // namespace regiokompas::intake
