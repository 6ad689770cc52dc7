// From a parsed document to what other services are asked to store: the acceptance table (docs/decisions/0006) as code.
// Pure: no database, no network, no clock; the same document and the same known ids give the same plan.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "regiokompas/catalogue/v1/activity.pb.h"
#include "regiokompas/catalogue/v1/contribution.pb.h"
#include "regiokompas/catalogue/v1/framework.pb.h"
#include "regiokompas/catalogue/v1/goal.pb.h"
#include "regiokompas/catalogue/v1/section.pb.h"
#include "regiokompas/indicator/v1/indicator.pb.h"
#include "regiokompas/indicator/v1/measurement.pb.h"
#include "regiokompas/indicator/v1/target.pb.h"
#include "regiokompas/intake/v1/draft.pb.h"
#include "regiokompas/intake/v1/intake_service.pb.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"
#include "regiokompas/progress/v1/reporting_cycle.pb.h"
#include "regiokompas/progress/v1/status_mapping.pb.h"
#include "regiokompas/progress/v1/status_report.pb.h"

namespace regiokompas::intake {

// A resource that the owner has already, by its id: enough to tell whether it is the same thing.
struct Known {
  std::string title;       // of a measurement: its area and period
  std::string sha256;      // of the document that it was read from; empty when it was not read
  std::string element_id;  // in that document
  bool stands = true;      // false: it was adopted and has been dropped since
};
using KnownIds = std::map<std::string, Known>;

// Element id of the document -> id of the activity that it went to when the document was accepted before.
using Links = std::map<std::string, std::string>;

// What was made of an element when an earlier reading of its source was accepted.
struct Place {
  std::string resource;  // name
  bool merged = false;   // it is that of another document, to which the element was linked
};
// By element id; `document` and `cycle` are those of the document as a whole.
using Places = std::map<std::string, Place>;

// What an owner has already, as far as a plan may run into it.
struct Existing {
  KnownIds frameworks = {};
  KnownIds activities = {};
  KnownIds cycles = {};
  KnownIds indicators = {};
  // By the id of their framework; those of frameworks from this document are enough.
  std::map<std::string, KnownIds> sections = {};
  std::map<std::string, KnownIds> goals = {};
  // By the id of their indicator; those of indicators from this document are enough.
  std::map<std::string, KnownIds> targets = {};
  std::map<std::string, KnownIds> measurements = {};
  Links links = {};
  // What was made of elements, by their id in this reading, when an earlier one was accepted.
  Places places = {};
  // Element id -> id of the activity of another document that it is, or empty when it is a new one. Where an element is
  // not there an equal title decides.
  Links matches = {};
};

enum class Outcome { kCreate, kUnchanged, kMerge };

template <typename Resource>
struct Planned {
  Resource resource;  // its name filled
  Outcome outcome = Outcome::kCreate;
};

// What acceptance comes to. Sections, goals, contributions and reports carry the names that they will have; the ones
// that exist already are left as they are.
struct Plan {
  std::vector<Planned<catalogue::v1::Framework>> frameworks;
  std::vector<catalogue::v1::Section> sections;
  std::vector<catalogue::v1::Goal> goals;  // parents before children
  std::vector<Planned<catalogue::v1::Activity>> activities;
  std::vector<catalogue::v1::Contribution> contributions;
  std::optional<Planned<progress::v1::ReportingCycle>> cycle;
  std::vector<progress::v1::StatusReport> reports;
  // Suggested by the profile for the words that are printed; only those that the owner has not mapped are stored.
  std::vector<progress::v1::StatusMapping> mappings;
  // Printed ones, and one for each subject and unit whose figures were printed without an indicator.
  std::vector<Planned<indicator::v1::Indicator>> indicators;
  std::vector<Planned<indicator::v1::Target>> targets;
  std::vector<Planned<indicator::v1::Measurement>> measurements;
  int goals_not_taken_over = 0;       // frameworks that are only listed or nested
  int milestones_not_taken_over = 0;  // of goals: only activities have milestones
  // Without a subject, or without what the contract requires of them.
  int indicators_not_taken_over = 0;
  int targets_not_taken_over = 0;
  int measurements_not_taken_over = 0;
  // Elements that nobody chose; filled by KeepSelected.
  std::map<v1::ElementKind, int> not_chosen;
};

// `document` is the name of the intake document. FAILED_PRECONDITION when the kind of the document is not known: then
// an officer must say what it is.
absl::StatusOr<Plan> PlanAcceptance(const v1::ParsedDocument& parsed, const std::string& owner,
                                    const std::string& document, Existing existing);

// The name above: owners/x/frameworks/f of owners/x/frameworks/f/goals/g.
std::string ParentOf(const std::string& name);

// What a plan makes of each element.
Places PlacesOf(const Plan& plan);

// Text of the plan of an activity, all its aspects.
std::string PlanTextOf(const v1::ParsedActivity& activity);

// FAILED_PRECONDITION: a printed status word has neither a suggestion nor a mapping of the owner.
absl::Status UnmappedWord(const std::string& word);

// The format in which a text was read: what was read before there were others says none, and was plain text.
v1::DocumentFormat FormatOf(const v1::SourceDocument& source);

// The counts that lists show without the parse itself.
v1::DraftSummary Summarise(const v1::ParsedDocument& parsed);

// INVALID_ARGUMENT when the document shows another municipality than the owner, unless `stated` repeats the owner.
absl::Status CheckMunicipality(const v1::ParsedDocument& parsed, const std::string& owner, const std::string& stated);

}  // namespace regiokompas::intake
