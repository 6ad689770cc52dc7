// Drafts from before the text that was read was kept, and what is done with them since. Over gRPC against a running
// suite, whose database is put back to what it held then.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/intake/intake_office_service_test.h"
#include "tests/support/sql.h"

namespace regiokompas::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr char kSetAside[] = "CORRECTION_SET_ASIDE";

class OldDraftsTest : public testing::Test {
 protected:
  OldDraftsTest() : office_(suite_, kOwner), text_(FileText("tests/intake/variations/aspect-blocks-2.html")) {}

  // Reads the page in, and makes its draft one in which the first activity was not seen, so that the others have other
  // ids, and an activity was that is none.
  intake::v1::Draft ParseAsOnce() {
    const std::string name = office_.Parse(text_).name();
    read_ = office_.Get(name).parsed();
    intake::v1::ParsedDocument old = read_;
    old.clear_activities();
    old.clear_targets();
    old.clear_measurements();
    old.clear_indicators();
    old.clear_milestones();
    for (int i = 1; i < read_.activities_size(); ++i) {
      *old.add_activities() = read_.activities(i);
      old.mutable_activities(i - 1)->set_id(absl::StrCat("a", i));
    }
    intake::v1::ParsedActivity* const none = old.add_activities();
    none->set_id(absl::StrCat("a", read_.activities_size()));
    none->set_title("Kruimelpad en zoekvenster");
    none->set_line(1);
    for (intake::v1::Span& span : *old.mutable_spans()) {
      if (absl::StartsWith(span.element_id(), "a") || absl::StartsWith(span.element_id(), "t") ||
          absl::StartsWith(span.element_id(), "m") || absl::StartsWith(span.element_id(), "i")) {
        span.clear_element_id();
      }
    }
    Store(old);
    return office_.Get(name);
  }

  // From here on the draft was read as plain text, and that text is not kept.
  void ForgetText(const std::string& draft) {
    intake::v1::ParsedDocument old = office_.Get(draft).parsed();
    old.mutable_source()->set_format(intake::v1::DOCUMENT_FORMAT_TEXT);
    SqlSession(suite_.database().Superuser()).Query("DELETE FROM intake.document_texts");
    Store(old);
  }

  void Store(const intake::v1::ParsedDocument& parsed) {
    SqlSession(suite_.database().Superuser())
        .Query(absl::StrCat("UPDATE intake.parsed_documents SET parsed = '\\x",
                            absl::BytesToHexString(parsed.SerializeAsString()), "'"));
  }

  void Say(const std::string& draft, const intake::v1::Correction& correction) {
    EXPECT_TRUE(IsOk(office_.Correct(draft, correction)));
  }

  static std::vector<std::string> SetAside(const intake::v1::Draft& draft) {
    std::vector<std::string> told;
    for (const auto& diagnostic : draft.parsed().diagnostics()) {
      if (diagnostic.code() == kSetAside) told.push_back(diagnostic.message());
    }
    return told;
  }

  // All that acceptance wrote, with its etags.
  std::string Stored() {
    catalogue::v1::ListActivitiesRequest list;
    list.set_parent(office_.owner());
    list.set_page_size(1000);
    const auto listed = office_.client().Call(&catalogue::v1::CatalogueService::Stub::ListActivities, list);
    return absl::StrCat(listed.value.DebugString(), office_.Versions());
  }

  std::vector<std::string> ActivityTitles() {
    catalogue::v1::ListActivitiesRequest list;
    list.set_parent(office_.owner());
    list.set_page_size(1000);
    std::vector<std::string> titles;
    const auto listed = office_.client().Call(&catalogue::v1::CatalogueService::Stub::ListActivities, list);
    for (const auto& activity : listed.value.activities()) titles.push_back(activity.display_name());
    std::sort(titles.begin(), titles.end());
    return titles;
  }

  TestSuite suite_;
  IntakeOffice office_;
  const std::string text_;
  intake::v1::ParsedDocument read_;  // as the page is read now
};

TEST_F(OldDraftsTest, WhatWasSaidOfAnElementFollowsItOrIsSetAside) {
  const intake::v1::Draft old = ParseAsOnce();
  const std::string& name = old.name();
  ForgetText(name);
  ASSERT_GE(read_.activities_size(), 3);
  intake::v1::Correction said;
  said.set_element_id("a1");
  said.set_note("Zo heet het");
  *said.mutable_activity() = old.parsed().activities(0);
  said.mutable_activity()->set_title("Een beter woord voor het team");
  Say(name, said);
  said.Clear();
  said.set_element_id("a2");
  said.mutable_drop();
  Say(name, said);
  said.Clear();
  said.set_element_id("n1");
  said.mutable_activity()->set_title("Wat niemand zag");
  said.mutable_activity()->set_line(2);
  Say(name, said);
  said.Clear();
  said.set_element_id(absl::StrCat("a", read_.activities_size()));
  said.mutable_activity()->set_title("Geen kruimelpad");
  said.mutable_activity()->set_line(1);
  Say(name, said);
  const std::string before = office_.Get(name).parsed().DebugString();

  suite_.SetClock(suite_.Now() + absl::Minutes(10));
  EXPECT_EQ(office_.Parse(text_).name(), name);
  const intake::v1::Draft after = office_.Get(name);
  ASSERT_THAT(after.corrections(), SizeIs(2));
  EXPECT_EQ(after.corrections(0).element_id(), "a2");
  EXPECT_EQ(after.corrections(0).note(), "Zo heet het");
  EXPECT_EQ(after.corrections(0).principal(), "jansen");
  EXPECT_EQ(after.corrections(1).element_id(), "a3");
  EXPECT_TRUE(after.corrections(1).has_drop());
  std::vector<std::string> titles;
  for (const auto& activity : after.parsed().activities()) titles.push_back(activity.title());
  std::vector<std::string> wanted;
  for (const auto& activity : read_.activities()) wanted.push_back(activity.title());
  wanted[1] = "Een beter woord voor het team";
  wanted.erase(wanted.begin() + 2);
  EXPECT_EQ(titles, wanted);
  EXPECT_THAT(SetAside(after), ElementsAre(HasSubstr("Geen kruimelpad"), HasSubstr("Wat niemand zag")));
  // As it was is how it was.
  intake::v1::GetDraftRequest then;
  then.set_name(name);
  *then.mutable_read_time() = old.update_time();
  then.mutable_read_time()->set_seconds(old.update_time().seconds() + 60);
  const auto shown = office_.client().Call(&IntakeOffice::Intake::GetDraft, then);
  ASSERT_TRUE(IsOk(shown));
  EXPECT_EQ(shown.value.parsed().DebugString(), before);
  // A replica of an older release, which knows of no other reading, finds this one alone.
  SqlSession sql(suite_.database().Superuser());
  EXPECT_EQ(sql.Value("SELECT count(*) FROM intake.parsed_documents"), "1");
  EXPECT_EQ(sql.Value("SELECT string_agg(element_id, ' ' ORDER BY element_id) FROM intake.draft_corrections"), "a2 a3");
  ASSERT_TRUE(IsOk(office_.Accept(after)));
  EXPECT_THAT(ActivityTitles(), Contains("Een beter woord voor het team"));
}

TEST_F(OldDraftsTest, OneThatWasAcceptedWholeChangesNothing) {
  const std::string name = office_.Parse(text_).name();
  const auto first = office_.AcceptNow(name);
  ASSERT_TRUE(IsOk(first));
  ForgetText(name);
  const std::string stored = Stored();
  const auto again = office_.AcceptNow(name);
  ASSERT_TRUE(IsOk(again));
  EXPECT_EQ(Stored(), stored);
  EXPECT_EQ(again.value.draft().etag(), first.value.draft().etag());
  EXPECT_THAT(again.value.frameworks(), ElementsAre(first.value.frameworks(0)));
  for (const auto& elements : again.value.elements()) {
    EXPECT_EQ(elements.created() + elements.updated() + elements.removed(), 0);
    EXPECT_GT(elements.unchanged(), 0);
  }
  EXPECT_THAT(again.value.elements(), Not(IsEmpty()));
  // Also when the text is kept since that it would be read in now.
  EXPECT_EQ(office_.Parse(text_).name(), name);
  EXPECT_TRUE(IsOk(office_.AcceptNow(name)));
  EXPECT_EQ(Stored(), stored);
}

TEST_F(OldDraftsTest, OneThatWasAcceptedInPartIsReadAgain) {
  const intake::v1::Draft old = ParseAsOnce();
  ASSERT_TRUE(IsOk(office_.Accept(old, {"a1"})));
  ASSERT_THAT(ActivityTitles(), ElementsAre(read_.activities(1).title()));
  ForgetText(old.name());
  EXPECT_TRUE(FailsWith(office_.AcceptNow(old.name()), grpc::FAILED_PRECONDITION, "DOCUMENT_TEXT_MISSING"));

  const intake::v1::Draft next = office_.Get(office_.Parse(text_).name());
  EXPECT_NE(next.name(), old.name());
  EXPECT_EQ(next.state(), intake::v1::DRAFT_STATE_OPEN);
  EXPECT_EQ(next.previous_draft(), old.name());
  EXPECT_EQ(next.parsed().activities_size(), read_.activities_size());
  EXPECT_EQ(office_.Parse(text_).name(), next.name());
  ASSERT_TRUE(IsOk(office_.Accept(next)));
  std::vector<std::string> titles;
  for (const auto& activity : read_.activities()) titles.push_back(activity.title());
  std::sort(titles.begin(), titles.end());
  EXPECT_EQ(ActivityTitles(), titles);
  Lines lines;
  office_.Stored(&lines);
  Lines printed = office_.Stream(next.document());
  std::sort(printed.begin(), printed.end());
  EXPECT_EQ(lines, printed);
  const std::string stored = Stored();
  ASSERT_TRUE(IsOk(office_.AcceptNow(next.name())));
  EXPECT_EQ(Stored(), stored);
  EXPECT_TRUE(FailsWith(office_.AcceptNow(old.name()), grpc::FAILED_PRECONDITION, "DRAFT_SUPERSEDED"));
}

// It can not be accepted in its own text any more, and waits for no other.
TEST_F(OldDraftsTest, OneThatWasBegunIsReadAgain) {
  const std::string old = office_.Parse(text_).name();
  SqlSession sql(suite_.database().Superuser());
  sql.Query(
      "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$; "
      "CREATE TRIGGER broken BEFORE INSERT ON catalogue.contributions FOR EACH ROW EXECUTE FUNCTION public.refuse()");
  EXPECT_FALSE(office_.AcceptNow(old).ok());
  sql.Query("DROP FUNCTION public.refuse() CASCADE");
  ASSERT_THAT(office_.Get(old).begun_element_ids(), Not(IsEmpty()));
  ForgetText(old);
  EXPECT_TRUE(FailsWith(office_.AcceptNow(old), grpc::FAILED_PRECONDITION, "DOCUMENT_TEXT_MISSING"));

  const intake::v1::Draft next = office_.Get(office_.Parse(text_).name());
  EXPECT_NE(next.name(), old);
  EXPECT_EQ(office_.Parse(text_).name(), next.name());
  ASSERT_TRUE(IsOk(office_.Accept(next)));
  std::vector<std::string> titles;
  for (const auto& activity : next.parsed().activities()) titles.push_back(activity.title());
  std::sort(titles.begin(), titles.end());
  EXPECT_EQ(ActivityTitles(), titles);
}

}  // namespace
}  // namespace regiokompas::test
