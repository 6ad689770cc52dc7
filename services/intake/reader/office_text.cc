#include "services/intake/reader/office_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/intake/reader/text_builder.h"

namespace regiokompas::intake {
namespace {

using Kind = OfficeBlock::Kind;

bool IsItem(const OfficeBlocks& blocks, size_t i) { return i < blocks.size() && blocks[i].kind == Kind::kItem; }

bool IsFilled(const OfficeBlocks& cell) {
  return std::any_of(cell.begin(), cell.end(), [](const OfficeBlock& block) {
    return block.kind == Kind::kTable || !TrimOffice(block.text).empty();
  });
}

// Whether a cell is more than a few words.
bool IsProse(const OfficeBlocks& cell) {
  constexpr size_t kShortestProse = 60;
  return cell.size() > 1 || (!cell.empty() && cell[0].text.size() >= kShortestProse);
}

// Whether the first row names the columns, where the file does not say so: every cell is filled and none is a figure.
// Two columns with longer texts are labels and what belongs to them.
bool BeginsWithHeader(const std::vector<OfficeRow>& rows) {
  const std::vector<OfficeBlocks>& cells = rows.front().cells;
  if (rows.size() < 2 || cells.size() < 2) return false;
  const bool labels = cells.size() == 2 && std::any_of(rows.begin(), rows.end(), [](const OfficeRow& row) {
                        return row.cells.size() == 2 && IsProse(row.cells[1]);
                      });
  return !labels && std::all_of(cells.begin(), cells.end(), [](const OfficeBlocks& cell) {
    return IsFilled(cell) && cell[0].text.find_first_not_of("0123456789.,%- ") != std::string::npos;
  });
}

class Writer {
 public:
  // False when there is too much.
  bool Write(const OfficeBlocks& blocks) {
    for (size_t i = 0; i < blocks.size(); ++i) {
      const OfficeBlock& block = blocks[i];
      bytes_ += block.text.size() + block.mark.size();
      if (bytes_ > kMaxOfficeTextBytes) return false;
      if (block.kind == Kind::kTable) {
        if (!WriteTable(block.rows)) return false;
      } else if (block.kind != Kind::kItem) {
        WriteParagraph(block, "");
      } else if (block.mark.empty() || IsItem(blocks, i - 1) || IsItem(blocks, i + 1)) {
        WriteItem(block, IsItem(blocks, i + 1));
      } else {
        // A number on a paragraph that stands by itself is that of a heading.
        WriteParagraph(block, block.mark);
      }
    }
    return true;
  }

  std::string Text() { return ToSourceText(builder_.Lines(), "").text; }

 private:
  void AddLines(absl::string_view text) {
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      builder_.AddText(line, 0);
      builder_.EndLine();
    }
  }

  void WriteParagraph(const OfficeBlock& block, absl::string_view mark) {
    builder_.set_place({.heading = block.kind == Kind::kHeading});
    builder_.AddText(mark, 0);
    builder_.AddText(" ", 0);
    AddLines(block.text);
    builder_.EndBlock();
    builder_.set_place({});
  }

  void WriteItem(const OfficeBlock& item, bool list_goes_on) {
    builder_.OpenItem();
    builder_.SetMark(item.mark);
    AddLines(item.text);
    builder_.CloseItem();
    if (!list_goes_on) builder_.EndBlock();
  }

  bool WriteTable(const std::vector<OfficeRow>& rows) {
    const bool begins_with_header = !rows.empty() && BeginsWithHeader(rows);
    builder_.OpenTable();
    for (const OfficeRow& row : rows) {
      const bool header = row.header || (begins_with_header && &row == &rows.front());
      builder_.OpenRow();
      for (const OfficeBlocks& cell : row.cells) {
        builder_.OpenCell(header);
        if (!Write(cell)) return false;
      }
    }
    builder_.CloseTable();
    return true;
  }

  TextBuilder builder_;
  size_t bytes_ = 0;
};

}  // namespace

absl::string_view TrimOffice(absl::string_view text) {
  while (true) {
    const size_t before = text.size();
    text = absl::StripAsciiWhitespace(text);
    absl::ConsumePrefix(&text, "\xC2\xA0");
    absl::ConsumeSuffix(&text, "\xC2\xA0");
    if (text.size() == before) return text;
  }
}

void AppendUtf8(unsigned int code_point, std::string* text) {
  const auto tail = [&](int shift) { text->push_back(static_cast<char>(0x80 | ((code_point >> shift) & 0x3F))); };
  if (code_point < 0x20 || code_point == 0x7F || code_point > 0x10FFFF || (code_point >> 11) == 0x1B) {
    text->push_back(' ');
  } else if (code_point < 0x80) {
    text->push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    text->push_back(static_cast<char>(0xC0 | (code_point >> 6)));
    tail(0);
  } else if (code_point < 0x10000) {
    text->push_back(static_cast<char>(0xE0 | (code_point >> 12)));
    tail(6);
    tail(0);
  } else {
    text->push_back(static_cast<char>(0xF0 | (code_point >> 18)));
    tail(12);
    tail(6);
    tail(0);
  }
}

std::string ListNumber(int number, char style) {
  if (style == '1' || number < 1) return absl::StrCat(number);
  std::string text;
  if (style == 'a' || style == 'A') {
    // After z comes aa, then bb.
    text.assign(std::min(1 + (number - 1) / 26, 8), static_cast<char>('a' + (number - 1) % 26));
  } else {
    if (number > 3999) return absl::StrCat(number);
    constexpr struct {
      int value;
      const char* digits;
    } kRoman[] = {{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"},
                  {40, "xl"},  {10, "x"},   {9, "ix"},  {5, "v"},    {4, "iv"},  {1, "i"}};
    for (const auto& roman : kRoman) {
      for (; number >= roman.value; number -= roman.value) text += roman.digits;
    }
  }
  return absl::ascii_isupper(static_cast<unsigned char>(style)) ? absl::AsciiStrToUpper(text) : text;
}

bool WriteOfficeText(const OfficeBlocks& blocks, std::string* text) {
  Writer writer;
  if (!writer.Write(blocks)) return false;
  *text = writer.Text();
  return true;
}

}  // namespace regiokompas::intake
