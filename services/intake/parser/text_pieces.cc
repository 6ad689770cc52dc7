#include "services/intake/parser/text_pieces.h"

#include <algorithm>
#include <utility>

#include "absl/types/span.h"

namespace regiokompas::intake {
namespace {

// Whether a piece is the next line of the same paragraph.
bool GoesOnIn(absl::Span<const Line> lines, const TextPiece& before, const TextPiece& piece) {
  const int last = before.more_lines.empty() ? before.line : before.more_lines.back().second;
  const auto line = std::lower_bound(lines.begin(), lines.end(), piece.line,
                                     [](const Line& each, int number) { return each.number < number; });
  return piece.part != Part::kTitle && last + 1 == piece.line && before.subject_id == piece.subject_id &&
         before.activity == piece.activity && before.aspect == piece.aspect && before.part == piece.part &&
         line != lines.end() && !line->is_item && !line->after_blank && line->text == piece.text;
}

}  // namespace

int LineOf(const TextPiece& piece, absl::string_view part) {
  const size_t at = part.data() - piece.text.data();
  int line = piece.line;
  for (const auto& [begin, number] : piece.more_lines) {
    if (begin <= at) line = number;
  }
  return line;
}

void JoinWrappedLines(const std::vector<Line>& lines, std::vector<TextPiece>* pieces) {
  if (!IsWrapped(lines)) return;
  std::vector<TextPiece> joined;
  for (TextPiece& piece : *pieces) {
    if (joined.empty() || !GoesOnIn(lines, joined.back(), piece)) {
      joined.push_back(std::move(piece));
      continue;
    }
    TextPiece& whole = joined.back();
    whole.text.push_back(' ');
    whole.more_lines.emplace_back(whole.text.size(), piece.line);
    whole.text += piece.text;
  }
  *pieces = std::move(joined);
}

}  // namespace regiokompas::intake
