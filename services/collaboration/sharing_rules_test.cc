#include "services/collaboration/sharing_rules.h"

#include <gtest/gtest.h>

namespace regiokompas::collaboration {
namespace {

v1::SharingGrant AGrant() {
  v1::SharingGrant grant;
  grant.set_name("owners/GM0677/grants/deling-1");
  grant.set_receiver("RG-achterhoek");
  grant.set_scope("owners/GM0677/frameworks/-");
  grant.mutable_from_time()->set_seconds(100);
  grant.mutable_until_time()->set_seconds(200);
  return grant;
}

bool IsRight(const v1::SharingGrant& grant) {
  errors::Violations violations;
  CheckGrant(grant, violations);
  return violations.empty();
}

TEST(SharingRulesTest, WhatCanBeShared) {
  v1::SharingGrant grant = AGrant();
  for (const char* scope : {"owners/GM0677/frameworks/-", "owners/GM0677/frameworks/kader-1",
                            "owners/GM0677/cycles/vgr-1", "owners/GM0677/indicators/-"}) {
    grant.set_scope(scope);
    EXPECT_TRUE(IsRight(grant)) << scope;
  }
  for (const char* scope : {"", "owners/GM0677", "owners/GM0677/-", "owners/GM0677/drafts/-",
                            "owners/GM0677/mappings/-", "owners/GM0677/publications/-", "owners/GM0677/frameworks/",
                            "owners/GM0677/frameworks/%", "owners/GM0677/frameworks/kader-1/goals/doel-1",
                            "owners/GM0677/activities/a1", "x/GM0677/frameworks/-", "owners/GM0299/frameworks/-"}) {
    grant.set_scope(scope);
    EXPECT_FALSE(IsRight(grant)) << scope;
  }
}

TEST(SharingRulesTest, TheReceiverIsAnotherOwner) {
  v1::SharingGrant grant = AGrant();
  for (const char* receiver : {"RG-liemers", "GM0299", "NL"}) {
    grant.set_receiver(receiver);
    EXPECT_TRUE(IsRight(grant)) << receiver;
  }
  for (const char* receiver : {"", "GM0677", "achterhoek", "GM0299,RG-liemers", "owners/GM0299"}) {
    grant.set_receiver(receiver);
    EXPECT_FALSE(IsRight(grant)) << receiver;
  }
}

TEST(SharingRulesTest, AGrantEndsAfterItStarts) {
  v1::SharingGrant grant = AGrant();
  grant.mutable_until_time()->set_seconds(100);
  EXPECT_FALSE(IsRight(grant));
  grant.clear_from_time();
  EXPECT_TRUE(IsRight(grant));
}

TEST(SharingRulesTest, TheStateFollowsFromTheMoments) {
  v1::SharingGrant grant = AGrant();
  const auto state_at = [&](int64_t seconds) {
    SetState(absl::FromUnixSeconds(seconds), grant);
    return grant.state();
  };
  EXPECT_EQ(state_at(99), v1::SHARING_GRANT_STATE_GIVEN);
  EXPECT_EQ(state_at(100), v1::SHARING_GRANT_STATE_IN_FORCE);
  EXPECT_EQ(state_at(199), v1::SHARING_GRANT_STATE_IN_FORCE);
  EXPECT_EQ(state_at(200), v1::SHARING_GRANT_STATE_EXPIRED);
  grant.clear_from_time();
  EXPECT_EQ(state_at(1), v1::SHARING_GRANT_STATE_IN_FORCE);
  grant.mutable_withdraw_time()->set_seconds(150);
  EXPECT_EQ(state_at(1), v1::SHARING_GRANT_STATE_WITHDRAWN);
  EXPECT_EQ(state_at(200), v1::SHARING_GRANT_STATE_WITHDRAWN);
}

TEST(SharingRulesTest, ScopesBelowTheirOwner) {
  EXPECT_EQ(ScopeBelowOwner("owners/GM0677/frameworks/-"), "frameworks/-");
  EXPECT_EQ(ScopeBelowOwner("owners/GM0677"), "");
}

}  // namespace
}  // namespace regiokompas::collaboration
