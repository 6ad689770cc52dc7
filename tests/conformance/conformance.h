// The fixture of the tests over gRPC, with what nearly all of them need.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "tests/support/builders.h"
#include "tests/support/client.h"
#include "tests/support/sql.h"
#include "tests/support/test_suite.h"

namespace regiokompas::test {

using Catalogue = catalogue::v1::CatalogueService::Stub;
using Progress = progress::v1::ProgressService::Stub;

class ConformanceTest : public testing::Test {
 protected:
  explicit ConformanceTest(TestSuite::Options options = {})
      : suite_(options), client_(suite_.channel(), suite_.Officer()) {}

  Client ClientOf(const std::string& owner, const std::string& subject = "jansen") {
    return Client(suite_.channel(), suite_.Officer(owner, subject));
  }

  // Tokens expire when the clock moves, so the client gets a new one.
  void MoveClock(absl::Duration by) {
    suite_.SetClock(suite_.Now() + by);
    client_ = ClientOf(kOwner);
  }

  google::protobuf::Timestamp Timestamp(absl::Time time) {
    google::protobuf::Timestamp timestamp;
    timestamp.set_seconds(absl::ToUnixSeconds(time));
    return timestamp;
  }

  // A framework beleidskader-1, which most things need.
  catalogue::v1::Framework MakeFramework(const std::string& id = "beleidskader-1") {
    auto answer = client_.Call(&Catalogue::CreateFramework, CreateFramework(OwnerName(kOwner), id));
    EXPECT_TRUE(IsOk(answer));
    return answer.value;
  }

  catalogue::v1::Activity MakeActivity(const std::string& id = "activiteit-1") {
    auto answer = client_.Call(&Catalogue::CreateActivity, CreateActivity(OwnerName(kOwner), id));
    EXPECT_TRUE(IsOk(answer));
    return answer.value;
  }

  Answer<catalogue::v1::Framework> GetFramework(const std::string& name) {
    catalogue::v1::GetFrameworkRequest request;
    request.set_name(name);
    return client_.Call(&Catalogue::GetFramework, request);
  }

  Answer<catalogue::v1::Activity> GetActivity(const std::string& name) {
    catalogue::v1::GetActivityRequest request;
    request.set_name(name);
    return client_.Call(&Catalogue::GetActivity, request);
  }

  catalogue::v1::UpdateFrameworkRequest UpdateOf(const catalogue::v1::Framework& framework,
                                                 const std::vector<std::string>& paths = {}) {
    catalogue::v1::UpdateFrameworkRequest request;
    *request.mutable_framework() = framework;
    for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
    request.set_request_id(NewRequestId());
    return request;
  }

  Answer<catalogue::v1::Framework> Update(const catalogue::v1::Framework& framework,
                                          const std::vector<std::string>& paths = {}) {
    return client_.Call(&Catalogue::UpdateFramework, UpdateOf(framework, paths));
  }

  TestSuite suite_;
  Client client_;  // a policy officer of kOwner
};

}  // namespace regiokompas::test
