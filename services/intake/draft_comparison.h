// What there is to decide about a draft: which activities of the catalogue its activities are, and how it differs from
// the earlier reading of its source. Pure.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "regiokompas/catalogue/v1/activity.pb.h"
#include "regiokompas/intake/v1/draft.pb.h"
#include "regiokompas/intake/v1/intake_service.pb.h"
#include "services/intake/difference_rules.h"
#include "services/intake/intake_rules.h"
#include "services/intake/reader/source_text.h"

namespace regiokompas::intake {

// The earlier reading of a source.
struct EarlierReading {
  v1::Draft draft;  // with its parse
  SourceText source;
  Places places;  // what was made of it
};

// How the `later` draft of a source differs from the `earlier` one. An activity of which an officer said that the
// catalogue does not have it is none of the earlier one either.
Comparison CompareDrafts(const v1::Draft& earlier, const v1::Draft& later);

// What was made of the elements of `comparison`, by their id in the later reading.
Places LaterPlaces(const Comparison& comparison, const Places& earlier);

// Puts what an officer said of the activities of `draft` before what the readings say in `places`: one that is not
// known has no place, and one that is the same as what the `earlier` reading made has that place, which no other keeps.
void ApplyDecisions(const v1::Draft& draft, const Places& earlier, Places& places);

// As much of an activity of the catalogue as others are matched with: an owner has many.
catalogue::v1::Activity MatchedPartOf(const catalogue::v1::Activity& activity);

// The activities of an owner's catalogue, to match those of a draft with.
class ActivityMatcher {
 public:
  // `titles` are those of goals, by name; `goals` the names of the goals that activities contribute to, by the name of
  // the activity. Neither activities nor contributions of the document itself belong here.
  ActivityMatcher(std::vector<catalogue::v1::Activity> activities,
                  const std::map<std::string, std::set<std::string>>& goals,
                  const std::map<std::string, std::string>& titles);

  // What each activity of `draft` may be, in its order, without those for which `places` or `links` say it already.
  // Where an officer said that it is one that is not there, it is asked again.
  std::vector<v1::ElementMatch> Match(const v1::Draft& draft, const Places& places, const Links& links) const;

 private:
  std::vector<catalogue::v1::Activity> activities_;  // in the order of their documents
  std::map<std::string, std::vector<std::string>> places_;
};

// FAILED_PRECONDITION when it is not decided of one of the `selected` whether it is the activity that was found.
absl::Status CheckDecided(const std::vector<v1::ElementMatch>& matches, const std::set<std::string>& selected);

// What was decided, for the plan.
Links Decided(const std::vector<v1::ElementMatch>& matches);

// The names of the fields, other than those of its source, in which two forms of a resource differ.
std::vector<std::string> DifferentFields(const google::protobuf::Message& before,
                                         const google::protobuf::Message& after);

// INVALID_ARGUMENT when one of the elements that are to be dropped is not one that the later reading lacks.
absl::Status CheckRemoved(const v1::AcceptDraftRequest& request, const Comparison& comparison);

}  // namespace regiokompas::intake
