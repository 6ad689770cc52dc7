#pragma once

#include <vector>

#include "services/intake/parser/block_reader.h"
#include "services/intake/parser/organisations.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {

// Looks inside the texts of a document for amounts, cited results, partners, targets, milestones and measurements, and
// adds them to it. A phrase that reads like a target, an amount or a date and could not be made one yields a diagnostic
// that quotes it. `lines` are those of the document; tables of thousands of euros are read from them.
void Enrich(const std::vector<Line>& lines, const OrganisationFinder& organisations, Blocks* blocks);

}  // namespace regiokompas::intake
