#include "common/rpc/endpoint.h"

#include <grpcpp/grpcpp.h>

#include <exception>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/api/validate.h"
#include "common/auth/roles.h"
#include "common/base/errors.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "common/rpc/convert.h"

namespace regiokompas::rpc {
namespace {

constexpr absl::Duration kShortDeadline = absl::Seconds(5);
constexpr absl::Duration kLongDeadline = absl::Seconds(30);
// Thousands of rows, and a caller who has to send or take them all.
constexpr absl::Duration kFileDeadline = absl::Minutes(2);
constexpr size_t kMaxRequestIdBytes = 64;

std::string Metadata(const grpc::ServerContextBase& context, const char* key) {
  const auto found = context.client_metadata().find(key);
  return found == context.client_metadata().end() ? "" : std::string(found->second.data(), found->second.size());
}

// The caller's own id for the call, when it is fit for a log line: x-request-id, or the trace id of W3C traceparent.
std::string RequestIdOf(const grpc::ServerContextBase& context) {
  std::string id = Metadata(context, "x-request-id");
  if (id.empty()) {
    if (const std::string trace = Metadata(context, "traceparent"); trace.size() == 55) id = trace.substr(3, 32);
  }
  const bool printable = std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c <= '~'; });
  return id.empty() || id.size() > kMaxRequestIdBytes || !printable ? RandomUuid() : id;
}

// True for a call over the channel that a service has to another in the same process: gRPC's in-process transport is
// the one that has no peer to name.
bool IsInProcess(const grpc::ServerContextBase& context) { return context.peer() == "unknown"; }

// The owner as which a request asks, for the few that say so.
std::string ReceiverIn(const google::protobuf::Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("receiver");
  if (field == nullptr) return "";
  return request.GetReflection()->GetString(request, field);
}

absl::Duration DefaultDeadline(absl::string_view method) {
  for (const char* verb : {"Get", "List", "Create", "Update"}) {
    if (absl::StartsWith(method, verb)) return kShortDeadline;
  }
  if (absl::StartsWith(method, "Watch")) return absl::InfiniteDuration();
  if (absl::StartsWith(method, "Import") || absl::EndsWith(method, "File")) return kFileDeadline;
  return kLongDeadline;
}

}  // namespace

Endpoint::Endpoint(Environment& environment, std::string name, const google::protobuf::ServiceDescriptor* service,
                   int max_calls)
    : environment_(environment), name_(std::move(name)), max_calls_(max_calls) {
  registry_.Add(service->file());
  for (int i = 0; i < service->method_count(); ++i) {
    const auto* method = service->method(i);
    methods_[method->input_type()] = {absl::StrCat(service->full_name(), "/", method->name()),
                                      method->options().GetExtension(options::v1::permission),
                                      DefaultDeadline(method->name())};
  }
}

// Everything that must hold before a method runs, in the order in which a caller may learn of it.
absl::Status Endpoint::Admit(const grpc::ServerContextBase& context, const google::protobuf::Message& request,
                             bool full, Call& call) const {
  const Method& method = methods_.at(request.GetDescriptor());
  if (environment_.draining && !IsInProcess(context)) return errors::MakeRetryable(errors::kDraining);
  if (full) {
    environment_.metrics.Rejected(name_);
    return errors::MakeRetryable(errors::kOverloaded);
  }
  const std::string authorization = Metadata(context, "authorization");
  absl::string_view token = authorization;
  if (!absl::ConsumePrefix(&token, "Bearer ")) return errors::Make(errors::kTokenMissing);
  ASSIGN_OR_RETURN(call.principal, environment_.verifier.Verify(token));
  call.token = std::string(token);
  // Deadlines are of the machine's clock, not of the product's: gRPC counts in it.
  const absl::Time now = absl::Now();
  call.deadline = now + method.default_deadline;
  // Without a client deadline gRPC says time_point::max(), which arithmetic would overflow.
  if (context.deadline() != std::chrono::system_clock::time_point::max()) {
    call.deadline = std::min(call.deadline, absl::FromChrono(context.deadline()));
  }
  if (call.deadline <= now) return errors::Make(errors::kDeadlineExceeded);
  RETURN_IF_ERROR(api::Validate(request, registry_));
  return Authorise(request, method, call);
}

absl::Status Endpoint::Authorise(const google::protobuf::Message& request, const Method& method, Call& call) const {
  call.owner = api::OwnerOf(request);
  // What belongs to no owner in particular belongs to the country.
  if (call.owner.empty()) call.owner = names::kCountry;
  call.feed = method.permission == options::v1::PERMISSION_FEED_READ;
  const std::string receiver = ReceiverIn(request);
  const bool as_owner = receiver.empty() || receiver == call.owner;
  if (as_owner && auth::Allows(call.principal, call.owner, method.permission)) return absl::OkStatus();
  // Somebody else's data may be shared with an owner of the token: the database knows.
  if (receives_shares_ && auth::IsShareable(method.permission)) {
    for (const std::string& owner : auth::OwnersWith(call.principal, method.permission)) {
      if (as_owner || owner == receiver) call.receivers.push_back(owner);
    }
  }
  return call.receivers.empty() ? Forbidden(call) : absl::OkStatus();
}

Call Endpoint::Receive(const grpc::ServerContextBase& context, const google::protobuf::Message& request) const {
  const Method& method = methods_.at(request.GetDescriptor());
  return {.clock = environment_.clock,
          .method = method.name,
          .request_id = RequestIdOf(context),
          .permission = options::v1::Permission_Name(method.permission)};
}

grpc::Status Endpoint::Serve(grpc::ServerContext* context, const google::protobuf::Message& request,
                             google::protobuf::Message* response, absl::FunctionRef<absl::Status(Call&)> run) {
  const absl::Time start = absl::Now();
  ++environment_.calls;
  ++calls_;
  auto leave = absl::MakeCleanup([this] {
    --calls_;
    --environment_.calls;
  });
  Call call = Receive(*context, request);
  absl::Status status = Admit(*context, request, calls_ > max_calls_, call);
  if (status.ok()) {
    try {
      status = run(call);
    } catch (const std::exception& error) {
      status = absl::InternalError(error.what());
    }
  }
  if (!status.ok() && response != nullptr) response->Clear();
  return Finish(*context, call, start, status);
}

grpc::Status Endpoint::Finish(grpc::ServerContextBase& context, const Call& call, absl::Time start,
                              const absl::Status& status) {
  const Language language =
      absl::StartsWith(Metadata(context, "accept-language"), "en") ? Language::kEnglish : Language::kDutch;
  grpc::Status answer = ToGrpc(status, language, call.request_id);
  context.AddTrailingMetadata("regiokompas-request-id", call.request_id);
  if (call.revision > 0) context.AddTrailingMetadata("regiokompas-revision", absl::StrCat(call.revision));
  const absl::Duration latency = absl::Now() - start;
  const std::string code = absl::StatusCodeToString(static_cast<absl::StatusCode>(answer.error_code()));
  environment_.metrics.CallFinished(call.method, code, latency, call.database_time);
  // Polls of the feed come many times a second; they are counted, and told when they fail.
  if (call.feed && status.ok()) return answer;
  // Names of owners and callers, never bodies: logs are read by people who may not read the data.
  environment_.log.Write(
      answer.error_code() == grpc::StatusCode::INTERNAL ? obs::Severity::kError : obs::Severity::kInfo, "call",
      {{"method", call.method},
       {"code", code},
       {"reason", errors::ReasonOf(status)},
       {"cause", answer.error_code() == grpc::StatusCode::INTERNAL ? status.message() : ""},
       {"owner", call.owner},
       {"principal", call.principal.subject.empty() ? "" : call.principal.Id()},
       {"actor", call.principal.actor},
       {"receivers", absl::StrJoin(call.receivers, ",")},
       {"request_id", call.request_id},
       {"milliseconds", absl::ToDoubleMilliseconds(latency)},
       {"database_milliseconds", absl::ToDoubleMilliseconds(call.database_time)}});
  return answer;
}

}  // namespace regiokompas::rpc
