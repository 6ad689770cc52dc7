// Corrections of a draft, from the words of a command line and from files.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "regiokompas/intake/v1/draft.pb.h"

namespace regiokompas::cli {

// The corrections in a file: proto JSON, a list of corrections. INVALID_ARGUMENT says what is wrong with it.
absl::StatusOr<std::vector<intake::v1::Correction>> ReadCorrections(const std::string& json);

// Short forms of corrections. Each adds one to `corrections`, where an element has one at most; INVALID_ARGUMENT says
// in the user's language what does not fit.

// "a3": it is no element.
absl::Status AddDrop(const std::string& id, std::vector<intake::v1::Correction>* corrections);

// "a3=owners/GM0677/activities/x": it is that activity of the catalogue; an id alone is one of `owner`.
absl::Status AddSame(const std::string& words, const std::string& owner,
                     std::vector<intake::v1::Correction>* corrections);

// "a3": it is an activity that the catalogue does not have.
absl::Status AddNew(const std::string& id, std::vector<intake::v1::Correction>* corrections);

// "a3.title=Text": the element as the draft or a correction before has it, with this text, number, numbers
// ("2022,2023") or enum value in one of its own fields. "source.title=Text" is the document itself.
absl::Status AddSet(const std::string& words, const intake::v1::ParsedDocument& parsed,
                    std::vector<intake::v1::Correction>* corrections);

}  // namespace regiokompas::cli
