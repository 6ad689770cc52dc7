// The one way from the wire into a service: identity, deadline, admission, validation, permission, error conversion,
// log line and metrics happen here and nowhere else.
#pragma once

#include <grpcpp/server_context.h>

#include <atomic>
#include <map>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "common/auth/token_verifier.h"
#include "common/base/call.h"
#include "common/names/resource_name.h"
#include "common/obs/log.h"
#include "common/obs/metrics.h"
#include "google/protobuf/message.h"
#include "regiokompas/options/v1/options.pb.h"

namespace regiokompas::rpc {

// What all services of a process share. Everything outlives the endpoints.
struct Environment {
  const Clock& clock;
  obs::Logger& log;
  obs::Metrics& metrics;
  const auth::TokenVerifier& verifier;
  // Set when the process stops: calls that come in from outside from then on are refused with UNAVAILABLE. Calls
  // between services of the process are not: they belong to calls in flight.
  std::atomic<bool> draining = false;
  // Calls inside any service of the process.
  std::atomic<int> calls = 0;
};

// One per service. Thread-safe.
class Endpoint {
 public:
  // `max_calls` is the number of calls that may be inside at once; one more is refused at once with UNAVAILABLE.
  Endpoint(Environment& environment, std::string name, const google::protobuf::ServiceDescriptor* service,
           int max_calls);

  // Lets calls read what other owners share; without it they are refused. Before the server starts.
  void ReceiveShares() { receives_shares_ = true; }

  // Runs `method` and returns what goes on the wire. The RPC, and with it the permission, is known by the type of
  // `request`: no two RPCs share one (the contract check sees to that). `response` is null for a method that streams.
  grpc::Status Serve(grpc::ServerContext* context, const google::protobuf::Message& request,
                     google::protobuf::Message* response, absl::FunctionRef<absl::Status(Call&)> method);

  // The same in parts, for a call that stays open (watch.h) and so has no permit: what is known of it when it comes in,
  // whether it may begin (never when all is `full`), and what goes on the wire at its end, which Finish also tells in
  // the log and the figures.
  Call Receive(const grpc::ServerContextBase& context, const google::protobuf::Message& request) const;
  absl::Status Admit(const grpc::ServerContextBase& context, const google::protobuf::Message& request, bool full,
                     Call& call) const;
  grpc::Status Finish(grpc::ServerContextBase& context, const Call& call, absl::Time start, const absl::Status& status);

 private:
  struct Method {
    std::string name;  // package.Service/Method
    options::v1::Permission permission;
    absl::Duration default_deadline;
  };

  // As whom a call is made: fills its owner and receivers, or refuses it.
  absl::Status Authorise(const google::protobuf::Message& request, const Method& method, Call& call) const;

  Environment& environment_;
  const std::string name_;
  const int max_calls_;
  std::atomic<int> calls_ = 0;
  bool receives_shares_ = false;
  names::Registry registry_;
  std::map<const google::protobuf::Descriptor*, Method> methods_;
};

}  // namespace regiokompas::rpc
