// Activities in files: what a file of them looks like, and what a row of one means. Pure: no database, no clock.
//
// README.md, "Files of activities", says for users what is read and written here.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "regiokompas/catalogue/v1/activity.pb.h"
#include "regiokompas/catalogue/v1/bulk.pb.h"

namespace regiokompas::catalogue {

inline constexpr size_t kMaxFileBytes = 16 << 20;
inline constexpr int kMaxFileRows = 20'000;

// A row of a file, as far as it can be read.
struct FileRow {
  int number;  // counted from 1, without the header
  int line;    // on which it begins, counted from 1
  // Its name is empty when the row does not say which activity it is.
  v1::Activity activity = {};
  // INVALID_ARGUMENT when it can not be read; then the activity holds nothing but its name.
  absl::Status status = {};
};

// Names of the columns of a CSV file, in their order.
const std::vector<std::string>& FileColumns();

// What stands above the rows; empty for JSON lines.
std::string FileHeader(v1::FileFormat format);

// The row of an activity, with its line end. Times and etag stay behind: they are of the place where it is kept, not of
// the activity.
absl::StatusOr<std::string> FileRowOf(v1::FileFormat format, const v1::Activity& activity);

// The rows of a file of activities of `parent` (owners/{owner}). INVALID_ARGUMENT when the file as a whole can not be
// read; a row that can not be read says so itself.
absl::StatusOr<std::vector<FileRow>> ReadFile(v1::FileFormat format, absl::string_view parent, absl::string_view file);

// INVALID_ARGUMENT: a file is longer than kMaxFileBytes.
absl::Status FileTooLong();

// INVALID_ARGUMENT: the activity was dropped, and an id is never used again.
absl::Status ActivityDropped();

// Gives the shifts of milestones that say no time the one that is stored for the same shift: a file that was typed by
// hand and read in before says nothing new.
void KeepShiftTimes(const v1::Activity& stored, v1::Activity* activity);

// Says in a report that and why its row was rejected: the first of the rules that `why` names.
void Reject(const absl::Status& why, v1::RowReport& report);

}  // namespace regiokompas::catalogue
