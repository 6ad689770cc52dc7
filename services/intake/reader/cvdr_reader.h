#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/intake/reader/source_text.h"

namespace regiokompas::intake {

// Whether the text is XML and no page.
bool IsXml(absl::string_view text);

// The text of a regulation as its publication prints it; `text` is UTF-8 with LF as line end. What its metadata say
// comes first, as the site prints it. Fails with kDocumentXmlInvalid, kDocumentXmlUnknown, kDocumentTooDeep or
// kDocumentEmpty.
absl::StatusOr<SourceText> ReadCvdr(absl::string_view text);

}  // namespace regiokompas::intake
