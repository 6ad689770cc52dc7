#include "services/intake/reader/office_xlsx.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/time/civil_time.h"
#include "common/base/status_macros.h"
#include "services/intake/reader/office_refusals.h"
#include "services/intake/reader/office_xml.h"

namespace regiokompas::intake {
namespace {

using Kind = OfficeBlock::Kind;

constexpr int kMaxColumns = 16384;
constexpr size_t kMaxCells = 2'000'000;
constexpr double kMaxDay = 2'958'466;  // the first of January of the year 10000

constexpr const char* kMonths[] = {"januari", "februari", "maart",     "april",   "mei",      "juni",
                                   "juli",    "augustus", "september", "oktober", "november", "december"};

// What the first section of a number format says, that of positive numbers, without colours, widths and alignment.
struct NumberFormat {
  bool general = false;
  bool percent = false;
  bool thousands = false;
  bool euro = false;
  int decimals = 0;
  int scale = 0;            // times a thousand
  std::string before = {};  // what is printed around the number
  std::string after = {};
  bool day = false;
  bool month = false;
  bool year = false;
  bool hours = false;
  bool seconds = false;
  char elapsed = '\0';  // 'h', 'm' or 's': these are counted on over the day

  bool IsTime() const { return hours || seconds || elapsed != '\0'; }
  bool IsDate() const { return day || month || year || IsTime(); }
};

class FormatReader {
 public:
  explicit FormatReader(absl::string_view code) : code_(code) {}

  NumberFormat Read() {
    for (size_t i = 0; i < code_.size() && code_[i] != ';'; ++i) i = ReadSign(i);
    // Sections for some values only, fractions, exponents and numbers with text inside them are not understood.
    if (!format_.IsDate() && unknown_) return {.general = true};
    while (!digits_.empty() && digits_.back() == ',') {
      digits_.pop_back();
      ++format_.scale;
    }
    const size_t point = digits_.find('.');
    format_.decimals = point == std::string::npos ? 0 : static_cast<int>(digits_.size() - point - 1);
    format_.thousands = absl::StrContains(digits_, ",");
    format_.general = format_.general || digits_.empty();
    return format_;
  }

 private:
  // Reads what stands at `i` and returns where it ends.
  size_t ReadSign(size_t i) {
    const absl::string_view rest = code_.substr(i);
    const char c = absl::ascii_tolower(static_cast<unsigned char>(code_[i]));
    if (c == '"' || c == '[') {
      const size_t end = code_.find(c == '"' ? '"' : ']', i + 1);
      const absl::string_view inside = code_.substr(i + 1, end == code_.npos ? code_.npos : end - i - 1);
      c == '"' ? AddLiteral(inside) : ReadBrackets(inside);
      return end == code_.npos ? code_.size() - 1 : end;
    }
    if (c == '\\') {
      AddLiteral(code_.substr(i + 1, 1));
      return i + 1;
    }
    if (c == '_' || c == '*') return i + 1;
    if (absl::StartsWithIgnoreCase(rest, "general")) {
      format_.general = true;
      return i + 6;
    }
    if (absl::StrContains("0#?.,", code_.substr(i, 1))) {
      unknown_ = unknown_ || (!digits_.empty() && !format_.after.empty());
      digits_.push_back(c);
      return i;
    }
    if (c == '%') {
      format_.percent = true;
    } else if (c == 'd') {
      format_.day = true;
    } else if (c == 'y' || c == 'j') {
      format_.year = true;
    } else if (c == 'm') {
      format_.month = true;
    } else if (c == 'h') {
      format_.hours = true;
    } else if (c == 's') {
      format_.seconds = true;
    } else if (c == '/' || c == '@' || c == 'e' || c == 'g') {
      unknown_ = true;
    } else {
      AddLiteral(code_.substr(i, 1));
    }
    return i;
  }

  void ReadBrackets(absl::string_view inside) {
    const std::string lower = absl::AsciiStrToLower(inside);
    if (absl::StartsWith(inside, "$")) {
      const absl::string_view sign = inside.substr(1, inside.find('-') - 1);
      sign == "EUR" ? AddLiteral("€") : AddLiteral(sign);
    } else if (!lower.empty() && lower.find_first_not_of(lower[0]) == lower.npos &&
               absl::StrContains("hms", lower.substr(0, 1))) {
      format_.elapsed = lower[0];
    } else if (absl::StartsWith(inside, "<") || absl::StartsWith(inside, ">") || absl::StartsWith(inside, "=")) {
      unknown_ = true;
    }
  }

  // The sign of the euro stands before the number, wherever the format has it.
  void AddLiteral(absl::string_view text) {
    const std::string plain = absl::StrReplaceAll(text, {{"€", ""}});
    format_.euro = format_.euro || plain.size() != text.size();
    (digits_.empty() && !format_.general ? format_.before : format_.after) += plain;
  }

  absl::string_view code_;
  NumberFormat format_;
  std::string digits_;
  bool unknown_ = false;
};

std::string WithThousands(const std::string& digits) {
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out.push_back('.');
    out.push_back(digits[i]);
  }
  return out;
}

std::string ShownTime(double days, const NumberFormat& format) {
  constexpr int64_t kDay = 24 * 60 * 60;
  int64_t seconds =
      format.seconds || format.elapsed == 's' ? std::llround(days * kDay) : std::llround(days * kDay / 60) * 60;
  if (format.elapsed == '\0') seconds %= kDay;
  const std::string tail = absl::StrFormat(":%02d", seconds % 60);
  if (format.elapsed == 's') return absl::StrCat(seconds);
  if (format.elapsed == 'm') return absl::StrCat(seconds / 60, format.seconds ? tail : "");
  if (!format.hours && format.elapsed == '\0') return absl::StrFormat("%02d%s", seconds / 60 % 60, tail);
  return absl::StrFormat("%02d:%02d%s", seconds / 3600, seconds / 60 % 60, format.seconds ? tail : "");
}

std::string ShownDate(double days, const NumberFormat& format, bool epoch_1904) {
  const double whole = std::floor(days);
  // The calendar of 1900 counts a 29 February that was not there.
  const absl::CivilDay zero = epoch_1904 ? absl::CivilDay(1904, 1, 1) : absl::CivilDay(1899, 12, whole < 60 ? 31 : 30);
  const absl::CivilDay date = zero + static_cast<int64_t>(whole);
  if (format.day) {
    return absl::StrCat(absl::StrFormat("%02d-%02d-%04d", date.day(), date.month(), static_cast<int>(date.year())),
                        format.IsTime() ? " " : "", format.IsTime() ? ShownTime(days, format) : "");
  }
  if (format.year && format.month) return absl::StrCat(kMonths[date.month() - 1], " ", date.year());
  if (format.year) return absl::StrCat(date.year());
  return format.IsTime() ? ShownTime(days, format) : kMonths[date.month() - 1];
}

// The number with what the format prints around it.
std::string Around(const NumberFormat& format, const std::string& number) {
  std::string text = absl::StrCat(format.euro ? "€ " : "", format.before, number, format.after);
  absl::RemoveExtraAsciiWhitespace(&text);
  return text;
}

const std::map<int, const char*>& BuiltInFormats() {
  static const auto* const kFormats = new std::map<int, const char*>{{1, "0"},
                                                                     {2, "0.00"},
                                                                     {3, "#,##0"},
                                                                     {4, "#,##0.00"},
                                                                     {9, "0%"},
                                                                     {10, "0.00%"},
                                                                     {14, "dd-mm-yyyy"},
                                                                     {15, "d-mmm-yy"},
                                                                     {16, "d-mmm"},
                                                                     {17, "mmm-yy"},
                                                                     {18, "h:mm"},
                                                                     {19, "h:mm:ss"},
                                                                     {20, "h:mm"},
                                                                     {21, "h:mm:ss"},
                                                                     {22, "d-m-yy h:mm"},
                                                                     {37, "#,##0"},
                                                                     {38, "#,##0"},
                                                                     {39, "#,##0.00"},
                                                                     {40, "#,##0.00"},
                                                                     {41, "#,##0"},
                                                                     {42, "\"€\" #,##0"},
                                                                     {43, "#,##0.00"},
                                                                     {44, "\"€\" #,##0.00"},
                                                                     {45, "mm:ss"},
                                                                     {46, "[h]:mm:ss"},
                                                                     {47, "mm:ss"}};
  return *kFormats;
}

// "BC12" is column 54, counted from 0; -1 when it is no cell's name.
int ColumnOf(absl::string_view name) {
  int column = 0;
  for (const char c : name) {
    if (!absl::ascii_isupper(static_cast<unsigned char>(c))) break;
    column = column * 26 + (c - 'A' + 1);
    if (column > kMaxColumns) return -1;
  }
  return column - 1;
}

class XlsxReader {
 public:
  explicit XlsxReader(Archive& archive) : archive_(archive) {}

  absl::StatusOr<OfficeBlocks> Read(const std::string& part) {
    ASSIGN_OR_RETURN(const XmlDocument workbook, ReadXml(archive_, part));
    const xmlNode* sheets = ChildOf(Root(workbook), "sheets");
    if (sheets == nullptr) return absl::InvalidArgumentError(kDocumentBroken);
    const std::string epoch = AttributeOf(ChildOf(Root(workbook), "workbookPr"), "date1904");
    epoch_1904_ = epoch == "1" || epoch == "true";
    ASSIGN_OR_RETURN(const Relations relations, ReadRelations(archive_, part));
    RETURN_IF_ERROR(ReadStrings(relations));
    RETURN_IF_ERROR(ReadFormats(relations));
    OfficeBlocks notes;
    for (const xmlNode* sheet = sheets->children; sheet != nullptr; sheet = sheet->next) {
      if (!Is(sheet, "sheet")) continue;
      const std::string name = AttributeOf(sheet, "name");
      const std::string state = AttributeOf(sheet, "state");
      if (state == "hidden" || state == "veryHidden") {
        notes.push_back({.text = absl::StrCat("Verborgen werkblad, niet overgenomen: ", name)});
        continue;
      }
      const auto target = relations.by_id.find(AttributeOf(sheet, "id"));
      if (target == relations.by_id.end()) continue;
      ASSIGN_OR_RETURN(const XmlDocument document, ReadXml(archive_, target->second));
      // A sheet of charts has no rows.
      const xmlNode* data = ChildOf(Root(document), "sheetData");
      if (data == nullptr) continue;
      blocks_.push_back({.kind = Kind::kHeading, .text = name});
      RETURN_IF_ERROR(ReadSheet(data, HiddenColumns(Root(document))));
      if (hidden_ > 0) {
        notes.push_back({.text = absl::StrCat("Verborgen cellen op werkblad ", name, ", niet overgenomen: ", hidden_)});
      }
    }
    for (OfficeBlock& note : notes) blocks_.push_back(std::move(note));
    return std::move(blocks_);
  }

 private:
  static std::string TargetOf(const Relations& relations, const std::string& type) {
    const auto it = relations.by_type.find(type);
    return it == relations.by_type.end() ? "" : it->second;
  }

  // Plain text or runs; what is spoken next to it (phonetic) is not text.
  static std::string RichText(const xmlNode* node) {
    std::string text;
    if (node == nullptr) return text;
    for (const xmlNode* child = node->children; child != nullptr; child = child->next) {
      if (Is(child, "t")) text += TextOf(child);
      if (Is(child, "r")) text += TextOf(ChildOf(child, "t"));
    }
    return absl::StrReplaceAll(text, {{"_x000D_", ""}});
  }

  absl::Status ReadStrings(const Relations& relations) {
    ASSIGN_OR_RETURN(const XmlDocument document, ReadXml(archive_, TargetOf(relations, "sharedStrings")));
    if (document == nullptr) return absl::OkStatus();
    for (const xmlNode* node = Root(document)->children; node != nullptr; node = node->next) {
      if (Is(node, "si")) strings_.push_back(RichText(node));
    }
    return absl::OkStatus();
  }

  absl::Status ReadFormats(const Relations& relations) {
    ASSIGN_OR_RETURN(const XmlDocument document, ReadXml(archive_, TargetOf(relations, "styles")));
    std::map<int, std::string> codes(BuiltInFormats().begin(), BuiltInFormats().end());
    if (const xmlNode* formats = ChildOf(Root(document), "numFmts"); formats != nullptr) {
      for (const xmlNode* node = formats->children; node != nullptr; node = node->next) {
        if (Is(node, "numFmt")) codes[NumberOf(node, "numFmtId", 0)] = AttributeOf(node, "formatCode");
      }
    }
    if (const xmlNode* styles = ChildOf(Root(document), "cellXfs"); styles != nullptr) {
      for (const xmlNode* node = styles->children; node != nullptr; node = node->next) {
        if (Is(node, "xf")) formats_.push_back(codes[NumberOf(node, "numFmtId", 0)]);
      }
    }
    return absl::OkStatus();
  }

  static std::set<int> HiddenColumns(const xmlNode* sheet) {
    std::set<int> hidden;
    const xmlNode* columns = ChildOf(sheet, "cols");
    if (columns == nullptr) return hidden;
    for (const xmlNode* node = columns->children; node != nullptr; node = node->next) {
      const std::string value = Is(node, "col") ? AttributeOf(node, "hidden") : "";
      if (value != "1" && value != "true") continue;
      const int last = std::min(NumberOf(node, "max", 0), kMaxColumns);
      for (int column = std::max(NumberOf(node, "min", 1), 1); column <= last; ++column) hidden.insert(column - 1);
    }
    return hidden;
  }

  std::string ValueOf(const xmlNode* cell) const {
    const std::string type = AttributeOf(cell, "t");
    if (type == "inlineStr") return RichText(ChildOf(cell, "is"));
    std::string value = TextOf(ChildOf(cell, "v"));
    if (type == "s") {
      size_t index = 0;
      return absl::SimpleAtoi(value, &index) && index < strings_.size() ? strings_[index] : "";
    }
    if (type == "b") return value == "1" ? "WAAR" : "ONWAAR";
    if (type == "str" || type == "e" || type == "d" || value.empty()) return value;
    const size_t style = static_cast<size_t>(std::max(NumberOf(cell, "s", 0), 0));
    return ShownNumber(value, style < formats_.size() ? formats_[style] : "", epoch_1904_);
  }

  absl::Status ReadSheet(const xmlNode* data, const std::set<int>& hidden_columns) {
    hidden_ = 0;
    int last_row = 0;
    std::vector<std::map<int, std::string>> rows;  // of one table
    for (const xmlNode* row = data->children; row != nullptr; row = row->next) {
      if (!Is(row, "row")) continue;
      const int number = NumberOf(row, "r", last_row + 1);
      const std::string state = AttributeOf(row, "hidden");
      const bool hidden = state == "1" || state == "true";
      std::map<int, std::string> cells;
      int column = -1;
      size_t bytes = 0;
      for (const xmlNode* cell = row->children; cell != nullptr; cell = cell->next) {
        if (!Is(cell, "c")) continue;
        const std::string name = AttributeOf(cell, "r");
        column = name.empty() ? column + 1 : ColumnOf(name);
        std::string value = ValueOf(cell);
        if (TrimOffice(value).empty()) continue;
        if (hidden || hidden_columns.count(column) > 0) {
          ++hidden_;
          continue;
        }
        bytes += value.size();
        cells[column] = std::move(value);
      }
      bytes_ += bytes;
      if (bytes_ > kMaxOfficeTextBytes) return absl::InvalidArgumentError(kDocumentTooLargeUnpacked);
      // A row that is filtered out is not empty: the table goes on below it.
      if ((cells.empty() && !hidden) || number > last_row + 1) RETURN_IF_ERROR(AddTable(&rows));
      if (hidden || !cells.empty()) last_row = number;
      if (!cells.empty()) rows.push_back(std::move(cells));
    }
    return AddTable(&rows);
  }

  // The rows with the columns that any of them uses.
  absl::Status AddTable(std::vector<std::map<int, std::string>>* rows) {
    std::map<int, size_t> columns;
    for (const auto& row : *rows) {
      for (const auto& [column, value] : row) columns[column] = 0;
    }
    size_t at = 0;
    for (auto& [column, index] : columns) index = at++;
    cells_ += rows->size() * columns.size();
    if (cells_ > kMaxCells) return absl::InvalidArgumentError(kDocumentTooComplex);
    OfficeBlock table;
    table.kind = Kind::kTable;
    for (auto& row : *rows) {
      OfficeRow& shown = table.rows.emplace_back();
      shown.cells.resize(columns.size());
      for (auto& [column, value] : row) shown.cells[columns[column]].push_back({.text = std::move(value)});
    }
    if (!rows->empty()) blocks_.push_back(std::move(table));
    rows->clear();
    return absl::OkStatus();
  }

  Archive& archive_;
  OfficeBlocks blocks_;
  std::vector<std::string> strings_;
  std::vector<std::string> formats_;  // by style of a cell
  bool epoch_1904_ = false;
  size_t hidden_ = 0;  // filled cells of the sheet that are not shown
  size_t cells_ = 0;
  size_t bytes_ = 0;
};

}  // namespace

std::string ShownNumber(absl::string_view stored, absl::string_view format_code, bool epoch_1904) {
  double value = 0;
  if (!absl::SimpleAtod(stored, &value) || !std::isfinite(value)) return std::string(stored);
  const NumberFormat format = FormatReader(format_code).Read();
  const bool date = format.IsDate();
  if (date && value >= 0 && value < kMaxDay) return ShownDate(value, format, epoch_1904);
  // More digits than a cell can show are an artefact of binary fractions.
  if (format_code.empty() || format.general || date || std::abs(value) >= 1e15) {
    const std::string plain = absl::StrReplaceAll(absl::StrFormat("%.15g", value), {{".", ","}});
    return date ? plain : Around(format, plain);
  }
  value = value * (format.percent ? 100 : 1) / std::pow(1000, format.scale);
  // Binary fractions just below a half are meant as a half.
  const std::string exact = absl::StrFormat("%.15g", std::abs(value));
  double rounded = 0;
  if (!absl::SimpleAtod(exact, &rounded)) return std::string(stored);
  const int decimals = std::min(format.decimals, 12);
  const double unit = std::pow(10, decimals);
  const std::string fixed = absl::StrFormat("%.*f", decimals, std::floor(rounded * unit + 0.5 + 1e-9) / unit);
  const size_t point = fixed.find('.');
  std::string whole = fixed.substr(0, point);
  if (format.thousands) whole = WithThousands(whole);
  const bool zero = fixed.find_first_not_of("0.") == std::string::npos;
  const std::string fraction = point == std::string::npos ? "" : absl::StrCat(",", fixed.substr(point + 1));
  return Around(format, absl::StrCat(value < 0 && !zero ? "-" : "", whole, fraction, format.percent ? "%" : ""));
}

absl::StatusOr<OfficeBlocks> ReadXlsx(Archive& archive, const std::string& part) {
  return XlsxReader(archive).Read(part);
}

}  // namespace regiokompas::intake
