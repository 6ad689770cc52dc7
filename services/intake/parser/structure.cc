#include "services/intake/parser/structure.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "re2/re2.h"
#include "services/intake/parser/aspect_stems.h"
#include "services/intake/parser/block_cycle.h"
#include "services/intake/parser/dutch_figures.h"
#include "services/intake/parser/line_shapes.h"
#include "services/intake/parser/theme_headings.h"

namespace regiokompas::intake {
namespace {

constexpr size_t kLongestLabel = 60;
constexpr size_t kShortestLabel = 4;
constexpr size_t kShortestMarkedLabel = 2;
constexpr int kMostLabelWords = 8;
constexpr size_t kLongestHeader = 80;
constexpr size_t kLongestTitle = 200;
constexpr size_t kLongestProse = 200;
constexpr size_t kMostLabels = 100;
constexpr int kLeastRepeats = 3;
constexpr size_t kMostColumns = 8;

bool IsUpper(absl::string_view text) {
  return !text.empty() && absl::ascii_isupper(static_cast<unsigned char>(text[0]));
}

int WordsIn(absl::string_view text) { return 1 + static_cast<int>(std::count(text.begin(), text.end(), ' ')); }

// What stands in front of a text, and the text: "Label: text", "Label | text |", "Label Text |".
struct Prefix : OwnLabel {
  bool cell = false;
  bool marked = false;  // whether more than a capital tells where the label ends
};

// In a cell without a mark the label ends where the next word has a capital.
size_t EndOfCellLabel(absl::string_view text) {
  for (size_t space = text.find(' '); space < std::min(text.size(), kLongestLabel); space = text.find(' ', space + 1)) {
    if (IsUpper(text.substr(space + 1)) || absl::StartsWith(text.substr(space + 1), "€")) return space;
  }
  return 0;
}

// How many cells CellsOf finds.
size_t CellsIn(absl::string_view text) {
  const auto cells = [&text](char mark) { return 1 + static_cast<size_t>(std::count(text.begin(), text.end(), mark)); };
  if (text.find('\t') != absl::string_view::npos) return cells('\t');
  if (text.find('|') < text.size() - 1) return cells('|') - absl::StartsWith(text, "|") - absl::EndsWith(text, "|");
  return CellsOf(text).size();
}

Prefix PrefixOf(absl::string_view whole) {
  if (!IsUpper(whole)) return {};
  const bool closed = absl::EndsWith(whole, "|");
  const absl::string_view text = WithoutBar(whole);
  const absl::string_view start = text.substr(0, kLongestLabel);
  const size_t mark = FindMark(start);
  const bool marked = mark < start.size();
  if (!marked && !closed) return {};
  Prefix prefix;
  prefix.cell = closed;
  if (marked) {
    prefix.label = Trim(text.substr(0, mark + (text[mark] == '?')));
    prefix.text = Trim(text.substr(mark + 1));
    prefix.marked = true;
    prefix.cell |= text[mark] == '|' || text[mark] == '\t';
  } else if (const size_t end = closed ? EndOfCellLabel(text) : 0; end > 0) {
    prefix.label = text.substr(0, end);
    prefix.text = Trim(text.substr(end));
  }
  const bool good = prefix.label.size() >= (marked ? kShortestMarkedLabel : kShortestLabel) && IsUpper(prefix.label) &&
                    !prefix.text.empty() && WordsIn(prefix.label) <= kMostLabelWords &&
                    !absl::StrContains(prefix.label, ". ") && CellsIn(whole) <= 2;
  return good ? prefix : Prefix();
}

// Whether a text may be the title of an activity rather than what is told about one.
bool IsTitleLike(absl::string_view text) {
  constexpr size_t kLongest = 100;
  return text.size() <= kLongest && !absl::EndsWith(text, ".") && IsUpper(text) && WordsIn(text) >= 2;
}

// ---- tables
// --------------------------------------------------------------------------------------------------------

CellKind KindOfCell(absl::string_view text, const Profile& profile) {
  pb::Status status;
  if (text.empty() || text == "-" || text == "–") return CellKind::kDash;
  if (IsYearsOnly(text)) return CellKind::kYears;
  if (profile.StatusOf(text, &status)) return CellKind::kStatus;
  return CellKind::kText;
}

bool IsTitleCell(absl::string_view text, const Profile& profile) {
  return text.size() <= kLongestTitle && WordsIn(text) >= 2 && KindOfCell(text, profile) == CellKind::kText;
}

// A header says something and is no cell itself.
bool IsHeader(const Line& line, const Profile& profile) {
  constexpr size_t kLongestAbbreviation = 6;
  const bool sentence = absl::EndsWith(line.text, ".") && line.text.size() > kLongestAbbreviation;
  if (line.is_item || line.text.size() > kLongestHeader || sentence) return false;
  // "Voorjaar 2023" is when a column was filled in.
  return KindOfCell(line.text, profile) != CellKind::kStatus && (IsUpper(line.text) || !IsYearsOnly(line.text));
}

profile_pb::LabelRole RoleOf(CellKind kind) {
  return kind == CellKind::kYears    ? profile_pb::LABEL_ROLE_YEARS
         : kind == CellKind::kStatus ? profile_pb::LABEL_ROLE_STATUS
                                     : profile_pb::LABEL_ROLE_UNSPECIFIED;
}

// What each line would be as a cell of its own.
std::vector<CellKind> KindsOfLines(absl::Span<const Line> lines, const Profile& profile) {
  std::vector<CellKind> kinds(lines.size(), CellKind::kText);
  absl::flat_hash_map<absl::string_view, CellKind> known;  // labels and statuses come back
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].is_item || lines[i].text.size() > kLongestHeader) continue;
    const auto [kind, is_new] = known.try_emplace(lines[i].text, CellKind::kText);
    if (is_new) kind->second = KindOfCell(lines[i].text, profile);
    kinds[i] = kind->second;
  }
  return kinds;
}

// Tables printed with a cell on a line: a title, with its code above it or not, and below it the same number of years
// and status words each time; the lines above the first title are the head.
class TablesOfLines {
 public:
  TablesOfLines(absl::Span<const Line> lines, const std::vector<CellKind>& kinds, const Profile& profile)
      : lines_(lines), kinds_(kinds) {
    for (size_t i = 0; i < lines.size();) {
      const size_t values = Values(i);
      size_t groups = 0;
      size_t at = i;
      while (values > 0 && at < lines.size() && Values(at) == values) {
        ++groups;
        at += Group(at, values);
      }
      if (groups >= kLeastRepeats) Add(i, values, groups, profile);
      i = groups >= kLeastRepeats ? at : i + 1;
    }
  }

  std::vector<FoundTable> Take() { return std::move(tables_); }

 private:
  // Lines of the code and title at the beginning of a group.
  size_t Lead(size_t at) const { return IsCode(lines_[at].text) ? 2 : 1; }
  size_t Group(size_t at, size_t values) const { return Lead(at) + values; }

  // How many values stand below the title at a line; 0 when it is none.
  size_t Values(size_t at) const {
    const size_t title = at + Lead(at) - 1;
    if (title >= lines_.size() || kinds_[title] != CellKind::kText || lines_[title].is_item) return 0;
    if (lines_[title].text.size() > kLongestTitle || WordsIn(lines_[title].text) < 2) return 0;
    size_t end = title + 1;
    while (end < lines_.size() && kinds_[end] != CellKind::kText && end - title <= kMostColumns) ++end;
    return end - title - 1;
  }

  // Columns of statuses that no row has a cell for, since these are icons: the last lines of the head are moments.
  size_t EmptyColumns(size_t first, size_t values, const Profile& profile) const {
    const bool has_statuses = std::any_of(kinds_.begin() + first, kinds_.begin() + first + Group(first, values),
                                          [](CellKind kind) { return kind == CellKind::kStatus; });
    size_t empty = 0;
    while (!has_statuses && empty < first) {
      const LabelMatch column = profile.MatchLabel(lines_[first - empty - 1].text, {false, true});
      if (column.rule == nullptr || column.rule->role != profile_pb::LABEL_ROLE_STATUS) break;
      ++empty;
    }
    return empty;
  }

  void Add(size_t first, size_t values, size_t rows, const Profile& profile) {
    const size_t head = Group(first, values);
    const size_t empty = EmptyColumns(first, values, profile);
    if (first < head + empty) return;
    const size_t begin = first - head - empty;
    FoundTable table;
    table.first = begin;
    table.end = first;
    table.rows = rows;
    size_t known = 0;
    for (size_t i = 0; i < head; ++i) {
      if (!IsHeader(lines_[begin + i], profile)) return;
      const size_t cell = first + i;
      FoundColumn column;
      column.header = std::string(absl::StripSuffix(lines_[begin + i].text, ":"));
      if (i + 1 < Lead(first)) column.role = profile_pb::LABEL_ROLE_CODE;
      if (i + 1 == Lead(first)) column.role = profile_pb::LABEL_ROLE_ACTIVITY_TITLE;
      if (i + 1 > Lead(first)) column.role = RoleOf(kinds_[cell]);
      known += i + 1 > Lead(first) && column.role != profile_pb::LABEL_ROLE_UNSPECIFIED;
      table.columns.push_back(std::move(column));
    }
    if (known > 0) tables_.push_back(std::move(table));
  }

  absl::Span<const Line> lines_;
  const std::vector<CellKind>& kinds_;
  std::vector<FoundTable> tables_;
};

// A table printed with a row on a line that begins at a line; `end` is set behind its last row.
bool TableOfRows(absl::Span<const Line> lines, size_t first, const Profile& profile, size_t* end, FoundTable* table) {
  const std::vector<absl::string_view> head = CellsOf(lines[first].text);
  *end = first + 1;
  if (head.size() < 2 || head.size() > kMostColumns) return false;
  const bool header = std::all_of(head.begin(), head.end(), [&](absl::string_view cell) {
    return cell.size() <= kLongestHeader && !IsYearsOnly(cell) && KindOfCell(cell, profile) != CellKind::kStatus;
  });
  std::vector<std::array<int, 4>> kinds(head.size());
  std::vector<int> titles(head.size());
  std::vector<int> codes(head.size());
  int rows = 0;
  for (; *end < lines.size(); ++*end) {
    const std::vector<absl::string_view> cells = CellsOf(lines[*end].text);
    if (cells.size() != head.size()) break;
    ++rows;
    for (size_t c = 0; c < cells.size(); ++c) {
      ++kinds[c][static_cast<int>(KindOfCell(cells[c], profile))];
      titles[c] += IsTitleCell(cells[c], profile);
      codes[c] += IsCode(cells[c]);
    }
  }
  if (!header || rows < kLeastRepeats) return false;
  table->first = first;
  table->end = first + 1;
  table->rows = rows;
  bool titled = false;
  bool told = false;
  for (size_t c = 0; c < head.size(); ++c) {
    const int dashes = kinds[c][static_cast<int>(CellKind::kDash)];
    const auto all = [&](CellKind kind) {
      const int count = kinds[c][static_cast<int>(kind)];
      return count > 0 && (count + dashes) * 10 >= rows * 9;
    };
    FoundColumn column;
    column.header = std::string(head[c]);
    if (!titled && codes[c] * 10 >= rows * 9 && !all(CellKind::kYears)) {
      column.role = profile_pb::LABEL_ROLE_CODE;
    } else if (all(CellKind::kYears)) {
      column.role = profile_pb::LABEL_ROLE_YEARS;
    } else if (all(CellKind::kStatus)) {
      column.role = profile_pb::LABEL_ROLE_STATUS;
    } else if (!titled && titles[c] * 10 >= rows * 8) {
      column.role = profile_pb::LABEL_ROLE_ACTIVITY_TITLE;
      titled = true;
    }
    told |= column.role == profile_pb::LABEL_ROLE_YEARS || column.role == profile_pb::LABEL_ROLE_STATUS;
    table->columns.push_back(std::move(column));
  }
  return titled && told;
}

std::vector<FoundTable> FindTables(absl::Span<const Line> lines, const std::vector<CellKind>& kinds,
                                   const Profile& profile) {
  std::vector<FoundTable> tables = TablesOfLines(lines, kinds, profile).Take();
  for (size_t i = 0; i < lines.size();) {
    size_t end = i + 1;
    FoundTable table;
    if (lines[i].divided && TableOfRows(lines, i, profile, &end, &table)) tables.push_back(std::move(table));
    i = end;
  }
  std::sort(tables.begin(), tables.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return tables;
}

// ---- labels
// --------------------------------------------------------------------------------------------------------

struct SeenLabel {
  int count = 0;
  int titles = 0;
  int statuses = 0;
  int years = 0;
  absl::flat_hash_set<absl::string_view> texts;
  bool cell = false;
  bool marked = false;
  absl::string_view printed;
  size_t first = 0;
};

// Adds the words that closed cells begin with time and again, where neither a mark nor a capital ends the label.
void AddBareLabels(absl::Span<const Line> lines, const Profile& profile,
                   absl::flat_hash_map<std::string, SeenLabel>* seen) {
  struct Opening {
    SeenLabel label;
    std::string shorter;  // the same without its last word
  };
  absl::flat_hash_map<std::string, Opening> openings;
  for (size_t i = 0; i < lines.size(); ++i) {
    const absl::string_view text = WithoutBar(lines[i].text);
    const bool cell = text.size() < lines[i].text.size() && !lines[i].is_item && CountCells(lines[i]) == 1;
    if (!cell || text.size() <= kLongestLabel || !IsUpper(text) ||
        FindMark(text.substr(0, kLongestLabel)) < kLongestLabel)
      continue;
    if (profile.MatchLabel(lines[i].text, {true, false}).rule != nullptr) continue;
    absl::string_view shorter;
    const NormalizedOpenings ends(text, kLongestLabel, kMostLabelWords - 1);
    for (const auto& [end, words] : ends.all()) {
      Opening& found = openings[words];
      if (found.label.count++ == 0) found.label.first = i;
      found.label.printed = text.substr(0, end);
      found.label.texts.insert(Trim(text.substr(end)));
      found.shorter = std::string(shorter);
      shorter = words;
    }
  }
  // The longest opening that comes about as often as its first word.
  absl::flat_hash_set<std::string> covered;
  for (const auto& [words, opening] : openings) {
    const auto shorter = openings.find(opening.shorter);
    if (shorter != openings.end() && opening.label.count * 5 >= shorter->second.label.count * 4) {
      covered.insert(opening.shorter);
    }
  }
  for (auto& [words, opening] : openings) {
    const bool label = opening.label.count >= kLeastRepeats && words.size() >= kShortestLabel;
    const auto shorter = openings.find(opening.shorter);
    const bool own = shorter == openings.end() || opening.label.count * 5 >= shorter->second.label.count * 4;
    if (label && own && !covered.contains(words)) seen->emplace(words, std::move(opening.label));
  }
}

// Labels in front of a text that come back, those that no list knows, by their words.
absl::flat_hash_map<std::string, SeenLabel> RepeatedPrefixes(absl::Span<const Line> lines, const Profile& profile) {
  absl::flat_hash_map<std::string, SeenLabel> seen;
  for (size_t i = 0; i < lines.size(); ++i) {
    const Prefix prefix = PrefixOf(lines[i].is_item ? lines[i].item : lines[i].text);
    if (prefix.label.empty()) continue;
    SeenLabel& label = seen[Normalized(prefix.label)];
    if (label.count++ == 0) label.first = i;
    label.marked |= prefix.marked;
    label.printed = prefix.label;
    label.titles += IsTitleLike(prefix.text);
    const CellKind kind = prefix.text.size() <= kLongestHeader ? KindOfCell(prefix.text, profile) : CellKind::kText;
    label.statuses += kind == CellKind::kStatus;
    label.years += kind == CellKind::kYears;
    label.texts.insert(prefix.text);
    label.cell |= prefix.cell;
  }
  AddBareLabels(lines, profile, &seen);
  int most_cells = 0;
  for (const auto& [words, label] : seen) most_cells = std::max(most_cells, label.marked ? 0 : label.count);
  absl::erase_if(seen, [&](const auto& label) {
    // Without a mark only what comes in about every block is a label, and no title.
    const bool word =
        !label.second.marked && (label.second.count * 2 < most_cells || label.second.titles * 2 > label.second.count);
    if (word) return true;
    const Line& line = lines[label.second.first];
    // A word for an activity in front of its title is read with the title.
    const LabelMatch head = label.second.marked && !profile.data().cells()
                                ? LabelMatch()
                                : profile.MatchLabel(label.second.printed, {false, true});
    if (head.rule != nullptr && head.rule->role == profile_pb::LABEL_ROLE_ACTIVITY_TITLE &&
        label.second.titles * 2 > label.second.count) {
      return true;
    }
    // Values are told from prose, so two are enough.
    const bool values = label.second.count >= 2 &&
                        (label.second.years == label.second.count || label.second.statuses == label.second.count);
    const bool comes_back = label.second.count >= kLeastRepeats && label.second.texts.size() >= 2;
    return !(values || comes_back) || label.first.empty() ||
           profile.MatchLabel(label.second.marked ? label.second.printed : line.text, {!label.second.marked, false})
                   .rule != nullptr ||
           profile.MatchRule(line.text).rule != nullptr;
  });
  return seen;
}

// Distinct short lines that come back above text, known as labels or not.
int RepeatedLines(absl::Span<const Line> lines, const std::vector<CellKind>& kinds) {
  absl::flat_hash_map<std::string, int> seen;
  for (size_t i = 0; i + 1 < lines.size(); ++i) {
    const absl::string_view text = lines[i].text;
    const bool label = !lines[i].is_item && text.size() >= kShortestLabel && text.size() <= kLongestLabel &&
                       !absl::EndsWith(text, ".") && kinds[i] == CellKind::kText && CountCells(lines[i]) == 1;
    if (label) ++seen[Normalized(text)];
  }
  return static_cast<int>(std::count_if(seen.begin(), seen.end(), [](const auto& s) { return s.second >= 3; }));
}

// Whether a name has the stem of one of the task fields that municipalities account for.
bool IsNameOfTaskField(absl::string_view name) {
  static const auto& stems = *new Stems({"samenkracht",
                                         "burgerparticipatie",
                                         "toegang",
                                         "eerstelijn",
                                         "inkomens",
                                         "wsw",
                                         "beschut",
                                         "arbeids",
                                         "maatwerk",
                                         "escaleerd",
                                         "hulp bij het huishouden",
                                         "begeleiding",
                                         "dagbesteding",
                                         "jeugd",
                                         "wijkteam",
                                         "beschermd",
                                         "opvang",
                                         "voorziening",
                                         "participatie",
                                         "pleegzorg"});
  return stems.AreIn(name);
}

// A heading with the code of a task field.
bool IsTaskField(absl::string_view text) {
  const bool named = absl::ConsumePrefix(&text, "Taakveld ");
  const bool coded = text.size() > 6 && text.size() <= kLongestLabel && absl::ascii_isdigit(text[0]) &&
                     text[0] <= '8' && text[1] == '.' && absl::ascii_isdigit(text[2]);
  if (!coded) return false;
  const size_t space = text.find(' ');
  // Chapters and the items of an agenda have such numbers too; the social task fields say what they are.
  return space != absl::string_view::npos && space <= 6 && text.substr(2, space - 2).find('.') == text.npos &&
         IsUpper(text.substr(space + 1)) && !absl::EndsWith(text, ".") &&
         (named || (text[0] == '6' && IsNameOfTaskField(text.substr(space + 1))));
}

// Codes of task fields that stand alone above their name.
int CodesAboveNames(absl::Span<const Line> lines) {
  int count = 0;
  for (size_t i = 0; i + 1 < lines.size(); ++i) {
    const absl::string_view code = lines[i].text;
    const bool coded = code.size() >= 3 && code.size() <= 5 && absl::StartsWith(code, "6.") &&
                       code.find_first_not_of("0123456789", 2) == absl::string_view::npos;
    count += coded && lines[i + 1].text.size() <= kLongestLabel && IsNameOfTaskField(lines[i + 1].text);
  }
  return count;
}

// Whether so many tenths of the text stand in paragraphs.
bool HasMuchProse(absl::Span<const Line> lines, size_t tenths) {
  constexpr size_t kShortestParagraph = 60;
  size_t prose = 0;
  size_t all = 0;
  for (const Line& line : lines) {
    all += line.text.size();
    if (line.text.size() >= kShortestParagraph) prose += line.text.size();
  }
  return prose * 10 >= all * tenths;
}

// Whether the document is running text under headings.
bool IsNarrative(absl::Span<const Line> lines) {
  size_t prose = 0;
  size_t all = 0;
  int headings = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    all += lines[i].text.size();
    if (lines[i].text.size() >= kLongestProse / 2) prose += lines[i].text.size();
    headings += i + 1 < lines.size() && lines[i].text.size() <= kLongestLabel && !lines[i].is_item &&
                lines[i + 1].text.size() >= kLongestProse / 2;
  }
  return headings >= 2 && prose * 10 >= all * 7;
}

}  // namespace

namespace {

// The line, of those at the top, that calls the document something else than a policy document; empty when none does or
// one calls it that. What "en" joins to such a word is what the document is about.
absl::string_view TitleOfOtherKind(absl::Span<const Line> top) {
  constexpr size_t kLongest = 100;
  static const RE2 kOther(
      R"((?i)(?:toelichting (?:op |bij )?(?:het )?)?(?:nieuwsbrief|bestemmingsplan|omgevingsplan|vacature|folder|)"
      R"(offerteaanvraag|schoolgids|schoolplan|privacyverklaring)\b(.*))");
  static const RE2 kJoined(R"((?i),? en\b.*|\s*&.*)");
  static const RE2 kPolicy(
      R"((?i)(?:programma)?begroting|.*rapportage|jaarstukken|jaarverslag|beleids(?:plan|kader|nota|programma)|)"
      R"(uitvoerings(?:programma|plan|agenda))");
  absl::string_view found;
  for (const Line& line : top) {
    const re2::StringPiece text(line.text.data(), line.text.size());
    re2::StringPiece rest;
    const absl::string_view first = line.text.substr(0, line.text.find(' '));
    if (RE2::FullMatch({first.data(), first.size()}, kPolicy)) return {};
    if (found.empty() && line.text.size() <= kLongest && RE2::FullMatch(text, kOther, &rest) &&
        !RE2::FullMatch(rest, kJoined)) {
      found = line.text;
    }
  }
  return found;
}

}  // namespace

std::vector<std::string> WordsOfOtherKind(absl::Span<const Line> lines) {
  // Such a document says what it is at its beginning; further on the same words may belong to an annex.
  constexpr size_t kMostLines = 40;
  constexpr size_t kLongestLine = 100;
  struct Kind {
    RE2 line;      // its first group is what only this kind prints
    size_t times;  // that different words of it must come
    // Of which one must be among them, when the others are those of any text on policy as well.
    std::vector<absl::string_view> needed = {};
  };
  static const Kind kKinds[] = {
      {R"((?i)(agendapunten|rondvraag|mededelingen|ingekomen stukken|vaststell(?:ing|en) (?:van de )?agenda|notulen|)"
       R"(verslag (?:van de )?vorige vergadering|spreekrecht|spreektijd|insprekers|hamerstuk(?:ken)?|besluitenlijst|)"
       R"(bespreekstuk(?:ken)?|lijst van toezeggingen|(?:aanwezig|afwezig(?: met kennisgeving)?|voorzitter|notulist|)"
       R"(vergaderdatum)\s*:.*)[.:]?)",
       3},
      {R"((?i)(geachte .*,|hoogachtend|met vriendelijke groet|(?:ons|uw) kenmerk\s*:.*|betreft\s*:.*|onderwerp\s*:.*|)"
       R"(telefoonnummer\s*:.*)[.,]?)",
       3},
      {R"((?i)(artikel \d+)\b.*)", 4},
      {R"((?i)(solliciteren|functie-eisen|wat bieden wij|salaris|jouw profiel|over de functie|functieomschrijving|)"
       R"(arbeidsvoorwaarden)[?:]?)",
       2},
      {R"((?i)(naam en voorletters|geboortedatum|handtekening|burgerservicenummer|bsn|iban|adres|)"
       R"(postcode(?: en woonplaats)?|woonplaats|ondertekening aanvrager|telefoon)\s*:.*)",
       4},
      {R"((?i)(handleiding|gebruiksaanwijzing|werkinstructie|(?:klik|druk) op \pL+|ga naar het menu)\b.*)", 4},
      {R"((?i)((?:toelichting |regels )?(?:bij (?:het )?)?(?:bestemmings|omgevings|wijzigings)plan .*|)"
       R"((?:ligging van het )?plangebied|geldende? (?:regeling|bestemmingsplan)|planologische? .*|rijksbeleid|)"
       R"(provinciaal beleid|(?:milieu|omgevings).*aspecten|archeologie|ecologie|flora en fauna|watertoets|)"
       R"(verkeer en parkeren|(?:economische|maatschappelijke) uitvoerbaarheid)[.:]?)",
       3,
       {"bestemmingsplan", "omgevingsplan", "wijzigingsplan", "plangebied"}},
      {R"((?i)(activa|passiva|eigen vermogen|vlottende (?:activa|passiva)|liquide middelen|contributies?|)"
       R"(resultaat boekjaar|kascommissie|donaties)(?:\s*[\t|:].*)?)",
       3},
  };
  lines = lines.subspan(0, kMostLines);
  if (const absl::string_view title = TitleOfOtherKind(lines.subspan(0, kLinesOfTitle)); !title.empty()) {
    return {std::string(title)};
  }
  for (const Kind& kind : kKinds) {
    std::vector<std::string> found;
    std::set<std::string> seen;
    for (const Line& line : lines) {
      const absl::string_view text = WithoutNumber(line.is_item ? line.item : line.text);
      std::string words;
      if (text.size() > kLongestLine || !RE2::FullMatch({text.data(), text.size()}, kind.line, &words)) continue;
      const size_t colon = words.find(':');
      words.resize(std::min(colon, words.size()));
      if (seen.insert(Normalized(words)).second) found.push_back(std::move(words));
    }
    const bool has_needed =
        kind.needed.empty() || absl::c_any_of(kind.needed, [&](absl::string_view word) {
          return absl::c_any_of(found, [word](absl::string_view each) { return ContainsInAnyCase(each, word); });
        });
    if (found.size() >= kind.times && has_needed) return found;
  }
  return {};
}

bool SpeaksOfPolicy(absl::Span<const Line> lines) {
  static const auto& words =
      *new Stems({"gemeente", "begroting", "uitvoeringsprogramma", "uitvoeringsplan", "deelprogramma", "programma ",
                  "beleid", "rapportage", "sociaal domein", "taakveld", "speerpunt"});
  return absl::c_any_of(lines, [](const Line& line) { return words.AreIn(line.text) || IsTaskField(line.text); });
}

bool OpensAsMeeting(absl::Span<const Line> lines) {
  constexpr size_t kMostLines = 3;
  static const RE2 kTitle(
      R"((?i)(agenda|notulen|besluitenlijst|verslag) .*\b(commissie|raad|\w*vergadering|overleg|bijeenkomst)\b.*)");
  lines = lines.subspan(0, kMostLines);
  return std::any_of(lines.begin(), lines.end(), [](const Line& line) {
    return line.text.size() <= kLongestTitle && RE2::FullMatch({line.text.data(), line.text.size()}, kTitle);
  });
}

namespace {

// "A", "2", "3.1" or "IV".
bool IsLevelCode(absl::string_view text) {
  const auto all = [text](absl::string_view of) { return text.find_first_not_of(of) == absl::string_view::npos; };
  const bool letter = text.size() == 1 && absl::ascii_isupper(static_cast<unsigned char>(text[0]));
  return !text.empty() && text.size() <= 4 && (letter || all("IVX") || (all("0123456789.") && text[0] != '.'));
}

// A heading with the word for its level; the word is empty when the line is none.
struct Levelled {
  absl::string_view word;
  LevelHeading heading;
};

Levelled ReadLevel(absl::string_view text) {
  constexpr size_t kLongest = 120;
  constexpr size_t kLongestWord = 30;
  if (text.size() > kLongest || !IsUpper(text) || absl::EndsWith(text, ".") || absl::StrContains(text, "|")) return {};
  const size_t space = text.find(' ');
  if (space == absl::string_view::npos) return {};
  size_t end = text.find(':');
  bool marked = end != absl::string_view::npos;
  for (const absl::string_view mark : {" - ", " – ", " — ", "  "}) {
    const size_t found = text.find(mark);
    if (found >= end) continue;
    end = found;
    marked = mark != "  ";
  }
  absl::string_view word = text.substr(0, std::min(end, text.size()));
  absl::string_view title = end < text.size() ? Trim(text.substr(end + 1)) : absl::string_view();
  size_t last = word.rfind(' ');
  if (end >= text.size() || (last != absl::string_view::npos && last != space)) {
    // "Lijn 2 Naam": the code ends the word.
    const size_t behind = text.find(' ', space + 1);
    if (behind == absl::string_view::npos) return {};
    word = text.substr(0, behind);
    title = Trim(text.substr(behind));
    last = space;
    marked = false;
  }
  for (const absl::string_view mark : {"-", "–", "—", ":"}) {
    if (absl::ConsumePrefix(&title, mark)) title = Trim(title);
  }
  absl::string_view code = last == absl::string_view::npos ? absl::string_view() : word.substr(last + 1);
  absl::ConsumeSuffix(&code, ".");
  const bool coded = IsLevelCode(code);
  if (coded) word = word.substr(0, last);
  const bool letters = std::none_of(word.begin(), word.end(),
                                    [](unsigned char c) { return absl::ascii_isdigit(c) || c == ',' || c == '?'; });
  const bool good = (coded || marked) && letters && word.size() >= kShortestLabel && word.size() <= kLongestWord &&
                    title.size() >= 3 && (IsUpper(title) || static_cast<unsigned char>(title[0]) >= 0x80) &&
                    absl::StrContains(word, " ") == false;
  if (!good) return {};
  return {word, {coded ? std::string(code) : std::string(), title}};
}

}  // namespace

absl::flat_hash_map<size_t, LevelHeading> FindLevelHeadings(absl::Span<const Line> lines) {
  struct Level {
    std::vector<std::pair<size_t, LevelHeading>> headings;
    std::set<std::string> titles;
  };
  absl::flat_hash_map<std::string, Level> levels;
  for (size_t i = 0; i + 1 < lines.size(); ++i) {
    if (lines[i].is_item || lines[i + 1].is_item) continue;
    Levelled found = ReadLevel(lines[i].text);
    if (found.word.empty()) continue;
    Level& level = levels[Normalized(found.word)];
    level.titles.insert(Normalized(found.heading.title));
    level.headings.emplace_back(i, std::move(found.heading));
  }
  absl::flat_hash_map<size_t, LevelHeading> headings;
  for (auto& [word, level] : levels) {
    if (level.headings.size() < 2 || level.titles.size() < level.headings.size()) continue;
    for (auto& heading : level.headings) headings.insert(std::move(heading));
  }
  return headings;
}

OwnLabel OwnLabelOf(absl::string_view line) {
  OwnLabel own = PrefixOf(line);
  // The bar that closes the cell ends the text.
  if (!own.label.empty()) own.text = line.substr(own.text.data() - line.data());
  return own;
}

std::vector<absl::string_view> CellsOf(absl::string_view text) {
  constexpr absl::string_view kGap = "   ";
  std::vector<absl::string_view> cells;
  if (absl::StrContains(text, "\t")) {
    cells = absl::StrSplit(text, '\t');
  } else if (absl::StrContains(text.substr(0, text.size() - 1), "|")) {
    absl::ConsumePrefix(&text, "|");
    absl::ConsumeSuffix(&text, "|");
    cells = absl::StrSplit(text, '|');
  } else if (absl::StrContains(text, kGap)) {
    cells = absl::StrSplit(text, kGap, absl::SkipWhitespace());
  } else {
    cells = {text};
  }
  for (absl::string_view& cell : cells) cell = Trim(cell);
  return cells;
}

size_t CountCells(const Line& line) { return line.divided ? CellsIn(line.text) : 1; }

bool IsCode(absl::string_view text) {
  constexpr size_t kLongestCode = 10;
  if (text.empty() || text.size() > kLongestCode) return false;
  const bool chars = std::all_of(text.begin(), text.end(),
                                 [](unsigned char c) { return absl::ascii_isalnum(c) || c == '.' || c == '-'; });
  return chars && std::any_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_isdigit(c); });
}

Structure FindStructure(absl::Span<const Line> lines, const Profile& profile) {
  Structure structure;
  structure.kinds = KindsOfLines(lines, profile);
  structure.tables = FindTables(lines, structure.kinds, profile);
  const auto prefixes = RepeatedPrefixes(lines, profile);
  std::vector<const std::pair<const std::string, SeenLabel>*> order;
  order.reserve(prefixes.size());
  for (const auto& prefix : prefixes) order.push_back(&prefix);
  std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    return std::tie(a->second.first, a->first) < std::tie(b->second.first, b->first);
  });
  if (order.size() > kMostLabels) order.resize(kMostLabels);
  structure.task_fields =
      static_cast<int>(std::count_if(lines.begin(), lines.end(), [](const Line& l) { return IsTaskField(l.text); })) +
      CodesAboveNames(lines);
  // Where blocks are made of aspects, years are what the one on time tells.
  const bool tells_years = !profile.data().cells() && !profile.data().learns_blocks();
  int& cells = structure.cells;
  bool& titled = structure.titled;
  for (const auto* prefix : order) {
    const SeenLabel& seen = prefix->second;
    cells += seen.cell;
    // The label that opens every block and has a title behind it each time announces the activity.
    const bool card = !seen.cell || (order.size() == 3 && structure.task_fields > 0);
    const bool title = prefix == order.front() && order.size() >= 3 && card && seen.titles == seen.count &&
                       seen.texts.size() == static_cast<size_t>(seen.count);
    titled |= title;
    pb::AspectKind kind = AspectByStem(prefix->first, profile.data().cells());
    const bool cards = titled && order.size() == 3 && kind == pb::ASPECT_KIND_OTHER;
    if (cards && prefix == order[1]) kind = pb::ASPECT_KIND_APPROACH;
    if (cards && prefix == order[2]) kind = pb::ASPECT_KIND_STATE_OF_AFFAIRS;
    const auto role = title                                             ? profile_pb::LABEL_ROLE_ACTIVITY_TITLE
                      : seen.statuses * 5 >= seen.count * 4             ? profile_pb::LABEL_ROLE_STATUS
                      : tells_years && seen.years * 5 >= seen.count * 4 ? profile_pb::LABEL_ROLE_YEARS
                      : kind == pb::ASPECT_KIND_STATE_OF_AFFAIRS        ? profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS
                                                                        : profile_pb::LABEL_ROLE_ASPECT;
    structure.rules.push_back({role, kind, pb::GOAL_KIND_UNSPECIFIED, false, false, false,
                               kFirstLearned + static_cast<int>(kMostLabels + structure.rules.size()),
                               title ? "label.title-by-place" : "label.repeated"});
    structure.labels.emplace(prefix->first, &structure.rules.back());
  }
  return structure;
}

std::string FamilyByStructure(const Structure& structure, const BlockCycle& cycle, absl::Span<const Line> lines) {
  const auto labels = static_cast<int>(structure.labels.size());
  const int repeated = RepeatedLines(lines, structure.kinds) + labels;
  const bool has_levels = FindLevelHeadings(lines).size() >= 2 && HasMuchProse(lines, 6);
  // A card has three labels; more of them, with bars, are the cells of a form.
  if (structure.cells >= 3 && (!structure.titled || labels > 3)) return "implementation-cells";
  if (structure.titled) return "priority-cards";
  if (structure.task_fields >= 2 && (repeated >= 2 || cycle.found())) return "priority-cards";
  // Blocks below headings that the text has named as its parts are the same questions for each theme.
  if (cycle.found() && cycle.plan().lines.empty()) {
    const std::vector<bool> announced = AnnouncedHeadings(lines, FindLevelHeadings(lines));
    const auto is_announced = [&](size_t at) { return at > 0 && announced[at - 1]; };
    if (absl::c_all_of(cycle.labels().front().lines, is_announced)) return "themed-narrative";
  }
  // Headings of one level above the same block each time are the titles of activities.
  if ((!has_levels || !cycle.plan().lines.empty()) && repeated >= 3) return "aspect-blocks";
  return has_levels || IsNarrative(lines) ? "themed-narrative" : "";
}

}  // namespace regiokompas::intake
