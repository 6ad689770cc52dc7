#include "services/intake/parser/text_lines.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace regiokompas::intake {
namespace {

// The base letters of U+00C0 to U+017F, two bytes each, '.' for "none"; enough for Dutch and its loan words.
constexpr char kBaseLetters[] =
    // U+00C0
    "a.a.a.a.a.a.aec.e.e.e.e.i.i.i.i.d.n.o.o.o.o.o...o.u.u.u.u.y.thss"
    // U+00E0
    "a.a.a.a.a.a.aec.e.e.e.e.i.i.i.i.d.n.o.o.o.o.o...o.u.u.u.u.y.thy."
    // U+0100
    "a.a.a.a.a.a.c.c.c.c.c.c.c.c.d.d.d.d.e.e.e.e.e.e.e.e.e.e.g.g.g.g."
    // U+0120
    "g.g.g.g.h.h.h.h.i.i.i.i.i.i.i.i.i.i.ijijj.j.k.k.k.l.l.l.l.l.l.l."
    // U+0140
    "l.l.l.n.n.n.n.n.n.n.n.n.o.o.o.o.o.o.oeoer.r.r.r.r.r.s.s.s.s.s.s."
    // U+0160
    "s.s.t.t.t.t.t.t.u.u.u.u.u.u.u.u.u.u.u.u.w.w.y.y.y.z.z.z.z.z.z.s.";

// Decodes the code point at `pos` of well-formed UTF-8 and moves `pos` behind it. Malformed bytes count as U+FFFD.
uint32_t NextCodePoint(absl::string_view text, size_t& pos) {
  const unsigned char lead = text[pos++];
  if (lead < 0x80) return lead;
  int extra = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  if (extra == 0 || pos + extra > text.size()) return 0xFFFD;
  uint32_t code = lead & (0x3F >> extra);
  while (extra-- > 0) code = (code << 6) | (static_cast<unsigned char>(text[pos++]) & 0x3F);
  return code;
}

// Marks that open the item of a list.
constexpr absl::string_view kMarks[] = {"•", "▪", "●", "○", "◦", "‣", "·", "\xEF\x82\xB7", "–", "—", "-", "*", ">"};

absl::string_view WithoutMark(absl::string_view text) {
  // A circle may have become a letter; a sentence does not begin with it.
  if (absl::StartsWith(text, "o ")) return text.substr(1);
  if (!text.empty() && absl::ascii_isalnum(static_cast<unsigned char>(text[0]))) return text;
  for (absl::string_view mark : kMarks) {
    if (!absl::StartsWith(text, mark)) continue;
    const absl::string_view rest = text.substr(mark.size());
    // "> 80%" compares.
    const size_t next = mark == ">" ? rest.find_first_not_of("= ") : absl::string_view::npos;
    const bool compares =
        next != absl::string_view::npos && absl::ascii_isdigit(static_cast<unsigned char>(rest[next]));
    return compares ? text : rest;
  }
  return text;
}

// "A.", "1)", "c." behind a list mark.
bool IsItemCode(absl::string_view text) {
  if (text.size() < 2 || text.size() > 4) return false;
  const char last = text.back();
  if (last != '.' && last != ')') return false;
  text.remove_suffix(1);
  const bool digits = std::all_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_isdigit(c); });
  return digits || (text.size() == 1 && absl::ascii_isalpha(static_cast<unsigned char>(text[0])));
}

void ReadItem(Line& line) {
  absl::string_view rest = WithoutMark(line.text);
  if (rest.size() == line.text.size()) return;
  const bool spaced = rest.empty() || absl::ascii_isspace(static_cast<unsigned char>(rest[0]));
  rest = Trim(rest);
  // "-18" and "-word" in running text are no items, "•word" is one.
  if (!spaced && absl::ascii_isascii(static_cast<unsigned char>(line.text[0]))) return;
  line.is_item = true;
  const absl::string_view inner = WithoutMark(rest);
  if (inner.size() != rest.size() && Trim(inner).empty()) {
    rest = {};
  } else if (IsItemCode(rest)) {
    line.item_code = std::string(rest.substr(0, rest.size() - 1));
    rest = {};
  }
  line.item = rest;
}

bool IsDivided(absl::string_view text) {
  // A gap of three spaces has one at every third place.
  const auto space = [text](size_t at) { return at < text.size() && text[at] == ' '; };
  for (size_t i = 2; i < text.size(); i += 3) {
    if (text[i] != ' ') continue;
    if ((text[i - 1] == ' ' && (text[i - 2] == ' ' || space(i + 1))) || (space(i + 1) && space(i + 2))) return true;
  }
  const size_t bar = text.find('|');
  return (bar != absl::string_view::npos && bar + 1 < text.size()) || text.find('\t') != absl::string_view::npos;
}

// Words with a full stop that the sentence goes on behind, without that last stop.
constexpr absl::string_view kOpenAbbreviations[] = {
    "o.a",   "m.n",     "t.o.v", "i.v.m", "m.b.t", "t.b.v", "i.s.m", "d.w.z", "d.m.v", "n.a.v", "m.u.v", "i.p.v",
    "t.a.v", "a.d.h.v", "bijv",  "incl",  "excl",  "resp",  "evt",   "ca",    "nr",    "art",   "blz"};

// The same before a figure only: "max. 8", but "€ 2 mln. Daarna".
constexpr absl::string_view kAbbreviationsBeforeFigures[] = {"max", "min", "mln", "mld", "gem", "tel"};

// Whether the full stop at `stop` belongs to an abbreviation and `next` goes on with the sentence.
bool EndsAbbreviation(absl::string_view text, size_t stop, unsigned char next) {
  constexpr size_t kLongest = 8;
  size_t begin = stop;
  while (begin > 0 && stop - begin < kLongest &&
         (absl::ascii_isalpha(static_cast<unsigned char>(text[begin - 1])) || text[begin - 1] == '.')) {
    --begin;
  }
  if (begin == stop) return false;
  const std::string word = absl::AsciiStrToLower(text.substr(begin, stop - begin));
  const auto holds = [&](const auto& list) {
    return std::find(std::begin(list), std::end(list), word) != std::end(list);
  };
  return holds(kOpenAbbreviations) || (!absl::ascii_isupper(next) && holds(kAbbreviationsBeforeFigures));
}

}  // namespace

absl::string_view Trim(absl::string_view text) {
  constexpr absl::string_view kNoBreakSpace = "\xC2\xA0";
  const auto may_end = [](unsigned char c) { return !absl::ascii_isgraph(c); };
  while (!text.empty() && (may_end(text.front()) || may_end(text.back()))) {
    const absl::string_view before = text;
    text = absl::StripAsciiWhitespace(text);
    absl::ConsumePrefix(&text, kNoBreakSpace);
    absl::ConsumeSuffix(&text, kNoBreakSpace);
    if (text.size() == before.size()) break;
  }
  return text;
}

std::vector<Line> SplitLines(const SourceText& source) {
  const absl::string_view bytes = source.text;
  std::vector<Line> lines;
  lines.reserve(std::count(bytes.begin(), bytes.end(), '\n') + 1);
  // A text with no carriage return in it, as most are, is searched for one kind of end only.
  const absl::string_view ends = bytes.find('\r') == absl::string_view::npos ? "\n" : "\n\r";
  size_t pos = 0;
  int number = 0;
  bool after_blank = true;
  while (pos < bytes.size()) {
    const size_t end = std::min(bytes.find_first_of(ends, pos), bytes.size());
    const absl::string_view raw = bytes.substr(pos, end - pos);
    pos = end;
    if (pos < bytes.size()) pos += (bytes[pos] == '\r' && pos + 1 < bytes.size() && bytes[pos + 1] == '\n') ? 2 : 1;
    ++number;
    Line line;
    line.text = Trim(raw);
    if (line.text.empty()) {
      after_blank = true;
      continue;
    }
    line.number = source.line_numbers.empty() ? number : source.line_numbers[number - 1];
    line.raw = raw;
    line.indent = static_cast<int>(line.text.data() - raw.data());
    line.after_blank = after_blank;
    line.divided = IsDivided(line.text);
    after_blank = false;
    ReadItem(line);
    lines.push_back(std::move(line));
  }
  return lines;
}

bool IsWrapped(absl::Span<const Line> lines) {
  constexpr size_t kWidest = 110;
  constexpr size_t kShortestFull = 60;
  constexpr absl::string_view kEnds = ".:;!?|";
  size_t full = 0;
  for (const Line& line : lines) {
    if (line.text.size() > kWidest) return false;
    full += line.text.size() >= kShortestFull && !absl::StrContains(kEnds, line.text.substr(line.text.size() - 1));
  }
  return full * 4 >= lines.size();
}

size_t FindMark(absl::string_view text) {
  static constexpr std::array<bool, 256> kMayEndLabel = BytesOf(":?\t|");
  size_t at = 0;
  while (at < text.size() && !kMayEndLabel[static_cast<unsigned char>(text[at])]) ++at;
  return at;
}

namespace {

// The length of a section's number: parts of one or two digits with dots between them. 0 when the text begins with
// none.
size_t LengthOfNumber(absl::string_view text) {
  constexpr size_t kMostDigits = 2;
  size_t end = 0;
  while (true) {
    const size_t part = end;
    while (end < text.size() && absl::ascii_isdigit(static_cast<unsigned char>(text[end]))) ++end;
    if (end == part || end - part > kMostDigits) return 0;
    const bool more =
        end + 1 < text.size() && text[end] == '.' && absl::ascii_isdigit(static_cast<unsigned char>(text[end + 1]));
    if (!more) return end;
    ++end;
  }
}

// The length of the letter or Roman number that a text begins with.
size_t LengthOfLetters(absl::string_view text) {
  constexpr size_t kLongestRoman = 4;
  for (const absl::string_view roman : {"IVX", "ivx"}) {
    const size_t end = std::min(text.find_first_not_of(roman), text.size());
    if (end > 0 && end <= kLongestRoman) return end;
  }
  return !text.empty() && absl::ascii_isalpha(static_cast<unsigned char>(text[0])) ? 1 : 0;
}

}  // namespace

NumberedText SplitNumber(absl::string_view text) {
  const size_t number = LengthOfNumber(text);
  const size_t code = number > 0 ? number : LengthOfLetters(text);
  const bool marked = code < text.size() && (text[code] == '.' || text[code] == ')');
  const size_t end = code + (marked ? 1 : 0);
  if (code == 0 || end + 1 >= text.size() || text[end] != ' ') return {{}, text};
  const absl::string_view title = Trim(text.substr(end));
  const auto first = static_cast<unsigned char>(title.empty() ? ' ' : title[0]);
  const bool capital = absl::ascii_isupper(first) || first >= 0x80 || first == '\'' || first == '"';
  return marked || (number > 0 && capital) ? NumberedText{text.substr(0, code), title} : NumberedText{{}, text};
}

absl::string_view WithoutNumber(absl::string_view text) { return SplitNumber(text).title; }

namespace {

// By letter how rare it is in Dutch: the rarest has 0, and what is no letter is the least rare.
constexpr std::array<char, 128> Rarity() {
  constexpr absl::string_view kRarestFirst = "qxyfjczpbwumkvhlgosdirtane";
  std::array<char, 128> rarity{};
  for (char& each : rarity) each = static_cast<char>(kRarestFirst.size());
  for (size_t i = 0; i < kRarestFirst.size(); ++i) {
    rarity[kRarestFirst[i]] = rarity[kRarestFirst[i] - 'a' + 'A'] = static_cast<char>(i);
  }
  return rarity;
}

}  // namespace

bool ContainsInAnyCase(absl::string_view text, absl::string_view part) {
  if (part.empty()) return true;
  // The letter that is rarest in Dutch is looked for first.
  static constexpr std::array<char, 128> kRarity = Rarity();
  const auto rarest = std::min_element(part.begin(), part.end(), [](char a, char b) {
    return kRarity[static_cast<unsigned char>(a) & 127] < kRarity[static_cast<unsigned char>(b) & 127];
  });
  const size_t before = rarest - part.begin();
  const auto byte = static_cast<unsigned char>(*rarest);
  const char cases[] = {absl::ascii_tolower(byte), absl::ascii_toupper(byte)};
  for (const char letter : absl::string_view(cases, cases[0] == cases[1] ? 1 : 2)) {
    for (size_t at = text.find(letter, before); at != absl::string_view::npos; at = text.find(letter, at + 1)) {
      if (absl::StartsWithIgnoreCase(text.substr(at - before), part)) return true;
    }
  }
  return false;
}

Stems::Stems(std::vector<absl::string_view> stems) : stems_(std::move(stems)) {
  for (absl::string_view stem : stems_) begins_[Begin(stem[0], stem[1])] = true;
}

bool Stems::AreIn(absl::string_view text) const {
  for (size_t at = 0; at + 1 < text.size(); ++at) {
    if (!begins_[Begin(text[at], text[at + 1])]) continue;
    const absl::string_view rest = text.substr(at);
    if (std::any_of(stems_.begin(), stems_.end(), [rest](auto stem) { return absl::StartsWithIgnoreCase(rest, stem); }))
      return true;
  }
  return false;
}

namespace {

// By byte what it is for comparing: a letter or digit, or 0 for what parts words and for all that is not ASCII.
constexpr std::array<char, 256> ComparedAscii() {
  std::array<char, 256> compared{};
  for (char c = '0'; c <= '9'; ++c) compared[c] = c;
  for (char c = 'a'; c <= 'z'; ++c) compared[c] = compared[c - 'a' + 'A'] = c;
  return compared;
}

// Writes a text for comparing; returns the end of what is written. No character becomes longer, so room for as many
// bytes as there are is enough.
char* Normalize(absl::string_view text, char* const out) {
  static constexpr std::array<char, 256> kCompared = ComparedAscii();
  char* end = out;
  bool gap = false;
  const auto open_gap = [&] {
    *end = ' ';
    end += gap;
    gap = false;
  };
  for (size_t pos = 0; pos < text.size();) {
    const auto byte = static_cast<unsigned char>(text[pos]);
    if (char c = kCompared[byte]; c != 0) {
      open_gap();
      do {
        *end++ = c;
        c = ++pos < text.size() ? kCompared[static_cast<unsigned char>(text[pos])] : '\0';
      } while (c != 0);
      continue;
    }
    if (byte < 0x80) {
      ++pos;
      gap = end != out;
      continue;
    }
    const uint32_t code = NextCodePoint(text, pos);
    const char* const base = code >= 0xC0 && code < 0x180 ? kBaseLetters + (code - 0xC0) * 2 : "..";
    if (base[0] != '.') {
      open_gap();
      *end++ = base[0];
      if (base[1] != '.') *end++ = base[1];
    } else if (code < 0x300 || code >= 0x370) {  // a combining accent belongs to the letter before it
      gap = end != out;
    }
  }
  return end;
}

}  // namespace

std::string Normalized(absl::string_view text) {
  std::string out(text.size(), ' ');
  out.resize(Normalize(text, out.data()) - out.data());
  return out;
}

NormalizedWords::NormalizedWords(absl::string_view text) {
  char* const out = text.size() <= short_.size() ? short_.data() : (long_.resize(text.size()), long_.data());
  words_ = absl::string_view(out, Normalize(text, out) - out);
}

NormalizedOpenings::NormalizedOpenings(absl::string_view text, size_t longest, size_t most) {
  text = text.substr(0, std::min(longest, kLongest));
  most = std::min(most, kMost);
  size_t size = 0;
  size_t begin = 0;
  for (size_t end = text.find(' '); end != absl::string_view::npos && count_ < most; end = text.find(' ', begin)) {
    char* const out = words_.data() + size + (size > 0);
    const char* const behind = Normalize(text.substr(begin, end - begin), out);
    if (behind != out) {
      if (size > 0) words_[size] = ' ';
      size = behind - words_.data();
    }
    openings_[count_++] = {end, absl::string_view(words_.data(), size)};
    begin = end + 1;
  }
}

std::string NormalizedWordSet(absl::string_view text) {
  const std::string normalized = Normalized(text);
  std::vector<absl::string_view> words = absl::StrSplit(normalized, ' ', absl::SkipEmpty());
  std::sort(words.begin(), words.end());
  return absl::StrJoin(words, " ");
}

bool WithinOneEdit(absl::string_view a, absl::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  size_t i = 0;
  while (i < a.size() && a[i] == b[i]) ++i;
  if (i == a.size()) return true;
  if (a.size() < b.size()) return a.substr(i) == b.substr(i + 1);
  if (a.substr(i + 1) == b.substr(i + 1)) return true;
  return i + 1 < a.size() && a[i] == b[i + 1] && a[i + 1] == b[i] && a.substr(i + 2) == b.substr(i + 2);
}

std::vector<absl::string_view> SplitSentences(absl::string_view text) {
  std::vector<absl::string_view> sentences;
  size_t start = 0;
  auto cut = [&](size_t end, size_t next) {
    const absl::string_view sentence = Trim(text.substr(start, end - start));
    if (!sentence.empty()) sentences.push_back(sentence);
    start = next;
  };
  static constexpr std::array<bool, 256> kMayCut = BytesOf("\n.!?;\xE2");
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!kMayCut[static_cast<unsigned char>(c)]) continue;
    if (c == '\n') {
      cut(i, i + 1);
    } else if (c == '\xE2' && absl::StartsWith(text.substr(i), "• ")) {
      cut(i, i + 4);
    } else if ((c == '.' || c == '!' || c == '?' || c == ';') && i + 2 < text.size() && text[i + 1] == ' ') {
      const unsigned char next = text[i + 2];
      // "1. Start" is a numbered step and not the end of a sentence.
      const bool number = c == '.' && i > 0 && absl::ascii_isdigit(static_cast<unsigned char>(text[i - 1])) &&
                          (i < 2 || !absl::ascii_isalnum(static_cast<unsigned char>(text[i - 2])));
      const bool opens =
          absl::ascii_isupper(next) || absl::ascii_isdigit(next) || next == '"' || next >= 0x80 || next == '-';
      if (!number && opens && !(c == '.' && EndsAbbreviation(text, i, next))) {
        cut(i + 1, i + 2);
      }
    }
  }
  cut(text.size(), text.size());
  return sentences;
}

}  // namespace regiokompas::intake
