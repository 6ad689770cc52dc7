// A framework with all that it holds, at one moment.
#pragma once

#include <vector>

#include "regiokompas/catalogue/v1/activity.pb.h"
#include "regiokompas/catalogue/v1/contribution.pb.h"
#include "regiokompas/catalogue/v1/framework.pb.h"
#include "regiokompas/catalogue/v1/goal.pb.h"
#include "regiokompas/catalogue/v1/section.pb.h"

namespace regiokompas::catalogue {

// Each sort by ordinal, then name.
struct FrameworkContent {
  v1::Framework framework;
  std::vector<v1::Section> sections;
  std::vector<v1::Goal> goals;
  std::vector<v1::Contribution> contributions;  // to this framework and its goals
  std::vector<v1::Activity> activities;         // those of the contributions
};

}  // namespace regiokompas::catalogue
