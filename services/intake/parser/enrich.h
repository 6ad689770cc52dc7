#pragma once

#include "services/intake/parser/block_reader.h"
#include "services/intake/parser/organisations.h"

namespace regiokompas::intake {

// Looks inside the texts of a document for amounts, cited results, partners, targets, milestones and measurements, and
// adds them to it.
void Enrich(const OrganisationFinder& organisations, Blocks* blocks);

}  // namespace regiokompas::intake
