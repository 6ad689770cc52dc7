#include "services/intake/reader/markup.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "services/intake/reader/read_source.h"

namespace regiokompas::intake {
namespace {

// Nobody writes pages that deep; every tag that closes nothing costs a look at all open elements.
constexpr int kDeepest = 250;

// libxml2 compares every attribute of an element with those before it.
constexpr int kMostAttributes = 500;

// Each of these can cost libxml2 a microsecond or more. Documents of the largest size have fewer.
constexpr size_t kMostTags = 1'000'000;
constexpr size_t kMostReferences = 1'000'000;

// Where the attributes of the tag whose name begins at `at` end; npos when there are too many.
size_t EndOfTag(absl::string_view text, size_t at) {
  int attributes = 0;
  for (; at < text.size() && text[at] != '>'; ++at) {
    const bool space = absl::ascii_isspace(static_cast<unsigned char>(text[at]));
    if (space && at + 1 < text.size() && !absl::ascii_isspace(static_cast<unsigned char>(text[at + 1]))) ++attributes;
    if (text[at] != '=') continue;
    ++attributes;
    const size_t value = text.find_first_not_of(" \t\n\f\r", at + 1);
    if (value == absl::string_view::npos) return text.size();
    at = value;
    if (text[at] == '"' || text[at] == '\'') at = std::min(text.size(), text.find(text[at], at + 1));
    if (at < text.size() && text[at] == '>') break;
    if (attributes > 2 * kMostAttributes) return absl::string_view::npos;
  }
  return attributes > 2 * kMostAttributes ? absl::string_view::npos : at;
}

// Behind the next `end` from `at` on.
size_t Behind(absl::string_view text, size_t at, absl::string_view end) {
  const size_t found = text.find(end, at);
  return found == absl::string_view::npos ? text.size() : found + end.size();
}

// Whether there are so many tags and references, or attributes of one element, that reading takes unreasonably long.
bool IsCrowded(absl::string_view text, bool xml) {
  if (static_cast<size_t>(std::count(text.begin(), text.end(), '&')) > kMostReferences) return true;
  size_t tags = 0;
  for (size_t at = text.find('<'); at != absl::string_view::npos; at = text.find('<', at)) {
    const absl::string_view tag = text.substr(at);
    if (++tags > kMostTags) return true;
    if (absl::StartsWith(tag, "<!--")) {
      at = Behind(text, at, "-->");
    } else if (xml && absl::StartsWith(tag, "<![CDATA[")) {
      at = Behind(text, at, "]]>");
    } else if (tag.size() > 1 && absl::ascii_isalpha(static_cast<unsigned char>(tag[1]))) {
      at = EndOfTag(text, at + 1);
      if (at == absl::string_view::npos) return true;
      // What a program compares may look like a tag without an end.
      const bool program = absl::StartsWithIgnoreCase(tag, "<script") || absl::StartsWithIgnoreCase(tag, "<style");
      if (!xml && program) at = Behind(text, at, "</");
    } else {
      ++at;
    }
  }
  return false;
}

// What the callbacks share: libxml2 hands it to each of them.
struct Events {
  MarkupHandler* handler;
  xmlParserCtxtPtr context;
  int depth = 0;
  const char* refusal = nullptr;

  void Refuse(const char* why) {
    if (refusal == nullptr) refusal = why;
    xmlStopParser(context);
  }
  int line() const { return context->input == nullptr ? 1 : std::max(1, context->input->line); }
};

Events& Of(void* data) { return *static_cast<Events*>(data); }

absl::string_view LocalName(const xmlChar* name) {
  const absl::string_view full(reinterpret_cast<const char*>(name));
  const size_t colon = full.rfind(':');
  return colon == absl::string_view::npos ? full : full.substr(colon + 1);
}

void OnStart(void* data, const xmlChar* name, const xmlChar** attributes) {
  Events& events = Of(data);
  if (events.refusal != nullptr) return;
  if (++events.depth > kDeepest) return events.Refuse(kDocumentTooDeep);
  events.handler->OnStart(LocalName(name), Attributes(attributes), events.line());
}

void OnEnd(void* data, const xmlChar* name) {
  Events& events = Of(data);
  if (events.refusal != nullptr || events.depth == 0) return;
  --events.depth;
  events.handler->OnEnd(LocalName(name));
}

void OnText(void* data, const xmlChar* text, int size) {
  Events& events = Of(data);
  if (events.refusal != nullptr || size <= 0) return;
  absl::string_view piece(reinterpret_cast<const char*>(text), size);
  // The parser has counted the lines of the piece before it hands it out, but for a break at the end of a full buffer.
  const xmlParserInput* const input = events.context->input;
  // A reference to a break is no end of a line of the file.
  const bool reference = piece == "\n" && input != nullptr && input->cur > input->base && input->cur[-1] != '\n';
  if (reference) piece = " ";
  const bool uncounted = piece.back() == '\n' && input != nullptr && input->cur != nullptr && *input->cur == '\n';
  const auto breaks = std::count(piece.begin(), piece.end(), '\n') - (uncounted ? 1 : 0);
  events.handler->OnText(piece, std::max(1, events.line() - static_cast<int>(breaks)));
}

void OnError(void* data, const char*, ...) {
  if (Of(data).context->wellFormed == 0) Of(data).Refuse(kDocumentXmlInvalid);
}

void OnEntityDeclaration(void* data, const xmlChar*, int, const xmlChar*, const xmlChar*, xmlChar*) {
  Of(data).Refuse(kDocumentXmlInvalid);
}

xmlSAXHandler Callbacks() {
  xmlSAXHandler sax = {};
  sax.startElement = OnStart;
  sax.endElement = OnEnd;
  sax.characters = OnText;
  sax.ignorableWhitespace = OnText;
  sax.cdataBlock = OnText;
  sax.entityDecl = OnEntityDeclaration;
  sax.initialized = 1;
  return sax;
}

struct FreeContext {
  void operator()(xmlParserCtxtPtr context) const {
    xmlFreeDoc(context->myDoc);
    xmlFreeParserCtxt(context);
  }
};
using Context = std::unique_ptr<xmlParserCtxt, FreeContext>;

void Attach(xmlParserCtxtPtr context, Events* events) {
  *context->sax = Callbacks();
  context->userData = events;
  events->context = context;
}

absl::Status Result(const Events& events) {
  return events.refusal == nullptr ? absl::OkStatus() : absl::InvalidArgumentError(events.refusal);
}

}  // namespace

std::string FirstElement(absl::string_view text) {
  // Comments, instructions and the document type may stand before it.
  constexpr std::pair<absl::string_view, absl::string_view> kBefore[] = {{"<!--", "-->"}, {"<?", ">"}, {"<!", ">"}};
  bool closes = true;  // whether declarations may close somewhere in the rest
  while (true) {
    text = absl::StripLeadingAsciiWhitespace(text);
    const auto before = std::find_if(std::begin(kBefore), std::end(kBefore),
                                     [&](const auto& pair) { return absl::StartsWith(text, pair.first); });
    if (before == std::end(kBefore)) break;
    const size_t end = text.find(before->second);
    if (end == absl::string_view::npos) return "";
    // A document type with declarations of its own ends behind them.
    const size_t declarations = text.substr(0, end).find('[');
    size_t close = absl::string_view::npos;
    if (closes && before->first == "<!" && declarations != absl::string_view::npos) {
      close = text.find("]>", declarations);
      closes = close != absl::string_view::npos;
    }
    text.remove_prefix(close == absl::string_view::npos ? end + before->second.size() : close + 2);
  }
  if (!absl::ConsumePrefix(&text, "<")) return "";
  const size_t end = std::min(text.size(), text.find_first_of(" \t\r\n\f/>"));
  const absl::string_view name = text.substr(0, end);
  const size_t colon = name.rfind(':');
  return absl::AsciiStrToLower(colon == absl::string_view::npos ? name : name.substr(colon + 1));
}

const unsigned char* const* Attributes::Find(absl::string_view name) const {
  if (pairs_ == nullptr) return nullptr;
  for (const unsigned char* const* pair = pairs_; *pair != nullptr; pair += 2) {
    if (LocalName(*pair) == name) return pair;
  }
  return nullptr;
}

absl::string_view Attributes::Get(absl::string_view name) const {
  const unsigned char* const* pair = Find(name);
  return pair == nullptr || pair[1] == nullptr ? "" : absl::string_view(reinterpret_cast<const char*>(pair[1]));
}

absl::Status ReadHtmlEvents(absl::string_view text, MarkupHandler* handler) {
  xmlInitParser();
  if (IsCrowded(text, false)) return absl::InvalidArgumentError(kDocumentTooDeep);
  Events events{handler, nullptr};
  const Context context(htmlNewParserCtxt());
  Attach(context.get(), &events);
  htmlCtxtReadMemory(context.get(), text.data(), static_cast<int>(text.size()), nullptr, "UTF-8",
                     HTML_PARSE_RECOVER | HTML_PARSE_NODEFDTD | HTML_PARSE_NOIMPLIED | HTML_PARSE_IGNORE_ENC |
                         HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
  return Result(events);
}

absl::Status ReadXmlEvents(absl::string_view text, MarkupHandler* handler) {
  xmlInitParser();
  if (IsCrowded(text, true)) return absl::InvalidArgumentError(kDocumentTooDeep);
  Events events{handler, nullptr};
  const Context context(xmlNewParserCtxt());
  Attach(context.get(), &events);
  // The rest of a file that is not well-formed is not worth reading.
  context->sax->error = OnError;
  xmlCtxtReadMemory(context.get(), text.data(), static_cast<int>(text.size()), nullptr, "UTF-8",
                    XML_PARSE_NONET | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES);
  if (context->wellFormed == 0 && events.refusal == nullptr) events.refusal = kDocumentXmlInvalid;
  return Result(events);
}

}  // namespace regiokompas::intake
