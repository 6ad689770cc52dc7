#include "services/intake/parser/table_heads.h"

#include "absl/strings/strip.h"
#include "services/intake/parser/line_shapes.h"
#include "services/intake/parser/structure.h"

namespace regiokompas::intake {
namespace {

// What a column is read as when only its cells tell.
const LabelRule* RuleOf(profile_pb::LabelRole role) {
  static const auto& rules = *new std::deque<LabelRule>([] {
    std::deque<LabelRule> all;
    for (int each = 0; each < profile_pb::LabelRole_ARRAYSIZE; ++each) {
      all.push_back({static_cast<profile_pb::LabelRole>(each), pb::ASPECT_KIND_OTHER, pb::GOAL_KIND_UNSPECIFIED, false,
                     false, true, kFirstLearned, "table.column"});
    }
    all[profile_pb::LABEL_ROLE_UNSPECIFIED].role = profile_pb::LABEL_ROLE_ASPECT;
    return all;
  }());
  return &rules[role];
}

bool IsMoment(const LabelRule& rule) {
  return rule.role == profile_pb::LABEL_ROLE_STATUS || rule.role == profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS;
}

}  // namespace

absl::string_view WithoutDot(absl::string_view code) {
  absl::ConsumeSuffix(&code, ".");
  return code;
}

std::vector<TableColumn> TableHeads::ColumnsOf(size_t at, const std::vector<absl::string_view>& cells) const {
  std::vector<TableColumn> columns;
  int titles = 0;
  int told = 0;
  for (absl::string_view cell : cells) {
    const LabelMatch label = cell.size() > kLongestHeading ? LabelMatch() : profile_.MatchLabel(cell, {false, true});
    const LabelRule* rule = label.rule != nullptr && label.text.empty() ? label.rule : nullptr;
    const bool title = rule != nullptr && rule->role == profile_pb::LABEL_ROLE_ACTIVITY_TITLE;
    titles += title;
    told += rule != nullptr && !title;
    columns.push_back({title && titles > 1 ? nullptr : rule, std::string(cell)});
  }
  const FoundTable* const table = survey_.TableAt(at);
  for (size_t i = 0; table != nullptr && table->columns.size() == columns.size() && i < columns.size(); ++i) {
    const profile_pb::LabelRole role = table->columns[i].role;
    const bool values = role == profile_pb::LABEL_ROLE_YEARS || role == profile_pb::LABEL_ROLE_STATUS;
    if (columns[i].rule == nullptr && values) columns[i].rule = RuleOf(role);
  }
  if (titles == 0 || told == 0) {
    if (table == nullptr) return {};
    columns.clear();
    for (const FoundColumn& column : table->columns) columns.push_back({RuleOf(column.role), column.header});
  }
  return columns;
}

LineMatch TableHeads::TitleIn(const std::vector<TableColumn>& columns,
                              const std::vector<absl::string_view>& cells) const {
  LineMatch title;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (columns[i].rule == nullptr) continue;
    if (columns[i].rule->role == profile_pb::LABEL_ROLE_CODE) title.code = std::string(WithoutDot(cells[i]));
    if (columns[i].rule->role == profile_pb::LABEL_ROLE_ACTIVITY_TITLE) title.title = std::string(cells[i]);
  }
  return title.code.empty() && !title.title.empty() ? profile_.ActivityTitle(title.title) : title;
}

std::optional<HeadOfCells> TableHeads::HeadOfCellsAt(size_t at) const {
  if (const FoundTable* table = survey_.TableAt(at); table != nullptr && CountCells(lines_[at]) == 1) {
    HeadOfCells head{table->end, {}};
    for (const FoundColumn& column : table->columns) {
      if (column.role == profile_pb::LABEL_ROLE_STATUS) head.moments.push_back(column.header);
    }
    return head;
  }
  return HeadInWordsAt(at);
}

std::optional<HeadOfCells> TableHeads::HeadInWordsAt(size_t at) const {
  // A head has more lines than one, none of them an item or long, and few: more labels in a row are no head.
  constexpr size_t kMostLinesOfHead = 12;
  const auto may_be_head = [&](size_t line) {
    return line < lines_.size() && !lines_[line].is_item && lines_[line].text.size() <= kLongestHeading;
  };
  if (!may_be_head(at) || !may_be_head(at + 1) || !survey_.MayBeginHead(at)) return std::nullopt;
  HeadOfCells head{at, {}};
  size_t& end = head.end;
  int titles = 0;
  int told = 0;
  for (; end < lines_.size() && !lines_[end].is_item; ++end) {
    const absl::string_view text = lines_[end].text;
    const LabelMatch label = text.size() > kLongestHeading ? LabelMatch() : profile_.MatchLabel(text, {false, true});
    if (label.rule == nullptr || !label.text.empty()) break;
    if (end - at == kMostLinesOfHead) return std::nullopt;
    const bool title = label.rule->role == profile_pb::LABEL_ROLE_ACTIVITY_TITLE;
    const bool first = end == at || (end == at + 1 && titles + told == 1);
    if (title && (!label.rule->rows || !first)) break;
    titles += title;
    told += !title;
    if (IsMoment(*label.rule)) head.moments.push_back(label.label);
  }
  if (titles == 0 || told == 0) return std::nullopt;
  // A table whose cells show where its head begins goes before the words above it.
  for (size_t i = at + 1; i <= end; ++i) {
    if (survey_.TableAt(i) != nullptr) return std::nullopt;
  }
  return head;
}

}  // namespace regiokompas::intake
