// The difference of two texts, word by word. Pure.
#pragma once

#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_field.h"
#include "regiokompas/catalogue/v1/comparison.pb.h"

namespace regiokompas::catalogue {

// The runs of words that lead from `before` to `after`: as few changed words as possible, unless the texts differ so
// much that finding them would take long; then a part of them is one removal and one insertion. A word goes with the
// blanks after it. Takes memory in proportion to the texts, and for a megabyte some tenths of a second at most.
google::protobuf::RepeatedPtrField<v1::WordEdit> WordEditsOf(absl::string_view before, absl::string_view after);

}  // namespace regiokompas::catalogue
