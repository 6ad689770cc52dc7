// What a person reads when a document is refused; shared by the service and by the dry run on the command line.
#pragma once

#include "absl/status/status.h"

namespace regiokompas::intake {

// The full error for a status of Parse(), whose message is only a code.
absl::Status DocumentError(const absl::Status& refused);

}  // namespace regiokompas::intake
