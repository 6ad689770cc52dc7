#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/intake/reader/source_text.h"

namespace regiokompas::intake {

// Whether the text is a page, or a part of one: its first element is one of HTML.
bool IsHtml(absl::string_view text);

// What a reader of the page sees, without what the site prints around it; `text` is UTF-8 with LF as line end. The
// title of the page is its first line. Fails with kDocumentEmpty or kDocumentTooDeep.
absl::StatusOr<SourceText> ReadHtml(absl::string_view text);

}  // namespace regiokompas::intake
