#include "services/intake/progress_peer.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "common/names/resource_name.h"

namespace regiokompas::intake {

ProgressPeer::ProgressPeer(const AcceptanceContext& context, const PeerChannel& channel, PeerCalls& calls,
                           PeerChanges& changes)
    : context_(context),
      progress_(progress::v1::ProgressService::NewStub(channel("progress"))),
      calls_(calls),
      changes_(changes) {}

absl::Status ProgressPeer::ReadMappings() {
  return calls_.ForEach(*progress_, &Progress::ListStatusMappings, context_.owner,
                        [&](const progress::v1::ListStatusMappingsResponse& page) {
                          for (const auto& mapping : page.status_mappings()) {
                            mapping_ids_.insert(names::LastId(mapping.name()));
                            for (const std::string& label : mapping.labels()) words_.insert(FoldedText(label));
                          }
                        });
}

absl::Status ProgressPeer::ReadCycles(KnownIds& cycles) {
  return calls_.ForEach(*progress_, &Progress::ListReportingCycles, context_.owner,
                        [&](const progress::v1::ListReportingCyclesResponse& page) {
                          for (const auto& cycle : page.reporting_cycles()) Know(cycle, cycles);
                        });
}

absl::Status ProgressPeer::CheckWords(const Plan& plan) const {
  std::set<std::string> known = words_;
  for (const progress::v1::StatusMapping& mapping : plan.mappings) known.insert(FoldedText(mapping.labels(0)));
  for (const progress::v1::StatusReport& report : plan.reports) {
    std::vector<std::string> labels = {report.status_label()};
    for (const auto& earlier : report.earlier_statuses()) labels.push_back(earlier.label());
    for (const std::string& label : labels) {
      if (!label.empty() && known.count(FoldedText(label)) == 0) return UnmappedWord(label);
    }
  }
  return absl::OkStatus();
}

absl::Status ProgressPeer::Write(const Plan& plan, v1::AcceptDraftResponse* response) {
  if (!plan.cycle) return absl::OkStatus();
  const progress::v1::ReportingCycle& cycle = plan.cycle->resource;
  response->set_cycle(cycle.name());
  RETURN_IF_ERROR(WriteMappings(plan));
  calls_.Count(v1::ELEMENT_KIND_REPORTING_CYCLE, plan.cycle->outcome);
  std::set<std::string> existing;
  if (plan.cycle->outcome == Outcome::kCreate) {
    progress::v1::CreateReportingCycleRequest request;
    request.set_parent(context_.owner);
    request.set_reporting_cycle_id(names::LastId(cycle.name()));
    *request.mutable_reporting_cycle() = cycle;
    request.set_request_id(calls_.RequestId(cycle.name()));
    RETURN_IF_ERROR(calls_.Create(*progress_, &Progress::CreateReportingCycle, request, {kSourceId}));
  } else {
    RETURN_IF_ERROR(calls_.ForEach(*progress_, &Progress::ListStatusReports, cycle.name(),
                                   [&](const progress::v1::ListStatusReportsResponse& page) {
                                     for (const auto& report : page.status_reports()) existing.insert(report.name());
                                   }));
  }
  return calls_.CreateMissing(*progress_, &Progress::BatchCreateStatusReports, v1::ELEMENT_KIND_STATUS_REPORT,
                              plan.reports, existing,
                              [](progress::v1::CreateStatusReportRequest& item, const auto& report) {
                                item.set_status_report_id(names::LastId(report.name()));
                                *item.mutable_status_report() = report;
                              });
}

// Whoever accepts a draft accepts the profile's suggestion for words that the owner has not mapped yet; the owner's own
// mapping always wins.
absl::Status ProgressPeer::WriteMappings(const Plan& plan) {
  for (const progress::v1::StatusMapping& mapping : plan.mappings) {
    if (!words_.insert(FoldedText(mapping.labels(0))).second) continue;
    const std::string slug = Slug(mapping.labels(0), "m");
    std::string id = slug;
    for (int number = 2; !mapping_ids_.insert(id).second; ++number) id = absl::StrCat(slug, "-", number);
    progress::v1::CreateStatusMappingRequest request;
    request.set_parent(context_.owner);
    request.set_status_mapping_id(id);
    *request.mutable_status_mapping() = mapping;
    request.set_request_id(calls_.RequestId(absl::StrCat("mapping ", id)));
    RETURN_IF_ERROR(calls_.Create(*progress_, &Progress::CreateStatusMapping, request));
  }
  return absl::OkStatus();
}

absl::Status ProgressPeer::Change(const Plan& before, const Plan& plan) {
  return changes_.Change(*progress_, &Progress::GetStatusReport, &Progress::UpdateStatusReport,
                         &progress::v1::UpdateStatusReportRequest::mutable_status_report,
                         v1::ELEMENT_KIND_STATUS_REPORT, before.reports, plan.reports);
}

}  // namespace regiokompas::intake
