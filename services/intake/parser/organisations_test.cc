#include "services/intake/parser/organisations.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace regiokompas::intake {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kDocument[] = "De gemeente, scholen, huisartsen en vrijwilligers werken samen; sociaal, cultuur en veilig.";

TEST(OrganisationFinder, FindsOtherMunicipalities) {
  const OrganisationFinder finder(kDocument, "Hulst");
  EXPECT_THAT(finder.Find("De gemeenten Hulst, Terneuzen en Sluis doen mee.", false),
              ElementsAre("Terneuzen", "Sluis"));
  EXPECT_THAT(finder.Find("De gemeente Hulst betaalt. De gemeente doet mee.", false), IsEmpty());
}

TEST(OrganisationFinder, FindsFoundationsAndPartnersInAnyText) {
  const OrganisationFinder finder(kDocument, "");
  EXPECT_THAT(finder.Find("Hulp van Stichting Leergoed en van stichting Thuis voor Elkaar, tegen een prijs.", false),
              ElementsAre("Stichting Leergoed", "stichting Thuis voor Elkaar"));
  EXPECT_THAT(finder.Find("We starten met samenwerken over geld met CZ.", false), ElementsAre("CZ"));
}

TEST(OrganisationFinder, TakesProperNamesFromStakeholdersOnly) {
  const OrganisationFinder finder(kDocument, "Goes");
  const char* text = "Gemeente Goes, huisartsen, POH/SOH-ers, Proscoop en Jeugdfonds Sport en Cultuur, Veilig Thuis.";
  EXPECT_THAT(finder.Find(text, true), ElementsAre("Proscoop", "Jeugdfonds Sport en Cultuur", "Veilig Thuis"));
  EXPECT_THAT(finder.Find(text, false), IsEmpty());
  EXPECT_THAT(finder.Find("Scholen in Breskens, vrijwilligers", true), IsEmpty());
}

}  // namespace
}  // namespace regiokompas::intake
