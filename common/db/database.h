// The way to PostgreSQL: a pool of connections and transactions that carry the owner of the call.
//
// libpqxx stays inside this folder. Nothing here throws: errors come back as statuses that are fit for the caller, and
// their private cause goes to the log.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/base/call.h"

namespace pqxx {
class result;
class transaction_base;
}  // namespace pqxx

namespace regiokompas::db {

// A named SQL text; the name is the prepared statement, the metric label and the log field. Parameters are $1, $2, …
struct Statement {
  std::string name;  // activity.get
  std::string sql;
  // False for a text that is composed for one call: a session would keep each of them. Then it is planned every time.
  bool prepare = true;
};

// A parameter: text, a number, or nothing for NULL.
class Param {
 public:
  Param(std::nullopt_t) {}                                      // NOLINT(google-explicit-constructor)
  Param(std::string text) : value_(std::move(text)) {}          // NOLINT(google-explicit-constructor)
  Param(absl::string_view text) : value_(std::string(text)) {}  // NOLINT(google-explicit-constructor)
  Param(const char* text) : value_(text) {}                     // NOLINT(google-explicit-constructor)
  Param(int64_t number) : value_(std::to_string(number)) {}     // NOLINT(google-explicit-constructor)
  // An instant as timestamptz text with microseconds.
  static Param Time(absl::Time time);
  // Raw bytes as bytea text.
  static Param Bytes(absl::string_view bytes);

  const std::optional<std::string>& value() const { return value_; }

 private:
  std::optional<std::string> value_;
};

// The rows of a query. Immutable; may outlive its transaction.
class Result {
 public:
  explicit Result(std::shared_ptr<const pqxx::result> rows) : rows_(std::move(rows)) {}
  int size() const;
  bool IsNull(int row, int column) const;
  std::string Text(int row, int column) const;
  int64_t Int(int row, int column) const;
  // A bytea column.
  std::string Bytes(int row, int column) const;
  // A column that was selected as microseconds since the epoch (bigint).
  absl::Time Time(int row, int column) const;

 private:
  std::shared_ptr<const pqxx::result> rows_;
};

// One open transaction; exists only inside Pool::Run. One thread.
class Transaction {
 public:
  virtual ~Transaction() = default;
  // After an error the transaction is lost: return the error.
  virtual absl::StatusOr<Result> Query(const Statement& statement, const std::vector<Param>& params) = 0;
};

enum class Access { kReadOnly, kReadWrite };

struct PoolOptions {
  std::string connection;  // libpq connection string
  int max_connections = 8;
  int max_waiters = 64;
};

struct PoolCounts {
  int leased = 0;
  int idle = 0;
};

// Connections of one service with its app role. Thread-safe. Owns the connections; calls must have ended before it is
// destroyed.
class Pool {
 public:
  // `log_cause` gets what went wrong in words that callers must not see, and the call that met it (null for none).
  using LogCause = std::function<void(const Call* call, absl::string_view cause)>;
  Pool(PoolOptions options, LogCause log_cause);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Runs `work` in one transaction for call.owner, READ COMMITTED or, for reads, on one snapshot, with timeouts from
  // call.deadline, and commits when it returns OK. `work` may run again after a serialization failure or deadlock, so
  // it must start over each time.
  absl::Status Run(Call& call, Access access, absl::FunctionRef<absl::Status(Transaction&)> work);

  // OK when the database answers before `deadline`; connecting, where that is needed, may take longer. On a connection
  // of its own, beside max_connections: a pool that is busy is not a database that is away. For readiness; reads no
  // data.
  absl::Status Ping(absl::Time deadline);

  PoolCounts Counts() const;

 private:
  class Connection;
  class OpenTransaction;

  absl::StatusOr<std::unique_ptr<Connection>> Acquire(const Call* call, absl::Time deadline, bool fresh);
  absl::StatusOr<std::unique_ptr<Connection>> Connect(const Call* call);
  void Release(std::unique_ptr<Connection> connection);
  absl::Status Begin(const Call& call, Access access, std::unique_ptr<Connection>& connection,
                     std::unique_ptr<pqxx::transaction_base>& transaction);
  absl::Status RunOnce(Call& call, Access access, absl::FunctionRef<absl::Status(Transaction&)> work, bool& retry);

  const PoolOptions options_;
  const LogCause log_cause_;
  mutable absl::Mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_ ABSL_GUARDED_BY(mutex_);  // used last in, first out
  int open_ ABSL_GUARDED_BY(mutex_) = 0;                                   // leased, idle and being made
  int waiters_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Mutex ping_mutex_;
  std::unique_ptr<Connection> ping_ ABSL_GUARDED_BY(ping_mutex_);
};

}  // namespace regiokompas::db
