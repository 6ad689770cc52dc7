#include <atomic>
#include <thread>

#include "tests/conformance/conformance.h"

namespace regiokompas::test {
namespace {

class ErrorsTest : public ConformanceTest {
 protected:
  catalogue::v1::GetFrameworkRequest Missing() {
    catalogue::v1::GetFrameworkRequest request;
    request.set_name("owners/GM0677/frameworks/er-is-niets");
    return request;
  }

  // The number of sessions of this test's database that wait for a lock.
  static std::string Waiting(SqlSession& session) {
    return session.Value(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()");
  }
};

TEST_F(ErrorsTest, TextsAreDutchUnlessEnglishIsAsked) {
  const auto dutch = client_.Call(&Catalogue::GetFramework, Missing());
  EXPECT_EQ(dutch.localized().locale(), "nl");
  EXPECT_EQ(dutch.localized().message(), "owners/GM0677/frameworks/er-is-niets bestaat niet");
  for (const std::string language : {"en", "en-GB", "en-US,en;q=0.9"}) {
    const auto english = client_.Language(language).Call(&Catalogue::GetFramework, Missing());
    EXPECT_EQ(english.localized().locale(), "en") << language;
    EXPECT_EQ(english.localized().message(), "owners/GM0677/frameworks/er-is-niets does not exist");
  }
  for (const std::string language : {"nl", "nl-NL,nl;q=0.9,en;q=0.8", "fy"}) {
    EXPECT_EQ(client_.Language(language).Call(&Catalogue::GetFramework, Missing()).localized().locale(), "nl")
        << language;
  }
}

TEST_F(ErrorsTest, TheMessageOfAStatusIsEnglish) {
  EXPECT_EQ(client_.Call(&Catalogue::GetFramework, Missing()).status.error_message(),
            "owners/GM0677/frameworks/er-is-niets does not exist");
}

TEST_F(ErrorsTest, TheCallersOwnIdComesBack) {
  EXPECT_EQ(
      client_.CallId("aanvraag-17").Call(&Catalogue::GetFramework, Missing()).trailers.at("regiokompas-request-id"),
      "aanvraag-17");
  // One that is not fit for a log line is replaced.
  const auto replaced = client_.CallId(std::string(65, 'x')).Call(&Catalogue::GetFramework, Missing());
  EXPECT_EQ(replaced.trailers.at("regiokompas-request-id").size(), 36u);
}

TEST_F(ErrorsTest, TokensAreRefusedWithTheirReason) {
  const auto call = [&](const std::string& token) {
    return Client(suite_.channel(), token).Call(&Catalogue::GetFramework, Missing());
  };
  EXPECT_TRUE(FailsWith(call(""), grpc::UNAUTHENTICATED, "TOKEN_MISSING"));
  EXPECT_TRUE(FailsWith(call("onzin"), grpc::UNAUTHENTICATED, "TOKEN_INVALID"));
  EXPECT_TRUE(FailsWith(call(suite_.Officer() + "A"), grpc::UNAUTHENTICATED, "TOKEN_INVALID"));
  EXPECT_TRUE(FailsWith(call(suite_.Token({{kOwner, {"policy_officer"}}}, "jansen", -absl::Seconds(1))),
                        grpc::UNAUTHENTICATED, "TOKEN_EXPIRED"));
  EXPECT_TRUE(FailsWith(call(suite_.Token({{kOwner, {"policy_officer"}}}, "jansen", absl::Minutes(30))),
                        grpc::UNAUTHENTICATED, "TOKEN_INVALID"))
      << "fifteen minutes is the longest";
  EXPECT_TRUE(FailsWith(call(suite_.Officer()), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
}

TEST_F(ErrorsTest, ATokenThatWasGoodExpires) {
  const Client client = ClientOf(kOwner);
  EXPECT_TRUE(FailsWith(client.Call(&Catalogue::GetFramework, Missing()), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  suite_.SetClock(suite_.Now() + absl::Minutes(15) - absl::Seconds(1));
  EXPECT_TRUE(FailsWith(client.Call(&Catalogue::GetFramework, Missing()), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));
  suite_.SetClock(suite_.Now() + absl::Seconds(1));
  EXPECT_TRUE(FailsWith(client.Call(&Catalogue::GetFramework, Missing()), grpc::UNAUTHENTICATED, "TOKEN_EXPIRED"));
}

TEST_F(ErrorsTest, AForbiddenOwnerIsNamed) {
  catalogue::v1::GetFrameworkRequest request;
  request.set_name("owners/GM0299/frameworks/beleidskader-1");
  const auto answer = client_.Call(&Catalogue::GetFramework, request);
  EXPECT_TRUE(FailsWith(answer, grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
  EXPECT_EQ(answer.error_info().metadata().at("owner"), "GM0299");
}

TEST_F(ErrorsTest, AManyOwnersTokenWorksForEachAndWritesOnlyWhereItMay) {
  const Client client(suite_.channel(), suite_.Token({{"GM0677", {"council_member"}}, {"GM0299", {"policy_officer"}}}));
  EXPECT_TRUE(FailsWith(client.Call(&Catalogue::CreateActivity, CreateActivity("owners/GM0677", "activiteit-1")),
                        grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
  EXPECT_TRUE(IsOk(client.Call(&Catalogue::CreateActivity, CreateActivity("owners/GM0299", "activiteit-1"))));
  catalogue::v1::ListActivitiesRequest list;
  list.set_parent("owners/GM0677");
  const auto listed = client.Call(&Catalogue::ListActivities, list);
  ASSERT_TRUE(IsOk(listed));
  EXPECT_EQ(listed.value.activities_size(), 0) << "a list is of one owner, also for who may read several";
}

TEST_F(ErrorsTest, ACallThatWaitsTooLongEnds) {
  const catalogue::v1::Framework framework = MakeFramework();
  SqlSession other(suite_.database().Superuser());
  other.Query("BEGIN; SELECT 1 FROM catalogue.frameworks FOR UPDATE");
  catalogue::v1::Framework update = framework;
  update.set_display_name("Komt er niet door");
  const auto answer =
      client_.Timeout(std::chrono::milliseconds(400)).Call(&Catalogue::UpdateFramework, UpdateOf(update));
  EXPECT_EQ(answer.code(), grpc::DEADLINE_EXCEEDED);
  // The server gives up by itself: its statement is gone, and so is what it wanted to write.
  for (int i = 0; i < 100 && Waiting(other) != "0"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(Waiting(other), "0");
  other.Query("ROLLBACK");
  client_.Timeout(std::chrono::seconds(5));
  EXPECT_EQ(GetFramework(framework.name()).value.display_name(), framework.display_name());
}

class OverloadTest : public ConformanceTest {
 protected:
  OverloadTest() : ConformanceTest({.max_connections = 1, .max_waiters = 1}) {}
};

TEST_F(OverloadTest, WhoDoesNotFitIsSentAwayAtOnce) {
  const catalogue::v1::Framework framework = MakeFramework();
  SqlSession other(suite_.database().Superuser());
  other.Query("BEGIN; SELECT 1 FROM catalogue.frameworks FOR UPDATE");
  const Client patient = ClientOf(kOwner).Timeout(std::chrono::seconds(4));
  catalogue::v1::Framework update = framework;
  update.clear_etag();
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    update.set_display_name("Wachter " + std::to_string(i));
    threads.emplace_back([&, request = UpdateOf(update)] {
      const auto answer = patient.Call(&Catalogue::UpdateFramework, request);
      if (answer.ok()) return;
      EXPECT_TRUE(FailsWith(answer, grpc::UNAVAILABLE, "OVERLOADED"));
      ++refused;
    });
  }
  // One holds the connection and one may wait for it; the others come back while it is taken.
  for (int i = 0; i < 200 && refused < 4; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_GE(refused, 4);
  other.Query("ROLLBACK");
  for (std::thread& thread : threads) thread.join();
  EXPECT_LT(refused, 6);
}

TEST_F(ErrorsTest, ADrainLetsCallsInFlightFinishAndRefusesNewOnes) {
  const catalogue::v1::Framework framework = MakeFramework();
  SqlSession other(suite_.database().Superuser());
  other.Query("BEGIN; SELECT 1 FROM catalogue.frameworks FOR UPDATE");
  catalogue::v1::Framework update = framework;
  update.set_display_name("Onderweg");
  Answer<catalogue::v1::Framework> in_flight;
  std::thread caller([&] { in_flight = client_.Call(&Catalogue::UpdateFramework, UpdateOf(update)); });
  while (Waiting(other) == "0") {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  std::thread drain([&] { suite_.host().Drain(); });
  // New calls are refused while the old one is still there.
  const Client client = ClientOf(kOwner).Timeout(std::chrono::milliseconds(500));
  bool refused = false;
  for (int i = 0; i < 200 && !refused; ++i) {
    const auto answer = client.Call(&Catalogue::GetFramework, Missing());
    refused = answer.code() == grpc::UNAVAILABLE;
    EXPECT_TRUE(refused || answer.code() == grpc::NOT_FOUND) << answer;
  }
  EXPECT_TRUE(refused);
  other.Query("ROLLBACK");
  drain.join();
  caller.join();
  EXPECT_TRUE(IsOk(in_flight));
  EXPECT_EQ(other.Value("SELECT body->>'displayName' FROM catalogue.frameworks"), "Onderweg");
}

}  // namespace
}  // namespace regiokompas::test
