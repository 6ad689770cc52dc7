#include "services/intake/parser/line_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/intake/parser/dutch_figures.h"
#include "services/intake/parser/line_shapes.h"
#include "services/intake/parser/page_furniture.h"
#include "services/intake/parser/structure.h"

namespace regiokompas::intake {
namespace {

// A code without the marks around it: "2" of "2) ".
absl::string_view WithoutMarks(absl::string_view code) {
  code = Trim(code);
  while (absl::ConsumeSuffix(&code, ".") || absl::ConsumeSuffix(&code, ")")) code = Trim(code);
  return code;
}

}  // namespace

LineReader::LineReader(const std::vector<Line>& lines, const Profile& profile, const Profile& common)
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

Blocks LineReader::Read() {
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

pb::SpanRole LineReader::Take(pb::SpanRole role, absl::string_view rule) {
  rule_ = rule;
  return role;
}

pb::SpanRole LineReader::TakeAs(pb::SpanRole role, std::string rule) {
  return Take(role, *made_names_.insert(std::move(rule)).first);
}

std::string LineReader::ElementOf(pb::SpanRole role) {
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

pb::SpanRole LineReader::ReadLine(const Line& line) {
  pb::SpanRole role = pb::SPAN_ROLE_UNSPECIFIED;
  if (ReadFurniture(line, &role)) return role;
  if (!title_read_) return ReadTitle(line);
  if (IsFillIn(line.text)) return ReadText(line);
  const bool read = ReadLegend(line, &role) || ReadTable(line, &role) || ReadListed(line, &role) ||
                    ReadBlock(line, &role) || ReadAwaitedTitle(line, &role) || ReadHeading(line, &role);
  return read ? role : ReadText(line);
}

bool LineReader::ReadFurniture(const Line& line, pb::SpanRole* role) {
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

bool LineReader::ReadLegend(const Line& line, pb::SpanRole* role) {
  if (!context_.IsLegend(line.text, text_.slot() != Slot::kNone)) return false;
  out_.Diagnose(pb::SEVERITY_INFO, line.number, "LEGEND_SKIPPED",
                "Gelezen als uitleg van de statuswoorden en niet als tekst van een doel of activiteit.");
  *role = Take(pb::SPAN_ROLE_BOILERPLATE, "page.legend");
  return true;
}

bool LineReader::ReadListed(const Line& line, pb::SpanRole* role) {
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

bool LineReader::ReadBlock(const Line& line, pb::SpanRole* role) {
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

bool LineReader::ReadAwaitedTitle(const Line& line, pb::SpanRole* role) {
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

bool LineReader::ReadHeading(const Line& line, pb::SpanRole* role) {
  const auto is_part = [&](const LineRule& rule) {
    return rule.action == profile_pb::LINE_ACTION_ACTIVITY && survey_.IsBelowTitle(at_);
  };
  if (const LineMatch& match = survey_.RuleAt(at_); match.rule != nullptr && !is_part(*match.rule)) {
    rule_ = match.rule->name;
    if (ReadRule(line, match, role)) return true;
  }
  const bool annex = activity_ >= 0 && !line.is_item && line.text.size() <= kLongestHeading && CountCells(line) == 1 &&
                     EndsLikeHeading(line.text) && IsAnnex(line.text);
  if (annex || themes_.EndAt(at_)) {
    LeaveAll();
    out_.LeaveGoals(profile_.announced_heading_kind());
    OpenSection(line.text, line.number);
    *role = Take(pb::SPAN_ROLE_NARRATIVE, "section.heading");
    return true;
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

bool LineReader::IsStatusAboveTitle(const Line& line) const {
  if (!moments_.empty()) return survey_.statuses().Has(line.text) || IsColour(line.text);
  return survey_.HasStatusAboveTitle() && survey_.statuses().Has(line.text);
}

bool LineReader::HasPlace(const LabelRule& rule) const {
  if (IsNoPolicy()) return false;
  if (rule.order >= kFirstLearned && rule.role != profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS) {
    const bool awaits_status = rule.role == profile_pb::LABEL_ROLE_STATUS && expect_title_;
    const bool title = rule.role == profile_pb::LABEL_ROLE_ACTIVITY_TITLE && !profile_.data().activity_titles().empty();
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

pb::SpanRole LineReader::ReadTitle(const Line& line) {
  if (context_.IsHeaderOfPages(at_)) return Take(pb::SPAN_ROLE_BOILERPLATE, kPageMargin);
  title_read_ = true;
  if (line.is_item || line.text.size() > kLongestTitle || absl::EndsWith(line.text, "|") ||
      context_.IsLabelAtTop(at_)) {
    out_.Diagnose(pb::SEVERITY_WARNING, line.number, "TITLE_NOT_FOUND", "Geen titel gevonden boven aan het document.");
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

bool LineReader::ReadRule(const Line& line, const LineMatch& match, pb::SpanRole* role) {
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

void LineReader::OpenGoalByRule(const Line& line, const LineMatch& match) {
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

void LineReader::OpenGoalList(const Line& line, pb::GoalKind kind) {
  LeaveAll();
  cited_.clear();
  list_continues_ = false;
  if (context_.IsAbovePlainTitle(at_)) return AwaitGoal(kind, "", line.number);
  list_kind_ = kind;
}

void LineReader::AwaitGoal(pb::GoalKind kind, const std::string& code, int line) {
  pending_goal_ = kind;
  pending_goal_code_ = code;
  pending_goal_line_ = line;
}

void LineReader::OpenGoal(pb::GoalKind kind, const std::string& code, absl::string_view title, int line) {
  goal_ = out_.AddGoal(kind, code, title, line, true);
  if (kind == pb::GOAL_KIND_FRAMEWORK || themes_.in_use()) {
    OpenSection(doc().goals(goal_).title(), line);
  } else {
    text_.Open(Slot::kGoalText);
  }
}

void LineReader::CiteGoals(pb::GoalKind kind, absl::string_view titles) {
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

}  // namespace regiokompas::intake
