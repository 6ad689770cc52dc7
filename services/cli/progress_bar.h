// How far a long command has come, on a terminal.
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "absl/time/time.h"

namespace regiokompas::cli {

// A moment of a long command.
struct ProgressMoment {
  size_t done = 0;
  size_t total = 0;
  // What it is at.
  std::string name;
  // Since it began.
  absl::Duration elapsed;
};

// One line of at most `width` characters: a bar, how many of how many, how many a second, the time left, the name.
std::string ProgressLine(const ProgressMoment& moment, size_t width);

// The number of columns of the terminal at a file descriptor; 0 when it is none.
size_t TerminalWidth(int descriptor);

// The line on standard error, drawn again and again; nothing when that is no terminal, or
// there is only one thing to do. Thread-safe.
class ProgressBar {
 public:
  explicit ProgressBar(size_t total);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar() { Clear(); }

  // Work on `name` begins.
  void Start(const std::string& name);
  // One more is done; `print` prints what came of it, while the line is away.
  void Done(const std::function<void()>& print);
  // Takes the line away.
  void Clear();

 private:
  void Draw();
  void Erase() const;

  std::mutex mutex_;
  const bool shown_;
  const absl::Time begin_;
  ProgressMoment moment_;
};

}  // namespace regiokompas::cli
