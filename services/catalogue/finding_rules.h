// What an officer would want to know of a framework before it is adopted. Pure: no database, no clock.
#pragma once

#include <vector>

#include "regiokompas/catalogue/v1/search.pb.h"
#include "services/catalogue/framework_content.h"

namespace regiokompas::catalogue {

// All findings, errors first, then by resource and field. README.md says what the rules are.
std::vector<v1::Finding> FindingsOf(const FrameworkContent& content);

}  // namespace regiokompas::catalogue
