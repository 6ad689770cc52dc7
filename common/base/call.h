// What every layer below the wire knows of the call that it serves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/base/clock.h"

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
  std::vector<OwnerRoles> owners;
  absl::Time expire_time = absl::InfinitePast();

  // Unique over issuers; written into history and request ids.
  std::string Id() const { return issuer + ":" + subject; }
};

// Lives on the stack of rpc::Serve for the length of one call, is passed by reference and never stored.
// Used by one thread at a time.
struct Call {
  const Clock& clock;
  std::string method;      // regiokompas.catalogue.v1.CatalogueService/GetActivity
  std::string request_id;  // for logs and traces; not the request_id of a write
  std::string token = {};  // the raw token, only to be forwarded to a peer
  Principal principal = {};
  std::string owner = {};                        // the active owner: the one in the request's resource name
  absl::Time deadline = absl::InfiniteFuture();  // of the whole call
  absl::Time moment = absl::InfinitePast();      // of a write: one for all that it changes, later than any before it
  int64_t revision = 0;                          // of the owner's data that the answer shows; 0 when nothing was read
  absl::Duration database_time = absl::ZeroDuration();  // spent in transactions, for the log line
};

}  // namespace regiokompas
