#include "services/intake/parser/enrich.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/intake/parser/block_reader.h"
#include "services/intake/parser/organisations.h"

namespace regiokompas::intake {
namespace {

pb::ParsedDocument Enriched(pb::AspectKind aspect, Part part, std::string text) {
  Blocks blocks;
  blocks.document.add_activities();
  blocks.pieces.push_back({"a1", 0, aspect, part, 1, std::move(text)});
  Enrich({}, OrganisationFinder("", ""), &blocks);
  return blocks.document;
}

// What a report of progress says was reached, in one line.
std::string Reached(std::string text) {
  std::string described;
  const pb::ParsedDocument document = Enriched(pb::ASPECT_KIND_STATE_OF_AFFAIRS, Part::kProgress, std::move(text));
  for (const pb::ParsedMeasurement& each : document.measurements()) {
    absl::StrAppend(&described, described.empty() ? "" : "; ",
                    each.value().empty() ? absl::StrCat(each.numerator(), "/", each.denominator()) : each.value(),
                    each.period().empty() ? "" : " in ", each.period());
  }
  return described;
}

TEST(Enrich, ReadsFiguresReached) {
  EXPECT_EQ(Reached("In 2023 vond 72% van de deelnemers werk."), "72 in 2023");
  EXPECT_EQ(Reached("Eind 2022 zijn 35 van de 40 activiteiten uitgevoerd."), "35/40 in 2022");
  EXPECT_EQ(Reached("Het aandeel steeg in 2022 van 65% naar 70%."), "70 in 2022");
  EXPECT_EQ(Reached("Het aandeel steeg van 65% in 2021 naar 70% in 2022."), "70 in 2022");
  EXPECT_EQ(Reached("Het aandeel daalde met 5% naar 70%."), "70");
  EXPECT_EQ(Reached("Van de helft naar ruim 70%."), "70");
}

TEST(Enrich, TakesNoNormOrChangeForAFigureReached) {
  EXPECT_EQ(Reached("De streefwaarde van 63% is in 2023 niet gehaald."), "");
  EXPECT_EQ(Reached("Ten minste 64% is de afspraak."), "");
  EXPECT_EQ(Reached("Het aantal daalde in 2023 met 5%."), "");
  EXPECT_EQ(Reached("Eind 2022 van de 40 activiteiten zijn 35 uitgevoerd."), "");
  EXPECT_EQ(Reached("We verwachten dat 80% slaagt."), "");
}

TEST(Enrich, WhatHappenedSetsNoNormInATextThatDescribes) {
  const char* const happened = "Het aantal leerlingen is gestegen van 210 in 2020 naar 265 in 2024.";
  EXPECT_EQ(Enriched(pb::ASPECT_KIND_EXPLANATION, Part::kPlan, happened).targets_size(), 0);
  EXPECT_EQ(Enriched(pb::ASPECT_KIND_INDICATOR, Part::kPlan, happened).targets_size(), 1);
  EXPECT_EQ(Enriched(pb::ASPECT_KIND_EXPLANATION, Part::kPlan, "Het aantal stijgt van 210 in 2020 naar 265 in 2024.")
                .targets_size(),
            1);
}

TEST(Enrich, WhatRanUpSetsNoNormInATextThatDescribes) {
  for (const std::string happened :
       {"Het aantal liep op van 30 naar 50 deelnemers.", "Het aantal is in twee jaar tijd gestegen van 30 naar 50.",
        "Het bereik steeg van 30% naar 50%."}) {
    EXPECT_EQ(Enriched(pb::ASPECT_KIND_EXPLANATION, Part::kPlan, happened).targets_size(), 0) << happened;
  }
}

TEST(Enrich, AnOrdinalCitesNoResult) {
  const auto refs = [](std::string text) {
    const pb::ParsedDocument document = Enriched(pb::ASPECT_KIND_RESULT, Part::kPlan, std::move(text));
    const auto& found = document.activities(0).result_refs();
    return std::vector<std::string>(found.begin(), found.end());
  };
  EXPECT_THAT(refs("De opbrengst 2e kwartaal en het effect 1e fase tellen mee"), testing::IsEmpty());
  EXPECT_THAT(refs("1e Loket is open"), testing::IsEmpty());
  EXPECT_THAT(refs("Resultaten 1d en 1e"), testing::ElementsAre("1.d", "1.e"));
}

TEST(Enrich, CutsNoCharacterInTwo) {
  std::string text = "Start,2025-";
  for (int i = 0; i < 1999; ++i) absl::StrAppend(&text, "é");
  const pb::ParsedDocument document = Enriched(pb::ASPECT_KIND_TIMELINE, Part::kPlan, text);
  ASSERT_EQ(document.milestones_size(), 1);
  const std::string& milestone = document.milestones(0).text();
  // "Start,2025-" is eleven bytes and every other character two.
  EXPECT_EQ((milestone.size() - 11) % 2, 0u);
  EXPECT_EQ(milestone.substr(milestone.size() - 2), "é");
}

}  // namespace
}  // namespace regiokompas::intake
