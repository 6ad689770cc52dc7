// Which role may do what. The table itself is in roles.cc.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/call.h"
#include "regiokompas/options/v1/options.pb.h"

namespace regiokompas::auth {

// True when a role that `principal` has for `owner` holds `permission`. Everything else is denied: an owner that the
// token does not name, a role that is not in the table, PERMISSION_UNSPECIFIED. Pure; thread-safe.
bool Allows(const Principal& principal, absl::string_view owner, options::v1::Permission permission);

// The names of all roles, in the order of the table.
std::vector<std::string> RoleNames();

}  // namespace regiokompas::auth
