// Files of activities, out of the catalogue and into it.
#include <algorithm>
#include <map>
#include <random>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "regiokompas/collaboration/v1/collaboration_service.grpc.pb.h"
#include "services/catalogue/bulk_rules.h"
#include "tests/conformance/conformance.h"

namespace regiokompas::test {
namespace {

using catalogue::FileHeader;
using catalogue::FileRowOf;
using catalogue::v1::Activity;
using catalogue::v1::FILE_FORMAT_CSV;
using catalogue::v1::FILE_FORMAT_JSON_LINES;
using catalogue::v1::FileFormat;
using catalogue::v1::ImportActivitiesRequest;
using catalogue::v1::ImportActivitiesResponse;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr FileFormat kFormats[] = {FILE_FORMAT_CSV, FILE_FORMAT_JSON_LINES};

template <typename Context, typename Value>
void Finish(const Context& context, grpc::Status status, Answer<Value>& answer) {
  answer.status = std::move(status);
  for (const auto& [key, value] : context.GetServerTrailingMetadata()) {
    answer.trailers[std::string(key.data(), key.size())] = std::string(value.data(), value.size());
  }
}

class BulkServiceTest : public ConformanceTest {
 protected:
  Answer<std::string> Export(const catalogue::v1::StreamActivityFileRequest& request, const std::string& token) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + token);
    Catalogue stub(suite_.channel());
    const auto reader = stub.StreamActivityFile(&context, request);
    Answer<std::string> answer;
    catalogue::v1::StreamActivityFileResponse part;
    while (reader->Read(&part)) {
      EXPECT_FALSE(part.data().empty());
      EXPECT_LE(part.data().size(), 256u << 10);
      answer.value += part.data();
    }
    Finish(context, reader->Finish(), answer);
    return answer;
  }

  std::string Export(FileFormat format, const std::string& owner = kOwner) {
    const Answer<std::string> answer = Export(ExportOf(format, owner), suite_.Officer(owner));
    EXPECT_TRUE(IsOk(answer));
    return answer.value;
  }

  static catalogue::v1::StreamActivityFileRequest ExportOf(FileFormat format, const std::string& owner = kOwner) {
    catalogue::v1::StreamActivityFileRequest request;
    request.set_parent(OwnerName(owner));
    request.set_format(format);
    return request;
  }

  static ImportActivitiesRequest ImportOf(FileFormat format, const std::string& owner = kOwner) {
    ImportActivitiesRequest request;
    request.set_parent(OwnerName(owner));
    request.set_format(format);
    request.set_request_id(NewRequestId());
    return request;
  }

  // Sends the messages, and says that they are all.
  Answer<ImportActivitiesResponse> Send(const std::vector<ImportActivitiesRequest>& messages,
                                        const std::string& owner = kOwner) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + suite_.Officer(owner));
    Catalogue stub(suite_.channel());
    Answer<ImportActivitiesResponse> answer;
    const auto writer = stub.ImportActivities(&context, &answer.value);
    for (const ImportActivitiesRequest& message : messages) {
      if (!writer->Write(message)) break;
    }
    writer->WritesDone();
    Finish(context, writer->Finish(), answer);
    return answer;
  }

  Answer<ImportActivitiesResponse> Import(ImportActivitiesRequest first, const std::string& file,
                                          size_t part_bytes = 1 << 20) {
    std::vector<ImportActivitiesRequest> messages;
    for (size_t at = 0; at == 0 || at < file.size(); at += part_bytes) {
      messages.push_back(at == 0 ? first : ImportActivitiesRequest());
      messages.back().set_data(file.substr(at, part_bytes));
    }
    return Send(messages, first.parent().substr(std::string("owners/").size()));
  }

  // An import that succeeds.
  ImportActivitiesResponse Imported(FileFormat format, const std::string& file, const std::string& owner = kOwner) {
    const auto answer = Import(ImportOf(format, owner), file);
    EXPECT_TRUE(IsOk(answer));
    return answer.value;
  }

  static std::string FileOf(FileFormat format, const std::vector<Activity>& activities) {
    std::string file = FileHeader(format);
    for (const Activity& activity : activities) file += FileRowOf(format, activity).value_or("");
    return file;
  }

  static Activity Named(const std::string& id, const std::string& owner = kOwner) {
    Activity activity = AnActivity();
    activity.set_name(absl::StrCat("owners/", owner, "/activities/", id));
    return activity;
  }
};

// "created 1, changed 2, unchanged 3, rejected 4"
std::string CountsOf(const ImportActivitiesResponse& response) {
  EXPECT_EQ(
      response.created_count() + response.changed_count() + response.unchanged_count() + response.rejected_count(),
      response.row_count());
  return absl::StrCat("created ", response.created_count(), ", changed ", response.changed_count(), ", unchanged ",
                      response.unchanged_count(), ", rejected ", response.rejected_count());
}

// "2 line 3 activiteit-2: field REASON" of every row that was rejected.
std::vector<std::string> RejectedRows(const ImportActivitiesResponse& response) {
  std::vector<std::string> rows;
  for (const auto& row : response.rows()) {
    if (row.outcome() != catalogue::v1::ROW_OUTCOME_REJECTED) continue;
    EXPECT_FALSE(row.text().empty());
    rows.push_back(absl::StrCat(row.row(), " line ", row.line(), " ",
                                row.activity().substr(row.activity().rfind('/') + 1), ": ", row.field(), " ",
                                row.reason()));
  }
  return rows;
}

// Equal, or else what differs first: whole files would say too much.
testing::AssertionResult Same(const std::string& found, const std::string& wanted) {
  if (found == wanted) return testing::AssertionSuccess();
  const auto [at, there] = std::mismatch(found.begin(), found.end(), wanted.begin(), wanted.end());
  const auto position = at - found.begin();
  return testing::AssertionFailure() << "at byte " << position << ": " << found.substr(position, 100) << "\nis not "
                                     << wanted.substr(position, 100);
}

// Activities that keep all rules, with everything that one can hold.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  int Number(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  std::string Text() {
    static constexpr const char* kPieces[] = {"a", "Ü", "€", "😀",  "\n", "\r\n", "\"", ",", ";", "=",     "+",
                                              "-", "@", "'", "\t", " ",  "\\",   "[",  "{", "<", "\u2028"};
    std::string text;
    for (int i = Number(2) * Number(8); i > 0; --i) text += kPieces[Number(std::size(kPieces))];
    return text;
  }

  Activity Next(const std::string& id) {
    Activity activity;
    activity.set_name(absl::StrCat("owners/", kOwner, "/activities/", id));
    activity.set_display_name(absl::StrCat(Text(), "x"));
    activity.set_code(Text());
    for (int i = Number(3); i > 0; --i) {
      auto* aspect = activity.add_aspects();
      aspect->set_kind(static_cast<catalogue::v1::AspectKind>(1 + Number(13)));
      aspect->set_label(Text());
      aspect->set_plan(Text());
      aspect->set_ordinal(i);
    }
    for (int year = 2020; year < 2023; ++year) {
      if (Number(2) == 0) activity.add_realisation_years(year);
    }
    for (int i = Number(3); i > 0; --i) {
      auto* milestone = activity.add_milestones();
      milestone->set_text(absl::StrCat("m", Text()));
      milestone->set_due(kDues[Number(std::size(kDues))]);
      if (Number(2) == 0) {
        auto* shift = milestone->add_shifts();
        shift->set_from_due("2023");
        shift->set_to_due(milestone->due().empty() ? "2024" : milestone->due());
        shift->set_reason(absl::StrCat("r", Text()));
        shift->mutable_shift_time()->set_seconds(Number(1'000'000'000));
        shift->mutable_shift_time()->set_nanos(Number(1'000) * 1'000'000);
      }
      if (Number(2) == 0) Fill(*milestone->mutable_provenance());
    }
    for (int i = Number(3); i > 0; --i) {
      auto* line = activity.add_budget_lines();
      line->set_amount_cents(Number(2) == 0 ? 0 : Number(1'000'000'000));
      if (Number(2) == 0) line->set_high_cents(line->amount_cents() + Number(2));
      line->set_side(static_cast<catalogue::v1::BudgetSide>(Number(3)));
      if (Number(2) == 0) line->add_fiscal_years(2024);
      line->set_frequency(static_cast<catalogue::v1::BudgetFrequency>(Number(3)));
      line->set_nature(static_cast<catalogue::v1::BudgetNature>(Number(3)));
      line->set_funding_source(Text());
      line->set_per_unit(Text());
      line->set_text(Text());
    }
    if (Number(2) == 0) activity.add_task_fields("6.72");
    for (int i = Number(3); i > 0; --i) {
      auto* party = activity.add_parties();
      party->set_organisation(absl::StrCat("o", Text()));
      party->set_role(Text());
    }
    activity.set_responsible_executive(Text());
    activity.set_policy_officer(Text());
    if (Number(2) == 0) Fill(*activity.mutable_provenance());
    if (Number(2) == 0) {
      activity.mutable_ending()->set_kind(catalogue::v1::ACTIVITY_ENDING_KIND_STOPPED);
      activity.mutable_ending()->set_reason(absl::StrCat(Text(), "!"));
    }
    return activity;
  }

 private:
  static constexpr const char* kDues[] = {"", "2024", "2024-Q3", "2024-08", "2024-08-31"};

  void Fill(catalogue::v1::Provenance& provenance) {
    if (Number(3) == 0) return;  // present and empty
    provenance.set_document(absl::StrCat("owners/", kOwner, "/documents/d-1"));
    provenance.set_sha256(std::string(64, 'a'));
    provenance.set_first_line(Number(9));
    provenance.set_element_id(Text());
    auto* line = provenance.add_lines();
    line->set_number(1 + Number(9));
    line->set_text(absl::StrCat("regel", Text()));
  }

  std::mt19937 random_;
};

TEST_F(BulkServiceTest, WhatIsReadInIsWrittenOutTheSame) {
  Generator generator(20260115);
  std::vector<Activity> activities;
  for (int i = 0; i < 300; ++i) activities.push_back(generator.Next(absl::StrCat("a-", 1000 + i)));
  for (const FileFormat format : kFormats) {
    SCOPED_TRACE(FileFormat_Name(format));
    // Read in for this owner and, once more, for another one.
    const std::string file = FileOf(format, activities);
    const std::string other_file = absl::StrReplaceAll(file, {{kOwner, kOtherOwner}});
    if (format == FILE_FORMAT_CSV) {
      const ImportActivitiesResponse report = Imported(format, file);
      EXPECT_EQ(CountsOf(report), "created 300, changed 0, unchanged 0, rejected 0")
          << testing::PrintToString(RejectedRows(report));
      EXPECT_EQ(report.rows_size(), 300);
      EXPECT_EQ(CountsOf(Imported(format, other_file, kOtherOwner)), "created 300, changed 0, unchanged 0, rejected 0");
    }
    EXPECT_TRUE(Same(Export(format), file));
    EXPECT_TRUE(Same(Export(format, kOtherOwner), other_file));
    const auto again = Import(ImportOf(format), Export(format));
    EXPECT_EQ(CountsOf(again.value), "created 0, changed 0, unchanged 300, rejected 0");
    EXPECT_EQ(again.value.rows_size(), 0);
    EXPECT_TRUE(Same(Export(format), file));
  }
}

TEST_F(BulkServiceTest, AnEmptyCatalogueIsAFileToo) {
  EXPECT_EQ(Export(FILE_FORMAT_CSV), FileHeader(FILE_FORMAT_CSV));
  EXPECT_EQ(Export(FILE_FORMAT_JSON_LINES), "");
  for (const FileFormat format : kFormats) {
    const ImportActivitiesResponse report = Imported(format, FileHeader(format));
    EXPECT_EQ(report.row_count(), 0);
    EXPECT_EQ(CountsOf(report), "created 0, changed 0, unchanged 0, rejected 0");
  }
}

TEST_F(BulkServiceTest, EachRowStandsByItself) {
  MakeActivity("activiteit-1");
  Activity changed = Named("activiteit-2");
  MakeActivity("activiteit-2");
  changed.set_code("9.9");
  Activity bad = Named("activiteit-3");
  bad.mutable_milestones(0)->set_due("najaar");
  Activity unnamed = Named("activiteit-4");
  unnamed.clear_display_name();
  Activity foreign = Named("activiteit-5");
  foreign.mutable_provenance()->set_document("owners/GM0299/documents/d-1");
  Activity unknown = Named("activiteit-6");
  unknown.set_task_fields(0, "99.9");
  const std::string file = FileOf(FILE_FORMAT_CSV, {Named("activiteit-1"), changed, bad, unnamed, foreign, unknown}) +
                           "activiteit-7,te kort\r\n" +
                           "activiteit-8,x,,,,,,,,,,,\"[{\"\"amountCents\"\":\"\"12.50\"\"}]\",,\r\n" +
                           FileRowOf(FILE_FORMAT_CSV, Named("activiteit-9")).value();
  const ImportActivitiesResponse report = Imported(FILE_FORMAT_CSV, file);
  EXPECT_EQ(CountsOf(report), "created 1, changed 1, unchanged 1, rejected 6");
  EXPECT_THAT(
      RejectedRows(report),
      ElementsAre("3 line 4 activiteit-3: milestones[0].due BAD_DUE", "4 line 5 activiteit-4: display_name REQUIRED",
                  "5 line 6 activiteit-5: provenance.document FOREIGN_OWNER",
                  "6 line 7 activiteit-6: task_fields[0] UNKNOWN_TASK_FIELD", "7 line 8 activiteit-7:  WRONG_CELLS",
                  "8 line 9 activiteit-8: budget_lines[0].amount_cents BAD_CENTS"));
  EXPECT_EQ(Export(FILE_FORMAT_CSV), FileOf(FILE_FORMAT_CSV, {Named("activiteit-1"), changed, Named("activiteit-9")}));
  // What is left alone makes no version.
  EXPECT_EQ(GetActivity("owners/GM0677/activities/activiteit-1").value.etag(), "\"v1\"");
  EXPECT_EQ(GetActivity("owners/GM0677/activities/activiteit-2").value.etag(), "\"v2\"");
}

// Random files against a map of what should be there; each is tried first.
TEST_F(BulkServiceTest, CountsAreThoseOfAModelAndADryRunSaysThem) {
  Generator generator(7);
  std::map<std::string, Activity> model;
  for (int round = 0; round < 12; ++round) {
    SCOPED_TRACE(round);
    const FileFormat format = kFormats[round % 2];
    std::map<std::string, int> wanted = {{"created", 0}, {"changed", 0}, {"unchanged", 0}, {"rejected", 0}};
    std::map<std::string, Activity> after = model;
    std::vector<Activity> rows;
    for (int i = 0; i < 40; ++i) {
      const std::string id = absl::StrCat("a-", i);
      const auto known = model.find(id);
      switch (generator.Number(4)) {
        case 0:
          break;  // not in the file
        case 1: {
          Activity bad = generator.Next(id);
          bad.add_realisation_years(1);
          rows.push_back(bad);
          ++wanted["rejected"];
          break;
        }
        case 2:
          if (known != model.end()) {
            rows.push_back(known->second);
            ++wanted["unchanged"];
            break;
          }
          [[fallthrough]];
        default:
          Activity next = generator.Next(id);
          next.set_policy_officer(absl::StrCat("ronde ", round));
          ++wanted[known == model.end() ? "created" : "changed"];
          after[id] = next;
          rows.push_back(next);
      }
    }
    std::shuffle(rows.begin(), rows.end(), std::mt19937(static_cast<unsigned>(round)));
    const std::string before = Export(FILE_FORMAT_CSV);
    ImportActivitiesRequest request = ImportOf(format);
    request.set_dry_run(true);
    const auto tried = Import(request, FileOf(format, rows));
    ASSERT_TRUE(IsOk(tried));
    EXPECT_TRUE(Same(Export(FILE_FORMAT_CSV), before));
    // The id of a request that stored nothing is free.
    request.set_dry_run(false);
    const auto done = Import(request, FileOf(format, rows));
    ASSERT_TRUE(IsOk(done));
    EXPECT_TRUE(Same(tried.value.DebugString(), done.value.DebugString()));
    EXPECT_EQ(CountsOf(done.value),
              absl::StrCat("created ", wanted["created"], ", changed ", wanted["changed"], ", unchanged ",
                           wanted["unchanged"], ", rejected ", wanted["rejected"]));
    EXPECT_EQ(done.value.row_count(), static_cast<int>(rows.size()));
    EXPECT_EQ(RejectedRows(done.value).size(), static_cast<size_t>(wanted["rejected"]))
        << testing::PrintToString(RejectedRows(done.value));
    model = after;
    std::vector<Activity> stands;
    for (const auto& [id, activity] : model) stands.push_back(activity);
    ASSERT_TRUE(Same(Export(FILE_FORMAT_CSV), FileOf(FILE_FORMAT_CSV, stands)));
  }
}

TEST_F(BulkServiceTest, ADryRunLeavesNoTrace) {
  MakeActivity("activiteit-1");
  const auto rows = [&] {
    std::string counts;
    for (const char* table : {"activities", "history", "changes", "request_ids", "change_heads"}) {
      absl::StrAppend(&counts, table, " ",
                      SqlSession(suite_.database().Superuser())
                          .Value(absl::StrCat(
                              "SELECT count(*) || ' ' || coalesce(max(xmin::text::bigint), 0) FROM catalogue.", table)),
                      "\n");
    }
    return counts;
  };
  const std::string before = rows();
  ImportActivitiesRequest request = ImportOf(FILE_FORMAT_CSV);
  request.set_dry_run(true);
  const auto answer = Import(request, FileOf(FILE_FORMAT_CSV, {Named("activiteit-1"), Named("activiteit-2")}));
  EXPECT_EQ(CountsOf(answer.value), "created 1, changed 0, unchanged 1, rejected 0");
  EXPECT_EQ(answer.revision(), -1);
  EXPECT_EQ(rows(), before);
}

TEST_F(BulkServiceTest, AFileThatCannotBeReadStoresNothing) {
  const std::string good = FileOf(FILE_FORMAT_CSV, {Named("activiteit-1")});
  const auto refused = [&](const std::string& file, const std::string& why) {
    const auto answer = Import(ImportOf(FILE_FORMAT_CSV), file);
    EXPECT_TRUE(FailsWith(answer, grpc::INVALID_ARGUMENT, "INVALID_REQUEST"));
    EXPECT_THAT(answer.violations(), ElementsAre(why));
  };
  refused("naam\n", "data BAD_HEADER");
  refused(good + "activiteit-2,caf\xe9\n", "data NOT_UTF8");
  refused(good + std::string("activiteit-2,\0\n", 15), "data NUL_BYTE");
  refused(good + good.substr(good.find('\n') + 1), "data DUPLICATE_ID");
  refused(good + "activiteit-2,\"x\n", "data BAD_QUOTES");
  refused(good + std::string(16 << 20, '\n'), "data TOO_LONG");
  EXPECT_EQ(Export(FILE_FORMAT_CSV), FileHeader(FILE_FORMAT_CSV));
}

TEST_F(BulkServiceTest, OnlyTheFirstMessageHoldsMoreThanBytes) {
  const std::string file = FileOf(FILE_FORMAT_CSV, {Named("activiteit-1")});
  ImportActivitiesRequest first = ImportOf(FILE_FORMAT_CSV);
  first.set_data(file);
  ImportActivitiesRequest second = ImportOf(FILE_FORMAT_CSV, kOtherOwner);
  second.set_dry_run(true);
  EXPECT_THAT(Send({first, second}).violations(),
              ElementsAre("dry_run ONLY_IN_FIRST_MESSAGE", "format ONLY_IN_FIRST_MESSAGE",
                          "parent ONLY_IN_FIRST_MESSAGE", "request_id ONLY_IN_FIRST_MESSAGE"));
  ImportActivitiesRequest large;
  large.set_data(std::string((1 << 20) + 1, '\n'));
  EXPECT_THAT(Send({first, large}).violations(), ElementsAre("data TOO_LONG"));
  EXPECT_THAT(Send({}).violations(), testing::Contains("parent REQUIRED"));
  EXPECT_EQ(Export(FILE_FORMAT_CSV), FileHeader(FILE_FORMAT_CSV));
}

TEST_F(BulkServiceTest, ARepeatedCallIsAnsweredAlikeHoweverItIsCut) {
  Activity activity = Named("activiteit-1");
  activity.set_policy_officer("Zoë 😀");
  const std::string file = FileOf(FILE_FORMAT_JSON_LINES, {activity});
  const ImportActivitiesRequest request = ImportOf(FILE_FORMAT_JSON_LINES);
  const auto first = Import(request, file, 1);
  ASSERT_TRUE(IsOk(first));
  EXPECT_EQ(CountsOf(first.value), "created 1, changed 0, unchanged 0, rejected 0");
  const auto again = Import(request, file);
  EXPECT_EQ(again.value.SerializeAsString(), first.value.SerializeAsString());
  EXPECT_EQ(again.revision(), first.revision());
  EXPECT_TRUE(FailsWith(Import(request, file + "\n"), grpc::INVALID_ARGUMENT, "REQUEST_ID_REUSED"));
  EXPECT_EQ(Export(FILE_FORMAT_JSON_LINES), file);
}

TEST_F(BulkServiceTest, AnEtagInARowMustBeTheStoredOne) {
  const Activity stored = MakeActivity("activiteit-1");
  const std::string row = absl::StrReplaceAll(FileOf(FILE_FORMAT_JSON_LINES, {stored}), {{"Grip op", "Zicht op"}});
  const auto with = [&](const std::string& etag) {
    return absl::StrReplaceAll(row, {{"{\"name\"", absl::StrCat("{\"etag\":\"\\\"", etag, "\\\"\",\"name\"")}});
  };
  EXPECT_THAT(RejectedRows(Imported(FILE_FORMAT_JSON_LINES, with("v7"))),
              ElementsAre("1 line 1 activiteit-1:  ETAG_MISMATCH"));
  EXPECT_EQ(CountsOf(Imported(FILE_FORMAT_JSON_LINES, with("v1"))), "created 0, changed 1, unchanged 0, rejected 0");
  EXPECT_EQ(Export(FILE_FORMAT_JSON_LINES), row);
}

TEST_F(BulkServiceTest, TheIdOfADroppedActivityIsNotUsedAgain) {
  catalogue::v1::DeleteActivityRequest drop;
  drop.set_name(MakeActivity("activiteit-1").name());
  drop.set_request_id(NewRequestId());
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::DeleteActivity, drop)));
  EXPECT_EQ(Export(FILE_FORMAT_CSV), FileHeader(FILE_FORMAT_CSV));
  const ImportActivitiesResponse report =
      Imported(FILE_FORMAT_CSV, FileOf(FILE_FORMAT_CSV, {Named("activiteit-1"), Named("activiteit-2")}));
  EXPECT_EQ(CountsOf(report), "created 1, changed 0, unchanged 0, rejected 1");
  EXPECT_THAT(RejectedRows(report), ElementsAre("1 line 2 activiteit-1: activity DROPPED"));
}

TEST_F(BulkServiceTest, AFileShowsWhatWasKnownAndWhatWasValid) {
  const std::string framework = MakeFramework().name();
  MakeActivity("activiteit-1");
  MakeActivity("activiteit-2");
  catalogue::v1::BatchCreateContributionsRequest contribute;
  contribute.set_parent("owners/GM0677/activities/activiteit-1");
  contribute.set_request_id(NewRequestId());
  contribute.add_requests()->set_contribution_id("bijdrage-1");
  *contribute.mutable_requests(0)->mutable_contribution() = AContribution(framework);
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::BatchCreateContributions, contribute)));
  catalogue::v1::AdoptFrameworkRequest adopt;
  adopt.set_name(framework);
  adopt.set_request_id(NewRequestId());
  // The days about which it says something are those of the framework: from 2025-07-01.
  ASSERT_TRUE(IsOk(client_.Call(&Catalogue::AdoptFramework, adopt)));
  const absl::Time then = suite_.Now();
  MoveClock(absl::Hours(1));
  Activity changed = Named("activiteit-1");
  changed.set_code("9.9");
  ASSERT_EQ(CountsOf(Imported(FILE_FORMAT_CSV, FileOf(FILE_FORMAT_CSV, {changed}))),
            "created 0, changed 1, unchanged 0, rejected 0");

  EXPECT_EQ(Export(FILE_FORMAT_CSV), FileOf(FILE_FORMAT_CSV, {changed, Named("activiteit-2")}));
  auto request = ExportOf(FILE_FORMAT_CSV);
  *request.mutable_read_time() = Timestamp(then + absl::Minutes(1));
  EXPECT_EQ(Export(request, suite_.Officer()).value,
            FileOf(FILE_FORMAT_CSV, {Named("activiteit-1"), Named("activiteit-2")}));
  request = ExportOf(FILE_FORMAT_CSV);
  request.set_valid_date("2026-01-15");
  EXPECT_EQ(Export(request, suite_.Officer()).value, FileOf(FILE_FORMAT_CSV, {Named("activiteit-1")}));
  request.set_valid_date("1999-01-01");
  EXPECT_EQ(Export(request, suite_.Officer()).value, FileHeader(FILE_FORMAT_CSV));

  // Who reads by a share gets what was adopted, and nothing without one.
  const std::string coordinator = suite_.Token({{"RG-achterhoek", {"regional_coordinator"}}});
  suite_.PollShares();
  EXPECT_TRUE(FailsWith(Export(ExportOf(FILE_FORMAT_CSV), coordinator), grpc::PERMISSION_DENIED, "OWNER_FORBIDDEN"));
  collaboration::v1::CreateSharingGrantRequest give;
  give.set_parent(OwnerName(kOwner));
  give.set_sharing_grant_id("deling-1");
  give.set_request_id(NewRequestId());
  give.mutable_sharing_grant()->set_display_name("Voor de regio");
  give.mutable_sharing_grant()->set_receiver("RG-achterhoek");
  give.mutable_sharing_grant()->set_scope(framework);
  *give.mutable_sharing_grant()->mutable_until_time() = Timestamp(suite_.Now() + absl::Hours(1));
  ASSERT_TRUE(IsOk(client_.Call(&collaboration::v1::CollaborationService::Stub::CreateSharingGrant, give)));
  suite_.PollShares();
  const auto shared = Export(ExportOf(FILE_FORMAT_CSV), coordinator);
  ASSERT_TRUE(IsOk(shared));
  EXPECT_EQ(shared.value, FileOf(FILE_FORMAT_CSV, {Named("activiteit-1")}));
}

// A reader who takes long sees one moment all the same.
TEST_F(BulkServiceTest, AFileShowsOneMoment) {
  // More than the way to the reader holds.
  const std::string plan(60'000, 'p');
  std::vector<Activity> activities;
  for (int i = 0; i < 180; ++i) {
    activities.push_back(Named(absl::StrCat("a-", 1000 + i)));
    activities.back().mutable_aspects(0)->set_plan(plan);
  }
  ASSERT_EQ(Imported(FILE_FORMAT_CSV, FileOf(FILE_FORMAT_CSV, activities)).created_count(), 180);
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + suite_.Officer());
  Catalogue stub(suite_.channel());
  const auto reader = stub.StreamActivityFile(&context, ExportOf(FILE_FORMAT_CSV));
  catalogue::v1::StreamActivityFileResponse part;
  ASSERT_TRUE(reader->Read(&part));
  std::string file = part.data();
  Activity last = activities.back();
  last.set_code("9.9");
  ASSERT_EQ(Imported(FILE_FORMAT_CSV, FileOf(FILE_FORMAT_CSV, {last, Named("a-9999")})).row_count(), 2);
  while (reader->Read(&part)) file += part.data();
  ASSERT_TRUE(reader->Finish().ok());
  EXPECT_TRUE(Same(file, FileOf(FILE_FORMAT_CSV, activities)));
}

TEST_F(BulkServiceTest, HalfAFileIsNoFile) {
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + suite_.Officer());
  Catalogue stub(suite_.channel());
  ImportActivitiesResponse response;
  const auto writer = stub.ImportActivities(&context, &response);
  ImportActivitiesRequest first = ImportOf(FILE_FORMAT_CSV);
  first.set_data(FileOf(FILE_FORMAT_CSV, {Named("activiteit-1")}));
  ASSERT_TRUE(writer->Write(first));
  context.TryCancel();
  EXPECT_EQ(writer->Finish().error_code(), grpc::CANCELLED);
  MakeActivity("activiteit-2");
  EXPECT_EQ(Export(FILE_FORMAT_CSV), FileOf(FILE_FORMAT_CSV, {Named("activiteit-2")}));
}

TEST_F(BulkServiceTest, ImportsOfOneOwnerComeOneAfterAnother) {
  std::vector<Activity> activities;
  for (int i = 0; i < 50; ++i) activities.push_back(Named(absl::StrCat("a-", 1000 + i)));
  std::vector<std::string> counts(4);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < counts.size(); ++i) {
    threads.emplace_back([&, i] {
      std::vector<Activity> mine = activities;
      std::shuffle(mine.begin(), mine.end(), std::mt19937(static_cast<unsigned>(i)));
      counts[i] = CountsOf(Imported(FILE_FORMAT_CSV, FileOf(FILE_FORMAT_CSV, mine)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::count(counts.begin(), counts.end(), "created 50, changed 0, unchanged 0, rejected 0"), 1);
  EXPECT_EQ(std::count(counts.begin(), counts.end(), "created 0, changed 0, unchanged 50, rejected 0"), 3);
}

}  // namespace
}  // namespace regiokompas::test
