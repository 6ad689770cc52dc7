// Files that a command reads or writes.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace regiokompas::cli {

// The bytes of a regular file of at most `max_bytes`; `too_large` for a larger one, and FAILED_PRECONDITION with the
// reason, in the user's language where it is ours, for one that can not be read.
absl::StatusOr<std::string> ReadRegularFile(const std::string& path, size_t max_bytes, const absl::Status& too_large);

// Makes the file, or makes it new; FAILED_PRECONDITION with the reason when that fails.
absl::Status WriteFile(const std::string& path, const std::string& bytes);

}  // namespace regiokompas::cli
