#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"
#include "services/intake/reader/source_text.h"

namespace regiokompas::intake {

// Why a text is not parsed: the message of the INVALID_ARGUMENT status is one of these or kDocumentEmpty.
inline constexpr char kProfileUnknown[] = "PROFILE_UNKNOWN";
inline constexpr char kMunicipalityUnknown[] = "MUNICIPALITY_UNKNOWN";
inline constexpr char kProfileInvalid[] = "PROFILE_INVALID";

// Type URL of the payload of a kProfileInvalid status: what is wrong in the profile and on which line, in Dutch.
inline constexpr char kProfileErrorPayload[] = "regiokompas/profile-error";

// What a caller knows about a document.
struct ParseOptions {
  // Name of the file; used for the title of a document that prints none.
  std::string file_name;
  // CBS code of the municipality; inferred from the text when empty.
  std::string municipality;
  // Name of the profile; inferred from the text when empty.
  std::string profile;
  // A profile of the caller's own, as text (proto/regiokompas/internal/v1/profile.proto); goes before `profile`.
  std::string profile_text = {};
};

// Reads a published policy document. Pure and thread-safe; the same text and options give the same result.
absl::StatusOr<v1::ParsedDocument> Parse(const SourceText& source, const ParseOptions& options);

}  // namespace regiokompas::intake
