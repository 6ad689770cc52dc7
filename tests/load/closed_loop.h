// Many callers, each of which calls again as soon as it has its answer.
#pragma once

#include <functional>
#include <vector>

#include "absl/time/time.h"

namespace regiokompas::load {

struct Measured {
  double per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
};

// Runs `call(caller)` from `callers` threads for `time`, callers counted from 0. What a call throws ends the run and is
// thrown.
Measured RunClosedLoop(int callers, absl::Duration time, const std::function<void(int caller)>& call);

// The middle value; of an even number the mean of the two in the middle. Of nothing 0.
double Median(std::vector<double> values);

}  // namespace regiokompas::load
