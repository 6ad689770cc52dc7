// Collaboration's calls to catalogue, progress and indicator for a regional overview, with the caller's own token.
#pragma once

#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "common/base/call.h"
#include "regiokompas/collaboration/v1/regional_overview.pb.h"

namespace regiokompas::collaboration {

using PeerChannel = std::function<std::shared_ptr<grpc::Channel>(const std::string& service)>;

// Asks what `members` (their names filled) share with `receiver` for `cycle_date`, all at once but for a limit, and
// gives each to `take` as soon as it is complete, on this thread. A service that does not answer in time costs its
// parts: whatever happens every member is taken, unless `take` returns an error or the caller's token has ended.
absl::Status GatherMembers(const Call& call, const PeerChannel& channel, const std::string& receiver,
                           const std::string& cycle_date, std::vector<v1::RegionalOverviewMember> members,
                           absl::FunctionRef<absl::Status(v1::RegionalOverviewMember&)> take);

}  // namespace regiokompas::collaboration
