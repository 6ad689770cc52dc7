// What the targets and figures of a parse are in the contract of indicator. Pure. Nothing is made up: what lacks
// something that the contract wants is no resource, and stays in the draft.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "regiokompas/indicator/v1/indicator.pb.h"
#include "regiokompas/indicator/v1/measurement.pb.h"
#include "regiokompas/indicator/v1/target.pb.h"
#include "regiokompas/intake/v1/parsed_document.pb.h"

namespace regiokompas::intake {

indicator::v1::Unit UnitOf(v1::Unit unit);

// Whether `next` goes on where `before` ended: "minimaal 6 in 2022" and ", 12 in 2023" are one target with two steps.
bool IsStep(const v1::ParsedTarget& before, const v1::ParsedTarget& next);

// The rule that a phrase and the steps after it set; without name, subject and provenance. Nothing when the phrase does
// not say how, in what unit or with what a figure is compared, or lacks the figure itself.
std::optional<indicator::v1::Target> TargetOf(const v1::ParsedTarget& parsed,
                                              const std::vector<const v1::ParsedTarget*>& steps = {});

// The figure; without name and provenance. It is about the printed year, or else about the one year that the document
// is about. Nothing when there is no such year or no figure, or when it is about an area that is printed by name.
std::optional<indicator::v1::Measurement> MeasurementOf(const v1::ParsedMeasurement& parsed,
                                                        const v1::SourceDocument& source);

// Area and period: an indicator has one measurement for each.
std::string PeriodOf(const indicator::v1::Measurement& measurement);

}  // namespace regiokompas::intake
