// Which line of a document goes into which stored element, so that the catalogue holds the whole document. Pure.
#pragma once

#include <set>

#include "regiokompas/intake/v1/parsed_document.pb.h"
#include "services/intake/intake_rules.h"
#include "services/intake/reader/source_text.h"

namespace regiokompas::intake {

// Gives every line of `source` that is not blank, as printed, to the provenance of exactly one element of `plan`,
// which was made of `parsed`, the parse of `source`: to the element that the parse reads it as, or else to the one
// before it, at the top to the framework of the document. The lines of an activity that was merged into one of another
// document go to its first contribution. `held` are the numbers of lines that stored elements hold already; those are
// not given.
void AssignLines(const v1::ParsedDocument& parsed, const SourceText& source, const std::set<int>& held, Plan& plan);

}  // namespace regiokompas::intake
