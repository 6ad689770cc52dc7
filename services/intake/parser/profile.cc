#include "services/intake/parser/profile.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "services/intake/parser/aspect_stems.h"
#include "services/intake/parser/block_cycle.h"
#include "services/intake/parser/data.h"
#include "services/intake/parser/line_shapes.h"
#include "services/intake/parser/structure.h"
#include "services/intake/parser/theme_headings.h"

namespace regiokompas::intake {
namespace {

using google::protobuf::TextFormat;

constexpr char kCommon[] = "common";

// Labels shorter than this are too easily mistaken for another word to forgive a wrong letter.
constexpr size_t kForgivingLength = 7;
// Rules are about headings and single lines of a site, never about longer text.
constexpr size_t kLongestRuleLine = 2000;
// Signals are headings, labels and rows.
constexpr size_t kLongestSignalLine = 300;
// A family shows itself long before this.
constexpr size_t kMostSignalLines = 3000;
// No label is longer than this many bytes.
constexpr size_t kLongestLabel = 80;
// No label without a mark behind it has more words.
constexpr int kMostLabelWords = 8;

// What a profile may cost: it may come from outside, and every line is held against all of it.
constexpr size_t kLargestProfile = size_t{256} << 10;
constexpr size_t kLongestPattern = 1000;
constexpr int64_t kPatternMemory = int64_t{1} << 20;
constexpr int64_t kSetMemory = int64_t{8} << 20;
constexpr int kMostPatterns = 600;
constexpr int kLargestProgram = 4000;
constexpr int kLargestProgramTotal = 60000;

// A profile is inferred from this share of its weight on, when it stands this far ahead of the next.
constexpr double kLeastScore = 0.5;
constexpr double kLeastMargin = 0.1;
// From this share on the words leave no doubt that a table would have to take away.
constexpr double kClearScore = 0.75;
// Enough for headings of themes where no other profile has anything and the build tells nothing.
constexpr double kLeastAlone = 0.3;

re2::StringPiece Piece(absl::string_view text) { return re2::StringPiece(text.data(), text.size()); }

absl::string_view View(const re2::StringPiece& piece) {
  return piece.data() == nullptr ? absl::string_view() : absl::string_view(piece.data(), piece.size());
}

RE2::Options PatternOptions(int64_t memory) {
  RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  options.set_max_mem(memory);
  return options;
}

// "wat-gaan-we-doen" for "Wat gaan we doen?"
std::string Slug(absl::string_view words) { return absl::StrReplaceAll(Normalized(words), {{" ", "-"}}); }

// Whether a pattern of the set may match; a set that runs out of memory cannot tell. Asking which ones match costs much
// more than asking whether any does, and few lines match.
bool MayMatch(const RE2::Set& set, absl::string_view text) {
  RE2::Set::ErrorInfo error;
  return set.Match(Piece(text), nullptr, &error) || error.kind != RE2::Set::kNoError;
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

// A pattern without the upper bounds of its repetitions that are so high that they only keep lines short; `least` is
// set to the lowest of them.
std::string WithoutLongBounds(absl::string_view pattern, size_t* least) {
  constexpr int kLeastLongBound = 20;
  static const RE2 kBounds(R"(\{(\d+),(\d+)\})");
  std::string unbounded;
  bool in_class = false;
  for (size_t at = 0; at < pattern.size(); ++at) {
    int from = 0;
    int to = 0;
    re2::StringPiece rest = Piece(pattern.substr(at));
    if (pattern[at] == '\\' && at + 1 < pattern.size()) {
      unbounded.push_back(pattern[at++]);
    } else if (pattern[at] == '[' && !in_class) {
      in_class = true;
      // A bracket that closes right behind the one that opens is one of the class.
      const size_t first = at + 1 + absl::StartsWith(pattern.substr(at + 1), "^");
      if (absl::StartsWith(pattern.substr(first), "]")) {
        unbounded.append(pattern.data() + at, first - at);
        at = first;
      }
    } else if (pattern[at] == ']') {
      in_class = false;
    } else if (!in_class && RE2::Consume(&rest, kBounds, &from, &to) && to >= kLeastLongBound) {
      *least = std::min(*least, static_cast<size_t>(to));
      absl::StrAppend(&unbounded, "{", from, ",}");
      at = rest.data() - pattern.data() - 1;
      continue;
    }
    unbounded.push_back(pattern[at]);
  }
  return unbounded;
}

// Collects the first thing that is wrong with the syntax of a profile.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (!text_.empty()) return;
    text_ = line < 0 ? message : absl::StrCat("regel ", line + 1, ", kolom ", column + 1, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Whether the words at the start of a cell go on into its text, which begins with a capital: "Hoe pakken we dit aan
// We maken".
bool GoesIntoText(absl::string_view label) {
  if (absl::c_none_of(label, absl::ascii_islower)) return false;
  for (size_t space = label.find(' '); space != absl::string_view::npos; space = label.find(' ', space + 1)) {
    if (absl::ascii_isupper(static_cast<unsigned char>(label[space + 1]))) return true;
  }
  return false;
}

}  // namespace

// Compiles the fields of a profile one by one and stops at the first that is wrong.
class Profile::Compiler {
 public:
  // Says where the nth element of a repeated field stands: "regel 12, "; empty when that is not known.
  using Locate = std::function<std::string(const char* field, int index)>;

  Compiler(const profile_pb::Profile& data, const Profile* common, Locate locate)
      : data_(data), common_(common), locate_(std::move(locate)), profile_(new Profile()) {}

  absl::StatusOr<std::unique_ptr<Profile>> Compile() {
    profile_->data_ = data_;
    field_ = "name";
    if (data_.name().empty()) Fail("een profiel zonder naam");
    field_ = "document_kind";
    profile_->document_kind_ =
        EnumOf<pb::DocumentKind>(pb::DocumentKind_descriptor(), "DOCUMENT_KIND_", data_.document_kind());
    field_ = "announced_heading_kind";
    profile_->announced_heading_kind_ = GoalKindOf(data_.announced_heading_kind());
    AddLineRules();
    AddLabels(data_, true);
    AddTitles();
    AddSignals();
    AddStatusWords(data_, true);
    if (common_ != nullptr && data_.labels_size() > 0) {
      locate_ = nullptr;
      const int first_label = static_cast<int>(profile_->labels_.size());
      AddLabels(common_->data(), false);
      AddStatusWords(common_->data(), false);
      AddCommonPatterns(first_label);
    }
    CompileSets();
    if (!error_.ok()) return error_;
    profile_->words_of_length_.resize(kLongestLabel + 1);
    for (const auto& [words, index] : profile_->label_words_) {
      if (words.size() >= kForgivingLength) profile_->words_of_length_[words.size()].emplace_back(words, index);
    }
    return std::move(profile_);
  }

 private:
  void Fail(absl::string_view message) {
    if (!error_.ok()) return;
    const std::string place = locate_ == nullptr || index_ < 0 ? "" : locate_(field_, index_);
    const std::string field = index_ < 0 ? std::string(field_) : absl::StrCat(field_, "[", index_, "]");
    error_ = absl::InvalidArgumentError(absl::StrCat(place, field, ": ", message));
  }

  void At(const char* field, int index) {
    field_ = field;
    index_ = index;
  }

  template <typename Enum>
  Enum EnumOf(const google::protobuf::EnumDescriptor* type, absl::string_view prefix, absl::string_view name) {
    if (name.empty()) return static_cast<Enum>(0);
    const auto* value = type->FindValueByName(absl::StrCat(prefix, name));
    if (value == nullptr) {
      Fail(absl::StrCat("onbekende waarde '", name.substr(0, kLongestLabel), "'"));
      return static_cast<Enum>(0);
    }
    return static_cast<Enum>(value->number());
  }

  pb::GoalKind GoalKindOf(absl::string_view name) {
    return EnumOf<pb::GoalKind>(pb::GoalKind_descriptor(), "GOAL_KIND_", name);
  }

  std::unique_ptr<RE2> Pattern(absl::string_view pattern) {
    if (!error_.ok()) return nullptr;
    if (pattern.empty() || pattern.size() > kLongestPattern) {
      Fail(absl::StrCat("een patroon heeft 1 tot ", kLongestPattern, " tekens"));
      return nullptr;
    }
    auto compiled = std::make_unique<RE2>(Piece(pattern), PatternOptions(kPatternMemory));
    if (!compiled->ok()) {
      Fail(absl::StrCat("patroon '", pattern, "': ", compiled->error()));
      return nullptr;
    }
    Count(*compiled);
    return compiled;
  }

  // Keeps the patterns of a profile, common ones included, within bounds.
  void Count(const RE2& pattern) {
    program_ += pattern.ProgramSize();
    if (++patterns_ > kMostPatterns || pattern.ProgramSize() > kLargestProgram || program_ > kLargestProgramTotal) {
      Fail(absl::StrCat("patroon '", pattern.pattern(), "': de patronen van het profiel zijn samen of elk te groot"));
    }
  }

  LinePattern WholeLine(absl::string_view pattern) {
    LinePattern line{Pattern(pattern), nullptr, std::numeric_limits<size_t>::max()};
    if (line.exact == nullptr) return line;
    const std::string unbounded = WithoutLongBounds(pattern, &line.same_up_to);
    line.unbounded = std::make_unique<RE2>(Piece(unbounded), PatternOptions(kPatternMemory));
    if (!line.unbounded->ok()) Fail(absl::StrCat("patroon '", pattern, "': ", line.unbounded->error()));
    return line;
  }

  void AddLineRules() {
    for (int i = 0; i < data_.line_rules_size(); ++i) {
      At("line_rules", i);
      const profile_pb::LineRule& rule = data_.line_rules(i);
      if (rule.action() == profile_pb::LINE_ACTION_UNSPECIFIED) Fail("een regel zonder action");
      const std::string name = rule.name().empty() ? absl::StrCat(i + 1) : Slug(rule.name());
      profile_->rules_.push_back(
          {rule.action(), GoalKindOf(rule.goal_kind()), absl::StrCat("rule.", name), WholeLine(rule.pattern())});
    }
  }

  void AddLabels(const profile_pb::Profile& source, bool with_patterns) {
    for (int i = 0; i < source.labels_size(); ++i) {
      At("labels", i);
      const profile_pb::Label& label = source.labels(i);
      if (label.role() == profile_pb::LABEL_ROLE_UNSPECIFIED) Fail("een label zonder role");
      if (label.words().empty() && label.patterns().empty()) Fail("een label zonder words of patterns");
      if (label.role() == profile_pb::LABEL_ROLE_ASPECT && label.aspect().empty()) Fail("een label zonder aspect");
      const int index = static_cast<int>(profile_->labels_.size());
      LabelRule rule{label.role(),
                     EnumOf<pb::AspectKind>(pb::AspectKind_descriptor(), "ASPECT_KIND_", label.aspect()),
                     GoalKindOf(label.goal_kind()),
                     label.opens_activity(),
                     label.rows(),
                     label.column(),
                     index,
                     ""};
      for (const std::string& words : label.words()) {
        const std::string normalized = Normalized(words);
        if (normalized.empty() || std::max(words.size(), normalized.size()) > kLongestLabel)
          Fail("words met te veel of zonder letters");
        if (rule.name.empty()) rule.name = absl::StrCat("label.", Slug(words));
        (rule.column ? profile_->column_words_ : profile_->label_words_).emplace(normalized, index);
      }
      if (rule.name.empty()) rule.name = absl::StrCat("label.", index + 1);
      for (const std::string& pattern : label.patterns()) {
        if (with_patterns) profile_->label_patterns_.push_back({Pattern(pattern), index});
      }
      profile_->labels_.push_back(std::move(rule));
    }
  }

  void AddTitles() {
    for (int i = 0; i < data_.activity_titles_size(); ++i) {
      At("activity_titles", i);
      profile_->titles_.push_back(WholeLine(data_.activity_titles(i)));
    }
    for (int i = 0; i < data_.list_intros_size(); ++i) {
      At("list_intros", i);
      const pb::GoalKind kind = GoalKindOf(data_.list_intros(i).goal_kind());
      profile_->intros_.emplace_back(Pattern(data_.list_intros(i).pattern()), kind);
    }
  }

  void AddSignals() {
    if (data_.signals().empty()) return;
    profile_->signal_set_ = std::make_unique<RE2::Set>(PatternOptions(kSetMemory), RE2::ANCHOR_BOTH);
    for (int i = 0; i < data_.signals_size(); ++i) {
      At("signals", i);
      const profile_pb::Signal& signal = data_.signals(i);
      if (signal.patterns().empty() && signal.distinct_labels() == 0 && signal.announced_headings() == 0) {
        Fail("een signaal dat nergens om vraagt");
      }
      for (const std::string& pattern : signal.patterns()) {
        if (Pattern(pattern) == nullptr) return;
        profile_->signal_set_->Add(Piece(pattern), nullptr);
        profile_->signal_of_pattern_.push_back(i);
      }
      profile_->signals_.push_back({signal.name(), std::max(1, signal.at_least()),
                                    signal.weight() == 0 ? 1 : signal.weight(), signal.distinct_labels(),
                                    signal.announced_headings(), !signal.patterns().empty()});
    }
  }

  void AddStatusWords(const profile_pb::Profile& source, bool with_patterns) {
    for (int i = 0; i < source.status_words_size(); ++i) {
      At("status_words", i);
      const profile_pb::StatusWords& words = source.status_words(i);
      const auto status = EnumOf<pb::Status>(pb::Status_descriptor(), "STATUS_", words.status());
      for (const std::string& word : words.words()) profile_->status_words_.emplace(Normalized(word), status);
      for (const std::string& pattern : words.patterns()) {
        if (with_patterns) profile_->status_patterns_.push_back({Pattern(pattern), static_cast<int>(status)});
      }
    }
  }

  // Adds the patterns of the common labels and status words, whose labels stand from `first_label` on.
  void AddCommonPatterns(int first_label) {
    for (const TextPattern& each : common_->label_patterns_) {
      Count(*each.pattern);
      profile_->label_patterns_.push_back({each.pattern, first_label + each.meaning});
    }
    for (const TextPattern& each : common_->status_patterns_) {
      Count(*each.pattern);
      profile_->status_patterns_.push_back(each);
    }
  }

  // One automaton says whether any pattern of a kind matches, so that most lines cost one look.
  void CompileSets() {
    if (!error_.ok()) return;
    At("line_rules", -1);
    auto set = std::make_unique<RE2::Set>(PatternOptions(kSetMemory), RE2::ANCHOR_BOTH);
    for (const LineRule& rule : profile_->rules_) set->Add(rule.pattern.unbounded->pattern(), nullptr);
    Finish(set.get());
    profile_->rule_set_ = std::move(set);
    At("labels", -1);
    profile_->label_pattern_set_ = SetOf(&Profile::label_patterns_, &Profile::label_pattern_set_);
    At("status_words", -1);
    profile_->status_pattern_set_ = SetOf(&Profile::status_patterns_, &Profile::status_pattern_set_);
    At("signals", -1);
    if (profile_->signal_set_ != nullptr) Finish(profile_->signal_set_.get());
  }

  // The set of the patterns of a kind: the common one when the profile has none of its own.
  std::shared_ptr<const RE2::Set> SetOf(std::vector<TextPattern> Profile::*patterns,
                                        std::shared_ptr<const RE2::Set> Profile::*set) {
    const std::vector<TextPattern>& all = profile_.get()->*patterns;
    const bool shared = common_ != nullptr && !all.empty() && !(common_->*patterns).empty() &&
                        all.front().pattern == (common_->*patterns).front().pattern;
    if (shared) return common_->*set;
    auto own = std::make_shared<RE2::Set>(PatternOptions(kSetMemory), RE2::ANCHOR_BOTH);
    for (const TextPattern& each : all) own->Add(each.pattern->pattern(), nullptr);
    Finish(own.get());
    return own;
  }

  void Finish(RE2::Set* set) {
    if (!set->Compile()) Fail("de patronen zijn samen te groot");
  }

  const profile_pb::Profile& data_;
  const Profile* common_;
  Locate locate_;
  std::unique_ptr<Profile> profile_;
  const char* field_ = "";
  int index_ = -1;
  int patterns_ = 0;
  int program_ = 0;
  absl::Status error_;
};

absl::StatusOr<std::unique_ptr<Profile>> Profile::Compile(const profile_pb::Profile& data, const Profile* common) {
  return Compiler(data, common, nullptr).Compile();
}

absl::StatusOr<std::unique_ptr<Profile>> Profile::FromText(absl::string_view text, const Profile* common) {
  if (text.size() > kLargestProfile) {
    return absl::InvalidArgumentError(absl::StrCat("een profiel is hooguit ", kLargestProfile >> 10, " KiB groot"));
  }
  constexpr int kDeepest = 10;
  FirstError error;
  TextFormat::ParseInfoTree tree;
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  parser.WriteLocationsTo(&tree);
  parser.SetRecursionLimit(kDeepest);
  profile_pb::Profile data;
  if (!parser.ParseFromString(std::string(text), &data)) return absl::InvalidArgumentError(error.text());
  return Compiler(data, common,
                  [&tree](const char* field, int index) {
                    const auto* descriptor = profile_pb::Profile::descriptor()->FindFieldByName(field);
                    const int line = tree.GetLocation(descriptor, index).line;
                    return line < 0 ? std::string() : absl::StrCat("regel ", line + 1, ", ");
                  })
      .Compile();
}

LineMatch Profile::MatchRule(absl::string_view line) const {
  LineMatch match;
  if (line.size() > kLongestRuleLine || rules_.empty() || !MayMatch(*rule_set_, line)) return match;
  std::vector<int> found;
  RE2::Set::ErrorInfo error;
  const bool any = rule_set_->Match(Piece(line), &found, &error);
  for (size_t i = 0; i < rules_.size(); ++i) {
    if (any && std::find(found.begin(), found.end(), static_cast<int>(i)) == found.end()) continue;
    // Where the set has said that the pattern matches, only what its named groups hold is left to find.
    const RE2& pattern = rules_[i].pattern.For(line);
    const bool told = any && &pattern == rules_[i].pattern.unbounded.get();
    if ((told && pattern.NamedCapturingGroups().empty()) || MatchNamed(pattern, line, &match)) {
      match.rule = &rules_[i];
      return match;
    }
  }
  return match;
}

const LabelRule* Profile::LabelOf(absl::string_view words, bool forgiving, bool table_head) const {
  if (words.empty() || words.size() > kLongestLabel) return nullptr;
  const auto usable = [&](int index) { return table_head || !labels_[index].column; };
  const auto label = label_words_.find(words);
  if (table_head) {
    // The profile's own word for a title goes before that of a column.
    const bool own_title = label != label_words_.end() && IsOwn(labels_[label->second]) &&
                           labels_[label->second].role == profile_pb::LABEL_ROLE_ACTIVITY_TITLE;
    const auto column = own_title ? column_words_.end() : column_words_.find(words);
    if (column != column_words_.end()) return &labels_[column->second];
  }
  if (label != label_words_.end()) return &labels_[label->second];
  std::vector<int> found;
  RE2::Set::ErrorInfo error;
  if (!label_patterns_.empty() && MayMatch(*label_pattern_set_, words) &&
      label_pattern_set_->Match(Piece(words), &found, &error)) {
    std::sort(found.begin(), found.end());
    for (int i : found) {
      if (usable(label_patterns_[i].meaning)) return &labels_[label_patterns_[i].meaning];
    }
  }
  if (!forgiving || words.size() < kForgivingLength) return nullptr;
  int best = -1;
  for (size_t length = words.size() - 1; length <= words.size() + 1 && length < words_of_length_.size(); ++length) {
    for (const auto& [known, index] : words_of_length_[length]) {
      // One edit changes the first letter or the last one, or neither.
      const bool alike = known.front() == words.front() || known.back() == words.back();
      if (alike && (best < 0 || index < best) && WithinOneEdit(known, words)) best = index;
    }
  }
  return best < 0 ? nullptr : &labels_[best];
}

LabelMatch Profile::MatchLabel(absl::string_view line, LabelPlace place) const {
  LabelMatch match;
  if (labels_.empty()) return match;
  const bool closed = place.cell && absl::EndsWith(line, "|");
  const auto take = [&](absl::string_view label, absl::string_view text, bool forgiving) {
    label = Trim(label);
    match.rule = LabelOf(NormalizedWords(label).view(), forgiving, place.table_head);
    if (match.rule == nullptr) return false;
    // Outside a closed cell a label is printed with a capital; "resultaat: ..." in running text is none.
    if (!text.empty() && !closed && absl::ascii_islower(static_cast<unsigned char>(label[0]))) {
      match.rule = nullptr;
      return false;
    }
    absl::ConsumeSuffix(&label, ":");
    match.label = std::string(Trim(label));
    match.text = text;
    return true;
  };
  const absl::string_view start = line.substr(0, kLongestLabel);
  const size_t mark = FindMark(start);
  if (mark < start.size()) {
    size_t end = mark;
    size_t text = mark + 1;
    if (line[mark] == '?') {
      end = mark + 1;
      if (text < line.size() && line[text] == ':') ++text;
    }
    const absl::string_view rest = Trim(line.substr(text));
    const bool only_bar = line[mark] == '|' && rest.empty();
    if (only_bar && place.cell) {
      LabelMatch cell = CellLabel(line, closed, place.table_head);
      if (cell.rule != nullptr) return cell;
    }
    if (take(line.substr(0, end), only_bar ? "|" : rest, true)) return match;
  } else if (line.size() <= kLongestLabel && take(line, "", true)) {
    return match;
  }
  return place.cell ? CellLabel(line, closed, place.table_head) : LabelMatch();
}

// The longest label at the start of a cell; one wrong letter is forgiven only where a bar closes the cell.
LabelMatch Profile::CellLabel(absl::string_view line, bool closed, bool table_head) const {
  LabelMatch match;
  if (!closed && absl::ascii_islower(static_cast<unsigned char>(line[0]))) return match;
  const NormalizedOpenings openings(line, kLongestLabel, kMostLabelWords);
  for (const bool forgiving : {false, true}) {
    if (forgiving && !closed) break;
    for (size_t i = openings.all().size(); i > 0; --i) {
      const NormalizedOpenings::Opening& opening = openings.all()[i - 1];
      const absl::string_view label = Trim(line.substr(0, opening.end));
      if (absl::EndsWith(label, "-") || absl::EndsWith(label, "–") || absl::EndsWith(label, "€") ||
          (forgiving && GoesIntoText(label)))
        continue;
      const LabelRule* rule = nullptr;
      if (forgiving) {
        rule = LabelOf(opening.words, true, table_head);
      } else if (const auto it = label_words_.find(opening.words); it != label_words_.end()) {
        rule = &labels_[it->second];
      }
      if (rule == nullptr) continue;
      match.rule = rule;
      match.label = std::string(label);
      match.text = Trim(line.substr(opening.end));
      return match;
    }
  }
  return match;
}

LineMatch Profile::ActivityTitle(absl::string_view line) const {
  LineMatch match;
  for (const auto& pattern : titles_) {
    // Most titles have no code: to see that costs far less than to look for what the groups of the pattern hold.
    const RE2& whole = pattern.For(line);
    if (RE2::FullMatch(Piece(line), whole) && MatchNamed(whole, line, &match)) return match;
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
  const NormalizedWords normalized(line);
  const absl::string_view words = normalized.view();
  if (const auto it = status_words_.find(words); it != status_words_.end()) {
    *status = it->second;
    return true;
  }
  // A fund or a campaign may have the name of a colour: what stands behind one must be a status as well.
  const size_t space = words.find(' ');
  if (space != absl::string_view::npos && IsColour(words.substr(0, space))) {
    pb::Status told;
    return StatusOf(words.substr(space + 1), &told) && StatusOf(words.substr(0, space), status);
  }
  if (status_patterns_.empty() || !MayMatch(*status_pattern_set_, words)) return false;
  std::vector<int> found;
  RE2::Set::ErrorInfo error;
  if (!status_pattern_set_->Match(Piece(words), &found, &error)) return false;
  // The first of the patterns that match counts.
  *status = static_cast<pb::Status>(status_patterns_[*std::min_element(found.begin(), found.end())].meaning);
  return true;
}

ProfileFit Profile::Fit(const std::vector<Line>& lines) const {
  const absl::Span<const Line> beginning = absl::MakeConstSpan(lines).subspan(0, kMostSignalLines);
  ProfileFit fit;
  fit.profile = data_.name();
  if (signals_.empty()) return fit;
  std::vector<int> hits(signals_.size(), 0);
  absl::flat_hash_map<std::pair<int, int>, int> labels;
  std::vector<int> found;
  int asked = 0;  // the most distinct labels that a signal asks for; more need not be found
  for (const SignalRule& signal : signals_) asked = std::max(asked, signal.distinct_labels);
  int repeated = 0;
  for (const Line& line : beginning) {
    if (line.text.size() <= kLongestSignalLine && line.text.size() > 1 && !signal_of_pattern_.empty() &&
        MayMatch(*signal_set_, line.text)) {
      found.clear();
      signal_set_->Match(Piece(line.text), &found);
      std::set<int> signals;
      for (int pattern : found) signals.insert(signal_of_pattern_[pattern]);
      for (int signal : signals) ++hits[signal];
    }
    if (repeated >= asked || line.is_item) continue;
    const LabelMatch label = MatchLabel(line.text, {data_.cells() && absl::EndsWith(line.text, "|"), false});
    if (label.rule == nullptr) continue;
    repeated += ++labels[{static_cast<int>(label.rule->role), static_cast<int>(label.rule->aspect)}] == 2;
  }
  const bool asks_headings =
      std::any_of(signals_.begin(), signals_.end(), [](auto& s) { return s.announced_headings > 0; });
  int headings = 0;
  if (asks_headings) {
    const std::vector<bool> announced = AnnouncedHeadings(beginning, FindLevelHeadings(beginning));
    headings = std::count(announced.begin(), announced.end(), true);
  }
  int total = 0;
  int score = 0;
  for (size_t i = 0; i < signals_.size(); ++i) {
    const SignalRule& signal = signals_[i];
    total += std::max(0, signal.weight);
    const bool has_it = (!signal.has_patterns || hits[i] >= signal.at_least) && repeated >= signal.distinct_labels &&
                        headings >= signal.announced_headings;
    if (!has_it) continue;
    score += signal.weight;
    fit.found.push_back(signal.name);
  }
  fit.score = total == 0 ? 0 : std::max(0, score) / static_cast<double>(total);
  return fit;
}

absl::StatusOr<std::unique_ptr<ProfileSet>> ProfileSet::Load() {
  std::unique_ptr<ProfileSet> set(new ProfileSet());
  std::vector<std::pair<std::string, profile_pb::Profile>> sources;
  profile_pb::Profile common;
  for (const EmbeddedFile& file : ParserData()) {
    if (!absl::EndsWith(file.name, ".textproto")) continue;
    profile_pb::Profile data;
    if (!TextFormat::ParseFromString(file.text, &data)) {
      return absl::InvalidArgumentError(absl::StrCat(file.name, ": not a profile"));
    }
    if (data.name() == kCommon) {
      common = data;
    } else {
      sources.emplace_back(file.name, std::move(data));
    }
  }
  auto compiled = Profile::Compile(common);
  if (!compiled.ok()) return absl::InvalidArgumentError(absl::StrCat("common: ", compiled.status().message()));
  set->common_ = *std::move(compiled);
  for (const auto& [name, data] : sources) {
    auto profile = Profile::Compile(data, set->common_.get());
    if (!profile.ok()) return absl::InvalidArgumentError(absl::StrCat(name, ": ", profile.status().message()));
    set->profiles_.push_back(*std::move(profile));
  }
  if (set->Find(kGenericProfile) == nullptr) {
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

namespace {

constexpr absl::string_view kActivityTable = "activity-table";
constexpr absl::string_view kAspectBlocks = "aspect-blocks";
constexpr absl::string_view kImplementationCells = "implementation-cells";

// The most columns of statuses that a table has.
ptrdiff_t ColumnsOfStatuses(absl::Span<const FoundTable> tables) {
  ptrdiff_t most = 0;
  for (const FoundTable& table : tables) {
    most = std::max(most, absl::c_count_if(table.columns, [](const FoundColumn& column) {
                      return column.role == profile_pb::LABEL_ROLE_STATUS;
                    }));
  }
  return most;
}

// Whether tables hold more than what is printed in blocks.
bool TablesPrevail(const Structure& structure, const BlockCycle& cycle) {
  size_t rows = 0;
  for (const FoundTable& table : structure.tables) rows += table.rows;
  return rows > 0 && (!cycle.found() || rows > cycle.labels().front().lines.size());
}

// The family that the repeated block tells by itself: many aspects in one paragraph each and no progress are those of a
// plan.
std::string FamilyByBlock(const BlockCycle& cycle, const Profile& common) {
  constexpr int kLeastCells = 6;
  int cells = 0;
  for (const CycleLabel& label : cycle.labels()) {
    const LabelMatch known = common.MatchLabel(label.words, {false, true});
    const bool progress = known.rule != nullptr ? known.rule->role == profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS ||
                                                      known.rule->role == profile_pb::LABEL_ROLE_STATUS
                                                : AspectByStem(label.words, true) == pb::ASPECT_KIND_STATE_OF_AFFAIRS;
    if (progress) return "";
    // A text stands behind its label, or alone between it and the next one.
    const auto one_text = absl::c_count_if(label.lines, [&](size_t line) { return cycle.LabelAt(line + 2) >= 0; });
    const size_t texts = std::max<size_t>(label.with_text, one_text);
    cells += texts * 5 >= label.lines.size() * 4;
  }
  return cells >= kLeastCells && cycle.plan().lines.empty() ? std::string(kImplementationCells) : "";
}

}  // namespace

// What the words of a document tell of its family.
struct ProfileSet::ByWords {
  std::string nearest;  // the profile that fits best
  bool wins = false;    // whether it fits well enough
  bool clear = false;   // whether it does beyond doubt
  bool themes = false;  // whether it is of running text, which has headings and little else
  bool alone = false;   // whether it is, and no other profile has anything
  std::string rival;    // the profile that fits as well
};

ProfileSet::ByWords ProfileSet::JudgeWords(const std::vector<ProfileFit>& fits) const {
  const ProfileFit& best = fits.front();
  const double next = fits.size() > 1 ? fits[1].score : 0;
  const Profile* const nearest = Find(best.profile);
  ByWords words;
  words.nearest = best.profile;
  words.wins = best.score >= kLeastScore && best.score - next >= kLeastMargin;
  words.clear = words.wins && best.score >= kClearScore;
  words.themes = nearest != nullptr && nearest->announced_heading_kind() != pb::GOAL_KIND_UNSPECIFIED;
  words.alone = words.themes && best.score >= kLeastAlone && next == 0;
  if (best.score >= kLeastScore && !words.wins) words.rival = fits[1].profile;
  return words;
}

std::string ProfileSet::FamilyByBuild(const ByWords& words, absl::Span<const Line> lines) const {
  const BlockCycle cycle(lines, *common_);
  const Structure structure = FindStructure(lines, *common_);
  // A table that says for two moments how far its rows are outweighs words.
  const bool tables = (!words.clear || ColumnsOfStatuses(structure.tables) >= 2) && TablesPrevail(structure, cycle);
  std::string family = tables ? std::string(kActivityTable) : FamilyByBlock(cycle, *common_);
  // Running text repeats no block of many labels, whatever its headings are called.
  const bool goes_first = words.nearest == kAspectBlocks || (words.themes && family == kImplementationCells);
  if (goes_first && !family.empty()) return family;
  if (words.wins) return "";
  std::string found = family.empty() ? FamilyByStructure(structure, cycle, lines) : family;
  // Of two that fit as well the build chooses one, and no third.
  return words.rival.empty() || found == words.nearest || found == words.rival ? found : "";
}

Inference ProfileSet::Infer(const std::vector<Line>& lines) const {
  Inference inference;
  for (const auto& profile : profiles_) inference.fits.push_back(profile->Fit(lines));
  std::stable_sort(inference.fits.begin(), inference.fits.end(),
                   [](const ProfileFit& a, const ProfileFit& b) { return a.score > b.score; });
  const ByWords words = JudgeWords(inference.fits);
  const absl::Span<const Line> beginning = absl::MakeConstSpan(lines).subspan(0, kMostSignalLines);
  // The labels of an agenda are those of a plan, so there the title goes before the words.
  if (!words.clear || OpensAsMeeting(beginning)) inference.other_kind = WordsOfOtherKind(beginning);
  inference.speaks_of_policy = SpeaksOfPolicy(beginning);
  if (!inference.other_kind.empty() || !inference.speaks_of_policy) return inference;
  inference.doubtful = !words.clear && !words.themes;
  // Any labels with texts look like aspects, and any headings like themes, so there the build goes before the words.
  const bool words_decide = words.wins && words.nearest != kAspectBlocks && !words.themes;
  if (!words_decide) inference.profile = FamilyByBuild(words, beginning);
  inference.by_structure = !inference.profile.empty();
  // Running text shows little of its build, so headings that say what they are need not say it of more.
  if (!inference.by_structure && (words.wins || words.alone)) inference.profile = words.nearest;
  return inference;
}

}  // namespace regiokompas::intake
