#include "services/intake/reader/read_source.h"

#include <openssl/evp.h>

#include <array>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "services/intake/reader/utf8.h"

namespace regiokompas::intake {
namespace {

// Text has no NUL and hardly any other control characters; files of word processors and archives say what they are.
bool IsBinary(absl::string_view bytes) {
  for (absl::string_view magic : {"%PDF-", "PK\x03\x04", "\xD0\xCF\x11\xE0", "\x89PNG", "\x1F\x8B"}) {
    if (absl::StartsWith(bytes, magic)) return true;
  }
  size_t controls = 0;
  for (unsigned char c : bytes) {
    if (c == 0) return true;
    controls += c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != '\v';
  }
  return controls > bytes.size() / 20 + 8;
}

std::string Sha256Hex(absl::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) return "";
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

}  // namespace

absl::StatusOr<SourceText> ReadSource(absl::string_view bytes) {
  if (bytes.empty()) return absl::InvalidArgumentError(kDocumentEmpty);
  if (bytes.size() > kMaxDocumentBytes) return absl::InvalidArgumentError(kDocumentTooLarge);
  if (IsBinary(bytes)) return absl::InvalidArgumentError(kDocumentBinary);
  if (!IsUtf8(bytes)) return absl::InvalidArgumentError(kDocumentNotUtf8);
  SourceText source;
  source.sha256 = Sha256Hex(bytes);
  source.text = std::string(absl::StripPrefix(bytes, "\xEF\xBB\xBF"));
  return source;
}

}  // namespace regiokompas::intake
