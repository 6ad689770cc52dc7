// Which elements of a draft an officer accepts, and what of a plan comes of them. Pure.
#pragma once

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "regiokompas/intake/v1/intake_service.pb.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"
#include "services/intake/intake_rules.h"

namespace regiokompas::intake {

// The ids of all elements of a parse.
std::set<std::string> AllElements(const v1::ParsedDocument& parsed);

// Those of `elements` that `parsed` has, with all that they need: the goals above an element, the subject of what has
// one, and what is stored with them.
std::set<std::string> WithNeeds(const v1::ParsedDocument& parsed, const std::set<std::string>& elements);

// The same, with only what is stored with them: the milestones of an activity, the steps of a target.
std::set<std::string> WithParts(const v1::ParsedDocument& parsed, const std::set<std::string>& elements);

// The ids of the elements of `parsed` that `request` asks for, all when it names none, with those that were `accepted`
// before and all that these need. INVALID_ARGUMENT for an id that the draft does not have.
absl::StatusOr<std::set<std::string>> SelectElements(const v1::ParsedDocument& parsed,
                                                     const v1::AcceptDraftRequest& request,
                                                     const std::set<std::string>& accepted);

// Leaves in `plan` what comes of the elements `selected`, with the framework of the document and what their resources
// hang on, and counts the others. The names of what is left do not depend on what was left out.
void KeepSelected(const std::set<std::string>& selected, Plan& plan);

}  // namespace regiokompas::intake
