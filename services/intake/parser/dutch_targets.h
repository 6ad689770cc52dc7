#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"

namespace regiokompas::intake {

// Where a sentence stands. In a statement of what is to be reached (a goal, an indicator, a result) a figure is a norm
// unless something says otherwise; in a plan a word of a norm has to come with it.
enum class TargetPlace { kPlan, kStatement };

// What is known about a sentence.
struct TargetContext {
  TargetPlace place = TargetPlace::kPlan;
  // First year that the document is about, 0 when unknown: in a plan, a figure for that year or a later one is no fact.
  int first_year = 0;
};

// What a sentence says about targets.
struct TargetReading {
  // In printed order, without id, subject and line.
  std::vector<v1::ParsedTarget> targets;
  // Phrases, in the sentence that was read, that look like a norm but of which no target could be made.
  std::vector<absl::string_view> not_understood;
};

// Reads the targets that one Dutch sentence states. A figure is only taken over when it is printed, in digits or in
// words: a halving is 50 percent, a doubling 100 percent more, "een op de drie" 33.3 percent with the printed ratio as
// the other reading. A change with a comparator ("daalt met minimaal 10%") keeps the comparator, as any bound does.
// A quantity of time is one only as a bound in a statement or as a minimum of hours. Income limits, ages, numbers of
// articles and figures in the past are no targets. Linear in the length
// of the sentence.
TargetReading ReadTargets(absl::string_view sentence, const TargetContext& context);

}  // namespace regiokompas::intake
