#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"

namespace regiokompas::intake {

// The targets that one Dutch sentence states, in printed order, without id, subject and line. `indicator` says that the
// sentence is an indicator or an objective by itself, so that a figure in front of it is a norm. A figure is only taken
// over when it is printed; a phrase without a norm yields nothing.
std::vector<v1::ParsedTarget> FindTargets(absl::string_view sentence, bool indicator);

}  // namespace regiokompas::intake
