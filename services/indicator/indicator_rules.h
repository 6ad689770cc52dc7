// Rules of indicator that the contract's options can not say. Pure: no database, no clock.
#pragma once

#include "common/base/errors.h"
#include "google/protobuf/message.h"

namespace regiokompas::indicator {

void CheckIndicator(const google::protobuf::Message& indicator, errors::Violations& violations);

// A target is a rule: it has the value that its kind needs, and none where there is nothing to hold it against.
void CheckTarget(const google::protobuf::Message& target, errors::Violations& violations);

// A measurement is a figure (a value, or a numerator with its denominator) or the reason why there is none.
void CheckMeasurement(const google::protobuf::Message& measurement, errors::Violations& violations);

}  // namespace regiokompas::indicator
