// Calls over the wire as a client makes them, and what a client can read in the answer. Knows gRPC and the error model
// of the contract, nothing of the product.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/message.h"
#include "google/rpc/error_details.pb.h"

namespace regiokompas::test {

// What came back beside the message.
struct Outcome {
  grpc::Status status;
  std::map<std::string, std::string> trailers;

  bool ok() const { return status.ok(); }
  grpc::StatusCode code() const { return status.error_code(); }

  // The details of google.rpc.Status; empty messages when they are absent.
  google::rpc::ErrorInfo error_info() const;
  google::rpc::LocalizedMessage localized() const;
  google::rpc::BadRequest bad_request() const;
  std::string reason() const { return error_info().reason(); }
  // "field REASON" of every violation.
  std::set<std::string> violations() const;
  // The owner's sequence that the answer shows, or -1.
  int64_t revision() const;
};

template <typename Response>
struct Answer : Outcome {
  Response value;
};

// For messages of failed expectations.
std::ostream& operator<<(std::ostream& out, const Outcome& outcome);

// The bearer of a token at the end of a channel. Copyable; calls may be made by many threads.
class Client {
 public:
  Client(std::shared_ptr<grpc::Channel> channel, std::string token)
      : channel_(std::move(channel)), token_(std::move(token)) {}

  Client& Language(std::string language) {
    language_ = std::move(language);
    return *this;
  }
  Client& Timeout(std::chrono::milliseconds timeout) {
    timeout_ = timeout;
    return *this;
  }
  // Sent as x-request-id.
  Client& CallId(std::string id) {
    call_id_ = std::move(id);
    return *this;
  }

  // client.Call(&CatalogueService::Stub::GetGoal, request)
  template <typename Stub, typename Request, typename Response>
  Answer<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                        const Request& request) const {
    grpc::ClientContext context;
    Prepare(context);
    Stub stub(channel_);
    Answer<Response> answer;
    answer.status = (stub.*method)(&context, request, &answer.value);
    answer.trailers = Trailers(context);
    return answer;
  }

  // Any method by its path "/package.Service/Method", with its messages as bytes. The answer of one that streams is its
  // first message; a watch, which has no end, is left then.
  Answer<std::string> CallByName(const std::string& path, const google::protobuf::Message& request) const;

 private:
  void Prepare(grpc::ClientContext& context) const;
  Answer<std::string> StreamByName(const std::string& path, const grpc::ByteBuffer& request, bool endless) const;
  static std::map<std::string, std::string> Trailers(const grpc::ClientContext& context);

  std::shared_ptr<grpc::Channel> channel_;
  std::string token_;  // none when empty
  std::string language_;
  std::string call_id_;
  std::chrono::milliseconds timeout_{20'000};
};

// EXPECT_TRUE(IsOk(answer)) and EXPECT_TRUE(FailsWith(answer, grpc::NOT_FOUND, "RESOURCE_NOT_FOUND")): also check what
// the error model promises of every error.
testing::AssertionResult IsOk(const Outcome& outcome);
testing::AssertionResult FailsWith(const Outcome& outcome, grpc::StatusCode code, const std::string& reason);

}  // namespace regiokompas::test
