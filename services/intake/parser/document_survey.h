#pragma once

#include <cstddef>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "re2/re2.h"
#include "services/intake/parser/block_cycle.h"
#include "services/intake/parser/profile.h"
#include "services/intake/parser/structure.h"
#include "services/intake/parser/text_lines.h"
#include "services/intake/parser/theme_headings.h"

namespace regiokompas::intake {

// The status words of a profile without those that leave room for other words.
class ExactStatuses {
 public:
  ExactStatuses(const Profile& profile, const Profile& common);

  // Whether a text is a status word and nothing more; a colour is not.
  bool Has(absl::string_view text) const;

 private:
  absl::flat_hash_set<std::string> words_;
  std::unique_ptr<RE2> patterns_;
};

// What is known of a label from all of the document.
struct LabelFacts {
  int count = 0;
  double place_in_block = 0;  // mean, where the label that opens a block has 0
  bool opens = false;
};

// A label that a document has of its own is at most this long, in bytes.
inline constexpr size_t kLongestNewLabel = 60;

// What the whole document tells before its first line is read: which of its lines are labels, also those that no list
// knows; which label opens the block of an activity; where its tables and the headings of its themes are.
//
// The lines and profiles must outlive it.
class DocumentSurvey {
 public:
  static constexpr double kNoPlace = std::numeric_limits<double>::infinity();

  // Matches every line with the labels once, and learns which label opens the block of an activity and in which order
  // the others follow.
  DocumentSurvey(const std::vector<Line>& lines, const Profile& profile, const Profile& common);

  // Matches point into it.
  DocumentSurvey(const DocumentSurvey&) = delete;
  DocumentSurvey& operator=(const DocumentSurvey&) = delete;

  // The rule of the profile that takes a line, matched when it is first asked for.
  const LineMatch& RuleAt(size_t at) const;

  // The label on a line, its rule null when there is none. Inside an activity a label may also open a cell.
  const LabelMatch& LabelAt(size_t at, bool in_activity) const;

  // Whether a line has a label of a role.
  bool HasRole(size_t at, profile_pb::LabelRole role) const;

  // Whether the question for the goal is asked of every activity, under this label.
  bool IsGoalOfBlock(const LabelRule& rule) const;

  // The table whose head begins at a line, as its cells show it; null when there is none.
  const FoundTable* TableAt(size_t at) const;

  // Whether the label on a line opens the block of an activity. `last_place` is the mean place in a block of the label
  // that was read last: kNoPlace outside a block.
  bool OpensActivity(size_t at, double last_place) const;

  // A card without a label above its title: a heading, its status or an introduction below it, then the first label.
  bool LooksLikeTitleOfCard(size_t at, double last_place) const;

  // "Naam van de kaart Op schema": where in a title the status behind it begins, with a capital; 0 when none does.
  size_t StatusBeside(absl::string_view title) const;

  // Whether a label stands in the block of an activity.
  static bool IsOfBlock(const LabelRule& rule);

  // Whether the goals of this family are told with their progress, outside the blocks of activities.
  bool TellsProgressOfGoals() const;

  // Whether the next label below a line is that of progress, and no heading stands between.
  bool TellsProgressBelow(size_t at) const;

  // What is known of a label; a count of 0 when the document does not print it.
  LabelFacts FactsOf(const LabelRule& rule) const;

  // Whether a label that no list knows got its meaning by its place or by the texts below it.
  bool IsPlaced(const LabelRule& rule) const { return placed_.contains(rule.order); }

  // Whether the head of a table with one cell to a line may begin on a line: a column's label and nothing more.
  bool MayBeginHead(size_t at) const { return may_begin_head_[at]; }

  // Whether a line is the head of a table for one activity, with columns of plan and progress.
  bool IsHeadOfAspects(size_t at) const { return heads_[at]; }

  // Whether the state of affairs is a label below each aspect rather than an aspect of the activity.
  bool TellsProgressOfAspects() const { return progress_labels_; }

  // Whether a label only says that what was planned for an aspect stands below it.
  bool IsPlanOfAspect(const LabelRule& rule) const { return &rule == plan_of_aspects_; }

  // Whether a line is a label of the block that the document repeats.
  bool IsInCycle(size_t at) const { return cycle_.LabelAt(at) >= 0; }

  // Whether the title of an activity stands above the block of a line, so that no part of the block is one.
  bool IsBelowTitle(size_t at) const { return cycle_.has_titles_above() && IsInCycle(at); }

  // Whether cards have their status beside their title, or on the line above it.
  bool HasStatusBesideTitle() const { return status_beside_title_; }
  bool HasStatusAboveTitle() const { return status_above_title_; }

  // Whether the document, of no known family, does not speak of policy, or says that it is an agenda, a letter or the
  // like.
  bool IsOfOtherKind() const { return is_of_other_kind_; }

  const ExactStatuses& statuses() const { return statuses_; }
  const ThemeHeadings& themes() const { return themes_; }

 private:
  // Lines that have the words of a label and are the heading of a part: they stand alone, where the labels of that
  // meaning have other words and their text behind them.
  std::vector<bool> HeadingsOfParts() const;
  // A label of the status below which each time a paragraph stands is that of the state of affairs.
  void LearnStatusesInWords();
  // Learns whether the cards of this document have their status beside or above their title: two of them at least.
  void FindStatusesOfTitles();
  // The longest of the document's own labels that a closed cell begins with.
  LabelMatch BareLabel(absl::string_view text) const;
  // Whether a line goes on with the sentence of the line of prose above it.
  bool GoesOn(size_t at) const;
  // "Status Afgerond": the word behind the label is its text.
  void SplitStatus(absl::string_view text, LabelMatch* label) const;
  // A label that the profile knows, or one of the document's own in front of its text. `known` is what the profile
  // finds there.
  LabelMatch MatchLabel(absl::string_view text, LabelPlace place) const;
  LabelMatch OwnOr(LabelMatch known, absl::string_view text) const;
  // What a line that is no item holds, whatever stands around it.
  struct LabelsOfText {
    LabelMatch plain;
    LabelMatch cell;
    bool may_begin_head = false;
  };
  LabelsOfText LabelsOf(absl::string_view text) const;
  void SetLabels(size_t at, LabelsOfText labels);
  // In a table family years alone below a label are those of the activity, as in a column of that name.
  void ReadYears(size_t at);
  // Whether a line could be a label that no profile knows in this form.
  bool MayBeLabel(size_t at) const;
  // The block that repeats tells which label announces the activity, and that none of the others does.
  void ReadCycle();
  // Where two labels of the repeated block say "result", the one above the approach tells what it is for.
  void TellResultsApart();
  // Gives the label on a line another meaning.
  void SetLabel(size_t at, const LabelRule* rule);
  // A rule for a label of the document's own.
  const LabelRule* Learn(profile_pb::LabelRole role, pb::AspectKind kind, std::string name);
  // A table for one activity may have a head for its columns of plan and progress: the same two labels with nothing
  // between them, time and again.
  void FindHeadsOfAspects();
  // A line that differs by one letter from a label that the document prints elsewhere is that label.
  void LearnMisspelled();
  // Above as many status words stand the labels of their moments: those of the columns of a table, and lines that come
  // back beside one.
  void LearnMoments();
  // Whether a line is what the column of a status may be called in the head of a table.
  bool IsMoment(size_t at) const;
  // A short line that comes again and again above text, and seldom below a label or above one, is a label of the
  // document's own.
  void LearnUnknown();
  // Whether a line is a status and nothing more; with `years`, whether it is years.
  bool IsValue(size_t at, bool years) const;
  // In cards, the line above every title: a short one, each time another, on the next line or below the head of the
  // status.
  bool IsHeadOfTitle(const std::vector<size_t>& at) const;
  // Below the label of a title stands that of its status.
  bool IsBelowTitleLabel(const std::vector<size_t>& at) const;
  // Whether the lines stand directly below labels of the repeated block that have no other text: they are that text.
  bool IsBelowCycleLabel(const std::vector<size_t>& at) const;
  // Whether the lines stand above what is followed by progress, under no activity.
  bool IsAboveGoals(const std::vector<size_t>& at) const;
  // Whether the last rule above a line is that of an activity.
  bool IsInActivity(size_t at) const;
  // A word that every title has in front of it is not part of the title.
  void LearnHeadOfTitles();
  // The aspects of the family, in the order in which its documents print them.
  std::vector<pb::AspectKind> UsualOrder() const;
  // Whether nothing tells yet what a label of the document's own announces.
  static bool IsUnknown(const LabelRule& rule);
  // What a label of the document's own announces follows from the texts below it, else from its place between the
  // labels that are known.
  void PlaceUnknown();
  // Where as many labels are left unknown as aspects are usual and missing, they are those, in the usual order.
  void PlaceRest(const std::vector<const LabelRule*>& block, const std::vector<pb::AspectKind>& usual,
                 const absl::flat_hash_map<int, LabelRule*>& unknown);
  // Whether a label stands in activities and directly below items outside them: what both have is how they go.
  bool IsBelowGoals(const LabelRule& rule) const;
  // Gives an unknown label the aspect that its place or texts tell.
  void SetKind(pb::AspectKind kind, LabelRule* rule);
  // The labels of the activity that has the most of them, in printed order.
  std::vector<const LabelRule*> FullestBlock() const;
  // The aspect that the texts of a label tell: amounts, dates and nothing else, or norms.
  pb::AspectKind KindByTexts(const LabelRule& rule) const;
  // Learns the places of labels in their blocks, and which label opens one.
  void LearnBlocks();
  // Cuts the labels of the document, as printed, into blocks where one comes again and gives each its mean place.
  // Returns how many blocks each opens, by its order.
  absl::flat_hash_map<int, int> PlaceLabels(const std::vector<const LabelRule*>& sequence);
  // Whether the state of affairs is a label below each aspect rather than an aspect of the activity, and whether the
  // question for the goal is asked of every activity.
  void FindProgressLabels(const std::vector<const LabelRule*>& sequence, int most);

  const std::vector<Line>& lines_;
  const Profile& profile_;
  const Profile& common_;
  ExactStatuses statuses_;
  Structure structure_;  // its rules learn what they announce
  const bool is_wrapped_;
  ThemeHeadings themes_;
  BlockCycle cycle_;  // only where a profile learns blocks
  const LabelRule* plan_of_aspects_ = nullptr;
  mutable std::vector<bool> in_activity_;                // what IsInActivity() has found
  mutable std::vector<std::optional<LineMatch>> rules_;  // what RuleAt() has matched
  std::vector<LabelMatch> plain_;                        // the label on each line
  std::vector<bool> may_begin_head_;                     // by line
  std::vector<LabelMatch> cells_;  // the same for lines that may be a cell; empty for profiles without cells
  absl::flat_hash_map<int, LabelFacts> facts_;
  absl::flat_hash_set<int> goals_of_blocks_;
  std::vector<bool> heads_;  // lines of the head of a table for one activity
  bool labelled_items_ = false;
  // Whether no line is a title for what stands below it: a label says so, or the document has no activities.
  bool titles_are_labelled_ = false;
  absl::flat_hash_set<int> placed_;  // orders of the labels that are read by their place or texts
  std::deque<LabelRule> learned_;    // labels of the document's own; a deque, since matches point to them
  bool progress_labels_ = false;
  bool status_beside_title_ = false;
  bool status_above_title_ = false;
  bool uses_bars_ = false;
  bool is_of_other_kind_ = false;
};

}  // namespace regiokompas::intake
