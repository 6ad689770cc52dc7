#include "common/db/migrate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/support/sql.h"
#include "tests/support/test_database.h"

namespace regiokompas::db {
namespace {

using test::SqlSession;
using test::TestDatabase;
using testing::ElementsAre;
using testing::HasSubstr;

class MigrateTest : public testing::Test {
 protected:
  absl::Status Run(const std::vector<EmbeddedFile>& migrations) {
    reports_.clear();
    return Migrate(owner_, "catalogue", migrations, [this](const std::string& report) { reports_.push_back(report); });
  }

  absl::Status Check(const std::vector<EmbeddedFile>& migrations) {
    return CheckMigrated(database_.App("catalogue"), "catalogue", migrations);
  }

  static EmbeddedFile First() {
    return {"0001_things.sql", "CREATE TABLE things (owner_id text); CALL protect('things');"};
  }
  static EmbeddedFile Second() { return {"0002_more.sql", "ALTER TABLE things ADD COLUMN number integer;"}; }

  TestDatabase database_{TestDatabase::Contents::kEmptySchemas};
  const std::string owner_ = database_.Owner("catalogue");
  SqlSession session_{database_.Superuser()};
  std::vector<std::string> reports_;
};

TEST_F(MigrateTest, AppliesTheSharedOnesFirstAndEachOnce) {
  ASSERT_TRUE(Run({First()}).ok());
  std::vector<std::string> all;
  for (const EmbeddedFile& file : SharedMigrations()) all.push_back("catalogue: shared/" + file.name);
  ASSERT_THAT(all, testing::IsSupersetOf({"catalogue: shared/0001_shared.sql", "catalogue: shared/0003_dropped.sql"}));
  all.push_back("catalogue: service/0001_things.sql");
  EXPECT_EQ(reports_, all);
  ASSERT_TRUE(Run({First()}).ok());
  EXPECT_THAT(reports_, ElementsAre());
  ASSERT_TRUE(Run({First(), Second()}).ok());
  EXPECT_THAT(reports_, ElementsAre("catalogue: service/0002_more.sql"));
  EXPECT_EQ(session_.Value("SELECT count(*) FROM catalogue.schema_migrations"),
            absl::StrCat(SharedMigrations().size() + 2));
  EXPECT_EQ(session_.Value("SELECT relforcerowsecurity FROM pg_class WHERE oid = 'catalogue.things'::regclass"), "t");
}

TEST_F(MigrateTest, TwoAtOnceApplyEachMigrationOnce) {
  absl::Status statuses[2];
  std::atomic<int> applied = 0;
  std::vector<std::thread> threads;
  for (absl::Status& status : statuses) {
    threads.emplace_back([&] {
      status = Migrate(owner_, "catalogue", {First(), Second()}, [&](const std::string&) { ++applied; });
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(statuses[0], absl::OkStatus());
  EXPECT_EQ(statuses[1], absl::OkStatus());
  EXPECT_EQ(applied, static_cast<int>(SharedMigrations().size()) + 2);
}

TEST_F(MigrateTest, SchemasAreIndependent) {
  ASSERT_TRUE(Run({First()}).ok());
  EXPECT_EQ(Migrate(database_.Owner("progress"), "progress", {First()}, [](const std::string&) {}), absl::OkStatus());
  EXPECT_EQ(session_.Value("SELECT count(*) FROM progress.schema_migrations"),
            absl::StrCat(SharedMigrations().size() + 1));
}

TEST_F(MigrateTest, AChangedMigrationIsRefused) {
  ASSERT_TRUE(Run({First(), Second()}).ok());
  EmbeddedFile changed = First();
  changed.text += " ";
  for (const absl::Status& status : {Run({changed, Second()}), Check({changed, Second()})}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(status.message()), HasSubstr("service/0001_things.sql was changed"));
  }
}

TEST_F(MigrateTest, AFailedMigrationLeavesNothingAndCanBeMended) {
  const EmbeddedFile broken{"0002_more.sql", "CREATE TABLE half (owner_id text); SELECT * FROM er_is_niets;"};
  const absl::Status status = Run({First(), broken});
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()), HasSubstr("er_is_niets"));
  EXPECT_EQ(session_.Value("SELECT to_regclass('catalogue.half') IS NULL"), "t");
  EXPECT_EQ(session_.Value("SELECT to_regclass('catalogue.things') IS NOT NULL"), "t") << "what went before stays";
  EXPECT_EQ(Run({First(), Second()}), absl::OkStatus());
}

TEST_F(MigrateTest, AServiceStartsOnItsOwnSchemaOnly) {
  const absl::Status empty = Check({First()});
  EXPECT_EQ(empty.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(empty.message()), HasSubstr("run 'regiokompas migrate' first"));
  ASSERT_TRUE(Run({First()}).ok());
  EXPECT_EQ(Check({First()}), absl::OkStatus());
  const absl::Status behind = Check({First(), Second()});
  EXPECT_EQ(behind.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(behind.message()), HasSubstr("lacks migration service/0002_more.sql"));
}

TEST_F(MigrateTest, WithoutADatabaseItIsUnavailable) {
  EXPECT_EQ(CheckMigrated("host=/nergens user=catalogue_app", "catalogue", {}).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Migrate("host=/nergens user=catalogue_owner", "catalogue", {}, [](const std::string&) {}).code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(MigrateTest, TheAppRoleCannotMigrate) {
  EXPECT_FALSE(Migrate(database_.App("catalogue"), "catalogue", {First()}, [](const std::string&) {}).ok());
  EXPECT_EQ(session_.Value("SELECT count(*) FROM pg_class WHERE relnamespace = 'catalogue'::regnamespace"), "0");
}

}  // namespace
}  // namespace regiokompas::db
