// Calls from here to a service: channels with our limits and retries, and contexts that carry the caller's identity.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/channel_arguments.h>

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "common/base/call.h"
#include "common/rpc/tls.h"

namespace regiokompas::rpc {

// What every channel of ours asks for: turns between all addresses of the target but those of a server that drains,
// retries of UNAVAILABLE, and answers of up to 64 MiB.
grpc::ChannelArguments ClientArguments();

// A channel to "unix:/path" (plain: the socket's directory guards it, and `keys` are not used) or to a TLS address
// whose certificate is checked against keys.authorities (the system's when empty), and which is shown keys.certificate.
// UNAVAILABLE is retried twice; writes are safe to retry by their request_id.
std::shared_ptr<grpc::Channel> Connect(const std::string& address, const TlsKeys& keys);

// Fills a context for a call on behalf of `call`: its token, its request id and what is left of its deadline.
void Continue(const Call& call, grpc::ClientContext& context);

// Fills a context for a call of our own with `token`; `english` asks for English texts in errors.
void Begin(const std::string& token, absl::Duration timeout, bool english, grpc::ClientContext& context);

}  // namespace regiokompas::rpc
