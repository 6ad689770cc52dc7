#pragma once

#include <vector>

#include "services/intake/parser/document_builder.h"
#include "services/intake/parser/profile.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {

// Reads lines from top to bottom with the rules of a profile. Every line gets exactly one role; what no rule takes is
// UNCLASSIFIED and yields a diagnostic. Pure: the same input gives the same result; any text is accepted.
Blocks ReadBlocks(const std::vector<Line>& lines, const Profile& profile, const Profile& common);

}  // namespace regiokompas::intake
