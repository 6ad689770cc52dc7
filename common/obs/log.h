// The log: one line of JSON per event, for machines first.
#pragma once

#include <unistd.h>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/base/clock.h"

namespace regiokompas::obs {

enum class Severity { kDebug, kInfo, kWarning, kError };

// A named value of a line. Views what it is given, so it lives no longer than the call to Write that it is an argument
// of. There is no field that takes a message: a printed request would bring personal data into the log.
class Field {
 public:
  using Value = std::variant<absl::string_view, int64_t, double, bool>;

  Field(absl::string_view name, absl::string_view value) : name_(name), value_(value) {}
  Field(absl::string_view name, const std::string& value) : name_(name), value_(absl::string_view(value)) {}
  Field(absl::string_view name, const char* value) : name_(name), value_(absl::string_view(value)) {}
  // A template, so that no pointer turns into true.
  Field(absl::string_view name, std::same_as<bool> auto value) : name_(name), value_(value) {}
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool>) Field(absl::string_view name, Integer value)
      : name_(name), value_(static_cast<int64_t>(value)) {}
  Field(absl::string_view name, std::floating_point auto value) : name_(name), value_(static_cast<double>(value)) {}

  absl::string_view name() const { return name_; }
  const Value& value() const { return value_; }

 private:
  absl::string_view name_;
  Value value_;
};

// Writes {"time":"2026-01-15T09:00:00.000000Z","severity":"INFO","event":"call","method":"…",…} and a line feed with
// one write(2), so that lines of several threads and processes do not mix. Bytes that are no UTF-8 become U+FFFD; a
// number that JSON cannot hold (NaN, infinity) becomes null; of two fields with one name the first stays. Does not own
// the file descriptor; the clock must outlive it. Thread-safe.
class Logger {
 public:
  explicit Logger(const Clock& clock, int fd = STDERR_FILENO) : clock_(clock), fd_(fd) {}
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  // A line that cannot be written is lost: a full disk or a closed pipe must not stop the service.
  void Write(Severity severity, absl::string_view event, std::initializer_list<Field> fields = {});

 private:
  const Clock& clock_;
  const int fd_;
  absl::Mutex mutex_;  // a write to a pipe may be done in parts
};

}  // namespace regiokompas::obs
