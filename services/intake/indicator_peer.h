// What acceptance reads from and writes into indicator: indicators, their targets and their measurements.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "services/intake/calls_to_peers.h"
#include "services/intake/peer_changes.h"

namespace regiokompas::intake {

// Lives for one call; what it refers to must outlive it.
class IndicatorPeer {
 public:
  IndicatorPeer(const AcceptanceContext& context, const PeerChannel& channel, PeerCalls& calls, PeerChanges& changes);

  // The indicators that the owner has, and what stands under those of this document: nothing else can be in its way.
  absl::Status Read(Existing& existing);

  absl::Status Write(const Plan& plan);

  // Changes what `before`, the plan of the earlier reading, made.
  absl::Status Change(const Plan& before, const Plan& plan);

 private:
  using Indicators = indicator::v1::IndicatorService::Stub;

  const AcceptanceContext& context_;
  const std::unique_ptr<Indicators> indicators_;
  PeerCalls& calls_;
  PeerChanges& changes_;
};

}  // namespace regiokompas::intake
