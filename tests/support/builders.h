// Valid messages for tests, in one place: a test takes one and changes what it is about.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"
#include "regiokompas/indicator/v1/indicator_service.pb.h"
#include "regiokompas/progress/v1/progress_service.pb.h"

namespace regiokompas::test {

// A request id that was not used before.
std::string NewRequestId();

std::string OwnerName(const std::string& owner);  // owners/GM0677

// -- Resources, with every field that a caller can fill
catalogue::v1::Framework AFramework();
catalogue::v1::Section ASection();
catalogue::v1::Goal AGoal();
catalogue::v1::Activity AnActivity();
// `framework` is a resource name.
catalogue::v1::Contribution AContribution(const std::string& framework);
progress::v1::ReportingCycle ACycle();
// On track, written here. `subject` is the name of an activity or goal.
progress::v1::StatusReport AReport(const std::string& subject);
progress::v1::StatusMapping AMapping(const std::string& label, progress::v1::Status status);
indicator::v1::Indicator AnIndicator();
// At least 88 per cent by the end of 2026.
indicator::v1::Target ATarget();
// 82,4 per cent in 2025.
indicator::v1::Measurement AMeasurement();

// -- Requests with a new request id; parents are names
catalogue::v1::CreateFrameworkRequest CreateFramework(const std::string& parent, const std::string& id);
catalogue::v1::CreateGoalRequest CreateGoal(const std::string& parent, const std::string& id);
catalogue::v1::CreateActivityRequest CreateActivity(const std::string& parent, const std::string& id);
progress::v1::CreateReportingCycleRequest CreateCycle(const std::string& parent, const std::string& id);
progress::v1::CreateStatusMappingRequest CreateMapping(const std::string& parent, const std::string& id,
                                                       const std::string& label, progress::v1::Status status);

// Batches: activities activiteit-<first>…, reports rapport-1….
catalogue::v1::BatchCreateActivitiesRequest BatchOfActivities(const std::string& parent, int first, int count);
progress::v1::BatchCreateStatusReportsRequest BatchOfReports(const std::string& cycle,
                                                             const std::vector<progress::v1::StatusReport>& reports);
// Indicators indicator-1…, targets streefwaarde-1…, measurements meting-1….
indicator::v1::BatchCreateIndicatorsRequest BatchOfIndicators(const std::string& parent, int count);
indicator::v1::BatchCreateTargetsRequest BatchOfTargets(const std::string& indicator,
                                                        const std::vector<indicator::v1::Target>& targets);
indicator::v1::BatchCreateMeasurementsRequest BatchOfMeasurements(
    const std::string& indicator, const std::vector<indicator::v1::Measurement>& measurements);

// A request of any RPC that is right by what the contract says of its fields: required ones are filled, names and
// parents belong to `owner` and have the ids that IdOf gives, new resources get `new_id`.
std::unique_ptr<google::protobuf::Message> RequestFor(const google::protobuf::Descriptor* request,
                                                      const std::string& owner, const std::string& new_id);

// The id that names made by RequestFor have in place of {variable}: framework -> "test-framework".
std::string IdOf(const std::string& variable);

}  // namespace regiokompas::test
