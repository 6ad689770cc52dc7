#include "services/intake/reader/utf8.h"

#include "gtest/gtest.h"

namespace regiokompas::intake {
namespace {

TEST(IsUtf8, RefusesWhatIsNotWellFormed) {
  EXPECT_TRUE(IsUtf8("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"));
  for (absl::string_view bad :
       {"\x80", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "a\xFF"}) {
    EXPECT_FALSE(IsUtf8(bad));
  }
}

TEST(Utf8FromUtf16, ReadsBothByteOrders) {
  EXPECT_EQ(Utf8FromUtf16(absl::string_view("\xFF\xFE"
                                            "a\0\xEB\0\xAC\x20\x3D\xD8\x00\xDE",
                                            12)),
            "a\xC3\xAB\xE2\x82\xAC\xF0\x9F\x98\x80");
  EXPECT_EQ(Utf8FromUtf16(absl::string_view("\xFE\xFF\0a", 4)), "a");
}

TEST(Utf8FromUtf16, RefusesWhatIsNotWellFormed) {
  for (absl::string_view bad : {absl::string_view("a\0", 2),
                                absl::string_view("\xFF\xFE"
                                                  "a",
                                                  3),
                                absl::string_view("\xFF\xFE\x3D\xD8", 4), absl::string_view("\xFF\xFE\x00\xDE", 4),
                                absl::string_view("\xFF\xFE\x3D\xD8"
                                                  "a\0",
                                                  6)}) {
    EXPECT_EQ(Utf8FromUtf16(bad), "");
  }
}

}  // namespace
}  // namespace regiokompas::intake
