#include "common/names/resource_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "regiokompas/catalogue/v1/catalogue_service.pb.h"

namespace regiokompas::names {
namespace {

using testing::ElementsAre;
using testing::Optional;

TEST(ResourceNameTest, APatternReadsAndWritesNames) {
  const Pattern pattern = Pattern::Of(catalogue::v1::Goal::descriptor());
  EXPECT_EQ(pattern.text(), "owners/{owner}/frameworks/{framework}/goals/{goal}");
  EXPECT_THAT(pattern.variables(), ElementsAre("owner", "framework", "goal"));
  const std::string name = "owners/GM0677/frameworks/kader-1/goals/doel-1";
  EXPECT_THAT(pattern.Parse(name), Optional(ElementsAre("GM0677", "kader-1", "doel-1")));
  EXPECT_EQ(pattern.Format({"GM0677", "kader-1", "doel-1"}), name);
}

TEST(ResourceNameTest, WhatDoesNotFitIsNoName) {
  const Pattern pattern("owners/{owner}/frameworks/{framework}");
  for (const char* name : {"", "/", "owners/GM0677", "owners/GM0677/frameworks", "owners/GM0677/frameworks/",
                           "owners/GM0677/frameworks/a1/", "/owners/GM0677/frameworks/a1", "owners/XX/frameworks/a1",
                           "owners/GM0677/goals/a1", "owners/GM0677/frameworks/A1", "Owners/GM0677/frameworks/a1",
                           "owners/GM0677/frameworks/a1/goals/b1", "owners//frameworks/a1"}) {
    EXPECT_FALSE(pattern.Parse(name).has_value()) << name;
  }
}

TEST(ResourceNameTest, AWildcardStandsForAnyIdButNotForAnOwner) {
  const Pattern pattern("owners/{owner}/frameworks/{framework}");
  EXPECT_FALSE(pattern.Parse("owners/GM0677/frameworks/-").has_value());
  EXPECT_THAT(pattern.Parse("owners/GM0677/frameworks/-", true), Optional(ElementsAre("GM0677", "-")));
  EXPECT_FALSE(pattern.Parse("owners/-/frameworks/a1", true).has_value());
}

TEST(ResourceNameTest, Parents) {
  const Pattern pattern("owners/{owner}/frameworks/{framework}");
  EXPECT_EQ(pattern.Parent().text(), "owners/{owner}");
  EXPECT_EQ(pattern.Parent().Parent().text(), "");
  EXPECT_FALSE(pattern.Parent().Parse("owners/GM0677/frameworks/a1").has_value());
}

TEST(ResourceNameTest, PartsOfNames) {
  EXPECT_EQ(OwnerOf("owners/GM0677/anything/at/all"), "GM0677");
  EXPECT_EQ(OwnerOf("owners/GM0677"), "GM0677");
  EXPECT_EQ(OwnerOf("owners/onzin/frameworks/a1"), "");
  EXPECT_EQ(OwnerOf("profiles/hulst"), "");
  EXPECT_EQ(OwnerOf(""), "");
  EXPECT_EQ(LastId("owners/GM0677/activities/a1"), "a1");
  EXPECT_EQ(LastId("a1"), "a1");
}

TEST(ResourceNameTest, ARegistryKnowsWhatAContractImports) {
  Registry registry;
  registry.Add(catalogue::v1::GetGoalRequest::descriptor()->file());
  ASSERT_NE(registry.Find("catalogue.regiokompas/Goal"), nullptr);
  EXPECT_EQ(registry.Find("catalogue.regiokompas/Activity")->text(), "owners/{owner}/activities/{activity}");
  EXPECT_EQ(registry.Find("progress.regiokompas/ReportingCycle"), nullptr);
}

TEST(ResourceNameDeathTest, AMalformedPatternEndsTheProgram) {
  EXPECT_DEATH(Pattern("owners/{owner}/frameworks"), "contract error");
  EXPECT_DEATH(Pattern("owners/owner"), "contract error");
}

}  // namespace
}  // namespace regiokompas::names
