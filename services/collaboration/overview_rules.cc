#include "services/collaboration/overview_rules.h"

#include <set>

namespace regiokompas::collaboration {
namespace {

v1::OverviewState StateOf(absl::StatusCode code) {
  if (code == absl::StatusCode::kOk) return v1::OVERVIEW_STATE_SHOWN;
  if (code == absl::StatusCode::kPermissionDenied) return v1::OVERVIEW_STATE_NOT_SHARED;
  return v1::OVERVIEW_STATE_UNAVAILABLE;
}

void Count(progress::v1::Status status, int by, v1::OverviewStatuses& statuses) {
  switch (status) {
    case progress::v1::STATUS_NOT_STARTED:
      return statuses.set_not_started(statuses.not_started() + by);
    case progress::v1::STATUS_ON_TRACK:
      return statuses.set_on_track(statuses.on_track() + by);
    case progress::v1::STATUS_AT_RISK:
      return statuses.set_at_risk(statuses.at_risk() + by);
    case progress::v1::STATUS_OFF_TRACK:
      return statuses.set_off_track(statuses.off_track() + by);
    case progress::v1::STATUS_REALISED:
      return statuses.set_realised(statuses.realised() + by);
    case progress::v1::STATUS_STOPPED:
      return statuses.set_stopped(statuses.stopped() + by);
    // A word that this release does not know is not shown as another one.
    default:
      return statuses.set_not_printed(statuses.not_printed() + by);
  }
}

void Add(const v1::OverviewStatuses& from, v1::OverviewStatuses& to) {
  Count(progress::v1::STATUS_NOT_STARTED, from.not_started(), to);
  Count(progress::v1::STATUS_ON_TRACK, from.on_track(), to);
  Count(progress::v1::STATUS_AT_RISK, from.at_risk(), to);
  Count(progress::v1::STATUS_OFF_TRACK, from.off_track(), to);
  Count(progress::v1::STATUS_REALISED, from.realised(), to);
  Count(progress::v1::STATUS_STOPPED, from.stopped(), to);
  Count(progress::v1::STATUS_NOT_PRINTED, from.not_printed(), to);
}

bool IsActivity(const std::string& subject) { return subject.find("/activities/") != std::string::npos; }

void FillProgress(const MemberAnswers& answers, v1::OverviewProgress& part) {
  part.set_state(StateOf(answers.progress.code));
  if (part.state() != v1::OVERVIEW_STATE_SHOWN) return;
  const progress::v1::ProgressSummary& summary = answers.progress.summary;
  part.set_revision(summary.revision());
  // One activity may stand in several cycles of the same day; it counts once, as the first of them says.
  std::set<std::string> reported;
  if (summary.cycles().empty()) {
    part.set_state(v1::OVERVIEW_STATE_NO_REPORT);
  } else {
    part.set_reference_date(summary.reference_date());
    *part.mutable_cycles() = summary.cycles();
    v1::OverviewStatuses& statuses = *part.mutable_statuses();
    for (const auto& report : summary.statuses()) {
      if (!IsActivity(report.subject())) continue;
      if (reported.insert(report.subject()).second) Count(report.status(), 1, statuses);
    }
  }
  if (answers.catalogue.code != absl::StatusCode::kOk) return;
  int without = 0;
  for (const std::string& activity : answers.catalogue.summary.activities()) without += reported.count(activity) == 0;
  part.set_activities_without_report(without);
}

v1::OverviewState Overall(const v1::RegionalOverviewMember& member) {
  if (member.progress().state() == v1::OVERVIEW_STATE_NO_REPORT) return v1::OVERVIEW_STATE_NO_REPORT;
  const std::set<v1::OverviewState> parts = {member.catalogue().state(), member.progress().state(),
                                             member.indicator().state()};
  for (const v1::OverviewState state : {v1::OVERVIEW_STATE_SHOWN, v1::OVERVIEW_STATE_UNAVAILABLE}) {
    if (parts.count(state) > 0) return state;
  }
  return v1::OVERVIEW_STATE_NOT_SHARED;
}

}  // namespace

void FillMember(const MemberAnswers& answers, const std::string& today, v1::RegionalOverviewMember& member) {
  v1::OverviewCatalogue& catalogue = *member.mutable_catalogue();
  catalogue.set_state(StateOf(answers.catalogue.code));
  if (catalogue.state() == v1::OVERVIEW_STATE_SHOWN) {
    catalogue.set_revision(answers.catalogue.summary.revision());
    catalogue.set_reference_date(today);
    catalogue.set_frameworks(answers.catalogue.summary.frameworks_size());
    catalogue.set_activities(answers.catalogue.summary.activities_size());
  }
  FillProgress(answers, *member.mutable_progress());
  v1::OverviewIndicator& indicator = *member.mutable_indicator();
  indicator.set_state(StateOf(answers.indicator.code));
  if (indicator.state() == v1::OVERVIEW_STATE_SHOWN) {
    indicator.set_revision(answers.indicator.summary.revision());
    indicator.set_reference_date(today);
    indicator.set_targets(answers.indicator.summary.targets());
    indicator.set_targets_with_value(answers.indicator.summary.targets_with_value());
  }
  member.set_state(Overall(member));
}

void AddToCoverage(const v1::RegionalOverviewMember& member, v1::RegionalCoverage& coverage) {
  coverage.set_members(coverage.members() + 1);
  switch (member.state()) {
    case v1::OVERVIEW_STATE_SHOWN:
      coverage.set_members_shown(coverage.members_shown() + 1);
      break;
    case v1::OVERVIEW_STATE_NO_REPORT:
      coverage.set_members_without_report(coverage.members_without_report() + 1);
      break;
    case v1::OVERVIEW_STATE_NOT_SHARED:
      coverage.set_members_not_shared(coverage.members_not_shared() + 1);
      break;
    default:
      coverage.set_members_unavailable(coverage.members_unavailable() + 1);
      break;
  }
  if (member.catalogue().state() == v1::OVERVIEW_STATE_SHOWN) {
    coverage.set_catalogue_members(coverage.catalogue_members() + 1);
    coverage.set_frameworks(coverage.frameworks() + member.catalogue().frameworks());
    coverage.set_activities(coverage.activities() + member.catalogue().activities());
  }
  if (member.progress().state() == v1::OVERVIEW_STATE_SHOWN) {
    coverage.set_progress_members(coverage.progress_members() + 1);
    Add(member.progress().statuses(), *coverage.mutable_statuses());
  }
  coverage.set_activities_without_report(coverage.activities_without_report() +
                                         member.progress().activities_without_report());
  if (member.indicator().state() == v1::OVERVIEW_STATE_SHOWN) {
    coverage.set_indicator_members(coverage.indicator_members() + 1);
    coverage.set_targets(coverage.targets() + member.indicator().targets());
    coverage.set_targets_with_value(coverage.targets_with_value() + member.indicator().targets_with_value());
  }
}

}  // namespace regiokompas::collaboration
