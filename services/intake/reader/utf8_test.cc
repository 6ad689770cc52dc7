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

}  // namespace
}  // namespace regiokompas::intake
