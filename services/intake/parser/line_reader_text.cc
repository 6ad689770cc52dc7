#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/intake/parser/aspect_stems.h"
#include "services/intake/parser/line_reader.h"
#include "services/intake/parser/line_shapes.h"
#include "services/intake/parser/page_furniture.h"
#include "services/intake/parser/structure.h"

namespace regiokompas::intake {
namespace {

constexpr size_t kLongestIndicator = 300;

}  // namespace

void LineReader::StartUnnamedGoals() {
  const bool progress = survey_.TellsProgressOfGoals() && survey_.TellsProgressBelow(at_);
  if (!progress && !OpensFirstList()) return;
  LeaveAll();
  list_kind_ = pb::GOAL_KIND_OBJECTIVE;
  list_continues_ = true;
  goal_list_label_ = at_ - 1;
}

bool LineReader::OpensFirstList() {
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

pb::SpanRole LineReader::ReadItem(const Line& line) {
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

pb::SpanRole LineReader::ReadItemText(const Line& line) {
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

bool LineReader::ReadMarkedItem(const Line& line, pb::SpanRole* role) {
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

void LineReader::AddListedGoal(const std::string& code, absl::string_view text, int line) {
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

pb::SpanRole LineReader::ReadNumberAboveTitle(const Line& line) {
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

pb::SpanRole LineReader::ReadText(const Line& line) {
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

bool LineReader::ReadStatusText(const Line& line, pb::SpanRole* role) {
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

bool LineReader::ReadGoalText(const Line& line, pb::SpanRole* role) {
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

pb::SpanRole LineReader::ReadActivityText(const Line& line) {
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

bool LineReader::IsBelowTable(const Line& line) const {
  if (!in_table_ || text_.slot() != Slot::kNone || !line.after_blank) return false;
  const bool heading = line.text.size() <= kLongestHeading && EndsLikeHeading(line.text) && !line.is_item;
  return (heading && context_.IsAboveElement(at_, PlaceInBlock())) || (rows_ > 1 && !lines_[at_ - 1].after_blank);
}

bool LineReader::IsIntroduction(const Line& line) const {
  return line.text.size() > kLongestActivityTitle || (at_ > 0 && goal_list_label_ + 1 == at_ && plural_goals_);
}

void LineReader::OpenIndicators(const Line& line) {
  const int goal = out_.FrameworkNamedBy(line.text);
  indicators_ = line.is_item || goal >= 0;
  indicator_subject_ = goal;
}

pb::SpanRole LineReader::ReadIndicator(const Line& line) {
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

pb::SpanRole LineReader::Narrative(const Line& line, bool item) {
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
  // What stands alone between the headings of two themes is the text of the first.
  const bool between = line.text.size() >= kShortestProse && at_ > 0 && taken_[at_ - 1].role == pb::SPAN_ROLE_GOAL &&
                       at_ + 1 < lines_.size() && themes_.in_use() &&
                       (themes_.Has(at_ + 1) || survey_.RuleAt(at_ + 1).rule != nullptr);
  const bool short_line = !item && !line.is_item && !numbered && !between && line.text.size() <= kLongestHeading;
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

bool LineReader::OpensLetteredResults(const Line& line) const {
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

void LineReader::AddThemePiece(const Line& line) {
  const int theme = out_.DeepestGoal();
  const bool tells_now = section_aspect_ == pb::ASPECT_KIND_EXPLANATION || section_aspect_ == pb::ASPECT_KIND_RISKS ||
                         section_aspect_ == pb::ASPECT_KIND_COSTS_AND_BENEFITS;
  if (!themes_.in_use() || theme < 0 || tells_now) return;
  out_.AddPiece(
      {doc().goals(theme).id(), -1, pb::ASPECT_KIND_UNSPECIFIED, Part::kPlan, line.number, std::string(line.text)});
}

void LineReader::OpenSection(absl::string_view heading, int line) {
  CloseSection();
  section_ = doc().sections_size();
  pb::ParsedSection* section = doc().add_sections();
  section->set_heading(std::string(heading));
  section->set_first_line(line);
  section->set_last_line(line);
}

pb::SpanRole LineReader::TakeForSlot() {
  if (text_.slot() == Slot::kGoalText) return Take(pb::SPAN_ROLE_GOAL, "goal.text");
  if (text_.slot() == Slot::kGoalProgress) return Take(pb::SPAN_ROLE_GOAL, "goal.progress");
  if (text_.slot() == Slot::kProposal) return Take(pb::SPAN_ROLE_ASPECT, "aspect.proposal");
  return Take(pb::SPAN_ROLE_ASPECT, "aspect.text");
}

pb::SpanRole LineReader::TakeStatus(absl::string_view text) {
  return TakeAs(pb::SPAN_ROLE_STATUS, absl::StrCat("status.", absl::StrReplaceAll(Normalized(text), {{" ", "-"}})));
}

void LineReader::Append(const Line& line, absl::string_view text, bool item) {
  text_.Add(line.number, text, item, line.after_blank);
}

void LineReader::AppendCell(const Line& line, absl::string_view text) {
  const bool closes = absl::EndsWith(text, "|");
  text = WithoutBar(Trim(text));
  if (!text.empty()) Append(line, text, false);
  // A bar directly behind a label closes the cell of the label.
  if (closes && profile_.data().cells() && !text.empty()) CloseText();
}

void LineReader::LeaveAll() {
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

}  // namespace regiokompas::intake
