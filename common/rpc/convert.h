// Between absl::Status with payloads, as all our code returns it, and grpc::Status with google.rpc.Status in its
// details.
#pragma once

#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace regiokompas::rpc {

enum class Language { kDutch, kEnglish };

// Every error leaves with ErrorInfo; one that was not made by common/base/errors.h becomes INTERNAL and names
// `request_id`, because its text may hold what callers must not see. The LocalizedMessage is in `language`. Message and
// details are capped, so that they fit into trailers.
grpc::Status ToGrpc(const absl::Status& status, Language language, absl::string_view request_id);

// The other way, with the details as payloads, so that a peer's error can be passed on as it is.
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace regiokompas::rpc
