#include "common/api/page_tokens.h"

#include <memory>

#include "common/api/signed_token.h"
#include "common/base/errors.h"
#include "common/base/hash.h"

namespace regiokompas::api {
namespace {

constexpr absl::Duration kLifetime = absl::Hours(72);

// Everything of the request that decides which rows it lists, so not the page's size and token.
std::string DigestOf(const google::protobuf::Message& request) {
  std::unique_ptr<google::protobuf::Message> copy(request.New());
  copy->CopyFrom(request);
  for (const char* field : {"page_size", "page_token"}) {
    if (const auto* descriptor = copy->GetDescriptor()->FindFieldByName(field)) {
      copy->GetReflection()->ClearField(copy.get(), descriptor);
    }
  }
  return Sha256(copy->GetDescriptor()->full_name() + "\n" + StableBytes(*copy));
}

absl::Status BadToken() {
  errors::Violations violations;
  violations.Add("page_token", errors::kBadPageToken);
  return violations.ToStatus();
}

}  // namespace

std::string PageTokens::Make(internal::v1::PageToken position, const google::protobuf::Message& request) const {
  position.set_request_digest(DigestOf(request));
  position.set_expire_time(absl::ToUnixSeconds(clock_.Now() + kLifetime));
  return SignToken(key_, "", position.SerializeAsString());
}

absl::StatusOr<internal::v1::PageToken> PageTokens::Read(absl::string_view token,
                                                         const google::protobuf::Message& request) const {
  const std::optional<std::string> body = OpenToken(key_, "", token);
  internal::v1::PageToken position;
  if (!body || !position.ParseFromString(*body) || position.request_digest() != DigestOf(request) ||
      position.expire_time() < absl::ToUnixSeconds(clock_.Now())) {
    return BadToken();
  }
  return position;
}

}  // namespace regiokompas::api
