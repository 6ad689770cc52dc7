// What the server asks the database for a call, as PostgreSQL logs it: the benchmark gives pgbench the same statements,
// and counts them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "tests/support/sql.h"

namespace regiokompas::load {

struct LoggedStatement {
  std::string name;                                    // of the prepared statement, else ""
  std::string sql;                                     // with $1, $2, …
  std::vector<std::optional<std::string>> parameters;  // their values, nothing for NULL
};

// Reads the log of a cluster that nobody else uses. One thread.
class StatementLog {
 public:
  // `session` is the superuser's; `file` is the server's log.
  StatementLog(test::SqlSession& session, std::string file);

  // The statements of all services during one run of `call`. Runs it until two runs in a row have as many: by then
  // every session of the server logs.
  std::vector<LoggedStatement> Of(absl::FunctionRef<void()> call);

 private:
  std::vector<LoggedStatement> Since(size_t offset) const;
  void Switch(const std::string& on_or_off);

  test::SqlSession& session_;
  const std::string file_;
};

// The statements as a script of pgbench, and the words that give its variables their values.
struct PgbenchScript {
  std::string text;
  std::vector<std::string> words;
};
PgbenchScript ToPgbench(const std::vector<LoggedStatement>& statements);

}  // namespace regiokompas::load
