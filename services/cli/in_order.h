// Work on many things at once whose results are taken in order.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace regiokompas::cli {

// Calls work(i) for i from 0 to count - 1 on `workers` threads, and take(i, result) for each in that order, one at a
// time. A worker starts on the next only when its last was taken, so there are never more than `workers` results.
// When stopped() says so, nothing new is started and what was started is finished. Returns how many were taken.
template <typename Work, typename Take, typename Stopped>
size_t RunInOrder(size_t count, int workers, Work work, Take take, Stopped stopped) {
  std::mutex mutex;
  std::condition_variable turn;
  size_t next = 0;
  size_t taken = 0;
  const auto run = [&] {
    while (true) {
      size_t mine;
      {
        const std::lock_guard<std::mutex> lock(mutex);
        if (next == count || stopped()) return;
        mine = next++;
      }
      auto result = work(mine);
      std::unique_lock<std::mutex> lock(mutex);
      turn.wait(lock, [&] { return taken == mine; });
      lock.unlock();
      take(mine, std::move(result));
      lock.lock();
      ++taken;
      turn.notify_all();
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < workers; ++i) threads.emplace_back(run);
  for (std::thread& thread : threads) thread.join();
  return taken;
}

}  // namespace regiokompas::cli
