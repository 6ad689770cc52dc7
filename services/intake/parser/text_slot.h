#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/intake/parser/document_builder.h"
#include "services/intake/parser/profile.h"

namespace regiokompas::intake {

// A dash alone says that there is nothing to report.
bool IsEmptyMark(absl::string_view text);

// Where text without a label goes.
enum class Slot { kNone, kAspect, kGoalText, kGoalProgress, kProposal };

// The text that is being read, until what it belongs to is closed.
class TextSlot {
 public:
  // Both must outlive it.
  TextSlot(const Profile& profile, DocumentBuilder* out) : profile_(profile), out_(*out) {}

  Slot slot() const { return slot_; }
  bool empty() const { return lines_.empty(); }
  bool has_items() const { return has_items_; }

  void Open(Slot slot) {
    slot_ = slot;
    is_placed_ = false;
  }
  // Tells whether the label of the open aspect is read by its place.
  void SetPlaced(bool is_placed) { is_placed_ = is_placed; }
  // What is added from here on tells how the aspect goes.
  void StartProgress() { progress_from_ = static_cast<int>(lines_.size()); }
  void MarkItems() { has_items_ = true; }
  // `item` says that a mark on the line before makes the text the item of a list.
  void Add(int line, absl::string_view text, bool item, bool starts_paragraph) {
    lines_.push_back({line, text, item, starts_paragraph});
  }

  // Stores the text where it belongs, the last aspect of an activity or a goal, and closes the slot.
  void Close(int activity, int goal);

 private:
  struct OpenLine {
    int number;
    absl::string_view text;
    bool item;
    bool starts_paragraph;
  };
  using Lines = std::vector<OpenLine>;

  void StoreAspect(int index);
  void StoreGoalText(int index);
  // Where in the lines of an aspect the plan ends and what is told of its progress begins.
  Lines::iterator EndOfPlan();
  void AddPiece(const OpenLine& line, int activity, pb::AspectKind kind, Part part);

  const Profile& profile_;
  DocumentBuilder& out_;
  Slot slot_ = Slot::kNone;
  Lines lines_;
  bool has_items_ = false;
  bool is_placed_ = false;
  int progress_from_ = -1;
};

}  // namespace regiokompas::intake
