#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "services/intake/parser/profile.h"
#include "services/intake/parser/structure.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {

// The headings of levels by the index of their line, as FindLevelHeadings finds them.
using LevelHeadings = absl::flat_hash_map<size_t, LevelHeading>;

// Indexes of the lines that are headings announced before as an item of a list, word order aside. `levels` are those of
// the same lines.
std::vector<bool> AnnouncedHeadings(absl::Span<const Line> lines, const LevelHeadings& levels);

// The headings of themes in a document of a family that has them: those that are announced, those of a level, those
// above a question that every theme answers, else those that the table of contents lists, and else the short lines
// above the paragraphs.
class ThemeHeadings {
 public:
  // Of a family that has none.
  ThemeHeadings() = default;

  // `profile` tells which lines are labels, and so no headings.
  ThemeHeadings(const std::vector<Line>& lines, const Profile& profile);

  // Whether the family of the document has headings of themes.
  bool in_use() const { return !headings_.empty(); }

  // Whether the line at an index is one.
  bool Has(size_t at) const { return at < headings_.size() && headings_[at]; }

  // Whether the line at an index heads a part that is of no theme: an annex, or one about the document itself.
  bool EndAt(size_t at) const { return at < ends_.size() && ends_[at]; }

  // The code and the title that such a line prints. The code may have marks around it; it may be empty.
  LevelHeading HeadingOf(size_t at, const Line& line) const;

  // Whether a short line comes more than once, as the questions do that every theme answers.
  bool Repeats(const Line& line) const;

 private:
  // The list that announces the themes may be printed as short lines below each other; each comes back above text.
  void AddHeadingsOfLines(const std::vector<Line>& lines);
  // Where no list announces the themes, the table of contents does: those of the level that most of it is of.
  void AddHeadingsOfContents(const std::vector<Line>& lines, const Profile& profile);
  // Where nothing announces the themes, they are the short lines above the paragraphs, each printed once.
  void AddHeadingsOfProse(const std::vector<Line>& lines, const Profile& profile);
  // Finds the headings behind which the text is of no theme.
  void FindEnds(const std::vector<Line>& lines, const Profile& profile);

  LevelHeadings levels_;
  std::vector<bool> headings_;                     // by line; empty for a family without
  std::vector<bool> ends_;                         // by line, what EndAt() tells
  absl::flat_hash_map<std::string, int> repeats_;  // normalized short lines, and how often each comes
};

}  // namespace regiokompas::intake
