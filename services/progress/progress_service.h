// The gRPC service of reporting cycles, status reports and status mappings.
#pragma once

#include "absl/status/status.h"
#include "common/rpc/host.h"

namespace regiokompas::progress {

// Makes the service a part of `host`.
absl::Status Register(rpc::Host& host);

// The migrations of the schema `progress`.
std::vector<EmbeddedFile> Migrations();

}  // namespace regiokompas::progress
