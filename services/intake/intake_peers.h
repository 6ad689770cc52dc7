// Intake's calls to catalogue, progress and indicator, on behalf of the officer who accepts a draft: with the officer's
// own token.
#pragma once

#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "common/base/call.h"
#include "regiokompas/intake/v1/intake_service.pb.h"
#include "services/intake/reader/source_text.h"

namespace regiokompas::intake {

using PeerChannel = std::function<std::shared_ptr<grpc::Channel>(const std::string& service)>;

// Writes what `draft` (with its parse) says into catalogue, progress and indicator and counts what became of it. The
// catalogue gets every line of `source`, the text of the document. What was handed in was published, so in the end
// the frameworks that hold something that none of their versions held are adopted. Every write carries a request id
// that is a function of document, element and target, and what exists, or was adopted once, is left as it is: so doing
// it again, also after it broke off halfway, ends in the same state.
absl::Status ApplyDraft(const Call& call, const PeerChannel& channel, const v1::Draft& draft, const SourceText& source,
                        v1::AcceptDraftResponse* response);

}  // namespace regiokompas::intake
