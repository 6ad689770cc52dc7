#include "services/catalogue/catalogue_peers.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"
#include "common/rpc/client.h"
#include "common/rpc/convert.h"
#include "regiokompas/collaboration/v1/collaboration_service.grpc.pb.h"

namespace regiokompas::catalogue {
namespace {

constexpr absl::Duration kFresh = absl::Minutes(10);
constexpr absl::Duration kPatience = absl::Seconds(5);
constexpr int kPageSize = 1000;

constexpr errors::Kind kTaskFieldsUnknown{absl::StatusCode::kUnavailable, "TASK_FIELDS_UNKNOWN",
                                          "Which task fields there are is not known right now: try again",
                                          "Welke taakvelden er zijn is op dit moment niet bekend: probeer het opnieuw"};

int LastYear(const TaskFieldYears& lists) {
  int last = 0;
  for (const auto& [code, years] : lists) {
    if (!years.empty()) last = std::max(last, *years.rbegin());
  }
  return last;
}

}  // namespace

absl::Status TaskFieldLists::Check(const Call& call, const v1::Activity& activity) const {
  if (activity.task_fields().empty()) return absl::OkStatus();
  std::shared_ptr<const TaskFieldYears> lists;
  bool fresh = false;
  {
    const absl::MutexLock lock(&mutex_);
    lists = lists_;
    fresh = call.clock.Now() - known_time_ <= kFresh;
  }
  errors::Violations violations;
  CheckTaskFields(activity, *lists, violations);
  // A year after the lists is read as the last of them, until there is a list of it.
  const bool beyond = std::any_of(activity.realisation_years().begin(), activity.realisation_years().end(),
                                  [last = LastYear(*lists)](int year) { return year > last; });
  if (violations.empty() && (fresh || !beyond)) return absl::OkStatus();
  return fresh ? violations.ToStatus() : errors::MakeRetryable(kTaskFieldsUnknown);
}

absl::Status TaskFieldLists::Run(const Call& call, absl::FunctionRef<absl::Status()> write) {
  int64_t round = 0;
  {
    const absl::MutexLock lock(&mutex_);
    round = rounds_;
  }
  absl::Status status = write();
  if (errors::ReasonOf(status) != kTaskFieldsUnknown.reason) return status;
  RETURN_IF_ERROR(Refresh(call, round));
  return write();
}

absl::Status TaskFieldLists::Refresh(const Call& call, int64_t round) {
  {
    const absl::MutexLock lock(&mutex_);
    const auto nobody_asks = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !asking_; };
    if (!mutex_.AwaitWithDeadline(absl::Condition(&nobody_asks), call.deadline)) {
      return errors::MakeRetryable(kTaskFieldsUnknown);
    }
    // Who waited for another's question takes its answer, also when that is that there is none.
    if (rounds_ > round) return last_round_;
    asking_ = true;
  }
  auto lists = std::make_shared<TaskFieldYears>();
  const absl::Status asked = Ask(call, *lists);
  const absl::MutexLock lock(&mutex_);
  asking_ = false;
  ++rounds_;
  last_round_ = asked.ok() ? absl::OkStatus() : errors::MakeRetryable(kTaskFieldsUnknown);
  if (asked.ok()) {
    lists_ = std::move(lists);
    known_time_ = call.clock.Now();
  }
  return last_round_;
}

absl::Status TaskFieldLists::Ask(const Call& call, TaskFieldYears& lists) const {
  collaboration::v1::CollaborationService::Stub stub(peer_("collaboration"));
  // Others wait for this answer too, so it does not depend on how little time this caller has left.
  const absl::Time deadline = absl::Now() + kPatience;
  collaboration::v1::ListTaskFieldsRequest request;
  request.set_page_size(kPageSize);
  do {
    grpc::ClientContext context;
    rpc::Continue(call, context);
    context.set_deadline(absl::ToChronoTime(deadline));
    collaboration::v1::ListTaskFieldsResponse page;
    RETURN_IF_ERROR(rpc::FromGrpc(stub.ListTaskFields(&context, request, &page)));
    for (const collaboration::v1::TaskField& field : page.task_fields())
      lists[field.code()].insert(field.fiscal_year());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

}  // namespace regiokompas::catalogue
