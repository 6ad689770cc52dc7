#include "services/intake/parser/structure.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/intake/parser/dutch_figures.h"

namespace regiokompas::intake {
namespace {

constexpr size_t kLongestLabel = 60;
constexpr size_t kShortestLabel = 4;
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

absl::string_view WithoutBars(absl::string_view text) {
  while (absl::ConsumeSuffix(&text, "|")) text = Trim(text);
  return text;
}

// In a cell without a mark the label ends where the next word has a capital.
size_t EndOfCellLabel(absl::string_view text) {
  for (size_t space = text.find(' '); space < std::min(text.size(), kLongestLabel); space = text.find(' ', space + 1)) {
    if (IsUpper(text.substr(space + 1)) || absl::StartsWith(text.substr(space + 1), "€")) return space;
  }
  return 0;
}

Prefix PrefixOf(absl::string_view whole) {
  const bool closed = absl::EndsWith(whole, "|");
  const absl::string_view text = WithoutBars(whole);
  if (CellsOf(whole).size() > 2) return {};
  const size_t mark = text.substr(0, kLongestLabel).find_first_of(":|\t?");
  Prefix prefix;
  prefix.cell = closed;
  if (mark != absl::string_view::npos) {
    prefix.label = Trim(text.substr(0, mark + (text[mark] == '?')));
    prefix.text = Trim(text.substr(mark + 1));
    prefix.marked = true;
    prefix.cell |= text[mark] == '|' || text[mark] == '\t';
  } else if (const size_t end = closed ? EndOfCellLabel(text) : 0; end > 0) {
    prefix.label = text.substr(0, end);
    prefix.text = Trim(text.substr(end));
  }
  const bool good = prefix.label.size() >= kShortestLabel && IsUpper(prefix.label) && !prefix.text.empty() &&
                    WordsIn(prefix.label) <= kMostLabelWords && !absl::StrContains(prefix.label, ". ");
  return good ? prefix : Prefix();
}

// Whether a text may be the title of an activity rather than what is told about one.
bool IsTitleLike(absl::string_view text) {
  constexpr size_t kLongest = 100;
  return text.size() <= kLongest && !absl::EndsWith(text, ".") && IsUpper(text) && WordsIn(text) >= 2;
}

// ---- tables --------------------------------------------------------------------------------------------------------

enum class CellKind { kYears, kStatus, kDash, kText };

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
  if (line.is_item || line.text.size() > kLongestHeader || absl::EndsWith(line.text, ".")) return false;
  return KindOfCell(line.text, profile) != CellKind::kStatus && !IsYearsOnly(line.text);
}

profile_pb::LabelRole RoleOf(CellKind kind) {
  return kind == CellKind::kYears    ? profile_pb::LABEL_ROLE_YEARS
         : kind == CellKind::kStatus ? profile_pb::LABEL_ROLE_STATUS
                                     : profile_pb::LABEL_ROLE_UNSPECIFIED;
}

// Tables printed with a cell on a line: a title, with its code above it or not, and below it the same number of years
// and status words each time; the lines above the first title are the head.
class TablesOfLines {
 public:
  TablesOfLines(absl::Span<const Line> lines, const Profile& profile) : lines_(lines), kinds_(lines.size()) {
    for (size_t i = 0; i < lines.size(); ++i) {
      kinds_[i] = lines[i].is_item || lines[i].text.size() > kLongestHeader ? CellKind::kText
                                                                            : KindOfCell(lines[i].text, profile);
    }
    for (size_t i = 0; i < lines.size();) {
      const size_t values = Values(i);
      int groups = 0;
      size_t at = i;
      while (values > 0 && at < lines.size() && Values(at) == values) {
        ++groups;
        at += Group(at, values);
      }
      if (groups >= kLeastRepeats) Add(i, values, profile);
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

  void Add(size_t first, size_t values, const Profile& profile) {
    const size_t head = Group(first, values);
    if (first < head) return;
    FoundTable table;
    table.first = first - head;
    table.end = first;
    size_t known = 0;
    for (size_t i = 0; i < head; ++i) {
      if (!IsHeader(lines_[first - head + i], profile)) return;
      const size_t cell = first + i;
      FoundColumn column;
      column.header = std::string(absl::StripSuffix(lines_[first - head + i].text, ":"));
      if (i + 1 < Lead(first)) column.role = profile_pb::LABEL_ROLE_CODE;
      if (i + 1 == Lead(first)) column.role = profile_pb::LABEL_ROLE_ACTIVITY_TITLE;
      if (i + 1 > Lead(first)) column.role = RoleOf(kinds_[cell]);
      known += i + 1 > Lead(first) && column.role != profile_pb::LABEL_ROLE_UNSPECIFIED;
      table.columns.push_back(std::move(column));
    }
    if (known > 0) tables_.push_back(std::move(table));
  }

  absl::Span<const Line> lines_;
  std::vector<CellKind> kinds_;
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

std::vector<FoundTable> FindTables(absl::Span<const Line> lines, const Profile& profile) {
  std::vector<FoundTable> tables = TablesOfLines(lines, profile).Take();
  for (size_t i = 0; i < lines.size();) {
    size_t end;
    FoundTable table;
    if (TableOfRows(lines, i, profile, &end, &table)) tables.push_back(std::move(table));
    i = end;
  }
  std::sort(tables.begin(), tables.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return tables;
}

// ---- labels --------------------------------------------------------------------------------------------------------

struct SeenLabel {
  int count = 0;
  int titles = 0;
  std::set<absl::string_view> texts;
  bool cell = false;
  bool marked = false;
  absl::string_view printed;
  size_t first = 0;
};

// Whether most closed cells begin with a label that no list knows.
bool HasUnknownCells(absl::Span<const Line> lines, const Profile& profile) {
  int cells = 0;
  int known = 0;
  for (const Line& line : lines) {
    if (!absl::EndsWith(line.text, "|") || line.text.size() < kShortestLabel) continue;
    ++cells;
    known += profile.MatchLabel(line.text, {true, false}).rule != nullptr;
  }
  return known * 2 < cells;
}

// Labels in front of a text that come back, those that no list knows, by their words.
absl::flat_hash_map<std::string, SeenLabel> RepeatedPrefixes(absl::Span<const Line> lines, const Profile& profile) {
  absl::flat_hash_map<std::string, SeenLabel> seen;
  const bool own_cells = HasUnknownCells(lines, profile);
  for (size_t i = 0; i < lines.size(); ++i) {
    const Prefix prefix = PrefixOf(lines[i].is_item ? lines[i].item : lines[i].text);
    if (prefix.label.empty() || (!prefix.marked && !own_cells)) continue;
    SeenLabel& label = seen[Normalized(prefix.label)];
    if (label.count++ == 0) label.first = i;
    label.marked |= prefix.marked;
    label.printed = prefix.label;
    label.titles += IsTitleLike(prefix.text);
    label.texts.insert(prefix.text);
    label.cell |= prefix.cell;
  }
  absl::erase_if(seen, [&](const auto& label) {
    const Line& line = lines[label.second.first];
    return label.second.count < kLeastRepeats || label.second.texts.size() < 2 || label.first.empty() ||
           profile.MatchLabel(label.second.marked ? label.second.printed : line.text, {!label.second.marked, false})
                   .rule != nullptr ||
           profile.MatchRule(line.text).rule != nullptr;
  });
  return seen;
}

// Distinct short lines that come back above text, known as labels or not.
int RepeatedLines(absl::Span<const Line> lines, const Profile& profile) {
  absl::flat_hash_map<std::string, int> seen;
  for (size_t i = 0; i + 1 < lines.size(); ++i) {
    const absl::string_view text = lines[i].text;
    const bool label = !lines[i].is_item && text.size() >= kShortestLabel && text.size() <= kLongestLabel &&
                       !absl::EndsWith(text, ".") && CellsOf(text).size() == 1 &&
                       KindOfCell(text, profile) == CellKind::kText;
    if (label) ++seen[Normalized(text)];
  }
  return static_cast<int>(std::count_if(seen.begin(), seen.end(), [](const auto& s) { return s.second >= 3; }));
}

// A heading with the code of a task field.
bool IsTaskField(absl::string_view text) {
  absl::ConsumePrefix(&text, "Taakveld ");
  const bool coded = text.size() > 6 && text.size() <= kLongestLabel && absl::ascii_isdigit(text[0]) &&
                     text[0] <= '8' && text[1] == '.' && absl::ascii_isdigit(text[2]);
  if (!coded) return false;
  const size_t space = text.find(' ');
  return space != absl::string_view::npos && space <= 6 && text.substr(2, space - 2).find('.') == text.npos &&
         IsUpper(text.substr(space + 1)) && !absl::EndsWith(text, ".");
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

pb::AspectKind AspectByStem(absl::string_view normalized, bool cells) {
  struct Stem {
    const char* stem;
    pb::AspectKind kind;
  };
  // The first that is found counts; a stem with a space before it begins a word.
  static constexpr Stem kStems[] = {
      {" dekking", pb::ASPECT_KIND_FUNDING},
      {"financier", pb::ASPECT_KIND_FUNDING},
      {"bekostig", pb::ASPECT_KIND_FUNDING},
      {"voortgang", pb::ASPECT_KIND_STATE_OF_AFFAIRS},
      {" stand", pb::ASPECT_KIND_STATE_OF_AFFAIRS},
      {"hoe staat", pb::ASPECT_KIND_STATE_OF_AFFAIRS},
      {"hoe ver", pb::ASPECT_KIND_STATE_OF_AFFAIRS},
      {"wanneer", pb::ASPECT_KIND_TIMELINE},
      {"planning", pb::ASPECT_KIND_TIMELINE},
      {" tijd", pb::ASPECT_KIND_TIMELINE},
      {"gereed", pb::ASPECT_KIND_TIMELINE},
      {"maanden", pb::ASPECT_KIND_TIMELINE},
      {" jaren", pb::ASPECT_KIND_TIMELINE},
      {"kosten", pb::ASPECT_KIND_COSTS_AND_BENEFITS},
      {" kost", pb::ASPECT_KIND_COSTS_AND_BENEFITS},
      {"geld", pb::ASPECT_KIND_COSTS_AND_BENEFITS},
      {"financi", pb::ASPECT_KIND_COSTS_AND_BENEFITS},
      {"budget", pb::ASPECT_KIND_COSTS_AND_BENEFITS},
      {"middelen", pb::ASPECT_KIND_COSTS_AND_BENEFITS},
      {"prijs", pb::ASPECT_KIND_COSTS_AND_BENEFITS},
      {"euro", pb::ASPECT_KIND_COSTS_AND_BENEFITS},
      {"risico", pb::ASPECT_KIND_RISKS},
      {"gevar", pb::ASPECT_KIND_RISKS},
      {"misgaan", pb::ASPECT_KIND_RISKS},
      {"onzeker", pb::ASPECT_KIND_RISKS},
      {"communic", pb::ASPECT_KIND_COMMUNICATION},
      {"monitor", pb::ASPECT_KIND_MONITORING},
      {"evalu", pb::ASPECT_KIND_MONITORING},
      {" volgen", pb::ASPECT_KIND_MONITORING},
      {"indicator", pb::ASPECT_KIND_INDICATOR},
      {" meet", pb::ASPECT_KIND_INDICATOR},
      {" meten", pb::ASPECT_KIND_INDICATOR},
      {"merken", pb::ASPECT_KIND_INDICATOR},
      {"zien we", pb::ASPECT_KIND_INDICATOR},
      {" wie ", pb::ASPECT_KIND_STAKEHOLDERS},
      {"partner", pb::ASPECT_KIND_STAKEHOLDERS},
      {"betrokken", pb::ASPECT_KIND_STAKEHOLDERS},
      {"samen met", pb::ASPECT_KIND_STAKEHOLDERS},
      {"resulta", pb::ASPECT_KIND_RESULT},
      {"opbreng", pb::ASPECT_KIND_RESULT},
      {"uitkomst", pb::ASPECT_KIND_RESULT},
      {"oplever", pb::ASPECT_KIND_RESULT},
      {"bereiken", pb::ASPECT_KIND_RESULT},
      {" doel", pb::ASPECT_KIND_RESULT},
      {"waarom", pb::ASPECT_KIND_EXPLANATION},
      {"toelicht", pb::ASPECT_KIND_EXPLANATION},
      {"omschrij", pb::ASPECT_KIND_EXPLANATION},
      {"achtergrond", pb::ASPECT_KIND_EXPLANATION},
      {"aanleiding", pb::ASPECT_KIND_EXPLANATION},
      {"bedoeling", pb::ASPECT_KIND_EXPLANATION},
      {"doen ", pb::ASPECT_KIND_APPROACH},
      {"aanpak", pb::ASPECT_KIND_APPROACH},
      {" pakken we", pb::ASPECT_KIND_APPROACH},
      {" acties ", pb::ASPECT_KIND_APPROACH},
      {"te werk", pb::ASPECT_KIND_APPROACH},
      {"stappen", pb::ASPECT_KIND_APPROACH},
      {"inspanning", pb::ASPECT_KIND_APPROACH},
      {" inzet", pb::ASPECT_KIND_APPROACH},
  };
  const std::string words = absl::StrCat(" ", normalized, " ");
  for (const Stem& stem : kStems) {
    if (!absl::StrContains(words, stem.stem)) continue;
    return cells && stem.kind == pb::ASPECT_KIND_INDICATOR && !absl::StrContains(words, "indicator")
               ? pb::ASPECT_KIND_MONITORING
               : stem.kind;
  }
  return pb::ASPECT_KIND_OTHER;
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

bool IsCode(absl::string_view text) {
  constexpr size_t kLongestCode = 10;
  if (text.empty() || text.size() > kLongestCode) return false;
  const bool chars = std::all_of(text.begin(), text.end(),
                                 [](unsigned char c) { return absl::ascii_isalnum(c) || c == '.' || c == '-'; });
  return chars && std::any_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_isdigit(c); });
}

Structure FindStructure(absl::Span<const Line> lines, const Profile& profile) {
  Structure structure;
  structure.tables = FindTables(lines, profile);
  const auto prefixes = RepeatedPrefixes(lines, profile);
  std::vector<const std::pair<const std::string, SeenLabel>*> order;
  order.reserve(prefixes.size());
  for (const auto& prefix : prefixes) order.push_back(&prefix);
  std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->second.first < b->second.first; });
  if (order.size() > kMostLabels) order.resize(kMostLabels);
  const int task_fields =
      static_cast<int>(std::count_if(lines.begin(), lines.end(), [](const Line& l) { return IsTaskField(l.text); }));
  int cells = 0;
  bool titled = false;
  for (const auto* prefix : order) {
    const SeenLabel& seen = prefix->second;
    cells += seen.cell;
    // The label that opens every block and has a title behind it each time announces the activity.
    const bool card = !seen.cell || (order.size() == 3 && task_fields > 0);
    const bool title = prefix == order.front() && order.size() >= 3 && card && seen.titles == seen.count &&
                       seen.texts.size() == static_cast<size_t>(seen.count);
    titled |= title;
    pb::AspectKind kind = AspectByStem(prefix->first, profile.data().cells());
    const bool cards = titled && order.size() == 3 && kind == pb::ASPECT_KIND_OTHER;
    if (cards && prefix == order[1]) kind = pb::ASPECT_KIND_APPROACH;
    if (cards && prefix == order[2]) kind = pb::ASPECT_KIND_STATE_OF_AFFAIRS;
    const auto role = title                                      ? profile_pb::LABEL_ROLE_ACTIVITY_TITLE
                      : kind == pb::ASPECT_KIND_STATE_OF_AFFAIRS ? profile_pb::LABEL_ROLE_STATE_OF_AFFAIRS
                                                                 : profile_pb::LABEL_ROLE_ASPECT;
    structure.rules.push_back({role, kind, pb::GOAL_KIND_UNSPECIFIED, false, false, false,
                               kFirstLearned + static_cast<int>(kMostLabels + structure.rules.size()),
                               title ? "label.title-by-place" : "label.repeated"});
    structure.labels.emplace(prefix->first, &structure.rules.back());
  }
  const int repeated = RepeatedLines(lines, profile);
  if (!structure.tables.empty()) {
    structure.family = "activity-table";
  } else if (cells >= 3 && (!titled || order.size() > 3)) {
    // A card has three labels; more of them, with bars, are the cells of a form.
    structure.family = "implementation-cells";
  } else if (titled || (task_fields >= 2 && repeated + static_cast<int>(order.size()) >= 2)) {
    structure.family = "priority-cards";
  } else if (repeated + static_cast<int>(order.size()) >= 3) {
    structure.family = "aspect-blocks";
  } else if (IsNarrative(lines)) {
    structure.family = "themed-narrative";
  }
  return structure;
}

}  // namespace regiokompas::intake
