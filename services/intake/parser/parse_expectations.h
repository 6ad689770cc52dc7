// What holds for the parse of any document, whatever is in it: for tests.
#pragma once

#include "regiokompas/intake/v1/parsed_document.pb.h"
#include "services/intake/reader/source_text.h"

namespace regiokompas::intake {

// Every non-blank line in exactly one span, in order, each span with a role, and a diagnostic for each line that was
// not recognised.
void ExpectNothingLost(const SourceText& source, const v1::ParsedDocument& document);

// No title, label, code, figure, year or amount that the text does not print, in digits or in words, and every element
// on a line of the text.
void ExpectNothingInvented(const SourceText& source, const v1::ParsedDocument& document);

}  // namespace regiokompas::intake
