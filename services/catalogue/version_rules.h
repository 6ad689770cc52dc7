// Rules of decisions about frameworks. Pure: no database, no clock.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "common/base/errors.h"
#include "google/protobuf/message.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"

namespace regiokompas::catalogue {

// The version that an adoption of `framework` makes; `today` is the civil date in the Netherlands. Without its name,
// ordinal and counts.
v1::Version AdoptionOf(const v1::Framework& framework, const v1::AdoptFrameworkRequest& request,
                       const std::string& today);

// The same for a withdrawal.
v1::Version WithdrawalOf(const v1::Framework& framework, const v1::WithdrawFrameworkRequest& request,
                         const std::string& today);

// A version does not end before it starts.
void CheckVersion(const google::protobuf::Message& version, errors::Violations& violations);

// FAILED_PRECONDITION: only what is adopted can be withdrawn.
absl::Status NotAdopted(const std::string& framework);

// INVALID_ARGUMENT: a version, or moments, but not both.
absl::Status VersionOrMoment();

}  // namespace regiokompas::catalogue
