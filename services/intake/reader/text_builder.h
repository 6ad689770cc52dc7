// Text taken out of marked-up files: lines as a reader sees them, each with the lines of the file that it came from.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/intake/reader/source_text.h"

namespace regiokompas::intake {

// A line of text and where it stands in the file.
struct TextLine {
  std::string text;
  std::string mark;          // of the list item that the line opens: "-" or as printed, "1." or "a)"
  int first_line = 0;        // 1-based line of the file with its first character
  int last_line = 0;         // and with its last one
  int indent = 0;            // depth of the list that it stands in
  bool after_blank = false;  // whether a blank line stands above it
  bool heading = false;
  bool in_main = false;  // whether it stands in what the page marks as its content
  bool of_site = false;  // whether it belongs to the site around the document
};

// Builds lines from pieces of text in the order of the file. Runs of white space become one space.
class TextBuilder {
 public:
  // What the lines that follow are.
  struct Place {
    bool heading = false;
    bool in_main = false;
    bool of_site = false;
  };
  void set_place(const Place& place) { place_ = place; }

  // Adds to the open line. `first_line` is the line of the file that `text` begins on.
  void AddText(absl::string_view text, int first_line);

  // Ends the open line; the next one follows it directly.
  void EndLine();

  // Ends the open line; a blank line stands above the next one, unless an item of a list goes on.
  void EndBlock();

  // The item of a list; items may hold lists. An item that is not marked becomes one when its mark is set; CloseItem
  // without an item does nothing.
  void OpenItem(bool marked = true);
  void CloseItem();
  // What the open item begins with, as printed; "-" when it is not set.
  void SetMark(absl::string_view mark);
  // The list around the open text is layout and no list: its items get no marks.
  void ForgetItems();

  // Tables; what they hold is laid out when the outermost one closes.
  void OpenTable();
  void OpenRow();
  void OpenCell(bool header);
  void CloseTable();

  // Whether there is no text yet.
  bool empty() const { return lines_.empty() && open_.text.empty(); }

  // All lines so far, the open one and open tables included.
  std::vector<TextLine>& Lines();

 private:
  struct Item {
    std::string mark = "-";
    bool started = false;
    bool layout = false;
  };
  struct Cell {
    bool header;
    size_t begin;  // index of its first line in lines_
  };

  bool InItem() const { return !items_.empty() && !items_.back().layout; }
  void LayOutTable();

  std::vector<TextLine> lines_;
  TextLine open_;
  bool space_ = false;  // whether white space stands between the open line and what follows
  bool gap_ = true;     // whether a blank line stands above the next line
  Place place_;
  std::vector<Item> items_;
  int tables_ = 0;
  bool layout_table_ = false;
  std::vector<std::vector<Cell>> rows_;
};

// The text of the lines that are not the site's, as the text of `file`, whose line ends are LF only.
SourceText ToSourceText(const std::vector<TextLine>& lines, absl::string_view file);

}  // namespace regiokompas::intake
