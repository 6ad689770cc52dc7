// A public key of an issuer, as read from its JSON Web Key Set.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "regiokompas/internal/v1/claims.pb.h"

namespace regiokompas::auth {

struct EvpPkeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using EvpPkey = std::unique_ptr<EVP_PKEY, EvpPkeyDeleter>;

// The bytes of unpadded base64url, or nothing when a character does not belong to it.
std::optional<std::string> DecodeBase64Url(absl::string_view text);

// Checks signatures of one key with the one algorithm that this key stands for, whatever a token says about itself.
// Owns the OpenSSL key. Move-only, immutable; Verify may be called by many threads at once.
class PublicKey {
 public:
  // UNIMPLEMENTED for a kind of key that we do not use (issuers may publish several), INVALID_ARGUMENT for a broken
  // one.
  static absl::StatusOr<PublicKey> FromJwk(const internal::v1::JsonWebKey& jwk);

  // RS256 or ES256.
  const std::string& algorithm() const { return algorithm_; }

  // `signature` is in the form of JWS: for ES256 the 64 bytes of r and s.
  bool Verify(absl::string_view signed_text, absl::string_view signature) const;

 private:
  PublicKey(std::string algorithm, EvpPkey key);

  std::string algorithm_;
  EvpPkey key_;
};

}  // namespace regiokompas::auth
