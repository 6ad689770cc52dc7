// The gRPC service that reads documents and turns accepted drafts into data of catalogue, progress and indicator.
#pragma once

#include "absl/status/status.h"
#include "common/rpc/host.h"

namespace regiokompas::intake {

// Makes the service a part of `host`.
absl::Status Register(rpc::Host& host);

// The migrations of the schema `intake`.
std::vector<EmbeddedFile> Migrations();

}  // namespace regiokompas::intake
