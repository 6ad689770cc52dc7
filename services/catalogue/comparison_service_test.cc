// Comparison of versions and the history of a field, over gRPC.
#include <optional>

#include "services/catalogue/decisions_service_test.h"

namespace regiokompas::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Show(const catalogue::v1::CompareVersionsResponse& response) {
  std::vector<std::string> shown;
  for (const auto& change : response.changes()) {
    std::string text = catalogue::v1::ChangeKind_Name(change.kind()).substr(sizeof("CHANGE_KIND"));
    for (const std::string& field : change.fields()) absl::StrAppend(&text, " ", field);
    shown.push_back(absl::StrCat(text, " ", change.resource().substr(change.resource().rfind('/') + 1)));
  }
  return shown;
}

class ComparisonTest : public DecisionsTest {
 protected:
  Answer<catalogue::v1::CompareVersionsResponse> Compare(const Client& client, const std::string& from,
                                                         const std::string& to = "") {
    catalogue::v1::CompareVersionsRequest request;
    request.set_name(from);
    request.set_to_version(to);
    return client.Call(&Catalogue::CompareVersions, request);
  }
  Answer<catalogue::v1::CompareVersionsResponse> Compare(const std::string& from, const std::string& to = "") {
    return Compare(client_, from, to);
  }

  // kader-1 with one activity.
  void MakeKader() {
    MakeFramework("kader-1");
    MakeActivity();
    Contribute("activiteit-1", "kader-1");
  }
};

TEST_F(ComparisonTest, OfTwoVersionsAndOfWhatStandsNow) {
  MakeKader();
  const std::string first = Adopt("kader-1");
  EXPECT_THAT(Show(Compare(first).value), IsEmpty());
  Rename("activiteit-1", "Grip op de kosten van jeugdzorg");
  const std::string second = Adopt("kader-1");
  Rename("activiteit-1", "Grip op de kosten");
  MakeActivity("activiteit-2");
  Contribute("activiteit-2", "kader-1");

  const auto between = Compare(first, second);
  ASSERT_TRUE(IsOk(between));
  EXPECT_THAT(Show(between.value), ElementsAre("REWORDED display_name activiteit-1"));
  const auto& change = between.value.changes(0);
  EXPECT_EQ(change.resource(), ActivityName("activiteit-1"));
  EXPECT_EQ(change.before_json(), R"({"displayName":"Grip op de kosten van jeugdhulp"})");
  EXPECT_EQ(change.after_json(), R"({"displayName":"Grip op de kosten van jeugdzorg"})");
  ASSERT_EQ(change.texts_size(), 1);
  ASSERT_EQ(change.texts(0).edits_size(), 3);
  EXPECT_EQ(change.texts(0).edits(1).text(), "jeugdhulp");
  EXPECT_EQ(change.texts(0).edits(2).text(), "jeugdzorg");
  EXPECT_GT(between.revision(), 0);

  EXPECT_THAT(Show(Compare(first).value),
              ElementsAre("ADDED kader-1", "REWORDED display_name activiteit-1", "ADDED activiteit-2"))
      << "the contribution is called like the framework";
  EXPECT_THAT(Show(Compare(second, first).value), ElementsAre("REWORDED display_name activiteit-1"));
}

TEST_F(ComparisonTest, AWithdrawalHoldsNothing) {
  MakeKader();
  const std::string adopted = Adopt("kader-1");
  const std::string withdrawn = Withdraw("kader-1");
  EXPECT_THAT(Show(Compare(adopted, withdrawn).value),
              ElementsAre("DROPPED kader-1", "DROPPED kader-1", "DROPPED activiteit-1"));
  EXPECT_THAT(Show(Compare(withdrawn, withdrawn).value), IsEmpty());
}

TEST_F(ComparisonTest, DocumentsOfDifferentYears) {
  MakeKader();
  auto goal = CreateGoal(FrameworkName("kader-1"), "doel-1");
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::CreateGoal, goal)));
  const std::string first = Adopt("kader-1");
  MakeFramework("kader-2");
  goal = CreateGoal(FrameworkName("kader-2"), "doel-van-2026");
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::CreateGoal, goal)));
  Contribute("activiteit-1", "kader-2");
  catalogue::v1::Activity activity;
  activity.set_policy_officer("de Vries");
  Change(activity, "activiteit-1", {"policy_officer"});
  EXPECT_THAT(Show(Compare(first, Adopt("kader-2")).value), ElementsAre("REVISED policy_officer activiteit-1"));
}

TEST_F(ComparisonTest, NeedsVersionsOfOneOwner) {
  MakeKader();
  const std::string first = Adopt("kader-1");
  const std::string missing = FrameworkName("kader-1") + "/versions/er-is-niets";
  EXPECT_TRUE(FailsWith(Compare(missing), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  EXPECT_TRUE(FailsWith(Compare(first, missing), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Compare(first, "owners/GM0299/frameworks/kader-1/versions/v1").violations(),
              ElementsAre("to_version FOREIGN_OWNER"));
  EXPECT_THAT(Compare(FrameworkName("kader-1")).violations(), ElementsAre("name BAD_NAME"));
}

TEST_F(ComparisonTest, ByAShareNoDraftIsSeen) {
  MakeKader();
  MakeFramework("kader-2");
  const std::string first = Adopt("kader-1");
  const std::string other = Adopt("kader-2");
  Rename("activiteit-1", "Tweede");
  const std::string second = Adopt("kader-1");
  Rename("activiteit-1", "Nog niet vastgesteld");
  const Client reader = ClientOf(kReceiver);
  EXPECT_TRUE(FailsWith(Compare(reader, first), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
  Share("kader-1");
  for (const std::string& to : {std::string(), second}) {
    const auto compared = Compare(reader, first, to);
    ASSERT_TRUE(IsOk(compared));
    ASSERT_EQ(compared.value.changes_size(), 1);
    EXPECT_EQ(compared.value.changes(0).after_json(), R"({"displayName":"Tweede"})");
  }
  EXPECT_TRUE(FailsWith(Compare(reader, other), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
  EXPECT_TRUE(FailsWith(Compare(reader, first, other), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
  EXPECT_TRUE(FailsWith(Compare(reader, first, FrameworkName("kader-1") + "/versions/er-is-niets"), grpc::NOT_FOUND,
                        "RESOURCE_NOT_FOUND"));
}

class FieldHistoryTest : public DecisionsTest {
 protected:
  static catalogue::v1::ListFieldHistoryRequest Of(const std::string& name, const std::string& field) {
    catalogue::v1::ListFieldHistoryRequest request;
    request.set_name(name);
    request.set_field(field);
    return request;
  }

  Answer<catalogue::v1::ListFieldHistoryResponse> List(const catalogue::v1::ListFieldHistoryRequest& request) {
    return client_.Call(&Catalogue::ListFieldHistory, request);
  }

  // The values of all changes.
  std::vector<std::string> Values(const Client& client, const std::string& name, const std::string& field) {
    const auto listed = client.Call(&Catalogue::ListFieldHistory, Of(name, field));
    EXPECT_TRUE(IsOk(listed));
    std::vector<std::string> values;
    for (const auto& change : listed.value.changes()) values.push_back(change.value_json());
    return values;
  }
};

TEST_F(FieldHistoryTest, EveryChangeOfAFieldTheNewestFirst) {
  MakeActivity();
  const std::string name = ActivityName("activiteit-1");
  MoveClock(absl::Hours(1));
  Rename("activiteit-1", "Twee");
  catalogue::v1::Activity activity;
  activity.set_code("2.b");
  Change(activity, "activiteit-1", {"code"});
  MoveClock(absl::Hours(1));
  Rename("activiteit-1", "Drie");

  const auto listed = List(Of(name, "display_name"));
  ASSERT_TRUE(IsOk(listed));
  ASSERT_EQ(listed.value.changes_size(), 3);
  EXPECT_EQ(listed.value.changes(0).value_json(), "\"Drie\"");
  EXPECT_EQ(listed.value.changes(0).etag(), "\"v4\"");
  EXPECT_EQ(listed.value.changes(0).change_time().seconds(), absl::ToUnixSeconds(suite_.Now()));
  EXPECT_EQ(listed.value.changes(1).value_json(), "\"Twee\"");
  EXPECT_EQ(listed.value.changes(1).method(), "regiokompas.catalogue.v1.CatalogueService/UpdateActivity");
  EXPECT_THAT(listed.value.changes(1).principal(), testing::EndsWith(":jansen"));
  EXPECT_EQ(listed.value.changes(2).etag(), "\"v1\"");
  EXPECT_EQ(listed.value.changes(2).method(), "regiokompas.catalogue.v1.CatalogueService/CreateActivity");
  EXPECT_EQ(listed.value.next_page_token(), "");
  EXPECT_GT(listed.revision(), 0);

  EXPECT_THAT(Values(client_, name, "code"), ElementsAre("\"2.b\"", "\"1.1\""));
  EXPECT_THAT(Values(client_, name, "ending"), IsEmpty()) << "it was never filled";
  auto request = Of(name, "display_name");
  *request.mutable_read_time() = Timestamp(StartOfTest() + absl::Minutes(90));
  EXPECT_EQ(List(request).value.changes_size(), 2);
  *request.mutable_read_time() = Timestamp(StartOfTest() - absl::Hours(1));
  EXPECT_TRUE(FailsWith(List(request), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
}

TEST_F(FieldHistoryTest, FieldsInsideAFieldAndWholeLists) {
  MakeActivity();
  const std::string name = ActivityName("activiteit-1");
  catalogue::v1::Activity activity;
  activity.mutable_ending()->set_kind(catalogue::v1::ACTIVITY_ENDING_KIND_STOPPED);
  activity.mutable_ending()->set_reason("Geen geld");
  Change(activity, "activiteit-1", {"ending"});
  activity.mutable_ending()->set_ending_date("2026-01-01");
  Change(activity, "activiteit-1", {"ending"});
  Change({}, "activiteit-1", {"ending"});
  EXPECT_THAT(Values(client_, name, "ending.reason"), ElementsAre("", "\"Geen geld\""));
  EXPECT_THAT(Values(client_, name, "ending"), testing::SizeIs(3));
  EXPECT_THAT(Values(client_, name, "task_fields"), ElementsAre("[\"6.1\"]"));
}

TEST_F(FieldHistoryTest, WhatWasDroppedEndsWithNothing) {
  MakeFramework("kader-1");
  MakeActivity();
  Contribute("activiteit-1", "kader-1");
  EndContribution("activiteit-1", "kader-1");
  const std::string name = ActivityName("activiteit-1") + "/contributions/kader-1";
  EXPECT_THAT(Values(client_, name, "citation"), ElementsAre("", "\"1.c\""));
  EXPECT_THAT(Values(client_, name, "goal"), IsEmpty());
}

TEST_F(FieldHistoryTest, PagesHoldEveryChangeOnce) {
  MakeActivity();
  for (int i = 2; i <= 7; ++i) Rename("activiteit-1", absl::StrCat("Titel ", i));
  auto request = Of(ActivityName("activiteit-1"), "display_name");
  request.set_page_size(3);
  std::vector<std::string> etags;
  do {
    const auto page = List(request);
    ASSERT_TRUE(IsOk(page));
    EXPECT_LE(page.value.changes_size(), 3);
    for (const auto& change : page.value.changes()) etags.push_back(change.etag());
    request.set_page_token(page.value.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(etags, ElementsAre("\"v7\"", "\"v6\"", "\"v5\"", "\"v4\"", "\"v3\"", "\"v2\"", "\"v1\""));
  request.set_page_token(List(request).value.next_page_token());
  request.set_field("code");
  EXPECT_THAT(List(request).violations(), ElementsAre("page_token BAD_PAGE_TOKEN"));
}

TEST_F(FieldHistoryTest, OnlyFieldsThatTheResourceHas) {
  MakeActivity();
  const std::string name = ActivityName("activiteit-1");
  for (const char* field : {"titel", "milestones.due", "milestones[0]", "ending.", "displayName", "name", "etag",
                            "update_time", "ending.reason.x"}) {
    EXPECT_THAT(List(Of(name, field)).violations(), ElementsAre("field UNKNOWN_PATH")) << field;
  }
  EXPECT_THAT(List(Of("owners/GM0677/reeksen/reeks-1", "code")).violations(), ElementsAre("name BAD_NAME"));
  EXPECT_THAT(List(Of("owners/GM0677/frameworks/kader-1/versions/v1", "reason")).violations(),
              ElementsAre("name BAD_NAME"));
  EXPECT_TRUE(FailsWith(List(Of(ActivityName("er-is-niets"), "code")), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
}

// A retroactive decision changes what was valid on a day; what is written changes nothing of it.
TEST_F(FieldHistoryTest, ForADayWhatDecisionsChanged) {
  MakeFramework("kader-1");
  MakeActivity();
  Contribute("activiteit-1", "kader-1");
  Rename("activiteit-1", "Eerste");
  MoveClock(absl::Hours(1));
  Adopt("kader-1", "2019-01-01");
  const absl::Time first = suite_.Now();
  Rename("activiteit-1", "Tussendoor");
  Rename("activiteit-1", "Tweede");
  MoveClock(absl::Hours(1));
  client_ = ClientOf(kOwner, "de-vries");
  Adopt("kader-1", "2021-01-01");
  const absl::Time second = suite_.Now();
  MoveClock(absl::Hours(1));
  Adopt("kader-1", "2021-01-01");
  MoveClock(absl::Hours(1));
  Withdraw("kader-1", "2022-01-01");
  Rename("activiteit-1", "Concept");

  const auto values = [&](const Client& client, const std::string& day, std::optional<absl::Time> known = {}) {
    auto request = Of(ActivityName("activiteit-1"), "display_name");
    request.set_valid_date(day);
    if (known) *request.mutable_read_time() = Timestamp(*known);
    const auto listed = client.Call(&Catalogue::ListFieldHistory, request);
    if (!listed.ok()) return std::vector<std::string>{absl::StrCat("code ", listed.code())};
    std::vector<std::string> shown;
    for (const auto& change : listed.value.changes()) shown.push_back(change.value_json());
    return shown;
  };
  EXPECT_THAT(values(client_, "2018-12-31"), ElementsAre("code 5"));
  EXPECT_THAT(values(client_, "2020-12-31"), ElementsAre("\"Eerste\""));
  EXPECT_THAT(values(client_, "2021-01-01"), ElementsAre("\"Tweede\"", "\"Eerste\""));
  EXPECT_THAT(values(client_, "2022-01-01"), ElementsAre("", "\"Tweede\"", "\"Eerste\""));
  EXPECT_THAT(values(client_, "2022-01-01", first + absl::Minutes(1)), ElementsAre("\"Eerste\""));
  EXPECT_THAT(values(client_, "2022-01-01", first - absl::Minutes(1)), ElementsAre("code 5"));

  auto request = Of(ActivityName("activiteit-1"), "display_name");
  request.set_valid_date("2022-01-01");
  const auto listed = List(request);
  ASSERT_EQ(listed.value.changes_size(), 3);
  EXPECT_EQ(listed.value.changes(0).etag(), "");
  EXPECT_EQ(listed.value.changes(0).method(), "regiokompas.catalogue.v1.CatalogueService/WithdrawFramework");
  EXPECT_EQ(listed.value.changes(1).etag(), "\"v4\"");
  EXPECT_EQ(listed.value.changes(1).change_time().seconds(), absl::ToUnixSeconds(second));
  EXPECT_EQ(listed.value.changes(1).method(), "regiokompas.catalogue.v1.CatalogueService/AdoptFramework");
  EXPECT_THAT(listed.value.changes(1).principal(), testing::EndsWith(":de-vries"));
  EXPECT_EQ(listed.value.changes(2).change_time().seconds(), absl::ToUnixSeconds(first));
  EXPECT_GT(listed.revision(), 0);
  // What the second adoption left as it was did not change; that it was valid, and no more, is a change of an empty
  // field too.
  request.set_field("code");
  const auto code = List(request);
  ASSERT_EQ(code.value.changes_size(), 2);
  EXPECT_EQ(code.value.changes(0).value_json(), "");
  EXPECT_EQ(code.value.changes(1).value_json(), "\"1.1\"");
  EXPECT_EQ(code.value.changes(1).change_time().seconds(), absl::ToUnixSeconds(first));
  request.set_field("ending");
  const auto ending = List(request);
  ASSERT_EQ(ending.value.changes_size(), 2);
  EXPECT_EQ(ending.value.changes(0).etag(), "");
  EXPECT_EQ(ending.value.changes(0).method(), "regiokompas.catalogue.v1.CatalogueService/WithdrawFramework");
  EXPECT_EQ(ending.value.changes(1).etag(), "\"v2\"");
  EXPECT_EQ(ending.value.changes(1).value_json(), "");
  request.set_valid_date("2022-02-30");
  EXPECT_THAT(List(request).violations(), ElementsAre("valid_date BAD_DATE"));

  const Client reader = ClientOf(kReceiver);
  suite_.PollShares();
  EXPECT_THAT(values(reader, "2021-01-01"), ElementsAre("code 7"));
  Share("kader-1");
  EXPECT_THAT(values(reader, "2022-01-01"), ElementsAre("", "\"Tweede\"", "\"Eerste\""));
  EXPECT_THAT(values(reader, "2022-01-01", first + absl::Minutes(1)), ElementsAre("\"Eerste\""));
  EXPECT_THAT(values(reader, "2018-12-31"), ElementsAre("code 5")) << "of what is shared, and not valid then";
  EXPECT_THAT(values(reader, "2022-01-01", first - absl::Minutes(1)), ElementsAre("code 5")) << "not decided yet";
  request.set_field("display_name");
  request.set_valid_date("2022-01-01");
  const auto shared = reader.Call(&Catalogue::ListFieldHistory, request);
  ASSERT_EQ(shared.value.changes_size(), 3);
  for (const auto& change : shared.value.changes()) EXPECT_EQ(change.principal() + change.method(), "");
}

// By a share only the decisions about what is shared count.
TEST_F(FieldHistoryTest, ForADayNothingOfAFrameworkThatIsNotShared) {
  MakeFramework("kader-1");
  MakeFramework("kader-2");
  MakeActivity();
  Contribute("activiteit-1", "kader-1");
  Contribute("activiteit-1", "kader-2");
  Rename("activiteit-1", "Eerste");
  Adopt("kader-1", "2020-01-01");
  Rename("activiteit-1", "Tweede");
  Adopt("kader-2", "2020-01-01");
  Share("kader-1");
  auto request = Of(ActivityName("activiteit-1"), "display_name");
  request.set_valid_date("2020-01-01");
  EXPECT_EQ(List(request).value.changes_size(), 2);
  const auto shared = ClientOf(kReceiver).Call(&Catalogue::ListFieldHistory, request);
  ASSERT_EQ(shared.value.changes_size(), 1);
  EXPECT_EQ(shared.value.changes(0).value_json(), "\"Eerste\"");
  // What only the other one holds is not known to be there at all.
  MakeActivity("activiteit-2");
  Contribute("activiteit-2", "kader-2");
  Adopt("kader-2", "2020-01-01");
  for (const char* day : {"", "2018-12-31", "2020-01-01"}) {
    request = Of(ActivityName("activiteit-2"), "display_name");
    request.set_valid_date(day);
    EXPECT_TRUE(FailsWith(ClientOf(kReceiver).Call(&Catalogue::ListFieldHistory, request), grpc::PERMISSION_DENIED,
                          "OWNER_FORBIDDEN"));
  }
}

// By a share a change is what a decision made known, and it was made then: when a draft was written stays unknown.
TEST_F(FieldHistoryTest, ByAShareDecisionsChangeAFieldAndNotItsWriting) {
  MakeFramework("kader-1");
  MakeActivity();
  Contribute("activiteit-1", "kader-1");
  Rename("activiteit-1", "Eerste");
  const absl::Time written = suite_.Now();
  MoveClock(absl::Hours(1));
  Adopt("kader-1");
  const absl::Time adopted = suite_.Now();
  EndContribution("activiteit-1", "kader-1");
  MoveClock(absl::Hours(1));
  Adopt("kader-1");
  const absl::Time left_out = suite_.Now();
  Share("kader-1");
  auto request = Of(ActivityName("activiteit-1"), "display_name");
  const Client reader = ClientOf(kReceiver);
  const auto listed = reader.Call(&Catalogue::ListFieldHistory, request);
  ASSERT_TRUE(IsOk(listed));
  ASSERT_EQ(listed.value.changes_size(), 2);
  EXPECT_EQ(listed.value.changes(0).value_json(), "");
  EXPECT_EQ(listed.value.changes(0).etag(), "");
  EXPECT_EQ(listed.value.changes(0).change_time().seconds(), absl::ToUnixSeconds(left_out));
  EXPECT_EQ(listed.value.changes(1).value_json(), "\"Eerste\"");
  EXPECT_EQ(listed.value.changes(1).etag(), "\"v2\"");
  EXPECT_EQ(listed.value.changes(1).change_time().seconds(), absl::ToUnixSeconds(adopted));
  *request.mutable_read_time() = Timestamp(adopted + absl::Minutes(1));
  EXPECT_EQ(reader.Call(&Catalogue::ListFieldHistory, request).value.changes_size(), 1);
  *request.mutable_read_time() = Timestamp(written + absl::Minutes(1));
  EXPECT_TRUE(FailsWith(reader.Call(&Catalogue::ListFieldHistory, request), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
}

TEST_F(FieldHistoryTest, ByAShareOnlyWhatWasAdoptedAndNotWhoChangedIt) {
  MakeFramework("kader-1");
  MakeActivity();
  Contribute("activiteit-1", "kader-1");
  Rename("activiteit-1", "Eerste");
  Adopt("kader-1");
  Rename("activiteit-1", "Tussendoor");
  Rename("activiteit-1", "Tweede");
  Adopt("kader-1");
  Rename("activiteit-1", "Concept");
  const std::string name = ActivityName("activiteit-1");
  const Client reader = ClientOf(kReceiver);
  EXPECT_TRUE(FailsWith(reader.Call(&Catalogue::ListFieldHistory, Of(name, "code")), grpc::PERMISSION_DENIED,
                        "OWNER_FORBIDDEN"));
  Share("kader-1");
  EXPECT_THAT(Values(reader, name, "display_name"), ElementsAre("\"Tweede\"", "\"Eerste\""));
  const auto listed = reader.Call(&Catalogue::ListFieldHistory, Of(name, "display_name"));
  EXPECT_EQ(listed.value.changes(0).principal(), "");
  EXPECT_EQ(listed.value.changes(0).method(), "");
  EXPECT_TRUE(
      FailsWith(reader.Call(&Catalogue::ListFieldHistory, Of(FrameworkName("kader-1") + "/goals/er-is-niets", "code")),
                grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
}

}  // namespace
}  // namespace regiokompas::test
