#include "common/auth/roles.h"

#include <cstdint>

namespace regiokompas::auth {
namespace {

using options::v1::Permission;

constexpr uint32_t Bit(Permission permission) { return uint32_t{1} << permission; }

constexpr uint32_t kCatalogueRead = Bit(options::v1::PERMISSION_CATALOGUE_READ);
constexpr uint32_t kCatalogueWrite = Bit(options::v1::PERMISSION_CATALOGUE_WRITE);
constexpr uint32_t kCatalogueAdopt = Bit(options::v1::PERMISSION_CATALOGUE_ADOPT);
constexpr uint32_t kProgressRead = Bit(options::v1::PERMISSION_PROGRESS_READ);
constexpr uint32_t kProgressWrite = Bit(options::v1::PERMISSION_PROGRESS_WRITE);
constexpr uint32_t kIndicatorRead = Bit(options::v1::PERMISSION_INDICATOR_READ);
constexpr uint32_t kIndicatorWrite = Bit(options::v1::PERMISSION_INDICATOR_WRITE);
constexpr uint32_t kIntakeRead = Bit(options::v1::PERMISSION_INTAKE_READ);
constexpr uint32_t kIntakeWrite = Bit(options::v1::PERMISSION_INTAKE_WRITE);
constexpr uint32_t kIntakeAccept = Bit(options::v1::PERMISSION_INTAKE_ACCEPT);
constexpr uint32_t kCollaborationRead = Bit(options::v1::PERMISSION_COLLABORATION_READ);
constexpr uint32_t kSharingWrite = Bit(options::v1::PERMISSION_SHARING_WRITE);
constexpr uint32_t kFeedRead = Bit(options::v1::PERMISSION_FEED_READ);

// What everybody has who may look at an owner's policy at all.
constexpr uint32_t kPolicyRead = kCatalogueRead | kProgressRead | kIndicatorRead | kCollaborationRead;

static_assert(options::v1::Permission_MAX < 32, "a role's permissions are the bits of one word");

struct Role {
  const char* name;
  uint32_t permissions;
  // Of services, by tokens that they sign for themselves; people and other systems never have it.
  bool service = false;
};

// clang-format off
constexpr Role kRoles[] = {
    {"policy_officer",       kPolicyRead | kCatalogueWrite | kCatalogueAdopt | kProgressWrite |
                             kIndicatorWrite | kIntakeRead | kIntakeWrite | kIntakeAccept | kSharingWrite},
    {"controller",           kPolicyRead | kProgressWrite | kIndicatorWrite | kIntakeRead},
    {"council_clerk",        kPolicyRead | kCatalogueAdopt},
    {"council_member",       kPolicyRead},
    {"regional_coordinator", kPolicyRead | kIntakeRead},
    {"integrator",           kPolicyRead},
    // Runs the machines and sees no municipality's data.
    {"operator",             0},
    // Follows what changes in another service; sees no municipality's data either.
    {"feed_reader",          kFeedRead, /*service=*/true},
};
// clang-format on

const Role* FindRole(const Principal& principal, const std::string& name) {
  for (const Role& role : kRoles) {
    if (name == role.name && role.service == principal.service) return &role;
  }
  return nullptr;
}

}  // namespace

bool Allows(const Principal& principal, absl::string_view owner, Permission permission) {
  if (permission <= options::v1::PERMISSION_UNSPECIFIED || permission > options::v1::Permission_MAX) return false;
  for (const OwnerRoles& entry : principal.owners) {
    for (const std::string& name : entry.roles) {
      const Role* role = FindRole(principal, name);
      if (role == nullptr) continue;
      // Reference data are the same for everybody who has a role somewhere.
      if (permission == options::v1::PERMISSION_REFERENCE_READ && !role->service) return true;
      if (entry.owner == owner && (role->permissions & Bit(permission)) != 0) return true;
    }
  }
  return false;
}

std::vector<std::string> OwnersWith(const Principal& principal, Permission permission) {
  std::vector<std::string> owners;
  for (const OwnerRoles& entry : principal.owners) {
    if (Allows(principal, entry.owner, permission)) owners.push_back(entry.owner);
  }
  return owners;
}

bool IsShareable(Permission permission) {
  return permission == options::v1::PERMISSION_CATALOGUE_READ || permission == options::v1::PERMISSION_PROGRESS_READ ||
         permission == options::v1::PERMISSION_INDICATOR_READ;
}

std::vector<std::string> RoleNames() {
  std::vector<std::string> names;
  for (const Role& role : kRoles) {
    if (!role.service) names.emplace_back(role.name);
  }
  return names;
}

}  // namespace regiokompas::auth
