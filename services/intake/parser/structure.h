#pragma once

#include <deque>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/intake/parser/profile.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {

class BlockCycle;

// What a text would be as the cell of a table.
enum class CellKind { kYears, kStatus, kDash, kText };

// A column of a table, as its cells show it.
struct FoundColumn {
  profile_pb::LabelRole role = profile_pb::LABEL_ROLE_UNSPECIFIED;  // UNSPECIFIED: cells of text
  std::string header;
};

// The head of a table that no words give away: what its columns are follows from the cells below it.
struct FoundTable {
  size_t first = 0;  // index of the first line of the head
  size_t end = 0;    // behind its last line
  size_t rows = 0;   // below the head
  std::vector<FoundColumn> columns;
};

// What a document shows of its build without any of its words being known.
struct Structure {
  // Labels in front of a text, by their normalized words: those that come back at the head of other lines.
  absl::flat_hash_map<std::string, const LabelRule*> labels;
  std::vector<FoundTable> tables;  // from top to bottom
  std::vector<CellKind> kinds;     // by line; items and long lines are text

  std::deque<LabelRule> rules;  // what `labels` points to

  // How many of the labels open a cell, whether one of them announces activities, and how many headings have the code
  // of a task field.
  int cells = 0;
  bool titled = false;
  int task_fields = 0;
};

// The words at the beginning of a document, as printed, that say that it is of another kind than a policy document: the
// agenda or minutes of a meeting, a letter, a by-law, a vacancy, a form, a manual, accounts, a zoning plan. Empty when
// too few do.
std::vector<std::string> WordsOfOtherKind(absl::Span<const Line> lines);

// Whether a text says that it is of a municipality or of its policy: a cookbook has labels, and the list of repairs to
// a bus has a table with statuses too.
bool SpeaksOfPolicy(absl::Span<const Line> lines);

// Whether the title says that the document is the agenda or the minutes of a meeting.
bool OpensAsMeeting(absl::Span<const Line> lines);

// Surveys the lines. `profile` tells which words are known already.
Structure FindStructure(absl::Span<const Line> lines, const Profile& profile);

// The profile of the family that lines are built like; empty when nothing tells. `structure` and `cycle` are those of
// the lines.
std::string FamilyByStructure(const Structure& structure, const BlockCycle& cycle, absl::Span<const Line> lines);

// A label in front of its text, with the bar that closes a cell; empty when the line cannot begin with one.
struct OwnLabel {
  absl::string_view label;
  absl::string_view text;
};
OwnLabel OwnLabelOf(absl::string_view line);

// The cells of a row of a table on one line: between tabs or bars, or far apart. One cell when it is no row.
std::vector<absl::string_view> CellsOf(absl::string_view text);

// How many cells a line has.
size_t CountCells(const Line& line);

// A heading that says of what level it is: "Thema A Naam", "Lijn 2: Naam", "Domein - Naam".
struct LevelHeading {
  std::string code;  // "A", "2" or empty
  absl::string_view title;
};

// The headings of levels by the index of their line: those of which two or more begin with the same word.
absl::flat_hash_map<size_t, LevelHeading> FindLevelHeadings(absl::Span<const Line> lines);

// "4.1.2", "B3": the code of an activity alone in its cell.
bool IsCode(absl::string_view text);

// Orders of labels from here on are of labels that a document has of its own.
inline constexpr int kFirstLearned = 1 << 20;

}  // namespace regiokompas::intake
