#include "common/auth/roles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace regiokompas::auth {
namespace {

using options::v1::Permission;

Principal With(const std::vector<OwnerRoles>& owners) {
  Principal principal;
  principal.issuer = "dev";
  principal.subject = "jansen";
  principal.owners = owners;
  return principal;
}

std::vector<Permission> EveryPermission() {
  std::vector<Permission> permissions;
  const auto* descriptor = options::v1::Permission_descriptor();
  for (int i = 0; i < descriptor->value_count(); ++i) {
    permissions.push_back(static_cast<Permission>(descriptor->value(i)->number()));
  }
  return permissions;
}

// Written out once more, on purpose: a change of the table must be meant.
TEST(RolesTest, EveryRoleHoldsExactlyItsPermissions) {
  const std::set<Permission> reads = {options::v1::PERMISSION_CATALOGUE_READ, options::v1::PERMISSION_PROGRESS_READ,
                                      options::v1::PERMISSION_INDICATOR_READ, options::v1::PERMISSION_REFERENCE_READ,
                                      options::v1::PERMISSION_COLLABORATION_READ};
  const auto reads_and = [&reads](std::set<Permission> more) {
    more.insert(reads.begin(), reads.end());
    return more;
  };
  const std::map<std::string, std::set<Permission>> expected = {
      {"policy_officer", reads_and({options::v1::PERMISSION_CATALOGUE_WRITE, options::v1::PERMISSION_CATALOGUE_ADOPT,
                                    options::v1::PERMISSION_PROGRESS_WRITE, options::v1::PERMISSION_INDICATOR_WRITE,
                                    options::v1::PERMISSION_INTAKE_READ, options::v1::PERMISSION_INTAKE_WRITE,
                                    options::v1::PERMISSION_INTAKE_ACCEPT, options::v1::PERMISSION_SHARING_WRITE})},
      {"controller", reads_and({options::v1::PERMISSION_PROGRESS_WRITE, options::v1::PERMISSION_INDICATOR_WRITE,
                                options::v1::PERMISSION_INTAKE_READ})},
      {"council_clerk", reads_and({options::v1::PERMISSION_CATALOGUE_ADOPT})},
      {"council_member", reads},
      {"regional_coordinator", reads_and({options::v1::PERMISSION_INTAKE_READ})},
      {"integrator", reads},
      {"operator", {options::v1::PERMISSION_REFERENCE_READ}},
  };
  std::set<std::string> names;
  for (const std::string& name : RoleNames()) EXPECT_TRUE(names.insert(name).second) << name << " stands there twice";
  EXPECT_EQ(names.size(), expected.size());
  for (const auto& [role, permissions] : expected) {
    EXPECT_EQ(names.count(role), 1u) << role;
    for (const Permission permission : EveryPermission()) {
      EXPECT_EQ(Allows(With({{"GM0677", {role}}}), "GM0677", permission), permissions.count(permission) > 0)
          << role << " " << options::v1::Permission_Name(permission);
    }
  }
}

TEST(RolesTest, EveryPermissionIsOfSomeUse) {
  const Principal everything = With({{"GM0677", RoleNames()}});
  for (const Permission permission : EveryPermission()) {
    const bool of_people =
        permission != options::v1::PERMISSION_UNSPECIFIED && permission != options::v1::PERMISSION_FEED_READ;
    EXPECT_EQ(Allows(everything, "GM0677", permission), of_people) << options::v1::Permission_Name(permission);
  }
}

// Services and people never have each other's roles, whatever their tokens say.
TEST(RolesTest, AServiceReadsTheFeedAndNothingElse) {
  Principal service = With({{"NL", RoleNames()}, {"NL", {"feed_reader"}}});
  EXPECT_FALSE(Allows(service, "NL", options::v1::PERMISSION_FEED_READ));
  service.service = true;
  for (const Permission permission : EveryPermission()) {
    EXPECT_EQ(Allows(service, "NL", permission), permission == options::v1::PERMISSION_FEED_READ)
        << options::v1::Permission_Name(permission);
    EXPECT_FALSE(Allows(service, "GM0677", permission));
  }
}

TEST(RolesTest, SharesAreReceivedAsTheOwnersThatTheTokenNames) {
  const Principal principal = With({{"RG-achterhoek", {"regional_coordinator"}}, {"GM0677", {"operator"}}});
  EXPECT_THAT(OwnersWith(principal, options::v1::PERMISSION_CATALOGUE_READ), testing::ElementsAre("RG-achterhoek"));
  EXPECT_THAT(OwnersWith(principal, options::v1::PERMISSION_CATALOGUE_WRITE), testing::IsEmpty());
}

TEST(RolesTest, ARoleCountsForItsOwnOwnerOnly) {
  const Principal principal = With({{"GM0677", {"council_member"}}, {"GM1676", {"policy_officer"}}});
  EXPECT_TRUE(Allows(principal, "GM0677", options::v1::PERMISSION_CATALOGUE_READ));
  EXPECT_FALSE(Allows(principal, "GM0677", options::v1::PERMISSION_CATALOGUE_WRITE));
  EXPECT_TRUE(Allows(principal, "GM1676", options::v1::PERMISSION_CATALOGUE_WRITE));
  for (const char* owner : {"", "GM067", "GM06777", "gm0677", "NL", "RG-achterhoek"}) {
    EXPECT_FALSE(Allows(principal, owner, options::v1::PERMISSION_CATALOGUE_READ)) << owner;
  }
}

TEST(RolesTest, RolesOfOneOwnerAddUp) {
  for (const Principal& principal :
       {With({{"NL", {"council_member", "controller"}}}), With({{"NL", {"council_member"}}, {"NL", {"controller"}}})}) {
    EXPECT_TRUE(Allows(principal, "NL", options::v1::PERMISSION_PROGRESS_WRITE));
    EXPECT_FALSE(Allows(principal, "NL", options::v1::PERMISSION_INTAKE_ACCEPT));
  }
}

TEST(RolesTest, WhatIsUnknownGivesNothing) {
  for (const char* role : {"", "admin", "Policy_Officer", "policy_officer ", "policy"}) {
    for (const Permission permission : EveryPermission()) {
      EXPECT_FALSE(Allows(With({{"GM0677", {role}}}), "GM0677", permission)) << role;
    }
  }
  EXPECT_FALSE(Allows(With({{"GM0677", {"admin"}}}), "NL", options::v1::PERMISSION_REFERENCE_READ));
  const Principal officer = With({{"GM0677", {"policy_officer"}}});
  for (const int number : {-1, 0, options::v1::Permission_MAX + 1, 31, 32, 33, 1000}) {
    EXPECT_FALSE(Allows(officer, "GM0677", static_cast<Permission>(number))) << number;
  }
  EXPECT_FALSE(Allows(With({}), "", options::v1::PERMISSION_CATALOGUE_READ));
}

}  // namespace
}  // namespace regiokompas::auth
