#include "services/intake/reader/office_xml.h"

#include <libxml/parser.h>

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/intake/reader/office_refusals.h"

namespace regiokompas::intake {
namespace {

struct FreeParser {
  void operator()(xmlParserCtxt* parser) const {
    xmlFreeDoc(parser->myDoc);
    xmlFreeParserCtxt(parser);
  }
};

// Office programs write no document type, and entities are how XML grows without end.
void StopAtDocumentType(void* parser, const xmlChar*, const xmlChar*, const xmlChar*) {
  xmlStopParser(static_cast<xmlParserCtxt*>(parser));
}

absl::string_view View(const xmlChar* text) {
  return text == nullptr ? absl::string_view() : absl::string_view(reinterpret_cast<const char*>(text));
}

// "word/document.xml" and "styles.xml" give "word/styles.xml"; "/xl/a.xml" is one from the top.
std::string Resolve(const std::string& part, const std::string& target) {
  if (absl::StartsWith(target, "/")) return target.substr(1);
  const size_t slash = part.rfind('/');
  std::string folder = slash == std::string::npos ? "" : part.substr(0, slash + 1);
  absl::string_view rest = target;
  while (absl::StartsWith(rest, "../")) {
    rest.remove_prefix(3);
    if (!folder.empty()) folder.pop_back();
    folder.resize(folder.find_last_of('/') == std::string::npos ? 0 : folder.find_last_of('/') + 1);
  }
  return absl::StrCat(folder, rest);
}

}  // namespace

absl::StatusOr<XmlDocument> ParseXml(absl::string_view bytes) {
  const std::unique_ptr<xmlParserCtxt, FreeParser> parser(xmlNewParserCtxt());
  if (parser == nullptr) return absl::InvalidArgumentError(kDocumentTooComplex);
  parser->sax->internalSubset = StopAtDocumentType;
  XmlDocument document(xmlCtxtReadMemory(
      parser.get(), bytes.data(), static_cast<int>(bytes.size()), nullptr, nullptr,
      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT | XML_PARSE_NOCDATA));
  parser->myDoc = nullptr;
  if (document != nullptr && parser->wellFormed && xmlDocGetRootElement(document.get()) != nullptr) return document;
  const bool limit = parser->errNo == XML_ERR_NO_MEMORY || parser->errNo == XML_ERR_INTERNAL_ERROR;
  return absl::InvalidArgumentError(limit ? kDocumentTooComplex : kDocumentBroken);
}

absl::StatusOr<XmlDocument> ReadXml(Archive& archive, const std::string& part) {
  if (part.empty() || !archive.Has(part)) return XmlDocument();
  ASSIGN_OR_RETURN(const std::string bytes, archive.Read(part));
  return ParseXml(bytes);
}

xmlNode* Root(const XmlDocument& document) {
  return document == nullptr ? nullptr : xmlDocGetRootElement(document.get());
}

absl::string_view NameOf(const xmlNode* node) {
  return node != nullptr && node->type == XML_ELEMENT_NODE ? View(node->name) : absl::string_view();
}

bool Is(const xmlNode* node, absl::string_view name) { return NameOf(node) == name; }

xmlNode* ChildOf(const xmlNode* node, absl::string_view name) {
  if (node == nullptr) return nullptr;
  for (xmlNode* child = node->children; child != nullptr; child = child->next) {
    if (Is(child, name)) return child;
  }
  return nullptr;
}

std::string AttributeOf(const xmlNode* node, absl::string_view name) {
  if (node == nullptr || node->type != XML_ELEMENT_NODE) return "";
  for (const xmlAttr* attribute = node->properties; attribute != nullptr; attribute = attribute->next) {
    if (View(attribute->name) != name) continue;
    return attribute->children == nullptr ? "" : std::string(View(attribute->children->content));
  }
  return "";
}

int NumberOf(const xmlNode* node, absl::string_view name, int otherwise) {
  constexpr int kMost = 1'000'000'000;
  int number = 0;
  return absl::SimpleAtoi(AttributeOf(node, name), &number) ? std::clamp(number, -kMost, kMost) : otherwise;
}

std::string TextOf(const xmlNode* node) {
  std::string text;
  if (node == nullptr) return text;
  for (const xmlNode* child = node->children; child != nullptr; child = child->next) {
    if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE)
      absl::StrAppend(&text, View(child->content));
  }
  return text;
}

absl::StatusOr<Relations> ReadRelations(Archive& archive, const std::string& part) {
  const size_t slash = part.rfind('/');
  const size_t name = slash == std::string::npos ? 0 : slash + 1;
  ASSIGN_OR_RETURN(const XmlDocument document,
                   ReadXml(archive, absl::StrCat(part.substr(0, name), "_rels/", part.substr(name), ".rels")));
  Relations relations;
  if (document == nullptr) return relations;
  for (const xmlNode* relation = Root(document)->children; relation != nullptr; relation = relation->next) {
    if (!Is(relation, "Relationship") || AttributeOf(relation, "TargetMode") == "External") continue;
    const std::string type = AttributeOf(relation, "Type");
    const std::string target = Resolve(part, AttributeOf(relation, "Target"));
    relations.by_type.emplace(type.substr(type.rfind('/') + 1), target);
    relations.by_id.emplace(AttributeOf(relation, "Id"), target);
  }
  return relations;
}

}  // namespace regiokompas::intake
