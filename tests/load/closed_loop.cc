#include "tests/load/closed_loop.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "absl/time/clock.h"

namespace regiokompas::load {

Measured RunClosedLoop(int callers, absl::Duration time, const std::function<void(int caller)>& call) {
  std::mutex mutex;
  std::vector<double> latencies;
  std::exception_ptr failure;
  const absl::Time start = absl::Now();
  std::vector<std::thread> threads;
  for (int caller = 0; caller < callers; ++caller) {
    threads.emplace_back([&, caller] {
      std::vector<double> own;
      try {
        for (absl::Time began = absl::Now(); began < start + time;) {
          call(caller);
          const absl::Time ended = absl::Now();
          own.push_back(absl::ToDoubleMilliseconds(ended - began));
          began = ended;
        }
      } catch (...) {
        const std::lock_guard lock(mutex);
        failure = std::current_exception();
      }
      const std::lock_guard lock(mutex);
      latencies.insert(latencies.end(), own.begin(), own.end());
    });
  }
  for (std::thread& thread : threads) thread.join();
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  if (failure != nullptr) std::rethrow_exception(failure);
  if (latencies.empty()) throw std::runtime_error("no call was made: give it more time");
  std::sort(latencies.begin(), latencies.end());
  const auto count = static_cast<double>(latencies.size());
  const auto at = [&](double part) { return latencies[static_cast<size_t>(part * (count - 1))]; };
  return {count / seconds, at(0.5), at(0.99)};
}

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace regiokompas::load
