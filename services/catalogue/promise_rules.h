// The promise ledger: what became of an activity over the adopted versions. Pure.
#pragma once

#include <string>
#include <vector>

#include "regiokompas/catalogue/v1/activity.pb.h"
#include "regiokompas/catalogue/v1/promise.pb.h"
#include "regiokompas/catalogue/v1/version.pb.h"

namespace regiokompas::catalogue {

// A decision and what it says about one activity.
struct Decision {
  const v1::Version* version;
  // The activity as the version holds it; null when it does not.
  const v1::Activity* activity;
};

// The promise in the activity of that name. `decisions` are all of the owner's, of all frameworks, in the order in
// which they were recorded; at least one holds the activity.
//
// Milestones are compared with those in the decision before that held the activity, whichever framework that was about.
// A milestone is the same when its text and moment are, else its text, else its place.
v1::Promise PromiseOf(const std::string& activity, const std::vector<Decision>& decisions);

}  // namespace regiokompas::catalogue
