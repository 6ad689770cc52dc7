#include "common/base/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace regiokompas {
namespace {

std::string FormatUuid(std::string bytes, int version) {
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0f) | (version << 4));
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3f) | 0x80);
  const std::string hex = absl::BytesToHexString(absl::string_view(bytes).substr(0, 16));
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-", hex.substr(16, 4), "-",
                      hex.substr(20, 12));
}

}  // namespace

std::string Sha256(absl::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return std::string(digest.begin(), digest.begin() + size);
}

std::string Sha256Hex(absl::string_view bytes) { return absl::BytesToHexString(Sha256(bytes)); }

std::string HmacSha256(absl::string_view key, absl::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()),
       bytes.size(), digest.data(), &size);
  return std::string(digest.begin(), digest.begin() + size);
}

std::string StableBytes(const google::protobuf::MessageLite& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&out);
  }
  return bytes;
}

std::string UuidFrom(absl::string_view seed) { return FormatUuid(Sha256(seed), 8); }

std::string RandomUuid() {
  std::string bytes(16, '\0');
  RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  return FormatUuid(std::move(bytes), 4);
}

std::string Slug(absl::string_view text, absl::string_view prefix, size_t max_length) {
  static const std::vector<std::pair<absl::string_view, absl::string_view>> kFolds = {
      {"á", "a"}, {"à", "a"}, {"ä", "a"}, {"â", "a"}, {"é", "e"}, {"è", "e"}, {"ë", "e"}, {"ê", "e"}, {"í", "i"},
      {"ï", "i"}, {"î", "i"}, {"ó", "o"}, {"ö", "o"}, {"ô", "o"}, {"ú", "u"}, {"ü", "u"}, {"û", "u"}, {"ç", "c"},
      {"É", "e"}, {"Ë", "e"}, {"Ï", "i"}, {"Ö", "o"}, {"Ü", "u"}, {"'", ""},  {"’", ""}};
  const std::string folded = absl::StrReplaceAll(text, kFolds);
  std::string slug;
  for (const char c : folded) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte)) {
      slug += absl::ascii_tolower(byte);
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  }
  if (slug.empty() || !absl::ascii_isalpha(static_cast<unsigned char>(slug[0]))) slug.insert(0, std::string(prefix));
  if (slug.size() > max_length) slug.resize(max_length);
  while (slug.size() > 1 && slug.back() == '-') slug.pop_back();
  if (slug.size() == 1) slug += '0';
  return slug;
}

std::string FoldedText(absl::string_view text) {
  std::string folded = absl::AsciiStrToLower(text);
  absl::RemoveExtraAsciiWhitespace(&folded);
  return folded;
}

bool IsId(absl::string_view text) {
  if (text.size() < 2 || text.size() > 63 || !absl::ascii_islower(static_cast<unsigned char>(text.front())) ||
      text.back() == '-') {
    return false;
  }
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (!absl::ascii_islower(byte) && !absl::ascii_isdigit(byte) && c != '-') return false;
  }
  return true;
}

bool IsOwnerId(absl::string_view text) {
  if (text == "NL") return true;
  if (text.size() == 6 && text.substr(0, 2) == "GM") {
    for (const char c : text.substr(2)) {
      if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
    }
    return true;
  }
  return text.size() > 3 && text.substr(0, 3) == "RG-" && IsId(text.substr(3));
}

}  // namespace regiokompas
