// Office Open XML spreadsheets (Excel) as blocks.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/intake/reader/archive_reader.h"
#include "services/intake/reader/office_text.h"

namespace regiokompas::intake {

// Each sheet as its name and its rows, values as the sheet shows them in Dutch notation; an empty row ends a table.
// Hidden sheets, rows and columns are left out and counted in a line at the end. `part` is the workbook's part.
absl::StatusOr<OfficeBlocks> ReadXlsx(Archive& archive, const std::string& part);

// A stored number as a cell with that number format shows it, in Dutch notation: "1.234,50", "12,5%", "31-12-2022".
// `epoch_1904` is how old files of Macintoshes count days. Formats that are not understood show the plain number.
std::string ShownNumber(absl::string_view stored, absl::string_view format, bool epoch_1904);

}  // namespace regiokompas::intake
