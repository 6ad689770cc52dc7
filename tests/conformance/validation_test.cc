#include <functional>

#include "tests/conformance/conformance.h"

namespace regiokompas::test {
namespace {

using testing::ElementsAre;

class ValidationTest : public ConformanceTest {
 protected:
  Answer<catalogue::v1::Framework> Create(const catalogue::v1::CreateFrameworkRequest& request) {
    return client_.Call(&Catalogue::CreateFramework, request);
  }

  // The violations of a framework that was changed in one way.
  std::set<std::string> Violations(const std::function<void(catalogue::v1::Framework&)>& change) {
    auto request = CreateFramework("owners/GM0677", "beleidskader-1");
    change(*request.mutable_framework());
    const auto answer = Create(request);
    EXPECT_TRUE(FailsWith(answer, grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
    return answer.violations();
  }

  std::set<std::string> ActivityViolations(const std::function<void(catalogue::v1::Activity&)>& change) {
    auto request = CreateActivity("owners/GM0677", "activiteit-1");
    change(*request.mutable_activity());
    const auto answer = client_.Call(&Catalogue::CreateActivity, request);
    EXPECT_TRUE(FailsWith(answer, grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
    return answer.violations();
  }
};

TEST_F(ValidationTest, AllViolationsComeAtOnceWithDutchTexts) {
  catalogue::v1::CreateFrameworkRequest request;
  request.set_parent("owners/GM0677");
  request.set_framework_id("beleidskader-1");
  request.set_request_id("geen-uuid");
  request.mutable_framework()->set_valid_from_date("2026-02-30");
  request.mutable_framework()->set_text(std::string("a\0b", 3));
  const auto answer = Create(request);
  ASSERT_TRUE(FailsWith(answer, grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
  EXPECT_THAT(answer.violations(),
              ElementsAre("framework.display_name REQUIRED", "framework.kind REQUIRED", "framework.text NUL_BYTE",
                          "framework.valid_from_date BAD_DATE", "request_id BAD_UUID"));
  std::map<std::string, std::string> dutch;
  const google::rpc::BadRequest bad = answer.bad_request();
  for (const auto& violation : bad.field_violations()) {
    EXPECT_EQ(violation.localized_message().locale(), "nl");
    dutch[violation.field()] = violation.localized_message().message();
  }
  EXPECT_EQ(dutch["framework.display_name"], "framework.display_name is verplicht");
  EXPECT_EQ(dutch["framework.valid_from_date"], "framework.valid_from_date moet een bestaande datum zijn: JJJJ-MM-DD");
  EXPECT_EQ(answer.error_info().metadata().at("count"), "5");
  EXPECT_THAT(answer.localized().message(), testing::StartsWith("De aanvraag voldoet niet aan 5 regel(s): "));
}

TEST_F(ValidationTest, ManyViolationsStillFitIntoTheTrailers) {
  auto request = BatchOfActivities("owners/GM0677", 1, 100);
  for (auto& item : *request.mutable_requests()) item.mutable_activity()->clear_display_name();
  const auto answer = client_.Call(&Catalogue::BatchCreateActivities, request);
  ASSERT_TRUE(FailsWith(answer, grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
  EXPECT_EQ(answer.error_info().metadata().at("count"), "100");
  EXPECT_GE(answer.violations().size(), 5u);
  EXPECT_LE(answer.violations().size(), 20u);
}

TEST_F(ValidationTest, Ids) {
  for (const std::string id : {"a", "-a", "a-", "Aa", "a_b", "1a", "a b", "a/b", "é-a"}) {
    const auto answer = Create(CreateFramework("owners/GM0677", id));
    EXPECT_TRUE(FailsWith(answer, grpc::INVALID_ARGUMENT, "INVALID_REQUEST")) << id;
    EXPECT_THAT(answer.violations(), ElementsAre("framework_id BAD_ID")) << id;
  }
  EXPECT_THAT(Create(CreateFramework("owners/GM0677", "")).violations(), ElementsAre("framework_id REQUIRED"));
  EXPECT_THAT(Create(CreateFramework("owners/GM0677", std::string(64, 'a'))).violations(),
              ElementsAre("framework_id TOO_LONG"));
  for (const std::string& id : {std::string("aa"), std::string("a1"), std::string(63, 'a'), std::string("a-b-2026")}) {
    EXPECT_TRUE(IsOk(Create(CreateFramework("owners/GM0677", id)))) << id;
  }
}

TEST_F(ValidationTest, Names) {
  for (const std::string name :
       {"GM0677", "owners/GM0677", "owners/GM0677/frameworks/", "owners/GM0677/frameworks/A1",
        "owners/GM0677/activities/a1", "owners/GM0677/frameworks/a1/goals/b1", "/owners/GM0677/frameworks/a1",
        "owners/GM0677/frameworks/-", "owners/GM067/frameworks/a1", "owners/GM0677/frameworks/%"}) {
    const auto answer = GetFramework(name);
    EXPECT_TRUE(FailsWith(answer, grpc::INVALID_ARGUMENT, "INVALID_REQUEST")) << name;
    EXPECT_THAT(answer.violations(), ElementsAre("name BAD_NAME")) << name;
  }
  EXPECT_THAT(GetFramework("").violations(), ElementsAre("name REQUIRED"));
  for (const std::string parent : {"owners", "owners/XX0001", "owners/-", "owners/GM0677/frameworks/a1"}) {
    EXPECT_THAT(Create(CreateFramework(parent, "beleidskader-1")).violations(), ElementsAre("parent BAD_NAME"))
        << parent;
  }
}

TEST_F(ValidationTest, AWildcardIsForListsOnly) {
  EXPECT_THAT(client_.Call(&Catalogue::CreateGoal, CreateGoal("owners/GM0677/frameworks/-", "doel-1")).violations(),
              ElementsAre("parent BAD_NAME"));
}

TEST_F(ValidationTest, Texts) {
  EXPECT_THAT(Violations([](auto& f) { f.set_display_name(std::string("\0", 1)); }),
              ElementsAre("framework.display_name NUL_BYTE"));
  EXPECT_THAT(Violations([](auto& f) { f.set_display_name(std::string(65'537, 'x')); }),
              ElementsAre("framework.display_name TOO_LONG"));
  EXPECT_THAT(Violations([](auto& f) { f.set_code(std::string(101, 'x')); }), ElementsAre("framework.code TOO_LONG"));
  EXPECT_THAT(Violations([](auto& f) { f.set_text(std::string((1 << 20) + 1, 'x')); }),
              ElementsAre("framework.text TOO_LONG"));
  EXPECT_THAT(ActivityViolations([](auto& a) { a.mutable_aspects(0)->set_plan(std::string("x\0y", 3)); }),
              ElementsAre("activity.aspects[0].plan NUL_BYTE"));
  EXPECT_THAT(ActivityViolations([](auto& a) { a.add_task_fields(std::string("6.\0", 3)); }),
              ElementsAre("activity.task_fields[1] NUL_BYTE"));
}

TEST_F(ValidationTest, TheLongestTextsAreKeptWhole) {
  std::string text = "\\ \" ' $1 {x} %s \t\n\x7f é € 😀 ";
  while (text.size() < (1 << 20)) text += 'x';
  text.resize(1 << 20);
  auto request = CreateFramework("owners/GM0677", "beleidskader-1");
  request.mutable_framework()->set_text(text);
  request.mutable_framework()->set_display_name(text.substr(0, 65'536));
  ASSERT_TRUE(IsOk(Create(request)));
  const auto got = GetFramework("owners/GM0677/frameworks/beleidskader-1");
  ASSERT_TRUE(IsOk(got));
  EXPECT_TRUE(got.value.text() == text);
  EXPECT_TRUE(got.value.display_name() == text.substr(0, 65'536));
}

TEST_F(ValidationTest, Dates) {
  for (const std::string date : {"2026-02-29", "2026-13-01", "2026-1-1", "15-01-2026", "2026-01-15T00:00:00Z",
                                 "0999-01-01", "26-01-15", "2026/01/15", " 2026-01-15"}) {
    EXPECT_THAT(Violations([&](auto& f) { f.set_adoption_date(date); }),
                ElementsAre("framework.adoption_date BAD_DATE"))
        << date;
  }
  auto request = CreateFramework("owners/GM0677", "beleidskader-1");
  request.mutable_framework()->set_adoption_date("2024-02-29");
  EXPECT_TRUE(IsOk(Create(request)));
}

TEST_F(ValidationTest, ValuesOutsideTheList) {
  EXPECT_THAT(Violations([](auto& f) { f.set_kind(static_cast<catalogue::v1::FrameworkKind>(99)); }),
              ElementsAre("framework.kind UNKNOWN_VALUE"));
  EXPECT_THAT(ActivityViolations([](auto& a) { a.mutable_aspects(0)->clear_kind(); }),
              ElementsAre("activity.aspects[0].kind REQUIRED"));
  EXPECT_THAT(ActivityViolations([](auto& a) { a.mutable_budget_lines(0)->clear_amount_cents(); }),
              ElementsAre("activity.budget_lines[0].amount_cents REQUIRED"));
}

TEST_F(ValidationTest, ListsAreBounded) {
  EXPECT_THAT(Violations([](auto& f) {
                for (int i = 0; i < 101; ++i) f.add_fiscal_years(2026);
              }),
              ElementsAre("framework.fiscal_years TOO_MANY"));
}

TEST_F(ValidationTest, ReferencesStayWithTheirOwner) {
  const std::string framework = MakeFramework().name();
  auto goal = CreateGoal(framework, "doel-1");
  goal.mutable_goal()->set_parent_goal("owners/GM0299/frameworks/beleidskader-1/goals/doel-1");
  EXPECT_THAT(client_.Call(&Catalogue::CreateGoal, goal).violations(), ElementsAre("goal.parent_goal FOREIGN_OWNER"));

  EXPECT_THAT(Violations([](auto& f) { f.mutable_provenance()->set_document("owners/GM0299/documents/nota"); }),
              ElementsAre("framework.provenance.document FOREIGN_OWNER"));

  catalogue::v1::Framework other = AFramework();
  other.set_name("owners/GM0299/frameworks/beleidskader-1");
  EXPECT_THAT(Violations([&](auto& f) { f = other; }), ElementsAre("framework.name FOREIGN_OWNER"));

  auto report = BatchOfReports("owners/GM0677/cycles/vgr-1", {AReport("owners/GM0299/activities/activiteit-1")});
  EXPECT_THAT(client_.Call(&Progress::BatchCreateStatusReports, report).violations(),
              ElementsAre("requests[0].status_report.subject FOREIGN_OWNER"));
}

TEST_F(ValidationTest, AReferenceWithoutAnOwnerIsAllowed) {
  auto request = CreateActivity("owners/GM0677", "activiteit-1");
  request.mutable_activity()->mutable_parties(0)->set_party("parties/stichting-voorbeeld");
  EXPECT_TRUE(IsOk(client_.Call(&Catalogue::CreateActivity, request)));
}

TEST_F(ValidationTest, AMomentThatDoesNotExist) {
  EXPECT_FALSE(ActivityViolations([](auto& a) {
                 auto* shift = a.mutable_milestones(0)->add_shifts();
                 shift->set_to_due("2026-Q4");
                 shift->set_reason("Later");
                 shift->mutable_shift_time()->set_seconds(int64_t{1} << 62);
               }).empty());
}

TEST_F(ValidationTest, WritesNeedARequestId) {
  auto request = CreateFramework("owners/GM0677", "beleidskader-1");
  request.clear_request_id();
  EXPECT_THAT(Create(request).violations(), ElementsAre("request_id REQUIRED"));
  request.set_request_id("D9B2D63D-A233-4123-847A-7AC3A8B0B9D0");
  EXPECT_THAT(Create(request).violations(), ElementsAre("request_id BAD_UUID"));
}

}  // namespace
}  // namespace regiokompas::test
