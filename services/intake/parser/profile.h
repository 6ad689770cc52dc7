#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "re2/re2.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"
#include "regiokompas/internal/v1/profile.pb.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {

namespace pb = ::regiokompas::intake::v1;
namespace profile_pb = ::regiokompas::internal::v1;

// A whole-line rule with its pattern compiled.
struct LineRule {
  profile_pb::LineAction action;
  pb::GoalKind goal_kind;
  std::unique_ptr<RE2> pattern;
};

// What a line rule or title pattern captured.
struct LineMatch {
  const LineRule* rule = nullptr;
  std::string code;
  std::string title;  // also the group "titles"
  bool has_title = false;
};

// A label with its pattern compiled; `order` is its place in the block of an activity.
struct LabelRule {
  profile_pb::LabelRole role;
  pb::AspectKind aspect;
  pb::GoalKind goal_kind;
  bool opens_activity;
  bool rows;
  int order;
  std::unique_ptr<RE2> pattern;  // groups: label, colon, text
  std::vector<std::string> normalized_words;
};

// A label found on a line.
struct LabelMatch {
  const LabelRule* rule = nullptr;
  std::string label;       // as printed, without colon
  absl::string_view text;  // behind the label on the same line, with the bar that closes a cell
};

// One family of documents, ready for use. Immutable, so safe to share between threads.
class Profile {
 public:
  // Compiles a profile; INVALID_ARGUMENT names what is wrong in it.
  static absl::StatusOr<std::unique_ptr<Profile>> Compile(const profile_pb::Profile& data);

  const profile_pb::Profile& data() const { return data_; }
  pb::DocumentKind document_kind() const { return document_kind_; }
  pb::GoalKind announced_heading_kind() const { return announced_heading_kind_; }

  // The first line rule that matches; one with a null rule when there is none.
  LineMatch MatchRule(absl::string_view line) const;

  // The label that the line is or begins with; one with a null rule when there is none. `cell` says whether a label
  // may be followed by its text without a colon.
  LabelMatch MatchLabel(absl::string_view line, bool cell) const;

  // Code and title of an activity from its title line.
  LineMatch ActivityTitle(absl::string_view line) const;

  // Kind of the goals in the list that a line introduces; GOAL_KIND_UNSPECIFIED when it introduces none.
  pb::GoalKind ListIntroduction(absl::string_view line) const;

  // Whether the line is a status word, and what it suggests.
  bool StatusOf(absl::string_view line, pb::Status* status) const;

  // Number of signals that occur in the lines.
  int SignalsIn(const std::vector<Line>& lines) const;

 private:
  Profile() = default;

  // A label with one wrong letter at the start of a cell that a bar closes.
  LabelMatch MisspelledCellLabel(absl::string_view line) const;

  profile_pb::Profile data_;
  pb::DocumentKind document_kind_ = pb::DOCUMENT_KIND_UNSPECIFIED;
  pb::GoalKind announced_heading_kind_ = pb::GOAL_KIND_UNSPECIFIED;
  std::vector<LineRule> rules_;
  std::vector<LabelRule> labels_;
  std::vector<std::unique_ptr<RE2>> titles_;
  std::vector<std::pair<std::unique_ptr<RE2>, pb::GoalKind>> intros_;
  std::vector<std::unique_ptr<RE2>> signals_;
  absl::flat_hash_map<std::string, pb::Status> status_words_;
};

// The profiles inside the program. Loaded once; lives as long as the program; safe to share between threads.
class ProfileSet {
 public:
  static const ProfileSet& Instance();

  // Loads every embedded profile; an error names the file and what is wrong in it.
  static absl::StatusOr<std::unique_ptr<ProfileSet>> Load();

  // Null when there is no profile of that name.
  const Profile* Find(absl::string_view name) const;

  // The profile that fits the lines best, or the generic one.
  const Profile& Infer(const std::vector<Line>& lines) const;

  const std::vector<std::unique_ptr<Profile>>& all() const { return profiles_; }

  // Lines that sites print around documents of every family.
  const Profile& common() const { return *common_; }

 private:
  ProfileSet() = default;

  std::vector<std::unique_ptr<Profile>> profiles_;
  std::unique_ptr<Profile> common_;
};

// Indexes of the lines that are headings announced before as an item of a list, word order aside.
std::vector<bool> AnnouncedHeadings(const std::vector<Line>& lines);

}  // namespace regiokompas::intake
