#include "common/auth/roles.h"

#include <cstdint>

namespace regiokompas::auth {
namespace {

using options::v1::Permission;

constexpr uint32_t Bit(Permission permission) { return uint32_t{1} << permission; }

constexpr uint32_t kCatalogueRead = Bit(options::v1::PERMISSION_CATALOGUE_READ);
constexpr uint32_t kCatalogueWrite = Bit(options::v1::PERMISSION_CATALOGUE_WRITE);
constexpr uint32_t kProgressRead = Bit(options::v1::PERMISSION_PROGRESS_READ);
constexpr uint32_t kProgressWrite = Bit(options::v1::PERMISSION_PROGRESS_WRITE);
constexpr uint32_t kIntakeRead = Bit(options::v1::PERMISSION_INTAKE_READ);
constexpr uint32_t kIntakeWrite = Bit(options::v1::PERMISSION_INTAKE_WRITE);
constexpr uint32_t kIntakeAccept = Bit(options::v1::PERMISSION_INTAKE_ACCEPT);

static_assert(options::v1::Permission_MAX < 32, "a role's permissions are the bits of one word");

struct Role {
  const char* name;
  uint32_t permissions;
};

// clang-format off
constexpr Role kRoles[] = {
    //                       catalogue                         progress                        intake
    {"policy_officer",       kCatalogueRead | kCatalogueWrite | kProgressRead | kProgressWrite | kIntakeRead | kIntakeWrite | kIntakeAccept},
    {"controller",           kCatalogueRead |                   kProgressRead | kProgressWrite | kIntakeRead},
    {"council_clerk",        kCatalogueRead |                   kProgressRead},
    {"council_member",       kCatalogueRead |                   kProgressRead},
    {"regional_coordinator", kCatalogueRead |                   kProgressRead |                  kIntakeRead},
    {"integrator",           kCatalogueRead |                   kProgressRead},
    // Runs the machines and sees no municipality's data.
    {"operator",             0},
};
// clang-format on

}  // namespace

bool Allows(const Principal& principal, absl::string_view owner, Permission permission) {
  if (permission <= options::v1::PERMISSION_UNSPECIFIED || permission > options::v1::Permission_MAX) return false;
  for (const OwnerRoles& entry : principal.owners) {
    if (entry.owner != owner) continue;
    for (const std::string& name : entry.roles) {
      for (const Role& role : kRoles) {
        if (name == role.name && (role.permissions & Bit(permission)) != 0) return true;
      }
    }
  }
  return false;
}

std::vector<std::string> RoleNames() {
  std::vector<std::string> names;
  for (const Role& role : kRoles) names.emplace_back(role.name);
  return names;
}

}  // namespace regiokompas::auth
