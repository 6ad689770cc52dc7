// Rules of progress that the contract's options can not say. Pure: no database, no clock.
#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/base/errors.h"
#include "google/protobuf/message.h"
#include "regiokompas/progress/v1/progress_service.pb.h"
#include "regiokompas/progress/v1/status.pb.h"
#include "regiokompas/progress/v1/status_report.pb.h"

namespace regiokompas::progress {

// An owner's status words, as FoldedText, with what they mean.
using StatusWords = std::map<std::string, v1::Status>;

// True when the report has words that are to be mapped now: those of a new report, and in an update those that changed
// (`before` is the version that it changes). The canonical status of a word that changed is cleared when it is still
// the one of the word before.
bool PrepareMapping(const v1::StatusReport* before, v1::StatusReport& report);

// The id of the cycle that a report stands in.
std::string CycleIdOf(const v1::StatusReport& report);

// INVALID_ARGUMENT when the report is imported and its cycle is not, or the other way round, or when it does not say
// from which document it was read.
absl::Status CheckOrigin(const v1::StatusReport& report, bool cycle_imported);

// Fills the canonical statuses from the words. A word that the owner has not mapped is FAILED_PRECONDITION
// STATUS_WORD_UNMAPPED: it is never guessed. A status that contradicts its word is INVALID_ARGUMENT.
absl::Status MapStatuses(const StatusWords& words, v1::StatusReport& report);

// INVALID_ARGUMENT: the word at `index` of the mapping has a meaning in another mapping of the owner.
absl::Status WordTaken(int index);

// RESOURCE_EXHAUSTED when a summary holds more than its contract allows.
absl::Status CheckSummary(const v1::ProgressSummary& summary);

// A new cycle is OPEN; one that was read from a publication is PUBLISHED, as it was before we saw it.
void StartCycle(google::protobuf::Message& cycle);

// A new report is a DRAFT; one that was read from a publication was submitted and reviewed elsewhere.
void StartReport(google::protobuf::Message& report);

void CheckCycle(const google::protobuf::Message& cycle, errors::Violations& violations);

// A report that is written here needs a status, and off green a reason and a corrective action or "none needed" (domain
// rule 3). NOT_PRINTED is for imported reports only.
void CheckReport(const google::protobuf::Message& report, errors::Violations& violations);

}  // namespace regiokompas::progress
