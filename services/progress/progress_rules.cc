#include "services/progress/progress_rules.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "common/names/resource_name.h"
#include "google/protobuf/util/message_differencer.h"
#include "regiokompas/progress/v1/reporting_cycle.pb.h"

namespace regiokompas::progress {
namespace {

using google::protobuf::Message;

constexpr errors::Kind kUnmappedWord{
    absl::StatusCode::kFailedPrecondition, "STATUS_WORD_UNMAPPED",
    "The owner has no mapping for the status word \"{word}\": add one with CreateStatusMapping",
    "Het statuswoord \"{word}\" heeft nog geen standaardstatus: leg die eerst vast bij de statuswoorden"};

constexpr errors::Rule kReasonNeeded{"REASON_NEEDED", "{field} must say why the status is off green",
                                     "{field} moet zeggen waarom de status niet groen is"};
constexpr errors::Rule kActionNeeded{"ACTION_NEEDED", "{field}: give a corrective action, or say that none is needed",
                                     "{field}: geef een bijsturing, of zeg dat er geen nodig is"};
constexpr errors::Rule kImportedOnly{"IMPORTED_ONLY", "{field} can be NOT_PRINTED in imported reports only",
                                     "{field} kan alleen bij overgenomen rapportages onbekend zijn"};

constexpr errors::Rule kContradiction{
    "STATUS_CONTRADICTS_LABEL",
    "{field} is another status than the owner's mapping gives to \"{word}\"; leave it empty",
    "{field} is een andere status dan \"{word}\" volgens de eigen statuswoorden; laat hem leeg"};
constexpr errors::Rule kOtherOrigin{"OTHER_ORIGIN", "{field} must be the same as that of the cycle",
                                    "{field} moet gelijk zijn aan dat van de cyclus"};
constexpr errors::Rule kBadSubject{"BAD_SUBJECT", "{field} must be the name of an activity or a goal",
                                   "{field} moet de naam van een activiteit of een doel zijn"};
constexpr errors::Rule kWordTaken{"WORD_TAKEN", "{field} has a meaning in another mapping already",
                                  "{field} heeft al een betekenis bij andere statuswoorden"};

absl::StatusOr<v1::Status> Map(const StatusWords& words, const std::string& label, v1::Status given,
                               const std::string& field) {
  if (label.empty()) return given;
  const auto found = words.find(FoldedText(label));
  if (found == words.end()) return errors::Make(kUnmappedWord, {{"word", label}, {"name", label}});
  if (given != v1::STATUS_UNSPECIFIED && given != found->second) {
    errors::Violations violations;
    violations.Add(field, kContradiction, {{"word", label}});
    return violations.ToStatus();
  }
  return found->second;
}

}  // namespace

bool PrepareMapping(const v1::StatusReport* before, v1::StatusReport& report) {
  const bool has_words = !report.status_label().empty() || !report.earlier_statuses().empty();
  if (before == nullptr) return has_words;
  const bool word_changed = report.status_label() != before->status_label();
  const bool earlier_changed = !std::equal(report.earlier_statuses().begin(), report.earlier_statuses().end(),
                                           before->earlier_statuses().begin(), before->earlier_statuses().end(),
                                           google::protobuf::util::MessageDifferencer::Equals);
  // What was mapped by the table of its day stays so until the report itself is about something else.
  if (!word_changed && !earlier_changed && report.status() == before->status()) return false;
  if (word_changed && report.status() == before->status()) report.clear_status();
  return has_words;
}

std::string CycleIdOf(const v1::StatusReport& report) {
  const auto ids = names::Pattern::Of(v1::StatusReport::descriptor()).Parse(report.name());
  return ids ? (*ids)[1] : "";
}

absl::Status CheckOrigin(const v1::StatusReport& report, bool cycle_imported) {
  errors::Violations violations;
  if (report.imported() != cycle_imported) violations.Add("imported", kOtherOrigin);
  if (report.imported() && report.provenance().sha256().empty()) violations.Add("provenance.sha256", errors::kRequired);
  return violations.ToStatus();
}

absl::Status MapStatuses(const StatusWords& words, v1::StatusReport& report) {
  ASSIGN_OR_RETURN(const v1::Status status, Map(words, report.status_label(), report.status(), "status"));
  report.set_status(status);
  for (int i = 0; i < report.earlier_statuses_size(); ++i) {
    v1::PrintedStatus& earlier = *report.mutable_earlier_statuses(i);
    ASSIGN_OR_RETURN(const v1::Status mapped,
                     Map(words, earlier.label(), earlier.status(), absl::StrCat("earlier_statuses[", i, "].status")));
    earlier.set_status(mapped);
  }
  return absl::OkStatus();
}

absl::Status WordTaken(int index) {
  errors::Violations violations;
  violations.Add(absl::StrCat("labels[", index, "]"), kWordTaken);
  return violations.ToStatus();
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
  if (cycle.imported() && cycle.provenance().sha256().empty()) violations.Add("provenance.sha256", errors::kRequired);
  if (cycle.fiscal_year() != 0 && !IsYear(cycle.fiscal_year())) {
    violations.Add("fiscal_year", errors::kBadYear);
  }
}

void CheckReport(const Message& message, errors::Violations& violations) {
  static const auto* const kActivity = new names::Pattern("owners/{owner}/activities/{activity}");
  static const auto* const kGoal = new names::Pattern("owners/{owner}/frameworks/{framework}/goals/{goal}");
  const auto& report = static_cast<const v1::StatusReport&>(message);
  if (!kActivity->Parse(report.subject()) && !kGoal->Parse(report.subject())) violations.Add("subject", kBadSubject);
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

absl::Status CheckSummary(const v1::ProgressSummary& summary) {
  if (summary.cycles_size() > 100) {
    return errors::Make(errors::kAnswerTooLarge, {{"limit", "100"}, {"field", "cycles"}});
  }
  if (summary.statuses_size() > 20'000) {
    return errors::Make(errors::kAnswerTooLarge, {{"limit", "20000"}, {"field", "statuses"}});
  }
  return absl::OkStatus();
}

}  // namespace regiokompas::progress
