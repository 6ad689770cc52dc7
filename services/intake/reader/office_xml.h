// XML of office files: parsed without DTD, entities or network, and walked by local names.
#pragma once

#include <libxml/tree.h>

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/intake/reader/archive_reader.h"

namespace regiokompas::intake {

struct FreeXml {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};
using XmlDocument = std::unique_ptr<xmlDoc, FreeXml>;

// Well-formed XML without a document type, nested at most 256 deep; messages of errors are codes of office_refusals.h.
absl::StatusOr<XmlDocument> ParseXml(absl::string_view bytes);

// Reads and parses a part; a null document when there is no such part.
absl::StatusOr<XmlDocument> ReadXml(Archive& archive, const std::string& part);

// The root element, or null for a null document.
xmlNode* Root(const XmlDocument& document);

// Local name of an element, "" for text and others.
absl::string_view NameOf(const xmlNode* node);
bool Is(const xmlNode* node, absl::string_view name);

// The first child element with that local name, or null. A null node has no children.
xmlNode* ChildOf(const xmlNode* node, absl::string_view name);

// The attribute with that local name, "" when it is not there or the node is null.
std::string AttributeOf(const xmlNode* node, absl::string_view name);

// The number in that attribute, a billion at most, or `otherwise` when there is none.
int NumberOf(const xmlNode* node, absl::string_view name, int otherwise);

// Text directly inside the element.
std::string TextOf(const xmlNode* node);

// The relations of a part in an Open XML package.
struct Relations {
  std::map<std::string, std::string> by_type;  // last part of the type to the first target
  std::map<std::string, std::string> by_id;
};
// Relations of `part`; "" is the package itself. Targets are names of parts.
absl::StatusOr<Relations> ReadRelations(Archive& archive, const std::string& part);

}  // namespace regiokompas::intake
