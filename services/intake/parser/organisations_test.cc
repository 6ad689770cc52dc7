#include "services/intake/parser/organisations.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace regiokompas::intake {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kDocument[] =
    "De gemeente, scholen, huisartsen en vrijwilligers werken samen; sociaal, cultuur en veilig.";

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

TEST(OrganisationFinder, TakesProperNamesFromStakeholdersOnly) {
  const OrganisationFinder finder(kDocument, "Goes");
  const char* text = "Gemeente Goes, huisartsen, WMO-ers, Yvora en Steunfonds Muziek en Cultuur, Veilig Dorp.";
  EXPECT_THAT(finder.Find(text, true), ElementsAre("Yvora", "Steunfonds Muziek en Cultuur", "Veilig Dorp"));
  EXPECT_THAT(finder.Find(text, false), IsEmpty());
  EXPECT_THAT(finder.Find("Scholen in Domburg, vrijwilligers", true), IsEmpty());
}

}  // namespace
}  // namespace regiokompas::intake
