#include "tests/conformance/conformance.h"

namespace regiokompas::test {
namespace {

class BatchTest : public ConformanceTest {
 protected:
  Answer<catalogue::v1::BatchCreateActivitiesResponse> Create(
      const catalogue::v1::BatchCreateActivitiesRequest& request) {
    return client_.Call(&Catalogue::BatchCreateActivities, request);
  }

  // Activities that are there, and rows of history.
  std::string Stored() {
    return SqlSession(suite_.database().Superuser())
        .Value("SELECT (SELECT count(*) FROM catalogue.activities) || ' ' || (SELECT count(*) FROM catalogue.history)");
  }
};

TEST_F(BatchTest, AnswersComeInTheOrderOfTheRequests) {
  auto request = BatchOfActivities("owners/GM0677", 1, 3);
  request.mutable_requests()->SwapElements(0, 2);
  const auto answer = Create(request);
  ASSERT_TRUE(IsOk(answer));
  ASSERT_EQ(answer.value.activities_size(), 3);
  EXPECT_EQ(answer.value.activities(0).name(), "owners/GM0677/activities/activiteit-3");
  EXPECT_EQ(answer.value.activities(2).name(), "owners/GM0677/activities/activiteit-1");
  EXPECT_EQ(answer.value.activities(1).etag(), "\"v1\"");
  EXPECT_EQ(answer.revision(), 3);
  EXPECT_EQ(Stored(), "3 3");
}

TEST_F(BatchTest, OneBadItemStoresNothing) {
  MakeActivity("activiteit-3");
  EXPECT_TRUE(FailsWith(Create(BatchOfActivities("owners/GM0677", 1, 4)), grpc::ALREADY_EXISTS, "RESOURCE_EXISTS"));
  EXPECT_EQ(Stored(), "1 1");

  auto broken_rule = BatchOfActivities("owners/GM0677", 10, 4);
  broken_rule.mutable_requests(2)->mutable_activity()->set_realisation_years(0, 26);
  EXPECT_TRUE(FailsWith(Create(broken_rule), grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
  EXPECT_EQ(Stored(), "1 1");

  auto twice = BatchOfActivities("owners/GM0677", 20, 2);
  twice.mutable_requests(1)->set_activity_id(twice.requests(0).activity_id());
  EXPECT_TRUE(FailsWith(Create(twice), grpc::ALREADY_EXISTS, "RESOURCE_EXISTS"));
  EXPECT_EQ(Stored(), "1 1");
}

TEST_F(BatchTest, HoldsOneToAHundredItems) {
  const auto empty = Create(BatchOfActivities("owners/GM0677", 1, 0));
  EXPECT_TRUE(FailsWith(empty, grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
  EXPECT_THAT(empty.violations(), testing::ElementsAre("requests REQUIRED"));
  const auto large = Create(BatchOfActivities("owners/GM0677", 1, 101));
  EXPECT_THAT(large.violations(), testing::ElementsAre("requests TOO_MANY"));
  EXPECT_TRUE(IsOk(Create(BatchOfActivities("owners/GM0677", 1, 100))));
  EXPECT_EQ(Stored(), "100 100");
}

TEST_F(BatchTest, ItemsMayRepeatTheParentAndNothingElse) {
  MakeFramework("kader-a");
  MakeFramework("kader-b");
  catalogue::v1::BatchCreateGoalsRequest request;
  request.set_parent("owners/GM0677/frameworks/kader-a");
  request.set_request_id(NewRequestId());
  for (const std::string parent : {"owners/GM0677/frameworks/kader-a", "owners/GM0677/frameworks/kader-b"}) {
    *request.add_requests() = CreateGoal(parent, "doel-" + parent.substr(parent.size() - 1));
  }
  const auto answer = client_.Call(&Catalogue::BatchCreateGoals, request);
  EXPECT_TRUE(FailsWith(answer, grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
  EXPECT_THAT(answer.violations(), testing::ElementsAre("requests[1].parent WRONG_PARENT"));
  request.mutable_requests()->RemoveLast();
  EXPECT_TRUE(IsOk(client_.Call(&Catalogue::BatchCreateGoals, request)));
}

TEST_F(BatchTest, ItemsMayReferToEarlierItems) {
  const std::string framework = MakeFramework().name();
  catalogue::v1::BatchCreateGoalsRequest request;
  request.set_parent(framework);
  request.set_request_id(NewRequestId());
  for (const std::string id : {"hoofddoel", "focus"}) *request.add_requests() = CreateGoal("", id);
  request.mutable_requests(1)->mutable_goal()->set_parent_goal(framework + "/goals/hoofddoel");
  const auto answer = client_.Call(&Catalogue::BatchCreateGoals, request);
  ASSERT_TRUE(IsOk(answer));
  EXPECT_EQ(answer.value.goals(1).parent_goal(), framework + "/goals/hoofddoel");
}

TEST_F(BatchTest, ViolationsNameTheItem) {
  auto request = BatchOfActivities("owners/GM0677", 1, 3);
  request.mutable_requests(0)->set_activity_id("Hoofdletters");
  request.mutable_requests(2)->set_activity_id("a");
  const auto ids = Create(request);
  EXPECT_TRUE(FailsWith(ids, grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
  EXPECT_THAT(ids.violations(),
              testing::ElementsAre("requests[0].activity_id BAD_ID", "requests[2].activity_id BAD_ID"));

  request = BatchOfActivities("owners/GM0677", 1, 3);
  request.mutable_requests(1)->mutable_activity()->clear_display_name();
  EXPECT_THAT(Create(request).violations(), testing::ElementsAre("requests[1].activity.display_name REQUIRED"));

  request = BatchOfActivities("owners/GM0677", 1, 3);
  request.mutable_requests(1)->mutable_activity()->set_name("owners/GM0299/activities/activiteit-2");
  EXPECT_THAT(Create(request).violations(), testing::ElementsAre("requests[1].activity.name FOREIGN_OWNER"));
}

TEST_F(BatchTest, ARepeatedBatchWritesOnce) {
  const auto request = BatchOfActivities("owners/GM0677", 1, 3);
  const auto first = Create(request);
  const auto again = Create(request);
  ASSERT_TRUE(IsOk(again));
  EXPECT_EQ(again.value.SerializeAsString(), first.value.SerializeAsString());
  EXPECT_EQ(again.revision(), first.revision());
  EXPECT_EQ(Stored(), "3 3");
}

}  // namespace
}  // namespace regiokompas::test
