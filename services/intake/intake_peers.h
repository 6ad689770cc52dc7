// Intake's calls to catalogue, progress and indicator, on behalf of the officer who accepts a draft: with the officer's
// own token.
#pragma once

#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/call.h"
#include "regiokompas/intake/v1/intake_service.pb.h"
#include "services/intake/acceptance_context.h"
#include "services/intake/calls_to_peers.h"
#include "services/intake/draft_comparison.h"
#include "services/intake/intake_rules.h"
#include "services/intake/reader/source_text.h"

namespace regiokompas::intake {

// What became of an acceptance, also of one that broke off.
struct Applied {
  Places places = {};  // what was made of which element
  // Ids of selected elements, or `source`, of which certainly nothing was written; all when nothing was begun.
  std::set<std::string> unwritten = {};
  std::set<std::string> refused = {};  // those of them that a service refused
};

// Writes what the elements `acceptance.selected` of `draft` (with its parse and corrections) say into catalogue,
// progress and indicator and counts what became of all. The catalogue gets the lines of `source`, the text of the
// document, that belong to them; when all are selected, every line. What was handed in was published, so in the end the
// frameworks that hold something that none of their versions held are adopted. Every write carries a request id that is
// a function of document, element and target, and what exists, or was adopted once, is left as it is: so doing it
// again, also after it broke off halfway, ends in the same state. What an earlier reading of the source made is changed
// where the two readings differ, unless somebody has changed the same since.
absl::Status ApplyDraft(const Call& call, const PeerChannel& channel, const v1::Draft& draft, const SourceText& source,
                        const Acceptance& acceptance, const Rereading& rereading, v1::AcceptDraftResponse* response,
                        Applied* applied);

// What there is to decide about `draft` (with its parse and corrections): how it differs from `earlier`, which may be
// null, and which activities of the catalogue its activities may be.
absl::Status CompareDraft(const Call& call, const PeerChannel& channel, const v1::Draft& draft,
                          const SourceText& source, const EarlierReading* earlier, v1::CompareDraftResponse* response);

// What was made of a draft that was accepted, by what the catalogue holds: for one that was accepted before that was
// kept.
absl::StatusOr<Places> FindPlaces(const Call& call, const PeerChannel& channel, const v1::Draft& draft,
                                  const SourceText& source);

}  // namespace regiokompas::intake
