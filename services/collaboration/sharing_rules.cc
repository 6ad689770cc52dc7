#include "services/collaboration/sharing_rules.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_split.h"
#include "common/base/hash.h"
#include "common/base/timestamp.h"
#include "common/names/resource_name.h"

namespace regiokompas::collaboration {
namespace {

constexpr const char* kScopes[] = {"frameworks", "cycles", "indicators"};

constexpr errors::Rule kBadReceiver{"BAD_RECEIVER",
                                    "{field} must be the owner id of another owner, such as RG-achterhoek or GM0677",
                                    "{field} moet een andere eigenaar zijn, zoals RG-achterhoek of GM0677"};
constexpr errors::Rule kBadScope{
    "BAD_SCOPE", "{field} must name a framework, cycle or indicator of the giver, or all with -",
    "{field} moet een beleidskader, cyclus of indicator van de gever noemen, of alle met -"};
constexpr errors::Rule kNeverInForce{"NEVER_IN_FORCE", "{field} must lie after from_time, and in the future",
                                     "{field} moet na from_time liggen, en in de toekomst"};

bool IsScope(absl::string_view owner, absl::string_view scope) {
  const std::vector<std::string> parts = absl::StrSplit(scope, '/');
  return parts.size() == 4 && parts[0] == "owners" && parts[1] == owner &&
         std::find(std::begin(kScopes), std::end(kScopes), parts[2]) != std::end(kScopes) &&
         (parts[3] == "-" || IsId(parts[3]));
}

}  // namespace

void CheckGrant(const google::protobuf::Message& message, errors::Violations& violations) {
  const auto& grant = static_cast<const v1::SharingGrant&>(message);
  if (!IsOwnerId(grant.receiver()) || grant.receiver() == names::OwnerOf(grant.name())) {
    violations.Add("receiver", kBadReceiver);
  }
  if (!IsScope(names::OwnerOf(grant.name()), grant.scope())) violations.Add("scope", kBadScope);
  if (grant.has_from_time() && ToTime(grant.until_time()) <= ToTime(grant.from_time())) {
    violations.Add("until_time", kNeverInForce);
  }
}

absl::Status CheckEnd(absl::Time now, const v1::SharingGrant& grant) {
  errors::Violations violations;
  if (ToTime(grant.until_time()) <= now) violations.Add("until_time", kNeverInForce);
  return violations.ToStatus();
}

void SetState(absl::Time now, v1::SharingGrant& grant) {
  if (grant.has_withdraw_time()) {
    grant.set_state(v1::SHARING_GRANT_STATE_WITHDRAWN);
  } else if (now >= ToTime(grant.until_time())) {
    grant.set_state(v1::SHARING_GRANT_STATE_EXPIRED);
  } else {
    grant.set_state(grant.has_from_time() && now < ToTime(grant.from_time()) ? v1::SHARING_GRANT_STATE_GIVEN
                                                                             : v1::SHARING_GRANT_STATE_IN_FORCE);
  }
}

std::string ScopeBelowOwner(absl::string_view scope) {
  const std::vector<std::string> parts = absl::StrSplit(scope, absl::MaxSplits('/', 2));
  return parts.size() == 3 ? parts[2] : "";
}

}  // namespace regiokompas::collaboration
