// Rules of sharing grants that the contract's options can not say. Pure: no database, no clock of its own.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/errors.h"
#include "google/protobuf/message.h"
#include "regiokompas/collaboration/v1/sharing_grant.pb.h"

namespace regiokompas::collaboration {

// The receiver is another owner, the scope something of the giver that can be shared, and the end lies after the start.
void CheckGrant(const google::protobuf::Message& grant, errors::Violations& violations);

// INVALID_ARGUMENT when a grant that is made at `now` would have ended already.
absl::Status CheckEnd(absl::Time now, const v1::SharingGrant& grant);

// Sets the state that a grant has at `now`.
void SetState(absl::Time now, v1::SharingGrant& grant);

// owners/GM0677/frameworks/kader-1 -> frameworks/kader-1
std::string ScopeBelowOwner(absl::string_view scope);

}  // namespace regiokompas::collaboration
