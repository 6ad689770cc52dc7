// What was read in a document, beside its lines, as a person reads it.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "google/protobuf/repeated_ptr_field.h"
#include "regiokompas/intake/v1/document.pb.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"

namespace regiokompas::cli {

// The lines of a document that are not blank, in order.
using DocumentLines = google::protobuf::RepeatedPtrField<intake::v1::DocumentLine>;

// Text of others in one line that does nothing to a terminal: every control character is a blank, and what is no UTF-8
// a question mark.
std::string Printable(const std::string& text);

// Text as a JSON string, with its quotes.
std::string JsonText(const std::string& text);

// The part of the name of an enum value that tells: "GOAL" of SPAN_ROLE_GOAL with the prefix SPAN_ROLE_.
std::string EnumText(const std::string& name, const std::string& prefix);

// "thema 6.1 Jeugd": an element of a parse in a few words, in the user's language.
std::string ElementText(const intake::v1::ParsedGoal& goal);
std::string ElementText(const intake::v1::ParsedActivity& activity);
std::string ElementText(const intake::v1::ParsedTarget& target);
std::string ElementText(const intake::v1::ParsedIndicator& indicator);
std::string ElementText(const intake::v1::ParsedMeasurement& measurement);
std::string ElementText(const intake::v1::ParsedMilestone& milestone);
std::string ElementText(const intake::v1::ParsedSection& section);

// How many of the lines no rule recognised.
int UnclassifiedLines(const DocumentLines& lines, const intake::v1::ParsedDocument& parsed);

// Prints every line with its number, its role, the rule that took it and its element, in columns; `width` cuts the
// lines, 0 does not.
void PrintExplanation(const DocumentLines& lines, const intake::v1::ParsedDocument& parsed, size_t width,
                      std::ostream& out);

// The same as one JSON object a line: line, role, rule, elementId and text.
void PrintExplanationAsJson(const DocumentLines& lines, const intake::v1::ParsedDocument& parsed, std::ostream& out);

// Prints how many lines each rule took, which lines none took, and the diagnostics.
void PrintRuleCounts(const DocumentLines& lines, const intake::v1::ParsedDocument& parsed, std::ostream& out);

// Prints the lines on the left and on the right what they became: each element beside the line where it begins, with
// its id. Elements without such a line stand at the end. `width` is that of both columns together.
void PrintElementsBeside(const DocumentLines& lines, const intake::v1::ParsedDocument& parsed, size_t width,
                         std::ostream& out);

}  // namespace regiokompas::cli
