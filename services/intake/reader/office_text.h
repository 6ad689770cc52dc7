// The blocks of an office file as lines of text: what the readers of the formats share.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace regiokompas::intake {

// Text over this many bytes is not written: a small file can refer to one long string any number of times.
inline constexpr size_t kMaxOfficeTextBytes = size_t{32} << 20;

struct OfficeBlock;
using OfficeBlocks = std::vector<OfficeBlock>;

// A row of a table: the blocks of its cells, from left to right. A cell that another one covers is there and empty.
struct OfficeRow {
  bool header = false;
  std::vector<OfficeBlocks> cells = {};
};

// One paragraph or table.
struct OfficeBlock {
  enum class Kind { kParagraph, kHeading, kItem, kTable };
  Kind kind = Kind::kParagraph;
  // A newline is a line break inside the paragraph.
  std::string text = {};
  // Number of a list item as printed ("a.", "1)"); empty for a bullet.
  std::string mark = {};
  std::vector<OfficeRow> rows = {};
};

// `text` without white space at either end, no-break spaces included.
absl::string_view TrimOffice(absl::string_view text);

// Appends the code point in UTF-8; what is no character (surrogates, controls) becomes a space.
void AppendUtf8(unsigned int code_point, std::string* text);

// The number as a list prints it: 3 as "3", "c", "C", "iii" or "III". `style` is '1', 'a', 'A', 'i' or 'I'.
std::string ListNumber(int number, char style);

// The lines of the blocks as TextBuilder lays them out: a paragraph is one line with a blank line above it, items of a
// list stand under each other, a line break stays one. Stops at kMaxOfficeTextBytes and then returns false.
bool WriteOfficeText(const OfficeBlocks& blocks, std::string* text);

}  // namespace regiokompas::intake
