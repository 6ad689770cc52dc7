#include "services/intake/reader/text_builder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace regiokompas::intake {
namespace {

// White space in UTF-8 beside that of ASCII, and characters that are not seen at all.
constexpr absl::string_view kSpaces[] = {"\xC2\xA0",     "\xE2\x80\x87", "\xE2\x80\xAF", "\xE2\x80\x89",
                                         "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\xA8"};
constexpr absl::string_view kUnseen[] = {"\xC2\xAD", "\xE2\x80\x8B", "\xE2\x80\x8C", "\xE2\x80\x8D", "\xEF\xBB\xBF"};

// Marks that lists print themselves; one is enough.
constexpr absl::string_view kBullets[] = {"•", "▪", "●", "○", "◦", "‣", "·", "–", "—", "-", "*"};

template <size_t N>
size_t PrefixOf(const absl::string_view (&all)[N], absl::string_view text) {
  for (absl::string_view each : all) {
    if (absl::StartsWith(text, each)) return each.size();
  }
  return 0;
}

// Blank in the sense of those who count lines: ASCII white space and the no-break space.
bool IsBlank(absl::string_view line) {
  constexpr absl::string_view kNoBreakSpace = "\xC2\xA0";
  while (!line.empty()) {
    if (absl::ConsumePrefix(&line, kNoBreakSpace)) continue;
    if (!absl::ascii_isspace(static_cast<unsigned char>(line[0]))) return false;
    line.remove_prefix(1);
  }
  return true;
}

bool IsSpace(char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)); }
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

absl::string_view WithoutBullet(absl::string_view text) {
  const size_t bullet = PrefixOf(kBullets, text);
  if (bullet == 0 || bullet == text.size() || text[bullet] != ' ') return text;
  return text.substr(bullet + 1);
}

bool IsBullet(absl::string_view text) { return !text.empty() && PrefixOf(kBullets, text) == text.size(); }

// "1.", "10)", "c.": what a list numbers its items with. Such a mark stands on a line of its own.
bool IsCode(absl::string_view mark) {
  if (mark.size() < 2 || mark.size() > 4 || (mark.back() != '.' && mark.back() != ')')) return false;
  mark.remove_suffix(1);
  if (std::all_of(mark.begin(), mark.end(), IsDigit)) return true;
  return mark.size() == 1 && absl::ascii_isalpha(static_cast<unsigned char>(mark[0]));
}

// "6.2.1": a column of codes stands before the column of titles.
bool IsTitleCode(absl::string_view text) {
  return text.size() <= 12 && IsDigit(text[0]) && absl::StrContains(text, ".") &&
         std::all_of(text.begin(), text.end(), [](char c) { return IsDigit(c) || c == '.'; });
}

// ---- tables --------------------------------------------------------------------------------------------------------

struct TableCell {
  bool header;
  std::vector<TextLine> lines;
};
using TableRow = std::vector<TableCell>;
using Table = std::vector<TableRow>;

void Join(const TextLine& more, absl::string_view between, TextLine* line) {
  absl::StrAppend(&line->text, between, more.mark, more.mark.empty() ? "" : " ", more.text);
  line->last_line = more.last_line;
}

// All lines of a cell as one.
TextLine OneLine(const std::vector<TextLine>& lines) {
  TextLine line = lines.front();
  if (!line.mark.empty()) line.text = absl::StrCat(std::exchange(line.mark, ""), " ", line.text);
  line.indent = 0;
  for (size_t i = 1; i < lines.size(); ++i) Join(lines[i], " ", &line);
  return line;
}

bool IsYear(absl::string_view text) {
  return text.size() == 4 && std::all_of(text.begin(), text.end(), IsDigit) && (text[0] == '1' || text[0] == '2');
}

// "98.210", "€ 1.250 N", "45%": a figure that is no year.
bool IsFigure(absl::string_view text) {
  constexpr absl::string_view kEuro = "€";
  bool digits = false;
  while (!text.empty()) {
    if (absl::ConsumePrefix(&text, kEuro)) continue;
    if (!absl::StrContains("0123456789.,%-+ ()VN", text.substr(0, 1))) return false;
    digits |= IsDigit(text[0]);
    text.remove_prefix(1);
  }
  return digits;
}

bool IsHeaderRow(const TableRow& row) {
  return row.size() > 1 && std::all_of(row.begin(), row.end(), [](const TableCell& cell) { return cell.header; });
}

// Whether every row under the header is a name with figures.
bool IsFigures(const Table& table) {
  bool figures = false;
  for (const TableRow& row : table) {
    if (IsHeaderRow(row)) continue;
    for (size_t c = 1; c < row.size(); ++c) {
      if (row[c].lines.empty()) continue;
      const absl::string_view text = row[c].lines.front().text;
      if (row[c].lines.size() > 1 || (!IsFigure(text) && text != "-")) return false;
      figures |= !IsYear(text);
    }
  }
  return figures;
}

// Whether every row is a label with its text, in one cell or in two.
bool IsLabelled(const Table& table) {
  constexpr size_t kLongestLabel = 80;
  if (table.size() < 2 || IsHeaderRow(table.front())) return false;
  return std::all_of(table.begin(), table.end(), [](const TableRow& row) {
    if (row.size() > 2) return false;
    if (row.empty() || row[0].lines.empty()) return true;
    const std::vector<TextLine>& label = row[0].lines;
    if (row.size() == 1 && label.size() == 1) return true;
    return label[0].text.size() <= kLongestLabel && label[0].mark.empty() && (row.size() == 1 || label.size() == 1);
  });
}

// The row on one line, a bar between its cells.
void FigureLine(const TableRow& row, std::vector<TextLine>* out) {
  TextLine line;
  for (const TableCell& cell : row) {
    if (cell.lines.empty()) continue;
    if (line.text.empty()) {
      line = OneLine(cell.lines);
    } else {
      Join(OneLine(cell.lines), " | ", &line);
    }
  }
  line.after_blank = true;
  if (!line.text.empty()) out->push_back(std::move(line));
}

// Whether the lines are a list, with a sentence above it or not. Its items stay on lines of their own.
bool IsList(const std::vector<TextLine>& lines) {
  return lines.size() > 1 &&
         std::all_of(lines.begin() + 1, lines.end(), [](const TextLine& line) { return !line.mark.empty(); });
}

// "Label: text |": the bar tells where the cell ends.
void LabelledLines(const TableRow& row, bool first, std::vector<TextLine>* out) {
  const size_t begin = out->size();
  for (const TableCell& cell : row) {
    if (cell.lines.empty()) continue;
    if (out->size() == begin) {
      out->push_back(OneLine(cell.lines));
      continue;
    }
    TextLine& label = out->back();
    const absl::string_view colon = absl::EndsWith(label.text, ":") ? "" : ":";
    if (!IsList(cell.lines)) {
      Join(OneLine(cell.lines), absl::StrCat(colon, " "), &label);
    } else if (cell.lines.front().mark.empty()) {
      Join(cell.lines.front(), absl::StrCat(colon, " "), &label);
      out->insert(out->end(), cell.lines.begin() + 1, cell.lines.end());
    } else {
      absl::StrAppend(&label.text, colon);
      out->insert(out->end(), cell.lines.begin(), cell.lines.end());
    }
  }
  if (out->size() == begin) return;
  for (size_t i = begin; i < out->size(); ++i) (*out)[i].after_blank = first && i == begin;
  absl::StrAppend(&out->back().text, " |");
}

// Every cell a paragraph of its own. Behind an empty cell the header tells which column a text is of.
void CellLines(const TableRow& row, const TableRow* header, std::vector<TextLine>* out) {
  bool misplaced = false;
  bool code = false;
  for (size_t c = 0; c < row.size(); ++c) {
    if (row[c].lines.empty()) {
      misplaced = header != nullptr && header->size() == row.size();
      code = false;
      continue;
    }
    const size_t first = out->size();
    for (const TextLine& line : row[c].lines) {
      out->push_back(line);
      out->back().after_blank = out->size() == first + 1;
    }
    TextLine& line = (*out)[first];
    if (code) {
      TextLine joined = std::move((*out)[first - 1]);
      Join(line, " ", &joined);
      line = std::move(joined);
      out->erase(out->begin() + first - 1);
    } else if (misplaced && !(*header)[c].lines.empty()) {
      line.text = absl::StrCat(OneLine((*header)[c].lines).text, ": ", line.text);
    }
    code = row[c].lines.size() == 1 && IsTitleCode(row[c].lines[0].text);
  }
}

void LinesOfTable(const Table& table, std::vector<TextLine>* out) {
  const bool figures = IsFigures(table);
  const bool labelled = !figures && IsLabelled(table);
  const TableRow* header = nullptr;
  for (const TableRow& row : table) {
    if (figures) {
      FigureLine(row, out);
    } else if (labelled) {
      LabelledLines(row, &row == &table.front(), out);
    } else {
      CellLines(row, header, out);
    }
    if (IsHeaderRow(row)) header = &row;
  }
}

// ---- result --------------------------------------------------------------------------------------------------------

void AppendLine(const TextLine& line, absl::string_view prefix, absl::string_view text, SourceText* source) {
  if (line.after_blank && !source->text.empty()) {
    source->text.push_back('\n');
    source->line_numbers.push_back(line.first_line);
  }
  absl::StrAppend(&source->text, prefix, text, "\n");
  source->line_numbers.push_back(line.first_line);
}

}  // namespace

void TextBuilder::AddText(absl::string_view text, int first_line) {
  int line = first_line;
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    size_t size = 1;
    bool space = IsSpace(c);
    bool unseen = false;
    if (static_cast<unsigned char>(c) >= 0x80) {
      if (const size_t wide = PrefixOf(kSpaces, text.substr(i)); wide > 0) {
        size = wide;
        space = true;
      } else if (const size_t none = PrefixOf(kUnseen, text.substr(i)); none > 0) {
        size = none;
        unseen = true;
      }
    } else if (!space && absl::ascii_iscntrl(static_cast<unsigned char>(c))) {
      unseen = true;
    }
    if (space) {
      space_ = true;
    } else if (!unseen) {
      if (open_.text.empty()) {
        open_.first_line = line;
      } else if (space_) {
        open_.text.push_back(' ');
      }
      space_ = false;
      open_.text.push_back(c);
      open_.last_line = line;
    }
    line += c == '\n';
    i += size;
  }
}

void TextBuilder::EndLine() {
  space_ = false;
  if (open_.text.empty()) return;
  TextLine& line = lines_.emplace_back(std::exchange(open_, TextLine()));
  line.heading = place_.heading;
  line.in_main = place_.in_main;
  line.of_site = place_.of_site;
  line.after_blank = std::exchange(gap_, false);
  if (!InItem()) return;
  line.indent = static_cast<int>(items_.size());
  if (!std::exchange(items_.back().started, true)) {
    line.mark = items_.back().mark;
    if (line.mark == "-") line.text = std::string(WithoutBullet(line.text));
  }
}

void TextBuilder::EndBlock() {
  EndLine();
  if (!InItem()) gap_ = true;
}

void TextBuilder::OpenItem(bool marked) {
  EndLine();
  items_.emplace_back().layout = !marked;
}

void TextBuilder::CloseItem() {
  EndLine();
  if (!items_.empty()) items_.pop_back();
}

void TextBuilder::SetMark(absl::string_view mark) {
  if (items_.empty()) return;
  items_.back().layout = false;
  items_.back().mark = mark.empty() || IsBullet(mark) ? "-" : std::string(mark);
}

void TextBuilder::ForgetItems() {
  for (Item& item : items_) item.layout = true;
}

void TextBuilder::OpenTable() {
  EndBlock();
  if (tables_++ > 0) layout_table_ = true;
}

void TextBuilder::OpenRow() {
  EndBlock();
  if (tables_ > 0) rows_.emplace_back();
}

void TextBuilder::OpenCell(bool header) {
  EndBlock();
  if (tables_ == 0) return;
  if (rows_.empty()) rows_.emplace_back();
  rows_.back().push_back({header, lines_.size()});
}

void TextBuilder::CloseTable() {
  EndBlock();
  if (tables_ > 0 && --tables_ == 0) LayOutTable();
}

void TextBuilder::LayOutTable() {
  const std::vector<std::vector<Cell>> rows = std::exchange(rows_, {});
  const bool layout = std::exchange(layout_table_, false);
  size_t begin = lines_.size();
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    if (!row->empty()) begin = row->front().begin;
  }
  const bool has_heading =
      std::any_of(lines_.begin() + begin, lines_.end(), [](const TextLine& line) { return line.heading; });
  if (layout || has_heading) return;
  Table table;
  size_t end = lines_.size();
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    TableRow& cells = table.emplace_back();
    for (auto cell = row->rbegin(); cell != row->rend(); ++cell) {
      cells.push_back({cell->header, {lines_.begin() + cell->begin, lines_.begin() + end}});
      end = cell->begin;
    }
    std::reverse(cells.begin(), cells.end());
  }
  std::reverse(table.begin(), table.end());
  lines_.resize(begin);
  LinesOfTable(table, &lines_);
}

std::vector<TextLine>& TextBuilder::Lines() {
  EndLine();
  if (tables_ > 0) {
    tables_ = 0;
    LayOutTable();
  }
  return lines_;
}

SourceText ToSourceText(const std::vector<TextLine>& lines, absl::string_view file) {
  constexpr size_t kIndent = 2;
  SourceText source;
  // What each line of the file holds; nothing is known of line 0.
  enum class Holds : char { kNothing, kMarkup, kContinuation, kText };
  std::vector<Holds> holds = {Holds::kNothing};
  for (absl::string_view line : absl::StrSplit(file, '\n')) {
    holds.push_back(IsBlank(line) ? Holds::kNothing : Holds::kMarkup);
  }
  for (const TextLine& line : lines) {
    if (line.of_site) continue;
    const std::string margin((line.indent - (line.mark.empty() ? 0 : 1)) * kIndent, ' ');
    if (line.mark.empty()) {
      AppendLine(line, std::string(line.indent * kIndent, ' '), line.text, &source);
    } else if (IsCode(line.mark)) {
      AppendLine(line, absl::StrCat(margin, "- "), line.mark, &source);
      AppendLine(line, absl::StrCat(margin, "  "), line.text, &source);
    } else {
      AppendLine(line, absl::StrCat(margin, "- ", line.mark == "-" ? "" : absl::StrCat(line.mark, " ")), line.text,
                 &source);
    }
    const int last_line = std::min(line.last_line, static_cast<int>(holds.size()) - 1);
    for (int i = line.first_line + 1; i <= last_line; ++i) {
      if (holds[i] == Holds::kMarkup) holds[i] = Holds::kContinuation;
    }
    holds[std::min(static_cast<size_t>(line.first_line), holds.size() - 1)] = Holds::kText;
  }
  for (size_t i = 1; i < holds.size(); ++i) {
    if (holds[i] == Holds::kMarkup) source.markup_lines.push_back(static_cast<int>(i));
    if (holds[i] == Holds::kContinuation) source.continuation_lines.push_back(static_cast<int>(i));
  }
  return source;
}

}  // namespace regiokompas::intake
