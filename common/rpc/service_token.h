// The tokens that the services of this process sign for what they do by themselves.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/auth/token_signer.h"
#include "common/base/clock.h"
#include "regiokompas/internal/v1/config.pb.h"

namespace regiokompas::rpc {

// Signs for one service, with the role feed_reader and no other. Thread-safe. The clock must outlive it.
class ServiceToken {
 public:
  ServiceToken(auth::TokenSigner signer, const internal::v1::ServiceIdentity& identity, std::string service,
               const Clock& clock);

  // A token that is good for half a minute at least, and for 60 seconds at most.
  absl::StatusOr<std::string> Get();

 private:
  const auth::TokenSigner signer_;
  const internal::v1::ServiceIdentity identity_;
  const std::string service_;
  const Clock& clock_;
  absl::Mutex mutex_;
  std::string token_ ABSL_GUARDED_BY(mutex_);
  absl::Time signed_time_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace regiokompas::rpc
