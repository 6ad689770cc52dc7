// Text that clients give back unread and cannot have made: a body, signed, in base64url. It hides nothing and grants
// nothing.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace regiokompas::api {

// `purpose` keeps tokens of one kind from being taken for another's.
std::string SignToken(absl::string_view key, absl::string_view purpose, absl::string_view body);

// The body of a token that SignToken made with the same key for the same purpose; nothing for any other text.
std::optional<std::string> OpenToken(absl::string_view key, absl::string_view purpose, absl::string_view token);

}  // namespace regiokompas::api
