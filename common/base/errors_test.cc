#include "common/base/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "google/rpc/error_details.pb.h"

namespace regiokompas::errors {
namespace {

template <typename Detail>
Detail DetailOf(const absl::Status& status) {
  Detail detail;
  const auto payload = status.GetPayload("type.googleapis.com/" + Detail::descriptor()->full_name());
  EXPECT_TRUE(payload.has_value()) << Detail::descriptor()->full_name();
  if (payload.has_value()) detail.ParseFromString(std::string(*payload));
  return detail;
}

constexpr char kName[] = "owners/GM0677/activities/grip-op-kosten";

TEST(ErrorsTest, AnErrorSaysItsReasonInBothLanguages) {
  const absl::Status status = Make(kResourceNotFound, {{"name", kName}});
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), std::string(kName) + " does not exist");
  EXPECT_EQ(DutchOf(status), std::string(kName) + " bestaat niet");
  EXPECT_EQ(ReasonOf(status), "RESOURCE_NOT_FOUND");
  const auto info = DetailOf<google::rpc::ErrorInfo>(status);
  EXPECT_EQ(info.domain(), "regiokompas");
  EXPECT_EQ(info.metadata().at("name"), kName);
  EXPECT_EQ(DetailOf<google::rpc::ResourceInfo>(status).resource_name(), kName);
}

TEST(ErrorsTest, SomeErrorsSayMore) {
  EXPECT_EQ(DetailOf<google::rpc::RetryInfo>(MakeRetryable(kUnavailable)).retry_delay().nanos(), 200'000'000);
  const auto failure = DetailOf<google::rpc::PreconditionFailure>(Make(kReferenceMissing, {{"name", kName}}));
  ASSERT_EQ(failure.violations_size(), 1);
  EXPECT_EQ(failure.violations(0).type(), "REFERENCE_MISSING");
  EXPECT_EQ(failure.violations(0).subject(), kName);
}

TEST(ErrorsTest, TheSameErrorIsTheSameBytes) {
  const Metadata metadata = {{"owner", "GM0677"}, {"permission", "READ"}, {"a", "1"}, {"b", "2"}, {"c", "3"}};
  const absl::Status first = Make(kOwnerForbidden, metadata);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(Make(kOwnerForbidden, metadata), first);
}

TEST(ErrorsTest, OtherStatusesHaveNoReason) {
  EXPECT_EQ(ReasonOf(absl::InternalError("x")), "");
  EXPECT_EQ(DutchOf(absl::InternalError("x")), "x");
  EXPECT_EQ(ReasonOf(absl::OkStatus()), "");
}

TEST(ErrorsTest, ViolationsComeTogether) {
  Violations violations;
  EXPECT_TRUE(violations.ToStatus().ok());
  violations.Add("activity.display_name", kRequired);
  violations.Add("activity.code", kTooLong, {{"limit", "100"}});
  EXPECT_FALSE(violations.empty());
  const absl::Status status = violations.ToStatus();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "The request breaks 2 rule(s): activity.display_name is required");
  EXPECT_EQ(DutchOf(status), "De aanvraag voldoet niet aan 2 regel(s): activity.display_name is verplicht");
  const auto bad = DetailOf<google::rpc::BadRequest>(status);
  ASSERT_EQ(bad.field_violations_size(), 2);
  EXPECT_EQ(bad.field_violations(1).field(), "activity.code");
  EXPECT_EQ(bad.field_violations(1).reason(), "TOO_LONG");
  EXPECT_EQ(bad.field_violations(1).description(), "activity.code may hold at most 100 bytes");
  EXPECT_EQ(bad.field_violations(1).localized_message().message(), "activity.code mag ten hoogste 100 bytes zijn");
}

TEST(ErrorsTest, AtMostTwentyViolationsTravel) {
  Violations violations;
  for (int i = 0; i < 25; ++i) violations.Add("field", kRequired);
  EXPECT_EQ(DetailOf<google::rpc::BadRequest>(violations.ToStatus()).field_violations_size(), 20);
  EXPECT_EQ(DetailOf<google::rpc::ErrorInfo>(violations.ToStatus()).metadata().at("count"), "25");
}

// A text that comes from a caller must not be read as a placeholder again.
TEST(ErrorsTest, ValuesAreNotFilledTwice) {
  EXPECT_EQ(Make(kOwnerForbidden, {{"permission", "{owner}"}, {"owner", "GM0677"}}).message(),
            "The caller may not {owner} for owner GM0677, or the resource does not exist");
}

}  // namespace
}  // namespace regiokompas::errors
