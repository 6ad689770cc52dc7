#include "services/intake/parser/organisations.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "re2/re2.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {
namespace {

using re2::StringPiece;

constexpr size_t kLongestName = 80;
constexpr int kMostWords = 6;

// One or more words with a capital.
#define REGIOKOMPAS_NAME R"((?:'s-)?[A-Z][\pL\d&]*(?:-[A-Z]\pL+)*(?: (?:IJ)?[A-Z][\pL\d&]*(?:-[A-Z]\pL+)*)*)"

StringPiece Piece(absl::string_view text) { return StringPiece(text.data(), text.size()); }
absl::string_view View(const StringPiece& piece) {
  return piece.data() == nullptr ? absl::string_view() : absl::string_view(piece.data(), piece.size());
}

bool IsUpper(absl::string_view word) {
  return !word.empty() && absl::ascii_isupper(static_cast<unsigned char>(word[0]));
}

absl::string_view WithoutPunctuation(absl::string_view word) {
  constexpr absl::string_view kMarks = ".,;:()\"!?";
  while (!word.empty() && kMarks.find(word.front()) != absl::string_view::npos) word.remove_prefix(1);
  while (!word.empty() && kMarks.find(word.back()) != absl::string_view::npos) word.remove_suffix(1);
  return word;
}

// Names in printed order, each once whatever its case.
struct Names {
  std::vector<std::string> list;
  absl::flat_hash_set<std::string> seen;
};

void AddOnce(absl::string_view name, Names* names) {
  name = Trim(name);
  if (!absl::StrContains(name, "(")) name = WithoutPunctuation(name);
  if (name.empty() || name.size() > kLongestName) return;
  if (names->seen.insert(absl::AsciiStrToLower(name)).second) names->list.emplace_back(name);
}

// An item of a list up to its last word with a capital; what follows describes the organisation.
absl::string_view UpToLastName(absl::string_view item) {
  size_t end = 0;
  for (absl::string_view word : absl::StrSplit(item, ' ', absl::SkipEmpty())) {
    if (IsUpper(word) || absl::StartsWith(word, "(")) end = word.data() + word.size() - item.data();
  }
  return item.substr(0, end);
}

int CapitalisedWords(absl::string_view text) {
  int count = 0;
  for (absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) count += IsUpper(word);
  return count;
}

// Splits at " en ", but not inside a name such as "Fonds Sport en Cultuur", whose last word is no name by itself.
template <typename IsName>
void SplitAtAnd(absl::string_view part, IsName is_name, std::vector<absl::string_view>* items) {
  size_t start = 0;
  for (size_t pos = part.find(" en "); pos != absl::string_view::npos; pos = part.find(" en ", pos + 1)) {
    const absl::string_view left = part.substr(start, pos - start);
    const absl::string_view right = part.substr(pos + 4);
    const bool one_name =
        CapitalisedWords(left) >= 2 && IsUpper(right) && right.find(' ') == absl::string_view::npos && !is_name(right);
    if (one_name) break;
    items->push_back(left);
    start = pos + 4;
  }
  items->push_back(part.substr(start));
}

// The items of a list of stakeholders: separated by punctuation, list marks and numbers.
template <typename IsName>
std::vector<absl::string_view> ItemsOf(absl::string_view text, IsName is_name) {
  static const RE2 kSeparator(R"(\s*(?:[,;\n•]|\.\s|\s[-–]\s|(?:^|\s)\d+\.\s)\s*)");
  std::vector<absl::string_view> items;
  StringPiece rest = Piece(text);
  StringPiece separator;
  size_t start = 0;
  size_t pos = 0;
  while (pos < text.size() && kSeparator.Match(rest, pos, text.size(), RE2::UNANCHORED, &separator, 1)) {
    const size_t at = separator.data() - text.data();
    SplitAtAnd(text.substr(start, at - start), is_name, &items);
    start = at + separator.size();
    pos = std::max(start, pos + 1);
  }
  if (start < text.size()) SplitAtAnd(text.substr(start), is_name, &items);
  return items;
}

}  // namespace

OrganisationFinder::OrganisationFinder(absl::string_view document, absl::string_view own) : own_(own) {
  size_t start = 0;
  for (size_t i = 0; i <= document.size(); ++i) {
    const unsigned char c = i < document.size() ? document[i] : ' ';
    if (absl::ascii_isalpha(c) || c >= 0x80) continue;
    if (i > start && absl::ascii_islower(static_cast<unsigned char>(document[start]))) {
      common_words_.emplace(document.substr(start, i - start));
    }
    start = i + 1;
  }
}

bool OrganisationFinder::IsProperName(absl::string_view word) const {
  word = WithoutPunctuation(word);
  if (word.size() < 2 || !IsUpper(word) || word == own_) return false;
  // "WMO'ers" and "Jeugd-medewerkers" are people, not an organisation.
  if (absl::StrContains(word, "'") || absl::StrContains(word, "’")) return false;
  const size_t hyphen = word.rfind('-');
  if (hyphen != absl::string_view::npos && !IsUpper(word.substr(hyphen + 1))) return false;
  return !common_words_.contains(absl::AsciiStrToLower(word));
}

// Whether an item is written in capitals throughout, or holds a proper name that is not just the place where the
// others are.
bool OrganisationFinder::NamesOrganisation(absl::string_view item) const {
  std::string without_own(item);
  if (!own_.empty()) absl::StrReplaceAll({{own_, ""}}, &without_own);
  const std::vector<absl::string_view> words = absl::StrSplit(without_own, ' ', absl::SkipEmpty());
  if (words.size() >= 2 && std::all_of(words.begin(), words.end(), IsUpper)) return true;
  absl::string_view before;
  for (absl::string_view word : words) {
    const bool place = before == "in" || before == "uit" || before == "te" || before == "van";
    if (!place && IsProperName(word)) return true;
    before = word;
  }
  return false;
}

std::vector<std::string> OrganisationFinder::Find(absl::string_view text, bool stakeholders) const {
  static const RE2 kMunicipalities(R"((?:[Cc]entrum)?[Gg]emeenten?\s+()" REGIOKOMPAS_NAME
                                   R"((?:\s*,\s*)" REGIOKOMPAS_NAME R"()*(?:\s+en\s+)" REGIOKOMPAS_NAME R"()?))");
  static const RE2 kFoundation(
      R"(\b([Ss]tichting(?:\s+(?:voor|van|de|het|tot))*\s+[A-Z][\pL\d&]*(?:\s+(?:(?:voor|van|de|het|tot)\s+)*[A-Z][\pL\d&]*)*))");
  static const RE2 kPartner(
      R"(\b(?:[Ss]amenwerk\w*|[Ss]amen|[Oo]verleg\w*|[Aa]fstemm\w*|[Aa]fspraken)\b[^.;\n]{0,40}?\bmet\s+(?:de\s+|het\s+)?([A-Z]{2,8})\b)");
  Names names;
  StringPiece rest = Piece(text);
  StringPiece group;
  while (RE2::FindAndConsume(&rest, kMunicipalities, &group)) {
    for (absl::string_view part : absl::StrSplit(View(group), ',')) {
      std::vector<absl::string_view> items;
      const size_t at = part.find(" en ");
      items.push_back(part.substr(0, at));
      if (at != absl::string_view::npos) items.push_back(part.substr(at + 4));
      for (absl::string_view item : items) {
        if (Trim(item) != own_ && IsProperName(Trim(item))) AddOnce(item, &names);
      }
    }
  }
  rest = Piece(text);
  while (RE2::FindAndConsume(&rest, kFoundation, &group)) AddOnce(View(group), &names);
  rest = Piece(text);
  while (RE2::FindAndConsume(&rest, kPartner, &group)) AddOnce(View(group), &names);
  if (!stakeholders) return names.list;
  for (absl::string_view item : ItemsOf(text, [this](absl::string_view word) { return IsProperName(word); })) {
    item = Trim(item);
    // What stands in brackets in front explains the name behind it.
    const size_t bracket = item.rfind(')');
    if (bracket != absl::string_view::npos && bracket + 1 < item.size()) item = Trim(item.substr(bracket + 1));
    absl::ConsumePrefix(&item, "- ");
    item = UpToLastName(item);
    if (item.size() > kLongestName || std::count(item.begin(), item.end(), ' ') >= kMostWords) continue;
    const bool half_bracket = absl::StrContains(item, "(") != absl::StrContains(item, ")");
    if (half_bracket || absl::StrContains(item, "“") || !NamesOrganisation(item)) continue;
    AddOnce(item, &names);
  }
  return names.list;
}

}  // namespace regiokompas::intake
