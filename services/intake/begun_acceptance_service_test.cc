// Acceptances that break off halfway: what they may have written is not corrected until they are finished, the rest is.
// Over gRPC against a running suite, in which a table of another service takes nothing for a while.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "regiokompas/intake/v1/intake_service.grpc.pb.h"
#include "services/intake/intake_office_service_test.h"
#include "tests/support/builders.h"
#include "tests/support/client.h"
#include "tests/support/sql.h"
#include "tests/support/test_suite.h"

namespace regiokompas::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::SizeIs;
using Catalogue = catalogue::v1::CatalogueService::Stub;
using Indicators = indicator::v1::IndicatorService::Stub;

constexpr char kTarget[] = "minimaal 945 van de 1000 inwoners";
constexpr int kTargets = 15;  // in the report

std::string ReportText() { return FileText(kReport); }

class BegunAcceptanceTest : public testing::Test {
 protected:
  BegunAcceptanceTest() : office_(suite_, kReporter), client_(office_.client()) {}

  intake::v1::Draft Parse(const std::string& content) { return office_.Parse(content); }

  intake::v1::Draft Get(const std::string& draft) { return office_.Get(draft); }

  Answer<intake::v1::AcceptDraftResponse> Accept(const std::string& draft,
                                                 const std::vector<std::string>& elements = {}) {
    return office_.AcceptNow(draft, elements);
  }

  Answer<intake::v1::Draft> Correct(const std::string& draft, const intake::v1::Correction& correction) {
    return office_.Correct(draft, correction);
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

  // Returns when so many statements wait for a lock; fails when they do not come to that.
  void AwaitWaiting(int count) {
    AwaitCount(count, "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", "*");
  }

  // The same for the acceptances that have begun.
  void AwaitBegun(int count) { AwaitCount(count, "intake.begun_elements", "DISTINCT acceptance_id"); }

  void AwaitCount(int count, const std::string& from, const std::string& counted) {
    SqlSession watch(suite_.database().Superuser());
    const absl::Time give_up = absl::Now() + absl::Seconds(10);
    const auto found = [&] { return watch.Value(absl::StrCat("SELECT count(", counted, ") FROM ", from)); };
    while (found() != std::to_string(count) && absl::Now() < give_up) absl::SleepFor(absl::Milliseconds(10));
    EXPECT_EQ(found(), std::to_string(count));
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

  // What the latest version of a framework holds.
  std::vector<std::string> AdoptedActivities(const std::string& framework) {
    catalogue::v1::GetFrameworkRequest get;
    get.set_name(framework);
    const std::string latest = client_.Call(&Catalogue::GetFramework, get).value.latest_version();
    catalogue::v1::StreamFrameworkRequest request;
    request.set_name(framework);
    request.set_version_id(latest.substr(latest.rfind('/') + 1));
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + suite_.Officer(kReporter));
    const auto reader = Catalogue(suite_.channel()).StreamFramework(&context, request);
    std::vector<std::string> titles;
    for (catalogue::v1::StreamFrameworkResponse element; reader->Read(&element);) {
      if (element.has_activity()) titles.push_back(element.activity().display_name());
    }
    EXPECT_TRUE(reader->Finish().ok());
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
  IntakeOffice office_;
  Client& client_;
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
  AwaitWaiting(2);
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

// Each writes what its own officer chose, and neither is refused for what the other did.
TEST_F(BegunAcceptanceTest, TwoOfficersWhoAcceptPartsAtOnceBothFinish) {
  const std::string draft = Parse(ReportText()).name();
  Before("catalogue.contributions", "PERFORM pg_advisory_xact_lock(1)");
  SqlSession gate(suite_.database().Superuser());
  gate.Query("SELECT pg_advisory_lock(1)");
  Answer<intake::v1::AcceptDraftResponse> one;
  Answer<intake::v1::AcceptDraftResponse> two;
  std::thread first_officer([&] { one = Accept(draft, {"a1"}); });
  AwaitWaiting(1);
  std::thread second_officer([&] { two = Accept(draft, {"a2"}); });
  AwaitWaiting(2);
  gate.Query("SELECT pg_advisory_unlock(1)");
  first_officer.join();
  second_officer.join();
  EXPECT_TRUE(IsOk(one));
  EXPECT_TRUE(IsOk(two));
  Mend();
  const intake::v1::Draft after = Get(draft);
  EXPECT_EQ(after.state(), intake::v1::DRAFT_STATE_PARTLY_ACCEPTED);
  EXPECT_THAT(after.accepted_element_ids(), IsSupersetOf({"a1", "a2"}));
  EXPECT_THAT(after.begun_element_ids(), IsEmpty());
  EXPECT_THAT(ActivityTitles(), SizeIs(2));
  EXPECT_THAT(AdoptedActivities(after.frameworks(0)), SizeIs(2));
  ASSERT_TRUE(IsOk(Accept(draft)));
  EXPECT_THAT(ActivityTitles(), SizeIs(16));
}

// Each sees what the other adds, and neither knows that the other will not leave it alone.
TEST_F(BegunAcceptanceTest, WhatTwoOfficersAddToAVersionAtOnceIsAdopted) {
  const std::string draft = Parse(ReportText()).name();
  ASSERT_TRUE(IsOk(Accept(draft, {"a3"})));
  Before("progress.reports", "PERFORM pg_advisory_xact_lock(1)");
  SqlSession gate(suite_.database().Superuser());
  gate.Query("SELECT pg_advisory_lock(1)");
  gate.Query("BEGIN");
  gate.Query("SELECT FROM intake.change_heads FOR UPDATE");
  Answer<intake::v1::AcceptDraftResponse> one;
  Answer<intake::v1::AcceptDraftResponse> two;
  std::thread first_officer([&] { one = Accept(draft, {"a1"}); });
  std::thread second_officer([&] { two = Accept(draft, {"a2"}); });
  AwaitWaiting(2);
  gate.Query("COMMIT");
  // Both have written into the catalogue before either of them adopts.
  AwaitBegun(2);
  AwaitWaiting(2);
  gate.Query("SELECT pg_advisory_unlock(1)");
  first_officer.join();
  second_officer.join();
  EXPECT_TRUE(IsOk(one));
  EXPECT_TRUE(IsOk(two));
  EXPECT_THAT(AdoptedActivities(Get(draft).frameworks(0)), SizeIs(3));
}

// It would be written by the one and answered for by the other.
TEST_F(BegunAcceptanceTest, WhichActivityItIsIsNotSaidWhileItIsWritten) {
  const std::string draft = Parse(ReportText()).name();
  SqlSession sql(suite_.database().Superuser());
  // As a replica of the release before writes it, which does not say when its time is over.
  sql.Query(absl::StrCat("INSERT INTO intake.begun_elements (owner_id, draft_id, element_id) VALUES ('", kReporter,
                         "', '", draft.substr(draft.rfind('/') + 1), "', 'a1')"));
  intake::v1::Correction match;
  match.set_element_id("a1");
  match.mutable_not_known();
  EXPECT_TRUE(FailsWith(Correct(draft, match), grpc::FAILED_PRECONDITION, "ACCEPTANCE_BEGUN"));
  sql.Query("UPDATE intake.begun_elements SET deadline = '-infinity'");
  EXPECT_TRUE(IsOk(Correct(draft, match)));
}

// Else a correction that nobody wrote would be told to be accepted.
TEST_F(BegunAcceptanceTest, WhatWasCorrectedMeanwhileIsNotCalledAccepted) {
  const std::string draft = Parse(ReportText()).name();
  Before("catalogue.contributions", "PERFORM pg_advisory_xact_lock(1)");
  SqlSession gate(suite_.database().Superuser());
  gate.Query("SELECT pg_advisory_lock(1)");
  Answer<intake::v1::AcceptDraftResponse> answer;
  std::thread officer([&] { answer = Accept(draft, {"a1"}); });
  AwaitWaiting(1);
  gate.Query("DELETE FROM intake.begun_elements");
  EXPECT_TRUE(IsOk(Retitle(draft)));
  gate.Query("SELECT pg_advisory_unlock(1)");
  officer.join();
  EXPECT_TRUE(FailsWith(answer, grpc::ABORTED, "ETAG_MISMATCH"));
  EXPECT_THAT(Get(draft).accepted_element_ids(), IsEmpty());
}

TEST_F(BegunAcceptanceTest, ItsTimeIsOverAMinuteAfterThatOfItsCall) {
  const std::string draft = Parse(ReportText()).name();
  Before("catalogue.contributions", "PERFORM pg_advisory_xact_lock(1)");
  SqlSession gate(suite_.database().Superuser());
  gate.Query("SELECT pg_advisory_lock(1)");
  client_.Timeout(std::chrono::minutes(2));
  std::thread officer([&] { EXPECT_TRUE(IsOk(Accept(draft, {"a1"}))); });
  AwaitWaiting(1);
  const Rows deadlines = gate.Query(
      "SELECT count(*), bool_and(deadline BETWEEN now() + interval '1 minute' AND now() + "
      "interval '3 minutes') FROM intake.begun_elements");
  EXPECT_NE(deadlines[0][0], "0");
  EXPECT_EQ(deadlines[0][1], "t");
  gate.Query("SELECT pg_advisory_unlock(1)");
  officer.join();
}

// A client that heard nothing says the same again, and hears what came of it.
TEST_F(BegunAcceptanceTest, TheSameCallMadeAgainWhileItRunsHasTheSameAnswer) {
  const intake::v1::Draft draft = Parse(ReportText());
  intake::v1::AcceptDraftRequest request;
  request.set_name(draft.name());
  request.set_etag(draft.etag());
  request.set_request_id(NewRequestId());
  Answer<intake::v1::AcceptDraftResponse> one;
  Answer<intake::v1::AcceptDraftResponse> two;
  // The first is held where it would note that it has finished, and the second where it has not begun.
  Before("intake.accepted_elements", "PERFORM pg_advisory_xact_lock(1)");
  SqlSession finish(suite_.database().Superuser());
  finish.Query("SELECT pg_advisory_lock(1)");
  std::thread first_call([&] { one = client_.Call(&IntakeOffice::Intake::AcceptDraft, request); });
  AwaitWaiting(1);
  SqlSession begin(suite_.database().Superuser());
  begin.Query("BEGIN");
  begin.Query("LOCK TABLE progress.mappings");
  std::thread second_call([&] { two = client_.Call(&IntakeOffice::Intake::AcceptDraft, request); });
  AwaitWaiting(2);
  finish.Query("SELECT pg_advisory_unlock(1)");
  first_call.join();
  begin.Query("COMMIT");
  second_call.join();
  ASSERT_TRUE(IsOk(one));
  ASSERT_TRUE(IsOk(two));
  EXPECT_EQ(two.value.DebugString(), one.value.DebugString());
  EXPECT_THAT(Get(draft.name()).begun_element_ids(), IsEmpty());
}

// It would be made twice: once as it was read, and once as it is corrected.
TEST_F(BegunAcceptanceTest, WhatAnotherAcceptanceMayBeWritingStaysFixed) {
  const std::string draft = Parse(ReportText()).name();
  // It is in the first batch, which is refused.
  const intake::v1::ParsedTarget target = Get(draft).parsed().targets(0);
  Break("indicator.targets", kRefusal);
  SqlSession sql(suite_.database().Superuser());
  sql.Query(absl::StrCat(
      "INSERT INTO intake.begun_elements (owner_id, draft_id, acceptance_id, element_id, deadline) VALUES ('",
      kReporter, "', '", draft.substr(draft.rfind('/') + 1), "', 'another', '", target.id(), "', 'infinity')"));
  EXPECT_TRUE(FailsWith(Accept(draft), grpc::FAILED_PRECONDITION, "REFERENCE_MISSING"));
  EXPECT_TRUE(FailsWith(Retext(draft, target), grpc::FAILED_PRECONDITION, "ACCEPTANCE_BEGUN"));

  // Nobody could put it right when the other one died.
  sql.Query("UPDATE intake.begun_elements SET deadline = '-infinity'");
  EXPECT_TRUE(FailsWith(Accept(draft), grpc::FAILED_PRECONDITION, "REFERENCE_MISSING"));
  EXPECT_TRUE(IsOk(Retext(draft, target)));
}

// The name of the first activity is taken for good, so that all of the batch are written one by one.
TEST_F(BegunAcceptanceTest, WhatIsRefusedBesideATakenNameIsCorrected) {
  const intake::v1::Draft draft = Get(Parse(ReportText()).name());
  TestSuite other;
  const IntakeOffice elsewhere(other, kReporter);
  ASSERT_TRUE(IsOk(elsewhere.Accept(elsewhere.Parse(ReportText()))));
  catalogue::v1::ListActivitiesRequest list;
  list.set_parent(OwnerName(kReporter));
  std::string first;
  const auto made = elsewhere.client().Call(&Catalogue::ListActivities, list);
  for (const auto& activity : made.value.activities()) {
    if (activity.provenance().element_id() == "a1") first = activity.name();
  }
  ASSERT_NE(first, "");
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::CreateActivity,
                                CreateActivity(OwnerName(kReporter), first.substr(first.rfind('/') + 1)))));
  catalogue::v1::DeleteActivityRequest drop_made;
  drop_made.set_name(first);
  drop_made.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::DeleteActivity, drop_made)));

  Before("catalogue.activities",
         absl::StrCat("IF NEW.body->>'displayName' = '", draft.parsed().activities(2).title(),
                      "' THEN RAISE EXCEPTION 'broken' USING ERRCODE = '", kRefusal, "'; END IF"));
  EXPECT_TRUE(FailsWith(Accept(draft.name()), grpc::FAILED_PRECONDITION, "REFERENCE_MISSING"));
  EXPECT_THAT(ActivityTitles(), Contains(draft.parsed().activities(1).title()));
  EXPECT_THAT(Get(draft.name()).begun_element_ids(), Contains("a2"));
  EXPECT_THAT(Get(draft.name()).begun_element_ids(), Not(Contains("a3")));
  intake::v1::Correction drop;
  drop.set_element_id("a3");
  drop.mutable_drop();
  ASSERT_TRUE(IsOk(Correct(draft.name(), drop)));
  Mend();
  ASSERT_TRUE(IsOk(Accept(draft.name())));
  EXPECT_THAT(ActivityTitles(), SizeIs(15));
}

TEST_F(BegunAcceptanceTest, ADraftShowsWhatHasBegun) {
  const std::string draft = Parse(ReportText()).name();
  EXPECT_THAT(Get(draft).begun_element_ids(), IsEmpty());
  Break("catalogue.contributions", kUnknownOutcome);
  EXPECT_FALSE(Accept(draft, {"a1"}).ok());
  EXPECT_THAT(Get(draft).begun_element_ids(), IsSupersetOf({"a1", "source"}));
  EXPECT_THAT(Get(draft).begun_element_ids(), Not(Contains("a2")));
  Mend();
  ASSERT_TRUE(IsOk(Accept(draft)));
  EXPECT_THAT(Get(draft).begun_element_ids(), IsEmpty());
}

}  // namespace
}  // namespace regiokompas::test
