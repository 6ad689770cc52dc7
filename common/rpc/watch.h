// Calls that stay open and tell what changes for one owner: thousands of them hold no thread and no connection to the
// database. gRPC's callbacks move messages and no more; one thread per service asks the change log.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/call.h"
#include "common/base/clock.h"
#include "common/db/change_log.h"
#include "common/db/database.h"
#include "common/rpc/endpoint.h"
#include "google/protobuf/message.h"

namespace regiokompas::rpc {

// How often the change log is asked while somebody watches. A change is told this long after it was made, and a little
// more.
inline constexpr absl::Duration kWatchPeriod = absl::Milliseconds(250);
// Whoever has heard nothing for this long is told that nothing changed.
inline constexpr absl::Duration kCheckpointPeriod = absl::Seconds(15);
// A watch whose reader leaves a message untaken for this long is ended.
inline constexpr absl::Duration kMaxUnread = absl::Seconds(30);
// Open at once in a service; one more is refused with UNAVAILABLE.
inline constexpr size_t kMaxWatches = 1000;
// Of one message, unless a single revision has more.
inline constexpr int kMaxChangesPerMessage = 1000;

class Watcher;

// One open watch, whatever the type of its messages. Thread-safe: gRPC's threads and the thread of its watcher meet
// here. At most one message is on its way; what comes after it stays in the change log until it was taken.
class Watch {
 public:
  using Message = google::protobuf::Message;

  Watch(Watcher& watcher, grpc::CallbackServerContext& context, Call call);
  virtual ~Watch() = default;
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 protected:
  // What gRPC reports.
  void MessageTaken(bool ok);
  void CallerLeft();
  void StreamDone();

 private:
  friend class Watcher;

  virtual void StartMessage(const Message& message) = 0;
  virtual void EndStream(grpc::Status status) = 0;

  // True when a message can be sent. Ends a watch whose token has expired or whose reader is too slow, and cuts off one
  // whose reader does not even take its end.
  bool IsReady(absl::Time now);
  // `more` says that the change log holds more for this watch: the watcher is woken when this message was taken.
  void Send(std::shared_ptr<const Message> message, absl::Time now, bool more);
  // Once; later calls change nothing.
  void End(const absl::Status& status);

  Watcher& watcher_;
  const absl::Time opened_ = absl::Now();
  // Complete before the watcher's thread sees the watch.
  Call call_;

  // Of the watcher's thread.
  bool begun_ = false;
  std::string epoch_;  // with sequence_: where the watch stands; empty for now
  int64_t sequence_ = 0;
  absl::Time sent_ = absl::InfinitePast();

  absl::Mutex mutex_;
  grpc::CallbackServerContext* context_ ABSL_GUARDED_BY(mutex_);    // null when the stream is done
  std::shared_ptr<const Message> message_ ABSL_GUARDED_BY(mutex_);  // on its way
  bool more_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time since_ ABSL_GUARDED_BY(mutex_);  // when the message was sent, or the end
};

// The stream of a watch as gRPC knows it. Kept by the watcher from Open until gRPC is done with it.
template <typename Response>
class WatchStream final : public Watch, public grpc::ServerWriteReactor<Response> {
 public:
  using Watch::Watch;

  void OnWriteDone(bool ok) override { MessageTaken(ok); }
  void OnCancel() override { CallerLeft(); }
  void OnDone() override { StreamDone(); }

 private:
  void StartMessage(const Message& message) override { this->StartWrite(static_cast<const Response*>(&message)); }
  void EndStream(grpc::Status status) override { this->Finish(std::move(status)); }
};

// The watches of one service. Thread-safe. What it refers to must outlive it, and the server must have ended before it
// is destroyed. Its thread sleeps while nobody watches.
class Watcher {
 public:
  using Message = google::protobuf::Message;
  // Makes a message of the service's type from what changed; from nothing, when nothing did.
  using Compose =
      std::function<std::unique_ptr<const Message>(const std::vector<db::Change>&, std::string resume_token)>;

  // `pool` has the service's app role, whose policies let it see the heads of all owners while app.feed is set;
  // `token_key` signs resume tokens.
  Watcher(Environment& environment, std::string service, db::Pool& pool, Endpoint& endpoint, std::string token_key,
          Compose compose);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  // The answer to a Watch method. `Response` is what `compose` makes.
  template <typename Response, typename Request>
  grpc::ServerWriteReactor<Response>* Open(grpc::CallbackServerContext* context, const Request& request) {
    auto stream = std::make_shared<WatchStream<Response>>(*this, *context, endpoint_.Receive(*context, request));
    Begin(stream, *context, request, request.resume_token());
    return stream.get();
  }

  // Ends every watch and refuses new ones, with UNAVAILABLE.
  void Stop();

 private:
  friend class Watch;

  // What follows after a revision: the message, and the revision that it reaches.
  struct Step {
    std::shared_ptr<const Message> message;
    int64_t sequence = 0;
  };
  struct Heads {
    std::string epoch;
    std::map<std::string, int64_t> sequences;  // by owner
  };

  void Begin(const std::shared_ptr<Watch>& watch, const grpc::CallbackServerContext& context, const Message& request,
             const std::string& resume_token);
  absl::Status ReadToken(const std::string& token, Watch& watch) const;
  std::string TokenOf(const std::string& owner, const std::string& epoch, int64_t sequence) const;
  void Wake();
  void Remove(Watch* watch);
  void Run();
  void Poll();
  bool IsStopping();
  absl::StatusOr<Heads> ReadHeads(const std::vector<std::string>& owners);
  // False when the database does not answer, so that others need not wait for it either.
  bool Advance(const std::string& owner, const std::string& epoch, int64_t head, const std::vector<Watch*>& watches,
               absl::Time now);
  absl::StatusOr<Step> ReadStep(const std::string& owner, const std::string& epoch, int64_t sequence, int64_t head);
  Call NewCall() const;

  Environment& environment_;
  const std::string service_;
  db::Pool& pool_;
  Endpoint& endpoint_;
  const std::string token_key_;
  const Compose compose_;

  absl::Mutex mutex_;
  std::map<Watch*, std::shared_ptr<Watch>> watches_ ABSL_GUARDED_BY(mutex_);
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace regiokompas::rpc
