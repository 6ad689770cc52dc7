// How a client shows itself to an address, and what it checks there.
#pragma once

#include <grpcpp/security/credentials.h>

#include <memory>
#include <string>

#include "common/rpc/tls.h"

namespace regiokompas::rpc {

// Plain for "unix:/path"; TLS with `keys` for all else.
std::shared_ptr<grpc::ChannelCredentials> CredentialsFor(const std::string& address, const TlsKeys& keys);

}  // namespace regiokompas::rpc
