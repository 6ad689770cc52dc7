// OpenDocument text as blocks.
#pragma once

#include "absl/status/statusor.h"
#include "services/intake/reader/archive_reader.h"
#include "services/intake/reader/office_text.h"

namespace regiokompas::intake {

// The text as a word processor shows it, with numbers of lists and headings and without tracked deletions; notes, and
// texts of headers and footers, at the end.
absl::StatusOr<OfficeBlocks> ReadOdt(Archive& archive);

}  // namespace regiokompas::intake
