#include "services/intake/reader/office_odt.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/status_macros.h"
#include "services/intake/reader/office_refusals.h"
#include "services/intake/reader/office_xml.h"

namespace regiokompas::intake {
namespace {

using Kind = OfficeBlock::Kind;

constexpr int kLevels = 10;
// A repeated cell or row is repeated at most so often: tables from spreadsheets fill their rest with such.
constexpr int kMaxRepeated = 256;

struct ListLevel {
  std::string format;  // empty: a bullet or nothing
  std::string prefix;
  std::string suffix;
  int shown_levels = 1;
  int start = 1;
};

struct List {
  std::array<ListLevel, kLevels> levels;
  std::array<std::optional<int>, kLevels> counts = {};  // nothing: not begun
};

int LevelOf(const xmlNode* node, absl::string_view attribute) {
  return std::min(std::max(NumberOf(node, attribute, 1), 1), kLevels) - 1;
}

class OdtReader {
 public:
  explicit OdtReader(Archive& archive) : archive_(archive) {}

  absl::StatusOr<OfficeBlocks> Read() {
    ASSIGN_OR_RETURN(const XmlDocument styles, ReadXml(archive_, "styles.xml"));
    ASSIGN_OR_RETURN(const XmlDocument content, ReadXml(archive_, "content.xml"));
    const xmlNode* text = ChildOf(ChildOf(Root(content), "body"), "text");
    if (text == nullptr) return absl::InvalidArgumentError(kDocumentBroken);
    ReadListStyles(ChildOf(Root(styles), "styles"));
    ReadListStyles(ChildOf(Root(styles), "automatic-styles"));
    ReadListStyles(ChildOf(Root(content), "automatic-styles"));
    OfficeBlocks blocks;
    ReadBlocks(text, &blocks);
    for (OfficeBlock& note : notes_) blocks.push_back(std::move(note));
    ReadMargins(ChildOf(Root(styles), "master-styles"), &blocks);
    return blocks;
  }

 private:
  struct Runs {
    std::string text;
    OfficeBlocks boxes;
  };

  void ReadListStyles(const xmlNode* styles) {
    if (styles == nullptr) return;
    for (const xmlNode* node = styles->children; node != nullptr; node = node->next) {
      if (Is(node, "list-style")) ReadLevels(node, &lists_[AttributeOf(node, "name")]);
      if (Is(node, "outline-style")) ReadLevels(node, &outline_);
    }
  }

  static void ReadLevels(const xmlNode* node, List* list) {
    for (const xmlNode* child = node->children; child != nullptr; child = child->next) {
      if (!Is(child, "list-level-style-number") && !Is(child, "outline-level-style")) continue;
      ListLevel& level = list->levels[LevelOf(child, "level")];
      level.format = AttributeOf(child, "num-format");
      level.prefix = AttributeOf(child, "num-prefix");
      level.suffix = AttributeOf(child, "num-suffix");
      level.shown_levels = NumberOf(child, "display-levels", 1);
      level.start = NumberOf(child, "start-value", 1);
    }
  }

  // The printed number of the next paragraph on that level; empty when it has none.
  static std::string NextMark(List* list, int level) {
    for (int above = 0; above < level; ++above) {
      if (!list->counts[above].has_value()) list->counts[above] = list->levels[above].start;
    }
    std::optional<int>& count = list->counts[level];
    count = count.has_value() ? *count + 1 : list->levels[level].start;
    std::fill(list->counts.begin() + level + 1, list->counts.end(), std::nullopt);
    const ListLevel& shape = list->levels[level];
    if (shape.format.empty()) return "";
    std::string mark = shape.prefix;
    const char* separator = "";
    for (int of = std::max(level - shape.shown_levels + 1, 0); of <= level; ++of) {
      if (list->levels[of].format.empty()) continue;
      absl::StrAppend(&mark, std::exchange(separator, "."),
                      ListNumber(list->counts[of].value_or(0), list->levels[of].format[0]));
    }
    absl::StrAppend(&mark, shape.suffix);
    return std::string(TrimOffice(mark));
  }

  // ---- blocks ------------------------------------------------------------------------------------------------------

  void ReadBlocks(const xmlNode* container, OfficeBlocks* blocks) {
    for (const xmlNode* node = container->children; node != nullptr; node = node->next) {
      const absl::string_view name = NameOf(node);
      if (name == "p" || name == "h") {
        ReadParagraph(node, blocks);
      } else if (name == "list") {
        ReadList(node, "", 0, blocks);
      } else if (name == "table") {
        OfficeBlock table;
        table.kind = Kind::kTable;
        ReadRows(node, false, &table.rows);
        blocks->push_back(std::move(table));
      } else if (name == "index-body") {
        in_contents_ = true;
        ReadBlocks(node, blocks);
        in_contents_ = false;
      } else if (name == "section" && IsUnseen(node)) {
        continue;
      } else if (name == "frame" || name == "text-box" || name == "custom-shape" || name == "section" ||
                 name == "table-of-content" || name == "index-title" || name == "numbered-paragraph" || name == "g" ||
                 name == "illustration-index" || name == "table-index" || name == "bibliography" ||
                 name == "alphabetical-index" || name == "user-index") {
        ReadBlocks(node, blocks);
      }
    }
  }

  static bool IsUnseen(const xmlNode* section) {
    return AttributeOf(section, "display") == "none" || AttributeOf(section, "is-hidden") == "true";
  }

  void ReadParagraph(const xmlNode* node, OfficeBlocks* blocks) {
    Runs runs;
    ReadRuns(node, &runs);
    if (!TrimOffice(runs.text).empty()) {
      OfficeBlock block;
      block.text = std::move(runs.text);
      if (Is(node, "h")) {
        block.kind = Kind::kHeading;
        const bool unnumbered = AttributeOf(node, "is-list-header") == "true";
        const std::string mark = unnumbered ? "" : NextMark(&outline_, LevelOf(node, "outline-level"));
        if (!mark.empty()) block.text = absl::StrCat(mark, " ", block.text);
      }
      blocks->push_back(std::move(block));
    }
    for (OfficeBlock& box : runs.boxes) blocks->push_back(std::move(box));
  }

  void ReadRuns(const xmlNode* container, Runs* runs) {
    for (const xmlNode* node = container->children; node != nullptr; node = node->next) {
      const absl::string_view name = NameOf(node);
      if (node->type == XML_TEXT_NODE) {
        AppendText(node, &runs->text);
      } else if (name == "s") {
        runs->text += ' ';
      } else if (name == "tab") {
        runs->text += in_contents_ ? " ..... " : " ";
      } else if (name == "line-break") {
        runs->text += '\n';
      } else if (name == "note") {
        ReadNote(node, runs);
      } else if (name == "text-box" || name == "custom-shape") {
        ReadBlocks(node, &runs->boxes);
      } else if (name == "annotation" || name == "ruby-text" || name == "title" || name == "desc" ||
                 name == "binary-data" || name == "hidden-text") {
        continue;
      } else if (!name.empty()) {
        ReadRuns(node, runs);
      }
    }
  }

  // Line ends in the file are spaces of the text.
  static void AppendText(const xmlNode* node, std::string* text) {
    const size_t begin = text->size();
    *text += reinterpret_cast<const char*>(node->content);
    std::replace(text->begin() + begin, text->end(), '\n', ' ');
  }

  void ReadNote(const xmlNode* note, Runs* runs) {
    const int number = ++note_count_;
    absl::StrAppend(&runs->text, "[", number, "]");
    const xmlNode* body = ChildOf(note, "note-body");
    if (body == nullptr) return;
    OfficeBlocks text;
    ReadBlocks(body, &text);
    if (!text.empty()) text[0].text = absl::StrCat("[", number, "] ", TrimOffice(text[0].text));
    for (OfficeBlock& block : text) notes_.push_back(std::move(block));
  }

  void ReadList(const xmlNode* node, std::string style, int level, OfficeBlocks* blocks) {
    if (const std::string own = AttributeOf(node, "style-name"); !own.empty()) style = own;
    List& list = lists_[style];
    if (level == 0 && AttributeOf(node, "continue-numbering") != "true" && AttributeOf(node, "continue-list").empty()) {
      list.counts = {};
    }
    for (const xmlNode* item = node->children; item != nullptr; item = item->next) {
      if (!Is(item, "list-item") && !Is(item, "list-header")) continue;
      bool first = Is(item, "list-item");
      for (const xmlNode* child = item->children; child != nullptr; child = child->next) {
        if (Is(child, "list")) {
          ReadList(child, style, std::min(level + 1, kLevels - 1), blocks);
        } else if (Is(child, "p")) {
          ReadItem(child, std::exchange(first, false), &list, level, blocks);
        } else if (Is(child, "h")) {
          ReadParagraph(child, blocks);
        }
      }
    }
  }

  // A later paragraph of an item goes on where the first one ended.
  void ReadItem(const xmlNode* node, bool first, List* list, int level, OfficeBlocks* blocks) {
    OfficeBlocks text;
    ReadParagraph(node, &text);
    if (text.empty()) return;
    if (!first && !blocks->empty() && blocks->back().kind == Kind::kItem) {
      absl::StrAppend(&blocks->back().text, "\n", text[0].text);
    } else {
      text[0].kind = Kind::kItem;
      if (first) text[0].mark = NextMark(list, level);
      blocks->push_back(std::move(text[0]));
    }
    for (size_t i = 1; i < text.size(); ++i) blocks->push_back(std::move(text[i]));
  }

  static int Repeated(const xmlNode* node, absl::string_view attribute) {
    return std::min(std::max(NumberOf(node, attribute, 1), 1), kMaxRepeated);
  }

  void ReadRows(const xmlNode* container, bool header, std::vector<OfficeRow>* rows) {
    for (const xmlNode* node = container->children; node != nullptr; node = node->next) {
      if (Is(node, "table-header-rows") || Is(node, "table-rows") || Is(node, "table-row-group")) {
        ReadRows(node, header || Is(node, "table-header-rows"), rows);
      } else if (Is(node, "table-row")) {
        OfficeRow row{.header = header};
        for (const xmlNode* cell = node->children; cell != nullptr; cell = cell->next) {
          if (!Is(cell, "table-cell") && !Is(cell, "covered-table-cell")) continue;
          OfficeBlocks blocks;
          if (Is(cell, "table-cell")) ReadBlocks(cell, &blocks);
          row.cells.insert(row.cells.end(), Repeated(cell, "number-columns-repeated"), blocks);
        }
        const bool empty =
            std::all_of(row.cells.begin(), row.cells.end(), [](const auto& cell) { return cell.empty(); });
        rows->insert(rows->end(), empty ? 1 : Repeated(node, "number-rows-repeated"), row);
      }
    }
  }

  // Each different text of the headers and footers, once.
  void ReadMargins(const xmlNode* masters, OfficeBlocks* blocks) {
    if (masters == nullptr) return;
    std::set<std::string> texts;
    for (const xmlNode* page = masters->children; page != nullptr; page = page->next) {
      if (!Is(page, "master-page")) continue;
      for (const xmlNode* node = page->children; node != nullptr; node = node->next) {
        const bool footer = absl::StartsWith(NameOf(node), "footer");
        if (!footer && !absl::StartsWith(NameOf(node), "header")) continue;
        OfficeBlocks margin;
        ReadBlocks(node, &margin);
        for (const OfficeBlock& block : margin) {
          if (TrimOffice(block.text).empty()) continue;
          OfficeBlock line;
          line.text = absl::StrCat(footer ? "Voettekst: " : "Koptekst: ", TrimOffice(block.text));
          if (texts.insert(line.text).second) blocks->push_back(std::move(line));
        }
      }
    }
  }

  Archive& archive_;
  std::map<std::string, List> lists_;
  List outline_;
  OfficeBlocks notes_;
  int note_count_ = 0;
  bool in_contents_ = false;
};

}  // namespace

absl::StatusOr<OfficeBlocks> ReadOdt(Archive& archive) { return OdtReader(archive).Read(); }

}  // namespace regiokompas::intake
