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
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
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

// A target as text: what it asks of which value.
std::string TargetFact(const std::string& comparator, const std::string& value) {
  return absl::StrCat("target|", comparator, "|", value);
}

// The kind of an element of a gold file; where more than one is right, any of them may be found.
void AddKind(absl::string_view fact, absl::string_view title, const Struct& element, bool optional, Facts* wanted,
             Facts* may) {
  bool open = optional;
  for (const Struct& other : List(element, "alternatives")) {
    if (Text(other, "kind").empty()) continue;
    may->insert(absl::StrCat(fact, "|", title, "|", Text(other, "kind")));
    open = true;
  }
  (open ? may : wanted)->insert(absl::StrCat(fact, "|", title, "|", Text(element, "kind")));
}

// The facts of a gold file about kinds and targets.
void AddMeaningOfGold(const Struct& gold, Facts* wanted, Facts* may) {
  for (const Struct& goal : List(gold, "goals")) {
    const std::string title = Normalized(Text(goal, "title"));
    AddKind("goal kind", title, goal, IsOptional(goal), wanted, may);
  }
  for (const Struct& activity : List(gold, "activities")) {
    const std::string title = Normalized(Text(activity, "title"));
    for (const Struct& aspect : List(activity, "aspects")) {
      AddKind("aspect", title, aspect, IsOptional(activity) || IsOptional(aspect), wanted, may);
    }
  }
  for (const Struct& target : List(gold, "targets")) {
    const std::vector<Struct> others = List(target, "alternatives");
    const bool open = std::any_of(others.begin(), others.end(), [](const Struct& other) {
      return other.fields().count("comparator") > 0 || other.fields().count("value") > 0;
    });
    const std::string comparator = Text(target, "comparator");
    const std::string value = Text(target, "value");
    (IsOptional(target) || open ? may : wanted)->insert(TargetFact(comparator, value));
    for (const Struct& other : others) {
      if (open && !Text(other, "comparator").empty()) may->insert(TargetFact(Text(other, "comparator"), value));
      if (open && other.fields().count("value") > 0) may->insert(TargetFact(comparator, Text(other, "value")));
    }
  }
}

// The same of a parsed document.
Facts MeaningOf(const v1::ParsedDocument& document) {
  const auto name = [](const std::string& value, absl::string_view prefix) {
    return std::string(absl::StripPrefix(value, prefix));
  };
  Facts facts;
  for (const auto& goal : document.goals()) {
    facts.insert(
        absl::StrCat("goal kind|", Normalized(goal.title()), "|", name(v1::GoalKind_Name(goal.kind()), "GOAL_KIND_")));
  }
  for (const auto& activity : document.activities()) {
    for (const auto& aspect : activity.aspects()) {
      facts.insert(absl::StrCat("aspect|", Normalized(activity.title()), "|",
                                name(v1::AspectKind_Name(aspect.kind()), "ASPECT_KIND_")));
    }
  }
  for (const auto& target : document.targets()) {
    facts.insert(TargetFact(name(v1::Comparator_Name(target.comparator()), "COMPARATOR_"), target.value()));
  }
  return facts;
}

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
  // What has nothing to find and gives nothing is read well.
  if (hits + missed + spurious == 0) return 1;
  return hits == 0 ? 0 : 2.0 * hits / (2.0 * hits + missed + spurious);
}

TEST(Variations, EveryFamilyIsThereTwice) {
  std::map<std::string, int> families;
  for (const auto& [name, path] : Documents()) ++families[name.substr(0, name.rfind('-'))];
  EXPECT_EQ(families.size(), 5u);
  for (const auto& [family, count] : families) EXPECT_GE(count, 2) << family;
}

// How well facts are found; what was not is added to the report.
double F1Of(const Facts& wanted, const Facts& may, const Facts& found, std::string* report) {
  const std::vector<std::string> missed = Without(wanted, found);
  std::vector<std::string> spurious = Without(found, wanted);
  const auto allowed = [&](const std::string& fact) { return may.count(fact) > 0; };
  spurious.erase(std::remove_if(spurious.begin(), spurious.end(), allowed), spurious.end());
  absl::StrAppend(report, "missed: ", ::testing::PrintToString(missed),
                  "\nspurious: ", ::testing::PrintToString(spurious), "\n");
  return F1(wanted.size() - missed.size(), missed.size(), spurious.size());
}

// How well the main facts, and apart from them kinds and targets, are found in other bytes of a document; `report` gets
// what was not.
double ScoreOf(const std::string& name, const std::string& bytes, std::string* report) {
  Struct gold;
  if (!google::protobuf::util::JsonStringToMessage(ReadFile(Folder() / (name + ".gold.json")), &gold).ok()) return 0;
  const auto source = ReadSource(bytes);
  if (!source.ok()) return 0;
  const auto document = Parse(*source, {});
  if (!document.ok()) return 0;
  Facts may;
  const Facts wanted = GoldFacts(gold, &may);
  Facts meaning;
  AddMeaningOfGold(gold, &meaning, &may);
  const double main = F1Of(wanted, may, ParsedFacts(*document), report);
  return std::min(main, F1Of(meaning, may, MeaningOf(*document), report));
}

// Labels replaced by words that no list can know, or left out: place and repetition must do.
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
      {"aspect-blocks-1", {{"\nStand: ", "\n"}}},
      {"implementation-cells-4", {{"\nToelichting ", "\n"}}},
      {"activity-table-1", {{"\nDoel\n", "\nVrelling\n"}}},
      {"activity-table-1", {{"\nVoortgang\n", "\nFrompel\n"}}},
      {"activity-table-2", {{">Doelstelling<", ">Vrelling<"}}},
      {"activity-table-4", {{"\nVoortgang\n", "\nFrompel\n"}}},
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

v1::ParsedDocument ParsedText(const std::string& text) {
  const auto source = ReadSource(text);
  EXPECT_TRUE(source.ok()) << source.status();
  auto document = Parse(*source, {});
  EXPECT_TRUE(document.ok()) << document.status();
  return *std::move(document);
}

int CountDiagnostics(const v1::ParsedDocument& document, absl::string_view code) {
  return std::count_if(document.diagnostics().begin(), document.diagnostics().end(),
                       [&](const v1::Diagnostic& diagnostic) { return diagnostic.code() == code; });
}

TEST(Variations, ATitleOfACardMayBeginWithAColour) {
  const v1::ParsedDocument document = ParsedText(
      "Beleidsspeerpunten 2024\n\n6.1 Samenkracht en burgerparticipatie\nSpeerpunt\nRood wit blauw op straat\n"
      "Bewoners vieren elk jaar het feest van hun buurt\nActies volgens de begroting 2024\nEr komt een vlaggenmast.\n"
      "Stand van zaken\nDe mast staat er.\n\nSpeerpunt\nSamen eten\nElke maand staat er een lange tafel\n"
      "Acties volgens de begroting 2024\nEr komen twee koks.\nStand van zaken\nEen kok is er.\n");
  EXPECT_EQ(document.source().profile(), "priority-cards");
  ASSERT_EQ(document.activities_size(), 2);
  EXPECT_EQ(document.activities(0).title(), "Rood wit blauw op straat");
  EXPECT_EQ(document.activities(0).statuses_size(), 0);
  EXPECT_EQ(document.activities(1).title(), "Samen eten");
}

TEST(Variations, CardsAreToldByTheBlockBelowTheirTaskFields) {
  const auto card = [](const std::string& title, const std::string& why, const std::string& plan) {
    return absl::StrCat("<h3>", title, "</h3><table><tr><td>Waarom</td><td>", why,
                        "</td></tr><tr><td>Plan voor 2024</td><td>", plan,
                        "</td></tr><tr><td>Status</td><td>Op schema</td></tr>"
                        "<tr><td>Stand van zaken</td><td>Het begin is er.</td></tr></table>\n");
  };
  const v1::ParsedDocument document = ParsedText(
      "<html><body><h1>Zo staat het ervoor in 2024</h1>\n<h2>6.1 Samenkracht en burgerparticipatie</h2>\n" +
      card("Een tafel in elke buurt", "Buren zien elkaar te weinig.", "Er komen tien tafels.") +
      card("Jong en oud samen", "Ouderen zijn vaak alleen.", "Er komt een koor.") +
      "<h2>6.3 Inkomensregelingen</h2>\n" +
      card("Rekeningen op tijd betaald", "Schulden groeien snel.", "Er komt een spreekuur.") + "</body></html>\n");
  EXPECT_EQ(document.source().profile(), "priority-cards");
  ASSERT_EQ(document.activities_size(), 3);
  ASSERT_EQ(document.activities(2).task_fields_size(), 1);
  EXPECT_EQ(document.activities(2).task_fields(0), "6.3");
}

// The words for the columns are those of cards, the rows are aspects with plan and progress.
TEST(Variations, AReadingThatMakesLittleSenseGivesWayToOneThatMakesMuch) {
  const auto activity = [](const std::string& title, const std::string& plan, const std::string& progress) {
    const auto row = [](const char* label, const std::string& left, const std::string& right) {
      return absl::StrCat("<tr><th>", label, "</th><td>", left, "</td><td>", right, "</td></tr>\n");
    };
    return absl::StrCat("<h3>", title, "</h3>\n<table><tr><th>Wat</th><th>Voornemen</th><th>Voortgang</th></tr>\n",
                        row("Tijdlijn", "2025", "De start was in maart."), row("Hoe pakken we het aan", plan, progress),
                        row("Onzekerheden", "Er is weinig personeel.", "Dat is nog zo."), "</table>\n");
  };
  const v1::ParsedDocument document = ParsedText(
      "<html><body><h1>Bestuursrapportage 2025</h1>\n<p>De gemeente werkt aan drie zaken.</p>\n"
      "<h2>Voortgang prioriteiten</h2>\n" +
      activity("Een moestuin bij de school", "Er komt een tuin.", "De grond is gekocht.") +
      activity("Praten over geld", "Er komt een cursus.", "De eerste groep is vol.") +
      activity("Samen op de fiets", "Er komen lessen.", "De lessen beginnen in mei.") + "</body></html>\n");
  EXPECT_EQ(document.source().profile(), "aspect-blocks");
  ASSERT_EQ(document.activities_size(), 3);
  EXPECT_EQ(document.activities(1).title(), "Praten over geld");
  ASSERT_EQ(document.activities(1).aspects_size(), 3);
  EXPECT_EQ(document.activities(1).aspects(1).plan(), "Er komt een cursus.");
  EXPECT_EQ(document.activities(1).aspects(1).progress(), "De eerste groep is vol.");
}

// As cards a row confirms one label, as aspects with plan and progress two: that takes the place of cards from five
// rows on, since a few may be chance.
TEST(Variations, AnotherReadingMustBeConfirmedFarBetter) {
  const std::string risks = "<tr><th>Onzekerheden</th><td>Er is weinig personeel.</td><td>Dat is nog zo.</td></tr>\n";
  const std::string plan = "<tr><th>Hoe pakken we het aan</th><td>Er komt een tuin.</td><td>Die is er.</td></tr>\n";
  const auto profile_of = [](const std::vector<std::string>& rows) {
    constexpr const char* kTitles[] = {"Een moestuin bij de school", "Praten over geld", "Samen op de fiets"};
    std::string text =
        "<html><body><h1>Bestuursrapportage 2025</h1>\n<p>De gemeente werkt aan drie zaken.</p>\n"
        "<h2>Voortgang prioriteiten</h2>\n";
    for (size_t i = 0; i < rows.size(); ++i) {
      absl::StrAppend(&text, "<h3>", kTitles[i],
                      "</h3>\n<table><tr><th>Wat</th><th>Voornemen</th><th>Voortgang</th></tr>\n", rows[i],
                      "</table>\n");
    }
    return ParsedText(text + "</body></html>\n").source().profile();
  };
  EXPECT_EQ(profile_of({risks + plan, risks, risks}), "priority-cards");
  EXPECT_EQ(profile_of({risks + plan, risks + plan, risks}), "aspect-blocks");
}

TEST(Variations, OfTwoResultsTheOneAboveTheApproachTellsWhatItIsFor) {
  const auto activity = [](const std::string& title, const std::string& purpose, const std::string& result) {
    return absl::StrCat("Actie: ", title, "\nDoel van de actie: ", purpose,
                        "\nAanpak: Er komen lessen.\nResultaat: ", result,
                        "\nPlanning: 2024\nBetrokkenen: scholen en ouders.\nCommunicatie: een brief.\n",
                        "Kosten: € 5.000.\nMonitoring: ieder jaar.\n\n");
  };
  const v1::ParsedDocument document =
      ParsedText("Uitvoeringsprogramma 2024\n\nUitvoeringsprogramma 1: Jeugd\n\n" +
                 activity("Een coach op school", "Ouders hebben snel hulp.", "Elke school heeft een coach.") +
                 activity("Sport na schooltijd", "Kinderen bewegen te weinig.", "Elke wijk heeft een les.") +
                 activity("Lezen in de wijk", "Niet ieder kind leest graag.", "Elk kind kent de bus."));
  ASSERT_EQ(document.activities_size(), 3);
  for (const v1::ParsedActivity& each : document.activities()) {
    ASSERT_EQ(each.aspects_size(), 8);
    EXPECT_EQ(each.aspects(0).kind(), v1::ASPECT_KIND_EXPLANATION);
    EXPECT_EQ(each.aspects(2).kind(), v1::ASPECT_KIND_RESULT);
  }
}

TEST(Variations, OneTitleThatEndsInAStatusWordKeepsIt) {
  const auto text = [](const std::string& first, const std::string& second) {
    return "Beleidsspeerpunten 2024\n\n6.1 Samenkracht en burgerparticipatie\nSpeerpunt: " + first +
           "\nActies volgens de begroting 2024\nEr komt een loket.\nStand van zaken\nHet is open.\n\n"
           "6.2 Toegang en eerstelijnsvoorzieningen\nSpeerpunt: " +
           second + "\nActies volgens de begroting 2024\nEr komt een kok.\nStand van zaken\nDie is er.\n";
  };
  const v1::ParsedDocument one = ParsedText(text("Dorpen worden Klaar", "Samen eten"));
  ASSERT_EQ(one.activities_size(), 2);
  EXPECT_EQ(one.activities(0).title(), "Dorpen worden Klaar");
  EXPECT_EQ(one.activities(0).statuses_size(), 0);
  const v1::ParsedDocument two = ParsedText(text("Een loket Op schema", "Samen eten Afgerond"));
  ASSERT_EQ(two.activities_size(), 2);
  EXPECT_EQ(two.activities(0).title(), "Een loket");
  ASSERT_EQ(two.activities(1).statuses_size(), 1);
  EXPECT_EQ(two.activities(1).statuses(0).label(), "Afgerond");
}

TEST(Variations, ProgressThatBeginsWithStatusWordsIsNoLegend) {
  const v1::ParsedDocument document = ParsedText(
      "Beleidsspeerpunten 2024\n\n6.1 Samenkracht en burgerparticipatie\nSpeerpunt\nDorpshuis verbouwen\n"
      "Acties volgens de begroting 2024\nEr komt een keuken voor € 30.000.\nStand van zaken\n"
      "Afgerond: de tekening.\nVertraagd: de keuken, tot nu toe € 21.500.\n\nSpeerpunt\nSamen eten\n"
      "Acties volgens de begroting 2024\nEr komt een kok.\nStand van zaken\nDie is er.\n");
  ASSERT_EQ(document.activities_size(), 2);
  const v1::ParsedActivity& activity = document.activities(0);
  ASSERT_EQ(activity.aspects_size(), 2);
  EXPECT_EQ(activity.aspects(1).progress(), "Afgerond: de tekening.\nVertraagd: de keuken, tot nu toe € 21.500.");
  ASSERT_EQ(activity.amounts_size(), 2);
  EXPECT_EQ(activity.amounts(1).cents(), 2150000);
  EXPECT_EQ(CountDiagnostics(document, "LEGEND_SKIPPED"), 0);
}

// Three blocks of aspects, one of their labels unknown and with the given texts.
std::string BlocksWith(const std::string& label, const std::vector<std::string>& texts, bool planning) {
  const char* const kTitles[] = {"Meer plek om te wonen", "Sneller hulp aan huis", "Een korte rij"};
  std::string text = "Programmabegroting 2024\n\nProgramma Zorg\n";
  for (int i = 0; i < 3; ++i) {
    absl::StrAppend(&text, "\n", kTitles[i], "\nWat gaan we doen\nWe zoeken mensen.\n",
                    planning ? "Planning\n2025\n" : "", label, "\n", texts[i], "\n",
                    planning ? "Kosten\n€ 5.000\n" : "Risico's\nEr is te weinig geld.\n");
  }
  return text;
}

TEST(Variations, WhatStandsUnderAnUnknownLabelIsNoTargetAndSaysThatItWasPlaced) {
  const v1::ParsedDocument document =
      ParsedText(BlocksWith("Blik op de regio",
                            {"Elders heeft minimaal 20% een hofje.", "Elders krijgt maximaal 35% hulp.",
                             "Elders wacht minimaal 40% te lang."},
                            true));
  ASSERT_EQ(document.activities_size(), 3);
  EXPECT_EQ(document.targets_size(), 0);
  EXPECT_EQ(document.activities(0).aspects_size(), 4);
  EXPECT_EQ(CountDiagnostics(document, "LABEL_READ_BY_PLACE"), 1);
}

TEST(Variations, AYearInASentenceUnderAnUnknownLabelIsNoYearOfRealisation) {
  const v1::ParsedDocument document = ParsedText(BlocksWith(
      "Vergeleken met anderen",
      {"In Delfzijl waren het er 30 in 2019.", "In Grou waren het er 14 in 2018.", "In Elst was het 3 weken in 2020."},
      false));
  ASSERT_EQ(document.activities_size(), 3);
  for (const v1::ParsedActivity& activity : document.activities()) {
    EXPECT_EQ(activity.realisation_years_size(), 0);
    ASSERT_EQ(activity.aspects_size(), 3);
    EXPECT_EQ(activity.aspects(1).kind(), v1::ASPECT_KIND_OTHER);
  }
}

TEST(Variations, AListInAnIntroductionIsNoListOfGoals) {
  const std::string blocks = BlocksWith("Kosten", {"€ 4.000", "€ 5.000", "€ 6.000"}, false);
  const std::string list = "\n- Met de dorpen erbij\n- Zonder extra geld\n";
  const std::string programme = "Programma Zorg\n";
  for (const bool is_introduction : {true, false}) {
    const std::string heading = is_introduction ? "Inleiding" : "Bromfels";
    const v1::ParsedDocument document =
        ParsedText(absl::StrReplaceAll(blocks, {{programme, absl::StrCat(programme, "\n", heading, list)}}));
    ASSERT_EQ(document.activities_size(), 3);
    EXPECT_EQ(document.goals_size(), is_introduction ? 0 : 2);
    EXPECT_EQ(CountDiagnostics(document, "LABEL_NOT_RECOGNISED"), is_introduction ? 1 : 0);
  }
}

// An agenda, minutes, a form, a letter, a by-law, a vacancy, a manual, accounts, the explanation of a zoning plan; and
// what is built like a family and does not speak of policy: recipes, logs of repairs, the schedule of a club.
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
  EXPECT_EQ(count, 13);
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
