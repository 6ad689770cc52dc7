// Which build of regiokompas this is.
#pragma once

namespace regiokompas::cli {

// Such as "0.1.0".
extern const char kVersion[];

}  // namespace regiokompas::cli
