// The text layer of a PDF as blocks.
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/intake/reader/office_text.h"

namespace regiokompas::intake {

// Loads what the PDF library looks for in files, for a process that can not open any later.
void PreparePdf();

// Paragraphs in reading order: lines are joined by the room that they leave, by gaps, indents and type, and words that
// were broken at the end of a line are put together. Texts that repeat in the margins of pages stand once at the end.
absl::StatusOr<OfficeBlocks> ReadPdf(absl::string_view bytes);

}  // namespace regiokompas::intake
