// The gRPC service of reference data, sharing grants and the regional overview.
#pragma once

#include "absl/status/status.h"
#include "common/rpc/host.h"

namespace regiokompas::collaboration {

// Makes the service a part of `host`, with its reference data up to date.
absl::Status Register(rpc::Host& host);

// The migrations of the schema `collaboration`.
std::vector<EmbeddedFile> Migrations();

}  // namespace regiokompas::collaboration
