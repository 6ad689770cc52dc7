#include "common/db/migrate.h"

#include <map>
#include <pqxx/pqxx>

#include "absl/strings/str_cat.h"
#include "common/base/errors.h"
#include "common/base/hash.h"

namespace regiokompas::db {
namespace {

struct Step {
  std::string set;  // "shared" or the service's own
  const EmbeddedFile* file;
};

constexpr errors::Kind kChanged{absl::StatusCode::kFailedPrecondition, "MIGRATION_CHANGED",
                                "migration {migration} was changed after it had been applied",
                                "migratie {migration} is gewijzigd nadat zij was toegepast"};
constexpr errors::Kind kNotMigrated{absl::StatusCode::kFailedPrecondition, "SCHEMA_NOT_MIGRATED",
                                    "schema {schema} lacks migration {migration}: run 'regiokompas migrate' first",
                                    "schema {schema} mist migratie {migration}: voer eerst 'regiokompas migrate' uit"};
constexpr errors::Kind kUnreachable{absl::StatusCode::kUnavailable, "DATABASE_UNREACHABLE",
                                    "cannot work on schema {schema}: {why}", "kan niet bij schema {schema}: {why}"};

// libpq explains itself over several lines; the first says what happened.
absl::Status Unreachable(const std::string& schema, const std::exception& error) {
  const std::string why = error.what();
  return errors::Make(kUnreachable, {{"schema", schema}, {"why", why.substr(0, why.find('\n'))}});
}

std::vector<Step> Steps(const std::vector<EmbeddedFile>& shared, const std::vector<EmbeddedFile>& own) {
  std::vector<Step> steps;
  for (const EmbeddedFile& file : shared) steps.push_back({"shared", &file});
  for (const EmbeddedFile& file : own) steps.push_back({"service", &file});
  return steps;
}

std::map<std::string, std::string> Applied(pqxx::transaction_base& transaction) {
  std::map<std::string, std::string> checksums;
  for (const auto& row : transaction.exec("SELECT set_name || '/' || file_name, checksum FROM schema_migrations")) {
    checksums[row[0].as<std::string>()] = row[1].as<std::string>();
  }
  return checksums;
}

std::string KeyOf(const Step& step) { return absl::StrCat(step.set, "/", step.file->name); }

void UseSchema(pqxx::transaction_base& transaction, const std::string& schema) {
  transaction.exec(absl::StrCat("SET LOCAL search_path = ", transaction.quote_name(schema), ", public"));
}

absl::Status Changed(const Step& step) { return errors::Make(kChanged, {{"migration", KeyOf(step)}}); }

}  // namespace

absl::Status Migrate(const std::string& connection, const std::string& schema,
                     const std::vector<EmbeddedFile>& migrations,
                     const std::function<void(const std::string&)>& report) {
  const std::vector<EmbeddedFile> shared = SharedMigrations();
  try {
    pqxx::connection session(connection);
    {
      pqxx::work setup(session);
      UseSchema(setup, schema);
      // Two migrations at once wait for each other here.
      setup.exec("SELECT pg_advisory_xact_lock(hashtext('regiokompas.migrate'))");
      setup.exec(
          "CREATE TABLE IF NOT EXISTS schema_migrations (set_name text, file_name text, checksum text NOT NULL, "
          "apply_time timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (set_name, file_name))");
      setup.commit();
    }
    for (const Step& step : Steps(shared, migrations)) {
      pqxx::work transaction(session);
      UseSchema(transaction, schema);
      transaction.exec("SELECT pg_advisory_xact_lock(hashtext('regiokompas.migrate'))");
      const auto applied = Applied(transaction);
      const std::string checksum = Sha256Hex(step.file->text);
      if (auto found = applied.find(KeyOf(step)); found != applied.end()) {
        if (found->second != checksum) return Changed(step);
        continue;
      }
      transaction.exec("SET LOCAL lock_timeout = '5s'");
      transaction.exec(step.file->text);
      transaction.exec_params("INSERT INTO schema_migrations (set_name, file_name, checksum) VALUES ($1, $2, $3)",
                              step.set, step.file->name, checksum);
      transaction.commit();
      report(absl::StrCat(schema, ": ", KeyOf(step)));
    }
  } catch (const std::exception& error) {
    return Unreachable(schema, error);
  }
  return absl::OkStatus();
}

absl::Status CheckMigrated(const std::string& connection, const std::string& schema,
                           const std::vector<EmbeddedFile>& migrations) {
  const std::vector<EmbeddedFile> shared = SharedMigrations();
  try {
    pqxx::connection session(connection);
    pqxx::read_transaction transaction(session);
    UseSchema(transaction, schema);
    const auto present = transaction.exec1("SELECT to_regclass('schema_migrations') IS NOT NULL");
    if (!present[0].as<bool>()) {
      return errors::Make(kNotMigrated, {{"schema", schema}, {"migration", KeyOf(Steps(shared, migrations).front())}});
    }
    const auto applied = Applied(transaction);
    for (const Step& step : Steps(shared, migrations)) {
      const auto found = applied.find(KeyOf(step));
      if (found == applied.end()) {
        return errors::Make(kNotMigrated, {{"schema", schema}, {"migration", KeyOf(step)}});
      }
      if (found->second != Sha256Hex(step.file->text)) return Changed(step);
    }
  } catch (const std::exception& error) {
    return Unreachable(schema, error);
  }
  return absl::OkStatus();
}

}  // namespace regiokompas::db
