#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "services/intake/parser/dutch_figures.h"
#include "services/intake/parser/line_reader.h"
#include "services/intake/parser/line_shapes.h"
#include "services/intake/parser/structure.h"

namespace regiokompas::intake {
namespace {

constexpr size_t kLongestStatus = 40;

// Whether a label announces several goals: "doelen", "onze ambities".
bool IsPlural(absl::string_view label) {
  return (absl::EndsWith(label, "en") && !absl::EndsWith(label, "streven")) || absl::EndsWith(label, "ambities");
}

}  // namespace

void LineReader::OpenTable() {
  std::optional<HeadOfCells> head = tables_.HeadOfCellsAt(at_);
  if (!head.has_value()) return;
  LeaveAll();
  in_table_ = true;
  rows_ = 0;
  head_end_ = head->end;
  table_moments_ = std::move(head->moments);
}

bool LineReader::ReadTable(const Line& line, pb::SpanRole* role) {
  if (survey_.IsHeadOfAspects(at_)) {
    *role = Take(pb::SPAN_ROLE_ACTIVITY, "table.head");
    return true;
  }
  if (ReadTableOfRows(line, role)) return true;
  if (at_ >= head_end_ && !IsNoPolicy()) OpenTable();
  if (at_ >= head_end_) return false;
  out_.AddLabel(std::string(line.text));
  *role = Take(pb::SPAN_ROLE_ACTIVITY, "table.head");
  return true;
}

bool LineReader::ReadTableOfRows(const Line& line, pb::SpanRole* role) {
  if (CountCells(line) < 2 || IsNoPolicy()) {
    // What stands apart below a table of several rows is not about the last of them.
    if (!columns_.empty() && rows_ > 1 && line.after_blank && !IsBar(line.text)) LeaveAll();
    columns_.clear();
    return false;
  }
  const std::vector<absl::string_view> cells = CellsOf(line.text);
  if (std::vector<TableColumn> columns = tables_.ColumnsOf(at_, cells); !columns.empty()) {
    LeaveAll();
    columns_ = std::move(columns);
    rows_ = 0;
    *role = Take(pb::SPAN_ROLE_ACTIVITY, "table.head");
    return true;
  }
  if (columns_.empty() || cells.size() > columns_.size()) return false;
  *role = ReadRow(line, cells);
  ++rows_;
  return true;
}

pb::SpanRole LineReader::ReadRow(const Line& line, const std::vector<absl::string_view>& cells) {
  const std::vector<TableColumn> columns = columns_;
  const LineMatch title = tables_.TitleIn(columns, cells);
  if (title.title.empty()) return Take(pb::SPAN_ROLE_ACTIVITY, "table.row");
  ReadActivityTitle(line, title, "table.row");
  for (size_t i = 0; i < cells.size(); ++i) {
    if (columns[i].rule != nullptr && !cells[i].empty() && !IsEmptyMark(cells[i])) {
      ReadCell(line, *columns[i].rule, columns[i].label, cells[i]);
    }
  }
  columns_ = columns;
  return Take(pb::SPAN_ROLE_ACTIVITY, "table.row");
}

void LineReader::ReadCell(const Line& line, const LabelRule& rule, const std::string& label, absl::string_view text) {
  pb::Status status;
  switch (rule.role) {
    case profile_pb::LABEL_ROLE_YEARS:
      AddYears(text);
      return;
    case profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS:
    case profile_pb::LABEL_ROLE_STATUS:
      if (rule.role == profile_pb::LABEL_ROLE_STATUS ? text.size() <= kLongestStatus
                                                     : profile_.StatusOf(text, &status)) {
        moments_ = {label};
        AddStatus(text);
        return;
      }
      OpenAspect(pb::ASPECT_KIND_STATE_OF_AFFAIRS, label);
      break;
    case profile_pb::LABEL_ROLE_ASPECT:
      OpenAspect(rule.aspect, label);
      break;
    case profile_pb::LABEL_ROLE_COUNCIL_PROPOSAL:
      CloseText();
      text_.Open(Slot::kProposal);
      break;
    default:
      return;
  }
  Append(line, text, false);
  CloseText();
}

pb::SpanRole LineReader::ReadLabel(const Line& line, const LabelMatch& label) {
  const LabelRule& rule = *label.rule;
  rule_ = rule.name;
  const bool status_label = rule.role == profile_pb::LABEL_ROLE_STATUS || IsStatusHere(label);
  if (survey_.IsPlanOfAspect(rule) && text_.slot() == Slot::kAspect) {
    AppendCell(line, label.text);
    return pb::SPAN_ROLE_ASPECT;
  }
  // Statuses may stand between a label and its text.
  if ((!status_label || activity_ < 0) && !IsProgressOfAspect(rule)) CloseText();
  if (!status_label || !last_was_status_label_) moments_.clear();
  last_was_status_label_ = status_label;
  out_.AddLabel(label.label);
  if (activity_ >= 0 && (DocumentSurvey::IsOfBlock(rule) || survey_.IsGoalOfBlock(rule)))
    last_place_ = survey_.FactsOf(rule).place_in_block;
  if (status_label) return ReadStatusLabel(line, label);

  switch (rule.role) {
    case profile_pb::LABEL_ROLE_ASPECT:
      if (activity_ < 0) break;
      OpenAspect(rule.aspect, label.label);
      text_.SetPlaced(survey_.IsPlaced(rule));
      AppendCell(line, label.text);
      return pb::SPAN_ROLE_ASPECT;
    case profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS:
      if (activity_ < 0 && goal_ < 0) break;
      return ReadProgressLabel(line, label);
    case profile_pb::LABEL_ROLE_YEARS:
      if (activity_ < 0 && !in_table_) break;
      expect_years_ = IsYearsOnly(label.text) ? false : true;
      if (activity_ >= 0) AddYears(label.text);
      return pb::SPAN_ROLE_STATUS;
    case profile_pb::LABEL_ROLE_CODE:
      return pb::SPAN_ROLE_ACTIVITY;
    case profile_pb::LABEL_ROLE_ACTIVITY_TITLE:
      return ReadTitleLabel(line, label);
    case profile_pb::LABEL_ROLE_COUNCIL_PROPOSAL:
      if (activity_ < 0) break;
      text_.Open(Slot::kProposal);
      AppendCell(line, label.text);
      return pb::SPAN_ROLE_ASPECT;
    case profile_pb::LABEL_ROLE_GOAL_ITEMS:
      if (!survey_.IsGoalOfBlock(rule)) return ReadGoalsLabel(line, label);
      if (activity_ < 0) break;
      OpenAspect(pb::ASPECT_KIND_RESULT, label.label);
      AppendCell(line, label.text);
      return pb::SPAN_ROLE_ASPECT;
    default:
      break;
  }
  // A label that has nothing to belong to here is a heading of its own.
  LeaveAll();
  OpenSection(WithoutBar(line.text), line.number);
  section_aspect_ = rule.aspect;
  return pb::SPAN_ROLE_NARRATIVE;
}

pb::SpanRole LineReader::ReadGoalsLabel(const Line& line, const LabelMatch& label) {
  LeaveAll();
  list_kind_ = label.rule->goal_kind;
  list_continues_ = true;
  plural_goals_ = IsPlural(Normalized(label.label));
  goal_list_label_ = at_;
  if (!label.text.empty()) AddListedGoal("", WithoutBar(label.text), line.number);
  return pb::SPAN_ROLE_GOAL;
}

bool LineReader::IsStatusHere(const LabelMatch& label) const {
  const bool progress = label.rule->role == profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS;
  if (!progress || activity_ < 0 || IsProgressOfAspect(*label.rule)) return false;
  pb::Status status;
  if (!label.text.empty()) return profile_.StatusOf(WithoutBar(label.text), &status);
  if (profile_.data().aspect_text() == profile_pb::ASPECT_TEXT_PLAN_THEN_PROGRESS && text_.slot() == Slot::kAspect)
    return false;
  return at_ + 1 < lines_.size() && !lines_[at_ + 1].is_item && !absl::EndsWith(lines_[at_ + 1].text, ".") &&
         survey_.LabelAt(at_ + 1, true).rule == nullptr && profile_.StatusOf(lines_[at_ + 1].text, &status);
}

bool LineReader::IsProgressOfAspect(const LabelRule& rule) const {
  return survey_.TellsProgressOfAspects() && rule.role == profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS &&
         text_.slot() == Slot::kAspect;
}

pb::SpanRole LineReader::ReadStatusLabel(const Line& line, const LabelMatch& label) {
  const absl::string_view text = WithoutBar(label.text);
  if (activity_ >= 0 && text.size() > kLongestStatus) return ReadProgressLabel(line, label);
  if (activity_ < 0 && !expect_title_ && !in_table_) {
    LeaveAll();
    OpenSection(WithoutBar(line.text), line.number);
    return pb::SPAN_ROLE_NARRATIVE;
  }
  moments_.push_back(label.label);
  if (activity_ >= 0 && !text.empty() && !IsEmptyMark(text)) AddStatus(text);
  return pb::SPAN_ROLE_STATUS;
}

pb::SpanRole LineReader::ReadProgressLabel(const Line& line, const LabelMatch& label) {
  if (IsProgressOfAspect(*label.rule)) {
    text_.StartProgress();
    AppendCell(line, label.text);
    return pb::SPAN_ROLE_ASPECT;
  }
  CloseText();
  if (activity_ >= 0) {
    OpenAspect(pb::ASPECT_KIND_STATE_OF_AFFAIRS, label.label);
    AppendCell(line, label.text);
    return pb::SPAN_ROLE_ASPECT;
  }
  text_.Open(Slot::kGoalProgress);
  progress_in_item_ = item_line_ != nullptr && line.indent > item_line_->indent;
  AppendCell(line, label.text);
  return pb::SPAN_ROLE_GOAL;
}

pb::SpanRole LineReader::ReadTitleLabel(const Line& line, const LabelMatch& label) {
  LeaveAll();
  expect_title_ = true;
  const absl::string_view text = WithoutBar(label.text);
  if (text.empty()) return pb::SPAN_ROLE_ACTIVITY;
  // The head of a card may have the columns of its title and status on one line.
  if (const LabelMatch column = profile_.MatchLabel(text, {});
      column.rule != nullptr && column.rule->role == profile_pb::LABEL_ROLE_STATUS && column.text.empty()) {
    moments_ = {column.label};
    last_was_status_label_ = true;
    return pb::SPAN_ROLE_ACTIVITY;
  }
  expect_title_ = false;
  return ReadActivityTitle(line, profile_.ActivityTitle(text), label.rule->name);
}

bool LineReader::IsRow(const Line& line) const {
  if (!in_table_ || line.text.size() > kLongestActivityTitle || IsYearsOnly(line.text)) return false;
  if (!table_code_.empty()) return true;
  pb::Status status;
  if (at_ + 1 >= lines_.size() || profile_.StatusOf(line.text, &status)) return false;
  const absl::string_view below = lines_[at_ + 1].text;
  return IsYearsOnly(below) || (!table_moments_.empty() && profile_.StatusOf(below, &status));
}

pb::SpanRole LineReader::ReadActivityTitle(const Line& line, LineMatch title, absl::string_view rule) {
  if (title.code.empty() && !table_code_.empty()) title.code = table_code_;
  if (survey_.HasStatusBesideTitle() && early_status_.empty()) TakeStatusOffTitle(&title.title);
  table_code_.clear();
  Take(pb::SPAN_ROLE_ACTIVITY, rule);
  const std::deque<std::string> moments = std::move(moments_);
  const bool in_table = in_table_;
  LeaveAll();
  in_table_ = in_table;
  moments_ = moments;
  if (in_table) {
    // Every row of the overview has the same columns.
    moments_ = table_moments_;
  }
  std::vector<int> goals = cited_;
  if (const int parent = out_.DeepestGoal(); goals.empty() && parent >= 0) goals.push_back(parent);
  activity_ = out_.AddActivity(title, line.number, goals);
  last_place_ = -1;
  title_line_ = at_;
  if (!early_status_.empty()) {
    if (moments_.empty()) moments_.push_back("");
    AddStatus(early_status_);
    early_status_.clear();
  }
  return pb::SPAN_ROLE_ACTIVITY;
}

void LineReader::TakeStatusOffTitle(std::string* title) {
  const size_t at = survey_.StatusBeside(*title);
  if (at == 0) return;
  early_status_ = title->substr(at);
  title->resize(at - 1);
}

void LineReader::OpenAspect(pb::AspectKind kind, absl::string_view label) {
  CloseText();
  pb::ParsedAspect* aspect = activity().add_aspects();
  aspect->set_kind(kind);
  aspect->set_label(std::string(label));
  text_.Open(Slot::kAspect);
}

void LineReader::AddStatus(absl::string_view text) {
  out_.AddStatus(activity_, moments_.front(), text);
  moments_.pop_front();
}

bool LineReader::IsStatusValue(const Line& line) const {
  pb::Status status;
  if (profile_.StatusOf(line.text, &status)) return true;
  if (line.text.size() > kLongestStatus || !line.after_blank || !EndsLikeHeading(line.text)) return false;
  if (std::count(line.text.begin(), line.text.end(), ' ') > 3) return false;
  return at_ + 1 < lines_.size() && lines_[at_ + 1].after_blank && !IsTitleOfActivity(at_ + 1) &&
         !(in_table_ && IsYearsOnly(lines_[at_ + 1].text));
}

}  // namespace regiokompas::intake
