// What acceptance reads from and writes into progress: the cycle of a report, its status reports, and the meaning of
// the status words that it prints.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "services/intake/calls_to_peers.h"
#include "services/intake/peer_changes.h"

namespace regiokompas::intake {

// Lives for one call; what it refers to must outlive it.
class ProgressPeer {
 public:
  ProgressPeer(const AcceptanceContext& context, const PeerChannel& channel, PeerCalls& calls, PeerChanges& changes);

  // What the owner has mapped, and under which ids.
  absl::Status ReadMappings();

  // The cycles that the owner has.
  absl::Status ReadCycles(KnownIds& cycles);

  // FAILED_PRECONDITION for a word of `plan` that nobody has given a meaning.
  absl::Status CheckWords(const Plan& plan) const;

  absl::Status Write(const Plan& plan, v1::AcceptDraftResponse* response);

  // Changes what `before`, the plan of the earlier reading, made.
  absl::Status Change(const Plan& before, const Plan& plan);

 private:
  using Progress = progress::v1::ProgressService::Stub;

  absl::Status WriteMappings(const Plan& plan);

  const AcceptanceContext& context_;
  const std::unique_ptr<Progress> progress_;
  PeerCalls& calls_;
  PeerChanges& changes_;
  std::set<std::string> words_;        // status words that the owner has mapped, folded
  std::set<std::string> mapping_ids_;  // ids of the owner's mappings
};

}  // namespace regiokompas::intake
