#include "common/auth/token_signer.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/json_util.h"

namespace regiokompas::auth {
namespace {

constexpr int kCoordinateBytes = 32;  // of P-256

absl::StatusOr<std::string> ToJson(const google::protobuf::Message& message) {
  std::string json;
  if (const auto status = google::protobuf::util::MessageToJsonString(message, &json); !status.ok()) {
    return absl::InternalError(absl::StrCat("cannot write JSON: ", std::string(status.message())));
  }
  return json;
}

std::string FixedWidth(const BIGNUM* number) {
  std::string bytes(kCoordinateBytes, '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), kCoordinateBytes);
  return bytes;
}

absl::StatusOr<std::string> Coordinate(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return absl::InvalidArgumentError("the key is not a P-256 key");
  const std::string bytes = FixedWidth(number);
  BN_free(number);
  return absl::WebSafeBase64Escape(bytes);
}

absl::Status FileError(absl::string_view what, const std::string& file) {
  const std::string text = absl::StrCat("cannot ", what, " ", file, ": ", std::strerror(errno));
  return errno == EEXIST ? absl::AlreadyExistsError(text) : absl::UnavailableError(text);
}

absl::Status WriteNewFile(const std::string& file, const std::string& text, mode_t mode) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return FileError("write", file);
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (::close(fd) != 0 || !written) {
    absl::Status status = FileError("write", file);
    ::unlink(file.c_str());
    return status;
  }
  return absl::OkStatus();
}

}  // namespace

TokenSigner::TokenSigner(EvpPkey key, internal::v1::JsonWebKey jwk) : key_(std::move(key)), jwk_(std::move(jwk)) {}

absl::StatusOr<TokenSigner> TokenSigner::FromKey(EvpPkey key) {
  char group[64] = "";
  if (EVP_PKEY_get_group_name(key.get(), group, sizeof(group), nullptr) != 1 || std::strcmp(group, "prime256v1") != 0) {
    return absl::InvalidArgumentError("the key is not a P-256 key");
  }
  internal::v1::JsonWebKey jwk;
  jwk.set_kty("EC");
  jwk.set_crv("P-256");
  ASSIGN_OR_RETURN(*jwk.mutable_x(), Coordinate(key.get(), OSSL_PKEY_PARAM_EC_PUB_X));
  ASSIGN_OR_RETURN(*jwk.mutable_y(), Coordinate(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y));
  jwk.set_kid(absl::WebSafeBase64Escape(
      Sha256(absl::StrCat(R"({"crv":"P-256","kty":"EC","x":")", jwk.x(), R"(","y":")", jwk.y(), R"("})"))));
  return TokenSigner(std::move(key), std::move(jwk));
}

absl::StatusOr<TokenSigner> TokenSigner::Generate() {
  EvpPkey key(EVP_EC_gen("P-256"));
  if (!key) return absl::InternalError("OpenSSL made no key");
  return FromKey(std::move(key));
}

absl::StatusOr<TokenSigner> TokenSigner::Load(const std::string& key_file) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(key_file.c_str(), "re"), std::fclose);
  if (!file) return FileError("read", key_file);
  // An empty password instead of a question on the terminal.
  char no_password[] = "";
  EvpPkey key(PEM_read_PrivateKey(file.get(), nullptr, nullptr, no_password));
  if (!key) return absl::InvalidArgumentError(absl::StrCat(key_file, " holds no private key in PEM"));
  absl::StatusOr<TokenSigner> signer = FromKey(std::move(key));
  if (!signer.ok()) return absl::InvalidArgumentError(absl::StrCat(key_file, ": ", signer.status().message()));
  return signer;
}

absl::Status TokenSigner::Save(const std::string& key_file) const {
  const std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), BIO_free);
  if (!bio || PEM_write_bio_PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return absl::InternalError("OpenSSL did not write the key");
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return WriteNewFile(key_file, std::string(data, static_cast<size_t>(size)), 0600);
}

std::string TokenSigner::Jwks() const {
  // All values are base64url or constants, so there is nothing to escape.
  return absl::StrCat(R"({"keys":[{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":")", jwk_.kid(),
                      R"(","x":")", jwk_.x(), R"(","y":")", jwk_.y(), "\"}]}\n");
}

absl::Status TokenSigner::WriteJwks(const std::string& jwks_file) const {
  const std::string temporary = absl::StrCat(jwks_file, ".", ::getpid());
  ::unlink(temporary.c_str());
  RETURN_IF_ERROR(WriteNewFile(temporary, Jwks(), 0644));
  if (::rename(temporary.c_str(), jwks_file.c_str()) != 0) {
    absl::Status status = FileError("write", jwks_file);
    ::unlink(temporary.c_str());
    return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> TokenSigner::Sign(const internal::v1::TokenClaims& claims) const {
  internal::v1::TokenHeader header;
  header.set_alg("ES256");
  header.set_kid(jwk_.kid());
  header.set_typ("JWT");
  ASSIGN_OR_RETURN(const std::string header_json, ToJson(header));
  ASSIGN_OR_RETURN(const std::string claims_json, ToJson(claims));
  const std::string signed_text =
      absl::StrCat(absl::WebSafeBase64Escape(header_json), ".", absl::WebSafeBase64Escape(claims_json));

  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  unsigned char der[128];
  size_t der_size = sizeof(der);
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), der, &der_size, reinterpret_cast<const unsigned char*>(signed_text.data()),
                     signed_text.size()) != 1) {
    return absl::InternalError("OpenSSL did not sign");
  }
  const unsigned char* cursor = der;
  const std::unique_ptr<ECDSA_SIG, void (*)(ECDSA_SIG*)> pair(
      d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(der_size)), ECDSA_SIG_free);
  if (!pair) return absl::InternalError("OpenSSL did not sign");
  const std::string signature =
      absl::StrCat(FixedWidth(ECDSA_SIG_get0_r(pair.get())), FixedWidth(ECDSA_SIG_get0_s(pair.get())));
  return absl::StrCat(signed_text, ".", absl::WebSafeBase64Escape(signature));
}

}  // namespace regiokompas::auth
