// What officers say of the elements of a draft instead of what was read: what they may say, and what the draft is with
// it. Pure: no database, no network, no clock.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/repeated_field.h"
#include "regiokompas/intake/v1/draft.pb.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"

namespace regiokompas::intake {

// Corrections that count, at most one of each element about what it is and one about which activity it is.
using Corrections = std::vector<v1::Correction>;

// Gives the sections, measurements and milestones of a parse their ids where the reading gave none.
void FillIds(v1::ParsedDocument& parsed);

// What counts after `said` was said, one after another, on top of `standing`.
Corrections Merge(Corrections standing, const google::protobuf::RepeatedPtrField<v1::Correction>& said);

// The parse with corrections set on it; the order of its elements is kept, and what was added stands at its line. What
// was read under an element that was dropped goes with it when it was its subject, else to what stands above it.
// Nothing refers to an element that is not there, if nothing did in `parsed`.
v1::ParsedDocument Apply(v1::ParsedDocument parsed, const Corrections& corrections);

// In the order in which `parsed` has their elements, the document as a whole first and what was added last.
void SortByElement(const v1::ParsedDocument& parsed, Corrections& corrections);

// Ids of elements that stay as they are, and `source` for the document as a whole.
struct FixedElements {
  std::set<std::string> accepted = {};
  std::set<std::string> begun = {};  // an acceptance that is not finished may have written them
  // Activities among `begun` that certainly were not: which activity of the catalogue they are may still be said.
  std::set<std::string> unmatched = {};
};

// Whether `said` may be said of a draft of `owner`: INVALID_ARGUMENT with the fields that do not fit, so that no
// acceptance can be refused for them later, or FAILED_PRECONDITION when it changes an element that is fixed, or adds to
// one what is stored with it.
absl::Status CheckCorrections(const v1::ParsedDocument& parsed, const Corrections& standing,
                              const google::protobuf::RepeatedPtrField<v1::Correction>& said,
                              const FixedElements& fixed, const std::string& owner);

}  // namespace regiokompas::intake
