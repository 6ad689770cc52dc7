// A database of one test in the cluster that deploy/local/test starts.
#pragma once

#include <string>
#include <vector>

namespace regiokompas::test {

// The services whose schemas are migrated.
std::vector<std::string> Services();

// Made from a template that the first test of a cluster fills (roles and schemas by deploy/postgres/bootstrap.sql,
// tables by the services' migrations); later tests copy it. Dropped at the end. Not thread-safe; make it before gRPC
// starts, because filling the template runs psql. Throws std::runtime_error, which fails the test, when there is no
// cluster.
class TestDatabase {
 public:
  enum class Contents { kMigrated, kEmptySchemas };
  explicit TestDatabase(Contents contents = Contents::kMigrated);
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  // libpq connection strings of the roles of a service, and of the cluster's superuser.
  std::string App(const std::string& service) const;
  std::string Owner(const std::string& service) const;
  std::string Feed(const std::string& service) const;
  std::string Superuser() const;

 private:
  std::string name_;
};

}  // namespace regiokompas::test
