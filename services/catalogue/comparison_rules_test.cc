#include "services/catalogue/comparison_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"

namespace regiokompas::catalogue {
namespace {

using google::protobuf::Message;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kFramework[] = "owners/GM0677/frameworks/kader-1";
constexpr char kActivity[] = "owners/GM0677/activities/activiteit-1";

// -- What an integrator does with the changes

// Sets every field of the JSON object on the resource; null empties it.
void SetFields(const std::string& json, Message& resource) {
  google::protobuf::Struct object;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, &object).ok()) << json;
  std::unique_ptr<Message> values(resource.New());
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, values.get()).ok()) << json;
  for (int i = 0; i < resource.GetDescriptor()->field_count(); ++i) {
    const auto* field = resource.GetDescriptor()->field(i);
    if (object.fields().count(field->json_name()) > 0) resource.GetReflection()->ClearField(&resource, field);
  }
  resource.MergeFrom(*values);
}

template <typename Resource>
void ApplyTo(const v1::Change& change, std::vector<Resource>& resources) {
  if (change.kind() == v1::CHANGE_KIND_ADDED) {
    SetFields(change.after_json(), resources.emplace_back());
    EXPECT_EQ(resources.back().name(), change.resource());
    return;
  }
  const auto found = std::find_if(resources.begin(), resources.end(),
                                  [&](const Resource& resource) { return resource.name() == change.resource(); });
  ASSERT_NE(found, resources.end()) << change.resource();
  if (change.kind() == v1::CHANGE_KIND_DROPPED) {
    resources.erase(found);
  } else {
    SetFields(change.after_json(), *found);
  }
}

FrameworkContent Apply(FrameworkContent content, const std::vector<v1::Change>& changes) {
  for (const v1::Change& change : changes) {
    if (absl::StrContains(change.resource(), "/sections/")) {
      ApplyTo(change, content.sections);
    } else if (absl::StrContains(change.resource(), "/goals/")) {
      ApplyTo(change, content.goals);
    } else if (absl::StrContains(change.resource(), "/contributions/")) {
      ApplyTo(change, content.contributions);
    } else if (absl::StrContains(change.resource(), "/activities/")) {
      ApplyTo(change, content.activities);
    } else {
      std::vector<v1::Framework> frameworks;
      if (!content.framework.name().empty()) frameworks.push_back(content.framework);
      ApplyTo(change, frameworks);
      content.framework = frameworks.empty() ? v1::Framework() : frameworks.front();
    }
  }
  return content;
}

// -- Contents as text, without what does not count

template <typename Resource>
void Print(Resource resource, std::map<std::string, std::string>& printed) {
  resource.clear_create_time();
  resource.clear_update_time();
  resource.clear_etag();
  resource.clear_provenance();
  if constexpr (std::is_same_v<Resource, v1::Framework>) {
    resource.clear_state();
    resource.clear_latest_version();
  }
  if constexpr (std::is_same_v<Resource, v1::Activity>) {
    for (auto& milestone : *resource.mutable_milestones()) milestone.clear_provenance();
    for (auto& line : *resource.mutable_budget_lines()) line.clear_provenance();
  }
  EXPECT_TRUE(printed.emplace(resource.name(), resource.DebugString()).second) << resource.name() << " is there twice";
}

std::map<std::string, std::string> Printed(const FrameworkContent& content) {
  std::map<std::string, std::string> printed;
  if (!content.framework.name().empty()) Print(content.framework, printed);
  for (const auto& section : content.sections) Print(section, printed);
  for (const auto& goal : content.goals) Print(goal, printed);
  for (const auto& contribution : content.contributions) Print(contribution, printed);
  for (const auto& activity : content.activities) Print(activity, printed);
  return printed;
}

// -- Random frameworks and random edits

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  int Below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

  std::string Text() {
    static const char* const kWords[] = {"jeugd ",  "hulp  ",    "coördinatie\n", "€ 5 ", "\"aanpak\" ",
                                         "<wijk> ", "\\n regel", "\tkind ",       "de ",  "en\n\n"};
    std::string text;
    for (int i = Below(8); i > 0; --i) text += kWords[Below(10)];
    return text;
  }

  std::string Date() { return absl::StrCat("202", Below(4), "-0", 1 + Below(9), "-01"); }

  // Fills one field at random; it may become empty.
  void Change(Message& message, const google::protobuf::FieldDescriptor* field, int depth) {
    using Field = google::protobuf::FieldDescriptor;
    const auto& reflection = *message.GetReflection();
    reflection.ClearField(&message, field);
    const int times = field->is_repeated() ? Below(4) : Below(4) > 0 ? 1 : 0;
    for (int i = 0; i < times; ++i) {
      switch (field->cpp_type()) {
        case Field::CPPTYPE_STRING:
          field->is_repeated() ? reflection.AddString(&message, field, Text())
                               : reflection.SetString(&message, field, Text());
          break;
        case Field::CPPTYPE_INT32:
          field->is_repeated() ? reflection.AddInt32(&message, field, Below(5))
                               : reflection.SetInt32(&message, field, Below(5));
          break;
        case Field::CPPTYPE_INT64:
          reflection.SetInt64(&message, field, int64_t{Below(3)} * 900'719'925'474'099'267);
          break;
        case Field::CPPTYPE_ENUM:
          field->is_repeated() ? reflection.AddEnumValue(&message, field, Below(3))
                               : reflection.SetEnumValue(&message, field, Below(3));
          break;
        case Field::CPPTYPE_MESSAGE:
          if (field->message_type()->full_name() == "google.protobuf.Timestamp") {
            break;
          }
          Fill(field->is_repeated() ? *reflection.AddMessage(&message, field)
                                    : *reflection.MutableMessage(&message, field),
               depth + 1);
          break;
        default:
          FAIL() << field->full_name();
      }
    }
  }

  void Fill(Message& message, int depth = 0) {
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const auto* field = message.GetDescriptor()->field(i);
      if (field->name() == "name" && depth == 0) continue;
      Change(message, field, depth);
    }
  }

  template <typename Resource>
  void Add(const std::string& name, std::vector<Resource>& resources) {
    resources.emplace_back().set_name(name);
    Fill(resources.back());
  }

  FrameworkContent Content() {
    FrameworkContent content;
    content.framework.set_name(kFramework);
    Fill(content.framework);
    for (int i = Below(4); i > 0; --i) Add(absl::StrCat(kFramework, "/sections/tekst-", i), content.sections);
    for (int i = Below(6); i > 0; --i) Add(absl::StrCat(kFramework, "/goals/doel-", i), content.goals);
    for (int i = Below(6); i > 0; --i) {
      const std::string activity = absl::StrCat("owners/GM0677/activities/activiteit-", i);
      Add(activity, content.activities);
      Add(activity + "/contributions/bijdrage-1", content.contributions);
      content.contributions.back().set_framework(kFramework);
      if (!content.goals.empty()) {
        content.contributions.back().set_goal(content.goals[Below(static_cast<int>(content.goals.size()))].name());
      }
    }
    return content;
  }

  template <typename Resource>
  void Edit(const std::string& prefix, std::vector<Resource>& resources) {
    for (Resource& resource : resources) {
      for (int i = Below(4); i > 0; --i) {
        const auto* field = Resource::descriptor()->field(Below(Resource::descriptor()->field_count()));
        if (field->name() != "name") Change(resource, field, 0);
      }
    }
    if (!resources.empty() && Below(3) == 0)
      resources.erase(resources.begin() + Below(static_cast<int>(resources.size())));
    if (Below(3) == 0) Add(absl::StrCat(prefix, "nieuw-", Below(1000)), resources);
    std::shuffle(resources.begin(), resources.end(), random_);
  }

  FrameworkContent Edited(FrameworkContent content) {
    std::vector<v1::Framework> frameworks = {content.framework};
    const auto* field = v1::Framework::descriptor()->field(Below(v1::Framework::descriptor()->field_count()));
    if (field->name() != "name") Change(content.framework, field, 0);
    Edit(absl::StrCat(kFramework, "/sections/"), content.sections);
    Edit(absl::StrCat(kFramework, "/goals/"), content.goals);
    Edit("owners/GM0677/activities/", content.activities);
    Edit(absl::StrCat(kActivity, "/contributions/"), content.contributions);
    return content;
  }

 private:
  std::mt19937 random_;
};

// The same content under a framework of another name, as the document of another year.
FrameworkContent OfAnotherYear(FrameworkContent content) {
  const auto rename = [](std::string name) {
    if (absl::StartsWith(name, kFramework)) name.replace(0, sizeof(kFramework) - 1, "owners/GM0677/frameworks/kader-2");
    return name;
  };
  content.framework.set_name(rename(content.framework.name()));
  for (auto& section : content.sections) section.set_name(rename(section.name()) + "-b");
  for (auto& goal : content.goals) {
    goal.set_name(rename(goal.name()) + "-b");
    if (absl::StartsWith(goal.parent_goal(), kFramework)) goal.set_parent_goal(rename(goal.parent_goal()) + "-b");
  }
  for (auto& contribution : content.contributions) {
    contribution.set_name(contribution.name() + "-b");
    contribution.set_framework(rename(contribution.framework()));
    if (absl::StartsWith(contribution.goal(), kFramework)) contribution.set_goal(rename(contribution.goal()) + "-b");
  }
  return content;
}

TEST(ComparisonRulesTest, TheChangesLeadFromTheOldVersionToTheNew) {
  int kinds[8] = {};
  for (unsigned seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Generator generator(seed);
    const FrameworkContent before = generator.Content();
    const FrameworkContent after = generator.Edited(before);
    const std::vector<v1::Change> changes = Compare(before, after);
    ASSERT_EQ(Printed(Apply(before, changes)), Printed(after));
    EXPECT_THAT(Compare(after, after), IsEmpty());
    EXPECT_THAT(Compare(before, before), IsEmpty());
    std::map<std::pair<std::string, v1::ChangeKind>, int> seen;
    for (const v1::Change& change : changes) {
      ++kinds[change.kind()];
      const int times = ++seen[{change.resource(), change.kind()}];
      EXPECT_EQ(times, 1) << "one change of a resource and kind";
    }
  }
  for (int kind = v1::CHANGE_KIND_ADDED; kind <= v1::CHANGE_KIND_REVISED; ++kind) EXPECT_GT(kinds[kind], 50) << kind;
}

TEST(ComparisonRulesTest, TheChangesLeadFromTheDocumentOfOneYearToThatOfAnother) {
  for (unsigned seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Generator generator(seed);
    const FrameworkContent before = generator.Content();
    const FrameworkContent after = OfAnotherYear(generator.Edited(before));
    ASSERT_EQ(Printed(Apply(before, Compare(before, after))), Printed(InNamesOf(before, after)));
  }
}

TEST(ComparisonRulesTest, WhatIsHeldByNothingIsAddedOrDroppedAsAWhole) {
  Generator generator(3);
  const FrameworkContent content = generator.Content();
  ASSERT_FALSE(content.activities.empty());
  for (const v1::Change& change : Compare(content, {})) {
    EXPECT_EQ(change.kind(), v1::CHANGE_KIND_DROPPED);
    EXPECT_EQ(change.after_json(), "");
    EXPECT_EQ(change.fields_size(), 0);
  }
  EXPECT_EQ(Printed(Apply({}, Compare({}, content))), Printed(content));
  EXPECT_THAT(Printed(Apply(content, Compare(content, {}))), IsEmpty());
}

// -- By hand

FrameworkContent OneOfEach() {
  FrameworkContent content;
  content.framework.set_name(kFramework);
  content.framework.set_display_name("Kader 2025");
  v1::Section& section = content.sections.emplace_back();
  section.set_name(absl::StrCat(kFramework, "/sections/inleiding"));
  section.set_display_name("Inleiding");
  v1::Goal& goal = content.goals.emplace_back();
  goal.set_name(absl::StrCat(kFramework, "/goals/doel-1"));
  goal.set_display_name("Elk kind telt");
  goal.set_kind(v1::GOAL_KIND_MAIN_GOAL);
  goal.set_code("1");
  v1::Contribution& contribution = content.contributions.emplace_back();
  contribution.set_name(absl::StrCat(kActivity, "/contributions/bijdrage-1"));
  contribution.set_framework(kFramework);
  contribution.set_goal(goal.name());
  v1::Activity& activity = content.activities.emplace_back();
  activity.set_name(kActivity);
  activity.set_display_name("Wijkteam");
  v1::Milestone& milestone = *activity.add_milestones();
  milestone.set_text("Het team is er");
  milestone.set_due("2025-Q2");
  milestone.set_ordinal(1);
  v1::BudgetLine& line = *activity.add_budget_lines();
  line.set_amount_cents(1'000'000);
  line.set_text("€ 10.000");
  v1::Aspect& aspect = *activity.add_aspects();
  aspect.set_kind(v1::ASPECT_KIND_APPROACH);
  aspect.set_label("Aanpak");
  aspect.set_plan("Wij beginnen in januari.");
  aspect.set_ordinal(1);
  return content;
}

std::string Show(const v1::Change& change) {
  std::string shown = absl::StrCat(v1::ChangeKind_Name(change.kind()).substr(12));
  for (const std::string& field : change.fields()) absl::StrAppend(&shown, " ", field);
  return shown;
}

std::vector<std::string> KindsOf(const FrameworkContent& before, const FrameworkContent& after) {
  std::vector<std::string> kinds;
  for (const v1::Change& change : Compare(before, after)) kinds.push_back(Show(change));
  return kinds;
}

TEST(ComparisonRulesTest, NamesTimesEtagsAndProvenanceDoNotCount) {
  const FrameworkContent before = OneOfEach();
  FrameworkContent after = before;
  after.framework.set_etag("\"v2\"");
  after.framework.set_state(v1::FRAMEWORK_STATE_ADOPTED);
  after.framework.set_latest_version("owners/GM0677/frameworks/kader-1/versions/v1");
  after.framework.mutable_update_time()->set_seconds(1);
  after.goals[0].mutable_provenance()->set_first_line(3);
  after.activities[0].mutable_milestones(0)->mutable_provenance()->set_first_line(3);
  after.activities[0].mutable_budget_lines(0)->mutable_provenance()->set_first_line(3);
  EXPECT_THAT(KindsOf(before, after), IsEmpty());
}

TEST(ComparisonRulesTest, FieldsOfOneKindAreOneChange) {
  const FrameworkContent before = OneOfEach();
  FrameworkContent after = before;
  v1::Activity& activity = after.activities[0];
  activity.mutable_milestones(0)->set_due("2025-Q4");
  activity.add_realisation_years(2025);
  activity.mutable_budget_lines(0)->set_amount_cents(2'000'000);
  activity.set_policy_officer("de Vries");
  activity.add_task_fields("6.72");
  activity.set_code("1.a");
  activity.set_display_name("Wijkteams");
  EXPECT_THAT(KindsOf(before, after),
              ElementsAre("MOVED code", "REDATED realisation_years milestones", "REBUDGETED budget_lines",
                          "REWORDED display_name", "REVISED task_fields policy_officer"));
}

TEST(ComparisonRulesTest, ElementsThatChangedPlacesWereMoved) {
  FrameworkContent before = OneOfEach();
  *before.activities[0].add_aspects() = before.activities[0].aspects(0);
  before.activities[0].mutable_aspects(1)->set_label("Resultaat");
  before.activities[0].mutable_aspects(1)->set_ordinal(2);
  FrameworkContent after = before;
  after.activities[0].mutable_aspects()->SwapElements(0, 1);
  after.activities[0].mutable_aspects(0)->set_ordinal(1);
  after.activities[0].mutable_aspects(1)->set_ordinal(2);
  after.activities[0].mutable_milestones(0)->set_ordinal(7);
  EXPECT_THAT(KindsOf(before, after), ElementsAre("MOVED aspects milestones"));
}

TEST(ComparisonRulesTest, WordsOfMilestonesAndBudgetLinesAreWords) {
  const FrameworkContent before = OneOfEach();
  FrameworkContent after = before;
  after.activities[0].mutable_milestones(0)->set_text("Het team is compleet");
  after.activities[0].mutable_budget_lines(0)->set_text("tienduizend euro");
  const std::vector<v1::Change> changes = Compare(before, after);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(Show(changes[0]), "REWORDED milestones budget_lines");
  ASSERT_EQ(changes[0].texts_size(), 2);
  EXPECT_EQ(changes[0].texts(0).path(), "milestones[0].text");
  EXPECT_EQ(changes[0].texts(1).path(), "budget_lines[0].text");
  after.activities[0].mutable_milestones(0)->set_due("2026");
  EXPECT_THAT(KindsOf(before, after), ElementsAre("REDATED milestones", "REWORDED budget_lines"));
}

TEST(ComparisonRulesTest, TextsOfAspectsHaveThePlaceInTheNewVersion) {
  const FrameworkContent before = OneOfEach();
  FrameworkContent after = before;
  v1::Activity& activity = after.activities[0];
  activity.clear_aspects();
  v1::Aspect& added = *activity.add_aspects();
  added.set_kind(v1::ASPECT_KIND_RESULT);
  added.set_label("Resultaat");
  added.set_plan("Een team.");
  *activity.add_aspects() = before.activities[0].aspects(0);
  activity.mutable_aspects(1)->set_plan("Wij beginnen in maart.");
  std::vector<v1::Change> changes = Compare(before, after);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(Show(changes[0]), "REWORDED aspects");
  ASSERT_EQ(changes[0].texts_size(), 3);
  EXPECT_EQ(changes[0].texts(0).path(), "aspects[0].label");
  EXPECT_EQ(changes[0].texts(1).path(), "aspects[0].plan");
  EXPECT_EQ(changes[0].texts(1).edits(0).kind(), v1::WORD_EDIT_KIND_INSERTED);
  EXPECT_EQ(changes[0].texts(2).path(), "aspects[1].plan");
  ASSERT_EQ(changes[0].texts(2).edits_size(), 3);
  EXPECT_EQ(changes[0].texts(2).edits(0).text(), "Wij beginnen in ");
  EXPECT_EQ(changes[0].texts(2).edits(1).text(), "januari.");
  EXPECT_EQ(changes[0].texts(2).edits(2).text(), "maart.");

  changes = Compare(after, before);
  ASSERT_EQ(changes[0].texts_size(), 3);
  EXPECT_EQ(changes[0].texts(2).path(), "aspects[0].plan") << "in the old version, where it was";
  EXPECT_EQ(changes[0].texts(2).edits(0).kind(), v1::WORD_EDIT_KIND_REMOVED);
}

TEST(ComparisonRulesTest, AnEmptiedFieldIsNull) {
  const FrameworkContent before = OneOfEach();
  FrameworkContent after = before;
  after.goals[0].clear_code();
  after.goals[0].set_ordinal(2);
  const std::vector<v1::Change> changes = Compare(before, after);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].display_name(), "Elk kind telt");
  EXPECT_EQ(changes[0].before_json(), R"({"code":"1","ordinal":null})");
  EXPECT_EQ(changes[0].after_json(), R"({"ordinal":2,"code":null})");
}

TEST(ComparisonRulesTest, ChangesComeBySortThenByName) {
  const FrameworkContent before = OneOfEach();
  FrameworkContent after = before;
  after.activities[0].set_code("9");
  after.contributions[0].clear_goal();
  after.framework.set_text("Nieuw");
  after.sections[0].set_text("Nieuw");
  after.goals[0].set_text("Nieuw");
  v1::Goal& goal = after.goals.emplace_back(after.goals[0]);
  goal.set_name(absl::StrCat(kFramework, "/goals/aanvulling"));
  std::vector<std::string> resources;
  for (const v1::Change& change : Compare(before, after)) resources.push_back(change.resource());
  EXPECT_THAT(resources, ElementsAre(after.framework.name(), after.sections[0].name(), goal.name(),
                                     after.goals[0].name(), after.contributions[0].name(), after.activities[0].name()));
}

TEST(ComparisonRulesTest, DocumentsOfDifferentYearsHaveTheirGoalsInCommon) {
  FrameworkContent before = OneOfEach();
  v1::Goal& result = before.goals.emplace_back(before.goals[0]);
  result.set_name(absl::StrCat(kFramework, "/goals/resultaat-1a"));
  result.set_kind(v1::GOAL_KIND_INTENDED_RESULT);
  result.set_code("a");
  result.set_display_name("Minder wachten");
  result.set_parent_goal(before.goals[0].name());
  const FrameworkContent same = OfAnotherYear(before);
  EXPECT_THAT(KindsOf(before, same), IsEmpty());

  // The same code under another goal is another result; its title finds it.
  FrameworkContent after = same;
  after.goals[1].set_code("b");
  v1::Goal& other = after.goals.emplace_back(after.goals[0]);
  other.set_name("owners/GM0677/frameworks/kader-2/goals/doel-2");
  other.set_code("2");
  other.set_display_name("Iedereen doet mee");
  v1::Goal& namesake = after.goals.emplace_back(after.goals[1]);
  namesake.set_name("owners/GM0677/frameworks/kader-2/goals/resultaat-2a");
  namesake.set_code("a");
  namesake.set_parent_goal(other.name());
  namesake.set_display_name("Meer werk");
  after.framework.set_display_name("Kader 2026");
  const std::vector<v1::Change> changes = Compare(before, after);
  std::vector<std::string> shown;
  for (const v1::Change& change : changes) shown.push_back(Show(change) + " " + change.resource());
  EXPECT_THAT(
      shown, ElementsAre(absl::StrCat("REWORDED display_name ", kFramework), absl::StrCat("MOVED code ", result.name()),
                         "ADDED " + other.name(), "ADDED " + namesake.name()));
}

TEST(ComparisonRulesTest, AnActivityOfTheNextDocumentServesAnotherGoal) {
  const FrameworkContent before = OneOfEach();
  FrameworkContent after = OfAnotherYear(before);
  v1::Goal& goal = after.goals.emplace_back();
  goal.set_name("owners/GM0677/frameworks/kader-2/goals/doel-9");
  goal.set_display_name("Iets nieuws");
  after.contributions[0].set_goal(goal.name());
  const std::vector<v1::Change> changes = Compare(before, after);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(Show(changes[0]), "ADDED");
  EXPECT_EQ(Show(changes[1]), "MOVED goal");
  EXPECT_EQ(changes[1].resource(), before.contributions[0].name());
}

}  // namespace
}  // namespace regiokompas::catalogue
