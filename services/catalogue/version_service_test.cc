// Adoption and withdrawal, and reads in two times: what was known when, about which day.
#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/timestamp.h"
#include "tests/conformance/conformance.h"

namespace regiokompas::test {
namespace {

using testing::ElementsAre;

constexpr char kFramework[] = "owners/GM0677/frameworks/kader-1";
constexpr char kActivity[] = "owners/GM0677/activities/activiteit-1";

class VersionTest : public ConformanceTest {
 protected:
  Answer<catalogue::v1::Version> Adopt(const std::string& framework, const std::string& from = "",
                                       const std::string& until = "") {
    catalogue::v1::AdoptFrameworkRequest request;
    request.set_name(framework);
    request.set_valid_from_date(from);
    request.set_valid_until_date(until);
    request.set_request_id(NewRequestId());
    return client_.Call(&Catalogue::AdoptFramework, request);
  }

  Answer<catalogue::v1::Version> Withdraw(const std::string& framework, const std::string& from = "") {
    catalogue::v1::WithdrawFrameworkRequest request;
    request.set_name(framework);
    request.set_from_date(from);
    request.set_reason("Vervangen door ander beleid");
    request.set_request_id(NewRequestId());
    return client_.Call(&Catalogue::WithdrawFramework, request);
  }

  Answer<catalogue::v1::BatchCreateContributionsResponse> Contribute(const std::string& activity,
                                                                     const std::string& framework,
                                                                     const std::string& id) {
    catalogue::v1::BatchCreateContributionsRequest request;
    request.set_parent(activity);
    request.set_request_id(NewRequestId());
    auto* item = request.add_requests();
    item->set_contribution_id(id);
    *item->mutable_contribution() = AContribution(framework);
    return client_.Call(&Catalogue::BatchCreateContributions, request);
  }

  Answer<catalogue::v1::Activity> Rename(const std::string& activity, const std::string& title) {
    catalogue::v1::UpdateActivityRequest request;
    request.mutable_activity()->set_name(activity);
    request.mutable_activity()->set_display_name(title);
    request.mutable_update_mask()->add_paths("display_name");
    request.set_request_id(NewRequestId());
    return client_.Call(&Catalogue::UpdateActivity, request);
  }

  template <typename Request, typename Response>
  Answer<Response> Drop(grpc::Status (Catalogue::*method)(grpc::ClientContext*, const Request&, Response*),
                        const std::string& name, const std::string& etag = "") {
    Request request;
    request.set_name(name);
    request.set_etag(etag);
    request.set_request_id(NewRequestId());
    return client_.Call(method, request);
  }

  // Lets RG-achterhoek read kader-1, or another framework, for as long as all of a test takes, or from and until then.
  Client Share(const std::string& scope = "frameworks/kader-1", const std::string& from = "2020-01-01",
               const std::string& until = "2030-01-01") {
    SqlSession session(suite_.database().Superuser());
    session.Query(absl::StrCat("INSERT INTO catalogue.shares VALUES ('GM0677', 'g', 'RG-achterhoek', '", scope, "', '",
                               from, "', '", until, "', 1)"));
    suite_.PollShares();
    return Client(suite_.channel(), suite_.Token({{"RG-achterhoek", {"regional_coordinator"}}}));
  }

  // The ids of the versions, or the code of the error; `day` and `known` may be nothing.
  static std::vector<std::string> Versions(const Client& client, const std::string& framework, const std::string& day,
                                           std::optional<absl::Time> known = {}) {
    catalogue::v1::ListVersionsRequest request;
    request.set_parent(framework);
    request.set_page_size(2);
    request.set_valid_date(day);
    if (known) *request.mutable_read_time() = ToTimestamp(*known);
    std::vector<std::string> ids;
    do {
      const auto page = client.Call(&Catalogue::ListVersions, request);
      if (!page.ok()) return {absl::StrCat("code ", page.code())};
      for (const auto& version : page.value.versions()) {
        ids.push_back(version.name().substr(version.name().rfind('/') + 1));
      }
      request.set_page_token(page.value.next_page_token());
    } while (!request.page_token().empty());
    return ids;
  }

  // The version that is called so, or an empty one with the code of the error.
  static Answer<catalogue::v1::Version> GetVersion(const Client& client, const std::string& name,
                                                   const std::string& day, std::optional<absl::Time> known = {}) {
    catalogue::v1::GetVersionRequest request;
    request.set_name(name);
    request.set_valid_date(day);
    if (known) *request.mutable_read_time() = ToTimestamp(*known);
    return client.Call(&Catalogue::GetVersion, request);
  }

  std::string TitleOn(const std::string& activity, const std::string& day) {
    catalogue::v1::GetActivityRequest request;
    request.set_name(activity);
    request.set_valid_date(day);
    const auto answer = client_.Call(&Catalogue::GetActivity, request);
    return answer.ok() ? answer.value.display_name() : absl::StrCat("code ", answer.code());
  }

  // kader-1 without dates of its own, with one activity.
  void MakeKader() {
    auto request = CreateFramework(OwnerName(kOwner), "kader-1");
    request.mutable_framework()->clear_valid_from_date();
    request.mutable_framework()->clear_valid_until_date();
    request.mutable_framework()->clear_effective_from_date();
    request.mutable_framework()->clear_adoption_date();
    ASSERT_TRUE(IsOk(client_.Call(&Catalogue::CreateFramework, request)));
    MakeActivity();
    ASSERT_TRUE(IsOk(Contribute(kActivity, kFramework, "bijdrage-1")));
  }

  // All elements that a stream gives: name -> title, or name of the error.
  std::map<std::string, std::string> Stream(const catalogue::v1::StreamFrameworkRequest& request) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + suite_.Officer());
    Catalogue stub(suite_.channel());
    const auto reader = stub.StreamFramework(&context, request);
    std::map<std::string, std::string> elements;
    catalogue::v1::StreamFrameworkResponse element;
    const auto put = [&](const auto& resource) { elements[resource.name()] = resource.display_name(); };
    while (reader->Read(&element)) {
      EXPECT_EQ(elements.empty(), element.has_framework());
      if (element.has_framework()) put(element.framework());
      if (element.has_section()) put(element.section());
      if (element.has_goal()) put(element.goal());
      if (element.has_contribution()) put(element.contribution());
      if (element.has_activity()) put(element.activity());
    }
    const grpc::Status status = reader->Finish();
    if (!status.ok()) return {{"code", absl::StrCat(status.error_code())}};
    return elements;
  }
};

TEST_F(VersionTest, WhatWasAdoptedNeverChanges) {
  MakeKader();
  const auto adopted = Adopt(kFramework);
  ASSERT_TRUE(IsOk(adopted));
  EXPECT_EQ(adopted.value.name(), absl::StrCat(kFramework, "/versions/v1"));
  EXPECT_EQ(adopted.value.state(), catalogue::v1::VERSION_STATE_ADOPTED);
  EXPECT_EQ(adopted.value.valid_from_date(), "2026-01-15");
  EXPECT_EQ(adopted.value.activity_count(), 1);
  EXPECT_EQ(GetFramework(kFramework).value.state(), catalogue::v1::FRAMEWORK_STATE_ADOPTED);
  EXPECT_EQ(GetFramework(kFramework).value.latest_version(), adopted.value.name());

  const std::string before = GetActivity(kActivity).value.display_name();
  ASSERT_TRUE(IsOk(Rename(kActivity, "Concept van de volgende versie")));
  EXPECT_EQ(GetActivity(kActivity).value.display_name(), "Concept van de volgende versie");
  EXPECT_EQ(TitleOn(kActivity, "2026-01-15"), before);
  EXPECT_EQ(TitleOn(kActivity, "2026-01-14"), "code 5");
  catalogue::v1::StreamFrameworkRequest request;
  request.set_name(kFramework);
  request.set_version_id("v1");
  EXPECT_EQ(Stream(request)[kActivity], before);
  request.clear_version_id();
  EXPECT_EQ(Stream(request)[kActivity], "Concept van de volgende versie");

  SqlSession app(suite_.database().App("catalogue"));
  app.Query("SELECT set_config('app.owner', 'GM0677', false)");
  for (const std::string table : {"versions", "version_items"}) {
    EXPECT_EQ(app.StateOf("UPDATE " + table + " SET owner_id = owner_id"), "42501") << table;
    EXPECT_EQ(app.StateOf("DELETE FROM " + table), "42501") << table;
  }
}

TEST_F(VersionTest, TheDecisionTakenLastHolds) {
  MakeKader();
  ASSERT_TRUE(IsOk(Adopt(kFramework, "2019-01-01")));
  MoveClock(absl::Hours(24));
  const absl::Time before = suite_.Now();
  ASSERT_TRUE(IsOk(Rename(kActivity, "Tweede versie")));
  MoveClock(absl::Hours(24));
  // With retroactive effect, and for a while only.
  ASSERT_TRUE(IsOk(Adopt(kFramework, "2020-01-01", "2022-01-01")));
  EXPECT_EQ(TitleOn(kActivity, "2019-12-31"), AnActivity().display_name());
  EXPECT_EQ(TitleOn(kActivity, "2020-01-01"), "Tweede versie");
  EXPECT_EQ(TitleOn(kActivity, "2021-12-31"), "Tweede versie");
  EXPECT_EQ(TitleOn(kActivity, "2022-01-01"), AnActivity().display_name());

  // What was known before the second decision.
  catalogue::v1::GetActivityRequest request;
  request.set_name(kActivity);
  request.set_valid_date("2021-06-01");
  *request.mutable_read_time() = ToTimestamp(before);
  EXPECT_EQ(client_.Call(&Catalogue::GetActivity, request).value.display_name(), AnActivity().display_name());
}

TEST_F(VersionTest, AWithdrawalEndsWhatHeld) {
  MakeKader();
  EXPECT_TRUE(FailsWith(Withdraw(kFramework), grpc::FAILED_PRECONDITION, "FRAMEWORK_NOT_ADOPTED"));
  ASSERT_TRUE(IsOk(Adopt(kFramework, "2019-01-01")));
  const auto withdrawn = Withdraw(kFramework, "2026-03-01");
  ASSERT_TRUE(IsOk(withdrawn));
  EXPECT_EQ(withdrawn.value.state(), catalogue::v1::VERSION_STATE_WITHDRAWN);
  EXPECT_EQ(withdrawn.value.name(), absl::StrCat(kFramework, "/versions/v2"));
  EXPECT_EQ(GetFramework(kFramework).value.state(), catalogue::v1::FRAMEWORK_STATE_WITHDRAWN);
  EXPECT_EQ(TitleOn(kActivity, "2026-02-28"), AnActivity().display_name());
  EXPECT_EQ(TitleOn(kActivity, "2026-03-01"), "code 5");
  EXPECT_TRUE(FailsWith(Withdraw(kFramework), grpc::FAILED_PRECONDITION, "FRAMEWORK_NOT_ADOPTED"));
  ASSERT_TRUE(IsOk(Adopt(kFramework, "2027-01-01")));
  EXPECT_EQ(TitleOn(kActivity, "2026-12-31"), "code 5");
  EXPECT_EQ(TitleOn(kActivity, "2027-01-01"), AnActivity().display_name());
  catalogue::v1::ListVersionsRequest list;
  list.set_parent(kFramework);
  EXPECT_EQ(client_.Call(&Catalogue::ListVersions, list).value.versions_size(), 3);
}

// For a day there is one version of a framework, or none.
TEST_F(VersionTest, AVersionIsReadForAMomentAndADay) {
  MakeKader();
  ASSERT_TRUE(IsOk(Adopt(kFramework, "2019-01-01")));
  MoveClock(absl::Hours(24));
  const absl::Time before = suite_.Now();
  MoveClock(absl::Hours(24));
  ASSERT_TRUE(IsOk(Adopt(kFramework, "2020-01-01", "2022-01-01")));
  ASSERT_TRUE(IsOk(Withdraw(kFramework, "2024-01-01")));
  EXPECT_THAT(Versions(client_, kFramework, ""), ElementsAre("v1", "v2", "v3"));
  EXPECT_THAT(Versions(client_, kFramework, "2018-12-31"), ElementsAre());
  EXPECT_THAT(Versions(client_, kFramework, "2019-01-01"), ElementsAre("v1"));
  EXPECT_THAT(Versions(client_, kFramework, "2021-12-31"), ElementsAre("v2"));
  EXPECT_THAT(Versions(client_, kFramework, "2022-01-01"), ElementsAre("v1"));
  EXPECT_THAT(Versions(client_, kFramework, "2024-01-01"), ElementsAre()) << "it was withdrawn";
  EXPECT_THAT(Versions(client_, kFramework, "2024-01-01", before), ElementsAre("v1")) << "not known yet";

  const std::string second = absl::StrCat(kFramework, "/versions/v2");
  const auto on_its_day = GetVersion(client_, second, "2020-01-01");
  ASSERT_TRUE(IsOk(on_its_day));
  EXPECT_EQ(on_its_day.value.SerializeAsString(), GetVersion(client_, second, "").value.SerializeAsString());
  EXPECT_GT(on_its_day.revision(), 0);
  EXPECT_TRUE(FailsWith(GetVersion(client_, second, "2022-01-01"), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  EXPECT_TRUE(FailsWith(GetVersion(client_, second, "2020-01-01", before), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  EXPECT_TRUE(FailsWith(GetVersion(client_, absl::StrCat(kFramework, "/versions/v3"), "2024-01-01"), grpc::NOT_FOUND,
                        "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(GetVersion(client_, second, "2021-02-29").violations(), ElementsAre("valid_date BAD_DATE"));
  catalogue::v1::ListVersionsRequest list;
  list.set_parent(kFramework);
  list.set_valid_date("01-01-2020");
  EXPECT_THAT(client_.Call(&Catalogue::ListVersions, list).violations(), ElementsAre("valid_date BAD_DATE"));
}

TEST_F(VersionTest, TheVersionsOfAnyFrameworkThatWereValid) {
  MakeKader();
  MakeFramework("kader-2");
  const std::string other = "owners/GM0677/frameworks/kader-2";
  ASSERT_TRUE(IsOk(Adopt(kFramework, "2019-01-01")));
  ASSERT_TRUE(IsOk(Adopt(kFramework, "2020-01-01")));
  ASSERT_TRUE(IsOk(Adopt(other, "2020-01-01", "2030-01-01")));
  EXPECT_THAT(Versions(client_, "owners/GM0677/frameworks/-", "2020-06-01"), ElementsAre("v1", "v2"));
  EXPECT_THAT(Versions(client_, "owners/GM0677/frameworks/-", "2019-06-01"), ElementsAre("v1"));
  EXPECT_THAT(Versions(client_, other, "2020-06-01"), ElementsAre("v1"));
  const Client region = Share();
  EXPECT_THAT(Versions(region, "owners/GM0677/frameworks/-", "2020-06-01"), ElementsAre("v2"));
  EXPECT_THAT(Versions(region, "owners/GM0677/frameworks/-", ""), ElementsAre("v1", "v2"));
}

// A grant counts at the moment of reading, whatever the moment that is asked about.
TEST_F(VersionTest, AShareReadsTheVersionsOfThePast) {
  MakeKader();
  const absl::Time start = suite_.Now();
  MoveClock(absl::Hours(1));
  ASSERT_TRUE(IsOk(Adopt(kFramework, "2019-01-01")));
  MoveClock(absl::Hours(1));
  ASSERT_TRUE(IsOk(Withdraw(kFramework, "2024-01-01")));
  MakeFramework("kader-2");
  ASSERT_TRUE(IsOk(Adopt("owners/GM0677/frameworks/kader-2", "2019-01-01", "2030-01-01")));
  // The grant begins after the moments that are asked about.
  const absl::Time granted = suite_.Now();
  const Client region =
      Share("frameworks/kader-1", absl::FormatTime(granted), absl::FormatTime(granted + absl::Minutes(10)));
  const absl::Time between = start + absl::Minutes(90);
  EXPECT_THAT(Versions(region, kFramework, "", between), ElementsAre("v1"));
  EXPECT_THAT(Versions(region, kFramework, "", start), ElementsAre());
  EXPECT_THAT(Versions(region, kFramework, "", suite_.Now() + absl::Hours(1)), ElementsAre("v1", "v2"));
  EXPECT_THAT(Versions(region, kFramework, "2024-01-01", between), ElementsAre("v1"));
  EXPECT_THAT(Versions(region, kFramework, "2024-01-01"), ElementsAre());
  const std::string first = absl::StrCat(kFramework, "/versions/v1");
  EXPECT_EQ(GetVersion(region, first, "", between).value.SerializeAsString(),
            GetVersion(client_, first, "").value.SerializeAsString());
  EXPECT_TRUE(FailsWith(GetVersion(region, first, "", start), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  EXPECT_TRUE(FailsWith(GetVersion(region, first, "2018-12-31"), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  // Another framework is not shared, whatever is asked about it.
  const std::string other = "owners/GM0677/frameworks/kader-2/versions/v1";
  EXPECT_TRUE(FailsWith(GetVersion(region, other, "2020-01-01"), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
  EXPECT_TRUE(FailsWith(GetVersion(region, other, "", between), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
  EXPECT_THAT(Versions(region, "owners/GM0677/frameworks/kader-2", "2020-01-01", suite_.Now()), ElementsAre("code 7"));
  // Nor does a grant that ended show what was known while it was in force.
  const absl::Time while_granted = granted + absl::Minutes(5);
  suite_.SetClock(while_granted);
  suite_.PollShares();
  EXPECT_THAT(Versions(region, kFramework, "", while_granted), ElementsAre("v1", "v2"));
  suite_.SetClock(granted + absl::Minutes(10));
  suite_.PollShares();
  EXPECT_THAT(Versions(region, kFramework, "", while_granted), ElementsAre("code 7"));
  EXPECT_THAT(Versions(region, kFramework, "2020-01-01", while_granted), ElementsAre("code 7"));
  EXPECT_TRUE(FailsWith(GetVersion(region, first, "", while_granted), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
  EXPECT_TRUE(FailsWith(GetVersion(region, first, "2020-01-01"), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
}

TEST_F(VersionTest, BadDecisionsAreRefusedAndChangeNothing) {
  MakeKader();
  const int64_t revision = GetFramework(kFramework).revision();
  EXPECT_THAT(Adopt(kFramework, "2026-01-01", "2026-01-01").violations(),
              ElementsAre("valid_until_date ENDS_BEFORE_START"));
  EXPECT_THAT(Adopt(kFramework, "2026-02-30").violations(), ElementsAre("valid_from_date BAD_DATE"));
  EXPECT_TRUE(FailsWith(Adopt("owners/GM0677/frameworks/er-is-niets"), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  catalogue::v1::AdoptFrameworkRequest request;
  request.set_name(kFramework);
  request.set_etag("\"v77\"");
  request.set_request_id(NewRequestId());
  EXPECT_TRUE(FailsWith(client_.Call(&Catalogue::AdoptFramework, request), grpc::ABORTED, "ETAG_MISMATCH"));
  request.clear_etag();
  request.set_version_id("Versie 1");
  EXPECT_THAT(client_.Call(&Catalogue::AdoptFramework, request).violations(), ElementsAre("version_id BAD_ID"));
  EXPECT_EQ(GetFramework(kFramework).revision(), revision);
  request.set_version_id("besluit-12");
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::AdoptFramework, request)));
  // Repeated it has one effect; another call for the same id has none.
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::AdoptFramework, request)));
  request.set_request_id(NewRequestId());
  EXPECT_TRUE(FailsWith(client_.Call(&Catalogue::AdoptFramework, request), grpc::ALREADY_EXISTS, "RESOURCE_EXISTS"));
  catalogue::v1::StreamFrameworkRequest stream;
  stream.set_name(kFramework);
  stream.set_version_id("besluit-12");
  stream.set_valid_date("2026-01-15");
  EXPECT_THAT(Stream(stream), ElementsAre(testing::Pair("code", "3")));
  stream.clear_valid_date();
  stream.set_version_id("besluit-13");
  EXPECT_THAT(Stream(stream), ElementsAre(testing::Pair("code", "5")));
}

TEST_F(VersionTest, AShareShowsWhatWasAdoptedAndNotTheDraft) {
  MakeKader();
  SqlSession session(suite_.database().Superuser());
  session.Query(
      "INSERT INTO catalogue.shares VALUES ('GM0677', 'g', 'RG-achterhoek', 'frameworks/kader-1', '2020-01-01', "
      "'2030-01-01', 1)");
  const Client region(suite_.channel(), suite_.Token({{"RG-achterhoek", {"regional_coordinator"}}}));
  const auto title = [&](const std::function<void(catalogue::v1::GetActivityRequest&)>& change) {
    catalogue::v1::GetActivityRequest request;
    request.set_name(kActivity);
    change(request);
    const auto answer = region.Call(&Catalogue::GetActivity, request);
    return answer.ok() ? answer.value.display_name() : absl::StrCat("code ", answer.code());
  };
  const auto now = [](catalogue::v1::GetActivityRequest&) {};
  EXPECT_EQ(title(now), "code 7");
  const absl::Time start = suite_.Now();
  ASSERT_TRUE(IsOk(Adopt(kFramework, "2019-01-01")));
  ASSERT_TRUE(IsOk(Rename(kActivity, "Concept")));
  EXPECT_EQ(title(now), AnActivity().display_name());
  suite_.SetClock(start + absl::Milliseconds(500));
  ASSERT_TRUE(IsOk(Adopt(kFramework, "2020-01-01")));
  ASSERT_TRUE(IsOk(Rename(kActivity, "Nieuw concept")));
  EXPECT_EQ(title(now), "Concept");
  EXPECT_EQ(title([](auto& request) { request.set_valid_date("2019-06-01"); }), AnActivity().display_name());
  EXPECT_EQ(title([&](auto& request) { *request.mutable_read_time() = ToTimestamp(start + absl::Milliseconds(400)); }),
            AnActivity().display_name());
  EXPECT_EQ(title([&](auto& request) { *request.mutable_read_time() = ToTimestamp(start - absl::Hours(1)); }),
            "code 7");
  catalogue::v1::ListActivitiesRequest list;
  list.set_parent(OwnerName(kOwner));
  const auto listed = region.Call(&Catalogue::ListActivities, list);
  ASSERT_EQ(listed.value.activities_size(), 1);
  EXPECT_EQ(listed.value.activities(0).display_name(), "Concept");
}

TEST_F(VersionTest, AnIdOfTheCallersIsInNobodysWay) {
  MakeKader();
  catalogue::v1::AdoptFrameworkRequest request;
  request.set_name(kFramework);
  request.set_version_id("v2");
  request.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::AdoptFramework, request)));
  EXPECT_EQ(Adopt(kFramework).value.name(), absl::StrCat(kFramework, "/versions/v3"));
  EXPECT_EQ(Withdraw(kFramework).value.name(), absl::StrCat(kFramework, "/versions/v4"));
}

// The pages of the owner end with ids, those of a share with names.
TEST_F(VersionTest, APageTokenIsOfOneKindOfRead) {
  MakeKader();
  for (const char* id : {"doel-1", "doel-2"}) {
    ASSERT_TRUE(IsOk(client_.Call(&Catalogue::CreateGoal, CreateGoal(kFramework, id))));
  }
  ASSERT_TRUE(IsOk(Adopt(kFramework)));
  SqlSession session(suite_.database().Superuser());
  session.Query(
      "INSERT INTO catalogue.shares VALUES ('GM0677', 'g', 'RG-achterhoek', 'frameworks/kader-1', '2020-01-01', "
      "'2030-01-01', 1)");
  const Client region(suite_.channel(), suite_.Token({{"RG-achterhoek", {"regional_coordinator"}}}));
  catalogue::v1::ListGoalsRequest list;
  list.set_parent(kFramework);
  list.set_page_size(1);
  const std::string own = client_.Call(&Catalogue::ListGoals, list).value.next_page_token();
  const std::string shared = region.Call(&Catalogue::ListGoals, list).value.next_page_token();
  list.set_page_token(shared);
  EXPECT_THAT(client_.Call(&Catalogue::ListGoals, list).violations(), ElementsAre("page_token BAD_PAGE_TOKEN"));
  EXPECT_EQ(region.Call(&Catalogue::ListGoals, list).value.goals_size(), 1);
  list.set_page_token(own);
  EXPECT_THAT(region.Call(&Catalogue::ListGoals, list).violations(), ElementsAre("page_token BAD_PAGE_TOKEN"));
  EXPECT_EQ(client_.Call(&Catalogue::ListGoals, list).value.goals_size(), 1);
}

// A decision counts from the moment that it is made, so a read about the present asks the table whoever reads.
TEST_F(VersionTest, ThePagesOfVersionsAreThoseOfTheTableByAShareToo) {
  MakeKader();
  ASSERT_TRUE(IsOk(Adopt(kFramework)));
  ASSERT_TRUE(IsOk(Adopt(kFramework)));
  const Client region = Share();
  catalogue::v1::ListVersionsRequest list;
  list.set_parent(kFramework);
  list.set_page_size(1);
  list.set_page_token(client_.Call(&Catalogue::ListVersions, list).value.next_page_token());
  const auto second = region.Call(&Catalogue::ListVersions, list);
  ASSERT_TRUE(IsOk(second));
  ASSERT_EQ(second.value.versions_size(), 1);
  EXPECT_EQ(second.value.versions(0).name(), absl::StrCat(kFramework, "/versions/v2"));
}

TEST_F(VersionTest, WhatIsDroppedStaysInItsHistory) {
  MakeKader();
  EXPECT_TRUE(FailsWith(Drop(&Catalogue::DeleteActivity, kActivity), grpc::FAILED_PRECONDITION, "RESOURCE_IN_USE"));
  ASSERT_TRUE(IsOk(Adopt(kFramework, "2026-01-01")));
  MoveClock(absl::Minutes(1));
  const absl::Time before = suite_.Now();
  MoveClock(absl::Minutes(1));
  const std::string contribution = absl::StrCat(kActivity, "/contributions/bijdrage-1");
  EXPECT_TRUE(FailsWith(Drop(&Catalogue::DeleteContribution, contribution, "\"v9\""), grpc::ABORTED, "ETAG_MISMATCH"));
  ASSERT_TRUE(IsOk(Drop(&Catalogue::DeleteContribution, contribution, "\"v1\"")));
  ASSERT_TRUE(IsOk(Drop(&Catalogue::DeleteActivity, kActivity)));
  EXPECT_TRUE(FailsWith(Drop(&Catalogue::DeleteActivity, kActivity), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  EXPECT_EQ(GetActivity(kActivity).code(), grpc::NOT_FOUND);
  EXPECT_EQ(TitleOn(kActivity, "2026-01-15"), AnActivity().display_name());
  catalogue::v1::GetActivityRequest request;
  request.set_name(kActivity);
  *request.mutable_read_time() = ToTimestamp(before);
  EXPECT_TRUE(IsOk(client_.Call(&Catalogue::GetActivity, request)));
  // Two writes of one moment of the clock come one after the other.
  *request.mutable_read_time() = ToTimestamp(suite_.Now() + absl::Milliseconds(1));
  EXPECT_EQ(client_.Call(&Catalogue::GetActivity, request).code(), grpc::NOT_FOUND);
  EXPECT_TRUE(FailsWith(client_.Call(&Catalogue::CreateActivity, CreateActivity(OwnerName(kOwner), "activiteit-1")),
                        grpc::ALREADY_EXISTS, "RESOURCE_EXISTS"));
}

TEST_F(VersionTest, ASummaryKnowsBothTimes) {
  MakeKader();
  MoveClock(absl::Minutes(1));
  const absl::Time before = suite_.Now();
  MoveClock(absl::Minutes(1));
  MakeActivity("activiteit-2");
  ASSERT_TRUE(IsOk(Adopt(kFramework, "2026-01-01")));
  catalogue::v1::GetCatalogueSummaryRequest request;
  request.set_parent(OwnerName(kOwner));
  const auto activities = [&] { return client_.Call(&Catalogue::GetCatalogueSummary, request).value.activities(); };
  EXPECT_THAT(activities(), ElementsAre(kActivity, "owners/GM0677/activities/activiteit-2"));
  request.set_valid_date("2026-01-15");
  EXPECT_THAT(activities(), ElementsAre(kActivity));
  *request.mutable_read_time() = ToTimestamp(before);
  EXPECT_THAT(activities(), ElementsAre());
  request.clear_valid_date();
  EXPECT_THAT(activities(), ElementsAre(kActivity));
}

TEST_F(VersionTest, ManyAreReadAtOnceInTheOrderAsked) {
  for (const char* id : {"activiteit-1", "activiteit-2", "activiteit-3"}) MakeActivity(id);
  catalogue::v1::BatchGetActivitiesRequest request;
  request.set_parent(OwnerName(kOwner));
  request.add_names("owners/GM0677/activities/activiteit-3");
  request.add_names("owners/GM0677/activities/activiteit-1");
  const auto answer = client_.Call(&Catalogue::BatchGetActivities, request);
  ASSERT_TRUE(IsOk(answer));
  ASSERT_EQ(answer.value.activities_size(), 2);
  EXPECT_EQ(answer.value.activities(0).name(), request.names(0));
  EXPECT_EQ(answer.value.activities(1).name(), request.names(1));
  request.add_names("owners/GM0677/activities/er-is-niets");
  EXPECT_TRUE(FailsWith(client_.Call(&Catalogue::BatchGetActivities, request), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  catalogue::v1::BatchGetGoalsRequest goals;
  goals.set_parent(kFramework);
  goals.add_names("owners/GM0677/frameworks/kader-2/goals/doel-1");
  EXPECT_THAT(client_.Call(&Catalogue::BatchGetGoals, goals).violations(), ElementsAre("names[0] WRONG_PARENT"));
}

// Everything once more in memory, as simply as can be: all states that ever were, and all decisions.
class TwoTimesTest : public VersionTest, public testing::WithParamInterface<int> {
 protected:
  struct Element {
    std::string title;
    std::string framework;  // of goals and contributions
    std::string activity;   // of contributions
  };
  using State = std::map<std::string, Element>;
  using Titles = std::map<std::string, std::string>;
  struct Decision {
    absl::Time time;
    std::string name, framework;
    bool adopted;
    std::string from, until;
    State content;
  };

  // What of `state` belongs to the framework.
  static State ContentOf(const State& state, const std::string& framework) {
    State content;
    for (const auto& [name, element] : state) {
      if (name != framework && element.framework != framework) continue;
      content[name] = element;
      if (!element.activity.empty()) content[element.activity] = state.at(element.activity);
    }
    return content;
  }

  State StateAt(absl::Time time) const {
    State state;
    for (const auto& [moment, then] : states_) {
      if (moment <= time) state = then;
    }
    return state;
  }

  // The decision that holds, or null.
  const Decision* Holds(const std::string& framework, absl::Time known, const std::string& day) const {
    const Decision* holds = nullptr;
    for (const Decision& decision : decisions_) {
      if (decision.framework == framework && decision.time <= known && decision.from <= day &&
          (decision.until.empty() || day < decision.until)) {
        holds = &decision;
      }
    }
    return holds != nullptr && holds->adopted ? holds : nullptr;
  }

  Titles ExpectedActivities(absl::Time known, const std::string& day) const {
    Titles titles;
    if (day.empty()) {
      for (const auto& [name, element] : StateAt(known)) {
        if (absl::StrContains(name, "/activities/") && element.activity.empty()) titles[name] = element.title;
      }
      return titles;
    }
    std::map<std::string, absl::Time> decided;
    for (const std::string& framework : frameworks_) {
      const Decision* decision = Holds(framework, known, day);
      if (decision == nullptr) continue;
      for (const auto& [name, element] : decision->content) {
        if (!absl::StrContains(name, "/activities/") || !element.activity.empty()) continue;
        if (decided.count(name) > 0 && decided[name] > decision->time) continue;
        decided[name] = decision->time;
        titles[name] = element.title;
      }
    }
    return titles;
  }

  // What was adopted last, or null.
  const Decision* Last(const std::string& framework, absl::Time known) const {
    const Decision* last = nullptr;
    for (const Decision& decision : decisions_) {
      if (decision.framework == framework && decision.time <= known && decision.adopted) last = &decision;
    }
    return last;
  }

  State ExpectedState(const std::string& framework, absl::Time known, const std::string& day, bool shared) const {
    if (day.empty() && !shared) return ContentOf(StateAt(known), framework);
    const Decision* decision = day.empty() ? Last(framework, known) : Holds(framework, known, day);
    return decision == nullptr ? State() : decision->content;
  }

  Titles ExpectedContent(const std::string& framework, absl::Time known, const std::string& day) const {
    const State content = ExpectedState(framework, known, day, /*shared=*/false);
    if (content.empty()) return {{"code", "5"}};
    Titles titles;
    for (const auto& [name, element] : content) titles[name] = element.title;
    return titles;
  }

  std::vector<std::string> ExpectedVersions(const std::string& framework, absl::Time known,
                                            const std::string& day) const {
    std::vector<std::string> ids;
    const Decision* const holds = Holds(framework, known, day);
    for (const Decision& decision : decisions_) {
      if (decision.framework != framework || decision.time > known) continue;
      if (day.empty() || &decision == holds) ids.push_back(decision.name.substr(decision.name.rfind('/') + 1));
    }
    return ids;
  }

  // Two of the rules: no goal here has an activity, and no activity an indicator.
  Titles ExpectedFindings(const std::string& framework, absl::Time known, const std::string& day, bool shared) const {
    const State content = ExpectedState(framework, known, day, shared);
    if (content.empty()) return {{"code", "5"}};
    Titles found;
    for (const auto& [name, element] : content) {
      if (absl::StrContains(name, "/goals/")) found["GOAL_WITHOUT_ACTIVITY " + name] = element.title;
      if (absl::StrContains(name, "/activities/") && element.activity.empty()) {
        found["ACTIVITY_WITHOUT_INDICATOR " + name] = element.title;
      }
    }
    return found;
  }

  static Titles Findings(const Client& client, const catalogue::v1::ListFindingsRequest& request) {
    const auto answer = client.Call(&Catalogue::ListFindings, request);
    if (!answer.ok()) return {{"code", absl::StrCat(answer.code())}};
    Titles found;
    for (const auto& finding : answer.value.findings()) {
      if (finding.reason() != "GOAL_WITHOUT_ACTIVITY" && finding.reason() != "ACTIVITY_WITHOUT_INDICATOR") continue;
      found[finding.reason() + " " + finding.resource()] = finding.display_name();
    }
    return found;
  }

  // What the title of an activity on that day was known to be, after one decision and the next, the newest first; ""
  // when it was not valid.
  std::vector<std::string> ExpectedHistory(const std::string& activity, absl::Time known,
                                           const std::string& day) const {
    std::vector<std::string> values;
    for (const Decision& decision : decisions_) {
      if (decision.time > known) continue;
      const Titles then = ExpectedActivities(decision.time, day);
      const auto found = then.find(activity);
      const std::string value = found == then.end() ? "" : absl::StrCat("\"", found->second, "\"");
      if (value != (values.empty() ? "" : values.front())) values.insert(values.begin(), value);
    }
    return values.empty() ? std::vector<std::string>{"code 5"} : values;
  }

  // The same for who may read the first framework only, and without a day what was adopted last.
  std::vector<std::string> ExpectedSharedHistory(const std::string& activity, absl::Time known,
                                                 const std::string& day) const {
    const std::string& framework = frameworks_[0];
    std::vector<std::string> values;
    bool ever = false;
    for (const Decision& decision : decisions_) {
      if (decision.framework != framework) continue;
      ever = ever || decision.content.count(activity) > 0;
      if (decision.time > known) continue;
      const State then = ExpectedState(framework, decision.time, day, /*shared=*/true);
      const auto found = then.find(activity);
      const std::string value = found == then.end() ? "" : absl::StrCat("\"", found->second.title, "\"");
      if (value != (values.empty() ? "" : values.front())) values.insert(values.begin(), value);
    }
    if (!values.empty()) return values;
    return {ever ? "code 5" : "code 7"};
  }

  static std::vector<std::string> History(const Client& client, catalogue::v1::ListFieldHistoryRequest request) {
    std::vector<std::string> values;
    do {
      const auto page = client.Call(&Catalogue::ListFieldHistory, request);
      if (!page.ok()) return {absl::StrCat("code ", page.code())};
      for (const auto& change : page.value.changes()) values.push_back(change.value_json());
      request.set_page_token(page.value.next_page_token());
    } while (!request.page_token().empty());
    return values;
  }

  std::vector<std::string> frameworks_;
  std::vector<std::pair<absl::Time, State>> states_;
  std::vector<Decision> decisions_;
};

TEST_P(TwoTimesTest, EveryReadAgreesWithTheModel) {
  std::mt19937 random(GetParam());
  const auto below = [&](size_t n) { return static_cast<size_t>(random() % n); };
  State state;
  const absl::Time start = suite_.Now();
  const auto make_framework = [&](const std::string& id) {
    MoveClock(absl::Seconds(1));
    const auto framework = MakeFramework(id);
    frameworks_.push_back(framework.name());
    state[framework.name()] = {framework.display_name(), "", ""};
    states_.emplace_back(suite_.Now(), state);
  };
  make_framework("kader-a");
  make_framework("kader-b");
  const std::vector<std::string> days = {"2018-01-01", "2019-07-01", "2020-01-01", "2021-03-15", "2024-12-31"};
  int made = 0;
  const auto pick = [&](const auto& wanted) -> std::string {
    std::vector<std::string> names;
    for (const auto& [name, element] : state) {
      if (wanted(name, element)) names.push_back(name);
    }
    return names.empty() ? "" : names[below(names.size())];
  };
  const auto is_activity = [](const std::string& name, const Element& element) {
    return absl::StrContains(name, "/activities/") && element.activity.empty();
  };
  const auto adopt = [&](const std::string& framework, const std::string& from, const std::string& until) {
    const auto version = Adopt(framework, from, until);
    ASSERT_TRUE(IsOk(version));
    decisions_.push_back({suite_.Now(), version.value.name(), framework, true, from, version.value.valid_until_date(),
                          ContentOf(state, framework)});
  };
  // One activity that was adopted with two titles.
  const std::string twice = MakeActivity("twee-keer").name();
  const auto linked = Contribute(twice, frameworks_[0], "bijdrage");
  ASSERT_TRUE(IsOk(linked));
  state[linked.value.contributions(0).name()] = {"", frameworks_[0], twice};
  for (const std::string title : {"Eerste titel", "Tweede titel"}) {
    MoveClock(absl::Seconds(1));
    ASSERT_TRUE(IsOk(Rename(twice, title)));
    state[twice] = {title, "", ""};
    states_.emplace_back(suite_.Now(), state);
    MoveClock(absl::Seconds(1));
    ASSERT_NO_FATAL_FAILURE(adopt(frameworks_[0], days[0], "2030-01-01"));
    states_.emplace_back(suite_.Now(), state);
  }
  for (int step = 0; step < 90; ++step) {
    SCOPED_TRACE(absl::StrCat("step ", step));
    MoveClock(absl::Seconds(1));
    const std::string framework = frameworks_[below(2)];
    const std::string id = absl::StrCat("nr-", ++made);
    switch (below(9)) {
      case 0: {
        const auto goal = client_.Call(&Catalogue::CreateGoal, CreateGoal(framework, id));
        ASSERT_TRUE(IsOk(goal));
        state[goal.value.name()] = {goal.value.display_name(), framework, ""};
        break;
      }
      case 1: {
        const auto activity = MakeActivity(id);
        state[activity.name()] = {activity.display_name(), "", ""};
        break;
      }
      case 2: {
        const std::string activity = pick(is_activity);
        if (activity.empty()) break;
        const auto made_links = Contribute(activity, framework, id);
        ASSERT_TRUE(IsOk(made_links));
        state[made_links.value.contributions(0).name()] = {"", framework, activity};
        break;
      }
      case 3:
      case 4: {
        const std::string activity = pick(is_activity);
        if (activity.empty()) break;
        ASSERT_TRUE(IsOk(Rename(activity, "Titel " + id)));
        state[activity].title = "Titel " + id;
        break;
      }
      case 5: {
        const std::string link = pick([](const auto&, const Element& element) { return !element.activity.empty(); });
        if (link.empty()) break;
        ASSERT_TRUE(IsOk(Drop(&Catalogue::DeleteContribution, link)));
        state.erase(link);
        break;
      }
      case 6: {
        const std::string goal =
            pick([](const std::string& name, const auto&) { return absl::StrContains(name, "/goals/"); });
        if (goal.empty() || below(2) == 0) break;
        ASSERT_TRUE(IsOk(Drop(&Catalogue::DeleteGoal, goal)));
        state.erase(goal);
        break;
      }
      case 7: {
        const std::string until = below(2) == 0 ? "2030-01-01" : days[3 + below(2)];
        ASSERT_NO_FATAL_FAILURE(adopt(framework, days[below(3)], until));
        break;
      }
      default: {
        if (GetFramework(framework).value.state() != catalogue::v1::FRAMEWORK_STATE_ADOPTED) break;
        const std::string from = days[below(days.size())];
        const auto version = Withdraw(framework, from);
        ASSERT_TRUE(IsOk(version));
        decisions_.push_back({suite_.Now(), version.value.name(), framework, false, from, "", {}});
      }
    }
    states_.emplace_back(suite_.Now(), state);
  }

  const Client region = Share("frameworks/kader-a");
  std::vector<std::string> adopted;  // activities that ever were
  for (const Decision& decision : decisions_) {
    for (const auto& [name, element] : decision.content) {
      if (is_activity(name, element)) adopted.push_back(name);
    }
  }
  int found = 0;
  int found_versions = 0;
  int found_changes = 0;
  for (int round = 0; round < 150; ++round) {
    const bool now = below(4) == 0;
    const absl::Time known = now ? suite_.Now() : start + absl::Seconds(below(99));
    const std::string day = below(3) == 0 ? "" : absl::StrCat(2017 + below(9), "-0", 1 + below(9), "-15");
    SCOPED_TRACE(absl::StrCat("known ", absl::FormatTime(known), now ? " (now)" : "", " day ", day));
    catalogue::v1::ListActivitiesRequest list;
    list.set_parent(OwnerName(kOwner));
    list.set_page_size(7);
    list.set_valid_date(day);
    if (!now) *list.mutable_read_time() = ToTimestamp(known);
    Titles titles;
    do {
      const auto page = client_.Call(&Catalogue::ListActivities, list);
      ASSERT_TRUE(IsOk(page));
      for (const auto& activity : page.value.activities()) {
        EXPECT_TRUE(titles.emplace(activity.name(), activity.display_name()).second) << activity.name();
      }
      list.set_page_token(page.value.next_page_token());
    } while (!list.page_token().empty());
    const Titles expected = ExpectedActivities(known, day);
    EXPECT_EQ(titles, expected);
    found += static_cast<int>(expected.size());

    catalogue::v1::GetActivityRequest get;
    get.set_name(absl::StrCat("owners/GM0677/activities/nr-", 1 + below(90)));
    get.set_valid_date(day);
    if (!now) *get.mutable_read_time() = ToTimestamp(known);
    const auto answer = client_.Call(&Catalogue::GetActivity, get);
    const auto wanted = expected.find(get.name());
    EXPECT_EQ(answer.code(), wanted == expected.end() ? grpc::NOT_FOUND : grpc::OK);
    EXPECT_EQ(answer.value.display_name(), wanted == expected.end() ? "" : wanted->second);

    catalogue::v1::StreamFrameworkRequest stream;
    stream.set_name(frameworks_[below(2)]);
    stream.set_valid_date(day);
    if (!now) *stream.mutable_read_time() = ToTimestamp(known);
    EXPECT_EQ(Stream(stream), ExpectedContent(stream.name(), known, day));

    const std::string& framework = frameworks_[below(2)];
    const std::optional<absl::Time> read_time = now ? std::nullopt : std::optional(known);
    const std::vector<std::string> versions = ExpectedVersions(framework, known, day);
    EXPECT_EQ(Versions(client_, framework, day, read_time), versions);
    found_versions += static_cast<int>(versions.size());
    const Decision& decision = decisions_[below(decisions_.size())];
    const std::vector<std::string> those = ExpectedVersions(decision.framework, known, day);
    const bool there = std::count(those.begin(), those.end(), decision.name.substr(decision.name.rfind('/') + 1)) > 0;
    EXPECT_EQ(GetVersion(client_, decision.name, day, read_time).code(), there ? grpc::OK : grpc::NOT_FOUND);
    EXPECT_EQ(Versions(region, frameworks_[0], day, read_time), ExpectedVersions(frameworks_[0], known, day));
    EXPECT_THAT(Versions(region, frameworks_[1], day, read_time), ElementsAre("code 7"));

    catalogue::v1::ListFindingsRequest findings;
    findings.set_parent(framework);
    findings.set_valid_date(day);
    if (!now) *findings.mutable_read_time() = ToTimestamp(known);
    EXPECT_EQ(Findings(client_, findings), ExpectedFindings(framework, known, day, /*shared=*/false));
    findings.set_parent(frameworks_[0]);
    EXPECT_EQ(Findings(region, findings), ExpectedFindings(frameworks_[0], known, day, /*shared=*/true));

    catalogue::v1::ListFieldHistoryRequest history;
    history.set_name(adopted[below(adopted.size())]);
    history.set_field("display_name");
    history.set_page_size(1);
    history.set_valid_date(day);
    if (!now) *history.mutable_read_time() = ToTimestamp(known);
    EXPECT_EQ(History(region, history), ExpectedSharedHistory(history.name(), known, day));
    if (day.empty()) continue;
    const std::vector<std::string> changes = ExpectedHistory(history.name(), known, day);
    EXPECT_EQ(History(client_, history), changes);
    if (changes.size() > 1) ++found_changes;
  }
  EXPECT_GT(found, 50);
  EXPECT_GT(found_versions, 50);
  EXPECT_GT(found_changes, 10);
}

INSTANTIATE_TEST_SUITE_P(Seeds, TwoTimesTest, testing::Range(1, 7));

}  // namespace
}  // namespace regiokompas::test
