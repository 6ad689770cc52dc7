#include <atomic>
#include <thread>

#include "tests/conformance/conformance.h"

namespace regiokompas::test {
namespace {

class HistoryTest : public ConformanceTest {
 protected:
  SqlSession session_{suite_.database().Superuser()};
};

TEST_F(HistoryTest, EveryVersionIsKeptWithWhoMadeItAndHow) {
  catalogue::v1::Framework framework = MakeFramework();
  MoveClock(absl::Minutes(1));
  framework.set_display_name("Tweede");
  ASSERT_TRUE(IsOk(ClientOf(kOwner, "de-vries").Call(&Catalogue::UpdateFramework, UpdateOf(framework))));
  MoveClock(absl::Minutes(1));
  framework.clear_etag();
  framework.set_display_name("Derde");
  ASSERT_TRUE(IsOk(Update(framework)));

  const Rows rows = session_.Query(
      "SELECT owner_id, kind, resource, version, principal, method, body->>'displayName', to_char(change_time AT TIME "
      "ZONE "
      "'UTC', 'HH24:MI') FROM catalogue.history ORDER BY version");
  const std::string name = framework.name();
  const std::string service = "regiokompas.catalogue.v1.CatalogueService/";
  EXPECT_THAT(rows, testing::ElementsAre(
                        testing::ElementsAre("GM0677", "framework", name, "1", "test:jansen",
                                             service + "CreateFramework", AFramework().display_name(), "10:00"),
                        testing::ElementsAre("GM0677", "framework", name, "2", "test:de-vries",
                                             service + "UpdateFramework", "Tweede", "10:01"),
                        testing::ElementsAre("GM0677", "framework", name, "3", "test:jansen",
                                             service + "UpdateFramework", "Derde", "10:02")));
}

TEST_F(HistoryTest, ManyWritersLeaveNoGapsAndNoDoubles) {
  constexpr int kWriters = 8;
  constexpr int kRounds = 12;
  const std::string shared = MakeFramework().name();
  std::atomic<int> updated = 0;
  std::vector<std::thread> writers;
  writers.reserve(kWriters);
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      const std::string subject = "schrijver-" + std::to_string(writer);
      const Client client = ClientOf(kOwner, subject);
      for (int round = 0; round < kRounds; ++round) {
        const std::string id = subject + "-" + std::to_string(round);
        EXPECT_TRUE(IsOk(client.Call(&Catalogue::CreateActivity, CreateActivity("owners/GM0677", id))));
        catalogue::v1::Framework framework;
        framework.set_name(shared);
        framework.set_display_name(id);
        const auto answer = client.Call(&Catalogue::UpdateFramework, UpdateOf(framework));
        EXPECT_TRUE(IsOk(answer));
        if (answer.ok()) ++updated;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  ASSERT_EQ(updated, kWriters * kRounds);

  const std::string writes = std::to_string(1 + 2 * kWriters * kRounds);
  EXPECT_EQ(session_.Value("SELECT sequence FROM catalogue.change_heads WHERE owner_id = 'GM0677'"), writes);
  EXPECT_EQ(session_.Value(
                "SELECT count(*) || ' ' || count(DISTINCT sequence) || ' ' || min(sequence) || ' ' || max(sequence) "
                "FROM catalogue.changes WHERE owner_id = 'GM0677'"),
            writes + " " + writes + " 1 " + writes);
  // The versions of each resource are 1 … n, each with one change, in the order of the sequence.
  EXPECT_EQ(
      session_.Value("SELECT count(*) FROM (SELECT resource FROM catalogue.history GROUP BY owner_id, kind, resource "
                     "HAVING min(version) <> 1 OR max(version) <> count(*)) broken"),
      "0");
  EXPECT_EQ(session_.Value(
                "SELECT count(*) FROM catalogue.history FULL JOIN catalogue.changes USING (owner_id, kind, resource, "
                "version) WHERE principal IS NULL OR sequence IS NULL"),
            "0");
  EXPECT_EQ(session_.Value(
                "SELECT count(*) FROM (SELECT version - lag(version) OVER (PARTITION BY resource ORDER BY sequence) "
                "AS step FROM catalogue.changes) steps WHERE step <> 1"),
            "0");
  EXPECT_EQ(GetFramework(shared).value.etag(), "\"v" + std::to_string(1 + kWriters * kRounds) + "\"");
  // What is current is the last version of the history.
  EXPECT_EQ(session_.Value(
                "SELECT f.body = h.body AND f.version = h.version FROM catalogue.frameworks f, catalogue.history h "
                "WHERE h.kind = 'framework' ORDER BY h.version DESC LIMIT 1"),
            "t");
}

TEST_F(HistoryTest, ARefusedWriteLeavesNoTrace) {
  EXPECT_TRUE(
      FailsWith(client_.Call(&Catalogue::CreateGoal, CreateGoal("owners/GM0677/frameworks/er-is-niets", "doel-1")),
                grpc::FAILED_PRECONDITION, "REFERENCE_MISSING"));
  for (const std::string table : {"history", "changes", "change_heads", "goals", "request_ids"}) {
    EXPECT_EQ(session_.Value("SELECT count(*) FROM catalogue." + table), "0") << table;
  }
}

TEST_F(HistoryTest, TheAppRoleCanAddToItButNotAlterIt) {
  MakeFramework();
  ASSERT_TRUE(IsOk(client_.Call(&Progress::CreateReportingCycle, CreateCycle("owners/GM0677", "vgr-1"))));
  for (const std::string& service : Services()) {
    SqlSession app(suite_.database().App(service));
    app.Query("SELECT set_config('app.owner', 'GM0677', false)");
    for (const std::string table : {"history", "changes"}) {
      EXPECT_EQ(app.StateOf("UPDATE " + table + " SET version = 7"), "42501") << service << " " << table;
      EXPECT_EQ(app.StateOf("DELETE FROM " + table), "42501") << service << " " << table;
      EXPECT_EQ(app.StateOf("TRUNCATE " + table), "42501") << service << " " << table;
    }
    EXPECT_EQ(app.StateOf("DELETE FROM change_heads"), "42501") << service;
    EXPECT_EQ(app.StateOf("DELETE FROM schema_migrations"), "42501") << service;
    EXPECT_EQ(app.StateOf("UPDATE schema_migrations SET checksum = ''"), "42501") << service;
  }
}

}  // namespace
}  // namespace regiokompas::test
