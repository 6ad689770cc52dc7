#include "tests/support/builders.h"

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/hash.h"
#include "google/api/field_behavior.pb.h"
#include "google/api/resource.pb.h"
#include "regiokompas/collaboration/v1/sharing_grant.pb.h"
#include "regiokompas/options/v1/options.pb.h"

namespace regiokompas::test {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::Message;

bool Has(const FieldDescriptor* field, google::api::FieldBehavior behavior) {
  const auto& options = field->options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == behavior) return true;
  }
  return false;
}

// The pattern of the resource `type` in `file` or what it imports, or "".
std::string PatternOf(const FileDescriptor* file, const std::string& type) {
  for (int i = 0; i < file->message_type_count(); ++i) {
    const auto& resource = file->message_type(i)->options().GetExtension(google::api::resource);
    if (resource.type() == type) return resource.pattern(0);
  }
  for (int i = 0; i < file->dependency_count(); ++i) {
    if (std::string found = PatternOf(file->dependency(i), type); !found.empty()) return found;
  }
  return "";
}

std::string Filled(const std::string& pattern, const std::string& owner) {
  std::vector<std::string> parts = absl::StrSplit(pattern, '/');
  for (std::string& part : parts) {
    if (part == "{owner}") {
      part = owner;
    } else if (part.front() == '{') {
      part = IdOf(part.substr(1, part.size() - 2));
    }
  }
  return absl::StrJoin(parts, "/");
}

std::string ParentOf(const std::string& pattern) {
  std::vector<std::string> parts = absl::StrSplit(pattern, '/');
  parts.resize(parts.size() - 2);
  return absl::StrJoin(parts, "/");
}

class Filler {
 public:
  Filler(const FileDescriptor* file, std::string owner, std::string new_id)
      : file_(file), owner_(std::move(owner)), new_id_(std::move(new_id)) {}

  void Fill(Message& message) const {
    const Descriptor* descriptor = message.GetDescriptor();
    for (int i = 0; i < descriptor->field_count(); ++i) {
      const FieldDescriptor* field = descriptor->field(i);
      if (Has(field, google::api::REQUIRED)) FillField(message, field);
    }
    // A report may say its status in words instead, so the contract does not require it.
    if (descriptor == progress::v1::StatusReport::descriptor()) {
      static_cast<progress::v1::StatusReport&>(message).set_status(progress::v1::STATUS_ON_TRACK);
    }
    // What a file must hold depends on its form; one of JSON lines may be empty.
    if (descriptor == catalogue::v1::ImportActivitiesRequest::descriptor()) {
      static_cast<catalogue::v1::ImportActivitiesRequest&>(message).set_format(catalogue::v1::FILE_FORMAT_JSON_LINES);
    }
    if (descriptor == catalogue::v1::ListFieldHistoryRequest::descriptor()) {
      static_cast<catalogue::v1::ListFieldHistoryRequest&>(message).set_field("display_name");
    }
    // Which figure a target needs depends on its kind.
    if (descriptor == indicator::v1::Target::descriptor()) static_cast<indicator::v1::Target&>(message).set_value("88");
    if (descriptor == collaboration::v1::SharingGrant::descriptor()) {
      auto& grant = static_cast<collaboration::v1::SharingGrant&>(message);
      grant.set_receiver("RG-zeeland");
      grant.set_scope(absl::StrCat("owners/", owner_, "/frameworks/", IdOf("framework")));
      grant.mutable_until_time()->set_seconds(4'000'000'000);
    }
    if (descriptor == indicator::v1::Measurement::descriptor()) {
      // A period has an end after its start, and an indicator one figure per period and area.
      auto& measurement = static_cast<indicator::v1::Measurement&>(message);
      measurement.set_value("82.4");
      measurement.set_until_date("2027-01-01");
      measurement.set_area(new_id_);
    }
  }

  // An update says which resource by the name inside it.
  void FillName(Message& resource) const {
    const auto& option = resource.GetDescriptor()->options().GetExtension(google::api::resource);
    resource.GetReflection()->SetString(&resource, resource.GetDescriptor()->FindFieldByName("name"),
                                        Filled(option.pattern(0), owner_));
  }

 private:
  void FillField(Message& message, const FieldDescriptor* field) const {
    const auto* reflection = message.GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE: {
        Message* inner = field->is_repeated() ? reflection->AddMessage(&message, field)
                                              : reflection->MutableMessage(&message, field);
        Fill(*inner);
        if (absl::StartsWith(message.GetDescriptor()->name(), "Update")) FillName(*inner);
        break;
      }
      case FieldDescriptor::CPPTYPE_STRING:
        if (field->is_repeated()) {
          reflection->AddString(&message, field, TextFor(field));
        } else {
          reflection->SetString(&message, field, TextFor(field));
        }
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        reflection->SetEnumValue(&message, field, field->enum_type()->value(1)->number());
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        reflection->SetInt64(&message, field, 1);
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        reflection->SetInt32(&message, field, 1);
        break;
      default:
        break;
    }
  }

  std::string TextFor(const FieldDescriptor* field) const {
    const auto& reference = field->options().GetExtension(google::api::resource_reference);
    if (!reference.child_type().empty()) return Filled(ParentOf(PatternOf(file_, reference.child_type())), owner_);
    // A reference to any type is one to what is reported on.
    if (reference.type() == "*") {
      const bool existing = new_id_.empty() || field->name() == "name";
      return absl::StrCat("owners/", owner_, "/activities/", existing ? IdOf("activity") : new_id_);
    }
    if (!reference.type().empty()) {
      const std::string pattern = PatternOf(file_, reference.type());
      return Filled(pattern.empty() ? "owners/{owner}/others/{other}" : pattern, owner_);
    }
    if (field->type() == FieldDescriptor::TYPE_BYTES) return "Beleidskader 2026\n\nActiviteit 1. Grip op kosten\n";
    switch (field->options().GetExtension(options::v1::format)) {
      case options::v1::FORMAT_DATE:
        return "2026-01-15";
      case options::v1::FORMAT_DECIMAL:
        return "12.5";
      case options::v1::FORMAT_UUID:
        return NewRequestId();
      case options::v1::FORMAT_SHA256:
        return Sha256Hex("test");
      default:
        break;
    }
    if (field->name() == "owner") return owner_;
    return absl::EndsWith(field->name(), "_id") ? new_id_ : absl::StrCat("Tekst ", new_id_);
  }

  const FileDescriptor* file_;
  const std::string owner_;
  const std::string new_id_;
};

template <typename Request>
Request WithParent(const std::string& parent) {
  Request request;
  request.set_parent(parent);
  request.set_request_id(NewRequestId());
  return request;
}

}  // namespace

std::string NewRequestId() { return RandomUuid(); }

std::string OwnerName(const std::string& owner) { return "owners/" + owner; }

catalogue::v1::Framework AFramework() {
  catalogue::v1::Framework framework;
  framework.set_display_name("Uitvoeringsprogramma sociaal domein 2026-2027");
  framework.set_kind(catalogue::v1::FRAMEWORK_KIND_IMPLEMENTATION_PROGRAMME);
  framework.add_fiscal_years(2026);
  framework.add_fiscal_years(2027);
  framework.set_valid_from_date("2026-01-01");
  framework.set_valid_until_date("2028-01-01");
  framework.set_effective_from_date("2025-07-01");
  framework.set_adoption_date("2025-12-18");
  framework.set_source_identifier("CVDR000001/1");
  framework.mutable_provenance()->set_first_line(1);
  framework.set_code("1");
  framework.set_text("Wat wij de komende twee jaar gaan doen.");
  return framework;
}

catalogue::v1::Section ASection() {
  catalogue::v1::Section section;
  section.set_display_name("Inleiding");
  section.set_text("Iedereen doet mee.\nOok wie daar hulp bij nodig heeft.");
  section.set_ordinal(1);
  return section;
}

catalogue::v1::Goal AGoal() {
  catalogue::v1::Goal goal;
  goal.set_display_name("Jeugdigen groeien veilig op");
  goal.set_kind(catalogue::v1::GOAL_KIND_MAIN_GOAL);
  goal.set_code("1");
  goal.set_text("Thuis, op school en in de buurt.");
  goal.set_level_label("Hoofddoel");
  goal.set_ordinal(1);
  return goal;
}

catalogue::v1::Activity AnActivity() {
  catalogue::v1::Activity activity;
  activity.set_display_name("Grip op de kosten van jeugdhulp");
  activity.set_code("1.1");
  auto* aspect = activity.add_aspects();
  aspect->set_kind(catalogue::v1::ASPECT_KIND_APPROACH);
  aspect->set_label("Aanpak");
  aspect->set_plan("Elk kwartaal een gesprek met de aanbieders.");
  aspect->set_ordinal(1);
  activity.add_realisation_years(2026);
  auto* milestone = activity.add_milestones();
  milestone->set_text("Plan gereed");
  milestone->set_due("2026-Q3");
  auto* line = activity.add_budget_lines();
  line->set_amount_cents(9'279'900);
  line->set_side(catalogue::v1::BUDGET_SIDE_COST);
  line->add_fiscal_years(2026);
  line->set_text("€ 92.799");
  activity.add_task_fields("6.1");
  activity.add_parties()->set_organisation("Stichting Voorbeeld");
  activity.set_responsible_executive("Wethouder Zorg");
  return activity;
}

catalogue::v1::Contribution AContribution(const std::string& framework) {
  catalogue::v1::Contribution contribution;
  contribution.set_framework(framework);
  contribution.set_citation("1.c");
  contribution.set_from_date("2026-01-01");
  return contribution;
}

progress::v1::ReportingCycle ACycle() {
  progress::v1::ReportingCycle cycle;
  cycle.set_display_name("1e voortgangsrapportage 2026");
  cycle.set_kind(progress::v1::REPORTING_CYCLE_KIND_PROGRESS_REPORT);
  cycle.set_reference_date("2026-04-01");
  cycle.set_fiscal_year(2026);
  return cycle;
}

progress::v1::StatusReport AReport(const std::string& subject) {
  progress::v1::StatusReport report;
  report.set_subject(subject);
  report.set_status(progress::v1::STATUS_ON_TRACK);
  report.set_explanation("De gesprekken zijn gevoerd.");
  auto* aspect = report.add_aspect_reports();
  aspect->set_kind(progress::v1::ASPECT_KIND_APPROACH);
  aspect->set_label("Aanpak");
  aspect->set_text("Twee van de vier gesprekken zijn geweest.");
  return report;
}

progress::v1::StatusMapping AMapping(const std::string& label, progress::v1::Status status) {
  progress::v1::StatusMapping mapping;
  mapping.set_display_name("Woorden van de gemeente");
  mapping.add_labels(label);
  mapping.set_status(status);
  return mapping;
}

indicator::v1::Indicator AnIndicator() {
  indicator::v1::Indicator indicator;
  indicator.set_display_name("Percentage jeugdigen dat goed geholpen is");
  indicator.set_definition("Jeugdigen die het (helemaal) eens zijn met de stelling, van allen die antwoordden");
  indicator.set_unit(indicator::v1::UNIT_PERCENT);
  indicator.set_desired_direction(indicator::v1::DESIRED_DIRECTION_HIGHER);
  indicator.set_decimals(1);
  indicator.set_source("Cliëntervaringsonderzoek");
  indicator.add_task_fields("6.72");
  indicator.set_official_code("23");
  indicator.set_suppression_threshold(10);
  indicator.set_valid_from_date("2020-01-01");
  indicator.mutable_provenance()->set_first_line(1);
  return indicator;
}

indicator::v1::Target ATarget() {
  indicator::v1::Target target;
  target.set_text("minimaal 88%");
  target.set_comparator(indicator::v1::TARGET_COMPARATOR_AT_LEAST);
  target.set_value("88");
  target.set_unit(indicator::v1::UNIT_PERCENT);
  target.set_basis(indicator::v1::TARGET_BASIS_ABSOLUTE);
  target.set_baseline_value("79.5");
  target.set_baseline_year(2019);
  target.set_from_date("2023-01-01");
  target.set_until_date("2027-01-01");
  target.set_recurrence(indicator::v1::TARGET_RECURRENCE_ONCE);
  return target;
}

indicator::v1::Measurement AMeasurement() {
  indicator::v1::Measurement measurement;
  measurement.set_value("82.4");
  measurement.set_numerator("412");
  measurement.set_denominator("500");
  measurement.set_from_date("2025-01-01");
  measurement.set_until_date("2026-01-01");
  measurement.set_standing(indicator::v1::MEASUREMENT_STANDING_PROVISIONAL);
  measurement.set_source("Cliëntervaringsonderzoek, editie 2025");
  return measurement;
}

catalogue::v1::CreateFrameworkRequest CreateFramework(const std::string& parent, const std::string& id) {
  auto request = WithParent<catalogue::v1::CreateFrameworkRequest>(parent);
  request.set_framework_id(id);
  *request.mutable_framework() = AFramework();
  return request;
}

catalogue::v1::CreateGoalRequest CreateGoal(const std::string& parent, const std::string& id) {
  auto request = WithParent<catalogue::v1::CreateGoalRequest>(parent);
  request.set_goal_id(id);
  *request.mutable_goal() = AGoal();
  return request;
}

catalogue::v1::CreateActivityRequest CreateActivity(const std::string& parent, const std::string& id) {
  auto request = WithParent<catalogue::v1::CreateActivityRequest>(parent);
  request.set_activity_id(id);
  *request.mutable_activity() = AnActivity();
  return request;
}

progress::v1::CreateReportingCycleRequest CreateCycle(const std::string& parent, const std::string& id) {
  auto request = WithParent<progress::v1::CreateReportingCycleRequest>(parent);
  request.set_reporting_cycle_id(id);
  *request.mutable_reporting_cycle() = ACycle();
  return request;
}

progress::v1::CreateStatusMappingRequest CreateMapping(const std::string& parent, const std::string& id,
                                                       const std::string& label, progress::v1::Status status) {
  auto request = WithParent<progress::v1::CreateStatusMappingRequest>(parent);
  request.set_status_mapping_id(id);
  *request.mutable_status_mapping() = AMapping(label, status);
  return request;
}

catalogue::v1::BatchCreateActivitiesRequest BatchOfActivities(const std::string& parent, int first, int count) {
  auto request = WithParent<catalogue::v1::BatchCreateActivitiesRequest>(parent);
  for (int i = first; i < first + count; ++i) {
    auto* item = request.add_requests();
    item->set_activity_id(absl::StrCat("activiteit-", i));
    *item->mutable_activity() = AnActivity();
  }
  return request;
}

progress::v1::BatchCreateStatusReportsRequest BatchOfReports(const std::string& cycle,
                                                             const std::vector<progress::v1::StatusReport>& reports) {
  auto request = WithParent<progress::v1::BatchCreateStatusReportsRequest>(cycle);
  for (const auto& report : reports) {
    auto* item = request.add_requests();
    item->set_status_report_id(absl::StrCat("rapport-", request.requests_size()));
    *item->mutable_status_report() = report;
  }
  return request;
}

indicator::v1::BatchCreateIndicatorsRequest BatchOfIndicators(const std::string& parent, int count) {
  auto request = WithParent<indicator::v1::BatchCreateIndicatorsRequest>(parent);
  for (int i = 1; i <= count; ++i) {
    auto* item = request.add_requests();
    item->set_indicator_id(absl::StrCat("indicator-", i));
    *item->mutable_indicator() = AnIndicator();
  }
  return request;
}

indicator::v1::BatchCreateTargetsRequest BatchOfTargets(const std::string& indicator,
                                                        const std::vector<indicator::v1::Target>& targets) {
  auto request = WithParent<indicator::v1::BatchCreateTargetsRequest>(indicator);
  for (const auto& target : targets) {
    auto* item = request.add_requests();
    item->set_target_id(absl::StrCat("streefwaarde-", request.requests_size()));
    *item->mutable_target() = target;
  }
  return request;
}

indicator::v1::BatchCreateMeasurementsRequest BatchOfMeasurements(
    const std::string& indicator, const std::vector<indicator::v1::Measurement>& measurements) {
  auto request = WithParent<indicator::v1::BatchCreateMeasurementsRequest>(indicator);
  for (const auto& measurement : measurements) {
    auto* item = request.add_requests();
    item->set_measurement_id(absl::StrCat("meting-", request.requests_size()));
    *item->mutable_measurement() = measurement;
  }
  return request;
}

std::unique_ptr<Message> RequestFor(const Descriptor* descriptor, const std::string& owner, const std::string& new_id) {
  std::unique_ptr<Message> request(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor)->New());
  Filler(descriptor->file(), owner, new_id).Fill(*request);
  return request;
}

std::string IdOf(const std::string& variable) {
  // Reference data are there before any test.
  static const std::map<std::string, std::string> kReferenceData = {{"municipality", "gm0677"},
                                                                    {"region", "rg-zeeland"},
                                                                    {"membership", "gm0677"},
                                                                    {"party", "gm0677"},
                                                                    {"taskfield", "2022-6.72"}};
  const auto found = kReferenceData.find(variable);
  return found == kReferenceData.end() ? "test-" + variable : found->second;
}

}  // namespace regiokompas::test
