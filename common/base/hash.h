// Digests and identifiers that are made the same way everywhere.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message_lite.h"

namespace regiokompas {

// The 32 raw bytes of the SHA-256 of `bytes`.
std::string Sha256(absl::string_view bytes);

// The same as 64 lower-case hexadecimal digits.
std::string Sha256Hex(absl::string_view bytes);

// The 32 raw bytes of HMAC-SHA-256.
std::string HmacSha256(absl::string_view key, absl::string_view bytes);

// The serialized message, the same for equal messages: the library orders maps by address otherwise.
std::string StableBytes(const google::protobuf::MessageLite& message);

// A UUID that is a pure function of `seed` (version 8 of RFC 9562): for request ids of repeatable work.
std::string UuidFrom(absl::string_view seed);

// A random UUID (version 4).
std::string RandomUuid();

// A resource id from a printed text: "6.1.1 Grip op kosten" -> "a6-1-1-grip-op-kosten" with prefix "a", which
// is put in front of what does not start with a letter. Lower case, accents folded for the letters of Dutch, at most
// `max_length` characters (and at least 2), always a valid id.
std::string Slug(absl::string_view text, absl::string_view prefix, size_t max_length = 48);

// The form in which words of people are compared: lower case, single blanks, none at the ends.
std::string FoldedText(absl::string_view text);

// True for [a-z]([a-z0-9-]{0,61}[a-z0-9]), so 2 to 63 characters
bool IsId(absl::string_view text);

// True for an owner id: GM and four digits, RG- and an id, or NL.
bool IsOwnerId(absl::string_view text);

}  // namespace regiokompas
