#include "services/intake/parser/municipalities.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "services/intake/parser/data.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {
namespace {

constexpr absl::string_view kFile = "municipalities.txt";

// How much a name says that stands behind "gemeente", or in what the document is called, beside one elsewhere.
constexpr int kCalledMunicipality = 5;

// Lines in which a document says what it is and of whom.
constexpr int kLinesOfHead = 10;

// Names that begin a sentence as ordinary words, too.
constexpr absl::string_view kOrdinaryWords[] = {"Beek",   "Bergen", "Best",   "Buren",
                                                "Houten", "Huizen", "Kampen", "Putten"};

bool IsWordByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isalnum(byte) || byte >= 0x80;
}

bool IsInsideWord(char c) { return IsWordByte(c) || c == '-'; }

// By the first word of a name what the names are that begin with it, the longest first, as indexes of
// KnownMunicipalities(). A name that two municipalities have tells neither and is left out.
using NamesByWord = absl::flat_hash_map<absl::string_view, std::vector<size_t>>;

// By byte whether something may begin with it.
using Beginnings = std::array<bool, 256>;

// The first word from `pos` on: of "'s-Gravenhage" the whole.
absl::string_view WordAt(absl::string_view text, size_t pos) {
  size_t end = pos + 1;
  while (end < text.size() && IsInsideWord(text[end])) ++end;
  return text.substr(pos, end - pos);
}

const NamesByWord& Names() {
  static const auto& names = *[] {
    auto* by_word = new NamesByWord();
    const auto& known = KnownMunicipalities();
    absl::flat_hash_map<absl::string_view, int> times;
    for (const Municipality& municipality : known) ++times[municipality.name];
    for (size_t i = 0; i < known.size(); ++i) {
      if (times[known[i].name] == 1) (*by_word)[WordAt(known[i].name, 0)].push_back(i);
    }
    for (auto& [word, indexes] : *by_word) {
      std::sort(indexes.begin(), indexes.end(),
                [&](size_t a, size_t b) { return known[a].name.size() > known[b].name.size(); });
    }
    return by_word;
  }();
  return names;
}

const Beginnings& BeginningsOfNames() {
  static const Beginnings& beginnings = *[] {
    auto* all = new Beginnings();
    for (const auto& [word, indexes] : Names()) (*all)[static_cast<unsigned char>(word[0])] = true;
    return all;
  }();
  return beginnings;
}

// The name that stands at `pos`, the longest of several; the number of names when there is none.
size_t NameAt(absl::string_view text, size_t pos) {
  const auto& known = KnownMunicipalities();
  const auto found = Names().find(WordAt(text, pos));
  if (found == Names().end()) return known.size();
  for (size_t index : found->second) {
    const size_t end = pos + known[index].name.size();
    if (absl::StartsWith(text.substr(pos), known[index].name) && (end == text.size() || !IsInsideWord(text[end]))) {
      return index;
    }
  }
  return known.size();
}

// "samen met de gemeente", "huisartsen en de gemeente" may name a partner.
bool IsPartner(absl::string_view before) {
  before = absl::StripTrailingAsciiWhitespace(before);
  if (absl::EndsWith(before, " en de")) return true;
  absl::ConsumeSuffix(&before, " de");
  constexpr absl::string_view kWith[] = {" met", "Met", " naast", "Naast"};
  return std::any_of(std::begin(kWith), std::end(kWith),
                     [before](absl::string_view word) { return absl::EndsWith(before, word); });
}

// What the words around a name call it.
enum class Called { kNothing, kMunicipality, kPartner };

Called CalledBy(absl::string_view before, absl::string_view behind) {
  before = absl::StripTrailingAsciiWhitespace(before);
  constexpr absl::string_view kWord = "gemeente";
  // The sentence about what a municipality is, as in "X is een groene gemeente", no more of it than that takes.
  constexpr size_t kLongest = 60;
  behind = behind.substr(0, std::min(kLongest, behind.find_first_of(".,;:\n")));
  if (absl::StartsWith(behind, " is een ") && absl::StrContains(behind, " gemeente")) return Called::kMunicipality;
  if (!absl::EndsWithIgnoreCase(before, kWord)) return Called::kNothing;
  // A "centrumgemeente" or "buurgemeente" is a neighbour of the document's own.
  before.remove_suffix(kWord.size());
  if (!before.empty() && IsInsideWord(before.back())) return Called::kNothing;
  // So does what another one does for several.
  if (absl::StrContains(behind, " centrumgemeente")) return Called::kPartner;
  return IsPartner(before) ? Called::kPartner : Called::kMunicipality;
}

// Which of the names found the text also writes with a small letter, or are ordinary words anyhow, as indexes.
absl::flat_hash_set<size_t> NamesThatAreWords(absl::string_view text, const std::map<size_t, int>& named) {
  const auto& known = KnownMunicipalities();
  std::array<std::vector<size_t>, 26> by_letter;
  absl::flat_hash_set<size_t> words;
  Beginnings beginnings{};
  for (const auto& [index, count] : named) {
    const absl::string_view name = known[index].name;
    const bool ordinary =
        std::find(std::begin(kOrdinaryWords), std::end(kOrdinaryWords), name) != std::end(kOrdinaryWords);
    if (ordinary) words.insert(index);
    if (!ordinary && absl::ascii_isupper(static_cast<unsigned char>(name[0]))) {
      by_letter[name[0] - 'A'].push_back(index);
      beginnings[name[0] - 'A' + 'a'] = true;
    }
  }
  for (size_t pos = 0; pos < text.size(); ++pos) {
    if (!beginnings[static_cast<unsigned char>(text[pos])]) continue;
    if (pos > 0 && IsInsideWord(text[pos - 1])) continue;
    const absl::string_view word = WordAt(text, pos);
    for (size_t index : by_letter[text[pos] - 'a']) {
      if (word.substr(1) == known[index].name.substr(1)) words.insert(index);
    }
  }
  return words;
}

}  // namespace

const std::vector<Municipality>& KnownMunicipalities() {
  static const auto& known = *[] {
    auto* list = new std::vector<Municipality>();
    // The names point into the file's text, so it stays for as long as the program.
    static const auto& files = *new std::vector<EmbeddedFile>(ParserData());
    for (const EmbeddedFile& file : files) {
      if (file.name != kFile) continue;
      for (absl::string_view line : absl::StrSplit(file.text, '\n')) {
        line = Trim(line);
        const size_t space = line.find(' ');
        if (space != absl::string_view::npos) list->push_back({line.substr(0, space), Trim(line.substr(space))});
      }
    }
    return list;
  }();
  return known;
}

absl::string_view NameOfMunicipality(absl::string_view code) {
  for (const Municipality& known : KnownMunicipalities()) {
    if (known.code == code) return known.name;
  }
  return {};
}

bool IsKnownMunicipality(absl::string_view code) { return !NameOfMunicipality(code).empty(); }

namespace {

// Behind the first lines that are not blank.
size_t EndOfHead(absl::string_view text) {
  size_t end = 0;
  for (int lines = 0; lines < kLinesOfHead && end < text.size(); ++end) {
    lines += text[end] == '\n' && end > 0 && text[end - 1] != '\n';
  }
  return end;
}

// A heading is at most this long, in bytes.
constexpr size_t kLongestHeading = 120;

// The line around `pos`. No more of it is taken than tells whether it is a heading, since one line may be the whole
// text.
absl::string_view LineAround(absl::string_view text, size_t pos) {
  const size_t first = pos - std::min(pos, kLongestHeading);
  const absl::string_view around = text.substr(first, 2 * kLongestHeading);
  const size_t begin = around.rfind('\n', pos - first) + 1;
  const size_t end = std::min(around.find('\n', pos - first), around.size());
  return Trim(around.substr(begin, end - begin));
}

// Whether a line is an item of a list or a row of a table, which may name any municipality.
bool IsListed(absl::string_view line) {
  constexpr absl::string_view kMarks[] = {"-", "*", "+", "•", "·", "–", "—", "▪", "○", "o "};
  return line.find_first_of("\t|") != absl::string_view::npos ||
         std::any_of(std::begin(kMarks), std::end(kMarks),
                     [line](absl::string_view mark) { return absl::StartsWith(line, mark); });
}

bool IsHeading(absl::string_view line) {
  return line.size() <= kLongestHeading && !absl::EndsWith(line, ".") && !IsListed(line);
}

}  // namespace

std::string InferMunicipality(absl::string_view text) {
  const auto& known = KnownMunicipalities();
  std::map<absl::string_view, int> called;  // by code
  std::map<size_t, int> named;              // by index
  std::map<size_t, int> partners;           // by index
  const Beginnings& beginnings = BeginningsOfNames();
  const size_t head = EndOfHead(text);
  for (size_t pos = 0; pos < text.size(); ++pos) {
    if (!beginnings[static_cast<unsigned char>(text[pos])]) continue;
    if (pos > 0 && IsInsideWord(text[pos - 1])) continue;
    const size_t index = NameAt(text, pos);
    if (index == known.size()) continue;
    const absl::string_view line = LineAround(text, pos);
    // What the document is called says whose it is, a sentence or the heading of a part may be about any.
    const bool in_head = pos < head && IsHeading(line);
    switch (CalledBy(text.substr(0, pos), text.substr(pos + known[index].name.size()))) {
      case Called::kMunicipality:
        if (IsListed(line)) {
          ++named[index];
        } else {
          called[known[index].code] += (in_head ? 2 : 1) * kCalledMunicipality;
        }
        break;
      case Called::kPartner:
        ++partners[index];
        break;
      case Called::kNothing:
        named[index] += in_head ? kCalledMunicipality : 1;
    }
    pos += known[index].name.size() - 1;
  }
  // A document works with its own municipality too: only one that another outranks is a partner.
  int highest = 0;
  for (const auto& [code, rank] : called) highest = std::max(highest, rank);
  for (const auto& [index, count] : partners) {
    int& rank = called[known[index].code];
    if (rank < highest) {
      named[index] += count;
    } else {
      rank += count * kCalledMunicipality;
    }
  }
  const absl::flat_hash_set<size_t> words = NamesThatAreWords(text, named);
  for (const auto& [index, count] : named) {
    if (!words.contains(index)) called[known[index].code] += count;
  }
  absl::string_view best;
  int most = 0;
  bool tie = false;
  for (const auto& [code, count] : called) {
    tie = count == most || (tie && count < most);
    if (count > most) {
      best = code;
      most = count;
    }
  }
  return tie ? "" : std::string(best);
}

}  // namespace regiokompas::intake
