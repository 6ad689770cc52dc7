#include "tests/support/test_database.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "absl/strings/str_cat.h"
#include "common/base/embedded_file.h"
#include "common/base/hash.h"
#include "common/db/migrate.h"
#include "services/catalogue/catalogue_service.h"
#include "services/collaboration/collaboration_service.h"
#include "services/collaboration/reference_loader.h"
#include "services/indicator/indicator_service.h"
#include "services/intake/intake_service.h"
#include "services/progress/progress_service.h"
#include "tests/support/sql.h"

namespace regiokompas::test {
namespace {

constexpr char kBootstrap[] = REGIOKOMPAS_SOURCE_DIR "/deploy/postgres/bootstrap.sql";

struct Schema {
  std::string service;
  std::vector<EmbeddedFile> migrations;
};

std::vector<Schema> Schemas() {
  return {
      {"catalogue", catalogue::Migrations()}, {"progress", progress::Migrations()},
      {"indicator", indicator::Migrations()}, {"collaboration", collaboration::Migrations()},
      {"intake", intake::Migrations()},
  };
}

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') {
    throw std::runtime_error(
        absl::StrCat(name,
                     " is not set: run the tests with deploy/local/test, or start a server with "
                     "deploy/local/postgres start --dir DIR and export REGIOKOMPAS_TEST_POSTGRES (the "
                     "socket directory that it prints) and REGIOKOMPAS_TEST_SUPERUSER=postgres"));
  }
  return value;
}

std::string SocketDirectory() { return Environment("REGIOKOMPAS_TEST_POSTGRES"); }

std::string ConnectionOf(const std::string& database, const std::string& role) {
  return absl::StrCat("host=", SocketDirectory(), " dbname=", database, " user=", role);
}

std::string SuperuserOf(const std::string& database) {
  return ConnectionOf(database, Environment("REGIOKOMPAS_TEST_SUPERUSER"));
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Runs deploy/postgres/bootstrap.sql; it is written for psql.
void Bootstrap(const std::string& database) {
  const std::string variable = "database=" + database;
  const std::string connection = SuperuserOf("postgres");
  const std::vector<const char*> arguments = {"psql",           "-X", "-q",       "-d",   connection.c_str(), "-v",
                                              variable.c_str(), "-f", kBootstrap, nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  int status = -1;
  if (posix_spawnp(&child, "psql", &actions, nullptr, const_cast<char* const*>(arguments.data()), environ) != 0 ||
      waitpid(child, &status, 0) != child || status != 0) {
    throw std::runtime_error(absl::StrCat("psql -f ", kBootstrap, " failed with status ", status));
  }
}

collaboration::ReferenceData ReferenceDataOfProgram() {
  absl::StatusOr<collaboration::ReferenceData> data = collaboration::ReadReferenceData(collaboration::ReferenceFiles());
  if (!data.ok()) throw std::runtime_error(std::string(data.status().message()));
  return *std::move(data);
}

// The name changes with what the template is made of, so a cluster that outlives a change of the migrations is no trap.
std::string TemplateName(TestDatabase::Contents contents) {
  std::string text = ReadFile(kBootstrap);
  if (contents == TestDatabase::Contents::kMigrated) {
    for (const EmbeddedFile& file : db::SharedMigrations()) absl::StrAppend(&text, file.name, file.text);
    for (const Schema& schema : Schemas()) {
      for (const EmbeddedFile& file : schema.migrations) absl::StrAppend(&text, schema.service, file.name, file.text);
    }
    absl::StrAppend(&text, collaboration::DigestOf(ReferenceDataOfProgram()));
  }
  return absl::StrCat("regiokompas_template_", Sha256Hex(text).substr(0, 16));
}

// So that a suite, which has a database for every test, finds its reference data loaded.
void FillReferenceData(const std::string& database) {
  const FixedClock clock(absl::FromCivil(absl::CivilSecond(2026, 1, 15, 9, 0, 0), absl::UTCTimeZone()));
  db::Pool pool({.connection = ConnectionOf(database, "collaboration_app")}, [](const Call*, absl::string_view) {});
  const api::PageTokens page_tokens("", clock);
  const collaboration::CollaborationStore store(pool, page_tokens);
  const auto loaded = collaboration::LoadReferenceData(clock, pool, store, ReferenceDataOfProgram());
  if (!loaded.ok()) throw std::runtime_error(std::string(loaded.status().message()));
}

void FillTemplate(SqlSession& session, const std::string& name, TestDatabase::Contents contents) {
  // Filled under another name: a process that dies here leaves no half template behind.
  const std::string unfinished = name + "_unfinished";
  session.Query(absl::StrCat("DROP DATABASE IF EXISTS ", unfinished, " WITH (FORCE)"));
  Bootstrap(unfinished);
  if (contents == TestDatabase::Contents::kMigrated) {
    for (const Schema& schema : Schemas()) {
      const absl::Status migrated = db::Migrate(ConnectionOf(unfinished, schema.service + "_owner"), schema.service,
                                                schema.migrations, [](const std::string&) {});
      if (!migrated.ok()) throw std::runtime_error(std::string(migrated.message()));
    }
    FillReferenceData(unfinished);
  }
  session.Query(absl::StrCat("ALTER DATABASE ", unfinished, " RENAME TO ", name));
}

}  // namespace

std::vector<std::string> Services() {
  std::vector<std::string> names;
  for (const Schema& schema : Schemas()) names.push_back(schema.service);
  return names;
}

TestDatabase::TestDatabase(Contents contents) {
  static int count = 0;
  name_ = absl::StrCat("regiokompas_test_", getpid(), "_", ++count);
  const std::string template_name = TemplateName(contents);
  SqlSession session(SuperuserOf("postgres"));
  // Test processes run side by side; one of them fills the template, and a template may be copied by one at a time.
  session.Query("SELECT pg_advisory_lock(hashtext('regiokompas test template'))");
  if (session.Query(absl::StrCat("SELECT 1 FROM pg_database WHERE datname = '", template_name, "'")).empty()) {
    FillTemplate(session, template_name, contents);
  }
  session.Query(absl::StrCat("DROP DATABASE IF EXISTS ", name_, " WITH (FORCE)"));
  session.Query(absl::StrCat("CREATE DATABASE ", name_, " TEMPLATE ", template_name));
}

TestDatabase::~TestDatabase() {
  try {
    SqlSession(SuperuserOf("postgres")).Query(absl::StrCat("DROP DATABASE IF EXISTS ", name_, " WITH (FORCE)"));
  } catch (const std::exception&) {
    // A test may have stopped the server; the cluster is thrown away as a whole.
  }
}

std::string TestDatabase::App(const std::string& service) const { return ConnectionOf(name_, service + "_app"); }

std::string TestDatabase::Owner(const std::string& service) const { return ConnectionOf(name_, service + "_owner"); }

std::string TestDatabase::Feed(const std::string& service) const { return ConnectionOf(name_, service + "_feed"); }

std::string TestDatabase::Superuser() const { return SuperuserOf(name_); }

}  // namespace regiokompas::test
