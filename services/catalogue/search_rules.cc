#include "services/catalogue/search_rules.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace regiokompas::catalogue {
namespace {

// Shorter stems begin too many other words; shorter pieces stand in too many.
constexpr size_t kShortestStem = 4;
constexpr size_t kShortestWord = 3;
constexpr int kSnippetChars = 240;
constexpr int kCharsBefore = 60;

bool IsVowel(char c) { return c == 'a' || c == 'e' || c == 'o' || c == 'u'; }
bool IsConsonant(char c) { return absl::ascii_islower(static_cast<unsigned char>(c)) && !IsVowel(c) && c != 'i'; }

// -- Characters
struct Character {
  uint32_t code = 0;
  size_t begin = 0;  // its bytes in the text
  size_t end = 0;
};

std::vector<Character> CharactersOf(absl::string_view text) {
  std::vector<Character> characters;
  characters.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    uint32_t code = length == 1 ? first : first & (0xFFU >> (length + 1));
    const size_t end = std::min(i + length, text.size());
    for (size_t k = i + 1; k < end; ++k) code = code << 6 | (static_cast<unsigned char>(text[k]) & 0x3FU);
    characters.push_back({code, i, end});
    i = end;
  }
  return characters;
}

// Letters of Latin-1 and Latin Extended-A without their accents, from U+00C0 on; a space is no letter.
constexpr absl::string_view kPlain =
    "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
    "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

// The letter or digit that a character is compared as; "" for what parts words.
std::string FoldOf(uint32_t code, absl::string_view bytes) {
  if (code < 0x80) {
    const auto c = static_cast<unsigned char>(code);
    return absl::ascii_isalnum(c) ? std::string(1, static_cast<char>(absl::ascii_tolower(c))) : "";
  }
  switch (code) {
    case 0xC6:
    case 0xE6:
      return "ae";
    case 0xDF:
      return "ss";
    case 0x132:
    case 0x133:
      return "ij";
    case 0x152:
    case 0x153:
      return "oe";
    default:
      break;
  }
  if (code < 0xC0 || (code >= 0x2000 && code < 0x2C00) || (code >= 0x3000 && code < 0x3040)) return "";
  if (code < 0xC0 + kPlain.size()) {
    const char plain = kPlain[code - 0xC0];
    return plain == ' ' ? "" : std::string(1, plain);
  }
  return std::string(bytes);
}

// -- Words
struct Word {
  std::string folded;
  int start = 0;  // in characters
  int length = 0;
};

std::vector<Word> WordsOf(absl::string_view text, const std::vector<Character>& characters) {
  std::vector<Word> words;
  bool open = false;
  for (size_t i = 0; i < characters.size(); ++i) {
    const Character& c = characters[i];
    const std::string folded = FoldOf(c.code, text.substr(c.begin, c.end - c.begin));
    if (folded.empty()) {
      open = false;
      continue;
    }
    if (!open) words.push_back({"", static_cast<int>(i), 0});
    open = true;
    words.back().folded += folded;
    ++words.back().length;
  }
  return words;
}

bool Fits(const Form& form, const std::string& word) {
  return word == form.text || (form.begins && absl::StartsWith(word, form.text)) ||
         (form.within && absl::StrContains(word, form.text));
}

// How many words from `at` on are what is sought; 0 when they are not.
size_t MatchAt(const Sought& sought, const std::vector<Word>& words, size_t at) {
  if (!sought.forms.empty()) {
    const auto fits = [&](const Form& form) { return Fits(form, words[at].folded); };
    return std::any_of(sought.forms.begin(), sought.forms.end(), fits) ? 1 : 0;
  }
  const size_t count = sought.phrase.size();
  if (at + count > words.size()) return 0;
  for (size_t i = 0; i < count; ++i) {
    if (words[at + i].folded != sought.phrase[i]) return 0;
  }
  return count;
}

struct Match {
  size_t term = 0;
  int start = 0;
  int end = 0;
};

std::vector<Match> MatchesOf(const std::vector<Word>& words, const std::vector<Sought>& sought) {
  std::vector<Match> matches;
  for (size_t at = 0; at < words.size(); ++at) {
    for (size_t term = 0; term < sought.size(); ++term) {
      const size_t count = MatchAt(sought[term], words, at);
      if (count == 0) continue;
      const Word& last = words[at + count - 1];
      matches.push_back({term, words[at].start, last.start + last.length});
      break;
    }
  }
  return matches;
}

// Where the window begins that holds most different terms: at a match.
int BestStart(const std::vector<Match>& matches) {
  int best = matches.front().start;
  size_t most = 0;
  std::map<size_t, int> inside;  // term: how often
  size_t first = 0;
  for (const Match& match : matches) {
    ++inside[match.term];
    while (match.end - matches[first].start > kSnippetChars - kCharsBefore && matches[first].start < match.start) {
      const auto leaving = inside.find(matches[first++].term);
      if (--leaving->second == 0) inside.erase(leaving);
    }
    if (inside.size() > most) {
      most = inside.size();
      best = matches[first].start;
    }
  }
  return best;
}

v1::Snippet CutAt(absl::string_view text, const std::vector<Character>& characters, const std::vector<Word>& words,
                  const std::vector<Match>& matches) {
  const int size = static_cast<int>(characters.size());
  int begin = 0;
  if (!matches.empty() && size > kSnippetChars) {
    const int wanted = std::max(0, BestStart(matches) - kCharsBefore);
    // The first word that begins there or later; the match itself is one.
    for (const Word& word : words) {
      if (word.start >= wanted) {
        begin = wanted == 0 ? 0 : word.start;
        break;
      }
    }
  }
  int end = std::min(size, begin + kSnippetChars);
  if (end < size) {
    // A word that does not fit stays out, unless it is all there is.
    for (auto word = words.rbegin(); word != words.rend(); ++word) {
      if (word->start < end && word->start + word->length > end && word->start > begin) end = word->start;
      if (word->start + word->length <= end) break;
    }
  }
  v1::Snippet snippet;
  if (begin < end) {
    const size_t from = characters[static_cast<size_t>(begin)].begin;
    const size_t until = characters[static_cast<size_t>(end) - 1].end;
    snippet.set_text(std::string(text.substr(from, until - from)));
  }
  std::replace(snippet.mutable_text()->begin(), snippet.mutable_text()->end(), '\n', ' ');
  int behind = begin;
  for (const Match& match : matches) {
    if (match.start < behind || match.end > end) continue;
    snippet.add_match_starts(match.start - begin);
    snippet.add_match_lengths(match.end - match.start);
    behind = match.end;
  }
  return snippet;
}

// How many letters must be added, left out, replaced or swapped with a neighbour; more than `limit` is limit + 1.
int Distance(const std::string& a, const std::string& b, int limit) {
  const int rows = static_cast<int>(a.size());
  const int columns = static_cast<int>(b.size());
  if (std::abs(rows - columns) > limit) return limit + 1;
  std::array<std::vector<int>, 3> table;  // the rows i - 2, i - 1 and i
  for (auto& row : table) row.resize(b.size() + 1);
  for (int j = 0; j <= columns; ++j) table[1][static_cast<size_t>(j)] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    table[2][0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int replaced = table[1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      int least = std::min({replaced, table[1][j] + 1, table[2][j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) least = std::min(least, table[0][j - 2] + 1);
      table[2][j] = least;
    }
    std::rotate(table.begin(), table.begin() + 1, table.end());
  }
  return std::min(table[1].back(), limit + 1);
}

}  // namespace

const std::vector<api::FilterField>& SearchFields() {
  using Operator = api::FilterOperator;
  static const auto* const kFields = new std::vector<api::FilterField>{
      {.name = "owner"},
      {.name = "framework"},
      {.name = "task_field"},
      {.name = "year",
       .operators = {Operator::kEqual, Operator::kNotEqual, Operator::kLess, Operator::kLessOrEqual, Operator::kGreater,
                     Operator::kGreaterOrEqual},
       .number = true},
      {.name = "party", .operators = {Operator::kEqual, Operator::kNotEqual, Operator::kHas}},
      {.name = "state", .values = {"DRAFT", "ADOPTED", "WITHDRAWN"}},
      {.name = "ending", .values = {"NONE", "REALISED", "STOPPED"}},
  };
  return *kFields;
}

std::vector<QueryTerm> ParseQuery(absl::string_view query) {
  std::vector<QueryTerm> terms;
  std::set<std::pair<bool, std::string>> seen;
  size_t i = 0;
  while (i < query.size()) {
    if (absl::ascii_isspace(static_cast<unsigned char>(query[i]))) {
      ++i;
      continue;
    }
    QueryTerm term;
    if (query[i] == '-') {
      term.negative = true;
      ++i;
    }
    if (i < query.size() && query[i] == '"') {
      const size_t close = std::min(query.find('"', i + 1), query.size());
      term.phrase = true;
      term.text = std::string(query.substr(i + 1, close - i - 1));
      i = close + 1;
    } else {
      const size_t start = i;
      while (i < query.size() && !absl::ascii_isspace(static_cast<unsigned char>(query[i])) && query[i] != '"') ++i;
      term.text = std::string(query.substr(start, i - start));
    }
    if (!term.text.empty() && seen.insert({term.negative, term.text}).second) terms.push_back(std::move(term));
  }
  return terms;
}

std::vector<Form> FormsOf(const std::string& word, const std::string& stem) {
  std::vector<std::string> texts = {word, stem};
  const size_t size = stem.size();
  if (size >= 3) {
    const std::string head = stem.substr(0, size - 1);
    const char last = stem[size - 1];
    const char before = stem[size - 2];
    for (const auto& [from, to] : {std::pair('v', 'f'), {'f', 'v'}, {'z', 's'}, {'s', 'z'}}) {
      if (last == from) texts.push_back(head + to);
    }
    // wonen, won: woon; straten, strat: straat
    if (IsConsonant(last) && IsVowel(before) && !IsVowel(stem[size - 3])) {
      const std::string open = absl::StrCat(stem.substr(0, size - 1), std::string(1, before));
      texts.push_back(open + last);
      if (last == 'v') texts.push_back(open + 'f');
      if (last == 'z') texts.push_back(open + 's');
    }
    // gezinnen, gezinn: gezin
    if (IsConsonant(last) && last == before) texts.push_back(head);
  }
  std::vector<Form> forms;
  std::set<std::string> seen = {""};
  for (const std::string& text : texts) {
    if (!seen.insert(text).second) continue;
    const bool typed = text == word;
    forms.push_back({text, text.size() >= (typed ? kShortestWord : kShortestStem), text.size() >= kShortestStem});
  }
  return forms;
}

v1::Snippet CutSnippet(absl::string_view title, absl::string_view content, const std::vector<Sought>& sought) {
  const std::vector<Character> characters = CharactersOf(content);
  const std::vector<Word> words = WordsOf(content, characters);
  const std::vector<Match> matches = MatchesOf(words, sought);
  if (!matches.empty()) return CutAt(content, characters, words, matches);
  const std::vector<Character> title_characters = CharactersOf(title);
  const std::vector<Word> title_words = WordsOf(title, title_characters);
  const std::vector<Match> title_matches = MatchesOf(title_words, sought);
  if (!title_matches.empty() || content.empty()) return CutAt(title, title_characters, title_words, title_matches);
  return CutAt(content, characters, words, matches);
}

std::string NearestWord(const std::string& word, const std::vector<std::string>& candidates) {
  const int limit = word.size() < kShortestStem ? 0 : word.size() < 6 ? 1 : word.size() < 10 ? 2 : 3;
  std::string nearest;
  int least = limit + 1;
  for (const std::string& candidate : candidates) {
    const int distance = Distance(word, candidate, limit);
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::vector<std::pair<std::string, std::string>> SplitsOf(const std::string& word) {
  std::vector<std::pair<std::string, std::string>> splits;
  for (size_t at = kShortestStem; at + kShortestStem <= word.size(); ++at) {
    const std::string tail = word.substr(at);
    splits.emplace_back(word.substr(0, at), tail);
    if (word[at - 1] == 's' && at > kShortestStem) splits.emplace_back(word.substr(0, at - 1), tail);
  }
  const auto shorter = [](const auto& split) { return std::min(split.first.size(), split.second.size()); };
  std::stable_sort(splits.begin(), splits.end(), [&](const auto& a, const auto& b) { return shorter(a) > shorter(b); });
  return splits;
}

}  // namespace regiokompas::catalogue
