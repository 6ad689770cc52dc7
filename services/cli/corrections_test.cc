#include "services/cli/corrections.h"

#include <cstdlib>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace regiokompas::cli {
namespace {

using intake::v1::Correction;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CorrectionsTest : public ::testing::Test {
 protected:
  CorrectionsTest() {
    unsetenv("LANG");
    parsed_.mutable_source()->set_title("Titel");
    auto* const goal = parsed_.add_goals();
    goal->set_id("g1");
    goal->set_code("6");
    goal->set_title("Jeugt");
    auto* const activity = parsed_.add_activities();
    activity->set_id("a1");
    activity->set_title("Loket");
    auto* const section = parsed_.add_sections();
    section->set_id("x1");
  }

  std::string Refusal(const std::string& set) {
    std::vector<Correction> corrections;
    const absl::Status status = AddSet(set, parsed_, &corrections);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << set;
    return std::string(status.message());
  }

  intake::v1::ParsedDocument parsed_;
  std::vector<Correction> corrections_;
};

TEST_F(CorrectionsTest, SetsFieldsOfTheElementAsTheDraftHasIt) {
  ASSERT_TRUE(AddSet("g1.title=Jeugd = toekomst", parsed_, &corrections_).ok());
  ASSERT_TRUE(AddSet("g1.kind=theme", parsed_, &corrections_).ok());
  ASSERT_TRUE(AddSet("a1.realisation_years=2022, 2023", parsed_, &corrections_).ok());
  ASSERT_TRUE(AddSet("a1.councilProposal=Ja", parsed_, &corrections_).ok());
  ASSERT_TRUE(AddSet("x1.heading=Kop", parsed_, &corrections_).ok());
  ASSERT_TRUE(AddSet("source.document_kind=DOCUMENT_KIND_ANNUAL_REPORT", parsed_, &corrections_).ok());
  ASSERT_EQ(corrections_.size(), 4u);
  EXPECT_EQ(corrections_[0].element_id(), "g1");
  EXPECT_EQ(corrections_[0].goal().title(), "Jeugd = toekomst");
  EXPECT_EQ(corrections_[0].goal().code(), "6");
  EXPECT_EQ(corrections_[0].goal().kind(), intake::v1::GOAL_KIND_THEME);
  EXPECT_THAT(corrections_[1].activity().realisation_years(), ElementsAre(2022, 2023));
  EXPECT_EQ(corrections_[1].activity().council_proposal(), "Ja");
  EXPECT_EQ(corrections_[1].activity().title(), "Loket");
  EXPECT_EQ(corrections_[2].section().heading(), "Kop");
  EXPECT_EQ(corrections_[3].source().document_kind(), intake::v1::DOCUMENT_KIND_ANNUAL_REPORT);
  EXPECT_EQ(corrections_[3].source().title(), "Titel");
}

TEST_F(CorrectionsTest, RefusesWhatDoesNotFit) {
  EXPECT_THAT(Refusal("g1.title"), HasSubstr("ID.veld=TEKST"));
  EXPECT_THAT(Refusal("=x"), HasSubstr("ID.veld=TEKST"));
  EXPECT_THAT(Refusal("g9.title=x"), HasSubstr("geen element g9"));
  EXPECT_THAT(Refusal("g1.id=g2"), HasSubstr("--file"));
  EXPECT_THAT(Refusal("g1.bestaat_niet=x"), HasSubstr("--file"));
  EXPECT_THAT(Refusal("g1.kind=heuvel"), HasSubstr("--file"));
  EXPECT_THAT(Refusal("g1.line=tien"), HasSubstr("--file"));
  EXPECT_THAT(Refusal("a1.realisation_years=2022,later"), HasSubstr("--file"));
  EXPECT_THAT(Refusal("a1.aspects=x"), HasSubstr("--file"));
  EXPECT_THAT(Refusal("g1=x"), HasSubstr("--file"));
}

TEST_F(CorrectionsTest, ReadsTheShortForms) {
  ASSERT_TRUE(AddDrop("g1", &corrections_).ok());
  ASSERT_TRUE(AddNew("a1", &corrections_).ok());
  ASSERT_TRUE(AddSame("a2=loket", "GM0677", &corrections_).ok());
  ASSERT_TRUE(AddSame("a3=owners/GM0299/activities/x", "", &corrections_).ok());
  EXPECT_TRUE(corrections_[0].has_drop());
  EXPECT_TRUE(corrections_[1].has_not_known());
  EXPECT_EQ(corrections_[2].same_as(), "owners/GM0677/activities/loket");
  EXPECT_EQ(corrections_[3].same_as(), "owners/GM0299/activities/x");
  EXPECT_FALSE(AddSame("a5=loket", "", &corrections_).ok());
  EXPECT_FALSE(AddSame("a5", "GM0677", &corrections_).ok());
}

TEST_F(CorrectionsTest, SaysOneThingOfAnElement) {
  ASSERT_TRUE(AddSet("a1.title=Nieuw", parsed_, &corrections_).ok());
  EXPECT_FALSE(AddDrop("a1", &corrections_).ok());
  EXPECT_FALSE(AddNew("a1", &corrections_).ok());
  EXPECT_FALSE(AddSame("a1=loket", "GM0677", &corrections_).ok());
  ASSERT_TRUE(AddDrop("g1", &corrections_).ok());
  EXPECT_FALSE(AddSet("g1.title=Nieuw", parsed_, &corrections_).ok());
  EXPECT_EQ(corrections_.size(), 2u);
}

TEST_F(CorrectionsTest, ReadsAFile) {
  const auto read = ReadCorrections(
      R"([{"elementId": "g1", "goal": {"id": "g1", "title": "Jeugd"}, "note": "typefout"}, {"elementId": "a1", "drop": {}}])");
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ((*read)[0].goal().title(), "Jeugd");
  EXPECT_EQ((*read)[0].note(), "typefout");
  EXPECT_TRUE((*read)[1].has_drop());
  for (const char* wrong : {"", "{", "[{\"elementId\": 1}]", "[{\"vlieg\": \"x\"}]", "[],\"name\":\"x\"}"}) {
    EXPECT_FALSE(ReadCorrections(wrong).ok()) << wrong;
  }
}

}  // namespace
}  // namespace regiokompas::cli
