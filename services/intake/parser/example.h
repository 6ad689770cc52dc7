// Examples for tests of the parser: the text of a document and what an officer says it means.
#pragma once

#include <string>

#include "google/protobuf/repeated_ptr_field.h"
#include "regiokompas/intake/v1/document.pb.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"

namespace regiokompas::intake {

// The contents of the two files of an example; see testdata/examples/README.md.
struct Example {
  // <name>.txt
  std::string text;
  // <name>.expected.json: Comparable() of the parse, as proto3 JSON.
  std::string expected;
};

// What a parse says, without how it was read: neither spans, diagnostics, hash nor format, and the ids of the elements
// numbered anew for each kind, so that those that an officer added look like the others.
v1::ParsedDocument Comparable(v1::ParsedDocument parsed);

// The example that a document makes. Its lines get numbers of their own, as those of a text file; where lines were
// left out, which is where they were blank or held markup only, stands one blank line.
Example MakeExample(const google::protobuf::RepeatedPtrField<v1::DocumentLine>& lines, v1::ParsedDocument parsed);

}  // namespace regiokompas::intake
