// The parser's data files (profiles, municipalities), compiled into the program.
#pragma once

#include <vector>

#include "common/base/embedded_file.h"

namespace regiokompas::intake {

std::vector<EmbeddedFile> ParserData();

}  // namespace regiokompas::intake
