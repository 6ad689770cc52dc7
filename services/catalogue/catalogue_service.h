// The gRPC service of frameworks, sections, goals, activities and contributions.
#pragma once

#include "absl/status/status.h"
#include "common/rpc/host.h"

namespace regiokompas::catalogue {

// Makes the service a part of `host`.
absl::Status Register(rpc::Host& host);

// The migrations of the schema `catalogue`.
std::vector<EmbeddedFile> Migrations();

}  // namespace regiokompas::catalogue
