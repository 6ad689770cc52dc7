// Turns a bearer token into the Principal that it proves, or into the error that the caller sees.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/auth/public_key.h"
#include "common/base/call.h"
#include "common/base/clock.h"
#include "regiokompas/internal/v1/config.pb.h"

namespace regiokompas::auth {

inline constexpr size_t kMaxTokenBytes = 8 * 1024;
inline constexpr size_t kMaxCachedTokens = 1024;
inline constexpr absl::Duration kMaxTokenLifetime = absl::Minutes(15);
inline constexpr absl::Duration kMaxServiceTokenLifetime = absl::Seconds(60);
// How far the issuer's clock may run ahead of ours; for `iat` and `nbf`, never for `exp`.
inline constexpr absl::Duration kClockLeeway = absl::Seconds(60);
inline constexpr absl::Duration kKeyCheckInterval = absl::Seconds(10);

// Verifies tokens of the configured issuers, and remembers the ones that it found good until they expire or the keys
// change. Owns the keys; the clock must outlive it. Thread-safe.
class TokenVerifier {
 public:
  // Called when changed key files cannot be read; the keys that were read before stay in force and the next check tries
  // again. Runs inside Verify with a lock held: it may log, and must not call back.
  using KeyErrorHandler = std::function<void(const absl::Status&)>;

  // Reads all key files. Fails on an incomplete issuer, an unusable key file, and on an issuer for development when the
  // server would be reachable over the network. Without issuers every token is refused.
  static absl::StatusOr<std::unique_ptr<TokenVerifier>> Create(const internal::v1::Config& config, const Clock& clock,
                                                               KeyErrorHandler on_key_error = nullptr);

  // TOKEN_MISSING, TOKEN_EXPIRED, or TOKEN_INVALID whose `why` names the part that is wrong (alg, kid, signature, aud,
  // …).
  absl::StatusOr<Principal> Verify(absl::string_view token) const;

 private:
  struct Issuer {
    std::string name;
    std::string audience;
    std::string jwks_file;
    bool services;
  };
  // A key belongs to one issuer: it cannot speak for another one.
  struct Key {
    std::string kid;
    const Issuer* issuer;
    PublicKey key;
  };
  // Changes whenever a file is replaced or written.
  struct FileVersion {
    int64_t mtime_nanos = 0;
    int64_t size = 0;
    uint64_t inode = 0;
    bool operator==(const FileVersion&) const = default;
  };
  using Keys = std::vector<Key>;

  TokenVerifier(std::vector<Issuer> issuers, const Clock& clock, KeyErrorHandler on_key_error);

  absl::StatusOr<std::vector<FileVersion>> StatKeyFiles() const;
  absl::StatusOr<std::shared_ptr<const Keys>> ReadKeys() const;
  void ReloadKeysIfChanged(absl::Time now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Remember(std::string digest, const Principal& principal, absl::Time now) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static absl::StatusOr<Principal> VerifyWith(const Keys& keys, absl::string_view token, absl::Time now);

  const std::vector<Issuer> issuers_;
  const Clock& clock_;
  const KeyErrorHandler on_key_error_;

  mutable absl::Mutex mutex_;
  // Shared with the verifications under way, which finish with the keys that they started with.
  mutable std::shared_ptr<const Keys> keys_ ABSL_GUARDED_BY(mutex_);
  mutable std::vector<FileVersion> versions_ ABSL_GUARDED_BY(mutex_);
  mutable absl::Time last_key_check_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  // SHA-256 of a good token -> what it proves. Bad tokens are not kept, so nobody can push others out with them.
  mutable absl::flat_hash_map<std::string, Principal> verified_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace regiokompas::auth
