#include "services/cli/version.h"

namespace regiokompas::cli {

const char kVersion[] = REGIOKOMPAS_VERSION;

}  // namespace regiokompas::cli
