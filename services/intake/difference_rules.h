// How two readings of one source differ. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "regiokompas/intake/v1/intake_service.pb.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"

namespace regiokompas::intake {

// Id of the document as a whole in a difference, as in a correction.
inline constexpr char kSourceId[] = "source";

struct Comparison {
  // What was added and changed in the order of the later reading, then what was removed in that of the earlier one;
  // without the names of resources.
  std::vector<v1::ElementDifference> differences;
  // Id in the later reading -> id in the earlier one, of all elements that both have.
  std::map<std::string, std::string> previous_ids;
};

// Elements are the same by code, wording and position; ids, lines and order make no difference. Elements without an id,
// as older readings have them, go by their kind and number: section1, measurement1, milestone1. Those of `after` that
// are `unpaired`, by id, are none of `before`.
Comparison CompareReadings(const v1::ParsedDocument& before, const v1::ParsedDocument& after,
                           const std::set<std::string>& unpaired = {});

// Whether two readings are of one source: by its official identifier without the version, where both have one, or else
// by title, kind and years.
bool IsSameSource(const v1::SourceDocument& a, const v1::SourceDocument& b);

}  // namespace regiokompas::intake
