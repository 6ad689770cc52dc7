#include "services/intake/parser/document_survey.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/intake/parser/aspect_stems.h"
#include "services/intake/parser/dutch_figures.h"
#include "services/intake/parser/line_shapes.h"

namespace regiokompas::intake {
namespace {

// Labels that a document has of its own.
constexpr size_t kShortestForgiven = 7;
constexpr size_t kMostNewLabels = 100;
constexpr int kLeastRepeats = 3;
constexpr size_t kLongestStatus = 40;

}  // namespace

ExactStatuses::ExactStatuses(const Profile& profile, const Profile& common) {
  std::string patterns;
  for (const Profile* each : {&profile, &common}) {
    for (const auto& status : each->data().status_words()) {
      for (const std::string& word : status.words()) words_.insert(Normalized(word));
      for (std::string pattern : status.patterns()) {
        RE2::GlobalReplace(&pattern, R"(\( \.\{\d+,\d+\}\)\?)", "");
        if (absl::StrContains(pattern, ".")) continue;
        absl::StrAppend(&patterns, patterns.empty() ? "" : "|", "(?:", pattern, ")");
      }
    }
  }
  patterns_ = std::make_unique<RE2>(patterns, RE2::Quiet);
}

bool ExactStatuses::Has(absl::string_view text) const {
  if (text.size() > kLongestStatus || IsColour(text)) return false;
  const NormalizedWords normalized(text);
  const absl::string_view words = normalized.view();
  return words_.contains(words) ||
         (!words.empty() && patterns_->ok() && RE2::FullMatch({words.data(), words.size()}, *patterns_));
}

DocumentSurvey::DocumentSurvey(const std::vector<Line>& lines, const Profile& profile, const Profile& common)
    : lines_(lines),
      profile_(profile),
      common_(common),
      statuses_(profile, common),
      structure_(FindStructure(lines, profile)),
      is_wrapped_(IsWrapped(lines)),
      rules_(lines.size()) {
  const bool has_blocks = profile_.data().learns_blocks() && !profile_.data().signals().empty();
  if (has_blocks) cycle_ = BlockCycle(lines, profile);
  if (cycle_.found()) {
    // A small table beside the blocks tells of something else: its last row would take the first block.
    const size_t blocks = cycle_.labels().front().lines.size();
    std::erase_if(structure_.tables, [&](const FoundTable& table) { return table.rows <= blocks; });
  }
  is_of_other_kind_ =
      profile_.data().name() == kGenericProfile && (!SpeaksOfPolicy(lines) || !WordsOfOtherKind(lines).empty());
  uses_bars_ = std::any_of(lines.begin(), lines.end(), [](const Line& l) { return absl::EndsWith(l.text, "|"); });
  if (profile_.announced_heading_kind() != pb::GOAL_KIND_UNSPECIFIED) themes_ = ThemeHeadings(lines, profile);
  plain_.resize(lines_.size());
  may_begin_head_.resize(lines_.size());
  if (profile_.data().cells()) cells_.resize(lines_.size());
  absl::flat_hash_map<int, int> item_labels;
  absl::flat_hash_map<absl::string_view, LabelsOfText> known;  // short lines come back: each is matched once
  for (size_t i = 0; i < lines_.size(); ++i) {
    const Line& line = lines_[i];
    if (line.is_item) {
      if (!absl::StrContains(line.item.substr(0, kLongestItemTitle), ":")) continue;
      plain_[i] = MatchLabel(line.item, {});
      if (plain_[i].rule != nullptr) ++item_labels[plain_[i].rule->order];
      continue;
    }
    // A row of a table with more columns than a label and its text is read as a row.
    may_begin_head_[i] = CountCells(line) > 2;
    if (may_begin_head_[i]) continue;
    if (line.text.size() > kLongestNewLabel) {
      SetLabels(i, LabelsOf(line.text));
      continue;
    }
    const auto [labels, is_new] = known.try_emplace(line.text);
    if (is_new) labels->second = LabelsOf(line.text);
    SetLabels(i, labels->second);
  }
  const auto repeated = [](const auto& label) { return label.second >= 2; };
  labelled_items_ = std::count_if(item_labels.begin(), item_labels.end(), repeated) >= 2;
  FindHeadsOfAspects();
  ReadCycle();
  LearnMisspelled();
  LearnMoments();
  LearnUnknown();
  LearnHeadOfTitles();
  PlaceUnknown();
  TellResultsApart();
  const auto is_title = [](const LabelMatch& label) {
    return label.rule != nullptr && label.rule->role == profile_pb::LABEL_ROLE_ACTIVITY_TITLE;
  };
  titles_are_labelled_ =
      cycle_.announces() ||
      (profile_.data().codes_are_task_fields() && std::count_if(plain_.begin(), plain_.end(), is_title) >= 2) ||
      is_of_other_kind_;
  LearnStatusesInWords();
  LearnBlocks();
  FindStatusesOfTitles();
}

std::vector<bool> DocumentSurvey::HeadingsOfParts() const {
  absl::flat_hash_map<int, absl::flat_hash_map<std::string, int>> with_text;  // by order, printed labels
  for (size_t i = 0; i < lines_.size(); ++i) {
    const LabelMatch& label = LabelAt(i, true);
    if (label.rule != nullptr && !WithoutBar(label.text).empty()) {
      ++with_text[label.rule->order][Normalized(label.label)];
    }
  }
  std::vector<bool> headings(lines_.size());
  for (size_t i = 0; i < lines_.size(); ++i) {
    const LabelMatch& label = LabelAt(i, false);
    if (label.rule == nullptr || !WithoutBar(label.text).empty()) continue;
    const auto others = with_text.find(label.rule->order);
    headings[i] = others != with_text.end() && !others->second.contains(Normalized(label.label)) &&
                  absl::c_any_of(others->second, [](const auto& other) { return other.second >= 2; });
  }
  return headings;
}

void DocumentSurvey::LearnStatusesInWords() {
  struct Seen {
    int all = 0;
    int prose = 0;
    int labels = 0;  // that stand directly below
    std::vector<size_t> lines;
  };
  std::map<std::string, Seen> seen;
  for (size_t i = 0; i + 1 < lines_.size(); ++i) {
    if (!HasRole(i, profile_pb::LABEL_ROLE_STATUS) || !plain_[i].text.empty()) continue;
    Seen& label = seen[Normalized(plain_[i].label)];
    const Line& below = lines_[i + 1];
    ++label.all;
    label.prose += plain_[i + 1].rule == nullptr &&
                   (below.is_item || (absl::EndsWith(below.text, ".") && !statuses_.Has(below.text)));
    // In a table it stands above the labels of moments in an activity, and above prose below a goal.
    label.labels += TellsProgressOfGoals() && HasRole(i + 1, profile_pb::LABEL_ROLE_STATUS);
    label.lines.push_back(i);
  }
  for (const auto& [words, label] : seen) {
    if (label.prose < 2 || label.prose + label.labels < label.all) continue;
    learned_.push_back({profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS, pb::ASPECT_KIND_STATE_OF_AFFAIRS,
                        pb::GOAL_KIND_UNSPECIFIED, false, false, false,
                        kFirstLearned + static_cast<int>(learned_.size()), "label.status-in-words"});
    for (size_t at : label.lines) plain_[at].rule = &learned_.back();
  }
}

void DocumentSurvey::FindStatusesOfTitles() {
  int beside = 0;
  int above = 0;
  for (size_t i = 0; i < lines_.size(); ++i) {
    const bool labelled = HasRole(i, profile_pb::LABEL_ROLE_ACTIVITY_TITLE);
    const bool below_label =
        i > 0 && HasRole(i - 1, profile_pb::LABEL_ROLE_ACTIVITY_TITLE) && !labelled && plain_[i - 1].text.empty();
    const absl::string_view title = labelled ? WithoutBar(plain_[i].text) : WithoutBar(lines_[i].text);
    above += below_label && statuses_.Has(title) && LabelAt(i + 1, true).rule == nullptr;
    if (profile_.data().codes_are_task_fields() && title.size() <= kLongestHeading && StatusBeside(title) > 0) {
      beside += labelled || below_label || LooksLikeTitleOfCard(i, kNoPlace);
    }
  }
  status_beside_title_ = beside >= 2;
  status_above_title_ = above >= 2;
}

const LineMatch& DocumentSurvey::RuleAt(size_t at) const {
  std::optional<LineMatch>& match = rules_[at];
  if (!match.has_value()) {
    match = profile_.MatchRule(lines_[at].text);
    // In running text a line may begin with the words that open a theme.
    const bool themes = profile_.announced_heading_kind() != pb::GOAL_KIND_UNSPECIFIED;
    const bool goal = match->rule != nullptr && match->rule->action == profile_pb::LINE_ACTION_GOAL;
    if (themes && goal && GoesOn(at)) match = LineMatch();
  }
  return *match;
}

bool DocumentSurvey::GoesOn(size_t at) const {
  constexpr size_t kShortestProseLine = 50;
  const auto in_paragraph = [this](size_t i) { return i > 0 && i < lines_.size() && !lines_[i].after_blank; };
  const auto begins_small = [this](size_t i) {
    return absl::ascii_islower(static_cast<unsigned char>(lines_[i].text[0]));
  };
  if (!in_paragraph(at)) return false;
  const absl::string_view before = lines_[at - 1].text;
  // A closing bracket or quote may end a sentence.
  const bool is_open = (EndsLikeHeading(before) || before.back() == ',') && before.back() != ')' &&
                       before.back() != '\'' && before.back() != '"' && !absl::EndsWith(before, "’") &&
                       !absl::EndsWith(before, "”");
  if (before.size() < kShortestProseLine || !is_open) return false;
  if (begins_small(at)) return true;
  // A heading has no full stop and stands above a new sentence.
  const bool in_sentence = absl::EndsWith(lines_[at].text, ".") || (in_paragraph(at + 1) && begins_small(at + 1));
  return is_wrapped_ && in_sentence;
}

LabelMatch DocumentSurvey::BareLabel(absl::string_view text) const {
  constexpr size_t kMostWords = 7;
  const NormalizedOpenings openings(text, kLongestNewLabel, kMostWords);
  for (size_t i = openings.all().size(); i > 0; --i) {
    const auto& [end, words] = openings.all()[i - 1];
    const auto known = structure_.labels.find(words);
    if (known == structure_.labels.end()) continue;
    return {known->second, std::string(text.substr(0, end)), Trim(text.substr(end))};
  }
  return {};
}

void DocumentSurvey::SplitStatus(absl::string_view text, LabelMatch* label) const {
  if (label->rule == nullptr || label->rule->role != profile_pb::LABEL_ROLE_STATUS || !label->text.empty()) return;
  const size_t space = text.find(' ');
  pb::Status status;
  if (space == absl::string_view::npos || !profile_.StatusOf(Trim(text.substr(space)), &status)) return;
  label->label = std::string(text.substr(0, space));
  label->text = Trim(text.substr(space));
}

LabelMatch DocumentSurvey::MatchLabel(absl::string_view text, LabelPlace place) const {
  return OwnOr(profile_.MatchLabel(text, place), text);
}

LabelMatch DocumentSurvey::OwnOr(LabelMatch known, absl::string_view text) const {
  if (structure_.labels.empty()) return known;
  const OwnLabel own = OwnLabelOf(text);
  const auto label =
      own.label.empty() ? structure_.labels.end() : structure_.labels.find(NormalizedWords(own.label).view());
  if (label != structure_.labels.end()) return {label->second, std::string(own.label), own.text};
  return known.rule == nullptr && absl::EndsWith(text, "|") ? BareLabel(text) : known;
}

DocumentSurvey::LabelsOfText DocumentSurvey::LabelsOf(absl::string_view text) const {
  LabelsOfText labels;
  // In the head of a table all labels count that count elsewhere, and those of columns too.
  LabelMatch in_head = profile_.MatchLabel(text, {false, true});
  labels.may_begin_head = in_head.rule != nullptr && in_head.text.empty();
  const bool column = in_head.rule != nullptr && in_head.rule->column;
  labels.plain = column ? MatchLabel(text, {}) : OwnOr(std::move(in_head), text);
  SplitStatus(text, &labels.plain);
  const bool cell = profile_.data().cells() && (!uses_bars_ || absl::EndsWith(text, "|"));
  if (cell) labels.cell = MatchLabel(text, {true, false});
  return labels;
}

void DocumentSurvey::SetLabels(size_t at, LabelsOfText labels) {
  may_begin_head_[at] = labels.may_begin_head;
  plain_[at] = std::move(labels.plain);
  if (!cells_.empty()) cells_[at] = std::move(labels.cell);
  ReadYears(at);
}

void DocumentSurvey::ReadYears(size_t at) {
  const bool timeline = plain_[at].rule != nullptr && plain_[at].rule->aspect == pb::ASPECT_KIND_TIMELINE;
  if (!timeline || !plain_[at].text.empty() || !TellsProgressOfGoals() || !IsValue(at + 1, true)) return;
  const LabelMatch column = profile_.MatchLabel(lines_[at].text, {false, true});
  if (column.rule != nullptr && column.rule->role == profile_pb::LABEL_ROLE_YEARS) plain_[at] = column;
}

bool DocumentSurvey::MayBeLabel(size_t at) const {
  const Line& line = lines_[at];
  return !line.is_item && !heads_[at] && plain_[at].rule == nullptr && line.text.size() <= kLongestNewLabel &&
         !absl::EndsWith(line.text, ".") && line.text.size() >= 3 && CountCells(line) == 1;
}

void DocumentSurvey::FindHeadsOfAspects() {
  heads_.resize(lines_.size());
  if (profile_.data().aspect_text() != profile_pb::ASPECT_TEXT_PLAN_THEN_PROGRESS) return;
  const auto is_head = [&](size_t i) {
    return plain_[i].rule != nullptr && plain_[i].text.empty() && plain_[i + 1].rule != nullptr &&
           plain_[i + 1].text.empty() && plain_[i + 1].rule->role == profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS;
  };
  absl::flat_hash_map<std::string, int> count;
  const auto words = [&](size_t i) { return absl::StrCat(plain_[i].label, "\t", plain_[i + 1].label); };
  for (size_t i = 0; i + 1 < lines_.size(); ++i) {
    if (is_head(i)) ++count[words(i)];
  }
  for (size_t i = 0; i + 1 < lines_.size(); ++i) {
    if (!is_head(i) || count[words(i)] < 2) continue;
    heads_[i] = heads_[i + 1] = true;
    plain_[i] = plain_[i + 1] = LabelMatch();
  }
}

const LabelRule* DocumentSurvey::Learn(profile_pb::LabelRole role, pb::AspectKind kind, std::string name) {
  learned_.push_back({role, kind, pb::GOAL_KIND_UNSPECIFIED, false, false, false,
                      kFirstLearned + static_cast<int>(learned_.size()), std::move(name)});
  return &learned_.back();
}

void DocumentSurvey::SetLabel(size_t at, const LabelRule* rule) {
  const absl::string_view line = lines_[at].is_item ? lines_[at].item : lines_[at].text;
  OwnLabel own = OwnLabelOf(line);
  if (own.label.empty()) own = {absl::StripSuffix(WithoutBar(line), ":"), {}};
  plain_[at] = {rule, std::string(own.label), own.text};
  if (!cells_.empty()) cells_[at] = plain_[at];
}

void DocumentSurvey::ReadCycle() {
  const auto has_role = [&](size_t at, profile_pb::LabelRole role) {
    const LabelMatch& label = LabelAt(at, true);
    return label.rule != nullptr && label.rule->role == role;
  };
  for (size_t i = 0; i < cycle_.labels().size(); ++i) {
    const CycleLabel& label = cycle_.labels()[i];
    const bool announces = cycle_.announces() && i == 0;
    const bool head = cycle_.announces() && !announces && i < static_cast<size_t>(cycle_.heads());
    const auto role = announces ? profile_pb::LABEL_ROLE_ACTIVITY_TITLE
                      : head    ? profile_pb::LABEL_ROLE_STATUS
                                : profile_pb::LABEL_ROLE_ASPECT;
    const LabelRule* rule = nullptr;
    for (size_t line : label.lines) {
      const bool wrong = announces || head ? !has_role(line, role)
                                           : (cycle_.announces() || cycle_.has_titles_above()) &&
                                                 has_role(line, profile_pb::LABEL_ROLE_ACTIVITY_TITLE);
      if (!wrong) continue;
      if (rule == nullptr) {
        rule = Learn(role,
                     role == profile_pb::LABEL_ROLE_ASPECT ? AspectByStem(label.words, profile_.data().cells())
                                                           : pb::ASPECT_KIND_OTHER,
                     announces ? "label.title-by-place" : "label.repeated");
        if (announces || head) placed_.insert(rule->order);
      }
      SetLabel(line, rule);
    }
  }
  const bool plans = profile_.data().aspect_text() == profile_pb::ASPECT_TEXT_PLAN_THEN_PROGRESS;
  if (cycle_.plan().lines.empty() || !plans) return;
  progress_labels_ = true;
  plan_of_aspects_ = Learn(profile_pb::LABEL_ROLE_UNSPECIFIED, pb::ASPECT_KIND_OTHER, "label.plan");
  const LabelRule* progress =
      Learn(profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS, pb::ASPECT_KIND_STATE_OF_AFFAIRS, "label.progress");
  for (size_t line : cycle_.plan().lines) SetLabel(line, plan_of_aspects_);
  for (size_t line : cycle_.progress().lines) SetLabel(line, progress);
}

void DocumentSurvey::TellResultsApart() {
  if (!profile_.data().cells()) return;
  const CycleLabel* purpose = nullptr;
  bool approach = false;
  bool result = false;
  for (const CycleLabel& label : cycle_.labels()) {
    const LabelRule* const rule = LabelAt(label.lines.front(), true).rule;
    if (rule == nullptr || rule->aspect == pb::ASPECT_KIND_EXPLANATION) return;
    approach |= rule->aspect == pb::ASPECT_KIND_APPROACH;
    if (rule->aspect != pb::ASPECT_KIND_RESULT) continue;
    if (purpose == nullptr && !approach) purpose = &label;
    result |= purpose != &label;
  }
  if (purpose == nullptr || !approach || !result) return;
  const LabelRule* const rule = Learn(profile_pb::LABEL_ROLE_ASPECT, pb::ASPECT_KIND_EXPLANATION, "label.purpose");
  for (size_t line : purpose->lines) SetLabel(line, rule);
}

void DocumentSurvey::LearnMisspelled() {
  std::map<std::string, const LabelRule*> printed;
  for (const LabelMatch& label : plain_) {
    if (label.rule == nullptr || !label.text.empty() || label.label.size() < kShortestForgiven) continue;
    printed.emplace(Normalized(label.label), label.rule);
    if (printed.size() > kMostNewLabels) return;
  }
  for (size_t i = 0; i < lines_.size(); ++i) {
    if (!MayBeLabel(i) || lines_[i].text.size() < kShortestForgiven) continue;
    const NormalizedWords words(lines_[i].text);
    for (const auto& [known, rule] : printed) {
      if (!WithinOneEdit(known, words.view())) continue;
      plain_[i] = {rule, std::string(absl::StripSuffix(lines_[i].text, ":")), {}};
      break;
    }
  }
}

void DocumentSurvey::LearnMoments() {
  constexpr size_t kMostMoments = 4;
  std::vector<std::pair<size_t, size_t>> runs;  // of status words: the first line, and how many
  for (size_t i = 0; i < lines_.size(); ++i) {
    size_t end = i;
    while (end < lines_.size() && lines_[end].text.size() <= kLongestStatus && IsValue(end, false)) ++end;
    const size_t values = end - i;
    if (values >= 2 && values <= kMostMoments && values <= i) runs.emplace_back(i, values);
    i = end;
  }
  if (runs.empty()) return;
  absl::flat_hash_map<std::string, int> count;
  for (size_t i = 0; i < lines_.size(); ++i) {
    if (MayBeLabel(i)) ++count[Normalized(lines_[i].text)];
  }
  absl::flat_hash_map<std::string, const LabelRule*> moments;
  for (const auto& [first, values] : runs) {
    bool named = false;
    bool labels = true;
    for (size_t at = first - values; at < first; ++at) {
      const bool is_moment = IsMoment(at);
      const bool comes_back = MayBeLabel(at) && !IsYearsOnly(lines_[at].text) && count[Normalized(lines_[at].text)] > 1;
      named |= is_moment;
      labels &= is_moment || comes_back;
    }
    for (size_t at = first - values; named && labels && at < first; ++at) {
      if (plain_[at].rule != nullptr || learned_.size() >= kMostNewLabels) continue;
      const LabelRule*& rule = moments[Normalized(lines_[at].text)];
      if (rule == nullptr) {
        learned_.push_back({profile_pb::LABEL_ROLE_STATUS, pb::ASPECT_KIND_OTHER, pb::GOAL_KIND_UNSPECIFIED, false,
                            false, false, kFirstLearned + static_cast<int>(learned_.size()), "label.moment"});
        rule = &learned_.back();
        if (!IsMoment(at)) placed_.insert(rule->order);
      }
      plain_[at] = {rule, std::string(absl::StripSuffix(lines_[at].text, ":")), {}};
    }
  }
}

bool DocumentSurvey::IsMoment(size_t at) const {
  const LabelMatch column = profile_.MatchLabel(lines_[at].text, {false, true});
  return column.rule != nullptr && column.rule->role == profile_pb::LABEL_ROLE_STATUS && column.text.empty();
}

void DocumentSurvey::LearnUnknown() {
  if (profile_.data().activity_titles().empty()) return;
  struct Seen {
    int count = 0;
    int beside_label = 0;
    std::vector<size_t> lines;
  };
  absl::flat_hash_map<std::string, Seen> seen;
  const auto is_label = [&](size_t at) { return at < plain_.size() && plain_[at].rule != nullptr; };
  pb::Status status;
  const auto fits = [&](size_t i) {
    const LineMatch above = i > 0 ? RuleAt(i - 1) : LineMatch();
    const bool is_title =
        above.rule != nullptr && above.rule->action == profile_pb::LINE_ACTION_GOAL && !above.has_title;
    return i > 0 && !is_title && !IsYearsOnly(lines_[i].text) &&
           profile_.ListIntroduction(lines_[i].text) == pb::GOAL_KIND_UNSPECIFIED &&
           !profile_.StatusOf(lines_[i].text, &status) && RuleAt(i).rule == nullptr &&
           common_.MatchRule(lines_[i].text).rule == nullptr;
  };
  // "Toelichting" may stand above all aspects rather than above a text.
  const auto heads_all = [&](size_t i) { return plain_[i].rule->aspect == pb::ASPECT_KIND_EXPLANATION; };
  std::vector<std::string> order;
  for (size_t i = 0; i < lines_.size(); ++i) {
    if (!MayBeLabel(i)) continue;
    std::string words = Normalized(lines_[i].text);
    Seen& line = seen[words];
    if (line.count++ == 0) order.push_back(std::move(words));
    line.beside_label +=
        is_label(i + 1) || (i > 0 && is_label(i - 1) && plain_[i - 1].text.empty() && !heads_all(i - 1));
    line.lines.push_back(i);
  }
  for (const std::string& words : order) {
    const Seen& line = seen[words];
    if (line.count < kLeastRepeats || learned_.size() >= kMostNewLabels) continue;
    const bool head = IsHeadOfTitle(line.lines);
    const bool status_head = !head && IsBelowTitleLabel(line.lines);
    const bool in_cycle = IsInCycle(line.lines.front()) && !IsBelowCycleLabel(line.lines);
    // In an activity it may stand above the labels of moments, below an item above nothing but text.
    const bool below_goals = TellsProgressOfGoals() && absl::c_count_if(line.lines, [&](size_t at) {
                                                         return at > 1 && lines_[at - 2].mark_only();
                                                       }) >= 2;
    const bool stands_alone = line.beside_label * 4 <= line.count;
    if ((!head && !status_head && !in_cycle && !below_goals && !stands_alone) || !fits(line.lines.front())) continue;
    LabelRule rule{profile_pb::LABEL_ROLE_ASPECT,
                   AspectByStem(words, profile_.data().cells()),
                   pb::GOAL_KIND_UNSPECIFIED,
                   false,
                   false,
                   false,
                   kFirstLearned + static_cast<int>(learned_.size()),
                   "label.unknown"};
    if (head || status_head) placed_.insert(rule.order);
    if (head) {
      rule.role = profile_pb::LABEL_ROLE_ACTIVITY_TITLE;
    } else if (status_head ||
               std::all_of(line.lines.begin(), line.lines.end(), [&](size_t at) { return IsValue(at + 1, false); })) {
      rule.role = profile_pb::LABEL_ROLE_STATUS;
    } else if (const int years = std::count_if(line.lines.begin(), line.lines.end(),
                                               [&](size_t at) { return IsValue(at + 1, true); });
               TellsProgressOfGoals() && years * 4 >= line.count * 3) {
      rule.role = profile_pb::LABEL_ROLE_YEARS;
    } else if (IsAboveGoals(line.lines)) {
      rule.role = profile_pb::LABEL_ROLE_GOAL_ITEMS;
      rule.goal_kind = pb::GOAL_KIND_OBJECTIVE;
      placed_.insert(rule.order);
    } else if (rule.aspect == pb::ASPECT_KIND_STATE_OF_AFFAIRS) {
      rule.role = profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS;
    }
    learned_.push_back(std::move(rule));
    for (size_t at : line.lines) {
      plain_[at] = {&learned_.back(), std::string(absl::StripSuffix(lines_[at].text, ":")), {}};
    }
  }
}

bool DocumentSurvey::IsValue(size_t at, bool years) const {
  pb::Status status;
  return at < lines_.size() &&
         (years ? IsYearsOnly(lines_[at].text) : !lines_[at].is_item && profile_.StatusOf(lines_[at].text, &status));
}

bool DocumentSurvey::HasRole(size_t at, profile_pb::LabelRole role) const {
  return at < plain_.size() && plain_[at].rule != nullptr && plain_[at].rule->role == role;
}

bool DocumentSurvey::IsHeadOfTitle(const std::vector<size_t>& at) const {
  if (!profile_.data().codes_are_task_fields()) return false;
  absl::flat_hash_set<absl::string_view> titles;
  // The head of the status may be unknown too: the same line below each.
  const auto below = [&](size_t each) {
    return each + 1 < lines_.size() ? lines_[each + 1].text : absl::string_view();
  };
  const bool same_below = std::all_of(at.begin(), at.end(), [&](size_t each) { return below(each) == below(at[0]); });
  for (size_t each : at) {
    size_t next = each + 1 + same_below;
    while (HasRole(next, profile_pb::LABEL_ROLE_STATUS) && plain_[next].text.empty()) ++next;
    if (next >= lines_.size() || plain_[next].rule != nullptr || lines_[next].is_item) return false;
    const absl::string_view text = lines_[next].text;
    if (common_.MatchRule(text).rule != nullptr || profile_.MatchRule(text).rule != nullptr) return false;
    const LineMatch above = each > 0 ? RuleAt(each - 1) : LineMatch();
    if (above.rule != nullptr && !above.has_title) return false;
    if (text.size() > kLongestHeading || !EndsLikeHeading(text)) return false;
    titles.insert(text);
  }
  return titles.size() == at.size();
}

bool DocumentSurvey::IsBelowTitleLabel(const std::vector<size_t>& at) const {
  return std::all_of(at.begin(), at.end(), [&](size_t each) {
    return each > 0 && HasRole(each - 1, profile_pb::LABEL_ROLE_ACTIVITY_TITLE) && plain_[each - 1].text.empty();
  });
}

bool DocumentSurvey::IsBelowCycleLabel(const std::vector<size_t>& at) const {
  return std::all_of(at.begin(), at.end(), [&](size_t each) {
    const int above = each > 0 && !lines_[each].after_blank ? cycle_.LabelAt(each - 1) : -1;
    const bool head = cycle_.announces() && above < cycle_.heads();
    return above >= 0 && !head && cycle_.labels()[above].with_text == 0;
  });
}

bool DocumentSurvey::TellsProgressOfGoals() const {
  const profile_pb::Profile& data = profile_.data();
  return !data.cells() && !data.codes_are_task_fields() && !data.learns_blocks() && !themes_.in_use() &&
         data.aspect_text() != profile_pb::ASPECT_TEXT_PLAN_THEN_PROGRESS;
}

bool DocumentSurvey::TellsProgressBelow(size_t at) const {
  constexpr size_t kFarthest = 4;
  const size_t text = at + (lines_[at].mark_only() ? 1 : 0);
  for (size_t i = text + 1; i < std::min(at + kFarthest, lines_.size()); ++i) {
    if (plain_[i].rule != nullptr && !lines_[i].is_item) return HasRole(i, profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS);
    if (lines_[i].is_item || MarkLength(lines_[i].text) > 0 || RuleAt(i).rule != nullptr) return false;
  }
  return false;
}

bool DocumentSurvey::IsAboveGoals(const std::vector<size_t>& at) const {
  if (!TellsProgressOfGoals()) return false;
  return std::all_of(at.begin(), at.end(), [&](size_t each) {
    return each + 1 < lines_.size() && TellsProgressBelow(each + 1) && !IsInActivity(each);
  });
}

bool DocumentSurvey::IsInActivity(size_t at) const {
  if (in_activity_.empty()) {
    bool in_activity = false;
    for (size_t i = 0; i < lines_.size(); ++i) {
      in_activity_.push_back(in_activity);
      if (const LineRule* const rule = RuleAt(i).rule; rule != nullptr) {
        in_activity = rule->action == profile_pb::LINE_ACTION_ACTIVITY;
      }
    }
  }
  return in_activity_[at];
}

void DocumentSurvey::LearnHeadOfTitles() {
  if (cycle_.announces() || cycle_.has_titles_above()) return;
  for (LabelRule& rule : structure_.rules) {
    if (rule.role != profile_pb::LABEL_ROLE_ASPECT || rule.aspect != pb::ASPECT_KIND_OTHER) continue;
    int all = 0;
    int titles = 0;
    bool first = true;
    for (size_t i = 0; i < lines_.size(); ++i) {
      if (plain_[i].rule == nullptr) continue;
      const bool other = plain_[i].rule != &rule && IsOfBlock(*plain_[i].rule) && !plain_[i].text.empty();
      if (all == 0 && other) first = false;
      if (plain_[i].rule != &rule) continue;
      ++all;
      const absl::string_view text = WithoutBar(plain_[i].text);
      size_t next = i + 1;
      while (next < lines_.size() && IsBar(lines_[next].text)) ++next;
      titles += text.size() <= kLongestHeading && EndsLikeHeading(text) && LabelAt(next, true).rule != nullptr;
    }
    if (!first || titles * 5 < all * 4) return;
    rule.role = profile_pb::LABEL_ROLE_ACTIVITY_TITLE;
    rule.name = "label.title-by-place";
    placed_.insert(rule.order);
    return;
  }
}

std::vector<pb::AspectKind> DocumentSurvey::UsualOrder() const {
  if (profile_.data().cells()) {
    return {pb::ASPECT_KIND_EXPLANATION,        pb::ASPECT_KIND_APPROACH,     pb::ASPECT_KIND_RESULT,
            pb::ASPECT_KIND_TIMELINE,           pb::ASPECT_KIND_STAKEHOLDERS, pb::ASPECT_KIND_COMMUNICATION,
            pb::ASPECT_KIND_COSTS_AND_BENEFITS, pb::ASPECT_KIND_MONITORING};
  }
  if (profile_.data().aspect_text() == profile_pb::ASPECT_TEXT_PLAN_THEN_PROGRESS) {
    return {pb::ASPECT_KIND_APPROACH, pb::ASPECT_KIND_TIMELINE, pb::ASPECT_KIND_INDICATOR,
            pb::ASPECT_KIND_COSTS_AND_BENEFITS, pb::ASPECT_KIND_RISKS};
  }
  if (profile_.data().codes_are_task_fields()) {
    return {pb::ASPECT_KIND_APPROACH, pb::ASPECT_KIND_STATE_OF_AFFAIRS, pb::ASPECT_KIND_COSTS_AND_BENEFITS};
  }
  return {pb::ASPECT_KIND_EXPLANATION, pb::ASPECT_KIND_STATE_OF_AFFAIRS};
}

bool DocumentSurvey::IsUnknown(const LabelRule& rule) {
  return rule.order >= kFirstLearned && rule.role == profile_pb::LABEL_ROLE_ASPECT &&
         rule.aspect == pb::ASPECT_KIND_OTHER;
}

void DocumentSurvey::PlaceUnknown() {
  absl::flat_hash_map<int, LabelRule*> unknown;
  for (auto* rules : {&learned_, &structure_.rules}) {
    for (LabelRule& rule : *rules) {
      if (IsUnknown(rule)) unknown.emplace(rule.order, &rule);
    }
  }
  if (unknown.empty()) return;
  // What is set changes what is below goals, so all are found before the first is set.
  std::vector<LabelRule*> below_goals;
  for (const auto& [order, rule] : unknown) {
    if (IsBelowGoals(*rule)) below_goals.push_back(rule);
  }
  for (LabelRule* rule : below_goals) SetKind(pb::ASPECT_KIND_STATE_OF_AFFAIRS, rule);
  std::vector<const LabelRule*> block = FullestBlock();
  std::vector<pb::AspectKind> usual = UsualOrder();
  // What stands above the approach of a card tells why.
  const bool cards = profile_.data().codes_are_task_fields();
  const auto place_of = [&](pb::AspectKind kind) {
    return absl::c_find_if(block, [&](const LabelRule* rule) { return rule->aspect == kind; }) - block.begin();
  };
  // Where no label says "approach", it is the last one above the progress; amounts alone are no progress.
  const auto labels = static_cast<std::ptrdiff_t>(block.size());
  std::ptrdiff_t above = place_of(pb::ASPECT_KIND_APPROACH);
  if (above == labels) {
    std::ptrdiff_t progress = place_of(pb::ASPECT_KIND_STATE_OF_AFFAIRS);
    if (progress == labels) {
      const bool costs = labels > 0 && (block.back()->aspect == pb::ASPECT_KIND_COSTS_AND_BENEFITS ||
                                        KindByTexts(*block.back()) == pb::ASPECT_KIND_COSTS_AND_BENEFITS);
      progress = labels - (costs ? 2 : 1);
    }
    above = progress - 1;
  }
  if (cards && above > 0) usual.insert(usual.begin(), pb::ASPECT_KIND_EXPLANATION);
  const auto is_used = [&](pb::AspectKind kind) {
    return std::any_of(block.begin(), block.end(), [&](const LabelRule* rule) { return rule->aspect == kind; });
  };
  const auto by_texts = [&] {
    for (const LabelRule* rule : block) {
      if (!IsUnknown(*rule)) continue;
      const pb::AspectKind kind = KindByTexts(*rule);
      if (kind != pb::ASPECT_KIND_OTHER && !is_used(kind)) SetKind(kind, unknown[rule->order]);
    }
  };
  // What was agreed and how it goes may both tell of amounts, so in a card the place goes first.
  if (!cards) by_texts();
  const auto place = [&](const LabelRule* rule) {
    const auto kind = std::find(usual.begin(), usual.end(), rule->aspect);
    return kind == usual.end() ? -1 : static_cast<int>(kind - usual.begin());
  };
  for (size_t i = 0; i < block.size();) {
    if (!IsUnknown(*block[i])) {
      ++i;
      continue;
    }
    size_t end = i;
    while (end < block.size() && IsUnknown(*block[end])) ++end;
    int from = -1;
    for (size_t b = 0; b < i; ++b) from = std::max(from, place(block[b]));
    int to = static_cast<int>(usual.size());
    for (size_t b = end; b < block.size(); ++b) {
      if (place(block[b]) > from) to = std::min(to, place(block[b]));
    }
    std::vector<pb::AspectKind> left;
    for (int kind = from + 1; kind < to; ++kind) {
      if (!is_used(usual[kind])) left.push_back(usual[kind]);
    }
    // In a card what comes first is what was agreed and what comes next how that goes. The only label of a row of a
    // table tells how it goes.
    const bool fits = left.size() == end - i || (cards && left.size() > end - i);
    if (TellsProgressOfGoals() && block.size() == 1) left.assign(1, pb::ASPECT_KIND_STATE_OF_AFFAIRS);
    for (size_t b = i; (fits || left.size() == end - i) && b < end; ++b) {
      // Only its cells can tell that a label is about dates.
      if (left[b - i] != pb::ASPECT_KIND_TIMELINE) SetKind(left[b - i], unknown[block[b]->order]);
    }
    i = end;
  }
  if (cards) by_texts();
  // Only blocks of plan and progress have their aspects in any order.
  if (profile_.data().aspect_text() == profile_pb::ASPECT_TEXT_PLAN_THEN_PROGRESS) PlaceRest(block, usual, unknown);
}

void DocumentSurvey::PlaceRest(const std::vector<const LabelRule*>& block, const std::vector<pb::AspectKind>& usual,
                               const absl::flat_hash_map<int, LabelRule*>& unknown) {
  std::vector<LabelRule*> rest;
  std::vector<pb::AspectKind> left = usual;
  for (const LabelRule* rule : block) {
    if (IsUnknown(*rule)) rest.push_back(unknown.at(rule->order));
    std::erase(left, rule->aspect);
  }
  if (rest.size() != left.size()) return;
  for (size_t i = 0; i < rest.size(); ++i) {
    if (left[i] != pb::ASPECT_KIND_TIMELINE) SetKind(left[i], rest[i]);
  }
}

bool DocumentSurvey::IsBelowGoals(const LabelRule& rule) const {
  if (!TellsProgressOfGoals()) return false;
  bool in_activity = false;
  int goals = 0;
  for (size_t i = 0; i < lines_.size(); ++i) {
    if (HasRole(i, profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS)) return false;
    if (plain_[i].rule != &rule) continue;
    if (IsInActivity(i)) {
      in_activity = true;
      continue;
    }
    const bool item =
        i > 0 && (lines_[i - 1].is_item || MarkLength(lines_[i - 1].text) > 0 || (i > 1 && lines_[i - 2].mark_only()));
    if (!item) return false;
    ++goals;
  }
  return in_activity && goals >= 2;
}

void DocumentSurvey::SetKind(pb::AspectKind kind, LabelRule* rule) {
  rule->aspect = kind;
  placed_.insert(rule->order);
  if (kind == pb::ASPECT_KIND_STATE_OF_AFFAIRS) rule->role = profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS;
}

std::vector<const LabelRule*> DocumentSurvey::FullestBlock() const {
  std::vector<const LabelRule*> fullest;
  std::vector<const LabelRule*> block;
  const bool plans = profile_.data().aspect_text() == profile_pb::ASPECT_TEXT_PLAN_THEN_PROGRESS;
  for (size_t i = 0; i <= lines_.size(); ++i) {
    // The heading of a list of goals is none of the labels of an activity.
    const bool cell = i >= lines_.size() || !profile_.data().cells() || RuleAt(i).rule == nullptr;
    const LabelRule* const rule = i < lines_.size() && cell ? LabelAt(i, false).rule : nullptr;
    // Progress may be told below every aspect.
    if (plans && rule != nullptr && rule->role == profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS) continue;
    if (i < lines_.size() && (rule == nullptr || (rule->role != profile_pb::LABEL_ROLE_ASPECT &&
                                                  rule->role != profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS))) {
      if (rule == nullptr || rule->role != profile_pb::LABEL_ROLE_ACTIVITY_TITLE) continue;
    }
    const bool title = rule != nullptr && rule->role == profile_pb::LABEL_ROLE_ACTIVITY_TITLE;
    if (rule == nullptr || title || std::find(block.begin(), block.end(), rule) != block.end()) {
      if (block.size() > fullest.size()) fullest = block;
      block.clear();
    }
    if (rule != nullptr && !title) block.push_back(rule);
  }
  return fullest;
}

pb::AspectKind DocumentSurvey::KindByTexts(const LabelRule& rule) const {
  int all = 0;
  int amounts = 0;
  int dates = 0;
  int norms = 0;
  const bool plans = profile_.data().aspect_text() == profile_pb::ASPECT_TEXT_PLAN_THEN_PROGRESS;
  static const RE2 kNorm(
      R"((?i)\d ?%|\bprocent\b|\b(?:minstens|minimaal|ten ?minste|hoogstens|hooguit|ten hoogste)\b)");
  for (size_t i = 0; i < lines_.size(); ++i) {
    const LabelMatch& label = LabelAt(i, true);
    if (label.rule != &rule) continue;
    ++all;
    absl::string_view text = WithoutBar(label.text);
    if (text.empty() && i + 1 < lines_.size()) text = lines_[i + 1].text;
    amounts += absl::StrContains(text, "€") || ContainsInAnyCase(text, " euro");
    dates += IsOnlyDates(text);
    norms += plans && RE2::PartialMatch({text.data(), text.size()}, kNorm);
  }
  if (amounts * 2 >= all) return pb::ASPECT_KIND_COSTS_AND_BENEFITS;
  if (dates * 4 >= all * 3) return pb::ASPECT_KIND_TIMELINE;
  if (norms * 3 >= all * 2) return pb::ASPECT_KIND_INDICATOR;
  return pb::ASPECT_KIND_OTHER;
}

const LabelMatch& DocumentSurvey::LabelAt(size_t at, bool in_activity) const {
  static const LabelMatch& none = *new LabelMatch();
  if (at >= lines_.size() || (lines_[at].is_item && !labelled_items_)) return none;
  const bool cell = !cells_.empty() && (in_activity || absl::EndsWith(lines_[at].text, "|"));
  return cell && cells_[at].rule != nullptr ? cells_[at] : plain_[at];
}

bool DocumentSurvey::IsOfBlock(const LabelRule& rule) {
  return rule.role == profile_pb::LABEL_ROLE_ASPECT || rule.role == profile_pb::LABEL_ROLE_STATUS ||
         rule.role == profile_pb::LABEL_ROLE_YEARS || rule.role == profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS;
}

void DocumentSurvey::LearnBlocks() {
  std::vector<const LabelRule*> sequence;
  int most = 0;
  const std::vector<bool> parts = HeadingsOfParts();
  for (size_t i = 0; i < lines_.size(); ++i) {
    const LabelMatch& label = LabelAt(i, false);
    if (label.rule == nullptr || parts[i]) continue;
    sequence.push_back(label.rule);
    LabelFacts& facts = facts_[label.rule->order];
    ++facts.count;
    facts.opens = label.rule->opens_activity;
    if (label.rule->role == profile_pb::LABEL_ROLE_ASPECT) most = std::max(most, facts.count);
  }
  FindProgressLabels(sequence, most);
  const absl::flat_hash_map<int, int> openings = PlaceLabels(sequence);
  // Where the titles stand above the block that repeats, only its first label opens an activity.
  const bool cells = profile_.data().cells();
  const LabelRule* const first =
      cells && cycle_.has_titles_above() ? LabelAt(cycle_.labels()[0].lines[0], true).rule : nullptr;
  if (first != nullptr) {
    for (auto& [order, facts] : facts_) facts.opens = order == first->order;
    return;
  }
  const auto opener = absl::c_max_element(openings, [](const auto& a, const auto& b) {
    return std::make_pair(a.second, -a.first) < std::make_pair(b.second, -b.first);
  });
  const bool learns = profile_.data().learns_blocks();
  if (learns && opener != openings.end() && opener->second >= 2) facts_[opener->first].opens = true;
}

absl::flat_hash_map<int, int> DocumentSurvey::PlaceLabels(const std::vector<const LabelRule*>& sequence) {
  absl::flat_hash_map<int, int> openings;
  absl::flat_hash_map<int, std::pair<int, int>> places;  // sum and count
  absl::flat_hash_set<int> block;
  const LabelRule* before = nullptr;
  for (const LabelRule* rule : sequence) {
    if (!IsOfBlock(*rule) && !IsGoalOfBlock(*rule)) continue;
    if (progress_labels_ && rule->role == profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS) continue;
    const bool same_statuses = before == rule && rule->role == profile_pb::LABEL_ROLE_STATUS;
    // Blocks of cells keep the order of their profile; a short block would else shift all that follow.
    const bool reopens = !cycle_.has_titles_above() && profile_.data().cells() && rule->opens_activity &&
                         before != nullptr && profile_.IsOwn(*rule) && rule->order < before->order &&
                         before->order < kFirstLearned;
    before = rule;
    if (same_statuses) continue;
    if (reopens || block.contains(rule->order)) block.clear();
    const bool may_open = rule->role != profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS;
    if (block.empty() && may_open) ++openings[rule->order];
    auto& [sum, count] = places[rule->order];
    sum += static_cast<int>(block.size());
    ++count;
    block.insert(rule->order);
  }
  for (const auto& [order, place] : places) facts_[order].place_in_block = 1.0 * place.first / place.second;
  return openings;
}

void DocumentSurvey::FindProgressLabels(const std::vector<const LabelRule*>& sequence, int most) {
  const bool plans = profile_.data().aspect_text() == profile_pb::ASPECT_TEXT_PLAN_THEN_PROGRESS;
  if (!plans && !profile_.data().cells()) return;
  int progress = 0;
  for (const LabelRule* rule : sequence) progress += rule->role == profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS;
  progress_labels_ |= plans && progress >= 4 && progress * 2 > most * 3;
  absl::flat_hash_map<int, int> questions;  // a heading and its introduction are one
  const LabelRule* before = nullptr;
  for (const LabelRule* rule : sequence) {
    questions[rule->order] += rule->role == profile_pb::LABEL_ROLE_GOAL_ITEMS && rule != before;
    before = rule;
  }
  for (const auto& [order, count] : questions) {
    if (count >= 2 && count * 3 > most * 2) goals_of_blocks_.insert(order);
  }
}

bool DocumentSurvey::IsGoalOfBlock(const LabelRule& rule) const { return goals_of_blocks_.contains(rule.order); }

LabelFacts DocumentSurvey::FactsOf(const LabelRule& rule) const {
  const auto facts = facts_.find(rule.order);
  return facts == facts_.end() ? LabelFacts() : facts->second;
}

const FoundTable* DocumentSurvey::TableAt(size_t at) const {
  const auto table = std::lower_bound(structure_.tables.begin(), structure_.tables.end(), at,
                                      [](const FoundTable& each, size_t line) { return each.first < line; });
  return table != structure_.tables.end() && table->first == at ? &*table : nullptr;
}

bool DocumentSurvey::OpensActivity(size_t at, double last_place) const {
  const LabelMatch& label = LabelAt(at, false);
  if (label.rule == nullptr || profile_.data().activity_titles().empty() || titles_are_labelled_) return false;
  const LabelFacts facts = FactsOf(*label.rule);
  return facts.opens && facts.place_in_block <= last_place;
}

bool DocumentSurvey::LooksLikeTitleOfCard(size_t at, double last_place) const {
  constexpr size_t kFarthest = 6;
  const auto is_status = [&](size_t i) { return statuses_.Has(lines_[i].text) || IsColour(lines_[i].text); };
  const absl::string_view text = lines_[at].text;
  if (absl::EndsWith(text, ";") || LabelAt(at, false).rule != nullptr || is_status(at)) return false;
  const bool sentence = text.size() > kLongestHeading || !EndsLikeHeading(text);
  for (size_t i = at + 1; i < std::min(at + kFarthest, lines_.size()); ++i) {
    if (OpensActivity(i, last_place)) return !sentence;
    const bool prose = !lines_[i].is_item && (absl::EndsWith(lines_[i].text, ".") || is_status(i));
    if (!prose || LabelAt(i, false).rule != nullptr) return false;
  }
  return false;
}

size_t DocumentSurvey::StatusBeside(absl::string_view title) const {
  constexpr int kMostWords = 3;
  size_t space = title.size();
  for (int words = 0; words < kMostWords; ++words) {
    space = space == 0 ? absl::string_view::npos : title.rfind(' ', space - 1);
    if (space == absl::string_view::npos || space == 0) return 0;
    const absl::string_view word = title.substr(space + 1);
    if (!word.empty() && absl::ascii_isupper(static_cast<unsigned char>(word[0])) && statuses_.Has(word))
      return space + 1;
  }
  return 0;
}

}  // namespace regiokompas::intake
