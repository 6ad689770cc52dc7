#include "services/intake/parser/text_slot.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/intake/parser/dutch_figures.h"

namespace regiokompas::intake {
namespace {

template <typename Iterator>
void AddLines(Iterator from, Iterator to, std::string* out) {
  for (; from != to; ++from) {
    if (IsEmptyMark(from->text)) continue;
    absl::StrAppend(out, out->empty() ? "" : "\n", from->item ? "- " : "", from->text);
  }
}

}  // namespace

bool IsEmptyMark(absl::string_view text) { return text == "-" || text == "–" || text == "--"; }

void TextSlot::Close(int activity, int goal) {
  if (slot_ == Slot::kAspect && activity >= 0 && out_.document().activities(activity).aspects_size() > 0) {
    StoreAspect(activity);
  }
  if (slot_ == Slot::kProposal && activity >= 0) {
    AddLines(lines_.begin(), lines_.end(), out_.document().mutable_activities(activity)->mutable_council_proposal());
    for (const OpenLine& line : lines_) {
      AddPiece(line, activity, pb::ASPECT_KIND_UNSPECIFIED, Part::kProposal);
    }
  }
  if (goal >= 0 && (slot_ == Slot::kGoalText || slot_ == Slot::kGoalProgress)) StoreGoalText(goal);
  lines_.clear();
  slot_ = Slot::kNone;
  has_items_ = false;
  progress_from_ = -1;
}

void TextSlot::StoreGoalText(int index) {
  const bool progress = slot_ == Slot::kGoalProgress;
  pb::ParsedGoal* goal = out_.document().mutable_goals(index);
  AddLines(lines_.begin(), lines_.end(), progress ? goal->mutable_progress() : goal->mutable_text());
  for (const OpenLine& line : lines_) {
    out_.AddPiece({goal->id(), -1, pb::ASPECT_KIND_UNSPECIFIED, progress ? Part::kProgress : Part::kPlan, line.number,
                   std::string(line.text)});
  }
}

void TextSlot::StoreAspect(int index) {
  pb::ParsedActivity& activity = *out_.document().mutable_activities(index);
  pb::ParsedAspect* aspect = activity.mutable_aspects(activity.aspects_size() - 1);
  auto plan_end = lines_.end();
  if (aspect->kind() == pb::ASPECT_KIND_STATE_OF_AFFAIRS) {
    plan_end = lines_.begin();
  } else if (profile_.data().aspect_text() == profile_pb::ASPECT_TEXT_PLAN_THEN_PROGRESS && !aspect->label().empty()) {
    plan_end = EndOfPlan();
  }
  if (lines_.empty() && aspect->plan().empty() && aspect->progress().empty()) {
    // A label with nothing below it says nothing about the activity; its line keeps its role.
    activity.mutable_aspects()->RemoveLast();
    return;
  }
  AddLines(lines_.begin(), plan_end, aspect->mutable_plan());
  AddLines(plan_end, lines_.end(), aspect->mutable_progress());
  // A label that only its place explains may tell anything, so no target is read from it, unless its place is that
  // of what was agreed.
  const bool agreed = aspect->kind() == pb::ASPECT_KIND_APPROACH || aspect->kind() == pb::ASPECT_KIND_RESULT;
  const pb::AspectKind read_as = is_placed_ && !agreed ? pb::ASPECT_KIND_OTHER : aspect->kind();
  for (auto line = lines_.begin(); line != lines_.end(); ++line) {
    AddPiece(*line, index, read_as, line < plan_end ? Part::kPlan : Part::kProgress);
  }
  const auto is_years = [](const OpenLine& line) { return IsYearsOnly(line.text); };
  if (aspect->kind() == pb::ASPECT_KIND_TIMELINE && activity.realisation_years().empty() &&
      (!is_placed_ || std::all_of(lines_.begin(), plan_end, is_years))) {
    for (auto line = lines_.begin(); line != plan_end; ++line) out_.AddYears(index, line->text);
  }
}

// The plan is the first paragraph, and the next one too where the first ends in a colon.
TextSlot::Lines::iterator TextSlot::EndOfPlan() {
  if (progress_from_ >= 0) return lines_.begin() + progress_from_;
  for (auto line = lines_.begin(); line != lines_.end(); ++line) {
    if (line != lines_.begin() && line->starts_paragraph && !absl::EndsWith((line - 1)->text, ":")) return line;
  }
  return lines_.end();
}

void TextSlot::AddPiece(const OpenLine& line, int activity, pb::AspectKind kind, Part part) {
  out_.AddPiece({out_.document().activities(activity).id(), activity, kind, part, line.number, std::string(line.text)});
}

}  // namespace regiokompas::intake
