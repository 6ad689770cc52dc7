// A file that the configuration names.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace regiokompas::rpc {

// All bytes of the file; FILE_UNREADABLE names it, and `what` it is for.
absl::StatusOr<std::string> ReadFile(const std::string& path, absl::string_view what);

}  // namespace regiokompas::rpc
