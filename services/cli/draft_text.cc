#include "services/cli/draft_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/cli/arguments.h"
#include "services/cli/parse_text.h"
#include "services/cli/table.h"

namespace regiokompas::cli {
namespace {

using intake::v1::AcceptedElements;
using intake::v1::Correction;
using intake::v1::ElementKind;

std::string KindText(ElementKind kind) {
  switch (kind) {
    case intake::v1::ELEMENT_KIND_FRAMEWORK:
      return InLanguage("kader", "framework");
    case intake::v1::ELEMENT_KIND_SECTION:
      return InLanguage("tekst", "section");
    case intake::v1::ELEMENT_KIND_GOAL:
      return InLanguage("doel", "goal");
    case intake::v1::ELEMENT_KIND_ACTIVITY:
      return InLanguage("activiteit", "activity");
    case intake::v1::ELEMENT_KIND_CONTRIBUTION:
      return InLanguage("bijdrage", "contribution");
    case intake::v1::ELEMENT_KIND_REPORTING_CYCLE:
      return InLanguage("rapportageronde", "reporting cycle");
    case intake::v1::ELEMENT_KIND_STATUS_REPORT:
      return InLanguage("statusbericht", "status report");
    case intake::v1::ELEMENT_KIND_TARGET:
      return InLanguage("streefwaarde", "target");
    case intake::v1::ELEMENT_KIND_INDICATOR:
      return InLanguage("indicator", "indicator");
    case intake::v1::ELEMENT_KIND_MEASUREMENT:
      return InLanguage("meting", "measurement");
    case intake::v1::ELEMENT_KIND_MILESTONE:
      return InLanguage("mijlpaal", "milestone");
    default:
      return InLanguage("element", "element");
  }
}

std::string DifferenceText(intake::v1::DifferenceKind kind) {
  switch (kind) {
    case intake::v1::DIFFERENCE_KIND_ADDED:
      return InLanguage("nieuw", "added");
    case intake::v1::DIFFERENCE_KIND_CHANGED:
      return InLanguage("gewijzigd", "changed");
    default:
      return InLanguage("vervallen", "removed");
  }
}

std::string OutcomeText(intake::v1::MatchOutcome outcome) {
  switch (outcome) {
    case intake::v1::MATCH_OUTCOME_SAME:
      return InLanguage("dezelfde", "the same");
    case intake::v1::MATCH_OUTCOME_NEW:
      return InLanguage("nieuw", "new");
    default:
      return InLanguage("BESLIS", "DECIDE");
  }
}

std::string CorrectionText(const Correction& correction) {
  switch (correction.change_case()) {
    case Correction::kSource:
      return InLanguage("document: ", "document: ") + Printable(correction.source().title());
    case Correction::kGoal:
      return ElementText(correction.goal());
    case Correction::kActivity:
      return ElementText(correction.activity());
    case Correction::kTarget:
      return ElementText(correction.target());
    case Correction::kIndicator:
      return ElementText(correction.indicator());
    case Correction::kMeasurement:
      return ElementText(correction.measurement());
    case Correction::kMilestone:
      return ElementText(correction.milestone());
    case Correction::kSection:
      return ElementText(correction.section());
    case Correction::kDrop:
      return InLanguage("is geen element", "is no element");
    case Correction::kSameAs:
      return InLanguage("is ", "is ") + Printable(correction.same_as());
    case Correction::kNotKnown:
      return InLanguage("is een nieuwe activiteit", "is a new activity");
    default:
      return InLanguage("zoals gelezen", "as read");
  }
}

std::string Titled(const std::string& id, const std::string& title, int line) {
  return absl::StrCat(id.empty() ? "" : absl::StrCat(id, "  "), Printable(title),
                      line == 0 ? "" : absl::StrCat(InLanguage("  (regel ", "  (line "), line, ")"));
}

// A value of some lines, each on its own behind the mark.
void PrintValue(const std::string& mark, const std::string& value, std::ostream& out) {
  if (value.empty()) return;
  for (const absl::string_view line : absl::StrSplit(value, '\n')) {
    out << "      " << mark << " " << Printable(std::string(line)) << "\n";
  }
}

void PrintDifference(const intake::v1::ElementDifference& difference, std::ostream& out) {
  const bool removed = difference.kind() == intake::v1::DIFFERENCE_KIND_REMOVED;
  out << "  " << Fit(DifferenceText(difference.kind()), 9) << "  " << Fit(KindText(difference.element_kind()), 15)
      << "  "
      << Titled(removed ? difference.previous_element_id() : difference.element_id(), difference.title(),
                difference.line())
      << "\n";
  if (!difference.resource().empty()) out << "    " << difference.resource() << "\n";
  for (const auto& field : difference.fields()) {
    out << "    " << field.path() << "\n";
    PrintValue("-", field.before(), out);
    PrintValue("+", field.after(), out);
  }
}

void PrintMatch(const intake::v1::ElementMatch& match, std::ostream& out) {
  out << "  " << Fit(OutcomeText(match.outcome()), 9) << "  " << Titled(match.element_id(), match.title(), match.line())
      << "\n";
  if (match.activity().empty()) return;
  out << "    " << Right(absl::StrCat(match.score_permille()), 4) << "  " << match.activity() << "  "
      << Printable(match.activity_title()) << "\n";
  for (const auto& evidence : match.evidence()) {
    out << "    " << Right(absl::StrCat(evidence.weight_permille() > 0 ? "+" : "", evidence.weight_permille()), 5)
        << " " << Printable(evidence.text()) << "\n";
  }
}

}  // namespace

std::string StateText(intake::v1::DraftState state) {
  switch (state) {
    case intake::v1::DRAFT_STATE_ACCEPTED:
      return InLanguage("overgenomen", "accepted");
    case intake::v1::DRAFT_STATE_PARTLY_ACCEPTED:
      return InLanguage("deels overgenomen", "partly accepted");
    default:
      return InLanguage("open", "open");
  }
}

void PrintInLine(const intake::v1::Draft& draft, std::ostream& out) {
  const auto& summary = draft.summary();
  out << draft.name() << "  " << Fit(StateText(draft.state()), 17) << "  " << Fit(draft.profile(), 22) << "  "
      << summary.goals() << InLanguage(" doelen, ", " goals, ") << summary.activities()
      << InLanguage(" activiteiten, ", " activities, ") << summary.targets()
      << InLanguage(" streefwaarden, ", " targets, ") << summary.unclassified_lines()
      << InLanguage(" regels niet herkend", " lines not recognised") << "  " << Printable(draft.display_name()) << "\n";
}

void PrintHead(const intake::v1::Draft& draft, std::ostream& out) {
  PrintInLine(draft, out);
  out << InLanguage("document  ", "document  ") << draft.document() << "\n"
      << "etag      " << draft.etag() << "\n";
  if (!draft.previous_draft().empty()) {
    out << InLanguage("eerder    ", "earlier   ") << draft.previous_draft() << "\n";
  }
  for (const std::string& framework : draft.frameworks())
    out << InLanguage("kader     ", "framework ") << framework << "\n";
  for (const Correction& correction : draft.corrections()) {
    out << InLanguage("correctie ", "corrected ") << correction.element_id() << "  " << CorrectionText(correction)
        << (correction.note().empty() ? "" : absl::StrCat("  (", Printable(correction.note()), ")")) << "\n";
  }
}

void PrintComparison(const intake::v1::CompareDraftResponse& comparison, std::ostream& out) {
  if (comparison.previous_draft().empty()) {
    out << InLanguage("Deze bron is niet eerder overgenomen.\n", "This source was not accepted before.\n");
  } else {
    out << InLanguage("Verschillen met ", "Differences from ") << comparison.previous_draft() << ": "
        << comparison.differences_size() << "\n";
    for (const auto& difference : comparison.differences()) PrintDifference(difference, out);
  }
  if (comparison.matches_size() > 0) {
    out << InLanguage("Activiteiten naast de catalogus: ", "Activities beside the catalogue: ")
        << comparison.matches_size() << InLanguage(", te beslissen: ", ", to decide: ") << comparison.undecided()
        << "\n";
    for (const auto& match : comparison.matches()) PrintMatch(match, out);
  }
}

void PrintAcceptance(const intake::v1::AcceptDraftResponse& response, std::ostream& out) {
  const std::vector<std::string> heads = {
      InLanguage("nieuw", "created"),       InLanguage("gewijzigd", "updated"),
      InLanguage("vervallen", "removed"),   InLanguage("ongewijzigd", "unchanged"),
      InLanguage("samengevoegd", "merged"), InLanguage("niet overgenomen", "not taken over")};
  out << "  " << Fit("", 16);
  for (const std::string& head : heads) out << "  " << head;
  out << "\n";
  for (const AcceptedElements& elements : response.elements()) {
    const int counts[] = {elements.created(),   elements.updated(), elements.removed(),
                          elements.unchanged(), elements.merged(),  elements.not_taken_over()};
    out << "  " << Fit(KindText(elements.kind()), 16);
    for (size_t i = 0; i < heads.size(); ++i) out << "  " << Right(absl::StrCat(counts[i]), Width(heads[i]));
    out << "\n";
  }
  for (const std::string& framework : response.frameworks()) {
    out << InLanguage("  kader  ", "  framework  ") << framework << "\n";
  }
  if (!response.cycle().empty()) out << InLanguage("  rapportageronde  ", "  cycle  ") << response.cycle() << "\n";
}

std::string AcceptanceText(const intake::v1::AcceptDraftResponse& response) {
  int created = 0, updated = 0, removed = 0, unchanged = 0, merged = 0, left = 0;
  for (const AcceptedElements& elements : response.elements()) {
    created += elements.created();
    updated += elements.updated();
    removed += elements.removed();
    unchanged += elements.unchanged();
    merged += elements.merged();
    left += elements.not_taken_over();
  }
  std::string text = absl::StrCat(created, InLanguage(" nieuw, ", " created, "));
  if (updated > 0) absl::StrAppend(&text, updated, InLanguage(" gewijzigd, ", " updated, "));
  if (removed > 0) absl::StrAppend(&text, removed, InLanguage(" vervallen, ", " removed, "));
  absl::StrAppend(&text, unchanged, InLanguage(" ongewijzigd, ", " unchanged, "), merged,
                  InLanguage(" samengevoegd, ", " merged, "), left, InLanguage(" niet overgenomen", " not taken over"));
  return text;
}

}  // namespace regiokompas::cli
