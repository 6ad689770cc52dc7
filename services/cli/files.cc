#include "services/cli/files.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "services/cli/arguments.h"

namespace regiokompas::cli {

absl::StatusOr<std::string> ReadRegularFile(const std::string& path, size_t max_bytes, const absl::Status& too_large) {
  // A directory opens as if it were a file and then reads as nothing.
  struct stat about = {};
  if (stat(path.c_str(), &about) != 0) return absl::FailedPreconditionError(std::strerror(errno));
  if (!S_ISREG(about.st_mode)) {
    return absl::FailedPreconditionError(InLanguage("is geen gewoon bestand", "is not a regular file"));
  }
  if (static_cast<size_t>(about.st_size) > max_bytes) return too_large;
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::FailedPreconditionError(std::strerror(errno));
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

}  // namespace regiokompas::cli
