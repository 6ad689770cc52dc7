// The token of a command, in a file that may be replaced while the command runs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace regiokompas::cli {

// Thread-safe.
class TokenFile {
 public:
  // FAILED_PRECONDITION when it cannot be read, TOKEN_INVALID when the token names no owner.
  static absl::StatusOr<std::unique_ptr<TokenFile>> Open(const std::string& path);

  // What the file holds now. While it holds no token, as in the middle of being replaced, it is the last one that it
  // held. A file that gives its content only once, such as a pipe, is read only once.
  std::string Current();

  // The owners that the first token names, as it says of itself: the services verify it.
  const std::vector<std::string>& owners() const { return owners_; }

 private:
  TokenFile(std::string path, std::string token, std::vector<std::string> owners);

  const std::string path_;
  const std::vector<std::string> owners_;
  const bool may_change_;
  absl::Mutex mutex_;
  std::string token_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace regiokompas::cli
