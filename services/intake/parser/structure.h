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

// A column of a table, as its cells show it.
struct FoundColumn {
  profile_pb::LabelRole role = profile_pb::LABEL_ROLE_UNSPECIFIED;  // UNSPECIFIED: cells of text
  std::string header;
};

// The head of a table that no words give away: what its columns are follows from the cells below it.
struct FoundTable {
  size_t first = 0;  // index of the first line of the head
  size_t end = 0;    // behind its last line
  std::vector<FoundColumn> columns;
};

// What a document shows of its build without any of its words being known.
struct Structure {
  // Labels in front of a text, by their normalized words: those that come back at the head of other lines.
  absl::flat_hash_map<std::string, const LabelRule*> labels;
  std::vector<FoundTable> tables;  // from top to bottom
  // Profile of the family that is built like this; empty when nothing tells.
  std::string family;

  std::deque<LabelRule> rules;  // what `labels` points to
};

// The aspect that a label of a document's own announces, by the stems of its words; OTHER when none is known.
// // In documents of cells
// measuring is how an activity is followed, elsewhere it is an indicator.
pb::AspectKind AspectByStem(absl::string_view normalized, bool cells);

// Surveys the lines. `profile` tells which words are known already.
Structure FindStructure(absl::Span<const Line> lines, const Profile& profile);

// A label in front of its text, with the bar that closes a cell; empty when the line cannot begin with one.
struct OwnLabel {
  absl::string_view label;
  absl::string_view text;
};
OwnLabel OwnLabelOf(absl::string_view line);

// The cells of a row of a table on one line: between tabs or bars, or far apart. One cell when it is no row.
std::vector<absl::string_view> CellsOf(absl::string_view text);

// "4.1.2", "B3": the code of an activity alone in its cell.
bool IsCode(absl::string_view text);

// Orders of labels from here on are of labels that a document has of its own.
inline constexpr int kFirstLearned = 1 << 20;

}  // namespace regiokompas::intake
