#include "services/intake/parser/block_reader.h"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <set>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "re2/re2.h"
#include "services/intake/parser/aspect_stems.h"
#include "services/intake/parser/document_survey.h"
#include "services/intake/parser/dutch_figures.h"
#include "services/intake/parser/line_context.h"
#include "services/intake/parser/line_roles.h"
#include "services/intake/parser/line_shapes.h"
#include "services/intake/parser/page_furniture.h"
#include "services/intake/parser/structure.h"
#include "services/intake/parser/table_heads.h"
#include "services/intake/parser/text_slot.h"

namespace regiokompas::intake {
namespace {

constexpr size_t kLongestTitle = 200;
constexpr size_t kLongestStatus = 40;
constexpr size_t kLongestIndicator = 300;

// A code without the marks around it: "2" of "2) ".
absl::string_view WithoutMarks(absl::string_view code) {
  code = Trim(code);
  while (absl::ConsumeSuffix(&code, ".") || absl::ConsumeSuffix(&code, ")")) code = Trim(code);
  return code;
}

// Whether a label announces several goals: "doelen", "onze ambities".
bool IsPlural(absl::string_view label) {
  return (absl::EndsWith(label, "en") && !absl::EndsWith(label, "streven")) || absl::EndsWith(label, "ambities");
}

class BlockReader {
 public:
  BlockReader(const std::vector<Line>& lines, const Profile& profile, const Profile& common)
      : lines_(lines),
        profile_(profile),
        common_(common),
        survey_(lines, profile, common),
        themes_(survey_.themes()),
        context_(lines, profile, survey_),
        tables_(lines, profile, survey_),
        taken_(lines.size()),
        out_(profile),
        text_(profile, &out_) {}

  Blocks Read() {
    for (at_ = 0; at_ < lines_.size(); ++at_) {
      const pb::SpanRole role = ReadLine(lines_[at_]);
      taken_[at_] = {role, rule_, ElementOf(role)};
    }
    CloseText();
    CloseSection();
    ReportRoles({lines_, profile_, survey_, taken_, title_at_}, &out_);
    WriteSpans(lines_, taken_, &doc());
    return out_.Finish(lines_);
  }

 private:
  pb::ParsedDocument& doc() { return out_.document(); }
  const pb::ParsedDocument& doc() const { return out_.document(); }
  pb::ParsedActivity& activity() { return *doc().mutable_activities(activity_); }

  // The place of the label that was read last in the block of the open activity.
  double PlaceInBlock() const { return activity_ < 0 ? DocumentSurvey::kNoPlace : last_place_; }
  bool IsTitleOfActivity(size_t at) const { return context_.IsTitleOfActivity(at, PlaceInBlock()); }

  // ---- one line
  // ----------------------------------------------------------------------------------------------------

  // Notes which rule took the line. The name is that of a rule or is written in this file, so it stays.
  pb::SpanRole Take(pb::SpanRole role, absl::string_view rule) {
    rule_ = rule;
    return role;
  }

  // The same for a name that is made of a line.
  pb::SpanRole TakeAs(pb::SpanRole role, std::string rule) {
    return Take(role, *made_names_.insert(std::move(rule)).first);
  }

  std::string ElementOf(pb::SpanRole role) {
    switch (role) {
      case pb::SPAN_ROLE_ACTIVITY:
      case pb::SPAN_ROLE_ASPECT:
      case pb::SPAN_ROLE_STATUS:
        return activity_ >= 0 ? activity().id() : "";
      case pb::SPAN_ROLE_GOAL: {
        if (pending_goal_ != pb::GOAL_KIND_UNSPECIFIED || pending_item_) return "";
        const int goal = goal_ >= 0 ? goal_ : out_.DeepestGoal();
        return goal >= 0 ? doc().goals(goal).id() : "";
      }
      case pb::SPAN_ROLE_TARGET:
        return doc().indicators().empty() ? "" : doc().indicators().rbegin()->id();
      case pb::SPAN_ROLE_NARRATIVE:
        return section_ >= 0 ? absl::StrCat("s", section_ + 1) : "";
      default:
        return "";
    }
  }

  // Every reader says whether the line was its, and if so what it is; the first one that takes it counts.
  pb::SpanRole ReadLine(const Line& line) {
    pb::SpanRole role = pb::SPAN_ROLE_UNSPECIFIED;
    if (ReadFurniture(line, &role)) return role;
    if (!title_read_) return ReadTitle(line);
    if (IsFillIn(line.text)) return ReadText(line);
    const bool read = ReadLegend(line, &role) || ReadTable(line, &role) || ReadListed(line, &role) ||
                      ReadBlock(line, &role) || ReadAwaitedTitle(line, &role) || ReadHeading(line, &role);
    return read ? role : ReadText(line);
  }

  // Bars of tables and text of the site.
  bool ReadFurniture(const Line& line, pb::SpanRole* role) {
    if (IsBar(line.text)) {
      *role = Take(activity_ >= 0 ? pb::SPAN_ROLE_ASPECT : pb::SPAN_ROLE_BOILERPLATE, "page.bar");
      return true;
    }
    const bool awaits_text = text_.slot() == Slot::kAspect && text_.empty();
    const LineMatch site = common_.MatchRule(line.text);
    if (site.rule == nullptr || awaits_text) return false;
    if (indicators_) LeaveAll();
    *role = TakeAs(pb::SPAN_ROLE_BOILERPLATE, absl::StrCat("page.", absl::StripPrefix(site.rule->name, "rule.")));
    return true;
  }

  bool ReadLegend(const Line& line, pb::SpanRole* role) {
    if (!context_.IsLegend(line.text, text_.slot() != Slot::kNone)) return false;
    out_.Diagnose(pb::SEVERITY_INFO, line.number, "LEGEND_SKIPPED",
                  "Gelezen als uitleg van de statuswoorden en niet als tekst van een doel of activiteit.");
    *role = Take(pb::SPAN_ROLE_BOILERPLATE, "page.legend");
    return true;
  }

  // Items of lists, and what announces those of lettered results.
  bool ReadListed(const Line& line, pb::SpanRole* role) {
    if (line.is_item && survey_.LabelAt(at_, activity_ >= 0).rule == nullptr) {
      *role = ReadItem(line);
      return true;
    }
    if (pending_item_) {
      *role = ReadItemText(line);
      return true;
    }
    if (OpensLetteredResults(line)) {
      LeaveAll();
      OpenSection(line.text, line.number);
      list_kind_ = pb::GOAL_KIND_INTENDED_RESULT;
      *role = Take(pb::SPAN_ROLE_GOAL, "goal.above-letters");
      return true;
    }
    return ReadMarkedItem(line, role);
  }

  // Labels, titles above the label that opens a block, and years in a column.
  bool ReadBlock(const Line& line, pb::SpanRole* role) {
    if (indicators_) return false;
    const LabelMatch& label = survey_.LabelAt(at_, activity_ >= 0);
    if (label.rule != nullptr && HasPlace(*label.rule)) {
      *role = ReadLabel(line, label);
      return true;
    }
    if (const bool row = !IsTitleOfActivity(at_); !row || IsRow(line)) {
      rows_ = row ? rows_ + 1 : 0;
      *role = ReadActivityTitle(line, profile_.ActivityTitle(line.text), "activity.above-label");
      return true;
    }
    if (activity_ < 0 || !(expect_years_ || in_table_) || !IsYearsOnly(line.text)) return false;
    AddYears(line.text);
    expect_years_ = false;
    *role = Take(pb::SPAN_ROLE_STATUS, "years.value");
    return true;
  }

  // The title below a label that announces one, and its status where that stands between the two.
  bool ReadAwaitedTitle(const Line& line, pb::SpanRole* role) {
    if (!expect_title_) return false;
    if (at_ + 1 < lines_.size() && survey_.LabelAt(at_ + 1, true).rule == nullptr && IsStatusAboveTitle(line)) {
      early_status_ = std::string(line.text);
      *role = TakeStatus(line.text);
      return true;
    }
    expect_title_ = false;
    *role = ReadActivityTitle(line, profile_.ActivityTitle(line.text), "activity.below-label");
    return true;
  }

  // Lines that a rule of the profile takes, and headings of themes.
  bool ReadHeading(const Line& line, pb::SpanRole* role) {
    const auto is_part = [&](const LineRule& rule) {
      return rule.action == profile_pb::LINE_ACTION_ACTIVITY && survey_.IsBelowTitle(at_);
    };
    if (const LineMatch& match = survey_.RuleAt(at_); match.rule != nullptr && !is_part(*match.rule)) {
      rule_ = match.rule->name;
      if (ReadRule(line, match, role)) return true;
    }
    if (!themes_.Has(at_)) return false;
    const LevelHeading heading = themes_.HeadingOf(at_, line);
    const int goal = out_.AddGoal(profile_.announced_heading_kind(), std::string(WithoutMarks(heading.code)),
                                  heading.title, line.number, true);
    LeaveAll();
    OpenSection(doc().goals(goal).title(), line.number);
    *role = Take(pb::SPAN_ROLE_GOAL, "goal.announced");
    return true;
  }

  // Above a title a colour is a status only where the label of the status stands above that.
  bool IsStatusAboveTitle(const Line& line) const {
    if (!moments_.empty()) return survey_.statuses().Has(line.text) || IsColour(line.text);
    return survey_.HasStatusAboveTitle() && survey_.statuses().Has(line.text);
  }

  // Whether a label can mean something here; where it cannot, the line may be something else.
  bool HasPlace(const LabelRule& rule) const {
    if (IsNoPolicy()) return false;
    if (rule.order >= kFirstLearned && rule.role != profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS) {
      const bool awaits_status = rule.role == profile_pb::LABEL_ROLE_STATUS && expect_title_;
      const bool title =
          rule.role == profile_pb::LABEL_ROLE_ACTIVITY_TITLE && !profile_.data().activity_titles().empty();
      return activity_ >= 0 || awaits_status || title || rule.role == profile_pb::LABEL_ROLE_GOAL_ITEMS;
    }
    if (!profile_.IsOwn(rule)) {
      // What the profile itself says of the line goes before what such a label usually means.
      const LineMatch& match = survey_.RuleAt(at_);
      const bool section = match.rule != nullptr && match.rule->action == profile_pb::LINE_ACTION_SECTION;
      if (match.rule != nullptr && (!section || activity_ < 0)) return false;
    }
    const bool needs_activity = DocumentSurvey::IsOfBlock(rule) || rule.role == profile_pb::LABEL_ROLE_COUNCIL_PROPOSAL;
    if (!needs_activity || activity_ >= 0) return true;
    if (rule.role == profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS && goal_ >= 0) return true;
    if (rule.role == profile_pb::LABEL_ROLE_STATUS && (expect_title_ || in_table_)) return true;
    if (rule.role == profile_pb::LABEL_ROLE_YEARS && in_table_) return true;
    return survey_.RuleAt(at_).rule == nullptr;
  }

  // The first line that is not the site's is the title, unless it is too long or clearly something else.
  pb::SpanRole ReadTitle(const Line& line) {
    if (context_.IsHeaderOfPages(at_)) return Take(pb::SPAN_ROLE_BOILERPLATE, kPageMargin);
    title_read_ = true;
    if (line.is_item || line.text.size() > kLongestTitle || absl::EndsWith(line.text, "|") ||
        context_.IsLabelAtTop(at_)) {
      out_.Diagnose(pb::SEVERITY_WARNING, line.number, "TITLE_NOT_FOUND",
                    "Geen titel gevonden boven aan het document.");
      return ReadLine(line);
    }
    doc().mutable_source()->set_title(std::string(context_.TitleWithoutSite(at_)));
    const LineMatch& match = survey_.RuleAt(at_);
    if (match.rule != nullptr && match.rule->action == profile_pb::LINE_ACTION_GOAL && match.has_title &&
        match.rule->goal_kind == pb::GOAL_KIND_FRAMEWORK) {
      // The title of a page goes on with those of the site.
      absl::string_view title = match.title;
      title = title.substr(0, std::min(title.find(" - "), title.find(" | ")));
      out_.AddGoal(match.rule->goal_kind, match.code, title, line.number, true);
    }
    title_at_ = at_;
    return Take(pb::SPAN_ROLE_TITLE, "title");
  }

  // ---- tables
  // ------------------------------------------------------------------------------------------------------

  // Whether the document is of no family and no policy document either: then it has no goals or activities.
  bool IsNoPolicy() const { return survey_.IsOfOtherKind() && profile_.data().signals().empty(); }

  // Opens the table with a cell on a line of which the head begins here.
  void OpenTable() {
    std::optional<HeadOfCells> head = tables_.HeadOfCellsAt(at_);
    if (!head.has_value()) return;
    LeaveAll();
    in_table_ = true;
    rows_ = 0;
    head_end_ = head->end;
    table_moments_ = std::move(head->moments);
  }

  bool ReadTable(const Line& line, pb::SpanRole* role) {
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

  // A table whose rows are printed on one line each.
  bool ReadTableOfRows(const Line& line, pb::SpanRole* role) {
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

  pb::SpanRole ReadRow(const Line& line, const std::vector<absl::string_view>& cells) {
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

  void ReadCell(const Line& line, const LabelRule& rule, const std::string& label, absl::string_view text) {
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

  // ---- lists
  // -------------------------------------------------------------------------------------------------------

  // Items that are each followed by their progress, under no activity, are goals whatever stands above them.
  void StartUnnamedGoals() {
    const bool progress = survey_.TellsProgressOfGoals() && survey_.TellsProgressBelow(at_);
    if (!progress && !OpensFirstList()) return;
    LeaveAll();
    list_kind_ = pb::GOAL_KIND_OBJECTIVE;
    list_continues_ = true;
    goal_list_label_ = at_ - 1;
  }

  // In documents of aspects, the list under the first heading is that of the goals, unless it names the activities.
  bool OpensFirstList() {
    if (first_list_seen_ || profile_.data().aspect_text() != profile_pb::ASPECT_TEXT_PLAN_THEN_PROGRESS || at_ == 0 ||
        section_ < 0)
      return false;
    const bool first = doc().activities().empty() && lines_[at_].is_item && at_ + 1 < lines_.size() &&
                       (!lines_[at_ - 1].is_item || lines_[at_].mark_only()) &&
                       std::none_of(doc().goals().begin(), doc().goals().end(),
                                    [](const pb::ParsedGoal& goal) { return goal.kind() == pb::GOAL_KIND_OBJECTIVE; });
    // Without a heading a sentence that ends in a colon announces the list.
    const std::string& heading = doc().sections(section_).heading();
    const bool announced = heading.empty() && absl::EndsWith(lines_[at_ - 1].text, ":");
    if (!first || !(announced || MayHeadGoals(heading))) return false;
    first_list_seen_ = true;
    return context_.IsListAboveActivities(at_, PlaceInBlock());
  }

  pb::SpanRole ReadItem(const Line& line) {
    pending_item_ = false;
    // Behind progress that is told inside an item the list goes on.
    const bool next_item = (progress_in_item_ && item_line_ != nullptr && line.indent <= item_line_->indent) ||
                           (survey_.TellsProgressOfGoals() && survey_.TellsProgressBelow(at_));
    if (list_kind_ == pb::GOAL_KIND_UNSPECIFIED && activity_ < 0) StartUnnamedGoals();
    if (list_kind_ != pb::GOAL_KIND_UNSPECIFIED &&
        (text_.slot() != Slot::kGoalProgress || line.mark_only() || next_item)) {
      CloseText();
      item_line_ = &line;
      if (line.mark_only()) {
        pending_item_ = true;
        pending_item_code_ = line.item_code;
      } else {
        AddListedGoal(line.item_code, line.item, line.number);
      }
      return Take(pb::SPAN_ROLE_GOAL, "goal.item");
    }
    if (text_.slot() == Slot::kAspect && IsEmptyMark(line.text) && context_.IsAboveNoText(at_, PlaceInBlock())) {
      // A dash alone is the printed way to say "nothing"; it keeps its line and adds no text.
      return TakeForSlot();
    }
    if (line.mark_only()) {
      pending_item_ = true;
      return text_.slot() == Slot::kNone ? Narrative(line, false) : TakeForSlot();
    }
    text_.MarkItems();
    return ReadText(line);
  }

  // The line under a mark that stands alone.
  pb::SpanRole ReadItemText(const Line& line) {
    pending_item_ = false;
    if (list_kind_ != pb::GOAL_KIND_UNSPECIFIED && text_.slot() != Slot::kAspect) {
      AddListedGoal(pending_item_code_, line.text, line.number);
      return Take(pb::SPAN_ROLE_GOAL, "goal.item");
    }
    if (text_.slot() == Slot::kNone) return Narrative(line, true);
    text_.MarkItems();
    Append(line, line.text, true);
    return TakeForSlot();
  }

  // An item of a list of goals that has a letter or number for a mark.
  bool ReadMarkedItem(const Line& line, pb::SpanRole* role) {
    const size_t mark = MarkLength(line.text);
    if (mark == 0 || text_.slot() == Slot::kAspect || IsTitleOfActivity(at_)) return false;
    const bool progress = activity_ < 0 && survey_.TellsProgressOfGoals() && survey_.TellsProgressBelow(at_);
    if (list_kind_ == pb::GOAL_KIND_UNSPECIFIED && progress) StartUnnamedGoals();
    if (list_kind_ == pb::GOAL_KIND_UNSPECIFIED || (text_.slot() == Slot::kGoalProgress && !progress)) return false;
    if (list_kind_ != pb::GOAL_KIND_INTENDED_RESULT && survey_.RuleAt(at_).rule != nullptr) return false;
    CloseText();
    item_line_ = &line;
    AddListedGoal(std::string(line.text.substr(0, mark - 2)), line.text.substr(mark), line.number);
    *role = Take(pb::SPAN_ROLE_GOAL, "goal.item");
    return true;
  }

  // An item may print its title and behind it what the goal means.
  void AddListedGoal(const std::string& code, absl::string_view text, int line) {
    absl::string_view title = text;
    absl::string_view more;
    const size_t colon = text.substr(0, kLongestItemTitle).find(": ");
    const bool explains = profile_.data().aspect_text() == profile_pb::ASPECT_TEXT_PLAN_THEN_PROGRESS;
    if (explains && colon != absl::string_view::npos &&
        std::none_of(text.begin(), text.begin() + colon, absl::ascii_isdigit)) {
      title = text.substr(0, colon);
      more = Trim(text.substr(colon + 1));
    }
    goal_ = out_.AddGoal(list_kind_, code, title, line, false);
    text_.Open(Slot::kGoalText);
    list_started_ = true;
    if (!more.empty()) text_.Add(line, more, false, false);
  }

  // ---- labels
  // ------------------------------------------------------------------------------------------------------

  pb::SpanRole ReadLabel(const Line& line, const LabelMatch& label) {
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

  pb::SpanRole ReadGoalsLabel(const Line& line, const LabelMatch& label) {
    LeaveAll();
    list_kind_ = label.rule->goal_kind;
    list_continues_ = true;
    plural_goals_ = IsPlural(Normalized(label.label));
    goal_list_label_ = at_;
    if (!label.text.empty()) AddListedGoal("", WithoutBar(label.text), line.number);
    return pb::SPAN_ROLE_GOAL;
  }

  // The state of affairs may be told in a word.
  bool IsStatusHere(const LabelMatch& label) const {
    const bool progress = label.rule->role == profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS;
    if (!progress || activity_ < 0 || IsProgressOfAspect(*label.rule)) return false;
    pb::Status status;
    if (!label.text.empty()) return profile_.StatusOf(WithoutBar(label.text), &status);
    if (profile_.data().aspect_text() == profile_pb::ASPECT_TEXT_PLAN_THEN_PROGRESS && text_.slot() == Slot::kAspect)
      return false;
    return at_ + 1 < lines_.size() && !lines_[at_ + 1].is_item && !absl::EndsWith(lines_[at_ + 1].text, ".") &&
           survey_.LabelAt(at_ + 1, true).rule == nullptr && profile_.StatusOf(lines_[at_ + 1].text, &status);
  }

  bool IsProgressOfAspect(const LabelRule& rule) const {
    return survey_.TellsProgressOfAspects() && rule.role == profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS &&
           text_.slot() == Slot::kAspect;
  }

  pb::SpanRole ReadStatusLabel(const Line& line, const LabelMatch& label) {
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

  pb::SpanRole ReadProgressLabel(const Line& line, const LabelMatch& label) {
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

  pb::SpanRole ReadTitleLabel(const Line& line, const LabelMatch& label) {
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

  // ---- activities
  // --------------------------------------------------------------------------------------------------

  // Whether a row of a table with a cell on a line begins: a title with its years or status below it.
  bool IsRow(const Line& line) const {
    if (!in_table_ || line.text.size() > kLongestActivityTitle || IsYearsOnly(line.text)) return false;
    if (!table_code_.empty()) return true;
    pb::Status status;
    if (at_ + 1 >= lines_.size() || profile_.StatusOf(line.text, &status)) return false;
    const absl::string_view below = lines_[at_ + 1].text;
    return IsYearsOnly(below) || (!table_moments_.empty() && profile_.StatusOf(below, &status));
  }

  pb::SpanRole ReadActivityTitle(const Line& line, LineMatch title, absl::string_view rule) {
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

  void TakeStatusOffTitle(std::string* title) {
    const size_t at = survey_.StatusBeside(*title);
    if (at == 0) return;
    early_status_ = title->substr(at);
    title->resize(at - 1);
  }

  void OpenAspect(pb::AspectKind kind, absl::string_view label) {
    CloseText();
    pb::ParsedAspect* aspect = activity().add_aspects();
    aspect->set_kind(kind);
    aspect->set_label(std::string(label));
    text_.Open(Slot::kAspect);
  }

  void AddYears(absl::string_view text) { out_.AddYears(activity_, text); }

  // Adds a status for the next of the open moments.
  void AddStatus(absl::string_view text) {
    out_.AddStatus(activity_, moments_.front(), text);
    moments_.pop_front();
  }

  // Whether the line is the value of a status column: a known word, or a few words between columns and text.
  bool IsStatusValue(const Line& line) const {
    pb::Status status;
    if (profile_.StatusOf(line.text, &status)) return true;
    if (line.text.size() > kLongestStatus || !line.after_blank || !EndsLikeHeading(line.text)) return false;
    if (std::count(line.text.begin(), line.text.end(), ' ') > 3) return false;
    return at_ + 1 < lines_.size() && lines_[at_ + 1].after_blank && !IsTitleOfActivity(at_ + 1) &&
           !(in_table_ && IsYearsOnly(lines_[at_ + 1].text));
  }

  // ---- whole-line rules
  // --------------------------------------------------------------------------------------------

  bool ReadRule(const Line& line, const LineMatch& match, pb::SpanRole* role) {
    const LineRule& rule = *match.rule;
    switch (rule.action) {
      case profile_pb::LINE_ACTION_BOILERPLATE:
        *role = pb::SPAN_ROLE_BOILERPLATE;
        return true;
      case profile_pb::LINE_ACTION_SECTION:
        LeaveAll();
        OpenSection(line.text, line.number);
        *role = pb::SPAN_ROLE_NARRATIVE;
        return true;
      case profile_pb::LINE_ACTION_GOAL:
        OpenGoalByRule(line, match);
        *role = pb::SPAN_ROLE_GOAL;
        return true;
      case profile_pb::LINE_ACTION_GOAL_LIST:
        OpenGoalList(line, rule.goal_kind);
        *role = pb::SPAN_ROLE_GOAL;
        return true;
      case profile_pb::LINE_ACTION_GOAL_CITATION:
        LeaveAll();
        CiteGoals(rule.goal_kind, match.title);
        *role = pb::SPAN_ROLE_GOAL;
        return true;
      case profile_pb::LINE_ACTION_GOAL_OR_SECTION: {
        const int goal = out_.FindByTitle(match.title, pb::GOAL_KIND_UNSPECIFIED);
        LeaveAll();
        cited_.clear();
        if (goal >= 0) out_.SetCurrent(goal);
        OpenSection(line.text, line.number);
        *role = goal >= 0 ? pb::SPAN_ROLE_GOAL : pb::SPAN_ROLE_NARRATIVE;
        return true;
      }
      case profile_pb::LINE_ACTION_ACTIVITY:
        rows_ = 0;
        *role = ReadActivityTitle(line, match, rule.name);
        return true;
      case profile_pb::LINE_ACTION_INDICATORS:
        LeaveAll();
        indicators_seen_ = true;
        below_indicators_ = true;
        OpenSection(line.text, line.number);
        *role = pb::SPAN_ROLE_NARRATIVE;
        return true;
      case profile_pb::LINE_ACTION_INDICATOR_GROUP:
        LeaveAll();
        cited_.clear();
        if (!indicators_seen_) {
          OpenGoal(rule.goal_kind, match.code, match.title, line.number);
          *role = pb::SPAN_ROLE_GOAL;
          return true;
        }
        indicators_ = true;
        indicator_subject_ = out_.FrameworkWithCode(match.code);
        *role = pb::SPAN_ROLE_GOAL;
        return true;
      default:
        return false;
    }
  }

  // The title of the goal stands on the line, or on the next one.
  void OpenGoalByRule(const Line& line, const LineMatch& match) {
    // A label of goals directly above a theme announces the items under that theme and the next ones.
    if (goal_list_label_ + 1 == at_ && list_kind_ != pb::GOAL_KIND_UNSPECIFIED) theme_items_ = list_kind_;
    if (activity_ >= 0) theme_items_ = pb::GOAL_KIND_UNSPECIFIED;
    LeaveAll();
    cited_.clear();
    if (!match.has_title) return AwaitGoal(match.rule->goal_kind, match.code, line.number);
    OpenGoal(match.rule->goal_kind, match.code, match.title, line.number);
    if (NextIsItem() && theme_items_ != pb::GOAL_KIND_UNSPECIFIED) {
      list_kind_ = theme_items_;
      list_continues_ = true;
    }
  }

  void OpenGoalList(const Line& line, pb::GoalKind kind) {
    LeaveAll();
    cited_.clear();
    list_continues_ = false;
    if (context_.IsAbovePlainTitle(at_)) return AwaitGoal(kind, "", line.number);
    list_kind_ = kind;
  }

  // The next line of text is the title of a goal.
  void AwaitGoal(pb::GoalKind kind, const std::string& code, int line) {
    pending_goal_ = kind;
    pending_goal_code_ = code;
    pending_goal_line_ = line;
  }

  // ---- text
  // --------------------------------------------------------------------------------------------------------

  // Blocks may be numbered, from 1 and without a gap; any other number above a title, and one that a new page stands
  // beside, is that of a page.
  pb::SpanRole ReadNumberAboveTitle(const Line& line) {
    const bool of_page = absl::StrContains(line.raw, "\f") || absl::StrContains(lines_[at_ + 1].raw, "\f");
    if (!of_page && line.text == absl::StrCat(doc().activities_size() + 1)) {
      table_code_ = std::string(line.text);
      return Take(pb::SPAN_ROLE_ACTIVITY, "activity.number");
    }
    if (!of_page) {
      out_.Diagnose(pb::SEVERITY_INFO, line.number, "NUMBER_NOT_READ",
                    absl::StrCat("Het getal ", line.text,
                                 " boven een titel telt niet vanaf 1 door; het is gelezen als "
                                 "paginanummer en niet als code."));
    }
    return Take(pb::SPAN_ROLE_BOILERPLATE, kPageMargin);
  }

  pb::SpanRole ReadText(const Line& line) {
    last_was_status_label_ = false;
    if (pending_goal_ != pb::GOAL_KIND_UNSPECIFIED) {
      const pb::GoalKind kind = pending_goal_;
      pending_goal_ = pb::GOAL_KIND_UNSPECIFIED;
      OpenGoal(kind, pending_goal_code_, line.text, pending_goal_line_);
      if (at_ > 0) taken_[at_ - 1].element = ElementOf(pb::SPAN_ROLE_GOAL);
      return Take(pb::SPAN_ROLE_GOAL, "goal.below-heading");
    }
    if (in_table_ && table_code_.empty() && IsCode(line.text)) {
      table_code_ = std::string(WithoutDot(line.text));
      return Take(pb::SPAN_ROLE_ACTIVITY, "table.code");
    }
    if (context_.IsNumberAboveTitle(at_, PlaceInBlock())) return ReadNumberAboveTitle(line);
    if (below_indicators_ && !indicators_) OpenIndicators(line);
    if (indicators_) return ReadIndicator(line);
    pb::SpanRole role = pb::SPAN_ROLE_UNSPECIFIED;
    if (activity_ >= 0) return ReadStatusText(line, &role) ? role : ReadActivityText(line);
    return ReadGoalText(line, &role) ? role : Narrative(line, line.is_item);
  }

  // A status without a label in front of it: below that of its moment, or below the title.
  bool ReadStatusText(const Line& line, pb::SpanRole* role) {
    const bool card = profile_.data().codes_are_task_fields();
    const bool exact = survey_.statuses().Has(line.text) || IsColour(line.text);
    // The status of a card may stand beside its title and introduction, and so below both.
    const bool introduced = card && text_.slot() == Slot::kAspect && activity().aspects().rbegin()->label().empty();
    if (!moments_.empty() && !line.is_item && (introduced ? exact : IsStatusValue(line))) {
      AddStatus(line.text);
      *role = TakeStatus(line.text);
      return true;
    }
    const bool introduces = card && activity().aspects().empty() && !line.is_item;
    if (!introduces && !introduced) moments_.clear();
    // A status may stand below its title without a label.
    const bool below_title = title_line_ + 1 == at_ && (card ? exact && !line.is_item : context_.IsStatusAlone(at_));
    if (below_title && activity().statuses().empty()) {
      moments_ = {""};
      AddStatus(line.text);
      *role = TakeStatus(line.text);
      return true;
    }
    return false;
  }

  // Text of the open goal, or of the list of goals that it stands in.
  bool ReadGoalText(const Line& line, pb::SpanRole* role) {
    if (list_kind_ != pb::GOAL_KIND_UNSPECIFIED && list_continues_) {
      if (goal_ < 0 && !absl::EndsWith(line.text, ":") && !NextIsItem() && !IsIntroduction(line)) {
        AddListedGoal("", line.text, line.number);
        *role = Take(pb::SPAN_ROLE_GOAL, "goal.below-label");
        return true;
      }
      // Text at the margin below a list of one-line items has left the list.
      const bool left = item_line_ != nullptr && !item_line_->mark_only() && line.after_blank &&
                        line.indent <= item_line_->indent && text_.slot() == Slot::kGoalText;
      if (goal_ >= 0 && text_.slot() != Slot::kNone && !left) {
        Append(line, line.text, false);
        *role = TakeForSlot();
        return true;
      }
      if (left) LeaveAll();
    } else if (text_.slot() == Slot::kGoalText || text_.slot() == Slot::kGoalProgress) {
      if (list_kind_ == pb::GOAL_KIND_UNSPECIFIED) {
        Append(line, line.text, false);
        *role = TakeForSlot();
        return true;
      }
      CloseText();
    }
    return false;
  }

  pb::SpanRole ReadActivityText(const Line& line) {
    const bool bar = absl::EndsWith(line.text, "|");
    if (profile_.data().cells() && text_.slot() == Slot::kNone) {
      if (bar) {
        OpenAspect(pb::ASPECT_KIND_OTHER, "");
        AppendCell(line, line.text);
        return Take(pb::SPAN_ROLE_ASPECT, "cell.unlabelled");
      }
      if (activity().aspects_size() > 0 && context_.BlockGoesOnBelow(at_, PlaceInBlock())) {
        if (line.is_item || line.text.size() > kLongestNewLabel || absl::EndsWith(line.text, ".")) {
          OpenAspect(pb::ASPECT_KIND_OTHER, "");
          AppendCell(line, line.text);
        } else {
          OpenAspect(AspectByStem(Normalized(line.text), true), line.text);
        }
        return Take(pb::SPAN_ROLE_ASPECT, "cell.unlabelled");
      }
      if (activity().aspects_size() > 0) {
        LeaveAll();
        return Narrative(line, false);
      }
    }
    if (profile_.data().cells() && text_.slot() == Slot::kAspect && text_.has_items() && !line.is_item && !bar) {
      LeaveAll();
      return Narrative(line, false);
    }
    if (IsBelowTable(line)) {
      LeaveAll();
      if (!IsTitleOfActivity(at_)) return Narrative(line, false);
      return ReadActivityTitle(line, profile_.ActivityTitle(line.text), "activity.above-label");
    }
    if (text_.slot() == Slot::kNone) {
      OpenAspect(pb::ASPECT_KIND_EXPLANATION, "");
      rows_ = 0;
    }
    AppendCell(line, line.text);
    return TakeForSlot();
  }

  // Whether a line behind the last row of a table is not about that row: a heading, or what stands apart where the
  // rows, none of which has a text, do not.
  bool IsBelowTable(const Line& line) const {
    if (!in_table_ || text_.slot() != Slot::kNone || !line.after_blank) return false;
    const bool heading = line.text.size() <= kLongestHeading && EndsLikeHeading(line.text) && !line.is_item;
    return (heading && context_.IsAboveElement(at_, PlaceInBlock())) || (rows_ > 1 && !lines_[at_ - 1].after_blank);
  }

  // Whether a paragraph below a label for several goals tells about them rather than being one.
  bool IsIntroduction(const Line& line) const {
    return line.text.size() > kLongestActivityTitle || (at_ > 0 && goal_list_label_ + 1 == at_ && plural_goals_);
  }

  // A list of indicators need not be divided by framework; the title of one may also stand above its indicators.
  void OpenIndicators(const Line& line) {
    const int goal = out_.FrameworkNamedBy(line.text);
    indicators_ = line.is_item || goal >= 0;
    indicator_subject_ = goal;
  }

  pb::SpanRole ReadIndicator(const Line& line) {
    const absl::string_view text = WithoutBar(line.is_item ? line.item : line.text);
    const int framework = line.is_item ? -1 : out_.FrameworkNamedBy(line.text);
    if (framework >= 0) {
      indicator_subject_ = framework;
      return Take(pb::SPAN_ROLE_GOAL, "indicator.group");
    }
    if (text.size() > kLongestIndicator) {
      LeaveAll();
      return Narrative(line, false);
    }
    out_.AddIndicator(indicator_subject_, text, line.number);
    return Take(pb::SPAN_ROLE_TARGET, "indicator");
  }

  bool NextIsItem() const { return at_ + 1 < lines_.size() && lines_[at_ + 1].is_item; }

  // Text of a section. A short line above prose is a heading; a short line above nothing is not recognised.
  pb::SpanRole Narrative(const Line& line, bool item) {
    if (!item && !line.is_item && NextIsItem() && !list_continues_) {
      pb::GoalKind kind = profile_.ListIntroduction(line.text);
      // What a framework is about comes first, and what gets the most attention comes next.
      const bool next_list = profile_.data().cells() && activity_ < 0 && list_started_ && !indicators_ &&
                             list_kind_ == pb::GOAL_KIND_MAIN_GOAL && line.text.size() <= kLongestNewLabel;
      if (kind == pb::GOAL_KIND_UNSPECIFIED && next_list) kind = pb::GOAL_KIND_FOCUS;
      if (kind != pb::GOAL_KIND_UNSPECIFIED || list_started_) list_kind_ = kind;
      list_started_ = false;
      if (OpensGoalsOfTheme()) {
        LeaveAll();
        list_kind_ = pb::GOAL_KIND_INTENDED_RESULT;
        list_continues_ = true;
        goal_list_label_ = at_;
        return Take(pb::SPAN_ROLE_GOAL, "goal.below-theme");
      }
    }
    const bool next_is_prose = at_ + 1 < lines_.size() && !lines_[at_ + 1].is_item &&
                               lines_[at_ + 1].text.size() > kShortestProse &&
                               lines_[at_ + 1].text.size() > line.text.size();
    const bool numbered = context_.IsInNumberedList(at_);
    const bool short_line = !item && !line.is_item && !numbered && line.text.size() <= kLongestHeading;
    if (short_line && (EndsLikeHeading(line.text) || absl::EndsWith(line.text, "?")) &&
        (next_is_prose || context_.IsAboveElement(at_, PlaceInBlock()))) {
      OpenSection(line.text, line.number);
      section_aspect_ = AspectByStem(Normalized(line.text), false);
      return Take(pb::SPAN_ROLE_NARRATIVE, "section.heading");
    }
    const std::string& title = doc().source().title();
    const bool below_title = at_ > 0 && at_ <= title_at_ + kLinesOfTitle && doc().sections().empty();
    const bool repeats_title = !title.empty() && (absl::StartsWith(line.text, title) || below_title);
    const bool row = CountCells(line) > 1;
    const bool prose = item || line.is_item || numbered || row || line.text.size() >= kShortestProse ||
                       !EndsLikeHeading(line.text) || absl::EndsWith(line.text, "|");
    if (!prose && !repeats_title) {
      out_.Diagnose(pb::SEVERITY_WARNING, line.number, "LINE_NOT_RECOGNISED",
                    "Deze regel past bij geen enkele regel van het profiel.");
      return Take(pb::SPAN_ROLE_UNCLASSIFIED, "");
    }
    if (section_ < 0) OpenSection("", line.number);
    pb::ParsedSection* section = doc().mutable_sections(section_);
    if (!line.mark_only()) {
      if (!section->text().empty()) section->mutable_text()->push_back('\n');
      absl::StrAppend(section->mutable_text(), item && !line.is_item ? "- " : "", line.text);
    }
    section->set_last_line(line.number);
    AddThemePiece(line);
    return Take(pb::SPAN_ROLE_NARRATIVE, "section.text");
  }

  // Every theme may begin with the list of what is wanted, under the same words each time.
  bool OpensGoalsOfTheme() const { return at_ > 0 && themes_.Has(at_ - 1) && themes_.Repeats(lines_[at_]); }

  // In cells, results that activities cite by letter are listed under the framework that they belong to.
  bool OpensLetteredResults(const Line& line) const {
    const bool here = profile_.data().cells() && out_.CurrentFramework() >= 0 && activity_ < 0 && !line.is_item &&
                      line.text.size() <= kLongestTitle && at_ + 1 < lines_.size();
    // A list of other goals goes on until a line says that it is about results.
    const LabelRule* const label = survey_.LabelAt(at_, false).rule;
    const bool named = label != nullptr && label->aspect == pb::ASPECT_KIND_RESULT;
    if (!here || indicators_ || IsTitleOfActivity(at_ + 1) || survey_.RuleAt(at_).rule != nullptr ||
        (list_kind_ != pb::GOAL_KIND_UNSPECIFIED && !named)) {
      return false;
    }
    const Line& next = lines_[at_ + 1];
    const absl::string_view code = next.is_item && !next.item_code.empty() ? next.item_code : next.text;
    return absl::StartsWithIgnoreCase(code, "a") && (code.size() == 1 || (!next.is_item && MarkLength(code) > 0));
  }

  // Text under a theme may set norms for it; what it says of the present does not.
  void AddThemePiece(const Line& line) {
    const int theme = out_.DeepestGoal();
    const bool tells_now = section_aspect_ == pb::ASPECT_KIND_EXPLANATION || section_aspect_ == pb::ASPECT_KIND_RISKS ||
                           section_aspect_ == pb::ASPECT_KIND_COSTS_AND_BENEFITS;
    if (!themes_.in_use() || theme < 0 || tells_now) return;
    out_.AddPiece(
        {doc().goals(theme).id(), -1, pb::ASPECT_KIND_UNSPECIFIED, Part::kPlan, line.number, std::string(line.text)});
  }

  void OpenSection(absl::string_view heading, int line) {
    CloseSection();
    section_ = doc().sections_size();
    pb::ParsedSection* section = doc().add_sections();
    section->set_heading(std::string(heading));
    section->set_first_line(line);
    section->set_last_line(line);
  }

  void CloseSection() { section_ = -1; }

  // Text goes to the open slot and is taken by what opened it.
  pb::SpanRole TakeForSlot() {
    if (text_.slot() == Slot::kGoalText) return Take(pb::SPAN_ROLE_GOAL, "goal.text");
    if (text_.slot() == Slot::kGoalProgress) return Take(pb::SPAN_ROLE_GOAL, "goal.progress");
    if (text_.slot() == Slot::kProposal) return Take(pb::SPAN_ROLE_ASPECT, "aspect.proposal");
    return Take(pb::SPAN_ROLE_ASPECT, "aspect.text");
  }

  pb::SpanRole TakeStatus(absl::string_view text) {
    return TakeAs(pb::SPAN_ROLE_STATUS, absl::StrCat("status.", absl::StrReplaceAll(Normalized(text), {{" ", "-"}})));
  }

  void Append(const Line& line, absl::string_view text, bool item) {
    text_.Add(line.number, text, item, line.after_blank);
  }

  // Text of a cell; the bar at its end closes the cell.
  void AppendCell(const Line& line, absl::string_view text) {
    const bool closes = absl::EndsWith(text, "|");
    text = WithoutBar(Trim(text));
    if (!text.empty()) Append(line, text, false);
    // A bar directly behind a label closes the cell of the label.
    if (closes && profile_.data().cells() && !text.empty()) CloseText();
  }

  void CloseText() { text_.Close(activity_, goal_); }

  // Ends whatever is open, goals aside.
  void LeaveAll() {
    CloseText();
    CloseSection();
    activity_ = -1;
    goal_ = -1;
    item_line_ = nullptr;
    list_kind_ = pb::GOAL_KIND_UNSPECIFIED;
    list_continues_ = false;
    list_started_ = false;
    pending_goal_ = pb::GOAL_KIND_UNSPECIFIED;
    pending_item_ = false;
    expect_title_ = false;
    expect_years_ = false;
    in_table_ = false;
    indicators_ = false;
    below_indicators_ = false;
    moments_.clear();
    columns_.clear();
    table_code_.clear();
    section_aspect_ = pb::ASPECT_KIND_UNSPECIFIED;
    last_place_ = -1;
  }

  // ---- goals
  // -------------------------------------------------------------------------------------------------------

  void OpenGoal(pb::GoalKind kind, const std::string& code, absl::string_view title, int line) {
    goal_ = out_.AddGoal(kind, code, title, line, true);
    if (kind == pb::GOAL_KIND_FRAMEWORK || themes_.in_use()) {
      OpenSection(doc().goals(goal_).title(), line);
    } else {
      text_.Open(Slot::kGoalText);
    }
  }

  void CiteGoals(pb::GoalKind kind, absl::string_view titles) {
    if (kind == pb::GOAL_KIND_MAIN_GOAL) cited_.clear();
    absl::ConsumeSuffix(&titles, ".");
    const absl::string_view separator = absl::StrContains(titles, " / ") ? " / " : ", ";
    for (absl::string_view title : absl::StrSplit(titles, separator)) {
      const int goal = out_.FindByTitle(title, kind);
      if (goal >= 0 && std::find(cited_.begin(), cited_.end(), goal) == cited_.end()) cited_.push_back(goal);
      if (goal < 0) {
        out_.Diagnose(pb::SEVERITY_INFO, lines_[at_].number, "GOAL_NOT_FOUND",
                      absl::StrCat("Het genoemde doel '", Trim(title), "' staat niet in dit kader."));
      }
    }
  }

  const std::vector<Line>& lines_;
  const Profile& profile_;
  const Profile& common_;
  DocumentSurvey survey_;
  const ThemeHeadings& themes_;  // of the survey
  LineContext context_;
  TableHeads tables_;
  std::vector<TakenLine> taken_;
  absl::string_view rule_;
  std::set<std::string> made_names_;  // of rules
  bool first_list_seen_ = false;
  DocumentBuilder out_;
  TextSlot text_;

  size_t at_ = 0;
  bool title_read_ = false;
  size_t title_at_ = 0;
  int section_ = -1;
  pb::AspectKind section_aspect_ = pb::ASPECT_KIND_UNSPECIFIED;

  int activity_ = -1;
  double last_place_ = -1;
  std::vector<TableColumn> columns_;
  int rows_ = 0;  // of the table below its head, since the last one with a text of its own
  std::string table_code_;
  size_t head_end_ = 0;  // behind the last line of the head of a table
  bool expect_title_ = false;
  std::string early_status_;  // printed above or beside the title that it belongs to
  size_t title_line_ = 0;
  bool expect_years_ = false;
  bool in_table_ = false;
  std::deque<std::string> moments_;
  std::deque<std::string> table_moments_;
  bool last_was_status_label_ = false;

  // The goal that text goes to.
  int goal_ = -1;
  std::vector<int> cited_;
  pb::GoalKind pending_goal_ = pb::GOAL_KIND_UNSPECIFIED;
  std::string pending_goal_code_;
  int pending_goal_line_ = 0;

  pb::GoalKind list_kind_ = pb::GOAL_KIND_UNSPECIFIED;
  bool list_continues_ = false;
  bool list_started_ = false;
  bool plural_goals_ = false;
  size_t goal_list_label_ = 0;
  pb::GoalKind theme_items_ = pb::GOAL_KIND_UNSPECIFIED;  // of the items under the themes below a label of goals
  bool pending_item_ = false;
  bool progress_in_item_ = false;  // whether the progress of a goal stands inside the item of a list that the goal is
  std::string pending_item_code_;
  const Line* item_line_ = nullptr;

  bool indicators_seen_ = false;
  bool indicators_ = false;
  bool below_indicators_ = false;  // directly below the heading of a list of indicators
  int indicator_subject_ = -1;
};

}  // namespace

Blocks ReadBlocks(const std::vector<Line>& lines, const Profile& profile, const Profile& common) {
  return BlockReader(lines, profile, common).Read();
}

}  // namespace regiokompas::intake
