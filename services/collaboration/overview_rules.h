// From what the other services answer to the figures of a regional overview. Pure: no database, no network, no clock.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "regiokompas/catalogue/v1/catalogue_service.pb.h"
#include "regiokompas/collaboration/v1/regional_overview.pb.h"
#include "regiokompas/indicator/v1/indicator_service.pb.h"
#include "regiokompas/progress/v1/progress_service.pb.h"

namespace regiokompas::collaboration {

// What one service said about one member: with a code other than OK the summary says nothing.
template <typename Summary>
struct PartAnswer {
  absl::StatusCode code = absl::StatusCode::kUnavailable;
  Summary summary;
};

// What all of them said.
struct MemberAnswers {
  PartAnswer<catalogue::v1::CatalogueSummary> catalogue;
  PartAnswer<progress::v1::ProgressSummary> progress;
  PartAnswer<indicator::v1::IndicatorSummary> indicator;
};

// Fills the parts and the state of a member, whose names are there already. `today` is the day of reading.
void FillMember(const MemberAnswers& answers, const std::string& today, v1::RegionalOverviewMember& member);

// Adds a filled member to the coverage and its sums.
void AddToCoverage(const v1::RegionalOverviewMember& member, v1::RegionalCoverage& coverage);

}  // namespace regiokompas::collaboration
