#include "services/intake/parser/page_furniture.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace regiokompas::intake {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// What was taken, as "rule: text", and what the contents list of the rest.
struct Taken {
  std::vector<std::string> furniture;
  std::vector<std::string> listed;
};

Taken Take(std::string text) {
  SourceText source;
  source.text = std::move(text);
  std::vector<Line> lines = SplitLines(source);
  Taken taken;
  for (const FurnitureLine& each : TakeFurniture(&lines)) {
    taken.furniture.push_back(absl::StrCat(each.rule, ": ", each.line.text));
  }
  for (const Line& line : lines) {
    if (line.listed) taken.listed.emplace_back(line.text);
  }
  return taken;
}

// Lines that a page may hold, each another one than those of the other pages.
std::string Page() {
  constexpr int kLines = 11;
  static int printed = 0;
  std::string page;
  for (int i = 0; i < kLines; ++i) absl::StrAppend(&page, "Zin ", std::string(++printed, 'a'), " over het beleid.\n");
  return page;
}

TEST(PageFurniture, ALineThatNamesTheDocumentAndCountsOnIsThatOfAPage) {
  EXPECT_THAT(
      Take(absl::StrCat("Begroting 2024 - gemeente Ons      27\n", Page(), "Begroting 2024 - gemeente Ons      28\n"))
          .furniture,
      ElementsAre("page.margin: Begroting 2024 - gemeente Ons      27",
                  "page.margin: Begroting 2024 - gemeente Ons      28"));
  EXPECT_THAT(Take(absl::StrCat("8 | Jaarstukken\n", Page(), "9 | Jaarstukken\n")).furniture,
              ElementsAre("page.margin: 8 | Jaarstukken", "page.margin: 9 | Jaarstukken"));
  EXPECT_THAT(
      Take(absl::StrCat("Begroting 2024 - gemeente Ons 7\n", Page(), "Begroting 2024 - gemeente Ons 8\n")).furniture,
      testing::SizeIs(2));
}

TEST(PageFurniture, AWordForAPageTellsOnce) {
  EXPECT_THAT(Take(absl::StrCat(Page(), "Gemeente Ons - 2e rapportage\t\tpagina 31\n")).furniture,
              ElementsAre("page.margin: Gemeente Ons - 2e rapportage\t\tpagina 31"));
  EXPECT_THAT(Take(absl::StrCat(Page(), "- 12 -\n")).furniture, ElementsAre("page.margin: - 12 -"));
  EXPECT_THAT(Take(absl::StrCat(Page(), "Zie ook de tabel op pagina 31\n")).furniture, IsEmpty());
}

TEST(PageFurniture, HeadingsCodesDatesAndFiguresThatCountOnStay) {
  for (const std::string text :
       {"Thema ", "Hoofddoel ", "Uitvoeringsprogramma ", "Beoogd resultaat ", "Kosten in 202"}) {
    EXPECT_THAT(Take(absl::StrCat(text, "1\n", Page(), text, "2\n", Page(), text, "3\n")).furniture, IsEmpty()) << text;
  }
  for (const std::string text : {" maart 2024", " medewerkers in 2024", " gemeenten"}) {
    EXPECT_THAT(Take(absl::StrCat("12", text, "\n", Page(), "13", text, "\n")).furniture, IsEmpty()) << text;
  }
  EXPECT_THAT(Take(absl::StrCat("2024-08\n", Page(), "2024-09\n")).furniture, IsEmpty());
  EXPECT_THAT(Take("1\nEerste\n2\nTweede\n3\nDerde\n").furniture, IsEmpty());
  EXPECT_THAT(Take(absl::StrCat("Aantal deelnemers | 12\n", Page(), "Aantal deelnemers | 13\n")).furniture, IsEmpty());
  EXPECT_THAT(Take(absl::StrCat("Stand begroting 2024\n", Page(), "Stand begroting 2024\n")).furniture, IsEmpty());
}

TEST(PageFurniture, ANumberAloneIsThatOfAPageWhereItCountsOn) {
  EXPECT_THAT(Take(absl::StrCat(Page(), "12\n", Page(), "13\n", Page(), "14\n")).furniture,
              ElementsAre("page.margin: 12", "page.margin: 13", "page.margin: 14"));
}

TEST(PageFurniture, ALineBesideThePageNumberIsOfTheHeader) {
  EXPECT_THAT(Take(absl::StrCat("Sociaal domein\nPagina 3\n", Page(), "Sociaal domein\nPagina 4\n", Page())).furniture,
              ElementsAre("page.margin: Sociaal domein", "page.margin: Pagina 3", "page.margin: Sociaal domein",
                          "page.margin: Pagina 4"));
}

TEST(PageFurniture, AHeaderMayHaveMoreLinesThanOneAboveThePageNumber) {
  const std::string header = "Gemeente Ons\nSociaal domein\n- ";
  EXPECT_THAT(Take(absl::StrCat(header, "3 -\n", Page(), header, "4 -\n", Page())).furniture, testing::SizeIs(6));
}

TEST(PageFurniture, TheNameOfTheDocumentComesBackOnEveryPage) {
  const std::string name = "Voortgangsrapportage 2024\n";
  EXPECT_THAT(Take(absl::StrCat(name, Page(), name, Page(), name, Page())).furniture,
              ElementsAre("page.margin: Voortgangsrapportage 2024", "page.margin: Voortgangsrapportage 2024"));
}

TEST(PageFurniture, ContentsAreTakenAndWhatTheyNameIsListed) {
  const Taken led = Take(
      "Plan\nInhoud\n1. Jong in de wijk ........ 4\nWerk en geld … … 5\nOud worden ...... 9\n\n"
      "JONG IN DE WIJK\n\nTekst.\n\nOud worden\n");
  EXPECT_THAT(led.furniture, ElementsAre("page.contents: Inhoud", "page.contents: 1. Jong in de wijk ........ 4",
                                         "page.contents: Werk en geld … … 5", "page.contents: Oud worden ...... 9"));
  EXPECT_THAT(led.listed, ElementsAre("JONG IN DE WIJK", "Oud worden"));
  const Taken paged = Take("Plan\nInhoudsopgave\nJong 4\nOud 7\nArm 9\n\nJong\n\nTekst.\n\nOud\n");
  EXPECT_THAT(paged.listed, ElementsAre("Jong", "Oud"));
  const Taken plain = Take("Plan\nInhoud\nInleiding\nJong\nOud\nInleiding\nTekst.\nJong\nTekst.\nOud\nTekst.\n");
  EXPECT_THAT(plain.listed, ElementsAre("Inleiding", "Jong", "Oud"));
  EXPECT_EQ(plain.furniture.size(), 4u);
  EXPECT_THAT(Take("Naam: ..........\nVoor jeugd is er in 2024 ... 14\n").furniture, IsEmpty());
}

TEST(PageFurniture, DotsThatLeadToAPageTellContentsBelowAnyHeading) {
  const Taken taken = Take(
      "Plan\n\nIn dit stuk\n\n1 Jong ........ 4\n2 Werk ........ 5\n3 Oud ...... 9\n\n"
      "Jong\n\nTekst.\n\n2 Werk\n\nTekst.\n\n3 Oud\n\nTekst.\n");
  EXPECT_THAT(taken.furniture, ElementsAre("page.contents: In dit stuk", "page.contents: 1 Jong ........ 4",
                                           "page.contents: 2 Werk ........ 5", "page.contents: 3 Oud ...... 9"));
  EXPECT_THAT(taken.listed, ElementsAre("Jong", "2 Werk", "3 Oud"));
}

TEST(PageFurniture, FiguresBehindDotsOrBelowALabelAreNoContents) {
  EXPECT_THAT(Take("Plan\nKosten\nJeugdhulp ........ 85\nWmo ........ 92\nWerk ........ 95\n\nTekst.\n").furniture,
              IsEmpty());
  EXPECT_THAT(Take("Plan\nInhoud\nPlekken minimaal 20\nUren minimaal 40\nMaatjes 60\n\nTekst.\n").furniture, IsEmpty());
}

TEST(PageFurniture, AFigureBelowALabelAndACodeAboveATitleAreOfTheText) {
  std::string figures;
  std::string codes;
  for (int i = 4; i < 7; ++i) {
    absl::StrAppend(&figures, "Indicator\nWijkteams in de gemeente\t", i, "\nNu zijn dat er minder.\n\n", Page());
    absl::StrAppend(&codes, "\n", i, "\nTitel ", std::string(i, 'x'), "\n\n", Page());
  }
  EXPECT_THAT(Take(figures).furniture, IsEmpty());
  EXPECT_THAT(Take(codes).furniture, IsEmpty());
}

}  // namespace
}  // namespace regiokompas::intake
