#include "services/intake/parser/block_reader.h"

#include <algorithm>
#include <array>
#include <deque>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/intake/parser/dutch_figures.h"

namespace regiokompas::intake {
namespace {

constexpr size_t kLongestTitle = 200;
constexpr size_t kLongestActivityTitle = 700;
constexpr size_t kLongestHeading = 100;
constexpr size_t kShortestProse = 40;
constexpr size_t kLongestStatus = 40;
constexpr size_t kLongestIndicator = 300;
constexpr int kRanks = 5;

// Depth of a goal in the tree; a goal stands under the nearest one of lower rank.
int RankOf(pb::GoalKind kind) {
  switch (kind) {
    case pb::GOAL_KIND_FRAMEWORK:
      return 0;
    case pb::GOAL_KIND_THEME:
      return 1;
    case pb::GOAL_KIND_MAIN_GOAL:
      return 2;
    case pb::GOAL_KIND_FOCUS:
      return 3;
    default:
      return kRanks - 1;
  }
}

bool IsBar(absl::string_view text) { return text.find_first_not_of("| ") == absl::string_view::npos; }

absl::string_view WithoutBar(absl::string_view text) {
  while (absl::ConsumeSuffix(&text, "|")) text = Trim(text);
  return text;
}

// A dash alone says that there is nothing to report.
bool IsEmptyMark(absl::string_view text) { return text == "-" || text == "–" || text == "--"; }

bool EndsLikeHeading(absl::string_view text) {
  return !text.empty() && absl::string_view(".:;,!?").find(text.back()) == absl::string_view::npos;
}

// "normaliseren" and "normalisering": one word each, alike but for the ending.
bool SameStem(absl::string_view a, absl::string_view b) {
  constexpr size_t kLongestEnding = 3;
  if (absl::StrContains(a, " ") || absl::StrContains(b, " ")) return false;
  const size_t common = std::mismatch(a.begin(), a.begin() + std::min(a.size(), b.size()), b.begin()).first - a.begin();
  return common >= 6 && std::max(a.size(), b.size()) - common <= kLongestEnding;
}

std::string GoalTitle(absl::string_view text) {
  text = WithoutBar(Trim(text));
  absl::ConsumeSuffix(&text, ";");
  return std::string(Trim(text));
}

class BlockReader {
 public:
  BlockReader(const std::vector<Line>& lines, const Profile& profile, const Profile& common)
      : lines_(lines), profile_(profile), common_(common), roles_(lines.size(), pb::SPAN_ROLE_UNSPECIFIED) {
    current_.fill(-1);
    uses_bars_ = std::any_of(lines.begin(), lines.end(), [](const Line& l) { return absl::EndsWith(l.text, "|"); });
    if (profile.announced_heading_kind() != pb::GOAL_KIND_UNSPECIFIED) announced_ = AnnouncedHeadings(lines);
  }

  Blocks Read() {
    for (at_ = 0; at_ < lines_.size(); ++at_) roles_[at_] = ReadLine(lines_[at_]);
    CloseText();
    CloseSection();
    LinkByCode();
    WriteSpans();
    return std::move(out_);
  }

 private:
  // Where unlabelled text goes.
  enum class Slot { kNone, kAspect, kGoalText, kGoalProgress, kProposal };

  // A line of text in the open slot.
  struct OpenText {
    int line;
    absl::string_view text;
    bool item;  // whether a mark on the line before makes it the item of a list
    bool starts_paragraph;
  };

  pb::ParsedDocument& doc() { return out_.document; }
  pb::ParsedActivity& activity() { return *doc().mutable_activities(activity_); }

  // ---- one line ----------------------------------------------------------------------------------------------------

  pb::SpanRole ReadLine(const Line& line) {
    if (IsBar(line.text)) return activity_ >= 0 ? pb::SPAN_ROLE_ASPECT : pb::SPAN_ROLE_BOILERPLATE;
    if (common_.MatchRule(line.text).rule != nullptr) {
      if (indicators_) LeaveAll();
      return pb::SPAN_ROLE_BOILERPLATE;
    }
    if (!title_read_) return ReadTitle(line);
    if (line.is_item) return ReadItem(line);
    if (pending_item_) return ReadItemText(line);

    if (!indicators_) {
      const bool cell = InCell(line);
      if (const LabelMatch label = profile_.MatchLabel(line.text, cell); label.rule != nullptr) {
        return ReadLabel(line, label);
      }
      if (IsActivityTitle(line)) return ReadActivityTitle(line, profile_.ActivityTitle(line.text));
      if (activity_ >= 0 && (expect_years_ || in_table_) && IsYearsOnly(line.text)) {
        AddYears(line.text);
        expect_years_ = false;
        return pb::SPAN_ROLE_STATUS;
      }
    }
    if (expect_title_) {
      expect_title_ = false;
      return ReadActivityTitle(line, profile_.ActivityTitle(line.text));
    }
    if (const LineMatch match = profile_.MatchRule(line.text); match.rule != nullptr) {
      pb::SpanRole role;
      if (ReadRule(line, match, &role)) return role;
    }
    if (!announced_.empty() && announced_[at_]) {
      const int goal = AddGoal(profile_.announced_heading_kind(), "", line.text, line.number, true);
      LeaveAll();
      OpenSection(doc().goals(goal).title(), line.number);
      return pb::SPAN_ROLE_GOAL;
    }
    return ReadText(line);
  }

  // The first line that is not the site's is the title, unless it is too long or clearly something else.
  pb::SpanRole ReadTitle(const Line& line) {
    title_read_ = true;
    if (line.is_item || line.text.size() > kLongestTitle || absl::EndsWith(line.text, "|") ||
        profile_.MatchLabel(line.text, false).rule != nullptr) {
      Diagnose(pb::SEVERITY_WARNING, line.number, "TITLE_NOT_FOUND", "Geen titel gevonden boven aan het document.");
      return ReadLine(line);
    }
    doc().mutable_source()->set_title(std::string(line.text));
    const LineMatch match = profile_.MatchRule(line.text);
    if (match.rule != nullptr && match.rule->action == profile_pb::LINE_ACTION_GOAL && match.has_title &&
        match.rule->goal_kind == pb::GOAL_KIND_FRAMEWORK) {
      AddGoal(match.rule->goal_kind, match.code, match.title, line.number, true);
    }
    return pb::SPAN_ROLE_TITLE;
  }

  // ---- lists -------------------------------------------------------------------------------------------------------

  pb::SpanRole ReadItem(const Line& line) {
    pending_item_ = false;
    if (list_kind_ != pb::GOAL_KIND_UNSPECIFIED && (slot_ != Slot::kGoalProgress || line.mark_only())) {
      CloseText();
      item_line_ = &line;
      if (line.mark_only()) {
        pending_item_ = true;
        pending_item_code_ = line.item_code;
      } else {
        AddListedGoal(line.item_code, line.item, line.number);
      }
      return pb::SPAN_ROLE_GOAL;
    }
    if (slot_ == Slot::kAspect && IsEmptyMark(line.text) && NextIsNoText()) {
      // A dash alone is the printed way to say "nothing"; it keeps its line and adds no text.
      return RoleOfSlot();
    }
    if (line.mark_only()) {
      pending_item_ = true;
      return slot_ == Slot::kNone ? Narrative(line, false) : RoleOfSlot();
    }
    items_in_slot_ = true;
    return ReadText(line);
  }

  // The line under a mark that stands alone.
  pb::SpanRole ReadItemText(const Line& line) {
    pending_item_ = false;
    if (list_kind_ != pb::GOAL_KIND_UNSPECIFIED && slot_ != Slot::kAspect) {
      AddListedGoal(pending_item_code_, line.text, line.number);
      return pb::SPAN_ROLE_GOAL;
    }
    if (slot_ == Slot::kNone) return Narrative(line, true);
    items_in_slot_ = true;
    Append(line, line.text, true);
    return RoleOfSlot();
  }

  void AddListedGoal(const std::string& code, absl::string_view title, int line) {
    goal_ = AddGoal(list_kind_, code, title, line, false);
    slot_ = Slot::kGoalText;
    list_started_ = true;
  }

  // Whether the next line is a label, a rule's or none at all.
  bool NextIsNoText() const {
    if (at_ + 1 >= lines_.size()) return true;
    const Line& next = lines_[at_ + 1];
    return next.is_item || profile_.MatchLabel(next.text, false).rule != nullptr || LooksLikeActivityTitle(at_ + 1);
  }

  // ---- labels ------------------------------------------------------------------------------------------------------

  // Whether a label on this line may be followed by its text without a colon.
  bool InCell(const Line& line) const {
    return profile_.data().cells() && activity_ >= 0 && (!uses_bars_ || absl::EndsWith(line.text, "|"));
  }

  pb::SpanRole ReadLabel(const Line& line, const LabelMatch& label) {
    const bool status_label = label.rule->role == profile_pb::LABEL_ROLE_STATUS;
    // Statuses may stand between a label and its text.
    if (!status_label || activity_ < 0) CloseText();
    if (!status_label) moments_.clear();
    if (status_label && !last_was_status_label_) moments_.clear();
    last_was_status_label_ = status_label;
    RememberLabel(label.label);
    if (activity_ >= 0 && label.rule->role != profile_pb::LABEL_ROLE_GOAL_ITEMS) last_order_ = label.rule->order;

    switch (label.rule->role) {
      case profile_pb::LABEL_ROLE_ASPECT:
        if (activity_ < 0) break;
        OpenAspect(label.rule->aspect, label.label);
        AppendCell(line, label.text);
        return pb::SPAN_ROLE_ASPECT;
      case profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS:
        if (activity_ >= 0) {
          OpenAspect(pb::ASPECT_KIND_STATE_OF_AFFAIRS, label.label);
          AppendCell(line, label.text);
          return pb::SPAN_ROLE_ASPECT;
        }
        if (goal_ < 0) break;
        slot_ = Slot::kGoalProgress;
        AppendCell(line, label.text);
        return pb::SPAN_ROLE_GOAL;
      case profile_pb::LABEL_ROLE_STATUS:
        moments_.push_back(label.label);
        if (activity_ >= 0 && !label.text.empty()) AddStatus(WithoutBar(label.text));
        return pb::SPAN_ROLE_STATUS;
      case profile_pb::LABEL_ROLE_YEARS:
        expect_years_ = true;
        if (activity_ >= 0) AddYears(label.text);
        return pb::SPAN_ROLE_STATUS;
      case profile_pb::LABEL_ROLE_ACTIVITY_TITLE:
        LeaveAll();
        in_table_ = label.rule->rows;
        table_moments_.clear();
        expect_title_ = !label.rule->rows;
        if (expect_title_ && !label.text.empty()) {
          expect_title_ = false;
          return ReadActivityTitle(line, profile_.ActivityTitle(label.text));
        }
        return pb::SPAN_ROLE_ACTIVITY;
      case profile_pb::LABEL_ROLE_COUNCIL_PROPOSAL:
        if (activity_ < 0) break;
        slot_ = Slot::kProposal;
        AppendCell(line, label.text);
        return pb::SPAN_ROLE_ASPECT;
      case profile_pb::LABEL_ROLE_GOAL_ITEMS:
        LeaveAll();
        list_kind_ = label.rule->goal_kind;
        list_continues_ = true;
        goal_ = -1;
        if (!label.text.empty()) AddListedGoal("", label.text, line.number);
        return pb::SPAN_ROLE_GOAL;
      default:
        break;
    }
    // A label that has nothing to belong to here is a heading of its own.
    LeaveAll();
    OpenSection(WithoutBar(line.text), line.number);
    return pb::SPAN_ROLE_NARRATIVE;
  }

  void RememberLabel(const std::string& label) {
    if (known_labels_.insert(label).second) out_.labels.push_back(label);
  }

  // ---- activities --------------------------------------------------------------------------------------------------

  bool IsActivityTitle(const Line& line) const {
    if (LooksLikeActivityTitle(at_)) return true;
    // A row of the overview: a title with its years below it.
    return in_table_ && at_ + 1 < lines_.size() && line.text.size() <= kLongestActivityTitle &&
           !IsYearsOnly(line.text) && IsYearsOnly(lines_[at_ + 1].text);
  }

  // Whether the line is followed by a label that opens the block of an activity.
  bool LooksLikeActivityTitle(size_t at) const {
    const Line& line = lines_[at];
    if (line.is_item || line.text.size() > kLongestActivityTitle || absl::EndsWith(line.text, ":")) return false;
    size_t next = at + 1;
    while (next < lines_.size() && IsBar(lines_[next].text)) ++next;
    if (next >= lines_.size()) return false;
    const absl::string_view below = lines_[next].text;
    const bool cell = profile_.data().cells() && absl::EndsWith(below, "|");
    const LabelMatch label = profile_.MatchLabel(below, cell);
    return label.rule != nullptr && label.rule->opens_activity && (activity_ < 0 || label.rule->order <= last_order_);
  }

  pb::SpanRole ReadActivityTitle(const Line& line, const LineMatch& title) {
    const std::deque<std::string> moments = std::move(moments_);
    const bool in_table = in_table_;
    LeaveAll();
    in_table_ = in_table;
    moments_ = moments;
    if (in_table) {
      // Every row of the overview has the columns that the first one has.
      if (table_moments_.empty()) table_moments_ = moments;
      moments_ = table_moments_;
    }
    const int parent = DeepestGoal();
    const std::string scope = current_[0] >= 0 ? doc().goals(current_[0]).id() : "";
    const std::string name = title.code.empty() ? absl::StrCat("title ", Normalized(title.title))
                                                : absl::StrCat("code ", Normalized(title.code));
    const auto [it, is_new] = activities_.try_emplace(absl::StrCat(scope, " ", name), doc().activities_size());
    if (!is_new && title.code.empty() && doc().activities(it->second).aspects_size() > 0) {
      // Two blocks of their own under one title are two activities; an overview row and its block are one.
      it->second = doc().activities_size();
    }
    activity_ = it->second;
    if (activity_ == doc().activities_size()) {
      pb::ParsedActivity* added = doc().add_activities();
      added->set_id(absl::StrCat("a", doc().activities_size()));
      added->set_code(title.code);
      added->set_title(std::string(WithoutBar(title.title)));
      added->set_line(line.number);
    }
    if (cited_.empty()) {
      if (parent >= 0) AddGoalTo(parent);
    } else {
      for (int goal : cited_) AddGoalTo(goal);
    }
    if (profile_.data().codes_are_task_fields() && current_[1] >= 0) {
      const std::string& code = doc().goals(current_[1]).code();
      auto* fields = activity().mutable_task_fields();
      if (!code.empty() && std::find(fields->begin(), fields->end(), code) == fields->end()) *fields->Add() = code;
    }
    last_order_ = -1;
    return pb::SPAN_ROLE_ACTIVITY;
  }

  void AddGoalTo(int goal) {
    const std::string& id = doc().goals(goal).id();
    auto* ids = activity().mutable_goal_ids();
    if (std::find(ids->begin(), ids->end(), id) == ids->end()) *ids->Add() = id;
  }

  void OpenAspect(pb::AspectKind kind, absl::string_view label) {
    CloseText();
    pb::ParsedAspect* aspect = activity().add_aspects();
    aspect->set_kind(kind);
    aspect->set_label(std::string(label));
    slot_ = Slot::kAspect;
  }

  void AddYears(absl::string_view text) {
    auto* years = activity().mutable_realisation_years();
    for (int year : FindYears(text)) {
      if (std::find(years->begin(), years->end(), year) == years->end()) years->Add(year);
    }
    std::sort(years->begin(), years->end());
  }

  void AddStatus(absl::string_view text) {
    pb::Status status = pb::STATUS_UNSPECIFIED;
    profile_.StatusOf(text, &status);
    for (const pb::ParsedStatus& known : activity().statuses()) {
      // The block of an activity repeats the statuses of the overview.
      if (known.moment() != moments_.front() || known.label() != text) continue;
      moments_.pop_front();
      return;
    }
    pb::ParsedStatus* added = activity().add_statuses();
    added->set_moment(moments_.front());
    added->set_label(std::string(text));
    added->set_status(status);
    moments_.pop_front();
  }

  // Whether the line is the value of a status column: a known word, or a few words between columns and text.
  bool IsStatusValue(const Line& line) const {
    pb::Status status;
    if (profile_.StatusOf(line.text, &status)) return true;
    if (line.text.size() > kLongestStatus || !line.after_blank || !EndsLikeHeading(line.text)) return false;
    if (std::count(line.text.begin(), line.text.end(), ' ') > 3) return false;
    return at_ + 1 < lines_.size() && lines_[at_ + 1].after_blank && !LooksLikeActivityTitle(at_ + 1) &&
           !(in_table_ && IsYearsOnly(lines_[at_ + 1].text));
  }

  // ---- whole-line rules --------------------------------------------------------------------------------------------

  bool ReadRule(const Line& line, const LineMatch& match, pb::SpanRole* role) {
    const LineRule& rule = *match.rule;
    switch (rule.action) {
      case profile_pb::LINE_ACTION_BOILERPLATE:
        *role = pb::SPAN_ROLE_BOILERPLATE;
        return true;
      case profile_pb::LINE_ACTION_SECTION:
        LeaveAll();
        OpenSection(line.text, line.number);
        *role = pb::SPAN_ROLE_NARRATIVE;
        return true;
      case profile_pb::LINE_ACTION_GOAL:
        LeaveAll();
        cited_.clear();
        *role = pb::SPAN_ROLE_GOAL;
        if (match.has_title) {
          OpenGoal(rule.goal_kind, match.code, match.title, line.number);
        } else {
          pending_goal_ = rule.goal_kind;
          pending_goal_code_ = match.code;
          pending_goal_line_ = line.number;
        }
        return true;
      case profile_pb::LINE_ACTION_GOAL_LIST:
        LeaveAll();
        cited_.clear();
        list_kind_ = rule.goal_kind;
        list_continues_ = false;
        if (NextIsPlainTitle()) {
          list_kind_ = pb::GOAL_KIND_UNSPECIFIED;
          pending_goal_ = rule.goal_kind;
          pending_goal_code_.clear();
          pending_goal_line_ = line.number;
        }
        *role = pb::SPAN_ROLE_GOAL;
        return true;
      case profile_pb::LINE_ACTION_GOAL_CITATION:
        LeaveAll();
        CiteGoals(rule.goal_kind, match.title);
        *role = pb::SPAN_ROLE_GOAL;
        return true;
      case profile_pb::LINE_ACTION_GOAL_OR_SECTION: {
        const int goal = FindByTitle(match.title, pb::GOAL_KIND_UNSPECIFIED);
        LeaveAll();
        cited_.clear();
        if (goal >= 0) {
          SetCurrent(goal);
          OpenSection(line.text, line.number);
          *role = pb::SPAN_ROLE_GOAL;
        } else {
          OpenSection(line.text, line.number);
          *role = pb::SPAN_ROLE_NARRATIVE;
        }
        return true;
      }
      case profile_pb::LINE_ACTION_ACTIVITY:
        *role = ReadActivityTitle(line, match);
        return true;
      case profile_pb::LINE_ACTION_INDICATORS:
        LeaveAll();
        indicators_seen_ = true;
        OpenSection(line.text, line.number);
        *role = pb::SPAN_ROLE_NARRATIVE;
        return true;
      case profile_pb::LINE_ACTION_INDICATOR_GROUP:
        if (!indicators_seen_) return false;
        LeaveAll();
        indicators_ = true;
        indicator_subject_ = FrameworkWithCode(match.code);
        *role = pb::SPAN_ROLE_GOAL;
        return true;
      default:
        return false;
    }
  }

  // Whether the line under the heading of a goal list is the one goal itself.
  bool NextIsPlainTitle() const {
    if (at_ + 1 >= lines_.size()) return false;
    const Line& next = lines_[at_ + 1];
    return !next.is_item && next.text.size() <= 2 * kLongestHeading && !absl::EndsWith(next.text, ":") &&
           profile_.MatchRule(next.text).rule == nullptr && profile_.MatchLabel(next.text, false).rule == nullptr;
  }

  // ---- text --------------------------------------------------------------------------------------------------------

  pb::SpanRole ReadText(const Line& line) {
    last_was_status_label_ = false;
    if (pending_goal_ != pb::GOAL_KIND_UNSPECIFIED) {
      const pb::GoalKind kind = pending_goal_;
      pending_goal_ = pb::GOAL_KIND_UNSPECIFIED;
      OpenGoal(kind, pending_goal_code_, line.text, pending_goal_line_);
      return pb::SPAN_ROLE_GOAL;
    }
    if (indicators_) return ReadIndicator(line);
    if (activity_ >= 0) {
      if (!moments_.empty() && !line.is_item && IsStatusValue(line)) {
        AddStatus(line.text);
        return pb::SPAN_ROLE_STATUS;
      }
      moments_.clear();
      return ReadActivityText(line);
    }
    if (list_kind_ != pb::GOAL_KIND_UNSPECIFIED && list_continues_) {
      if (goal_ < 0 && !absl::EndsWith(line.text, ":") && line.after_blank && !NextIsItem()) {
        AddListedGoal("", line.text, line.number);
        return pb::SPAN_ROLE_GOAL;
      }
      // Text at the margin below a list of one-line items has left the list.
      const bool left = item_line_ != nullptr && !item_line_->mark_only() && line.after_blank &&
                        line.indent <= item_line_->indent && slot_ == Slot::kGoalText;
      if (goal_ >= 0 && slot_ != Slot::kNone && !left) {
        Append(line, line.text, false);
        return pb::SPAN_ROLE_GOAL;
      }
      if (left) LeaveAll();
    } else if (slot_ == Slot::kGoalText || slot_ == Slot::kGoalProgress) {
      if (list_kind_ == pb::GOAL_KIND_UNSPECIFIED) {
        Append(line, line.text, false);
        return pb::SPAN_ROLE_GOAL;
      }
      CloseText();
    }
    return Narrative(line, line.is_item);
  }

  pb::SpanRole ReadActivityText(const Line& line) {
    const bool bar = absl::EndsWith(line.text, "|");
    if (profile_.data().cells() && slot_ == Slot::kNone) {
      if (bar) {
        OpenAspect(pb::ASPECT_KIND_OTHER, "");
        AppendCell(line, line.text);
        return pb::SPAN_ROLE_ASPECT;
      }
      if (activity().aspects_size() > 0) {
        LeaveAll();
        return Narrative(line, false);
      }
    }
    if (profile_.data().cells() && slot_ == Slot::kAspect && items_in_slot_ && !line.is_item && !bar) {
      LeaveAll();
      return Narrative(line, false);
    }
    if (slot_ == Slot::kNone) OpenAspect(pb::ASPECT_KIND_EXPLANATION, "");
    AppendCell(line, line.text);
    return RoleOfSlot();
  }

  pb::SpanRole ReadIndicator(const Line& line) {
    const absl::string_view text = WithoutBar(line.text);
    if (text.size() > kLongestIndicator) {
      LeaveAll();
      return Narrative(line, false);
    }
    pb::ParsedIndicator* indicator = doc().add_indicators();
    indicator->set_id(absl::StrCat("i", doc().indicators_size()));
    if (indicator_subject_ >= 0) indicator->set_subject_id(doc().goals(indicator_subject_).id());
    indicator->set_text(std::string(text));
    indicator->set_unit(UnitOfIndicator(text));
    indicator->set_line(line.number);
    out_.pieces.push_back(
        {indicator->id(), -1, pb::ASPECT_KIND_INDICATOR, Part::kPlan, line.number, std::string(text)});
    return pb::SPAN_ROLE_TARGET;
  }

  bool NextIsItem() const { return at_ + 1 < lines_.size() && lines_[at_ + 1].is_item; }

  // Text of a section. A short line above prose is a heading; a short line above nothing is not recognised.
  pb::SpanRole Narrative(const Line& line, bool item) {
    if (!item && !line.is_item && NextIsItem() && !list_continues_) {
      const pb::GoalKind kind = profile_.ListIntroduction(line.text);
      if (kind != pb::GOAL_KIND_UNSPECIFIED || list_started_) list_kind_ = kind;
      list_started_ = false;
    }
    const bool next_is_prose = at_ + 1 < lines_.size() && !lines_[at_ + 1].is_item &&
                               lines_[at_ + 1].text.size() > kShortestProse &&
                               lines_[at_ + 1].text.size() > line.text.size();
    if (!item && !line.is_item && line.text.size() <= kLongestHeading && EndsLikeHeading(line.text) && next_is_prose) {
      OpenSection(line.text, line.number);
      return pb::SPAN_ROLE_NARRATIVE;
    }
    const std::string& title = doc().source().title();
    const bool repeats_title = !title.empty() && absl::StartsWith(line.text, title);
    const bool prose = item || line.is_item || line.text.size() >= kShortestProse || !EndsLikeHeading(line.text) ||
                       absl::EndsWith(line.text, "|");
    if (!prose && !repeats_title) {
      Diagnose(pb::SEVERITY_WARNING, line.number, "LINE_NOT_RECOGNISED",
               "Deze regel past bij geen enkele regel van het profiel.");
      return pb::SPAN_ROLE_UNCLASSIFIED;
    }
    if (section_ < 0) OpenSection("", line.number);
    pb::ParsedSection* section = doc().mutable_sections(section_);
    if (!line.mark_only()) {
      if (!section->text().empty()) section->mutable_text()->push_back('\n');
      absl::StrAppend(section->mutable_text(), item && !line.is_item ? "- " : "", line.text);
    }
    section->set_last_line(line.number);
    return pb::SPAN_ROLE_NARRATIVE;
  }

  void OpenSection(absl::string_view heading, int line) {
    CloseSection();
    section_ = doc().sections_size();
    pb::ParsedSection* section = doc().add_sections();
    section->set_heading(std::string(heading));
    section->set_first_line(line);
    section->set_last_line(line);
  }

  void CloseSection() { section_ = -1; }

  pb::SpanRole RoleOfSlot() const {
    return slot_ == Slot::kGoalText || slot_ == Slot::kGoalProgress ? pb::SPAN_ROLE_GOAL : pb::SPAN_ROLE_ASPECT;
  }

  void Append(const Line& line, absl::string_view text, bool item) {
    text_.push_back({line.number, text, item, line.after_blank});
  }

  // Text of a cell; the bar at its end closes the cell.
  void AppendCell(const Line& line, absl::string_view text) {
    const bool closes = absl::EndsWith(text, "|");
    text = WithoutBar(Trim(text));
    if (!text.empty()) Append(line, text, false);
    if (closes && profile_.data().cells()) CloseText();
  }

  // Stores the collected text where it belongs and closes the slot.
  void CloseText() {
    if (slot_ == Slot::kAspect && activity_ >= 0 && activity().aspects_size() > 0) StoreAspect();
    if (slot_ == Slot::kProposal && activity_ >= 0) {
      AddLines(text_.begin(), text_.end(), activity().mutable_council_proposal());
      for (const OpenText& text : text_) AddPiece(text, pb::ASPECT_KIND_UNSPECIFIED, Part::kProposal);
    }
    if (goal_ >= 0 && (slot_ == Slot::kGoalText || slot_ == Slot::kGoalProgress)) {
      const bool progress = slot_ == Slot::kGoalProgress;
      pb::ParsedGoal* goal = doc().mutable_goals(goal_);
      AddLines(text_.begin(), text_.end(), progress ? goal->mutable_progress() : goal->mutable_text());
      for (const OpenText& text : text_) {
        out_.pieces.push_back({goal->id(), -1, pb::ASPECT_KIND_UNSPECIFIED, progress ? Part::kProgress : Part::kPlan,
                               text.line, std::string(text.text)});
      }
    }
    text_.clear();
    slot_ = Slot::kNone;
    items_in_slot_ = false;
  }

  void StoreAspect() {
    pb::ParsedAspect* aspect = activity().mutable_aspects(activity().aspects_size() - 1);
    auto plan_end = text_.end();
    if (aspect->kind() == pb::ASPECT_KIND_STATE_OF_AFFAIRS) {
      plan_end = text_.begin();
    } else if (profile_.data().aspect_text() == profile_pb::ASPECT_TEXT_PLAN_THEN_PROGRESS &&
               !aspect->label().empty()) {
      plan_end = EndOfPlan();
    }
    if (text_.empty() && aspect->plan().empty() && aspect->progress().empty()) {
      // A label with nothing below it says nothing about the activity; its line keeps its role.
      activity().mutable_aspects()->RemoveLast();
      return;
    }
    AddLines(text_.begin(), plan_end, aspect->mutable_plan());
    AddLines(plan_end, text_.end(), aspect->mutable_progress());
    for (auto text = text_.begin(); text != text_.end(); ++text) {
      AddPiece(*text, aspect->kind(), text < plan_end ? Part::kPlan : Part::kProgress);
    }
    if (aspect->kind() == pb::ASPECT_KIND_TIMELINE && activity().realisation_years().empty()) {
      for (auto text = text_.begin(); text != plan_end; ++text) {
        if (profile_.data().aspect_text() == profile_pb::ASPECT_TEXT_PLAN_THEN_PROGRESS) AddYears(text->text);
      }
    }
  }

  // The plan is the first paragraph, and the next one too where the first ends in a colon.
  std::vector<OpenText>::iterator EndOfPlan() {
    for (auto text = text_.begin(); text != text_.end(); ++text) {
      if (text != text_.begin() && text->starts_paragraph && !absl::EndsWith((text - 1)->text, ":")) return text;
    }
    return text_.end();
  }

  template <typename Iterator>
  static void AddLines(Iterator from, Iterator to, std::string* out) {
    for (; from != to; ++from) {
      if (IsEmptyMark(from->text)) continue;
      absl::StrAppend(out, out->empty() ? "" : "\n", from->item ? "- " : "", from->text);
    }
  }

  void AddPiece(const OpenText& text, pb::AspectKind kind, Part part) {
    out_.pieces.push_back({activity().id(), activity_, kind, part, text.line, std::string(text.text)});
  }

  // Ends whatever is open, goals aside.
  void LeaveAll() {
    CloseText();
    CloseSection();
    activity_ = -1;
    goal_ = -1;
    item_line_ = nullptr;
    list_kind_ = pb::GOAL_KIND_UNSPECIFIED;
    list_continues_ = false;
    list_started_ = false;
    pending_goal_ = pb::GOAL_KIND_UNSPECIFIED;
    pending_item_ = false;
    expect_title_ = false;
    expect_years_ = false;
    in_table_ = false;
    indicators_ = false;
    moments_.clear();
    last_order_ = -1;
  }

  // ---- goals -------------------------------------------------------------------------------------------------------

  void OpenGoal(pb::GoalKind kind, const std::string& code, absl::string_view title, int line) {
    goal_ = AddGoal(kind, code, title, line, true);
    if (kind == pb::GOAL_KIND_FRAMEWORK) {
      OpenSection(doc().goals(goal_).title(), line);
    } else {
      slot_ = Slot::kGoalText;
    }
  }

  // The goal with this code or title under the current parent, made when there is none yet.
  int AddGoal(pb::GoalKind kind, const std::string& code, absl::string_view title, int line, bool set_current) {
    int parent = -1;
    for (int rank = 0; rank < RankOf(kind); ++rank) {
      if (current_[rank] >= 0) parent = current_[rank];
    }
    const std::string clean = GoalTitle(title);
    const std::string scope = absl::StrCat(parent, " ", static_cast<int>(kind));
    const std::string by_code = code.empty() ? "" : absl::StrCat(scope, " code ", Normalized(code));
    const std::string by_title = absl::StrCat(scope, " title ", Normalized(clean));
    int goal = -1;
    if (const auto it = goals_.find(by_code); !code.empty() && it != goals_.end()) goal = it->second;
    if (const auto it = goals_.find(by_title); goal < 0 && it != goals_.end()) {
      if (code.empty() || doc().goals(it->second).code().empty()) goal = it->second;
    }
    if (goal < 0) {
      goal = doc().goals_size();
      pb::ParsedGoal* added = doc().add_goals();
      added->set_id(absl::StrCat("g", goal + 1));
      if (parent >= 0) added->set_parent_id(doc().goals(parent).id());
      added->set_kind(kind);
      added->set_code(code);
      added->set_title(clean);
      added->set_line(line);
      goal_titles_.push_back(Normalized(clean));
      if (!code.empty()) goals_.emplace(by_code, goal);
      goals_.emplace(by_title, goal);
      out_.pieces.push_back({added->id(), -1, pb::ASPECT_KIND_UNSPECIFIED, Part::kTitle, line, clean});
    }
    if (set_current) SetCurrent(goal);
    return goal;
  }

  void SetCurrent(int goal) {
    const int rank = RankOf(doc().goals(goal).kind());
    current_[rank] = goal;
    for (int deeper = rank + 1; deeper < kRanks; ++deeper) current_[deeper] = -1;
  }

  int DeepestGoal() const {
    int deepest = -1;
    for (int goal : current_) {
      if (goal >= 0) deepest = goal;
    }
    return deepest;
  }

  // An overview lists activities before the themes are printed: 6.1.2 stands under 6.1, not under the document.
  void LinkByCode() {
    absl::flat_hash_map<std::string, std::string> themes;
    for (const pb::ParsedGoal& goal : doc().goals()) {
      if (goal.kind() == pb::GOAL_KIND_THEME && !goal.code().empty()) themes.emplace(goal.code(), goal.id());
    }
    for (pb::ParsedActivity& each : *doc().mutable_activities()) {
      const auto theme = themes.find(each.code().substr(0, each.code().rfind('.')));
      if (theme == themes.end() || !absl::StrContains(each.code(), ".")) continue;
      each.clear_goal_ids();
      each.add_goal_ids(theme->second);
    }
  }

  int FrameworkWithCode(const std::string& code) const {
    for (int i = 0; i < out_.document.goals_size(); ++i) {
      const pb::ParsedGoal& goal = out_.document.goals(i);
      if (goal.kind() == pb::GOAL_KIND_FRAMEWORK && goal.code() == code) return i;
    }
    return -1;
  }

  // The goal of the current framework with this title, or one that begins with it; -1 when there is none.
  int FindByTitle(absl::string_view title, pb::GoalKind kind) const {
    constexpr size_t kShortest = 8;
    const std::string wanted = Normalized(title);
    if (wanted.size() < kShortest) return -1;
    const int first = std::max(0, current_[0]);
    for (int i = first; i < out_.document.goals_size(); ++i) {
      const pb::ParsedGoal& goal = out_.document.goals(i);
      if (goal.kind() == pb::GOAL_KIND_FRAMEWORK || (kind != pb::GOAL_KIND_UNSPECIFIED && goal.kind() != kind))
        continue;
      const std::string& has = goal_titles_[i];
      if (has.size() < kShortest) continue;
      if (absl::StartsWith(has, wanted) || absl::StartsWith(wanted, has) || WithinOneEdit(has, wanted) ||
          WithinOneEdit(has.substr(0, wanted.size()), wanted) || SameStem(has, wanted)) {
        return i;
      }
    }
    return -1;
  }

  void CiteGoals(pb::GoalKind kind, absl::string_view titles) {
    if (kind == pb::GOAL_KIND_MAIN_GOAL) cited_.clear();
    absl::ConsumeSuffix(&titles, ".");
    const absl::string_view separator = absl::StrContains(titles, " / ") ? " / " : ", ";
    for (absl::string_view title : absl::StrSplit(titles, separator)) {
      const int goal = FindByTitle(title, kind);
      if (goal >= 0 && std::find(cited_.begin(), cited_.end(), goal) == cited_.end()) cited_.push_back(goal);
      if (goal < 0) {
        Diagnose(pb::SEVERITY_INFO, lines_[at_].number, "GOAL_NOT_FOUND",
                 absl::StrCat("Het genoemde doel '", Trim(title), "' staat niet in dit kader."));
      }
    }
  }

  // ---- result ------------------------------------------------------------------------------------------------------

  void Diagnose(pb::Severity severity, int line, absl::string_view code, absl::string_view message) {
    pb::Diagnostic* diagnostic = doc().add_diagnostics();
    diagnostic->set_severity(severity);
    diagnostic->set_line(line);
    diagnostic->set_code(std::string(code));
    diagnostic->set_message(std::string(message));
  }

  void WriteSpans() {
    pb::Span* span = nullptr;
    for (size_t i = 0; i < lines_.size(); ++i) {
      // Of several lines of text on one line of the file, the first tells what that line is.
      if (span != nullptr && span->last_line() == lines_[i].number) continue;
      if (span == nullptr || span->role() != roles_[i]) {
        span = doc().add_spans();
        span->set_first_line(lines_[i].number);
        span->set_role(roles_[i]);
      }
      span->set_last_line(lines_[i].number);
    }
  }

  const std::vector<Line>& lines_;
  const Profile& profile_;
  const Profile& common_;
  std::vector<pb::SpanRole> roles_;
  std::vector<bool> announced_;
  bool uses_bars_ = false;
  Blocks out_;

  size_t at_ = 0;
  bool title_read_ = false;
  Slot slot_ = Slot::kNone;
  std::vector<OpenText> text_;
  bool items_in_slot_ = false;
  int section_ = -1;

  int activity_ = -1;
  int last_order_ = -1;
  bool expect_title_ = false;
  bool expect_years_ = false;
  bool in_table_ = false;
  std::deque<std::string> moments_;
  std::deque<std::string> table_moments_;
  bool last_was_status_label_ = false;
  absl::flat_hash_map<std::string, int> activities_;
  absl::flat_hash_set<std::string> known_labels_;

  // Current goal per rank, and the one that text goes to.
  std::array<int, kRanks> current_;
  int goal_ = -1;
  absl::flat_hash_map<std::string, int> goals_;
  std::vector<std::string> goal_titles_;  // normalized, by index of the goal
  std::vector<int> cited_;
  pb::GoalKind pending_goal_ = pb::GOAL_KIND_UNSPECIFIED;
  std::string pending_goal_code_;
  int pending_goal_line_ = 0;

  pb::GoalKind list_kind_ = pb::GOAL_KIND_UNSPECIFIED;
  bool list_continues_ = false;
  bool list_started_ = false;
  bool pending_item_ = false;
  std::string pending_item_code_;
  const Line* item_line_ = nullptr;

  bool indicators_seen_ = false;
  bool indicators_ = false;
  int indicator_subject_ = -1;
};

}  // namespace

Blocks ReadBlocks(const std::vector<Line>& lines, const Profile& profile, const Profile& common) {
  return BlockReader(lines, profile, common).Read();
}

}  // namespace regiokompas::intake
