// What changed between two versions, as a list of typed changes. Pure.
#pragma once

#include <vector>

#include "regiokompas/catalogue/v1/comparison.pb.h"
#include "services/catalogue/framework_content.h"

namespace regiokompas::catalogue {

// The changes that lead from `before` to `after`: by framework, sections, goals, contributions, activities, each by
// name, then by kind. A framework without a name means that nothing was held.
//
// Within one framework a resource is the same when its name is. Documents of different years are different frameworks:
// there a goal is the same when its code and kind, and those of the goals above it, are, else its title; a section when
// its title is; a contribution when it leads from the same activity to the same goal, else from the same activity.
// Those have the name of the old version, in changes and in references to them.
std::vector<v1::Change> Compare(const FrameworkContent& before, const FrameworkContent& after);

// `after` with those names of `before`.
FrameworkContent InNamesOf(const FrameworkContent& before, FrameworkContent after);

}  // namespace regiokompas::catalogue
