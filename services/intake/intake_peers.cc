#include "services/intake/intake_peers.h"

#include <grpcpp/client_context.h>

#include <map>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/errors.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "common/names/resource_name.h"
#include "common/rpc/client.h"
#include "common/rpc/convert.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "services/intake/intake_rules.h"

namespace regiokompas::intake {
namespace {

constexpr int kMaxBatch = 100;                // of the contract
constexpr size_t kMaxBatchBytes = 2'000'000;  // well under the server's message limit
constexpr int kPageSize = 1000;

std::string ParentOf(const std::string& name) {
  const size_t id = name.rfind('/');
  return name.substr(0, name.rfind('/', id - 1));
}

using Catalogue = catalogue::v1::CatalogueService::Stub;
using Progress = progress::v1::ProgressService::Stub;

// One acceptance; lives for one call.
class Application {
 public:
  Application(const Call& call, const PeerChannel& channel, const v1::Draft& draft, v1::AcceptDraftResponse* response)
      : call_(call),
        owner_(absl::StrCat("owners/", call.owner)),
        draft_(draft),
        response_(response),
        catalogue_(catalogue::v1::CatalogueService::NewStub(channel("catalogue"))),
        progress_(progress::v1::ProgressService::NewStub(channel("progress"))) {}

  absl::Status Run() {
    ASSIGN_OR_RETURN(KnownIds frameworks, KnownFrameworks());
    ASSIGN_OR_RETURN(KnownIds activities, KnownActivities());
    ASSIGN_OR_RETURN(KnownIds cycles, KnownCycles());
    ASSIGN_OR_RETURN(Plan plan, PlanAcceptance(draft_.parsed(), call_.owner, draft_.document(), std::move(frameworks),
                                               std::move(activities), std::move(cycles)));
    RETURN_IF_ERROR(WriteCatalogue(plan));
    RETURN_IF_ERROR(WriteProgress(plan));
    // Targets, indicators and measurements stay in the draft until there is a service that takes them.
    CountOf(v1::ELEMENT_KIND_TARGET)->set_not_taken_over(draft_.parsed().targets_size());
    CountOf(v1::ELEMENT_KIND_INDICATOR)->set_not_taken_over(draft_.parsed().indicators_size());
    CountOf(v1::ELEMENT_KIND_MEASUREMENT)->set_not_taken_over(draft_.parsed().measurements_size());
    for (const auto& planned : plan.activities) {
      // Milestones live and stay with their activity; one that was merged keeps its own.
      v1::AcceptedElements* milestones = CountOf(v1::ELEMENT_KIND_MILESTONE);
      const int count = planned.resource.milestones_size();
      if (planned.outcome == Outcome::kCreate) milestones->set_created(milestones->created() + count);
      if (planned.outcome == Outcome::kUnchanged) milestones->set_unchanged(milestones->unchanged() + count);
      if (planned.outcome == Outcome::kMerge) milestones->set_not_taken_over(milestones->not_taken_over() + count);
    }
    v1::AcceptedElements* milestones = CountOf(v1::ELEMENT_KIND_MILESTONE);
    milestones->set_not_taken_over(milestones->not_taken_over() + plan.milestones_not_taken_over);
    CountOf(v1::ELEMENT_KIND_GOAL)->set_not_taken_over(plan.goals_not_taken_over);
    return absl::OkStatus();
  }

 private:
  // -- One call
  // ---------------------------------------------------------------------------------------------------------
  template <typename Stub, typename Request, typename Response>
  absl::Status Send(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    rpc::Continue(call_, context);
    return rpc::FromGrpc((stub.*method)(&context, request, response));
  }

  // All pages of a list; `take` sees each resource.
  template <typename Stub, typename Request, typename Response, typename Take>
  absl::Status ForEach(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                       const std::string& parent, Take take) {
    Request request;
    request.set_parent(parent);
    request.set_page_size(kPageSize);
    do {
      Response page;
      RETURN_IF_ERROR(Send(stub, method, request, &page));
      take(page);
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return absl::OkStatus();
  }

  std::string RequestId(const std::string& target) const {
    return UuidFrom(absl::StrCat(draft_.parsed().source().sha256(), "|", draft_.name(), "|", target));
  }

  v1::AcceptedElements* CountOf(v1::ElementKind kind) {
    for (v1::AcceptedElements& elements : *response_->mutable_elements()) {
      if (elements.kind() == kind) return &elements;
    }
    v1::AcceptedElements* elements = response_->add_elements();
    elements->set_kind(kind);
    return elements;
  }

  void Count(v1::ElementKind kind, Outcome outcome) {
    v1::AcceptedElements* count = CountOf(kind);
    if (outcome == Outcome::kCreate) count->set_created(count->created() + 1);
    if (outcome == Outcome::kUnchanged) count->set_unchanged(count->unchanged() + 1);
    if (outcome == Outcome::kMerge) count->set_merged(count->merged() + 1);
  }

  // Creates those of `resources` that are not in `existing`, grouped by parent, in batches. `add` puts a resource into
  // a request item and returns the item.
  template <typename Stub, typename Request, typename Response, typename Resource, typename Add>
  absl::Status CreateMissing(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                             v1::ElementKind kind, const std::vector<Resource>& resources,
                             const std::set<std::string>& existing, Add add) {
    CountOf(kind);
    Request request;
    std::string names;
    const auto flush = [&]() -> absl::Status {
      if (request.requests().empty()) return absl::OkStatus();
      request.set_request_id(RequestId(names));
      Response response;
      absl::Status status = Send(stub, method, request, &response);
      // Somebody accepted the same document at the same moment: trying again finds what they made.
      if (absl::IsAlreadyExists(status)) status = errors::MakeRetryable(errors::kConflict);
      request.Clear();
      names.clear();
      return status;
    };
    for (const Resource& resource : resources) {
      if (existing.count(resource.name()) > 0) {
        Count(kind, Outcome::kUnchanged);
        continue;
      }
      const std::string parent = ParentOf(resource.name());
      if (request.requests_size() == kMaxBatch || request.ByteSizeLong() > kMaxBatchBytes ||
          (!request.parent().empty() && request.parent() != parent)) {
        RETURN_IF_ERROR(flush());
      }
      request.set_parent(parent);
      auto* item = request.add_requests();
      add(*item, resource);
      absl::StrAppend(&names, resource.name(), "\n");
      Count(kind, Outcome::kCreate);
    }
    return flush();
  }

  // -- What the owner has already
  // -----------------------------------------------------------------------------------------
  absl::StatusOr<KnownIds> KnownFrameworks() {
    KnownIds known;
    RETURN_IF_ERROR(ForEach(*catalogue_, &Catalogue::ListFrameworks, owner_,
                            [&](const catalogue::v1::ListFrameworksResponse& page) {
                              for (const auto& framework : page.frameworks()) Know(framework, known);
                            }));
    return known;
  }

  absl::StatusOr<KnownIds> KnownActivities() {
    KnownIds known;
    RETURN_IF_ERROR(ForEach(*catalogue_, &Catalogue::ListActivities, owner_,
                            [&](const catalogue::v1::ListActivitiesResponse& page) {
                              for (const auto& activity : page.activities()) Know(activity, known);
                            }));
    return known;
  }

  absl::StatusOr<KnownIds> KnownCycles() {
    KnownIds known;
    RETURN_IF_ERROR(ForEach(*progress_, &Progress::ListReportingCycles, owner_,
                            [&](const progress::v1::ListReportingCyclesResponse& page) {
                              for (const auto& cycle : page.reporting_cycles()) Know(cycle, known);
                            }));
    return known;
  }

  template <typename Resource>
  static void Know(const Resource& resource, KnownIds& known) {
    known[names::LastId(resource.name())] = {resource.display_name(), resource.provenance().sha256(),
                                             resource.provenance().element_id()};
  }

  // -- Writing
  // --------------------------------------------------------------------------------------------------------------
  absl::Status WriteCatalogue(const Plan& plan) {
    std::set<std::string> existing;
    for (const auto& planned : plan.frameworks) {
      response_->add_frameworks(planned.resource.name());
      Count(v1::ELEMENT_KIND_FRAMEWORK, planned.outcome);
      if (planned.outcome == Outcome::kCreate) {
        catalogue::v1::CreateFrameworkRequest request;
        request.set_parent(owner_);
        request.set_framework_id(names::LastId(planned.resource.name()));
        *request.mutable_framework() = planned.resource;
        request.set_request_id(RequestId(planned.resource.name()));
        catalogue::v1::Framework created;
        RETURN_IF_ERROR(Send(*catalogue_, &Catalogue::CreateFramework, request, &created));
        continue;
      }
      RETURN_IF_ERROR(ForEach(*catalogue_, &Catalogue::ListSections, planned.resource.name(),
                              [&](const catalogue::v1::ListSectionsResponse& page) {
                                for (const auto& section : page.sections()) existing.insert(section.name());
                              }));
      RETURN_IF_ERROR(ForEach(*catalogue_, &Catalogue::ListGoals, planned.resource.name(),
                              [&](const catalogue::v1::ListGoalsResponse& page) {
                                for (const auto& goal : page.goals()) existing.insert(goal.name());
                              }));
    }
    RETURN_IF_ERROR(CreateMissing(*catalogue_, &Catalogue::BatchCreateSections, v1::ELEMENT_KIND_SECTION, plan.sections,
                                  existing, [](catalogue::v1::CreateSectionRequest& item, const auto& section) {
                                    item.set_section_id(names::LastId(section.name()));
                                    *item.mutable_section() = section;
                                  }));
    RETURN_IF_ERROR(CreateMissing(*catalogue_, &Catalogue::BatchCreateGoals, v1::ELEMENT_KIND_GOAL, plan.goals,
                                  existing, [](catalogue::v1::CreateGoalRequest& item, const auto& goal) {
                                    item.set_goal_id(names::LastId(goal.name()));
                                    *item.mutable_goal() = goal;
                                  }));

    std::vector<catalogue::v1::Activity> activities;
    std::set<std::string> present;
    for (const auto& planned : plan.activities) {
      if (planned.outcome == Outcome::kMerge) {
        Count(v1::ELEMENT_KIND_ACTIVITY, Outcome::kMerge);
      } else {
        activities.push_back(planned.resource);
      }
      if (planned.outcome != Outcome::kCreate) present.insert(planned.resource.name());
    }
    RETURN_IF_ERROR(CreateMissing(*catalogue_, &Catalogue::BatchCreateActivities, v1::ELEMENT_KIND_ACTIVITY, activities,
                                  present, [](catalogue::v1::CreateActivityRequest& item, const auto& activity) {
                                    item.set_activity_id(names::LastId(activity.name()));
                                    *item.mutable_activity() = activity;
                                  }));
    std::set<std::string> contributions;
    if (!present.empty()) {
      RETURN_IF_ERROR(ForEach(*catalogue_, &Catalogue::ListContributions, absl::StrCat(owner_, "/activities/-"),
                              [&](const catalogue::v1::ListContributionsResponse& page) {
                                for (const auto& contribution : page.contributions())
                                  contributions.insert(contribution.name());
                              }));
    }
    return CreateMissing(*catalogue_, &Catalogue::BatchCreateContributions, v1::ELEMENT_KIND_CONTRIBUTION,
                         plan.contributions, contributions,
                         [](catalogue::v1::CreateContributionRequest& item, const auto& contribution) {
                           item.set_contribution_id(names::LastId(contribution.name()));
                           *item.mutable_contribution() = contribution;
                         });
  }

  absl::Status WriteProgress(const Plan& plan) {
    if (!plan.cycle) return absl::OkStatus();
    response_->set_cycle(plan.cycle->resource.name());
    RETURN_IF_ERROR(WriteMappings(plan));
    Count(v1::ELEMENT_KIND_REPORTING_CYCLE, plan.cycle->outcome);
    std::set<std::string> existing;
    if (plan.cycle->outcome == Outcome::kCreate) {
      progress::v1::CreateReportingCycleRequest request;
      request.set_parent(owner_);
      request.set_reporting_cycle_id(names::LastId(plan.cycle->resource.name()));
      *request.mutable_reporting_cycle() = plan.cycle->resource;
      request.set_request_id(RequestId(plan.cycle->resource.name()));
      progress::v1::ReportingCycle created;
      RETURN_IF_ERROR(Send(*progress_, &Progress::CreateReportingCycle, request, &created));
    } else {
      RETURN_IF_ERROR(ForEach(*progress_, &Progress::ListStatusReports, plan.cycle->resource.name(),
                              [&](const progress::v1::ListStatusReportsResponse& page) {
                                for (const auto& report : page.status_reports()) existing.insert(report.name());
                              }));
    }
    return CreateMissing(*progress_, &Progress::BatchCreateStatusReports, v1::ELEMENT_KIND_STATUS_REPORT, plan.reports,
                         existing, [](progress::v1::CreateStatusReportRequest& item, const auto& report) {
                           item.set_status_report_id(names::LastId(report.name()));
                           *item.mutable_status_report() = report;
                         });
  }

  // Whoever accepts a draft accepts the profile's suggestion for words that the owner has not mapped yet; the owner's
  // own mapping always wins.
  absl::Status WriteMappings(const Plan& plan) {
    if (plan.mappings.empty()) return absl::OkStatus();
    std::set<std::string> words;
    RETURN_IF_ERROR(ForEach(*progress_, &Progress::ListStatusMappings, owner_,
                            [&](const progress::v1::ListStatusMappingsResponse& page) {
                              for (const auto& mapping : page.status_mappings()) {
                                for (const std::string& label : mapping.labels()) words.insert(Slug(label, "m"));
                              }
                            }));
    for (const progress::v1::StatusMapping& mapping : plan.mappings) {
      if (words.count(Slug(mapping.labels(0), "m")) > 0) continue;
      progress::v1::CreateStatusMappingRequest request;
      request.set_parent(owner_);
      request.set_status_mapping_id(names::LastId(mapping.name()));
      *request.mutable_status_mapping() = mapping;
      request.set_request_id(RequestId(mapping.name()));
      progress::v1::StatusMapping created;
      RETURN_IF_ERROR(Send(*progress_, &Progress::CreateStatusMapping, request, &created));
    }
    return absl::OkStatus();
  }

  const Call& call_;
  const std::string owner_;  // owners/GM0677
  const v1::Draft& draft_;
  v1::AcceptDraftResponse* const response_;
  const std::unique_ptr<Catalogue> catalogue_;
  const std::unique_ptr<Progress> progress_;
};

}  // namespace

absl::Status ApplyDraft(const Call& call, const PeerChannel& channel, const v1::Draft& draft,
                        v1::AcceptDraftResponse* response) {
  return Application(call, channel, draft, response).Run();
}

}  // namespace regiokompas::intake
