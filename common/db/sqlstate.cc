#include "common/db/sqlstate.h"

#include <pqxx/pqxx>
#include <string>

#include "absl/strings/match.h"
#include "common/base/errors.h"

namespace regiokompas::db {
namespace {

Failure FromState(const std::string& state, bool deadline_passed) {
  // An empty state means that the link died under the statement.
  if (state.empty() || absl::StartsWith(state, "08") || absl::StartsWith(state, "57P0")) {
    return {errors::MakeRetryable(errors::kUnavailable), false, true};
  }
  if (state == "53300") return {errors::MakeRetryable(errors::kOverloaded), false, true};
  if (state == "23503") return {errors::Make(errors::kReferenceMissing, {{"name", "resource"}})};
  if (state == "23505") return {errors::Make(errors::kResourceExists, {{"name", "resource"}})};
  if (state == "40001" || state == "40P01") return {errors::MakeRetryable(errors::kConflict), true, false};
  if (state == "55P03") return {errors::Make(errors::kConflict)};
  if (state == "57014") {
    return {deadline_passed ? errors::Make(errors::kDeadlineExceeded) : absl::CancelledError("the call was cancelled")};
  }
  if (state == "42501") return {errors::Make(errors::kOwnerForbidden, {{"owner", "?"}, {"permission", "write"}})};
  return {errors::Make(errors::kInternal, {{"request_id", "?"}})};
}

}  // namespace

// The order matters in libpqxx 6.4: broken_connection and transaction_rollback do not derive from sql_error.
Failure Translate(const std::exception& error, bool deadline_passed) {
  if (dynamic_cast<const pqxx::in_doubt_error*>(&error) != nullptr) {
    return {errors::Make(errors::kCommitOutcomeUnknown), false, true};
  }
  if (dynamic_cast<const pqxx::broken_connection*>(&error) != nullptr) {
    return {errors::MakeRetryable(errors::kUnavailable), false, true};
  }
  if (dynamic_cast<const pqxx::transaction_rollback*>(&error) != nullptr) {
    return {errors::MakeRetryable(errors::kConflict), true, false};
  }
  if (const auto* sql = dynamic_cast<const pqxx::sql_error*>(&error))
    return FromState(sql->sqlstate(), deadline_passed);
  return {errors::Make(errors::kInternal, {{"request_id", "?"}})};
}

}  // namespace regiokompas::db
