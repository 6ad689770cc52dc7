#include "tests/support/client.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include "google/rpc/status.pb.h"

namespace regiokompas::test {
namespace {

google::rpc::Status DetailsOf(const grpc::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  return details;
}

template <typename Detail>
Detail Find(const grpc::Status& status) {
  Detail detail;
  const google::rpc::Status details = DetailsOf(status);
  for (const auto& any : details.details()) {
    if (any.Is<Detail>()) any.UnpackTo(&detail);
  }
  return detail;
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  if (!buffer.DumpToSingleSlice(&slice).ok()) return "";
  return std::string(reinterpret_cast<const char*>(slice.begin()), slice.size());
}

}  // namespace

google::rpc::ErrorInfo Outcome::error_info() const { return Find<google::rpc::ErrorInfo>(status); }

google::rpc::LocalizedMessage Outcome::localized() const { return Find<google::rpc::LocalizedMessage>(status); }

google::rpc::BadRequest Outcome::bad_request() const { return Find<google::rpc::BadRequest>(status); }

std::set<std::string> Outcome::violations() const {
  std::set<std::string> found;
  const google::rpc::BadRequest bad = bad_request();
  for (const auto& violation : bad.field_violations()) found.insert(violation.field() + " " + violation.reason());
  return found;
}

int64_t Outcome::revision() const {
  const auto found = trailers.find("regiokompas-revision");
  return found == trailers.end() ? -1 : std::stoll(found->second);
}

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  out << "code " << outcome.code() << " " << outcome.reason() << ": " << outcome.status.error_message();
  for (const std::string& violation : outcome.violations()) out << "\n  " << violation;
  return out;
}

void Client::Prepare(grpc::ClientContext& context) const {
  if (!token_.empty()) context.AddMetadata("authorization", "Bearer " + token_);
  if (!language_.empty()) context.AddMetadata("accept-language", language_);
  if (!call_id_.empty()) context.AddMetadata("x-request-id", call_id_);
  context.set_deadline(std::chrono::system_clock::now() + timeout_);
}

std::map<std::string, std::string> Client::Trailers(const grpc::ClientContext& context) {
  std::map<std::string, std::string> trailers;
  for (const auto& [key, value] : context.GetServerTrailingMetadata()) {
    trailers[std::string(key.data(), key.size())] = std::string(value.data(), value.size());
  }
  return trailers;
}

Answer<std::string> Client::StreamByName(const std::string& path, const grpc::ByteBuffer& request, bool endless) const {
  grpc::ClientContext context;
  Prepare(context);
  grpc::GenericStub stub(channel_);
  grpc::CompletionQueue queue;
  auto stream = stub.PrepareCall(&context, path, &queue);
  const auto await = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    return ok;
  };
  stream->StartCall(nullptr);
  await();
  stream->WriteLast(request, grpc::WriteOptions(), nullptr);
  await();
  Answer<std::string> answer;
  grpc::ByteBuffer message;
  stream->Read(&message, nullptr);
  const bool answered = await();
  if (answered) answer.value = BytesOf(message);
  if (answered && endless) context.TryCancel();
  for (bool more = answered && !endless; more;) {
    stream->Read(&message, nullptr);
    more = await();
  }
  stream->Finish(&answer.status, nullptr);
  await();
  answer.trailers = Trailers(context);
  // It was this client that ended it.
  if (answered && endless) answer.status = grpc::Status::OK;
  queue.Shutdown();
  return answer;
}

Answer<std::string> Client::CallByName(const std::string& path, const google::protobuf::Message& request) const {
  const grpc::Slice sent(request.SerializeAsString());
  const grpc::ByteBuffer request_bytes(&sent, 1);
  const bool endless = path.find("/Watch") != std::string::npos;
  if (endless || path.find("/Stream") != std::string::npos) return StreamByName(path, request_bytes, endless);
  grpc::ClientContext context;
  Prepare(context);
  grpc::GenericStub stub(channel_);
  grpc::CompletionQueue queue;
  auto call = stub.PrepareUnaryCall(&context, path, request_bytes, &queue);
  call->StartCall();
  Answer<std::string> answer;
  grpc::ByteBuffer response;
  call->Finish(&response, &answer.status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (answer.ok()) answer.value = BytesOf(response);
  answer.trailers = Trailers(context);
  queue.Shutdown();
  return answer;
}

testing::AssertionResult IsOk(const Outcome& outcome) {
  if (outcome.ok()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << outcome;
}

testing::AssertionResult FailsWith(const Outcome& outcome, grpc::StatusCode code, const std::string& reason) {
  if (outcome.code() != code || outcome.reason() != reason) {
    return testing::AssertionFailure() << "wanted code " << code << " " << reason << ", got " << outcome;
  }
  const google::rpc::Status details = DetailsOf(outcome.status);
  std::set<std::string> types;
  for (const auto& any : details.details()) {
    if (!types.insert(any.type_url()).second) return testing::AssertionFailure() << "two details of " << any.type_url();
  }
  if (details.code() != code) return testing::AssertionFailure() << "the details say code " << details.code();
  if (outcome.error_info().domain() != "regiokompas") return testing::AssertionFailure() << "no domain in ErrorInfo";
  if (outcome.localized().message().empty()) return testing::AssertionFailure() << "no LocalizedMessage";
  if (outcome.status.error_message().empty()) return testing::AssertionFailure() << "no message";
  // A placeholder that was not filled; the pattern of a name has braces of its own.
  for (const std::string& text : {outcome.localized().message(), outcome.status.error_message()}) {
    if (text.find('{') != std::string::npos && text.find("owners/{") == std::string::npos)
      return testing::AssertionFailure() << "unfilled: " << text;
  }
  if (outcome.trailers.count("regiokompas-request-id") == 0) return testing::AssertionFailure() << "no request id";
  return testing::AssertionSuccess();
}

}  // namespace regiokompas::test
