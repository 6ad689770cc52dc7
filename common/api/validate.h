// Checks a request against what its contract says of every field: one home for required fields, formats, sizes and
// names.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/names/resource_name.h"
#include "google/protobuf/message.h"

namespace regiokompas::api {

// The owner that a request is about: the one in its name, its parent, or the name of the resource that it carries; ""
// when it names none.
std::string OwnerOf(const google::protobuf::Message& request);

// INVALID_ARGUMENT with every broken rule, or OK. In an update the mask decides what must be there: see RequireFields.
// Checks field_behavior (REQUIRED), resource references (shape, and that the owner is the request's; names of reference
// data have none and fit every request), the options of options.proto (format, max_bytes, max_items), enum values, NUL
// bytes and page sizes.
absl::Status Validate(const google::protobuf::Message& request, const names::Registry& registry);

// INVALID_ARGUMENT when a required field of a whole resource is empty: for what an update has made of it.
absl::Status RequireFields(const google::protobuf::Message& resource);

// Clears what only the service may set (OUTPUT_ONLY), so that callers may send back what they read (AIP-203).
void ClearOutputOnly(google::protobuf::Message& resource);

}  // namespace regiokompas::api
