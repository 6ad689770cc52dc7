// Acceptances that break off halfway: what they may have written is not corrected until they are finished, the rest is.
// Over gRPC against a running suite, in which a table of another service takes nothing for a while.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
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
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using Catalogue = catalogue::v1::CatalogueService::Stub;
using Indicators = indicator::v1::IndicatorService::Stub;
using Intake = intake::v1::IntakeService::Stub;

constexpr char kReporter[] = "GM0299";
constexpr char kTarget[] = "minimaal 945 van de 1000 inwoners";
constexpr int kTargets = 15;  // in the report

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

  // Says that a target has another text.
  Answer<intake::v1::Draft> Retext(const std::string& draft, const intake::v1::ParsedTarget& target) {
    intake::v1::Correction correction;
    correction.set_element_id(target.id());
    *correction.mutable_target() = target;
    correction.mutable_target()->set_text("Ten minste zo veel");
    return Correct(draft, correction);
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
    Before(table, absl::StrCat("RAISE EXCEPTION 'broken' USING ERRCODE = '", state, "'"));
  }

  // From here on `statement` runs before each row that a table takes.
  void Before(const std::string& table, const std::string& statement) {
    SqlSession sql(suite_.database().Superuser());
    sql.Query(absl::StrCat("CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ", statement,
                           "; RETURN NEW; END $$; CREATE TRIGGER broken BEFORE INSERT ON ", table,
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
  // It was made already, though nothing hangs on it yet.
  intake::v1::Correction match;
  match.set_element_id("a1");
  match.mutable_not_known();
  EXPECT_TRUE(FailsWith(Correct(draft, match), grpc::FAILED_PRECONDITION, "ACCEPTANCE_BEGUN"));

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
  ASSERT_TRUE(IsOk(Retext(draft, TheTarget(draft))));
  Mend();
  ASSERT_TRUE(IsOk(Accept(draft)));
  EXPECT_THAT(ActivityTitles(), SizeIs(16));
  EXPECT_THAT(TargetTexts(), SizeIs(kTargets));
  EXPECT_THAT(TargetTexts(), Contains("Ten minste zo veel").Times(1));
  EXPECT_THAT(TargetTexts(), Not(Contains(kTarget)));
}

// Nobody would write it any more.
TEST_F(BegunAcceptanceTest, WhatIsStoredWithAWrittenElementIsFixedToo) {
  const std::string draft = Parse(ReportText()).name();
  intake::v1::Correction added;
  added.set_element_id("n1");
  added.mutable_milestone()->set_subject_id("a1");
  added.mutable_milestone()->set_text("De eerste bijeenkomst");
  added.mutable_milestone()->set_line(1);
  ASSERT_TRUE(IsOk(Correct(draft, added)));
  Break("indicator.indicators", kUnknownOutcome);
  EXPECT_FALSE(Accept(draft).ok());
  intake::v1::Correction drop;
  drop.set_element_id("n1");
  drop.mutable_drop();
  EXPECT_TRUE(FailsWith(Correct(draft, drop), grpc::FAILED_PRECONDITION, "ACCEPTANCE_BEGUN"));
}

// The officer's own time is over then; what certainly was not written is given back all the same.
TEST_F(BegunAcceptanceTest, WhatALateAcceptanceDidNotComeToIsCorrected) {
  const std::string draft = Parse(ReportText()).name();
  Before("catalogue.contributions", "PERFORM pg_sleep(20)");
  client_.Timeout(std::chrono::seconds(4));
  EXPECT_EQ(Accept(draft).code(), grpc::DEADLINE_EXCEEDED);
  client_.Timeout(std::chrono::seconds(20));
  const intake::v1::ParsedTarget target = TheTarget(draft);
  const absl::Time give_up = absl::Now() + absl::Seconds(10);
  auto corrected = Retext(draft, target);
  while (!corrected.ok() && absl::Now() < give_up) {
    absl::SleepFor(absl::Milliseconds(100));
    corrected = Retext(draft, target);
  }
  EXPECT_TRUE(IsOk(corrected));
  EXPECT_TRUE(FailsWith(Retitle(draft), grpc::FAILED_PRECONDITION, "ACCEPTANCE_BEGUN"));
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
  const auto refused = Accept(later);
  EXPECT_TRUE(FailsWith(refused, grpc::FAILED_PRECONDITION, "OTHER_READING_BEGUN"));
  EXPECT_THAT(refused.localized().message(), HasSubstr(first));
  ASSERT_TRUE(IsOk(Accept(first)));
  ASSERT_TRUE(IsOk(Accept(later)));
  EXPECT_THAT(ActivityTitles(), SizeIs(16));
}

// Neither would ever be finished if both had begun and waited for each other.
TEST_F(BegunAcceptanceTest, OneOfTwoReadingsThatAreAcceptedAtOnceBegins) {
  const std::string first = Parse(ReportText()).name();
  const std::string later = Parse(ReportText() + "\nEen regel die er nog niet stond.\n").name();
  Break("catalogue.frameworks", kUnknownOutcome);
  // Holds both where they have looked for each other and are about to begin.
  SqlSession gate(suite_.database().Superuser());
  gate.Query("BEGIN");
  gate.Query("SELECT FROM intake.change_heads FOR UPDATE");
  Answer<intake::v1::AcceptDraftResponse> one;
  Answer<intake::v1::AcceptDraftResponse> two;
  std::thread first_officer([&] { one = Accept(first); });
  std::thread second_officer([&] { two = Accept(later); });
  SqlSession watch(suite_.database().Superuser());
  const absl::Time give_up = absl::Now() + absl::Seconds(10);
  const auto waiting = [&] {
    return watch.Value(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
  };
  while (waiting() != "2" && absl::Now() < give_up) absl::SleepFor(absl::Milliseconds(10));
  EXPECT_EQ(waiting(), "2");
  gate.Query("COMMIT");
  first_officer.join();
  second_officer.join();
  EXPECT_FALSE(one.ok());
  EXPECT_FALSE(two.ok());
  EXPECT_NE(one.reason() == "OTHER_READING_BEGUN", two.reason() == "OTHER_READING_BEGUN");
  Mend();
  const bool first_began = Accept(first).ok();
  EXPECT_TRUE(IsOk(Accept(later)));
  EXPECT_TRUE(first_began || IsOk(Accept(first)));
}

// Of drafts that both began before that was checked each can be finished.
TEST_F(BegunAcceptanceTest, WhatHasBegunItselfDoesNotWait) {
  const std::string first = Parse(ReportText()).name();
  Break("catalogue.contributions", kUnknownOutcome);
  EXPECT_FALSE(Accept(first).ok());
  Mend();
  const std::string later = Parse(ReportText() + "\nEen regel die er nog niet stond.\n").name();
  SqlSession(suite_.database().Superuser())
      .Query(absl::StrCat("INSERT INTO intake.begun_elements (owner_id, draft_id, element_id) VALUES ('", kReporter,
                          "', '", later.substr(later.rfind('/') + 1), "', 'source')"));
  EXPECT_TRUE(IsOk(Accept(first)));
  EXPECT_TRUE(IsOk(Accept(later)));
}

}  // namespace
}  // namespace regiokompas::test
