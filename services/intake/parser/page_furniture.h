#pragma once

#include <string>
#include <vector>

#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {

// The rules that take furniture, as spans report them.
inline constexpr char kPageMargin[] = "page.margin";
inline constexpr char kPageContents[] = "page.contents";

// A line that a page prints around the text of its document.
struct FurnitureLine {
  Line line;
  std::string rule;  // kPageMargin or kPageContents
};

// Takes the furniture of pages out of `lines` and returns it, in the order of the document: running headers and
// footers, page numbers and the table of contents. What the table of contents names is marked as listed. A running line
// is told by coming back with nothing changed but a number that counts on; a label that comes back has none.
std::vector<FurnitureLine> TakeFurniture(std::vector<Line>* lines);

}  // namespace regiokompas::intake
