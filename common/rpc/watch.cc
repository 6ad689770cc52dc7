#include "common/rpc/watch.h"

#include <optional>

#include "absl/time/clock.h"
#include "common/api/signed_token.h"
#include "common/base/errors.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "regiokompas/internal/v1/resume_token.pb.h"

namespace regiokompas::rpc {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(2);
constexpr char kPurpose[] = "resume\n";

absl::Status BadToken() {
  errors::Violations violations;
  violations.Add("resume_token", errors::kBadResumeToken);
  return violations.ToStatus();
}

}  // namespace

Watch::Watch(Watcher& watcher, grpc::CallbackServerContext& context, Call call)
    : watcher_(watcher), call_(std::move(call)), context_(&context) {}

// gRPC lets a stream be written and ended under a lock: it runs reactions elsewhere, or later.
void Watch::Send(std::shared_ptr<const Message> message, absl::Time now, bool more) {
  const absl::MutexLock lock(&mutex_);
  if (ended_) return;
  message_ = std::move(message);
  more_ = more;
  since_ = now;
  StartMessage(*message_);
}

void Watch::End(const absl::Status& status) {
  const absl::MutexLock lock(&mutex_);
  if (ended_) return;
  ended_ = true;
  since_ = call_.clock.Now();
  EndStream(watcher_.endpoint_.Finish(*context_, call_, opened_, status));
}

bool Watch::IsReady(absl::Time now) {
  absl::Status end;
  {
    const absl::MutexLock lock(&mutex_);
    const bool stuck = now - since_ >= kMaxUnread;
    if (ended_) {
      // The end comes after the messages before it, which a reader that reads nothing never lets through.
      if (stuck && context_ != nullptr) context_->TryCancel();
      return false;
    }
    if (call_.principal.expire_time <= now) {
      end = errors::Make(
          errors::kTokenExpired,
          {{"expire_time", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", call_.principal.expire_time, absl::UTCTimeZone())}});
    } else if (message_ != nullptr) {
      if (!stuck) return false;
      end = errors::Make(errors::kWatchTooSlow);
    }
  }
  if (!end.ok()) End(end);
  return end.ok();
}

void Watch::MessageTaken(bool ok) {
  bool more = false;
  {
    const absl::MutexLock lock(&mutex_);
    message_.reset();
    more = more_ && !ended_;
  }
  if (!ok) CallerLeft();
  if (ok && more) watcher_.Wake();
}

void Watch::CallerLeft() { End(absl::OkStatus()); }

void Watch::StreamDone() {
  {
    const absl::MutexLock lock(&mutex_);
    context_ = nullptr;
  }
  watcher_.Remove(this);  // may destroy this
}

Watcher::Watcher(Environment& environment, std::string service, db::Pool& pool, Endpoint& endpoint,
                 std::string token_key, Compose compose)
    : environment_(environment),
      service_(std::move(service)),
      pool_(pool),
      endpoint_(endpoint),
      token_key_(std::move(token_key)),
      compose_(std::move(compose)),
      thread_([this] { Run(); }) {}

Watcher::~Watcher() { Stop(); }

void Watcher::Stop() {
  std::vector<std::shared_ptr<Watch>> open;
  {
    const absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
  {
    const absl::MutexLock lock(&mutex_);
    for (const auto& [key, watch] : watches_) open.push_back(watch);
  }
  for (const auto& watch : open) watch->End(errors::MakeRetryable(errors::kDraining));
}

void Watcher::Begin(const std::shared_ptr<Watch>& watch, const grpc::CallbackServerContext& context,
                    const Message& request, const std::string& resume_token) {
  bool full = false;
  {
    const absl::MutexLock lock(&mutex_);
    full = watches_.size() >= kMaxWatches;
  }
  absl::Status status = endpoint_.Admit(context, request, full, watch->call_);
  // What others share is read, not watched: a share may end at any moment.
  if (status.ok() && !watch->call_.receivers.empty()) status = Forbidden(watch->call_);
  if (status.ok() && !resume_token.empty()) status = ReadToken(resume_token, *watch);
  // It is not kept longer than it is needed.
  watch->call_.token.clear();
  if (!status.ok()) watch->End(status);
  {
    const absl::MutexLock lock(&mutex_);
    watches_[watch.get()] = watch;
    woken_ = true;
    if (stopping_) status = errors::MakeRetryable(errors::kDraining);
    environment_.metrics.Watches(service_, static_cast<int>(watches_.size()));
  }
  if (!status.ok()) watch->End(status);
}

absl::Status Watcher::ReadToken(const std::string& token, Watch& watch) const {
  const std::optional<std::string> body = api::OpenToken(token_key_, kPurpose, token);
  internal::v1::ResumeToken position;
  if (!body || !position.ParseFromString(*body) || position.service() != service_ ||
      position.owner() != watch.call_.owner) {
    return BadToken();
  }
  watch.epoch_ = position.epoch();
  watch.sequence_ = position.sequence();
  return absl::OkStatus();
}

std::string Watcher::TokenOf(const std::string& owner, const std::string& epoch, int64_t sequence) const {
  internal::v1::ResumeToken position;
  position.set_service(service_);
  position.set_owner(owner);
  position.set_epoch(epoch);
  position.set_sequence(sequence);
  return api::SignToken(token_key_, kPurpose, position.SerializeAsString());
}

void Watcher::Wake() {
  const absl::MutexLock lock(&mutex_);
  woken_ = true;
}

void Watcher::Remove(Watch* watch) {
  std::shared_ptr<Watch> last;  // goes after the lock
  const absl::MutexLock lock(&mutex_);
  const auto found = watches_.find(watch);
  last = std::move(found->second);
  watches_.erase(found);
  environment_.metrics.Watches(service_, static_cast<int>(watches_.size()));
}

void Watcher::Run() {
  const auto called = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return woken_ || stopping_; };
  while (true) {
    {
      const absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithTimeout(absl::Condition(&called), watches_.empty() ? absl::InfiniteDuration() : kWatchPeriod);
      if (stopping_) return;
      woken_ = false;
    }
    Poll();
  }
}

void Watcher::Poll() {
  std::vector<std::shared_ptr<Watch>> open;
  {
    const absl::MutexLock lock(&mutex_);
    for (const auto& [key, watch] : watches_) open.push_back(watch);
  }
  std::map<std::string, std::vector<Watch*>> ready;  // by owner
  std::vector<std::string> owners;
  const absl::Time now = environment_.clock.Now();
  for (const auto& watch : open) {
    if (watch->IsReady(now)) ready[watch->call_.owner].push_back(watch.get());
  }
  if (ready.empty()) return;
  for (const auto& [owner, watches] : ready) owners.push_back(owner);
  const absl::StatusOr<Heads> heads = ReadHeads(owners);
  for (const auto& [owner, watches] : ready) {
    if (IsStopping()) return;
    if (heads.ok()) {
      const auto head = heads->sequences.find(owner);
      if (!Advance(owner, heads->epoch, head == heads->sequences.end() ? 0 : head->second, watches, now)) return;
      continue;
    }
    // Who has begun can wait until the database is back; who has not is better served elsewhere.
    for (Watch* watch : watches) {
      if (!watch->begun_) watch->End(heads.status());
    }
  }
}

bool Watcher::IsStopping() {
  const absl::MutexLock lock(&mutex_);
  return stopping_;
}

Call Watcher::NewCall() const {
  Call call{.clock = environment_.clock, .method = "Watcher/Poll", .request_id = RandomUuid()};
  call.deadline = absl::Now() + kTimeout;
  return call;
}

absl::StatusOr<Watcher::Heads> Watcher::ReadHeads(const std::vector<std::string>& owners) {
  Call call = NewCall();
  call.feed = true;
  Heads heads;
  RETURN_IF_ERROR(pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(heads.epoch, db::FeedEpoch(transaction));
    ASSIGN_OR_RETURN(heads.sequences, db::Heads(transaction, owners));
    return absl::OkStatus();
  }));
  return heads;
}

bool Watcher::Advance(const std::string& owner, const std::string& epoch, int64_t head,
                      const std::vector<Watch*>& watches, absl::Time now) {
  // Those that stand at the same revision, as most do, share what is read.
  std::map<int64_t, absl::StatusOr<Step>> steps;
  for (Watch* watch : watches) {
    if (!watch->begun_ && watch->epoch_.empty()) {
      watch->epoch_ = epoch;
      watch->sequence_ = head;
    }
    if (watch->epoch_ != epoch || watch->sequence_ > head) {
      watch->End(errors::Make(errors::kFeedPositionExpired));
      continue;
    }
    if (watch->sequence_ == head && now - watch->sent_ < kCheckpointPeriod) continue;
    auto found = steps.find(watch->sequence_);
    if (found == steps.end()) {
      found = steps.emplace(watch->sequence_, ReadStep(owner, epoch, watch->sequence_, head)).first;
    }
    const absl::StatusOr<Step>& step = found->second;
    if (step.ok()) {
      watch->begun_ = true;
      watch->sequence_ = step->sequence;
      watch->sent_ = now;
      watch->Send(step->message, now, step->sequence < head);
    } else if (!watch->begun_ || absl::IsOutOfRange(step.status())) {
      watch->End(step.status());
    }
    if (absl::IsDeadlineExceeded(step.status()) || absl::IsUnavailable(step.status()) || IsStopping()) return false;
  }
  return true;
}

absl::StatusOr<Watcher::Step> Watcher::ReadStep(const std::string& owner, const std::string& epoch, int64_t sequence,
                                                int64_t head) {
  std::vector<db::Change> changes;
  if (sequence < head) {
    Call call = NewCall();
    call.owner = owner;
    RETURN_IF_ERROR(pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(changes, db::ChangesAfter(transaction, owner, sequence, kMaxChangesPerMessage));
      return absl::OkStatus();
    }));
    sequence = changes.back().sequence;
  }
  return Step{compose_(changes, TokenOf(owner, epoch, sequence)), sequence};
}

}  // namespace regiokompas::rpc
