#include "services/progress/progress_rules.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "regiokompas/progress/v1/reporting_cycle.pb.h"

namespace regiokompas::progress {
namespace {

using google::protobuf::Message;

constexpr errors::Kind kUnmappedWord{
    absl::StatusCode::kFailedPrecondition, "STATUS_WORD_UNMAPPED",
    "The owner has no mapping for the status word \"{word}\": add one with CreateStatusMapping",
    "Het statuswoord \"{word}\" is nog niet vertaald naar een standaardstatus: leg dat eerst vast"};

constexpr errors::Rule kBadYear{"BAD_YEAR", "{field} must be a year from 1900 to 2200",
                                "{field} moet een jaar zijn van 1900 tot 2200"};
constexpr errors::Rule kReasonNeeded{"REASON_NEEDED", "{field} must say why the status is off green",
                                     "{field} moet zeggen waarom de status niet groen is"};
constexpr errors::Rule kActionNeeded{"ACTION_NEEDED", "{field}: give a corrective action, or say that none is needed",
                                     "{field}: geef een bijsturing, of zeg dat er geen nodig is"};
constexpr errors::Rule kImportedOnly{"IMPORTED_ONLY", "{field} can be NOT_PRINTED in imported reports only",
                                     "{field} kan alleen bij overgenomen rapportages onbekend zijn"};

std::string Normalised(absl::string_view label) {
  std::string text = absl::AsciiStrToLower(label);
  absl::RemoveExtraAsciiWhitespace(&text);
  return text;
}

absl::Status Map(const StatusWords& words, const std::string& label, v1::Status& status) {
  const std::optional<v1::Status> found = words.Find(label);
  if (!found) return errors::Make(kUnmappedWord, {{"word", label}, {"name", label}});
  status = *found;
  return absl::OkStatus();
}

}  // namespace

void StatusWords::Add(absl::string_view label, v1::Status status) { words_[Normalised(label)] = status; }

std::optional<v1::Status> StatusWords::Find(absl::string_view label) const {
  const auto found = words_.find(Normalised(label));
  return found == words_.end() ? std::nullopt : std::make_optional(found->second);
}

bool NeedsMapping(const v1::StatusReport& report) {
  if (report.status() == v1::STATUS_UNSPECIFIED && !report.status_label().empty()) return true;
  for (const v1::PrintedStatus& earlier : report.earlier_statuses()) {
    if (earlier.status() == v1::STATUS_UNSPECIFIED && !earlier.label().empty()) return true;
  }
  return false;
}

absl::Status MapStatuses(const StatusWords& words, v1::StatusReport& report) {
  if (report.status() == v1::STATUS_UNSPECIFIED && !report.status_label().empty()) {
    v1::Status status = v1::STATUS_UNSPECIFIED;
    if (absl::Status mapped = Map(words, report.status_label(), status); !mapped.ok()) return mapped;
    report.set_status(status);
  }
  for (v1::PrintedStatus& earlier : *report.mutable_earlier_statuses()) {
    if (earlier.status() != v1::STATUS_UNSPECIFIED || earlier.label().empty()) continue;
    v1::Status status = v1::STATUS_UNSPECIFIED;
    if (absl::Status mapped = Map(words, earlier.label(), status); !mapped.ok()) return mapped;
    earlier.set_status(status);
  }
  return absl::OkStatus();
}

void StartCycle(Message& message) {
  auto& cycle = static_cast<v1::ReportingCycle&>(message);
  cycle.set_state(cycle.imported() ? v1::REPORTING_CYCLE_STATE_PUBLISHED : v1::REPORTING_CYCLE_STATE_OPEN);
}

void StartReport(Message& message) {
  auto& report = static_cast<v1::StatusReport&>(message);
  report.set_state(report.imported() ? v1::STATUS_REPORT_STATE_REVIEWED : v1::STATUS_REPORT_STATE_DRAFT);
}

void CheckCycle(const Message& message, errors::Violations& violations) {
  const auto& cycle = static_cast<const v1::ReportingCycle&>(message);
  if (cycle.fiscal_year() != 0 && (cycle.fiscal_year() < 1900 || cycle.fiscal_year() > 2200)) {
    violations.Add("fiscal_year", kBadYear);
  }
}

void CheckReport(const Message& message, errors::Violations& violations) {
  const auto& report = static_cast<const v1::StatusReport&>(message);
  if (report.status() == v1::STATUS_UNSPECIFIED) violations.Add("status", errors::kRequired);
  if (report.imported()) return;
  if (report.status() == v1::STATUS_NOT_PRINTED) violations.Add("status", kImportedOnly);
  if (report.status() == v1::STATUS_AT_RISK || report.status() == v1::STATUS_OFF_TRACK) {
    if (report.explanation().empty()) violations.Add("explanation", kReasonNeeded);
    if (report.corrective_actions().empty() && !report.no_action_needed()) {
      violations.Add("corrective_actions", kActionNeeded);
    }
  }
}

}  // namespace regiokompas::progress
