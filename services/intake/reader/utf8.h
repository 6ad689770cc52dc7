#pragma once

#include "absl/strings/string_view.h"

namespace regiokompas::intake {

// Whether the bytes are well-formed UTF-8 (no surrogates, no overlong forms, at most U+10FFFF).
bool IsUtf8(absl::string_view bytes);

}  // namespace regiokompas::intake
