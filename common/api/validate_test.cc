#include "common/api/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "google/rpc/error_details.pb.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"
#include "regiokompas/collaboration/v1/membership.pb.h"
#include "regiokompas/collaboration/v1/municipality.pb.h"
#include "regiokompas/indicator/v1/measurement.pb.h"

namespace regiokompas::api {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ValidateTest : public testing::Test {
 protected:
  ValidateTest() { registry_.Add(catalogue::v1::GetGoalRequest::descriptor()->file()); }

  std::set<std::string> Violations(const google::protobuf::Message& request) {
    const absl::Status status = Validate(request, registry_);
    std::set<std::string> found;
    google::rpc::BadRequest bad;
    if (const auto payload = status.GetPayload("type.googleapis.com/google.rpc.BadRequest")) {
      bad.ParseFromString(std::string(*payload));
    }
    for (const auto& violation : bad.field_violations()) found.insert(violation.field() + " " + violation.reason());
    EXPECT_EQ(status.ok(), found.empty()) << status;
    return found;
  }

  static catalogue::v1::CreateGoalRequest Good() {
    catalogue::v1::CreateGoalRequest request;
    request.set_parent("owners/GM0677/frameworks/kader-1");
    request.set_goal_id("doel-1");
    request.set_request_id("6f2c1c1e-4a44-4c9e-8b0e-0f4a4c3a6a11");
    request.mutable_goal()->set_display_name("Veilig opgroeien");
    request.mutable_goal()->set_kind(catalogue::v1::GOAL_KIND_MAIN_GOAL);
    return request;
  }

  names::Registry registry_;
};

TEST_F(ValidateTest, AGoodRequestPasses) { EXPECT_THAT(Violations(Good()), IsEmpty()); }

TEST_F(ValidateTest, AnEmptyRequestLacksWhatIsRequired) {
  EXPECT_THAT(Violations(catalogue::v1::CreateGoalRequest()),
              ElementsAre("goal REQUIRED", "goal_id REQUIRED", "parent REQUIRED", "request_id REQUIRED"));
}

TEST_F(ValidateTest, WhatOnlyTheServiceSetsIsNotLookedAt) {
  catalogue::v1::CreateFrameworkRequest request;
  request.set_parent("owners/GM0677");
  request.set_framework_id("kader-1");
  request.set_request_id("6f2c1c1e-4a44-4c9e-8b0e-0f4a4c3a6a11");
  request.mutable_framework()->set_display_name("Kader");
  request.mutable_framework()->set_kind(catalogue::v1::FRAMEWORK_KIND_POLICY_FRAMEWORK);
  request.mutable_framework()->set_state(static_cast<catalogue::v1::FrameworkState>(77));
  EXPECT_THAT(Violations(request), IsEmpty());
  ClearOutputOnly(*request.mutable_framework());
  EXPECT_EQ(request.framework().state(), catalogue::v1::FRAMEWORK_STATE_UNSPECIFIED);
  EXPECT_EQ(request.framework().display_name(), "Kader");
}

TEST_F(ValidateTest, AnUpdateNeedsItsNameOnly) {
  catalogue::v1::UpdateGoalRequest request;
  request.set_request_id("6f2c1c1e-4a44-4c9e-8b0e-0f4a4c3a6a11");
  request.mutable_goal()->set_code("2");
  EXPECT_THAT(Violations(request), ElementsAre("goal.name REQUIRED"));
  request.mutable_goal()->set_name("owners/GM0677/frameworks/kader-1/goals/doel-1");
  EXPECT_THAT(Violations(request), IsEmpty());
  EXPECT_FALSE(RequireFields(request.goal()).ok());
  EXPECT_TRUE(RequireFields(Good().goal()).ok());
}

TEST_F(ValidateTest, TheOwnerIsTheOneOfTheNameOrTheParent) {
  EXPECT_EQ(OwnerOf(Good()), "GM0677");
  catalogue::v1::UpdateGoalRequest update;
  EXPECT_EQ(OwnerOf(update), "");
  update.mutable_goal()->set_name("owners/GM0299/frameworks/kader-1/goals/doel-1");
  EXPECT_EQ(OwnerOf(update), "GM0299");
  catalogue::v1::GetGoalRequest get;
  get.set_name("onzin");
  EXPECT_EQ(OwnerOf(get), "");
}

TEST_F(ValidateTest, ReferencesHaveTheShapeOfTheirType) {
  catalogue::v1::CreateGoalRequest request = Good();
  request.mutable_goal()->set_parent_goal("owners/GM0677/activities/a1");
  EXPECT_THAT(Violations(request), ElementsAre("goal.parent_goal BAD_NAME"));
  request.mutable_goal()->set_parent_goal("owners/GM0299/frameworks/kader-1/goals/doel-2");
  EXPECT_THAT(Violations(request), ElementsAre("goal.parent_goal FOREIGN_OWNER"));
}

TEST_F(ValidateTest, NamesOfReferenceDataNeedNoOwner) {
  registry_.Add(collaboration::v1::Membership::descriptor()->file());
  registry_.Add(collaboration::v1::Municipality::descriptor()->file());
  collaboration::v1::Membership membership;
  membership.set_name("regions/rg-haaglanden/memberships/gm0626");
  membership.set_municipality("municipalities/gm0626");
  EXPECT_THAT(Violations(membership), IsEmpty());
  EXPECT_EQ(OwnerOf(membership), "");
  membership.set_name("regions/RG-haaglanden/memberships/gm0626");
  membership.set_municipality("owners/GM0626");
  EXPECT_THAT(Violations(membership), ElementsAre("municipality BAD_NAME", "name BAD_NAME"));
}

TEST_F(ValidateTest, DecimalsAreExact) {
  indicator::v1::Measurement measurement;
  const auto* field = measurement.GetDescriptor()->FindFieldByName("value");
  ASSERT_NE(field, nullptr);
  const auto violates = [&](const std::string& value) {
    indicator::v1::Measurement copy = measurement;
    copy.GetReflection()->SetString(&copy, field, value);
    return Violations(copy).count("value BAD_DECIMAL") > 0;
  };
  for (const std::string& good : {std::string("0"), std::string("-0.5"), std::string("12.500"), std::string(24, '9'),
                                  std::string("1.123456789012")}) {
    EXPECT_FALSE(violates(good)) << good;
  }
  for (const std::string& bad :
       {std::string("-"), std::string(".5"), std::string("5."), std::string("1e3"), std::string("1,5"),
        std::string("+1"), std::string(25, '9'), std::string("1.1234567890123"), std::string("--1"),
        std::string("1.2.3"), std::string(" 1"), std::string("NaN")}) {
    EXPECT_TRUE(violates(bad)) << bad;
  }
}

}  // namespace
}  // namespace regiokompas::api
