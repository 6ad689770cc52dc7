// For methods that read a stream: a caller that stalls does not keep a thread.
#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/server_context.h>

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace regiokompas::rpc {

// Cancels the call when it lasts longer than `limit`; reads that wait then return false. Lives inside the handler.
class Patience {
 public:
  Patience(grpc::ServerContext& context, absl::Duration limit) : state_(std::make_shared<State>(&context)) {
    alarm_.Set(absl::ToChronoTime(absl::Now() + limit), [state = state_](bool expired) {
      const absl::MutexLock lock(&state->mutex);
      if (expired && state->context != nullptr) state->context->TryCancel();
    });
  }
  ~Patience() {
    alarm_.Cancel();
    const absl::MutexLock lock(&state_->mutex);
    state_->context = nullptr;
  }
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;

 private:
  // The alarm may go off while the handler returns, so it holds on to this and not to the handler.
  struct State {
    explicit State(grpc::ServerContext* context_in) : context(context_in) {}
    absl::Mutex mutex;
    grpc::ServerContext* context ABSL_GUARDED_BY(mutex);
  };

  const std::shared_ptr<State> state_;
  grpc::Alarm alarm_;
};

}  // namespace regiokompas::rpc
