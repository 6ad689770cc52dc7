// Which of two lists of things that were printed are the same thing: by code, wording and position, with the evidence.
// Pure: no database, no network, no clock; the same lists give the same answer.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "regiokompas/intake/v1/intake_service.pb.h"

namespace regiokompas::intake {

// One thing that may be the same as another.
struct MatchItem {
  std::string id;                        // unique in its list
  std::string code = {};                 // as printed
  std::string title = {};                // as printed
  std::string text = {};                 // all that is printed under it
  std::vector<std::string> places = {};  // titles of what it stands under
};

// How much of a text is compared: what a thing is stands in its first sentences.
inline constexpr size_t kMatchedTextBytes = 4000;

// What is to become of one element.
struct Match {
  v1::MatchOutcome outcome = v1::MATCH_OUTCOME_NEW;
  std::optional<size_t> candidate;  // the nearest, as its place in the list; none when none is near
  int score_permille = 0;
  std::vector<v1::MatchEvidence> evidence;
};

// Element id -> id of the candidate that it is, or empty when it is none of them: what an officer said.
using Decisions = std::map<std::string, std::string>;

// At or above this score an element is the candidate, unless something contradicts it.
inline constexpr int kSamePermille = 800;
// Below this score it is none of them. Between the two an officer decides.
inline constexpr int kNewPermille = 450;

// One match for each element, in their order. Both lists stand in the order in which their documents print them:
// neighbours are evidence. A candidate goes to one element at most.
std::vector<Match> MatchItems(const std::vector<MatchItem>& elements, const std::vector<MatchItem>& candidates,
                              const Decisions& decisions = {});

}  // namespace regiokompas::intake
