#pragma once

#include "absl/strings/string_view.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"

namespace regiokompas::intake {

namespace pb = ::regiokompas::intake::v1;

// The aspect that a label of a document's own announces, by the stems of its words; OTHER when none is known. In
// documents of cells measuring is how an activity is followed, elsewhere it is an indicator.
pb::AspectKind AspectByStem(absl::string_view normalized, bool cells);

}  // namespace regiokompas::intake
