#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/intake/parser/profile.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {

// A label of the repeated block.
struct CycleLabel {
  std::string words;          // normalized, without years: "Maatregelen 2024" and "Maatregelen 2025" are one
  std::vector<size_t> lines;  // indexes, from top to bottom
  int with_text = 0;          // on how many of them a text stands behind it
};

// The block that a document repeats: the labels that come back in turns, whatever their words. Its first label
// announces the activity, or stands below the title of one.
class BlockCycle {
 public:
  BlockCycle() = default;
  // `profile` tells which lines are values rather than labels, and which words announce an activity.
  BlockCycle(absl::Span<const Line> lines, const Profile& profile);

  bool found() const { return !labels_.empty(); }
  // In printed order; empty when no block repeats.
  const std::vector<CycleLabel>& labels() const { return labels_; }
  // The index in labels() of the label on a line; -1 when there is none.
  int LabelAt(size_t line) const;
  // Whether the first label has the title of the activity behind or below it; else the title stands above it.
  bool announces() const { return announces_; }
  // Whether the titles of the activities stand directly above the first label.
  bool has_titles_above() const { return has_titles_above_; }
  // How many labels stand above the title: the one that announces it, and those of its columns directly below that.
  int heads() const { return heads_; }
  // The labels that come back below every other one, for what was planned and for how that goes; empty when none do.
  const CycleLabel& plan() const { return plan_; }
  const CycleLabel& progress() const { return progress_; }

 private:
  absl::string_view TextOf(absl::Span<const Line> lines, size_t line, size_t skip) const;
  bool Announces(absl::Span<const Line> lines, const CycleLabel& label, size_t skip) const;
  // Whether above most lines of a label stands a short line that differs each time.
  bool HasTitlesAbove(absl::Span<const Line> lines, const CycleLabel& label, const Profile& profile) const;
  // Whether a block begins with a label. `titled` are the labels with titles above them, by index.
  bool IsFirst(size_t label, const std::vector<bool>& titled, const Profile& profile) const;
  // Makes by_line_ tell the label on each line.
  void IndexLines();
  void FindTitles(absl::Span<const Line> lines, const Profile& profile);
  void FindInner(absl::Span<const Line> lines, const std::vector<CycleLabel>& all);

  std::vector<CycleLabel> labels_;
  absl::flat_hash_map<size_t, int> by_line_;
  bool announces_ = false;
  bool has_titles_above_ = false;
  int heads_ = 0;
  CycleLabel plan_;
  CycleLabel progress_;
};

}  // namespace regiokompas::intake
