#include "services/intake/parser/example.h"

#include <functional>
#include <iterator>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"

namespace regiokompas::intake {
namespace {

// Calls `change` with every id of an element and every id by which one names another.
template <typename Change>
void ForEachId(v1::ParsedDocument* parsed, Change own, Change reference) {
  for (auto& goal : *parsed->mutable_goals()) own("g", goal.mutable_id());
  for (auto& activity : *parsed->mutable_activities()) own("a", activity.mutable_id());
  for (auto& target : *parsed->mutable_targets()) own("t", target.mutable_id());
  for (auto& indicator : *parsed->mutable_indicators()) own("i", indicator.mutable_id());
  for (auto& measurement : *parsed->mutable_measurements()) own("m", measurement.mutable_id());
  for (auto& milestone : *parsed->mutable_milestones()) own("ms", milestone.mutable_id());
  for (auto& section : *parsed->mutable_sections()) own("s", section.mutable_id());
  for (auto& goal : *parsed->mutable_goals()) reference("", goal.mutable_parent_id());
  for (auto& activity : *parsed->mutable_activities()) {
    for (std::string& id : *activity.mutable_goal_ids()) reference("", &id);
  }
  for (auto& target : *parsed->mutable_targets()) reference("", target.mutable_subject_id());
  for (auto& indicator : *parsed->mutable_indicators()) reference("", indicator.mutable_subject_id());
  for (auto& measurement : *parsed->mutable_measurements()) reference("", measurement.mutable_subject_id());
  for (auto& milestone : *parsed->mutable_milestones()) reference("", milestone.mutable_subject_id());
}

// Gives every element the line that `line_of` says for its line.
template <typename LineOf>
void MoveLines(v1::ParsedDocument* parsed, LineOf line_of) {
  const auto move = [&](auto* elements) {
    for (auto& element : *elements) element.set_line(line_of(element.line()));
  };
  move(parsed->mutable_goals());
  move(parsed->mutable_activities());
  for (auto& activity : *parsed->mutable_activities()) move(activity.mutable_amounts());
  move(parsed->mutable_targets());
  move(parsed->mutable_indicators());
  move(parsed->mutable_measurements());
  move(parsed->mutable_milestones());
  for (auto& section : *parsed->mutable_sections()) {
    section.set_first_line(line_of(section.first_line()));
    section.set_last_line(line_of(section.last_line()));
  }
}

}  // namespace

v1::ParsedDocument Comparable(v1::ParsedDocument parsed) {
  parsed.clear_spans();
  parsed.clear_diagnostics();
  parsed.mutable_source()->clear_sha256();
  parsed.mutable_source()->clear_format();
  std::map<std::string, std::string> names;
  std::map<std::string, int> counts;
  using Change = std::function<void(const std::string&, std::string*)>;
  const Change own = [&](const std::string& kind, std::string* id) {
    const std::string name = absl::StrCat(kind, ++counts[kind]);
    if (!id->empty()) names[*id] = name;
    *id = name;
  };
  const Change reference = [&](const std::string&, std::string* id) {
    const auto found = names.find(*id);
    if (found != names.end()) *id = found->second;
  };
  ForEachId(&parsed, own, reference);
  return parsed;
}

Example MakeExample(const google::protobuf::RepeatedPtrField<v1::DocumentLine>& lines, v1::ParsedDocument parsed) {
  Example example;
  std::map<int, int> numbers;  // in the example, by those in the document
  int number = 0;
  int before = 0;
  for (const v1::DocumentLine& line : lines) {
    if (before != 0 && line.number() > before + 1) {
      example.text += "\n";
      ++number;
    }
    absl::StrAppend(&example.text, line.text(), "\n");
    numbers.emplace(line.number(), ++number);
    before = line.number();
  }
  MoveLines(&parsed, [&](int line) {
    const auto after = numbers.upper_bound(line);
    return after == numbers.begin() ? 0 : std::prev(after)->second;
  });
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  // Only ill-formed UTF-8 can fail here, and nothing that was parsed or received has any.
  (void)google::protobuf::util::MessageToJsonString(Comparable(std::move(parsed)), &example.expected, options);
  return example;
}

}  // namespace regiokompas::intake
