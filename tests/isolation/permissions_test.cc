// Generated from the descriptors of all services that run: a new RPC is tested without a line here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/auth/roles.h"
#include "google/api/field_behavior.pb.h"
#include "regiokompas/options/v1/options.pb.h"
#include "tests/support/builders.h"
#include "tests/support/client.h"
#include "tests/support/test_suite.h"

namespace regiokompas::test {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

// The field `name` of a message, or null; only a single string.
const FieldDescriptor* TextField(const Message& message, const char* name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  return field != nullptr && !field->is_repeated() && field->type() == FieldDescriptor::TYPE_STRING ? field : nullptr;
}

// Makes the name that a request is about one of something that is not there. False when it names no resource but an
// owner only.
bool PointToNowhere(Message& request) {
  for (const char* field_name : {"name", "parent"}) {
    const FieldDescriptor* field = TextField(request, field_name);
    if (field == nullptr) continue;
    const std::string name = request.GetReflection()->GetString(request, field);
    if (std::count(name.begin(), name.end(), '/') < 3) return false;
    request.GetReflection()->SetString(&request, field, name + "-is-er-niet");
    return true;
  }
  for (int i = 0; i < request.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = request.GetDescriptor()->field(i);
    if (field->is_repeated() || field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (field->message_type()->FindFieldByName("name") == nullptr) continue;
    return PointToNowhere(*request.GetReflection()->MutableMessage(&request, field));
  }
  return false;
}

class PermissionsTest : public testing::Test {
 protected:
  PermissionsTest() {
    for (const std::string& service_name : suite_.service_names()) {
      const auto* service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service_name);
      for (int i = 0; service != nullptr && i < service->method_count(); ++i) methods_.push_back(service->method(i));
    }
  }

  static std::string PathOf(const MethodDescriptor* method) {
    return absl::StrCat("/", method->service()->full_name(), "/", method->name());
  }

  static options::v1::Permission PermissionOf(const MethodDescriptor* method) {
    return method->options().GetExtension(options::v1::permission);
  }

  // A new id per call, so that no creation is in another's way.
  std::unique_ptr<Message> Request(const MethodDescriptor* method, const std::string& owner) {
    return RequestFor(method->input_type(), owner, absl::StrCat("nieuw-", ++count_));
  }

  // Gives `owner` one of everything, under the names that RequestFor uses.
  void Fill(const std::string& owner) {
    const Client client(suite_.channel(), suite_.Officer(owner));
    // Parents come before children; rounds are simpler than an order.
    for (int round = 0; round < 3; ++round) {
      for (const MethodDescriptor* method : methods_) {
        const bool single = absl::StartsWith(method->name(), "Create");
        const bool batch = absl::StartsWith(method->name(), "BatchCreate");
        if (!single && !batch) continue;
        const std::unique_ptr<Message> request = RequestFor(method->input_type(), owner, "");
        SetIds(*request, *request);
        client.CallByName(PathOf(method), *request);
      }
    }
  }

  TestSuite suite_;
  std::vector<const MethodDescriptor*> methods_;
  int count_ = 0;

 private:
  // framework_id -> IdOf("framework"), also inside the items of a batch.
  static void SetIds(const Message& root, Message& message) {
    const auto* reflection = message.GetReflection();
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor* field = message.GetDescriptor()->field(i);
      if (field->name() == "requests") SetIds(root, *reflection->MutableRepeatedMessage(&message, field, 0));
      if (absl::EndsWith(field->name(), "_id") && field->name() != "request_id") {
        std::string variable = field->name().substr(0, field->name().size() - 3);
        // The names of a few resources are shorter than their types.
        static const std::map<std::string, std::string> kShort = {
            {"reporting_cycle", "cycle"}, {"status_report", "report"}, {"status_mapping", "mapping"}};
        if (const auto found = kShort.find(variable); found != kShort.end()) variable = found->second;
        reflection->SetString(&message, field, IdOf(variable));
      }
    }
  }
};

TEST_F(PermissionsTest, ThereIsSomethingToTest) {
  EXPECT_GE(suite_.service_names().size(), 2u);
  EXPECT_GE(methods_.size(), 31u);
  for (const MethodDescriptor* method : methods_) {
    EXPECT_NE(PermissionOf(method), options::v1::PERMISSION_UNSPECIFIED) << method->full_name();
  }
}

// Without this the matrix could be satisfied by calls that never get to their data.
TEST_F(PermissionsTest, WhoMayDoEverythingGetsAnAnswer) {
  Fill(kOwner);
  const Client client(suite_.channel(), suite_.Officer());
  for (const MethodDescriptor* method : methods_) {
    if (absl::StrContains(method->full_name(), ".intake.")) continue;
    EXPECT_TRUE(IsOk(client.CallByName(PathOf(method), *Request(method, kOwner)))) << method->full_name();
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
    SCOPED_TRACE(method->full_name());
    std::unique_ptr<Message> request = Request(method, kOtherOwner);
    const auto present = client.CallByName(PathOf(method), *request);
    if (!PointToNowhere(*request)) continue;
    const auto absent = client.CallByName(PathOf(method), *request);
    EXPECT_EQ(present.code(), grpc::PERMISSION_DENIED);
    EXPECT_EQ(present.code(), absent.code());
    EXPECT_EQ(present.status.error_message(), absent.status.error_message());
    EXPECT_EQ(present.status.error_details(), absent.status.error_details());
    EXPECT_EQ(present.trailers, absent.trailers);
    ++compared;
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
