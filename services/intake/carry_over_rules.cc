#include "services/intake/carry_over_rules.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/util/message_differencer.h"
#include "google/rpc/error_details.pb.h"
#include "services/intake/difference_rules.h"

namespace regiokompas::intake {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::util::MessageDifferencer;

bool IsPlace(const std::string& field) {
  return field == "id" || field == "line" || field == "first_line" || field == "last_line";
}

bool IsReference(const std::string& field) {
  return field == "parent_id" || field == "goal_ids" || field == "subject_id";
}

std::string TextOf(const Message& message, const char* name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  return field == nullptr ? "" : message.GetReflection()->GetString(message, field);
}

// What a person knows an element by.
std::string TitleOf(const Message& element) {
  for (const char* name : {"title", "heading", "text", "code"}) {
    if (std::string text = TextOf(element, name); !text.empty()) return text;
  }
  return "";
}

// The element of a parse with an id, or its source; null when there is none.
const Message* FindElement(const v1::ParsedDocument& parsed, const std::string& id) {
  if (id == kSourceId) return &parsed.source();
  const Reflection* reflection = parsed.GetReflection();
  for (int i = 0; i < parsed.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* list = parsed.GetDescriptor()->field(i);
    if (!list->is_repeated() || list->message_type() == nullptr) continue;
    if (list->message_type()->FindFieldByName("id") == nullptr) continue;
    for (int j = 0; j < reflection->FieldSize(parsed, list); ++j) {
      const Message& element = reflection->GetRepeatedMessage(parsed, list, j);
      if (TextOf(element, "id") == id) return &element;
    }
  }
  return nullptr;
}

// The field of a correction that says what its element is; null when it says something else.
const FieldDescriptor* ContentField(const v1::Correction& correction) {
  const FieldDescriptor* field =
      v1::Correction::descriptor()->FindFieldByNumber(static_cast<int>(correction.change_case()));
  const bool content = field != nullptr && correction.change_case() < v1::Correction::kDrop;
  return content ? field : nullptr;
}

// Why a correction does not go along.
constexpr char kNotFound[] = "het onderdeel is daarin niet met zekerheid herkend";
constexpr char kAdded[] = "het is toegevoegd bij een regel van de vorige tekst";
constexpr char kOtherKind[] = "het onderdeel is daarin van een andere soort";
constexpr char kRefers[] = "het verwijst naar een onderdeel dat daarin niet met zekerheid is herkend";

// The same for one that is refused of the later reading.
std::string ReasonIn(const absl::Status& refusal) {
  google::rpc::BadRequest bad;
  const auto payload = refusal.GetPayload("type.googleapis.com/google.rpc.BadRequest");
  if (!payload.has_value() || !bad.ParseFromString(std::string(*payload)) || bad.field_violations().empty()) {
    return "het past niet bij wat daarin staat";
  }
  const std::string& first = bad.field_violations(0).localized_message().message();
  return absl::StrCat("het past niet bij wat daarin staat: ", absl::StrReplaceAll(first, {{"corrections[0].", ""}}));
}

// A correction as it is said of the later reading, or else why it is not.
struct Moved {
  google::protobuf::RepeatedPtrField<v1::Correction> said;  // one or none
  std::string why_not;
};

class Carrier {
 public:
  Carrier(const v1::ParsedDocument& before, const v1::ParsedDocument& after) : before_(before), after_(after) {
    for (const auto& [later, earlier] : CompareReadings(before, after).previous_ids) later_[earlier] = later;
    later_[kSourceId] = kSourceId;
  }

  Moved Move(v1::Correction correction) const {
    const FieldDescriptor* field = ContentField(correction);
    const auto later = later_.find(correction.element_id());
    const Message* const was = FindElement(before_, correction.element_id());
    const Message* const is = later == later_.end() ? nullptr : FindElement(after_, later->second);
    if (was == nullptr && field != nullptr) return {.said = {}, .why_not = kAdded};
    if (was == nullptr || is == nullptr) return {.said = {}, .why_not = kNotFound};
    correction.set_element_id(later->second);
    if (field != nullptr) {
      Message* const content = correction.GetReflection()->MutableMessage(&correction, field);
      if (content->GetDescriptor() != was->GetDescriptor() || content->GetDescriptor() != is->GetDescriptor()) {
        return {.said = {}, .why_not = kOtherKind};
      }
      const std::unique_ptr<Message> said(content->New());
      said->CopyFrom(*content);
      content->CopyFrom(*is);
      if (!TakeWhatWasSaid(*was, *said, *content)) return {.said = {}, .why_not = kRefers};
    }
    Moved moved;
    *moved.said.Add() = std::move(correction);
    return moved;
  }

  // What is told of one that does not go along.
  v1::Diagnostic SetAside(const v1::Correction& correction, const std::string& why) const {
    v1::Diagnostic told;
    told.set_severity(v1::SEVERITY_WARNING);
    told.set_code("CORRECTION_SET_ASIDE");
    told.set_message(absl::StrCat(WhatWasSaid(correction), " is niet overgenomen: het document is opnieuw gelezen, en ",
                                  why, ". Leg het zo nodig opnieuw vast."));
    return told;
  }

 private:
  // Sets the fields in which `said` differs from what `was` read on `content`; false when it refers to an element that
  // the later reading does not have.
  bool TakeWhatWasSaid(const Message& was, const Message& said, Message& content) const {
    for (int i = 0; i < was.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor* field = was.GetDescriptor()->field(i);
      MessageDifferencer differencer;
      if (IsPlace(field->name()) || differencer.CompareWithFields(was, said, {field}, {field})) continue;
      content.GetReflection()->ClearField(&content, field);
      if (IsReference(field->name())) {
        if (!TakeReferences(said, field, content)) return false;
        continue;
      }
      const std::unique_ptr<Message> part = Only(said, field);
      content.MergeFrom(*part);
    }
    return true;
  }

  // A field of a message, and nothing else. Lines within it, which are those of the earlier text, stay out.
  static std::unique_ptr<Message> Only(const Message& message, const FieldDescriptor* field) {
    std::unique_ptr<Message> only(message.New());
    only->CopyFrom(message);
    const Reflection* reflection = only->GetReflection();
    for (int i = 0; i < only->GetDescriptor()->field_count(); ++i) {
      if (only->GetDescriptor()->field(i) != field) reflection->ClearField(only.get(), only->GetDescriptor()->field(i));
    }
    const bool parts = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && field->is_repeated();
    const FieldDescriptor* line = parts ? field->message_type()->FindFieldByName("line") : nullptr;
    for (int i = 0; line != nullptr && i < reflection->FieldSize(*only, field); ++i) {
      Message* const part = reflection->MutableRepeatedMessage(only.get(), field, i);
      part->GetReflection()->ClearField(part, line);
    }
    return only;
  }

  bool TakeReferences(const Message& said, const FieldDescriptor* field, Message& content) const {
    const Reflection* reflection = said.GetReflection();
    if (!field->is_repeated()) {
      const std::string id = reflection->GetString(said, field);
      if (id.empty()) return true;
      const auto later = later_.find(id);
      if (later == later_.end()) return false;
      reflection->SetString(&content, field, later->second);
      return true;
    }
    for (int i = 0; i < reflection->FieldSize(said, field); ++i) {
      const auto later = later_.find(reflection->GetRepeatedString(said, field, i));
      if (later == later_.end()) return false;
      reflection->AddString(&content, field, later->second);
    }
    return true;
  }

  std::string WhatWasSaid(const v1::Correction& correction) const {
    const FieldDescriptor* field = ContentField(correction);
    const Message* const element = FindElement(before_, correction.element_id());
    std::string title = element == nullptr ? "" : TitleOf(*element);
    if (field != nullptr) title = TitleOf(correction.GetReflection()->GetMessage(correction, field));
    if (title.empty()) title = correction.element_id();
    if (correction.has_drop()) return absl::StrCat("Dat \"", title, "\" geen onderdeel is,");
    if (correction.has_not_known()) return absl::StrCat("Dat \"", title, "\" een nieuwe activiteit is,");
    if (!correction.same_as().empty()) {
      return absl::StrCat("Dat \"", title, "\" de activiteit ", correction.same_as(), " is,");
    }
    return absl::StrCat(element == nullptr ? "Het toegevoegde onderdeel \"" : "De verbetering \"", title, "\"");
  }

  const v1::ParsedDocument& before_;
  const v1::ParsedDocument& after_;
  std::map<std::string, std::string> later_;  // id before -> id after
};

}  // namespace

CarriedOver CarryOver(const v1::ParsedDocument& before, const Corrections& corrections, const v1::ParsedDocument& after,
                      const std::string& owner) {
  const Carrier carrier(before, after);
  CarriedOver carried;
  std::vector<std::string> why_not(corrections.size());
  const auto carry = [&](size_t i) {
    Moved moved = carrier.Move(corrections[i]);
    why_not[i] = std::move(moved.why_not);
    if (moved.said.empty()) return false;
    const absl::Status fits = CheckCorrections(after, carried.corrections, moved.said, {}, owner);
    if (!fits.ok()) why_not[i] = ReasonIn(fits);
    if (fits.ok()) carried.corrections = Merge(std::move(carried.corrections), moved.said);
    return fits.ok();
  };
  std::vector<size_t> open;
  std::vector<size_t> drops;
  for (size_t i = 0; i < corrections.size(); ++i) (corrections[i].has_drop() ? drops : open).push_back(i);
  // One may fit only after another that stands behind it, as when goals change places.
  const auto carry_all = [&] {
    while (std::erase_if(open, carry) > 0) {
    }
  };
  carry_all();
  // What was said below an element before that was dropped names it still.
  open.insert(open.end(), drops.begin(), drops.end());
  carry_all();
  std::sort(open.begin(), open.end());
  for (const size_t i : open) carried.set_aside.push_back(carrier.SetAside(corrections[i], why_not[i]));
  return carried;
}

}  // namespace regiokompas::intake
