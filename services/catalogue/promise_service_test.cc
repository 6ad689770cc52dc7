// The promise ledger, over gRPC.
#include "services/catalogue/decisions_service_test.h"

namespace regiokompas::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "activiteit-1 OPEN: v1 PROMISED, v2 SHIFTED 2026-Q3>2027 (Te druk)".
std::string Show(const catalogue::v1::Promise& promise) {
  std::string shown =
      absl::StrCat(promise.activity().substr(promise.activity().rfind('/') + 1), " ",
                   catalogue::v1::PromiseState_Name(promise.state()).substr(sizeof("PROMISE_STATE")), ":");
  for (const auto& event : promise.events()) {
    absl::StrAppend(&shown, " ", event.version().substr(event.version().rfind('/') + 1), " ",
                    catalogue::v1::PromiseEventKind_Name(event.kind()).substr(sizeof("PROMISE_EVENT_KIND")));
    if (!event.to_due().empty()) absl::StrAppend(&shown, " ", event.from_due(), ">", event.to_due());
    if (!event.reason().empty()) absl::StrAppend(&shown, " (", event.reason(), ")");
  }
  return shown;
}

class PromiseTest : public DecisionsTest {
 protected:
  catalogue::v1::ListPromisesRequest Request() {
    catalogue::v1::ListPromisesRequest request;
    request.set_parent(OwnerName(kOwner));
    return request;
  }

  std::vector<std::string> Promises(const Client& client, const catalogue::v1::ListPromisesRequest& request) {
    const auto listed = client.Call(&Catalogue::ListPromises, request);
    EXPECT_TRUE(IsOk(listed));
    std::vector<std::string> shown;
    for (const auto& promise : listed.value.promises()) shown.push_back(Show(promise));
    return shown;
  }
  std::vector<std::string> Promises() { return Promises(client_, Request()); }

  // kader-1 with one activity.
  void MakeKader() {
    MakeFramework("kader-1");
    MakeActivity();
    Contribute("activiteit-1", "kader-1");
  }

  void Shift(const std::string& due, const std::string& reason) {
    catalogue::v1::Activity activity = GetActivity(ActivityName("activiteit-1")).value;
    auto& milestone = *activity.mutable_milestones(0);
    auto& shift = *milestone.add_shifts();
    shift.set_from_due(milestone.due());
    shift.set_to_due(due);
    shift.set_reason(reason);
    milestone.set_due(due);
    Change(activity, "activiteit-1", {"milestones"});
  }
};

TEST_F(PromiseTest, FromPromiseToEnd) {
  MakeKader();
  MakeActivity("concept");
  Contribute("concept", "kader-1");
  EndContribution("concept", "kader-1");
  EXPECT_THAT(Promises(), IsEmpty()) << "a draft promises nothing";
  Adopt("kader-1", "2026-01-01");
  EXPECT_THAT(Promises(), ElementsAre("activiteit-1 OPEN: v1 PROMISED"));
  Shift("2027", "Te druk");
  EXPECT_THAT(Promises(), ElementsAre("activiteit-1 OPEN: v1 PROMISED")) << "the shift is a draft";
  Adopt("kader-1", "2026-02-01");
  EXPECT_THAT(Promises(), ElementsAre("activiteit-1 SHIFTED: v1 PROMISED v2 SHIFTED 2026-Q3>2027 (Te druk)"));
  const auto listed = client_.Call(&Catalogue::ListPromises, Request());
  EXPECT_GT(listed.revision(), 0);
  const auto& event = listed.value.promises(0).events(1);
  EXPECT_EQ(event.version(), FrameworkName("kader-1") + "/versions/v2");
  EXPECT_EQ(event.valid_from_date(), "2026-02-01");
  EXPECT_EQ(event.milestone(), "Plan gereed");
  EXPECT_GE(event.event_time().seconds(), absl::ToUnixSeconds(StartOfTest()));
  EXPECT_EQ(listed.value.promises(0).activity(), ActivityName("activiteit-1"));
  EXPECT_EQ(listed.value.promises(0).display_name(), AnActivity().display_name());

  catalogue::v1::Activity activity;
  activity.mutable_ending()->set_kind(catalogue::v1::ACTIVITY_ENDING_KIND_REALISED);
  Change(activity, "activiteit-1", {"ending"});
  Adopt("kader-1");
  EndContribution("activiteit-1", "kader-1");
  Adopt("kader-1");
  EXPECT_THAT(Promises(),
              ElementsAre("activiteit-1 REALISED: v1 PROMISED v2 SHIFTED 2026-Q3>2027 (Te druk) v3 REALISED"));
}

TEST_F(PromiseTest, WhatIsNotInTheNextVersionWasDroppedSilently) {
  MakeKader();
  Adopt("kader-1");
  EndContribution("activiteit-1", "kader-1");
  Adopt("kader-1");
  EXPECT_THAT(Promises(), ElementsAre("activiteit-1 DROPPED_SILENTLY: v1 PROMISED v2 DROPPED_SILENTLY"));
}

TEST_F(PromiseTest, AcrossFrameworks) {
  MakeKader();
  Adopt("kader-1");
  MakeFramework("kader-2");
  Contribute("activiteit-1", "kader-2");
  Shift("2027", "Te druk");
  Adopt("kader-2");
  Withdraw("kader-1");
  const std::string promise =
      "activiteit-1 SHIFTED: v1 PROMISED v1 REPEATED v1 SHIFTED 2026-Q3>2027 (Te druk) v2 WITHDRAWN (Vervangen)";
  EXPECT_THAT(Promises(), ElementsAre(promise));
  Withdraw("kader-2");
  EXPECT_THAT(Promises(), ElementsAre(testing::StartsWith("activiteit-1 WITHDRAWN: ")));
}

TEST_F(PromiseTest, ReadsInTwoTimes) {
  MakeKader();
  Adopt("kader-1", "2026-01-01");
  MoveClock(absl::Hours(1));
  Shift("2027", "Te druk");
  Adopt("kader-1", "2026-06-01");
  auto request = Request();
  *request.mutable_read_time() = Timestamp(StartOfTest() + absl::Minutes(30));
  EXPECT_THAT(Promises(client_, request), ElementsAre("activiteit-1 OPEN: v1 PROMISED"));
  *request.mutable_read_time() = Timestamp(StartOfTest() - absl::Minutes(30));
  EXPECT_THAT(Promises(client_, request), IsEmpty());
  request = Request();
  request.set_valid_date("2026-05-31");
  EXPECT_THAT(Promises(client_, request), ElementsAre("activiteit-1 OPEN: v1 PROMISED"));
  request.set_valid_date("2026-06-01");
  EXPECT_THAT(Promises(client_, request), ElementsAre(testing::StartsWith("activiteit-1 SHIFTED")));
  request.set_valid_date("2025-12-31");
  EXPECT_THAT(Promises(client_, request), IsEmpty());
}

TEST_F(PromiseTest, PagesAndFilters) {
  MakeFramework("kader-1");
  MakeFramework("kader-2");
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::BatchCreateActivities, BatchOfActivities(OwnerName(kOwner), 1, 7))));
  for (int i = 1; i <= 7; ++i) {
    Contribute(absl::StrCat("activiteit-", i), "kader-1");
    if (i > 5) Contribute(absl::StrCat("activiteit-", i), "kader-2");
  }
  Adopt("kader-1");
  Adopt("kader-2");
  for (const char* dropped : {"activiteit-2", "activiteit-4", "activiteit-7"}) EndContribution(dropped, "kader-1");
  Adopt("kader-1");

  const auto all_pages = [&](catalogue::v1::ListPromisesRequest request) {
    std::string ids;
    do {
      const auto page = client_.Call(&Catalogue::ListPromises, request);
      EXPECT_TRUE(IsOk(page));
      EXPECT_LE(page.value.promises_size(), request.page_size());
      for (const auto& promise : page.value.promises()) ids += promise.activity().back();
      request.set_page_token(page.value.next_page_token());
    } while (!request.page_token().empty());
    return ids;
  };
  for (const int size : {1, 2, 3, 7, 8}) {
    auto request = Request();
    request.set_page_size(size);
    EXPECT_EQ(all_pages(request), "1234567") << size;
    request.set_state(catalogue::v1::PROMISE_STATE_DROPPED_SILENTLY);
    EXPECT_EQ(all_pages(request), "24") << "7 is still in the other framework";
    request.set_state(catalogue::v1::PROMISE_STATE_OPEN);
    request.set_framework(FrameworkName("kader-2"));
    EXPECT_EQ(all_pages(request), "67");
  }
  auto request = Request();
  request.set_page_size(7);
  EXPECT_EQ(client_.Call(&Catalogue::ListPromises, request).value.next_page_token(), "") << "the last page is known";
  request.set_page_size(3);
  request.set_page_token(client_.Call(&Catalogue::ListPromises, request).value.next_page_token());
  request.set_state(catalogue::v1::PROMISE_STATE_OPEN);
  EXPECT_THAT(client_.Call(&Catalogue::ListPromises, request).violations(), ElementsAre("page_token BAD_PAGE_TOKEN"));
  request = Request();
  request.set_framework("owners/GM0299/frameworks/kader-1");
  EXPECT_THAT(client_.Call(&Catalogue::ListPromises, request).violations(), ElementsAre("framework FOREIGN_OWNER"));
}

TEST_F(PromiseTest, ByAShareOnlyOfFrameworksThatAreShared) {
  MakeKader();
  MakeFramework("kader-2");
  MakeActivity("elders");
  Contribute("elders", "kader-2");
  Contribute("activiteit-1", "kader-2");
  Adopt("kader-1");
  Adopt("kader-2");
  const Client reader = ClientOf(kReceiver);
  EXPECT_TRUE(FailsWith(reader.Call(&Catalogue::ListPromises, Request()), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
  Share("kader-1");
  EXPECT_THAT(Promises(reader, Request()), ElementsAre("activiteit-1 OPEN: v1 PROMISED"));
  auto request = Request();
  request.set_framework(FrameworkName("kader-2"));
  EXPECT_TRUE(FailsWith(reader.Call(&Catalogue::ListPromises, request), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
}

}  // namespace
}  // namespace regiokompas::test
