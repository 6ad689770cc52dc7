#include "tests/support/sql.h"

#include <stdexcept>

namespace regiokompas::test {
namespace {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

bool Succeeded(const Result& result) {
  const ExecStatusType status = PQresultStatus(result.get());
  return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY;
}

}  // namespace

SqlSession::SqlSession(const std::string& connection) : connection_(PQconnectdb(connection.c_str())) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    throw std::runtime_error("cannot connect with '" + connection + "': " + PQerrorMessage(connection_.get()));
  }
  // Notices, such as that there was nothing to drop, are no news in a test.
  PQsetNoticeProcessor(
      connection_.get(), [](void*, const char*) {}, nullptr);
}

Rows SqlSession::Query(const std::string& sql) {
  const Result result(PQexec(connection_.get(), sql.c_str()), PQclear);
  if (!Succeeded(result)) throw std::runtime_error(sql + ": " + PQerrorMessage(connection_.get()));
  Rows rows(static_cast<size_t>(PQntuples(result.get())));
  for (size_t row = 0; row < rows.size(); ++row) {
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      rows[row].emplace_back(PQgetvalue(result.get(), static_cast<int>(row), column));
    }
  }
  return rows;
}

std::string SqlSession::Value(const std::string& sql) {
  const Rows rows = Query(sql);
  if (rows.size() != 1 || rows[0].empty()) throw std::runtime_error(sql + ": needs one row");
  return rows[0][0];
}

std::string SqlSession::StateOf(const std::string& sql) {
  const Result result(PQexec(connection_.get(), sql.c_str()), PQclear);
  if (Succeeded(result)) return "";
  const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  return state == nullptr ? "broken connection" : state;
}

}  // namespace regiokompas::test
