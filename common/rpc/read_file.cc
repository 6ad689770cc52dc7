#include "common/rpc/read_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "common/base/errors.h"

namespace regiokompas::rpc {
namespace {

constexpr errors::Kind kFileUnreadable{absl::StatusCode::kFailedPrecondition, "FILE_UNREADABLE",
                                       "cannot read {what} {path}: {why}", "kan {path} niet lezen ({what}): {why}"};

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, absl::string_view what) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return errors::Make(kFileUnreadable, {{"what", std::string(what)}, {"path", path}, {"why", std::strerror(errno)}});
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace regiokompas::rpc
