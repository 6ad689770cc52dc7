#include "common/api/page_tokens.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"

namespace regiokompas::api {
namespace {

class PageTokensTest : public testing::Test {
 protected:
  PageTokensTest() {
    request_.set_parent("owners/GM0677");
    internal::v1::PageToken position;
    position.set_ordinal(7);
    position.add_ids("activiteit-1");
    token_ = tokens_.Make(position, request_);
  }

  FixedClock clock_{absl::FromUnixSeconds(1'768'471'200)};
  PageTokens tokens_{std::string(32, 'k'), clock_};
  catalogue::v1::ListActivitiesRequest request_;
  std::string token_;
};

TEST_F(PageTokensTest, APositionComesBack) {
  const auto position = tokens_.Read(token_, request_);
  ASSERT_TRUE(position.ok());
  EXPECT_EQ(position->ordinal(), 7);
  EXPECT_EQ(position->ids(0), "activiteit-1");
}

TEST_F(PageTokensTest, SizeAndTokenOfTheRequestMayDiffer) {
  request_.set_page_size(3);
  request_.set_page_token(token_);
  EXPECT_TRUE(tokens_.Read(token_, request_).ok());
  request_.set_parent("owners/GM0299");
  EXPECT_FALSE(tokens_.Read(token_, request_).ok());
}

TEST_F(PageTokensTest, AnotherKindOfRequestHasOtherTokens) {
  catalogue::v1::ListFrameworksRequest other;
  other.set_parent("owners/GM0677");
  EXPECT_EQ(tokens_.Read(token_, other).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(PageTokensTest, AnotherKeySignsOtherTokens) {
  EXPECT_FALSE(PageTokens(std::string(32, 'x'), clock_).Read(token_, request_).ok());
  EXPECT_TRUE(PageTokens(std::string(32, 'k'), clock_).Read(token_, request_).ok()) << "replicas share their key";
}

TEST_F(PageTokensTest, AnyChangedByteIsRefused) {
  std::string bytes;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(token_, &bytes));
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string forged = bytes;
    forged[i] = static_cast<char>(forged[i] ^ 1);
    EXPECT_FALSE(tokens_.Read(absl::WebSafeBase64Escape(forged), request_).ok()) << i;
  }
  for (size_t length = 0; length < token_.size(); length += 5) {
    EXPECT_FALSE(tokens_.Read(token_.substr(0, length), request_).ok()) << length;
  }
}

TEST_F(PageTokensTest, ThreeDaysIsTheEnd) {
  clock_.Set(clock_.Now() + absl::Hours(72));
  EXPECT_TRUE(tokens_.Read(token_, request_).ok());
  clock_.Set(clock_.Now() + absl::Seconds(1));
  EXPECT_FALSE(tokens_.Read(token_, request_).ok());
}

}  // namespace
}  // namespace regiokompas::api
