// Valid messages for tests, in one place: a test takes one and changes what it is about.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"
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

// A request of any RPC that is right by what the contract says of its fields: required ones are filled, names and
// parents belong to `owner` and have the ids that IdOf gives, new resources get `new_id`.
std::unique_ptr<google::protobuf::Message> RequestFor(const google::protobuf::Descriptor* request,
                                                      const std::string& owner, const std::string& new_id);

// The id that names made by RequestFor have in place of {variable}: framework -> "test-framework".
std::string IdOf(const std::string& variable);

}  // namespace regiokompas::test
