#include "common/rpc/client.h"

#include <grpcpp/grpcpp.h>

#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace regiokompas::rpc {
namespace {

constexpr int kMaxAnswerBytes = 64 << 20;

// AIP-194: only UNAVAILABLE is safe to repeat without looking.
constexpr char kServiceConfig[] = R"({
  "methodConfig": [{
    "name": [{}],
    "retryPolicy": {
      "maxAttempts": 3, "initialBackoff": "0.1s", "maxBackoff": "1s", "backoffMultiplier": 2,
      "retryableStatusCodes": ["UNAVAILABLE"]
    }
  }],
  "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1},
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
  return arguments;
}

std::shared_ptr<grpc::Channel> Connect(const std::string& address, const std::string& ca_file) {
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (!absl::StartsWith(address, "unix:")) {
    grpc::SslCredentialsOptions tls;
    if (!ca_file.empty()) {
      std::stringstream pem;
      pem << std::ifstream(ca_file).rdbuf();
      tls.pem_root_certs = pem.str();
    }
    credentials = grpc::SslCredentials(tls);
  }
  return grpc::CreateCustomChannel(address, credentials, ClientArguments());
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
