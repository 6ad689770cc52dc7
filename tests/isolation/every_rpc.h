// Every RPC of the services that run, known by its descriptor: a new one is tested without a line here.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "regiokompas/options/v1/options.pb.h"
#include "tests/support/client.h"
#include "tests/support/test_suite.h"

namespace regiokompas::test {

// The RPCs of one suite, which must outlive it. One thread.
class EveryRpc {
 public:
  using Method = google::protobuf::MethodDescriptor;

  explicit EveryRpc(const TestSuite& suite);

  const std::vector<const Method*>& methods() const { return methods_; }

  // "/package.Service/Method"
  static std::string PathOf(const Method* method);
  static options::v1::Permission PermissionOf(const Method* method);

  // A right request about `owner`, with a new id per call, so that no creation is in another's way. What it makes is
  // said to be read from a publication, as with Fill.
  std::unique_ptr<google::protobuf::Message> Request(const Method* method, const std::string& owner);

  // Gives `owner` one of everything, under the names that RequestFor uses, as if it had been read from a publication.
  void Fill(const std::string& owner) const;

 private:
  const TestSuite& suite_;
  std::vector<const Method*> methods_;
  int count_ = 0;
};

// The field `name` of a message, or null; only a single string.
const google::protobuf::FieldDescriptor* TextField(const google::protobuf::Message& message, const char* name);

// Expects that `client` is refused what a request names, and cannot tell that from something that is not there; the
// request names the latter afterwards. False when it names no resource but an owner only: then nothing is expected.
bool ExpectAbsentLooksForbidden(const Client& client, const std::string& path, google::protobuf::Message& request);

}  // namespace regiokompas::test
