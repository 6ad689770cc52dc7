#include "services/cli/corrections.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/status_macros.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/json_util.h"
#include "regiokompas/intake/v1/intake_service.pb.h"
#include "services/cli/arguments.h"
#include "services/cli/parse_text.h"

namespace regiokompas::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using intake::v1::Correction;
using intake::v1::ParsedDocument;

absl::Status Wrong(const std::string& dutch, const std::string& english) {
  return absl::InvalidArgumentError(InLanguage(dutch, english));
}

absl::Status SaidBefore(const std::string& id) {
  return Wrong("over " + id + " is al iets gezegd: zeg het in twee keer",
               "something was said about " + id + " already: say it in two turns");
}

// The correction of the element; null when there is none yet.
Correction* Find(const std::string& id, std::vector<Correction>* corrections) {
  for (Correction& correction : *corrections) {
    if (correction.element_id() == id) return &correction;
  }
  return nullptr;
}

Correction* Add(const std::string& id, std::vector<Correction>* corrections) {
  corrections->emplace_back().set_element_id(id);
  return &corrections->back();
}

// Splits "a=b" at the first equals sign; both must be there.
absl::StatusOr<std::pair<std::string, std::string>> Halves(const std::string& words, const std::string& form) {
  const std::pair<std::string, std::string> halves = absl::StrSplit(words, absl::MaxSplits('=', 1));
  if (halves.first.empty() || !absl::StrContains(words, '=')) {
    return Wrong(absl::StrCat("schrijf ", form, ": ", words), absl::StrCat("write ", form, ": ", words));
  }
  return halves;
}

// Puts the element of that id into the correction, as the draft has it; false when there is none.
template <typename Elements, typename Element>
bool Copy(const Elements& elements, Correction* correction, Element* (Correction::*mutable_element)()) {
  for (const auto& element : elements) {
    if (element.id() != correction->element_id()) continue;
    *(correction->*mutable_element)() = element;
    return true;
  }
  return false;
}

bool CopyElement(const ParsedDocument& parsed, Correction* correction) {
  if (correction->element_id() == "source") {
    *correction->mutable_source() = parsed.source();
    return true;
  }
  return Copy(parsed.goals(), correction, &Correction::mutable_goal) ||
         Copy(parsed.activities(), correction, &Correction::mutable_activity) ||
         Copy(parsed.targets(), correction, &Correction::mutable_target) ||
         Copy(parsed.indicators(), correction, &Correction::mutable_indicator) ||
         Copy(parsed.measurements(), correction, &Correction::mutable_measurement) ||
         Copy(parsed.milestones(), correction, &Correction::mutable_milestone) ||
         Copy(parsed.sections(), correction, &Correction::mutable_section);
}

// The element inside a correction; null when the correction holds none.
Message* ElementIn(Correction* correction) {
  static const auto* const kChange = Correction::descriptor()->FindOneofByName("change");
  const google::protobuf::Reflection* const reflection = correction->GetReflection();
  const FieldDescriptor* const field = reflection->GetOneofFieldDescriptor(*correction, kChange);
  const bool element =
      field != nullptr && field->message_type() != nullptr && field->message_type()->FindFieldByName("line") != nullptr;
  const bool section_or_source = field != nullptr && (field->name() == "section" || field->name() == "source");
  return element || section_or_source ? reflection->MutableMessage(correction, field) : nullptr;
}

// An enum value by its name, with or without its prefix, in any case.
const google::protobuf::EnumValueDescriptor* EnumValue(const FieldDescriptor& field, const std::string& text) {
  const google::protobuf::EnumDescriptor& type = *field.enum_type();
  const std::string name = absl::AsciiStrToUpper(text);
  const auto* const whole = type.FindValueByName(name);
  if (whole != nullptr) return whole;
  return type.FindValueByName(absl::StrCat(absl::StripSuffix(type.value(0)->name(), "UNSPECIFIED"), name));
}

// Sets one field to what the text says; false when it is of another type than texts, numbers and enums.
bool SetField(Message* element, const FieldDescriptor& field, const std::string& text) {
  const google::protobuf::Reflection* const reflection = element->GetReflection();
  int32_t number = 0;
  if (field.is_repeated()) {
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_INT32) return false;
    reflection->ClearField(element, &field);
    for (const absl::string_view part : absl::StrSplit(text, ',', absl::SkipWhitespace())) {
      if (!absl::SimpleAtoi(part, &number)) return false;
      reflection->AddInt32(element, &field, number);
    }
    return true;
  }
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      reflection->SetString(element, &field, text);
      return true;
    case FieldDescriptor::CPPTYPE_INT32:
      if (!absl::SimpleAtoi(text, &number)) return false;
      reflection->SetInt32(element, &field, number);
      return true;
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* const value = EnumValue(field, text);
      if (value == nullptr) return false;
      reflection->SetEnum(element, &field, value);
      return true;
    }
    default:
      return false;
  }
}

}  // namespace

absl::StatusOr<std::vector<Correction>> ReadCorrections(const std::string& json) {
  intake::v1::CorrectDraftRequest request;
  const std::string list = absl::StrCat("{\"corrections\":", json, "}");
  const auto status = google::protobuf::util::JsonStringToMessage(list, &request);
  if (!status.ok()) {
    const std::string why = Printable(std::string(status.message()));
    return Wrong("dit is geen lijst van correcties in JSON: " + why, "this is no list of corrections in JSON: " + why);
  }
  return std::vector<Correction>(request.corrections().begin(), request.corrections().end());
}

absl::Status AddDrop(const std::string& id, std::vector<Correction>* corrections) {
  if (Find(id, corrections) != nullptr) return SaidBefore(id);
  Add(id, corrections)->mutable_drop();
  return absl::OkStatus();
}

absl::Status AddSame(const std::string& words, const std::string& owner, std::vector<Correction>* corrections) {
  ASSIGN_OR_RETURN(const auto halves, Halves(words, "ID=ACTIVITEIT"));
  const bool whole = absl::StartsWith(halves.second, "owners/");
  if (!whole && owner.empty()) {
    return Wrong("noem de activiteit met haar eigenaar: owners/…/activities/" + halves.second,
                 "name the activity with its owner: owners/…/activities/" + halves.second);
  }
  if (Find(halves.first, corrections) != nullptr) return SaidBefore(halves.first);
  Add(halves.first, corrections)
      ->set_same_as(whole ? halves.second : absl::StrCat("owners/", owner, "/activities/", halves.second));
  return absl::OkStatus();
}

absl::Status AddNew(const std::string& id, std::vector<Correction>* corrections) {
  if (Find(id, corrections) != nullptr) return SaidBefore(id);
  Add(id, corrections)->mutable_not_known();
  return absl::OkStatus();
}

absl::Status AddSet(const std::string& words, const ParsedDocument& parsed, std::vector<Correction>* corrections) {
  ASSIGN_OR_RETURN(const auto halves, Halves(words, "ID.veld=TEKST"));
  const std::pair<std::string, std::string> place = absl::StrSplit(halves.first, absl::MaxSplits('.', 1));
  Correction* correction = Find(place.first, corrections);
  if (correction == nullptr) {
    correction = Add(place.first, corrections);
    if (!CopyElement(parsed, correction)) {
      return Wrong("het concept heeft geen element " + place.first, "the draft has no element " + place.first);
    }
  }
  Message* const element = ElementIn(correction);
  if (element == nullptr) return SaidBefore(place.first);
  const google::protobuf::Descriptor* const type = element->GetDescriptor();
  const FieldDescriptor* field = type->FindFieldByName(place.second);
  if (field == nullptr) field = type->FindFieldByCamelcaseName(place.second);
  if (field == nullptr || field->name() == "id" || !SetField(element, *field, halves.second)) {
    return Wrong(absl::StrCat("dit veld is zo niet te zetten: ", words, " (gebruik --file)"),
                 absl::StrCat("this field cannot be set so: ", words, " (use --file)"));
  }
  return absl::OkStatus();
}

}  // namespace regiokompas::cli
