// From the bytes of an office file to its text, inside the process that does nothing else.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace regiokompas::intake {

// What was read, before it has passed the walls of the process.
struct OfficeText {
  std::string format;  // a value of DocumentFormat without its prefix: "DOCX"
  std::string text = {};
};

// Reads a PDF, or an archive that holds a text or a spreadsheet. Messages of errors are codes of office_refusals.h.
absl::StatusOr<OfficeText> ReadOfficeFile(absl::string_view bytes);

}  // namespace regiokompas::intake
