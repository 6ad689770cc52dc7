// Acceptances that break off halfway: what they may have written is not corrected until they are finished, the rest is.
// Over gRPC against a running suite, in which a table of another service takes nothing for a while.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "regiokompas/intake/v1/intake_service.grpc.pb.h"
#include "tests/support/builders.h"
#include "tests/support/client.h"
#include "tests/support/sql.h"
#include "tests/support/test_suite.h"

namespace regiokompas::test {
namespace {

using testing::Contains;
using testing::Not;
using testing::SizeIs;
using Catalogue = catalogue::v1::CatalogueService::Stub;
using Indicators = indicator::v1::IndicatorService::Stub;
using Intake = intake::v1::IntakeService::Stub;

constexpr char kReporter[] = "GM0299";
constexpr char kTarget[] = "minimaal 945 van de 1000 inwoners";

std::string ReportText() {
  std::stringstream text;
  text << std::ifstream(std::string(REGIOKOMPAS_SOURCE_DIR) + "/deploy/demo/zevenaar-voortgangsrapportage-1-2022.txt")
              .rdbuf();
  return text.str();
}

class BegunAcceptanceTest : public testing::Test {
 protected:
  BegunAcceptanceTest() : client_(suite_.channel(), suite_.Officer(kReporter)) {}

  intake::v1::Draft Parse(const std::string& content) {
    intake::v1::ParseDocumentRequest request;
    request.set_parent(OwnerName(kReporter));
    request.set_content(content);
    request.set_file_name("document.txt");
    request.set_municipality(kReporter);
    request.set_request_id(NewRequestId());
    const auto draft = client_.Call(&Intake::ParseDocument, request);
    EXPECT_TRUE(IsOk(draft));
    return draft.value;
  }

  intake::v1::Draft Get(const std::string& name) {
    intake::v1::GetDraftRequest request;
    request.set_name(name);
    const auto draft = client_.Call(&Intake::GetDraft, request);
    EXPECT_TRUE(IsOk(draft));
    return draft.value;
  }

  Answer<intake::v1::AcceptDraftResponse> Accept(const std::string& draft,
                                                 const std::vector<std::string>& elements = {}) {
    intake::v1::AcceptDraftRequest request;
    request.set_name(draft);
    request.set_etag(Get(draft).etag());
    request.mutable_element_ids()->Assign(elements.begin(), elements.end());
    request.set_request_id(NewRequestId());
    return client_.Call(&Intake::AcceptDraft, request);
  }

  Answer<intake::v1::Draft> Correct(const std::string& draft, const intake::v1::Correction& correction) {
    intake::v1::CorrectDraftRequest request;
    request.set_name(draft);
    request.set_etag(Get(draft).etag());
    *request.add_corrections() = correction;
    request.set_request_id(NewRequestId());
    return client_.Call(&Intake::CorrectDraft, request);
  }

  // A target whose text is printed once.
  intake::v1::ParsedTarget TheTarget(const std::string& draft) {
    const intake::v1::Draft read = Get(draft);
    for (const auto& target : read.parsed().targets()) {
      if (target.text() == kTarget) return target;
    }
    ADD_FAILURE() << "the document has no such target";
    return {};
  }

  // Says that the first activity has another title.
  Answer<intake::v1::Draft> Retitle(const std::string& draft) {
    const intake::v1::ParsedActivity first = Get(draft).parsed().activities(0);
    intake::v1::Correction correction;
    correction.set_element_id(first.id());
    *correction.mutable_activity() = first;
    correction.mutable_activity()->set_title("Geheel anders");
    correction.mutable_activity()->set_code("");
    return Correct(draft, correction);
  }

  // From here on a table takes no rows: its service fails with an error that `state` stands for.
  void Break(const std::string& table, const std::string& state) {
    SqlSession sql(suite_.database().Superuser());
    sql.Query(absl::StrCat(
        "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken' USING "
        "ERRCODE = '",
        state, "'; END $$; CREATE TRIGGER broken BEFORE INSERT ON ", table,
        " FOR EACH ROW EXECUTE FUNCTION public.refuse()"));
  }

  void Mend() { SqlSession(suite_.database().Superuser()).Query("DROP FUNCTION public.refuse() CASCADE"); }

  std::vector<std::string> ActivityTitles() {
    catalogue::v1::ListActivitiesRequest request;
    request.set_parent(OwnerName(kReporter));
    request.set_page_size(1000);
    std::vector<std::string> titles;
    const auto listed = client_.Call(&Catalogue::ListActivities, request);
    EXPECT_TRUE(IsOk(listed));
    for (const auto& activity : listed.value.activities()) titles.push_back(activity.display_name());
    return titles;
  }

  std::vector<std::string> TargetTexts() {
    indicator::v1::ListTargetsRequest request;
    request.set_parent(OwnerName(kReporter) + "/indicators/-");
    request.set_page_size(1000);
    std::vector<std::string> texts;
    const auto listed = client_.Call(&Indicators::ListTargets, request);
    EXPECT_TRUE(IsOk(listed));
    for (const auto& target : listed.value.targets()) texts.push_back(target.text());
    return texts;
  }

  TestSuite suite_;
  Client client_;
};

constexpr char kUnknownOutcome[] = "XX000";
constexpr char kRefusal[] = "23503";

TEST_F(BegunAcceptanceTest, WhatMayBeWrittenIsNotCorrectedUntilItIsFinished) {
  const std::string draft = Parse(ReportText()).name();
  Break("catalogue.contributions", kUnknownOutcome);
  EXPECT_FALSE(Accept(draft).ok());
  EXPECT_THAT(ActivityTitles(), SizeIs(16));
  suite_.Restart();

  const auto refused = Retitle(draft);
  EXPECT_TRUE(FailsWith(refused, grpc::FAILED_PRECONDITION, "ACCEPTANCE_BEGUN"));
  intake::v1::Correction restore;
  restore.set_element_id("source");
  restore.mutable_restore();
  EXPECT_TRUE(FailsWith(Correct(draft, restore), grpc::FAILED_PRECONDITION, "ACCEPTANCE_BEGUN"));

  Mend();
  const auto accepted = Accept(draft);
  ASSERT_TRUE(IsOk(accepted));
  EXPECT_EQ(accepted.value.draft().state(), intake::v1::DRAFT_STATE_ACCEPTED);
  EXPECT_THAT(ActivityTitles(), SizeIs(16));
  EXPECT_THAT(ActivityTitles(), Not(Contains("Geheel anders")));
  EXPECT_TRUE(FailsWith(Retitle(draft), grpc::FAILED_PRECONDITION, "ELEMENT_ACCEPTED"));
}

TEST_F(BegunAcceptanceTest, WhatItDidNotComeToIsCorrectedAndWrittenOnce) {
  const std::string draft = Parse(ReportText()).name();
  Break("indicator.indicators", kUnknownOutcome);
  EXPECT_FALSE(Accept(draft).ok());
  EXPECT_TRUE(FailsWith(Retitle(draft), grpc::FAILED_PRECONDITION, "ACCEPTANCE_BEGUN"));
  const intake::v1::ParsedTarget target = TheTarget(draft);
  intake::v1::Correction correction;
  correction.set_element_id(target.id());
  *correction.mutable_target() = target;
  correction.mutable_target()->set_text("Ten minste zo veel");
  ASSERT_TRUE(IsOk(Correct(draft, correction)));
  Mend();
  ASSERT_TRUE(IsOk(Accept(draft)));
  EXPECT_THAT(ActivityTitles(), SizeIs(16));
  EXPECT_THAT(TargetTexts(), Contains("Ten minste zo veel"));
  EXPECT_THAT(TargetTexts(), Not(Contains(kTarget)));
}

// Else nobody could ever put right what another service refuses.
TEST_F(BegunAcceptanceTest, WhatWasRefusedIsCorrected) {
  const std::string draft = Parse(ReportText()).name();
  Break("indicator.targets", kRefusal);
  EXPECT_TRUE(FailsWith(Accept(draft), grpc::FAILED_PRECONDITION, "REFERENCE_MISSING"));
  EXPECT_TRUE(FailsWith(Retitle(draft), grpc::FAILED_PRECONDITION, "ACCEPTANCE_BEGUN"));
  intake::v1::Correction drop;
  drop.set_element_id(TheTarget(draft).id());
  drop.mutable_drop();
  ASSERT_TRUE(IsOk(Correct(draft, drop)));
  Mend();
  ASSERT_TRUE(IsOk(Accept(draft)));
  EXPECT_THAT(TargetTexts(), Not(Contains(kTarget)));
}

// Nothing of it was written, so nothing is fixed.
TEST_F(BegunAcceptanceTest, AnAcceptanceThatWasRefusedAtOnceFixesNothing) {
  const std::string draft = Parse(ReportText()).name();
  Break("catalogue.frameworks", kRefusal);
  EXPECT_TRUE(FailsWith(Accept(draft), grpc::FAILED_PRECONDITION, "REFERENCE_MISSING"));
  EXPECT_TRUE(IsOk(Retitle(draft)));
  Mend();
  ASSERT_TRUE(IsOk(Accept(draft)));
  EXPECT_THAT(ActivityTitles(), Contains("Geheel anders"));
  EXPECT_THAT(ActivityTitles(), SizeIs(16));
}

TEST_F(BegunAcceptanceTest, ItIsFinishedWithTheNextPart) {
  const std::string draft = Parse(ReportText()).name();
  Break("catalogue.contributions", kUnknownOutcome);
  EXPECT_FALSE(Accept(draft, {"a1"}).ok());
  Mend();
  ASSERT_TRUE(IsOk(Accept(draft, {"a2"})));
  EXPECT_THAT(Get(draft).accepted_element_ids(), Contains("a1"));
  EXPECT_TRUE(FailsWith(Retitle(draft), grpc::FAILED_PRECONDITION, "ELEMENT_ACCEPTED"));
}

// What it wrote is nobody's yet: another reading of the source would make it again.
TEST_F(BegunAcceptanceTest, ALaterReadingWaitsForIt) {
  const std::string first = Parse(ReportText()).name();
  Break("catalogue.contributions", kUnknownOutcome);
  EXPECT_FALSE(Accept(first).ok());
  Mend();
  const std::string later = Parse(ReportText() + "\nEen regel die er nog niet stond.\n").name();
  EXPECT_TRUE(FailsWith(Accept(later), grpc::FAILED_PRECONDITION, "PREVIOUS_PARTLY_ACCEPTED"));
  ASSERT_TRUE(IsOk(Accept(first)));
  ASSERT_TRUE(IsOk(Accept(later)));
  EXPECT_THAT(ActivityTitles(), SizeIs(16));
}

}  // namespace
}  // namespace regiokompas::test
