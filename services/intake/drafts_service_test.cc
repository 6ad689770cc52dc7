// Drafts that officers correct and accept in parts: over gRPC against a running suite.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "regiokompas/indicator/v1/indicator_service.grpc.pb.h"
#include "regiokompas/intake/v1/intake_service.grpc.pb.h"
#include "regiokompas/progress/v1/progress_service.grpc.pb.h"
#include "services/intake/intake_office_service_test.h"
#include "tests/support/builders.h"
#include "tests/support/client.h"
#include "tests/support/sql.h"
#include "tests/support/test_suite.h"

namespace regiokompas::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using Catalogue = catalogue::v1::CatalogueService::Stub;
using Indicators = indicator::v1::IndicatorService::Stub;
using Intake = intake::v1::IntakeService::Stub;
using Progress = progress::v1::ProgressService::Stub;

// A running suite and one officer.
class Office : private TestSuite, public IntakeOffice {
 public:
  explicit Office(const std::string& owner = kReporter) : IntakeOffice(static_cast<const TestSuite&>(*this), owner) {}

  using IntakeOffice::Correct;

  static intake::v1::CorrectDraftRequest CorrectRequest(const intake::v1::Draft& draft,
                                                        const std::vector<std::string>& corrections) {
    intake::v1::CorrectDraftRequest request;
    request.set_name(draft.name());
    request.set_etag(draft.etag());
    request.set_request_id(NewRequestId());
    for (const std::string& text : corrections) {
      EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, request.add_corrections())) << text;
    }
    return request;
  }

  Answer<intake::v1::Draft> Correct(const intake::v1::Draft& draft, const std::vector<std::string>& corrections) const {
    return client().Call(&Intake::CorrectDraft, CorrectRequest(draft, corrections));
  }

  const TestSuite& suite() const { return *this; }
};

std::vector<std::string> NamesOf(const Everything& stored) {
  std::vector<std::string> names;
  for (const auto& [name, body] : stored) names.push_back(name);
  return names;
}

// "created unchanged not-taken-over" of one kind.
std::string CountsOf(const intake::v1::AcceptDraftResponse& response, intake::v1::ElementKind kind) {
  for (const auto& elements : response.elements()) {
    if (elements.kind() != kind) continue;
    return absl::StrCat(elements.created(), " ", elements.unchanged(), " ", elements.not_taken_over());
  }
  return "";
}

TEST(CorrectDraftTest, WhatAnOfficerSaysArrivesInsteadOfWhatWasRead) {
  const Office office;
  const intake::v1::Draft draft = office.Parse(FileText(kReport));
  const intake::v1::Draft before = office.Get(draft.name());
  EXPECT_EQ(before.state(), intake::v1::DRAFT_STATE_OPEN);
  EXPECT_THAT(before.corrections(), IsEmpty());
  const intake::v1::ParsedActivity& first = before.parsed().activities(0);
  const auto corrected = office.Correct(
      draft,
      {absl::StrCat("element_id: '", first.id(), "' note: 'Tikfout' activity { title: 'Een betere titel' code: '",
                    first.code(), "' line: ", first.line(), " }"),
       absl::StrCat("element_id: '", before.parsed().activities(1).id(), "' drop {}"),
       absl::StrCat("element_id: 'n1' activity { title: 'Wat niet werd gezien' line: ", first.line() + 1, " }")});
  ASSERT_TRUE(IsOk(corrected));
  EXPECT_NE(corrected.value.etag(), draft.etag());
  EXPECT_FALSE(corrected.value.has_parsed());
  EXPECT_EQ(corrected.value.summary().activities(), draft.summary().activities());

  const intake::v1::Draft after = office.Get(draft.name());
  EXPECT_EQ(after.etag(), corrected.value.etag());
  ASSERT_THAT(after.corrections(), SizeIs(3));
  EXPECT_EQ(after.corrections(0).principal(), "jansen");
  EXPECT_EQ(after.corrections(0).note(), "Tikfout");
  EXPECT_TRUE(after.corrections(0).has_correct_time());
  EXPECT_EQ(after.parsed().activities(0).title(), "Een betere titel");
  EXPECT_EQ(after.parsed().activities(1).id(), "n1");
  ASSERT_THAT(after.parsed().activities(), SizeIs(16));

  const auto accepted = office.Accept(after);
  ASSERT_TRUE(IsOk(accepted));
  EXPECT_EQ(accepted.value.draft().state(), intake::v1::DRAFT_STATE_ACCEPTED);
  catalogue::v1::ListActivitiesRequest list;
  list.set_parent(office.owner());
  list.set_page_size(1000);
  std::vector<std::string> titles;
  const auto listed = office.client().Call(&Catalogue::ListActivities, list);
  for (const auto& activity : listed.value.activities()) {
    titles.push_back(activity.display_name());
  }
  EXPECT_THAT(titles, SizeIs(16));
  EXPECT_THAT(titles, Contains("Een betere titel"));
  EXPECT_THAT(titles, Contains("Wat niet werd gezien"));
  EXPECT_THAT(titles, Not(Contains(first.title())));
  EXPECT_THAT(titles, Not(Contains(before.parsed().activities(1).title())));
  // The lines of what is no activity stay with what stands before.
  Lines lines;
  office.Stored(&lines);
  EXPECT_EQ(lines, office.Stream(draft.document()));

  EXPECT_TRUE(FailsWith(office.Correct(accepted.value.draft(), {"element_id: 'n1' restore {}"}),
                        grpc::FAILED_PRECONDITION, "ELEMENT_ACCEPTED"));
}

TEST(CorrectDraftTest, ARefusedBatchChangesNothing) {
  const Office office;
  const intake::v1::Draft draft = office.Parse(FileText(kReport));
  const auto refused = office.Correct(
      draft, {"element_id: 'a1' drop {}", "element_id: 'a2' activity { title: 'X' line: 3 goal_ids: 'weg' }"});
  EXPECT_TRUE(FailsWith(refused, grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
  EXPECT_THAT(refused.violations(), ElementsAre("corrections[1].activity.goal_ids[0] UNKNOWN_ELEMENT"));
  const intake::v1::Draft after = office.Get(draft.name());
  EXPECT_EQ(after.etag(), draft.etag());
  EXPECT_THAT(after.corrections(), IsEmpty());
  EXPECT_THAT(after.parsed().activities(), SizeIs(16));
}

TEST(CorrectDraftTest, NeedsTheCurrentEtagAndIsDoneOnce) {
  const Office office;
  const intake::v1::Draft draft = office.Parse(FileText(kReport));
  const auto request = Office::CorrectRequest(draft, {"element_id: 'a1' drop {}"});
  const auto first = office.client().Call(&Intake::CorrectDraft, request);
  ASSERT_TRUE(IsOk(first));
  const auto again = office.client().Call(&Intake::CorrectDraft, request);
  ASSERT_TRUE(IsOk(again));
  EXPECT_EQ(again.value.SerializeAsString(), first.value.SerializeAsString());
  EXPECT_TRUE(FailsWith(office.Correct(draft, {"element_id: 'a1' restore {}"}), grpc::ABORTED, "ETAG_MISMATCH"));
  EXPECT_TRUE(FailsWith(office.Accept(draft), grpc::ABORTED, "ETAG_MISMATCH"));
  intake::v1::Draft missing = draft;
  missing.set_name(draft.name() + "0");
  EXPECT_TRUE(FailsWith(office.Correct(missing, {"element_id: 'a1' drop {}"}), grpc::NOT_FOUND, "RESOURCE_NOT_FOUND"));

  const auto restored = office.Correct(first.value, {"element_id: 'a1' restore {}"});
  ASSERT_TRUE(IsOk(restored));
  const intake::v1::Draft after = office.Get(draft.name());
  EXPECT_THAT(after.corrections(), IsEmpty());
  EXPECT_THAT(after.parsed().activities(), SizeIs(16));
}

// Reading the document again gives the draft with what was said of it.
TEST(CorrectDraftTest, AnOlderMomentShowsTheDraftAsItWas) {
  const Office office;
  const intake::v1::Draft draft = office.Parse(FileText(kReport));
  const auto corrected = office.Correct(draft, {"element_id: 'a1' drop {}"});
  ASSERT_TRUE(IsOk(corrected));
  EXPECT_EQ(office.Parse(FileText(kReport)).etag(), corrected.value.etag());
  intake::v1::GetDraftRequest request;
  request.set_name(draft.name());
  *request.mutable_read_time() = draft.update_time();
  const auto then = office.client().Call(&Intake::GetDraft, request);
  ASSERT_TRUE(IsOk(then));
  EXPECT_THAT(then.value.corrections(), IsEmpty());
  EXPECT_THAT(then.value.parsed().activities(), SizeIs(16));
}

TEST(AcceptInPartsTest, ThePartsComeToWhatTheWholeComesTo) {
  const Office at_once;
  const intake::v1::Draft whole = at_once.Parse(FileText(kReport));
  ASSERT_TRUE(IsOk(at_once.Accept(whole)));
  Lines all;
  const Everything wanted = at_once.Stored(&all);

  const Office in_parts;
  intake::v1::Draft draft = in_parts.Get(in_parts.Parse(FileText(kReport)).name());
  const std::string goal = draft.parsed().activities(5).goal_ids(0);
  const auto first = in_parts.Accept(draft, {"a6", draft.parsed().targets(0).id()});
  ASSERT_TRUE(IsOk(first));
  EXPECT_EQ(CountsOf(first.value, intake::v1::ELEMENT_KIND_ACTIVITY), "1 0 15");
  EXPECT_EQ(first.value.draft().state(), intake::v1::DRAFT_STATE_PARTLY_ACCEPTED);
  EXPECT_TRUE(first.value.draft().has_accept_time());
  EXPECT_THAT(first.value.draft().accepted_element_ids(), IsEmpty());
  draft = in_parts.Get(draft.name());
  EXPECT_THAT(draft.accepted_element_ids(), Contains("a6"));
  EXPECT_THAT(draft.accepted_element_ids(), Contains(goal));
  EXPECT_THAT(draft.accepted_element_ids(), Not(Contains("a1")));
  const Everything part = in_parts.Stored();
  EXPECT_LT(part.size(), wanted.size() / 2);
  for (const auto& [name, body] : part) EXPECT_EQ(body, wanted.count(name) > 0 ? wanted.at(name) : "") << name;
  EXPECT_EQ(in_parts.Versions(), static_cast<int>(first.value.frameworks_size()));

  const auto same = in_parts.Accept(draft, {"a6"});
  ASSERT_TRUE(IsOk(same));
  EXPECT_EQ(CountsOf(same.value, intake::v1::ELEMENT_KIND_ACTIVITY), "0 1 15");
  EXPECT_EQ(same.value.draft().etag(), draft.etag());
  EXPECT_EQ(in_parts.Stored(), part);

  EXPECT_TRUE(
      FailsWith(in_parts.Correct(draft, {"element_id: 'a6' drop {}"}), grpc::FAILED_PRECONDITION, "ELEMENT_ACCEPTED"));
  EXPECT_TRUE(FailsWith(in_parts.Correct(draft, {"element_id: 'source' restore {}"}), grpc::FAILED_PRECONDITION,
                        "ELEMENT_ACCEPTED"));
  EXPECT_TRUE(FailsWith(
      in_parts.Correct(draft, {"element_id: 'n1' milestone { subject_id: 'a6' text: 'Nog een mijlpaal' line: 3 }"}),
      grpc::FAILED_PRECONDITION, "ELEMENT_ACCEPTED"));
  const auto unknown = in_parts.Accept(draft, {"a1", "a99"});
  EXPECT_TRUE(FailsWith(unknown, grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
  EXPECT_THAT(unknown.violations(), ElementsAre("element_ids[1] UNKNOWN_ELEMENT"));

  const auto second = in_parts.Accept(draft, {"a1", draft.parsed().sections(0).id()});
  ASSERT_TRUE(IsOk(second));
  EXPECT_EQ(CountsOf(second.value, intake::v1::ELEMENT_KIND_ACTIVITY), "1 1 14");
  const auto rest = in_parts.Accept(second.value.draft());
  ASSERT_TRUE(IsOk(rest));
  EXPECT_EQ(rest.value.draft().state(), intake::v1::DRAFT_STATE_ACCEPTED);
  EXPECT_EQ(rest.value.draft().accept_time().seconds(), first.value.draft().accept_time().seconds());
  EXPECT_THAT(in_parts.Get(draft.name()).accepted_element_ids(), IsEmpty());

  Lines lines;
  const Everything stored = in_parts.Stored(&lines);
  EXPECT_EQ(NamesOf(stored), NamesOf(wanted));
  for (const auto& [name, body] : stored) EXPECT_EQ(body, wanted.count(name) > 0 ? wanted.at(name) : "") << name;
  EXPECT_EQ(lines, all);
  EXPECT_EQ(lines, in_parts.Stream(draft.document()));
  EXPECT_GT(in_parts.Versions(), at_once.Versions());

  const int versions = in_parts.Versions();
  ASSERT_TRUE(IsOk(in_parts.Accept(rest.value.draft())));
  EXPECT_EQ(in_parts.Stored(), stored);
  EXPECT_EQ(in_parts.Versions(), versions);
}

// What stands before a dropped element may be stored already.
TEST(AcceptInPartsTest, TheLinesOfWhatIsDroppedLaterAreKept) {
  const Office office;
  intake::v1::Draft draft = office.Parse(FileText(kReport));
  const auto first = office.Accept(draft, {"a1"});
  ASSERT_TRUE(IsOk(first));
  const auto corrected = office.Correct(first.value.draft(), {"element_id: 'a2' drop {}", "element_id: 's1' drop {}"});
  ASSERT_TRUE(IsOk(corrected));
  const auto rest = office.Accept(corrected.value);
  ASSERT_TRUE(IsOk(rest));
  EXPECT_EQ(rest.value.draft().state(), intake::v1::DRAFT_STATE_ACCEPTED);
  Lines lines;
  const Everything stored = office.Stored(&lines);
  EXPECT_EQ(lines, office.Stream(draft.document()));
  const int versions = office.Versions();
  ASSERT_TRUE(IsOk(office.Accept(rest.value.draft())));
  EXPECT_EQ(office.Stored(), stored);
  EXPECT_EQ(office.Versions(), versions);
}

// Ids are never used again, and only a refusal shows that one was.
TEST(AcceptInPartsTest, WhatTheOwnerMadeAndDroppedInBetweenIsNotInTheWay) {
  const Office at_once;
  ASSERT_TRUE(IsOk(at_once.Accept(at_once.Parse(FileText(kReport)))));
  const Everything wanted = at_once.Stored();
  const Office office;
  const intake::v1::Draft draft = office.Get(office.Parse(FileText(kReport)).name());
  const auto first = office.Accept(draft, {"a1"});
  ASSERT_TRUE(IsOk(first));
  const Everything part = office.Stored();
  int dropped = 0;
  for (const auto& [name, body] : wanted) {
    if (part.count(name) > 0 || dropped == 12) continue;
    const std::string parent = name.substr(0, name.rfind('/', name.rfind('/') - 1));
    const std::string id = name.substr(name.rfind('/') + 1);
    if (absl::StrContains(name, "/sections/")) {
      catalogue::v1::BatchCreateSectionsRequest make;
      make.set_parent(parent);
      make.add_requests()->set_section_id(id);
      *make.mutable_requests(0)->mutable_section() = ASection();
      make.set_request_id(NewRequestId());
      ASSERT_TRUE(IsOk(office.client().Call(&Catalogue::BatchCreateSections, make)));
      catalogue::v1::DeleteSectionRequest drop;
      drop.set_name(name);
      drop.set_request_id(NewRequestId());
      ASSERT_TRUE(IsOk(office.client().Call(&Catalogue::DeleteSection, drop)));
      ++dropped;
    } else if (absl::StrContains(name, "/goals/") && part.count(parent) > 0) {
      catalogue::v1::CreateGoalRequest make = CreateGoal(parent, id);
      make.mutable_goal()->clear_parent_goal();
      ASSERT_TRUE(IsOk(office.client().Call(&Catalogue::CreateGoal, make)));
      catalogue::v1::DeleteGoalRequest drop;
      drop.set_name(name);
      drop.set_request_id(NewRequestId());
      ASSERT_TRUE(IsOk(office.client().Call(&Catalogue::DeleteGoal, drop)));
      ++dropped;
    } else if (absl::StrContains(name, "/activities/") && parent == office.owner()) {
      ASSERT_TRUE(IsOk(office.client().Call(&Catalogue::CreateActivity, CreateActivity(parent, id))));
      catalogue::v1::DeleteActivityRequest drop;
      drop.set_name(name);
      drop.set_request_id(NewRequestId());
      ASSERT_TRUE(IsOk(office.client().Call(&Catalogue::DeleteActivity, drop)));
      ++dropped;
    }
  }
  ASSERT_GT(dropped, 5);
  const auto rest = office.Accept(first.value.draft());
  ASSERT_TRUE(IsOk(rest));
  Lines lines;
  const Everything stored = office.Stored(&lines);
  EXPECT_EQ(stored.size(), wanted.size());
  EXPECT_EQ(lines, office.Stream(draft.document()));
  ASSERT_TRUE(IsOk(office.Accept(rest.value.draft())));
  EXPECT_EQ(office.Stored(), stored);
}

TEST(FormatsTest, AWebPageIsAcceptedWithoutLoss) {
  const Office office(kOwner);
  auto request = office.ParseRequest(FileText("tests/intake/variations/aspect-blocks-2.html"));
  request.set_file_name("pagina.html");
  const auto draft = office.client().Call(&Intake::ParseDocument, request);
  ASSERT_TRUE(IsOk(draft));
  intake::v1::GetDocumentRequest get;
  get.set_name(draft.value.document());
  EXPECT_EQ(office.client().Call(&Intake::GetDocument, get).value.media_type(), "text/html");
  const Lines printed = office.Stream(draft.value.document());
  ASSERT_GT(printed.size(), 30u);
  for (const auto& [number, text] : printed) EXPECT_THAT(text, Not(testing::HasSubstr("</")));

  const auto first = office.Accept(draft.value, {"a1"});
  ASSERT_TRUE(IsOk(first));
  const auto rest = office.Accept(first.value.draft());
  ASSERT_TRUE(IsOk(rest));
  Lines lines;
  const Everything stored = office.Stored(&lines);
  Lines sorted = printed;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(lines, sorted);
  ASSERT_TRUE(IsOk(office.Accept(rest.value.draft())));
  EXPECT_EQ(office.Stored(), stored);
}

// What was read before there were formats says none, and its text was plain.
TEST(FormatsTest, AnOldDraftOfPlainTextIsAccepted) {
  const Office office;
  const auto draft = office.client().Call(&Intake::ParseDocument, office.ParseRequest(FileText(kReport)));
  ASSERT_TRUE(IsOk(draft));
  intake::v1::ParsedDocument old = office.Get(draft.value.name()).parsed();
  old.mutable_source()->clear_format();
  SqlSession sql(office.suite().database().Superuser());
  sql.Query("DELETE FROM intake.document_texts");
  sql.Query(absl::StrCat("UPDATE intake.parsed_documents SET parsed = '\\x",
                         absl::BytesToHexString(old.SerializeAsString()), "'"));
  EXPECT_TRUE(IsOk(office.Accept(draft.value)));
}

// Files with markup were read as plain text once, and their text was not kept.
TEST(FormatsTest, ADraftThatWasReadInAnotherTextIsReadAgain) {
  const Office office(kOwner);
  auto request = office.ParseRequest(FileText("tests/intake/variations/aspect-blocks-2.html"));
  const auto draft = office.client().Call(&Intake::ParseDocument, request);
  ASSERT_TRUE(IsOk(draft));
  const intake::v1::ParsedDocument read = office.Get(draft.value.name()).parsed();
  intake::v1::ParsedDocument old = read;
  old.mutable_source()->set_format(intake::v1::DOCUMENT_FORMAT_TEXT);
  old.clear_activities();
  SqlSession sql(office.suite().database().Superuser());
  sql.Query("DELETE FROM intake.document_texts");
  sql.Query(absl::StrCat("UPDATE intake.parsed_documents SET parsed = '\\x",
                         absl::BytesToHexString(old.SerializeAsString()), "'"));

  const auto refused = office.Accept(draft.value);
  EXPECT_TRUE(FailsWith(refused, grpc::FAILED_PRECONDITION, "DOCUMENT_TEXT_MISSING"));
  EXPECT_THAT(refused.localized().message(), testing::HasSubstr("lees de bron opnieuw in"));
  intake::v1::StreamDocumentLinesRequest stream;
  stream.set_name(draft.value.document());
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + office.suite().Officer(kOwner));
  const auto reader = Intake(office.suite().channel()).StreamDocumentLines(&context, stream);
  intake::v1::StreamDocumentLinesResponse part;
  EXPECT_FALSE(reader->Read(&part));
  EXPECT_EQ(reader->Finish().error_code(), grpc::FAILED_PRECONDITION);

  request.set_request_id(NewRequestId());
  const auto again = office.client().Call(&Intake::ParseDocument, request);
  ASSERT_TRUE(IsOk(again));
  EXPECT_EQ(again.value.name(), draft.value.name());
  EXPECT_EQ(office.Get(draft.value.name()).parsed().SerializeAsString(), read.SerializeAsString());
  ASSERT_TRUE(IsOk(office.Accept(again.value)));
  Lines lines;
  office.Stored(&lines);
  Lines printed = office.Stream(draft.value.document());
  std::sort(printed.begin(), printed.end());
  EXPECT_EQ(lines, printed);
}

TEST(StreamDocumentLinesTest, ALongDocumentComesInParts) {
  const Office office;
  std::string text = "Beleidskader zorg\n\n";
  for (int i = 0; i < 1'200; ++i) absl::StrAppend(&text, "Regel ", i, " van het verhaal.\n");
  const Lines lines = office.Stream(office.Parse(text).document());
  ASSERT_THAT(lines, SizeIs(1'201));
  EXPECT_EQ(lines[1], std::make_pair(3, std::string("Regel 0 van het verhaal.")));
}

TEST(ProfileTextTest, AnOfficersOwnProfileIsAReadingOfItsOwn) {
  const Office office;
  auto request = office.ParseRequest(FileText(kReport));
  const auto named = office.client().Call(&Intake::ParseDocument, request);
  ASSERT_TRUE(IsOk(named));
  const std::string profile = FileText("services/intake/parser/profiles/activity-table.textproto");
  request.set_profile_text(profile);
  request.set_request_id(NewRequestId());
  const auto own = office.client().Call(&Intake::ParseDocument, request);
  ASSERT_TRUE(IsOk(own));
  EXPECT_NE(own.value.name(), named.value.name());
  EXPECT_EQ(own.value.document(), named.value.document());
  EXPECT_EQ(own.value.summary().activities(), 16);

  request.set_profile_text(absl::StrCat(profile, "\n# Met een opmerking.\n"));
  request.set_request_id(NewRequestId());
  EXPECT_NE(office.client().Call(&Intake::ParseDocument, request).value.name(), own.value.name());

  request.set_profile_text("name: \"kapot\" dit_veld_is_er_niet: 1");
  request.set_request_id(NewRequestId());
  const auto refused = office.client().Call(&Intake::ParseDocument, request);
  EXPECT_TRUE(FailsWith(refused, grpc::INVALID_ARGUMENT, "PROFILE_INVALID"));
  EXPECT_THAT(refused.localized().message(), testing::HasSubstr("dit_veld_is_er_niet"));
}

}  // namespace
}  // namespace regiokompas::test
