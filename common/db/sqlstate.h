// From a failed statement to the status that a caller sees.
#pragma once

#include <exception>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace regiokompas::db {

struct Failure {
  absl::Status status;
  bool retry = false;   // serialization failure or deadlock: the whole transaction may run again
  bool broken = false;  // the connection is lost
};

// `deadline_passed` tells a cancelled statement apart from one that ran out of time.
Failure Translate(const std::exception& error, bool deadline_passed);

}  // namespace regiokompas::db
