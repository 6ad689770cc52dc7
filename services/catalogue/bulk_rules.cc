#include "services/catalogue/bulk_rules.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/errors.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "google/rpc/error_details.pb.h"

namespace regiokompas::catalogue {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

constexpr errors::Rule kBadHeader{"BAD_HEADER", "{field} must begin with the header {header}",
                                  "{field} moet beginnen met de kop {header}"};
constexpr errors::Rule kNotUtf8{"NOT_UTF8", "{field} is not UTF-8 on line {line}",
                                "{field} is geen UTF-8 op regel {line}"};
constexpr errors::Rule kNul{"NUL_BYTE", "{field} holds a NUL byte on line {line}",
                            "{field} bevat een NUL-byte op regel {line}"};
constexpr errors::Rule kBadQuotes{"BAD_QUOTES", "{field} has a cell on line {line} whose quotation marks do not match",
                                  "{field} heeft op regel {line} een cel waarvan de aanhalingstekens niet kloppen"};
constexpr errors::Rule kDuplicateId{"DUPLICATE_ID", "{field} has {activity} on lines {first} and {second}",
                                    "{field} heeft {activity} op de regels {first} en {second}"};
constexpr errors::Rule kTooManyRows{"TOO_MANY", "{field} has more than {limit} rows",
                                    "{field} heeft meer dan {limit} rijen"};
constexpr errors::Rule kWrongCells{"WRONG_CELLS", "The row has {found} cells and the header {wanted}",
                                   "De rij heeft {found} cellen en de kop {wanted}"};
constexpr errors::Rule kBadJson{"BAD_JSON", "{field} is not well-formed JSON", "{field} is geen goed gevormde JSON"};
constexpr errors::Rule kBadRow{"BAD_JSON", "The row is not a well-formed JSON object",
                               "De rij is geen goed gevormd JSON-object"};
constexpr errors::Rule kUnknownField{"UNKNOWN_FIELD", "{field} is not a field of an activity",
                                     "{field} is geen veld van een activiteit"};
constexpr errors::Rule kBadValue{"BAD_VALUE", "{field} has a value of the wrong sort",
                                 "{field} heeft een waarde van het verkeerde soort"};
constexpr errors::Rule kBadCents{"BAD_CENTS", "{field} is an amount in whole cents, such as 125050 for EUR 1,250.50",
                                 "{field} is een bedrag in hele centen, zoals 125050 voor € 1.250,50"};
constexpr errors::Rule kDropped{"DROPPED", "{field} was dropped, and an id is never used again",
                                "{field} is verwijderd, en een id wordt nooit opnieuw gebruikt"};

constexpr char kFile[] = "data";  // the field of the request that holds the file
constexpr char kLineEnd[] = "\r\n";
constexpr size_t kMaxNameInError = 100;

absl::Status Broken(absl::string_view field, const errors::Rule& rule, const errors::Metadata& metadata = {}) {
  errors::Violations violations;
  violations.Add(field, rule, metadata);
  return violations.ToStatus();
}

// -- JSON

absl::StatusOr<std::string> ToJson(const Message& message) {
  std::string json;
  if (const auto status = google::protobuf::util::MessageToJsonString(message, &json); !status.ok()) {
    return absl::InternalError(std::string(status.message()));
  }
  return json;
}

// What protobuf says of a JSON text, as a rule that a field breaks. It begins with the place: "(budget_lines[0].side):
// invalid value…", "(aspects[0]) plann: Cannot find field."
absl::Status JsonError(absl::string_view text, absl::string_view whole) {
  absl::string_view rest = text;
  absl::string_view path;
  if (absl::ConsumePrefix(&rest, "(")) {
    path = rest.substr(0, rest.find(')'));
    rest.remove_prefix(std::min(rest.size(), path.size() + 1));
  }
  if (absl::ConsumeSuffix(&rest, ": Cannot find field.")) {
    const absl::string_view name = absl::StripLeadingAsciiWhitespace(rest);
    const bool told = !name.empty() && name.size() <= kMaxNameInError;
    const std::vector<absl::string_view> parts = {path, told ? name : ""};
    return Broken(absl::StrJoin(parts, path.empty() || !told ? "" : "."), kUnknownField);
  }
  if (path.empty()) return whole.empty() ? Broken("", kBadRow) : Broken(whole, kBadJson);
  return Broken(path, absl::EndsWith(path, "_cents") ? kBadCents : kBadValue);
}

// True for one whole JSON value (RFC 8259) without a list directly in a list, which no field is. Protobuf takes more.
bool IsStrictJson(const std::string& text) {
  std::string open;  // the brackets around the place that was reached
  bool nested = false;
  const auto visit = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& /*value*/) {
    const bool list = event == nlohmann::json::parse_event_t::array_start;
    if (list || event == nlohmann::json::parse_event_t::object_start) {
      open.resize(static_cast<size_t>(depth));
      nested |= list && !open.empty() && open.back() == '[';
      open.push_back(list ? '[' : '{');
    }
    return depth == 0;  // nothing else has to be kept
  };
  return !nlohmann::json::parse(text, visit, /*allow_exceptions=*/false).is_discarded() && !nested;
}

// Reads a JSON object that stands for an activity, or for the part of it in the column `whole`.
absl::Status FromJson(const std::string& json, absl::string_view whole, v1::Activity* activity) {
  // Protobuf also takes 12.0 for 12, but whoever writes 12.0 cents means euros. In a string it is refused.
  static const auto* const kCents = new RE2(R"(("[A-Za-z_]*[cC]ents"\s*:\s*)(-?[0-9][-+.0-9eE]*))");
  std::string strict = json;
  RE2::GlobalReplace(&strict, *kCents, R"(\1"\2")");
  const auto status = google::protobuf::util::JsonStringToMessage(strict, activity);
  if (status.ok()) return absl::OkStatus();
  return JsonError(absl::string_view(status.message().data(), status.message().size()), whole);
}

// -- Cells

// Texts that begin like this are formulas to a spreadsheet.
constexpr absl::string_view kFormulaStart = "=+-@\t\r\n";

// True for such a text, also behind apostrophes: what is guarded once more must be told from what was not guarded.
bool LooksLikeFormula(absl::string_view text) {
  const size_t start = text.find_first_not_of('\'');
  return start != absl::string_view::npos && absl::StrContains(kFormulaStart, text[start]);
}

// An apostrophe in front makes it text, and is taken away when it is read.
std::string Guarded(std::string text) { return LooksLikeFormula(text) ? absl::StrCat("'", text) : std::move(text); }

std::string Unguarded(std::string text) {
  if (absl::StartsWith(text, "'") && LooksLikeFormula(text)) text.erase(0, 1);
  return text;
}

std::string Quoted(std::string text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

// The field of an activity that a column holds, such as ending.reason.
struct Column {
  std::string name;
  const FieldDescriptor* outer;  // null for a field of the activity itself
  const FieldDescriptor* field;
};

Column ColumnOf(const std::string& name) {
  const std::pair<std::string, std::string> path = absl::StrSplit(name, absl::MaxSplits('.', 1));
  const FieldDescriptor* field = v1::Activity::descriptor()->FindFieldByName(path.first);
  if (path.second.empty()) return {name, nullptr, field};
  return {name, field, field->message_type()->FindFieldByName(path.second)};
}

// All but the first, which is the activity itself.
const std::vector<Column>& Columns() {
  static const auto* const kColumns = [] {
    auto* columns = new std::vector<Column>;
    for (size_t i = 1; i < FileColumns().size(); ++i) columns->push_back(ColumnOf(FileColumns()[i]));
    return columns;
  }();
  return *kColumns;
}

// A list is joined by semicolons, but for one that would then be read as another.
bool IsPlainItem(absl::string_view item) {
  return !item.empty() && !absl::StrContains(item, ';') && item.front() != '[' &&
         absl::StripAsciiWhitespace(item) == item;
}

std::vector<std::string> ItemsOf(const Message& message, const FieldDescriptor* field) {
  std::vector<std::string> items;
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
    items.push_back(field->cpp_type() == FieldDescriptor::CPPTYPE_INT32
                        ? absl::StrCat(reflection.GetRepeatedInt32(message, field, i))
                        : reflection.GetRepeatedString(message, field, i));
  }
  return items;
}

// The JSON of one field, without its name; takes the field out of the activity.
absl::StatusOr<std::string> JsonCell(v1::Activity* activity, const FieldDescriptor* field) {
  v1::Activity part;
  activity->GetReflection()->SwapFields(activity, &part, {field});
  ASSIGN_OR_RETURN(const std::string json, ToJson(part));
  const size_t name = field->json_name().size() + 4;  // {"name":
  return json.size() <= name ? "" : json.substr(name, json.size() - name - 1);
}

absl::StatusOr<std::string> CellOf(v1::Activity* activity, const Column& column) {
  if (column.field->is_repeated() && column.field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    const std::vector<std::string> items = ItemsOf(*activity, column.field);
    if (std::all_of(items.begin(), items.end(), IsPlainItem)) return absl::StrJoin(items, ";");
    return JsonCell(activity, column.field);
  }
  if (column.field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) return JsonCell(activity, column.field);
  const Message& message =
      column.outer == nullptr ? *activity : activity->GetReflection()->GetMessage(*activity, column.outer);
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  if (column.field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) return reflection.GetString(message, column.field);
  return reflection.HasField(message, column.field) ? reflection.GetEnum(message, column.field)->name() : "";
}

absl::Status ReadJsonCell(const std::string& cell, const Column& column, v1::Activity* activity) {
  // By itself, so that what stands in one cell can not reach the next field.
  if (!IsStrictJson(cell)) return Broken(column.name, kBadJson);
  v1::Activity part;
  RETURN_IF_ERROR(FromJson(absl::StrCat("{\"", column.field->name(), "\":", cell, "}"), column.name, &part));
  activity->MergeFrom(part);
  return absl::OkStatus();
}

absl::Status ReadList(const std::string& cell, const Column& column, v1::Activity* activity) {
  if (cell.front() == '[') return ReadJsonCell(cell, column, activity);
  int index = 0;
  for (const absl::string_view part : absl::StrSplit(cell, ';')) {
    const absl::string_view item = absl::StripAsciiWhitespace(part);
    int number = 0;
    if (column.field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      activity->GetReflection()->AddString(activity, column.field, std::string(item));
    } else if (absl::SimpleAtoi(item, &number)) {
      activity->GetReflection()->AddInt32(activity, column.field, number);
    } else {
      return Broken(absl::StrCat(column.name, "[", index, "]"), kBadValue);
    }
    ++index;
  }
  return absl::OkStatus();
}

absl::Status ReadCell(const std::string& cell, const Column& column, v1::Activity* activity) {
  if (cell.empty()) return absl::OkStatus();
  const bool nested = column.field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
  if (nested) return ReadJsonCell(cell, column, activity);
  if (column.field->is_repeated()) return ReadList(cell, column, activity);
  Message* message =
      column.outer == nullptr ? activity : activity->GetReflection()->MutableMessage(activity, column.outer);
  if (column.field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    message->GetReflection()->SetString(message, column.field, cell);
    return absl::OkStatus();
  }
  const auto* value = column.field->enum_type()->FindValueByName(cell);
  if (value == nullptr) return Broken(column.name, errors::kUnknownValue);
  message->GetReflection()->SetEnum(message, column.field, value);
  return absl::OkStatus();
}

// -- Rows

// Fills the name by what the row gives for it: an id, or a whole name.
absl::Status SetName(absl::string_view given, absl::string_view parent, const char* field, v1::Activity* activity) {
  activity->clear_name();
  if (given.empty()) return Broken(field, errors::kRequired);
  const std::string prefix = absl::StrCat(parent, "/activities/");
  if (absl::StrContains(given, '/') && !absl::StartsWith(given, prefix)) {
    return Broken(field, errors::kBadName, {{"pattern", absl::StrCat(prefix, "{activity}")}});
  }
  const absl::string_view id = absl::StripPrefix(given, prefix);
  if (!IsId(id)) return Broken(field, errors::kBadId);
  activity->set_name(absl::StrCat(prefix, id));
  return absl::OkStatus();
}

absl::Status ReadCells(const std::vector<std::string>& cells, size_t count, absl::string_view parent,
                       v1::Activity* activity) {
  RETURN_IF_ERROR(SetName(cells.front(), parent, "activity", activity));
  if (count != FileColumns().size()) {
    return Broken("", kWrongCells, {{"found", absl::StrCat(count)}, {"wanted", absl::StrCat(FileColumns().size())}});
  }
  for (size_t i = 0; i < Columns().size(); ++i) RETURN_IF_ERROR(ReadCell(cells[i + 1], Columns()[i], activity));
  return absl::OkStatus();
}

absl::Status ReadObject(const std::string& json, absl::string_view parent, v1::Activity* activity) {
  if (!IsStrictJson(json)) return Broken("", kBadRow);
  absl::Status read = FromJson(json, "", activity);
  if (read.ok()) return SetName(std::string(activity->name()), parent, "name", activity);
  // Of an object that can not be read, the name can where it stands first, as in what was exported.
  static const auto* const kName = new RE2(R"re(^\s*\{\s*"name"\s*:\s*"([^"\\]*)")re");
  std::string name;
  if (RE2::PartialMatch(json, *kName, &name)) SetName(name, parent, "name", activity).IgnoreError();
  return read;
}

// -- Files

// The position of the first byte that is not part of well-formed UTF-8 (RFC 3629), or npos.
size_t FirstNotUtf8(absl::string_view bytes) {
  for (size_t i = 0; i < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || i + size > bytes.size()) return i;
    // No overlong forms, no surrogates, nothing above U+10FFFF.
    const auto second = static_cast<unsigned char>(bytes[i + 1]);
    const int low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const int high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < low || second > high) return i;
    for (size_t k = 2; k < size; ++k) {
      if ((static_cast<unsigned char>(bytes[i + k]) & 0xC0) != 0x80) return i;
    }
    i += size;
  }
  return absl::string_view::npos;
}

std::string LineAt(absl::string_view file, size_t position) {
  return absl::StrCat(1 + std::count(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
}

// Records of RFC 4180 one by one, with LF as well as CRLF. Blank lines are no records.
class CsvReader {
 public:
  explicit CsvReader(absl::string_view text) : rest_(text) {}

  // Reads the next record; at the end, cells() is empty. False when its quotes do not match.
  bool Next() {
    cells_.clear();
    count_ = 0;
    while (TakeLineEnd()) {
    }
    line_ = next_line_;
    if (rest_.empty()) return true;
    do {
      std::string cell;
      if (!TakeCell(&cell)) return false;
      // A line of commas must not cost more than a row of the file may.
      if (count_++ < FileColumns().size()) cells_.push_back(Unguarded(std::move(cell)));
    } while (absl::ConsumePrefix(&rest_, ","));
    return rest_.empty() || TakeLineEnd();
  }

  const std::vector<std::string>& cells() const { return cells_; }  // as many as there are columns
  size_t count() const { return count_; }
  int line() const { return line_; }

 private:
  bool TakeLineEnd() {
    if (!absl::ConsumePrefix(&rest_, "\n") && !absl::ConsumePrefix(&rest_, kLineEnd)) return false;
    ++next_line_;
    return true;
  }

  bool TakeCell(std::string* cell) {
    if (!absl::ConsumePrefix(&rest_, "\"")) {
      const absl::string_view plain = rest_.substr(0, rest_.find_first_of(",\n\""));
      rest_.remove_prefix(plain.size());
      *cell = std::string(plain);
      const bool last = rest_.empty() || rest_.front() == '\n';
      if (last && absl::EndsWith(*cell, "\r")) cell->pop_back();  // it belongs to the line end
      return rest_.empty() || rest_.front() != '"';
    }
    while (true) {
      const size_t quote = rest_.find('"');
      if (quote == absl::string_view::npos) return false;
      absl::StrAppend(cell, rest_.substr(0, quote));
      rest_.remove_prefix(quote + 1);
      if (!absl::ConsumePrefix(&rest_, "\"")) break;
      cell->push_back('"');
    }
    next_line_ += static_cast<int>(std::count(cell->begin(), cell->end(), '\n'));
    return rest_.empty() || absl::StrContains(",\r\n", rest_.front());
  }

  absl::string_view rest_;
  std::vector<std::string> cells_;
  size_t count_ = 0;
  int line_ = 1;
  int next_line_ = 1;
};

// Takes rows as long as the file may have more, and no activity twice.
class Rows {
 public:
  FileRow& Add(int line) {
    rows_.push_back({.number = static_cast<int>(rows_.size()) + 1, .line = line});
    return rows_.back();
  }

  // OK when the row that was added last may be there.
  absl::Status CheckLast() {
    const FileRow& row = rows_.back();
    if (rows_.size() > kMaxFileRows) return Broken(kFile, kTooManyRows, {{"limit", absl::StrCat(kMaxFileRows)}});
    if (row.activity.name().empty()) return absl::OkStatus();
    const auto [before, added] = lines_.emplace(row.activity.name(), row.line);
    if (added) return absl::OkStatus();
    return Broken(kFile, kDuplicateId,
                  {{"activity", row.activity.name()},
                   {"first", absl::StrCat(before->second)},
                   {"second", absl::StrCat(row.line)}});
  }

  std::vector<FileRow> Take() { return std::move(rows_); }

 private:
  std::vector<FileRow> rows_;
  std::map<std::string, int> lines_;
};

// Leaves nothing but the name of an activity that could not be read.
void Finish(absl::Status status, FileRow& row) {
  row.status = std::move(status);
  if (row.status.ok()) return;
  v1::Activity named;
  named.set_name(row.activity.name());
  row.activity.Swap(&named);
}

absl::StatusOr<std::vector<FileRow>> ReadCsv(absl::string_view parent, absl::string_view file) {
  CsvReader reader(file);
  const bool begins = reader.Next();
  if (!begins || reader.count() != FileColumns().size() || reader.cells() != FileColumns()) {
    return Broken(kFile, kBadHeader, {{"header", absl::StrJoin(FileColumns(), ",")}});
  }
  Rows rows;
  while (true) {
    if (!reader.Next()) return Broken(kFile, kBadQuotes, {{"line", absl::StrCat(reader.line())}});
    if (reader.cells().empty()) return rows.Take();
    FileRow& row = rows.Add(reader.line());
    Finish(ReadCells(reader.cells(), reader.count(), parent, &row.activity), row);
    RETURN_IF_ERROR(rows.CheckLast());
  }
}

absl::StatusOr<std::vector<FileRow>> ReadJsonLines(absl::string_view parent, absl::string_view file) {
  Rows rows;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(file, '\n')) {
    ++number;
    absl::ConsumeSuffix(&line, "\r");
    if (line.empty()) continue;
    FileRow& row = rows.Add(number);
    Finish(ReadObject(std::string(line), parent, &row.activity), row);
    RETURN_IF_ERROR(rows.CheckLast());
  }
  return rows.Take();
}

}  // namespace

const std::vector<std::string>& FileColumns() {
  static const auto* const kColumns =
      new std::vector<std::string>{"activity",          "display_name", "code",
                                   "realisation_years", "task_fields",  "responsible_executive",
                                   "policy_officer",    "ending.kind",  "ending.ending_date",
                                   "ending.reason",     "aspects",      "milestones",
                                   "budget_lines",      "parties",      "provenance"};
  return *kColumns;
}

std::string FileHeader(v1::FileFormat format) {
  return format == v1::FILE_FORMAT_CSV ? absl::StrCat(absl::StrJoin(FileColumns(), ","), kLineEnd) : "";
}

absl::StatusOr<std::string> FileRowOf(v1::FileFormat format, const v1::Activity& activity) {
  if (format == v1::FILE_FORMAT_JSON_LINES) {
    v1::Activity kept = activity;
    kept.clear_create_time();
    kept.clear_update_time();
    kept.clear_etag();
    ASSIGN_OR_RETURN(const std::string json, ToJson(kept));
    return absl::StrCat(json, "\n");
  }
  std::string row(absl::string_view(activity.name()).substr(activity.name().rfind('/') + 1));
  v1::Activity rest = activity;
  for (const Column& column : Columns()) {
    ASSIGN_OR_RETURN(std::string cell, CellOf(&rest, column));
    absl::StrAppend(&row, ",", Quoted(Guarded(std::move(cell))));
  }
  return absl::StrCat(row, kLineEnd);
}

absl::StatusOr<std::vector<FileRow>> ReadFile(v1::FileFormat format, absl::string_view parent, absl::string_view file) {
  if (file.size() > kMaxFileBytes) return FileTooLong();
  absl::ConsumePrefix(&file, "\xEF\xBB\xBF");
  if (const size_t bad = FirstNotUtf8(file); bad != absl::string_view::npos) {
    return Broken(kFile, kNotUtf8, {{"line", LineAt(file, bad)}});
  }
  if (const size_t nul = file.find('\0'); nul != absl::string_view::npos) {
    return Broken(kFile, kNul, {{"line", LineAt(file, nul)}});
  }
  return format == v1::FILE_FORMAT_CSV ? ReadCsv(parent, file) : ReadJsonLines(parent, file);
}

absl::Status FileTooLong() { return Broken(kFile, errors::kTooLong, {{"limit", absl::StrCat(kMaxFileBytes)}}); }

absl::Status ActivityDropped() { return Broken("activity", kDropped); }

void KeepShiftTimes(const v1::Activity& stored, v1::Activity* activity) {
  for (int i = 0; i < std::min(stored.milestones_size(), activity->milestones_size()); ++i) {
    const v1::Milestone& old = stored.milestones(i);
    v1::Milestone& milestone = *activity->mutable_milestones(i);
    for (int k = 0; k < std::min(old.shifts_size(), milestone.shifts_size()); ++k) {
      v1::MilestoneShift timed = milestone.shifts(k);
      if (timed.has_shift_time() || !old.shifts(k).has_shift_time()) continue;
      *timed.mutable_shift_time() = old.shifts(k).shift_time();
      if (MessageDifferencer::Equals(timed, old.shifts(k))) milestone.mutable_shifts(k)->Swap(&timed);
    }
  }
}

void Reject(const absl::Status& why, v1::RowReport& report) {
  report.set_outcome(v1::ROW_OUTCOME_REJECTED);
  google::rpc::BadRequest bad;
  const auto payload = why.GetPayload("type.googleapis.com/google.rpc.BadRequest");
  if (payload && bad.ParseFromString(std::string(*payload)) && bad.field_violations_size() > 0) {
    const auto& first = bad.field_violations(0);
    report.set_reason(first.reason());
    report.set_field(first.field());
    report.set_text(first.localized_message().message());
  } else {
    report.set_reason(errors::ReasonOf(why));
    report.set_text(errors::DutchOf(why));
  }
}

}  // namespace regiokompas::catalogue
