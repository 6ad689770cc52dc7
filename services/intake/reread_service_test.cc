// A source that is read again, and a document of another year: what differs is decided and changed, and nothing is made
// twice. Over gRPC against a running suite.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "regiokompas/intake/v1/intake_service.grpc.pb.h"
#include "services/intake/intake_office_service_test.h"
#include "tests/support/builders.h"
#include "tests/support/client.h"
#include "tests/support/sql.h"
#include "tests/support/test_suite.h"

namespace regiokompas::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;
using Catalogue = catalogue::v1::CatalogueService::Stub;
using Indicators = indicator::v1::IndicatorService::Stub;
using Intake = intake::v1::IntakeService::Stub;

constexpr const char* kOwner = kReporter;

constexpr char kProgramme[] = R"(Permanente link
http://lokaleregelgeving.overheid.nl/CVDR900123/1
Uitvoeringsprogramma samen verder 2023-2024
Geldend van 01-02-2023 t/m heden
Intitulé
Uitvoeringsprogramma samen verder 2023-2024
UITVOERINGSPLAN 1: GEZOND OPGROEIEN
Kinderen bewegen elke dag en eten goed.
Hoofddoelen
- Ieder kind heeft een goede start.
- Jongeren zitten lekker in hun vel.
Beoogde resultaten
a. Minder kinderen zijn te zwaar.
Activiteit: Schoolontbijt op vier basisscholen |
|
Omschrijving: Een deel van de kinderen komt zonder ontbijt naar school. |
Aanpak: De scholen zetten elke ochtend brood en fruit klaar. |
Beoogd resultaat: Draagt bij aan resultaat a. Ten minste 120 kinderen ontbijten mee. |
Kosten: € 12.000,- per jaar. |
Activiteit: Zwemles voor late starters |
|
Omschrijving: Niet ieder kind heeft een diploma. |
Aanpak: Het zwembad geeft les in de zomer. |
Beoogd resultaat: Draagt bij aan resultaat a. |
Kosten: € 3.500,- per jaar. |
)";

constexpr char kCoach[] = R"(Activiteit: Spreekuur van de jongerencoach |
|
Omschrijving: Jongeren lopen bij ons te lang rond met zorgen. |
Aanpak: De coach zit elke woensdag in het jeugdhonk. |
Beoogd resultaat: Draagt bij aan resultaat a. |
Kosten: € 9.000,- per jaar. |
)";

constexpr char kGarden[] = R"(Activiteit: Moestuin achter het dorpshuis |
|
Omschrijving: Samen tuinieren brengt oud en jong bij elkaar. |
Aanpak: Vrijwilligers spitten in het voorjaar de eerste bedden om. |
Beoogd resultaat: Draagt bij aan resultaat a. |
Kosten: € 1.250,- per jaar. |
)";

std::string FirstReading() { return absl::StrCat(kProgramme, kCoach); }

// The next version of the regulation: a figure, a text and a price are others, the coach is gone and a garden is new.
std::string NextReading() {
  return absl::StrCat(absl::StrReplaceAll(kProgramme, {{"CVDR900123/1", "CVDR900123/2"},
                                                       {"01-02-2023", "01-03-2024"},
                                                       {"120 kinderen", "150 kinderen"},
                                                       {"les in de zomer", "les in het hele jaar"},
                                                       {"3.500", "4.750"}}),
                      kGarden);
}

class RereadTest : public testing::Test {
 protected:
  RereadTest() : office_(suite_, kOwner), client_(office_.client()) {}

  intake::v1::Draft Parse(const std::string& content) { return office_.Parse(content); }

  Answer<intake::v1::AcceptDraftResponse> Accept(const std::string& draft, const std::set<std::string>& removed = {},
                                                 const std::vector<std::string>& chosen = {}) {
    return office_.AcceptNow(draft, chosen, removed);
  }

  intake::v1::Draft Import(const std::string& content) {
    const intake::v1::Draft draft = Parse(content);
    EXPECT_TRUE(IsOk(Accept(draft.name())));
    return draft;
  }

  void Correct(const std::string& draft, const intake::v1::Correction& correction) {
    EXPECT_TRUE(IsOk(office_.Correct(draft, correction)));
  }

  intake::v1::CompareDraftResponse Compare(const std::string& draft) { return office_.Compare(draft); }

  std::map<std::string, catalogue::v1::Activity> Activities() {
    catalogue::v1::ListActivitiesRequest request;
    request.set_parent(OwnerName(kOwner));
    request.set_page_size(1000);
    std::map<std::string, catalogue::v1::Activity> activities;
    const auto answer = client_.Call(&Catalogue::ListActivities, request);
    EXPECT_TRUE(IsOk(answer));
    for (const auto& activity : answer.value.activities()) {
      activities[activity.display_name()] = activity;
    }
    return activities;
  }

  // Every element of the catalogue by name, as bytes.
  std::map<std::string, std::string> Everything(std::multiset<std::string>* lines = nullptr) {
    std::map<std::string, std::string> all;
    const auto take = [&](const auto& resources) {
      for (const auto& resource : resources) {
        all[resource.name()] = resource.SerializeAsString();
        if (lines == nullptr) continue;
        for (const auto& line : resource.provenance().lines()) lines->insert(line.text());
      }
    };
    const auto list = [&](auto request, auto method, const char* below, const auto& resources_of) {
      request.set_parent(OwnerName(kOwner) + below);
      request.set_page_size(1000);
      do {
        const auto page = client_.Call(method, request);
        ASSERT_TRUE(IsOk(page));
        take(resources_of(page.value));
        request.set_page_token(page.value.next_page_token());
      } while (!request.page_token().empty());
    };
    list(catalogue::v1::ListFrameworksRequest(), &Catalogue::ListFrameworks, "",
         [](const auto& page) { return page.frameworks(); });
    list(catalogue::v1::ListActivitiesRequest(), &Catalogue::ListActivities, "",
         [](const auto& page) { return page.activities(); });
    list(catalogue::v1::ListSectionsRequest(), &Catalogue::ListSections, "/frameworks/-",
         [](const auto& page) { return page.sections(); });
    list(catalogue::v1::ListGoalsRequest(), &Catalogue::ListGoals, "/frameworks/-",
         [](const auto& page) { return page.goals(); });
    list(catalogue::v1::ListContributionsRequest(), &Catalogue::ListContributions, "/activities/-",
         [](const auto& page) { return page.contributions(); });
    return all;
  }

  std::vector<std::string> TargetTexts() {
    indicator::v1::ListTargetsRequest request;
    request.set_parent(OwnerName(kOwner) + "/indicators/-");
    std::vector<std::string> texts;
    const auto answer = client_.Call(&Indicators::ListTargets, request);
    EXPECT_TRUE(IsOk(answer));
    for (const auto& target : answer.value.targets()) {
      texts.push_back(absl::StrCat(target.text(), " = ", target.value()));
    }
    return texts;
  }

  std::string LatestVersion(const std::string& framework) {
    catalogue::v1::GetFrameworkRequest get;
    get.set_name(framework);
    const std::string version = client_.Call(&Catalogue::GetFramework, get).value.latest_version();
    return version.substr(version.rfind('/') + 1);
  }

  // "created updated unchanged removed merged not-taken-over" of one kind.
  static std::string CountsOf(const intake::v1::AcceptDraftResponse& response, intake::v1::ElementKind kind) {
    for (const auto& each : response.elements()) {
      if (each.kind() != kind) continue;
      return absl::StrCat(each.created(), " ", each.updated(), " ", each.unchanged(), " ", each.removed(), " ",
                          each.merged(), " ", each.not_taken_over());
    }
    return "";
  }

  // How often a method was called since the suite runs, by its log.
  static int CallsOf(const std::string& method) {
    int calls = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code none;
      const std::filesystem::path file = std::filesystem::read_symlink(entry, none);
      if (none || file.filename() != "log" || !absl::StartsWith(file.string(), "/tmp/rk.")) continue;
      std::ifstream log(file);
      for (std::string line; std::getline(log, line);) calls += absl::StrContains(line, "/" + method + "\"") ? 1 : 0;
    }
    return calls;
  }

  TestSuite suite_;
  IntakeOffice office_;
  Client& client_;
};

// "CHANGED ACTIVITY Zwemles aspects,amounts" of each difference.
std::vector<std::string> Shown(const intake::v1::CompareDraftResponse& comparison) {
  std::vector<std::string> shown;
  for (const auto& difference : comparison.differences()) {
    std::string line =
        absl::StrCat(intake::v1::DifferenceKind_Name(difference.kind()).substr(16), " ",
                     intake::v1::ElementKind_Name(difference.element_kind()).substr(13), " ", difference.title());
    for (const auto& field : difference.fields()) absl::StrAppend(&line, " ", field.path());
    shown.push_back(line);
  }
  return shown;
}

TEST_F(RereadTest, ANewVersionChangesWhatTheEarlierOneMade) {
  const intake::v1::Draft first = Import(FirstReading());
  const auto before = Activities();
  ASSERT_THAT(before, SizeIs(3));
  EXPECT_EQ(first.previous_draft(), "");

  const intake::v1::Draft next = Parse(NextReading());
  EXPECT_EQ(next.previous_draft(), first.name());
  const intake::v1::CompareDraftResponse comparison = Compare(next.name());
  EXPECT_EQ(comparison.previous_draft(), first.name());
  EXPECT_THAT(
      Shown(comparison),
      ElementsAre("CHANGED FRAMEWORK Uitvoeringsprogramma samen verder 2023-2024 identifier valid_from",
                  "CHANGED ACTIVITY Schoolontbijt op vier basisscholen aspects",
                  "CHANGED TARGET Ten minste 150 kinderen text value",
                  "CHANGED ACTIVITY Zwemles voor late starters amounts aspects",
                  "ADDED ACTIVITY Moestuin achter het dorpshuis", "REMOVED ACTIVITY Spreekuur van de jongerencoach"));
  EXPECT_EQ(comparison.differences(3).resource(), before.at("Zwemles voor late starters").name());
  ASSERT_THAT(comparison.matches(), SizeIs(1));
  EXPECT_EQ(comparison.matches(0).outcome(), intake::v1::MATCH_OUTCOME_NEW);
  EXPECT_EQ(comparison.undecided(), 0);

  const auto accepted = Accept(next.name());
  ASSERT_TRUE(IsOk(accepted));
  EXPECT_EQ(CountsOf(accepted.value, intake::v1::ELEMENT_KIND_ACTIVITY), "1 2 0 0 0 0");
  EXPECT_EQ(CountsOf(accepted.value, intake::v1::ELEMENT_KIND_TARGET), "0 1 0 0 0 0");
  EXPECT_EQ(CountsOf(accepted.value, intake::v1::ELEMENT_KIND_FRAMEWORK), "0 1 0 0 0 0");
  EXPECT_EQ(accepted.value.draft().previous_draft(), first.name());
  auto after = Activities();
  // What the source does not have any more stays until the officer says that it goes.
  ASSERT_THAT(after, SizeIs(4));
  for (const auto& [title, activity] : before) EXPECT_EQ(after[title].name(), activity.name());
  const catalogue::v1::Activity& lessons = after["Zwemles voor late starters"];
  EXPECT_EQ(lessons.aspects(1).plan(), "Het zwembad geeft les in het hele jaar.");
  EXPECT_EQ(lessons.budget_lines(0).amount_cents(), 475000);
  EXPECT_EQ(lessons.provenance().document(), next.document());
  EXPECT_EQ(after["Spreekuur van de jongerencoach"].etag(), before.at("Spreekuur van de jongerencoach").etag());
  EXPECT_THAT(TargetTexts(), ElementsAre("Ten minste 150 kinderen = 150"));
  ASSERT_THAT(accepted.value.frameworks(), SizeIs(1));
  EXPECT_EQ(LatestVersion(accepted.value.frameworks(0)), "v2");

  const auto all = Everything();
  const auto again = Accept(next.name());
  ASSERT_TRUE(IsOk(again));
  EXPECT_EQ(CountsOf(again.value, intake::v1::ELEMENT_KIND_ACTIVITY), "0 0 3 0 0 0");
  EXPECT_EQ(Everything(), all);
  EXPECT_EQ(LatestVersion(accepted.value.frameworks(0)), "v2");
  EXPECT_TRUE(FailsWith(Accept(first.name()), grpc::FAILED_PRECONDITION, "DRAFT_SUPERSEDED"));
}

TEST_F(RereadTest, EveryLineOfTheNewReadingIsKept) {
  Import(FirstReading());
  Import(NextReading());
  std::multiset<std::string> held;
  Everything(&held);
  const std::string text = NextReading();
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const auto found = held.find(std::string(line));
    EXPECT_NE(found, held.end()) << line;
    if (found != held.end()) held.erase(found);
  }
  // What is left is of what the new reading does not have.
  for (const std::string& line : held) EXPECT_TRUE(absl::StrContains(kCoach, line)) << line;
}

TEST_F(RereadTest, WhatTheOfficerChangedSinceStays) {
  Import(FirstReading());
  catalogue::v1::UpdateActivityRequest update;
  *update.mutable_activity() = Activities().at("Zwemles voor late starters");
  update.mutable_activity()->mutable_aspects(1)->set_plan("De sportvereniging geeft les.");
  update.mutable_update_mask()->add_paths("aspects");
  update.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::UpdateActivity, update)));

  const auto accepted = Accept(Parse(NextReading()).name());
  ASSERT_TRUE(IsOk(accepted));
  EXPECT_EQ(CountsOf(accepted.value, intake::v1::ELEMENT_KIND_ACTIVITY), "1 2 0 0 0 1");
  const catalogue::v1::Activity lessons = Activities().at("Zwemles voor late starters");
  EXPECT_EQ(lessons.aspects(1).plan(), "De sportvereniging geeft les.");
  EXPECT_EQ(lessons.budget_lines(0).amount_cents(), 475000);
  // The officer is at work on the next version, and says when it is complete.
  EXPECT_EQ(LatestVersion(accepted.value.frameworks(0)), "v1");
}

TEST_F(RereadTest, WhatTheOfficerSaysIsNotKnownBecomesANewActivity) {
  Import(FirstReading());
  const auto before = Activities();
  const std::string next = absl::StrReplaceAll(NextReading(), {{"voor late starters", "voor late tieners"}});
  const intake::v1::Draft draft = Parse(next);
  ASSERT_THAT(Compare(draft.name()).matches(), SizeIs(1));  // the lessons are those of the first reading
  intake::v1::Correction correction;
  correction.set_element_id("a2");
  correction.mutable_not_known();
  Correct(draft.name(), correction);
  EXPECT_THAT(Compare(draft.name()).matches(), SizeIs(2));

  ASSERT_TRUE(IsOk(Accept(draft.name())));
  const auto after = Activities();
  EXPECT_THAT(after, SizeIs(5));
  EXPECT_EQ(after.count("Zwemles voor late tieners"), 1u);
  ASSERT_EQ(after.count("Zwemles voor late starters"), 1u);
  EXPECT_EQ(after.at("Zwemles voor late starters").etag(), before.at("Zwemles voor late starters").etag());
  ASSERT_TRUE(IsOk(Accept(draft.name())));
  EXPECT_THAT(Activities(), SizeIs(5));
}

// It is another activity than the one that it was paired with, in the comparison, too.
TEST_F(RereadTest, WhatTheOfficerSaysIsNotKnownIsAddedAndNotChanged) {
  Import(FirstReading());
  const intake::v1::Draft draft =
      Parse(absl::StrReplaceAll(NextReading(), {{"voor late starters", "voor late tieners"}}));
  intake::v1::Correction correction;
  correction.set_element_id("a2");
  correction.mutable_not_known();
  Correct(draft.name(), correction);
  const std::vector<std::string> shown = Shown(Compare(draft.name()));
  EXPECT_THAT(shown, Contains("ADDED ACTIVITY Zwemles voor late tieners"));
  EXPECT_THAT(shown, Contains("REMOVED ACTIVITY Zwemles voor late starters"));
  EXPECT_THAT(shown, Not(Contains(StartsWith("CHANGED ACTIVITY Zwemles"))));
  // What it was paired with may go.
  ASSERT_TRUE(IsOk(Accept(draft.name(), {"a2"})));
  EXPECT_EQ(Activities().count("Zwemles voor late starters"), 0u);
  EXPECT_EQ(Activities().count("Zwemles voor late tieners"), 1u);
}

// A programme with so many lines of its own in one place.
std::string WithLines(const std::string& reading, int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) absl::StrAppend(&lines, "Dit is zin ", i, " van het lange verhaal.\n");
  return absl::StrReplaceAll(reading, {{"Kinderen bewegen elke dag en eten goed.\n", lines}});
}

TEST_F(RereadTest, AnElementWithMoreLinesThanItCanHoldIsReadAgain) {
  const auto spare = [this] {
    std::vector<std::string> names;
    for (const auto& [name, body] : Everything()) {
      if (absl::StrContains(name, "/sections/rest-")) names.push_back(name);
    }
    return names;
  };
  const auto expect_held = [this](const std::string& reading) {
    std::multiset<std::string> held;
    Everything(&held);
    for (const absl::string_view line : absl::StrSplit(reading, '\n', absl::SkipEmpty())) {
      const auto found = held.find(std::string(line));
      ASSERT_NE(found, held.end()) << line;
      held.erase(found);
    }
    // What only the earlier reading has stays, but nothing of the story does.
    for (const std::string& line : held) EXPECT_FALSE(absl::StartsWith(line, "Dit is zin")) << line;
  };
  Import(WithLines(FirstReading(), 20'500));
  ASSERT_THAT(spare(), SizeIs(1));
  const std::string more = WithLines(NextReading(), 41'000);
  const std::string draft = Parse(more).name();
  ASSERT_TRUE(IsOk(Accept(draft)));
  EXPECT_THAT(spare(), SizeIs(2));
  expect_held(more);
  const auto all = Everything();
  ASSERT_TRUE(IsOk(Accept(draft)));
  EXPECT_EQ(Everything(), all);

  const std::string less = absl::StrReplaceAll(WithLines(NextReading(), 10'000), {{"CVDR900123/2", "CVDR900123/3"}});
  Import(less);
  EXPECT_THAT(spare(), IsEmpty());
  expect_held(less);
}

// What was adopted in parts has a version for each of them.
TEST_F(RereadTest, AnAcceptanceReadsNoMoreVersionsThanItNeeds) {
  const std::string draft = Parse(FirstReading()).name();
  for (const char* id : {"a1", "a2", "a3"}) ASSERT_TRUE(IsOk(Accept(draft, {}, {id})));
  const int before = CallsOf("StreamFramework");
  ASSERT_TRUE(IsOk(Accept(draft)));
  // What stands, and the latest version.
  EXPECT_EQ(CallsOf("StreamFramework") - before, 2);
}

// An owner's catalogue grows with the years; what a draft made stands in its own framework.
TEST_F(RereadTest, WhatIsAcceptedAgainReadsNoOtherActivities) {
  const std::string draft = Import(FirstReading()).name();
  const int activities = CallsOf("ListActivities");
  const int contributions = CallsOf("ListContributions");
  ASSERT_TRUE(IsOk(Accept(draft)));
  EXPECT_THAT(Compare(draft).matches(), IsEmpty());
  EXPECT_EQ(CallsOf("ListActivities"), activities);
  EXPECT_EQ(CallsOf("ListContributions"), contributions);
  // What is new may be one that the catalogue has.
  Compare(Parse(NextReading()).name());
  EXPECT_GT(CallsOf("ListActivities"), activities);
}

// A goal that no version ever held leaves nothing behind when it is dropped.
TEST_F(RereadTest, WhatWasDroppedBeforeItWasAdoptedIsNotInTheWay) {
  Import(FirstReading());
  catalogue::v1::UpdateActivityRequest update;
  *update.mutable_activity() = Activities().at("Spreekuur van de jongerencoach");
  update.mutable_activity()->mutable_aspects(1)->set_plan("De coach komt langs.");
  update.mutable_update_mask()->add_paths("aspects");
  update.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::UpdateActivity, update)));
  const std::string more =
      absl::StrReplaceAll(NextReading(), {{"in hun vel.\n", "in hun vel.\n- Ouderen wonen langer thuis.\n"}});
  ASSERT_TRUE(IsOk(Accept(Parse(more).name())));

  catalogue::v1::ListGoalsRequest list;
  list.set_parent(OwnerName(kOwner) + "/frameworks/-");
  list.set_page_size(1000);
  catalogue::v1::DeleteGoalRequest drop;
  const auto goals = client_.Call(&Catalogue::ListGoals, list);
  for (const auto& goal : goals.value.goals()) {
    if (goal.display_name() == "Ouderen wonen langer thuis.") drop.set_name(goal.name());
  }
  ASSERT_NE(drop.name(), "");
  drop.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::DeleteGoal, drop)));

  const intake::v1::Draft last = Parse(absl::StrReplaceAll(
      more, {{"CVDR900123/2", "CVDR900123/3"}, {"eerste bedden", "laatste bedden"}, {"langer thuis", "lang thuis"}}));
  const auto accepted = Accept(last.name());
  ASSERT_TRUE(IsOk(accepted));
  EXPECT_EQ(CountsOf(accepted.value, intake::v1::ELEMENT_KIND_ACTIVITY), "0 1 2 0 0 0");
  const auto left = client_.Call(&Catalogue::ListGoals, list);
  for (const auto& goal : left.value.goals()) EXPECT_NE(goal.name(), drop.name());
}

TEST_F(RereadTest, ALinkThatTheOfficerChangedStays) {
  Import(FirstReading());
  const auto links_of = [this](const char* activity) {
    catalogue::v1::ListContributionsRequest list;
    list.set_parent(Activities().at(activity).name());
    std::map<std::string, catalogue::v1::Contribution> links;
    const auto answer = client_.Call(&Catalogue::ListContributions, list);
    for (const auto& link : answer.value.contributions()) links[link.name()] = link;
    return links;
  };
  const auto breakfast = links_of("Schoolontbijt op vier basisscholen");
  const auto lessons = links_of("Zwemles voor late starters");
  ASSERT_THAT(breakfast, SizeIs(1));
  ASSERT_THAT(lessons, SizeIs(1));
  catalogue::v1::UpdateContributionRequest update;
  *update.mutable_contribution() = lessons.begin()->second;
  update.mutable_contribution()->set_display_name("Afspraak met het zwembad");
  update.mutable_update_mask()->add_paths("display_name");
  update.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::UpdateContribution, update)));

  // Both serve a goal in the next version, where they served the framework.
  const intake::v1::Draft next = Parse(NextReading());
  intake::v1::GetDraftRequest get;
  get.set_name(next.name());
  const intake::v1::Draft read = client_.Call(&Intake::GetDraft, get).value;
  for (int i = 0; i < 2; ++i) {
    intake::v1::Correction correction;
    correction.set_element_id(read.parsed().activities(i).id());
    *correction.mutable_activity() = read.parsed().activities(i);
    correction.mutable_activity()->clear_goal_ids();
    correction.mutable_activity()->add_goal_ids(read.parsed().goals(1).id());
    Correct(next.name(), correction);
  }
  const auto accepted = Accept(next.name());
  ASSERT_TRUE(IsOk(accepted));
  EXPECT_THAT(links_of("Schoolontbijt op vier basisscholen"), SizeIs(1));
  EXPECT_EQ(links_of("Schoolontbijt op vier basisscholen").count(breakfast.begin()->first), 0u);
  const auto after = links_of("Zwemles voor late starters");
  EXPECT_THAT(after, SizeIs(2));
  ASSERT_EQ(after.count(lessons.begin()->first), 1u);
  EXPECT_EQ(after.at(lessons.begin()->first).display_name(), "Afspraak met het zwembad");
  EXPECT_EQ(CountsOf(accepted.value, intake::v1::ELEMENT_KIND_CONTRIBUTION), "3 0 0 1 0 1");
  EXPECT_EQ(LatestVersion(accepted.value.frameworks(0)), "v1");
}

TEST_F(RereadTest, AReadingWaitsForThePartlyAcceptedOneBeforeIt) {
  const intake::v1::Draft first = Parse(FirstReading());
  ASSERT_TRUE(IsOk(Accept(first.name(), {}, {"a1"})));
  const intake::v1::Draft next = Parse(NextReading());
  const auto all = Everything();
  EXPECT_TRUE(FailsWith(Accept(next.name()), grpc::FAILED_PRECONDITION, "PREVIOUS_PARTLY_ACCEPTED"));
  EXPECT_EQ(Everything(), all);
  ASSERT_TRUE(IsOk(Accept(first.name())));
  EXPECT_TRUE(IsOk(Accept(next.name())));
  EXPECT_THAT(Activities(), SizeIs(4));
}

TEST_F(RereadTest, WhatTheOfficerSaysIsDropped) {
  const intake::v1::Draft first = Import(FirstReading());
  const intake::v1::Draft next = Parse(NextReading());
  EXPECT_TRUE(FailsWith(Accept(next.name(), {"a1"}), grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
  EXPECT_THAT(Activities(), SizeIs(3));
  const auto accepted = Accept(next.name(), {"a3"});
  ASSERT_TRUE(IsOk(accepted));
  EXPECT_EQ(CountsOf(accepted.value, intake::v1::ELEMENT_KIND_ACTIVITY), "1 2 0 1 0 0");
  EXPECT_EQ(Activities().count("Spreekuur van de jongerencoach"), 0u);
  EXPECT_EQ(LatestVersion(accepted.value.frameworks(0)), "v2");
  const auto all = Everything();
  ASSERT_TRUE(IsOk(Accept(next.name(), {"a3"})));
  EXPECT_EQ(Everything(), all);

  // The next one finds what both readings before it made.
  std::string third = NextReading();
  absl::StrReplaceAll({{"CVDR900123/2", "CVDR900123/3"}, {"eerste bedden", "laatste bedden"}}, &third);
  const intake::v1::Draft last = Parse(third);
  EXPECT_EQ(last.previous_draft(), next.name());
  const auto once_more = Accept(last.name());
  ASSERT_TRUE(IsOk(once_more));
  EXPECT_EQ(CountsOf(once_more.value, intake::v1::ELEMENT_KIND_ACTIVITY), "0 1 2 0 0 0");
  EXPECT_THAT(Activities(), SizeIs(3));
}

// Somebody, or an acceptance that broke off, did a part of the work already.
TEST_F(RereadTest, WhatIsDoneAlreadyIsNotDoneAgain) {
  Import(FirstReading());
  catalogue::v1::UpdateActivityRequest update;
  *update.mutable_activity() = Activities().at("Zwemles voor late starters");
  update.mutable_activity()->mutable_aspects(1)->set_plan("Het zwembad geeft les in het hele jaar.");
  update.mutable_activity()->mutable_aspects(3)->set_plan("€ 4.750,- per jaar.");
  update.mutable_update_mask()->add_paths("aspects");
  update.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::UpdateActivity, update)));
  const auto accepted = Accept(Parse(NextReading()).name());
  ASSERT_TRUE(IsOk(accepted));
  EXPECT_EQ(CountsOf(accepted.value, intake::v1::ELEMENT_KIND_ACTIVITY), "1 2 0 0 0 0");
  EXPECT_EQ(Activities().at("Zwemles voor late starters").budget_lines(0).amount_cents(), 475000);
  EXPECT_EQ(LatestVersion(accepted.value.frameworks(0)), "v2");
}

TEST_F(RereadTest, AnotherYearIsMatchedAndAsksWhereItDoubts) {
  Import(FirstReading());
  const auto before = Activities();
  // The programme of the years after: one activity as it was, one in other words and a new one.
  const std::string later =
      absl::StrCat(absl::StrReplaceAll(kProgramme, {{"CVDR900123/1", "CVDR900777/1"},
                                                    {"2023-2024", "2025-2026"},
                                                    {"01-02-2023", "01-02-2025"},
                                                    {"Zwemles voor late starters", "Zwemlessen voor tieners"}}),
                   kGarden);
  const intake::v1::Draft draft = Parse(later);
  EXPECT_EQ(draft.previous_draft(), "");
  const intake::v1::CompareDraftResponse comparison = Compare(draft.name());
  EXPECT_THAT(comparison.differences(), IsEmpty());
  ASSERT_THAT(comparison.matches(), SizeIs(3));
  EXPECT_EQ(comparison.matches(0).outcome(), intake::v1::MATCH_OUTCOME_SAME);
  EXPECT_EQ(comparison.matches(1).outcome(), intake::v1::MATCH_OUTCOME_ASK);
  EXPECT_EQ(comparison.matches(1).activity_title(), "Zwemles voor late starters");
  EXPECT_FALSE(comparison.matches(1).evidence().empty());
  EXPECT_EQ(comparison.matches(2).outcome(), intake::v1::MATCH_OUTCOME_NEW);
  EXPECT_EQ(comparison.undecided(), 1);

  const auto all = Everything();
  const auto refused = Accept(draft.name());
  EXPECT_TRUE(FailsWith(refused, grpc::FAILED_PRECONDITION, "MATCH_UNDECIDED"));
  EXPECT_EQ(Everything(), all);

  // Also when an acceptance broke off before it made the activity: nobody could finish that otherwise.
  SqlSession(suite_.database().Superuser())
      .Query(absl::StrCat("INSERT INTO intake.begun_elements (owner_id, draft_id, element_id, deadline) VALUES ('",
                          kOwner, "', '", draft.name().substr(draft.name().rfind('/') + 1), "', '",
                          comparison.matches(1).element_id(), "', '-infinity')"));
  intake::v1::Correction correction;
  correction.set_element_id(comparison.matches(1).element_id());
  correction.set_same_as(comparison.matches(1).activity());
  Correct(draft.name(), correction);
  EXPECT_EQ(Compare(draft.name()).undecided(), 0);

  const auto accepted = Accept(draft.name());
  ASSERT_TRUE(IsOk(accepted));
  EXPECT_EQ(CountsOf(accepted.value, intake::v1::ELEMENT_KIND_ACTIVITY), "1 0 0 0 2 0");
  EXPECT_THAT(Activities(), SizeIs(4));
  EXPECT_EQ(Activities().at("Zwemles voor late starters").etag(), before.at("Zwemles voor late starters").etag());
  EXPECT_THAT(Compare(draft.name()).matches(), IsEmpty());
  EXPECT_TRUE(IsOk(Accept(draft.name())));
  EXPECT_THAT(Activities(), SizeIs(4));
}

TEST_F(RereadTest, AReadingThatSaysTheSameChangesNothing) {
  const intake::v1::Draft first = Import(FirstReading());
  const auto all = Everything();
  // The same text with other line ends is another file.
  const intake::v1::Draft next = Parse(absl::StrReplaceAll(FirstReading(), {{"\n", "\r\n"}}));
  EXPECT_NE(next.document(), first.document());
  EXPECT_THAT(Compare(next.name()).differences(), IsEmpty());
  const auto accepted = Accept(next.name());
  ASSERT_TRUE(IsOk(accepted));
  EXPECT_EQ(Everything(), all);
  EXPECT_EQ(LatestVersion(accepted.value.frameworks(0)), "v1");
}

}  // namespace
}  // namespace regiokompas::test
