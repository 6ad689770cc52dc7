// The gRPC service of indicators, targets and measurements.
#pragma once

#include "absl/status/status.h"
#include "common/rpc/host.h"

namespace regiokompas::indicator {

// Makes the service a part of `host`.
absl::Status Register(rpc::Host& host);

// The migrations of the schema `indicator`.
std::vector<EmbeddedFile> Migrations();

}  // namespace regiokompas::indicator
