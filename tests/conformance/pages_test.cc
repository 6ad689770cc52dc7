#include "absl/strings/str_cat.h"
#include "tests/conformance/conformance.h"

namespace regiokompas::test {
namespace {

class PagesTest : public ConformanceTest {
 protected:
  void MakeActivities(int first, int count) {
    for (int done = 0; done < count; done += 100) {
      const auto request = BatchOfActivities("owners/GM0677", first + done, std::min(100, count - done));
      ASSERT_TRUE(IsOk(client_.Call(&Catalogue::BatchCreateActivities, request)));
    }
  }

  Answer<catalogue::v1::ListActivitiesResponse> List(int page_size, const std::string& token = "") {
    catalogue::v1::ListActivitiesRequest request;
    request.set_parent("owners/GM0677");
    request.set_page_size(page_size);
    request.set_page_token(token);
    return client_.Call(&Catalogue::ListActivities, request);
  }

  static constexpr char kBadToken[] = "page_token BAD_PAGE_TOKEN";
};

TEST_F(PagesTest, EveryRowComesExactlyOnce) {
  MakeActivities(100, 23);
  for (const int page_size : {1, 5, 22, 23, 24}) {
    std::vector<std::string> names;
    std::string token;
    int pages = 0;
    do {
      const auto page = List(page_size, token);
      ASSERT_TRUE(IsOk(page));
      ASSERT_LE(page.value.activities_size(), page_size);
      for (const auto& activity : page.value.activities()) names.push_back(activity.name());
      token = page.value.next_page_token();
      ++pages;
    } while (!token.empty());
    EXPECT_EQ(names.size(), 23u) << page_size;
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), 23u) << page_size;
    // A last page that is full is known to be the last one.
    EXPECT_EQ(pages, (23 + page_size - 1) / page_size);
  }
}

TEST_F(PagesTest, ARowThatIsInsertedMeanwhileShiftsNothing) {
  MakeActivities(10, 6);
  const auto first = List(3);
  ASSERT_EQ(first.value.activities_size(), 3);
  // Before the position and after it.
  MakeActivity("aan-het-begin");
  MakeActivity("zijn-er-meer");
  const auto second = List(3, first.value.next_page_token());
  ASSERT_EQ(second.value.activities_size(), 3);
  EXPECT_EQ(second.value.activities(0).name(), "owners/GM0677/activities/activiteit-13");
  const auto third = List(3, second.value.next_page_token());
  ASSERT_EQ(third.value.activities_size(), 1);
  EXPECT_EQ(third.value.activities(0).name(), "owners/GM0677/activities/zijn-er-meer");
  EXPECT_EQ(third.value.next_page_token(), "");
}

TEST_F(PagesTest, RowsComeInTheOrderOfTheSourceThenOfTheirIds) {
  const std::string framework = MakeFramework().name();
  catalogue::v1::BatchCreateGoalsRequest batch;
  batch.set_parent(framework);
  batch.set_request_id(NewRequestId());
  const std::vector<std::pair<std::string, int>> goals = {{"bb", 2}, {"aa", 2}, {"cc", 1}, {"ab", 2}, {"dd", 3}};
  for (const auto& [id, ordinal] : goals) {
    auto* item = batch.add_requests();
    item->set_goal_id(id);
    *item->mutable_goal() = AGoal();
    item->mutable_goal()->set_ordinal(ordinal);
  }
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::BatchCreateGoals, batch)));
  std::string order;
  catalogue::v1::ListGoalsRequest request;
  request.set_parent(framework);
  request.set_page_size(2);
  do {
    const auto page = client_.Call(&Catalogue::ListGoals, request);
    ASSERT_TRUE(IsOk(page));
    for (const auto& goal : page.value.goals()) order += goal.name().substr(goal.name().rfind('/'));
    request.set_page_token(page.value.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(order, "/cc/aa/ab/bb/dd");
}

TEST_F(PagesTest, AListAcrossParentsPagesThroughAllOfThem) {
  for (const std::string framework : {"kader-a", "kader-b"}) {
    MakeFramework(framework);
    for (const std::string goal : {"doel-1", "doel-2"}) {
      ASSERT_TRUE(
          IsOk(client_.Call(&Catalogue::CreateGoal, CreateGoal("owners/GM0677/frameworks/" + framework, goal))));
    }
  }
  std::set<std::string> names;
  catalogue::v1::ListGoalsRequest request;
  request.set_parent("owners/GM0677/frameworks/-");
  request.set_page_size(1);
  int pages = 0;
  do {
    const auto page = client_.Call(&Catalogue::ListGoals, request);
    ASSERT_TRUE(IsOk(page));
    for (const auto& goal : page.value.goals()) names.insert(goal.name());
    request.set_page_token(page.value.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(names.size(), 4u);
  EXPECT_EQ(pages, 4);
}

TEST_F(PagesTest, SizesAreBounded) {
  MakeActivities(1, 60);
  EXPECT_EQ(List(0).value.activities_size(), 50) << "the default";
  EXPECT_EQ(List(1'000'000).value.activities_size(), 60) << "too large is cut down, not refused";
  const auto negative = List(-1);
  EXPECT_TRUE(FailsWith(negative, grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
  EXPECT_THAT(negative.violations(), testing::ElementsAre("page_size NEGATIVE"));
}

TEST_F(PagesTest, APageHoldsFewerThanAskedRatherThanTooMuch) {
  MakeActivities(1000, 250);
  const auto page = List(5000);
  EXPECT_EQ(page.value.activities_size(), 200);
  EXPECT_FALSE(page.value.next_page_token().empty());
}

// Clients receive 4 MiB at most unless they say otherwise.
TEST_F(PagesTest, APageOfLargeTextsStaysSmall) {
  const std::string framework = MakeFramework().name();
  for (int i = 0; i < 6; ++i) {
    catalogue::v1::BatchCreateSectionsRequest request;
    request.set_parent(framework);
    request.set_request_id(NewRequestId());
    auto* item = request.add_requests();
    item->set_section_id(absl::StrCat("tekst-", i));
    *item->mutable_section() = ASection();
    item->mutable_section()->set_text(std::string(1 << 20, 'a'));
    ASSERT_TRUE(IsOk(client_.Call(&Catalogue::BatchCreateSections, request)));
  }
  catalogue::v1::ListSectionsRequest list;
  list.set_parent(framework);
  int sections = 0;
  do {
    const auto page = client_.Call(&Catalogue::ListSections, list);
    ASSERT_TRUE(IsOk(page));
    EXPECT_LT(page.value.ByteSizeLong(), size_t{4} << 20);
    sections += page.value.sections_size();
    list.set_page_token(page.value.next_page_token());
  } while (!list.page_token().empty());
  EXPECT_EQ(sections, 6);
}

TEST_F(PagesTest, ATokenBelongsToItsRequest) {
  MakeActivities(1, 4);
  const std::string token = List(2).value.next_page_token();
  ASSERT_FALSE(token.empty());
  EXPECT_TRUE(IsOk(List(3, token))) << "another size is allowed";

  catalogue::v1::ListActivitiesRequest other_moment;
  other_moment.set_parent("owners/GM0677");
  other_moment.set_page_token(token);
  *other_moment.mutable_read_time() = Timestamp(suite_.Now());
  const auto moved = client_.Call(&Catalogue::ListActivities, other_moment);
  EXPECT_TRUE(FailsWith(moved, grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
  EXPECT_THAT(moved.violations(), testing::ElementsAre(kBadToken));

  catalogue::v1::ListFrameworksRequest other_list;
  other_list.set_parent("owners/GM0677");
  other_list.set_page_token(token);
  EXPECT_THAT(client_.Call(&Catalogue::ListFrameworks, other_list).violations(), testing::ElementsAre(kBadToken));

  catalogue::v1::ListActivitiesRequest other_owner;
  other_owner.set_parent("owners/GM0299");
  other_owner.set_page_token(token);
  EXPECT_THAT(ClientOf("GM0299").Call(&Catalogue::ListActivities, other_owner).violations(),
              testing::ElementsAre(kBadToken));
}

TEST_F(PagesTest, AForgedTokenIsRefused) {
  MakeActivities(1, 4);
  const std::string token = List(2).value.next_page_token();
  ASSERT_GT(token.size(), 60u);
  for (const size_t at : {size_t{0}, token.size() / 2, token.size() - 3}) {
    std::string forged = token;
    forged[at] = forged[at] == 'A' ? 'B' : 'A';
    EXPECT_THAT(List(2, forged).violations(), testing::ElementsAre(kBadToken)) << at;
  }
  for (const std::string forged : {"x", "AAAA", "geen base64!"}) {
    EXPECT_THAT(List(2, forged).violations(), testing::ElementsAre(kBadToken)) << forged;
  }
}

TEST_F(PagesTest, ATokenIsGoodForThreeDays) {
  MakeActivities(1, 4);
  const std::string token = List(2).value.next_page_token();
  MoveClock(absl::Hours(72));
  EXPECT_TRUE(IsOk(List(2, token)));
  MoveClock(absl::Seconds(1));
  EXPECT_THAT(List(2, token).violations(), testing::ElementsAre(kBadToken));
}

}  // namespace
}  // namespace regiokompas::test
