// What officers said of one reading of a document, said of another reading of it. Pure.
#pragma once

#include <string>
#include <vector>

#include "regiokompas/intake/v1/parsed_document.pb.h"
#include "services/intake/correction_rules.h"

namespace regiokompas::intake {

struct CarriedOver {
  Corrections corrections;                // of the later reading
  std::vector<v1::Diagnostic> set_aside;  // one for each that is not taken over, CORRECTION_SET_ASIDE
};

// Each correction follows its element, as CompareReadings pairs the readings: the fields in which it differs from what
// was read are set on what is read now. It is set aside when its element has no pair, when it refers to one that has
// none, when it adds an element, whose line means nothing in another text, or when it does not fit the later reading.
// Both readings have the ids of all their elements; `owner` is whose they are.
CarriedOver CarryOver(const v1::ParsedDocument& before, const Corrections& corrections, const v1::ParsedDocument& after,
                      const std::string& owner);

}  // namespace regiokompas::intake
