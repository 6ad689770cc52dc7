#include "services/intake/acceptance_context.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/intake/selection_rules.h"

namespace regiokompas::intake {

AcceptanceContext::AcceptanceContext(const Call& the_call, const v1::Draft& the_draft, const SourceText& the_source,
                                     const Acceptance& the_acceptance, const Rereading& the_rereading)
    : call(the_call),
      owner(absl::StrCat("owners/", the_call.owner)),
      draft(the_draft),
      source(the_source),
      acceptance(the_acceptance),
      rereading(the_rereading) {
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
