// Office files, read by a process of their own.
#pragma once

#include <chrono>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/intake/reader/office_refusals.h"
#include "services/intake/reader/source_text.h"

namespace regiokompas::intake {

// Whether the bytes begin as a file of an office program, an archive or an image does: nothing that can be text.
bool IsOfficeSource(absl::string_view bytes);

// The text of a DOCX, ODT, XLSX or PDF; sha256 stays empty. Starts the reader program and waits for it, 20 seconds at
// most, and before that at most as long for a turn. Thread-safe; leaves no process and no file behind.
absl::StatusOr<SourceText> ReadOfficeSource(absl::string_view bytes);

// The same by another program or with another limit.
absl::StatusOr<SourceText> ReadOfficeSourceBy(const std::string& program, std::chrono::milliseconds limit,
                                              absl::string_view bytes);

// Path of the reader program: next to the running program, else where it was built.
std::string OfficeReaderPath();

}  // namespace regiokompas::intake
