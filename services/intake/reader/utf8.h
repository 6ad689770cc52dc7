#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace regiokompas::intake {

// Whether the bytes are well-formed UTF-8 (no surrogates, no overlong forms, at most U+10FFFF).
bool IsUtf8(absl::string_view bytes);

// Whether the bytes begin with a byte order mark of UTF-16.
bool HasUtf16Mark(absl::string_view bytes);

// Text in UTF-16 with its mark, as UTF-8 without; empty when it is not well-formed.
std::string Utf8FromUtf16(absl::string_view bytes);

}  // namespace regiokompas::intake
