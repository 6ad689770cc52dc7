#include "google/protobuf/util/message_differencer.h"
#include "tests/conformance/conformance.h"

namespace regiokompas::test {
namespace {

using google::protobuf::util::MessageDifferencer;

class ReadsTest : public ConformanceTest {};

// A resource as it comes back, without what only the service sets.
template <typename Resource>
Resource AsGiven(Resource resource) {
  resource.clear_name();
  resource.clear_create_time();
  resource.clear_update_time();
  resource.clear_etag();
  return resource;
}

TEST_F(ReadsTest, EveryFieldOfAFrameworkComesBack) {
  const auto created = client_.Call(&Catalogue::CreateFramework, CreateFramework("owners/GM0677", "beleidskader-1"));
  ASSERT_TRUE(IsOk(created));
  EXPECT_EQ(created.value.name(), "owners/GM0677/frameworks/beleidskader-1");
  EXPECT_EQ(created.value.etag(), "\"v1\"");
  EXPECT_EQ(created.value.state(), catalogue::v1::FRAMEWORK_STATE_DRAFT);
  EXPECT_EQ(created.value.create_time().seconds(), absl::ToUnixSeconds(StartOfTest()));
  EXPECT_EQ(created.value.update_time().seconds(), absl::ToUnixSeconds(StartOfTest()));
  catalogue::v1::Framework given = AsGiven(created.value);
  given.clear_state();
  EXPECT_TRUE(MessageDifferencer::Equals(given, AFramework())) << given.DebugString();

  const auto got = GetFramework(created.value.name());
  ASSERT_TRUE(IsOk(got));
  EXPECT_TRUE(MessageDifferencer::Equals(got.value, created.value)) << got.value.DebugString();
}

TEST_F(ReadsTest, EveryFieldOfAnActivityComesBack) {
  const catalogue::v1::Activity created = MakeActivity();
  const auto got = GetActivity("owners/GM0677/activities/activiteit-1");
  ASSERT_TRUE(IsOk(got));
  EXPECT_TRUE(MessageDifferencer::Equals(got.value, created)) << got.value.DebugString();
  EXPECT_TRUE(MessageDifferencer::Equals(AsGiven(got.value), AnActivity())) << got.value.DebugString();
}

TEST_F(ReadsTest, AMissingResourceIsNamed) {
  const auto answer = GetFramework("owners/GM0677/frameworks/er-is-niets");
  EXPECT_TRUE(FailsWith(answer, grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  EXPECT_EQ(answer.error_info().metadata().at("name"), "owners/GM0677/frameworks/er-is-niets");
  EXPECT_EQ(answer.localized().message(), "owners/GM0677/frameworks/er-is-niets bestaat niet");
}

TEST_F(ReadsTest, OwnersDoNotSeeEachOthersIds) {
  MakeFramework();
  Client other = ClientOf(kOtherOwner);
  // The id is free for another owner, and what is there is its own.
  ASSERT_TRUE(IsOk(other.Call(&Catalogue::CreateFramework, CreateFramework("owners/GM0299", "beleidskader-1"))));
  catalogue::v1::ListFrameworksRequest list;
  list.set_parent("owners/GM0299");
  const auto listed = other.Call(&Catalogue::ListFrameworks, list);
  ASSERT_EQ(listed.value.frameworks_size(), 1);
  EXPECT_EQ(listed.value.frameworks(0).name(), "owners/GM0299/frameworks/beleidskader-1");
}

TEST_F(ReadsTest, GetAsOfAMomentShowsWhatWasKnownThen) {
  const absl::Time before = suite_.Now() - absl::Seconds(1);
  const absl::Time first = suite_.Now();
  catalogue::v1::Framework framework = MakeFramework();
  MoveClock(absl::Hours(1));
  framework.set_display_name("Tweede versie");
  ASSERT_TRUE(IsOk(Update(framework)));

  catalogue::v1::GetFrameworkRequest request;
  request.set_name(framework.name());
  *request.mutable_read_time() = Timestamp(first);
  const auto old = client_.Call(&Catalogue::GetFramework, request);
  ASSERT_TRUE(IsOk(old));
  EXPECT_EQ(old.value.display_name(), AFramework().display_name());
  EXPECT_EQ(old.value.etag(), "\"v1\"");
  EXPECT_EQ(old.value.update_time().seconds(), absl::ToUnixSeconds(first));

  *request.mutable_read_time() = Timestamp(suite_.Now());
  const auto now = client_.Call(&Catalogue::GetFramework, request);
  EXPECT_EQ(now.value.display_name(), "Tweede versie");
  EXPECT_EQ(now.value.create_time().seconds(), absl::ToUnixSeconds(first));
  EXPECT_EQ(now.value.update_time().seconds(), absl::ToUnixSeconds(suite_.Now()));

  *request.mutable_read_time() = Timestamp(before);
  EXPECT_TRUE(FailsWith(client_.Call(&Catalogue::GetFramework, request), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
}

TEST_F(ReadsTest, ListAsOfAMomentPagesThroughWhatWasThereThen) {
  const absl::Time first = suite_.Now();
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::BatchCreateActivities, BatchOfActivities("owners/GM0677", 1, 5))));
  MoveClock(absl::Hours(1));
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::BatchCreateActivities, BatchOfActivities("owners/GM0677", 6, 3))));

  catalogue::v1::ListActivitiesRequest request;
  request.set_parent("owners/GM0677");
  request.set_page_size(2);
  *request.mutable_read_time() = Timestamp(first);
  std::vector<std::string> names;
  do {
    const auto page = client_.Call(&Catalogue::ListActivities, request);
    ASSERT_TRUE(IsOk(page));
    EXPECT_LE(page.value.activities_size(), 2);
    for (const auto& activity : page.value.activities()) names.push_back(activity.name());
    request.set_page_token(page.value.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names,
              testing::ElementsAre("owners/GM0677/activities/activiteit-1", "owners/GM0677/activities/activiteit-2",
                                   "owners/GM0677/activities/activiteit-3", "owners/GM0677/activities/activiteit-4",
                                   "owners/GM0677/activities/activiteit-5"));
}

TEST_F(ReadsTest, AsOfListsKeepToTheirParent) {
  MakeFramework("beleidskader-1");
  MakeFramework("beleidskader-10");
  ASSERT_TRUE(
      IsOk(client_.Call(&Catalogue::CreateGoal, CreateGoal("owners/GM0677/frameworks/beleidskader-1", "doel-1"))));
  ASSERT_TRUE(
      IsOk(client_.Call(&Catalogue::CreateGoal, CreateGoal("owners/GM0677/frameworks/beleidskader-10", "doel-2"))));
  catalogue::v1::ListGoalsRequest request;
  request.set_parent("owners/GM0677/frameworks/beleidskader-1");
  // Writes of one moment of the clock are told apart by microseconds.
  *request.mutable_read_time() = Timestamp(suite_.Now() + absl::Seconds(1));
  auto answer = client_.Call(&Catalogue::ListGoals, request);
  ASSERT_TRUE(IsOk(answer));
  ASSERT_EQ(answer.value.goals_size(), 1);
  EXPECT_EQ(answer.value.goals(0).name(), "owners/GM0677/frameworks/beleidskader-1/goals/doel-1");
  request.set_parent("owners/GM0677/frameworks/-");
  answer = client_.Call(&Catalogue::ListGoals, request);
  EXPECT_EQ(answer.value.goals_size(), 2);
}

TEST_F(ReadsTest, AMomentOutsideTheCalendarIsTheCallersMistake) {
  const catalogue::v1::Framework framework = MakeFramework();
  for (const int64_t seconds : {int64_t{1} << 62, -(int64_t{1} << 62), int64_t{253'402'300'800}}) {
    catalogue::v1::GetFrameworkRequest request;
    request.set_name(framework.name());
    request.mutable_read_time()->set_seconds(seconds);
    EXPECT_TRUE(FailsWith(client_.Call(&Catalogue::GetFramework, request), grpc::INVALID_ARGUMENT, "INVALID_REQUEST"))
        << seconds;
  }
}

TEST_F(ReadsTest, ValidDateIsOfWhatIsAdopted) {
  progress::v1::ListReportingCyclesRequest list;
  list.set_parent("owners/GM0677");
  list.set_valid_date("2026-01-15");
  EXPECT_TRUE(FailsWith(client_.Call(&Progress::ListReportingCycles, list), grpc::UNIMPLEMENTED, "UNIMPLEMENTED"));
}

TEST_F(ReadsTest, AnswersCarryTheRevisionOfTheirOwner) {
  const auto first = client_.Call(&Catalogue::CreateFramework, CreateFramework("owners/GM0677", "beleidskader-1"));
  EXPECT_EQ(first.revision(), 1);
  const auto second = client_.Call(&Catalogue::CreateActivity, CreateActivity("owners/GM0677", "activiteit-1"));
  EXPECT_EQ(second.revision(), 2);
  EXPECT_EQ(GetFramework(first.value.name()).revision(), 2);
  catalogue::v1::ListGoalsRequest list;
  list.set_parent(first.value.name());
  EXPECT_EQ(client_.Call(&Catalogue::ListGoals, list).revision(), 2) << "an empty list is of a moment, too";
  // Another owner, and another service, count for themselves.
  EXPECT_EQ(ClientOf(kOtherOwner)
                .Call(&Catalogue::CreateActivity, CreateActivity("owners/GM0299", "activiteit-1"))
                .revision(),
            1);
  EXPECT_EQ(client_.Call(&Progress::CreateReportingCycle, CreateCycle("owners/GM0677", "vgr-1")).revision(), 1);
}

}  // namespace
}  // namespace regiokompas::test
