#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"

namespace regiokompas::intake {

// A heading or the title of a card is at most this long, in bytes.
inline constexpr size_t kLongestHeading = 100;

// A list item that may be a label or the title of a goal is at most this long, in bytes.
inline constexpr size_t kLongestItemTitle = 70;

// What the document is may be told on so many lines below its title.
inline constexpr size_t kLinesOfTitle = 3;

// Whether a line has bars of a table and no text.
bool IsBar(absl::string_view text);

// A cell without the bar that closes it.
absl::string_view WithoutBar(absl::string_view text);

// Whether a text ends as a heading does: not with a mark that ends or opens a sentence.
bool EndsLikeHeading(absl::string_view text);

// The mark of an item that stands in a list without a bullet: "a." or "2)"; its length with the space behind it, 0
// when the text begins with none.
size_t MarkLength(absl::string_view text);

// Whether a text is the name of a colour, which is a status where a label says so, and else just as well a word of a
// title.
bool IsColour(absl::string_view text);

// Whether a heading is of a part in which a document tells about itself, or of an annex.
bool TellsAboutDocument(absl::string_view heading);

// Whether goals may stand below a heading that does not say so: not where a document tells about itself.
bool MayHeadGoals(absl::string_view heading);

// Whether a heading is that of an annex.
bool IsAnnex(absl::string_view heading);

// Whether a text is years or dates and nothing else: "maart 2025", "1-3-2024", "begin 2024 tot medio 2025".
bool IsOnlyDates(absl::string_view text);

}  // namespace regiokompas::intake
