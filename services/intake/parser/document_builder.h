#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"
#include "services/intake/parser/profile.h"
#include "services/intake/parser/text_pieces.h"

namespace regiokompas::intake {

// The structure of a document: goals, activities with their texts and statuses, sections and indicators, without what
// has to be looked for inside texts.
struct Blocks {
  pb::ParsedDocument document;
  std::vector<TextPiece> pieces;
  // Labels as printed, each once.
  std::vector<std::string> labels;
};

// Builds the structure of a document: knows which goals and activities are one, which goals are the current ones and
// under which of them another stands. Goals and activities are named by their index in the document, -1 for none.
class DocumentBuilder {
 public:
  // The profile must outlive it.
  explicit DocumentBuilder(const Profile& profile);

  pb::ParsedDocument& document() { return blocks_.document; }
  const pb::ParsedDocument& document() const { return blocks_.document; }
  void AddPiece(TextPiece piece) { blocks_.pieces.push_back(std::move(piece)); }
  void AddLabel(const std::string& label);
  void Diagnose(pb::Severity severity, int line, absl::string_view code, absl::string_view message);

  // The goal with this code or title under the current goals, made when there is none yet.
  int AddGoal(pb::GoalKind kind, const std::string& code, absl::string_view title, int line, bool set_current);
  // Makes a goal the one that deeper goals and activities stand under.
  void SetCurrent(int goal);
  // Ends the current goals of a kind and those that stand under it.
  void LeaveGoals(pb::GoalKind kind);
  int CurrentFramework() const { return current_[0]; }
  // The current goal that stands under all others.
  int DeepestGoal() const;
  int FrameworkWithCode(const std::string& code) const;
  // The framework that a heading names by its title, a number or a word for its level in front of that or not:
  // "Programmalijn 2: Naam" names what stood above as "Uitvoeringsplan 2: Naam".
  int FrameworkNamedBy(absl::string_view heading) const;
  // The goal of the current framework with this title, or one that begins with it.
  int FindByTitle(absl::string_view title, pb::GoalKind kind) const;

  // The activity with this code, or with this title and no text yet, under the current framework; made when there is
  // none yet. It stands under `goals`.
  int AddActivity(const LineMatch& title, int line, const std::vector<int>& goals);
  void AddYears(int activity, absl::string_view text);
  // A status that the activity has already at a moment is not added again.
  void AddStatus(int activity, const std::string& moment, absl::string_view text);

  // An indicator of a framework, or of no goal.
  void AddIndicator(int framework, absl::string_view text, int line);

  // What was built; the builder is of no use afterwards.
  Blocks Finish(const std::vector<Line>& lines);

 private:
  // Ranks of goals in the tree.
  static constexpr int kRanks = 5;
  static int RankOf(pb::GoalKind kind);

  int FindGoal(pb::GoalKind kind, const std::string& code, const std::string& by_code, const std::string& title,
               const std::string& by_title) const;
  int FrameworkWithTitle(absl::string_view title) const;
  // Puts activities under the theme that their code names: an overview lists 6.1.2 and 6.1 b before 6.1 is printed.
  void LinkByCode();
  void AddGoalTo(int goal, pb::ParsedActivity* activity) const;

  const Profile& profile_;
  Blocks blocks_;
  absl::flat_hash_set<std::string> labels_;
  std::array<int, kRanks> current_;  // goal per rank
  absl::flat_hash_map<std::string, int> goals_;
  absl::flat_hash_map<std::string, int> frameworks_;  // by normalized title
  std::vector<std::string> goal_titles_;              // normalized, by index of the goal
  absl::flat_hash_map<std::string, int> activities_;
  absl::flat_hash_set<std::string> statuses_;  // activity, moment and label
};

}  // namespace regiokompas::intake
