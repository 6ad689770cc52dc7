#include "common/rpc/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/errors.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace regiokompas::rpc {
namespace {

using testing::HasSubstr;
using testing::Not;

google::rpc::LocalizedMessage TextOf(const grpc::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  google::rpc::LocalizedMessage text;
  for (const auto& detail : details.details()) {
    if (detail.Is<google::rpc::LocalizedMessage>()) detail.UnpackTo(&text);
  }
  return text;
}

const absl::Status kMissing = errors::Make(errors::kResourceNotFound, {{"name", "owners/GM0677/activities/a1"}});

TEST(ConvertTest, AnErrorTravelsWithItsDetails) {
  const grpc::Status status = ToGrpc(kMissing, Language::kDutch, "id");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), kMissing.message());
  EXPECT_EQ(TextOf(status).message(), "owners/GM0677/activities/a1 bestaat niet");
  EXPECT_EQ(TextOf(status).locale(), "nl");
  EXPECT_EQ(TextOf(ToGrpc(kMissing, Language::kEnglish, "id")).message(), "owners/GM0677/activities/a1 does not exist");
  EXPECT_TRUE(ToGrpc(absl::OkStatus(), Language::kDutch, "id").ok());
}

TEST(ConvertTest, AnErrorComesBackAsItWas) {
  const absl::Status back = FromGrpc(ToGrpc(kMissing, Language::kDutch, "id"));
  EXPECT_EQ(back.code(), kMissing.code());
  EXPECT_EQ(errors::ReasonOf(back), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(errors::DutchOf(back), errors::DutchOf(kMissing));
  EXPECT_TRUE(FromGrpc(grpc::Status::OK).ok());
}

TEST(ConvertTest, WhatIsNotMadeForCallersIsHidden) {
  for (const absl::Status& status : {absl::InternalError("SELECT geheim"), absl::NotFoundError("/etc/geheim"),
                                     errors::Make(errors::kInternal, {{"request_id", "?"}})}) {
    const grpc::Status out = ToGrpc(status, Language::kDutch, "aanvraag-17");
    EXPECT_EQ(out.error_code(), grpc::StatusCode::INTERNAL);
    EXPECT_THAT(out.error_message() + out.error_details(), Not(HasSubstr("geheim")));
    EXPECT_THAT(TextOf(out).message(), HasSubstr("aanvraag-17"));
  }
}

TEST(ConvertTest, LargeErrorsFitIntoTrailers) {
  const absl::Status large = errors::Make(errors::kResourceNotFound, {{"name", std::string(5000, 'x') + "é"}});
  const grpc::Status status = ToGrpc(large, Language::kDutch, "id");
  EXPECT_LE(status.error_message().size(), 1024u);
  EXPECT_LE(status.error_details().size(), 4096u + 64);
  errors::Violations violations;
  for (int i = 0; i < 30; ++i) violations.Add(std::string(200, 'v'), errors::kRequired);
  const grpc::Status bad = ToGrpc(violations.ToStatus(), Language::kDutch, "id");
  EXPECT_LE(bad.error_details().size(), 4096u + 64);
  EXPECT_EQ(errors::ReasonOf(FromGrpc(bad)), "INVALID_REQUEST");
  EXPECT_TRUE(FromGrpc(bad).GetPayload("type.googleapis.com/google.rpc.BadRequest").has_value());
}

TEST(ConvertTest, ALongTextIsCutBetweenCharacters) {
  std::string text;
  while (text.size() < 3000) text += "€";
  const std::string message =
      ToGrpc(errors::Make(errors::kResourceExists, {{"name", text}}), Language::kDutch, "id").error_message();
  EXPECT_LE(message.size(), 1024u);
  EXPECT_EQ(message.size() % 3, 0u) << "the euro sign has three bytes";
}

TEST(ConvertTest, AFailureOfTheTransportGetsAReason) {
  EXPECT_EQ(errors::ReasonOf(FromGrpc(grpc::Status(grpc::StatusCode::UNAVAILABLE, "connection refused"))),
            "UNAVAILABLE");
  EXPECT_EQ(errors::ReasonOf(FromGrpc(grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, ""))), "DEADLINE_EXCEEDED");
}

}  // namespace
}  // namespace regiokompas::rpc
