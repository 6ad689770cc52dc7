#include "services/catalogue/comparison_rules.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/hash.h"
#include "google/protobuf/util/json_util.h"
#include "services/catalogue/word_edit_rules.h"

namespace regiokompas::catalogue {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::RepeatedPtrField;

// -- What is the same thing in both

constexpr int kNone = -1;

template <typename Item>
using Keys = std::vector<std::function<std::string(const Item&)>>;

// For each of `after` its place in `before`, or kNone: by the first key that they have in common and that nothing else
// has taken, in order. An empty key is like no other.
template <typename Item, typename Items>
std::vector<int> PartnersOf(const Items& before, const Items& after, const Keys<Item>& keys) {
  std::vector<int> partners(after.size(), kNone);
  std::vector<bool> taken(before.size());
  for (const auto& key : keys) {
    std::map<std::string, std::deque<int>> free;
    for (int i = 0; i < static_cast<int>(before.size()); ++i) {
      if (!taken[i]) free[key(before[i])].push_back(i);
    }
    free.erase("");
    for (int i = 0; i < static_cast<int>(after.size()); ++i) {
      if (partners[i] != kNone) continue;
      const auto found = free.find(key(after[i]));
      if (found == free.end() || found->second.empty()) continue;
      partners[i] = found->second.front();
      found->second.pop_front();
      taken[partners[i]] = true;
    }
  }
  return partners;
}

// -- Messages without what does not count

bool DoesNotCount(const std::string& field) {
  return field == "create_time" || field == "update_time" || field == "etag" || field == "provenance" ||
         field == "state" || field == "latest_version";
}

// The milestones and budget lines of an activity have a provenance of their own.
void ClearProvenance(Message& message) {
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (field->name() == "provenance") {
      reflection.ClearField(&message, field);
    } else if (field->is_repeated()) {
      for (int item = 0; item < reflection.FieldSize(message, field); ++item) {
        ClearProvenance(*reflection.MutableRepeatedMessage(&message, field, item));
      }
    }
  }
}

template <typename Resource>
Resource WhatCounts(Resource resource) {
  for (int i = 0; i < Resource::descriptor()->field_count(); ++i) {
    const FieldDescriptor* field = Resource::descriptor()->field(i);
    if (DoesNotCount(field->name())) resource.GetReflection()->ClearField(&resource, field);
  }
  ClearProvenance(resource);
  return resource;
}

bool IsFilled(const Message& message, const FieldDescriptor* field) {
  return field->is_repeated() ? message.GetReflection()->FieldSize(message, field) > 0
                              : message.GetReflection()->HasField(message, field);
}

using Fields = std::vector<const FieldDescriptor*>;

// A copy with these fields only.
std::unique_ptr<Message> Only(const Message& message, const Fields& fields) {
  std::unique_ptr<Message> only(message.New());
  only->CopyFrom(message);
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    if (std::find(fields.begin(), fields.end(), field) == fields.end()) {
      only->GetReflection()->ClearField(only.get(), field);
    }
  }
  return only;
}

std::string JsonOf(const Message& message) {
  std::string json;
  // Fails for messages of unknown type only, and there are none in a resource.
  static_cast<void>(google::protobuf::util::MessageToJsonString(message, &json));
  return json;
}

// Those fields as a JSON object; one that is not filled is null.
std::string JsonOf(const Message& message, const Fields& fields) {
  std::string json = JsonOf(*Only(message, fields));
  json.pop_back();
  for (const FieldDescriptor* field : fields) {
    if (!IsFilled(message, field)) absl::StrAppend(&json, json == "{" ? "" : ",", "\"", field->json_name(), "\":null");
  }
  return json + "}";
}

std::string Text(const Message& message, absl::string_view name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(std::string(name));
  return message.GetReflection()->GetString(message, field);
}

// -- Which sort of change

std::string BytesWithout(const Message& element, const char* name) {
  std::unique_ptr<Message> rest(element.New());
  rest->CopyFrom(element);
  rest->GetReflection()->ClearField(rest.get(), rest->GetDescriptor()->FindFieldByName(name));
  return rest->SerializeAsString();
}

// The elements of a repeated field, each as bytes without one of its fields.
std::vector<std::string> ElementsWithout(const Message& message, const FieldDescriptor* field, const char* name) {
  std::vector<std::string> elements;
  for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
    elements.push_back(BytesWithout(message.GetReflection()->GetRepeatedMessage(message, field, i), name));
  }
  return elements;
}

bool SameWithout(const Message& before, const Message& after, const FieldDescriptor* field, const char* name) {
  return ElementsWithout(before, field, name) == ElementsWithout(after, field, name);
}

bool SameInAnotherOrder(const Message& before, const Message& after, const FieldDescriptor* field) {
  auto elements = ElementsWithout(before, field, "ordinal");
  auto others = ElementsWithout(after, field, "ordinal");
  std::sort(elements.begin(), elements.end());
  std::sort(others.begin(), others.end());
  return elements == others;
}

v1::ChangeKind KindOf(const Message& before, const Message& after, const FieldDescriptor* field) {
  static const auto* const kKinds = new std::map<std::string, v1::ChangeKind>{
      {"display_name", v1::CHANGE_KIND_REWORDED},
      {"text", v1::CHANGE_KIND_REWORDED},
      {"level_label", v1::CHANGE_KIND_REWORDED},
      {"aspects", v1::CHANGE_KIND_REWORDED},
      {"code", v1::CHANGE_KIND_MOVED},
      {"ordinal", v1::CHANGE_KIND_MOVED},
      {"parent_goal", v1::CHANGE_KIND_MOVED},
      {"framework", v1::CHANGE_KIND_MOVED},
      {"goal", v1::CHANGE_KIND_MOVED},
      {"fiscal_years", v1::CHANGE_KIND_REDATED},
      {"realisation_years", v1::CHANGE_KIND_REDATED},
      {"milestones", v1::CHANGE_KIND_REDATED},
      {"valid_from_date", v1::CHANGE_KIND_REDATED},
      {"valid_until_date", v1::CHANGE_KIND_REDATED},
      {"effective_from_date", v1::CHANGE_KIND_REDATED},
      {"adoption_date", v1::CHANGE_KIND_REDATED},
      {"from_date", v1::CHANGE_KIND_REDATED},
      {"until_date", v1::CHANGE_KIND_REDATED},
      {"budget_lines", v1::CHANGE_KIND_REBUDGETED},
  };
  const std::string& name = field->name();
  if (name == "aspects" || name == "milestones" || name == "budget_lines") {
    if (SameInAnotherOrder(before, after, field)) return v1::CHANGE_KIND_MOVED;
    if (name == "aspects" && SameWithout(before, after, field, "kind")) return v1::CHANGE_KIND_REVISED;
    if (name != "aspects" && SameWithout(before, after, field, "text")) return v1::CHANGE_KIND_REWORDED;
  }
  const auto kind = kKinds->find(name);
  return kind == kKinds->end() ? v1::CHANGE_KIND_REVISED : kind->second;
}

// -- The words of a reworded resource

void AddText(std::string path, const std::string& before, const std::string& after, v1::Change& change) {
  if (before == after) return;
  v1::TextChange& text = *change.add_texts();
  text.set_path(std::move(path));
  *text.mutable_edits() = WordEditsOf(before, after);
}

void AddAspects(const RepeatedPtrField<v1::Aspect>& before, const RepeatedPtrField<v1::Aspect>& after,
                v1::Change& change) {
  const auto add = [&change](int place, const v1::Aspect& old_aspect, const v1::Aspect& new_aspect) {
    const std::string path = absl::StrCat("aspects[", place, "].");
    AddText(path + "label", old_aspect.label(), new_aspect.label(), change);
    AddText(path + "plan", old_aspect.plan(), new_aspect.plan(), change);
  };
  const Keys<v1::Aspect> keys = {
      [](const v1::Aspect& aspect) { return absl::StrCat(aspect.kind(), " ", FoldedText(aspect.label())); },
      [](const v1::Aspect& aspect) { return absl::StrCat(aspect.kind()); }};
  const std::vector<int> partners = PartnersOf(before, after, keys);
  std::vector<bool> kept(before.size());
  for (int i = 0; i < after.size(); ++i) {
    add(i, partners[i] == kNone ? v1::Aspect::default_instance() : before[partners[i]], after[i]);
    if (partners[i] != kNone) kept[partners[i]] = true;
  }
  for (int i = 0; i < before.size(); ++i) {
    if (!kept[i]) add(i, before[i], v1::Aspect::default_instance());
  }
}

void AddTexts(const Message& before, const Message& after, const FieldDescriptor* field, v1::Change& change) {
  if (!field->is_repeated()) {
    AddText(field->name(), Text(before, field->name()), Text(after, field->name()), change);
  } else if (field->name() == "aspects") {
    AddAspects(static_cast<const v1::Activity&>(before).aspects(), static_cast<const v1::Activity&>(after).aspects(),
               change);
  } else {
    // Nothing but the words differs, so the elements stand at the same places.
    for (int i = 0; i < after.GetReflection()->FieldSize(after, field); ++i) {
      AddText(absl::StrCat(field->name(), "[", i, "].text"),
              Text(before.GetReflection()->GetRepeatedMessage(before, field, i), "text"),
              Text(after.GetReflection()->GetRepeatedMessage(after, field, i), "text"), change);
    }
  }
}

// -- The changes

v1::Change ChangeOf(const Message& resource, v1::ChangeKind kind) {
  v1::Change change;
  change.set_kind(kind);
  change.set_resource(Text(resource, "name"));
  change.set_display_name(Text(resource, "display_name"));
  return change;
}

void CompareFields(const Message& before, const Message& after, std::vector<v1::Change>& changes) {
  if (before.SerializeAsString() == after.SerializeAsString()) return;
  std::map<v1::ChangeKind, Fields> fields_by_kind;
  for (int i = 0; i < after.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = after.GetDescriptor()->field(i);
    if (Only(before, {field})->SerializeAsString() != Only(after, {field})->SerializeAsString()) {
      fields_by_kind[KindOf(before, after, field)].push_back(field);
    }
  }
  for (const auto& [kind, fields] : fields_by_kind) {
    v1::Change& change = changes.emplace_back(ChangeOf(after, kind));
    for (const FieldDescriptor* field : fields) {
      change.add_fields(field->name());
      if (kind == v1::CHANGE_KIND_REWORDED) AddTexts(before, after, field, change);
    }
    change.set_before_json(JsonOf(before, fields));
    change.set_after_json(JsonOf(after, fields));
  }
}

template <typename Resource>
void CompareAll(const std::vector<Resource>& before, const std::vector<Resource>& after,
                std::vector<v1::Change>& changes) {
  std::map<std::string, std::pair<const Resource*, const Resource*>> pairs;
  for (const Resource& resource : before) pairs[resource.name()].first = &resource;
  for (const Resource& resource : after) pairs[resource.name()].second = &resource;
  for (const auto& [name, pair] : pairs) {
    if (pair.first == nullptr) {
      const Resource added = WhatCounts(*pair.second);
      changes.push_back(ChangeOf(added, v1::CHANGE_KIND_ADDED));
      changes.back().set_after_json(JsonOf(added));
    } else if (pair.second == nullptr) {
      const Resource dropped = WhatCounts(*pair.first);
      changes.push_back(ChangeOf(dropped, v1::CHANGE_KIND_DROPPED));
      changes.back().set_before_json(JsonOf(dropped));
    } else {
      CompareFields(WhatCounts(*pair.first), WhatCounts(*pair.second), changes);
    }
  }
}

std::vector<v1::Framework> FrameworkOf(const FrameworkContent& content) {
  return content.framework.name().empty() ? std::vector<v1::Framework>() : std::vector{content.framework};
}

// -- Names across frameworks

std::string TitleKey(const std::string& title) { return "=" + FoldedText(title); }

// owners/GM0677/activities/a1/contributions/c1 -> owners/GM0677/activities/a1
std::string ActivityOf(const v1::Contribution& contribution) {
  return contribution.name().substr(0, contribution.name().rfind("/contributions/"));
}

using Names = std::map<std::string, std::string>;

// By name of a goal its kind and code and those of the goals above it, because codes such as "c" come back under every
// goal. Empty for a goal without a code.
Names CodePathsOf(const std::vector<v1::Goal>& goals) {
  std::map<std::string, const v1::Goal*> by_name;
  for (const v1::Goal& goal : goals) by_name[goal.name()] = &goal;
  Names paths;
  for (const v1::Goal& goal : goals) {
    std::string& path = paths[goal.name()];
    if (goal.code().empty()) continue;
    const v1::Goal* at = &goal;
    // Never more steps than goals, so that a loop would end.
    for (size_t i = 0; i < goals.size() && at != nullptr; ++i) {
      absl::StrAppend(&path, at->kind(), " ", at->code(), "\n");
      const auto above = by_name.find(at->parent_goal());
      at = above == by_name.end() ? nullptr : above->second;
    }
  }
  return paths;
}

std::string Renamed(const Names& names, const std::string& name) {
  const auto found = names.find(name);
  return found == names.end() ? name : found->second;
}

template <typename Resource>
Names NamesOfPartners(const std::vector<Resource>& before, const std::vector<Resource>& after,
                      const Keys<Resource>& keys) {
  const std::vector<int> partners = PartnersOf(before, after, keys);
  Names names;
  for (size_t i = 0; i < after.size(); ++i) {
    if (partners[i] != kNone) names[after[i].name()] = before[partners[i]].name();
  }
  return names;
}

}  // namespace

FrameworkContent InNamesOf(const FrameworkContent& before, FrameworkContent after) {
  const std::string& old_name = before.framework.name();
  const std::string new_name = after.framework.name();
  if (old_name == new_name || old_name.empty() || new_name.empty()) return after;
  after.framework.set_name(old_name);

  const Names sections = NamesOfPartners<v1::Section>(
      before.sections, after.sections, {[](const v1::Section& section) { return TitleKey(section.display_name()); }});
  for (v1::Section& section : after.sections) section.set_name(Renamed(sections, section.name()));

  Names code_paths = CodePathsOf(before.goals);
  code_paths.merge(CodePathsOf(after.goals));
  const Names goals = NamesOfPartners<v1::Goal>(before.goals, after.goals,
                                                {[&](const v1::Goal& goal) { return code_paths[goal.name()]; },
                                                 [](const v1::Goal& goal) { return TitleKey(goal.display_name()); }});
  for (v1::Goal& goal : after.goals) {
    goal.set_name(Renamed(goals, goal.name()));
    goal.set_parent_goal(Renamed(goals, goal.parent_goal()));
  }

  for (v1::Contribution& contribution : after.contributions) {
    contribution.set_framework(Renamed({{new_name, old_name}}, contribution.framework()));
    contribution.set_goal(Renamed(goals, contribution.goal()));
  }
  // One that was led to another framework has its name in both.
  const Names contributions =
      NamesOfPartners<v1::Contribution>(before.contributions, after.contributions,
                                        {[](const v1::Contribution& contribution) { return contribution.name(); },
                                         [](const v1::Contribution& contribution) {
                                           return absl::StrCat(ActivityOf(contribution), " ", contribution.goal());
                                         },
                                         ActivityOf});
  for (v1::Contribution& contribution : after.contributions) {
    contribution.set_name(Renamed(contributions, contribution.name()));
  }
  return after;
}

std::vector<v1::Change> Compare(const FrameworkContent& before, const FrameworkContent& after) {
  const FrameworkContent renamed = InNamesOf(before, after);
  std::vector<v1::Change> changes;
  CompareAll(FrameworkOf(before), FrameworkOf(renamed), changes);
  CompareAll(before.sections, renamed.sections, changes);
  CompareAll(before.goals, renamed.goals, changes);
  CompareAll(before.contributions, renamed.contributions, changes);
  CompareAll(before.activities, renamed.activities, changes);
  return changes;
}

}  // namespace regiokompas::catalogue
