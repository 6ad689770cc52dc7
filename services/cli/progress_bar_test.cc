#include "services/cli/progress_bar.h"

#include <cstdlib>

#include "gtest/gtest.h"
#include "services/cli/table.h"

namespace regiokompas::cli {
namespace {

TEST(ProgressLine, ShowsHowFarHowFastAndHowLong) {
  unsetenv("LANG");
  EXPECT_EQ(ProgressLine({25, 100, "begroting.txt", absl::Seconds(10)}, 120),
            "[#####...............]  25/100  2,5/s  nog 0:30  begroting.txt");
  EXPECT_EQ(ProgressLine({1, 3, "c.txt", absl::Minutes(61)}, 120),
            "[######..............] 1/3  0,0/s  nog 2:02:00  c.txt");
  setenv("LANG", "en_GB.UTF-8", 1);
  EXPECT_EQ(ProgressLine({2, 2, "", absl::Seconds(1)}, 120), "[####################] 2/2  2.0/s  left 0:00");
  unsetenv("LANG");
}

TEST(ProgressLine, SaysNoRateBeforeTheFirstIsDone) {
  EXPECT_EQ(ProgressLine({0, 5, "a.txt", absl::ZeroDuration()}, 120), "[....................] 0/5  a.txt");
  EXPECT_EQ(ProgressLine({0, 0, "", absl::ZeroDuration()}, 120), "[####################] 0/0");
}

TEST(ProgressLine, FitsTheTerminal) {
  const ProgressMoment moment{50, 100, "één heel lange naam van een bestand.html", absl::Seconds(3)};
  for (size_t width = 1; width < 100; ++width) EXPECT_LE(Width(ProgressLine(moment, width)), width) << width;
}

}  // namespace
}  // namespace regiokompas::cli
