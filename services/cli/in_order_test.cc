#include "services/cli/in_order.h"

#include <atomic>
#include <chrono>
#include <set>

#include "gtest/gtest.h"

namespace regiokompas::cli {
namespace {

TEST(RunInOrder, TakesEveryResultInOrderAndOneAtATime) {
  for (const int workers : {1, 2, 8}) {
    std::vector<size_t> taken;
    std::atomic<int> held = 0;
    std::atomic<int> most = 0;
    const size_t count = RunInOrder(
        200, workers,
        [&](size_t i) {
          most = std::max<int>(most, ++held);
          // The first of each few is the slowest.
          if (i % 7 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
          return i * 2;
        },
        [&](size_t i, size_t result) {
          EXPECT_EQ(result, i * 2);
          taken.push_back(i);
          --held;
        },
        [] { return false; });
    EXPECT_EQ(count, 200u);
    ASSERT_EQ(taken.size(), 200u);
    for (size_t i = 0; i < taken.size(); ++i) EXPECT_EQ(taken[i], i);
    EXPECT_LE(most, workers);
  }
}

TEST(RunInOrder, StopsAfterWhatWasStarted) {
  std::atomic<bool> stop = false;
  std::set<size_t> worked;
  std::mutex mutex;
  const size_t count = RunInOrder(
      100, 4,
      [&](size_t i) {
        const std::lock_guard<std::mutex> lock(mutex);
        worked.insert(i);
        return i;
      },
      [&](size_t i, size_t) { stop = i >= 10; }, [&] { return stop.load(); });
  EXPECT_EQ(count, worked.size());
  EXPECT_GE(count, 11u);
  EXPECT_LE(count, 15u);
}

TEST(RunInOrder, DoesNothingWithNothing) {
  EXPECT_EQ(RunInOrder(
                0, 3, [](size_t i) { return i; }, [](size_t, size_t) { FAIL(); }, [] { return false; }),
            0u);
}

}  // namespace
}  // namespace regiokompas::cli
