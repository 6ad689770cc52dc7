#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"
#include "services/intake/parser/profile.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {

// In what capacity a piece of text belongs to its subject.
enum class Part { kTitle, kPlan, kProgress, kProposal };

// One line's worth of text that belongs to an activity, a goal or an indicator; figures, partners and dates are looked
// for in pieces.
struct TextPiece {
  std::string subject_id;
  // Index of the activity in the document, -1 when the subject is a goal or an indicator.
  int activity = -1;
  pb::AspectKind aspect = pb::ASPECT_KIND_UNSPECIFIED;
  Part part = Part::kPlan;
  int line = 0;
  std::string text;
  // Where each line behind the first begins in the text, and its number: a paragraph may be printed over several lines.
  std::vector<std::pair<size_t, int>> more_lines = {};
};

// The number of the line in which a part of the text of a piece begins.
int LineOf(const TextPiece& piece, absl::string_view part);

// Where paragraphs are printed over several lines, makes one piece of the lines of each, so that what is looked for may
// go on from one to the next.
void JoinWrappedLines(const std::vector<Line>& lines, std::vector<TextPiece>* pieces);

}  // namespace regiokompas::intake
