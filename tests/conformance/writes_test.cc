#include <thread>

#include "google/protobuf/util/message_differencer.h"
#include "tests/conformance/conformance.h"

namespace regiokompas::test {
namespace {

using google::protobuf::util::MessageDifferencer;

class WritesTest : public ConformanceTest {
 protected:
  int64_t CountOf(const std::string& table) {
    return std::stoll(SqlSession(suite_.database().Superuser()).Value("SELECT count(*) FROM " + table));
  }
};

TEST_F(WritesTest, AnIdIsTakenOnce) {
  MakeFramework();
  auto request = CreateFramework("owners/GM0677", "beleidskader-1");
  request.mutable_framework()->set_display_name("Een ander");
  const auto answer = client_.Call(&Catalogue::CreateFramework, request);
  EXPECT_TRUE(FailsWith(answer, grpc::ALREADY_EXISTS, "RESOURCE_EXISTS"));
  EXPECT_EQ(answer.error_info().metadata().at("name"), "owners/GM0677/frameworks/beleidskader-1");
  EXPECT_EQ(GetFramework("owners/GM0677/frameworks/beleidskader-1").value.display_name(), AFramework().display_name());
  EXPECT_EQ(CountOf("catalogue.history"), 1);
}

TEST_F(WritesTest, ARepeatedCreateGetsTheSameAnswerAndWritesOnce) {
  const auto request = CreateFramework("owners/GM0677", "beleidskader-1");
  const auto first = client_.Call(&Catalogue::CreateFramework, request);
  ASSERT_TRUE(IsOk(first));
  // The answer is that of then, also when the resource has changed since.
  MoveClock(absl::Hours(1));
  catalogue::v1::Framework changed = first.value;
  changed.set_display_name("Intussen gewijzigd");
  ASSERT_TRUE(IsOk(Update(changed)));
  const auto again = client_.Call(&Catalogue::CreateFramework, request);
  ASSERT_TRUE(IsOk(again));
  EXPECT_TRUE(MessageDifferencer::Equals(again.value, first.value)) << again.value.DebugString();
  EXPECT_EQ(again.revision(), first.revision());
  EXPECT_EQ(CountOf("catalogue.history"), 2);
}

TEST_F(WritesTest, ARepeatedUpdateWritesOnce) {
  catalogue::v1::Framework framework = MakeFramework();
  framework.set_display_name("Nieuwe titel");
  const auto request = UpdateOf(framework);
  const auto first = client_.Call(&Catalogue::UpdateFramework, request);
  const auto again = client_.Call(&Catalogue::UpdateFramework, request);
  ASSERT_TRUE(IsOk(again));
  EXPECT_TRUE(MessageDifferencer::Equals(again.value, first.value));
  EXPECT_EQ(CountOf("catalogue.history"), 2);
}

TEST_F(WritesTest, TheSameIdForOtherContentIsRefused) {
  auto request = CreateFramework("owners/GM0677", "beleidskader-1");
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::CreateFramework, request)));
  request.mutable_framework()->set_display_name("Iets anders");
  EXPECT_TRUE(
      FailsWith(client_.Call(&Catalogue::CreateFramework, request), grpc::INVALID_ARGUMENT, "REQUEST_ID_REUSED"));
  request.set_framework_id("beleidskader-2");
  EXPECT_TRUE(
      FailsWith(client_.Call(&Catalogue::CreateFramework, request), grpc::INVALID_ARGUMENT, "REQUEST_ID_REUSED"));
  EXPECT_EQ(CountOf("catalogue.frameworks"), 1);
}

TEST_F(WritesTest, NobodyGetsAnothersStoredAnswer) {
  const auto request = CreateFramework("owners/GM0677", "beleidskader-1");
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::CreateFramework, request)));
  const auto other = ClientOf(kOwner, "de-vries").Call(&Catalogue::CreateFramework, request);
  EXPECT_TRUE(FailsWith(other, grpc::ALREADY_EXISTS, "RESOURCE_EXISTS"));
}

TEST_F(WritesTest, ARefusedWriteDoesNotUseItsIdUp) {
  auto request = CreateGoal("owners/GM0677/frameworks/beleidskader-1", "doel-1");
  ASSERT_TRUE(FailsWith(client_.Call(&Catalogue::CreateGoal, request), grpc::FAILED_PRECONDITION, "REFERENCE_MISSING"));
  EXPECT_EQ(CountOf("catalogue.request_ids"), 0);
  MakeFramework();
  EXPECT_TRUE(IsOk(client_.Call(&Catalogue::CreateGoal, request)));
}

TEST_F(WritesTest, AnIdIsForgottenAfterADay) {
  const auto request = CreateFramework("owners/GM0677", "beleidskader-1");
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::CreateFramework, request)));
  MoveClock(absl::Hours(24) + absl::Seconds(1));
  EXPECT_TRUE(FailsWith(client_.Call(&Catalogue::CreateFramework, request), grpc::ALREADY_EXISTS, "RESOURCE_EXISTS"));
  // The next write sweeps what has expired.
  MakeActivity();
  EXPECT_EQ(CountOf("catalogue.request_ids"), 1);
}

TEST_F(WritesTest, TheSameCallFromManyThreadsWritesOnce) {
  const auto request = CreateFramework("owners/GM0677", "beleidskader-1");
  std::vector<Answer<catalogue::v1::Framework>> answers(8);
  std::vector<std::thread> threads;
  threads.reserve(answers.size());
  for (auto& answer : answers) {
    threads.emplace_back([&] { answer = client_.Call(&Catalogue::CreateFramework, request); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& answer : answers) {
    EXPECT_TRUE(IsOk(answer));
    EXPECT_TRUE(MessageDifferencer::Equals(answer.value, answers[0].value));
  }
  EXPECT_EQ(CountOf("catalogue.history"), 1);
}

TEST_F(WritesTest, AnUpdateOfAParentAndNewChildrenDoNotBlockEachOtherForEver) {
  const catalogue::v1::Framework framework = MakeFramework();
  constexpr int kRounds = 40;
  std::thread updates([&] {
    catalogue::v1::Framework update = framework;
    update.clear_etag();
    for (int i = 0; i < kRounds; ++i) {
      update.set_display_name("Titel " + std::to_string(i));
      EXPECT_TRUE(IsOk(Update(update)));
    }
  });
  std::thread creates([&] {
    for (int i = 0; i < kRounds; ++i) {
      EXPECT_TRUE(
          IsOk(client_.Call(&Catalogue::CreateGoal, CreateGoal(framework.name(), "doel-" + std::to_string(i)))));
    }
  });
  updates.join();
  creates.join();
  SqlSession session(suite_.database().Superuser());
  session.Query("SELECT pg_stat_force_next_flush()");
  EXPECT_EQ(session.Value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"), "0");
  EXPECT_EQ(GetFramework(framework.name()).revision(), 1 + 2 * kRounds);
}

}  // namespace
}  // namespace regiokompas::test
