#include "common/rpc/service_token.h"

#include "absl/strings/str_cat.h"
#include "common/auth/token_verifier.h"
#include "common/base/status_macros.h"
#include "common/names/resource_name.h"

namespace regiokompas::rpc {

ServiceToken::ServiceToken(auth::TokenSigner signer, const internal::v1::ServiceIdentity& identity, std::string service,
                           const Clock& clock)
    : signer_(std::move(signer)), identity_(identity), service_(std::move(service)), clock_(clock) {}

absl::StatusOr<std::string> ServiceToken::Get() {
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&mutex_);
  // A clock that was set back must not keep a token that nobody takes yet.
  if (now >= signed_time_ && now < signed_time_ + auth::kMaxServiceTokenLifetime / 2) return token_;
  internal::v1::TokenClaims claims;
  claims.set_iss(identity_.issuer());
  claims.mutable_aud()->set_string_value(identity_.audience());
  claims.set_sub("regiokompas");
  claims.mutable_act()->set_sub(service_);
  claims.set_iat(static_cast<double>(absl::ToUnixSeconds(now)));
  claims.set_exp(static_cast<double>(absl::ToUnixSeconds(now + auth::kMaxServiceTokenLifetime)));
  auto* owner = claims.add_owners();
  owner->set_id(names::kCountry);
  owner->add_roles("feed_reader");
  ASSIGN_OR_RETURN(token_, signer_.Sign(claims));
  signed_time_ = now;
  return token_;
}

}  // namespace regiokompas::rpc
