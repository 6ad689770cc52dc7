#include "common/api/signed_token.h"

#include <openssl/crypto.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/hash.h"

namespace regiokompas::api {
namespace {

constexpr size_t kSignatureBytes = 32;

}  // namespace

std::string SignToken(absl::string_view key, absl::string_view purpose, absl::string_view body) {
  return absl::WebSafeBase64Escape(absl::StrCat(HmacSha256(key, absl::StrCat(purpose, body)), body));
}

std::optional<std::string> OpenToken(absl::string_view key, absl::string_view purpose, absl::string_view token) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(token, &bytes) || bytes.size() < kSignatureBytes) return std::nullopt;
  std::string body = bytes.substr(kSignatureBytes);
  const std::string expected = HmacSha256(key, absl::StrCat(purpose, body));
  if (CRYPTO_memcmp(expected.data(), bytes.data(), kSignatureBytes) != 0) return std::nullopt;
  return body;
}

}  // namespace regiokompas::api
