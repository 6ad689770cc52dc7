#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"
#include "services/intake/parser/document_builder.h"
#include "services/intake/parser/document_survey.h"
#include "services/intake/parser/profile.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {

// What a line was read as, by which rule, and the element that it belongs to.
struct TakenLine {
  pb::SpanRole role = pb::SPAN_ROLE_UNSPECIFIED;
  absl::string_view rule;
  std::string element;
};

// A document whose lines have all been read.
struct Reading {
  const std::vector<Line>& lines;
  const Profile& profile;
  const DocumentSurvey& survey;
  const std::vector<TakenLine>& taken;  // by line
  size_t title_at;                      // index of the line with the title of the document
};

// Reports what an officer should check: labels that were read by their place, and headings, labels and blocks that
// ended as plain text.
void ReportRoles(const Reading& reading, DocumentBuilder* out);

// Writes what every line was read as, lines in a row that are alike as one span.
void WriteSpans(const std::vector<Line>& lines, const std::vector<TakenLine>& taken, pb::ParsedDocument* document);

}  // namespace regiokompas::intake
