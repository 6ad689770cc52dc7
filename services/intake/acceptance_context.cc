#include "services/intake/acceptance_context.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/intake/selection_rules.h"

namespace regiokompas::intake {

AcceptanceContext::AcceptanceContext(const Call& call_, const v1::Draft& draft_, const SourceText& source_,
                                     const Acceptance& acceptance_, const Rereading& rereading_)
    : call(call_),
      owner(absl::StrCat("owners/", call_.owner)),
      draft(draft_),
      source(source_),
      acceptance(acceptance_),
      rereading(rereading_) {
  if (earlier() == nullptr) return;
  comparison = CompareDrafts(earlier()->draft, draft);
  places = LaterPlaces(comparison, earlier()->places);
  ApplyDecisions(draft, earlier()->places, places);
  for (const auto& [id, place] : places) placed_.insert(place.resource);
  for (const auto& [id, place] : earlier()->places) of_earlier_.insert(place.resource);
}

bool AcceptanceContext::IsOtherText() const {
  if (earlier() == nullptr) return false;
  const v1::SourceDocument& before = earlier()->draft.parsed().source();
  const v1::SourceDocument& now = draft.parsed().source();
  return before.sha256() != now.sha256() || FormatOf(before) != FormatOf(now);
}

bool AcceptanceContext::IsWhole() const {
  const std::set<std::string> all = AllElements(draft.parsed());
  return std::includes(acceptance.selected.begin(), acceptance.selected.end(), all.begin(), all.end());
}

}  // namespace regiokompas::intake
