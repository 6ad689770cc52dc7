// Signed page tokens (AIP-158): bound to their list request, three days valid, and granting nothing.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/clock.h"
#include "google/protobuf/message.h"
#include "regiokompas/internal/v1/page_token.pb.h"

namespace regiokompas::api {

// Makes and reads tokens. Immutable, thread-safe; the clock must outlive it.
class PageTokens {
 public:
  PageTokens(std::string key, const Clock& clock) : key_(std::move(key)), clock_(clock) {}

  // `position` with its ordinal and ids; `request` is the list request that the token is for.
  std::string Make(internal::v1::PageToken position, const google::protobuf::Message& request) const;

  // INVALID_ARGUMENT for a token of another request, a forged or an expired one.
  absl::StatusOr<internal::v1::PageToken> Read(absl::string_view token, const google::protobuf::Message& request) const;

 private:
  const std::string key_;
  const Clock& clock_;
};

}  // namespace regiokompas::api
