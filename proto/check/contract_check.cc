#include "proto/check/contract_check.h"

#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/api/annotations.pb.h"
#include "google/api/field_behavior.pb.h"
#include "google/api/resource.pb.h"
#include "google/protobuf/descriptor.h"
#include "regiokompas/options/v1/options.pb.h"

namespace regiokompas::contract {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::SourceLocation;

constexpr char kTimestamp[] = "google.protobuf.Timestamp";

// An RPC whose name starts with none of these verbs writes, so that a new verb is held to the stricter rules.
constexpr const char* kReadVerbs[] = {"Get", "List", "BatchGet", "Search", "Compare", "Stream", "Watch"};
// Between services, about no moment but now.
constexpr char kFeed[] = "ListChanges";

bool StartsWithVerb(const std::string& name, absl::string_view verb) {
  return absl::StartsWith(name, verb) && name.size() > verb.size() && absl::ascii_isupper(name[verb.size()]);
}

bool HasBehavior(const FieldDescriptor& field, google::api::FieldBehavior behavior) {
  for (int i = 0; i < field.options().ExtensionSize(google::api::field_behavior); ++i) {
    if (field.options().GetExtension(google::api::field_behavior, i) == behavior) return true;
  }
  return false;
}

bool IsTimestamp(const FieldDescriptor* field) {
  return field != nullptr && field->message_type() != nullptr && field->message_type()->full_name() == kTimestamp;
}

bool HasFormat(const FieldDescriptor* field, options::v1::Format format) {
  return field != nullptr && field->type() == FieldDescriptor::TYPE_STRING &&
         field->options().GetExtension(options::v1::format) == format;
}

bool IsInternal(const FileDescriptor& file) { return absl::StartsWith(file.package(), "regiokompas.internal."); }

// Walks the files of one image and collects what is wrong. Used once, by one thread; the pool outlives it.
class Checker {
 public:
  void CheckFile(const FileDescriptor& file) {
    for (int i = 0; i < file.dependency_count(); ++i) {
      if (IsInternal(*file.dependency(i))) {
        violations_.push_back(
            absl::StrCat(file.name(), ":0: imports ", file.dependency(i)->name(), ", which is nobody's contract"));
      }
    }
    for (int i = 0; i < file.message_type_count(); ++i) CheckMessage(*file.message_type(i));
    for (int i = 0; i < file.enum_type_count(); ++i) CheckEnum(*file.enum_type(i));
    for (int i = 0; i < file.service_count(); ++i) {
      CheckComment(*file.service(i), "service");
      for (int j = 0; j < file.service(i)->method_count(); ++j) CheckMethod(*file.service(i)->method(j));
    }
  }

  std::vector<std::string> TakeViolations() { return std::move(violations_); }

 private:
  // `D` is any descriptor that knows its file and place.
  template <typename D>
  void Report(const D& descriptor, absl::string_view what) {
    SourceLocation location;
    const int line = descriptor.GetSourceLocation(&location) ? location.start_line + 1 : 0;
    violations_.push_back(absl::StrCat(FileOf(descriptor).name(), ":", line, ": ", descriptor.full_name(), ": ", what));
  }

  static const FileDescriptor& FileOf(const FieldDescriptor& field) { return *field.file(); }
  static const FileDescriptor& FileOf(const google::protobuf::EnumValueDescriptor& value) {
    return *value.type()->file();
  }
  static const FileDescriptor& FileOf(const MethodDescriptor& method) { return *method.service()->file(); }
  template <typename D>
  static const FileDescriptor& FileOf(const D& descriptor) {
    return *descriptor.file();
  }

  template <typename D>
  void CheckComment(const D& descriptor, absl::string_view noun) {
    SourceLocation location;
    if (!descriptor.GetSourceLocation(&location) || (absl::StripAsciiWhitespace(location.leading_comments).empty() &&
                                                     absl::StripAsciiWhitespace(location.trailing_comments).empty())) {
      Report(descriptor, absl::StrCat(noun, " has no comment"));
    }
  }

  void CheckEnum(const EnumDescriptor& type) {
    CheckComment(type, "enum");
    for (int i = 0; i < type.value_count(); ++i) CheckComment(*type.value(i), "enum value");
  }

  void CheckMessage(const Descriptor& message) {
    if (message.options().map_entry()) return;
    CheckComment(message, "message");
    for (int i = 0; i < message.field_count(); ++i) CheckField(*message.field(i));
    for (int i = 0; i < message.nested_type_count(); ++i) CheckMessage(*message.nested_type(i));
    for (int i = 0; i < message.enum_type_count(); ++i) CheckEnum(*message.enum_type(i));
    if (message.options().HasExtension(google::api::resource)) {
      CheckResource(message);
      CheckBehaviors(message);
    } else if (absl::EndsWith(message.name(), "Request")) {
      CheckBehaviors(message);
    }
  }

  void CheckField(const FieldDescriptor& field) {
    CheckComment(field, "field");
    const std::string& name = field.name();
    for (size_t i = 0; i + 1 < name.size(); ++i) {
      if (name[i] == '_' && absl::ascii_isdigit(name[i + 1])) {
        Report(field, "a digit after an underscore does not survive the way to JSON and back");
        break;
      }
    }
    if (field.type() == FieldDescriptor::TYPE_DOUBLE || field.type() == FieldDescriptor::TYPE_FLOAT) {
      Report(field, "figures are decimal strings or integers, never binary floats");
    }
    if (absl::EndsWith(name, "_cents") && field.type() != FieldDescriptor::TYPE_INT64) {
      Report(field, "money is int64");
    }
    if (absl::EndsWith(name, "_time") && !IsTimestamp(&field)) Report(field, "an instant is a Timestamp");
    if (absl::EndsWith(name, "_date") && !HasFormat(&field, options::v1::FORMAT_DATE)) {
      Report(field, "a civil date is a string with FORMAT_DATE");
    }
    if (name == "request_id" && !HasFormat(&field, options::v1::FORMAT_UUID)) {
      Report(field, "a request_id is a string with FORMAT_UUID");
    }
  }

  // Every field of a request or resource, and of the messages in it, says how it behaves. What lies in an output-only
  // field is output-only as a whole.
  void CheckBehaviors(const Descriptor& message) {
    if (!absl::StartsWith(message.file()->package(), "regiokompas.") || !behaviors_checked_.insert(&message).second) {
      return;
    }
    for (int i = 0; i < message.field_count(); ++i) {
      const FieldDescriptor& field = *message.field(i);
      if (field.options().ExtensionSize(google::api::field_behavior) == 0) Report(field, "field has no field_behavior");
      if (field.message_type() != nullptr && !HasBehavior(field, google::api::OUTPUT_ONLY)) {
        CheckBehaviors(*field.message_type());
      }
    }
  }

  void CheckResource(const Descriptor& message) {
    const auto& resource = message.options().GetExtension(google::api::resource);
    if (resource.pattern_size() != 1) Report(message, "a resource has exactly one pattern");
    const FieldDescriptor* name = message.FindFieldByNumber(1);
    if (name == nullptr || name->name() != "name" || !HasBehavior(*name, google::api::IDENTIFIER)) {
      Report(message, "field 1 of a resource is `name`, an IDENTIFIER");
    }
    const FieldDescriptor* display_name = message.FindFieldByNumber(2);
    if (display_name == nullptr || display_name->name() != "display_name") {
      Report(message, "field 2 of a resource is `display_name`");
    }
    for (const auto& [number, wanted] :
         std::map<int, std::string>{{13, "create_time"}, {14, "update_time"}, {15, "etag"}}) {
      const FieldDescriptor* field = message.FindFieldByNumber(number);
      if (field == nullptr || field->name() != wanted) {
        Report(message, absl::StrCat("field ", number, " of a resource is `", wanted, "`"));
      }
    }
  }

  void CheckMethod(const MethodDescriptor& method) {
    CheckComment(method, "RPC");
    if (method.options().GetExtension(options::v1::permission) == options::v1::PERMISSION_UNSPECIFIED) {
      Report(method, "RPC states no permission");
    }
    const Descriptor& request = *method.input_type();
    const auto [other, first_use] = request_users_.emplace(&request, &method);
    if (!first_use) {
      Report(method, absl::StrCat("shares its request ", request.full_name(), " with ", other->second->full_name()));
    }
    // A request that is not named so has not been checked with the messages.
    CheckBehaviors(request);
    CheckHttp(method);

    bool reads = false;
    for (const char* verb : kReadVerbs) reads = reads || StartsWithVerb(method.name(), verb);
    if (!reads) {
      const FieldDescriptor* request_id = request.FindFieldByName("request_id");
      if (request_id == nullptr || !HasBehavior(*request_id, google::api::REQUIRED)) {
        Report(method, "a write needs a required request_id");
      }
    } else if (method.name() != kFeed &&
               (StartsWithVerb(method.name(), "Get") || StartsWithVerb(method.name(), "List"))) {
      if (!IsTimestamp(request.FindFieldByName("read_time"))) Report(method, "Get and List take read_time");
      if (!HasFormat(request.FindFieldByName("valid_date"), options::v1::FORMAT_DATE)) {
        Report(method, "Get and List take valid_date");
      }
    }
    if (StartsWithVerb(method.name(), "List") || absl::StartsWith(method.name(), "Batch")) {
      const FieldDescriptor* items = method.output_type()->FindFieldByNumber(1);
      if (items == nullptr || !items->is_repeated()) Report(method, "field 1 of the answer is the repeated resource");
    }
  }

  void CheckHttp(const MethodDescriptor& method) {
    if (!method.options().HasExtension(google::api::http)) {
      Report(method, "RPC has no google.api.http");
      return;
    }
    const google::api::HttpRule& rule = method.options().GetExtension(google::api::http);
    std::string path;
    switch (rule.pattern_case()) {
      case google::api::HttpRule::kGet:
        path = rule.get();
        break;
      case google::api::HttpRule::kPost:
        path = rule.post();
        break;
      case google::api::HttpRule::kPatch:
        path = rule.patch();
        break;
      case google::api::HttpRule::kPut:
        path = rule.put();
        break;
      case google::api::HttpRule::kDelete:
        path = rule.delete_();
        break;
      default:
        Report(method, "google.api.http has no GET, POST, PATCH, PUT or DELETE path");
        return;
    }
    if (!IsKebabPath(path)) {
      Report(method,
             absl::StrCat("path ", path, " is not /v1/ with kebab-case segments; only the last may start with _"));
    }
  }

  // Judges the literal segments; what stands in braces is a variable, with the segments of its value after `=`.
  static bool IsKebabPath(const std::string& path) {
    if (!absl::StartsWith(path, "/v1/")) return false;
    std::string literals;
    bool in_field_name = false;
    for (const char c : path) {
      if (c == '{') {
        in_field_name = true;
      } else if (c == '}') {
        // A variable without segments of its own stands for one.
        if (in_field_name) literals += '*';
        in_field_name = false;
      } else if (c == '=' && in_field_name) {
        in_field_name = false;
      } else if (!in_field_name) {
        literals += c;
      }
    }
    const std::vector<std::string> segments = absl::StrSplit(absl::string_view(literals).substr(1), '/');
    for (size_t i = 0; i < segments.size(); ++i) {
      std::string segment = segments[i];
      // Any number of segments may only be the rest of a path.
      if (segment == "*" || (segment == "**" && i + 1 == segments.size())) continue;
      if (i + 1 == segments.size() && absl::StartsWith(segment, "_")) segment.erase(0, 1);
      if (segment.empty()) return false;
      for (const char c : segment) {
        if (!absl::ascii_islower(c) && !absl::ascii_isdigit(c) && c != '-') return false;
      }
    }
    return true;
  }

  std::vector<std::string> violations_;
  std::set<const Descriptor*> behaviors_checked_;
  std::map<const Descriptor*, const MethodDescriptor*> request_users_;
};

}  // namespace

std::vector<std::string> CheckContracts(const google::protobuf::FileDescriptorSet& image) {
  DescriptorPool pool;
  std::vector<const FileDescriptor*> files;
  for (const auto& proto : image.file()) {
    const FileDescriptor* file = pool.BuildFile(proto);
    if (file == nullptr) return {absl::StrCat(proto.name(), ":0: the image does not hold together")};
    files.push_back(file);
  }
  Checker checker;
  for (const FileDescriptor* file : files) {
    if (absl::StartsWith(file->package(), "regiokompas.") && !IsInternal(*file)) checker.CheckFile(*file);
  }
  return checker.TakeViolations();
}

}  // namespace regiokompas::contract
