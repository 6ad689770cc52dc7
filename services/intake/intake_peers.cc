#include "services/intake/intake_peers.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/api/validate.h"
#include "common/base/status_macros.h"
#include "common/names/resource_name.h"
#include "services/intake/acceptance_context.h"
#include "services/intake/calls_to_peers.h"
#include "services/intake/catalogue_peer.h"
#include "services/intake/indicator_peer.h"
#include "services/intake/line_rules.h"
#include "services/intake/peer_changes.h"
#include "services/intake/progress_peer.h"
#include "services/intake/selection_rules.h"

namespace regiokompas::intake {
namespace {

// The names of what a plan has the catalogue hold under the frameworks.
std::set<std::string> NamesInCatalogue(const Plan& plan) {
  std::set<std::string> names;
  const auto add = [&](const auto& items) {
    for (const auto& item : items) names.insert(Bare(item).name());
  };
  add(plan.sections);
  add(plan.goals);
  add(plan.activities);
  add(plan.contributions);
  return names;
}

// One acceptance: reads what there is, plans, and has each service written in turn. Lives for one call.
class Application {
 public:
  Application(const Call& call, const PeerChannel& channel, const v1::Draft& draft, const SourceText& source,
              const Acceptance& acceptance, const Rereading& rereading, v1::AcceptDraftResponse* response)
      : context_(call, draft, source, acceptance, rereading),
        response_(response),
        calls_(context_, response),
        changes_(context_, calls_),
        catalogue_(context_, channel, calls_, changes_),
        progress_(context_, channel, calls_, changes_),
        indicators_(context_, channel, calls_, changes_) {}

  // What there is to decide.
  absl::Status Compare(v1::CompareDraftResponse* response) {
    ASSIGN_OR_RETURN(std::vector<v1::ElementMatch> matches, ReadMatches());
    const bool wrote = draft().state() != v1::DRAFT_STATE_OPEN || !draft().begun_element_ids().empty();
    if (wrote && !matches.empty()) {
      // What it made and the owner has dropped since may stand in an older version alone.
      catalogue_.ReadAllVersions();
      ASSIGN_OR_RETURN(matches, ReadMatches());
    }
    response->set_undecided(static_cast<int>(std::count_if(
        matches.begin(), matches.end(), [](const auto& match) { return match.outcome() == v1::MATCH_OUTCOME_ASK; })));
    response->mutable_matches()->Assign(matches.begin(), matches.end());
    if (earlier() == nullptr) return absl::OkStatus();
    response->set_previous_draft(earlier()->draft.name());
    for (v1::ElementDifference& difference : context_.comparison.differences) {
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
    const std::set<std::string> refused = WithParts(draft().parsed(), calls_.refused());
    std::set<std::string> fixed = context_.acceptance.begun;
    for (const std::string& id : refused) fixed.erase(id);
    // Names and texts of what is written follow from what it needs, also where that has no resource of its own.
    for (const std::string& id : WithNeeds(draft().parsed(), calls_.written())) fixed.insert(id);
    // The document as a whole is fixed with any part of it.
    if (!fixed.empty()) fixed.insert(kSourceId);
    applied->unwritten = context_.acceptance.selected;
    applied->unwritten.insert(kSourceId);
    for (const std::string& id : fixed) applied->unwritten.erase(id);
    std::set_intersection(refused.begin(), refused.end(), applied->unwritten.begin(), applied->unwritten.end(),
                          std::inserter(applied->refused, applied->refused.end()));
    return done;
  }

 private:
  const v1::Draft& draft() const { return context_.draft; }
  const EarlierReading* earlier() const { return context_.earlier(); }

  // What the activities of the draft may be that have no place yet.
  absl::StatusOr<std::vector<v1::ElementMatch>> ReadMatches() {
    Existing existing;
    RETURN_IF_ERROR(catalogue_.Read(AllElements(draft().parsed()), existing));
    return catalogue_.Matches(existing.links);
  }

  absl::Status Apply(Places* places) {
    RETURN_IF_ERROR(progress_.ReadMappings());
    ASSIGN_OR_RETURN(const Plan plan, WriteWhatIsChosen());
    if (earlier() != nullptr) RETURN_IF_ERROR(ChangeWhatStands(plan));
    RETURN_IF_ERROR(catalogue_.Adopt(plan, of_document_));
    *places = PlacesOf(plan);
    places->insert(context_.places.begin(), context_.places.end());
    CountTheRest(plan);
    return absl::OkStatus();
  }

  // Writes what is not there yet, and returns what was planned. A name that is taken is that of what the owner has
  // dropped, which only the refusal shows and which is never used again, or that of what somebody made at this moment:
  // both are known in the next round.
  absl::StatusOr<Plan> WriteWhatIsChosen() {
    constexpr int kMaxRounds = 20;  // each finds the dropped ones of one kind of resource
    constexpr int kMaxMeetings = 5;
    int meetings = 0;
    for (int round = 1;; ++round) {
      ASSIGN_OR_RETURN(Plan plan, PlanWhatIsChosen());
      RETURN_IF_ERROR(CheckDecided(matches_, NotAcceptedYet()));
      RETURN_IF_ERROR(CheckPlan(plan));
      if (!begun_) RETURN_IF_ERROR(context_.acceptance.begin());
      begun_ = true;
      absl::Status written = Write(plan);
      if (written.ok()) return plan;
      const std::set<std::string> taken = calls_.TakeTaken();
      if (taken.empty() || round == kMaxRounds) return written;
      if (!catalogue_.Learn(taken) && ++meetings > kMaxMeetings) return written;
      response_->Clear();
    }
  }

  absl::Status Write(const Plan& plan) {
    RETURN_IF_ERROR(catalogue_.Write(plan, response_));
    RETURN_IF_ERROR(progress_.Write(plan, response_));
    return indicators_.Write(plan);
  }

  // What stands or falls with other elements, and what is not taken over.
  void CountTheRest(const Plan& plan) {
    v1::AcceptedElements* milestones = calls_.CountOf(v1::ELEMENT_KIND_MILESTONE);
    for (const auto& planned : plan.activities) {
      // Milestones live and stay with their activity; one that was merged keeps its own.
      const int count = planned.resource.milestones_size();
      if (planned.outcome == Outcome::kCreate) milestones->set_created(milestones->created() + count);
      if (planned.outcome == Outcome::kUnchanged) milestones->set_unchanged(milestones->unchanged() + count);
      if (planned.outcome == Outcome::kMerge) milestones->set_not_taken_over(milestones->not_taken_over() + count);
    }
    milestones->set_not_taken_over(milestones->not_taken_over() + plan.milestones_not_taken_over);
    calls_.CountOf(v1::ELEMENT_KIND_GOAL)->set_not_taken_over(plan.goals_not_taken_over);
    for (const auto* counts : {&plan.not_chosen, &calls_.left()}) {
      for (const auto& [kind, count] : *counts) {
        v1::AcceptedElements* elements = calls_.CountOf(kind);
        elements->set_not_taken_over(elements->not_taken_over() + count);
      }
    }
  }

  // What is to be written, by what the owner has now.
  absl::StatusOr<Plan> PlanWhatIsChosen() {
    ASSIGN_OR_RETURN(Plan plan, PlanByWhatIsRead());
    if (catalogue_.reads_all_versions() || !MakesAgain(plan)) return plan;
    catalogue_.ReadAllVersions();
    return PlanByWhatIsRead();
  }

  // Whether the plan makes again what was accepted before. Then it was dropped since, and one of the versions holds it.
  bool MakesAgain(const Plan& plan) const {
    const bool whole = draft().state() == v1::DRAFT_STATE_ACCEPTED;
    std::set<std::string> before = context_.acceptance.begun;
    before.insert(draft().accepted_element_ids().begin(), draft().accepted_element_ids().end());
    for (const auto& [id, place] : context_.places) before.insert(id);
    const auto is_again = [&](const auto& resource) {
      return whole || before.count(ElementOf(resource)) > 0 || (!before.empty() && IsSpareId(ElementOf(resource)));
    };
    const auto makes_again = [&](const auto& resources) {
      return std::any_of(resources.begin(), resources.end(), [&](const auto& resource) {
        return catalogue_.present().count(resource.name()) == 0 && is_again(resource);
      });
    };
    return makes_again(plan.sections) || makes_again(plan.goals) || makes_again(plan.contributions) ||
           std::any_of(plan.activities.begin(), plan.activities.end(), [&](const auto& planned) {
             return planned.outcome == Outcome::kCreate && is_again(planned.resource);
           });
  }

  absl::StatusOr<Plan> PlanByWhatIsRead() {
    Existing existing;
    RETURN_IF_ERROR(catalogue_.Read(context_.acceptance.selected, existing));
    RETURN_IF_ERROR(progress_.ReadCycles(existing.cycles));
    RETURN_IF_ERROR(indicators_.Read(existing));
    ASSIGN_OR_RETURN(matches_, catalogue_.Matches(existing.links));
    existing.matches = Decided(matches_);
    existing.places = context_.places;
    static const KnownIds kNoIds;
    const std::map<std::string, KnownIds> sections = existing.sections;
    const KnownIds activities = existing.activities;
    ASSIGN_OR_RETURN(Plan plan,
                     PlanAcceptance(draft().parsed(), context_.call.owner, draft().document(), std::move(existing)));
    // Where another text was read the lines of what stands are compared, and not counted.
    AssignLines(draft().parsed(), context_.source, context_.IsOtherText() ? HeldLines() : catalogue_.lines(), plan);
    of_document_ = NamesInCatalogue(plan);
    KeepSelected(context_.acceptance.selected, plan);
    if (context_.IsOtherText()) LeaveOutLinksOfDropped(activities, plan);
    const auto taken = sections.find(names::LastId(plan.frameworks.front().resource.name()));
    const KnownIds& ids = taken == sections.end() ? kNoIds : taken->second;
    if (context_.IsOtherText()) {
      AddOverflowSections(catalogue_.SpareSectionsFor(plan), ids, plan);
    } else {
      AddSpareSections(catalogue_.present(), ids, plan);
    }
    return plan;
  }

  // What the owner has dropped since can not be linked to anything.
  void LeaveOutLinksOfDropped(const KnownIds& activities, Plan& plan) const {
    std::erase_if(plan.contributions, [&](const catalogue::v1::Contribution& contribution) {
      const auto activity = activities.find(names::LastId(ParentOf(contribution.name())));
      const bool gone = activity != activities.end() && !activity->second.stands;
      return (gone || catalogue_.dropped().count(contribution.goal()) > 0) &&
             catalogue_.present().count(contribution.name()) == 0;
    });
  }

  // Of what is selected, what no acceptance of this draft wrote before.
  std::set<std::string> NotAcceptedYet() const {
    if (draft().state() == v1::DRAFT_STATE_ACCEPTED) return {};
    std::set<std::string> open = context_.acceptance.selected;
    for (const std::string& id : draft().accepted_element_ids()) open.erase(id);
    return open;
  }

  // Refused before the first write: a word that nobody has given a meaning, and what does not fit the contracts of
  // those who are to take it. What only their own rules know is refused when it is written.
  absl::Status CheckPlan(const Plan& plan) const {
    RETURN_IF_ERROR(progress_.CheckWords(plan));
    names::Registry registry;
    registry.Add(catalogue::v1::CreateGoalRequest::descriptor()->file());
    registry.Add(progress::v1::CreateReportingCycleRequest::descriptor()->file());
    registry.Add(indicator::v1::GetIndicatorRequest::descriptor()->file());
    const auto check = [&](const auto& items) -> absl::Status {
      for (const auto& item : items) RETURN_IF_ERROR(api::Validate(Bare(item), registry));
      return absl::OkStatus();
    };
    RETURN_IF_ERROR(check(plan.frameworks));
    RETURN_IF_ERROR(check(plan.sections));
    RETURN_IF_ERROR(check(plan.goals));
    RETURN_IF_ERROR(check(plan.activities));
    RETURN_IF_ERROR(check(plan.contributions));
    if (plan.cycle) RETURN_IF_ERROR(api::Validate(plan.cycle->resource, registry));
    RETURN_IF_ERROR(check(plan.mappings));
    RETURN_IF_ERROR(check(plan.reports));
    RETURN_IF_ERROR(check(plan.indicators));
    RETURN_IF_ERROR(check(plan.targets));
    return check(plan.measurements);
  }

  // Gives what the earlier reading made what this one says.
  absl::Status ChangeWhatStands(const Plan& plan) {
    Existing existing;
    existing.places = earlier()->places;
    ASSIGN_OR_RETURN(Plan before, PlanAcceptance(earlier()->draft.parsed(), context_.call.owner,
                                                 earlier()->draft.document(), std::move(existing)));
    AssignLines(earlier()->draft.parsed(), earlier()->source, {}, before);
    RETURN_IF_ERROR(catalogue_.Change(before, plan));
    RETURN_IF_ERROR(progress_.Change(before, plan));
    RETURN_IF_ERROR(indicators_.Change(before, plan));
    return catalogue_.Remove(before, plan);
  }

  AcceptanceContext context_;
  v1::AcceptDraftResponse* const response_;
  PeerCalls calls_;
  PeerChanges changes_;
  CataloguePeer catalogue_;
  ProgressPeer progress_;
  IndicatorPeer indicators_;
  bool begun_ = false;
  std::vector<v1::ElementMatch> matches_;
  std::set<std::string> of_document_;  // names of all that may come of it, whatever is selected
};

// What of a draft was accepted.
std::set<std::string> AcceptedOf(const v1::Draft& draft) {
  if (draft.state() != v1::DRAFT_STATE_PARTLY_ACCEPTED) return AllElements(draft.parsed());
  return {draft.accepted_element_ids().begin(), draft.accepted_element_ids().end()};
}

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
  return Application(call, channel, draft, source, {.selected = AcceptedOf(draft)}, {}, nullptr).FindPlaces();
}

}  // namespace regiokompas::intake
