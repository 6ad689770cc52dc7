#include "services/intake/difference_rules.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/hash.h"
#include "google/protobuf/util/json_util.h"
#include "services/intake/matching_rules.h"

namespace regiokompas::intake {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// One element of a reading in the form in which it is compared.
struct Element {
  const Message* message;
  std::string id;
  std::string title;
  std::string code;
  std::string text;
  std::vector<std::string> above;  // ids of what it stands under or is about
  int line;
  std::map<std::string, std::string> fields;  // what it says, by path; without ids, lines and `above`
};

// The elements of one kind in a reading, in its order.
using Elements = std::vector<Element>;

bool IsPlace(const std::string& field) {
  return field == "id" || field == "line" || field == "first_line" || field == "last_line";
}

bool IsAbove(const std::string& field) { return field == "parent_id" || field == "goal_ids" || field == "subject_id"; }

std::string Printed(const Message& message) {
  const std::unique_ptr<Message> copy(message.New());
  copy->CopyFrom(message);
  if (const FieldDescriptor* line = copy->GetDescriptor()->FindFieldByName("line"); line != nullptr) {
    copy->GetReflection()->ClearField(copy.get(), line);
  }
  std::string json;
  return google::protobuf::util::MessageToJsonString(*copy, &json).ok() ? json : "";
}

// A value of a field as text; `index` counts in a repeated one.
std::string Printed(const Message& message, const FieldDescriptor* field, int index) {
  const auto* reflection = message.GetReflection();
  const bool many = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return many ? reflection->GetRepeatedString(message, field, index) : reflection->GetString(message, field);
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(many ? reflection->GetRepeatedInt32(message, field, index)
                               : reflection->GetInt32(message, field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return many ? reflection->GetRepeatedEnum(message, field, index)->name()
                  : reflection->GetEnum(message, field)->name();
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Printed(many ? reflection->GetRepeatedMessage(message, field, index)
                          : reflection->GetMessage(message, field));
    default:
      return "";  // the parse has no fields of other types here
  }
}

// A field as text, a list one value a line; empty when it is not filled.
std::string Printed(const Message& message, const FieldDescriptor* field) {
  const auto* reflection = message.GetReflection();
  if (!field->is_repeated()) return reflection->HasField(message, field) ? Printed(message, field, 0) : "";
  std::vector<std::string> values;
  for (int i = 0; i < reflection->FieldSize(message, field); ++i) values.push_back(Printed(message, field, i));
  return absl::StrJoin(values, "\n");
}

Element Read(const Message& message, std::string id, std::string title, std::string text, int line,
             std::vector<std::string> above = {}, std::string code = "") {
  Element element{.message = &message,
                  .id = std::move(id),
                  .title = std::move(title),
                  .code = std::move(code),
                  .text = std::move(text),
                  .above = std::move(above),
                  .line = line,
                  .fields = {}};
  std::erase(element.above, "");
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    if (!IsPlace(field->name()) && !IsAbove(field->name())) element.fields[field->name()] = Printed(message, field);
  }
  return element;
}

template <typename Parsed>
std::string IdOf(const Parsed& parsed, const char* kind, size_t number) {
  return parsed.id().empty() ? absl::StrCat(kind, number + 1) : parsed.id();
}

std::string TextOf(const v1::ParsedActivity& activity) {
  std::string text = activity.council_proposal();
  for (const v1::ParsedAspect& aspect : activity.aspects()) {
    absl::StrAppend(&text, aspect.plan(), "\n", aspect.progress(), "\n");
  }
  return text;
}

// The kinds in an order in which what others stand under comes first.
constexpr v1::ElementKind kKinds[] = {
    v1::ELEMENT_KIND_GOAL,   v1::ELEMENT_KIND_ACTIVITY,    v1::ELEMENT_KIND_SECTION,  v1::ELEMENT_KIND_INDICATOR,
    v1::ELEMENT_KIND_TARGET, v1::ELEMENT_KIND_MEASUREMENT, v1::ELEMENT_KIND_MILESTONE};

Elements ElementsOf(const v1::ParsedDocument& parsed, v1::ElementKind kind) {
  Elements elements;
  const auto read_figures = [&](const auto& figures, const char* name) {
    for (const auto& figure : figures) {
      elements.push_back(
          Read(figure, IdOf(figure, name, elements.size()), figure.text(), "", figure.line(), {figure.subject_id()}));
    }
  };
  switch (kind) {
    case v1::ELEMENT_KIND_GOAL:
      for (const v1::ParsedGoal& goal : parsed.goals()) {
        elements.push_back(Read(goal, goal.id(), goal.title().empty() ? goal.text() : goal.title(),
                                absl::StrCat(goal.text(), "\n", goal.progress()), goal.line(), {goal.parent_id()},
                                goal.code()));
      }
      break;
    case v1::ELEMENT_KIND_ACTIVITY:
      for (const v1::ParsedActivity& activity : parsed.activities()) {
        elements.push_back(Read(activity, activity.id(), activity.title(), TextOf(activity), activity.line(),
                                {activity.goal_ids().begin(), activity.goal_ids().end()}, activity.code()));
      }
      break;
    case v1::ELEMENT_KIND_SECTION:
      for (const v1::ParsedSection& section : parsed.sections()) {
        elements.push_back(Read(section, IdOf(section, "section", elements.size()),
                                section.heading().empty() ? section.text() : section.heading(), section.text(),
                                section.first_line()));
      }
      break;
    case v1::ELEMENT_KIND_INDICATOR:
      read_figures(parsed.indicators(), "indicator");
      break;
    case v1::ELEMENT_KIND_TARGET:
      read_figures(parsed.targets(), "target");
      break;
    case v1::ELEMENT_KIND_MEASUREMENT:
      read_figures(parsed.measurements(), "measurement");
      break;
    case v1::ELEMENT_KIND_MILESTONE:
      read_figures(parsed.milestones(), "milestone");
      break;
    default:
      break;
  }
  return elements;
}

// Compares two readings; lives for one call.
class Comparer {
 public:
  explicit Comparer(const std::set<std::string>& unpaired) : unpaired_(unpaired) {}

  Comparison Run(const v1::ParsedDocument& before, const v1::ParsedDocument& after) {
    CompareSources(before.source(), after.source());
    for (const v1::ElementKind kind : kKinds) Compare(kind, ElementsOf(before, kind), ElementsOf(after, kind));
    const auto by_line = [](const auto& a, const auto& b) { return a.line() < b.line(); };
    std::stable_sort(result_.differences.begin(), result_.differences.end(), by_line);
    std::stable_sort(removed_.begin(), removed_.end(), by_line);
    result_.differences.insert(result_.differences.end(), removed_.begin(), removed_.end());
    return std::move(result_);
  }

 private:
  void CompareSources(const v1::SourceDocument& before, const v1::SourceDocument& after) {
    v1::ElementDifference difference;
    for (const char* const name :
         {"title", "document_kind", "fiscal_years", "identifier", "valid_from", "effective_from"}) {
      const FieldDescriptor* field = before.GetDescriptor()->FindFieldByName(name);
      AddField(name, Printed(before, field), Printed(after, field), difference);
    }
    if (difference.fields().empty()) return;
    difference.set_kind(v1::DIFFERENCE_KIND_CHANGED);
    difference.set_element_kind(v1::ELEMENT_KIND_FRAMEWORK);
    difference.set_element_id(kSourceId);
    difference.set_previous_element_id(kSourceId);
    difference.set_title(after.title());
    result_.differences.push_back(std::move(difference));
  }

  static void AddField(const std::string& path, const std::string& before, const std::string& after,
                       v1::ElementDifference& difference) {
    if (before == after) return;
    v1::FieldDifference* field = difference.add_fields();
    field->set_path(path);
    field->set_before(before);
    field->set_after(after);
  }

  void Compare(v1::ElementKind kind, const Elements& before, const Elements& after) {
    for (const Element& element : before) titles_before_[element.id] = element.title;
    for (const Element& element : after) titles_after_[element.id] = element.title;
    std::vector<std::optional<size_t>> pairs = Pair(kind, before, after);
    for (size_t i = 0; i < after.size(); ++i) {
      if (unpaired_.count(after[i].id) > 0) pairs[i].reset();
    }
    std::vector<bool> kept(before.size(), false);
    for (size_t i = 0; i < after.size(); ++i) {
      if (!pairs[i]) continue;
      kept[*pairs[i]] = true;
      result_.previous_ids[after[i].id] = before[*pairs[i]].id;
      later_ids_[before[*pairs[i]].id] = after[i].id;
    }
    for (size_t i = 0; i < after.size(); ++i) {
      v1::ElementDifference difference = pairs[i] ? Changed(before[*pairs[i]], after[i]) : v1::ElementDifference();
      if (pairs[i] && difference.fields().empty()) continue;
      difference.set_kind(pairs[i] ? v1::DIFFERENCE_KIND_CHANGED : v1::DIFFERENCE_KIND_ADDED);
      difference.set_element_id(after[i].id);
      Describe(kind, after[i], difference);
      result_.differences.push_back(std::move(difference));
    }
    for (size_t i = 0; i < before.size(); ++i) {
      if (kept[i]) continue;
      v1::ElementDifference difference;
      difference.set_kind(v1::DIFFERENCE_KIND_REMOVED);
      difference.set_previous_element_id(before[i].id);
      Describe(kind, before[i], difference);
      removed_.push_back(std::move(difference));
    }
  }

  static void Describe(v1::ElementKind kind, const Element& element, v1::ElementDifference& difference) {
    difference.set_element_kind(kind);
    difference.set_title(element.title);
    difference.set_line(element.line);
  }

  v1::ElementDifference Changed(const Element& before, const Element& after) const {
    v1::ElementDifference difference;
    difference.set_previous_element_id(before.id);
    for (const auto& [path, text] : after.fields) AddField(path, before.fields.at(path), text, difference);
    std::set<std::string> was;
    for (const std::string& id : before.above) {
      const auto later = later_ids_.find(id);
      was.insert(later == later_ids_.end() ? "removed " + id : later->second);
    }
    if (was != std::set<std::string>(after.above.begin(), after.above.end())) {
      v1::FieldDifference* field = difference.add_fields();
      field->set_path(PathAbove(after));
      field->set_before(absl::StrJoin(TitlesAbove(before, titles_before_), "\n"));
      field->set_after(absl::StrJoin(TitlesAbove(after, titles_after_), "\n"));
    }
    return difference;
  }

  static std::string PathAbove(const Element& element) {
    const auto* type = element.message->GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      if (IsAbove(type->field(i)->name())) return type->field(i)->name();
    }
    return "";
  }

  static std::vector<std::string> TitlesAbove(const Element& element,
                                              const std::map<std::string, std::string>& titles) {
    std::vector<std::string> above;
    for (const std::string& id : element.above) {
      const auto title = titles.find(id);
      if (title != titles.end()) above.push_back(title->second);
    }
    return above;
  }

  // The element of `before` that each of `after` is.
  std::vector<std::optional<size_t>> Pair(v1::ElementKind kind, const Elements& before, const Elements& after) const {
    std::vector<std::optional<size_t>> pairs(after.size());
    std::vector<bool> used(before.size(), false);
    const auto content = [](const Element& element) {
      return absl::StrJoin(element.fields, "\x1e", absl::PairFormatter("\x1f"));
    };
    const auto placed = [&](const Element& element, const auto& titles) {
      return absl::StrCat(content(element), "\x1e", absl::StrJoin(TitlesAbove(element, titles), "\x1e"));
    };
    PairEqual(
        before, after, [&](const Element& element) { return placed(element, titles_before_); },
        [&](const Element& element) { return placed(element, titles_after_); }, pairs, used);
    PairEqual(before, after, content, content, pairs, used);
    PairAlike(before, after, pairs, used);
    if (kind != v1::ELEMENT_KIND_GOAL && kind != v1::ELEMENT_KIND_ACTIVITY && kind != v1::ELEMENT_KIND_SECTION) {
      PairLeftOver(before, after, pairs, used);
    }
    return pairs;
  }

  // In order, so that equal ones keep their order.
  template <typename KeyBefore, typename KeyAfter>
  static void PairEqual(const Elements& before, const Elements& after, KeyBefore key_before, KeyAfter key_after,
                        std::vector<std::optional<size_t>>& pairs, std::vector<bool>& used) {
    std::map<std::string, std::vector<size_t>> open;
    for (size_t j = before.size(); j-- > 0;) {
      if (!used[j]) open[key_before(before[j])].push_back(j);
    }
    for (size_t i = 0; i < after.size(); ++i) {
      if (pairs[i]) continue;
      const auto found = open.find(key_after(after[i]));
      if (found == open.end() || found->second.empty()) continue;
      pairs[i] = found->second.back();
      used[*pairs[i]] = true;
      found->second.pop_back();
    }
  }

  void PairAlike(const Elements& before, const Elements& after, std::vector<std::optional<size_t>>& pairs,
                 std::vector<bool>& used) const {
    std::vector<size_t> places_before;
    std::vector<size_t> places_after;
    std::vector<MatchItem> items_before;
    std::vector<MatchItem> items_after;
    const auto add = [](const Element& element, const auto& titles, std::vector<MatchItem>& items) {
      items.push_back({.id = element.id,
                       .code = element.code,
                       .title = element.title,
                       .text = element.text,
                       .places = TitlesAbove(element, titles)});
    };
    for (size_t j = 0; j < before.size(); ++j) {
      if (used[j]) continue;
      places_before.push_back(j);
      add(before[j], titles_before_, items_before);
    }
    for (size_t i = 0; i < after.size(); ++i) {
      if (pairs[i]) continue;
      places_after.push_back(i);
      add(after[i], titles_after_, items_after);
    }
    const std::vector<Match> matches = MatchItems(items_after, items_before);
    // Within one source what is rather the same is the same: the officer sees both texts.
    std::vector<std::tuple<int, size_t, size_t>> ranked;
    for (size_t i = 0; i < matches.size(); ++i) {
      if (matches[i].outcome == v1::MATCH_OUTCOME_NEW) continue;
      ranked.emplace_back(-matches[i].score_permille, places_after[i], places_before[*matches[i].candidate]);
    }
    std::sort(ranked.begin(), ranked.end());
    for (const auto& [score, i, j] : ranked) {
      if (used[j] || IsFramework(before[j]) != IsFramework(after[i])) continue;
      pairs[i] = j;
      used[j] = true;
    }
  }

  // A framework and a goal in it are two things, also when they bear one title.
  static bool IsFramework(const Element& element) {
    const auto kind = element.fields.find("kind");
    return kind != element.fields.end() && kind->second == v1::GoalKind_Name(v1::GOAL_KIND_FRAMEWORK);
  }

  // A figure whose words say little: the only one left of its subject in both readings is the same.
  void PairLeftOver(const Elements& before, const Elements& after, std::vector<std::optional<size_t>>& pairs,
                    std::vector<bool>& used) const {
    std::map<std::string, std::vector<size_t>> open_before;
    std::map<std::string, std::vector<size_t>> open_after;
    for (size_t j = 0; j < before.size(); ++j) {
      if (used[j] || before[j].above.empty()) continue;
      const auto later = later_ids_.find(before[j].above.front());
      if (later != later_ids_.end()) open_before[later->second].push_back(j);
    }
    for (size_t i = 0; i < after.size(); ++i) {
      if (!pairs[i] && !after[i].above.empty()) open_after[after[i].above.front()].push_back(i);
    }
    for (const auto& [subject, left] : open_after) {
      const auto was = open_before.find(subject);
      if (left.size() != 1 || was == open_before.end() || was->second.size() != 1) continue;
      pairs[left.front()] = was->second.front();
      used[was->second.front()] = true;
    }
  }

  const std::set<std::string>& unpaired_;
  Comparison result_;
  std::vector<v1::ElementDifference> removed_;
  std::map<std::string, std::string> titles_before_;  // by id
  std::map<std::string, std::string> titles_after_;
  std::map<std::string, std::string> later_ids_;  // id before -> id after
};

// CVDR637340/2 -> CVDR637340
std::string WithoutVersion(const std::string& identifier) { return identifier.substr(0, identifier.find('/')); }

}  // namespace

Comparison CompareReadings(const v1::ParsedDocument& before, const v1::ParsedDocument& after,
                           const std::set<std::string>& unpaired) {
  return Comparer(unpaired).Run(before, after);
}

bool IsSameSource(const v1::SourceDocument& a, const v1::SourceDocument& b) {
  if (!a.sha256().empty() && a.sha256() == b.sha256()) return true;
  if (!a.identifier().empty() && !b.identifier().empty()) {
    return WithoutVersion(a.identifier()) == WithoutVersion(b.identifier());
  }
  return !a.title().empty() && Slug(a.title(), "x", 400) == Slug(b.title(), "x", 400) &&
         a.document_kind() == b.document_kind() &&
         std::equal(a.fiscal_years().begin(), a.fiscal_years().end(), b.fiscal_years().begin(), b.fiscal_years().end());
}

}  // namespace regiokompas::intake
