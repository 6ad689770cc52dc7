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
  const std::set<Permission> read_both = {options::v1::PERMISSION_CATALOGUE_READ,
                                          options::v1::PERMISSION_PROGRESS_READ};
  const std::map<std::string, std::set<Permission>> expected = {
      {"policy_officer",
       {options::v1::PERMISSION_CATALOGUE_READ, options::v1::PERMISSION_CATALOGUE_WRITE,
        options::v1::PERMISSION_PROGRESS_READ, options::v1::PERMISSION_PROGRESS_WRITE,
        options::v1::PERMISSION_INTAKE_READ, options::v1::PERMISSION_INTAKE_WRITE,
        options::v1::PERMISSION_INTAKE_ACCEPT}},
      {"controller",
       {options::v1::PERMISSION_CATALOGUE_READ, options::v1::PERMISSION_PROGRESS_READ,
        options::v1::PERMISSION_PROGRESS_WRITE, options::v1::PERMISSION_INTAKE_READ}},
      {"council_clerk", read_both},
      {"council_member", read_both},
      {"regional_coordinator",
       {options::v1::PERMISSION_CATALOGUE_READ, options::v1::PERMISSION_PROGRESS_READ,
        options::v1::PERMISSION_INTAKE_READ}},
      {"integrator", read_both},
      {"operator", {}},
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
    EXPECT_EQ(Allows(everything, "GM0677", permission), permission != options::v1::PERMISSION_UNSPECIFIED)
        << options::v1::Permission_Name(permission);
  }
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
  const Principal officer = With({{"GM0677", {"policy_officer"}}});
  for (const int number : {-1, 0, options::v1::Permission_MAX + 1, 31, 32, 33, 1000}) {
    EXPECT_FALSE(Allows(officer, "GM0677", static_cast<Permission>(number))) << number;
  }
  EXPECT_FALSE(Allows(With({}), "", options::v1::PERMISSION_CATALOGUE_READ));
}

}  // namespace
}  // namespace regiokompas::auth
