#include "services/intake/catalogue_peer.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/names/resource_name.h"
#include "services/intake/draft_comparison.h"

namespace regiokompas::intake {
namespace {

// What stands now counts before what was adopted.
template <typename Resource>
void KnowAdopted(const Resource& resource, KnownIds& known) {
  const std::string id = names::LastId(resource.name());
  if (known.count(id) > 0) return;
  Know(resource, known);
  known[id].stands = false;
}

}  // namespace

CataloguePeer::CataloguePeer(const AcceptanceContext& context, const PeerChannel& channel, PeerCalls& calls,
                             PeerChanges& changes)
    : context_(context),
      catalogue_(catalogue::v1::CatalogueService::NewStub(channel("catalogue"))),
      calls_(calls),
      changes_(changes) {}

absl::Status CataloguePeer::Read(const std::set<std::string>& elements, Existing& existing) {
  present_.clear();
  spare_.clear();
  lines_.clear();
  noted_.clear();
  adopted_.clear();
  candidates_.clear();
  goals_of_.clear();
  RETURN_IF_ERROR(calls_.ForEach(*catalogue_, &Catalogue::ListFrameworks, context_.owner,
                                 [&](const catalogue::v1::ListFrameworksResponse& page) {
                                   for (const auto& framework : page.frameworks()) {
                                     Know(framework, existing.frameworks);
                                     NoteLines(framework);
                                   }
                                 }));
  for (const auto& [id, framework] : existing.frameworks) {
    const std::string name = absl::StrCat(context_.owner, "/frameworks/", id);
    if (!context_.IsOwn(framework.sha256) && !context_.IsPlaced(name)) continue;
    RETURN_IF_ERROR(ReadFramework(name, existing));
    RETURN_IF_ERROR(ReadVersions(name, existing));
  }
  if (all_activities_ || !AllStand(elements, existing)) RETURN_IF_ERROR(ReadAllActivities(existing));
  for (const std::string& name : dropped_) KnowDropped(name, existing);
  return absl::OkStatus();
}

absl::Status CataloguePeer::ReadFramework(const std::string& framework, Existing& existing) {
  const std::string id = names::LastId(framework);
  KnownIds& sections = existing.sections[id];
  KnownIds& goals = existing.goals[id];
  return ForEachElement(framework, "", [&](const catalogue::v1::StreamFrameworkResponse& element) {
    if (element.has_section()) {
      Note(element.section());
      Know(element.section(), sections);
      if (context_.IsOtherText() && IsSpareSection(element.section())) {
        spare_[element.section().name()] = element.section();
      }
    }
    if (element.has_goal()) {
      Note(element.goal());
      Know(element.goal(), goals);
    }
    if (element.has_contribution()) Note(element.contribution(), existing.links);
    if (element.has_activity()) {
      Know(element.activity(), existing.activities);
      NoteLines(element.activity());
      LinkOwn(element.activity(), existing.links);
    }
  });
}

absl::Status CataloguePeer::ReadVersions(const std::string& framework, Existing& existing) {
  std::vector<std::string> ids;
  RETURN_IF_ERROR(calls_.ForEach(*catalogue_, &Catalogue::ListVersions, framework,
                                 [&](const catalogue::v1::ListVersionsResponse& page) {
                                   for (const auto& version : page.versions()) {
                                     if (version.state() == catalogue::v1::VERSION_STATE_ADOPTED) {
                                       ids.push_back(names::LastId(version.name()));
                                     }
                                   }
                                 }));
  if (!all_versions_ && ids.size() > 1) ids.erase(ids.begin(), ids.end() - 1);
  std::set<std::string>& adopted = adopted_[framework];
  KnownIds& sections = existing.sections[names::LastId(framework)];
  KnownIds& goals = existing.goals[names::LastId(framework)];
  for (const std::string& id : ids) {
    RETURN_IF_ERROR(ForEachElement(framework, id, [&](const catalogue::v1::StreamFrameworkResponse& element) {
      if (element.has_framework()) adopted.insert(element.framework().name());
      if (element.has_section()) {
        adopted.insert(Note(element.section()));
        KnowAdopted(element.section(), sections);
      }
      if (element.has_goal()) {
        adopted.insert(Note(element.goal()));
        KnowAdopted(element.goal(), goals);
      }
      if (element.has_contribution()) adopted.insert(Note(element.contribution(), existing.links));
      if (element.has_activity()) {
        adopted.insert(element.activity().name());
        KnowAdopted(element.activity(), existing.activities);
        NoteLines(element.activity());
      }
    }));
  }
  return absl::OkStatus();
}

// Of each activity of another document only what it is matched by is held on to.
absl::Status CataloguePeer::ReadAllActivities(Existing& existing) {
  RETURN_IF_ERROR(calls_.ForEach(*catalogue_, &Catalogue::ListActivities, context_.owner,
                                 [&](const catalogue::v1::ListActivitiesResponse& page) {
                                   for (const auto& activity : page.activities()) {
                                     Know(activity, existing.activities);
                                     NoteLines(activity);
                                     // What broke off may have made it without a contribution.
                                     LinkOwn(activity, existing.links);
                                     if (context_.IsOwn(activity.provenance().sha256())) continue;
                                     candidates_.push_back(MatchedPartOf(activity));
                                   }
                                 }));
  return calls_.ForEach(*catalogue_, &Catalogue::ListContributions, absl::StrCat(context_.owner, "/activities/-"),
                        [&](const catalogue::v1::ListContributionsResponse& page) {
                          for (const auto& contribution : page.contributions()) {
                            Note(contribution, existing.links);
                            if (context_.IsOwn(contribution.provenance().sha256())) continue;
                            goals_of_[ParentOf(contribution.name())].insert(contribution.goal());
                          }
                        });
}

// Whether each activity among the elements stands in a framework of the document. Where one does not, it may be any of
// the catalogue, or a new one with an id that no other has.
bool CataloguePeer::AllStand(const std::set<std::string>& elements, const Existing& existing) const {
  const auto stands = [&](const std::string& id) {
    const auto activity = existing.activities.find(id);
    return activity != existing.activities.end() && activity->second.stands;
  };
  const auto& activities = context_.draft.parsed().activities();
  return std::all_of(activities.begin(), activities.end(), [&](const v1::ParsedActivity& activity) {
    if (elements.count(activity.id()) == 0) return true;
    if (const auto place = context_.places.find(activity.id()); place != context_.places.end()) {
      return stands(names::LastId(place->second.resource));
    }
    const auto link = existing.links.find(activity.id());
    return link != existing.links.end() && stands(link->second);
  });
}

// Makes a name that is taken for good known as one that no element can get.
void CataloguePeer::KnowDropped(const std::string& name, Existing& existing) {
  const Known dropped = {
      .title = "", .sha256 = context_.draft.parsed().source().sha256(), .element_id = "", .stands = false};
  const std::string id = names::LastId(name);
  const std::string parent = ParentOf(name);
  // What has a place keeps its name.
  if (absl::StrContains(name, "/contributions/") || context_.IsPlaced(name)) present_.insert(name);
  if (absl::StrContains(name, "/sections/")) existing.sections[names::LastId(parent)].emplace(id, dropped);
  if (absl::StrContains(name, "/goals/")) existing.goals[names::LastId(parent)].emplace(id, dropped);
  if (parent == context_.owner && absl::StrContains(name, "/activities/")) existing.activities.emplace(id, dropped);
}

// An activity that was made of an element of this document is that element's, before any that it was linked to.
void CataloguePeer::LinkOwn(const catalogue::v1::Activity& activity, Links& links) const {
  const catalogue::v1::Provenance& provenance = activity.provenance();
  // Another reading of the same file has other elements under the same ids.
  if (!context_.IsOwn(provenance.sha256()) || context_.IsOfEarlier(activity.name())) return;
  links[provenance.element_id()] = names::LastId(activity.name());
}

template <typename Resource>
const std::string& CataloguePeer::Note(const Resource& resource) {
  NoteLines(resource);
  return *present_.insert(resource.name()).first;
}

const std::string& CataloguePeer::Note(const catalogue::v1::Contribution& contribution, Links& links) {
  const std::string activity = ParentOf(contribution.name());
  if (context_.IsOwn(contribution.provenance().sha256()) && !context_.IsOfEarlier(activity)) {
    links.try_emplace(contribution.provenance().element_id(), names::LastId(activity));
  }
  return Note(contribution);
}

// An element that stands is in versions too, and holds its lines once.
template <typename Resource>
void CataloguePeer::NoteLines(const Resource& resource) {
  const catalogue::v1::Provenance& provenance = resource.provenance();
  if (!context_.IsOwn(provenance.sha256()) || !noted_.insert(resource.name()).second) return;
  for (const catalogue::v1::SourceLine& line : provenance.lines()) lines_.emplace(line.number(), line.text());
}

template <typename Take>
absl::Status CataloguePeer::ForEachElement(const std::string& framework, const std::string& version_id, Take take) {
  catalogue::v1::StreamFrameworkRequest request;
  request.set_name(framework);
  request.set_version_id(version_id);
  grpc::ClientContext context;
  rpc::Continue(context_.call, context);
  const auto reader = catalogue_->StreamFramework(&context, request);
  catalogue::v1::StreamFrameworkResponse element;
  while (reader->Read(&element)) take(element);
  return rpc::FromGrpc(reader->Finish());
}

template <typename Request, typename Resource>
bool CataloguePeer::IsMissing(grpc::Status (Catalogue::*get)(grpc::ClientContext*, const Request&, Resource*),
                              const std::string& name) {
  Request request;
  request.set_name(name);
  Resource resource;
  return absl::IsNotFound(calls_.Send(*catalogue_, get, request, &resource));
}

// Whether a name that is taken is that of what the owner has dropped.
bool CataloguePeer::IsDropped(const std::string& name) {
  if (absl::StrContains(name, "/contributions/")) return IsMissing(&Catalogue::GetContribution, name);
  if (absl::StrContains(name, "/sections/")) return IsMissing(&Catalogue::GetSection, name);
  if (absl::StrContains(name, "/goals/")) return IsMissing(&Catalogue::GetGoal, name);
  return absl::StrContains(name, "/activities/") && IsMissing(&Catalogue::GetActivity, name);
}

bool CataloguePeer::Learn(const std::set<std::string>& taken) {
  bool all_dropped = true;
  for (const std::string& name : taken) {
    if (IsDropped(name)) {
      dropped_.insert(name);
    } else {
      all_dropped = false;
      all_activities_ = true;
    }
  }
  return all_dropped;
}

absl::StatusOr<std::vector<v1::ElementMatch>> CataloguePeer::Matches(const Links& links) {
  std::map<std::string, std::string> titles;
  if (!candidates_.empty()) {
    RETURN_IF_ERROR(calls_.ForEach(*catalogue_, &Catalogue::ListGoals, absl::StrCat(context_.owner, "/frameworks/-"),
                                   [&](const catalogue::v1::ListGoalsResponse& page) {
                                     for (const auto& goal : page.goals()) titles[goal.name()] = goal.display_name();
                                   }));
  }
  return ActivityMatcher(candidates_, goals_of_, titles).Match(context_.draft, context_.places, links);
}

std::set<std::string> CataloguePeer::SpareSectionsFor(const Plan& plan) const {
  const bool whole = context_.IsWhole();
  std::set<std::string> ids;
  for (const auto& [name, section] : spare_) {
    const bool own = context_.IsOwn(section.provenance().sha256());
    const bool here = absl::StartsWith(name, plan.frameworks.front().resource.name() + "/");
    if (here && (own || whole)) ids.insert(names::LastId(name));
  }
  return ids;
}

absl::Status CataloguePeer::Write(const Plan& plan, v1::AcceptDraftResponse* response) {
  for (const auto& planned : plan.frameworks) {
    response->add_frameworks(planned.resource.name());
    calls_.Count(v1::ELEMENT_KIND_FRAMEWORK, planned.outcome);
    if (planned.outcome != Outcome::kCreate) continue;
    catalogue::v1::CreateFrameworkRequest request;
    request.set_parent(context_.owner);
    request.set_framework_id(names::LastId(planned.resource.name()));
    *request.mutable_framework() = planned.resource;
    request.set_request_id(calls_.RequestId(planned.resource.name()));
    RETURN_IF_ERROR(calls_.Create(*catalogue_, &Catalogue::CreateFramework, request, {ElementOf(planned.resource)}));
  }
  RETURN_IF_ERROR(calls_.CreateMissing(*catalogue_, &Catalogue::BatchCreateSections, v1::ELEMENT_KIND_SECTION,
                                       plan.sections, present_,
                                       [](catalogue::v1::CreateSectionRequest& item, const auto& section) {
                                         item.set_section_id(names::LastId(section.name()));
                                         *item.mutable_section() = section;
                                       }));
  RETURN_IF_ERROR(calls_.CreateMissing(*catalogue_, &Catalogue::BatchCreateGoals, v1::ELEMENT_KIND_GOAL, plan.goals,
                                       present_, [](catalogue::v1::CreateGoalRequest& item, const auto& goal) {
                                         item.set_goal_id(names::LastId(goal.name()));
                                         *item.mutable_goal() = goal;
                                       }));

  std::vector<catalogue::v1::Activity> activities;
  std::set<std::string> known;
  for (const auto& planned : plan.activities) {
    if (planned.outcome == Outcome::kMerge) {
      calls_.Count(v1::ELEMENT_KIND_ACTIVITY, Outcome::kMerge);
    } else {
      activities.push_back(planned.resource);
    }
    if (planned.outcome != Outcome::kCreate) known.insert(planned.resource.name());
  }
  RETURN_IF_ERROR(calls_.CreateMissing(*catalogue_, &Catalogue::BatchCreateActivities, v1::ELEMENT_KIND_ACTIVITY,
                                       activities, known,
                                       [](catalogue::v1::CreateActivityRequest& item, const auto& activity) {
                                         item.set_activity_id(names::LastId(activity.name()));
                                         *item.mutable_activity() = activity;
                                       }));
  return calls_.CreateMissing(*catalogue_, &Catalogue::BatchCreateContributions, v1::ELEMENT_KIND_CONTRIBUTION,
                              plan.contributions, present_,
                              [](catalogue::v1::CreateContributionRequest& item, const auto& contribution) {
                                item.set_contribution_id(names::LastId(contribution.name()));
                                *item.mutable_contribution() = contribution;
                              });
}

absl::Status CataloguePeer::Change(const Plan& before, const Plan& plan) {
  RETURN_IF_ERROR(changes_.Change(*catalogue_, &Catalogue::GetFramework, &Catalogue::UpdateFramework,
                                  &catalogue::v1::UpdateFrameworkRequest::mutable_framework, v1::ELEMENT_KIND_FRAMEWORK,
                                  before.frameworks, plan.frameworks));
  RETURN_IF_ERROR(changes_.Change(*catalogue_, &Catalogue::GetSection, &Catalogue::UpdateSection,
                                  &catalogue::v1::UpdateSectionRequest::mutable_section, v1::ELEMENT_KIND_SECTION,
                                  before.sections, plan.sections));
  RETURN_IF_ERROR(changes_.Change(*catalogue_, &Catalogue::GetGoal, &Catalogue::UpdateGoal,
                                  &catalogue::v1::UpdateGoalRequest::mutable_goal, v1::ELEMENT_KIND_GOAL, before.goals,
                                  plan.goals));
  RETURN_IF_ERROR(changes_.Change(*catalogue_, &Catalogue::GetActivity, &Catalogue::UpdateActivity,
                                  &catalogue::v1::UpdateActivityRequest::mutable_activity, v1::ELEMENT_KIND_ACTIVITY,
                                  before.activities, plan.activities));
  RETURN_IF_ERROR(changes_.Change(*catalogue_, &Catalogue::GetContribution, &Catalogue::UpdateContribution,
                                  &catalogue::v1::UpdateContributionRequest::mutable_contribution,
                                  v1::ELEMENT_KIND_CONTRIBUTION, before.contributions, plan.contributions));
  return ChangeSpareSections(plan);
}

// Gives the spare sections that are filled anew their lines, and drops those that hold nothing any more.
absl::Status CataloguePeer::ChangeSpareSections(const Plan& plan) {
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
    RETURN_IF_ERROR(changes_.ChangeOne(*catalogue_, &Catalogue::UpdateSection,
                                       &catalogue::v1::UpdateSectionRequest::mutable_section, v1::ELEMENT_KIND_SECTION,
                                       fields, lines, stands, stands, section));
  }
  if (!context_.IsOtherText() || !context_.IsWhole()) return absl::OkStatus();
  for (const std::string& id : SpareSectionsFor(plan)) {
    const std::string name = absl::StrCat(plan.frameworks.front().resource.name(), "/sections/", id);
    if (filled.count(name) == 0) RETURN_IF_ERROR(Drop(&Catalogue::DeleteSection, name, v1::ELEMENT_KIND_SECTION));
  }
  return absl::OkStatus();
}

absl::Status CataloguePeer::Remove(const Plan& before, const Plan& plan) {
  std::set<std::string> dropped;
  for (const std::string& id : context_.rereading.removed) {
    const auto place = context_.earlier()->places.find(id);
    if (place != context_.earlier()->places.end() && !place->second.merged) dropped.insert(place->second.resource);
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
        calls_.Leave(v1::ELEMENT_KIND_CONTRIBUTION, /*unchanged=*/false);
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
      if (dropped.count(Bare(item).name()) > 0) calls_.Leave(kind, /*unchanged=*/false);
    }
  };
  leave_each(v1::ELEMENT_KIND_INDICATOR, before.indicators);
  leave_each(v1::ELEMENT_KIND_TARGET, before.targets);
  leave_each(v1::ELEMENT_KIND_MEASUREMENT, before.measurements);
  return absl::OkStatus();
}

// Whether a link that the earlier reading made stands otherwise than it was made.
absl::StatusOr<bool> CataloguePeer::IsChangedSince(const catalogue::v1::Contribution& before) {
  catalogue::v1::GetContributionRequest request;
  request.set_name(before.name());
  catalogue::v1::Contribution stands;
  const absl::Status got = calls_.Send(*catalogue_, &Catalogue::GetContribution, request, &stands);
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
absl::Status CataloguePeer::Drop(grpc::Status (Catalogue::*method)(grpc::ClientContext*, const Request&, Response*),
                                 const std::string& name, v1::ElementKind kind) {
  changes_.Touch(name);
  Request request;
  request.set_name(name);
  request.set_request_id(RandomUuid());  // doing it again finds nothing, and counts nothing
  Response response;
  const absl::Status dropped = calls_.Send(*catalogue_, method, request, &response);
  if (absl::IsNotFound(dropped)) return absl::OkStatus();
  if (absl::IsFailedPrecondition(dropped)) {
    calls_.Leave(kind, /*unchanged=*/false);
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(dropped);
  calls_.CountOf(kind)->set_removed(calls_.CountOf(kind)->removed() + 1);
  return absl::OkStatus();
}

// True when a framework that has a version differs from it by nothing, as after another acceptance adopted it, or by
// more than what the document adds and changes: then somebody is writing the next version, and only they know when it
// is complete.
absl::StatusOr<bool> CataloguePeer::IsNotToBeAdopted(const catalogue::v1::Framework& stored,
                                                     const std::set<std::string>& of_document) {
  if (stored.latest_version().empty()) return false;
  ASSIGN_OR_RETURN(const std::vector<Difference> differences, DifferencesSince(stored.latest_version()));
  if (differences.empty()) return true;
  return !std::all_of(differences.begin(), differences.end(), [&](const Difference& difference) {
    // Another acceptance may have put lines in spare sections that this one does not know.
    const bool is_spare = absl::StrContains(difference.name, "/sections/") && IsSpareId(names::LastId(difference.name));
    if (difference.added && (is_spare || of_document.count(difference.name) > 0)) return true;
    const auto touched = changes_.touched().find(difference.name);
    return touched != changes_.touched().end() &&
           std::all_of(difference.fields.begin(), difference.fields.end(),
                       [&](const std::string& field) { return touched->second.count(field) > 0; });
  });
}

absl::StatusOr<std::vector<CataloguePeer::Difference>> CataloguePeer::DifferencesSince(const std::string& version) {
  catalogue::v1::CompareVersionsRequest request;
  request.set_name(version);
  catalogue::v1::CompareVersionsResponse response;
  const absl::Status compared = calls_.Send(*catalogue_, &Catalogue::CompareVersions, request, &response);
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
absl::StatusOr<std::vector<CataloguePeer::Difference>> CataloguePeer::DifferencesByReading(const std::string& version) {
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

absl::StatusOr<CataloguePeer::Elements> CataloguePeer::ReadElements(const std::string& framework,
                                                                    const std::string& version_id) {
  Elements elements;
  RETURN_IF_ERROR(ForEachElement(framework, version_id, [&](const catalogue::v1::StreamFrameworkResponse& held) {
    const auto* field = held.GetReflection()->GetOneofFieldDescriptor(held, held.GetDescriptor()->oneof_decl(0));
    if (field == nullptr) return;
    const google::protobuf::Message& read = held.GetReflection()->GetMessage(held, field);
    std::unique_ptr<google::protobuf::Message> element(read.New());
    element->CopyFrom(read);
    const auto* name = read.GetDescriptor()->FindFieldByName("name");
    elements[read.GetReflection()->GetString(read, name)] = std::move(element);
  }));
  return elements;
}

absl::Status CataloguePeer::Adopt(const Plan& plan, const std::set<std::string>& of_document) {
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
    if (changes_.touched().empty() && !is_new(framework) &&
        std::none_of(plan.sections.begin(), plan.sections.end(), is_new_part) &&
        std::none_of(plan.goals.begin(), plan.goals.end(), is_new_part) &&
        std::none_of(plan.contributions.begin(), plan.contributions.end(), is_new_contribution)) {
      continue;
    }
    catalogue::v1::GetFrameworkRequest get;
    get.set_name(framework);
    catalogue::v1::Framework stored;
    RETURN_IF_ERROR(calls_.Send(*catalogue_, &Catalogue::GetFramework, get, &stored));
    ASSIGN_OR_RETURN(const bool left_alone, IsNotToBeAdopted(stored, of_document));
    if (left_alone) continue;
    catalogue::v1::AdoptFrameworkRequest request;
    request.set_name(framework);
    // Each part of a draft that is accepted is adopted; the version before tells them apart, as it stands after the
    // writes: another acceptance may have adopted one meanwhile.
    request.set_request_id(calls_.RequestId(absl::StrCat("adopt ", framework, " after ", stored.latest_version())));
    catalogue::v1::Version version;
    RETURN_IF_ERROR(calls_.Send(*catalogue_, &Catalogue::AdoptFramework, request, &version));
  }
  return absl::OkStatus();
}

}  // namespace regiokompas::intake
