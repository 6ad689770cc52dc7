#include "common/rpc/client.h"

#include <grpcpp/grpcpp.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/rpc/channel_credentials.h"

namespace regiokompas::rpc {
namespace {

constexpr int kMaxAnswerBytes = 64 << 20;

// AIP-194: only UNAVAILABLE is safe to repeat without looking. The tokens let pass what one server drops when it dies,
// and still end the repeating when most calls fail. The health of "" says whether a server drains, and nothing of its
// database: where a service is reached through one server only, its own error is worth more than none to ask.
constexpr char kServiceConfig[] = R"({
  "methodConfig": [{
    "name": [{}],
    "retryPolicy": {
      "maxAttempts": 3, "initialBackoff": "0.1s", "maxBackoff": "1s", "backoffMultiplier": 2,
      "retryableStatusCodes": ["UNAVAILABLE"]
    }
  }],
  "retryThrottling": {"maxTokens": 100, "tokenRatio": 0.1},
  "healthCheckConfig": {"serviceName": ""},
  "loadBalancingConfig": [{"round_robin": {}}]
})";

}  // namespace

grpc::ChannelArguments ClientArguments() {
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(kServiceConfig);
  arguments.SetMaxReceiveMessageSize(kMaxAnswerBytes);
  // A service that was away for an hour is found again at once, not after the two minutes that gRPC would come to wait.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 500);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  // Servers come and go within moments of each other in a rolling update; gRPC would ask for the new ones after 30 s.
  arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, 1000);
  return arguments;
}

std::shared_ptr<grpc::ChannelCredentials> CredentialsFor(const std::string& address, const TlsKeys& keys) {
  if (absl::StartsWith(address, "unix:")) return grpc::InsecureChannelCredentials();
  return grpc::SslCredentials(
      {.pem_root_certs = keys.authorities, .pem_private_key = keys.key, .pem_cert_chain = keys.certificate});
}

std::shared_ptr<grpc::Channel> Connect(const std::string& address, const TlsKeys& keys) {
  return grpc::CreateCustomChannel(address, CredentialsFor(address, keys), ClientArguments());
}

void Continue(const Call& call, grpc::ClientContext& context) {
  context.AddMetadata("authorization", absl::StrCat("Bearer ", call.token));
  context.AddMetadata("x-request-id", call.request_id);
  context.set_deadline(absl::ToChronoTime(call.deadline));
}

void Begin(const std::string& token, absl::Duration timeout, bool english, grpc::ClientContext& context) {
  context.AddMetadata("authorization", absl::StrCat("Bearer ", token));
  context.AddMetadata("accept-language", english ? "en" : "nl");
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
}

}  // namespace regiokompas::rpc
