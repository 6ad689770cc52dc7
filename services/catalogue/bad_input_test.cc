// Bad input of all sorts: a clear error that names the field and the rule, and nothing is stored.
#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/conformance/conformance.h"

namespace regiokompas::test {
namespace {

using testing::ElementsAre;

constexpr size_t kMebibyte = 1 << 20;

class BadInputTest : public ConformanceTest {
 protected:
  // The owner's revision, and how many versions of anything the catalogue holds.
  std::string Stored() {
    catalogue::v1::GetCatalogueSummaryRequest request;
    request.set_parent(OwnerName(kOwner));
    const auto summary = client_.Call(&Catalogue::GetCatalogueSummary, request);
    EXPECT_TRUE(IsOk(summary));
    return std::to_string(summary.value.revision()) + " " +
           SqlSession(suite_.database().Superuser()).Value("SELECT count(*) FROM catalogue.history");
  }

  // What `write` breaks; it must store nothing.
  template <typename Write>
  std::set<std::string> Refused(Write write) {
    const std::string before = Stored();
    const auto answer = write();
    EXPECT_TRUE(FailsWith(answer, grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
    EXPECT_EQ(Stored(), before);
    return answer.violations();
  }

  catalogue::v1::BatchCreateGoalsRequest BatchOfGoals(const std::vector<std::pair<std::string, std::string>>& goals) {
    catalogue::v1::BatchCreateGoalsRequest request;
    request.set_parent(kFramework);
    request.set_request_id(NewRequestId());
    for (const auto& [id, parent] : goals) {
      auto& item = *request.add_requests();
      item.set_goal_id(id);
      *item.mutable_goal() = AGoal();
      if (!parent.empty()) item.mutable_goal()->set_parent_goal(GoalName(parent));
    }
    return request;
  }

  Answer<catalogue::v1::Goal> Move(const std::string& goal, const std::string& parent, const Client& client) {
    catalogue::v1::UpdateGoalRequest request;
    request.mutable_goal()->set_name(GoalName(goal));
    if (!parent.empty()) request.mutable_goal()->set_parent_goal(GoalName(parent));
    request.mutable_update_mask()->add_paths("parent_goal");
    request.set_request_id(NewRequestId());
    return client.Call(&Catalogue::UpdateGoal, request);
  }
  Answer<catalogue::v1::Goal> Move(const std::string& goal, const std::string& parent) {
    return Move(goal, parent, client_);
  }

  // A chain <prefix>1 … <prefix><count>, each under the one before.
  std::vector<std::pair<std::string, std::string>> Chain(const std::string& prefix, int count) {
    std::vector<std::pair<std::string, std::string>> chain;
    for (int i = 1; i <= count; ++i) {
      chain.emplace_back(prefix + std::to_string(i), i == 1 ? "" : prefix + std::to_string(i - 1));
    }
    return chain;
  }

  Answer<catalogue::v1::BatchCreateGoalsResponse> MakeGoals(
      const std::vector<std::pair<std::string, std::string>>& goals) {
    return client_.Call(&Catalogue::BatchCreateGoals, BatchOfGoals(goals));
  }

  // An activity that was changed in one way.
  template <typename Change>
  std::set<std::string> RefusedActivity(Change change) {
    auto request = CreateActivity(OwnerName(kOwner), "activiteit-1");
    change(*request.mutable_activity());
    return Refused([&] { return client_.Call(&Catalogue::CreateActivity, request); });
  }

  catalogue::v1::UpdateActivityRequest UpdateOfActivity(const catalogue::v1::Activity& activity,
                                                        const std::vector<std::string>& paths) {
    catalogue::v1::UpdateActivityRequest request;
    *request.mutable_activity() = activity;
    for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
    request.set_request_id(NewRequestId());
    return request;
  }

  static std::string GoalName(const std::string& id) { return std::string(kFramework) + "/goals/" + id; }

  static constexpr char kFramework[] = "owners/GM0677/frameworks/beleidskader-1";
};

// -- Trees

TEST_F(BadInputTest, NoCycleIsMade) {
  MakeFramework();
  EXPECT_THAT(Refused([&] { return MakeGoals({{"doel-1", "doel-1"}}); }), ElementsAre("parent_goal OWN_PARENT"));
  ASSERT_TRUE(IsOk(MakeGoals({{"doel-1", ""}, {"doel-2", "doel-1"}, {"doel-3", "doel-2"}})));
  EXPECT_THAT(Refused([&] { return Move("doel-1", "doel-3"); }), ElementsAre("parent_goal GOAL_LOOP"));
  EXPECT_THAT(Refused([&] { return Move("doel-1", "doel-1"); }), ElementsAre("parent_goal OWN_PARENT"));
  // In one batch each would need the other first.
  const std::string before = Stored();
  const auto answer = MakeGoals({{"doel-4", "doel-5"}, {"doel-5", "doel-4"}});
  EXPECT_TRUE(FailsWith(answer, grpc::FAILED_PRECONDITION, "REFERENCE_MISSING"));
  EXPECT_EQ(answer.error_info().metadata().at("name"), GoalName("doel-4"));
  EXPECT_EQ(Stored(), before);
}

TEST_F(BadInputTest, TwoMovesAtOnceMakeNoCycle) {
  MakeFramework();
  ASSERT_TRUE(IsOk(MakeGoals({{"doel-1", ""}, {"doel-2", ""}})));
  for (int round = 0; round < 10; ++round) {
    std::atomic<int> refused = 0;
    const auto move = [&](const std::string& goal, const std::string& parent) {
      const auto answer = Move(goal, parent, ClientOf(kOwner, goal));
      if (answer.ok()) return;
      EXPECT_THAT(answer.violations(), ElementsAre("parent_goal GOAL_LOOP"));
      ++refused;
    };
    std::thread other([&] { move("doel-1", "doel-2"); });
    move("doel-2", "doel-1");
    other.join();
    EXPECT_EQ(refused, 1);
    for (const char* goal : {"doel-1", "doel-2"}) EXPECT_TRUE(IsOk(Move(goal, "")));
  }
}

TEST_F(BadInputTest, ATreeHasTwentyLevels) {
  MakeFramework();
  ASSERT_TRUE(IsOk(MakeGoals(Chain("doel-", 20))));
  EXPECT_THAT(Refused([&] { return MakeGoals({{"te-diep", "doel-20"}}); }), ElementsAre("parent_goal GOAL_TOO_DEEP"));
  auto request = CreateGoal(kFramework, "te-diep");
  request.mutable_goal()->set_parent_goal(GoalName("doel-20"));
  EXPECT_THAT(Refused([&] { return client_.Call(&Catalogue::CreateGoal, request); }),
              ElementsAre("parent_goal GOAL_TOO_DEEP"));
  // What stands under a goal moves with it.
  ASSERT_TRUE(IsOk(MakeGoals(Chain("tak-", 10))));
  EXPECT_THAT(Refused([&] { return Move("tak-1", "doel-11"); }), ElementsAre("parent_goal GOAL_TOO_DEEP"));
  EXPECT_TRUE(IsOk(Move("tak-1", "doel-10")));
  EXPECT_TRUE(IsOk(Move("tak-10", "doel-19")));
}

TEST_F(BadInputTest, TenThousandLevelsAreRefusedAtTheTwentyFirst) {
  MakeFramework();
  const auto goals = Chain("doel-", 10'000);
  // The first batch has too many levels, and without it every other lacks its parent.
  EXPECT_THAT(Refused([&] {
                return MakeGoals({goals.begin(), goals.begin() + 100});
              }),
              ElementsAre("parent_goal GOAL_TOO_DEEP"));
  const std::string before = Stored();
  for (size_t i = 100; i < goals.size(); i += 100) {
    ASSERT_TRUE(FailsWith(MakeGoals({goals.begin() + static_cast<int>(i), goals.begin() + static_cast<int>(i) + 100}),
                          grpc::FAILED_PRECONDITION, "REFERENCE_MISSING"));
  }
  EXPECT_EQ(Stored(), before);
}

// -- Texts

TEST_F(BadInputTest, LongTextsWhereTheContractAllowsThem) {
  auto request = CreateFramework(OwnerName(kOwner), "beleidskader-1");
  request.mutable_framework()->set_text(std::string(kMebibyte + 1, 'x'));
  EXPECT_THAT(Refused([&] { return client_.Call(&Catalogue::CreateFramework, request); }),
              ElementsAre("framework.text TOO_LONG"));
  request.mutable_framework()->set_text(std::string(kMebibyte, 'x'));
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::CreateFramework, request)));
  EXPECT_EQ(GetFramework(kFramework).value.text().size(), kMebibyte);

  EXPECT_THAT(RefusedActivity([](auto& a) { a.mutable_aspects(0)->set_plan(std::string(kMebibyte, 'x')); }),
              ElementsAre("activity.aspects[0].plan TOO_LONG"));
  EXPECT_THAT(RefusedActivity([](auto& a) { a.set_display_name(std::string(kMebibyte, 'x')); }),
              ElementsAre("activity.display_name TOO_LONG"));
  auto goal = CreateGoal(kFramework, "doel-1");
  goal.mutable_goal()->set_text(std::string(kMebibyte, 'x'));
  EXPECT_THAT(Refused([&] { return client_.Call(&Catalogue::CreateGoal, goal); }), ElementsAre("goal.text TOO_LONG"));
}

TEST_F(BadInputTest, NulBytesAreRefusedWhereverTheyStand) {
  const std::string nul("a\0b", 3);
  EXPECT_THAT(RefusedActivity([&](auto& a) {
                a.set_display_name(nul);
                a.mutable_aspects(0)->set_plan(nul);
                a.mutable_milestones(0)->set_text(nul);
                a.mutable_parties(0)->set_organisation(nul);
              }),
              ElementsAre("activity.aspects[0].plan NUL_BYTE", "activity.display_name NUL_BYTE",
                          "activity.milestones[0].text NUL_BYTE", "activity.parties[0].organisation NUL_BYTE"));
}

TEST_F(BadInputTest, TextThatIsNoUtf8DoesNotComeIn) {
  auto request = CreateActivity(OwnerName(kOwner), "activiteit-1");
  for (const char* text : {"\xC3\x28", "\xFF", "\xED\xA0\x80", "afgebroken \xE2\x82"}) {
    request.mutable_activity()->set_display_name(text);
    const std::string before = Stored();
    // The message does not parse, so it is refused before any rule is asked.
    EXPECT_EQ(client_.Call(&Catalogue::CreateActivity, request).code(), grpc::INTERNAL) << text;
    EXPECT_EQ(Stored(), before);
  }
}

// -- Years, dates and what goes with them

TEST_F(BadInputTest, ATaskFieldIsOneOfItsYear) {
  const auto with = [](std::vector<std::string> codes, std::vector<int> years) {
    return [codes, years](catalogue::v1::Activity& activity) {
      *activity.mutable_task_fields() = {codes.begin(), codes.end()};
      *activity.mutable_realisation_years() = {years.begin(), years.end()};
    };
  };
  EXPECT_THAT(RefusedActivity(with({"6.72"}, {2026})), ElementsAre("task_fields[0] TASK_FIELD_OTHER_YEAR"));
  EXPECT_THAT(RefusedActivity(with({"6.751"}, {2023, 2024})), ElementsAre("task_fields[0] TASK_FIELD_OTHER_YEAR"));
  EXPECT_THAT(RefusedActivity(with({"0.1", "0.100", "6.7"}, {})),
              ElementsAre("task_fields[1] UNKNOWN_TASK_FIELD", "task_fields[2] UNKNOWN_TASK_FIELD"));
  // In a batch as well, and all of it.
  auto batch = BatchOfActivities(OwnerName(kOwner), 1, 3);
  with({"6.72"}, {2025})(*batch.mutable_requests(2)->mutable_activity());
  EXPECT_THAT(Refused([&] { return client_.Call(&Catalogue::BatchCreateActivities, batch); }),
              ElementsAre("task_fields[0] TASK_FIELD_OTHER_YEAR"));

  auto request = CreateActivity(OwnerName(kOwner), "activiteit-1");
  with({"6.72", "6.751"}, {2024, 2025})(*request.mutable_activity());
  auto activity = client_.Call(&Catalogue::CreateActivity, request);
  ASSERT_TRUE(IsOk(activity));
  // Other years make the same task fields wrong.
  activity.value.mutable_realisation_years()->RemoveLast();
  EXPECT_THAT(Refused([&] {
                return client_.Call(&Catalogue::UpdateActivity,
                                    UpdateOfActivity(activity.value, {"realisation_years"}));
              }),
              ElementsAre("task_fields[1] TASK_FIELD_OTHER_YEAR"));
  EXPECT_TRUE(IsOk(client_.Call(&Catalogue::UpdateActivity, UpdateOfActivity(activity.value, {"display_name"}))));
}

TEST_F(BadInputTest, PeriodsEndAfterTheyStart) {
  auto request = CreateFramework(OwnerName(kOwner), "beleidskader-1");
  request.mutable_framework()->set_valid_until_date(request.framework().valid_from_date());
  EXPECT_THAT(Refused([&] { return client_.Call(&Catalogue::CreateFramework, request); }),
              ElementsAre("valid_until_date ENDS_BEFORE_START"));
  MakeFramework();
  MakeActivity();
  catalogue::v1::BatchCreateContributionsRequest links;
  links.set_parent("owners/GM0677/activities/activiteit-1");
  links.set_request_id(NewRequestId());
  auto& item = *links.add_requests();
  item.set_contribution_id("bijdrage-1");
  *item.mutable_contribution() = AContribution(kFramework);
  item.mutable_contribution()->set_until_date("2025-12-31");
  EXPECT_THAT(Refused([&] { return client_.Call(&Catalogue::BatchCreateContributions, links); }),
              ElementsAre("until_date ENDS_BEFORE_START"));
  catalogue::v1::AdoptFrameworkRequest adoption;
  adoption.set_name(kFramework);
  adoption.set_valid_from_date("2026-02-01");
  adoption.set_valid_until_date("2026-01-01");
  adoption.set_request_id(NewRequestId());
  EXPECT_THAT(Refused([&] { return client_.Call(&Catalogue::AdoptFramework, adoption); }),
              ElementsAre("valid_until_date ENDS_BEFORE_START"));
}

TEST_F(BadInputTest, YearsAscendAndEndingsHaveAReason) {
  EXPECT_THAT(RefusedActivity([](auto& a) { a.add_realisation_years(2026); }),
              ElementsAre("realisation_years YEARS_NOT_ASCENDING"));
  auto request = CreateFramework(OwnerName(kOwner), "beleidskader-1");
  request.mutable_framework()->add_fiscal_years(2025);
  EXPECT_THAT(Refused([&] { return client_.Call(&Catalogue::CreateFramework, request); }),
              ElementsAre("fiscal_years YEARS_NOT_ASCENDING"));
  EXPECT_THAT(RefusedActivity([](auto& a) { a.mutable_ending(); }), ElementsAre("activity.ending.kind REQUIRED"));
  EXPECT_THAT(
      RefusedActivity([](auto& a) { a.mutable_ending()->set_kind(catalogue::v1::ACTIVITY_ENDING_KIND_STOPPED); }),
      ElementsAre("ending.reason STOPPED_WITHOUT_REASON"));
  EXPECT_THAT(RefusedActivity([](auto& a) { a.mutable_budget_lines(0)->set_fiscal_years(0, 26); }),
              ElementsAre("budget_lines[0].fiscal_years[0] BAD_YEAR"));
}

TEST_F(BadInputTest, AnAdoptedMilestoneIsShiftedWithAReason) {
  MakeFramework();
  catalogue::v1::Activity activity = MakeActivity();
  const auto update = [&] {
    return client_.Call(&Catalogue::UpdateActivity, UpdateOfActivity(activity, {"milestones"}));
  };
  // A draft moves freely.
  activity.mutable_milestones(0)->set_due("2026-Q4");
  auto answer = update();
  ASSERT_TRUE(IsOk(answer));
  activity = answer.value;

  catalogue::v1::BatchCreateContributionsRequest links;
  links.set_parent(activity.name());
  links.set_request_id(NewRequestId());
  auto& item = *links.add_requests();
  item.set_contribution_id("bijdrage-1");
  *item.mutable_contribution() = AContribution(kFramework);
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::BatchCreateContributions, links)));
  catalogue::v1::AdoptFrameworkRequest adoption;
  adoption.set_name(kFramework);
  adoption.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::AdoptFramework, adoption)));

  activity.mutable_milestones(0)->set_due("2027");
  EXPECT_THAT(Refused(update), ElementsAre("milestones[0].shifts SHIFT_MISSING"));
  auto& shift = *activity.mutable_milestones(0)->add_shifts();
  shift.set_from_due("2026-Q4");
  shift.set_to_due("2027");
  EXPECT_THAT(Refused(update), ElementsAre("activity.milestones[0].shifts[0].reason REQUIRED"));
  shift.set_reason("De aanbesteding duurde langer.");
  answer = update();
  ASSERT_TRUE(IsOk(answer));
  EXPECT_EQ(answer.value.milestones(0).shifts(0).shift_time().seconds(), absl::ToUnixSeconds(suite_.Now()));
  // The shift stays, whatever comes after.
  activity = answer.value;
  activity.mutable_milestones(0)->clear_shifts();
  EXPECT_THAT(Refused(update), ElementsAre("milestones[0].shifts SHIFTS_CHANGED"));
}

// -- Many at once

TEST_F(BadInputTest, OfTwoWithTheSameEtagOneMustReadAgain) {
  catalogue::v1::Activity seen = MakeActivity();
  for (int round = 0; round < 10; ++round) {
    const auto write = [&](const std::string& officer) {
      catalogue::v1::Activity mine = seen;
      mine.set_display_name(officer + " " + std::to_string(round));
      return ClientOf(kOwner, officer).Call(&Catalogue::UpdateActivity, UpdateOfActivity(mine, {"display_name"}));
    };
    Answer<catalogue::v1::Activity> one;
    std::thread other([&] { one = write("jansen"); });
    const Answer<catalogue::v1::Activity> two = write("de-vries");
    other.join();
    ASSERT_NE(one.ok(), two.ok());
    EXPECT_TRUE(FailsWith(one.ok() ? two : one, grpc::ABORTED, "ETAG_MISMATCH"));
    seen = GetActivity(seen.name()).value;
    EXPECT_EQ(seen.display_name(), (one.ok() ? one : two).value.display_name());
  }
}

TEST_F(BadInputTest, ManyWithoutEtagsComeOneAfterAnotherAndNoneIsLost) {
  constexpr int kWriters = 8;
  constexpr int kWrites = 10;
  catalogue::v1::Activity activity = MakeActivity();
  activity.clear_etag();
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < kWrites; ++i) {
        catalogue::v1::Activity mine = activity;
        mine.set_code("schrijver " + std::to_string(writer) + "." + std::to_string(i));
        EXPECT_TRUE(IsOk(client_.Call(&Catalogue::UpdateActivity, UpdateOfActivity(mine, {"code"}))));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(GetActivity(activity.name()).value.etag(), "\"v81\"");
  // Each write is a version of its own, each later than the one before.
  EXPECT_EQ(
      SqlSession(suite_.database().Superuser())
          .Value("SELECT count(*) || ' ' || count(DISTINCT body->>'code') || ' ' || count(DISTINCT change_time) || "
                 "' ' || max(version) FROM catalogue.history WHERE kind = 'activity'"),
      "81 81 81 81");
}

TEST_F(BadInputTest, AnIdIsTakenOnce) {
  MakeActivity();
  const std::string before = Stored();
  auto answer = client_.Call(&Catalogue::CreateActivity, CreateActivity(OwnerName(kOwner), "activiteit-1"));
  EXPECT_TRUE(FailsWith(answer, grpc::ALREADY_EXISTS, "RESOURCE_EXISTS"));
  EXPECT_EQ(answer.error_info().metadata().at("name"), "owners/GM0677/activities/activiteit-1");
  auto batch = BatchOfActivities(OwnerName(kOwner), 2, 3);
  batch.mutable_requests(2)->set_activity_id(batch.requests(0).activity_id());
  const auto twice = client_.Call(&Catalogue::BatchCreateActivities, batch);
  EXPECT_TRUE(FailsWith(twice, grpc::ALREADY_EXISTS, "RESOURCE_EXISTS"));
  EXPECT_EQ(twice.error_info().metadata().at("name"), "owners/GM0677/activities/activiteit-2");
  EXPECT_EQ(Stored(), before);
}

}  // namespace
}  // namespace regiokompas::test
