// HTML and XML as events, in the order of the file. The one place that knows libxml2.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace regiokompas::intake {

// The attributes of an element; valid during the event only.
class Attributes {
 public:
  // `pairs`: names and values in turn, null at the end; null when there are none.
  explicit Attributes(const unsigned char* const* pairs) : pairs_(pairs) {}

  bool Has(absl::string_view name) const { return Find(name) != nullptr; }
  // Empty when there is none of this name.
  absl::string_view Get(absl::string_view name) const;

 private:
  const unsigned char* const* Find(absl::string_view name) const;

  const unsigned char* const* pairs_;
};

// Name of the first element, in lower case and without prefix; empty when the text does not begin with markup.
std::string FirstElement(absl::string_view text);

// Receives the events. Names are without prefix, those of HTML in lower case; lines are 1-based.
class MarkupHandler {
 public:
  virtual ~MarkupHandler() = default;
  // `line` is the one that the tag ends on.
  virtual void OnStart(absl::string_view name, const Attributes& attributes, int line) = 0;
  // Every element that starts also ends, whether the file closes it or not.
  virtual void OnEnd(absl::string_view name) = 0;
  // A piece of text, its references resolved.
  virtual void OnText(absl::string_view text, int first_line) = 0;
};

// Both read UTF-8 whose line ends are LF, whatever encoding it declares; work is linear in its size. Nothing outside
// `text` is read, and no entity but those of HTML and the five of XML stands for anything.
// The message of a status that is not OK is kDocumentTooDeep or kDocumentXmlInvalid.
absl::Status ReadHtmlEvents(absl::string_view text, MarkupHandler* handler);
absl::Status ReadXmlEvents(absl::string_view text, MarkupHandler* handler);

}  // namespace regiokompas::intake
