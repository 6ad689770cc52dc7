#include "services/intake/parser/theme_headings.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/intake/parser/line_shapes.h"

namespace regiokompas::intake {
namespace {

constexpr size_t kShortestHeading = 7;

// Adds what a sentence names in a row, "the themes are A, B and C", where it says that it names parts of a whole.
template <typename Add>
void AddNamedInRow(absl::string_view sentence, const Add& add_name) {
  constexpr size_t kLongestSentence = 600;
  static const auto& wholes =
      *new Stems({"thema", "pijler", "opgave", "lijn", "spoor", "sporen", "onderde", "domein", "ambitie", "doel",
                  "bouwsteen", "bouwstenen", "speerpu", "perspect", "velden", "deel", "delen", "richting"});
  if (sentence.size() > kLongestSentence || !absl::StrContains(sentence, " en ") || !wholes.AreIn(sentence)) return;
  const auto add = [&add_name](absl::string_view name) {
    constexpr absl::string_view kIs = " zijn ";
    const size_t is = name.find(kIs);
    if (is != absl::string_view::npos) add_name(name.substr(is + kIs.size()));
    add_name(name);
  };
  for (absl::string_view part : absl::StrSplit(sentence, absl::ByAnyChar(",;:"))) {
    part = Trim(part);
    absl::ConsumePrefix(&part, "en ");
    part = WithoutNumber(part);
    add(part);
    for (size_t at = part.find(" en "); at != absl::string_view::npos; at = part.find(" en ", at + 1)) {
      add(part.substr(0, at));
      add(part.substr(at + 4));
    }
  }
}

// The level of a heading by its code: 1 for "3.2 Jeugd", 0 for "3 Jeugd" and for one without a code.
size_t DotsOfCode(absl::string_view heading) {
  const absl::string_view code = SplitNumber(heading).code;
  return std::count(code.begin(), code.end(), '.');
}

}  // namespace

std::vector<bool> AnnouncedHeadings(absl::Span<const Line> lines, const LevelHeadings& levels) {
  constexpr size_t kLongestName = 160;
  constexpr size_t kLeastSize = 4;
  std::vector<bool> headings(lines.size(), false);
  absl::flat_hash_set<std::string> items;
  std::array<bool, kLongestName + 1> sizes{};  // of the items: to compare these first saves sorting most words
  const auto add = [&](absl::string_view name) {
    if (name.size() > kLongestName) return;
    std::string words = NormalizedWordSet(name);
    sizes[std::min(words.size(), kLongestName)] = true;
    items.insert(std::move(words));
  };
  for (size_t i = 0; i < lines.size(); ++i) {
    const absl::string_view text = lines[i].text;
    if (lines[i].is_item) {
      if (text.size() <= kLongestName) add(lines[i].item);
      continue;
    }
    if (i > 0 && lines[i - 1].mark_only()) {
      add(text);
      continue;
    }
    const auto level = levels.find(i);
    const absl::string_view name = level != levels.end() ? level->second.title : WithoutNumber(text);
    const bool numbered = MarkLength(text) > 0;
    if (text.size() > kLongestName) {
      AddNamedInRow(text, add);
      continue;
    }
    if (!items.empty() && !absl::EndsWith(text, ".") && !absl::EndsWith(text, ":")) {
      const std::string words = Normalized(name);
      headings[i] = words.size() >= kLeastSize && words.size() <= kLongestName && sizes[words.size()] &&
                    items.contains(NormalizedWordSet(words));
    }
    if (numbered) {
      add(name);
    } else {
      AddNamedInRow(text, add);
    }
  }
  return headings;
}

ThemeHeadings::ThemeHeadings(const std::vector<Line>& lines, const Profile& profile)
    : levels_(FindLevelHeadings(lines)), headings_(AnnouncedHeadings(lines, levels_)) {
  const auto key = [](const Line& line) {
    const bool question = !line.is_item && line.text.size() <= kLongestHeading &&
                          (absl::EndsWith(line.text, "?") || EndsLikeHeading(line.text)) && CountCells(line) == 1;
    return question ? Normalized(line.text) : std::string();
  };
  for (const Line& line : lines) {
    if (const std::string question = key(line); !question.empty()) ++repeats_[question];
  }
  const auto repeats = [&](absl::string_view words) {
    const auto count = repeats_.find(words);
    return count == repeats_.end() ? 0 : count->second;
  };
  for (size_t i = 1; i + 1 < lines.size(); ++i) {
    const absl::string_view text = lines[i].text;
    const bool heading = !lines[i].is_item && text.size() <= kLongestHeading && EndsLikeHeading(text) &&
                         text.find('|') == absl::string_view::npos;
    if (!heading || repeats(key(lines[i + 1])) < 2 || repeats(NormalizedWords(text).view()) > 2) continue;
    headings_[i] = true;
  }
  for (const auto& [at, heading] : levels_) {
    if (profile.MatchLabel(lines[at].text, {}).rule == nullptr) headings_[at] = true;
  }
  AddHeadingsOfLines(lines);
  const auto too_few = [this] { return std::count(headings_.begin(), headings_.end(), true) < 2; };
  if (too_few()) AddHeadingsOfContents(lines, profile);
  if (too_few()) AddHeadingsOfProse(lines, profile);
  FindEnds(lines, profile);
}

void ThemeHeadings::FindEnds(const std::vector<Line>& lines, const Profile& profile) {
  ends_.resize(lines.size());
  for (size_t i = 1; i + 1 < lines.size(); ++i) {
    const absl::string_view text = lines[i].text;
    const bool heading = !lines[i].is_item && text.size() <= kLongestHeading && EndsLikeHeading(text) &&
                         CountCells(lines[i]) == 1 && !headings_[i];
    // What comes back, or stands directly below the heading of a theme, is a part of themes.
    if (!heading || !TellsAboutDocument(text) || headings_[i - 1] || Repeats(lines[i])) continue;
    ends_[i] = profile.MatchRule(lines[i - 1].text).rule == nullptr;
  }
}

void ThemeHeadings::AddHeadingsOfContents(const std::vector<Line>& lines, const Profile& profile) {
  absl::flat_hash_map<size_t, std::vector<size_t>> levels;
  for (size_t i = 1; i + 1 < lines.size(); ++i) {
    const Line& line = lines[i];
    // What only heads other headings is the chapter that they are of.
    const bool heading = line.listed && !lines[i + 1].listed && MayHeadGoals(line.text) && EndsLikeHeading(line.text) &&
                         profile.MatchLabel(line.text, {}).rule == nullptr;
    if (heading) levels[DotsOfCode(line.text)].push_back(i);
  }
  const auto most = std::max_element(levels.begin(), levels.end(), [](const auto& a, const auto& b) {
    return std::make_pair(a.second.size(), b.first) < std::make_pair(b.second.size(), a.first);
  });
  if (most == levels.end()) return;
  for (const size_t at : most->second) headings_[at] = true;
}

void ThemeHeadings::AddHeadingsOfLines(const std::vector<Line>& lines) {
  absl::flat_hash_map<std::string, size_t> listed;
  const auto is_short = [&](size_t i) {
    return i < lines.size() && !lines[i].is_item && lines[i].text.size() <= kLongestHeading &&
           EndsLikeHeading(WithoutNumber(lines[i].text)) && CountCells(lines[i]) == 1;
  };
  for (size_t i = 0; i + 1 < lines.size(); ++i) {
    if (!is_short(i)) continue;
    const std::string words = NormalizedWordSet(WithoutNumber(lines[i].text));
    if (const auto found = listed.find(words); found != listed.end()) {
      if (found->second + 1 < i && !lines[i + 1].is_item && !headings_[i - 1] && words.size() >= kShortestHeading) {
        headings_[i] = true;
      }
    } else if (is_short(i + 1) || (i > 0 && is_short(i - 1) && i > kLinesOfTitle)) {
      const auto count = repeats_.find(Normalized(lines[i].text));
      const bool announces = count == repeats_.end() || count->second <= 2;
      if (announces && (is_short(i + 1) ? i + 2 < lines.size() : true)) listed.emplace(words, i);
    }
  }
}

void ThemeHeadings::AddHeadingsOfProse(const std::vector<Line>& lines, const Profile& profile) {
  constexpr size_t kLeastProse = 80;
  const size_t blanks = std::count_if(lines.begin(), lines.end(), [](const Line& line) { return line.after_blank; });
  const bool has_blanks = blanks * 10 > lines.size();
  absl::flat_hash_map<std::string, int> count;
  for (const Line& line : lines) {
    if (line.text.size() <= kLongestHeading) ++count[Normalized(line.text)];
  }
  for (size_t i = 1; i + 1 < lines.size(); ++i) {
    const Line& line = lines[i];
    // What the document is, below its title.
    if (i < kLinesOfTitle && std::any_of(line.text.begin(), line.text.end(), absl::ascii_isdigit)) continue;
    const bool heading = !line.is_item && line.text.size() <= kLongestHeading && (line.after_blank || !has_blanks) &&
                         EndsLikeHeading(line.text) && !lines[i + 1].is_item &&
                         lines[i + 1].text.size() >= kLeastProse && count[Normalized(line.text)] == 1 &&
                         CountCells(line) == 1;
    // Behind the themes come the annexes, with headings of their own.
    if (heading && IsAnnex(line.text) && std::count(headings_.begin(), headings_.end(), true) >= 2) return;
    if (heading && MayHeadGoals(line.text) && profile.MatchLabel(line.text, {}).rule == nullptr) headings_[i] = true;
  }
}

bool ThemeHeadings::Repeats(const Line& line) const {
  const auto count = repeats_.find(Normalized(line.text));
  return count != repeats_.end() && count->second >= 2;
}

LevelHeading ThemeHeadings::HeadingOf(size_t at, const Line& line) const {
  const auto level = levels_.find(at);
  if (level != levels_.end()) return level->second;
  const NumberedText numbered = SplitNumber(line.text);
  return {std::string(numbered.code), numbered.title};
}

}  // namespace regiokompas::intake
