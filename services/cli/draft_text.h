// Drafts, what there is to decide about them, and what became of them, as a person reads it.
#pragma once

#include <ostream>
#include <string>

#include "regiokompas/intake/v1/draft.pb.h"
#include "regiokompas/intake/v1/intake_service.pb.h"

namespace regiokompas::cli {

// "open": a state in the user's language.
std::string StateText(intake::v1::DraftState state);

// Prints a draft in one line: its name, state, profile, counts and title.
void PrintInLine(const intake::v1::Draft& draft, std::ostream& out);

// Prints what is known of a draft as a whole, with the corrections on it.
void PrintHead(const intake::v1::Draft& draft, std::ostream& out);

// Prints how a draft differs from the earlier reading of its source, and what its activities may be, with the evidence.
void PrintComparison(const intake::v1::CompareDraftResponse& comparison, std::ostream& out);

// Prints what became of each kind of element.
void PrintAcceptance(const intake::v1::AcceptDraftResponse& response, std::ostream& out);

// The same in one line: the sums over all kinds.
std::string AcceptanceText(const intake::v1::AcceptDraftResponse& response);

}  // namespace regiokompas::cli
