#include "services/intake/reader/cvdr_reader.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "services/intake/reader/markup.h"
#include "services/intake/reader/read_source.h"
#include "services/intake/reader/text_builder.h"

namespace regiokompas::intake {
namespace {

enum class Kind {
  kBlock,  // also what is not known: structure holds blocks
  kInline,
  kHeading,
  kItem,
  kMember,  // of an article: an item when it has a number
  kNumber,  // of an item
  kTable,
  kRow,
  kCell,
  kHead,  // rows of it are headers
  kBreak,
  kPicture,
  kMeta,
};

Kind KindOf(absl::string_view name) {
  static const auto& kinds = *new absl::flat_hash_map<absl::string_view, Kind>{
      {"nadruk", Kind::kInline},  {"extref", Kind::kInline},     {"intref", Kind::kInline},
      {"sup", Kind::kInline},     {"sub", Kind::kInline},        {"sup-vet", Kind::kInline},
      {"inf", Kind::kInline},     {"a", Kind::kInline},          {"b", Kind::kInline},
      {"i", Kind::kInline},       {"u", Kind::kInline},          {"strong", Kind::kInline},
      {"em", Kind::kInline},      {"span", Kind::kInline},       {"noot", Kind::kInline},
      {"noot.nr", Kind::kInline}, {"noot.al", Kind::kInline},    {"label", Kind::kInline},
      {"nr", Kind::kInline},      {"titel", Kind::kInline},      {"subtitel", Kind::kInline},
      {"kop", Kind::kHeading},    {"tussenkop", Kind::kHeading}, {"intitule", Kind::kHeading},
      {"title", Kind::kHeading},  {"li", Kind::kItem},           {"lid", Kind::kMember},
      {"li.nr", Kind::kNumber},   {"lidnr", Kind::kNumber},      {"table", Kind::kTable},
      {"row", Kind::kRow},        {"entry", Kind::kCell},        {"thead", Kind::kHead},
      {"br", Kind::kBreak},       {"nl", Kind::kBreak},          {"illustratie", Kind::kPicture},
      {"meta", Kind::kMeta}};
  const auto found = kinds.find(name);
  return found == kinds.end() ? Kind::kBlock : found->second;
}

// "2020-02-18" as sites print it, "18-02-2020"; empty when it is no date.
std::string PrintedDate(absl::string_view iso) {
  const std::vector<absl::string_view> parts = absl::StrSplit(iso.substr(0, iso.find('T')), '-');
  if (parts.size() != 3 || parts[0].size() != 4 || parts[1].size() != 2 || parts[2].size() != 2) return "";
  return absl::StrCat(parts[2], "-", parts[1], "-", parts[0]);
}

// Text that is printed elsewhere than it stands: its breaks are no lines of the file there.
std::string WithoutBreaks(absl::string_view text) { return absl::StrReplaceAll(text, {{"\n", " "}}); }

// What the metadata say, and where.
struct Fact {
  std::string text;
  int line = 0;
};

class CvdrReader : public MarkupHandler {
 public:
  void OnStart(absl::string_view name, const Attributes& attributes, int line) override {
    if (elements_.empty()) is_cvdr_ = name == "cvdr" || name == "regeling";
    const bool in_meta = !elements_.empty() && elements_.back().in_meta;
    Element element{in_meta ? Kind::kInline : KindOf(name), in_meta, !elements_.empty() && elements_.back().in_head};
    if (element.kind == Kind::kHead) element.in_head = true;
    if (element.kind == Kind::kMeta) element.in_meta = true;
    elements_.push_back(element);
    if (in_meta) {
      fact_ = Fact();
      return;
    }
    Open(element, attributes, line);
  }

  void OnEnd(absl::string_view name) override {
    if (elements_.empty()) return;
    const Element element = elements_.back();
    elements_.pop_back();
    if (element.kind == Kind::kMeta) return WriteFacts();
    if (element.in_meta) return KeepFact(name);
    Close(element);
  }

  void OnText(absl::string_view text, int first_line) override {
    if (elements_.empty()) return;
    const Element& element = elements_.back();
    if (element.in_meta) {
      AddTo(&fact_, text, first_line);
    } else if (element.kind == Kind::kNumber) {
      number_.append(text.data(), text.size());
    } else {
      builder_.AddText(text, first_line);
    }
  }

  bool is_cvdr() const { return is_cvdr_; }
  SourceText Finish(absl::string_view file) { return ToSourceText(builder_.Lines(), file); }

 private:
  struct Element {
    Kind kind;
    bool in_meta;
    bool in_head;
  };

  static void AddTo(Fact* fact, absl::string_view text, int first_line) {
    for (char c : text) {
      if (fact->text.empty() && !absl::ascii_isspace(static_cast<unsigned char>(c))) fact->line = first_line;
      if (!fact->text.empty() || !absl::ascii_isspace(static_cast<unsigned char>(c))) fact->text.push_back(c);
      first_line += c == '\n';
    }
  }

  void KeepFact(absl::string_view name) {
    absl::StripAsciiWhitespace(&fact_.text);
    if (fact_.text.empty()) return;
    const auto keep = [&](Fact* fact) {
      if (fact->text.empty()) *fact = fact_;
    };
    if (name == "identifier" && absl::StartsWith(fact_.text, "CVDR")) keep(&identifier_);
    if (name == "title") keep(&title_);
    if (name == "creator") keep(&creator_);
    if (name == "inwerkingtredingDatum") keep(&valid_from_);
    if (name == "uitwerkingtredingDatum") keep(&valid_to_);
    if (absl::StartsWith(name, "terugwerkendekracht") && !PrintedDate(fact_.text).empty()) keep(&effective_from_);
    fact_ = Fact();
  }

  // Prints the metadata in the order of the file, as the site of publication does.
  void WriteFacts() {
    std::vector<Fact> facts;
    if (!identifier_.text.empty()) {
      std::vector<absl::string_view> parts = absl::StrSplit(identifier_.text, '_');
      facts.push_back({WithoutBreaks(absl::StrCat("http://lokaleregelgeving.overheid.nl/", parts[0],
                                                  parts.size() > 1 ? absl::StrCat("/", parts[1]) : "")),
                       identifier_.line});
    }
    if (!title_.text.empty()) facts.push_back(title_);
    std::string from = PrintedDate(valid_from_.text);
    if (!from.empty()) {
      const std::string to = PrintedDate(valid_to_.text);
      std::string text = absl::StrCat("Geldend van ", from, " t/m ", to.empty() ? "heden" : to);
      if (!effective_from_.text.empty()) {
        absl::StrAppend(&text, " met terugwerkende kracht vanaf ", PrintedDate(effective_from_.text));
      }
      if (!creator_.text.empty()) absl::StrAppend(&text, " (", creator_.text, ")");
      facts.push_back({WithoutBreaks(text), valid_from_.line});
    }
    std::stable_sort(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) { return a.line < b.line; });
    for (const Fact& fact : facts) {
      builder_.EndBlock();
      builder_.AddText(fact.text, fact.line);
    }
    builder_.EndBlock();
  }

  void Open(const Element& element, const Attributes& attributes, int line) {
    switch (element.kind) {
      case Kind::kInline:
      case Kind::kMeta:
        // The parts of a heading stand apart, whether the file has white space between them or not.
        return InHeading() ? builder_.AddText(" ", line) : void();
      case Kind::kBreak:
        return builder_.EndLine();
      case Kind::kPicture:
        return builder_.AddText(WithoutBreaks(attributes.Get("alt")), line);
      case Kind::kNumber:
        number_.clear();
        return;
      case Kind::kItem:
      case Kind::kMember:
        return builder_.OpenItem(element.kind == Kind::kItem);
      case Kind::kTable:
        return builder_.OpenTable();
      case Kind::kRow:
        return builder_.OpenRow();
      case Kind::kCell:
        return builder_.OpenCell(element.in_head);
      case Kind::kHeading:
        builder_.EndBlock();
        return SetHeading(true);
      default:
        return builder_.EndBlock();
    }
  }

  void Close(const Element& element) {
    switch (element.kind) {
      case Kind::kInline:
      case Kind::kBreak:
      case Kind::kPicture:
        return;
      case Kind::kNumber:
        return builder_.SetMark(MarkOf(absl::StripAsciiWhitespace(WithoutBreaks(number_))));
      case Kind::kHeading:
        builder_.EndBlock();
        return SetHeading(false);
      case Kind::kItem:
      case Kind::kMember:
        return builder_.CloseItem();
      case Kind::kTable:
        return builder_.CloseTable();
      default:
        return builder_.EndBlock();
    }
  }

  void SetHeading(bool heading) {
    TextBuilder::Place place;
    place.heading = heading;
    builder_.set_place(place);
  }

  // Sites print a full stop behind a bare number.
  static std::string MarkOf(absl::string_view number) {
    const bool bare = std::all_of(number.begin(), number.end(), [](unsigned char c) { return absl::ascii_isdigit(c); });
    return absl::StrCat(number, bare && !number.empty() ? "." : "");
  }

  bool InHeading() const { return elements_.size() > 1 && elements_[elements_.size() - 2].kind == Kind::kHeading; }

  TextBuilder builder_;
  std::vector<Element> elements_;
  bool is_cvdr_ = false;
  std::string number_;
  Fact fact_;
  Fact identifier_;
  Fact title_;
  Fact creator_;
  Fact valid_from_;
  Fact valid_to_;
  Fact effective_from_;
};

}  // namespace

bool IsXml(absl::string_view text) { return absl::StartsWith(text, "<?xml") || FirstElement(text) == "cvdr"; }

absl::StatusOr<SourceText> ReadCvdr(absl::string_view text) {
  CvdrReader reader;
  if (const absl::Status read = ReadXmlEvents(text, &reader); !read.ok()) return read;
  if (!reader.is_cvdr()) return absl::InvalidArgumentError(kDocumentXmlUnknown);
  SourceText source = reader.Finish(text);
  source.format = v1::DOCUMENT_FORMAT_CVDR_XML;
  if (source.text.empty()) return absl::InvalidArgumentError(kDocumentEmpty);
  return source;
}

}  // namespace regiokompas::intake
