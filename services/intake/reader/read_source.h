// From the bytes of a file to its text: the one place that knows formats.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/intake/reader/source_text.h"

namespace regiokompas::intake {

// Documents over this many bytes are refused.
inline constexpr size_t kMaxDocumentBytes = size_t{16} << 20;

// Why a file is refused: the message of the INVALID_ARGUMENT status is one of these, and never anything else.
inline constexpr char kDocumentEmpty[] = "DOCUMENT_EMPTY";
inline constexpr char kDocumentTooLarge[] = "DOCUMENT_TOO_LARGE";
inline constexpr char kDocumentBinary[] = "DOCUMENT_BINARY";
inline constexpr char kDocumentNotUtf8[] = "DOCUMENT_NOT_UTF8";
inline constexpr char kDocumentTooDeep[] = "DOCUMENT_TOO_DEEP";
inline constexpr char kDocumentXmlInvalid[] = "DOCUMENT_XML_INVALID";
inline constexpr char kDocumentXmlUnknown[] = "DOCUMENT_XML_UNKNOWN";

// The text of a file. The format follows from the bytes alone. Thread-safe; the same bytes give the same text.
absl::StatusOr<SourceText> ReadSource(absl::string_view bytes);

}  // namespace regiokompas::intake
