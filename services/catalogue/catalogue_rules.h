// Rules of the catalogue that the contract's options can not say. Pure: no database, no clock.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/base/errors.h"
#include "google/protobuf/message.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"

namespace regiokompas::catalogue {

// A new framework is a DRAFT.
void StartAsDraft(google::protobuf::Message& framework);

// Validity must not end before it starts; fiscal years are plausible.
void CheckFramework(const google::protobuf::Message& framework, errors::Violations& violations);

// The parent is another goal of the same framework.
void CheckGoal(const google::protobuf::Message& goal, errors::Violations& violations);

// INVALID_ARGUMENT: the parent of a goal stands under the goal itself.
absl::Status GoalLoop();

// Milestones are dated YYYY, YYYY-Qn, YYYY-MM or YYYY-MM-DD; a range of money does not run backwards; years are
// plausible.
void CheckActivity(const google::protobuf::Message& activity, errors::Violations& violations);

// The goal is one of the framework; the dates do not run backwards.
void CheckContribution(const google::protobuf::Message& contribution, errors::Violations& violations);

// RESOURCE_EXHAUSTED when a summary holds more than its contract allows.
absl::Status CheckSummary(const v1::CatalogueSummary& summary);

// True for 2020, 2020-Q3, 2020-08 and 2020-08-31.
bool IsDue(absl::string_view text);

}  // namespace regiokompas::catalogue
