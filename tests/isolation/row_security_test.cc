// The second wall: what the database itself refuses, whatever the services ask. Read from pg_catalog, so that a new
// table is tested without a line here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "tests/support/builders.h"
#include "tests/support/client.h"
#include "tests/support/sql.h"
#include "tests/support/test_suite.h"

namespace regiokompas::test {
namespace {

using testing::IsEmpty;

// Tables without an owner: the list of applied migrations and how far a feed was followed hold no data of anybody.
constexpr char kWithoutOwner[] = "'schema_migrations', 'shares_sync'";

class RowSecurityTest : public testing::Test {
 protected:
  // 'catalogue', 'progress', …
  static std::string Schemas() {
    std::vector<std::string> quoted;
    for (const std::string& service : Services()) quoted.push_back(absl::StrCat("'", service, "'"));
    return absl::StrJoin(quoted, ", ");
  }

  // What is wrong, as "schema.table" or the like: the first column of the rows.
  std::vector<std::string> Offenders(const std::string& sql) {
    std::vector<std::string> names;
    for (const auto& row : session_.Query(sql)) names.push_back(row[0]);
    return names;
  }

  // Names of the tables of a service that belong to owners.
  std::vector<std::string> Tables(const std::string& service) {
    return Offenders(absl::StrCat("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = '",
                                  service, "'::regnamespace AND relname NOT IN (", kWithoutOwner, ")"));
  }

  TestDatabase database_;
  SqlSession session_{database_.Superuser()};
};

TEST_F(RowSecurityTest, ThereAreTables) {
  for (const std::string& service : Services()) EXPECT_GE(Tables(service).size(), 5u) << service;
}

TEST_F(RowSecurityTest, EveryTableForcesIt) {
  EXPECT_THAT(
      Offenders(absl::StrCat(
          "SELECT oid::regclass FROM pg_class c WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text IN (",
          Schemas(), ") AND relname NOT IN (", kWithoutOwner,
          ") AND NOT (relrowsecurity AND relforcerowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = "
          "c.oid))")),
      IsEmpty());
}

// Policies add up: one that is wider than protect() makes it would let everybody in.
TEST_F(RowSecurityTest, EveryPolicyIsTheOneThatProtectMakes) {
  EXPECT_THAT(Offenders(absl::StrCat(
                  "SELECT tablename || '.' || policyname FROM pg_policies WHERE schemaname IN (", Schemas(),
                  ") AND policyname = 'own' AND (cmd <> 'ALL' OR qual IS DISTINCT FROM with_check OR qual IS "
                  "DISTINCT FROM '(owner_id = ( SELECT ' || schemaname || '.app_owner() AS app_owner))')")),
              IsEmpty());
}

// What share() makes reads only, and never adds to what somebody sees as the owner. Besides, services follow the feed
// of grants, and keep with a role of its own what it says; and they ask how far each owner's changes have come.
TEST_F(RowSecurityTest, OtherPoliciesAreThoseOfSharing) {
  EXPECT_THAT(
      Offenders(absl::StrCat(
          "SELECT tablename || '.' || policyname FROM pg_policies WHERE schemaname IN (", Schemas(),
          ") AND policyname <> 'own' AND NOT coalesce("
          "policyname = 'shared' AND cmd = 'SELECT' AND qual LIKE '((( SELECT ' || schemaname || "
          "'.app_owner() AS app_owner) IS NULL) AND %' "
          "OR policyname = 'received' AND cmd = 'SELECT' AND tablename = 'shares' AND qual LIKE '(receiver = ANY (( "
          "SELECT ' || schemaname || '.app_receivers() %' "
          "OR policyname = 'feed' AND cmd = 'ALL' AND tablename IN ('shares', 'feed_positions') AND roles = "
          "ARRAY[schemaname || '_feed']::name[] "
          "OR policyname = 'feed' AND cmd = 'SELECT' AND (tablename = 'change_heads' OR schemaname = 'collaboration' "
          "AND tablename IN ('changes', 'grants')) AND qual = '( SELECT ' || schemaname || '.app_feed() AS app_feed)', "
          "false)")),
      IsEmpty());
}

TEST_F(RowSecurityTest, PoliciesHoldForWritesToo) {
  EXPECT_THAT(
      Offenders(absl::StrCat("SELECT polrelid::regclass FROM pg_policy JOIN pg_class c ON c.oid = polrelid WHERE "
                             "relnamespace::regnamespace::text IN (",
                             Schemas(), ") AND polcmd IN ('*', 'a', 'w') AND polwithcheck IS NULL")),
      IsEmpty());
}

TEST_F(RowSecurityTest, PrimaryKeysStartWithTheOwner) {
  EXPECT_THAT(
      Offenders(absl::StrCat(
          "SELECT c.oid::regclass FROM pg_class c WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text IN "
          "(",
          Schemas(), ") AND relname NOT IN (", kWithoutOwner,
          ") AND NOT EXISTS (SELECT FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = "
          "k.conkey[1] WHERE k.conrelid = c.oid AND k.contype = 'p' AND a.attname = 'owner_id')")),
      IsEmpty());
}

TEST_F(RowSecurityTest, OwnersAreNeverNull) {
  EXPECT_THAT(
      Offenders(absl::StrCat("SELECT attrelid::regclass FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE "
                             "relkind IN ('r', 'p') AND relnamespace::regnamespace::text IN (",
                             Schemas(), ") AND attname = 'owner_id' AND NOT attnotnull")),
      IsEmpty());
}

// A unique key that spans owners would tell one owner what another has.
TEST_F(RowSecurityTest, UniqueIndexesStartWithTheOwner) {
  EXPECT_THAT(Offenders(absl::StrCat(
                  "SELECT indexrelid::regclass FROM pg_index i JOIN pg_class c ON c.oid = indrelid LEFT JOIN "
                  "pg_attribute a ON a.attrelid = indrelid AND a.attnum = i.indkey[0] WHERE (indisunique OR "
                  "indisexclusion) AND relnamespace::regnamespace::text IN (",
                  Schemas(), ") AND relname NOT IN (", kWithoutOwner, ") AND a.attname IS DISTINCT FROM 'owner_id'")),
              IsEmpty());
}

TEST_F(RowSecurityTest, ForeignKeysStayWithinAnOwner) {
  const std::string pairs =
      "SELECT FROM unnest(k.conkey, k.confkey) AS pair(own, other) JOIN pg_attribute a ON a.attrelid = k.conrelid AND "
      "a.attnum "
      "= pair.own JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = pair.other WHERE a.attname = "
      "'owner_id' AND "
      "b.attname = 'owner_id'";
  EXPECT_THAT(
      Offenders(absl::StrCat("SELECT conrelid::regclass || ' ' || conname FROM pg_constraint k WHERE contype = 'f' AND "
                             "connamespace::regnamespace::text IN (",
                             Schemas(), ") AND NOT EXISTS (", pairs, ")")),
      IsEmpty());
  EXPECT_NE(session_.Value("SELECT count(*) FROM pg_constraint WHERE contype = 'f'"), "0");
}

TEST_F(RowSecurityTest, NothingRunsWithOthersRights) {
  EXPECT_THAT(Offenders(absl::StrCat("SELECT oid::regprocedure FROM pg_proc WHERE prosecdef AND "
                                     "pronamespace::regnamespace::text IN (",
                                     Schemas(), ")")),
              IsEmpty());
  EXPECT_THAT(
      Offenders(absl::StrCat("SELECT oid::regclass FROM pg_class WHERE relkind IN ('v', 'm') AND "
                             "relnamespace::regnamespace::text IN (",
                             Schemas(), ") AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)")),
      IsEmpty());
}

TEST_F(RowSecurityTest, AppRolesOwnNothingAndHaveNoPowers) {
  for (const std::string& service : Services()) {
    const std::string app = service + "_app";
    EXPECT_THAT(
        session_.Query(absl::StrCat(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = '",
            app, "'")),
        testing::ElementsAre(testing::ElementsAre("f", "f", "f", "f", "f")))
        << app;
    EXPECT_EQ(
        session_.Value(absl::StrCat("SELECT count(*) FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND "
                                    "deptype = 'o' AND refobjid = '",
                                    app, "'::regrole")),
        "0")
        << app;
    EXPECT_EQ(session_.Value(absl::StrCat("SELECT count(*) FROM pg_auth_members WHERE member = '", app, "'::regrole")),
              "0")
        << app << " has the rights of another role";
    EXPECT_EQ(session_.Value(absl::StrCat("SELECT has_schema_privilege('", app, "', '", service, "', 'CREATE')")), "f")
        << app;
  }
}

TEST_F(RowSecurityTest, AppRolesSeeTheirOwnSchemaOnly) {
  for (const std::string& service : Services()) {
    for (const std::string& other : Services()) {
      EXPECT_EQ(
          session_.Value(absl::StrCat("SELECT has_schema_privilege('", service, "_app', '", other, "', 'USAGE')")),
          service == other ? "t" : "f")
          << service << " in " << other;
    }
  }
}

TEST_F(RowSecurityTest, TheOwnerRoleIsBlindToo) {
  for (const std::string& service : Services()) {
    EXPECT_EQ(session_.Value(
                  absl::StrCat("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = '", service, "_owner'")),
              "f")
        << service;
  }
}

// With rows of two owners in the tables, made through the services.
class FilledRowSecurityTest : public testing::Test {
 protected:
  FilledRowSecurityTest() {
    for (const char* owner : {kOwner, kOtherOwner}) {
      const Client client(suite_.channel(), suite_.Officer(owner));
      const std::string parent = OwnerName(owner);
      Keep(client.Call(&catalogue::v1::CatalogueService::Stub::CreateFramework, CreateFramework(parent, "kader-1")));
      Keep(client.Call(&catalogue::v1::CatalogueService::Stub::CreateGoal,
                       CreateGoal(parent + "/frameworks/kader-1", "doel-1")));
      Keep(client.Call(&catalogue::v1::CatalogueService::Stub::CreateActivity, CreateActivity(parent, "activiteit-1")));
      Keep(client.Call(&progress::v1::ProgressService::Stub::CreateReportingCycle, CreateCycle(parent, "vgr-1")));
      Keep(client.Call(&progress::v1::ProgressService::Stub::CreateStatusMapping,
                       CreateMapping(parent, "woorden-1", "Loopt", progress::v1::STATUS_ON_TRACK)));
      Keep(client.Call(&progress::v1::ProgressService::Stub::BatchCreateStatusReports,
                       BatchOfReports(parent + "/cycles/vgr-1", {AReport(parent + "/activities/activiteit-1")})));
      const std::string indicator = parent + "/indicators/indicator-1";
      Keep(client.Call(&indicator::v1::IndicatorService::Stub::BatchCreateIndicators, BatchOfIndicators(parent, 1)));
      Keep(client.Call(&indicator::v1::IndicatorService::Stub::BatchCreateTargets,
                       BatchOfTargets(indicator, {ATarget()})));
      Keep(client.Call(&indicator::v1::IndicatorService::Stub::BatchCreateMeasurements,
                       BatchOfMeasurements(indicator, {AMeasurement()})));
    }
  }

  static void Keep(const Outcome& outcome) { EXPECT_TRUE(IsOk(outcome)); }

  // The number that a count gives; 0 for a table that the role may not even look at.
  static std::string Count(SqlSession& session, const std::string& sql) {
    return session.StateOf(sql) == "42501" ? "0" : session.Value(sql);
  }

  // Owned tables of a service with the number of rows that the superuser sees.
  Rows TablesOf(const std::string& service) {
    Rows tables =
        session_.Query(absl::StrCat("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = '",
                                    service, "'::regnamespace AND relname NOT IN (", kWithoutOwner, ")"));
    for (auto& table : tables) {
      table.push_back(session_.Value(absl::StrCat("SELECT count(*) FROM ", service, ".", table[0])));
    }
    return tables;
  }

  TestSuite suite_;
  SqlSession session_{suite_.database().Superuser()};
};

TEST_F(FilledRowSecurityTest, WithoutAnOwnerThereIsNothing) {
  int filled = 0;
  for (const std::string& service : Services()) {
    for (const std::string& role : {suite_.database().App(service), suite_.database().Owner(service)}) {
      SqlSession session(role);
      for (const auto& table : TablesOf(service)) {
        filled += table[1] != "0" ? 1 : 0;
        EXPECT_EQ(Count(session, "SELECT count(*) FROM " + table[0]), "0") << role << " " << table[0];
      }
      // Once set and ended, a custom setting reads as an empty text, not as NULL.
      session.Query("BEGIN; SELECT set_config('app.owner', 'GM0677', true); COMMIT");
      for (const auto& table : TablesOf(service)) {
        EXPECT_EQ(Count(session, "SELECT count(*) FROM " + table[0]), "0") << role << " " << table[0] << " afterwards";
      }
    }
  }
  EXPECT_GE(filled, 18);
}

TEST_F(FilledRowSecurityTest, AnOwnerSeesItsOwnRowsOnly) {
  int seen = 0;
  for (const std::string& service : Services()) {
    SqlSession app(suite_.database().App(service));
    app.Query("SELECT set_config('app.owner', 'GM0677', false)");
    for (const auto& table : TablesOf(service)) {
      EXPECT_EQ(Count(app, "SELECT count(*) FROM " + table[0] + " WHERE owner_id <> 'GM0677'"), "0") << table[0];
      const std::string own = Count(app, "SELECT count(*) FROM " + table[0]);
      EXPECT_EQ(own, session_.Value(
                         absl::StrCat("SELECT count(*) FROM ", service, ".", table[0], " WHERE owner_id = 'GM0677'")));
      seen += own != "0" ? 1 : 0;
    }
  }
  EXPECT_GE(seen, 9);
}

TEST_F(FilledRowSecurityTest, ForeignRowsCannotBeWritten) {
  SqlSession app(suite_.database().App("catalogue"));
  app.Query("SELECT set_config('app.owner', 'GM0677', false)");
  EXPECT_EQ(app.StateOf("INSERT INTO change_heads VALUES ('GM1916', 1, now())"), "42501");
  EXPECT_EQ(app.StateOf("UPDATE activities SET owner_id = 'GM0299'"), "42501");
  EXPECT_EQ(app.StateOf(
                "INSERT INTO activities SELECT 'GM0299', 'gestolen', ordinal, version, create_time, update_time, body "
                "FROM activities"),
            "42501");
  app.Query("UPDATE activities SET ordinal = 77 WHERE owner_id = 'GM0299'");
  app.Query("DELETE FROM activities WHERE owner_id = 'GM0299'");
  EXPECT_EQ(session_.Value("SELECT ordinal FROM catalogue.activities WHERE owner_id = 'GM0299'"), "0");
}

}  // namespace
}  // namespace regiokompas::test
