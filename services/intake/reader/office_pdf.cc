#include "services/intake/reader/office_pdf.h"

#include <iconv.h>
#include <poppler-document.h>
#include <poppler-global.h>
#include <poppler-page.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "services/intake/reader/office_refusals.h"

namespace regiokompas::intake {
namespace {

using Kind = OfficeBlock::Kind;

constexpr int kMaxPages = 5000;
constexpr size_t kLongestHeading = 200;
constexpr double kMargin = 0.12;  // of the height of a page, where headers and footers stand

constexpr char kDigits[] = "0123456789";
constexpr absl::string_view kBullets[] = {"•", "▪", "●", "○", "◦", "‣", "·", "\xEF\x82\xB7", "\xEF\x82\xA7",
                                          "–", "-", "*"};

// A word where it stands on its page, in points from the top left.
struct Word {
  std::string text;
  double left = 0;
  double right = 0;
  double top = 0;
  double bottom = 0;
  double size = 0;  // of its type
  bool bold = false;
  bool space_after = false;
  size_t order = 0;  // in the order of reading that the library found
};

// A piece of a line: words that stand next to each other.
struct Line {
  std::string text;
  double left = 0;
  double right = 0;
  double top = 0;
  double bottom = 0;
  double size = 0;
  double first_word = 0;  // its width
  bool bold = false;
  std::string running = {};  // what all of a header, a footer or the number of the page have in common
};

using Words = std::vector<Word>;

struct Page {
  double width = 0;
  double height = 0;
  bool columns = false;  // of text
  std::vector<Line> lines;
};

std::string Utf8(const poppler::ustring& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned int code = text[i];
    if (code >> 10 == 0x36 && i + 1 < text.size() && text[i + 1] >> 10 == 0x37) {
      code = 0x10000 + ((code & 0x3FF) << 10) + (text[++i] & 0x3FF);
    }
    // Letters that are printed as one sign are written as two.
    constexpr const char* kLigatures[] = {"ff", "fi", "fl", "ffi", "ffl"};
    if (code >= 0xFB00 && code <= 0xFB04) {
      out += kLigatures[code - 0xFB00];
    } else {
      AppendUtf8(code, &out);
    }
  }
  return out;
}

// Places outside of any page, which a file can ask for, are at its corner: what is infinite has no order.
double Sane(double points) { return std::abs(points) < 1e5 ? points : 0; }

bool IsBoldFont(const std::string& name) {
  const std::string lower = absl::AsciiStrToLower(name);
  return absl::StrContains(lower, "bold") || absl::StrContains(lower, "black") || absl::StrContains(lower, "heavy");
}

bool IsLower(absl::string_view text) {
  return !text.empty() && absl::ascii_islower(static_cast<unsigned char>(text[0]));
}

bool IsDigit(absl::string_view text) {
  return !text.empty() && absl::ascii_isdigit(static_cast<unsigned char>(text[0]));
}

bool IsLetter(unsigned char c) { return absl::ascii_isalpha(c) || c >= 0x80; }

absl::string_view BulletOf(absl::string_view text) {
  for (absl::string_view bullet : kBullets) {
    if (text == bullet || (absl::StartsWith(text, bullet) && text[bullet.size()] == ' ')) return bullet;
  }
  return {};
}

// "1.", "a)": the number of an item at the start of a line, or "".
absl::string_view MarkOf(absl::string_view text) {
  const absl::string_view word = text.substr(0, text.find(' '));
  if (word.size() < 2 || word.size() > 3 || word.size() == text.size()) return {};
  if (word.back() != '.' && word.back() != ')') return {};
  const absl::string_view code = word.substr(0, word.size() - 1);
  const bool digits = code.find_first_not_of("0123456789") == code.npos;
  return digits || (code.size() == 1 && absl::ascii_isalpha(static_cast<unsigned char>(code[0]))) ? word
                                                                                                  : absl::string_view();
}

// "6.2", "6.2.1": the code of a heading.
bool OpensWithCode(absl::string_view text) {
  const absl::string_view word = text.substr(0, text.find(' '));
  return word.size() >= 3 && word.size() < text.size() && absl::ascii_isdigit(static_cast<unsigned char>(word[0])) &&
         absl::StrContains(word, ".") && word.find_first_not_of("0123456789.") == word.npos;
}

bool EndsSentence(absl::string_view text) {
  return text.empty() || absl::StrContains(".!?:;", absl::string_view(&text.back(), 1));
}

class PdfReader {
 public:
  absl::StatusOr<OfficeBlocks> Read(absl::string_view bytes) {
    poppler::set_debug_error_function([](const std::string&, void*) {}, nullptr);
    const std::unique_ptr<poppler::document> document(
        poppler::document::load_from_raw_data(bytes.data(), static_cast<int>(bytes.size())));
    if (document == nullptr) return absl::InvalidArgumentError(kDocumentBroken);
    if (document->is_locked()) return absl::InvalidArgumentError(kDocumentEncrypted);
    if (document->pages() <= 0) return absl::InvalidArgumentError(kDocumentBroken);
    if (document->pages() > kMaxPages) return absl::InvalidArgumentError(kDocumentTooComplex);
    RETURN_IF_ERROR(ReadPages(*document));
    FindRunningLines();
    MeasureLeading();
    return Blocks();
  }

 private:
  absl::Status ReadPages(const poppler::document& document) {
    bool any = false;
    for (int number = 0; number < document.pages(); ++number) {
      Page& page = pages_.emplace_back();
      const std::unique_ptr<poppler::page> source(document.create_page(number));
      if (source == nullptr) continue;
      ReadPage(*source, &page);
      if (bytes_ > kMaxOfficeTextBytes) return absl::InvalidArgumentError(kDocumentTooLargeUnpacked);
      any = any || !page.lines.empty();
    }
    return any ? absl::OkStatus() : absl::InvalidArgumentError(kDocumentWithoutText);
  }

  void ReadPage(const poppler::page& source, Page* page) {
    page->width = source.page_rect().width();
    page->height = source.page_rect().height();
    Words words;
    for (const poppler::text_box& box : source.text_list(poppler::page::text_list_include_font)) {
      const poppler::rectf place = box.bbox();
      words.push_back({.text = std::string(TrimOffice(Utf8(box.text()))),
                       .left = Sane(place.left()),
                       .right = Sane(place.right()),
                       .top = Sane(place.top()),
                       .bottom = Sane(place.bottom()),
                       .size = Sane(box.has_font_info() ? box.get_font_size() : place.height()),
                       .bold = box.has_font_info() && IsBoldFont(box.get_font_name()),
                       .space_after = box.has_space_after(),
                       .order = words.size()});
      bytes_ += words.back().text.size();
      if (words.back().text.empty()) words.pop_back();
    }
    std::vector<Words> pieces = Pieces(words);
    page->columns = HasTextColumns(pieces, page->width);
    if (!page->columns) {
      std::vector<std::vector<Words>> rows = Rows(std::move(words));
      SplitAtColumns(&rows);
      pieces.clear();
      for (std::vector<Words>& row : rows) std::move(row.begin(), row.end(), std::back_inserter(pieces));
    }
    for (const Words& piece : pieces) page->lines.push_back(LineOf(piece));
  }

  // ---- from words to lines -----------------------------------------------------------------------------------------

  // Whether a word stands right behind another on one line. A bullet may stand further from its text than words do;
  // between cells of a table the library sees no space.
  static bool IsNext(const Words& piece, const Word& word) {
    const Word& last = piece.back();
    const double middle = (word.top + word.bottom) / 2;
    if (middle < last.top || middle > last.bottom) return false;
    const double gap = word.left - last.right;
    const bool mark = piece.size() == 1 && (!BulletOf(last.text).empty() || !MarkOf(last.text + " x").empty());
    const bool spaced = last.space_after && word.order == last.order + 1;
    const double widest = mark ? 5.0 : spaced ? 2.5 : 0.4;
    return gap > -0.5 * word.size && gap < widest * word.size;
  }

  // Pieces of lines in the order of the words.
  static std::vector<Words> Pieces(const Words& words) {
    std::vector<Words> pieces;
    for (const Word& word : words) {
      if (pieces.empty() || !IsNext(pieces.back(), word)) pieces.emplace_back();
      pieces.back().push_back(word);
    }
    return pieces;
  }

  // Whether a good part of the page is set in columns of text. Then the order that the library found is the right one;
  // for lists and tables it is not, as it takes their columns one by one.
  static bool HasTextColumns(const std::vector<Words>& pieces, double width) {
    size_t beside = 0;
    for (size_t i = 0; i + 1 < pieces.size(); ++i) {
      const Words& piece = pieces[i];
      if (piece.size() < 3 || piece.back().right - piece[0].left < 0.2 * width) continue;
      const double middle = (piece[0].top + piece[0].bottom) / 2;
      beside += std::any_of(pieces.begin(), pieces.end(), [&](const Words& other) {
        return other.size() >= 3 && other.back().right - other[0].left > 0.2 * width && other[0].top < middle &&
               middle < other[0].bottom && (other[0].left > piece.back().right || other.back().right < piece[0].left);
      });
    }
    return beside * 2 > pieces.size();
  }

  // The words from top to bottom and from left to right.
  static std::vector<std::vector<Words>> Rows(Words words) {
    const auto middle = [](const Word& word) { return (word.top + word.bottom) / 2; };
    std::sort(words.begin(), words.end(), [&](const Word& a, const Word& b) {
      return std::make_pair(middle(a), a.order) < std::make_pair(middle(b), b.order);
    });
    std::vector<std::vector<Words>> rows;
    for (size_t begin = 0, end = 0; begin < words.size(); begin = end) {
      // Small type, such as the number of a note, stands a little higher or lower.
      double bottom = words[begin].bottom - 0.3 * words[begin].size;
      for (end = begin; end < words.size() && middle(words[end]) < bottom; ++end) {
        if (words[end].top < middle(words[begin])) bottom = std::max(bottom, words[end].bottom - 0.3 * words[end].size);
      }
      end = std::max(end, begin + 1);
      Words row(words.begin() + begin, words.begin() + end);
      std::sort(row.begin(), row.end(), [](const Word& a, const Word& b) {
        return std::make_pair(a.left, a.order) < std::make_pair(b.left, b.order);
      });
      rows.push_back(Pieces(row));
    }
    return rows;
  }

  // A cell that is filled to its edge leaves no gap before the next; the rows around it show where that begins.
  static void SplitAtColumns(std::vector<std::vector<Words>>* rows) {
    constexpr size_t kNear = 6;
    std::map<long, std::vector<size_t>> begins;  // left edge of later cells, and their rows
    for (size_t r = 0; r < rows->size(); ++r) {
      for (size_t c = 1; c < (*rows)[r].size(); ++c) begins[std::lround((*rows)[r][c][0].left)].push_back(r);
    }
    const auto is_column = [&](double left, size_t row) {
      const auto it = begins.find(std::lround(left));
      if (it == begins.end()) return false;
      const auto near = std::lower_bound(it->second.begin(), it->second.end(), row < kNear ? 0 : row - kNear);
      return near != it->second.end() && *near <= row + kNear;
    };
    for (size_t r = 0; r < rows->size(); ++r) {
      std::vector<Words> cells;
      for (Words& piece : (*rows)[r]) {
        cells.emplace_back();
        for (Word& word : piece) {
          const bool marked = cells.back().size() == 1 && !BulletOf(cells.back()[0].text).empty();
          if (!cells.back().empty() && !marked && is_column(word.left, r)) cells.emplace_back();
          cells.back().push_back(std::move(word));
        }
      }
      (*rows)[r] = std::move(cells);
    }
  }

  static Line LineOf(const Words& words) {
    Line line;
    line.left = words[0].left;
    line.top = words[0].top;
    line.first_word = words[0].right - words[0].left;
    line.bold = true;
    for (const Word& word : words) {
      const bool space =
          &word != &words[0] && (words[&word - &words[0] - 1].space_after || word.left - line.right > 0.15 * word.size);
      absl::StrAppend(&line.text, space ? " " : "", word.text);
      line.right = std::max(line.right, word.right);
      line.top = std::min(line.top, word.top);
      line.bottom = std::max(line.bottom, word.bottom);
      line.size = std::max(line.size, word.size);
      line.bold = line.bold && word.bold;
    }
    return line;
  }

  // ---- headers and footers -----------------------------------------------------------------------------------------

  // The text with one of its numbers, which may be that of the page, as its distance to that.
  struct CountedText {
    std::string text;
    bool is_page = false;  // no distance
  };

  // One for each number of the line that may count pages.
  static std::vector<CountedText> CountedTexts(const Line& line, size_t page) {
    constexpr size_t kMost = 8;
    constexpr int kFarthest = 1000;
    std::vector<CountedText> texts;
    if (line.text.size() > kLongestHeading) return texts;
    for (size_t at = 0; texts.size() < kMost && (at = line.text.find_first_of(kDigits, at)) != std::string::npos;) {
      const size_t end = std::min(line.text.size(), line.text.find_first_not_of(kDigits, at));
      const absl::string_view text = line.text;
      int number = 0;
      if (absl::SimpleAtoi(text.substr(at, end - at), &number) && number < kMaxPages + kFarthest) {
        const int distance = number - static_cast<int>(page);
        if (std::abs(distance) < kFarthest) {
          texts.push_back({absl::StrCat(text.substr(0, at), "#", distance, "#", text.substr(end)), distance == 0});
        }
      }
      at = end;
    }
    return texts;
  }

  // The places of a line that others may share. A number of more digits moves the edges of its line, but for one.
  static std::vector<std::string> PlacesOf(const Line& line) {
    const long top = std::lround(line.top);
    return {absl::StrCat(top, " left ", std::lround(line.left), " "),
            absl::StrCat(top, " right ", std::lround(line.right), " "),
            absl::StrCat(top, " middle ", std::lround((line.left + line.right) / 2), " ")};
  }

  static bool InMargin(const Line& line, const Page& page) {
    return line.bottom < kMargin * page.height || line.top > (1 - kMargin) * page.height;
  }

  // Digits and marks only: a figure, unless it counts pages.
  static bool IsFigure(const Line& line) {
    return line.text.find_first_of(kDigits) != std::string::npos &&
           line.text.find_first_not_of("0123456789.,%-+() VN\xE2\x82\xAC") == std::string::npos;
  }

  // How many even and odd pages have a text at a place.
  using PagesWith = std::map<std::string, std::array<size_t, 2>>;

  bool IsOnMost(const PagesWith& pages_with, const std::string& key, size_t least) const {
    const auto it = pages_with.find(key);
    if (it == pages_with.end()) return false;
    const size_t all = it->second[0] + it->second[1];
    const bool one_side = all >= 3 && (it->second[0] == 0 || it->second[1] == 0);
    return all >= least && all * 5 >= pages_.size() * (one_side ? 2 : 3);
  }

  // What is the same of the line wherever it runs, or "" when it does not run.
  std::string RunningText(const PagesWith& pages_with, const Line& line, size_t page) const {
    const std::vector<std::string> places = PlacesOf(line);
    if (!IsFigure(line) && IsOnMost(pages_with, places[0] + line.text, 2)) return line.text;
    for (const CountedText& counted : CountedTexts(line, page)) {
      for (const std::string& place : places) {
        // Two figures can differ by one like the pages that they stand on.
        if (IsOnMost(pages_with, place + counted.text, counted.is_page ? 2 : 3)) return counted.text;
      }
    }
    return line.text == absl::StrCat(page) ? "#0#" : "";
  }

  // The same at the same place of most pages, or of most even or odd ones, but for the number of the page; and that
  // number alone. What stands beside a figure is part of a row.
  void FindRunningLines() {
    PagesWith pages_with;
    for (size_t number = 0; number < pages_.size(); ++number) {
      std::set<std::string> here;
      for (const Line& line : pages_[number].lines) {
        if (!InMargin(line, pages_[number])) continue;
        const std::vector<std::string> places = PlacesOf(line);
        here.insert(places[0] + line.text);
        for (const CountedText& counted : CountedTexts(line, number + 1)) {
          for (const std::string& place : places) here.insert(place + counted.text);
        }
      }
      for (const std::string& key : here) ++pages_with[key][number % 2];
    }
    for (size_t number = 0; number < pages_.size(); ++number) {
      Page& page = pages_[number];
      for (Line& line : page.lines) {
        if (InMargin(line, page)) line.running = RunningText(pages_with, line, number + 1);
      }
      // Decided for all before any is changed: each of a row sees the others as they were.
      std::vector<Line*> in_rows;
      for (Line& line : page.lines) {
        if (!line.running.empty() && IsBesideFigure(page, line)) in_rows.push_back(&line);
      }
      for (Line* line : in_rows) line->running.clear();
    }
  }

  static bool IsBesideFigure(const Page& page, const Line& line) {
    return InRowOfFigures(page, line) || std::any_of(page.lines.begin(), page.lines.end(), [&](const Line& other) {
             return &other != &line && other.running.empty() && AreBeside(line, other) && IsFigure(other);
           });
  }

  // ---- paragraphs --------------------------------------------------------------------------------------------------

  static int SizeKey(double size) { return static_cast<int>(std::lround(size * 2)); }

  // The usual distance between lines of a paragraph, for each size of type, and the size of most of the text.
  void MeasureLeading() {
    std::map<int, std::vector<double>> distances;
    std::map<int, size_t> lengths;
    for (const Page& page : pages_) {
      for (size_t i = 0; i < page.lines.size(); ++i) {
        const Line& line = page.lines[i];
        lengths[SizeKey(line.size)] += line.text.size();
        if (i == 0 || SizeKey(page.lines[i - 1].size) != SizeKey(line.size)) continue;
        const double distance = line.bottom - page.lines[i - 1].bottom;
        if (distance > 0.8 * line.size && distance < 2.5 * line.size) distances[SizeKey(line.size)].push_back(distance);
      }
    }
    for (auto& [size, all] : distances) {
      // Most gaps are those inside paragraphs; the low fifth holds whatever the rest is.
      std::nth_element(all.begin(), all.begin() + all.size() / 5, all.end());
      leading_[size] = all[all.size() / 5];
    }
    size_t most = 0;
    for (const auto& [size, length] : lengths) {
      if (length > most) {
        most = length;
        body_size_ = size / 2.0;
      }
    }
  }

  // Whether two lines stand beside each other.
  static bool AreBeside(const Line& a, const Line& b) {
    return a.top < (b.top + b.bottom) / 2 && (b.top + b.bottom) / 2 < a.bottom;
  }

  // How far to the right text may go in the column of the line: as far as other lines do, or up to a cell beside it.
  static double RightEdge(const Page& page, const Line& of) {
    double edge = of.right;
    double beside = page.width;
    for (const Line& line : page.lines) {
      if (line.running.empty() && std::abs(line.left - of.left) < 3 * of.size) edge = std::max(edge, line.right);
      // Cells that are shorter stand half a line higher or lower.
      const bool near = line.bottom > of.top - of.size && line.top < of.bottom + of.size;
      if (near && line.left > of.right) beside = std::min(beside, line.left);
    }
    if (beside == page.width) return edge;
    // Between cells there is some room.
    return std::max(of.right, page.columns ? std::min(edge, beside - of.size) : beside - 1.2 * of.size);
  }

  bool IsHeading(const Line& line) const { return line.bold || line.size > 1.1 * body_size_; }

  // Whether `next` goes on with the paragraph that `last` is the latest line of and that began at `left`.
  bool Continues(const Page& page, const Line& last, const Line& next, double left, bool item) const {
    if (std::abs(next.size - last.size) > 0.08 * last.size + 0.3 || next.bold != last.bold) return false;
    if (!BulletOf(next.text).empty() || !MarkOf(next.text).empty() || OpensWithCode(next.text)) return false;
    const auto usual = leading_.find(SizeKey(last.size));
    const double leading = usual == leading_.end() ? 1.4 * last.size : usual->second;
    const double distance = next.bottom - last.bottom;
    if (distance < 0.5 * last.size || distance > 1.25 * leading) return false;
    const bool hyphen = absl::EndsWith(last.text, "-") || absl::EndsWith(last.text, "\xC2\xAD");
    // The first word would have fitted: the line was ended on purpose.
    if (!hyphen && last.right + 0.25 * last.size + next.first_word < RightEdge(page, last)) return false;
    if (next.left > last.right || next.right < last.left) return false;
    if (item) return next.left > left - 1;
    return std::abs(next.left - last.left) < 1.2 * last.size;
  }

  // A paragraph that a page or a column breaks off goes on where that ends, when its last line left no room.
  static bool ContinuesElsewhere(const Page& page, const Line& last, const Line& next) {
    if (SizeKey(last.size) != SizeKey(next.size) || last.bold != next.bold) return false;
    if (!BulletOf(next.text).empty() || !MarkOf(next.text).empty() || OpensWithCode(next.text)) return false;
    if (!EndsSentence(last.text) && IsLower(next.text)) return true;
    return !last.bold && last.right + 0.25 * last.size + next.first_word >= RightEdge(page, last);
  }

  // Lines of one paragraph, and the left edge of its first one.
  struct Paragraph {
    std::vector<const Line*> lines;
    const Page* page;
    std::set<const Line*> after_break = {};  // lines of an item that begin anew

    bool IsItem() const { return !BulletOf(lines[0]->text).empty() || !MarkOf(lines[0]->text).empty(); }
  };

  // Whether the line stands in a row of figures, with two of them at least. Such a row goes on with nothing.
  static bool InRowOfFigures(const Page& page, const Line& line) {
    return std::count_if(page.lines.begin(), page.lines.end(),
                         [&](const Line& other) { return AreBeside(line, other) && IsFigure(other); }) >= 2;
  }

  // Whether the line begins anew inside the item: right below it, under its text and not under its mark.
  bool StandsInItem(const Paragraph& item, const Line& line) const {
    const Line& last = *item.lines.back();
    const auto usual = leading_.find(SizeKey(line.size));
    const double indent = line.left - item.lines[0]->left;
    return item.IsItem() && usual != leading_.end() && SizeKey(line.size) == SizeKey(last.size) &&
           line.bottom > last.bottom && line.bottom - last.bottom < 1.25 * usual->second && indent > 0.5 * line.size &&
           indent < 4 * line.size && BulletOf(line.text).empty() && MarkOf(line.text).empty();
  }

  // The paragraph that the line goes on with, or null. In a table the cells of a row take turns line by line, so it
  // need not be the latest one.
  Paragraph* ParagraphOf(const Page& page, const Line& line, std::vector<Paragraph>* paragraphs) const {
    constexpr size_t kCells = 12;
    if (InRowOfFigures(page, line)) return nullptr;
    const bool new_row = !paragraphs->empty() && paragraphs->back().lines.size() == 1 &&
                         AreBeside(*paragraphs->back().lines[0], line) &&
                         paragraphs->back().lines[0]->right < line.left;
    for (size_t back = 1; back <= std::min(kCells, paragraphs->size()); ++back) {
      Paragraph& candidate = (*paragraphs)[paragraphs->size() - back];
      if (candidate.page != &page) break;
      // Years and figures under each other are cells of rows that begin to the left of them.
      if (new_row && IsDigit(candidate.lines.back()->text) && IsDigit(line.text)) continue;
      if (Continues(page, *candidate.lines.back(), line, candidate.lines[0]->left, candidate.IsItem()))
        return &candidate;
    }
    if (paragraphs->empty()) return nullptr;
    Paragraph& latest = paragraphs->back();
    const Line& last = *latest.lines.back();
    if (latest.page == &page && StandsInItem(latest, line)) {
      latest.after_break.insert(&line);
      return &latest;
    }
    const bool elsewhere = latest.page != &page || line.bottom < last.top;
    return elsewhere && ContinuesElsewhere(*latest.page, last, line) ? &latest : nullptr;
  }

  OfficeBlocks Blocks() {
    std::vector<Paragraph> paragraphs;
    for (const Page& page : pages_) {
      for (const Line& line : page.lines) {
        if (!line.running.empty()) {
          const absl::string_view kind = line.top < page.height / 2 ? "Koptekst: " : "Voettekst: ";
          if (known_running_.insert(absl::StrCat(kind, line.running)).second) {
            running_.push_back({.text = absl::StrCat(kind, line.text)});
          }
        } else if (Paragraph* paragraph = ParagraphOf(page, line, &paragraphs); paragraph != nullptr) {
          paragraph->lines.push_back(&line);
        } else {
          paragraphs.push_back({{&line}, &page});
        }
      }
    }
    AddBlocks(paragraphs);
    AddNotes();
    return std::move(blocks_);
  }

  // Paragraphs that stand beside each other, or one that stands alone.
  using Band = std::vector<const Paragraph*>;

  static std::vector<Band> Bands(const std::vector<Paragraph>& paragraphs) {
    std::vector<Band> bands;
    double reach = 0;
    for (const Paragraph& paragraph : paragraphs) {
      const Line& last = *paragraph.lines.back();
      const double top = paragraph.lines[0]->top;
      const double bottom = (last.top + last.bottom) / 2;
      const bool beside = !bands.empty() && bands.back()[0]->page == paragraph.page && !paragraph.page->columns &&
                          top <= bottom && top <= reach;
      if (!beside) bands.emplace_back();
      bands.back().push_back(&paragraph);
      reach = beside ? std::max(reach, bottom) : bottom;
    }
    for (Band& band : bands) {
      std::stable_sort(band.begin(), band.end(), [](const Paragraph* a, const Paragraph* b) {
        return std::lround(a->lines[0]->left) < std::lround(b->lines[0]->left);
      });
    }
    return bands;
  }

  using Columns = std::vector<std::pair<double, double>>;  // from where to where, disjoint and ascending

  static Columns ColumnsOf(const std::vector<Band>& bands, size_t begin, size_t end) {
    Columns edges;
    for (size_t i = begin; i < end; ++i) {
      for (const Paragraph* paragraph : bands[i]) {
        for (const Line* line : paragraph->lines) edges.emplace_back(line->left, line->right);
      }
    }
    std::sort(edges.begin(), edges.end());
    Columns columns;
    for (const auto& edge : edges) {
      if (columns.empty() || edge.first > columns.back().second) {
        columns.push_back(edge);
      } else {
        columns.back().second = std::max(columns.back().second, edge.second);
      }
    }
    return columns;
  }

  static size_t ColumnOf(const Columns& columns, const Paragraph& paragraph) {
    size_t column = 0;
    while (column + 1 < columns.size() && columns[column].second < paragraph.lines[0]->left) ++column;
    return column;
  }

  // Whether bands can be rows of one table: what stands beside each other does so in columns of all of them.
  static bool AreRows(const std::vector<Band>& bands, size_t begin, size_t end) {
    const Columns columns = ColumnsOf(bands, begin, end);
    for (size_t i = begin; i < end; ++i) {
      std::set<size_t> filled;
      for (const Paragraph* paragraph : bands[i]) filled.insert(ColumnOf(columns, *paragraph));
      if (filled.size() < 2 || filled.size() != ColumnsOf(bands, i, i + 1).size()) return false;
    }
    return bands[begin][0]->page == bands[end - 1][0]->page;
  }

  void AddBlocks(const std::vector<Paragraph>& paragraphs) {
    const std::vector<Band> bands = Bands(paragraphs);
    for (size_t begin = 0, end = 0; begin < bands.size(); begin = end) {
      end = begin + 1;
      while (end < bands.size() && bands[end].size() > 1 && AreRows(bands, begin, end + 1)) ++end;
      if (end - begin > 1) {
        AddTable(bands, begin, end);
        continue;
      }
      for (const Paragraph* paragraph : bands[begin]) blocks_.push_back(BlockOf(*paragraph));
    }
  }

  void AddTable(const std::vector<Band>& bands, size_t begin, size_t end) {
    const Columns columns = ColumnsOf(bands, begin, end);
    OfficeBlock table;
    table.kind = Kind::kTable;
    for (size_t i = begin; i < end; ++i) {
      OfficeRow& row = table.rows.emplace_back();
      row.cells.resize(columns.size());
      row.header = i == begin;
      for (const Paragraph* paragraph : bands[i]) {
        OfficeBlock& block = row.cells[ColumnOf(columns, *paragraph)].emplace_back(BlockOf(*paragraph));
        row.header = row.header && block.kind == Kind::kHeading;
        if (block.kind == Kind::kHeading) block.kind = Kind::kParagraph;
      }
    }
    blocks_.push_back(std::move(table));
  }

  OfficeBlock BlockOf(const Paragraph& paragraph) {
    const Line& first = *paragraph.lines[0];
    OfficeBlock block;
    for (const Line* line : paragraph.lines) {
      if (paragraph.after_break.count(line) > 0) {
        absl::StrAppend(&block.text, "\n", line->text);
      } else {
        AppendLine(line->text, &block.text);
      }
    }
    if (const absl::string_view bullet = BulletOf(block.text); bullet.size() == block.text.size()) {
      // A mark that stands alone is the sign of something, such as the items of a table.
      block.text = "-";
    } else if (!bullet.empty()) {
      block.kind = Kind::kItem;
      block.text.erase(0, bullet.size());
    } else if (IsHeading(first) && block.text.size() <= kLongestHeading && !absl::EndsWith(block.text, ".")) {
      block.kind = Kind::kHeading;
    } else if (const absl::string_view mark = MarkOf(block.text); !mark.empty()) {
      block.kind = Kind::kItem;
      block.mark = std::string(mark);
      block.text.erase(0, mark.size());
    }
    return block;
  }

  // Puts a word that the end of a line broke together, unless the hyphen belongs to it.
  void AppendLine(absl::string_view line, std::string* text) {
    if (text->empty()) {
      *text = std::string(line);
      return;
    }
    if (absl::EndsWith(*text, "\xC2\xAD")) {
      text->resize(text->size() - 2);
      text->append(line.data(), line.size());
      return;
    }
    const size_t begin = text->find_last_of(' ') + 1;
    const std::string head = text->substr(begin);
    const absl::string_view tail = line.substr(0, line.find(' '));
    if (head.size() >= 2 && absl::EndsWith(head, "-") && IsDigit(head.substr(head.size() - 2)) && IsDigit(tail)) {
      text->append(line.data(), line.size());
    } else if (!absl::EndsWith(head, "-") || head.size() < 3 ||
               !IsLetter(static_cast<unsigned char>(head[head.size() - 2])) || tail == "en" || tail == "of" ||
               tail == "tot" || tail == "als") {
      absl::StrAppend(text, " ", line);
    } else {
      if (!KeepsHyphen(head, tail)) text->pop_back();
      text->append(line.data(), line.size());
    }
  }

  // Whether the hyphen at the end of a line belongs to the word: it is printed so elsewhere, or this document breaks no
  // words, or the word begins with an abbreviation.
  bool KeepsHyphen(absl::string_view head, absl::string_view tail) {
    CollectWords();
    if (!IsLower(tail) || words_.count(Letters(absl::StrCat(head, tail))) > 0) return true;
    head.remove_suffix(1);
    if (words_.count(Letters(absl::StrCat(head, tail))) > 0) return false;
    const bool abbreviation = absl::ascii_isupper(static_cast<unsigned char>(head[0])) && head.size() <= 4;
    return !breaks_words_ || abbreviation;
  }

  // The word without punctuation around it, in small letters.
  static std::string Letters(absl::string_view word) {
    while (!word.empty() && !IsLetter(static_cast<unsigned char>(word.back()))) word.remove_suffix(1);
    while (!word.empty() && !IsLetter(static_cast<unsigned char>(word.front()))) word.remove_prefix(1);
    return absl::AsciiStrToLower(word);
  }

  // The words that stand inside lines, and whether more lines end in a hyphen than compounds alone would explain.
  void CollectWords() {
    if (!words_.empty()) return;
    size_t lines = 0;
    size_t hyphens = 0;
    for (const Page& page : pages_) {
      for (const Line& line : page.lines) {
        ++lines;
        hyphens += line.text.size() > 20 && absl::EndsWith(line.text, "-");
        for (absl::string_view word : absl::StrSplit(line.text, ' ')) words_.insert(Letters(word));
      }
    }
    breaks_words_ = hyphens * 40 > lines;
  }

  // Headers and footers once each, and pages of which there is no text.
  void AddNotes() {
    std::move(running_.begin(), running_.end(), std::back_inserter(blocks_));
    for (size_t number = 0; number < pages_.size(); ++number) {
      if (!pages_[number].lines.empty()) continue;
      blocks_.push_back({.text = absl::StrCat("Pagina zonder tekstlaag, niet gelezen: ", number + 1)});
    }
  }

  std::vector<Page> pages_;
  OfficeBlocks blocks_;
  size_t bytes_ = 0;
  std::map<int, double> leading_;
  double body_size_ = 0;
  OfficeBlocks running_;
  std::set<std::string> known_running_;  // what they have in common
  std::set<std::string> words_;          // in small letters
  bool breaks_words_ = false;
};

}  // namespace

void PreparePdf() {
  // The library converts all text by way of UTF-16, for which the C library loads a module on first use and keeps it as
  // long as a converter is open.
  [[maybe_unused]] static const iconv_t kKept[] = {iconv_open("UTF-16", "UTF-8"), iconv_open("UTF-8", "UTF-16")};
  poppler::ustring::from_utf8("x").to_utf8();
}

absl::StatusOr<OfficeBlocks> ReadPdf(absl::string_view bytes) { return PdfReader().Read(bytes); }

}  // namespace regiokompas::intake
