// The catalogue's calls to collaboration: which task fields there are in which year, asked with the caller's own token.
#pragma once

#include <grpcpp/channel.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/call.h"
#include "services/catalogue/catalogue_rules.h"

namespace regiokompas::catalogue {

using PeerChannel = std::function<std::shared_ptr<grpc::Channel>(const std::string& service)>;

// The Iv3 lists as collaboration last gave them. It is asked only when an activity has a task field that does not fit
// what is known here or has years after the lists, and not again within ten minutes: lists are added now and then, and
// never change. Thread-safe.
class TaskFieldLists {
 public:
  explicit TaskFieldLists(PeerChannel peer) : peer_(std::move(peer)) {}

  // Runs `write`, which stores activities, and once more when its Check lacked a list that could be had: so nobody
  // waits for collaboration inside a transaction. UNAVAILABLE, with nothing stored, when collaboration does not answer.
  absl::Status Run(const Call& call, absl::FunctionRef<absl::Status()> write);

  // For use inside `write`. INVALID_ARGUMENT when a task field of the activity does not fit its years; UNAVAILABLE when
  // that is not known.
  absl::Status Check(const Call& call, const v1::Activity& activity) const;

 private:
  // Asks, unless another has done so since `round`.
  absl::Status Refresh(const Call& call, int64_t round);
  absl::Status Ask(const Call& call, TaskFieldYears& lists) const;

  const PeerChannel peer_;
  mutable absl::Mutex mutex_;
  std::shared_ptr<const TaskFieldYears> lists_ ABSL_GUARDED_BY(mutex_) = std::make_shared<TaskFieldYears>();
  absl::Time known_time_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();  // by the clock of the calls
  bool asking_ ABSL_GUARDED_BY(mutex_) = false;
  int64_t rounds_ ABSL_GUARDED_BY(mutex_) = 0;  // how often it was asked
  absl::Status last_round_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace regiokompas::catalogue
