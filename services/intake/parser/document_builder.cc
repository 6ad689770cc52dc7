#include "services/intake/parser/document_builder.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/intake/parser/dutch_figures.h"
#include "services/intake/parser/line_shapes.h"

namespace regiokompas::intake {
namespace {

// "normaliseren" and "normalisering": one word each, alike but for the ending.
bool SameStem(absl::string_view a, absl::string_view b) {
  constexpr size_t kLongestEnding = 3;
  if (absl::StrContains(a, " ") || absl::StrContains(b, " ")) return false;
  const size_t common = std::mismatch(a.begin(), a.begin() + std::min(a.size(), b.size()), b.begin()).first - a.begin();
  return common >= 6 && std::max(a.size(), b.size()) - common <= kLongestEnding;
}

std::string GoalTitle(absl::string_view text) {
  text = WithoutBar(Trim(text));
  absl::ConsumeSuffix(&text, ";");
  return std::string(Trim(text));
}

// Whether one of two titles may be the other one cut short; both normalized.
bool AreOneTitle(absl::string_view a, absl::string_view b) { return absl::StartsWith(a, b) || absl::StartsWith(b, a); }

}  // namespace

DocumentBuilder::DocumentBuilder(const Profile& profile) : profile_(profile) { current_.fill(-1); }

void DocumentBuilder::AddLabel(const std::string& label) {
  if (labels_.insert(label).second) blocks_.labels.push_back(label);
}

// Depth of a goal in the tree; a goal stands under the nearest one of lower rank.
int DocumentBuilder::RankOf(pb::GoalKind kind) {
  switch (kind) {
    case pb::GOAL_KIND_FRAMEWORK:
      return 0;
    case pb::GOAL_KIND_THEME:
      return 1;
    case pb::GOAL_KIND_MAIN_GOAL:
      return 2;
    case pb::GOAL_KIND_FOCUS:
      return 3;
    default:
      return kRanks - 1;
  }
}

int DocumentBuilder::AddGoal(pb::GoalKind kind, const std::string& code, absl::string_view title, int line,
                             bool set_current) {
  int parent = -1;
  for (int rank = 0; rank < RankOf(kind); ++rank) {
    if (current_[rank] >= 0) parent = current_[rank];
  }
  const std::string clean = GoalTitle(title);
  const std::string scope = absl::StrCat(parent, " ", static_cast<int>(kind));
  const std::string by_code = code.empty() ? "" : absl::StrCat(scope, " code ", Normalized(code));
  const std::string by_title = absl::StrCat(scope, " title ", Normalized(clean));
  const std::string by_both = absl::StrCat(by_title, by_code);
  int goal = -1;
  if (const auto it = goals_.find(by_both); it != goals_.end()) {
    goal = it->second;
  } else {
    goal = FindGoal(kind, code, by_code, Normalized(clean), by_title);
  }
  if (goal < 0) {
    goal = document().goals_size();
    pb::ParsedGoal* added = document().add_goals();
    added->set_id(absl::StrCat("g", goal + 1));
    if (parent >= 0) added->set_parent_id(document().goals(parent).id());
    added->set_kind(kind);
    added->set_code(code);
    added->set_title(clean);
    added->set_line(line);
    goal_titles_.push_back(Normalized(clean));
    if (kind == pb::GOAL_KIND_FRAMEWORK) frameworks_.emplace(goal_titles_.back(), goal);
    if (!code.empty()) goals_.emplace(by_code, goal);
    goals_.emplace(by_title, goal);
    goals_.emplace(by_both, goal);
    AddPiece({added->id(), -1, pb::ASPECT_KIND_UNSPECIFIED, Part::kTitle, line, clean});
  }
  if (set_current) SetCurrent(goal);
  return goal;
}

int DocumentBuilder::FindGoal(pb::GoalKind kind, const std::string& code, const std::string& by_code,
                              const std::string& title, const std::string& by_title) const {
  if (const auto it = goals_.find(by_code); !code.empty() && it != goals_.end()) {
    // Headings of the text may be numbered beside its themes.
    const bool theme = kind == profile_.announced_heading_kind();
    if (!theme || AreOneTitle(goal_titles_[it->second], title)) return it->second;
  }
  const auto it = goals_.find(by_title);
  const bool is_one = it != goals_.end() && (code.empty() || document().goals(it->second).code().empty());
  return is_one ? it->second : -1;
}

void DocumentBuilder::SetCurrent(int goal) {
  const int rank = RankOf(document().goals(goal).kind());
  current_[rank] = goal;
  for (int deeper = rank + 1; deeper < kRanks; ++deeper) current_[deeper] = -1;
}

void DocumentBuilder::LeaveGoals(pb::GoalKind kind) { std::fill(current_.begin() + RankOf(kind), current_.end(), -1); }

int DocumentBuilder::DeepestGoal() const {
  int deepest = -1;
  for (int goal : current_) {
    if (goal >= 0) deepest = goal;
  }
  return deepest;
}

void DocumentBuilder::LinkByCode() {
  absl::flat_hash_map<std::string, std::string> themes;
  for (const pb::ParsedGoal& goal : document().goals()) {
    if (goal.kind() == pb::GOAL_KIND_THEME && !goal.code().empty()) themes.emplace(goal.code(), goal.id());
  }
  for (pb::ParsedActivity& each : *document().mutable_activities()) {
    const auto theme = themes.find(each.code().substr(0, each.code().find_last_of(". ")));
    if (theme == themes.end() || !absl::StrContains(each.code(), ".")) continue;
    each.clear_goal_ids();
    each.add_goal_ids(theme->second);
  }
}

int DocumentBuilder::FrameworkWithCode(const std::string& code) const {
  for (int i = 0; i < document().goals_size(); ++i) {
    const pb::ParsedGoal& goal = document().goals(i);
    if (goal.kind() == pb::GOAL_KIND_FRAMEWORK && goal.code() == code) return i;
  }
  return -1;
}

int DocumentBuilder::FrameworkWithTitle(absl::string_view title) const {
  const auto goal = frameworks_.find(Normalized(title));
  return goal == frameworks_.end() ? -1 : goal->second;
}

int DocumentBuilder::FrameworkNamedBy(absl::string_view heading) const {
  constexpr size_t kMostWords = 3;
  absl::string_view title = WithoutNumber(WithoutBar(heading));
  int framework = FrameworkWithTitle(title);
  for (size_t words = 0; words < kMostWords && framework < 0; ++words) {
    const size_t space = title.find(' ');
    if (space == absl::string_view::npos) break;
    title = Trim(title.substr(space));
    framework = FrameworkWithTitle(title);
  }
  return framework;
}

int DocumentBuilder::FindByTitle(absl::string_view title, pb::GoalKind kind) const {
  constexpr size_t kShortest = 8;
  const std::string wanted = Normalized(title);
  if (wanted.size() < kShortest) return -1;
  const int first = std::max(0, current_[0]);
  for (int i = first; i < document().goals_size(); ++i) {
    const pb::ParsedGoal& goal = document().goals(i);
    if (goal.kind() == pb::GOAL_KIND_FRAMEWORK || (kind != pb::GOAL_KIND_UNSPECIFIED && goal.kind() != kind)) continue;
    const std::string& has = goal_titles_[i];
    if (has.size() < kShortest) continue;
    if (absl::StartsWith(has, wanted) || absl::StartsWith(wanted, has) || WithinOneEdit(has, wanted) ||
        WithinOneEdit(has.substr(0, wanted.size()), wanted) || SameStem(has, wanted)) {
      return i;
    }
  }
  return -1;
}

int DocumentBuilder::AddActivity(const LineMatch& title, int line, const std::vector<int>& goals) {
  const std::string scope = CurrentFramework() >= 0 ? document().goals(CurrentFramework()).id() : "";
  const std::string name = title.code.empty() ? absl::StrCat("title ", Normalized(title.title))
                                              : absl::StrCat("code ", Normalized(title.code));
  const auto [it, is_new] = activities_.try_emplace(absl::StrCat(scope, " ", name), document().activities_size());
  if (!is_new && title.code.empty() && document().activities(it->second).aspects_size() > 0) {
    // Two blocks of their own under one title are two activities; an overview row and its block are one.
    it->second = document().activities_size();
  }
  if (it->second == document().activities_size()) {
    pb::ParsedActivity* added = document().add_activities();
    added->set_id(absl::StrCat("a", document().activities_size()));
    added->set_code(title.code);
    added->set_title(std::string(WithoutBar(title.title)));
    added->set_line(line);
  }
  pb::ParsedActivity* const activity = document().mutable_activities(it->second);
  for (int goal : goals) AddGoalTo(goal, activity);
  if (const int theme = current_[RankOf(pb::GOAL_KIND_THEME)]; profile_.data().codes_are_task_fields() && theme >= 0) {
    const std::string& code = document().goals(theme).code();
    auto* fields = activity->mutable_task_fields();
    if (!code.empty() && !absl::c_linear_search(*fields, code)) *fields->Add() = code;
  }
  return it->second;
}

void DocumentBuilder::AddGoalTo(int goal, pb::ParsedActivity* activity) const {
  const std::string& id = document().goals(goal).id();
  auto* ids = activity->mutable_goal_ids();
  if (!absl::c_linear_search(*ids, id)) *ids->Add() = id;
}

void DocumentBuilder::AddYears(int activity, absl::string_view text) {
  auto* years = document().mutable_activities(activity)->mutable_realisation_years();
  for (int year : FindYears(text)) {
    if (!absl::c_linear_search(*years, year)) years->Add(year);
  }
  absl::c_sort(*years);
}

void DocumentBuilder::AddStatus(int activity, const std::string& moment, absl::string_view text) {
  pb::ParsedActivity* const of = document().mutable_activities(activity);
  // The block of an activity repeats the statuses of the overview.
  if (!statuses_.insert(absl::StrCat(activity, "\n", absl::AsciiStrToLower(moment), "\n", text)).second) return;
  pb::Status status = pb::STATUS_UNSPECIFIED;
  profile_.StatusOf(text, &status);
  pb::ParsedStatus* added = of->add_statuses();
  added->set_moment(moment);
  added->set_label(std::string(text));
  added->set_status(status);
}

void DocumentBuilder::AddIndicator(int framework, absl::string_view text, int line) {
  pb::ParsedIndicator* indicator = document().add_indicators();
  indicator->set_id(absl::StrCat("i", document().indicators_size()));
  if (framework >= 0) indicator->set_subject_id(document().goals(framework).id());
  indicator->set_text(std::string(text));
  indicator->set_unit(UnitOfIndicator(text));
  indicator->set_line(line);
  AddPiece({indicator->id(), -1, pb::ASPECT_KIND_INDICATOR, Part::kPlan, line, std::string(text)});
}

Blocks DocumentBuilder::Finish(const std::vector<Line>& lines) {
  LinkByCode();
  JoinWrappedLines(lines, &blocks_.pieces);
  return std::move(blocks_);
}

void DocumentBuilder::Diagnose(pb::Severity severity, int line, absl::string_view code, absl::string_view message) {
  pb::Diagnostic* diagnostic = document().add_diagnostics();
  diagnostic->set_severity(severity);
  diagnostic->set_line(line);
  diagnostic->set_code(std::string(code));
  diagnostic->set_message(std::string(message));
}

}  // namespace regiokompas::intake
