#include "common/api/formats.h"

#include <gtest/gtest.h>

namespace regiokompas::api {
namespace {

TEST(FormatsTest, Decimals) {
  for (const char* text : {"0", "12", "-3.5", "0.25", "123456789012345678901234.123456789012"}) {
    EXPECT_TRUE(IsDecimal(text)) << text;
  }
  for (const char* text : {"", "-", ".5", "5.", "1,5", "+1", "1e3", " 1", "1.2.3", "--1", "1234567890123456789012345",
                           "0.1234567890123"}) {
    EXPECT_FALSE(IsDecimal(text)) << text;
  }
}

TEST(FormatsTest, MomentsOfMilestones) {
  for (const char* due : {"2022", "2022-Q1", "2022-Q4", "2022-08", "2022-12", "2022-08-31"}) {
    EXPECT_TRUE(IsDue(due)) << due;
  }
  for (const char* due : {"", "22", "2022-Q0", "2022-Q5", "2022-q1", "2022xQ1", "2022-13", "2022-00", "2022-8",
                          "2022-02-30", "2022/08", "voorjaar", "0022"}) {
    EXPECT_FALSE(IsDue(due)) << due;
  }
}

}  // namespace
}  // namespace regiokompas::api
