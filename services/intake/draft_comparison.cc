#include "services/intake/draft_comparison.h"

#include <algorithm>
#include <memory>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/errors.h"
#include "common/names/resource_name.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/intake/matching_rules.h"

namespace regiokompas::intake {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

constexpr errors::Kind kUndecided{
    absl::StatusCode::kFailedPrecondition, "MATCH_UNDECIDED",
    "It is not decided of {count} activities whether the catalogue has them: {titles}. Say so with CorrectDraft and "
    "accept again",
    "Van {count} activiteiten is niet beslist of de catalogus ze al heeft: {titles}. Leg dat vast en aanvaard opnieuw"};
constexpr errors::Rule kNotRemoved{"NOT_REMOVED", "{field} is {id}: that is no element that this reading lacks",
                                   "{field} is {id}: dat is geen onderdeel dat in deze lezing ontbreekt"};

// Takes out, at every depth, from which lines of which document a message was read.
void ClearSources(Message& message) {
  std::vector<const FieldDescriptor*> fields;
  const auto* reflection = message.GetReflection();
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_map()) continue;
    if (field->name() == "provenance") {
      reflection->ClearField(&message, field);
    } else if (!field->is_repeated()) {
      ClearSources(*reflection->MutableMessage(&message, field));
    } else {
      for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
        ClearSources(*reflection->MutableRepeatedMessage(&message, field, i));
      }
    }
  }
}

// Decisions of the officer as ids of activities.
Decisions DecisionsIn(const v1::Draft& draft) {
  Decisions decisions;
  for (const v1::Correction& correction : draft.corrections()) {
    if (correction.has_not_known()) decisions[correction.element_id()] = "";
    if (!correction.same_as().empty()) decisions[correction.element_id()] = correction.same_as();
  }
  return decisions;
}

// What an officer said can not be: the activity is gone, or that of another element.
void AskAgain(const std::string& said, v1::ElementMatch& match) {
  match.set_outcome(v1::MATCH_OUTCOME_ASK);
  match.set_score_permille(0);
  match.clear_evidence();
  v1::MatchEvidence* const evidence = match.add_evidence();
  evidence->set_kind(v1::EVIDENCE_KIND_OFFICER);
  evidence->set_text(absl::StrCat("Een medewerker heeft gezegd dat dit ", said,
                                  " is, maar die staat niet in de catalogus of hoort al bij een ander onderdeel."));
}

}  // namespace

Comparison CompareDrafts(const v1::Draft& earlier, const v1::Draft& later) {
  std::set<std::string> unpaired;
  for (const auto& [id, said] : DecisionsIn(later)) {
    if (said.empty()) unpaired.insert(id);
  }
  return CompareReadings(earlier.parsed(), later.parsed(), unpaired);
}

Places LaterPlaces(const Comparison& comparison, const Places& earlier) {
  Places places;
  const auto take = [&](const std::string& before, const std::string& after) {
    const auto found = earlier.find(before);
    if (found != earlier.end()) places[after] = found->second;
  };
  take("document", "document");
  take("cycle", "cycle");
  std::map<std::string, std::string> later;
  for (const auto& [after, before] : comparison.previous_ids) {
    take(before, after);
    later[before] = after;
  }
  // The indicator that was made for the figures of a subject is known by the subject and its unit.
  for (const auto& [id, place] : earlier) {
    const size_t unit = id.find(' ');
    const auto subject = unit == std::string::npos ? later.end() : later.find(id.substr(0, unit));
    if (subject != later.end()) places[subject->second + id.substr(unit)] = place;
  }
  return places;
}

void ApplyDecisions(const v1::Draft& draft, const Places& earlier, Places& places) {
  for (const auto& [id, name] : DecisionsIn(draft)) {
    const auto is_it = [&name = name](const auto& placed) { return placed.second.resource == name; };
    if (const auto own = places.find(id); own != places.end() && is_it(*own)) continue;
    places.erase(id);
    if (name.empty()) continue;
    const auto place = std::find_if(earlier.begin(), earlier.end(), is_it);
    if (place == earlier.end()) continue;
    std::erase_if(places, is_it);
    places[id] = place->second;
  }
}

catalogue::v1::Activity MatchedPartOf(const catalogue::v1::Activity& activity) {
  catalogue::v1::Activity part;
  part.set_name(activity.name());
  part.set_display_name(activity.display_name());
  part.set_code(activity.code());
  part.mutable_provenance()->set_document(activity.provenance().document());
  part.mutable_provenance()->set_first_line(activity.provenance().first_line());
  std::string text;
  for (const auto& aspect : activity.aspects()) {
    if (text.size() >= kMatchedTextBytes) break;
    absl::StrAppend(&text, aspect.plan().substr(0, kMatchedTextBytes - text.size()), "\n");
  }
  part.add_aspects()->set_plan(std::move(text));
  return part;
}

ActivityMatcher::ActivityMatcher(std::vector<catalogue::v1::Activity> activities,
                                 const std::map<std::string, std::set<std::string>>& goals,
                                 const std::map<std::string, std::string>& titles)
    : activities_(std::move(activities)) {
  std::sort(activities_.begin(), activities_.end(), [](const auto& a, const auto& b) {
    return std::make_tuple(a.provenance().document(), a.provenance().first_line(), a.name()) <
           std::make_tuple(b.provenance().document(), b.provenance().first_line(), b.name());
  });
  for (const auto& [activity, names] : goals) {
    for (const std::string& name : names) {
      const auto title = titles.find(name);
      if (title != titles.end()) places_[activity].push_back(title->second);
    }
  }
}

std::vector<v1::ElementMatch> ActivityMatcher::Match(const v1::Draft& draft, const Places& places,
                                                     const Links& links) const {
  const v1::ParsedDocument& parsed = draft.parsed();
  std::set<std::string> taken;
  for (const auto& [id, place] : places) taken.insert(place.resource);
  std::map<std::string, std::string> goals;
  for (const v1::ParsedGoal& goal : parsed.goals()) goals[goal.id()] = goal.title();

  std::vector<MatchItem> candidates;
  std::set<std::string> names;
  for (const catalogue::v1::Activity& activity : activities_) {
    if (taken.count(activity.name()) > 0) continue;
    MatchItem item{
        .id = activity.name(), .code = activity.code(), .title = activity.display_name(), .text = {}, .places = {}};
    for (const auto& aspect : activity.aspects()) absl::StrAppend(&item.text, aspect.plan(), "\n");
    if (const auto found = places_.find(activity.name()); found != places_.end()) item.places = found->second;
    names.insert(activity.name());
    candidates.push_back(std::move(item));
  }
  const Decisions decisions = DecisionsIn(draft);
  std::vector<MatchItem> elements;
  std::vector<const v1::ParsedActivity*> open;
  for (const v1::ParsedActivity& activity : parsed.activities()) {
    if (places.count(activity.id()) > 0) continue;
    MatchItem item{.id = activity.id(),
                   .code = activity.code(),
                   .title = activity.title().empty() ? activity.code() : activity.title(),
                   .text = PlanTextOf(activity),
                   .places = {}};
    for (const std::string& goal : activity.goal_ids()) {
      if (const auto title = goals.find(goal); title != goals.end()) item.places.push_back(title->second);
    }
    elements.push_back(std::move(item));
    open.push_back(&activity);
  }
  const std::vector<intake::Match> found = MatchItems(elements, candidates, decisions);
  std::vector<v1::ElementMatch> matches;
  for (size_t i = 0; i < found.size(); ++i) {
    if (links.count(open[i]->id()) > 0) continue;
    v1::ElementMatch match;
    match.set_element_id(open[i]->id());
    match.set_title(elements[i].title);
    match.set_line(open[i]->line());
    if (found[i].candidate) {
      match.set_activity(candidates[*found[i].candidate].id);
      match.set_activity_title(candidates[*found[i].candidate].title);
    }
    match.set_score_permille(found[i].score_permille);
    match.mutable_evidence()->Assign(found[i].evidence.begin(), found[i].evidence.end());
    match.set_outcome(found[i].outcome);
    const auto said = decisions.find(match.element_id());
    if (said != decisions.end() && !said->second.empty() && names.count(said->second) == 0) {
      AskAgain(said->second, match);
    }
    matches.push_back(std::move(match));
  }
  return matches;
}

absl::Status CheckDecided(const std::vector<v1::ElementMatch>& matches, const std::set<std::string>& selected) {
  constexpr size_t kNamed = 3;
  std::vector<std::string> titles;
  size_t count = 0;
  for (const v1::ElementMatch& match : matches) {
    if (match.outcome() != v1::MATCH_OUTCOME_ASK || selected.count(match.element_id()) == 0) continue;
    if (++count <= kNamed) titles.push_back(absl::StrCat("\"", match.title(), "\" (", match.element_id(), ")"));
  }
  if (count == 0) return absl::OkStatus();
  if (count > kNamed) titles.emplace_back("…");
  return errors::Make(kUndecided, {{"count", absl::StrCat(count)}, {"titles", absl::StrJoin(titles, ", ")}});
}

Links Decided(const std::vector<v1::ElementMatch>& matches) {
  Links decided;
  for (const v1::ElementMatch& match : matches) {
    const bool same = match.outcome() == v1::MATCH_OUTCOME_SAME;
    decided[match.element_id()] = same ? names::LastId(match.activity()) : "";
  }
  return decided;
}

std::vector<std::string> DifferentFields(const Message& before, const Message& after) {
  const std::unique_ptr<Message> a(before.New());
  const std::unique_ptr<Message> b(after.New());
  a->CopyFrom(before);
  b->CopyFrom(after);
  ClearSources(*a);
  ClearSources(*b);
  std::vector<std::string> fields;
  for (int i = 0; i < a->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = a->GetDescriptor()->field(i);
    MessageDifferencer differencer;
    if (!differencer.CompareWithFields(*a, *b, {field}, {field})) fields.push_back(field->name());
  }
  return fields;
}

absl::Status CheckRemoved(const v1::AcceptDraftRequest& request, const Comparison& comparison) {
  std::set<std::string> removed;
  for (const v1::ElementDifference& difference : comparison.differences) {
    if (difference.kind() == v1::DIFFERENCE_KIND_REMOVED) removed.insert(difference.previous_element_id());
  }
  errors::Violations violations;
  for (int i = 0; i < request.removed_element_ids_size(); ++i) {
    const std::string& id = request.removed_element_ids(i);
    if (removed.count(id) == 0) {
      violations.Add(absl::StrCat("removed_element_ids[", i, "]"), kNotRemoved, {{"id", id}});
    }
  }
  return violations.ToStatus();
}

}  // namespace regiokompas::intake
