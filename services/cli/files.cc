#include "services/cli/files.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>

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
  std::string bytes(static_cast<size_t>(about.st_size), '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(file.gcount()));
  return bytes;
}

absl::Status WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  return file ? absl::OkStatus() : absl::FailedPreconditionError(std::strerror(errno));
}

}  // namespace regiokompas::cli
