#include "common/api/validate.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/api/formats.h"
#include "common/base/clock.h"
#include "common/base/errors.h"
#include "google/api/field_behavior.pb.h"
#include "google/api/resource.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "regiokompas/options/v1/options.pb.h"

namespace regiokompas::api {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kDefaultMaxBytes = 65'536;
constexpr int kDefaultMaxItems = 1'000;
constexpr int kMaxMaskPaths = 100;
constexpr size_t kMaxMaskPathBytes = 200;

bool Has(const FieldDescriptor* field, google::api::FieldBehavior behavior) {
  const auto& options = field->options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == behavior) return true;
  }
  return false;
}

bool IsHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c)) || (c >= 'a' && c <= 'f');
  });
}

bool IsUuid(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '-');
  static constexpr size_t kSizes[] = {8, 4, 4, 4, 12};
  if (parts.size() != 5) return false;
  for (size_t i = 0; i < 5; ++i) {
    if (parts[i].size() != kSizes[i] || !IsHex(parts[i])) return false;
  }
  return true;
}

// What a message must hold depends on where it stands.
enum class Place {
  kWhole,      // all required fields
  kBatchItem,  // parent and request_id may come from the batch
  kUpdate,     // only the name: the mask says what else counts
};

class Validator {
 public:
  Validator(const names::Registry& registry, std::string owner) : registry_(registry), owner_(std::move(owner)) {}

  void Check(const Message& message, const std::string& path, Place place) {
    const auto* descriptor = message.GetDescriptor();
    const Reflection* reflection = message.GetReflection();
    for (int i = 0; i < descriptor->field_count(); ++i) {
      const FieldDescriptor* field = descriptor->field(i);
      // What only the service sets is cleared before use, so it is not looked at.
      if (Has(field, google::api::OUTPUT_ONLY)) continue;
      const std::string name = path.empty() ? field->name() : absl::StrCat(path, ".", field->name());
      if (field->is_repeated()) {
        CheckRepeated(message, *reflection, field, name, place);
      } else {
        CheckSingle(message, *reflection, field, name, place);
      }
    }
  }

  absl::Status ToStatus() const { return violations_.ToStatus(); }

 private:
  void CheckRepeated(const Message& message, const Reflection& reflection, const FieldDescriptor* field,
                     const std::string& name, Place place) {
    const int size = reflection.FieldSize(message, field);
    if (size == 0) {
      if (Has(field, google::api::REQUIRED) && place != Place::kUpdate) violations_.Add(name, errors::kRequired);
      return;
    }
    const int option = field->options().GetExtension(options::v1::max_items);
    const int limit = option > 0 ? option : kDefaultMaxItems;
    if (size > limit) {
      violations_.Add(name, errors::kTooMany, {{"limit", absl::StrCat(limit)}});
      return;
    }
    for (int i = 0; i < size; ++i) {
      const std::string item = absl::StrCat(name, "[", i, "]");
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Check(reflection.GetRepeatedMessage(message, field, i), item,
              field->name() == "requests" ? Place::kBatchItem : Place::kWhole);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        CheckString(reflection.GetRepeatedString(message, field, i), field, item);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
        CheckEnum(reflection.GetRepeatedEnumValue(message, field, i), field, item);
      }
    }
  }

  void CheckSingle(const Message& message, const Reflection& reflection, const FieldDescriptor* field,
                   const std::string& name, Place place) {
    if (!IsSet(message, reflection, field)) {
      if (IsRequired(field, place)) violations_.Add(name, errors::kRequired);
      return;
    }
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (field->message_type() == google::protobuf::Timestamp::descriptor()) {
          CheckTime(static_cast<const google::protobuf::Timestamp&>(reflection.GetMessage(message, field)), name);
        } else if (field->message_type() == google::protobuf::FieldMask::descriptor()) {
          CheckMask(static_cast<const google::protobuf::FieldMask&>(reflection.GetMessage(message, field)), name);
        } else if (!absl::StartsWith(field->message_type()->full_name(), "google.protobuf.")) {
          const bool update = message.GetDescriptor()->FindFieldByName("update_mask") != nullptr;
          Check(reflection.GetMessage(message, field), name, update ? Place::kUpdate : Place::kWhole);
        }
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        CheckString(reflection.GetString(message, field), field, name);
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        CheckEnum(reflection.GetEnumValue(message, field), field, name);
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        if (field->name() == "page_size" && reflection.GetInt32(message, field) < 0) {
          violations_.Add(name, errors::kNegative);
        }
        break;
      default:
        break;
    }
  }

  static bool IsRequired(const FieldDescriptor* field, Place place) {
    switch (place) {
      case Place::kBatchItem:
        return Has(field, google::api::REQUIRED) && field->name() != "parent" && field->name() != "request_id";
      case Place::kUpdate:
        return Has(field, google::api::IDENTIFIER);
      default:
        return Has(field, google::api::REQUIRED);
    }
  }

  static bool IsSet(const Message& message, const Reflection& reflection, const FieldDescriptor* field) {
    // A string or message that is present but empty counts as not given.
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) return !reflection.GetString(message, field).empty();
    return reflection.HasField(message, field);
  }

  void CheckMask(const google::protobuf::FieldMask& mask, const std::string& name) {
    if (mask.paths_size() > kMaxMaskPaths) {
      violations_.Add(name, errors::kTooMany, {{"limit", absl::StrCat(kMaxMaskPaths)}});
    }
    for (const std::string& path : mask.paths()) {
      if (path.size() > kMaxMaskPathBytes)
        violations_.Add(name, errors::kTooLong, {{"limit", absl::StrCat(kMaxMaskPathBytes)}});
    }
  }

  // What the type's own documentation allows: the years 1 to 9999.
  void CheckTime(const google::protobuf::Timestamp& time, const std::string& name) {
    if (time.seconds() < -62'135'596'800 || time.seconds() > 253'402'300'799 || time.nanos() < 0 ||
        time.nanos() > 999'999'999) {
      violations_.Add(name, errors::kBadTime);
    }
  }

  void CheckEnum(int value, const FieldDescriptor* field, const std::string& name) {
    if (field->enum_type()->FindValueByNumber(value) == nullptr) violations_.Add(name, errors::kUnknownValue);
  }

  void CheckString(const std::string& value, const FieldDescriptor* field, const std::string& name) {
    const int option = field->options().GetExtension(options::v1::max_bytes);
    const int limit = option > 0 ? option : kDefaultMaxBytes;
    if (value.size() > static_cast<size_t>(limit)) {
      violations_.Add(name, errors::kTooLong, {{"limit", absl::StrCat(limit)}});
      return;
    }
    if (field->type() == FieldDescriptor::TYPE_BYTES) return;
    if (value.find('\0') != std::string::npos) {
      violations_.Add(name, errors::kNulByte);
      return;
    }
    if (value.empty()) return;
    CheckFormat(value, field, name);
    CheckReference(value, field, name);
  }

  void CheckFormat(const std::string& value, const FieldDescriptor* field, const std::string& name) {
    switch (field->options().GetExtension(options::v1::format)) {
      case options::v1::FORMAT_DATE:
        if (!IsCivilDate(value)) violations_.Add(name, errors::kBadDate);
        break;
      case options::v1::FORMAT_DECIMAL:
        if (!IsDecimal(value)) violations_.Add(name, errors::kBadDecimal);
        break;
      case options::v1::FORMAT_UUID:
        if (!IsUuid(value)) violations_.Add(name, errors::kBadUuid);
        break;
      case options::v1::FORMAT_SHA256:
        if (value.size() != 64 || !IsHex(value)) violations_.Add(name, errors::kBadSha256);
        break;
      default:
        break;
    }
  }

  void CheckReference(const std::string& value, const FieldDescriptor* field, const std::string& name) {
    const auto* resource = field->containing_type();
    // A resource's own name stands in an update; its pattern is the message's.
    if (field->name() == "name" && resource->options().GetExtension(google::api::resource).pattern_size() > 0) {
      CheckName(value, names::Pattern::Of(resource), name, false);
      return;
    }
    const auto& reference = field->options().GetExtension(google::api::resource_reference);
    if (!reference.child_type().empty()) {
      if (const auto* pattern = registry_.Find(reference.child_type())) {
        CheckName(value, pattern->Parent(), name, IsList(resource->name()));
      }
    } else if (!reference.type().empty()) {
      if (const auto* pattern = registry_.Find(reference.type())) {
        CheckName(value, *pattern, name, false);
      } else if (absl::StartsWith(value, "owners/")) {
        // A name of another service: its shape is checked there, its owner here.
        CheckOwner(value, name);
      }
    }
  }

  static bool IsList(absl::string_view request) { return absl::StartsWith(request, "List"); }

  void CheckName(const std::string& value, const names::Pattern& pattern, const std::string& name, bool wildcards) {
    if (!pattern.Parse(value, wildcards)) {
      violations_.Add(name, errors::kBadName, {{"pattern", pattern.text()}});
    } else if (pattern.HasOwner()) {
      CheckOwner(value, name);
    }
  }

  void CheckOwner(const std::string& value, const std::string& name) {
    const std::string owner = names::OwnerOf(value);
    if (owner.empty()) {
      violations_.Add(name, errors::kBadName, {{"pattern", "owners/{owner}/…"}});
    } else if (!owner_.empty() && owner != owner_) {
      violations_.Add(name, errors::kForeignOwner);
    }
  }

  const names::Registry& registry_;
  const std::string owner_;
  errors::Violations violations_;
};

std::string StringField(const Message& message, const char* name) {
  const auto* field = message.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->is_repeated() || field->type() != FieldDescriptor::TYPE_STRING) return "";
  return message.GetReflection()->GetString(message, field);
}

}  // namespace

std::string OwnerOf(const Message& request) {
  for (const char* field : {"name", "parent"}) {
    if (std::string owner = names::OwnerOf(StringField(request, field)); !owner.empty()) return owner;
  }
  const auto* descriptor = request.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* field = descriptor->field(i);
    if (field->is_repeated() || field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const Message& nested = request.GetReflection()->GetMessage(request, field);
    if (std::string owner = names::OwnerOf(StringField(nested, "name")); !owner.empty()) return owner;
  }
  return "";
}

absl::Status Validate(const Message& request, const names::Registry& registry) {
  Validator validator(registry, OwnerOf(request));
  validator.Check(request, "", Place::kWhole);
  return validator.ToStatus();
}

absl::Status RequireFields(const Message& resource) {
  errors::Violations violations;
  const auto* descriptor = resource.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* field = descriptor->field(i);
    if (!Has(field, google::api::REQUIRED)) continue;
    const Reflection& reflection = *resource.GetReflection();
    const bool set =
        field->is_repeated() ? reflection.FieldSize(resource, field) > 0 : reflection.HasField(resource, field);
    if (!set) violations.Add(field->name(), errors::kRequired);
  }
  return violations.ToStatus();
}

void ClearOutputOnly(Message& resource) {
  const auto* descriptor = resource.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    if (Has(descriptor->field(i), google::api::OUTPUT_ONLY)) {
      resource.GetReflection()->ClearField(&resource, descriptor->field(i));
    }
  }
}

}  // namespace regiokompas::api
