// Office Open XML text (Word) as blocks.
#pragma once

#include "absl/status/statusor.h"
#include "services/intake/reader/archive_reader.h"
#include "services/intake/reader/office_text.h"

namespace regiokompas::intake {

// The text that Word shows, `part` being the main part of the package: with numbers of lists and headings, results of
// fields and text boxes, without tracked deletions and hidden text; notes, and texts of headers and footers, at the
// end.
absl::StatusOr<OfficeBlocks> ReadDocx(Archive& archive, const std::string& part);

}  // namespace regiokompas::intake
