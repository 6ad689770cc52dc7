// The token of a command, in a file that may be replaced while the command runs.
#pragma once

#include <functional>
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
  // FAILED_PRECONDITION when it cannot be read, TOKEN_INVALID when the token names no owner. `pause` lets the time
  // between the two readings of a changed file pass, instead of a moment's sleep.
  static absl::StatusOr<std::unique_ptr<TokenFile>> Open(const std::string& path, std::function<void()> pause = Pause);

  // What the file holds now, when two readings of it say the same; the token before while it holds nothing that names
  // an owner, or still changes. Whether the signature is whole does not show, so that only a file that is replaced by a
  // rename is safe. A file that gives its content only once, such as a pipe, is read only once.
  std::string Current();

  // The owners that the first token names, as it says of itself: the services verify it.
  const std::vector<std::string>& owners() const { return owners_; }

 private:
  TokenFile(std::string path, std::function<void()> pause, std::string token, std::vector<std::string> owners);

  static void Pause();

  const std::string path_;
  const std::function<void()> pause_;
  const std::vector<std::string> owners_;
  const bool may_change_;
  absl::Mutex mutex_;
  std::string token_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace regiokompas::cli
