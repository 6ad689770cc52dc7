#include "services/intake/indicator_peer.h"

#include "absl/strings/str_cat.h"
#include "common/names/resource_name.h"
#include "services/intake/figure_rules.h"

namespace regiokompas::intake {

IndicatorPeer::IndicatorPeer(const AcceptanceContext& context, const PeerChannel& channel, PeerCalls& calls,
                             PeerChanges& changes)
    : context_(context),
      indicators_(indicator::v1::IndicatorService::NewStub(channel("indicator"))),
      calls_(calls),
      changes_(changes) {}

absl::Status IndicatorPeer::Read(Existing& existing) {
  RETURN_IF_ERROR(calls_.ForEach(*indicators_, &Indicators::ListIndicators, context_.owner,
                                 [&](const indicator::v1::ListIndicatorsResponse& page) {
                                   for (const auto& each : page.indicators()) Know(each, existing.indicators);
                                 }));
  for (const auto& [id, indicator] : existing.indicators) {
    const std::string name = absl::StrCat(context_.owner, "/indicators/", id);
    if (!context_.IsOwn(indicator.sha256) && !context_.IsPlaced(name)) continue;
    KnownIds& targets = existing.targets[id];
    KnownIds& measurements = existing.measurements[id];
    RETURN_IF_ERROR(calls_.ForEach(*indicators_, &Indicators::ListTargets, name,
                                   [&](const indicator::v1::ListTargetsResponse& page) {
                                     for (const auto& target : page.targets()) Know(target, targets);
                                   }));
    RETURN_IF_ERROR(calls_.ForEach(*indicators_, &Indicators::ListMeasurements, name,
                                   [&](const indicator::v1::ListMeasurementsResponse& page) {
                                     for (const auto& measurement : page.measurements()) {
                                       Know(measurement, measurements);
                                       measurements[names::LastId(measurement.name())].title = PeriodOf(measurement);
                                     }
                                   }));
  }
  return absl::OkStatus();
}

absl::Status IndicatorPeer::Write(const Plan& plan) {
  RETURN_IF_ERROR(calls_.CreatePlanned(*indicators_, &Indicators::BatchCreateIndicators, v1::ELEMENT_KIND_INDICATOR,
                                       plan.indicators,
                                       [](indicator::v1::CreateIndicatorRequest& item, const auto& made) {
                                         item.set_indicator_id(names::LastId(made.name()));
                                         *item.mutable_indicator() = made;
                                       }));
  RETURN_IF_ERROR(calls_.CreatePlanned(*indicators_, &Indicators::BatchCreateTargets, v1::ELEMENT_KIND_TARGET,
                                       plan.targets, [](indicator::v1::CreateTargetRequest& item, const auto& target) {
                                         item.set_target_id(names::LastId(target.name()));
                                         *item.mutable_target() = target;
                                       }));
  RETURN_IF_ERROR(calls_.CreatePlanned(*indicators_, &Indicators::BatchCreateMeasurements, v1::ELEMENT_KIND_MEASUREMENT,
                                       plan.measurements,
                                       [](indicator::v1::CreateMeasurementRequest& item, const auto& measurement) {
                                         item.set_measurement_id(names::LastId(measurement.name()));
                                         *item.mutable_measurement() = measurement;
                                       }));
  calls_.CountOf(v1::ELEMENT_KIND_INDICATOR)->set_not_taken_over(plan.indicators_not_taken_over);
  calls_.CountOf(v1::ELEMENT_KIND_TARGET)->set_not_taken_over(plan.targets_not_taken_over);
  calls_.CountOf(v1::ELEMENT_KIND_MEASUREMENT)->set_not_taken_over(plan.measurements_not_taken_over);
  return absl::OkStatus();
}

absl::Status IndicatorPeer::Change(const Plan& before, const Plan& plan) {
  RETURN_IF_ERROR(changes_.Change(*indicators_, &Indicators::GetIndicator, &Indicators::UpdateIndicator,
                                  &indicator::v1::UpdateIndicatorRequest::mutable_indicator, v1::ELEMENT_KIND_INDICATOR,
                                  before.indicators, plan.indicators));
  RETURN_IF_ERROR(changes_.Change(*indicators_, &Indicators::GetTarget, &Indicators::UpdateTarget,
                                  &indicator::v1::UpdateTargetRequest::mutable_target, v1::ELEMENT_KIND_TARGET,
                                  before.targets, plan.targets));
  return changes_.Change(*indicators_, &Indicators::GetMeasurement, &Indicators::UpdateMeasurement,
                         &indicator::v1::UpdateMeasurementRequest::mutable_measurement, v1::ELEMENT_KIND_MEASUREMENT,
                         before.measurements, plan.measurements);
}

}  // namespace regiokompas::intake
