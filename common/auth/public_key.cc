#include "common/auth/public_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace regiokompas::auth {
namespace {

constexpr size_t kCoordinateBytes = 32;  // of P-256
constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 8192;  // a larger one makes every verification a burden

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using BigNumber = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Deleter<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Deleter<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Deleter<ECDSA_SIG_free>>;

const unsigned char* Bytes(absl::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

BigNumber ToBigNumber(absl::string_view bytes) {
  return BigNumber(BN_bin2bn(Bytes(bytes), static_cast<int>(bytes.size()), nullptr));
}

absl::Status Broken(const internal::v1::JsonWebKey& jwk, absl::string_view what) {
  // OpenSSL keeps its errors per thread; without this they would surface in somebody else's check.
  ERR_clear_error();
  return absl::InvalidArgumentError(absl::StrCat("key \"", absl::CEscape(jwk.kid()), "\": ", what));
}

EvpPkey BuildKey(const char* type, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  return EvpPkey(key);
}

absl::StatusOr<EvpPkey> RsaKey(const internal::v1::JsonWebKey& jwk) {
  const auto modulus = DecodeBase64Url(jwk.n());
  const auto exponent = DecodeBase64Url(jwk.e());
  if (!modulus || modulus->empty() || !exponent || exponent->empty()) return Broken(jwk, "n and e must be base64url");
  const BigNumber n = ToBigNumber(*modulus);
  const BigNumber e = ToBigNumber(*exponent);
  // Checked before OpenSSL builds the key, because an even modulus or e = 1 makes signatures forgeable.
  if (!n || !e || BN_num_bits(n.get()) < kMinRsaBits || BN_num_bits(n.get()) > kMaxRsaBits || !BN_is_odd(n.get())) {
    return Broken(jwk, "an RSA modulus has 2048 to 8192 bits");
  }
  if (BN_num_bits(e.get()) < 2 || BN_num_bits(e.get()) > 64 || !BN_is_odd(e.get())) {
    return Broken(jwk, "the RSA exponent must be odd, from 3 to 64 bits");
  }
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return Broken(jwk, "out of memory");
  }
  EvpPkey key = BuildKey("RSA", builder.get());
  if (!key) return Broken(jwk, "not an RSA key");
  return key;
}

absl::StatusOr<EvpPkey> EcKey(const internal::v1::JsonWebKey& jwk) {
  const auto x = DecodeBase64Url(jwk.x());
  const auto y = DecodeBase64Url(jwk.y());
  if (!x || x->size() != kCoordinateBytes || !y || y->size() != kCoordinateBytes) {
    return Broken(jwk, "x and y must be 32 bytes in base64url");
  }
  const std::string point = absl::StrCat("\x04", *x, *y);  // the uncompressed form
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
    return Broken(jwk, "out of memory");
  }
  EvpPkey key = BuildKey("EC", builder.get());
  if (!key) return Broken(jwk, "x and y are no point of P-256");
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  if (!context || EVP_PKEY_public_check(context.get()) != 1) return Broken(jwk, "x and y are no point of P-256");
  return key;
}

// JWS writes an ECDSA signature as r and s side by side, OpenSSL reads it as DER.
std::string EcdsaToDer(absl::string_view signature) {
  if (signature.size() != 2 * kCoordinateBytes) return "";
  BigNumber r = ToBigNumber(signature.substr(0, kCoordinateBytes));
  BigNumber s = ToBigNumber(signature.substr(kCoordinateBytes));
  const EcdsaSignature pair(ECDSA_SIG_new());
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return "";
  // set0 took both over.
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  if (size <= 0) return "";
  std::string result(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return result;
}

}  // namespace

std::optional<std::string> DecodeBase64Url(absl::string_view text) {
  // Abseil also takes padding and white space, which JOSE forbids.
  const bool clean = std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
  });
  std::string bytes;
  if (!clean || !absl::WebSafeBase64Unescape(text, &bytes)) return std::nullopt;
  return bytes;
}

PublicKey::PublicKey(std::string algorithm, EvpPkey key) : algorithm_(std::move(algorithm)), key_(std::move(key)) {}

absl::StatusOr<PublicKey> PublicKey::FromJwk(const internal::v1::JsonWebKey& jwk) {
  if (jwk.kty() == "RSA") {
    ASSIGN_OR_RETURN(EvpPkey key, RsaKey(jwk));
    return PublicKey("RS256", std::move(key));
  }
  if (jwk.kty() == "EC" && jwk.crv() == "P-256") {
    ASSIGN_OR_RETURN(EvpPkey key, EcKey(jwk));
    return PublicKey("ES256", std::move(key));
  }
  return absl::UnimplementedError(
      absl::StrCat("key \"", absl::CEscape(jwk.kid()), "\": only RSA and EC with P-256 are used"));
}

bool PublicKey::Verify(absl::string_view signed_text, absl::string_view signature) const {
  std::string der;
  if (algorithm_ == "ES256") {
    der = EcdsaToDer(signature);
    if (der.empty()) return false;
    signature = der;
  }
  const DigestContext context(EVP_MD_CTX_new());
  const bool valid =
      context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
      EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(signed_text), signed_text.size()) == 1;
  if (!valid) ERR_clear_error();
  return valid;
}

}  // namespace regiokompas::auth
