#include "tests/isolation/every_rpc.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/builders.h"

namespace regiokompas::test {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// framework_id -> IdOf("framework"), also inside the items of a batch.
void SetIds(Message& message) {
  const auto* reflection = message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    if (field->name() == "requests") SetIds(*reflection->MutableRepeatedMessage(&message, field, 0));
    if (absl::EndsWith(field->name(), "_id") && field->name() != "request_id") {
      std::string variable = field->name().substr(0, field->name().size() - 3);
      // The names of a few resources are shorter than their types.
      static const std::map<std::string, std::string> kShort = {{"reporting_cycle", "cycle"},
                                                                {"status_report", "report"},
                                                                {"status_mapping", "mapping"},
                                                                {"sharing_grant", "grant"}};
      if (const auto found = kShort.find(variable); found != kShort.end()) variable = found->second;
      reflection->SetString(&message, field, IdOf(variable));
    }
  }
}

// Says of every resource in a request that it was read from a document: what is published is not a draft.
void SetImported(Message& message, const std::string& owner) {
  const auto* reflection = message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    if (field->name() == "imported") reflection->SetBool(&message, field, true);
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (field->name() == "provenance") {
      Message& provenance = *reflection->MutableMessage(&message, field);
      for (const auto& [name, value] : std::map<const char*, std::string>{
               {"document", absl::StrCat("owners/", owner, "/documents/d-1")}, {"sha256", std::string(64, 'a')}}) {
        provenance.GetReflection()->SetString(&provenance, provenance.GetDescriptor()->FindFieldByName(name), value);
      }
    } else if (field->is_repeated()) {
      for (int j = 0; j < reflection->FieldSize(message, field); ++j) {
        SetImported(*reflection->MutableRepeatedMessage(&message, field, j), owner);
      }
    } else if (reflection->HasField(message, field)) {
      SetImported(*reflection->MutableMessage(&message, field), owner);
    }
  }
}

// Makes the name that a request is about one of something that is not there. False when it names no resource but an
// owner only.
bool PointToNowhere(Message& request) {
  const auto* reflection = request.GetReflection();
  if (const FieldDescriptor* names = request.GetDescriptor()->FindFieldByName("names"); names != nullptr) {
    reflection->SetRepeatedString(&request, names, 0, reflection->GetRepeatedString(request, names, 0) + "-is-er-niet");
    return true;
  }
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

}  // namespace

const FieldDescriptor* TextField(const Message& message, const char* name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  return field != nullptr && !field->is_repeated() && field->type() == FieldDescriptor::TYPE_STRING ? field : nullptr;
}

bool ExpectAbsentLooksForbidden(const Client& client, const std::string& path, Message& request) {
  const auto present = client.CallByName(path, request);
  if (!PointToNowhere(request)) return false;
  const auto absent = client.CallByName(path, request);
  EXPECT_EQ(present.code(), grpc::PERMISSION_DENIED);
  EXPECT_EQ(present.code(), absent.code());
  EXPECT_EQ(present.status.error_message(), absent.status.error_message());
  EXPECT_EQ(present.status.error_details(), absent.status.error_details());
  EXPECT_EQ(present.trailers, absent.trailers);
  return true;
}

EveryRpc::EveryRpc(const TestSuite& suite) : suite_(suite) {
  for (const std::string& service_name : suite.service_names()) {
    const auto* service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service_name);
    for (int i = 0; service != nullptr && i < service->method_count(); ++i) methods_.push_back(service->method(i));
  }
  // What drops something comes at the end, and children, which are declared later, before their parents.
  const auto drops = std::stable_partition(methods_.begin(), methods_.end(), [](const Method* method) {
    return !absl::StartsWith(method->name(), "Delete");
  });
  std::reverse(drops, methods_.end());
}

std::string EveryRpc::PathOf(const Method* method) {
  return absl::StrCat("/", method->service()->full_name(), "/", method->name());
}

options::v1::Permission EveryRpc::PermissionOf(const Method* method) {
  return method->options().GetExtension(options::v1::permission);
}

std::unique_ptr<Message> EveryRpc::Request(const Method* method, const std::string& owner) {
  std::unique_ptr<Message> request = RequestFor(method->input_type(), owner, absl::StrCat("nieuw-", ++count_));
  SetImported(*request, owner);
  return request;
}

void EveryRpc::Fill(const std::string& owner) const {
  const Client client(suite_.channel(), suite_.Officer(owner));
  // Parents come before children; rounds are simpler than an order. What is adopted is adopted when it is complete.
  for (const char* verb : {"Create", "BatchCreate", "Create", "BatchCreate", "Create", "BatchCreate", "Adopt"}) {
    for (const Method* method : methods_) {
      if (!absl::StartsWith(method->name(), verb)) continue;
      const std::unique_ptr<Message> request = RequestFor(method->input_type(), owner, "");
      SetIds(*request);
      SetImported(*request, owner);
      client.CallByName(PathOf(method), *request);
    }
  }
}

}  // namespace regiokompas::test
