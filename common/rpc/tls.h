// Certificates and keys in files that are replaced while the process runs, as Kubernetes does with what it mounts.
#pragma once

#include <grpcpp/security/server_credentials.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/clock.h"

namespace regiokompas::rpc {

// PEM files of one side of a connection; a name may be empty, but a certificate comes with its key.
struct TlsFiles {
  std::string ca_file;           // the authorities that the other side is checked against
  std::string certificate_file;  // the chain that this side shows
  std::string key_file;          // its private key
};

// What they hold.
struct TlsKeys {
  std::string authorities;
  std::string certificate;
  std::string key;
  bool operator==(const TlsKeys&) const = default;
};

// FILE_UNREADABLE, or TLS_FILES_UNFIT when a file is not whole, the key is of another certificate, or OpenSSL refuses
// one of the certificates that would be shown, of which authorities may be some: those that the other side is checked
// against also complete a certificate that comes alone.
absl::StatusOr<TlsKeys> ReadTlsKeys(const TlsFiles& files);

// How long a replaced file may go unseen.
inline constexpr absl::Duration kTlsCheckInterval = absl::Seconds(1);

// Follows the files. Files that do not fit together, as while they are being written one after the other, change
// nothing. Thread-safe.
class TlsReloader {
 public:
  // Told of a problem that keeps what changed from being used, once while it stays the same. Runs with a lock held: it
  // must not call back.
  using OnProblem = std::function<void(const absl::Status&)>;

  // Fails when the files are unfit now. The clock must outlive the object.
  static absl::StatusOr<std::unique_ptr<TlsReloader>> Create(TlsFiles files, const Clock& clock, OnProblem on_problem);

  // What the files held when they last fitted together; the same object as long as that is the same.
  std::shared_ptr<const TlsKeys> Current();

 private:
  TlsReloader(TlsFiles files, TlsKeys keys, const Clock& clock, OnProblem on_problem);

  const TlsFiles files_;
  const Clock& clock_;
  const OnProblem on_problem_;
  absl::Mutex mutex_;
  std::shared_ptr<const TlsKeys> keys_ ABSL_GUARDED_BY(mutex_);
  absl::Time last_check_ ABSL_GUARDED_BY(mutex_);
  absl::Status last_problem_ ABSL_GUARDED_BY(mutex_);
};

// Credentials of a server that shows what `keys` holds at each new connection, and, when the files name authorities,
// takes none without a certificate of theirs. They must outlive the server.
std::shared_ptr<grpc::ServerCredentials> ReloadingServerCredentials(std::unique_ptr<TlsReloader> keys);

}  // namespace regiokompas::rpc
