#include "services/intake/parser/page_furniture.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "re2/re2.h"
#include "services/intake/parser/line_shapes.h"
#include "services/intake/parser/profile.h"

namespace regiokompas::intake {
namespace {

constexpr size_t kLongestMargin = 160;
constexpr size_t kLongestEntry = 200;
// Lines of text that a page has at least between two running lines.
constexpr size_t kLeastLinesOfPage = 5;
// How often a line comes back at least that only its number tells from a heading or a code.
constexpr size_t kLeastPages = 3;

re2::StringPiece Piece(absl::string_view text) { return {text.data(), text.size()}; }

// A line with a number at its beginning or end that may be that of a page.
struct PageLine {
  size_t at = 0;
  int number = 0;
  bool named = false;  // whether a word or its marks say that it is a page
  bool apart = false;  // whether more than a space divides the number from the rest
  bool first = false;  // whether the number stands before the rest
};

// How much of what a document is called a text says: its kind, its year and the municipality. A year or "gemeente"
// alone is in many texts and names no document.
int NamesOfDocument(absl::string_view text) {
  static const RE2 kYear(R"(\b(?:19|20)\d\d\b)");
  static const RE2 kKind(R"((?i)begroting|rapportage|jaarstukken|jaarrekening|jaarverslag|beleidsplan|beleidskader|)"
                         R"(uitvoeringsprogramma|\bnota\b|\b(?:be|bu|ma|tu)rap\b)");
  const int kind = RE2::PartialMatch(Piece(text), kKind) ? 1 : 0;
  const int others = RE2::PartialMatch(Piece(text), kYear) + ContainsInAnyCase(text, "gemeente");
  return kind + others > 1 ? kind + others : kind;
}

size_t DigitsAtEnd(absl::string_view text) { return text.size() - (text.find_last_not_of("0123456789") + 1); }

bool IsOneOf(char c, absl::string_view bytes) { return bytes.find(c) != absl::string_view::npos; }

// No page has a number of more digits.
constexpr size_t kLongestPageNumber = 3;

// Whether a text may end with the number of a page, or with a mark behind one: what stands before it parts the two or
// may end a word for pages.
bool MayEndWithPage(absl::string_view text) {
  for (absl::string_view mark : {"|", "-", "–", "—"}) {
    if (absl::ConsumeSuffix(&text, mark)) break;
  }
  text = absl::StripTrailingAsciiWhitespace(text);
  const size_t digits = DigitsAtEnd(text);
  if (digits == 0 || digits > kLongestPageNumber) return false;
  text.remove_suffix(digits);
  if (text.empty()) return true;
  constexpr absl::string_view kParts = " \t\n\f\r|/,-";
  constexpr absl::string_view kEndsOfWords = "aegznfAEGZNF";
  const char before = text.back();
  if (before == '.') return text.size() > 1 && IsOneOf(text[text.size() - 2], "pgzPGZ");
  return IsOneOf(before, kParts) || IsOneOf(before, kEndsOfWords) || !absl::ascii_isascii(before);
}

// Whether a text may begin with the number of a page, or with a mark or a word before one, and go on behind it.
bool MayBeginWithPage(absl::string_view text) {
  for (absl::string_view mark : {"|", "-", "–", "—"}) {
    if (!absl::ConsumePrefix(&text, mark)) continue;
    text = absl::StripLeadingAsciiWhitespace(text);
    break;
  }
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == text.size() || digits > kLongestPageNumber) return false;
  if (digits > 0) return IsOneOf(text[digits], " \t\n\f\r|/-vVoO") || !absl::ascii_isascii(text[digits]);
  return absl::StartsWithIgnoreCase(text, "p.") || absl::StartsWithIgnoreCase(text, "pag") ||
         absl::StartsWithIgnoreCase(text, "bl");
}

// Reads a line as one of a margin with a page number; `rest` is what it prints beside that.
bool ReadPageLine(absl::string_view text, PageLine* page, std::string* rest) {
  static const RE2 kAtEnd(R"((?i)(.*?)(\s*[|•·–—/,-]\s*|\s+|)((?:pagina|pag\.?|blz\.?|bladzijde|page|p\.)\s*)?)"
                          R"((\d{1,3})(?:\s*(?:van|/|of)\s*\d{1,3})?(\s*[|–—-])?)");
  static const RE2 kAtBegin(
      R"((?i)(?:[|–—-]\s*)?((?:pagina|pag\.?|blz\.?|bladzijde|page|p\.)\s*)?(\d{1,3})(?:\s*(?:van|/|of)\s*\d{1,3})?)"
      R"((\s*[|•·–—-]\s*|\s+)(\D.*))");
  static const RE2 kMonth(
      R"((?i)(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)\b.*)");
  if (text.size() > kLongestMargin || text.empty()) return false;
  // The bytes beside the number rule most lines out before a pattern is tried.
  const bool may_end = MayEndWithPage(text);
  const bool may_begin = text.back() != '.' && MayBeginWithPage(text);
  if (!may_end && !may_begin) return false;
  re2::StringPiece before;
  re2::StringPiece gap;
  re2::StringPiece word;
  re2::StringPiece closing;
  const bool at_end = may_end && RE2::FullMatch(Piece(text), kAtEnd, &before, &gap, &word, &page->number, &closing) &&
                      (before.empty() || !gap.empty());
  if (!at_end) {
    page->first = may_begin && RE2::FullMatch(Piece(text), kAtBegin, &word, &page->number, &gap, &before);
    if (!page->first || RE2::FullMatch(before, kMonth)) return false;
  }
  // "- 12 -" says so as a word does.
  page->named = !word.empty() || (before.empty() && !gap.empty() && !closing.empty());
  // A mark, a tab or a wide gap.
  page->apart = gap.size() > 1 || gap == "\t";
  *rest = std::string(before.data() == nullptr ? "" : Trim({before.data(), before.size()}));
  return rest->empty() || std::any_of(rest->begin(), rest->end(), absl::ascii_isalpha);
}

// The lines of a document that are furniture, by index, with the rule that took them.
class FurnitureFinder {
 public:
  explicit FurnitureFinder(const std::vector<Line>& lines) : lines_(lines), rules_(lines.size()) {}

  std::vector<const char*> Find() {
    FindContents();
    FindNumbered();
    FindBesideNumbered();
    FindTitles();
    return std::move(rules_);
  }

  // What the table of contents names, normalized.
  const absl::flat_hash_set<std::string>& listed() const { return listed_; }

 private:
  // ---- the table of contents

  void List(size_t at, absl::string_view title) {
    rules_[at] = kPageContents;
    listed_.insert(Normalized(title));
    listed_.insert(Normalized(WithoutNumber(title)));
  }

  // The contents stand below their heading, in the first part of the document. Dots that lead to a page tell them where
  // the heading does not.
  void FindContents() {
    constexpr size_t kLastHead = 80;
    constexpr size_t kLongestHead = 40;
    for (size_t i = 0; i < std::min(kLastHead, lines_.size()); ++i) {
      const absl::string_view head = TextOf(i);
      const bool named = IsHeadOfContents(head);
      const bool led = i + 1 < lines_.size() && MayBeLed(TextOf(i + 1)) && !MayBeLed(head);
      if (!((named || led) && ReadPagedBelow(i)) && !(named && ReadNamesBelow(i))) continue;
      if (named || (i > 0 && head.size() <= kLongestHead && NamesOfDocument(head) == 0)) rules_[i] = kPageContents;
      return;
    }
  }

  absl::string_view TextOf(size_t at) const { return lines_[at].is_item ? lines_[at].item : lines_[at].text; }

  // Whether a line may be led by dots to the number of a page.
  static bool MayBeLed(absl::string_view text) {
    const size_t digits = DigitsAtEnd(text);
    if (digits == 0) return false;
    text = absl::StripTrailingAsciiWhitespace(text.substr(0, text.size() - digits));
    return absl::EndsWith(text, ".") || absl::EndsWith(text, "_") || absl::EndsWith(text, "…");
  }

  static bool IsHeadOfContents(absl::string_view text) {
    constexpr size_t kLongest = 20;
    if (text.size() > kLongest) return false;
    const NormalizedWords words(text);
    return words.view() == "inhoud" || words.view() == "inhoudsopgave";
  }

  // The title of an entry that ends with the number of a page, behind dots or without them; empty for another line.
  static absl::string_view TitleOfEntry(absl::string_view text, int* page) {
    static const RE2 kLed(R"((.*?\S)\s*(?:\.{4,}|(?:\. ){3,}\.?|(?:…\s*){2,}|_{4,})\s*(\d{1,3}))");
    static const RE2 kPaged(R"((.*?\S)\s+(\d{1,3}))");
    re2::StringPiece title;
    if (text.size() > kLongestEntry || DigitsAtEnd(text) == 0) return {};
    if (!(MayBeLed(text) && RE2::FullMatch(Piece(text), kLed, &title, page)) &&
        !RE2::FullMatch(Piece(text), kPaged, &title, page)) {
      return {};
    }
    return {title.data(), title.size()};
  }

  // Titles with pages that count up, most of which come back further on: figures below a label do neither.
  bool ReadPagedBelow(size_t head) {
    constexpr size_t kLeastEntries = 3;
    constexpr size_t kMostOtherLines = 2;  // of a title printed over several lines
    int before = 0;
    std::vector<std::pair<size_t, absl::string_view>> entries;
    for (size_t i = head + 1; i < lines_.size(); ++i) {
      int page = 0;
      const absl::string_view title = TitleOfEntry(TextOf(i), &page);
      if (title.empty()) {
        if (i - (entries.empty() ? head : entries.back().first) > kMostOtherLines) break;
        continue;
      }
      if (page < before) break;
      before = page;
      entries.emplace_back(i, title);
    }
    if (entries.size() < kLeastEntries) return false;
    const size_t end = entries.back().first;
    const auto comes_back = [&](const auto& entry) { return LastOf(entry.second) > end; };
    if (std::count_if(entries.begin(), entries.end(), comes_back) * 2 < static_cast<ptrdiff_t>(entries.size())) {
      return false;
    }
    for (const auto& [at, title] : entries) List(at, title);
    return true;
  }

  // Titles without pages that all come back further on.
  bool ReadNamesBelow(size_t head) {
    size_t end = head + 1;
    absl::flat_hash_set<std::string> names;
    while (end < lines_.size() && !lines_[end].is_item && lines_[end].text.size() <= kLongestEntry &&
           LastOf(lines_[end].text) > end && names.insert(Normalized(lines_[end].text)).second) {
      ++end;
    }
    if (end - head <= 2) return false;
    for (size_t i = head + 1; i < end; ++i) List(i, lines_[i].text);
    return true;
  }

  // The index of the last line of the words of this heading; 0 when there is none.
  size_t LastOf(absl::string_view heading) {
    if (last_.empty()) {
      for (size_t i = 0; i < lines_.size(); ++i) {
        if (lines_[i].text.size() <= kLongestEntry) last_[Normalized(WithoutNumber(lines_[i].text))] = i;
      }
    }
    // The contents may leave the number of a heading out.
    const std::string words = Normalized(WithoutNumber(heading));
    const auto found = last_.find(words);
    return found == last_.end() || words.empty() ? 0 : found->second;
  }

  // ---- running lines

  // Lines with a page number.
  void FindNumbered() {
    std::map<std::string, std::vector<PageLine>> runs;
    absl::flat_hash_map<std::string, std::string> printed;
    for (size_t i = 0; i < lines_.size(); ++i) {
      PageLine page;
      std::string rest;
      if (rules_[i] != nullptr || lines_[i].mark_only() || !ReadPageLine(lines_[i].text, &page, &rest)) continue;
      page.at = i;
      const std::string words = Normalized(rest);
      runs[words].push_back(page);
      printed.emplace(words, rest);
    }
    for (const auto& [words, pages] : runs) {
      if (!CountsOn(words, printed[words], pages) || IsOfText(words, pages)) continue;
      for (const PageLine& page : pages) rules_[page.at] = kPageMargin;
    }
  }

  // Whether what counts on is of the text: the figure below a label, or the code above a title.
  bool IsOfText(absl::string_view words, const std::vector<PageLine>& pages) const {
    if (std::any_of(pages.begin(), pages.end(), [](const PageLine& page) { return page.named; })) return false;
    size_t below = 0;
    size_t above = 0;
    absl::flat_hash_set<absl::string_view> titles;
    for (const PageLine& page : pages) {
      below += page.at > 0 && IsLabel(lines_[page.at - 1].text);
      if (!words.empty() || page.at + 1 >= lines_.size()) continue;
      const Line& next = lines_[page.at + 1];
      const bool title = !next.after_blank && lines_[page.at].after_blank && !next.is_item &&
                         next.text.size() <= kLongestHeading && EndsLikeHeading(next.text);
      above += title && titles.insert(next.text).second;
    }
    return below * 2 >= pages.size() || above * 2 >= pages.size();
  }

  // Whether a line is a label that is known everywhere, and nothing more.
  static bool IsLabel(absl::string_view text) {
    const LabelMatch label = ProfileSet::Instance().common().MatchLabel(text, {false, true});
    return label.rule != nullptr && label.text.empty();
  }

  // Whether the numbers of lines that are the same for the rest are those of pages.
  static bool CountsOn(absl::string_view words, absl::string_view printed, const std::vector<PageLine>& pages) {
    const auto all = [&](bool PageLine::*is) {
      return std::all_of(pages.begin(), pages.end(), [is](const PageLine& page) { return page.*is; });
    };
    if (all(&PageLine::named)) {
      if (words.empty() || all(&PageLine::apart)) return true;
      return pages.size() >= 2 && NamesOfDocument(printed) > 0;
    }
    constexpr int kMostPagesBetween = 3;
    bool by_one = true;
    size_t least_lines = pages.size() < 2 ? 0 : pages.back().at;
    for (size_t i = 1; i < pages.size(); ++i) {
      const int step = pages[i].number - pages[i - 1].number;
      if (step < 1 || step > kMostPagesBetween) return false;
      by_one &= step == 1;
      least_lines = std::min(least_lines, pages[i].at - pages[i - 1].at);
    }
    if (pages.size() < 2 || least_lines <= kLeastLinesOfPage) return false;
    const bool apart = all(&PageLine::apart);
    const int names = NamesOfDocument(printed);
    if (names > 0 && apart) return true;
    const bool first = std::any_of(pages.begin(), pages.end(), [](const PageLine& page) { return page.first; });
    if (names > 1 && by_one && (!first || pages.size() >= kLeastPages)) return true;
    // A number alone may be a code, and a name with a number may be a heading.
    const bool enough = words.empty() || (apart && absl::StrContains(words, " "));
    return enough && pages.size() >= kLeastPages && by_one && least_lines > 2 * kLeastLinesOfPage;
  }

  // A header of several lines: the same line beside that of the page number, each time, and the one beside that.
  void FindBesideNumbered() {
    constexpr int kMostLines = 3;
    const size_t pages = std::count(rules_.begin(), rules_.end(), kPageMargin);
    if (pages < 2) return;
    absl::flat_hash_map<absl::string_view, std::vector<size_t>> same;
    for (size_t i = 0; i < lines_.size(); ++i) {
      const absl::string_view text = lines_[i].text;
      // One word, a question or what ends in a colon is more likely a label.
      const bool may_run = rules_[i] == nullptr && !lines_[i].is_item && text.size() <= kLongestMargin &&
                           absl::StrContains(text, " ") && text.back() != '?' && text.back() != ':';
      if (may_run) same[text].push_back(i);
    }
    absl::erase_if(same,
                   [pages](const auto& line) { return line.second.size() < 2 || line.second.size() * 2 < pages; });
    for (int line = 1; line < kMostLines; ++line) {
      std::vector<size_t> found;
      for (const auto& [text, at] : same) {
        const auto below = [this](size_t each) { return each > 0 && rules_[each - 1] == kPageMargin; };
        const auto above = [this](size_t each) { return each + 1 < rules_.size() && rules_[each + 1] == kPageMargin; };
        const bool beside = std::all_of(at.begin(), at.end(), above) || std::all_of(at.begin(), at.end(), below);
        if (beside) found.insert(found.end(), at.begin(), at.end());
      }
      for (size_t at : found) rules_[at] = kPageMargin;
    }
  }

  // The name of the document above its title, printed again on every page.
  void FindTitles() {
    for (size_t first = 0; first < std::min(kLinesOfTitle, lines_.size()); ++first) {
      const absl::string_view text = lines_[first].text;
      if (rules_[first] != nullptr || text.size() > kLongestMargin || NamesOfDocument(text) < 2) continue;
      std::vector<size_t> again;
      size_t before = first;
      bool apart = true;
      for (size_t i = first + 1; i < lines_.size(); ++i) {
        if (lines_[i].text != text || rules_[i] != nullptr) continue;
        apart &= i - before > kLeastLinesOfPage;
        again.push_back(before = i);
      }
      if (!apart || again.size() + 1 < kLeastPages) continue;
      for (size_t i : again) rules_[i] = kPageMargin;
    }
  }

  const std::vector<Line>& lines_;
  std::vector<const char*> rules_;
  absl::flat_hash_set<std::string> listed_;
  absl::flat_hash_map<std::string, size_t> last_;
};

}  // namespace

std::vector<FurnitureLine> TakeFurniture(std::vector<Line>* lines) {
  FurnitureFinder finder(*lines);
  const std::vector<const char*> rules = finder.Find();
  std::vector<FurnitureLine> furniture;
  const size_t text_lines = std::count(rules.begin(), rules.end(), nullptr);
  // A document that is all furniture is none, and most have none.
  if (text_lines == 0 || text_lines == rules.size()) return furniture;
  std::vector<Line> text;
  bool after_blank = false;
  for (size_t i = 0; i < lines->size(); ++i) {
    Line& line = (*lines)[i];
    if (rules[i] != nullptr) {
      after_blank |= line.after_blank;
      furniture.push_back({std::move(line), rules[i]});
      continue;
    }
    line.after_blank |= std::exchange(after_blank, false);
    line.listed = !finder.listed().empty() && !line.is_item && line.text.size() <= kLongestEntry &&
                  (finder.listed().contains(Normalized(line.text)) ||
                   finder.listed().contains(Normalized(WithoutNumber(line.text))));
    text.push_back(std::move(line));
  }
  *lines = std::move(text);
  return furniture;
}

}  // namespace regiokompas::intake
