#include "common/names/resource_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/hash.h"
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

TEST(ResourceNameTest, ReferenceDataHaveNoOwner) {
  const Pattern pattern("regions/{region}/memberships/{membership}");
  EXPECT_FALSE(pattern.HasOwner());
  EXPECT_TRUE(Pattern("owners/{owner}/frameworks/{framework}").HasOwner());
  EXPECT_THAT(pattern.Parse("regions/rg-haaglanden/memberships/gm0626-2"),
              Optional(ElementsAre("rg-haaglanden", "gm0626-2")));
  EXPECT_THAT(pattern.Parent().Parse("regions/-", true), Optional(ElementsAre("-")));
  EXPECT_FALSE(pattern.Parse("regions/RG-haaglanden/memberships/gm0626").has_value());
  EXPECT_THAT(pattern.Parent().Parent().Parse(""), Optional(testing::IsEmpty()));
  EXPECT_FALSE(pattern.Parent().Parent().Parse("regions/rg-haaglanden").has_value());
  EXPECT_TRUE(IsOwnerId(kCountry));
}

TEST(ResourceNameTest, ATaskFieldHasItsYearAndCode) {
  const Pattern pattern("taskfields/{taskfield}");
  for (const char* id : {"2022-6.72", "2023-6.71a", "2017-0.1", "2017-0.10", "2025-6.711"}) {
    EXPECT_THAT(pattern.Parse(std::string("taskfields/") + id), Optional(ElementsAre(id)));
  }
  for (const char* id :
       {"", "6.72", "2022", "2022-6", "2022-6.", "2022-.72", "2022-6.72ab", "2022-6.7.2", "2022-6.72A", "2022_6.72",
        "22-6.72", "a022-6.72", "2022-6.a", "2022-6,72", "2022-6.72/", "gm0677", "2022-6.0000000000000001"}) {
    EXPECT_FALSE(pattern.Parse(std::string("taskfields/") + id).has_value()) << id;
  }
  EXPECT_FALSE(Pattern("parties/{party}").Parse("parties/2022-6.72").has_value()) << "no other id has a dot";
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
