#include "services/intake/parser/block_cycle.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "re2/re2.h"
#include "services/intake/parser/dutch_figures.h"
#include "services/intake/parser/line_shapes.h"
#include "services/intake/parser/structure.h"

namespace regiokompas::intake {
namespace {

constexpr size_t kLongestLabel = 60;
constexpr size_t kMostLabels = 60;
constexpr size_t kLeastRepeats = 3;
constexpr size_t kLeastLabels = 3;

// Whether a text holds a figure, date or norm, as values do and labels do not.
bool IsFigureLike(absl::string_view text) {
  static const RE2 kNorm(R"((?i)%|€|\b(?:minimaal|maximaal|minstens|hoogstens|hooguit|ten ?minste|ten hoogste)\b)");
  return IsOnlyDates(text) || RE2::PartialMatch({text.data(), text.size()}, kNorm);
}

// The label that a line may be or begin with.
OwnLabel CandidateOf(const Line& line) {
  const absl::string_view text = line.is_item ? line.item : line.text;
  if (const OwnLabel own = OwnLabelOf(text); !own.label.empty()) return own;
  const bool whole = !line.is_item && text.size() <= kLongestLabel && !absl::EndsWith(text, ".") &&
                     !absl::EndsWith(text, ",") && CountCells(line) == 1;
  return whole ? OwnLabel{WithoutBar(text), {}} : OwnLabel();
}

// The words of a label without figures, so that "Maatregelen 2024" and "Maatregelen 2025" are one. A figure that closes
// a line is a part of its name: "Wijkteam 2".
std::string WordsOf(const OwnLabel& own) {
  const NormalizedWords normalized(own.label);
  std::string words;
  for (absl::string_view word : absl::StrSplit(normalized.view(), ' ')) {
    const bool figure = absl::c_any_of(word, absl::ascii_isdigit);
    const bool of_name = own.text.empty() && !words.empty() && !IsYearsOnly(word);
    if (word.empty() || (figure && !of_name)) continue;
    absl::StrAppend(&words, words.empty() ? "" : " ", word);
  }
  return words.size() < 2 ? "" : words;
}

// Whether a line that comes back is what every block tells below one and the same label: a value and no label.
bool IsRepeatedValue(absl::Span<const Line> lines, const CycleLabel& label, const Profile& profile) {
  if (label.with_text > 0 || profile.MatchLabel(label.words, {false, true}).rule != nullptr) return false;
  absl::flat_hash_set<std::string> above;
  size_t below_label = 0;
  for (size_t line : label.lines) {
    if (line == 0 || lines[line].after_blank) continue;
    const OwnLabel own = CandidateOf(lines[line - 1]);
    if (own.label.empty() || !WithoutBar(own.text).empty()) continue;
    const LabelMatch known = profile.MatchLabel(own.label, {false, true});
    if (known.rule == nullptr || known.rule->role == profile_pb::LABEL_ROLE_ACTIVITY_TITLE) continue;
    above.insert(WordsOf(own));
    ++below_label;
  }
  return above.size() == 1 && below_label * 5 >= label.lines.size() * 4;
}

// Labels that come back, those that come most first.
std::vector<CycleLabel> Candidates(absl::Span<const Line> lines, const Profile& profile) {
  absl::flat_hash_map<std::string, CycleLabel> seen;
  for (size_t i = 0; i < lines.size(); ++i) {
    const OwnLabel own = CandidateOf(lines[i]);
    std::string words = WordsOf(own);
    if (words.empty() || IsFigureLike(own.label)) continue;
    CycleLabel& label = seen[words];
    label.words = std::move(words);
    label.lines.push_back(i);
    label.with_text += !WithoutBar(own.text).empty();
  }
  pb::Status status;
  std::vector<CycleLabel> all;
  for (auto& [words, label] : seen) {
    if (label.lines.size() < kLeastRepeats) continue;
    // "Gepland: een loket" has the word of a status for a label, and "Risico" alone is that of an aspect.
    const bool is_status = label.with_text == 0 && profile.StatusOf(words, &status) &&
                           profile.MatchLabel(words, {false, true}).rule == nullptr;
    if (!is_status && !IsRepeatedValue(lines, label, profile)) all.push_back(std::move(label));
  }
  absl::c_sort(all, [](const auto& a, const auto& b) {
    return a.lines.size() != b.lines.size() ? a.lines.size() > b.lines.size() : a.lines.front() < b.lines.front();
  });
  if (all.size() > kMostLabels) all.resize(kMostLabels);
  return all;
}

// Whether the lines of two labels take turns, but for a few.
bool TakeTurns(const CycleLabel& a, const CycleLabel& b) {
  size_t i = 0;
  size_t j = 0;
  size_t turns = 0;
  bool last = false;
  for (size_t at = 0; at < a.lines.size() + b.lines.size(); ++at) {
    const bool first = j == b.lines.size() || (i < a.lines.size() && a.lines[i] < b.lines[j]);
    ++(first ? i : j);
    turns += at > 0 && first != last;
    last = first;
  }
  return turns * 5 >= (a.lines.size() + b.lines.size() - 1) * 4;
}

// The labels that take turns with one of them and come about as often, as many as there are.
std::vector<CycleLabel> LargestCycle(const std::vector<CycleLabel>& all) {
  std::vector<CycleLabel> largest;
  for (const CycleLabel& anchor : all) {
    std::vector<CycleLabel> cycle;
    for (const CycleLabel& each : all) {
      if (&each == &anchor || TakeTurns(anchor, each)) cycle.push_back(each);
    }
    if (cycle.size() > largest.size()) largest = std::move(cycle);
  }
  // What only some of the blocks have is no part of the cycle.
  size_t most = 0;
  for (const CycleLabel& label : largest) most = std::max(most, label.lines.size());
  std::erase_if(largest, [&](const CycleLabel& label) { return label.lines.size() * 5 < most * 4; });
  return largest;
}

// Puts the labels in the order in which they are first printed.
void Order(std::vector<CycleLabel>* labels) {
  absl::c_sort(*labels, [](const auto& a, const auto& b) { return a.lines.front() < b.lines.front(); });
}

// What the title of an activity looks like: short, no sentence, no figure or date.
bool IsTitleLike(absl::string_view text) {
  const auto letters = absl::c_count_if(text, [](unsigned char c) { return absl::ascii_isalpha(c) || c >= 0x80; });
  return letters >= 2 && text.size() <= kLongestHeading && EndsLikeHeading(text) &&
         !absl::ascii_isdigit(static_cast<unsigned char>(text[0])) && !IsYearsOnly(text) &&
         !absl::StartsWith(text, "€");
}

}  // namespace

BlockCycle::BlockCycle(absl::Span<const Line> lines, const Profile& profile) {
  const std::vector<CycleLabel> all = Candidates(lines, profile);
  labels_ = LargestCycle(all);
  if (labels_.size() < kLeastLabels) {
    labels_.clear();
    return;
  }
  Order(&labels_);
  IndexLines();
  FindTitles(lines, profile);
  FindInner(lines, all);
}

void BlockCycle::IndexLines() {
  by_line_.clear();
  for (size_t i = 0; i < labels_.size(); ++i) {
    for (size_t line : labels_[i].lines) by_line_.emplace(line, static_cast<int>(i));
  }
}

int BlockCycle::LabelAt(size_t line) const {
  const auto label = by_line_.find(line);
  return label == by_line_.end() ? -1 : label->second;
}

// The text behind the label on a line, or on one of the lines below it.
absl::string_view BlockCycle::TextOf(absl::Span<const Line> lines, size_t line, size_t skip) const {
  const absl::string_view own = WithoutBar(CandidateOf(lines[line]).text);
  if (!own.empty()) return own;
  size_t next = line + 1 + skip;
  while (next < lines.size() && IsBar(lines[next].text)) ++next;
  return next < lines.size() && !lines[next].is_item ? WithoutBar(lines[next].text) : absl::string_view();
}

bool BlockCycle::Announces(absl::Span<const Line> lines, const CycleLabel& label, size_t skip) const {
  absl::flat_hash_set<absl::string_view> titles;
  size_t words = 0;
  for (size_t line : label.lines) {
    const absl::string_view text = TextOf(lines, line, skip);
    if (text.empty() || !IsTitleLike(text)) continue;
    titles.insert(text);
    words += absl::StrContains(text, " ");
  }
  return titles.size() * 10 >= label.lines.size() * 9 && words * 2 > titles.size();
}

bool BlockCycle::HasTitlesAbove(absl::Span<const Line> lines, const CycleLabel& label, const Profile& profile) const {
  absl::flat_hash_set<absl::string_view> titles;
  for (size_t line : label.lines) {
    size_t above = line;
    while (above > 0 && IsBar(lines[above - 1].text)) --above;
    if (above-- == 0 || lines[above].is_item || !IsTitleLike(lines[above].text) || LabelAt(above) >= 0) continue;
    // What stands directly below a label is its text.
    const bool is_text = above > 0 && !lines[above].after_blank && LabelAt(above - 1) >= 0;
    const LineMatch rule = profile.MatchRule(lines[above].text);
    const bool is_goal = rule.rule != nullptr && rule.rule->action == profile_pb::LINE_ACTION_GOAL;
    if (!is_text && !is_goal) titles.insert(lines[above].text);
  }
  return titles.size() * 2 > label.lines.size();
}

bool BlockCycle::IsFirst(size_t label, const std::vector<bool>& titled, const Profile& profile) const {
  bool after_in_first = false;
  bool after_in_last = false;
  for (const CycleLabel& other : labels_) {
    // A line above the label that no list knows and that has no text may be a heading.
    if (other.with_text == 0 && profile.MatchLabel(other.words, {false, true}).rule == nullptr) continue;
    after_in_first |= other.lines.front() < labels_[label].lines.front();
    after_in_last |= other.lines.back() < labels_[label].lines.back();
  }
  if (after_in_first == after_in_last) return !after_in_first;
  // Either the beginning or the end of the document has a part of a block only.
  return absl::c_count(titled, true) == (titled[label] ? 1 : 0);
}

void BlockCycle::FindTitles(absl::Span<const Line> lines, const Profile& profile) {
  // How many labels stand directly below one, with nothing between.
  const auto heads_below = [&](size_t label) {
    size_t heads = 0;
    for (size_t next = label + 1; next < labels_.size() && labels_[label].with_text == 0; ++next, ++heads) {
      const bool directly = labels_[next].with_text == 0 && absl::c_all_of(labels_[label].lines, [&](size_t line) {
                              return absl::c_binary_search(labels_[next].lines, line + 1 + heads);
                            });
      if (!directly) break;
    }
    return heads;
  };
  std::vector<bool> titles_above;
  for (const CycleLabel& label : labels_) titles_above.push_back(HasTitlesAbove(lines, label, profile));
  has_titles_above_ = titles_above[0];
  size_t opener = labels_.size();
  for (size_t i = 0; i < labels_.size() && opener == labels_.size(); ++i) {
    const LabelMatch known = profile.MatchLabel(labels_[i].words, {false, true});
    const bool titled = known.rule != nullptr && known.rule->role == profile_pb::LABEL_ROLE_ACTIVITY_TITLE;
    if (titled && IsFirst(i, titles_above, profile) && Announces(lines, labels_[i], heads_below(i))) opener = i;
  }
  const bool first_is_known = profile.MatchLabel(labels_[0].words, {false, true}).rule != nullptr;
  if (opener == labels_.size() && !first_is_known && labels_[0].with_text > 0 && Announces(lines, labels_[0], 0) &&
      !has_titles_above_) {
    opener = 0;
  }
  if (opener == labels_.size()) return;
  announces_ = true;
  has_titles_above_ = false;
  heads_ = 1 + static_cast<int>(heads_below(opener));
  std::rotate(labels_.begin(), labels_.begin() + static_cast<std::ptrdiff_t>(opener), labels_.end());
  IndexLines();
}

void BlockCycle::FindInner(absl::Span<const Line> lines, const std::vector<CycleLabel>& all) {
  const size_t blocks = labels_.front().lines.size();
  for (const CycleLabel& plan : all) {
    // The first of the two stands directly below another label each time.
    if (plan.lines.size() < 2 * blocks || by_line_.contains(plan.lines.front())) continue;
    const bool below = absl::c_all_of(plan.lines, [&](size_t line) {
      return line > 0 && by_line_.contains(line - 1) && WithoutBar(CandidateOf(lines[line - 1]).text).empty();
    });
    if (!below) continue;
    for (const CycleLabel& progress : all) {
      const bool pair = &progress != &plan && progress.lines.size() * 2 > plan.lines.size() &&
                        !by_line_.contains(progress.lines.front()) && TakeTurns(plan, progress);
      if (!pair) continue;
      plan_ = plan;
      progress_ = progress;
      return;
    }
  }
}

}  // namespace regiokompas::intake
