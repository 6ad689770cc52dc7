#include "services/intake/selection_rules.h"

#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/errors.h"
#include "common/base/hash.h"
#include "services/intake/figure_rules.h"

namespace regiokompas::intake {
namespace {

constexpr errors::Rule kUnknownElement{"UNKNOWN_ELEMENT", "{field} is {id}: the draft has no such element",
                                       "{field} is {id}: zo'n onderdeel heeft het concept niet"};

// Element id -> ids of the elements that it can not do without. Has a key for every element.
using NeedsById = std::map<std::string, std::vector<std::string>>;

NeedsById Needs(const v1::ParsedDocument& parsed) {
  NeedsById needs;
  for (const v1::ParsedGoal& goal : parsed.goals()) needs[goal.id()].push_back(goal.parent_id());
  for (const v1::ParsedActivity& activity : parsed.activities()) {
    for (const std::string& goal : activity.goal_ids()) needs[activity.id()].push_back(goal);
    needs.try_emplace(activity.id());
  }
  for (int i = 0; i < parsed.targets_size(); ++i) {
    const v1::ParsedTarget& target = parsed.targets(i);
    needs[target.id()].push_back(target.subject_id());
    if (i > 0 && IsStep(parsed.targets(i - 1), target)) {
      needs[target.id()].push_back(parsed.targets(i - 1).id());
      needs[parsed.targets(i - 1).id()].push_back(target.id());
    }
  }
  for (const v1::ParsedIndicator& each : parsed.indicators()) needs[each.id()].push_back(each.subject_id());
  for (const v1::ParsedMeasurement& each : parsed.measurements()) needs[each.id()].push_back(each.subject_id());
  for (const v1::ParsedMilestone& each : parsed.milestones()) {
    needs[each.id()].push_back(each.subject_id());
    // Milestones are stored with their activity.
    if (const auto subject = needs.find(each.subject_id()); subject != needs.end())
      subject->second.push_back(each.id());
  }
  for (const v1::ParsedSection& each : parsed.sections()) needs.try_emplace(each.id());
  return needs;
}

// The elements among `ids` and those that are reached from them over the needs that `follow` holds for.
template <typename Follow>
std::set<std::string> Closure(const NeedsById& needs, const std::set<std::string>& ids, Follow follow) {
  std::vector<std::string> open(ids.begin(), ids.end());
  std::set<std::string> closed;
  while (!open.empty()) {
    const std::string id = std::move(open.back());
    open.pop_back();
    const auto found = needs.find(id);
    if (found == needs.end() || !closed.insert(id).second) continue;
    for (const std::string& needed : found->second) {
      if (follow(id, needed)) open.push_back(needed);
    }
  }
  return closed;
}

template <typename Resource>
const Resource& ResourceOf(const Resource& resource) {
  return resource;
}
template <typename Resource>
const Resource& ResourceOf(const Planned<Resource>& planned) {
  return planned.resource;
}

// Leaves what `keep` holds for, and counts the rest as `kind`.
template <typename Item, typename Keep>
void Filter(std::vector<Item>& items, v1::ElementKind kind, Plan& plan, Keep keep) {
  const auto rest =
      std::stable_partition(items.begin(), items.end(), [&](const Item& item) { return keep(ResourceOf(item)); });
  int count = 0;
  for (auto item = rest; item != items.end(); ++item) {
    if constexpr (requires { ResourceOf(*item).steps_size(); }) {
      count += std::max(1, ResourceOf(*item).steps_size());
    } else {
      ++count;
    }
  }
  if (count > 0) plan.not_chosen[kind] += count;
  items.erase(rest, items.end());
}

}  // namespace

std::set<std::string> AllElements(const v1::ParsedDocument& parsed) {
  std::set<std::string> ids;
  for (const auto& [id, needed] : Needs(parsed)) ids.insert(id);
  return ids;
}

std::set<std::string> WithNeeds(const v1::ParsedDocument& parsed, const std::set<std::string>& elements) {
  return Closure(Needs(parsed), elements, [](const std::string&, const std::string&) { return true; });
}

std::set<std::string> WithParts(const v1::ParsedDocument& parsed, const std::set<std::string>& elements) {
  const NeedsById needs = Needs(parsed);
  return Closure(needs, elements, [&](const std::string& id, const std::string& needed) {
    // What is stored together can not do without each other.
    const auto found = needs.find(needed);
    return found != needs.end() && std::count(found->second.begin(), found->second.end(), id) > 0;
  });
}

absl::StatusOr<std::set<std::string>> SelectElements(const v1::ParsedDocument& parsed,
                                                     const v1::AcceptDraftRequest& request,
                                                     const std::set<std::string>& accepted) {
  const std::set<std::string> all = AllElements(parsed);
  errors::Violations violations;
  for (int i = 0; i < request.element_ids_size(); ++i) {
    const std::string& id = request.element_ids(i);
    if (all.count(id) == 0) violations.Add(absl::StrCat("element_ids[", i, "]"), kUnknownElement, {{"id", id}});
  }
  if (!violations.empty()) return violations.ToStatus();
  if (request.element_ids().empty()) return all;
  std::set<std::string> asked = accepted;
  asked.insert(request.element_ids().begin(), request.element_ids().end());
  return WithNeeds(parsed, asked);
}

void KeepSelected(const std::set<std::string>& selected, Plan& plan) {
  const auto is_selected = [&](const auto& resource) { return selected.count(resource.provenance().element_id()) > 0; };
  for (const auto& planned : plan.activities) {
    if (!is_selected(planned.resource) && planned.resource.milestones_size() > 0) {
      plan.not_chosen[v1::ELEMENT_KIND_MILESTONE] += planned.resource.milestones_size();
    }
  }
  Filter(plan.sections, v1::ELEMENT_KIND_SECTION, plan, is_selected);
  Filter(plan.goals, v1::ELEMENT_KIND_GOAL, plan, is_selected);
  Filter(plan.activities, v1::ELEMENT_KIND_ACTIVITY, plan, is_selected);
  Filter(plan.contributions, v1::ELEMENT_KIND_CONTRIBUTION, plan, is_selected);
  Filter(plan.reports, v1::ELEMENT_KIND_STATUS_REPORT, plan, is_selected);
  if (plan.cycle && plan.reports.empty() && plan.not_chosen.count(v1::ELEMENT_KIND_STATUS_REPORT) > 0) {
    plan.cycle.reset();
    plan.not_chosen[v1::ELEMENT_KIND_REPORTING_CYCLE] = 1;
  }
  Filter(plan.targets, v1::ELEMENT_KIND_TARGET, plan, is_selected);
  Filter(plan.measurements, v1::ELEMENT_KIND_MEASUREMENT, plan, is_selected);

  std::set<std::string> needed;
  for (const auto& planned : plan.targets) needed.insert(ParentOf(planned.resource.name()));
  for (const auto& planned : plan.measurements) needed.insert(ParentOf(planned.resource.name()));
  Filter(plan.indicators, v1::ELEMENT_KIND_INDICATOR, plan, [&](const indicator::v1::Indicator& indicator) {
    return is_selected(indicator) || needed.count(indicator.name()) > 0;
  });

  for (const auto& section : plan.sections) needed.insert(ParentOf(section.name()));
  for (const auto& goal : plan.goals) needed.insert(ParentOf(goal.name()));
  for (const auto& contribution : plan.contributions) needed.insert(contribution.framework());
  for (const auto& planned : plan.indicators) {
    needed.insert(planned.resource.subjects().begin(), planned.resource.subjects().end());
  }
  needed.insert(plan.frameworks.front().resource.name());
  Filter(plan.frameworks, v1::ELEMENT_KIND_FRAMEWORK, plan, [&](const catalogue::v1::Framework& framework) {
    return is_selected(framework) || needed.count(framework.name()) > 0;
  });

  std::set<std::string> words;
  for (const auto& report : plan.reports) {
    words.insert(FoldedText(report.status_label()));
    for (const auto& earlier : report.earlier_statuses()) words.insert(FoldedText(earlier.label()));
  }
  plan.mappings.erase(std::remove_if(plan.mappings.begin(), plan.mappings.end(),
                                     [&](const progress::v1::StatusMapping& mapping) {
                                       return words.count(FoldedText(mapping.labels(0))) == 0;
                                     }),
                      plan.mappings.end());
}

}  // namespace regiokompas::intake
