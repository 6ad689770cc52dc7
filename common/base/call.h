// What every layer below the wire knows of the call that it serves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/errors.h"

namespace regiokompas {

// One owner that a token names, with the roles that its bearer has there.
struct OwnerRoles {
  std::string owner;               // GM0677, RG-achterhoek or NL
  std::vector<std::string> roles;  // names from common/auth/roles.cc
};

// The verified bearer of a token.
struct Principal {
  std::string issuer;
  std::string subject;
  // The service that acts, by the token's `act` claim; empty for everybody else.
  std::string actor;
  // The token was signed by a service of this deployment, and gives the roles of services only.
  bool service = false;
  std::vector<OwnerRoles> owners;
  absl::Time expire_time = absl::InfinitePast();

  // Unique over issuers; written into history and request ids.
  std::string Id() const { return issuer + ":" + subject; }
};

// Lives on the stack of rpc::Serve for the length of one call, is passed by reference and never stored; that of a call
// that stays open lives in its rpc::Watch.
// Used by one thread at a time.
struct Call {
  const Clock& clock;
  std::string method;           // regiokompas.catalogue.v1.CatalogueService/GetActivity
  std::string request_id;       // for logs and traces; not the request_id of a write
  std::string permission = {};  // that the method asks for: PERMISSION_CATALOGUE_READ
  std::string token = {};       // the raw token, only to be forwarded to a peer
  Principal principal = {};
  std::string owner = {};  // the active owner: the one in the request's resource name, or NL when it names none
  // Set when the caller reads another owner's data: the owners as which it may have received a share. The database then
  // shows what is shared with one of them and nothing else.
  std::vector<std::string> receivers = {};
  bool feed = false;                             // reads the change feed, which spans owners
  absl::Time deadline = absl::InfiniteFuture();  // of the whole call
  absl::Time moment = absl::InfinitePast();      // of a write: one for all that it changes, later than any before it
  int64_t revision = 0;                          // of the owner's data that the answer shows; 0 when nothing was read
  absl::Duration database_time = absl::ZeroDuration();  // spent in transactions, for the log line
};

// The answer to whoever may not do this for the owner: the same whether what was asked about is there or not (AIP-211).
inline absl::Status Forbidden(const Call& call) {
  return errors::Make(errors::kOwnerForbidden, {{"owner", call.owner}, {"permission", call.permission}});
}

}  // namespace regiokompas
