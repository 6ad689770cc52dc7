#include "services/cli/progress_bar.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "services/cli/arguments.h"
#include "services/cli/table.h"

namespace regiokompas::cli {
namespace {

constexpr size_t kBarWidth = 20;

// "1:05:09", "5:09"
std::string Clock(absl::Duration time) {
  const int64_t seconds = absl::ToInt64Seconds(time + absl::Milliseconds(500));
  if (seconds >= 3600) return absl::StrFormat("%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return absl::StrFormat("%d:%02d", seconds / 60, seconds % 60);
}

// "3,4/s" in Dutch
std::string Rate(double per_second) {
  std::string text = absl::StrFormat("%.1f/s", per_second);
  if (!WantsEnglish()) std::replace(text.begin(), text.end(), '.', ',');
  return text;
}

}  // namespace

std::string ProgressLine(const ProgressMoment& moment, size_t width) {
  const size_t filled = moment.total == 0 ? kBarWidth : kBarWidth * moment.done / moment.total;
  std::string line =
      absl::StrCat("[", std::string(filled, '#'), std::string(kBarWidth - filled, '.'), "] ",
                   Right(absl::StrCat(moment.done), absl::StrCat(moment.total).size()), "/", moment.total);
  // Before the first is done there is nothing to reckon with.
  if (moment.done > 0 && moment.elapsed > absl::ZeroDuration()) {
    const double per_second = static_cast<double>(moment.done) / absl::ToDoubleSeconds(moment.elapsed);
    const absl::Duration left =
        moment.elapsed / static_cast<int64_t>(moment.done) * static_cast<int64_t>(moment.total - moment.done);
    absl::StrAppend(&line, "  ", Rate(per_second), "  ", InLanguage("nog ", "left "), Clock(left));
  }
  if (!moment.name.empty()) absl::StrAppend(&line, "  ", moment.name);
  return Width(line) > width ? Fit(line, width) : line;
}

size_t TerminalWidth(int descriptor) {
  if (isatty(descriptor) == 0) return 0;
  constexpr size_t kUsual = 80;
  winsize size = {};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsual;
}

ProgressBar::ProgressBar(size_t total) : shown_(total > 1 && isatty(STDERR_FILENO) != 0), begin_(absl::Now()) {
  moment_.total = total;
}

void ProgressBar::Start(const std::string& name) {
  const std::lock_guard<std::mutex> lock(mutex_);
  moment_.name = name;
  Draw();
}

void ProgressBar::Done(const std::function<void()>& print) {
  const std::lock_guard<std::mutex> lock(mutex_);
  Erase();
  print();
  ++moment_.done;
  Draw();
}

void ProgressBar::Clear() {
  const std::lock_guard<std::mutex> lock(mutex_);
  Erase();
}

void ProgressBar::Erase() const {
  if (shown_) std::cerr << "\r\x1b[K" << std::flush;
}

void ProgressBar::Draw() {
  if (!shown_) return;
  moment_.elapsed = absl::Now() - begin_;
  Erase();
  // In the last column a terminal goes to its next line.
  std::cerr << ProgressLine(moment_, TerminalWidth(STDERR_FILENO) - 1) << std::flush;
}

}  // namespace regiokompas::cli
