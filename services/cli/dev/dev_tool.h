// regiokompas-dev: keys and tokens for development on one machine.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "common/base/clock.h"

namespace regiokompas::cli {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure = 1;
inline constexpr int kExitUsage = 2;

// Runs the command in `arguments` (without the name of the program) and returns the exit code. Results go to `out`,
// errors to `err`; texts are English when `language` (the value of LANG) starts with en, else Dutch.
int RunDevTool(const std::vector<std::string>& arguments, const std::string& language, const Clock& clock,
               std::ostream& out, std::ostream& err);

}  // namespace regiokompas::cli
