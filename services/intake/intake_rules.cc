#include "services/intake/intake_rules.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/errors.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "common/names/resource_name.h"
#include "services/intake/figure_rules.h"

namespace regiokompas::intake {
namespace {

constexpr errors::Kind kKindUnknown{
    absl::StatusCode::kFailedPrecondition, "DOCUMENT_KIND_UNKNOWN",
    "It is not known what kind of document {name} is: parse it again with a profile",
    "Van {name} is niet bekend wat voor document het is: lees het opnieuw met een profiel"};
constexpr errors::Kind kMunicipalityDiffers{
    absl::StatusCode::kInvalidArgument, "MUNICIPALITY_DIFFERS",
    "The document is of {found}, not of {owner}: name the municipality to store it there all the same",
    "Het document is van {found} en niet van {owner}: noem de gemeente om het daar toch te bewaren"};
constexpr errors::Kind kUnmappedWord{
    absl::StatusCode::kFailedPrecondition, "STATUS_WORD_UNMAPPED",
    "Nobody has said what the status word \"{word}\" means: add a mapping with CreateStatusMapping and accept again",
    "Het statuswoord \"{word}\" heeft nog geen standaardstatus: leg die vast bij de statuswoorden en aanvaard opnieuw"};
constexpr errors::Kind kOwnerMunicipality{
    absl::StatusCode::kInvalidArgument, "MUNICIPALITY_NOT_OWNER",
    "municipality is {stated}, but the document would be stored for {owner}",
    "De opgegeven gemeente is {stated}, maar het document wordt bewaard bij {owner}"};

// The parse and the catalogue use the same numbers, so that a cast is enough.
static_assert(static_cast<int>(v1::DOCUMENT_KIND_ANNUAL_REPORT) ==
              static_cast<int>(catalogue::v1::FRAMEWORK_KIND_ANNUAL_REPORT));
static_assert(static_cast<int>(v1::ASPECT_KIND_OTHER) == static_cast<int>(catalogue::v1::ASPECT_KIND_OTHER));
static_assert(static_cast<int>(v1::ASPECT_KIND_OTHER) == static_cast<int>(progress::v1::ASPECT_KIND_OTHER));
static_assert(static_cast<int>(v1::STATUS_STOPPED) == static_cast<int>(progress::v1::STATUS_STOPPED));

std::string Normalised(absl::string_view text) { return Slug(text, "x", 200); }

// A resource needs a title: where none is printed its text or its code stands in.
template <typename Element>
std::string TitleOf(const Element& element) {
  if (!element.title().empty()) return element.title();
  if constexpr (requires { element.text(); }) {
    if (!element.text().empty()) return element.text();
  }
  return element.code();
}

// As many whole lines of the text of a section as the catalogue takes. The others are not lost: their lines go where
// there is room for them.
absl::string_view WhatFits(absl::string_view text) {
  constexpr size_t kMaxSectionText = 1'048'576;
  if (text.size() <= kMaxSectionText) return text;
  const size_t end = text.rfind('\n', kMaxSectionText);
  if (end != absl::string_view::npos) return text.substr(0, end);
  size_t size = kMaxSectionText;
  while ((static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;  // not within a character
  return text.substr(0, size);
}

// Builds one plan; lives for one call.
class Planner {
 public:
  Planner(const v1::ParsedDocument& parsed, const std::string& owner, const std::string& document)
      : parsed_(parsed), prefix_(absl::StrCat("owners/", owner, "/")), document_(document) {
    for (const v1::ParsedGoal& goal : parsed.goals()) {
      goals_[goal.id()] = &goal;
      holders_.insert(goal.parent_id());
    }
    for (const v1::ParsedActivity& activity : parsed.activities()) {
      parsed_activities_.try_emplace(activity.id(), &activity);
      holders_.insert(activity.goal_ids().begin(), activity.goal_ids().end());
    }
  }

  absl::StatusOr<Plan> Build(Existing existing) {
    if (parsed_.source().document_kind() == v1::DOCUMENT_KIND_UNSPECIFIED) {
      return errors::Make(kKindUnknown, {{"name", parsed_.source().title()}});
    }
    places_ = std::move(existing.places);
    matches_ = std::move(existing.matches);
    PlanFrameworks(existing.frameworks);
    PlanSections(existing.sections);
    PlanGoals(existing.goals);
    PlanActivities(existing.activities, existing.links);
    if (IsReport()) PlanReports(existing.cycles);
    PlanIndicators(existing.indicators);
    PlanTargets(existing);
    PlanMeasurements(existing);
    return std::move(plan_);
  }

 private:
  struct Start {
    int line;
    std::string framework;
  };

  // What an indicator, target or measurement is about.
  struct Subject {
    std::string name;
    std::string title;
    int line;
  };

  bool IsReport() const {
    return parsed_.source().document_kind() == v1::DOCUMENT_KIND_PROGRESS_REPORT ||
           parsed_.source().document_kind() == v1::DOCUMENT_KIND_ANNUAL_REPORT;
  }

  template <typename Provenance>
  void SetProvenance(const std::string& element_id, int first_line, int last_line, Provenance* provenance) const {
    provenance->set_document(document_);
    provenance->set_sha256(parsed_.source().sha256());
    provenance->set_first_line(first_line);
    provenance->set_last_line(std::max(first_line, last_line));
    provenance->set_element_id(element_id);
  }

  // What is asked of known ids again and again; `known` says whether it still holds.
  struct Index {
    std::map<std::string, std::set<std::string>> own;     // by element of this document
    std::map<std::string, std::set<std::string>> titled;  // by title
    std::map<std::string, int> next;                      // by slug: no number below this is free
    int next_section = 1;                                 // the same
  };

  Index& IndexOf(const KnownIds& known) {
    const auto [entry, added] = indexes_.try_emplace(&known);
    if (added) {
      for (const auto& [id, each] : known) Note(id, each, entry->second);
    }
    return entry->second;
  }

  void Note(const std::string& id, const Known& each, Index& index) const {
    if (each.sha256 == parsed_.source().sha256()) index.own[each.element_id].insert(id);
    index.titled[each.title].insert(id);
  }

  // From here on the id is that of an element of this document.
  void Claim(const std::string& id, const std::string& title, const std::string& element_id, KnownIds& known) {
    Index& index = IndexOf(known);
    Known& each = known[id] = {title, parsed_.source().sha256(), element_id};
    Note(id, each, index);
  }

  // The id of its slug, with or without a number, that the element got before.
  std::optional<std::string> OwnId(const std::string& slug, const std::string& element_id, const KnownIds& known) {
    for (const std::string& id : IndexOf(known).own[element_id]) {
      if (!absl::StartsWith(id, slug)) continue;
      const absl::string_view number = absl::string_view(id).substr(slug.size());
      const bool numbered =
          number.size() > 1 && number[0] == '-' && number.find_first_not_of("0123456789", 1) == absl::string_view::npos;
      if ((number.empty() || numbered) && IsOwn(known.at(id), element_id)) return id;
    }
    return std::nullopt;
  }

  bool IsOwn(const Known& known, const std::string& element_id) const {
    return known.sha256 == parsed_.source().sha256() && known.element_id == element_id;
  }

  // The id for an element: the one that it got before, that of the same thing from another document when it may be
  // merged, or a new one, numbered when the slug is taken.
  std::pair<std::string, Outcome> ChooseId(const std::string& slug, const std::string& title,
                                           const std::string& element_id, bool merge, KnownIds& known) {
    if (const auto place = places_.find(element_id); place != places_.end()) {
      const std::string id = names::LastId(place->second.resource);
      if (known.count(id) == 0) Claim(id, title, element_id, known);
      return {id, place->second.merged ? Outcome::kMerge : Outcome::kUnchanged};
    }
    if (auto own = OwnId(slug, element_id, known)) return {*std::move(own), Outcome::kUnchanged};
    // What is passed over once stays so: it is taken, and of another title when it may be merged.
    int& number =
        IndexOf(known).next.try_emplace(merge ? absl::StrCat(slug, "\n", Normalised(title)) : slug, 1).first->second;
    for (;; ++number) {
      const std::string id = number == 1 ? slug : absl::StrCat(slug, "-", number);
      const auto found = known.find(id);
      if (found == known.end()) {
        Claim(id, title, element_id, known);
        return {id, Outcome::kCreate};
      }
      const bool elsewhere = found->second.sha256 != parsed_.source().sha256();
      if (elsewhere && merge && Normalised(found->second.title) == Normalised(title)) {
        // Claimed, so that a second element of this document does not merge into it too.
        Claim(id, title, element_id, known);
        return {id, Outcome::kMerge};
      }
    }
  }

  bool IsFramework(const v1::ParsedGoal& goal) const { return goal.kind() == v1::GOAL_KIND_FRAMEWORK; }

  // True when something stands under the goal.
  bool HasContent(const v1::ParsedGoal& goal) const { return holders_.count(goal.id()) > 0; }

  void AddFramework(const std::string& title, const std::string& code, const std::string& text,
                    const std::string& element_id, int line, KnownIds& known) {
    const v1::SourceDocument& source = parsed_.source();
    const std::string years = source.fiscal_years().empty() ? "" : absl::StrCat(" ", source.fiscal_years(0));
    const auto [id, outcome] =
        ChooseId(Slug(absl::StrCat(title, years), "f"), title, element_id, /*merge=*/false, known);
    Planned<catalogue::v1::Framework> planned{.resource = {}, .outcome = outcome};
    catalogue::v1::Framework& framework = planned.resource;
    framework.set_name(absl::StrCat(prefix_, "frameworks/", id));
    framework.set_display_name(title);
    framework.set_code(code);
    framework.set_text(text);
    framework.set_kind(static_cast<catalogue::v1::FrameworkKind>(source.document_kind()));
    *framework.mutable_fiscal_years() = source.fiscal_years();
    framework.set_valid_from_date(source.valid_from());
    framework.set_effective_from_date(source.effective_from());
    framework.set_source_identifier(source.identifier());
    SetProvenance(element_id, line, line, framework.mutable_provenance());
    starts_.push_back({line, framework.name()});
    plan_.frameworks.push_back(std::move(planned));
  }

  // One framework for the document; where it holds several, one more for each.
  void PlanFrameworks(KnownIds& known) {
    const v1::SourceDocument& source = parsed_.source();
    AddFramework(source.title().empty() ? "Document" : source.title(), "", "", "document", 1, known);
    std::vector<const v1::ParsedGoal*> roots;
    for (const v1::ParsedGoal& goal : parsed_.goals()) {
      if (IsFramework(goal) && goal.parent_id().empty()) roots.push_back(&goal);
    }
    const auto full = std::count_if(roots.begin(), roots.end(), [this](const auto* goal) { return HasContent(*goal); });
    for (const v1::ParsedGoal* goal : roots) {
      if (full < 2) {
        frameworks_[goal->id()] = starts_.front().framework;
      } else if (HasContent(*goal)) {
        AddFramework(TitleOf(*goal), goal->code(), goal->text(), goal->id(), goal->line(), known);
        frameworks_[goal->id()] = starts_.back().framework;
      }
    }
    for (const v1::ParsedGoal& goal : parsed_.goals()) {
      if (!IsFramework(goal)) continue;
      if (frameworks_.count(goal.id()) == 0) {
        frameworks_[goal.id()] = MatchingFramework(goal);
        ++plan_.goals_not_taken_over;
      }
    }
    std::stable_sort(starts_.begin(), starts_.end(), [](const Start& a, const Start& b) { return a.line < b.line; });
  }

  // The framework that a listed or nested mention is about, by its title; else the one in whose lines it stands.
  std::string MatchingFramework(const v1::ParsedGoal& mention) const {
    const std::string title = Normalised(TitleOf(mention));
    for (const auto& planned : plan_.frameworks) {
      const std::string other = Normalised(planned.resource.display_name());
      if (absl::StartsWith(title, other) || absl::StartsWith(other, title)) return planned.resource.name();
    }
    return FrameworkAt(mention.line());
  }

  const std::string& FrameworkAt(int line) const {
    const Start* best = &starts_.front();
    for (const Start& start : starts_) {
      if (start.line <= line) best = &start;
    }
    return best->framework;
  }

  // What an earlier reading made stays where it stands; else the name that was chosen.
  std::string PlacedName(const std::string& element_id, const std::string& chosen) const {
    const auto place = places_.find(element_id);
    return place == places_.end() ? chosen : place->second.resource;
  }

  std::string FrameworkOf(const v1::ParsedGoal& goal) const {
    const v1::ParsedGoal* current = &goal;
    // A tree that loops is cut at its size.
    for (int depth = 0; depth < parsed_.goals_size(); ++depth) {
      if (IsFramework(*current)) return frameworks_.at(current->id());
      if (const auto place = places_.find(current->id()); place != places_.end()) {
        return place->second.resource.substr(0, place->second.resource.find("/goals/"));
      }
      const auto parent = goals_.find(current->parent_id());
      if (parent == goals_.end()) break;
      current = parent->second;
    }
    return FrameworkAt(goal.line());
  }

  // Numbered as they stand; an element that has a number already keeps it, whatever was left out since.
  std::string SectionId(int ordinal, const std::string& element_id, const std::string& heading, KnownIds& known) {
    if (const auto place = places_.find(element_id); place != places_.end()) {
      return names::LastId(place->second.resource);
    }
    Index& index = IndexOf(known);
    for (const std::string& id : index.own[element_id]) {
      const Known& section = known.at(id);
      // Another reading of the same bytes may have the same id for another section.
      if (IsOwn(section, element_id) && (places_.empty() || section.title == heading)) return id;
    }
    const auto id_of = [](int number) { return absl::StrFormat("s%04d", number); };
    int number = ordinal;
    // Before sections had ids of their own they were known by their number.
    if (const auto found = known.find(id_of(number));
        !places_.empty() || found == known.end() || !IsOwn(found->second, absl::StrCat("section", ordinal))) {
      // Ordinals ascend, so that what was taken for one is so for the next.
      number = std::max(number, index.next_section);
      while (known.count(id_of(number)) > 0) ++number;
      index.next_section = number;
    }
    Claim(id_of(number), heading, element_id, known);
    return id_of(number);
  }

  void PlanSections(std::map<std::string, KnownIds>& known) {
    std::map<std::string, int> ordinals;
    for (const v1::ParsedSection& parsed : parsed_.sections()) {
      const std::string& framework = FrameworkAt(parsed.first_line());
      const int ordinal = ++ordinals[framework];
      catalogue::v1::Section section;
      const std::string element_id = parsed.id().empty() ? absl::StrCat("section", ordinal) : parsed.id();
      section.set_name(PlacedName(
          element_id, absl::StrCat(framework, "/sections/",
                                   SectionId(ordinal, element_id, parsed.heading(), known[names::LastId(framework)]))));
      section.set_display_name(parsed.heading());
      section.set_text(std::string(WhatFits(parsed.text())));
      section.set_ordinal(ordinal);
      SetProvenance(element_id, parsed.first_line(), parsed.last_line(), section.mutable_provenance());
      plan_.sections.push_back(std::move(section));
    }
  }

  void PlanGoals(std::map<std::string, KnownIds>& known) {
    std::map<std::string, int> ordinals;
    for (const v1::ParsedGoal& parsed : parsed_.goals()) {
      if (IsFramework(parsed)) continue;
      const std::string framework = FrameworkOf(parsed);
      const std::string slug = Slug(absl::StrCat(parsed.code(), " ", TitleOf(parsed)), "g");
      KnownIds& goals = known[names::LastId(framework)];
      const auto [id, outcome] = ChooseId(slug, TitleOf(parsed), parsed.id(), false, goals);
      goal_names_[parsed.id()] = PlacedName(parsed.id(), absl::StrCat(framework, "/goals/", id));
      if (!goals.at(id).stands) gone_.insert(parsed.id());
    }
    for (const v1::ParsedGoal& parsed : parsed_.goals()) {
      const auto named = goal_names_.find(parsed.id());
      if (named == goal_names_.end()) continue;
      const std::string framework = FrameworkOf(parsed);
      catalogue::v1::Goal goal;
      goal.set_name(named->second);
      goal.set_display_name(TitleOf(parsed));
      // The parse counts FRAMEWORK as the first kind, the catalogue does not have it.
      goal.set_kind(static_cast<catalogue::v1::GoalKind>(parsed.kind() - 1));
      const auto parent = goal_names_.find(StandingParent(parsed));
      if (parent != goal_names_.end() && absl::StartsWith(parent->second, framework + "/")) {
        goal.set_parent_goal(parent->second);
      }
      goal.set_code(parsed.code());
      goal.set_text(parsed.text());
      goal.set_ordinal(++ordinals[framework]);
      SetProvenance(parsed.id(), parsed.line(), parsed.line(), goal.mutable_provenance());
      plan_.goals.push_back(std::move(goal));
    }
    // A child may be printed before its parent.
    std::map<std::string, const catalogue::v1::Goal*> named;
    for (const catalogue::v1::Goal& goal : plan_.goals) named.try_emplace(goal.name(), &goal);
    std::map<std::string, int> depths;
    for (catalogue::v1::Goal& goal : plan_.goals) {
      int depth = Depth(goal, named);
      // A goal that is its own ancestor becomes a root: the catalogue holds trees.
      if (depth >= parsed_.goals_size()) {
        goal.clear_parent_goal();
        depth = 0;
      }
      depths[goal.name()] = depth;
    }
    std::stable_sort(plan_.goals.begin(), plan_.goals.end(),
                     [&](const auto& a, const auto& b) { return depths.at(a.name()) < depths.at(b.name()); });
  }

  // The nearest goal above that the owner has not dropped.
  std::string StandingParent(const v1::ParsedGoal& goal) const {
    std::string parent = goal.parent_id();
    for (int depth = 0; gone_.count(parent) > 0 && depth < parsed_.goals_size(); ++depth) {
      parent = goals_.at(parent)->parent_id();
    }
    return parent;
  }

  int Depth(const catalogue::v1::Goal& goal, const std::map<std::string, const catalogue::v1::Goal*>& named) const {
    int depth = 0;
    for (const auto* current = &goal; !current->parent_goal().empty() && depth < parsed_.goals_size(); ++depth) {
      const auto parent = named.find(current->parent_goal());
      if (parent == named.end()) break;
      current = parent->second;
    }
    return depth;
  }

  void PlanActivities(KnownIds& known, const Links& links) {
    int taken_over = 0;
    std::map<std::string, std::vector<const v1::ParsedMilestone*>> milestones;  // by subject
    for (const v1::ParsedMilestone& milestone : parsed_.milestones()) {
      milestones[milestone.subject_id()].push_back(&milestone);
    }
    for (const v1::ParsedActivity& parsed : parsed_.activities()) {
      const std::string title = TitleOf(parsed);
      const auto [id, outcome] = ActivityId(parsed, title, known, links);
      Planned<catalogue::v1::Activity> planned{.resource = {}, .outcome = outcome};
      catalogue::v1::Activity& activity = planned.resource;
      activity.set_name(absl::StrCat(prefix_, "activities/", id));
      activity_names_[parsed.id()] = activity.name();
      activity.set_display_name(title);
      activity.set_code(parsed.code());
      for (const v1::ParsedAspect& aspect : parsed.aspects()) {
        if (aspect.plan().empty() && !aspect.progress().empty() && IsReport()) continue;  // stands in the report only
        auto* planned_aspect = activity.add_aspects();
        planned_aspect->set_kind(static_cast<catalogue::v1::AspectKind>(aspect.kind()));
        planned_aspect->set_label(aspect.label());
        planned_aspect->set_plan(aspect.plan());
        planned_aspect->set_ordinal(activity.aspects_size());
      }
      *activity.mutable_realisation_years() = parsed.realisation_years();
      *activity.mutable_task_fields() = parsed.task_fields();
      for (const std::string& organisation : parsed.organisations())
        activity.add_parties()->set_organisation(organisation);
      for (const v1::ParsedAmount& amount : parsed.amounts()) {
        auto* line = activity.add_budget_lines();
        line->set_amount_cents(amount.cents());
        if (amount.high_cents() > amount.cents()) line->set_high_cents(amount.high_cents());
        // Per year only where it is printed; a lone amount is not said to be once.
        if (amount.per_year()) line->set_frequency(catalogue::v1::BUDGET_FREQUENCY_PER_YEAR);
        line->set_text(amount.text());
        line->set_ordinal(activity.budget_lines_size());
        SetProvenance("", amount.line(), amount.line(), line->mutable_provenance());
      }
      for (const v1::ParsedMilestone* milestone : milestones[parsed.id()]) {
        auto* due = activity.add_milestones();
        due->set_text(milestone->text());
        due->set_due(milestone->date());
        due->set_ordinal(activity.milestones_size());
        SetProvenance("", milestone->line(), milestone->line(), due->mutable_provenance());
        ++taken_over;
      }
      SetProvenance(parsed.id(), parsed.line(), parsed.line(), activity.mutable_provenance());
      PlanContributions(parsed, activity.name());
      plan_.activities.push_back(std::move(planned));
    }
    plan_.milestones_not_taken_over = parsed_.milestones_size() - taken_over;
  }

  // An element that was linked before stays with its activity, also when somebody has renamed that since.
  std::pair<std::string, Outcome> ActivityId(const v1::ParsedActivity& parsed, const std::string& title,
                                             KnownIds& known, const Links& links) {
    const auto link = links.find(parsed.id());
    if (link == links.end() || known.count(link->second) == 0 || places_.count(parsed.id()) > 0) {
      const auto match = matches_.find(parsed.id());
      if (match != matches_.end() && !match->second.empty() && places_.count(parsed.id()) == 0) {
        Claim(match->second, title, parsed.id(), known);
        return {match->second, Outcome::kMerge};
      }
      return ChooseId(Slug(absl::StrCat(parsed.code(), " ", title), "a"), title, parsed.id(), match == matches_.end(),
                      known);
    }
    const bool own = known.at(link->second).sha256 == parsed_.source().sha256();
    Claim(link->second, title, parsed.id(), known);
    return {link->second, own ? Outcome::kUnchanged : Outcome::kMerge};
  }

  void PlanContributions(const v1::ParsedActivity& parsed, const std::string& activity) {
    std::set<std::string> seen;
    const auto add = [&](const std::string& framework, const std::string& goal, const std::string& citation,
                         bool gone = false) {
      // A pure function of what it links, so that reading again finds it.
      const std::string id =
          absl::StrCat("c-", Sha256Hex(absl::StrCat(framework, "\n", goal, "\n", citation)).substr(0, 16));
      if (!seen.insert(id).second) return;
      catalogue::v1::Contribution contribution;
      contribution.set_name(absl::StrCat(activity, "/contributions/", id));
      contribution.set_framework(framework);
      contribution.set_goal(gone ? "" : goal);
      contribution.set_citation(citation);
      SetProvenance(parsed.id(), parsed.line(), parsed.line(), contribution.mutable_provenance());
      plan_.contributions.push_back(std::move(contribution));
    };
    for (const std::string& goal_id : parsed.goal_ids()) {
      const auto goal = goals_.find(goal_id);
      if (goal == goals_.end()) continue;
      const auto named = goal_names_.find(goal_id);
      add(FrameworkOf(*goal->second), named == goal_names_.end() ? "" : named->second, "", gone_.count(goal_id) > 0);
    }
    const std::string home =
        seen.empty() ? FrameworkAt(parsed.line()) : plan_.contributions[plan_.contributions.size() - 1].framework();
    if (seen.empty()) add(home, "", "");
    for (const std::string& citation : parsed.result_refs()) add(home, "", citation);
  }

  void PlanReports(KnownIds& known) {
    const v1::SourceDocument& source = parsed_.source();
    const std::string years = source.fiscal_years().empty() ? "" : absl::StrCat(" ", source.fiscal_years(0));
    const std::string title = absl::StrCat(source.title().empty() ? "Rapportage" : source.title(), years);
    const auto [id, outcome] = ChooseId(Slug(title, "r"), title, "cycle", false, known);
    Planned<progress::v1::ReportingCycle> planned{.resource = {}, .outcome = outcome};
    progress::v1::ReportingCycle& cycle = planned.resource;
    cycle.set_name(absl::StrCat(prefix_, "cycles/", id));
    cycle.set_display_name(title);
    cycle.set_kind(source.document_kind() == v1::DOCUMENT_KIND_ANNUAL_REPORT
                       ? progress::v1::REPORTING_CYCLE_KIND_ANNUAL_REPORT
                       : progress::v1::REPORTING_CYCLE_KIND_PROGRESS_REPORT);
    cycle.set_imported(true);
    cycle.set_framework(starts_.front().framework);
    if (!source.fiscal_years().empty()) cycle.set_fiscal_year(source.fiscal_years(0));
    // The page's content is of its export; building the page comes after that.
    const std::string& published = source.exported_at().empty() ? source.built_at() : source.exported_at();
    cycle.set_publish_date(published.substr(0, 10));
    SetProvenance("cycle", 1, 1, cycle.mutable_provenance());

    for (const v1::ParsedActivity& activity : parsed_.activities()) PlanActivityReport(activity, cycle.name());
    for (const v1::ParsedGoal& goal : parsed_.goals()) {
      const auto named = goal_names_.find(goal.id());
      if (goal.progress().empty() || named == goal_names_.end()) continue;
      progress::v1::StatusReport report = NewReport(cycle.name(), named->second, TitleOf(goal), goal.id(), goal.line());
      report.set_status(progress::v1::STATUS_NOT_PRINTED);
      report.set_explanation(goal.progress());
      plan_.reports.push_back(std::move(report));
    }
    plan_.cycle = std::move(planned);
  }

  progress::v1::StatusReport NewReport(const std::string& cycle, const std::string& subject, const std::string& title,
                                       const std::string& element_id, int line) const {
    progress::v1::StatusReport report;
    const std::string kind = absl::StrContains(subject, "/goals/") ? "g-" : "a-";
    report.set_name(absl::StrCat(cycle, "/reports/", kind, Sha256Hex(subject).substr(0, 16)));
    report.set_display_name(title);
    report.set_subject(subject);
    report.set_imported(true);
    SetProvenance(element_id, line, line, report.mutable_provenance());
    return report;
  }

  void PlanActivityReport(const v1::ParsedActivity& activity, const std::string& cycle) {
    progress::v1::StatusReport report =
        NewReport(cycle, activity_names_.at(activity.id()), TitleOf(activity), activity.id(), activity.line());
    // The words are printed oldest moment first; progress turns them into canonical ones with the owner's table.
    for (int i = 0; i < activity.statuses_size(); ++i) {
      const v1::ParsedStatus& printed = activity.statuses(i);
      AddMapping(printed);
      if (i + 1 == activity.statuses_size()) {
        report.set_status_label(printed.label());
      } else {
        auto* earlier = report.add_earlier_statuses();
        earlier->set_moment(printed.moment());
        earlier->set_label(printed.label());
      }
    }
    if (activity.statuses().empty()) report.set_status(progress::v1::STATUS_NOT_PRINTED);
    for (const v1::ParsedAspect& aspect : activity.aspects()) {
      if (aspect.progress().empty()) continue;
      auto* text = report.add_aspect_reports();
      text->set_kind(static_cast<progress::v1::AspectKind>(aspect.kind()));
      text->set_label(aspect.label());
      text->set_text(aspect.progress());
      text->set_ordinal(report.aspect_reports_size());
    }
    if (!activity.council_proposal().empty()) report.mutable_council_proposal()->set_text(activity.council_proposal());
    plan_.reports.push_back(std::move(report));
  }

  void AddMapping(const v1::ParsedStatus& printed) {
    if (printed.status() == v1::STATUS_UNSPECIFIED || printed.label().empty()) return;
    for (const progress::v1::StatusMapping& mapping : plan_.mappings) {
      if (FoldedText(mapping.labels(0)) == FoldedText(printed.label())) return;
    }
    progress::v1::StatusMapping mapping;
    mapping.set_display_name(printed.label());
    mapping.add_labels(printed.label());
    mapping.set_status(static_cast<progress::v1::Status>(printed.status()));
    plan_.mappings.push_back(std::move(mapping));
  }

  // Nothing for an id that the document does not explain.
  std::optional<Subject> SubjectOf(const std::string& id) const {
    if (const auto goal = goals_.find(id); goal != goals_.end()) {
      // A goal of kind FRAMEWORK is a framework.
      const auto named = goal_names_.find(id);
      return Subject{named == goal_names_.end() ? FrameworkOf(*goal->second) : named->second, TitleOf(*goal->second),
                     goal->second->line()};
    }
    const auto activity = parsed_activities_.find(id);
    if (activity == parsed_activities_.end()) return std::nullopt;
    return Subject{activity_names_.at(id), TitleOf(*activity->second), activity->second->line()};
  }

  // Plans an indicator and returns where it stands in the plan.
  size_t AddIndicator(const std::string& title, indicator::v1::Unit unit, const std::optional<Subject>& subject,
                      const std::string& element_id, int line, KnownIds& known) {
    const auto [id, outcome] = ChooseId(Slug(title, "i"), title, element_id, /*merge=*/false, known);
    Planned<indicator::v1::Indicator> planned{.resource = {}, .outcome = outcome};
    planned.resource.set_name(absl::StrCat(prefix_, "indicators/", id));
    planned.resource.set_display_name(title);
    planned.resource.set_unit(unit);
    if (subject) planned.resource.add_subjects(subject->name);
    SetProvenance(element_id, line, line, planned.resource.mutable_provenance());
    plan_.indicators.push_back(std::move(planned));
    return plan_.indicators.size() - 1;
  }

  void PlanIndicators(KnownIds& known) {
    for (const v1::ParsedIndicator& parsed : parsed_.indicators()) {
      const indicator::v1::Unit unit = UnitOf(parsed.unit());
      if (unit == indicator::v1::UNIT_UNSPECIFIED || parsed.text().empty()) {
        ++plan_.indicators_not_taken_over;
        continue;
      }
      const size_t index =
          AddIndicator(parsed.text(), unit, SubjectOf(parsed.subject_id()), parsed.id(), parsed.line(), known);
      indicators_[parsed.id()] = index;
      printed_[parsed.subject_id()].push_back(index);
    }
  }

  // The indicator of a figure: the one that it was printed with; else the only one that was printed for its subject, if
  // it has the unit of the figure; else one that is made for the subject and the unit. Null without a known subject.
  // Good until the next indicator is planned.
  const indicator::v1::Indicator* IndicatorOf(const std::string& subject_id, indicator::v1::Unit unit,
                                              KnownIds& known) {
    const auto at = [this](size_t index) { return &plan_.indicators[index].resource; };
    if (const auto own = indicators_.find(subject_id); own != indicators_.end()) return at(own->second);
    const std::optional<Subject> subject = SubjectOf(subject_id);
    if (!subject) return nullptr;
    const std::vector<size_t>& printed = printed_[subject_id];
    if (printed.size() == 1 && at(printed.front())->unit() == unit) return at(printed.front());
    const std::string element_id = absl::StrCat(subject_id, " ", indicator::v1::Unit_Name(unit));
    const auto made = indicators_.find(element_id);
    if (made != indicators_.end()) return at(made->second);
    return at(indicators_[element_id] = AddIndicator(subject->title, unit, subject, element_id, subject->line, known));
  }

  void PlanTargets(Existing& existing) {
    for (int next = 0; next < parsed_.targets_size();) {
      const v1::ParsedTarget& parsed = parsed_.targets(next++);
      std::vector<const v1::ParsedTarget*> steps;
      while (next < parsed_.targets_size() && IsStep(parsed_.targets(next - 1), parsed_.targets(next))) {
        steps.push_back(&parsed_.targets(next++));
      }
      std::optional<indicator::v1::Target> target = TargetOf(parsed, steps);
      const indicator::v1::Indicator* indicator =
          target ? IndicatorOf(parsed.subject_id(), target->unit(), existing.indicators) : nullptr;
      if (indicator == nullptr) {
        plan_.targets_not_taken_over += 1 + static_cast<int>(steps.size());
        continue;
      }
      const auto [id, outcome] = ChooseId(Slug(target->text(), "t"), target->text(), parsed.id(), /*merge=*/false,
                                          existing.targets[names::LastId(indicator->name())]);
      target->set_name(PlacedName(parsed.id(), absl::StrCat(indicator->name(), "/targets/", id)));
      if (!indicator->subjects().empty()) target->set_subject(indicator->subjects(0));
      SetProvenance(parsed.id(), parsed.line(), parsed.line(), target->mutable_provenance());
      plan_.targets.push_back({.resource = *std::move(target), .outcome = outcome});
    }
  }

  void PlanMeasurements(Existing& existing) {
    for (int i = 0; i < parsed_.measurements_size(); ++i) {
      const v1::ParsedMeasurement& parsed = parsed_.measurements(i);
      const indicator::v1::Unit unit = UnitOf(parsed.unit());
      std::optional<indicator::v1::Measurement> measurement = MeasurementOf(parsed, parsed_.source());
      const indicator::v1::Indicator* indicator = measurement && unit != indicator::v1::UNIT_UNSPECIFIED
                                                      ? IndicatorOf(parsed.subject_id(), unit, existing.indicators)
                                                      : nullptr;
      // A measurement has no unit but that of its indicator.
      if (indicator == nullptr || indicator->unit() != unit) {
        ++plan_.measurements_not_taken_over;
        continue;
      }
      const std::string element_id = parsed.id().empty() ? absl::StrCat("m", i + 1) : parsed.id();
      const std::string period = PeriodOf(*measurement);
      KnownIds& known = existing.measurements[names::LastId(indicator->name())];
      if (HasOther(known, period, element_id)) {
        ++plan_.measurements_not_taken_over;
        continue;
      }
      const auto [id, outcome] =
          ChooseId(Slug(absl::StrCat("m ", measurement->from_date()), "m"), period, element_id, /*merge=*/false, known);
      measurement->set_name(PlacedName(element_id, absl::StrCat(indicator->name(), "/measurements/", id)));
      SetProvenance(element_id, parsed.line(), parsed.line(), measurement->mutable_provenance());
      plan_.measurements.push_back({.resource = *std::move(measurement), .outcome = outcome});
    }
  }

  // Whether there is a measurement of the period that is not this element: an indicator has one for each.
  bool HasOther(const KnownIds& known, const std::string& period, const std::string& element_id) {
    const std::set<std::string>& ids = IndexOf(known).titled[period];
    return std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
      return known.at(id).title == period && !IsOwn(known.at(id), element_id);
    });
  }

  const v1::ParsedDocument& parsed_;
  const std::string prefix_;    // owners/GM0677/
  const std::string document_;  // name of the intake document
  Plan plan_;
  Places places_;
  Links matches_;
  std::map<const KnownIds*, Index> indexes_;
  std::map<std::string, const v1::ParsedGoal*> goals_;
  std::map<std::string, const v1::ParsedActivity*> parsed_activities_;
  std::set<std::string> holders_;                      // ids of goals under which something stands
  std::vector<Start> starts_;                          // where each framework begins, in line order
  std::map<std::string, std::string> frameworks_;      // element id of a FRAMEWORK goal -> name
  std::map<std::string, std::string> goal_names_;      // element id -> name
  std::set<std::string> gone_;                         // element ids of goals that the owner has dropped
  std::map<std::string, std::string> activity_names_;  // element id -> name
  std::map<std::string, size_t> indicators_;           // element id -> place in the plan
  std::map<std::string, std::vector<size_t>>
      printed_;  // subject's element id -> places of the indicators printed for it
};

}  // namespace

absl::StatusOr<Plan> PlanAcceptance(const v1::ParsedDocument& parsed, const std::string& owner,
                                    const std::string& document, Existing existing) {
  return Planner(parsed, owner, document).Build(std::move(existing));
}

std::string ParentOf(const std::string& name) {
  const size_t id = name.rfind('/');
  return name.substr(0, name.rfind('/', id - 1));
}

Places PlacesOf(const Plan& plan) {
  Places places;
  const auto add = [&](const auto& resource, bool merged = false) {
    places[resource.provenance().element_id()] = {resource.name(), merged};
  };
  for (const auto& planned : plan.frameworks) add(planned.resource);
  for (const auto& section : plan.sections) add(section);
  for (const auto& goal : plan.goals) add(goal);
  for (const auto& planned : plan.activities) add(planned.resource, planned.outcome == Outcome::kMerge);
  if (plan.cycle) add(plan.cycle->resource);
  for (const auto& planned : plan.indicators) add(planned.resource);
  for (const auto& planned : plan.targets) add(planned.resource);
  for (const auto& planned : plan.measurements) add(planned.resource);
  return places;
}

std::string PlanTextOf(const v1::ParsedActivity& activity) {
  std::string text;
  for (const v1::ParsedAspect& aspect : activity.aspects()) absl::StrAppend(&text, aspect.plan(), "\n");
  return text;
}

absl::Status UnmappedWord(const std::string& word) {
  return errors::Make(kUnmappedWord, {{"word", word}, {"name", word}});
}

v1::DocumentFormat FormatOf(const v1::SourceDocument& source) {
  return source.format() == v1::DOCUMENT_FORMAT_UNSPECIFIED ? v1::DOCUMENT_FORMAT_TEXT : source.format();
}

v1::DraftSummary Summarise(const v1::ParsedDocument& parsed) {
  v1::DraftSummary summary;
  summary.set_goals(parsed.goals_size());
  summary.set_activities(parsed.activities_size());
  summary.set_sections(parsed.sections_size());
  summary.set_targets(parsed.targets_size());
  summary.set_indicators(parsed.indicators_size());
  summary.set_measurements(parsed.measurements_size());
  summary.set_milestones(parsed.milestones_size());
  int with_value = 0;
  for (const v1::ParsedTarget& target : parsed.targets()) with_value += target.value().empty() ? 0 : 1;
  summary.set_targets_with_value(with_value);
  int lines = 0;
  int unclassified = 0;
  for (const v1::Span& span : parsed.spans()) {
    const int length = span.last_line() - span.first_line() + 1;
    lines += length;
    if (span.role() == v1::SPAN_ROLE_UNCLASSIFIED) unclassified += length;
  }
  summary.set_lines(lines);
  summary.set_unclassified_lines(unclassified);
  int printed = 0;
  for (const v1::ParsedActivity& activity : parsed.activities()) printed += activity.statuses().empty() ? 0 : 1;
  summary.set_statuses_printed(printed);
  return summary;
}

absl::Status CheckMunicipality(const v1::ParsedDocument& parsed, const std::string& owner, const std::string& stated) {
  if (!stated.empty() && stated != owner) {
    return errors::Make(kOwnerMunicipality, {{"stated", stated}, {"owner", owner}});
  }
  const std::string& found = parsed.source().municipality();
  if (stated.empty() && !found.empty() && found != owner) {
    return errors::Make(kMunicipalityDiffers, {{"found", found}, {"owner", owner}});
  }
  return absl::OkStatus();
}

}  // namespace regiokompas::intake
