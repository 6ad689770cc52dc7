#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "re2/re2.h"
#include "re2/set.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"
#include "regiokompas/internal/v1/profile.pb.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {

namespace pb = ::regiokompas::intake::v1;
namespace profile_pb = ::regiokompas::internal::v1;

// A pattern for a whole line. A repetition that is bounded only to keep lines short, as in "[^|]{3,300}", makes a
// pattern large and slow, so there is a second one without such bounds: it matches the same lines up to the length at
// which the first bound may end a match, and more lines beyond that.
struct LinePattern {
  std::unique_ptr<RE2> exact;
  std::unique_ptr<RE2> unbounded;
  size_t same_up_to = 0;  // bytes

  // The one to ask about a line.
  const RE2& For(absl::string_view line) const { return line.size() <= same_up_to ? *unbounded : *exact; }
};

// A whole-line rule with its pattern compiled.
struct LineRule {
  profile_pb::LineAction action;
  pb::GoalKind goal_kind;
  std::string name;  // as spans report it: "rule.theme"
  LinePattern pattern;
};

// What a line rule or title pattern captured.
struct LineMatch {
  const LineRule* rule = nullptr;
  std::string code;
  std::string title;  // also the group "titles"
  bool has_title = false;
};

// A label; `order` is its place in the block of an activity.
struct LabelRule {
  profile_pb::LabelRole role;
  pb::AspectKind aspect;
  pb::GoalKind goal_kind;
  bool opens_activity;
  bool rows;
  bool column;
  int order;
  std::string name;  // as spans report it: "label.aanpak"
};

// A label found on a line.
struct LabelMatch {
  const LabelRule* rule = nullptr;
  std::string label;       // as printed, without colon
  absl::string_view text;  // behind the label on the same line, with the bar that closes a cell
};

// Where a label stands, which decides how it may be printed.
struct LabelPlace {
  // A label may be followed by its text without a colon.
  bool cell = false;
  // The head of a table: labels of columns count too.
  bool table_head = false;
};

// How well a profile fits a document.
struct ProfileFit {
  std::string profile;
  double score = 0;  // share of the weight of the profile's signals that was found, 0 to 1
  std::vector<std::string> found;
};

// Which profile fits a document, with the evidence.
struct Inference {
  std::vector<ProfileFit> fits;  // the best first
  std::string profile;           // empty when none fits well enough or two fit equally well
  bool by_structure = false;     // whether the build of the document tells, where its words do not
  bool doubtful = false;         // whether its reading is to be compared with those of other profiles
  // Whether the text speaks of a municipality or its policy; no profile is inferred for one that does not.
  bool speaks_of_policy = false;
  // The words that say that the document is no policy document; only when no profile is inferred because of them.
  std::vector<std::string> other_kind;
};

// One family of documents, ready for use. Immutable, so safe to share between threads.
class Profile {
 public:
  // Compiles a profile; INVALID_ARGUMENT says in Dutch which field is wrong and why. `common`, when given, adds its
  // labels and status words behind the profile's own; their patterns are shared, not compiled again.
  static absl::StatusOr<std::unique_ptr<Profile>> Compile(const profile_pb::Profile& data,
                                                          const Profile* common = nullptr);

  // The same for a profile written as text, which also says which line is wrong. Text from outside is bounded in size.
  static absl::StatusOr<std::unique_ptr<Profile>> FromText(absl::string_view text, const Profile* common = nullptr);

  const profile_pb::Profile& data() const { return data_; }
  // Whether a label is the profile's own rather than one of the common ones.
  bool IsOwn(const LabelRule& label) const { return label.order < data_.labels_size(); }
  pb::DocumentKind document_kind() const { return document_kind_; }
  pb::GoalKind announced_heading_kind() const { return announced_heading_kind_; }

  // The first line rule that matches; one with a null rule when there is none.
  LineMatch MatchRule(absl::string_view line) const;

  // The label that the line is or begins with; one with a null rule when there is none.
  LabelMatch MatchLabel(absl::string_view line, LabelPlace place) const;

  // Code and title of an activity from its title line.
  LineMatch ActivityTitle(absl::string_view line) const;

  // Kind of the goals in the list that a line introduces; GOAL_KIND_UNSPECIFIED when it introduces none.
  pb::GoalKind ListIntroduction(absl::string_view line) const;

  // Whether the line is a status word, and what it suggests.
  bool StatusOf(absl::string_view line, pb::Status* status) const;

  // How well the lines fit.
  ProfileFit Fit(const std::vector<Line>& lines) const;

 private:
  class Compiler;

  // A pattern for normalized text and what it stands for.
  struct TextPattern {
    std::shared_ptr<const RE2> pattern;
    int meaning;  // index of a label or number of a status
  };
  struct SignalRule {
    std::string name;
    int at_least;
    int weight;
    int distinct_labels;
    int announced_headings;
    bool has_patterns;
  };

  Profile() = default;

  // The label of exactly these words, with one wrong letter forgiven when `forgiving`; null when there is none.
  const LabelRule* LabelOf(absl::string_view words, bool forgiving, bool table_head) const;
  LabelMatch CellLabel(absl::string_view line, bool closed, bool table_head) const;

  profile_pb::Profile data_;
  pb::DocumentKind document_kind_ = pb::DOCUMENT_KIND_UNSPECIFIED;
  pb::GoalKind announced_heading_kind_ = pb::GOAL_KIND_UNSPECIFIED;
  std::vector<LineRule> rules_;
  std::unique_ptr<RE2::Set> rule_set_;  // of the unbounded patterns of rules_; the next sets are of theirs
  std::vector<LabelRule> labels_;
  absl::flat_hash_map<std::string, int> label_words_;
  absl::flat_hash_map<std::string, int> column_words_;
  std::vector<std::vector<std::pair<std::string, int>>> words_of_length_;  // long enough to forgive a wrong letter
  std::vector<TextPattern> label_patterns_;
  std::shared_ptr<const RE2::Set> label_pattern_set_;
  std::vector<LinePattern> titles_;
  std::vector<std::pair<std::unique_ptr<RE2>, pb::GoalKind>> intros_;
  std::vector<SignalRule> signals_;
  std::vector<int> signal_of_pattern_;
  std::unique_ptr<RE2::Set> signal_set_;
  absl::flat_hash_map<std::string, pb::Status> status_words_;
  std::vector<TextPattern> status_patterns_;
  std::shared_ptr<const RE2::Set> status_pattern_set_;
};

// The profiles inside the program. Loaded once; lives as long as the program; safe to share between threads.
class ProfileSet {
 public:
  static const ProfileSet& Instance();

  // Loads every embedded profile; an error names the file and what is wrong in it.
  static absl::StatusOr<std::unique_ptr<ProfileSet>> Load();

  // Null when there is no profile of that name.
  const Profile* Find(absl::string_view name) const;

  // How well each profile fits the lines, and the one that clearly fits, if any.
  Inference Infer(const std::vector<Line>& lines) const;

  const std::vector<std::unique_ptr<Profile>>& all() const { return profiles_; }

  // What documents of every family print: lines of sites, usual labels and status words.
  const Profile& common() const { return *common_; }

 private:
  struct ByWords;

  ProfileSet() = default;

  // What the words tell; `fits` are those of all profiles, the best first.
  ByWords JudgeWords(const std::vector<ProfileFit>& fits) const;
  // The profile that the build of the document tells; empty when it tells none, or less than the words do.
  std::string FamilyByBuild(const ByWords& words, absl::Span<const Line> lines) const;

  std::vector<std::unique_ptr<Profile>> profiles_;
  std::unique_ptr<Profile> common_;
};

// Name of the profile for documents that fit no other.
inline constexpr char kGenericProfile[] = "generic";

}  // namespace regiokompas::intake
