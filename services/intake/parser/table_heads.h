#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/intake/parser/document_survey.h"
#include "services/intake/parser/profile.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {

// A column of a table with a row on a line: what its cells are read as, null when nothing tells, and its head.
struct TableColumn {
  const LabelRule* rule;
  std::string label;
};

// The head of a table with a cell on a line.
struct HeadOfCells {
  size_t end = 0;  // behind its last line
  std::deque<std::string> moments;
};

// The code of an activity without the dot that may close it.
absl::string_view WithoutDot(absl::string_view code);

// The heads of tables, by the words of their labels or else by their cells.
class TableHeads {
 public:
  // All of them must outlive it.
  TableHeads(const std::vector<Line>& lines, const Profile& profile, const DocumentSurvey& survey)
      : lines_(lines), profile_(profile), survey_(survey) {}

  // The columns below a line with these cells; none when it is no head: that has a column of titles and at least one
  // that tells of activities.
  std::vector<TableColumn> ColumnsOf(size_t at, const std::vector<absl::string_view>& cells) const;

  // The title of the activity that a row is about, with its code; empty when the row has none.
  LineMatch TitleIn(const std::vector<TableColumn>& columns, const std::vector<absl::string_view>& cells) const;

  // The head that begins on a line, where each cell has a line of its own.
  std::optional<HeadOfCells> HeadOfCellsAt(size_t at) const;

 private:
  // The same where only the words of the labels tell.
  std::optional<HeadOfCells> HeadInWordsAt(size_t at) const;

  const std::vector<Line>& lines_;
  const Profile& profile_;
  const DocumentSurvey& survey_;
};

}  // namespace regiokompas::intake
