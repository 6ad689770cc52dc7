#include "services/cli/draft_text.h"

#include <cstdlib>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace regiokompas::cli {
namespace {

using ::testing::HasSubstr;

class DraftTextTest : public ::testing::Test {
 protected:
  DraftTextTest() { unsetenv("LANG"); }
};

TEST_F(DraftTextTest, ShowsADraftWithItsCorrections) {
  intake::v1::Draft draft;
  draft.set_name("owners/GM0677/drafts/d-1");
  draft.set_display_name("Programma\x1b[2J");
  draft.set_document("owners/GM0677/documents/d-1");
  draft.set_state(intake::v1::DRAFT_STATE_PARTLY_ACCEPTED);
  draft.set_etag("\"v3\"");
  draft.mutable_summary()->set_goals(4);
  auto* const correction = draft.add_corrections();
  correction->set_element_id("a2");
  correction->mutable_activity()->set_title("Beter");
  correction->set_note("typefout");
  draft.add_corrections()->set_element_id("g1");
  draft.mutable_corrections(1)->mutable_drop();
  std::ostringstream out;
  PrintHead(draft, out);
  EXPECT_THAT(out.str(), HasSubstr("owners/GM0677/drafts/d-1  deels overgenomen "));
  EXPECT_THAT(out.str(), HasSubstr("4 doelen, 0 activiteiten"));
  EXPECT_THAT(out.str(), HasSubstr("Programma [2J\n"));
  EXPECT_THAT(out.str(), HasSubstr("etag      \"v3\"\n"));
  EXPECT_THAT(out.str(), HasSubstr("correctie a2  activiteit Beter  (typefout)\n"));
  EXPECT_THAT(out.str(), HasSubstr("correctie g1  is geen element\n"));
}

TEST_F(DraftTextTest, ShowsWhatThereIsToDecide) {
  intake::v1::CompareDraftResponse comparison;
  std::ostringstream first;
  PrintComparison(comparison, first);
  EXPECT_EQ(first.str(), "Deze bron is niet eerder overgenomen.\n");

  comparison.set_previous_draft("owners/GM0677/drafts/d-0");
  auto* const changed = comparison.add_differences();
  changed->set_kind(intake::v1::DIFFERENCE_KIND_CHANGED);
  changed->set_element_kind(intake::v1::ELEMENT_KIND_GOAL);
  changed->set_element_id("g2");
  changed->set_title("Jeugd");
  changed->set_line(7);
  auto* const field = changed->add_fields();
  field->set_path("text");
  field->set_before("oud\ntwee");
  field->set_after("nieuw");
  auto* const removed = comparison.add_differences();
  removed->set_kind(intake::v1::DIFFERENCE_KIND_REMOVED);
  removed->set_element_kind(intake::v1::ELEMENT_KIND_ACTIVITY);
  removed->set_previous_element_id("a9");
  removed->set_title("Weg");
  comparison.set_undecided(1);
  auto* const match = comparison.add_matches();
  match->set_element_id("a1");
  match->set_title("Loket");
  match->set_activity("owners/GM0677/activities/loket");
  match->set_activity_title("Eén loket");
  match->set_score_permille(640);
  match->set_outcome(intake::v1::MATCH_OUTCOME_ASK);
  auto* const evidence = match->add_evidence();
  evidence->set_weight_permille(300);
  evidence->set_text("Zelfde code");
  std::ostringstream out;
  PrintComparison(comparison, out);
  EXPECT_EQ(out.str(),
            "Verschillen met owners/GM0677/drafts/d-0: 2\n"
            "  gewijzigd  doel             g2  Jeugd  (regel 7)\n"
            "    text\n"
            "      - oud\n"
            "      - twee\n"
            "      + nieuw\n"
            "  vervallen  activiteit       a9  Weg\n"
            "Activiteiten naast de catalogus: 1, te beslissen: 1\n"
            "  BESLIS     a1  Loket\n"
            "     640  owners/GM0677/activities/loket  Eén loket\n"
            "     +300 Zelfde code\n");
}

TEST_F(DraftTextTest, AddsUpWhatBecameOfTheElements) {
  intake::v1::AcceptDraftResponse response;
  for (const int created : {2, 3}) {
    auto* const elements = response.add_elements();
    elements->set_kind(intake::v1::ELEMENT_KIND_GOAL);
    elements->set_created(created);
    elements->set_not_taken_over(1);
  }
  EXPECT_EQ(AcceptanceText(response), "5 nieuw, 0 ongewijzigd, 0 samengevoegd, 2 niet overgenomen");
  response.mutable_elements(0)->set_updated(4);
  EXPECT_EQ(AcceptanceText(response), "5 nieuw, 4 gewijzigd, 0 ongewijzigd, 0 samengevoegd, 2 niet overgenomen");
  std::ostringstream out;
  PrintAcceptance(response, out);
  EXPECT_THAT(out.str(), HasSubstr("  doel                  2          4 "));
}

}  // namespace
}  // namespace regiokompas::cli
