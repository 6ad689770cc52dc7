#include "services/collaboration/collaboration_peers.h"

#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/status_macros.h"
#include "common/rpc/client.h"
#include "common/rpc/convert.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "services/collaboration/overview_rules.h"

namespace regiokompas::collaboration {
namespace {

// Calls under way to one service: enough to keep it busy, and few beside what it admits.
constexpr int kInFlight = 8;
// How long a service may take for one member. One that took longer for so many members in a row hangs, and is not asked
// about those after them; one that is slow but answers costs nothing.
constexpr int kHangs = 3;
constexpr absl::Duration kPatience = absl::Seconds(3);
// What all of it may take; the rest is for the answer.
constexpr double kShareOfDeadline = 0.8;

// One call under way; its address is its tag in the queue.
class Pending {
 public:
  virtual ~Pending() = default;
  // Puts the answer where it belongs, and says for which member it was.
  virtual size_t Finish() = 0;
  const absl::Status& status() const { return status_; }
  void Cancel() { context_.TryCancel(); }

 protected:
  grpc::ClientContext context_;
  grpc::Status finished_;
  absl::Status status_;
};

// The calls to one service, one for each member, in the order of the members.
class Lane {
 public:
  virtual ~Lane() = default;
  // Starts the call for one member.
  virtual std::unique_ptr<Pending> Start(const Call& call, absl::Time deadline, size_t member,
                                         const std::string& parent, grpc::CompletionQueue& queue) = 0;
  size_t next = 0;
  int in_flight = 0;
  int timeouts = 0;  // in a row
};

template <typename Stub, typename Request, typename Summary>
class ServiceLane final : public Lane {
 public:
  using Prepare = std::unique_ptr<grpc::ClientAsyncResponseReader<Summary>> (Stub::*)(grpc::ClientContext*,
                                                                                      const Request&,
                                                                                      grpc::CompletionQueue*);
  using Place = std::function<PartAnswer<Summary>&(size_t member)>;

  ServiceLane(std::shared_ptr<grpc::Channel> channel, Prepare prepare, Request request, Place place)
      : stub_(std::move(channel)), prepare_(prepare), request_(std::move(request)), place_(std::move(place)) {}

  std::unique_ptr<Pending> Start(const Call& call, absl::Time deadline, size_t member, const std::string& parent,
                                 grpc::CompletionQueue& queue) override {
    request_.set_parent(parent);
    auto pending = std::make_unique<Reading>(*this, member);
    pending->Begin(call, deadline, queue);
    return pending;
  }

 private:
  class Reading final : public Pending {
   public:
    Reading(ServiceLane& lane, size_t member) : lane_(lane), member_(member) {}

    void Begin(const Call& call, absl::Time deadline, grpc::CompletionQueue& queue) {
      rpc::Continue(call, context_);
      context_.set_deadline(absl::ToChronoTime(deadline));
      reader_ = (lane_.stub_.*lane_.prepare_)(&context_, lane_.request_, &queue);
      reader_->StartCall();
      reader_->Finish(&summary_, &finished_, static_cast<Pending*>(this));
    }

    size_t Finish() override {
      status_ = rpc::FromGrpc(finished_);
      PartAnswer<Summary>& answer = lane_.place_(member_);
      answer.code = status_.code();
      if (status_.ok()) answer.summary.Swap(&summary_);
      lane_.timeouts = absl::IsDeadlineExceeded(status_) ? lane_.timeouts + 1 : 0;
      --lane_.in_flight;
      return member_;
    }

   private:
    ServiceLane& lane_;
    const size_t member_;
    Summary summary_;
    std::unique_ptr<grpc::ClientAsyncResponseReader<Summary>> reader_;
  };

  Stub stub_;
  const Prepare prepare_;
  Request request_;
  const Place place_;
};

template <typename Stub, typename Request, typename Summary>
std::unique_ptr<Lane> MakeLane(const std::shared_ptr<grpc::Channel>& channel,
                               std::unique_ptr<grpc::ClientAsyncResponseReader<Summary>> (Stub::*prepare)(
                                   grpc::ClientContext*, const Request&, grpc::CompletionQueue*),
                               Request request, std::function<PartAnswer<Summary>&(size_t)> place) {
  return std::make_unique<ServiceLane<Stub, Request, Summary>>(channel, prepare, std::move(request), std::move(place));
}

}  // namespace

absl::Status GatherMembers(const Call& call, const PeerChannel& channel, const std::string& receiver,
                           const std::string& cycle_date, std::vector<v1::RegionalOverviewMember> members,
                           absl::FunctionRef<absl::Status(v1::RegionalOverviewMember&)> take) {
  const absl::Time start = absl::Now();
  const absl::Time end = start + (call.deadline - start) * kShareOfDeadline;
  const std::string today = CivilDate(call.clock.Now());
  std::vector<MemberAnswers> answers(members.size());

  catalogue::v1::GetCatalogueSummaryRequest catalogue;
  catalogue.set_receiver(receiver);
  progress::v1::GetProgressSummaryRequest progress;
  progress.set_receiver(receiver);
  progress.set_cycle_date(cycle_date);
  indicator::v1::GetIndicatorSummaryRequest indicator;
  indicator.set_receiver(receiver);
  std::vector<std::unique_ptr<Lane>> lanes;
  lanes.push_back(MakeLane<catalogue::v1::CatalogueService::Stub, catalogue::v1::GetCatalogueSummaryRequest,
                           catalogue::v1::CatalogueSummary>(
      channel("catalogue"), &catalogue::v1::CatalogueService::Stub::PrepareAsyncGetCatalogueSummary,
      catalogue, [&](size_t member) -> auto& { return answers[member].catalogue; }));
  lanes.push_back(MakeLane<progress::v1::ProgressService::Stub, progress::v1::GetProgressSummaryRequest,
                           progress::v1::ProgressSummary>(
      channel("progress"), &progress::v1::ProgressService::Stub::PrepareAsyncGetProgressSummary,
      progress, [&](size_t member) -> auto& { return answers[member].progress; }));
  lanes.push_back(MakeLane<indicator::v1::IndicatorService::Stub, indicator::v1::GetIndicatorSummaryRequest,
                           indicator::v1::IndicatorSummary>(
      channel("indicator"), &indicator::v1::IndicatorService::Stub::PrepareAsyncGetIndicatorSummary,
      indicator, [&](size_t member) -> auto& { return answers[member].indicator; }));

  grpc::CompletionQueue queue;
  std::map<Pending*, std::unique_ptr<Pending>> under_way;
  std::vector<size_t> parts_missing(members.size(), lanes.size());
  absl::Status stopped;
  const auto part_done = [&](size_t member) {
    if (!stopped.ok() || --parts_missing[member] > 0) return;
    FillMember(answers[member], today, members[member]);
    stopped = take(members[member]);
    // Names of thousands of activities, not needed any more.
    answers[member] = {};
    members[member].Clear();
  };
  const auto start_more = [&] {
    for (const auto& lane : lanes) {
      while (stopped.ok() && lane->in_flight < kInFlight && lane->next < members.size()) {
        const size_t member = lane->next++;
        if (lane->timeouts >= kHangs) {
          part_done(member);
          continue;
        }
        ++lane->in_flight;
        std::unique_ptr<Pending> pending = lane->Start(call, std::min(end, absl::Now() + kPatience), member,
                                                       absl::StrCat("owners/", members[member].owner()), queue);
        under_way.emplace(pending.get(), std::move(pending));
      }
    }
  };
  start_more();
  while (!under_way.empty()) {
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    const auto found = under_way.find(static_cast<Pending*>(tag));
    const size_t member = found->second->Finish();
    const absl::Status status = found->second->status();
    under_way.erase(found);
    if (stopped.ok() && absl::IsUnauthenticated(status)) stopped = status;
    part_done(member);
    if (!stopped.ok()) {
      for (const auto& [pending, owned] : under_way) pending->Cancel();
    }
    start_more();
  }
  return stopped;
}

}  // namespace regiokompas::collaboration
