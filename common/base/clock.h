// The one source of time. Nothing else in the product asks for the time, so a test can set it.
#pragma once

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace regiokompas {

// Wall-clock time. Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

class SystemClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

// A clock that stands still until told otherwise; for tests.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(absl::Time now) : now_(now) {}
  absl::Time Now() const override {
    absl::MutexLock lock(&mutex_);
    return now_;
  }
  void Set(absl::Time now) {
    absl::MutexLock lock(&mutex_);
    now_ = now;
  }

 private:
  mutable absl::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
};

// The civil date in the Netherlands at that moment, YYYY-MM-DD.
std::string CivilDate(absl::Time time);

// The first moment of a civil date in the Netherlands; `date` must be one.
absl::Time StartOfDay(absl::string_view date);

// True for a year that a plan or a figure may be about: 1900 to 2200.
inline bool IsYear(int year) { return year >= 1900 && year <= 2200; }

// True for an existing civil date written YYYY-MM-DD, year 1000 to 9999.
bool IsCivilDate(absl::string_view text);

}  // namespace regiokompas
