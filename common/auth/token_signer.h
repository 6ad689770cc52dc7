// Makes keys and signs tokens. Services sign with it for themselves, tests and development on one machine for others
// too: the people's tokens of a real deployment come from its identity provider.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/auth/public_key.h"
#include "regiokompas/internal/v1/claims.pb.h"

namespace regiokompas::auth {

// An ES256 key with its name. Owns the private key. Move-only, immutable; its const methods are thread-safe.
class TokenSigner {
 public:
  // A new key.
  static absl::StatusOr<TokenSigner> Generate();
  // The key that Save wrote.
  static absl::StatusOr<TokenSigner> Load(const std::string& key_file);

  // Writes the private key as PEM, readable by its owner alone. ALREADY_EXISTS when the file is there.
  absl::Status Save(const std::string& key_file) const;
  // Writes the public key as a JSON Web Key Set, in one step for those who read it meanwhile.
  absl::Status WriteJwks(const std::string& jwks_file) const;

  // The JSON Web Key Set with this one public key.
  std::string Jwks() const;
  // The thumbprint of RFC 7638: the same key has the same name everywhere.
  const std::string& kid() const { return jwk_.kid(); }

  // A signed token with these claims, as they are: a test may want wrong ones.
  absl::StatusOr<std::string> Sign(const internal::v1::TokenClaims& claims) const;

 private:
  TokenSigner(EvpPkey key, internal::v1::JsonWebKey jwk);
  static absl::StatusOr<TokenSigner> FromKey(EvpPkey key);

  EvpPkey key_;
  internal::v1::JsonWebKey jwk_;
};

}  // namespace regiokompas::auth
