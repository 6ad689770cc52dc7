// Neighbours in what other owners share, and two catalogues side by side, over gRPC.
#include <fstream>
#include <iostream>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "regiokompas/collaboration/v1/collaboration_service.grpc.pb.h"
#include "tests/conformance/conformance.h"

namespace regiokompas::test {
namespace {

using collaboration::v1::SharingGrant;
using Collaboration = collaboration::v1::CollaborationService::Stub;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kThirdOwner[] = "GM1916";

class NeighbourServiceTest : public ConformanceTest {
 protected:
  // A framework kader-1 of `owner` with these activities, each with a contribution to it; not adopted.
  void Fill(const std::string& owner, const std::map<std::string, catalogue::v1::Activity>& activities) {
    const Client client = ClientOf(owner);
    const std::string framework = OwnerName(owner) + "/frameworks/kader-1";
    ASSERT_TRUE(IsOk(client.Call(&Catalogue::CreateFramework, CreateFramework(OwnerName(owner), "kader-1"))));
    catalogue::v1::BatchCreateActivitiesRequest request;
    request.set_parent(OwnerName(owner));
    request.set_request_id(NewRequestId());
    for (const auto& [id, activity] : activities) {
      auto* item = request.add_requests();
      item->set_activity_id(id);
      *item->mutable_activity() = activity;
    }
    ASSERT_TRUE(IsOk(client.Call(&Catalogue::BatchCreateActivities, request)));
    for (const auto& [id, activity] : activities) {
      catalogue::v1::BatchCreateContributionsRequest contributions;
      contributions.set_parent(absl::StrCat(OwnerName(owner), "/activities/", id));
      contributions.set_request_id(NewRequestId());
      auto& item = *contributions.add_requests();
      item.set_contribution_id("bijdrage-1");
      *item.mutable_contribution() = AContribution(framework);
      ASSERT_TRUE(IsOk(client.Call(&Catalogue::BatchCreateContributions, contributions)));
    }
  }

  void Adopt(const std::string& owner, const std::string& framework = "kader-1") {
    catalogue::v1::AdoptFrameworkRequest request;
    request.set_name(OwnerName(owner) + "/frameworks/" + framework);
    request.set_request_id(NewRequestId());
    ASSERT_TRUE(IsOk(ClientOf(owner).Call(&Catalogue::AdoptFramework, request)));
  }

  // `giver` shares `scope` with `receiver`; returns the name of the grant.
  std::string Share(const std::string& giver, const std::string& receiver = kOwner,
                    const std::string& scope = "frameworks/-") {
    collaboration::v1::CreateSharingGrantRequest request;
    request.set_parent(OwnerName(giver));
    request.set_sharing_grant_id(absl::StrCat("deling-", ++grants_));
    request.set_request_id(NewRequestId());
    SharingGrant& grant = *request.mutable_sharing_grant();
    grant.set_display_name("Om van elkaar te leren");
    grant.set_receiver(receiver);
    grant.set_scope(absl::StrCat(OwnerName(giver), "/", scope));
    grant.mutable_until_time()->set_seconds(absl::ToUnixSeconds(StartOfTest() + absl::Hours(24)));
    const auto given = ClientOf(giver).Call(&Collaboration::CreateSharingGrant, request);
    EXPECT_TRUE(IsOk(given));
    suite_.PollShares();
    return given.value.name();
  }

  void Withdraw(const std::string& grant) {
    collaboration::v1::WithdrawSharingGrantRequest request;
    request.set_name(grant);
    request.set_reason("Niet meer nodig");
    request.set_request_id(NewRequestId());
    const std::vector<std::string> parts = absl::StrSplit(grant, '/');
    ASSERT_TRUE(IsOk(ClientOf(parts[1]).Call(&Collaboration::WithdrawSharingGrant, request)));
    suite_.PollShares();
  }

  Answer<catalogue::v1::SearchNeighboursResponse> Search(const std::string& name, int most = 0) {
    catalogue::v1::SearchNeighboursRequest request;
    request.set_name(name);
    request.set_max_results(most);
    return client_.Call(&Catalogue::SearchNeighbours, request);
  }

  std::vector<std::string> Neighbours(const std::string& name) {
    const auto answer = Search(name);
    EXPECT_TRUE(IsOk(answer));
    std::vector<std::string> resources;
    for (const auto& neighbour : answer.value.neighbours()) resources.push_back(neighbour.resource());
    return resources;
  }

  Answer<catalogue::v1::CompareOwnersResponse> Compare(const std::string& other, int min_score = 0) {
    catalogue::v1::CompareOwnersRequest request;
    request.set_parent(OwnerName(kOwner));
    request.set_other_owner(other);
    request.set_min_score(min_score);
    return client_.Call(&Catalogue::CompareOwners, request);
  }

  int grants_ = 0;
};

catalogue::v1::Activity About(const std::string& title, const std::string& text = "") {
  catalogue::v1::Activity activity;
  activity.set_display_name(title);
  if (!text.empty()) {
    auto* aspect = activity.add_aspects();
    aspect->set_kind(catalogue::v1::ASPECT_KIND_APPROACH);
    aspect->set_plan(text);
  }
  return activity;
}

constexpr char kMine[] = "owners/GM0677/activities/mantelzorg";

TEST_F(NeighbourServiceTest, NeighboursAreWhatOthersShareAndNothingElse) {
  Fill(kOwner, {{"mantelzorg", About("Respijtzorg voor mantelzorgers")},
                {"nog-een", About("Respijtzorg voor jonge mantelzorgers")}});
  Adopt(kOwner);
  Fill(kOtherOwner, {{"respijt", About("Mantelzorgers krijgen respijtzorg")}, {"riool", About("Riool vervangen")}});
  Adopt(kOtherOwner);
  Fill(kThirdOwner, {{"logeren", About("Logeerhuis voor respijtzorg")}});
  Adopt(kThirdOwner);
  // One shares with another than the asker.
  Fill("GM0342", {{"geheim", About("Respijtzorg voor mantelzorgers")}});
  Adopt("GM0342");
  Share("GM0342", kOtherOwner);
  EXPECT_THAT(Neighbours(kMine), IsEmpty());
  const std::string grant = Share(kOtherOwner);
  Share(kThirdOwner);
  EXPECT_THAT(Neighbours(kMine), ElementsAre("owners/GM0299/activities/respijt", "owners/GM1916/activities/logeren"));
  Withdraw(grant);
  EXPECT_THAT(Neighbours(kMine), ElementsAre("owners/GM1916/activities/logeren"));
}

TEST_F(NeighbourServiceTest, OnlyWhatWasAdoptedIsFound) {
  Fill(kOwner, {{"mantelzorg", About("Respijtzorg voor mantelzorgers")}});
  Fill(kOtherOwner, {{"respijt", About("Mantelzorgers krijgen respijtzorg")}});
  Share(kOtherOwner);
  EXPECT_THAT(Neighbours(kMine), IsEmpty()) << "a draft is the owner's own";
  Adopt(kOtherOwner);
  ASSERT_THAT(Neighbours(kMine), ElementsAre("owners/GM0299/activities/respijt"));
  catalogue::v1::UpdateActivityRequest update;
  *update.mutable_activity() = About("Riool vervangen");
  update.mutable_activity()->set_name("owners/GM0299/activities/respijt");
  update.mutable_update_mask()->add_paths("display_name");
  update.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(ClientOf(kOtherOwner).Call(&Catalogue::UpdateActivity, update)));
  const auto answer = Search(kMine);
  ASSERT_EQ(answer.value.neighbours_size(), 1);
  EXPECT_EQ(answer.value.neighbours(0).display_name(), "Mantelzorgers krijgen respijtzorg") << "as it was adopted";
  Adopt(kOtherOwner);
  EXPECT_THAT(Neighbours(kMine), IsEmpty());
}

TEST_F(NeighbourServiceTest, AGrantOnOneFrameworkOpensThatOne) {
  Fill(kOwner, {{"mantelzorg", About("Respijtzorg voor mantelzorgers")}});
  Fill(kOtherOwner, {{"respijt", About("Mantelzorgers krijgen respijtzorg")}});
  Adopt(kOtherOwner);
  Share(kOtherOwner, kOwner, "frameworks/kader-9");
  EXPECT_THAT(Neighbours(kMine), IsEmpty());
  Share(kOtherOwner, kOwner, "frameworks/kader-1");
  EXPECT_THAT(Neighbours(kMine), ElementsAre("owners/GM0299/activities/respijt"));
}

TEST_F(NeighbourServiceTest, TheScoreSaysWhy) {
  catalogue::v1::Activity mine = About("Respijtzorg voor mantelzorgers", "Vrijwilligers nemen de zorg over.");
  mine.add_task_fields("6.1");
  mine.add_parties()->set_organisation("Stichting Steunpunt");
  mine.set_policy_officer("Zonnebloem");
  catalogue::v1::Activity theirs = About("Respijtzorg", "Mantelzorgers worden ontlast.");
  theirs.add_task_fields("6.1");
  theirs.add_task_fields("6.2");
  theirs.add_parties()->set_organisation("steunpunt");
  theirs.set_policy_officer("Zonnebloem");
  Fill(kOwner, {{"mantelzorg", mine}});
  Fill(kOtherOwner, {{"respijt", theirs}});
  Adopt(kOtherOwner);
  Share(kOtherOwner);
  const auto answer = Search(kMine);
  ASSERT_TRUE(IsOk(answer));
  ASSERT_EQ(answer.value.neighbours_size(), 1);
  const catalogue::v1::Neighbour& neighbour = answer.value.neighbours(0);
  EXPECT_EQ(neighbour.display_name(), "Respijtzorg");
  EXPECT_EQ(neighbour.score().task_fields(), 67);
  EXPECT_EQ(neighbour.score().parties(), 100);
  EXPECT_GT(neighbour.score().words(), 20);
  EXPECT_LT(neighbour.score().words(), 100);
  EXPECT_NEAR(neighbour.score().total(),
              (80 * neighbour.score().words() + 12 * neighbour.score().task_fields() + 8 * 100) / 100.0, 1);
  EXPECT_THAT(neighbour.common_words(), Contains("mantelzorger"));
  EXPECT_THAT(neighbour.common_words(), Not(Contains(testing::HasSubstr("zonneb")))) << "a person is no subject";
}

TEST_F(NeighbourServiceTest, GoalsHaveGoalsAsNeighbours) {
  for (const std::string owner : {kOwner, kOtherOwner}) {
    Fill(owner, {{"mantelzorg", About("Minder eenzame ouderen")}});
    auto goal = CreateGoal(OwnerName(owner) + "/frameworks/kader-1", "doel-1");
    goal.mutable_goal()->set_display_name("Minder eenzame ouderen");
    ASSERT_TRUE(IsOk(ClientOf(owner).Call(&Catalogue::CreateGoal, goal)));
  }
  Adopt(kOtherOwner);
  Share(kOtherOwner);
  EXPECT_THAT(Neighbours("owners/GM0677/frameworks/kader-1/goals/doel-1"),
              ElementsAre("owners/GM0299/frameworks/kader-1/goals/doel-1"));
}

TEST_F(NeighbourServiceTest, AtMostAsManyAsAsked) {
  Fill(kOwner, {{"mantelzorg", About("Respijtzorg voor mantelzorgers")}});
  std::map<std::string, catalogue::v1::Activity> many;
  for (int i = 10; i < 35; ++i) many[absl::StrCat("respijt-", i)] = About(absl::StrCat("Respijtzorg deel ", i));
  Fill(kOtherOwner, many);
  Adopt(kOtherOwner);
  Share(kOtherOwner);
  EXPECT_EQ(Search(kMine).value.neighbours_size(), 20);
  const auto three = Search(kMine, 3);
  ASSERT_EQ(three.value.neighbours_size(), 3);
  EXPECT_EQ(three.value.neighbours(0).resource(), "owners/GM0299/activities/respijt-10") << "equals by name";
  EXPECT_THAT(Search(kMine, 21).violations(), ElementsAre("max_results OUT_OF_RANGE"));
}

TEST_F(NeighbourServiceTest, WhoIsNotTheOwnerMayNotAsk) {
  Fill(kOwner, {{"mantelzorg", About("Respijtzorg voor mantelzorgers")}});
  Adopt(kOwner);
  EXPECT_TRUE(FailsWith(Search("owners/GM0677/activities/er-is-niets"), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Search("owners/GM0677/frameworks/kader-1").violations(), ElementsAre("name NOT_COMPARED"));
  Share(kOwner, kOtherOwner);
  catalogue::v1::SearchNeighboursRequest request;
  request.set_name(kMine);
  EXPECT_TRUE(FailsWith(ClientOf(kOtherOwner).Call(&Catalogue::SearchNeighbours, request), grpc::PERMISSION_DENIED,
                        "OWNER_FORBIDDEN"));
  catalogue::v1::CompareOwnersRequest compare;
  compare.set_parent(OwnerName(kOwner));
  compare.set_other_owner(kOtherOwner);
  EXPECT_TRUE(FailsWith(ClientOf(kOtherOwner).Call(&Catalogue::CompareOwners, compare), grpc::PERMISSION_DENIED,
                        "OWNER_FORBIDDEN"));
}

TEST_F(NeighbourServiceTest, NothingIsToldWhileItIsNotKnownWhatIsShared) {
  Fill(kOwner, {{"mantelzorg", About("Respijtzorg voor mantelzorgers")}});
  Share(kOtherOwner);
  MoveClock(absl::Seconds(2));
  EXPECT_TRUE(FailsWith(Search(kMine), grpc::UNAVAILABLE, "SHARES_BEHIND"));
  EXPECT_TRUE(FailsWith(Compare(kOtherOwner), grpc::UNAVAILABLE, "SHARES_BEHIND"));
}

TEST_F(NeighbourServiceTest, TwoOwnersAreLaidSideBySide) {
  Fill(kOwner, {{"mantelzorg", About("Respijtzorg voor mantelzorgers")}, {"taal", About("Taalhuis in elke wijk")}});
  Fill(kOtherOwner, {{"respijt", About("Mantelzorgers krijgen respijtzorg")}, {"riool", About("Riool vervangen")}});
  Adopt(kOtherOwner);
  EXPECT_TRUE(FailsWith(Compare(kOtherOwner), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
  Share(kOtherOwner);
  const auto answer = Compare(kOtherOwner);
  ASSERT_TRUE(IsOk(answer));
  ASSERT_EQ(answer.value.pairs_size(), 3);
  EXPECT_EQ(answer.value.pairs(0).resource(), kMine);
  EXPECT_EQ(answer.value.pairs(0).other().resource(), "owners/GM0299/activities/respijt");
  EXPECT_GE(answer.value.pairs(0).other().score().total(), 30);
  EXPECT_EQ(answer.value.pairs(1).resource(), "owners/GM0677/activities/taal");
  EXPECT_FALSE(answer.value.pairs(1).has_other());
  EXPECT_EQ(answer.value.pairs(2).resource(), "");
  EXPECT_EQ(answer.value.pairs(2).other().display_name(), "Riool vervangen");
  EXPECT_EQ(Compare(kOtherOwner, 100).value.pairs_size(), 4) << "nothing is that much alike";
  EXPECT_THAT(Compare(kOwner).violations(), ElementsAre("other_owner BAD_OTHER_OWNER"));
}

// Two frameworks were adopted with two versions of one activity: it is one neighbour, as it was written last.
TEST_F(NeighbourServiceTest, WhatStandsInTwoFrameworksIsFoundOnce) {
  Fill(kOwner, {{"mantelzorg", About("Respijtzorg voor mantelzorgers")}});
  Fill(kOtherOwner, {{"respijt", About("Mantelzorgers krijgen respijtzorg")}});
  Adopt(kOtherOwner);
  const Client other = ClientOf(kOtherOwner);
  ASSERT_TRUE(IsOk(other.Call(&Catalogue::CreateFramework, CreateFramework(OwnerName(kOtherOwner), "kader-2"))));
  catalogue::v1::BatchCreateContributionsRequest contributions;
  contributions.set_parent("owners/GM0299/activities/respijt");
  contributions.set_request_id(NewRequestId());
  auto& item = *contributions.add_requests();
  item.set_contribution_id("bijdrage-2");
  *item.mutable_contribution() = AContribution("owners/GM0299/frameworks/kader-2");
  ASSERT_TRUE(IsOk(other.Call(&Catalogue::BatchCreateContributions, contributions)));
  catalogue::v1::UpdateActivityRequest update;
  *update.mutable_activity() = About("Respijtzorg thuis voor mantelzorgers");
  update.mutable_activity()->set_name("owners/GM0299/activities/respijt");
  update.mutable_update_mask()->add_paths("display_name");
  update.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(other.Call(&Catalogue::UpdateActivity, update)));
  Adopt(kOtherOwner, "kader-2");
  Share(kOtherOwner);
  const auto found = Search(kMine);
  ASSERT_TRUE(IsOk(found));
  ASSERT_EQ(found.value.neighbours_size(), 1);
  EXPECT_EQ(found.value.neighbours(0).display_name(), "Respijtzorg thuis voor mantelzorgers");
  const auto compared = Compare(kOtherOwner);
  ASSERT_EQ(compared.value.pairs_size(), 1);
  EXPECT_EQ(compared.value.pairs(0).other().display_name(), "Respijtzorg thuis voor mantelzorgers");
}

// Written straight into the tables: making so many by calls takes long.
TEST_F(NeighbourServiceTest, AComparisonHasALimit) {
  SqlSession session(suite_.database().Superuser());
  const auto add = [&](int first, int last) {
    session.Query(absl::StrCat(
        "SET search_path = catalogue; SET session_replication_role = replica; "
        "INSERT INTO history (owner_id, kind, resource, version, ordinal, change_time, create_time, principal, method, "
        "body) SELECT 'GM0677', 'activity', 'owners/GM0677/activities/a' || n, 1, n, now(), now(), 'test', 'test', "
        "'{}' FROM generate_series(",
        first, ", ", last,
        ") n; INSERT INTO search_items (owner_id, kind, resource, version, live, adopted_in, title, "
        "task_fields, parties, years, ending, folded, words) SELECT 'GM0677', 'activity', "
        "'owners/GM0677/activities/a' || n, 1, true, '{}', 'Plan ' || n, '{}', '{}', '{}', 'NONE', '', "
        "setweight(to_tsvector('simple', 'plan ' || n), 'A') FROM generate_series(",
        first, ", ", last, ") n"));
  };
  Share(kOtherOwner);
  add(1, 2000);
  const auto most = Compare(kOtherOwner);
  ASSERT_TRUE(IsOk(most));
  EXPECT_EQ(most.value.pairs_size(), 2000);
  add(2001, 2001);
  const auto too_many = Compare(kOtherOwner);
  EXPECT_TRUE(FailsWith(too_many, grpc::RESOURCE_EXHAUSTED, "ANSWER_TOO_LARGE"));
  EXPECT_EQ(too_many.error_info().metadata().at("limit"), "2000");
}

// 20 activities of one municipality, each with one of two others that is about the same, among others with the same
// words.
TEST_F(NeighbourServiceTest, TheRightOneIsAmongTheFirstFive) {
  std::ifstream file(std::string(REGIOKOMPAS_SOURCE_DIR) + "/tests/cases/catalogue/neighbours.tsv");
  ASSERT_TRUE(file.is_open());
  std::map<std::string, std::map<std::string, catalogue::v1::Activity>> owners;
  std::map<std::string, std::string> expected;
  for (std::string line; std::getline(file, line);) {
    if (line.front() == '#') continue;
    const std::vector<std::string> cells = absl::StrSplit(line, '\t');
    ASSERT_EQ(cells.size(), 7u) << line;
    catalogue::v1::Activity& activity = owners[cells[0]][cells[1]];
    activity = About(cells[5], cells[6]);
    for (const auto code : absl::StrSplit(cells[3], ';', absl::SkipEmpty()))
      activity.add_task_fields(std::string(code));
    for (const auto party : absl::StrSplit(cells[4], ';', absl::SkipEmpty())) {
      activity.add_parties()->set_organisation(std::string(party));
    }
    if (!cells[2].empty()) expected[cells[2]] = absl::StrCat(OwnerName(cells[0]), "/activities/", cells[1]);
  }
  ASSERT_EQ(expected.size(), 20u);
  for (const auto& [owner, activities] : owners) {
    ASSERT_NO_FATAL_FAILURE(Fill(owner, activities));
    if (owner == kOwner) continue;
    ASSERT_NO_FATAL_FAILURE(Adopt(owner));
    Share(owner);
  }
  int first = 0;
  int among_five = 0;
  for (const auto& [asked, right] : expected) {
    const std::vector<std::string> found = Neighbours(absl::StrCat(OwnerName(kOwner), "/activities/", asked));
    const auto place = std::find(found.begin(), found.end(), right) - found.begin();
    first += place == 0 ? 1 : 0;
    among_five += place < 5 ? 1 : 0;
    if (place > 0) std::cout << asked << ": the right one is number " << place + 1 << " of " << found.size() << "\n";
  }
  std::cout << "neighbours: the right one is among the first five for " << among_five << " of 20, the first for "
            << first << "\n";
  RecordProperty("among_first_five", among_five);
  EXPECT_GE(among_five, 14);
}

}  // namespace
}  // namespace regiokompas::test
