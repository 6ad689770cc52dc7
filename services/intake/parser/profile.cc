#include "services/intake/parser/profile.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "google/protobuf/text_format.h"
#include "services/intake/parser/data.h"

namespace regiokompas::intake {
namespace {

constexpr char kGeneric[] = "generic";
constexpr char kCommon[] = "common";

// Labels shorter than this are too easily mistaken for another word to forgive a wrong letter.
constexpr size_t kForgivingLength = 7;
// Rules are about headings and single lines of a site, never about longer text.
constexpr size_t kLongestRuleLine = 2000;
// No label is longer than this many bytes.
constexpr size_t kLongestLabel = 80;

re2::StringPiece Piece(absl::string_view text) { return re2::StringPiece(text.data(), text.size()); }

absl::string_view View(const re2::StringPiece& piece) {
  return piece.data() == nullptr ? absl::string_view() : absl::string_view(piece.data(), piece.size());
}

absl::StatusOr<std::unique_ptr<RE2>> CompilePattern(absl::string_view pattern) {
  RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  auto compiled = std::make_unique<RE2>(Piece(pattern), options);
  if (!compiled->ok()) {
    return absl::InvalidArgumentError(absl::StrCat("pattern '", pattern, "': ", compiled->error()));
  }
  return compiled;
}

// The pattern of a label written in words: any white space between words, and around slashes.
std::string WordsPattern(absl::string_view words) {
  std::string pattern;
  for (char c : words) {
    if (c == ' ') {
      absl::StrAppend(&pattern, "\\s+");
    } else if (c == '/') {
      absl::StrAppend(&pattern, "\\s*/\\s*");
    } else if (c == '\'') {
      absl::StrAppend(&pattern, "['’`]?");
    } else if (absl::ascii_isascii(static_cast<unsigned char>(c)) &&
               !absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      absl::StrAppend(&pattern, "\\", std::string(1, c));
    } else {
      pattern.push_back(c);
    }
  }
  return pattern;
}

template <typename Enum>
absl::StatusOr<Enum> EnumOf(bool (*parse)(const std::string&, Enum*), absl::string_view prefix,
                            absl::string_view name) {
  Enum value;
  if (!parse(absl::StrCat(prefix, name), &value)) {
    return absl::InvalidArgumentError(absl::StrCat("unknown value '", name, "' for ", prefix));
  }
  return value;
}

absl::StatusOr<pb::GoalKind> GoalKindOf(absl::string_view name) {
  if (name.empty()) return pb::GOAL_KIND_UNSPECIFIED;
  return EnumOf<pb::GoalKind>([](const std::string& n, pb::GoalKind* v) { return pb::GoalKind_Parse(n, v); },
                              "GOAL_KIND_", name);
}

// Runs a whole-line pattern and takes its named groups.
bool MatchNamed(const RE2& pattern, absl::string_view line, LineMatch* match) {
  constexpr int kMostGroups = 8;
  re2::StringPiece groups[kMostGroups];
  const int count = std::min(kMostGroups, pattern.NumberOfCapturingGroups() + 1);
  if (!pattern.Match(Piece(line), 0, line.size(), RE2::ANCHOR_BOTH, groups, count)) return false;
  for (const auto& [name, index] : pattern.NamedCapturingGroups()) {
    if (index >= count) continue;
    const absl::string_view value = Trim(View(groups[index]));
    if (name == "code") match->code = std::string(value);
    if (name == "title" || name == "titles") {
      match->title = std::string(value);
      match->has_title = !value.empty();
    }
  }
  return true;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Profile>> Profile::Compile(const profile_pb::Profile& data) {
  std::unique_ptr<Profile> profile(new Profile());
  profile->data_ = data;
  if (data.name().empty()) return absl::InvalidArgumentError("a profile without a name");
  if (!data.document_kind().empty()) {
    const auto kind =
        EnumOf<pb::DocumentKind>([](const std::string& n, pb::DocumentKind* v) { return pb::DocumentKind_Parse(n, v); },
                                 "DOCUMENT_KIND_", data.document_kind());
    if (!kind.ok()) return kind.status();
    profile->document_kind_ = *kind;
  }
  const auto announced = GoalKindOf(data.announced_heading_kind());
  if (!announced.ok()) return announced.status();
  profile->announced_heading_kind_ = *announced;

  for (const profile_pb::LineRule& rule : data.line_rules()) {
    if (rule.action() == profile_pb::LINE_ACTION_UNSPECIFIED) {
      return absl::InvalidArgumentError(absl::StrCat("line rule '", rule.pattern(), "' without an action"));
    }
    const auto kind = GoalKindOf(rule.goal_kind());
    if (!kind.ok()) return kind.status();
    auto pattern = CompilePattern(rule.pattern());
    if (!pattern.ok()) return pattern.status();
    profile->rules_.push_back({rule.action(), *kind, *std::move(pattern)});
  }

  for (const profile_pb::Label& label : data.labels()) {
    if (label.role() == profile_pb::LABEL_ROLE_UNSPECIFIED) return absl::InvalidArgumentError("a label without a role");
    LabelRule rule{label.role(),
                   pb::ASPECT_KIND_UNSPECIFIED,
                   pb::GOAL_KIND_UNSPECIFIED,
                   label.opens_activity(),
                   label.rows(),
                   static_cast<int>(profile->labels_.size()),
                   nullptr,
                   {}};
    const auto goal_kind = GoalKindOf(label.goal_kind());
    if (!goal_kind.ok()) return goal_kind.status();
    rule.goal_kind = *goal_kind;
    if (label.role() == profile_pb::LABEL_ROLE_ASPECT) {
      const auto aspect =
          EnumOf<pb::AspectKind>([](const std::string& n, pb::AspectKind* v) { return pb::AspectKind_Parse(n, v); },
                                 "ASPECT_KIND_", label.aspect());
      if (!aspect.ok()) return aspect.status();
      rule.aspect = *aspect;
    }
    std::vector<std::string> alternatives(label.patterns().begin(), label.patterns().end());
    for (const std::string& words : label.words()) {
      alternatives.push_back(WordsPattern(words));
      rule.normalized_words.push_back(Normalized(words));
    }
    if (alternatives.empty()) return absl::InvalidArgumentError("a label without words");
    auto pattern = CompilePattern(absl::StrCat("(?s)(?P<label>", absl::StrJoin(alternatives, "|"),
                                               ")\\s*(?:(?P<colon>:)\\s*|(?P<space>[\\s|])|$)(?P<text>.*)"));
    if (!pattern.ok()) return pattern.status();
    rule.pattern = *std::move(pattern);
    profile->labels_.push_back(std::move(rule));
  }

  for (const std::string& title : data.activity_titles()) {
    auto pattern = CompilePattern(title);
    if (!pattern.ok()) return pattern.status();
    profile->titles_.push_back(*std::move(pattern));
  }
  for (const profile_pb::ListIntro& intro : data.list_intros()) {
    const auto kind = GoalKindOf(intro.goal_kind());
    if (!kind.ok()) return kind.status();
    auto pattern = CompilePattern(intro.pattern());
    if (!pattern.ok()) return pattern.status();
    profile->intros_.emplace_back(*std::move(pattern), *kind);
  }
  for (const std::string& signal : data.signals()) {
    auto pattern = CompilePattern(signal);
    if (!pattern.ok()) return pattern.status();
    profile->signals_.push_back(*std::move(pattern));
  }
  for (const profile_pb::StatusWords& words : data.status_words()) {
    const auto status = EnumOf<pb::Status>([](const std::string& n, pb::Status* v) { return pb::Status_Parse(n, v); },
                                           "STATUS_", words.status());
    if (!status.ok()) return status.status();
    for (const std::string& word : words.words()) profile->status_words_[Normalized(word)] = *status;
  }
  return profile;
}

LineMatch Profile::MatchRule(absl::string_view line) const {
  LineMatch match;
  if (line.size() > kLongestRuleLine) return match;
  for (const LineRule& rule : rules_) {
    if (MatchNamed(*rule.pattern, line, &match)) {
      match.rule = &rule;
      return match;
    }
  }
  return match;
}

LabelMatch Profile::MatchLabel(absl::string_view line, bool cell) const {
  LabelMatch match;
  const bool closed = cell && absl::EndsWith(line, "|");
  for (const LabelRule& rule : labels_) {
    re2::StringPiece groups[9];
    const int count = std::min(9, rule.pattern->NumberOfCapturingGroups() + 1);
    if (!rule.pattern->Match(Piece(line), 0, line.size(), RE2::ANCHOR_BOTH, groups, count)) continue;
    const auto& names = rule.pattern->NamedCapturingGroups();
    auto group = [&](const char* name) {
      const auto it = names.find(name);
      return it == names.end() || it->second >= count ? absl::string_view() : View(groups[it->second]);
    };
    const absl::string_view text = Trim(group("text"));
    const bool with_text = !text.empty() && text != "|";
    if (with_text && group("colon").empty() && !cell) continue;
    // Outside a closed cell a label is printed with a capital; "resultaat van ..." in running text is none.
    const absl::string_view label = group("label");
    if (with_text && !closed && absl::ascii_islower(static_cast<unsigned char>(label[0]))) continue;
    match.rule = &rule;
    match.label = std::string(label);
    match.text = text;
    return match;
  }
  if (closed) return MisspelledCellLabel(line);
  if (line.size() > kLongestLabel) return match;
  const std::string normalized = Normalized(line);
  if (normalized.size() < kForgivingLength) return match;
  for (const LabelRule& rule : labels_) {
    for (const std::string& words : rule.normalized_words) {
      if (words.size() < kForgivingLength || !WithinOneEdit(words, normalized)) continue;
      match.rule = &rule;
      absl::string_view label = line;
      absl::ConsumeSuffix(&label, ":");
      match.label = std::string(Trim(label));
      return match;
    }
  }
  return match;
}

LabelMatch Profile::MisspelledCellLabel(absl::string_view line) const {
  LabelMatch match;
  const absl::string_view start = line.substr(0, kLongestLabel);
  for (const LabelRule& rule : labels_) {
    for (const std::string& words : rule.normalized_words) {
      if (words.size() < kForgivingLength) continue;
      // The label ends behind as many letters and digits as its words have, give or take one.
      for (size_t end = start.find(' '); end != absl::string_view::npos && end <= words.size() + 4;
           end = start.find(' ', end + 1)) {
        if (!WithinOneEdit(words, Normalized(start.substr(0, end)))) continue;
        match.rule = &rule;
        match.label = std::string(start.substr(0, end));
        match.text = Trim(line.substr(end));
        return match;
      }
    }
  }
  return match;
}

LineMatch Profile::ActivityTitle(absl::string_view line) const {
  LineMatch match;
  for (const auto& pattern : titles_) {
    if (MatchNamed(*pattern, line, &match)) return match;
  }
  match.title = std::string(line);
  return match;
}

pb::GoalKind Profile::ListIntroduction(absl::string_view line) const {
  for (const auto& [pattern, kind] : intros_) {
    if (RE2::PartialMatch(Piece(line), *pattern)) return kind;
  }
  return pb::GOAL_KIND_UNSPECIFIED;
}

bool Profile::StatusOf(absl::string_view line, pb::Status* status) const {
  if (line.size() > kLongestLabel) return false;
  const auto it = status_words_.find(Normalized(line));
  if (it == status_words_.end()) return false;
  *status = it->second;
  return true;
}

int Profile::SignalsIn(const std::vector<Line>& lines) const {
  int found = 0;
  for (const auto& signal : signals_) {
    found += std::any_of(lines.begin(), lines.end(), [&](const Line& line) {
      return line.text.size() > 1 && RE2::FullMatch(Piece(line.text), *signal);
    });
  }
  return found;
}

absl::StatusOr<std::unique_ptr<ProfileSet>> ProfileSet::Load() {
  std::unique_ptr<ProfileSet> set(new ProfileSet());
  for (const EmbeddedFile& file : ParserData()) {
    const std::string& name = file.name;
    if (!absl::EndsWith(name, ".textproto")) continue;
    profile_pb::Profile data;
    if (!google::protobuf::TextFormat::ParseFromString(file.text, &data)) {
      return absl::InvalidArgumentError(absl::StrCat(name, ": not a profile"));
    }
    auto profile = Profile::Compile(data);
    if (!profile.ok()) return absl::InvalidArgumentError(absl::StrCat(name, ": ", profile.status().message()));
    if (data.name() == kCommon) {
      set->common_ = *std::move(profile);
    } else {
      set->profiles_.push_back(*std::move(profile));
    }
  }
  if (set->common_ == nullptr || set->Find(kGeneric) == nullptr) {
    return absl::InvalidArgumentError("the profiles 'common' and 'generic' are needed");
  }
  return set;
}

const ProfileSet& ProfileSet::Instance() {
  // A build whose own profiles are broken cannot do anything useful; profile_test.cc keeps it from being made.
  static const ProfileSet& set = *ProfileSet::Load().value().release();
  return set;
}

const Profile* ProfileSet::Find(absl::string_view name) const {
  for (const auto& profile : profiles_) {
    if (profile->data().name() == name) return profile.get();
  }
  return nullptr;
}

const Profile& ProfileSet::Infer(const std::vector<Line>& lines) const {
  const Profile* best = nullptr;
  double best_share = 0;
  for (const auto& profile : profiles_) {
    const int signals = profile->data().signals_size();
    if (signals == 0) continue;
    const int found = profile->SignalsIn(lines);
    const double share = static_cast<double>(found) / signals;
    if (found >= 2 && share >= 0.5 && share > best_share) {
      best = profile.get();
      best_share = share;
    }
  }
  if (best != nullptr) return *best;
  const std::vector<bool> announced = AnnouncedHeadings(lines);
  if (std::count(announced.begin(), announced.end(), true) >= 2) {
    for (const auto& profile : profiles_) {
      if (profile->data().inferred_from_announced_headings()) return *profile;
    }
  }
  return *Find(kGeneric);
}

std::vector<bool> AnnouncedHeadings(const std::vector<Line>& lines) {
  constexpr size_t kLongestHeading = 160;
  std::vector<bool> headings(lines.size(), false);
  absl::flat_hash_set<std::string> items;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].text.size() > kLongestHeading) continue;
    if (lines[i].is_item) {
      items.insert(NormalizedWordSet(lines[i].item));
    } else if (!absl::EndsWith(lines[i].text, ".") && !absl::EndsWith(lines[i].text, ":")) {
      const std::string words = NormalizedWordSet(lines[i].text);
      headings[i] = words.size() > 3 && items.contains(words);
    }
  }
  return headings;
}

}  // namespace regiokompas::intake
