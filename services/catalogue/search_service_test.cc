// Search over gRPC: what is found, in which order, and by whom.
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "regiokompas/collaboration/v1/collaboration_service.grpc.pb.h"
#include "tests/conformance/conformance.h"

namespace regiokompas::test {
namespace {

using catalogue::v1::SearchCatalogueRequest;
using catalogue::v1::SearchCatalogueResponse;
using catalogue::v1::SearchHit;
using Collaboration = collaboration::v1::CollaborationService::Stub;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SearchServiceTest : public ConformanceTest {
 protected:
  // An activity with only a title and a plan.
  static catalogue::v1::Activity Plan(const std::string& title, const std::string& plan = "") {
    catalogue::v1::Activity activity;
    activity.set_display_name(title);
    if (!plan.empty()) {
      auto* aspect = activity.add_aspects();
      aspect->set_kind(catalogue::v1::ASPECT_KIND_APPROACH);
      aspect->set_plan(plan);
    }
    return activity;
  }

  catalogue::v1::Activity Add(const std::string& id, const catalogue::v1::Activity& activity,
                              const std::string& owner = kOwner) {
    catalogue::v1::CreateActivityRequest request;
    request.set_parent(OwnerName(owner));
    request.set_activity_id(id);
    *request.mutable_activity() = activity;
    request.set_request_id(NewRequestId());
    const auto answer = ClientOf(owner).Call(&Catalogue::CreateActivity, request);
    EXPECT_TRUE(IsOk(answer));
    return answer.value;
  }

  void AddFramework(const std::string& id, const std::string& owner = kOwner) {
    ASSERT_TRUE(IsOk(ClientOf(owner).Call(&Catalogue::CreateFramework, CreateFramework(OwnerName(owner), id))));
  }

  void Contribute(const std::string& activity, const std::string& framework, const std::string& owner = kOwner) {
    catalogue::v1::BatchCreateContributionsRequest request;
    request.set_parent(absl::StrCat(OwnerName(owner), "/activities/", activity));
    request.set_request_id(NewRequestId());
    auto& item = *request.add_requests();
    item.set_contribution_id(absl::StrCat("aan-", framework));
    *item.mutable_contribution() = AContribution(absl::StrCat(OwnerName(owner), "/frameworks/", framework));
    ASSERT_TRUE(IsOk(ClientOf(owner).Call(&Catalogue::BatchCreateContributions, request)));
  }

  void Adopt(const std::string& framework, const std::string& owner = kOwner) {
    catalogue::v1::AdoptFrameworkRequest request;
    request.set_name(absl::StrCat(OwnerName(owner), "/frameworks/", framework));
    request.set_request_id(NewRequestId());
    ASSERT_TRUE(IsOk(ClientOf(owner).Call(&Catalogue::AdoptFramework, request)));
  }

  void Share(const std::string& giver, const std::string& scope) {
    collaboration::v1::CreateSharingGrantRequest request;
    request.set_parent(OwnerName(giver));
    request.set_sharing_grant_id(absl::StrCat("deling-", ++grants_));
    request.set_request_id(NewRequestId());
    collaboration::v1::SharingGrant& grant = *request.mutable_sharing_grant();
    grant.set_display_name("Om van elkaar te leren");
    grant.set_receiver(kOwner);
    grant.set_scope(absl::StrCat(OwnerName(giver), "/", scope));
    grant.mutable_until_time()->set_seconds(absl::ToUnixSeconds(StartOfTest() + absl::Hours(24)));
    ASSERT_TRUE(IsOk(ClientOf(giver).Call(&Collaboration::CreateSharingGrant, request)));
    suite_.PollShares();
  }

  static SearchCatalogueRequest Request(const std::string& query, const std::string& filter = "",
                                        const std::string& owner = kOwner) {
    SearchCatalogueRequest request;
    request.set_parent(OwnerName(owner));
    request.set_query(query);
    request.set_filter(filter);
    return request;
  }

  Answer<SearchCatalogueResponse> Search(const SearchCatalogueRequest& request) {
    return client_.Call(&Catalogue::SearchCatalogue, request);
  }

  // Last parts of the names of the hits, in their order.
  std::vector<std::string> Ids(const SearchCatalogueRequest& request) {
    const auto answer = Search(request);
    EXPECT_TRUE(IsOk(answer)) << request.query() << " " << request.filter();
    std::vector<std::string> ids;
    for (const SearchHit& hit : answer.value.hits()) {
      ids.push_back(hit.resource().substr(hit.resource().rfind('/') + 1));
    }
    return ids;
  }
  std::vector<std::string> Ids(const std::string& query, const std::string& filter = "") {
    return Ids(Request(query, filter));
  }

  int grants_ = 0;
};

TEST_F(SearchServiceTest, DutchWordsAreFoundInAnyForm) {
  Add("huizen", Plan("Betaalbare huizen", "Samenwerking met corporaties"));
  Add("jeugdhulp", Plan("Jeugdhulpverlening", "Wachttijden verkorten in de regio"));
  Add("client", Plan("Onafhankelijke cliëntondersteuning", "Eén loket"));
  for (const char* query : {"huis", "huizen", "Huizen", "samenwerkingen", "corporatie", "BETAALBAAR"}) {
    EXPECT_THAT(Ids(query), ElementsAre("huizen")) << query;
  }
  for (const char* query : {"jeugd", "jeugdhulp", "hulp", "jeugd hulp", "verlening", "wachttijd", "jeugd regio"}) {
    EXPECT_THAT(Ids(query), ElementsAre("jeugdhulp")) << query;
  }
  for (const char* query : {"clientondersteuning", "cliëntondersteuning", "client", "een loket", "één"}) {
    EXPECT_THAT(Ids(query), ElementsAre("client")) << query;
  }
  EXPECT_THAT(Ids("jeugd huizen"), IsEmpty());
}

TEST_F(SearchServiceTest, PhrasesAreFoundAsTheyAreAndMinusLeavesOut) {
  Add("geweld", Plan("Aanpak huiselijk geweld", "Kinderen, en ouderen"));
  Add("los", Plan("Geweld in huiselijke kring", "Kinderen"));
  EXPECT_THAT(Ids("huiselijk geweld"), testing::UnorderedElementsAre("geweld", "los"));
  EXPECT_THAT(Ids("\"huiselijk geweld\""), ElementsAre("geweld"));
  EXPECT_THAT(Ids("\"Huiselijk, Geweld\""), ElementsAre("geweld"));
  EXPECT_THAT(Ids("\"geweld kinderen\""), IsEmpty());
  EXPECT_THAT(Ids("kinderen -ouderen"), ElementsAre("los"));
  EXPECT_THAT(Ids("-\"huiselijk geweld\""), ElementsAre("los"));
  EXPECT_THAT(Ids("-geweld"), IsEmpty());
  EXPECT_THAT(Ids("\"niet gesloten"), IsEmpty());
}

TEST_F(SearchServiceTest, WhatStandsInTheTitleComesFirst) {
  Add("tekst", Plan("Aanpak schulden", "Hulp bij armoede"));
  Add("titel", Plan("Armoede", "Hulp"));
  Add("begin", Plan("Armoedebeleid", "Hulp"));
  Add("binnen", Plan("Kinderarmoede", "Hulp"));
  EXPECT_THAT(Ids("armoede"), ElementsAre("titel", "begin", "binnen", "tekst"));
  const auto answer = Search(Request("armoede"));
  for (const SearchHit& hit : answer.value.hits()) {
    EXPECT_GT(hit.score(), 0);
    EXPECT_LE(hit.score(), 1'000'000);
  }
}

TEST_F(SearchServiceTest, AHitSaysWhatItIsAndWhereTheWordsStand) {
  AddFramework("kader-1");
  AddFramework("kader-2");
  Add("loket", Plan("Eén loket", "De cliënt: één géïndiceerde regie."));
  Contribute("loket", "kader-2");
  Contribute("loket", "kader-1");
  const auto answer = Search(Request("regie"));
  ASSERT_TRUE(IsOk(answer));
  ASSERT_THAT(answer.value.hits(), SizeIs(1));
  const SearchHit& hit = answer.value.hits(0);
  EXPECT_EQ(hit.kind(), catalogue::v1::SEARCH_KIND_ACTIVITY);
  EXPECT_EQ(hit.resource(), OwnerName(kOwner) + "/activities/loket");
  EXPECT_EQ(hit.display_name(), "Eén loket");
  EXPECT_THAT(hit.frameworks(),
              ElementsAre(OwnerName(kOwner) + "/frameworks/kader-1", OwnerName(kOwner) + "/frameworks/kader-2"));
  EXPECT_EQ(hit.snippet().text(), "De cliënt: één géïndiceerde regie.");
  EXPECT_THAT(hit.snippet().match_starts(), ElementsAre(28));
  EXPECT_THAT(hit.snippet().match_lengths(), ElementsAre(5));
}

TEST_F(SearchServiceTest, GoalsAndSectionsAreFoundBesideActivities) {
  AddFramework("kader-1");
  const std::string framework = OwnerName(kOwner) + "/frameworks/kader-1";
  catalogue::v1::CreateGoalRequest goal = CreateGoal(framework, "doel-1");
  goal.mutable_goal()->set_display_name("Minder eenzaamheid");
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::CreateGoal, goal)));
  catalogue::v1::BatchCreateSectionsRequest sections;
  sections.set_parent(framework);
  sections.set_request_id(NewRequestId());
  auto& item = *sections.add_requests();
  item.set_section_id("tekst-1");
  *item.mutable_section() = ASection();
  // As much as a section may hold; the word stands at its end.
  item.mutable_section()->set_text(std::string(1'000'000, 'x') + " " + [] {
    std::string words;
    for (int i = 0; i < 5'000; ++i) absl::StrAppend(&words, "w", i, " ");
    return words;
  }() + "eenzaamheid");
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::BatchCreateSections, sections)));
  Add("activiteit-1", Plan("Bezoek", "Tegen eenzaamheid"));

  EXPECT_THAT(Ids("eenzaamheid"), ElementsAre("doel-1", "activiteit-1", "tekst-1"));
  SearchCatalogueRequest request = Request("eenzaamheid");
  request.set_kind(catalogue::v1::SEARCH_KIND_GOAL);
  const auto goals = Search(request);
  ASSERT_THAT(goals.value.hits(), SizeIs(1));
  EXPECT_EQ(goals.value.hits(0).kind(), catalogue::v1::SEARCH_KIND_GOAL);
  EXPECT_THAT(goals.value.hits(0).frameworks(), ElementsAre(framework));
  request.set_kind(catalogue::v1::SEARCH_KIND_SECTION);
  EXPECT_THAT(Ids(request), ElementsAre("tekst-1"));
  request.set_kind(catalogue::v1::SEARCH_KIND_ACTIVITY);
  EXPECT_THAT(Ids(request), ElementsAre("activiteit-1"));
}

TEST_F(SearchServiceTest, WordsThatAreFoundNowhereAreCorrectedAndTold) {
  Add("mantelzorg", Plan("Mantelzorgers ondersteunen", "Respijtzorg"));
  Add("werk", Plan("Jeugd", "Lonen"));
  const auto typed = Search(Request("matelzorgers"));
  ASSERT_TRUE(IsOk(typed));
  ASSERT_THAT(typed.value.hits(), SizeIs(1));
  EXPECT_THAT(typed.value.corrections(), ElementsAre("matelzorgers=mantelzorgers"));
  EXPECT_THAT(typed.value.hits(0).snippet().text(), HasSubstr("Mantelzorgers"));

  const auto both = Search(Request("respijtzogr matelzorgers"));
  EXPECT_THAT(both.value.hits(), SizeIs(1));
  EXPECT_THAT(both.value.corrections(), ElementsAre("respijtzogr=respijtzorg", "matelzorgers=mantelzorgers"));

  const auto compound = Search(Request("jeugdlonen"));
  EXPECT_THAT(compound.value.hits(), SizeIs(1));
  EXPECT_THAT(compound.value.corrections(), ElementsAre("jeugdlonen=jeugd lonen"));

  // What is there is not corrected, also when it is not there together; what is like nothing is not either.
  for (const char* query : {"mantelzorgers", "jeugd respijtzorg", "ruimtevaart", "\"matelzorgers\""}) {
    EXPECT_THAT(Search(Request(query)).value.corrections(), IsEmpty()) << query;
  }
}

TEST_F(SearchServiceTest, PagesFollowEachOtherWithoutGapOrDouble) {
  for (int i = 0; i < 25; ++i) {
    Add(absl::StrCat("activiteit-", i),
        Plan(i % 3 == 0 ? "Armoede" : "Iets", i % 2 == 0 ? "armoede" : "armoedebeleid"));
  }
  const auto is_new = [](const std::string& id) { return id.rfind("tussendoor", 0) == 0; };
  int added = 0;
  for (const char* query : {"armoede", "armodee", ""}) {
    SearchCatalogueRequest request = Request(query);
    std::vector<std::string> all = Ids(request);
    std::vector<std::string> paged;
    request.set_page_size(4);
    do {
      const auto page = Search(request);
      ASSERT_TRUE(IsOk(page));
      EXPECT_LE(page.value.hits_size(), 4);
      for (const SearchHit& hit : page.value.hits()) {
        paged.push_back(hit.resource().substr(hit.resource().rfind('/') + 1));
      }
      request.set_page_token(page.value.next_page_token());
      // What comes in between changes nothing of what was there.
      ASSERT_LT(added, 40);
      Add(absl::StrCat("tussendoor-", added++), Plan("Anders"));
    } while (!request.page_token().empty());
    all.erase(std::remove_if(all.begin(), all.end(), is_new), all.end());
    paged.erase(std::remove_if(paged.begin(), paged.end(), is_new), paged.end());
    EXPECT_THAT(all, SizeIs(25)) << query;
    EXPECT_EQ(paged, all) << query;
  }
  SearchCatalogueRequest first = Request("armoede");
  first.set_page_size(4);
  SearchCatalogueRequest other = Request("anders");
  other.set_page_token(Search(first).value.next_page_token());
  EXPECT_TRUE(FailsWith(Search(other), grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
  first.set_page_size(-1);
  EXPECT_TRUE(FailsWith(Search(first), grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
}

TEST_F(SearchServiceTest, FiltersSelect) {
  AddFramework("kader-1");
  AddFramework("kader-2");
  catalogue::v1::Activity one = Plan("Eerste");
  one.add_task_fields("6.72");
  one.add_realisation_years(2024);
  one.add_realisation_years(2025);
  one.add_parties()->set_organisation("Stichting Zórg & Co");
  Add("een", one);
  catalogue::v1::Activity two = Plan("Tweede");
  two.add_task_fields("6.1");
  auto* milestone = two.add_milestones();
  milestone->set_text("Klaar");
  milestone->set_due("2027-Q2");
  two.mutable_ending()->set_kind(catalogue::v1::ACTIVITY_ENDING_KIND_STOPPED);
  two.mutable_ending()->set_reason("Geld op");
  Add("twee", two);
  Contribute("een", "kader-1");
  Contribute("twee", "kader-2");
  Adopt("kader-2");
  SearchCatalogueRequest request = Request("");
  request.set_kind(catalogue::v1::SEARCH_KIND_ACTIVITY);
  const std::map<std::string, std::vector<std::string>> cases = {
      {"", {"een", "twee"}},
      {"owner = GM0677", {"een", "twee"}},
      {"owner != GM0677", {}},
      {"owner = GM0299", {}},
      {"framework = kader-1", {"een"}},
      {"framework = \"owners/GM0677/frameworks/kader-2\"", {"twee"}},
      {"framework != kader-1", {"twee"}},
      {"task_field = \"6.72\"", {"een"}},
      {"task_field = 6.7", {}},
      {"task_field != 6.72", {"twee"}},
      {"year = 2025", {"een"}},
      {"year != 2025", {"twee"}},
      {"year < 2025", {"een"}},
      {"year <= 2025", {"een"}},
      {"year > 2025", {"twee"}},
      {"year >= 2024", {"een", "twee"}},
      {"party = \"stichting zorg co\"", {"een"}},
      {"party = stichting", {}},
      {"party : ZORG", {"een"}},
      {"NOT party : zorg", {"twee"}},
      {"state = DRAFT", {"een"}},
      {"state = ADOPTED", {"twee"}},
      {"state = WITHDRAWN", {}},
      {"ending = STOPPED", {"twee"}},
      {"ending = NONE", {"een"}},
      {"ending != NONE", {"twee"}},
      {"year = 2025 OR year = 2027", {"een", "twee"}},
      {"year = 2025 AND task_field = 6.1", {}},
      {"task_field = 6.1 AND year = 2024 OR year = 2027", {"twee"}},
      {"-(task_field = 6.1 OR year = 2024)", {}},
  };
  for (const auto& [filter, expected] : cases) {
    request.set_filter(filter);
    EXPECT_EQ(Ids(request), expected) << filter;
  }
  request.set_query("eerste");
  request.set_filter("year >= 2024");
  EXPECT_THAT(Ids(request), ElementsAre("een"));
}

TEST_F(SearchServiceTest, WithoutYearsOfItsOwnTheFrameworkSaysThem) {
  catalogue::v1::CreateFrameworkRequest framework = CreateFramework(OwnerName(kOwner), "kader-1");
  framework.mutable_framework()->clear_fiscal_years();
  framework.mutable_framework()->set_valid_from_date("2019-01-01");
  framework.mutable_framework()->set_valid_until_date("2023-01-01");
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::CreateFramework, framework)));
  ASSERT_TRUE(
      IsOk(client_.Call(&Catalogue::CreateGoal, CreateGoal(OwnerName(kOwner) + "/frameworks/kader-1", "doel-1"))));
  EXPECT_THAT(Ids("", "year = 2022"), ElementsAre("doel-1"));
  EXPECT_THAT(Ids("", "year = 2023"), IsEmpty());
}

TEST_F(SearchServiceTest, FiltersThatCanNotBeReadAreRefused) {
  for (const char* filter : {"kleur = rood", "year = later", "state = OPEN", "owner", "(owner = a", "owner : a"}) {
    const auto answer = Search(Request("", filter));
    EXPECT_TRUE(FailsWith(answer, grpc::INVALID_ARGUMENT, "INVALID_REQUEST")) << filter;
    ASSERT_EQ(answer.violations().size(), 1u) << filter;
    EXPECT_THAT(*answer.violations().begin(), testing::StartsWith("filter FILTER_")) << filter;
  }
}

// The longest filter and the longest query are answered like any other.
TEST_F(SearchServiceTest, TheLongestQuestionsAreAnswered) {
  AddFramework("kader-1");
  Add("een", Plan("Eerste"));
  Contribute("een", "kader-1");
  const std::map<std::string, std::string> parts = {
      {"year=1", " OR "}, {"-state=DRAFT", " "}, {"framework=x", " OR "}, {"party:x", " OR "}};
  for (const auto& [part, join] : parts) {
    std::string filter = part;
    while (filter.size() + join.size() + part.size() <= 2048) absl::StrAppend(&filter, join, part);
    SearchCatalogueRequest request = Request("", filter);
    request.set_include_shared(true);
    EXPECT_THAT(Ids(request), IsEmpty()) << part;
  }
  std::string query;
  for (int i = 0; query.size() < 990; ++i) absl::StrAppend(&query, "woord", i, " ");
  EXPECT_THAT(Ids(query), IsEmpty());
}

TEST_F(SearchServiceTest, ValuesAreNeverSql) {
  Add("een", Plan("Eerste"));
  for (const std::string value : {"'; DROP TABLE activities; --", "' OR '1'='1", "%", "_", "\\", "$1", ":*", "a' & 'b",
                                  "{}", "(", "!", "\xF0\x9F\x98\x80", "<->", "x'||pg_sleep(10)||'"}) {
    EXPECT_THAT(Ids(value + " eerstejaars"), IsEmpty()) << value;
    std::string quoted;
    for (const char c : value) absl::StrAppend(&quoted, c == '\\' ? "\\" : "", std::string(1, c));
    for (const char* field : {"owner", "framework", "task_field", "party"}) {
      EXPECT_THAT(Ids("", absl::StrCat(field, " = \"", quoted, "\"")), IsEmpty()) << value;
    }
  }
  EXPECT_THAT(Ids("eerste"), ElementsAre("een"));
}

TEST_F(SearchServiceTest, WhatStandsNowIsFoundAndNothingElse) {
  catalogue::v1::Activity activity = Add("een", Plan("Armoede"));
  activity.set_display_name("Schulden");
  catalogue::v1::UpdateActivityRequest update;
  *update.mutable_activity() = activity;
  update.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::UpdateActivity, update)));
  EXPECT_THAT(Ids("armoede"), IsEmpty());
  EXPECT_THAT(Ids("schulden"), ElementsAre("een"));
  catalogue::v1::DeleteActivityRequest drop;
  drop.set_name(activity.name());
  drop.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::DeleteActivity, drop)));
  EXPECT_THAT(Ids(""), IsEmpty());
}

TEST_F(SearchServiceTest, ByAShareWhatWasAdoptedLastIsFound) {
  AddFramework("kader-1", kOtherOwner);
  AddFramework("kader-2", kOtherOwner);
  catalogue::v1::Activity activity = Add("armoede", Plan("Armoede", "Kinderen"), kOtherOwner);
  Add("klad", Plan("Armoede in klad", "Geheimpje"), kOtherOwner);
  Add("elders", Plan("Armoede elders"), kOtherOwner);
  Contribute("armoede", "kader-1", kOtherOwner);
  Contribute("elders", "kader-2", kOtherOwner);
  const SearchCatalogueRequest request = Request("armoede", "", kOtherOwner);
  EXPECT_TRUE(FailsWith(Search(request), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));

  Share(kOtherOwner, "frameworks/kader-1");
  EXPECT_THAT(Ids(request), IsEmpty());
  Adopt("kader-1", kOtherOwner);
  Adopt("kader-2", kOtherOwner);
  EXPECT_THAT(Ids(request), ElementsAre("armoede"));
  // The draft of the next version stays at home.
  activity.set_display_name("Geldzorgen");
  catalogue::v1::UpdateActivityRequest update;
  *update.mutable_activity() = activity;
  update.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(ClientOf(kOtherOwner).Call(&Catalogue::UpdateActivity, update)));
  EXPECT_THAT(Ids(request), ElementsAre("armoede"));
  EXPECT_THAT(Ids(Request("geldzorgen", "", kOtherOwner)), IsEmpty());
  EXPECT_THAT(Ids(Request("", "framework = kader-2", kOtherOwner)), IsEmpty());
  EXPECT_THAT(Ids(Request("", "framework = kader-1", kOtherOwner)), ElementsAre("armoede"));
  EXPECT_THAT(Ids(Request("", "state = ADOPTED", kOtherOwner)), ElementsAre("armoede"));
  // Words of drafts are not told by corrections.
  EXPECT_THAT(Search(Request("geheimpe", "", kOtherOwner)).value.corrections(), IsEmpty());
  EXPECT_THAT(Search(Request("kinderne", "", kOtherOwner)).value.corrections(), ElementsAre("kinderne=kinderen"));

  Adopt("kader-1", kOtherOwner);
  EXPECT_THAT(Ids(Request("geldzorgen", "", kOtherOwner)), ElementsAre("armoede"));
  EXPECT_THAT(Ids(request), IsEmpty());

  SearchCatalogueRequest everywhere = request;
  everywhere.set_include_shared(true);
  EXPECT_TRUE(FailsWith(Search(everywhere), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
}

// Two frameworks may have adopted it in different states: what was decided last holds, as far as it is shared.
TEST_F(SearchServiceTest, OfAnActivityInTwoFrameworksTheNewestThatIsSharedIsFound) {
  AddFramework("kader-1", kOtherOwner);
  AddFramework("kader-2", kOtherOwner);
  catalogue::v1::Activity activity = Add("activiteit-1", Plan("Oude naam"), kOtherOwner);
  Contribute("activiteit-1", "kader-1", kOtherOwner);
  Contribute("activiteit-1", "kader-2", kOtherOwner);
  Adopt("kader-1", kOtherOwner);
  activity.set_display_name("Nieuwe naam");
  catalogue::v1::UpdateActivityRequest update;
  *update.mutable_activity() = activity;
  update.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(ClientOf(kOtherOwner).Call(&Catalogue::UpdateActivity, update)));
  Adopt("kader-2", kOtherOwner);

  Share(kOtherOwner, "frameworks/kader-1");
  const auto one = Search(Request("naam", "", kOtherOwner));
  ASSERT_THAT(one.value.hits(), SizeIs(1));
  EXPECT_EQ(one.value.hits(0).display_name(), "Oude naam");
  EXPECT_THAT(one.value.hits(0).frameworks(), ElementsAre(OwnerName(kOtherOwner) + "/frameworks/kader-1"));

  Share(kOtherOwner, "frameworks/-");
  const auto both = Search(Request("naam", "", kOtherOwner));
  ASSERT_THAT(both.value.hits(), SizeIs(1));
  EXPECT_EQ(both.value.hits(0).display_name(), "Nieuwe naam");
  EXPECT_THAT(Ids(Request("oude", "", kOtherOwner)), IsEmpty());
}

TEST_F(SearchServiceTest, WhatOthersShareIsSearchedBesideOnesOwn) {
  Add("eigen", Plan("Armoede", "Hulp"));
  for (const char* owner : {kOtherOwner, "GM1916"}) {
    AddFramework("kader-1", owner);
    Add("armoede", Plan("Bezoek", "Armoede onder ouderen"), owner);
    Contribute("armoede", "kader-1", owner);
    Adopt("kader-1", owner);
  }
  Share(kOtherOwner, "frameworks/-");
  SearchCatalogueRequest request = Request("armoede");
  EXPECT_THAT(Ids(request), ElementsAre("eigen"));
  request.set_include_shared(true);
  const auto answer = Search(request);
  ASSERT_TRUE(IsOk(answer));
  ASSERT_THAT(answer.value.hits(), SizeIs(2));
  EXPECT_EQ(answer.value.hits(1).resource(), OwnerName(kOtherOwner) + "/activities/armoede");
  EXPECT_THAT(answer.value.hits(1).frameworks(), ElementsAre(OwnerName(kOtherOwner) + "/frameworks/kader-1"));

  request.set_page_size(1);
  request.set_page_token(Search(request).value.next_page_token());
  const auto second = Search(request);
  ASSERT_THAT(second.value.hits(), SizeIs(1));
  EXPECT_EQ(second.value.hits(0).resource(), answer.value.hits(1).resource());
  EXPECT_THAT(second.value.next_page_token(), IsEmpty());

  SearchCatalogueRequest filtered = Request("", "owner != GM0677");
  filtered.set_include_shared(true);
  EXPECT_THAT(Ids(filtered), ElementsAre("armoede"));
  // A word that only another has is not wrong, and one that is wrong may be another's.
  SearchCatalogueRequest others = Request("ouderen");
  others.set_include_shared(true);
  EXPECT_THAT(Search(others).value.corrections(), IsEmpty());
  EXPECT_THAT(Ids(others), ElementsAre("armoede"));
  others.set_query("ouderne");
  EXPECT_THAT(Search(others).value.corrections(), ElementsAre("ouderne=ouderen"));
  EXPECT_THAT(Ids(Request("ouderne")), IsEmpty());
}

TEST_F(SearchServiceTest, WhatIsSharedIsClosedWhileItIsNotKnown) {
  Add("eigen", Plan("Armoede"));
  MoveClock(absl::Minutes(5));
  SearchCatalogueRequest request = Request("armoede");
  EXPECT_THAT(Ids(request), ElementsAre("eigen"));
  request.set_include_shared(true);
  EXPECT_TRUE(FailsWith(Search(request), grpc::UNAVAILABLE, "SHARES_BEHIND"));
  suite_.PollShares();
  EXPECT_THAT(Ids(request), ElementsAre("eigen"));
}

// What the triggers keep is what the history says, whatever was written in whatever order.
TEST_F(SearchServiceTest, TheIndexIsAFunctionOfTheHistory) {
  AddFramework("kader-1");
  std::map<std::string, catalogue::v1::Activity> activities;
  for (const char* id : {"een", "twee", "drie"}) {
    activities[id] = Add(id, Plan(id));
    Contribute(id, "kader-1");
  }
  Adopt("kader-1");
  for (int round = 0; round < 3; ++round) {
    for (auto& [id, activity] : activities) {
      if (id == "drie" && round == 1) continue;
      activity.set_display_name(absl::StrCat(id, " ", round));
      catalogue::v1::UpdateActivityRequest update;
      *update.mutable_activity() = activity;
      update.set_request_id(NewRequestId());
      activity = client_.Call(&Catalogue::UpdateActivity, update).value;
    }
    if (round == 1) Adopt("kader-1");
  }
  SqlSession session(suite_.database().Superuser());
  const std::string expected =
      "SELECT h.kind, h.resource, h.version FROM catalogue.history h WHERE h.kind IN ('framework', 'activity') AND "
      "((h.kind, h.resource, h.version) IN (SELECT kind, resource, max(version) FROM catalogue.history GROUP BY 1, 2) "
      "OR (h.kind, h.resource, h.version) IN (SELECT i.kind, i.resource, i.version FROM catalogue.version_items i "
      "WHERE i.version_id = (SELECT version_id FROM catalogue.versions ORDER BY create_time DESC LIMIT 1))) "
      "ORDER BY 1, 2, 3";
  const Rows rows = session.Query("SELECT kind, resource, version FROM catalogue.search_items ORDER BY 1, 2, 3");
  EXPECT_EQ(rows, session.Query(expected));
  EXPECT_GE(rows.size(), 6u);
  EXPECT_EQ(session.Value("SELECT count(*) FROM catalogue.search_items WHERE NOT live AND adopted_in = '{}'"), "0");
}

}  // namespace
}  // namespace regiokompas::test
