#include "services/intake/reader/office_docx.h"

#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/intake/reader/office_refusals.h"
#include "services/intake/reader/office_xml.h"

namespace regiokompas::intake {
namespace {

using Kind = OfficeBlock::Kind;

constexpr int kLevels = 9;
constexpr int kMaxSpan = 256;
constexpr int kNoNumbering = -1;

struct Style {
  std::string based_on;
  int outline = kLevels;  // below kLevels: a heading
  int numbering = kNoNumbering;
  int level = 0;
  bool contents = false;  // a line of the table of contents
};

struct ListLevel {
  std::string format = "decimal";
  std::string text;  // "%1.%2"
  int start = 1;
};

struct List {
  std::array<ListLevel, kLevels> levels;
  std::array<std::optional<int>, kLevels> counts = {};  // nothing: not begun
};

struct Numbering {
  std::string list;
  std::map<int, int> start_overrides;
  bool begun = false;
};

// The value of an on/off element such as <w:vanish/>.
bool IsOn(const xmlNode* properties, absl::string_view name) {
  const xmlNode* element = ChildOf(properties, name);
  if (element == nullptr) return false;
  const std::string value = AttributeOf(element, "val");
  return value != "0" && value != "false" && value != "off";
}

std::string Counted(const std::string& format, int count) {
  if (format == "lowerLetter") return ListNumber(count, 'a');
  if (format == "upperLetter") return ListNumber(count, 'A');
  if (format == "lowerRoman") return ListNumber(count, 'i');
  if (format == "upperRoman") return ListNumber(count, 'I');
  if (format == "decimalZero" && count < 10) return absl::StrCat("0", count);
  return absl::StrCat(count);
}

class DocxReader {
 public:
  explicit DocxReader(Archive& archive) : archive_(archive) {}

  absl::StatusOr<OfficeBlocks> Read(const std::string& part) {
    ASSIGN_OR_RETURN(const XmlDocument document, ReadXml(archive_, part));
    const xmlNode* body = ChildOf(Root(document), "body");
    if (body == nullptr) return absl::InvalidArgumentError(kDocumentBroken);
    ASSIGN_OR_RETURN(const Relations relations, ReadRelations(archive_, part));
    RETURN_IF_ERROR(ReadStyles(relations));
    RETURN_IF_ERROR(ReadNumbering(relations));
    OfficeBlocks blocks;
    ReadBlocks(body, &blocks);
    RETURN_IF_ERROR(ReadNotes(relations, "footnotes", &blocks));
    RETURN_IF_ERROR(ReadNotes(relations, "endnotes", &blocks));
    RETURN_IF_ERROR(ReadMargins(relations, body, &blocks));
    return blocks;
  }

 private:
  // What the runs of one paragraph say.
  struct Runs {
    std::string text;
    OfficeBlocks boxes;  // text boxes that are anchored in it
    bool contents = false;
  };

  static std::string TargetOf(const Relations& relations, const std::string& type) {
    const auto it = relations.by_type.find(type);
    return it == relations.by_type.end() ? "" : it->second;
  }

  absl::Status ReadStyles(const Relations& relations) {
    ASSIGN_OR_RETURN(const XmlDocument document, ReadXml(archive_, TargetOf(relations, "styles")));
    if (document == nullptr) return absl::OkStatus();
    for (const xmlNode* node = Root(document)->children; node != nullptr; node = node->next) {
      if (!Is(node, "style")) continue;
      Style style;
      const std::string name = absl::AsciiStrToLower(AttributeOf(ChildOf(node, "name"), "val"));
      style.based_on = AttributeOf(ChildOf(node, "basedOn"), "val");
      style.contents = absl::StartsWith(name, "toc ");
      const xmlNode* properties = ChildOf(node, "pPr");
      style.outline = NumberOf(ChildOf(properties, "outlineLvl"), "val", name == "title" ? 0 : -1);
      const xmlNode* numbering = ChildOf(properties, "numPr");
      style.numbering = NumberOf(ChildOf(numbering, "numId"), "val", kNoNumbering);
      style.level = NumberOf(ChildOf(numbering, "ilvl"), "val", -1);
      styles_[AttributeOf(node, "styleId")] = style;
      if (AttributeOf(node, "type") == "paragraph" && AttributeOf(node, "default") == "1") {
        default_style_ = AttributeOf(node, "styleId");
      }
    }
    return absl::OkStatus();
  }

  // The style with what it takes from the ones that it is based on.
  Style StyleNamed(std::string name) const {
    Style style;
    style.outline = -1;
    style.level = -1;
    // Styles that are based on each other end somewhere.
    for (int depth = 0; depth < 20; ++depth) {
      const auto it = styles_.find(name);
      if (it == styles_.end()) break;
      const Style& base = it->second;
      if (style.outline < 0) style.outline = base.outline;
      if (style.numbering == kNoNumbering) style.numbering = base.numbering;
      if (style.level < 0) style.level = base.level;
      style.contents = style.contents || base.contents;
      name = base.based_on;
    }
    return style;
  }

  absl::Status ReadNumbering(const Relations& relations) {
    ASSIGN_OR_RETURN(const XmlDocument document, ReadXml(archive_, TargetOf(relations, "numbering")));
    if (document == nullptr) return absl::OkStatus();
    for (const xmlNode* node = Root(document)->children; node != nullptr; node = node->next) {
      if (Is(node, "abstractNum")) ReadList(node);
      if (Is(node, "num")) {
        Numbering& numbering = numberings_[NumberOf(node, "numId", kNoNumbering)];
        numbering.list = AttributeOf(ChildOf(node, "abstractNumId"), "val");
        for (const xmlNode* change = node->children; change != nullptr; change = change->next) {
          const xmlNode* start = Is(change, "lvlOverride") ? ChildOf(change, "startOverride") : nullptr;
          if (start != nullptr) numbering.start_overrides[NumberOf(change, "ilvl", 0)] = NumberOf(start, "val", 1);
        }
      }
    }
    return absl::OkStatus();
  }

  void ReadList(const xmlNode* node) {
    List& list = lists_[AttributeOf(node, "abstractNumId")];
    for (const xmlNode* child = node->children; child != nullptr; child = child->next) {
      const int level = Is(child, "lvl") ? NumberOf(child, "ilvl", -1) : -1;
      if (level < 0 || level >= kLevels) continue;
      list.levels[level].format = AttributeOf(ChildOf(child, "numFmt"), "val");
      list.levels[level].text = AttributeOf(ChildOf(child, "lvlText"), "val");
      list.levels[level].start = NumberOf(ChildOf(child, "start"), "val", 1);
    }
  }

  // The printed number of the next paragraph of the list; empty for a bullet. False when there is neither.
  bool NextMark(int numbering_id, int level, std::string* mark) {
    const auto numbering = numberings_.find(numbering_id);
    if (numbering == numberings_.end() || level < 0 || level >= kLevels) return false;
    const auto it = lists_.find(numbering->second.list);
    if (it == lists_.end()) return false;
    List& list = it->second;
    if (!std::exchange(numbering->second.begun, true)) {
      for (const auto& [at, start] : numbering->second.start_overrides) {
        if (at < 0 || at >= kLevels) continue;
        list.levels[at].start = start;
        list.counts[at].reset();
      }
    }
    for (int above = 0; above < level; ++above) {
      if (!list.counts[above].has_value()) list.counts[above] = list.levels[above].start;
    }
    std::optional<int>& count = list.counts[level];
    count = count.has_value() ? *count + 1 : list.levels[level].start;
    for (int below = level + 1; below < kLevels; ++below) list.counts[below].reset();

    const ListLevel& shape = list.levels[level];
    if (shape.format == "bullet") return true;
    for (size_t i = 0; i < shape.text.size(); ++i) {
      const int of = shape.text[i] == '%' && i + 1 < shape.text.size() ? shape.text[i + 1] - '1' : -1;
      if (of < 0 || of >= kLevels) {
        mark->push_back(shape.text[i]);
        continue;
      }
      ++i;
      if (list.levels[of].format != "none") *mark += Counted(list.levels[of].format, list.counts[of].value_or(0));
    }
    *mark = std::string(TrimOffice(*mark));
    return !mark->empty();
  }

  // ---- blocks ------------------------------------------------------------------------------------------------------

  void ReadBlocks(const xmlNode* container, OfficeBlocks* blocks) {
    for (const xmlNode* node = container->children; node != nullptr; node = node->next) {
      const absl::string_view name = NameOf(node);
      if (name == "p") {
        ReadParagraph(node, blocks);
      } else if (name == "tbl") {
        ReadTable(node, blocks);
      } else if (name == "AlternateContent") {
        ReadBlocks(Alternative(node), blocks);
      } else if (name == "sdt") {
        if (const xmlNode* content = ChildOf(node, "sdtContent"); content != nullptr) ReadBlocks(content, blocks);
      } else if (name == "ins" || name == "moveTo" || name == "customXml" || name == "smartTag") {
        ReadBlocks(node, blocks);
      }
    }
  }

  // One of the ways in which the same content is written.
  static const xmlNode* Alternative(const xmlNode* node) {
    if (const xmlNode* choice = ChildOf(node, "Choice"); choice != nullptr) return choice;
    const xmlNode* fallback = ChildOf(node, "Fallback");
    return fallback == nullptr ? node : fallback;
  }

  void ReadParagraph(const xmlNode* node, OfficeBlocks* blocks) {
    const xmlNode* properties = ChildOf(node, "pPr");
    const xmlNode* style_name = ChildOf(properties, "pStyle");
    Style style = StyleNamed(style_name == nullptr ? default_style_ : AttributeOf(style_name, "val"));
    style.outline = NumberOf(ChildOf(properties, "outlineLvl"), "val", style.outline);
    const xmlNode* numbering = ChildOf(properties, "numPr");
    style.numbering = NumberOf(ChildOf(numbering, "numId"), "val", style.numbering);
    style.level = NumberOf(ChildOf(numbering, "ilvl"), "val", style.level);

    Runs runs;
    runs.contents = style.contents;
    ReadRuns(node, &runs);
    if (!TrimOffice(runs.text).empty()) {
      OfficeBlock block;
      block.text = std::move(runs.text);
      std::string mark;
      const bool counted = NextMark(style.numbering, std::max(style.level, 0), &mark);
      if (style.outline >= 0 && style.outline < kLevels) {
        block.kind = Kind::kHeading;
        if (!mark.empty()) block.text = absl::StrCat(mark, " ", block.text);
      } else if (counted) {
        block.kind = Kind::kItem;
        block.mark = std::move(mark);
      }
      blocks->push_back(std::move(block));
    }
    for (OfficeBlock& box : runs.boxes) blocks->push_back(std::move(box));
  }

  void ReadRuns(const xmlNode* container, Runs* runs) {
    for (const xmlNode* node = container->children; node != nullptr; node = node->next) ReadRun(node, runs);
  }

  void ReadRun(const xmlNode* node, Runs* runs) {
    const absl::string_view name = NameOf(node);
    if (name.empty() || name == "pPr" || name == "rPr" || name == "del" || name == "moveFrom") return;
    if (name == "t") {
      runs->text += TextOf(node);
    } else if (name == "tab" || name == "ptab") {
      runs->text += runs->contents ? " ..... " : " ";
    } else if (name == "br" || name == "cr") {
      runs->text += '\n';
    } else if (name == "noBreakHyphen") {
      runs->text += '-';
    } else if (name == "sym") {
      unsigned int code = 0;
      if (absl::SimpleHexAtoi(AttributeOf(node, "char"), &code)) AppendUtf8(code, &runs->text);
    } else if (name == "footnoteReference" || name == "endnoteReference") {
      const std::string part = name == "footnoteReference" ? "footnotes" : "endnotes";
      cited_.emplace_back(part, AttributeOf(node, "id"));
      absl::StrAppend(&runs->text, "[", cited_.size(), "]");
    } else if (name == "txbxContent") {
      ReadBlocks(node, &runs->boxes);
    } else if (name == "AlternateContent") {
      ReadRuns(Alternative(node), runs);
    } else if (name == "r") {
      if (!IsOn(ChildOf(node, "rPr"), "vanish")) ReadRuns(node, runs);
    } else if (name == "rt" || name == "instrText" || name == "delText" || name == "footnoteRef" ||
               name == "endnoteRef") {
      return;
    } else {
      // Links, fields, content controls, drawings: whatever stands around runs.
      ReadRuns(node, runs);
    }
  }

  void ReadTable(const xmlNode* node, OfficeBlocks* blocks) {
    OfficeBlock table;
    table.kind = Kind::kTable;
    ReadRows(node, &table.rows);
    blocks->push_back(std::move(table));
  }

  void ReadRows(const xmlNode* container, std::vector<OfficeRow>* rows) {
    for (const xmlNode* node = container->children; node != nullptr; node = node->next) {
      if (Is(node, "sdt") || Is(node, "sdtContent") || Is(node, "customXml")) {
        ReadRows(node, rows);
      } else if (Is(node, "tr") && ChildOf(ChildOf(node, "trPr"), "del") == nullptr) {
        OfficeRow row{.header = IsOn(ChildOf(node, "trPr"), "tblHeader")};
        row.cells.resize(Clamp(NumberOf(ChildOf(ChildOf(node, "trPr"), "gridBefore"), "val", 0)));
        ReadCells(node, &row);
        rows->push_back(std::move(row));
      }
    }
  }

  static int Clamp(int span) { return std::min(std::max(span, 0), kMaxSpan); }

  void ReadCells(const xmlNode* container, OfficeRow* row) {
    for (const xmlNode* node = container->children; node != nullptr; node = node->next) {
      if (Is(node, "sdt") || Is(node, "sdtContent") || Is(node, "customXml")) {
        ReadCells(node, row);
      } else if (Is(node, "tc")) {
        const xmlNode* properties = ChildOf(node, "tcPr");
        OfficeBlocks& cell = row->cells.emplace_back();
        const xmlNode* merged = ChildOf(properties, "vMerge");
        if (merged == nullptr || AttributeOf(merged, "val") == "restart") ReadBlocks(node, &cell);
        const int span = Clamp(NumberOf(ChildOf(properties, "gridSpan"), "val", 1));
        if (span > 1) row->cells.resize(row->cells.size() + span - 1);
      }
    }
  }

  // ---- what stands outside the text --------------------------------------------------------------------------------

  absl::Status ReadNotes(const Relations& relations, const std::string& type, OfficeBlocks* blocks) {
    ASSIGN_OR_RETURN(const XmlDocument document, ReadXml(archive_, TargetOf(relations, type)));
    if (document == nullptr) return absl::OkStatus();
    std::map<std::string, const xmlNode*> notes;
    for (const xmlNode* note = Root(document)->children; note != nullptr; note = note->next) {
      if (!NameOf(note).empty()) notes.emplace(AttributeOf(note, "id"), note);
    }
    // A note can cite notes too.
    for (size_t i = 0; i < cited_.size(); ++i) {
      if (cited_[i].first != type) continue;
      const auto note = notes.find(cited_[i].second);
      if (note == notes.end()) continue;
      OfficeBlocks text;
      ReadBlocks(note->second, &text);
      notes.erase(note);
      if (!text.empty()) text[0].text = absl::StrCat("[", i + 1, "] ", TrimOffice(text[0].text));
      for (OfficeBlock& block : text) blocks->push_back(std::move(block));
    }
    return absl::OkStatus();
  }

  // Each different text of the headers and footers, once.
  absl::Status ReadMargins(const Relations& relations, const xmlNode* body, OfficeBlocks* blocks) {
    std::set<std::string> targets;
    std::set<std::string> texts;
    CollectMargins(body, relations, &targets);
    for (const std::string& target : targets) {
      ASSIGN_OR_RETURN(const XmlDocument document, ReadXml(archive_, target));
      if (document == nullptr) continue;
      OfficeBlocks margin;
      ReadBlocks(Root(document), &margin);
      for (const OfficeBlock& block : margin) {
        if (TrimOffice(block.text).empty() && block.kind != Kind::kTable) continue;
        std::string text;
        if (!WriteOfficeText({block}, &text)) return absl::InvalidArgumentError(kDocumentTooLargeUnpacked);
        const char* label = Is(Root(document), "ftr") ? "Voettekst: " : "Koptekst: ";
        if (!texts.insert(label + text).second) continue;
        OfficeBlock& line = blocks->emplace_back();
        line.text = absl::StrCat(label, OneLine(text));
      }
    }
    return absl::OkStatus();
  }

  static std::string OneLine(absl::string_view text) {
    std::string line(TrimOffice(text));
    for (char& c : line) {
      if (c == '\n') c = ' ';
    }
    return line;
  }

  static void CollectMargins(const xmlNode* container, const Relations& relations, std::set<std::string>* targets) {
    for (const xmlNode* node = container->children; node != nullptr; node = node->next) {
      if (Is(node, "headerReference") || Is(node, "footerReference")) {
        const auto it = relations.by_id.find(AttributeOf(node, "id"));
        if (it != relations.by_id.end()) targets->insert(it->second);
      } else if (Is(node, "p") || Is(node, "pPr") || Is(node, "sectPr")) {
        CollectMargins(node, relations, targets);
      }
    }
  }

  Archive& archive_;
  std::map<std::string, Style> styles_;
  std::string default_style_;
  std::map<std::string, List> lists_;
  std::map<int, Numbering> numberings_;
  std::vector<std::pair<std::string, std::string>> cited_;  // part and id of notes, in the order of their marks
};

}  // namespace

absl::StatusOr<OfficeBlocks> ReadDocx(Archive& archive, const std::string& part) {
  return DocxReader(archive).Read(part);
}

}  // namespace regiokompas::intake
