#include "services/intake/parser/organisations.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace regiokompas::intake {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kDocument[] =
    "De gemeente, scholen, huisartsen en vrijwilligers werken samen; sociaal, cultuur en veilig. Wij werken met Yvora.";

TEST(OrganisationFinder, FindsOtherMunicipalities) {
  const OrganisationFinder finder(kDocument, "Veere");
  EXPECT_THAT(finder.Find("De gemeenten Veere, Tholen en Goes helpen.", false), ElementsAre("Tholen", "Goes"));
  EXPECT_THAT(finder.Find("De gemeente Veere betaalt. De gemeente doet mee.", false), IsEmpty());
}

TEST(OrganisationFinder, FindsFoundationsAndPartnersInAnyText) {
  const OrganisationFinder finder(kDocument, "");
  EXPECT_THAT(finder.Find("Hulp van Stichting Leergoed en van stichting Thuis voor Elkaar, tegen een prijs.", false),
              ElementsAre("Stichting Leergoed", "stichting Thuis voor Elkaar"));
  EXPECT_THAT(finder.Find("Het overleg met NIBUD begint.", false), ElementsAre("NIBUD"));
}

TEST(OrganisationFinder, FindsWhoActsInASentence) {
  const OrganisationFinder finder(kDocument, "Goes");
  EXPECT_THAT(finder.Find("Yvora coacht de vrijwilligers.", false), ElementsAre("Yvora"));
  EXPECT_THAT(finder.Find("Yvora en Zorgstee screenen de aanvragen.", false), ElementsAre("Yvora", "Zorgstee"));
  EXPECT_THAT(finder.Find("Veilig Dorp Walcheren adviseert de scholen.", false), ElementsAre("Veilig Dorp Walcheren"));
  EXPECT_THAT(finder.Find("In 2025 verzorgt Yvora de lessen.", false), ElementsAre("Yvora"));
  EXPECT_THAT(finder.Find("Wij bezoeken Domburg.", false), IsEmpty());
}

TEST(OrganisationFinder, FindsNamesInARowWithOthers) {
  const OrganisationFinder finder(kDocument, "Goes");
  EXPECT_THAT(finder.Find("Met de huisartsen en Zorgstee zetten wij een inloop op.", false), ElementsAre("Zorgstee"));
  EXPECT_THAT(finder.Find("De scholen, Zorgstee en de gemeente stellen een programma op.", false),
              ElementsAre("Zorgstee"));
  EXPECT_THAT(finder.Find("De wijkcoaches van Veilig Dorp Walcheren gaan langs.", false),
              ElementsAre("Veilig Dorp Walcheren"));
  EXPECT_THAT(finder.Find("We maken afspraken met GGD Walcheren over de hulp.", false), ElementsAre("GGD Walcheren"));
  // A row of places.
  EXPECT_THAT(finder.Find("In de kernen, Domburg en Zoutelande openen we een loket.", false), IsEmpty());
}

TEST(OrganisationFinder, PersonsAndOfficesAreNoOrganisations) {
  const OrganisationFinder finder(kDocument, "Goes");
  for (const char* text : {"In 2025 bezoekt Wethouder Pietersma de scholen.",
                           "Op 3 mei opent Burgemeester Van Dalen het gebouw.", "Vanaf 2026 regelt Team Jeugd de hulp.",
                           "In 2026 evalueert Rekenkamer de hulp.", "Mevrouw Zijlmans coacht de vrijwilligers.",
                           "Wij maken dit met De heer Oosting.", "Zijlmans coacht de scholen."}) {
    EXPECT_THAT(finder.Find(text, false), IsEmpty()) << text;
  }
  EXPECT_THAT(finder.Find("Wethouder Pietersma, Afdeling Zorg, Raad voor de Jeugd, Yvora", true),
              ElementsAre("Raad voor de Jeugd", "Yvora"));
}

TEST(OrganisationFinder, OneWordAloneMustBeKnownAsAnOrganisation) {
  const OrganisationFinder finder(kDocument, "Goes");
  EXPECT_THAT(finder.Find("Yvora levert de hulp.", false), ElementsAre("Yvora"));
  EXPECT_THAT(finder.Find("GGD levert de hulp.", false), ElementsAre("GGD"));
  EXPECT_THAT(finder.Find("ZorgSaam levert de hulp.", false), ElementsAre("ZorgSaam"));
  EXPECT_THAT(finder.Find("Zorgstee levert de hulp.", false), IsEmpty());
}

TEST(OrganisationFinder, ANameOfItsOwnSpellingNeedsFewerWordsAround) {
  const OrganisationFinder finder(kDocument, "Noord en Zee");
  EXPECT_THAT(finder.Find("Het aantal plekken bij WerkGroot groeit.", false), ElementsAre("WerkGroot"));
  EXPECT_THAT(finder.Find("Twee coaches van WerkGroot gaan langs.", false), ElementsAre("WerkGroot"));
  EXPECT_THAT(finder.Find("ZBO heeft een nieuwe groep.", false), ElementsAre("ZBO"));
  EXPECT_THAT(finder.Find("Het aantal plekken bij Zorgstee groeit.", false), IsEmpty());
  EXPECT_THAT(finder.Find("Zorgstee heeft een nieuwe groep.", false), IsEmpty());
}

TEST(OrganisationFinder, WhatStandsAsAnOrganisationOnceIsOneEverywhere) {
  const OrganisationFinder finder(
      "Er komt een loket in Domburg en Ganuenta. Een baan bij Zorgstee. Hulp via Vuurbaak. Koffie bij Ganuenta. De "
      "groep.",
      "Noord en Zee");
  EXPECT_THAT(finder.Find("Zorgstee heeft een nieuwe groep.", false), ElementsAre("Zorgstee"));
  EXPECT_THAT(finder.Find("De lessen komen van vrijwilligers van Vuurbaak.", false), ElementsAre("Vuurbaak"));
  EXPECT_THAT(finder.Find("Ganuenta heeft een nieuwe groep.", false), IsEmpty());
  EXPECT_THAT(finder.Find("Twee vrijwilligers van Ganuenta.", false), IsEmpty());
  EXPECT_THAT(finder.Find("Domburg en Ganuenta krijgen een loket.", false), IsEmpty());
}

TEST(OrganisationFinder, KnowsMoreBuildsOfNames) {
  const OrganisationFinder finder(kDocument, "Veere");
  EXPECT_THAT(finder.Find("Veere voor Elkaar regelt de lessen.", false), ElementsAre("Veere voor Elkaar"));
  EXPECT_THAT(finder.Find("Samen met Robijn-groep komt er een team.", false), ElementsAre("Robijn-groep"));
  EXPECT_THAT(finder.Find("Een coach bij basisschool De Zeester.", false), ElementsAre("De Zeester"));
  EXPECT_THAT(finder.Find("Een maatje van Humanitas, en hulp van het Land.", false), ElementsAre("Humanitas"));
  EXPECT_THAT(finder.Find("Werven en trainen van maatjes gaat door.", false), IsEmpty());
  EXPECT_THAT(finder.Find("Zorgstee en de clubs starten een groep.", false), ElementsAre("Zorgstee"));
  // An agreement sets to work and does not take part.
  EXPECT_THAT(finder.Find("De Landagenda Oost leidt tot nieuwe eisen.", false), IsEmpty());
}

TEST(OrganisationFinder, PlacesMayHaveSmallWordsInside) {
  const OrganisationFinder finder(kDocument, "Noord en Zee");
  EXPECT_THAT(finder.Find("Samen met de gemeenten Dijk op Zand, Veen aan den Rijn en Tholen.", false),
              ElementsAre("Dijk op Zand", "Veen aan den Rijn", "Tholen"));
  EXPECT_THAT(finder.Find("Met Yvora Noord en Zee en de scholen.", false), ElementsAre("Yvora Noord"));
}

TEST(OrganisationFinder, TakesProperNamesFromStakeholdersOnly) {
  const OrganisationFinder finder(kDocument, "Goes");
  const char* text = "Gemeente Goes, huisartsen, WMO-ers, Yvora en Steunfonds Muziek en Cultuur, Veilig Dorp.";
  EXPECT_THAT(finder.Find(text, true), ElementsAre("Yvora", "Steunfonds Muziek en Cultuur", "Veilig Dorp"));
  EXPECT_THAT(finder.Find(text, false), IsEmpty());
  EXPECT_THAT(finder.Find("Scholen in Domburg, vrijwilligers", true), IsEmpty());
}

}  // namespace
}  // namespace regiokompas::intake
