#include "services/intake/reader/read_source.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "services/intake/reader/cvdr_reader.h"
#include "services/intake/reader/html_reader.h"
#include "services/intake/reader/office_source.h"
#include "services/intake/reader/utf8.h"

namespace regiokompas::intake {
namespace {

// Text has no NUL and hardly any other control characters.
bool IsBinary(absl::string_view bytes) {
  if (bytes.find('\0') != absl::string_view::npos) return true;
  // Tabs and what breaks lines and pages stand next to each other.
  const auto controls =
      std::count_if(bytes.begin(), bytes.end(), [](unsigned char c) { return c < 0x20 && (c < '\t' || c > '\r'); });
  return static_cast<size_t>(controls) > bytes.size() / 20 + 8;
}

std::string Sha256Hex(absl::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) return "";
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

// Libraries count the ends of lines that are LF.
std::string WithLineFeeds(absl::string_view text) { return absl::StrReplaceAll(text, {{"\r\n", "\n"}, {"\r", "\n"}}); }

}  // namespace

absl::StatusOr<SourceText> ReadSource(absl::string_view bytes) {
  if (bytes.empty()) return absl::InvalidArgumentError(kDocumentEmpty);
  if (bytes.size() > kMaxDocumentBytes) return absl::InvalidArgumentError(kDocumentTooLarge);
  if (IsOfficeSource(bytes)) {
    absl::StatusOr<SourceText> office = ReadOfficeSource(bytes);
    if (office.ok()) office->sha256 = Sha256Hex(bytes);
    return office;
  }
  std::string text;
  if (HasUtf16Mark(bytes)) {
    text = Utf8FromUtf16(bytes);
    if (text.empty()) return absl::InvalidArgumentError(bytes.size() > 2 ? kDocumentNotUtf8 : kDocumentEmpty);
  } else {
    text = std::string(absl::StripPrefix(bytes, "\xEF\xBB\xBF"));
  }
  if (IsBinary(text)) return absl::InvalidArgumentError(kDocumentBinary);
  if (!IsUtf8(text)) return absl::InvalidArgumentError(kDocumentNotUtf8);
  absl::StatusOr<SourceText> source = SourceText();
  if (IsHtml(text)) {
    source = ReadHtml(WithLineFeeds(text));
  } else if (IsXml(text)) {
    source = ReadCvdr(WithLineFeeds(text));
  } else {
    source->text = std::move(text);
  }
  if (source.ok()) source->sha256 = Sha256Hex(bytes);
  return source;
}

}  // namespace regiokompas::intake
