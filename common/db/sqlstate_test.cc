#include "common/db/sqlstate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pqxx/pqxx>

#include "common/base/errors.h"

namespace regiokompas::db {
namespace {

Failure OfState(const char* state, bool deadline_passed = false) {
  return Translate(pqxx::sql_error("the text of the server", "SELECT 1", state), deadline_passed);
}

TEST(SqlstateTest, EveryStateHasItsReason) {
  struct Case {
    const char* state;
    absl::StatusCode code;
    const char* reason;
    bool retry;
    bool broken;
  };
  const Case cases[] = {
      {"23505", absl::StatusCode::kAlreadyExists, "RESOURCE_EXISTS", false, false},
      {"23503", absl::StatusCode::kFailedPrecondition, "REFERENCE_MISSING", false, false},
      {"23502", absl::StatusCode::kInternal, "INTERNAL", false, false},
      {"23514", absl::StatusCode::kInternal, "INTERNAL", false, false},
      {"40001", absl::StatusCode::kAborted, "CONFLICT", true, false},
      {"40P01", absl::StatusCode::kAborted, "CONFLICT", true, false},
      {"55P03", absl::StatusCode::kAborted, "CONFLICT", false, false},
      {"42501", absl::StatusCode::kPermissionDenied, "OWNER_FORBIDDEN", false, false},
      {"53300", absl::StatusCode::kUnavailable, "OVERLOADED", false, true},
      {"57P01", absl::StatusCode::kUnavailable, "UNAVAILABLE", false, true},
      {"57P03", absl::StatusCode::kUnavailable, "UNAVAILABLE", false, true},
      {"08006", absl::StatusCode::kUnavailable, "UNAVAILABLE", false, true},
      {"", absl::StatusCode::kUnavailable, "UNAVAILABLE", false, true},
      {"42601", absl::StatusCode::kInternal, "INTERNAL", false, false},
  };
  for (const Case& test_case : cases) {
    const Failure failure = OfState(test_case.state);
    EXPECT_EQ(failure.status.code(), test_case.code) << test_case.state;
    EXPECT_EQ(errors::ReasonOf(failure.status), test_case.reason) << test_case.state;
    EXPECT_EQ(failure.retry, test_case.retry) << test_case.state;
    EXPECT_EQ(failure.broken, test_case.broken) << test_case.state;
    EXPECT_THAT(std::string(failure.status.message()), testing::Not(testing::HasSubstr("text of the server")));
  }
}

TEST(SqlstateTest, ACancelledStatementRanOutOfTimeOrWasStopped) {
  EXPECT_EQ(OfState("57014", true).status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(OfState("57014", false).status.code(), absl::StatusCode::kCancelled);
}

TEST(SqlstateTest, ErrorsOutsideTheSqlErrors) {
  EXPECT_EQ(errors::ReasonOf(Translate(pqxx::in_doubt_error("?"), false).status), "COMMIT_OUTCOME_UNKNOWN");
  EXPECT_TRUE(Translate(pqxx::broken_connection("gone"), false).broken);
  EXPECT_TRUE(Translate(pqxx::deadlock_detected("deadlock"), false).retry);
  EXPECT_TRUE(Translate(pqxx::serialization_failure("conflict"), false).retry);
  EXPECT_EQ(errors::ReasonOf(Translate(std::runtime_error("anything"), false).status), "INTERNAL");
}

}  // namespace
}  // namespace regiokompas::db
