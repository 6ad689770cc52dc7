#include "services/intake/parser/line_shapes.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "re2/re2.h"
#include "services/intake/parser/dutch_figures.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {

bool IsBar(absl::string_view text) {
  // The ruler below the head of a table has dashes.
  const bool has_bar = text.find('|') != absl::string_view::npos;
  return text.find_first_not_of(has_bar ? "|-: " : " ") == absl::string_view::npos;
}

absl::string_view WithoutBar(absl::string_view text) {
  while (absl::ConsumeSuffix(&text, "|")) text = Trim(text);
  return text;
}

bool EndsLikeHeading(absl::string_view text) {
  return !text.empty() && absl::string_view(".:;,!?").find(text.back()) == absl::string_view::npos;
}

size_t MarkLength(absl::string_view text) {
  constexpr size_t kLongestRoman = 4;
  size_t end = 0;
  while (end < 2 && end < text.size() && absl::ascii_isdigit(static_cast<unsigned char>(text[end]))) ++end;
  if (end == 0) {
    end = std::min(text.find_first_not_of("IVX"), text.size());
    if (end > kLongestRoman) end = 0;
  }
  if (end == 0 && !text.empty() && absl::ascii_isalpha(static_cast<unsigned char>(text[0]))) end = 1;
  const bool marked =
      end > 0 && end + 1 < text.size() && (text[end] == '.' || text[end] == ')') && text[end + 1] == ' ';
  return marked ? end + 2 : 0;
}

bool IsColour(absl::string_view text) {
  constexpr absl::string_view kColours[] = {"groen", "oranje", "geel", "amber", "rood", "blauw"};
  // Most texts are longer, which is seen without comparing words.
  constexpr size_t kLongestColour = 6;
  size_t letters = 0;
  for (unsigned char c : text) {
    letters += absl::ascii_isalnum(c);
    if (letters > kLongestColour) return false;
  }
  return absl::c_linear_search(kColours, NormalizedWords(text).view());
}

namespace {

bool IsAnnexWord(absl::string_view word) { return word == "bijlage" || word == "bijlagen"; }

// Whether a heading of these words, normalized, is of a part in which a document tells about itself. The words of
// ordinary language among them do so only where they are the whole heading: "Lasten omlaag" may be what is wanted.
bool AreAboutDocument(absl::string_view words) {
  constexpr absl::string_view kParts[] = {"inleiding", "leeswijzer", "inhoudsopgave",  "samenvatting", "voorwoord",
                                          "colofon",   "begrippen",  "begrippenlijst", "slotwoord"};
  constexpr absl::string_view kOrdinary[] = {"inhoud", "partners", "financien", "lasten",
                                             "baten",  "slot",     "tot slot",  "vervolg"};
  const absl::string_view first = words.substr(0, words.find(' '));
  return IsAnnexWord(first) || absl::c_linear_search(kParts, first) || absl::c_linear_search(kOrdinary, words);
}

}  // namespace

bool TellsAboutDocument(absl::string_view heading) {
  constexpr absl::string_view kAnd = " en ";
  const std::string all = Normalized(WithoutNumber(heading));
  const absl::string_view words = absl::string_view(all).substr(0, all.find_last_not_of("0123456789 ") + 1);
  if (AreAboutDocument(words)) return true;
  const size_t conjunction = words.find(kAnd);
  return conjunction != absl::string_view::npos && AreAboutDocument(words.substr(0, conjunction)) &&
         AreAboutDocument(words.substr(conjunction + kAnd.size()));
}

bool MayHeadGoals(absl::string_view heading) {
  return !NormalizedWords(heading).view().empty() && !TellsAboutDocument(heading);
}

bool IsAnnex(absl::string_view heading) {
  const std::string words = Normalized(WithoutNumber(heading));
  return IsAnnexWord(absl::string_view(words).substr(0, words.find(' ')));
}

bool IsOnlyDates(absl::string_view text) {
  static const RE2 kDates(
      "(?:(?:\\d{1,2}|(?:19|20)\\d{2}|q[1-4]|[1-4]e|januari|februari|maart|april|mei|juni|juli|augustus|september|"
      "oktober|"
      "november|december|jan|feb|mrt|apr|jun|jul|aug|sept?|okt|nov|dec|kwartaal|begin|medio|eind|voorjaar|zomer|najaar|"
      "en|van|tot|t|m|met|vanaf|start|jaar|jaren|begrotingsjaar|begrotingsjaren|schooljaar|schooljaren) ?)+");
  return !FindYears(text).empty() && RE2::FullMatch(Normalized(text), kDates);
}

}  // namespace regiokompas::intake
