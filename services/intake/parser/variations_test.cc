// Documents of the families in other words, orders and markup: the main facts of a careful reader must be found.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "services/intake/parser/parse.h"
#include "services/intake/parser/text_lines.h"
#include "services/intake/reader/read_source.h"

namespace regiokompas::intake {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

// Facts as text, "activity|6.1.2|title", with how often each occurs.
using Facts = std::multiset<std::string>;

constexpr double kLeastF1 = 0.9;

std::filesystem::path Folder() { return std::filesystem::path(REGIOKOMPAS_SOURCE_DIR) / "tests/intake/variations"; }

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The documents that have a gold file, by name.
std::map<std::string, std::filesystem::path> Documents() {
  std::map<std::string, std::filesystem::path> documents;
  for (const auto& entry : std::filesystem::directory_iterator(Folder())) {
    const std::string name = entry.path().stem().string();
    if (entry.path().extension() == ".json" || entry.path().extension() == ".md") continue;
    if (std::filesystem::exists(Folder() / (name + ".gold.json"))) documents[name] = entry.path();
  }
  return documents;
}

const Value& Field(const Struct& object, const std::string& name) {
  static const Value& none = *new Value();
  const auto it = object.fields().find(name);
  return it == object.fields().end() ? none : it->second;
}

std::string Text(const Struct& object, const std::string& name) { return Field(object, name).string_value(); }

std::vector<Struct> List(const Struct& object, const std::string& name) {
  std::vector<Struct> list;
  for (const Value& value : Field(object, name).list_value().values()) {
    if (value.has_struct_value()) list.push_back(value.struct_value());
  }
  return list;
}

// Readers may differ about elements that are optional.
bool IsOptional(const Struct& element) { return Field(element, "optional").bool_value(); }

std::string Year(const Value& value) { return absl::StrCat(static_cast<int>(value.number_value())); }

// The facts of a gold file; `may` gets those that need not be found.
Facts GoldFacts(const Struct& gold, Facts* may) {
  Facts facts;
  for (const Struct& goal : List(gold, "goals")) {
    (IsOptional(goal) ? may : &facts)
        ->insert(absl::StrCat("goal|", Text(goal, "code"), "|", Normalized(Text(goal, "title"))));
  }
  for (const Struct& activity : List(gold, "activities")) {
    const std::string title = Normalized(Text(activity, "title"));
    Facts* const to = IsOptional(activity) ? may : &facts;
    to->insert(absl::StrCat("activity|", Text(activity, "code"), "|", title));
    for (const Struct& status : List(activity, "statuses")) {
      to->insert(absl::StrCat("status|", title, "|", Normalized(Text(status, "label"))));
    }
    for (const Struct& amount : List(activity, "amounts")) {
      (IsOptional(amount) ? may : to)->insert(absl::StrCat("amount|", title, "|", Text(amount, "cents")));
    }
    for (const Value& year : Field(activity, "realisationYears").list_value().values()) {
      const bool plain = !year.has_struct_value();
      (plain ? to : may)
          ->insert(absl::StrCat("year|", title, "|", Year(plain ? year : Field(year.struct_value(), "value"))));
    }
    // Where a reader may take more years than these, every year that is printed there may be one.
    if (!Field(activity, "realisationYearsOpen").bool_value()) continue;
    for (int year = 2000; year < 2050; ++year) may->insert(absl::StrCat("year|", title, "|", year));
  }
  return facts;
}

Facts ParsedFacts(const v1::ParsedDocument& document) {
  Facts facts;
  for (const auto& goal : document.goals()) {
    facts.insert(absl::StrCat("goal|", goal.code(), "|", Normalized(goal.title())));
  }
  for (const auto& activity : document.activities()) {
    const std::string title = Normalized(activity.title());
    facts.insert(absl::StrCat("activity|", activity.code(), "|", title));
    for (const auto& status : activity.statuses()) {
      facts.insert(absl::StrCat("status|", title, "|", Normalized(status.label())));
    }
    for (const auto& amount : activity.amounts()) facts.insert(absl::StrCat("amount|", title, "|", amount.cents()));
    for (int year : activity.realisation_years()) facts.insert(absl::StrCat("year|", title, "|", year));
  }
  return facts;
}

// The facts of `a` that are not in `b`.
std::vector<std::string> Without(const Facts& a, const Facts& b) {
  std::vector<std::string> rest;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(rest));
  return rest;
}

double F1(size_t hits, size_t missed, size_t spurious) {
  return hits == 0 ? 0 : 2.0 * hits / (2.0 * hits + missed + spurious);
}

TEST(Variations, EveryFamilyIsThereTwice) {
  std::map<std::string, int> families;
  for (const auto& [name, path] : Documents()) ++families[name.substr(0, name.rfind('-'))];
  EXPECT_EQ(families.size(), 5u);
  for (const auto& [family, count] : families) EXPECT_GE(count, 2) << family;
}

// How well the main facts of a document are found in other bytes of it; `report` gets what was not.
double ScoreOf(const std::string& name, const std::string& bytes, std::string* report) {
  Struct gold;
  if (!google::protobuf::util::JsonStringToMessage(ReadFile(Folder() / (name + ".gold.json")), &gold).ok()) return 0;
  const auto source = ReadSource(bytes);
  if (!source.ok()) return 0;
  const auto document = Parse(*source, {});
  if (!document.ok()) return 0;
  Facts may;
  const Facts wanted = GoldFacts(gold, &may);
  const Facts found = ParsedFacts(*document);
  const std::vector<std::string> missed = Without(wanted, found);
  std::vector<std::string> spurious = Without(found, wanted);
  const auto allowed = [&](const std::string& fact) { return may.count(fact) > 0; };
  spurious.erase(std::remove_if(spurious.begin(), spurious.end(), allowed), spurious.end());
  *report =
      absl::StrCat("missed: ", ::testing::PrintToString(missed), "\nspurious: ", ::testing::PrintToString(spurious));
  return F1(wanted.size() - missed.size(), missed.size(), spurious.size());
}

// Labels replaced by words that no list can know: place and repetition must do.
TEST(Variations, LabelsThatNoListKnowsAreReadByTheirPlace) {
  struct Change {
    const char* document;
    std::vector<std::pair<std::string, std::string>> words;
  };
  const Change kChanges[] = {
      {"priority-cards-1", {{"Acties volgens de begroting 2025", "Klavering"}}},
      {"priority-cards-1", {{"ACCENT\n", "VRELLING\n"}, {"Accent:\n", "Vrelling:\n"}}},
      {"priority-cards-1", {{"Voortgang\n", "Frompel\n"}, {"Stand van zaken:\n", "Frompel\n"}}},
      {"priority-cards-1", {{"Status: ", "Snork: "}}},
      {"priority-cards-2", {{">Speerpunt<", ">Vrelling<"}}},
      {"implementation-cells-1", {{"Omschrijving:", "Snorbeling:"}, {"Omschrijvng:", "Snorbeling:"}}},
      {"implementation-cells-1", {{"Activiteit:", "Pluvier:"}}},
      {"implementation-cells-2", {{">Activiteit<", ">Pluvier<"}}},
      {"implementation-cells-2", {{">Waarom<", ">Snorbeling<"}}},
      {"aspect-blocks-1", {{"Wat willen we bereiken?", "Vrell"}}},
      {"aspect-blocks-1", {{"Wat gaan we daarvoor doen?", "Klavering"}}},
      {"activity-table-1", {{"\nDoel\n", "\nVrelling\n"}}},
      {"activity-table-1", {{"\nVoortgang\n", "\nFrompel\n"}}},
      {"activity-table-2", {{">Doelstelling<", ">Vrelling<"}}},
      {"themed-narrative-1", {{"Wat gaan we in 2025 doen?", "Klavering"}}},
      {"themed-narrative-2", {{"Thema: ", "Klaver: "}}},
  };
  const auto documents = Documents();
  for (const Change& change : kChanges) {
    SCOPED_TRACE(absl::StrCat(change.document, " ", change.words[0].first));
    std::string bytes = ReadFile(documents.at(change.document));
    ASSERT_GT(absl::StrReplaceAll(change.words, &bytes), 0);
    std::string report;
    EXPECT_GE(ScoreOf(change.document, bytes, &report), kLeastF1) << report;
  }
}

// An agenda, minutes, a form, a letter, a by-law, a vacancy, a manual, accounts.
TEST(Variations, DocumentsOfNoFamilyGiveNoGoalsOrActivities) {
  const std::filesystem::path folder = Folder().parent_path() / "no_family";
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".txt") continue;
    SCOPED_TRACE(entry.path().stem().string());
    ++count;
    const auto source = ReadSource(ReadFile(entry.path()));
    ASSERT_TRUE(source.ok()) << source.status();
    const auto document = Parse(*source, {});
    ASSERT_TRUE(document.ok()) << document.status();
    EXPECT_EQ(document->source().profile(), "generic");
    EXPECT_EQ(document->goals_size(), 0);
    EXPECT_EQ(document->activities_size(), 0);
    EXPECT_EQ(document->targets_size(), 0);
    EXPECT_NE(document->source().document_kind(), v1::DOCUMENT_KIND_ANNUAL_REPORT);
  }
  EXPECT_EQ(count, 8);
}

TEST(Variations, TheMainFactsAreFound) {
  for (const auto& [name, path] : Documents()) {
    SCOPED_TRACE(name);
    const auto source = ReadSource(ReadFile(path));
    ASSERT_TRUE(source.ok()) << source.status();
    const auto document = Parse(*source, {});
    ASSERT_TRUE(document.ok()) << document.status();
    EXPECT_EQ(document->source().profile(), name.substr(0, name.rfind('-')));

    std::string report;
    EXPECT_GE(ScoreOf(name, ReadFile(path), &report), kLeastF1) << report;
  }
}

}  // namespace
}  // namespace regiokompas::intake
