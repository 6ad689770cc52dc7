#include "tests/load/statements.h"

#include <re2/re2.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <stdexcept>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace regiokompas::load {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);

}  // namespace

StatementLog::StatementLog(test::SqlSession& session, std::string file) : session_(session), file_(std::move(file)) {}

void StatementLog::Switch(const std::string& on_or_off) {
  session_.Query("ALTER SYSTEM SET log_statement = " + on_or_off);
  session_.Query("SELECT pg_reload_conf()");
}

// What the server does beside calls is left out: statements outside of a transaction, with which it asks how the
// database is, and what it answers to those who follow the feed.
std::vector<LoggedStatement> StatementLog::Since(size_t offset) const {
  std::ifstream file(file_);
  file.seekg(static_cast<std::streamoff>(offset));
  std::vector<LoggedStatement> finished;
  std::map<std::string, std::vector<LoggedStatement>> open;  // by session
  static const RE2 kLine(
      R"(\S+ \S+ \S+ \[(\d+)\] \w+_app@\w+ (LOG:  statement|LOG:  execute|DETAIL:  parameters)(?: (\S+))?: (.*))");
  static const RE2 kValue(R"(\$\d+ = (?:('(?:[^']|'')*')|NULL))");
  for (std::string line; std::getline(file, line);) {
    std::string session, kind, name, text;
    if (!RE2::FullMatch(line, kLine, &session, &kind, &name, &text)) continue;
    if (absl::StartsWith(text, "BEGIN")) open[session] = {};
    if (open.count(session) == 0) continue;
    std::vector<LoggedStatement>& transaction = open[session];
    if (absl::StartsWith(kind, "DETAIL")) {
      re2::StringPiece rest(text);
      for (std::string quoted; !transaction.empty() && RE2::FindAndConsume(&rest, kValue, &quoted);) {
        std::optional<std::string>& value = transaction.back().parameters.emplace_back();
        if (!quoted.empty()) value = absl::StrReplaceAll(quoted.substr(1, quoted.size() - 2), {{"''", "'"}});
      }
      continue;
    }
    transaction.push_back({name, text, {}});
    if (!absl::StartsWith(text, "COMMIT") && !absl::StartsWith(text, "ROLLBACK")) continue;
    const bool of_feed = std::any_of(transaction.begin(), transaction.end(), [](const LoggedStatement& statement) {
      return absl::StartsWith(statement.name, "feed.");
    });
    if (!of_feed) finished.insert(finished.end(), transaction.begin(), transaction.end());
    open.erase(session);
  }
  return finished;
}

std::vector<LoggedStatement> StatementLog::Of(absl::FunctionRef<void()> call) {
  Switch("'all'");
  std::vector<LoggedStatement> before, statements;
  const absl::Time give_up = absl::Now() + kPatience;
  do {
    if (absl::Now() > give_up) throw std::runtime_error("the statements of a call do not settle in " + file_);
    before = std::move(statements);
    const auto size = static_cast<size_t>(std::ifstream(file_, std::ios::ate).tellg());
    call();
    statements = Since(size);
  } while (statements.empty() || statements.size() != before.size());
  Switch("'none'");
  return statements;
}

PgbenchScript ToPgbench(const std::vector<LoggedStatement>& statements) {
  PgbenchScript script;
  for (size_t i = 0; i < statements.size(); ++i) {
    std::string sql = statements[i].sql;
    // From the last to the first, so that $1 does not take the beginning of $10.
    for (size_t p = statements[i].parameters.size(); p > 0; --p) {
      const std::optional<std::string>& value = statements[i].parameters[p - 1];
      const std::string variable = absl::StrCat("s", i, "p", p);
      // Variables of pgbench are never empty.
      const std::string text = !value ? "NULL" : value->empty() ? "''" : ":" + variable;
      absl::StrReplaceAll({{absl::StrCat("$", p), text}}, &sql);
      if (!value || value->empty()) continue;
      script.words.push_back("-D");
      script.words.push_back(absl::StrCat(variable, "=", *value));
    }
    absl::StrAppend(&script.text, absl::StripSuffix(sql, ";"), ";\n");
  }
  return script;
}

}  // namespace regiokompas::load
