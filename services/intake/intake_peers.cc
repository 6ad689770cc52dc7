#include "services/intake/intake_peers.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/api/validate.h"
#include "common/base/errors.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "common/names/resource_name.h"
#include "common/rpc/client.h"
#include "common/rpc/convert.h"
#include "common/rpc/pages.h"
#include "google/protobuf/util/field_mask_util.h"
#include "google/rpc/error_details.pb.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "services/intake/difference_rules.h"
#include "services/intake/draft_comparison.h"
#include "services/intake/figure_rules.h"
#include "services/intake/intake_rules.h"
#include "services/intake/line_rules.h"
#include "services/intake/selection_rules.h"

namespace regiokompas::intake {
namespace {

constexpr int kMaxBatch = 100;                // of the contract
constexpr size_t kMaxBatchBytes = 2'000'000;  // well under the server's message limit

std::string ParentOf(const std::string& name) {
  const size_t id = name.rfind('/');
  return name.substr(0, name.rfind('/', id - 1));
}

// The name that an error is about; empty when it does not say.
std::string NameIn(const absl::Status& status) {
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
  google::rpc::ErrorInfo info;
  if (!payload.has_value() || !info.ParseFromString(std::string(*payload))) return "";
  const auto name = info.metadata().find("name");
  return name == info.metadata().end() ? "" : name->second;
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

template <typename Resource>
const Resource& Bare(const Resource& resource) {
  return resource;
}
template <typename Resource>
const Resource& Bare(const Planned<Resource>& planned) {
  return planned.resource;
}

// Whether the resource is that of another document, whose content stays as it is.
template <typename Item>
bool IsMerged(const Item& item) {
  if constexpr (requires { item.outcome; }) return item.outcome == Outcome::kMerge;
  return false;
}

// The lines that a resource holds; none where its service keeps none.
template <typename Resource>
std::vector<std::string> LinesIn(const Resource& resource) {
  std::vector<std::string> lines;
  if constexpr (requires { resource.provenance().lines(); }) {
    for (const auto& line : resource.provenance().lines()) lines.push_back(line.text());
  }
  return lines;
}

// Whether an error says for certain that the call wrote nothing, now or later.
bool IsRefusal(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kUnimplemented:
      return true;
    default:
      return false;
  }
}

// The element of the draft that a resource is made of: that of the document as a whole is the source, and an indicator
// that was made for the figures of a subject is of the subject.
template <typename Resource>
std::string ElementOf(const Resource& resource) {
  const std::string& id = resource.provenance().element_id();
  return id == "document" || id == "cycle" ? kSourceId : id.substr(0, id.find(' '));
}

bool Contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// One acceptance; lives for one call.
class Application {
 public:
  Application(const Call& call, const PeerChannel& channel, const v1::Draft& draft, const SourceText& source,
              const Acceptance& acceptance, const Rereading& rereading, v1::AcceptDraftResponse* response)
      : call_(call),
        owner_(absl::StrCat("owners/", call.owner)),
        draft_(draft),
        source_(source),
        acceptance_(acceptance),
        rereading_(rereading),
        response_(response),
        catalogue_(catalogue::v1::CatalogueService::NewStub(channel("catalogue"))),
        progress_(progress::v1::ProgressService::NewStub(channel("progress"))),
        indicators_(indicator::v1::IndicatorService::NewStub(channel("indicator"))) {
    if (earlier() == nullptr) return;
    comparison_ = CompareDrafts(earlier()->draft, draft);
    places_ = LaterPlaces(comparison_, earlier()->places);
    ApplyDecisions(draft, earlier()->places, places_);
    for (const auto& [id, place] : places_) place_names_.insert(place.resource);
  }

  // What there is to decide.
  absl::Status Compare(v1::CompareDraftResponse* response) {
    all_versions_ = true;
    Existing existing;
    RETURN_IF_ERROR(ReadCatalogue(existing));
    ASSIGN_OR_RETURN(std::vector<v1::ElementMatch> matches, Matches(existing.links));
    response->set_undecided(static_cast<int>(std::count_if(
        matches.begin(), matches.end(), [](const auto& match) { return match.outcome() == v1::MATCH_OUTCOME_ASK; })));
    response->mutable_matches()->Assign(matches.begin(), matches.end());
    if (earlier() == nullptr) return absl::OkStatus();
    response->set_previous_draft(earlier()->draft.name());
    for (v1::ElementDifference& difference : comparison_.differences) {
      const std::string& before = difference.previous_element_id();
      const auto place = earlier()->places.find(before == kSourceId ? "document" : before);
      if (place != earlier()->places.end()) difference.set_resource(place->second.resource);
      *response->add_differences() = std::move(difference);
    }
    return absl::OkStatus();
  }

  // What was made of the draft, as far as it is there.
  absl::StatusOr<Places> FindPlaces() {
    ASSIGN_OR_RETURN(const Plan plan, PlanWhatIsChosen());
    return PlacesOf(plan);
  }

  absl::Status Run(Applied* applied) {
    absl::Status done = Apply(&applied->places);
    if (done.ok() || !begun_) return done;
    std::set<std::string> fixed = acceptance_.begun;
    for (const std::string& id : WithParts(draft_.parsed(), refused_)) fixed.erase(id);
    // Names and texts of what is written follow from what it needs, also where that has no resource of its own.
    for (const std::string& id : WithNeeds(draft_.parsed(), written_)) fixed.insert(id);
    applied->unwritten = acceptance_.selected;
    applied->unwritten.insert(kSourceId);
    // The document as a whole is fixed with any part of it.
    if (!fixed.empty()) fixed.insert(kSourceId);
    for (const std::string& id : fixed) applied->unwritten.erase(id);
    return done;
  }

 private:
  absl::Status Apply(Places* places) {
    RETURN_IF_ERROR(ReadMappings());
    Plan plan;
    // An id that the owner has dropped is never used again, and only the refusal of what would use it shows that: each
    // round finds those of one kind of resource.
    constexpr int kMaxRounds = 20;
    for (int round = 1;; ++round) {
      ASSIGN_OR_RETURN(plan, PlanWhatIsChosen());
      RETURN_IF_ERROR(CheckDecided(matches_, NotAcceptedYet()));
      RETURN_IF_ERROR(CheckPlan(plan));
      if (!begun_) RETURN_IF_ERROR(acceptance_.begin());
      begun_ = true;
      taken_.clear();
      absl::Status written = WriteCatalogue(plan);
      if (written.ok()) break;
      if (round == kMaxRounds || taken_.empty() || !AllDropped()) return written;
      dropped_.insert(taken_.begin(), taken_.end());
      response_->Clear();
    }
    RETURN_IF_ERROR(WriteProgress(plan));
    RETURN_IF_ERROR(WriteIndicators(plan));
    if (earlier() != nullptr) RETURN_IF_ERROR(ChangeWhatStands(plan));
    RETURN_IF_ERROR(Adopt(plan));
    *places = PlacesOf(plan);
    places->insert(places_.begin(), places_.end());
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
    for (const auto* counts : {&plan.not_chosen, &left_}) {
      for (const auto& [kind, count] : *counts) {
        v1::AcceptedElements* elements = CountOf(kind);
        elements->set_not_taken_over(elements->not_taken_over() + count);
      }
    }
    return absl::OkStatus();
  }

  // Makes a write of `elements`, which with that may be written, unless it is refused.
  template <typename Write>
  absl::Status Writing(const std::set<std::string>& elements, Write write) {
    absl::Status status = write();
    std::set<std::string>& into = IsRefusal(status) ? refused_ : written_;
    into.insert(elements.begin(), elements.end());
    return status;
  }

  // What is to be written, by what the owner has now.
  absl::StatusOr<Plan> PlanWhatIsChosen() {
    ASSIGN_OR_RETURN(Plan plan, PlanByWhatIsRead());
    if (all_versions_ || !MakesAgain(plan)) return plan;
    all_versions_ = true;
    return PlanByWhatIsRead();
  }

  // Whether the plan makes again what was accepted before. Then it was dropped since, and one of the versions holds it.
  bool MakesAgain(const Plan& plan) const {
    const bool whole = draft_.state() == v1::DRAFT_STATE_ACCEPTED;
    std::set<std::string> before = acceptance_.begun;
    before.insert(draft_.accepted_element_ids().begin(), draft_.accepted_element_ids().end());
    for (const auto& [id, place] : places_) before.insert(id);
    const auto is_again = [&](const auto& resource) {
      return whole || before.count(ElementOf(resource)) > 0 || (!before.empty() && IsSpareId(ElementOf(resource)));
    };
    const auto makes_again = [&](const auto& resources) {
      return std::any_of(resources.begin(), resources.end(), [&](const auto& resource) {
        return present_.count(resource.name()) == 0 && is_again(resource);
      });
    };
    return makes_again(plan.sections) || makes_again(plan.goals) || makes_again(plan.contributions) ||
           std::any_of(plan.activities.begin(), plan.activities.end(), [&](const auto& planned) {
             return planned.outcome == Outcome::kCreate && is_again(planned.resource);
           });
  }

  absl::StatusOr<Plan> PlanByWhatIsRead() {
    Existing existing;
    present_.clear();
    spare_.clear();
    lines_.clear();
    noted_.clear();
    adopted_.clear();
    latest_.clear();
    candidates_.clear();
    goals_of_.clear();
    RETURN_IF_ERROR(ReadCatalogue(existing));
    ASSIGN_OR_RETURN(existing.cycles, KnownCycles());
    RETURN_IF_ERROR(ReadIndicators(existing));
    for (const std::string& name : dropped_) KnowDropped(name, existing);
    ASSIGN_OR_RETURN(matches_, Matches(existing.links));
    existing.matches = Decided(matches_);
    existing.places = places_;
    static const KnownIds kNoIds;
    const std::map<std::string, KnownIds> sections = existing.sections;
    const KnownIds activities = existing.activities;
    ASSIGN_OR_RETURN(Plan plan, PlanAcceptance(draft_.parsed(), call_.owner, draft_.document(), std::move(existing)));
    // Where other bytes were read the lines of what stands are compared, and not counted.
    AssignLines(draft_.parsed(), source_, IsOtherBytes() ? HeldLines() : lines_, plan);
    KeepSelected(acceptance_.selected, plan);
    if (IsOtherBytes()) {
      // What the owner has dropped since can not be linked to anything.
      std::erase_if(plan.contributions, [&](const catalogue::v1::Contribution& contribution) {
        const auto activity = activities.find(names::LastId(ParentOf(contribution.name())));
        const bool gone = activity != activities.end() && !activity->second.stands;
        return (gone || dropped_.count(contribution.goal()) > 0) && present_.count(contribution.name()) == 0;
      });
    }
    const auto taken = sections.find(names::LastId(plan.frameworks.front().resource.name()));
    const KnownIds& ids = taken == sections.end() ? kNoIds : taken->second;
    if (IsOtherBytes()) {
      AddOverflowSections(SpareSectionsFor(plan), ids, plan);
    } else {
      AddSpareSections(present_, ids, plan);
    }
    return plan;
  }

  // Whether all of the draft is accepted.
  bool IsWhole() const {
    const std::set<std::string> all = AllElements(draft_.parsed());
    return std::includes(acceptance_.selected.begin(), acceptance_.selected.end(), all.begin(), all.end());
  }

  // The ids of the spare sections that this reading may fill anew: its own and, once none of the earlier reading's
  // elements keeps its lines, those of that.
  std::set<std::string> SpareSectionsFor(const Plan& plan) const {
    const bool whole = IsWhole();
    std::set<std::string> ids;
    for (const auto& [name, section] : spare_) {
      const bool own = section.provenance().sha256() == draft_.parsed().source().sha256();
      const bool here = absl::StartsWith(name, plan.frameworks.front().resource.name() + "/");
      if (here && (own || whole)) ids.insert(names::LastId(name));
    }
    return ids;
  }

  const EarlierReading* earlier() const { return rereading_.earlier; }

  // Of what is selected, what no acceptance of this draft wrote before.
  std::set<std::string> NotAcceptedYet() const {
    if (draft_.state() == v1::DRAFT_STATE_ACCEPTED) return {};
    std::set<std::string> open = acceptance_.selected;
    for (const std::string& id : draft_.accepted_element_ids()) open.erase(id);
    return open;
  }

  // Whether the earlier reading was of another file.
  bool IsOtherBytes() const {
    return earlier() != nullptr && earlier()->draft.parsed().source().sha256() != draft_.parsed().source().sha256();
  }

  // What the activities of the draft that have no place yet may be in the catalogue.
  absl::StatusOr<std::vector<v1::ElementMatch>> Matches(const Links& links) {
    std::map<std::string, std::string> titles;
    if (!candidates_.empty()) {
      RETURN_IF_ERROR(ForEach(*catalogue_, &Catalogue::ListGoals, absl::StrCat(owner_, "/frameworks/-"),
                              [&](const catalogue::v1::ListGoalsResponse& page) {
                                for (const auto& goal : page.goals()) titles[goal.name()] = goal.display_name();
                              }));
    }
    return ActivityMatcher(candidates_, goals_of_, titles).Match(draft_, places_, links);
  }

  // Makes a name that is taken for good known as one that no element can get.
  void KnowDropped(const std::string& name, Existing& existing) {
    const Known dropped = {.title = "", .sha256 = draft_.parsed().source().sha256(), .element_id = "", .stands = false};
    const std::string id = names::LastId(name);
    const std::string parent = ParentOf(name);
    // What has a place keeps its name.
    if (absl::StrContains(name, "/contributions/") || place_names_.count(name) > 0) present_.insert(name);
    if (absl::StrContains(name, "/sections/")) existing.sections[names::LastId(parent)].emplace(id, dropped);
    if (absl::StrContains(name, "/goals/")) existing.goals[names::LastId(parent)].emplace(id, dropped);
    if (parent == owner_ && absl::StrContains(name, "/activities/")) existing.activities.emplace(id, dropped);
  }

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
    absl::Status status = Send(stub, method, request, &response);
    if (!absl::IsAlreadyExists(status)) return status;
    if constexpr (requires { request.requests(); }) {
      // One by one, so that all the names that are taken are known at once.
      for (const auto& item : request.requests()) {
        Request single;
        single.set_parent(request.parent());
        *single.add_requests() = item;
        single.set_request_id(RequestId(absl::StrCat("single ", StableBytes(item))));
        const absl::Status one = Send(stub, method, single, &response);
        if (absl::IsAlreadyExists(one)) taken_.insert(NameIn(one));
      }
    } else {
      taken_.insert(NameIn(status));
    }
    return errors::MakeRetryable(errors::kConflict);
  }

  template <typename Request, typename Resource>
  bool IsMissing(grpc::Status (Catalogue::*get)(grpc::ClientContext*, const Request&, Resource*),
                 const std::string& name) {
    Request request;
    request.set_name(name);
    Resource resource;
    return absl::IsNotFound(Send(*catalogue_, get, request, &resource));
  }

  // Whether all names that are taken are those of what the owner has dropped.
  bool AllDropped() {
    return std::all_of(taken_.begin(), taken_.end(), [this](const std::string& name) {
      if (absl::StrContains(name, "/contributions/")) return IsMissing(&Catalogue::GetContribution, name);
      if (absl::StrContains(name, "/sections/")) return IsMissing(&Catalogue::GetSection, name);
      if (absl::StrContains(name, "/goals/")) return IsMissing(&Catalogue::GetGoal, name);
      return absl::StrContains(name, "/activities/") && IsMissing(&Catalogue::GetActivity, name);
    });
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
    std::set<std::string> elements;
    size_t bytes = 0;
    const auto flush = [&]() -> absl::Status {
      bytes = 0;
      if (request.requests().empty()) return absl::OkStatus();
      request.set_request_id(RequestId(names));
      absl::Status status = Writing(elements, [&] { return Create(stub, method, request); });
      request.Clear();
      names.clear();
      elements.clear();
      return status;
    };
    for (const Resource& resource : resources) {
      const std::string element = ElementOf(resource);
      if (existing.count(resource.name()) > 0) {
        // What an earlier reading made says nothing about this one.
        if (places_.count(element) == 0) written_.insert(element);
        Count(kind, Outcome::kUnchanged, ElementsOf(resource));
        continue;
      }
      const std::string parent = ParentOf(resource.name());
      const size_t size = resource.ByteSizeLong();
      if (request.requests_size() == kMaxBatch || bytes + size > kMaxBatchBytes ||
          (!request.parent().empty() && request.parent() != parent)) {
        RETURN_IF_ERROR(flush());
      }
      bytes += size;
      elements.insert(element);
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
  absl::Status ReadCatalogue(Existing& existing) {
    RETURN_IF_ERROR(ForEach(*catalogue_, &Catalogue::ListFrameworks, owner_,
                            [&](const catalogue::v1::ListFrameworksResponse& page) {
                              for (const auto& framework : page.frameworks()) {
                                Know(framework, existing.frameworks);
                                NoteLines(framework);
                              }
                            }));
    RETURN_IF_ERROR(ForEach(*catalogue_, &Catalogue::ListActivities, owner_,
                            [&](const catalogue::v1::ListActivitiesResponse& page) {
                              for (const auto& activity : page.activities()) {
                                Know(activity, existing.activities);
                                NoteLines(activity);
                                const catalogue::v1::Provenance& provenance = activity.provenance();
                                if (provenance.sha256() == draft_.parsed().source().sha256()) {
                                  // What broke off may have made it without a contribution.
                                  existing.links.try_emplace(provenance.element_id(), names::LastId(activity.name()));
                                  continue;
                                }
                                candidates_.push_back(activity);
                                candidates_.back().mutable_provenance()->clear_lines();
                              }
                            }));
    RETURN_IF_ERROR(ForEach(*catalogue_, &Catalogue::ListContributions, absl::StrCat(owner_, "/activities/-"),
                            [&](const catalogue::v1::ListContributionsResponse& page) {
                              for (const auto& contribution : page.contributions()) {
                                Note(contribution, existing.links);
                                if (contribution.provenance().sha256() == draft_.parsed().source().sha256()) continue;
                                goals_of_[ParentOf(contribution.name())].insert(contribution.goal());
                              }
                            }));
    for (const auto& known : existing.frameworks) {
      const std::string& id = known.first;
      const std::string name = absl::StrCat(owner_, "/frameworks/", id);
      if (known.second.sha256 != draft_.parsed().source().sha256() && place_names_.count(name) == 0) continue;
      RETURN_IF_ERROR(
          ForEach(*catalogue_, &Catalogue::ListSections, name, [&](const catalogue::v1::ListSectionsResponse& page) {
            for (const auto& section : page.sections()) {
              Note(section);
              Know(section, existing.sections[id]);
              if (IsOtherBytes() && IsSpareSection(section)) spare_[section.name()] = section;
            }
          }));
      RETURN_IF_ERROR(
          ForEach(*catalogue_, &Catalogue::ListGoals, name, [&](const catalogue::v1::ListGoalsResponse& page) {
            for (const auto& goal : page.goals()) {
              Note(goal);
              Know(goal, existing.goals[id]);
            }
          }));
      RETURN_IF_ERROR(ReadVersions(name, existing));
    }
    return absl::OkStatus();
  }

  // What was adopted and then dropped is not made again. What stands and the latest version say that of all but what an
  // older version alone holds.
  absl::Status ReadVersions(const std::string& framework, Existing& existing) {
    std::vector<std::string> ids;
    RETURN_IF_ERROR(
        ForEach(*catalogue_, &Catalogue::ListVersions, framework, [&](const catalogue::v1::ListVersionsResponse& page) {
          for (const auto& version : page.versions()) {
            if (version.state() == catalogue::v1::VERSION_STATE_ADOPTED) ids.push_back(names::LastId(version.name()));
          }
        }));
    if (!all_versions_ && ids.size() > 1) ids.erase(ids.begin(), ids.end() - 1);
    std::set<std::string>& adopted = adopted_[framework];
    if (!ids.empty()) latest_[framework] = ids.back();
    for (const std::string& id : ids) {
      catalogue::v1::StreamFrameworkRequest request;
      request.set_name(framework);
      request.set_version_id(id);
      grpc::ClientContext context;
      rpc::Continue(call_, context);
      const auto reader = catalogue_->StreamFramework(&context, request);
      catalogue::v1::StreamFrameworkResponse message;
      while (reader->Read(&message)) {
        if (message.has_framework()) adopted.insert(message.framework().name());
        if (message.has_section()) {
          adopted.insert(Note(message.section()));
          KnowAdopted(message.section(), existing.sections[names::LastId(framework)]);
        }
        if (message.has_goal()) {
          adopted.insert(Note(message.goal()));
          KnowAdopted(message.goal(), existing.goals[names::LastId(framework)]);
        }
        if (message.has_contribution()) adopted.insert(Note(message.contribution(), existing.links));
        if (message.has_activity()) {
          const catalogue::v1::Activity& activity = message.activity();
          adopted.insert(activity.name());
          KnowAdopted(activity, existing.activities);
          NoteLines(activity);
        }
      }
      RETURN_IF_ERROR(rpc::FromGrpc(reader->Finish()));
    }
    return absl::OkStatus();
  }

  // Notes a resource as one that is there, and returns its name.
  template <typename Resource>
  const std::string& Note(const Resource& resource) {
    NoteLines(resource);
    return *present_.insert(resource.name()).first;
  }

  // The same, and which activity the element of this document went to.
  const std::string& Note(const catalogue::v1::Contribution& contribution, Links& links) {
    if (contribution.provenance().sha256() == draft_.parsed().source().sha256()) {
      links.try_emplace(contribution.provenance().element_id(), names::LastId(ParentOf(contribution.name())));
    }
    return Note(contribution);
  }

  // An element that stands is in versions too, and holds its lines once.
  template <typename Resource>
  void NoteLines(const Resource& resource) {
    const catalogue::v1::Provenance& provenance = resource.provenance();
    if (provenance.sha256() != draft_.parsed().source().sha256() || !noted_.insert(resource.name()).second) return;
    for (const catalogue::v1::SourceLine& line : provenance.lines()) lines_.emplace(line.number(), line.text());
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
      const std::string name = absl::StrCat(owner_, "/indicators/", id);
      if (indicator.sha256 != draft_.parsed().source().sha256() && place_names_.count(name) == 0) continue;
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

  // What stands now counts before what was adopted.
  template <typename Resource>
  static void KnowAdopted(const Resource& resource, KnownIds& known) {
    const std::string id = names::LastId(resource.name());
    if (known.count(id) > 0) return;
    Know(resource, known);
    known[id].stands = false;
  }

  // -- Writing
  absl::Status WriteCatalogue(const Plan& plan) {
    for (const auto& planned : plan.frameworks) {
      response_->add_frameworks(planned.resource.name());
      Count(v1::ELEMENT_KIND_FRAMEWORK, planned.outcome);
      if (planned.outcome != Outcome::kCreate) continue;
      catalogue::v1::CreateFrameworkRequest request;
      request.set_parent(owner_);
      request.set_framework_id(names::LastId(planned.resource.name()));
      *request.mutable_framework() = planned.resource;
      request.set_request_id(RequestId(planned.resource.name()));
      RETURN_IF_ERROR(Writing({ElementOf(planned.resource)},
                              [&] { return Create(*catalogue_, &Catalogue::CreateFramework, request); }));
    }
    RETURN_IF_ERROR(CreateMissing(*catalogue_, &Catalogue::BatchCreateSections, v1::ELEMENT_KIND_SECTION, plan.sections,
                                  present_, [](catalogue::v1::CreateSectionRequest& item, const auto& section) {
                                    item.set_section_id(names::LastId(section.name()));
                                    *item.mutable_section() = section;
                                  }));
    RETURN_IF_ERROR(CreateMissing(*catalogue_, &Catalogue::BatchCreateGoals, v1::ELEMENT_KIND_GOAL, plan.goals,
                                  present_, [](catalogue::v1::CreateGoalRequest& item, const auto& goal) {
                                    item.set_goal_id(names::LastId(goal.name()));
                                    *item.mutable_goal() = goal;
                                  }));

    std::vector<catalogue::v1::Activity> activities;
    std::set<std::string> known;
    for (const auto& planned : plan.activities) {
      if (planned.outcome == Outcome::kMerge) {
        Count(v1::ELEMENT_KIND_ACTIVITY, Outcome::kMerge);
      } else {
        activities.push_back(planned.resource);
      }
      if (planned.outcome != Outcome::kCreate) known.insert(planned.resource.name());
    }
    RETURN_IF_ERROR(CreateMissing(*catalogue_, &Catalogue::BatchCreateActivities, v1::ELEMENT_KIND_ACTIVITY, activities,
                                  known, [](catalogue::v1::CreateActivityRequest& item, const auto& activity) {
                                    item.set_activity_id(names::LastId(activity.name()));
                                    *item.mutable_activity() = activity;
                                  }));
    return CreateMissing(*catalogue_, &Catalogue::BatchCreateContributions, v1::ELEMENT_KIND_CONTRIBUTION,
                         plan.contributions, present_,
                         [](catalogue::v1::CreateContributionRequest& item, const auto& contribution) {
                           item.set_contribution_id(names::LastId(contribution.name()));
                           *item.mutable_contribution() = contribution;
                         });
  }

  // True when a framework that has a version differs from it by more than what the document adds and changes: somebody
  // is writing the next version, and only they know when it is complete. Also when another reading changes nothing.
  absl::StatusOr<bool> IsNotToBeAdopted(const std::string& framework, const std::set<std::string>& read) {
    catalogue::v1::GetFrameworkRequest get;
    get.set_name(framework);
    catalogue::v1::Framework stored;
    RETURN_IF_ERROR(Send(*catalogue_, &Catalogue::GetFramework, get, &stored));
    if (stored.latest_version().empty()) return false;
    ASSIGN_OR_RETURN(const std::vector<Difference> differences, DifferencesSince(stored.latest_version()));
    if (differences.empty()) return earlier() != nullptr;
    return !std::all_of(differences.begin(), differences.end(), [&](const Difference& difference) {
      if (difference.added && read.count(difference.name) > 0) return true;
      const auto touched = touched_.find(difference.name);
      return touched != touched_.end() &&
             std::all_of(difference.fields.begin(), difference.fields.end(),
                         [&](const std::string& field) { return touched->second.count(field) > 0; });
    });
  }

  // One element that stands otherwise than in a version.
  struct Difference {
    std::string name;
    bool added;
    std::vector<std::string> fields;  // of one that both have
  };

  absl::StatusOr<std::vector<Difference>> DifferencesSince(const std::string& version) {
    catalogue::v1::CompareVersionsRequest request;
    request.set_name(version);
    catalogue::v1::CompareVersionsResponse response;
    const absl::Status compared = Send(*catalogue_, &Catalogue::CompareVersions, request, &response);
    // More differs than one answer may list.
    if (absl::IsResourceExhausted(compared)) return DifferencesByReading(version);
    RETURN_IF_ERROR(compared);
    std::vector<Difference> differences;
    for (const catalogue::v1::Change& change : response.changes()) {
      differences.push_back({.name = change.resource(),
                             .added = change.kind() == catalogue::v1::CHANGE_KIND_ADDED,
                             .fields = {change.fields().begin(), change.fields().end()}});
    }
    return differences;
  }

  // The same by reading what the version and the framework hold.
  absl::StatusOr<std::vector<Difference>> DifferencesByReading(const std::string& version) {
    const std::string framework = ParentOf(version);
    ASSIGN_OR_RETURN(const Elements before, ReadElements(framework, names::LastId(version)));
    ASSIGN_OR_RETURN(const Elements now, ReadElements(framework, ""));
    std::vector<Difference> differences;
    for (const auto& [name, element] : now) {
      const auto was = before.find(name);
      Difference difference{.name = name, .added = was == before.end(), .fields = {}};
      if (!difference.added) {
        static const auto* const kNoContent =
            new std::set<std::string>{"etag", "create_time", "update_time", "state", "latest_version"};
        difference.fields = DifferentFields(*was->second, *element);
        std::erase_if(difference.fields, [](const std::string& field) { return kNoContent->count(field) > 0; });
      }
      if (difference.added || !difference.fields.empty()) differences.push_back(std::move(difference));
    }
    for (const auto& [name, element] : before) {
      if (now.count(name) == 0) differences.push_back({.name = name, .added = false, .fields = {}});
    }
    return differences;
  }

  using Elements = std::map<std::string, std::unique_ptr<google::protobuf::Message>>;

  // What a framework holds in a version, or now when that is empty, by name.
  absl::StatusOr<Elements> ReadElements(const std::string& framework, const std::string& version_id) {
    catalogue::v1::StreamFrameworkRequest request;
    request.set_name(framework);
    request.set_version_id(version_id);
    grpc::ClientContext context;
    rpc::Continue(call_, context);
    const auto reader = catalogue_->StreamFramework(&context, request);
    Elements elements;
    catalogue::v1::StreamFrameworkResponse message;
    while (reader->Read(&message)) {
      const auto* field =
          message.GetReflection()->GetOneofFieldDescriptor(message, message.GetDescriptor()->oneof_decl(0));
      if (field == nullptr) continue;
      const google::protobuf::Message& read = message.GetReflection()->GetMessage(message, field);
      std::unique_ptr<google::protobuf::Message> element(read.New());
      element->CopyFrom(read);
      const auto* name = read.GetDescriptor()->FindFieldByName("name");
      elements[read.GetReflection()->GetString(read, name)] = std::move(element);
    }
    RETURN_IF_ERROR(rpc::FromGrpc(reader->Finish()));
    return elements;
  }

  // Adopts each framework of the document that holds something of it that no version of the framework held, unless
  // somebody is writing its next version.
  absl::Status Adopt(const Plan& plan) {
    std::set<std::string> read;
    for (const auto& section : plan.sections) read.insert(section.name());
    for (const auto& goal : plan.goals) read.insert(goal.name());
    for (const auto& planned : plan.activities) read.insert(planned.resource.name());
    for (const auto& contribution : plan.contributions) read.insert(contribution.name());
    for (const auto& planned : plan.frameworks) {
      const std::string& framework = planned.resource.name();
      const std::set<std::string>& adopted = adopted_[framework];
      const auto is_new = [&](const std::string& name) { return adopted.count(name) == 0; };
      const auto is_new_part = [&](const auto& part) {
        return absl::StartsWith(part.name(), framework + "/") && is_new(part.name());
      };
      const auto is_new_contribution = [&](const catalogue::v1::Contribution& contribution) {
        return contribution.framework() == framework &&
               (is_new(contribution.name()) || is_new(ParentOf(contribution.name())));
      };
      if (touched_.empty() && !is_new(framework) &&
          std::none_of(plan.sections.begin(), plan.sections.end(), is_new_part) &&
          std::none_of(plan.goals.begin(), plan.goals.end(), is_new_part) &&
          std::none_of(plan.contributions.begin(), plan.contributions.end(), is_new_contribution)) {
        continue;
      }
      ASSIGN_OR_RETURN(const bool left_alone, IsNotToBeAdopted(framework, read));
      if (left_alone) continue;
      catalogue::v1::AdoptFrameworkRequest request;
      request.set_name(framework);
      // Each part of a draft that is accepted is adopted; the version before tells them apart.
      request.set_request_id(RequestId(absl::StrCat("adopt ", framework, " after ", latest_[framework])));
      catalogue::v1::Version version;
      RETURN_IF_ERROR(Send(*catalogue_, &Catalogue::AdoptFramework, request, &version));
    }
    return absl::OkStatus();
  }

  // -- What an earlier reading made
  absl::Status ChangeWhatStands(const Plan& plan) {
    Existing existing;
    existing.places = earlier()->places;
    ASSIGN_OR_RETURN(Plan before, PlanAcceptance(earlier()->draft.parsed(), call_.owner, earlier()->draft.document(),
                                                 std::move(existing)));
    AssignLines(earlier()->draft.parsed(), earlier()->source, {}, before);
    RETURN_IF_ERROR(Change(*catalogue_, &Catalogue::GetFramework, &Catalogue::UpdateFramework,
                           &catalogue::v1::UpdateFrameworkRequest::mutable_framework, v1::ELEMENT_KIND_FRAMEWORK,
                           before.frameworks, plan.frameworks));
    RETURN_IF_ERROR(Change(*catalogue_, &Catalogue::GetSection, &Catalogue::UpdateSection,
                           &catalogue::v1::UpdateSectionRequest::mutable_section, v1::ELEMENT_KIND_SECTION,
                           before.sections, plan.sections));
    RETURN_IF_ERROR(Change(*catalogue_, &Catalogue::GetGoal, &Catalogue::UpdateGoal,
                           &catalogue::v1::UpdateGoalRequest::mutable_goal, v1::ELEMENT_KIND_GOAL, before.goals,
                           plan.goals));
    RETURN_IF_ERROR(Change(*catalogue_, &Catalogue::GetActivity, &Catalogue::UpdateActivity,
                           &catalogue::v1::UpdateActivityRequest::mutable_activity, v1::ELEMENT_KIND_ACTIVITY,
                           before.activities, plan.activities));
    RETURN_IF_ERROR(Change(*catalogue_, &Catalogue::GetContribution, &Catalogue::UpdateContribution,
                           &catalogue::v1::UpdateContributionRequest::mutable_contribution,
                           v1::ELEMENT_KIND_CONTRIBUTION, before.contributions, plan.contributions));
    RETURN_IF_ERROR(Change(*progress_, &Progress::GetStatusReport, &Progress::UpdateStatusReport,
                           &progress::v1::UpdateStatusReportRequest::mutable_status_report,
                           v1::ELEMENT_KIND_STATUS_REPORT, before.reports, plan.reports));
    RETURN_IF_ERROR(Change(*indicators_, &Indicators::GetIndicator, &Indicators::UpdateIndicator,
                           &indicator::v1::UpdateIndicatorRequest::mutable_indicator, v1::ELEMENT_KIND_INDICATOR,
                           before.indicators, plan.indicators));
    RETURN_IF_ERROR(Change(*indicators_, &Indicators::GetTarget, &Indicators::UpdateTarget,
                           &indicator::v1::UpdateTargetRequest::mutable_target, v1::ELEMENT_KIND_TARGET, before.targets,
                           plan.targets));
    RETURN_IF_ERROR(Change(*indicators_, &Indicators::GetMeasurement, &Indicators::UpdateMeasurement,
                           &indicator::v1::UpdateMeasurementRequest::mutable_measurement, v1::ELEMENT_KIND_MEASUREMENT,
                           before.measurements, plan.measurements));
    RETURN_IF_ERROR(ChangeSpareSections(plan));
    return Remove(before, plan);
  }

  // Gives the spare sections that are filled anew their lines, and drops those that hold nothing any more.
  absl::Status ChangeSpareSections(const Plan& plan) {
    std::set<std::string> filled;
    for (const catalogue::v1::Section& section : plan.sections) {
      const auto found = spare_.find(section.name());
      if (found == spare_.end()) continue;
      filled.insert(section.name());
      const catalogue::v1::Section& stands = found->second;
      std::vector<std::string> fields = DifferentFields(stands, section);
      // Nobody but the catalogue fills what is none of these.
      std::erase_if(fields, [](const std::string& field) { return field != "text" && field != "ordinal"; });
      const bool lines = LinesIn(stands) != LinesIn(section);
      if (fields.empty() && !lines) continue;
      RETURN_IF_ERROR(ChangeOne(*catalogue_, &Catalogue::UpdateSection,
                                &catalogue::v1::UpdateSectionRequest::mutable_section, v1::ELEMENT_KIND_SECTION, fields,
                                lines, stands, stands, section));
    }
    if (!IsOtherBytes() || !IsWhole()) return absl::OkStatus();
    for (const std::string& id : SpareSectionsFor(plan)) {
      const std::string name = absl::StrCat(plan.frameworks.front().resource.name(), "/sections/", id);
      if (filled.count(name) == 0) RETURN_IF_ERROR(Drop(&Catalogue::DeleteSection, name, v1::ELEMENT_KIND_SECTION));
    }
    return absl::OkStatus();
  }

  // Changes the resources of one kind whose elements say something else than in the earlier reading.
  template <typename Stub, typename Get, typename Update, typename Resource, typename List>
  absl::Status Change(Stub& stub, grpc::Status (Stub::*get)(grpc::ClientContext*, const Get&, Resource*),
                      grpc::Status (Stub::*update)(grpc::ClientContext*, const Update&, Resource*),
                      Resource* (Update::*field)(), v1::ElementKind kind, const List& before, const List& after) {
    std::map<std::string, const Resource*> was;
    for (const auto& item : before) {
      const bool accepted = earlier()->places.count(Bare(item).provenance().element_id()) > 0;
      if (accepted && !IsMerged(item)) was[Bare(item).name()] = &Bare(item);
    }
    for (const auto& item : after) {
      const Resource& resource = Bare(item);
      const auto found = was.find(resource.name());
      if (found == was.end() || IsMerged(item)) continue;
      const std::vector<std::string> fields = DifferentFields(*found->second, resource);
      const bool lines = IsOtherBytes() && LinesIn(*found->second) != LinesIn(resource);
      if (fields.empty() && !lines) continue;
      Get request;
      request.set_name(resource.name());
      Resource stands;
      const absl::Status got = Send(stub, get, request, &stands);
      if (absl::IsNotFound(got)) {
        if (!fields.empty()) Leave(kind, /*unchanged=*/true);
        continue;
      }
      RETURN_IF_ERROR(got);
      RETURN_IF_ERROR(ChangeOne(stub, update, field, kind, fields, lines, *found->second, stands, resource));
    }
    return absl::OkStatus();
  }

  // Gives `stands` the `fields` of `after`, and its lines when those differ too, each unless somebody has changed it
  // since it was that of `before`.
  template <typename Stub, typename Update, typename Resource>
  absl::Status ChangeOne(Stub& stub, grpc::Status (Stub::*update)(grpc::ClientContext*, const Update&, Resource*),
                         Resource* (Update::*field)(), v1::ElementKind kind, const std::vector<std::string>& fields,
                         bool lines, const Resource& before, const Resource& stands, const Resource& after) {
    const std::vector<std::string> changed_since = DifferentFields(before, stands);
    const std::vector<std::string> open = DifferentFields(stands, after);
    google::protobuf::FieldMask mask;
    bool says_more = false;
    bool left = false;
    std::set<std::string>& touched = touched_[stands.name()];
    for (const std::string& path : fields) {
      if (Contains(open, path) && Contains(changed_since, path)) {
        left = true;
        continue;
      }
      touched.insert(path);
      if (!Contains(open, path)) continue;
      mask.add_paths(path);
      // Where a thing stands among others is not what it says.
      says_more = says_more || path != "ordinal";
    }
    if (IsOtherBytes() && (says_more || (lines && LinesIn(stands) != LinesIn(after)))) mask.add_paths("provenance");
    if (left) Leave(kind, /*unchanged=*/!says_more);
    if (mask.paths().empty()) return absl::OkStatus();
    Update request;
    Resource& next = *(request.*field)();
    next = stands;
    google::protobuf::util::FieldMaskUtil::MergeOptions options;
    options.set_replace_message_fields(true);
    options.set_replace_repeated_fields(true);
    google::protobuf::util::FieldMaskUtil::MergeMessageTo(after, mask, options, &next);
    *request.mutable_update_mask() = mask;
    request.set_request_id(RequestId(absl::StrCat("change ", stands.name(), " ", stands.etag())));
    Resource answer;
    const absl::Status written = Writing({ElementOf(after)}, [&] { return Send(stub, update, request, &answer); });
    if (kind == v1::ELEMENT_KIND_STATUS_REPORT && absl::IsFailedPrecondition(written)) {
      Leave(kind, /*unchanged=*/true);  // somebody has submitted or reviewed it
      written_.insert(ElementOf(after));
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(written);
    if (!says_more) return absl::OkStatus();
    v1::AcceptedElements* const count = CountOf(kind);
    count->set_updated(count->updated() + ElementsOf(after));
    count->set_unchanged(count->unchanged() - ElementsOf(after));
    return absl::OkStatus();
  }

  // Counts an element of which something is not taken over; `unchanged` when it was counted as unchanged.
  void Leave(v1::ElementKind kind, bool unchanged) {
    ++left_[kind];
    if (unchanged) CountOf(kind)->set_unchanged(CountOf(kind)->unchanged() - 1);
  }

  // Drops what the officer said is to be dropped, and the links that the activities of this reading do not have any
  // more.
  absl::Status Remove(const Plan& before, const Plan& plan) {
    std::set<std::string> dropped;
    for (const std::string& id : rereading_.removed) {
      const auto place = earlier()->places.find(id);
      if (place != earlier()->places.end() && !place->second.merged) dropped.insert(place->second.resource);
    }
    std::set<std::string> activities = dropped;
    for (const auto& planned : plan.activities) activities.insert(planned.resource.name());
    std::set<std::string> links;
    for (const auto& contribution : plan.contributions) links.insert(contribution.name());
    for (const auto& contribution : before.contributions) {
      if (links.count(contribution.name()) > 0 || activities.count(ParentOf(contribution.name())) == 0) continue;
      if (dropped.count(ParentOf(contribution.name())) == 0) {
        ASSIGN_OR_RETURN(const bool changed, IsChangedSince(contribution));
        if (changed) {
          Leave(v1::ELEMENT_KIND_CONTRIBUTION, /*unchanged=*/false);
          continue;
        }
      }
      RETURN_IF_ERROR(Drop(&Catalogue::DeleteContribution, contribution.name(), v1::ELEMENT_KIND_CONTRIBUTION));
    }
    const auto drop_each = [&](auto method, v1::ElementKind kind, const auto& from) -> absl::Status {
      // Children stand after their parents.
      for (auto item = from.rbegin(); item != from.rend(); ++item) {
        if (dropped.count(Bare(*item).name()) > 0) RETURN_IF_ERROR(Drop(method, Bare(*item).name(), kind));
      }
      return absl::OkStatus();
    };
    RETURN_IF_ERROR(drop_each(&Catalogue::DeleteActivity, v1::ELEMENT_KIND_ACTIVITY, before.activities));
    RETURN_IF_ERROR(drop_each(&Catalogue::DeleteSection, v1::ELEMENT_KIND_SECTION, before.sections));
    RETURN_IF_ERROR(drop_each(&Catalogue::DeleteGoal, v1::ELEMENT_KIND_GOAL, before.goals));
    // Figures can not be dropped: indicator keeps what was known.
    const auto leave_each = [&](v1::ElementKind kind, const auto& from) {
      for (const auto& item : from) {
        if (dropped.count(Bare(item).name()) > 0) Leave(kind, /*unchanged=*/false);
      }
    };
    leave_each(v1::ELEMENT_KIND_INDICATOR, before.indicators);
    leave_each(v1::ELEMENT_KIND_TARGET, before.targets);
    leave_each(v1::ELEMENT_KIND_MEASUREMENT, before.measurements);
    return absl::OkStatus();
  }

  // Whether a link that the earlier reading made stands otherwise than it was made.
  absl::StatusOr<bool> IsChangedSince(const catalogue::v1::Contribution& before) {
    catalogue::v1::GetContributionRequest request;
    request.set_name(before.name());
    catalogue::v1::Contribution stands;
    const absl::Status got = Send(*catalogue_, &Catalogue::GetContribution, request, &stands);
    if (absl::IsNotFound(got)) return false;
    RETURN_IF_ERROR(got);
    const std::vector<std::string> changed = DifferentFields(before, stands);
    return std::any_of(changed.begin(), changed.end(), [](const std::string& field) {
      return field == "display_name" || field == "goal" || field == "citation" || field == "from_date" ||
             field == "until_date";
    });
  }

  // What something else hangs on stays, and is counted.
  template <typename Request, typename Response>
  absl::Status Drop(grpc::Status (Catalogue::*method)(grpc::ClientContext*, const Request&, Response*),
                    const std::string& name, v1::ElementKind kind) {
    touched_.try_emplace(name);
    Request request;
    request.set_name(name);
    request.set_request_id(RandomUuid());  // doing it again finds nothing, and counts nothing
    Response response;
    const absl::Status dropped = Send(*catalogue_, method, request, &response);
    if (absl::IsNotFound(dropped)) return absl::OkStatus();
    if (absl::IsFailedPrecondition(dropped)) {
      Leave(kind, /*unchanged=*/false);
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(dropped);
    CountOf(kind)->set_removed(CountOf(kind)->removed() + 1);
    return absl::OkStatus();
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
      RETURN_IF_ERROR(
          Writing({kSourceId}, [&] { return Create(*progress_, &Progress::CreateReportingCycle, request); }));
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
  const SourceText& source_;
  const Acceptance& acceptance_;
  const Rereading& rereading_;
  v1::AcceptDraftResponse* const response_;
  const std::unique_ptr<Catalogue> catalogue_;
  const std::unique_ptr<Progress> progress_;
  const std::unique_ptr<Indicators> indicators_;
  bool begun_ = false;
  std::set<std::string> written_;      // elements of which something is, or may be, written
  std::set<std::string> refused_;      // elements of a write that was refused
  std::set<std::string> present_;      // names of contributions, and of the sections and goals of this document
  std::set<std::string> taken_;        // names that were refused because they are taken
  std::set<std::string> dropped_;      // those of them that the owner has dropped
  HeldLines lines_;                    // of this document that stored elements hold
  std::set<std::string> noted_;        // names of the elements that hold them
  std::set<std::string> words_;        // status words that the owner has mapped, folded
  std::set<std::string> mapping_ids_;  // ids of the owner's mappings
  // By framework of this document: the names in its adopted versions.
  std::map<std::string, std::set<std::string>> adopted_;
  std::map<std::string, std::string> latest_;            // and the id of the latest
  bool all_versions_ = false;                            // read older ones, too
  std::map<std::string, catalogue::v1::Section> spare_;  // by name: what holds what an earlier reading had no room for
  std::vector<v1::ElementMatch> matches_;
  Comparison comparison_;              // with the earlier reading
  Places places_;                      // what that made, by the ids of this one
  std::set<std::string> place_names_;  // of those resources
  // Names of what the reading changes or drops, with the fields that are as it says.
  std::map<std::string, std::set<std::string>> touched_;
  std::map<v1::ElementKind, int> left_;                    // elements of which something is left as it stands
  std::vector<catalogue::v1::Activity> candidates_;        // activities of other documents, without lines
  std::map<std::string, std::set<std::string>> goals_of_;  // and the goals that those contribute to
};

}  // namespace

absl::Status ApplyDraft(const Call& call, const PeerChannel& channel, const v1::Draft& draft, const SourceText& source,
                        const Acceptance& acceptance, const Rereading& rereading, v1::AcceptDraftResponse* response,
                        Applied* applied) {
  return Application(call, channel, draft, source, acceptance, rereading, response).Run(applied);
}

absl::Status CompareDraft(const Call& call, const PeerChannel& channel, const v1::Draft& draft,
                          const SourceText& source, const EarlierReading* earlier, v1::CompareDraftResponse* response) {
  return Application(call, channel, draft, source, {}, {.earlier = earlier}, nullptr).Compare(response);
}

absl::StatusOr<Places> FindPlaces(const Call& call, const PeerChannel& channel, const v1::Draft& draft,
                                  const SourceText& source) {
  return Application(call, channel, draft, source, {.selected = AllElements(draft.parsed())}, {}, nullptr).FindPlaces();
}

}  // namespace regiokompas::intake
