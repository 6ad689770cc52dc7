// Raw SQL for tests that look at the database itself, beside the product's own way to it.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <vector>

namespace regiokompas::test {

// Text of every column of every row; "" for NULL.
using Rows = std::vector<std::vector<std::string>>;

// One session. Owns its connection; one thread at a time. What fails throws std::runtime_error, which fails the test.
class SqlSession {
 public:
  explicit SqlSession(const std::string& connection);

  // Runs one or more statements; the rows are those of the last one.
  Rows Query(const std::string& sql);

  // The first column of the only row.
  std::string Value(const std::string& sql);

  // The SQLSTATE with which the statement fails, or "" when it succeeds.
  std::string StateOf(const std::string& sql);

 private:
  struct Closer {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  std::unique_ptr<PGconn, Closer> connection_;
};

}  // namespace regiokompas::test
