#include "services/intake/parser/line_context.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "services/intake/parser/dutch_figures.h"
#include "services/intake/parser/line_shapes.h"
#include "services/intake/parser/structure.h"

namespace regiokompas::intake {
namespace {

constexpr size_t kLongestSentence = 300;

// Whether a text has three sentences or more.
bool HasSentences(absl::string_view text) {
  int ends = 0;
  for (size_t at = text.find(". "); at != absl::string_view::npos; at = text.find(". ", at + 1)) {
    ends += at > 3 && at + 2 < text.size() && absl::ascii_isupper(static_cast<unsigned char>(text[at + 2]));
  }
  return ends >= 2;
}

}  // namespace

// A line to be filled in by hand.
bool IsFillIn(absl::string_view text) { return absl::StrContains(text, "____") || absl::StrContains(text, "......"); }

bool LineContext::IsHeaderOfPages(size_t at) const {
  constexpr absl::string_view kGap = "  ";
  return absl::StrContains(lines_[at].text, kGap) && at + 1 < lines_.size() &&
         absl::StartsWithIgnoreCase(WithoutNumber(lines_[at + 1].text), "programma ") &&
         lines_[at + 1].text.size() <= kLongestHeading && EndsLikeHeading(lines_[at + 1].text);
}

bool LineContext::IsLabelAtTop(size_t at) const {
  const Line& line = lines_[at];
  const LabelRule* const rule = survey_.LabelAt(at, false).rule;
  if (rule == nullptr || rule->role != profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS) return rule != nullptr;
  if (!absl::StrContains(line.text, " ") || FindMark(line.text) < line.text.size()) return true;
  // The head of a page may print the title, and the page itself again.
  constexpr size_t kFarthest = 5;
  return std::any_of(lines_.begin() + std::min(at + kFarthest, lines_.size()), lines_.end(),
                     [&](const Line& each) { return absl::EqualsIgnoreCase(each.text, line.text); });
}

absl::string_view LineContext::TitleWithoutSite(size_t at) const {
  const absl::string_view title = lines_[at].text;
  constexpr size_t kFarthest = 10;
  for (absl::string_view mark : {" | ", " - ", " – "}) {
    const absl::string_view own = title.substr(0, title.find(mark));
    if (own.size() == title.size() || !absl::StrContains(own, " ") || absl::StartsWithIgnoreCase(own, "gemeente ")) {
      continue;
    }
    for (size_t i = at + 1; i < std::min(at + kFarthest, lines_.size()); ++i) {
      if (absl::EqualsIgnoreCase(lines_[i].text, own)) return own;
    }
  }
  return title;
}

bool LineContext::IsLegend(absl::string_view text, bool in_text) const {
  constexpr size_t kLongestLegend = 400;
  constexpr absl::string_view kLegendWords[] = {"Legenda", "Verklaring", "Toelichting kleuren"};
  if (text.size() > kLongestLegend) return false;
  const bool announced =
      absl::c_any_of(kLegendWords, [&](absl::string_view word) { return absl::StartsWithIgnoreCase(text, word); });
  if (!announced && (in_text || !absl::StrContains(text, "="))) return false;
  for (absl::string_view part : absl::StrSplit(text, absl::ByAnyChar(";,.|"))) {
    if (ExplainsStatus(part, announced && !in_text ? "=:" : "=")) return true;
  }
  return false;
}

bool LineContext::ExplainsStatus(absl::string_view text, absl::string_view marks) const {
  const size_t mark = text.find_last_of(marks);
  if (mark == absl::string_view::npos || Trim(text.substr(mark + 1)).empty()) return false;
  absl::string_view word = text.substr(0, mark);
  if (const size_t before = word.find_last_of(":("); before != absl::string_view::npos) word = word.substr(before + 1);
  word.remove_prefix(std::min(word.find_first_not_of("-•* "), word.size()));
  return survey_.statuses().Has(Trim(word)) || IsColour(word);
}

bool LineContext::IsTitleOfActivity(size_t at, double last_place) const {
  const Line& line = lines_[at];
  if (line.is_item || line.text.size() > kLongestActivityTitle || absl::EndsWith(line.text, ":")) return false;
  if (survey_.IsInCycle(at)) return false;
  if (!profile_.data().cells() && IsTextOfLabel(at)) return false;
  if (IsYearsOnly(line.text) || IsFillIn(line.text) || IsStatusAlone(at)) return false;
  // A paragraph is no title.
  if (!profile_.data().cells() && line.text.size() > kLongestSentence && HasSentences(line.text)) return false;
  size_t next = at + 1;
  while (next < lines_.size() && (IsBar(lines_[next].text) || survey_.IsHeadOfAspects(next))) ++next;
  if (profile_.data().codes_are_task_fields()) return survey_.LooksLikeTitleOfCard(at, last_place);
  if (IsUnlabelledCell(at)) return false;
  // The status may stand below the title, and in a form a cell without a label.
  if (next < lines_.size() && (IsStatusAlone(next) || IsUnlabelledCell(next))) ++next;
  if (survey_.OpensActivity(next, last_place)) return true;
  const bool heading = line.text.size() <= kLongestHeading && EndsLikeHeading(line.text) && line.after_blank;
  if (!heading || next + 1 >= lines_.size() || !survey_.OpensActivity(next + 1, last_place)) return false;
  const absl::string_view introduction = lines_[next].text;
  return !lines_[next].is_item && introduction.size() >= 2 * kShortestProse && absl::EndsWith(introduction, ".") &&
         survey_.LabelAt(next, true).rule == nullptr;
}

bool LineContext::IsTextOfLabel(size_t at) const {
  if (at == 0 || lines_[at].after_blank) return false;
  const LabelMatch& above = survey_.LabelAt(at - 1, true);
  return above.rule != nullptr && DocumentSurvey::IsOfBlock(*above.rule) && above.text.empty() &&
         !survey_.IsHeadOfAspects(at - 1);
}

bool LineContext::IsStatusAlone(size_t at) const {
  const Line& line = lines_[at];
  return !line.is_item && survey_.LabelAt(at, false).rule == nullptr && survey_.statuses().Has(line.text);
}

bool LineContext::IsUnlabelledCell(size_t at) const {
  const auto is_bare = [&](size_t i) {
    return absl::EndsWith(lines_[i].text, "|") && !IsBar(lines_[i].text) && survey_.LabelAt(i, true).rule == nullptr;
  };
  return profile_.data().cells() && at >= 2 && is_bare(at) && IsBar(lines_[at - 1].text) && is_bare(at - 2);
}

bool LineContext::IsNumberAboveTitle(size_t at, double last_place) const {
  const Line& line = lines_[at];
  constexpr size_t kLongestNumber = 3;
  return line.after_blank && line.text.size() <= kLongestNumber && absl::c_all_of(line.text, absl::ascii_isdigit) &&
         at + 1 < lines_.size() && !lines_[at + 1].after_blank && IsTitleOfActivity(at + 1, last_place);
}

bool LineContext::BlockGoesOnBelow(size_t at, double last_place) const {
  constexpr size_t kFarthest = 12;
  for (size_t i = at + 1; i < std::min(at + kFarthest, lines_.size()); ++i) {
    if (IsTitleOfActivity(i, last_place) || survey_.RuleAt(i).rule != nullptr) return false;
    const LabelMatch& label = survey_.LabelAt(i, true);
    if (label.rule == nullptr) continue;
    const LabelFacts facts = survey_.FactsOf(*label.rule);
    return DocumentSurvey::IsOfBlock(*label.rule) && facts.count > 0 && facts.place_in_block > last_place;
  }
  return false;
}

bool LineContext::IsAbovePlainTitle(size_t at) const {
  if (at + 1 >= lines_.size()) return false;
  const Line& next = lines_[at + 1];
  return !next.is_item && next.text.size() <= 2 * kLongestHeading && !absl::EndsWith(next.text, ":") &&
         survey_.RuleAt(at + 1).rule == nullptr && survey_.LabelAt(at + 1, false).rule == nullptr &&
         MarkLength(next.text) == 0;
}

bool LineContext::IsInNumberedList(size_t at) const {
  if (MarkLength(lines_[at].text) == 0) return false;
  const bool above = at > 0 && !lines_[at].after_blank && MarkLength(lines_[at - 1].text) > 0;
  return above || (at + 1 < lines_.size() && !lines_[at + 1].after_blank && MarkLength(lines_[at + 1].text) > 0);
}

bool LineContext::IsAboveElement(size_t at, double last_place) const {
  const size_t next = at + 1;
  if (next >= lines_.size() || lines_[next].is_item) return next < lines_.size() && lines_[at].after_blank;
  if (survey_.LabelAt(next, false).rule != nullptr || IsTitleOfActivity(next, last_place)) return true;
  if (survey_.themes().Has(next)) return true;
  if (survey_.TableAt(next) != nullptr) return true;
  if (CountCells(lines_[next]) > 1 && lines_[at].after_blank) return true;
  return survey_.RuleAt(next).rule != nullptr;
}

bool LineContext::IsAboveNoText(size_t at, double last_place) const {
  if (at + 1 >= lines_.size()) return true;
  return lines_[at + 1].is_item || survey_.LabelAt(at + 1, true).rule != nullptr ||
         IsTitleOfActivity(at + 1, last_place);
}

bool LineContext::IsAboveActivity(size_t at, double last_place) const {
  constexpr size_t kFarthest = 5;
  for (size_t i = at; i < std::min(at + kFarthest, lines_.size()) && !lines_[i].is_item; ++i) {
    const LineRule* const rule = survey_.RuleAt(i).rule;
    const bool by_rule = rule != nullptr && rule->action == profile_pb::LINE_ACTION_ACTIVITY;
    if (by_rule || survey_.HasRole(i, profile_pb::LABEL_ROLE_ACTIVITY_TITLE) || IsTitleOfActivity(i, last_place))
      return true;
  }
  return false;
}

bool LineContext::IsListAboveActivities(size_t at, double last_place) const {
  const absl::string_view item = lines_[at].item;
  const auto same = [&](const Line& line) { return !line.is_item && absl::EqualsIgnoreCase(line.text, item); };
  if (std::any_of(lines_.begin() + at, lines_.end(), same)) return false;
  size_t end = at + 1;
  int items = 1;
  for (; end < lines_.size() &&
         (lines_[end].is_item || lines_[end - 1].mark_only() || lines_[end].indent > lines_[at].indent);
       ++end) {
    items += lines_[end].is_item;
  }
  return items >= 2 && IsAboveActivity(end, last_place);
}

}  // namespace regiokompas::intake
