// Which role may do what. The table itself is in roles.cc.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/call.h"
#include "regiokompas/options/v1/options.pb.h"

namespace regiokompas::auth {

// True when a role that `principal` has for `owner` holds `permission`. Everything else is denied: an owner that the
// token does not name, a role that is not in the table, a service's role in another token, PERMISSION_UNSPECIFIED.
// REFERENCE_READ asks for a role at any owner. Pure; thread-safe.
bool Allows(const Principal& principal, absl::string_view owner, options::v1::Permission permission);

// The owners of the token for which it gives `permission`: as these its bearer may receive what others share.
std::vector<std::string> OwnersWith(const Principal& principal, options::v1::Permission permission);

// True when what the permission gives can be shared with other owners: reading policy, progress and figures.
bool IsShareable(options::v1::Permission permission);

// The names of the roles that people and systems can have, in the order of the table.
std::vector<std::string> RoleNames();

}  // namespace regiokompas::auth
