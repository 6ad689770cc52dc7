// Reference data: files in, resources out. Pure: no database, no clock.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/embedded_file.h"
#include "regiokompas/collaboration/v1/membership.pb.h"
#include "regiokompas/collaboration/v1/municipality.pb.h"
#include "regiokompas/collaboration/v1/party.pb.h"
#include "regiokompas/collaboration/v1/region.pb.h"
#include "regiokompas/collaboration/v1/task_field.pb.h"

namespace regiokompas::collaboration {

// Resources with their names, in the order of the files. Each kind refers to itself and to those before it only.
struct ReferenceData {
  std::vector<v1::Municipality> municipalities;
  std::vector<v1::Region> regions;
  std::vector<v1::Membership> memberships;
  std::vector<v1::Party> parties;
  std::vector<v1::TaskField> task_fields;
};

// The files of reference/, which the program carries.
std::vector<EmbeddedFile> ReferenceFiles();

// Reads files in the text format of regiokompas.internal.v1.ReferenceData, which may refer to each other, and checks
// the whole. INVALID_ARGUMENT REFERENCE_DATA_INVALID names the file, the entry and the rule of what is wrong first.
absl::StatusOr<ReferenceData> ReadReferenceData(const std::vector<EmbeddedFile>& files);

// SHA-256 in hexadecimal digits, the same for the same resources in the same order.
std::string DigestOf(const ReferenceData& data);

}  // namespace regiokompas::collaboration
