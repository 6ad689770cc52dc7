// Follows collaboration's change feed and keeps what other owners share in the schema of one service, where the
// policies of its tables enforce it.
#pragma once

#include <grpcpp/channel.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "common/base/call.h"
#include "common/db/database.h"
#include "common/rpc/service_token.h"
#include "regiokompas/collaboration/v1/collaboration_service.pb.h"

namespace regiokompas::rpc {

// How often the feed is asked. A grant is in force this long after it was given, and a little more.
inline constexpr absl::Duration kSharesPeriod = absl::Milliseconds(250);

// One per service and process; several replicas may write the same tables at once, as each share carries its version
// and each position only rises. Used by one thread; what it refers to must outlive it.
class SharesReader {
 public:
  // `pool` has the service's feed role. `channel` leads to collaboration.
  SharesReader(const Clock& clock, db::Pool& pool, std::function<std::shared_ptr<grpc::Channel>()> channel,
               ServiceToken& token);

  // Reads the feed from where the tables stand to its head, and then confirms that shares were up to date when this
  // began. An error leaves what was there, and what is not confirmed for a second is closed by the policies. Ends
  // between two pages when `stopping` says so.
  absl::Status Poll(absl::FunctionRef<bool()> stopping);

  // When the last poll began that reached the head; of this process.
  absl::Time confirmed_time() const { return confirmed_time_; }

 private:
  struct Standing {
    std::string epoch;
    std::map<std::string, int64_t> positions;  // by owner
  };

  absl::StatusOr<Standing> Load(Call& call);
  // Throws away what was kept of another feed.
  absl::Status Forget(Call& call, const std::string& epoch);
  absl::StatusOr<bool> Follow(Call& call, absl::Time start, Standing& standing);
  absl::Status Keep(Call& call, const std::string& epoch_before, const collaboration::v1::ListChangesResponse& page,
                    const collaboration::v1::BatchGetSharesResponse& shares, absl::Time start);

  const Clock& clock_;
  db::Pool& pool_;
  const std::function<std::shared_ptr<grpc::Channel>()> channel_;
  ServiceToken& token_;
  absl::Time confirmed_time_ = absl::InfinitePast();
};

}  // namespace regiokompas::rpc
