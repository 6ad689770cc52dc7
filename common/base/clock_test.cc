#include "common/base/clock.h"

#include <gtest/gtest.h>

namespace regiokompas {
namespace {

TEST(ClockTest, AFixedClockStandsStillUntilItIsSet) {
  FixedClock clock(absl::UnixEpoch());
  EXPECT_EQ(clock.Now(), absl::UnixEpoch());
  clock.Set(absl::UnixEpoch() + absl::Hours(1));
  EXPECT_EQ(clock.Now(), absl::UnixEpoch() + absl::Hours(1));
}

TEST(ClockTest, CivilDatesExist) {
  for (const char* date : {"2026-01-15", "2024-02-29", "2000-02-29", "1000-01-01", "9999-12-31"}) {
    EXPECT_TRUE(IsCivilDate(date)) << date;
  }
  for (const char* date :
       {"", "2026-02-29", "1900-02-29", "2026-00-01", "2026-01-00", "2026-04-31", "0999-12-31", "2026-1-1",
        "2026-01-15 ", "2026/01/15", "20260115", "2026-01-1x", "-026-01-01", "+026-01-01"}) {
    EXPECT_FALSE(IsCivilDate(date)) << date;
  }
}

}  // namespace
}  // namespace regiokompas
