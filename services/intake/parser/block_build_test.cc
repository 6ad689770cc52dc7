// Documents whose build decides what is read: which labels repeat, where the titles of activities stand, and which
// lines are values rather than labels. A figure must never end on another activity.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/intake/parser/parse.h"
#include "services/intake/reader/read_source.h"

namespace regiokompas::intake {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;
using v1::ParsedActivity;
using v1::ParsedDocument;

constexpr absl::string_view kPlan = "Uitvoeringsplan sociaal domein 2024 gemeente Veere\n\n";
constexpr absl::string_view kReport = "Voortgangsrapportage programma 4 Samen 2024 gemeente Veere\n\n";
constexpr const char* kTitles[] = {"Mantelzorg ontlasten", "Schulden voorkomen", "Jongeren aan zet",
                                   "Buurthuis openen"};

ParsedDocument Read(absl::string_view text, const std::string& profile = "") {
  const auto source = ReadSource(text);
  EXPECT_TRUE(source.ok()) << source.status();
  const auto document = Parse(*source, {"", "", profile});
  EXPECT_TRUE(document.ok()) << document.status();
  return document.ok() ? *document : ParsedDocument();
}

// One block for each title; in it "TITEL", and "NR" for a figure that counts up.
std::string Blocks(absl::string_view head, absl::string_view block) {
  std::string text(head);
  for (int i = 0; i < 4; ++i) {
    absl::StrAppend(&text, absl::StrReplaceAll(block, {{"TITEL", kTitles[i]}, {"NR", absl::StrCat(i + 1)}}));
  }
  return text;
}

std::vector<std::string> Titles(const ParsedDocument& document) {
  std::vector<std::string> titles;
  for (const auto& activity : document.activities()) titles.push_back(activity.title());
  return titles;
}

// The amounts of each activity, one list behind the other.
std::vector<std::vector<int64_t>> Amounts(const ParsedDocument& document) {
  std::vector<std::vector<int64_t>> amounts;
  for (const auto& activity : document.activities()) {
    amounts.emplace_back();
    for (const auto& amount : activity.amounts()) amounts.back().push_back(amount.cents());
  }
  return amounts;
}

std::string Plan(const ParsedActivity& activity, v1::AspectKind kind) {
  for (const auto& aspect : activity.aspects()) {
    if (aspect.kind() == kind) return aspect.plan();
  }
  return "";
}

MATCHER(HasAllTitles, "") { return Titles(arg) == std::vector<std::string>(std::begin(kTitles), std::end(kTitles)); }

// Each activity has its own amount: NR thousand euros.
MATCHER(HasOwnAmounts, "") {
  return Amounts(arg) == std::vector<std::vector<int64_t>>{{100000}, {200000}, {300000}, {400000}};
}

TEST(BlockBuild, ADateThatEveryBlockRepeatsIsNoStatus) {
  const ParsedDocument document =
      Read(Blocks(kReport,
                  "TITEL\n\nAanpak\nWij doen iets met plan NR.\n\nDat loopt.\n\nPlanning\nEind 2025\n\nLigt op schema."
                  "\n\nFinanciën\n€ NR.000 per jaar\n\nUitgegeven is een deel.\n\nRisico's\nEr is krapte.\n\nDie "
                  "blijft.\n\n"));
  ASSERT_THAT(document, HasAllTitles());
  EXPECT_THAT(document, HasOwnAmounts());
  for (const auto& activity : document.activities()) {
    EXPECT_THAT(activity.statuses(), IsEmpty());
    EXPECT_EQ(Plan(activity, v1::ASPECT_KIND_TIMELINE), "Eind 2025");
  }
}

TEST(BlockBuild, AnAmountThatEveryBlockRepeatsIsTheTextOfItsLabel) {
  const ParsedDocument document =
      Read(Blocks(kPlan,
                  "Actie: TITEL\n\nToelichting\nWij doen iets met plan NR.\n\nWat gaan we doen\nWij openen een "
                  "loket.\n\nTijdpad\n2024-2026\n\nKosten\n€ 10.000 per jaar\n\nMonitoring\nJaarlijks gesprek\n\n"));
  ASSERT_THAT(document, HasAllTitles());
  for (const auto& amounts : Amounts(document)) EXPECT_THAT(amounts, ElementsAre(1000000));
}

TEST(BlockBuild, ANormThatEveryBlockRepeatsIsTheTextOfItsLabel) {
  const ParsedDocument document = Read(
      Blocks(kPlan,
             "Actie: TITEL\n\nToelichting\nWij doen iets met plan NR.\n\nResultaat\nMinimaal 80% van de inwoners is "
             "tevreden\n\nTijdpad\n2025\n\nKosten\nBinnen bestaande budgetten\n\nMonitoring\nGesprek a houden\n\n"));
  ASSERT_THAT(document, HasAllTitles());
  EXPECT_THAT(document.targets(), SizeIs(4));
  for (const auto& activity : document.activities()) {
    EXPECT_EQ(Plan(activity, v1::ASPECT_KIND_RESULT), "Minimaal 80% van de inwoners is tevreden");
    EXPECT_EQ(Plan(activity, v1::ASPECT_KIND_COSTS_AND_BENEFITS), "Binnen bestaande budgetten");
  }
}

TEST(BlockBuild, ASmallTableIsNotTheBuildOfADocumentOfBlocks) {
  const ParsedDocument document = Read(
      Blocks(absl::StrCat(kReport,
                          "Kaderstellende nota's\n\nNota\tVaststelling\nNota armoedebeleid gemeente\t2019\n"
                          "Beleidskader Jeugd en gezin\t2020\nVisie op de Wmo\t2021\nNota gezond leven\t2022\n\n"),
             "TITEL\n\nAanpak\nWij doen iets met plan NR.\n\nDat loopt.\n\nPlanning\n2024\n\nOp schema.\n\nFinanciën\n"
             "Er is € NR.000 begroot.\n\nDat is uitgegeven.\n\nRisico's\nEr is krapte NR.\n\nDie blijft.\n\n"));
  EXPECT_EQ(document.source().profile(), "aspect-blocks");
  EXPECT_THAT(document, HasAllTitles());
  EXPECT_THAT(document, HasOwnAmounts());
  std::string sections;
  for (const auto& section : document.sections()) absl::StrAppend(&sections, section.heading(), section.text());
  EXPECT_THAT(sections, AllOf(HasSubstr("Nota armoedebeleid gemeente\t2019"), HasSubstr("Nota gezond leven\t2022")));
}

TEST(BlockBuild, WhatStandsBelowATableOfCellsIsNotAboutItsLastRow) {
  const std::string table =
      "Voortgang sociaal domein 2026 gemeente Veere\n\nActie\nJaar\nStand\nLoket openen\n2026\ngereed\n"
      "Buurtbus laten rijden\n2027\nloopt achter\nWijkteam in elk dorp\n2026\ngepland\n\n";
  const std::string text = "In 2027 is minimaal 90% van de acties klaar.\n\n";
  for (const std::string& between : {std::string(), text}) {
    const ParsedDocument document =
        Read(Blocks(absl::StrCat(table, between),
                    "TITEL\n\nStand: op koers\n\nAanpak\nWij doen iets met plan NR.\n\nDat loopt.\n\nPlanning\n2024"
                    "\n\nOp schema.\n\nFinanciën\nEr is € NR.000 begroot.\n\nDat is uitgegeven.\n\nRisico's\n"
                    "Er is krapte.\n\nDie blijft.\n\n"));
    ASSERT_THAT(document.activities(), SizeIs(7)) << between;
    EXPECT_THAT(document.activities(2).aspects(), IsEmpty()) << between;
    for (int i = 0; i < 4; ++i) {
      const ParsedActivity& activity = document.activities(3 + i);
      EXPECT_EQ(activity.title(), kTitles[i]) << between;
      EXPECT_THAT(activity.aspects(), SizeIs(4)) << between;
      ASSERT_THAT(activity.amounts(), SizeIs(1)) << between;
      EXPECT_EQ(activity.amounts(0).cents(), (i + 1) * 100000) << between;
    }
  }
}

TEST(BlockBuild, ABlockWithoutATitleIsReported) {
  const std::string block =
      "Aanpak\nWij doen iets met plan NR.\n\nDat loopt.\n\nPlanning\n2024\n\nOp schema.\n\nRisico's\nEr is "
      "krapte.\n\nDie blijft.\n\n";
  const auto reported = [&](const std::string& head) {
    const ParsedDocument document = Read(Blocks(absl::StrCat(kReport, head), absl::StrCat("TITEL\n\n", block)));
    std::vector<int> lines;
    for (const auto& diagnostic : document.diagnostics()) {
      if (diagnostic.code() == "BLOCK_READ_AS_TEXT") lines.push_back(diagnostic.line());
    }
    return lines;
  };
  EXPECT_THAT(reported(""), IsEmpty());
  EXPECT_THAT(reported(absl::StrCat("- Vooraf\n", block)), ElementsAre(4));
}

TEST(BlockBuild, TheFirstLabelBelowTheTitlesOpensTheOnlyActivity) {
  const ParsedDocument document =
      Read(Blocks(kPlan,
                  "TITEL\n\nDoelgroep: Ouders NR\nLooptijd: 202NR\nTrekker: Anna Bos\nBudget: € NR.000\nResultaat: "
                  "minimaal 2NR deelnemers\nAanpak: Wij helpen NR ouders.\n\n"));
  EXPECT_THAT(document, HasAllTitles());
  EXPECT_THAT(document, HasOwnAmounts());
}

TEST(BlockBuild, ANameBehindTheFirstLabelIsNoTitleBelowATitle) {
  const char* const leaders[] = {"Anna de Vries", "Piet Jansen", "Els de Boer", "Kees van Dam"};
  std::string text(kPlan);
  for (int i = 0; i < 4; ++i) {
    absl::StrAppend(&text, kTitles[i], "\n\nProjectleider: ", leaders[i], "\n\nWat gaan we doen\nWij doen iets met ", i,
                    ".\n\nPlanning\n2024\n\nKosten\n€ ", i + 1, ".000\n\n");
  }
  const ParsedDocument document = Read(text);
  EXPECT_THAT(document, HasAllTitles());
  EXPECT_THAT(document, HasOwnAmounts());
}

TEST(BlockBuild, AKnownWordForATitleInTheMiddleOfABlockMovesNoFigure) {
  const ParsedDocument document =
      Read(Blocks(kReport,
                  "TITEL\n\nKosten: € NR.000\n\nDoel: Wij bereiken in 2025 minimaal 2NR inwoners.\n\nActie: Inloop "
                  "openen in wijk NR\n\nRisico's: Er is te weinig personeel.\n\n"));
  EXPECT_THAT(document, HasAllTitles());
  EXPECT_THAT(document, HasOwnAmounts());
}

TEST(BlockBuild, ABlockInAnotherOrderMakesNoTitleOfASentence) {
  std::string text(kPlan);
  for (int i = 0; i < 4; ++i) {
    const std::string costs = absl::StrCat("Kosten\nWij begroten € ", i + 1, ".000.\n\n");
    absl::StrAppend(&text, kTitles[i], "\n\n", i == 2 ? "" : costs, "Aanpak\nWij doen iets met plan ", i,
                    ".\n\nPlanning\n2024\n\nRisico's\nEr is krapte in wijk ", i, ".\n\n", i == 2 ? costs : "");
  }
  const ParsedDocument document = Read(text);
  EXPECT_THAT(document, HasAllTitles());
  EXPECT_THAT(document, HasOwnAmounts());
}

TEST(BlockBuild, TitlesThatDifferByAFigureAreTitles) {
  for (const char* const title : {"Wijkteam NR", "Speerpunt NR"}) {
    const ParsedDocument document = Read(Blocks(
        kReport,
        absl::StrCat(title,
                     "\n\nAanpak\nWij doen iets met plan NR.\n\nDat loopt.\n\nPlanning\n2024\n\nOp schema."
                     "\n\nFinanciën\nEr is € NR.000 begroot.\n\nDat is uitgegeven.\n\nRisico's\nEr is krapte.\n\nDie "
                     "blijft.\n\n")));
    EXPECT_THAT(document, HasOwnAmounts()) << title;
    std::vector<std::string> titles;
    for (int i = 1; i <= 4; ++i) titles.push_back(absl::StrReplaceAll(title, {{"NR", absl::StrCat(i)}}));
    EXPECT_EQ(Titles(document), titles);
  }
}

TEST(BlockBuild, WordsOfAStatusMayBeLabelsOfPlanAndProgress) {
  const ParsedDocument document =
      Read(Blocks(kReport,
                  "Speerpunt: TITEL\n\nAanpak\nGepland: Wij openen minimaal 5NR loketten.\nGerealiseerd: Er zijn er 3."
                  "\n\nWanneer\nGepland: 2024\nGerealiseerd: Later.\n\nRISICO\nGepland: Geen tekort.\nGerealiseerd: "
                  "Valt mee.\n\n"));
  ASSERT_THAT(document, HasAllTitles());
  for (const auto& activity : document.activities()) {
    ASSERT_THAT(activity.aspects(), SizeIs(3));
    EXPECT_THAT(activity.aspects(0).plan(), StartsWith("Wij openen minimaal 5"));
    EXPECT_EQ(activity.aspects(0).progress(), "Er zijn er 3.");
    EXPECT_EQ(activity.aspects(1).plan(), "2024");
    EXPECT_EQ(activity.aspects(1).progress(), "Later.");
    EXPECT_EQ(activity.aspects(2).plan(), "Geen tekort.");
    EXPECT_EQ(activity.aspects(2).progress(), "Valt mee.");
  }
}

TEST(BlockBuild, TheSameBytesGiveTheSameReading) {
  std::string text = "6. Zorg\n\n";
  for (int i = 1; i < 4; ++i) {
    absl::StrAppend(&text, "6.1.", i, " ", kTitles[i], "\n\nJaar van realisatie: 2024\n\nWe openen een loket.\n\n",
                    "Frompel\n\nHet is open.\n\nVrelling\n\nHet is klein.\n\n");
  }
  absl::StrAppend(&text, "6.1 Toegang\n\nBeoogd effect\n\n");
  for (int i = 1; i < 7; ++i) {
    absl::StrAppend(&text, i, ") In 2025 kent minimaal 6", i, "% het loket.\n\n", i % 2 == 1 ? "Frompel" : "Vrelling",
                    "\n\nDat is nu 4", i, "%.\n\n");
  }
  // Tables of words are seeded by where they are in memory.
  const std::string first = Read(text, "activity-table").SerializeAsString();
  for (int i = 0; i < 40; ++i) ASSERT_EQ(Read(text, "activity-table").SerializeAsString(), first) << i;
}

}  // namespace
}  // namespace regiokompas::intake
