#pragma once

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/intake/parser/document_survey.h"
#include "services/intake/parser/profile.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {

// The title of an activity is at most this long, in bytes.
inline constexpr size_t kLongestActivityTitle = 700;

// From this length on a line may be running text, in bytes.
inline constexpr size_t kShortestProse = 40;

// A line to be filled in by hand.
bool IsFillIn(absl::string_view text);

// What a line is by the lines around it, whatever was read before. Lines are named by their index. Where the title of
// an activity matters, `last_place` is the mean place in its block of the label that was read last:
// DocumentSurvey::kNoPlace outside a block.
class LineContext {
 public:
  // All of them must outlive it.
  LineContext(const std::vector<Line>& lines, const Profile& profile, const DocumentSurvey& survey)
      : lines_(lines), profile_(profile), survey_(survey) {}

  // Whether a line is the head of a page with its document on one side and its municipality on the other; the title is
  // below.
  bool IsHeaderOfPages(size_t at) const;

  // Whether the first line is a label. "Voortgang programma 4" begins as one; what has no block to belong to and does
  // not come back is the title.
  bool IsLabelAtTop(size_t at) const;

  // The title on a line, which may go on with that of the site; the heading of the page shows where its own ends.
  absl::string_view TitleWithoutSite(size_t at) const;

  // Whether a line explains status words: "Groen = op schema", or a line that says of itself that it is a legend. Below
  // a label it must do both, since there it would be taken from the text of an element.
  bool IsLegend(absl::string_view text, bool in_text) const;

  // Whether a line is followed by a label that opens the block of an activity, an introduction between them allowed.
  bool IsTitleOfActivity(size_t at, double last_place) const;

  // Whether a line is a status and nothing more, printed without a label.
  bool IsStatusAlone(size_t at) const;

  // Whether a line is a number directly above a title, apart from the block before it.
  bool IsNumberAboveTitle(size_t at, double last_place) const;

  // Whether one of the next labels of the open activity stands a few lines below, so that what comes before is of it.
  bool BlockGoesOnBelow(size_t at, double last_place) const;

  // Whether the line below the heading of a list of goals is the one goal itself.
  bool IsAbovePlainTitle(size_t at) const;

  // Whether a line is an item with a number or letter for a mark, directly above or below another one.
  bool IsInNumberedList(size_t at) const;

  // Whether the next line opens an element, so that this one, when it is short, is the heading of what follows.
  bool IsAboveElement(size_t at, double last_place) const;

  // Whether the next line is no text of what is open: an item, a label, a title or none at all.
  bool IsAboveNoText(size_t at, double last_place) const;

  // Whether a line begins a list that stands above an activity and whose first item no line below repeats.
  bool IsListAboveActivities(size_t at, double last_place) const;

 private:
  // "Groen = op schema", with the words that open a legend in front of it or not.
  bool ExplainsStatus(absl::string_view text, absl::string_view marks) const;

  // Whether a line stands directly below a label of a block that has no other text.
  bool IsTextOfLabel(size_t at) const;

  // Whether a line is the cell of a form without a label, below the title of the form and the bar that closes it.
  bool IsUnlabelledCell(size_t at) const;

  // Whether an activity begins on a line or a few lines below it, no list between.
  bool IsAboveActivity(size_t at, double last_place) const;

  const std::vector<Line>& lines_;
  const Profile& profile_;
  const DocumentSurvey& survey_;
};

}  // namespace regiokompas::intake
