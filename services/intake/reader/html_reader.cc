#include "services/intake/reader/html_reader.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/intake/reader/markup.h"
#include "services/intake/reader/read_source.h"
#include "services/intake/reader/text_builder.h"

namespace regiokompas::intake {
namespace {

// What an element does to the text around and in it.
enum class Kind {
  kInline,
  kBlock,
  kHeading,
  kList,
  kNumberedList,
  kItem,
  kTable,
  kRow,
  kCell,
  kHeaderCell,
  kBreak,
  kImage,
  kButton,
  kTitle,    // of the page, or of a picture
  kPicture,  // drawn: its title is what it says
  kUnseen,   // not part of what the document says
};

const absl::flat_hash_map<absl::string_view, Kind>& Kinds() {
  static const auto& kinds = *[] {
    auto* all = new absl::flat_hash_map<absl::string_view, Kind>{
        {"ul", Kind::kList},         {"menu", Kind::kList},   {"dir", Kind::kList},      {"ol", Kind::kNumberedList},
        {"li", Kind::kItem},         {"table", Kind::kTable}, {"tr", Kind::kRow},        {"td", Kind::kCell},
        {"th", Kind::kHeaderCell},   {"br", Kind::kBreak},    {"img", Kind::kImage},     {"button", Kind::kButton},
        {"title", Kind::kTitle},     {"svg", Kind::kPicture}, {"script", Kind::kUnseen}, {"style", Kind::kUnseen},
        {"template", Kind::kUnseen}, {"nav", Kind::kUnseen},  {"select", Kind::kUnseen}, {"noscript", Kind::kUnseen},
        {"textarea", Kind::kUnseen}, {"audio", Kind::kUnseen}};
    for (absl::string_view name : {"h1", "h2", "h3", "h4", "h5", "h6"}) all->emplace(name, Kind::kHeading);
    for (absl::string_view name : {"datalist", "iframe", "video", "canvas"}) all->emplace(name, Kind::kUnseen);
    for (absl::string_view name :
         {"address", "article", "aside",  "blockquote", "body",   "caption",  "center",     "dd",     "details",
          "dialog",  "div",     "dl",     "dt",         "figure", "fieldset", "figcaption", "footer", "form",
          "head",    "header",  "hgroup", "hr",         "html",   "legend",   "main",       "p",      "pre",
          "section", "summary", "search", "tbody",      "thead",  "tfoot"}) {
      all->emplace(name, Kind::kBlock);
    }
    return all;
  }();
  return kinds;
}

// Elements of pages that are not in Kinds() because they are part of the line they stand in.
constexpr absl::string_view kInlineNames[] = {"a", "b", "em", "font", "i", "meta", "link", "span", "strong", "u"};

Kind KindOf(absl::string_view name) {
  const auto found = Kinds().find(name);
  return found == Kinds().end() ? Kind::kInline : found->second;
}

bool StyleHides(absl::string_view style) {
  if (style.empty()) return false;
  const std::string plain = absl::StrReplaceAll(absl::AsciiStrToLower(style), {{" ", ""}, {"\n", ""}, {"\t", ""}});
  return absl::StrContains(plain, "display:none") || absl::StrContains(plain, "visibility:hidden");
}

bool IsHidden(absl::string_view name, const Attributes& attributes) {
  const absl::string_view role = attributes.Get("role");
  return attributes.Has("hidden") || StyleHides(attributes.Get("style")) || role == "navigation" || role == "search" ||
         (name == "dialog" && !attributes.Has("open"));
}

// What a picture says in place of a word. Longer texts describe a photograph.
absl::string_view IconText(absl::string_view text) {
  constexpr size_t kLongest = 40;
  return text.size() <= kLongest ? text : "";
}

bool HasWord(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_isalnum(c); });
}

// "iv", for an item of a list that is numbered so.
std::string Roman(int number) {
  constexpr std::pair<int, const char*> kSigns[] = {{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"},
                                                    {90, "xc"},  {50, "l"},   {40, "xl"}, {10, "x"},   {9, "ix"},
                                                    {5, "v"},    {4, "iv"},   {1, "i"}};
  std::string out;
  for (const auto& [value, sign] : kSigns) {
    for (; number >= value; number -= value) out += sign;
  }
  return out;
}

std::string NumberOf(int number, absl::string_view type) {
  constexpr int kMostRoman = 3999;
  constexpr int kLetters = 26;
  std::string out = absl::StrCat(number);
  if ((type == "a" || type == "A") && number >= 1 && number <= kLetters) out = std::string(1, 'a' + number - 1);
  if ((type == "i" || type == "I") && number >= 1 && number <= kMostRoman) out = Roman(number);
  if (type == "A" || type == "I") absl::AsciiStrToUpper(&out);
  return out + ".";
}

// Lines that sites print outside the document and that tell about it.
bool IsPageFact(absl::string_view text) {
  return absl::StartsWith(text, "Deze pagina is ") || absl::StartsWith(text, "Dit document is ") ||
         absl::StartsWith(text, "Geldend van") || absl::StrContains(text, "/CVDR");
}

class HtmlReader : public MarkupHandler {
 public:
  void OnStart(absl::string_view name, const Attributes& attributes, int line) override {
    Element element = elements_.empty() ? Element() : elements_.back();
    element.kind = KindOf(name);
    element.takes_title = false;
    const bool shown = !element.unseen;
    element.unseen |= element.kind == Kind::kUnseen || element.kind == Kind::kTitle || element.kind == Kind::kPicture ||
                      IsHidden(name, attributes) ||
                      (element.kind == Kind::kButton && !element.place.heading && !attributes.Has("aria-expanded"));
    element.decoration |= attributes.Get("aria-hidden") == "true";
    if (element.kind == Kind::kTitle) {
      const bool of_picture = !elements_.empty() && elements_.back().kind == Kind::kPicture;
      element.takes_title = of_picture ? shown_picture_ : builder_.empty();
      element.in_picture = of_picture;
      if (element.takes_title) title_.clear();
    }
    if (element.kind == Kind::kPicture) shown_picture_ = shown && !element.decoration;
    if (name == "main" || attributes.Get("role") == "main") {
      element.place.in_main = true;
      element.in_section = true;
    }
    if (name == "article" || name == "section") element.in_section = true;
    if ((name == "header" || name == "footer") && !element.in_section) element.place.of_site = true;
    if (element.kind == Kind::kHeading) {
      element.place.heading = true;
      if (name == "h1") element.place.of_site = false;
    }
    elements_.push_back(element);
    if (!element.unseen) Open(element, attributes, line);
  }

  void OnEnd(absl::string_view) override {
    if (elements_.empty()) return;
    const Element element = elements_.back();
    if (element.takes_title) TakeTitle(element.in_picture);
    if (!element.unseen) Close(element);
    elements_.pop_back();
    builder_.set_place(elements_.empty() ? TextBuilder::Place() : elements_.back().place);
  }

  void OnText(absl::string_view text, int first_line) override {
    if (elements_.empty()) return builder_.AddText(text, first_line);
    const Element& element = elements_.back();
    if (element.takes_title) {
      if (title_.empty()) title_first_ = first_line;
      title_.append(text.data(), text.size());
    }
    if (element.unseen) return;
    // An arrow or a dot beside a text is not read for its own sake.
    if (element.decoration && !HasWord(text)) return;
    builder_.AddText(text, first_line);
  }

  SourceText Finish(absl::string_view file) {
    std::vector<TextLine>& lines = builder_.Lines();
    size_t all = 0;
    size_t main = 0;
    for (TextLine& line : lines) {
      if (IsPageFact(line.text) || (has_title_ && &line == &lines.front())) {
        line.of_site = false;
        line.in_main = true;
      } else if (!line.of_site) {
        all += line.text.size();
        if (line.in_main) main += line.text.size();
      }
    }
    // A page that marks its content says by that what is not; a mark around a small part of it says nothing.
    const bool marked = main * 2 >= all && main > 0;
    for (TextLine& line : lines) line.of_site |= marked && !line.in_main;
    return ToSourceText(lines, file);
  }

 private:
  struct Element {
    Kind kind = Kind::kInline;
    bool unseen = false;
    bool decoration = false;
    bool in_section = false;
    bool takes_title = false;
    bool in_picture = false;
    TextBuilder::Place place;
  };
  struct List {
    bool numbered;
    std::string type;
    int next;
  };

  void Open(const Element& element, const Attributes& attributes, int line) {
    switch (element.kind) {
      case Kind::kInline:
      case Kind::kButton:
        if (attributes.Get("role") == "img") Say(IconText(attributes.Get("aria-label")), line);
        return;
      case Kind::kImage:
        if (!element.decoration) Say(IconText(attributes.Get("alt")), line);
        return;
      case Kind::kBreak:
        return builder_.EndLine();
      case Kind::kHeading:
        builder_.ForgetItems();
        builder_.EndBlock();
        break;
      case Kind::kList:
      case Kind::kNumberedList: {
        builder_.EndBlock();
        int start = 1;
        if (!absl::SimpleAtoi(attributes.Get("start"), &start)) start = 1;
        lists_.push_back({element.kind == Kind::kNumberedList, std::string(attributes.Get("type")), start});
        break;
      }
      case Kind::kItem:
        OpenItem(attributes);
        break;
      case Kind::kTable:
        builder_.ForgetItems();
        builder_.OpenTable();
        break;
      case Kind::kRow:
        builder_.OpenRow();
        break;
      case Kind::kCell:
      case Kind::kHeaderCell:
        builder_.OpenCell(element.kind == Kind::kHeaderCell);
        break;
      default:
        builder_.EndBlock();
        break;
    }
    builder_.set_place(element.place);
  }

  void Close(const Element& element) {
    switch (element.kind) {
      case Kind::kInline:
      case Kind::kButton:
      case Kind::kImage:
      case Kind::kBreak:
        return;
      case Kind::kItem:
        return builder_.CloseItem();
      case Kind::kList:
      case Kind::kNumberedList:
        builder_.EndBlock();
        if (!lists_.empty()) lists_.pop_back();
        return;
      case Kind::kTable:
        return builder_.CloseTable();
      default:
        return builder_.EndBlock();
    }
  }

  void OpenItem(const Attributes& attributes) {
    builder_.OpenItem();
    if (lists_.empty() || !lists_.back().numbered) return;
    List& list = lists_.back();
    int number = list.next;
    if (!absl::SimpleAtoi(attributes.Get("value"), &number)) number = list.next;
    list.next = number < 1'000'000 ? number + 1 : 1;
    builder_.SetMark(NumberOf(number, list.type));
  }

  void Say(absl::string_view text, int line) {
    // All of it counts as of that line, the breaks in an attribute too.
    if (!text.empty()) builder_.AddText(absl::StrReplaceAll(absl::StrCat(" ", text, " "), {{"\n", " "}}), line);
  }

  void TakeTitle(bool in_picture) {
    if (in_picture) return Say(IconText(title_), title_first_);
    builder_.AddText(title_, title_first_);
    builder_.EndBlock();
    has_title_ = !builder_.empty();
  }

  TextBuilder builder_;
  std::vector<Element> elements_;
  std::vector<List> lists_;
  std::string title_;
  int title_first_ = 0;
  bool has_title_ = false;  // whether the first line is the title of the page
  bool shown_picture_ = false;
};

}  // namespace

bool IsHtml(absl::string_view text) {
  const std::string name = FirstElement(text);
  if (Kinds().contains(name)) return true;
  return std::find(std::begin(kInlineNames), std::end(kInlineNames), name) != std::end(kInlineNames);
}

absl::StatusOr<SourceText> ReadHtml(absl::string_view text) {
  HtmlReader reader;
  if (const absl::Status read = ReadHtmlEvents(text, &reader); !read.ok()) return read;
  SourceText source = reader.Finish(text);
  source.format = v1::DOCUMENT_FORMAT_HTML;
  if (source.text.empty()) return absl::InvalidArgumentError(kDocumentEmpty);
  return source;
}

}  // namespace regiokompas::intake
