// Generated from the descriptors of all services that run: a new RPC is tested without a line here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/auth/roles.h"
#include "google/api/field_behavior.pb.h"
#include "regiokompas/options/v1/options.pb.h"
#include "tests/isolation/every_rpc.h"
#include "tests/support/builders.h"
#include "tests/support/client.h"
#include "tests/support/test_suite.h"

namespace regiokompas::test {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

class PermissionsTest : public testing::Test {
 protected:
  static std::string PathOf(const MethodDescriptor* method) { return EveryRpc::PathOf(method); }
  static options::v1::Permission PermissionOf(const MethodDescriptor* method) { return EveryRpc::PermissionOf(method); }
  std::unique_ptr<Message> Request(const MethodDescriptor* method, const std::string& owner) {
    return every_.Request(method, owner);
  }
  void Fill(const std::string& owner) const { every_.Fill(owner); }

  // About no owner: every role of any owner may read reference data.
  static bool IsReference(const MethodDescriptor* method) {
    return PermissionOf(method) == options::v1::PERMISSION_REFERENCE_READ;
  }

  // For services, whatever the owner: people never have it.
  static bool IsFeed(const MethodDescriptor* method) {
    return PermissionOf(method) == options::v1::PERMISSION_FEED_READ;
  }

  TestSuite suite_;
  EveryRpc every_{suite_};
  const std::vector<const MethodDescriptor*>& methods_ = every_.methods();
};

TEST_F(PermissionsTest, ThereIsSomethingToTest) {
  EXPECT_GE(suite_.service_names().size(), 5u);
  EXPECT_GE(methods_.size(), 70u);
  for (const MethodDescriptor* method : methods_) {
    EXPECT_NE(PermissionOf(method), options::v1::PERMISSION_UNSPECIFIED) << method->full_name();
  }
}

// Without this the matrix could be satisfied by calls that never get to their data.
TEST_F(PermissionsTest, WhoMayDoEverythingGetsAnAnswer) {
  Fill(kOwner);
  const Client client(suite_.channel(), suite_.Officer());
  for (const MethodDescriptor* method : methods_) {
    if (absl::StrContains(method->full_name(), ".intake.") || IsFeed(method)) continue;
    // A municipality is no region; the overview has tests of its own.
    if (absl::EndsWith(method->name(), "RegionalOverview")) continue;
    // Nobody shares anything here to compare with.
    if (method->name() == "CompareOwners") continue;
    const auto answer = client.CallByName(PathOf(method), *Request(method, kOwner));
    // What was made above may hang on it.
    if (absl::StartsWith(method->name(), "Delete") && answer.reason() == "RESOURCE_IN_USE") continue;
    EXPECT_TRUE(IsOk(answer)) << method->full_name();
  }
}

TEST_F(PermissionsTest, EveryRpcAnswersEveryRoleAsTheTableSays) {
  Fill(kOwner);
  Fill(kOtherOwner);
  std::vector<std::string> roles = auth::RoleNames();
  ASSERT_GE(roles.size(), 7u);
  roles.emplace_back("een_rol_die_er_niet_is");
  int allowed_count = 0;
  for (const std::string& role : roles) {
    const Client client(suite_.channel(), suite_.Token({{kOwner, {role}}}));
    Principal principal;
    principal.owners = {{kOwner, {role}}};
    for (const MethodDescriptor* method : methods_) {
      SCOPED_TRACE(absl::StrCat(role, " calls ", method->name()));
      const bool allowed = auth::Allows(principal, kOwner, PermissionOf(method));
      allowed_count += allowed ? 1 : 0;
      const auto own = client.CallByName(PathOf(method), *Request(method, kOwner));
      if (allowed) {
        EXPECT_NE(own.code(), grpc::PERMISSION_DENIED) << own;
        EXPECT_NE(own.code(), grpc::UNAUTHENTICATED) << own;
        EXPECT_NE(own.code(), grpc::UNIMPLEMENTED) << own;
        EXPECT_NE(own.code(), grpc::INTERNAL) << own;
      } else {
        EXPECT_TRUE(FailsWith(own, grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
      }
      if (IsReference(method)) continue;
      const auto foreign = client.CallByName(PathOf(method), *Request(method, kOtherOwner));
      EXPECT_TRUE(FailsWith(foreign, grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
    }
  }
  EXPECT_GT(allowed_count, 0);
}

TEST_F(PermissionsTest, NoRpcAnswersWithoutAGoodToken) {
  Fill(kOwner);
  const Client anonymous(suite_.channel(), "");
  const Client late(suite_.channel(), suite_.Token({{kOwner, {"policy_officer"}}}, "jansen", -absl::Seconds(1)));
  const Client nobody(suite_.channel(), suite_.Token({}));
  for (const MethodDescriptor* method : methods_) {
    SCOPED_TRACE(method->full_name());
    for (const char* owner : {kOwner, kOtherOwner}) {
      EXPECT_TRUE(FailsWith(anonymous.CallByName(PathOf(method), *Request(method, owner)), grpc::UNAUTHENTICATED,
                            "TOKEN_MISSING"));
      EXPECT_TRUE(
          FailsWith(late.CallByName(PathOf(method), *Request(method, owner)), grpc::UNAUTHENTICATED, "TOKEN_EXPIRED"));
      EXPECT_TRUE(FailsWith(nobody.CallByName(PathOf(method), *Request(method, owner)), grpc::PERMISSION_DENIED,
                            "OWNER_FORBIDDEN"));
    }
  }
}

// Nobody learns from an error whether another owner has something (AIP-211).
TEST_F(PermissionsTest, AbsentAndForeignLookTheSame) {
  Fill(kOtherOwner);
  const Client client = Client(suite_.channel(), suite_.Officer()).CallId("dezelfde-aanvraag");
  int compared = 0;
  for (const MethodDescriptor* method : methods_) {
    if (IsReference(method)) continue;
    SCOPED_TRACE(method->full_name());
    std::unique_ptr<Message> request = Request(method, kOtherOwner);
    compared += ExpectAbsentLooksForbidden(client, PathOf(method), *request) ? 1 : 0;
  }
  EXPECT_GE(compared, 15);
}

TEST_F(PermissionsTest, ARequestThatNamesTwoOwnersIsRefused) {
  const Client client(suite_.channel(),
                      suite_.Token({{kOwner, {"policy_officer"}}, {kOtherOwner, {"policy_officer"}}}));
  int tested = 0;
  for (const MethodDescriptor* method : methods_) {
    std::unique_ptr<Message> request = Request(method, kOwner);
    const FieldDescriptor* requests = request->GetDescriptor()->FindFieldByName("requests");
    if (requests == nullptr) continue;
    Message& item = *request->GetReflection()->MutableRepeatedMessage(request.get(), requests, 0);
    const FieldDescriptor* parent = TextField(item, "parent");
    ASSERT_NE(parent, nullptr) << method->full_name();
    std::unique_ptr<Message> foreign = RequestFor(method->input_type(), kOtherOwner, "ander");
    item.GetReflection()->SetString(&item, parent,
                                    foreign->GetReflection()->GetString(*foreign, TextField(*foreign, "parent")));
    const auto answer = client.CallByName(PathOf(method), *request);
    EXPECT_TRUE(FailsWith(answer, grpc::INVALID_ARGUMENT, "INVALID_REQUEST")) << method->full_name();
    EXPECT_THAT(answer.violations(), testing::Contains("requests[0].parent FOREIGN_OWNER")) << method->full_name();
    ++tested;
  }
  EXPECT_GE(tested, 5);
}

}  // namespace
}  // namespace regiokompas::test
