#include "services/intake/intake_peers.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/api/validate.h"
#include "common/base/errors.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "common/names/resource_name.h"
#include "common/rpc/client.h"
#include "common/rpc/convert.h"
#include "common/rpc/pages.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "services/intake/figure_rules.h"
#include "services/intake/intake_rules.h"

namespace regiokompas::intake {
namespace {

constexpr int kMaxBatch = 100;                // of the contract
constexpr size_t kMaxBatchBytes = 2'000'000;  // well under the server's message limit

std::string ParentOf(const std::string& name) {
  const size_t id = name.rfind('/');
  return name.substr(0, name.rfind('/', id - 1));
}

using Catalogue = catalogue::v1::CatalogueService::Stub;
using Progress = progress::v1::ProgressService::Stub;
using Indicators = indicator::v1::IndicatorService::Stub;

// How many elements of the parse a resource is made of: a target with steps is printed as one for each.
template <typename Resource>
int ElementsOf(const Resource& resource) {
  if constexpr (requires { resource.steps_size(); }) return std::max(1, resource.steps_size());
  return 1;
}

// One acceptance; lives for one call.
class Application {
 public:
  Application(const Call& call, const PeerChannel& channel, const v1::Draft& draft, v1::AcceptDraftResponse* response)
      : call_(call),
        owner_(absl::StrCat("owners/", call.owner)),
        draft_(draft),
        response_(response),
        catalogue_(catalogue::v1::CatalogueService::NewStub(channel("catalogue"))),
        progress_(progress::v1::ProgressService::NewStub(channel("progress"))),
        indicators_(indicator::v1::IndicatorService::NewStub(channel("indicator"))) {}

  absl::Status Run() {
    Existing existing;
    ASSIGN_OR_RETURN(existing.frameworks, KnownFrameworks());
    ASSIGN_OR_RETURN(existing.activities, KnownActivities());
    ASSIGN_OR_RETURN(existing.cycles, KnownCycles());
    ASSIGN_OR_RETURN(existing.links, KnownLinks());
    RETURN_IF_ERROR(ReadIndicators(existing));
    ASSIGN_OR_RETURN(const Plan plan,
                     PlanAcceptance(draft_.parsed(), call_.owner, draft_.document(), std::move(existing)));
    RETURN_IF_ERROR(ReadMappings());
    RETURN_IF_ERROR(CheckPlan(plan));
    RETURN_IF_ERROR(WriteCatalogue(plan));
    RETURN_IF_ERROR(WriteProgress(plan));
    RETURN_IF_ERROR(WriteIndicators(plan));
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
  template <typename Stub, typename Request, typename Response>
  absl::Status Send(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    rpc::Continue(call_, context);
    return rpc::FromGrpc((stub.*method)(&context, request, response));
  }

  // All pages of a list; `take` sees each.
  template <typename Stub, typename List, typename Take>
  absl::Status ForEach(Stub& stub, List list, const std::string& parent, Take take) {
    return rpc::ForEachPage(
        stub, list, parent, [&](grpc::ClientContext& context) { rpc::Continue(call_, context); }, take);
  }

  // A create that finds its id taken: somebody accepted the same document at the same moment, and trying again finds
  // what they made.
  template <typename Stub, typename Request, typename Response>
  absl::Status Create(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                      const Request& request) {
    Response response;
    const absl::Status status = Send(stub, method, request, &response);
    return absl::IsAlreadyExists(status) ? errors::MakeRetryable(errors::kConflict) : status;
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

  void Count(v1::ElementKind kind, Outcome outcome, int elements = 1) {
    v1::AcceptedElements* count = CountOf(kind);
    if (outcome == Outcome::kCreate) count->set_created(count->created() + elements);
    if (outcome == Outcome::kUnchanged) count->set_unchanged(count->unchanged() + elements);
    if (outcome == Outcome::kMerge) count->set_merged(count->merged() + elements);
  }

  // Creates those of `resources` that are not in `existing`, grouped by parent, in batches. `add` puts a resource and
  // its id into a request item.
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
      absl::Status status = Create(stub, method, request);
      request.Clear();
      names.clear();
      return status;
    };
    for (const Resource& resource : resources) {
      if (existing.count(resource.name()) > 0) {
        Count(kind, Outcome::kUnchanged, ElementsOf(resource));
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
      Count(kind, Outcome::kCreate, ElementsOf(resource));
    }
    return flush();
  }

  // The same for resources of which the plan says whether they are there.
  template <typename Stub, typename Request, typename Response, typename Resource, typename Add>
  absl::Status CreatePlanned(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                             v1::ElementKind kind, const std::vector<Planned<Resource>>& planned, Add add) {
    std::vector<Resource> resources;
    std::set<std::string> existing;
    for (const Planned<Resource>& each : planned) {
      resources.push_back(each.resource);
      if (each.outcome != Outcome::kCreate) existing.insert(each.resource.name());
    }
    return CreateMissing(stub, method, kind, resources, existing, add);
  }

  // -- What the owner has already
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

  // Which activity each element of this document went to before, by the contributions that were read from it.
  absl::StatusOr<Links> KnownLinks() {
    Links links;
    RETURN_IF_ERROR(ForEach(*catalogue_, &Catalogue::ListContributions, absl::StrCat(owner_, "/activities/-"),
                            [&](const catalogue::v1::ListContributionsResponse& page) {
                              for (const auto& contribution : page.contributions()) {
                                contributions_.insert(contribution.name());
                                if (contribution.provenance().sha256() != draft_.parsed().source().sha256()) continue;
                                links[contribution.provenance().element_id()] =
                                    names::LastId(ParentOf(contribution.name()));
                              }
                            }));
    return links;
  }

  absl::StatusOr<KnownIds> KnownCycles() {
    KnownIds known;
    RETURN_IF_ERROR(ForEach(*progress_, &Progress::ListReportingCycles, owner_,
                            [&](const progress::v1::ListReportingCyclesResponse& page) {
                              for (const auto& cycle : page.reporting_cycles()) Know(cycle, known);
                            }));
    return known;
  }

  // Indicators, and what stands under those of this document: nothing else can be in its way.
  absl::Status ReadIndicators(Existing& existing) {
    RETURN_IF_ERROR(ForEach(*indicators_, &Indicators::ListIndicators, owner_,
                            [&](const indicator::v1::ListIndicatorsResponse& page) {
                              for (const auto& indicator : page.indicators()) Know(indicator, existing.indicators);
                            }));
    for (const auto& [id, indicator] : existing.indicators) {
      if (indicator.sha256 != draft_.parsed().source().sha256()) continue;
      const std::string name = absl::StrCat(owner_, "/indicators/", id);
      KnownIds& targets = existing.targets[id];
      KnownIds& measurements = existing.measurements[id];
      RETURN_IF_ERROR(
          ForEach(*indicators_, &Indicators::ListTargets, name, [&](const indicator::v1::ListTargetsResponse& page) {
            for (const auto& target : page.targets()) Know(target, targets);
          }));
      RETURN_IF_ERROR(ForEach(*indicators_, &Indicators::ListMeasurements, name,
                              [&](const indicator::v1::ListMeasurementsResponse& page) {
                                for (const auto& measurement : page.measurements()) {
                                  Know(measurement, measurements);
                                  measurements[names::LastId(measurement.name())].title = PeriodOf(measurement);
                                }
                              }));
    }
    return absl::OkStatus();
  }

  template <typename Resource>
  static void Know(const Resource& resource, KnownIds& known) {
    known[names::LastId(resource.name())] = {resource.display_name(), resource.provenance().sha256(),
                                             resource.provenance().element_id()};
  }

  // -- Writing
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
        RETURN_IF_ERROR(Create(*catalogue_, &Catalogue::CreateFramework, request));
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
    return CreateMissing(*catalogue_, &Catalogue::BatchCreateContributions, v1::ELEMENT_KIND_CONTRIBUTION,
                         plan.contributions, contributions_,
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
      RETURN_IF_ERROR(Create(*progress_, &Progress::CreateReportingCycle, request));
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

  absl::Status WriteIndicators(const Plan& plan) {
    RETURN_IF_ERROR(CreatePlanned(*indicators_, &Indicators::BatchCreateIndicators, v1::ELEMENT_KIND_INDICATOR,
                                  plan.indicators, [](indicator::v1::CreateIndicatorRequest& item, const auto& made) {
                                    item.set_indicator_id(names::LastId(made.name()));
                                    *item.mutable_indicator() = made;
                                  }));
    RETURN_IF_ERROR(CreatePlanned(*indicators_, &Indicators::BatchCreateTargets, v1::ELEMENT_KIND_TARGET, plan.targets,
                                  [](indicator::v1::CreateTargetRequest& item, const auto& target) {
                                    item.set_target_id(names::LastId(target.name()));
                                    *item.mutable_target() = target;
                                  }));
    RETURN_IF_ERROR(CreatePlanned(*indicators_, &Indicators::BatchCreateMeasurements, v1::ELEMENT_KIND_MEASUREMENT,
                                  plan.measurements,
                                  [](indicator::v1::CreateMeasurementRequest& item, const auto& measurement) {
                                    item.set_measurement_id(names::LastId(measurement.name()));
                                    *item.mutable_measurement() = measurement;
                                  }));
    CountOf(v1::ELEMENT_KIND_INDICATOR)->set_not_taken_over(plan.indicators_not_taken_over);
    CountOf(v1::ELEMENT_KIND_TARGET)->set_not_taken_over(plan.targets_not_taken_over);
    CountOf(v1::ELEMENT_KIND_MEASUREMENT)->set_not_taken_over(plan.measurements_not_taken_over);
    return absl::OkStatus();
  }

  // What the owner has mapped, and under which ids.
  absl::Status ReadMappings() {
    return ForEach(*progress_, &Progress::ListStatusMappings, owner_,
                   [&](const progress::v1::ListStatusMappingsResponse& page) {
                     for (const auto& mapping : page.status_mappings()) {
                       mapping_ids_.insert(names::LastId(mapping.name()));
                       for (const std::string& label : mapping.labels()) words_.insert(FoldedText(label));
                     }
                   });
  }

  // Refused before the first write: a word that nobody has given a meaning, and what does not fit the contracts of
  // those who are to take it. What only their own rules know is refused when it is written.
  absl::Status CheckPlan(const Plan& plan) const {
    std::set<std::string> known = words_;
    for (const progress::v1::StatusMapping& mapping : plan.mappings) known.insert(FoldedText(mapping.labels(0)));
    for (const progress::v1::StatusReport& report : plan.reports) {
      std::vector<std::string> labels = {report.status_label()};
      for (const auto& earlier : report.earlier_statuses()) labels.push_back(earlier.label());
      for (const std::string& label : labels) {
        if (!label.empty() && known.count(FoldedText(label)) == 0) return UnmappedWord(label);
      }
    }
    names::Registry registry;
    registry.Add(catalogue::v1::CreateGoalRequest::descriptor()->file());
    registry.Add(progress::v1::CreateReportingCycleRequest::descriptor()->file());
    registry.Add(indicator::v1::GetIndicatorRequest::descriptor()->file());
    for (const auto& planned : plan.frameworks) RETURN_IF_ERROR(api::Validate(planned.resource, registry));
    for (const auto& section : plan.sections) RETURN_IF_ERROR(api::Validate(section, registry));
    for (const auto& goal : plan.goals) RETURN_IF_ERROR(api::Validate(goal, registry));
    for (const auto& planned : plan.activities) RETURN_IF_ERROR(api::Validate(planned.resource, registry));
    for (const auto& contribution : plan.contributions) RETURN_IF_ERROR(api::Validate(contribution, registry));
    if (plan.cycle) RETURN_IF_ERROR(api::Validate(plan.cycle->resource, registry));
    for (const auto& mapping : plan.mappings) RETURN_IF_ERROR(api::Validate(mapping, registry));
    for (const auto& report : plan.reports) RETURN_IF_ERROR(api::Validate(report, registry));
    for (const auto& planned : plan.indicators) RETURN_IF_ERROR(api::Validate(planned.resource, registry));
    for (const auto& planned : plan.targets) RETURN_IF_ERROR(api::Validate(planned.resource, registry));
    for (const auto& planned : plan.measurements) RETURN_IF_ERROR(api::Validate(planned.resource, registry));
    return absl::OkStatus();
  }

  // Whoever accepts a draft accepts the profile's suggestion for words that the owner has not mapped yet; the owner's
  // own mapping always wins.
  absl::Status WriteMappings(const Plan& plan) {
    for (const progress::v1::StatusMapping& mapping : plan.mappings) {
      if (!words_.insert(FoldedText(mapping.labels(0))).second) continue;
      const std::string slug = Slug(mapping.labels(0), "m");
      std::string id = slug;
      for (int number = 2; !mapping_ids_.insert(id).second; ++number) id = absl::StrCat(slug, "-", number);
      progress::v1::CreateStatusMappingRequest request;
      request.set_parent(owner_);
      request.set_status_mapping_id(id);
      *request.mutable_status_mapping() = mapping;
      request.set_request_id(RequestId(absl::StrCat("mapping ", id)));
      RETURN_IF_ERROR(Create(*progress_, &Progress::CreateStatusMapping, request));
    }
    return absl::OkStatus();
  }

  const Call& call_;
  const std::string owner_;  // owners/GM0677
  const v1::Draft& draft_;
  v1::AcceptDraftResponse* const response_;
  const std::unique_ptr<Catalogue> catalogue_;
  const std::unique_ptr<Progress> progress_;
  const std::unique_ptr<Indicators> indicators_;
  std::set<std::string> contributions_;  // names of those that are there
  std::set<std::string> words_;          // status words that the owner has mapped, folded
  std::set<std::string> mapping_ids_;    // ids of the owner's mappings
};

}  // namespace

absl::Status ApplyDraft(const Call& call, const PeerChannel& channel, const v1::Draft& draft,
                        v1::AcceptDraftResponse* response) {
  return Application(call, channel, draft, response).Run();
}

}  // namespace regiokompas::intake
