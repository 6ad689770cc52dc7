#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"

namespace regiokompas::intake {

// Documents over this many bytes are refused.
inline constexpr size_t kMaxDocumentBytes = size_t{16} << 20;

// Why a document is refused: the message of the INVALID_ARGUMENT status is one of these, and never anything else.
inline constexpr char kDocumentEmpty[] = "DOCUMENT_EMPTY";
inline constexpr char kDocumentTooLarge[] = "DOCUMENT_TOO_LARGE";
inline constexpr char kDocumentBinary[] = "DOCUMENT_BINARY";
inline constexpr char kDocumentNotUtf8[] = "DOCUMENT_NOT_UTF8";
inline constexpr char kProfileUnknown[] = "PROFILE_UNKNOWN";
inline constexpr char kMunicipalityUnknown[] = "MUNICIPALITY_UNKNOWN";

// What a caller knows about a document.
struct ParseOptions {
  // Name of the file; used for the title of a document that prints none.
  std::string file_name;
  // CBS code of the municipality; inferred from the text when empty.
  std::string municipality;
  // Name of the profile; inferred from the text when empty.
  std::string profile;
};

// Reads a published policy document: UTF-8 text, with or without byte order mark, any line ends. Pure and thread-safe;
// the same bytes and options give the same result.
absl::StatusOr<v1::ParsedDocument> Parse(absl::string_view bytes, const ParseOptions& options);

}  // namespace regiokompas::intake
