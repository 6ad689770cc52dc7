// Intake dies between the commit of a write of an acceptance and the moment that it hears of it, once for every write.
// Repeating the call, or importing again, brings the state of an undisturbed import.
#include <gmock/gmock.h>

#include <iostream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "regiokompas/intake/v1/intake_service.grpc.pb.h"
#include "tests/resilience/deployment.h"
#include "tests/resilience/region.h"
#include "tests/resilience/state_reader.h"
#include "tests/support/builders.h"
#include "tests/support/sql.h"

namespace regiokompas::test {
namespace {

using intake::v1::IntakeService;
using ::testing::IsSupersetOf;

// Small, and yet with something for every kind of write.
constexpr char kDocument[] = R"(5. Meedoen in de buurt - 1e voortgangsrapportage 2026

Wat doen we?

Naam activiteit

Jaar realisatie

Status 2025

Status 1e VGR

5.1.1 Buurthuizen open op zondag

2026

Op schema

Op schema

5.2.1 Taallessen op het werk

2026 t/m 2027

Op schema

Vertraagd

5.2 Taal

5.2.1 Taallessen op het werk

Jaar realisatie

2026 t/m 2027

Vier bedrijven bieden hun medewerkers les aan onder werktijd.

Stand van zaken

Status 2025

Status 1e VGR

Op schema

Vertraagd

Twee van de vier bedrijven zijn begonnen; 31 mensen volgen les.

Voorstel raad

De lessen kosten € 12.500 per jaar.

Beleidsdoelstellingen

De doelstellingen komen uit de nota Meedoen.

5.1 Ontmoeten

Doelstelling

 -

In 2027 kent minimaal 75% van de inwoners iemand in de eigen straat.

Stand van zaken

In 2025 was dit 68%.
)";

// Holds the commit of one write, counted over all services, and lets it go again.
class CommitGate {
 public:
  explicit CommitGate(const Deployment& deployment) : sql_(deployment.Superuser()) {
    // A deferred trigger runs within the commit, when the service can not take the write back any more.
    sql_.Query(
        "CREATE SCHEMA gate; CREATE SEQUENCE gate.writes; CREATE TABLE gate.held AS SELECT 0::bigint AS write; "
        "CREATE FUNCTION gate.pass() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN "
        "IF nextval('gate.writes') = (SELECT write FROM gate.held) THEN PERFORM pg_advisory_xact_lock(1); END IF; "
        "RETURN NULL; END $$");
    for (const char* service : kServices) {
      sql_.Query(absl::StrCat("CREATE CONSTRAINT TRIGGER gate AFTER INSERT ON ", service,
                              ".request_ids DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gate.pass()"));
    }
    sql_.Query("SELECT pg_advisory_lock(1)");
  }

  // Counts from 1 again and holds that write; 0 holds none.
  void Hold(int write) {
    sql_.Query(absl::StrCat("SELECT setval('gate.writes', 1, false); UPDATE gate.held SET write = ", write));
  }

  int writes() { return std::stoi(sql_.Value("SELECT last_value - (NOT is_called)::int FROM gate.writes")); }

  // Returns when the write stands before its commit; false when it does not come.
  bool Await() {
    const absl::Time give_up = absl::Now() + absl::Seconds(20);
    while (sql_.Value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == "0") {
      if (absl::Now() > give_up) return false;
      absl::SleepFor(absl::Milliseconds(1));
    }
    return true;
  }

  // Returns when the write is committed.
  void Release() { sql_.Query("SELECT pg_advisory_unlock(1); SELECT pg_advisory_lock(1)"); }

 private:
  SqlSession sql_;
};

// Reading the document in and accepting what was read, as a client does: the same calls when it is repeated.
class Import {
 public:
  Import() {
    parse_.set_parent(OwnerName(kOwner));
    parse_.set_content(kDocument);
    parse_.set_file_name("voortgang.txt");
    parse_.set_municipality(kOwner);
    parse_.set_request_id(NewRequestId());
    accept_id_ = NewRequestId();
  }

  Outcome Run(const Client& client) const {
    const auto draft = client.Call(&IntakeService::Stub::ParseDocument, parse_);
    if (!draft.ok()) return draft;
    intake::v1::AcceptDraftRequest accept = AcceptDemo(draft.value);
    accept.set_request_id(accept_id_);
    return client.Call(&IntakeService::Stub::AcceptDraft, accept);
  }

 private:
  intake::v1::ParseDocumentRequest parse_;
  std::string accept_id_;
};

class IntakeKillTest : public testing::Test {
 protected:
  IntakeKillTest()
      : deployment_(Deployment::Processes::kOnePerService),
        sql_(deployment_.Superuser()),
        token_(deployment_.Token({absl::StrCat(kOwner, "=policy_officer")})) {
    deployment_.StartServices();
  }

  // A connection of its own: one that has seen intake die waits before it tries again.
  Client ClientOfIntake() { return {deployment_.ChannelTo("intake"), token_}; }

  // How many changes each service has written, and how many versions of resources.
  std::vector<std::string> Written() {
    std::vector<std::string> counts;
    for (const char* service : kServices) {
      for (const char* table : {"changes", "history"}) {
        const std::string name = absl::StrCat(service, ".", table);
        counts.push_back(absl::StrCat(name, " ", sql_.Value("SELECT count(*) FROM " + name)));
      }
    }
    return counts;
  }

  // The last parts of the names of the methods that have written.
  std::vector<std::string> Methods() {
    std::vector<std::string> methods;
    for (const char* service : kServices) {
      for (const auto& row :
           sql_.Query(absl::StrCat("SELECT DISTINCT substring(method FROM '[^/]*$') FROM ", service, ".request_ids"))) {
        methods.push_back(row[0]);
      }
    }
    return methods;
  }

  // Kills intake at every write of an import, and lets `finish` bring each import to its end.
  template <typename Finish>
  void KillAtEveryWrite(Finish finish) {
    const absl::Time start = absl::Now();
    CommitGate gate(deployment_);
    gate.Hold(0);
    ASSERT_TRUE(IsOk(Import().Run(ClientOfIntake())));
    const int writes = gate.writes();
    ASSERT_THAT(Methods(),
                IsSupersetOf({"ParseDocument", "CreateFramework", "BatchCreateSections", "BatchCreateGoals",
                              "BatchCreateActivities", "BatchCreateContributions", "AdoptFramework",
                              "CreateStatusMapping", "CreateReportingCycle", "BatchCreateStatusReports",
                              "BatchCreateIndicators", "BatchCreateTargets", "BatchCreateMeasurements", "AcceptDraft"}))
        << "the document has something for every kind of write";
    const std::vector<std::string> wanted = StateReader(deployment_, token_).Read();
    const std::vector<std::string> wanted_counts = Written();

    for (int write = 1; write <= writes; ++write) {
      SCOPED_TRACE(absl::StrCat("killed at write ", write, " of ", writes));
      Empty(sql_);
      const Import import;
      gate.Hold(write);
      Outcome killed;
      std::thread officer([&import, &killed, client = ClientOfIntake()] { killed = import.Run(client); });
      const bool held = gate.Await();
      deployment_.KillService("intake");
      officer.join();
      ASSERT_TRUE(held) << "the write does not come";
      gate.Release();
      ASSERT_EQ(killed.code(), grpc::UNAVAILABLE) << killed;
      ASSERT_EQ(gate.writes(), write) << "intake went on after it was killed";
      deployment_.StartService("intake");
      ASSERT_TRUE(IsOk(finish(import, ClientOfIntake())));
      EXPECT_EQ(StateReader(deployment_, token_).Read(), wanted);
      EXPECT_EQ(Written(), wanted_counts) << "something was written twice, or not at all";
    }
    std::cout << "killed intake at each of its " << writes << " writes, in "
              << absl::FormatDuration(absl::Trunc(absl::Now() - start, absl::Milliseconds(100))) << "\n";
  }

  Deployment deployment_;
  SqlSession sql_;
  const std::string token_;
};

TEST_F(IntakeKillTest, TheSameCallsAgainEndWhereAnUndisturbedImportDoes) {
  KillAtEveryWrite([](const Import& import, const Client& client) { return import.Run(client); });
}

// What it was about was stored before its first write.
TEST_F(IntakeKillTest, WhatMayBeWrittenIsNotCorrectedAfterItsDeath) {
  CommitGate gate(deployment_);
  gate.Hold(4);
  const Import import;
  std::thread officer([&import, client = ClientOfIntake()] { import.Run(client); });
  const bool held = gate.Await();
  deployment_.KillService("intake");
  officer.join();
  ASSERT_TRUE(held);
  gate.Release();
  deployment_.StartService("intake");

  const Client client = ClientOfIntake();
  intake::v1::ListDraftsRequest list;
  list.set_parent(OwnerName(kOwner));
  const auto drafts = client.Call(&IntakeService::Stub::ListDrafts, list);
  ASSERT_TRUE(IsOk(drafts));
  ASSERT_EQ(drafts.value.drafts_size(), 1);
  intake::v1::CorrectDraftRequest correct;
  correct.set_name(drafts.value.drafts(0).name());
  correct.set_etag(drafts.value.drafts(0).etag());
  correct.set_request_id(NewRequestId());
  correct.add_corrections()->set_element_id("a1");
  correct.mutable_corrections(0)->mutable_drop();
  EXPECT_TRUE(FailsWith(client.Call(&IntakeService::Stub::CorrectDraft, correct), grpc::FAILED_PRECONDITION,
                        "ACCEPTANCE_BEGUN"));
  gate.Hold(0);
  ASSERT_TRUE(IsOk(import.Run(client)));
  const auto accepted = client.Call(&IntakeService::Stub::ListDrafts, list);
  ASSERT_TRUE(IsOk(accepted));
  ASSERT_EQ(accepted.value.drafts_size(), 1);
  correct.set_etag(accepted.value.drafts(0).etag());
  EXPECT_TRUE(FailsWith(client.Call(&IntakeService::Stub::CorrectDraft, correct), grpc::FAILED_PRECONDITION,
                        "ELEMENT_ACCEPTED"));
}

TEST_F(IntakeKillTest, ImportingAnewEndsWhereAnUndisturbedImportDoes) {
  KillAtEveryWrite([](const Import&, const Client& client) { return Import().Run(client); });
}

}  // namespace
}  // namespace regiokompas::test
