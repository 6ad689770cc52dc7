#include "services/cli/import_summary.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/cli/arguments.h"
#include "services/cli/parse_text.h"
#include "services/cli/table.h"

namespace regiokompas::cli {
namespace {

struct OutcomeText {
  ImportOutcome outcome;
  const char* json;
  const char* dutch;
  const char* english;
};

constexpr OutcomeText kOutcomes[] = {
    {ImportOutcome::kAccepted, "accepted", "overgenomen", "accepted"},
    {ImportOutcome::kKnown, "known", "stond er al", "already there"},
    {ImportOutcome::kDrafted, "drafted", "concept bewaard", "draft kept"},
    {ImportOutcome::kWaiting, "waiting", "wacht op een beleidsmedewerker", "waits for an officer"},
    {ImportOutcome::kRefused, "refused", "geweigerd", "refused"},
    {ImportOutcome::kRead, "read", "gelezen", "read"},
};

void Row(std::ostream& out, int64_t count, const std::string& text, size_t indent = 0) {
  if (count != 0) out << Right(absl::StrCat(count), 8 + indent) << "  " << text << "\n";
}

// "1,4 %" in Dutch
std::string Share(int64_t part, int64_t whole) {
  std::string text =
      absl::StrFormat("%.1f%%", whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole));
  if (!WantsEnglish()) std::replace(text.begin(), text.end(), '.', ',');
  return text;
}

}  // namespace

void ImportSummary::Add(ImportOutcome outcome, const std::string& code, const std::string& text) {
  ++counts_[outcome];
  if (outcome != ImportOutcome::kWaiting && outcome != ImportOutcome::kRefused) return;
  Reason& reason = reasons_[outcome][code.empty() ? text : code];
  if (++reason.count > 1) return;
  reason.code = code;
  reason.text = text;
}

void ImportSummary::AddRead(const intake::v1::ParsedDocument& parsed, int lines, int unclassified) {
  Add(ImportOutcome::kRead);
  ++profiles_[parsed.source().profile()];
  goals_ += parsed.goals_size();
  activities_ += parsed.activities_size();
  targets_ += parsed.targets_size();
  sections_ += parsed.sections_size();
  lines_ += lines;
  unclassified_ += unclassified;
}

int ImportSummary::Count(ImportOutcome outcome) const {
  const auto found = counts_.find(outcome);
  return found == counts_.end() ? 0 : found->second;
}

void ImportSummary::Print(std::ostream& out) const {
  for (const OutcomeText& text : kOutcomes) {
    Row(out, Count(text.outcome), InLanguage(text.dutch, text.english));
    const auto reasons = reasons_.find(text.outcome);
    if (reasons == reasons_.end()) continue;
    for (const auto& [key, reason] : reasons->second) {
      Row(out, reason.count,
          absl::StrCat(Printable(reason.text), reason.code.empty() ? "" : absl::StrCat(" [", reason.code, "]")), 4);
    }
  }
  for (const auto& [profile, count] : profiles_) Row(out, count, InLanguage("profiel ", "profile ") + profile, 4);
  Row(out, goals_, InLanguage("doelen", "goals"));
  Row(out, activities_, InLanguage("activiteiten", "activities"));
  Row(out, targets_, InLanguage("streefwaarden", "targets"));
  Row(out, sections_, InLanguage("teksten", "sections"));
  Row(out, lines_,
      absl::StrCat(InLanguage("regels, waarvan niet herkend ", "lines, of which not recognised "), unclassified_, " (",
                   Share(unclassified_, lines_), ")"));
  Row(out, hidden_, InLanguage("verborgen, overgeslagen", "hidden, left out"));
  Row(out, links_, InLanguage("koppelingen, overgeslagen", "links, left out"));
  Row(out, other_types_, InLanguage("van een ander soort, overgeslagen", "of another type, left out"));
  Row(out, static_cast<int64_t>(not_tried_), InLanguage("niet meer aan begonnen", "not begun"));
}

void ImportSummary::PrintAsJson(std::ostream& out) const {
  out << "{";
  for (const OutcomeText& text : kOutcomes) out << JsonText(text.json) << ":" << Count(text.outcome) << ",";
  out << "\"reasons\":[";
  const char* between = "";
  for (const auto& [outcome, reasons] : reasons_) {
    for (const auto& [key, reason] : reasons) {
      out << between << "{\"outcome\":" << (outcome == ImportOutcome::kWaiting ? "\"waiting\"" : "\"refused\"")
          << ",\"code\":" << JsonText(reason.code) << ",\"count\":" << reason.count
          << ",\"text\":" << JsonText(reason.text) << "}";
      between = ",";
    }
  }
  out << "],\"profiles\":{";
  between = "";
  for (const auto& [profile, count] : profiles_) {
    out << between << JsonText(profile) << ":" << count;
    between = ",";
  }
  out << "},\"goals\":" << goals_ << ",\"activities\":" << activities_ << ",\"targets\":" << targets_
      << ",\"sections\":" << sections_ << ",\"lines\":" << lines_ << ",\"unclassifiedLines\":" << unclassified_
      << ",\"hidden\":" << hidden_ << ",\"links\":" << links_ << ",\"otherTypes\":" << other_types_
      << ",\"notBegun\":" << not_tried_ << "}\n";
}

}  // namespace regiokompas::cli
