// Columns of text for a terminal.
#pragma once

#include <string>

namespace regiokompas::cli {

// The number of characters, so that columns of accented text line up.
size_t Width(const std::string& text);

// `text` in `width` characters: filled with blanks, or cut with an ellipsis.
std::string Fit(const std::string& text, size_t width);

// The same for figures: blanks before, never cut.
std::string Right(const std::string& text, size_t width);

}  // namespace regiokompas::cli
