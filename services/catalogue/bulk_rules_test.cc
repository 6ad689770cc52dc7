#include "services/catalogue/bulk_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"

namespace regiokompas::catalogue {
namespace {

using google::protobuf::util::MessageDifferencer;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::SizeIs;

constexpr char kParent[] = "owners/GM0677";
constexpr v1::FileFormat kFormats[] = {v1::FILE_FORMAT_CSV, v1::FILE_FORMAT_JSON_LINES};

v1::Activity Parsed(const std::string& text) {
  v1::Activity activity;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &activity)) << text;
  return activity;
}

std::string FileOf(v1::FileFormat format, const std::vector<v1::Activity>& activities) {
  std::string file = FileHeader(format);
  for (const v1::Activity& activity : activities) {
    const auto row = FileRowOf(format, activity);
    EXPECT_TRUE(row.ok()) << row.status();
    file += row.value_or("");
  }
  return file;
}

std::vector<FileRow> Rows(v1::FileFormat format, const std::string& file) {
  const auto rows = ReadFile(format, kParent, file);
  EXPECT_TRUE(rows.ok()) << rows.status();
  return rows.value_or(std::vector<FileRow>());
}

// "field REASON" of what is wrong with a row or a file.
std::string Why(const absl::Status& status) {
  v1::RowReport report;
  Reject(status, report);
  EXPECT_EQ(report.outcome(), v1::ROW_OUTCOME_REJECTED);
  EXPECT_FALSE(report.text().empty());
  EXPECT_FALSE(absl::StrContains(report.text(), "{") && !absl::StrContains(report.text(), "/{activity}"))
      << report.text();
  return absl::StrCat(report.field(), " ", report.reason());
}

std::string WhyNotFile(v1::FileFormat format, const std::string& file) {
  const auto rows = ReadFile(format, kParent, file);
  EXPECT_TRUE(absl::IsInvalidArgument(rows.status()));
  return rows.ok() ? "" : Why(rows.status());
}

// A file with one row: an activity a1 with this cell in that column, as it stands.
std::string CsvWith(const std::string& column, const std::string& cell) {
  std::vector<std::string> cells;
  for (const std::string& name : FileColumns()) {
    if (name == column) {
      cells.push_back(cell);
    } else {
      cells.emplace_back(name == "activity" ? "a1" : "");
    }
  }
  return absl::StrCat(FileHeader(v1::FILE_FORMAT_CSV), absl::StrJoin(cells, ","), "\r\n");
}

FileRow RowWith(const std::string& column, const std::string& cell) {
  std::vector<FileRow> rows = Rows(v1::FILE_FORMAT_CSV, CsvWith(column, cell));
  EXPECT_THAT(rows, SizeIs(1));
  return rows.empty() ? FileRow{.number = 0, .line = 0} : rows.front();
}

FileRow JsonRow(const std::string& line) {
  std::vector<FileRow> rows = Rows(v1::FILE_FORMAT_JSON_LINES, line);
  EXPECT_THAT(rows, SizeIs(1));
  return rows.empty() ? FileRow{.number = 0, .line = 0} : rows.front();
}

// JSON in a cell of a CSV file.
std::string InQuotes(const std::string& text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

// -- A generator of activities with everything that an activity can hold

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  v1::Activity Next() {
    v1::Activity activity;
    activity.set_name(absl::StrCat(kParent, "/activities/a-", ++count_));
    activity.set_display_name(absl::StrCat("x", Text()));
    activity.set_code(Text());
    for (int i = Number(3); i > 0; --i) {
      auto* aspect = activity.add_aspects();
      aspect->set_kind(static_cast<v1::AspectKind>(Number(14)));
      aspect->set_label(Text());
      aspect->set_plan(Text());
      aspect->set_ordinal(Number(3));
    }
    for (int i = Number(4); i > 0; --i) activity.add_realisation_years(Number(3000) - 10);
    for (int i = Number(3); i > 0; --i) {
      auto* milestone = activity.add_milestones();
      milestone->set_text(Text());
      milestone->set_due(Text());
      milestone->set_ordinal(Number(3));
      for (int k = Number(3); k > 0; --k) {
        auto* shift = milestone->add_shifts();
        shift->set_from_due(Text());
        shift->set_to_due(Text());
        shift->set_reason(Text());
        if (Number(2) == 0) {
          shift->mutable_shift_time()->set_seconds(Number(1'000'000'000));
          shift->mutable_shift_time()->set_nanos(Number(1'000'000) * 1'000);
        }
      }
      if (Number(2) == 0) Fill(*milestone->mutable_provenance());
    }
    for (int i = Number(3); i > 0; --i) {
      auto* line = activity.add_budget_lines();
      if (Number(3) > 0) line->set_amount_cents(Number(2) == 0 ? 0 : Number(1'000'000'000) * int64_t{1'000'000'007});
      if (Number(2) == 0) line->set_high_cents(Number(2) == 0 ? 0 : int64_t{9'007'199'254'740'993});
      line->set_side(static_cast<v1::BudgetSide>(Number(3)));
      for (int k = Number(3); k > 0; --k) line->add_fiscal_years(Number(3000));
      line->set_frequency(static_cast<v1::BudgetFrequency>(Number(3)));
      line->set_nature(static_cast<v1::BudgetNature>(Number(3)));
      line->set_funding_source(Text());
      line->set_per_unit(Text());
      line->set_text(Text());
      line->set_ordinal(Number(3));
      if (Number(2) == 0) Fill(*line->mutable_provenance());
    }
    for (int i = Number(4); i > 0; --i) activity.add_task_fields(Text());
    for (int i = Number(3); i > 0; --i) {
      auto* party = activity.add_parties();
      party->set_organisation(Text());
      party->set_role(Text());
      party->set_party(Text());
    }
    activity.set_responsible_executive(Text());
    activity.set_policy_officer(Text());
    if (Number(2) == 0) Fill(*activity.mutable_provenance());
    if (Number(2) == 0) {
      activity.mutable_ending()->set_kind(static_cast<v1::ActivityEndingKind>(1 + Number(2)));
      activity.mutable_ending()->set_ending_date(Text());
      activity.mutable_ending()->set_reason(Text());
    }
    return activity;
  }

 private:
  int Number(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  std::string Text() {
    static constexpr const char* kPieces[] = {
        "a",           "Ü", "€",    "😀",      "\n", "\r\n", "\r",   "\"",  ",",    ";",    "=",
        "+",           "-", "@",    "'",      "\t", " ",    "\\",   "[",   "{",    "]",    "}",
        ":",           "0", "6.72", "\u2028", "<",  "null", "\"\"", "1e3", "\x01", "\x7f", "cents\": 12.5",
        "\xEF\xBB\xBF"};
    std::string text;
    for (int i = Number(3) * Number(4); i > 0; --i) text += kPieces[Number(std::size(kPieces))];
    return text;
  }

  void Fill(v1::Provenance& provenance) {
    if (Number(3) == 0) return;  // present and empty
    provenance.set_document(Text());
    provenance.set_sha256(Text());
    provenance.set_first_line(Number(3));
    provenance.set_last_line(Number(3));
    provenance.set_element_id(Text());
    for (int i = Number(3); i > 0; --i) {
      auto* line = provenance.add_lines();
      line->set_number(Number(3));
      line->set_text(Text());
    }
  }

  std::mt19937 random_;
  int count_ = 0;
};

// -- What goes out comes in

TEST(BulkRulesTest, ColumnsHoldAllThatAnActivityHolds) {
  std::set<std::string> held;
  for (const std::string& column : FileColumns()) held.insert(column.substr(0, column.find('.')));
  std::set<std::string> fields = {"activity"};
  const auto* activity = v1::Activity::descriptor();
  for (int i = 0; i < activity->field_count(); ++i) fields.insert(activity->field(i)->name());
  for (const char* left : {"name", "create_time", "update_time", "etag"}) fields.erase(left);
  EXPECT_EQ(held, fields);
  const auto* ending = v1::ActivityEnding::descriptor();
  for (int i = 0; i < ending->field_count(); ++i) {
    EXPECT_THAT(FileColumns(), testing::Contains("ending." + ending->field(i)->name()));
  }
}

TEST(BulkRulesTest, TheGeneratorFillsEveryField) {
  Generator generator(1);
  v1::Activity all;
  for (int i = 0; i < 100; ++i) all.MergeFrom(generator.Next());
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  all.GetReflection()->ListFields(all, &fields);
  EXPECT_THAT(fields, SizeIs(v1::Activity::descriptor()->field_count() - 3));  // but for times and etag
}

TEST(BulkRulesTest, WhatGoesOutComesInTheSame) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    Generator generator(seed);
    std::vector<v1::Activity> activities;
    for (int i = 0; i < 50; ++i) activities.push_back(generator.Next());
    for (const v1::FileFormat format : kFormats) {
      SCOPED_TRACE(absl::StrCat("seed ", seed, " ", v1::FileFormat_Name(format)));
      const std::string file = FileOf(format, activities);
      const std::vector<FileRow> rows = Rows(format, file);
      ASSERT_EQ(rows.size(), activities.size());
      std::vector<v1::Activity> again;
      for (size_t i = 0; i < rows.size(); ++i) {
        ASSERT_TRUE(rows[i].status.ok()) << rows[i].status;
        ASSERT_TRUE(MessageDifferencer::Equals(rows[i].activity, activities[i]))
            << rows[i].activity.DebugString() << "is not\n"
            << activities[i].DebugString();
        again.push_back(rows[i].activity);
      }
      EXPECT_EQ(FileOf(format, again), file);
    }
  }
}

TEST(BulkRulesTest, AFileLooksLikeThis) {
  v1::Activity activity = Parsed(R"(
      name: "owners/GM0677/activities/a1" display_name: "Grip, op \"kosten\"" code: "=1.1"
      realisation_years: 2026 realisation_years: 2027 task_fields: "6.72" task_fields: "6.71a"
      aspects { kind: ASPECT_KIND_RESULT label: "Doel" plan: "Één\nregel" }
      budget_lines { amount_cents: 125050 }
      ending { kind: ACTIVITY_ENDING_KIND_STOPPED reason: "-" }
      create_time { seconds: 1 } update_time { seconds: 2 } etag: "\"v1\"")");
  EXPECT_EQ(
      FileOf(v1::FILE_FORMAT_CSV, {activity}),
      "activity,display_name,code,realisation_years,task_fields,responsible_executive,policy_officer,"
      "ending.kind,ending.ending_date,ending.reason,aspects,milestones,budget_lines,parties,provenance\r\n"
      "a1,\"Grip, op \"\"kosten\"\"\",'=1.1,2026;2027,6.72;6.71a,,,ACTIVITY_ENDING_KIND_STOPPED,,'-,"
      "\"[{\"\"kind\"\":\"\"ASPECT_KIND_RESULT\"\",\"\"label\"\":\"\"Doel\"\",\"\"plan\"\":\"\"Één\\nregel\"\"}]\","
      ",\"[{\"\"amountCents\"\":\"\"125050\"\"}]\",,\r\n");
  EXPECT_EQ(FileOf(v1::FILE_FORMAT_JSON_LINES, {activity}),
            "{\"name\":\"owners/GM0677/activities/a1\",\"displayName\":\"Grip, op \\\"kosten\\\"\",\"code\":\"=1.1\","
            "\"aspects\":[{\"kind\":\"ASPECT_KIND_RESULT\",\"label\":\"Doel\",\"plan\":\"Één\\nregel\"}],"
            "\"realisationYears\":[2026,2027],\"budgetLines\":[{\"amountCents\":\"125050\"}],"
            "\"taskFields\":[\"6.72\",\"6.71a\"],"
            "\"ending\":{\"kind\":\"ACTIVITY_ENDING_KIND_STOPPED\",\"reason\":\"-\"}}\n");
}

TEST(BulkRulesTest, AbsentAndEmptyStayApart) {
  for (const v1::FileFormat format : kFormats) {
    const std::vector<FileRow> rows =
        Rows(format, FileOf(format, {Parsed(R"(name: "owners/GM0677/activities/a1" provenance {})"),
                                     Parsed(R"(name: "owners/GM0677/activities/a2")"),
                                     Parsed(R"(name: "owners/GM0677/activities/a3" task_fields: "")"),
                                     Parsed(R"(name: "owners/GM0677/activities/a4" budget_lines { amount_cents: 0 })"),
                                     Parsed(R"(name: "owners/GM0677/activities/a5" budget_lines {})")}));
    ASSERT_THAT(rows, SizeIs(5));
    EXPECT_TRUE(rows[0].activity.has_provenance());
    EXPECT_FALSE(rows[1].activity.has_provenance());
    EXPECT_FALSE(rows[1].activity.has_ending());
    EXPECT_EQ(rows[1].activity.task_fields_size(), 0);
    EXPECT_THAT(rows[2].activity.task_fields(), ElementsAre(""));
    EXPECT_TRUE(rows[3].activity.budget_lines(0).has_amount_cents());
    EXPECT_FALSE(rows[4].activity.budget_lines(0).has_amount_cents());
  }
}

// -- Formulas

TEST(BulkRulesTest, NoCellIsAFormula) {
  // A reader of its own: what a spreadsheet sees.
  const auto cells_of = [](const std::string& file) {
    std::vector<std::string> cells = {""};
    bool quoted = false;
    for (size_t i = 0; i < file.size(); ++i) {
      if (file[i] == '"') {
        if (quoted && file[i + 1] == '"') {
          cells.back() += file[++i];
        } else {
          quoted = !quoted;
        }
      } else if (!quoted && (file[i] == ',' || file[i] == '\n')) {
        cells.emplace_back();
      } else if (quoted || file[i] != '\r') {
        cells.back() += file[i];
      }
    }
    return cells;
  };
  Generator generator(7);
  int guarded = 0;
  for (int i = 0; i < 500; ++i) {
    const v1::Activity activity = generator.Next();
    const std::vector<std::string> cells = cells_of(FileOf(v1::FILE_FORMAT_CSV, {activity}));
    ASSERT_EQ(cells.size(), 2 * FileColumns().size() + 1);
    for (const std::string& cell : cells) {
      ASSERT_FALSE(!cell.empty() && absl::StrContains("=+-@\t\r\n", cell.front())) << cell;
      guarded += absl::StartsWith(cell, "'") ? 1 : 0;
    }
  }
  EXPECT_GT(guarded, 50);
}

TEST(BulkRulesTest, AnApostropheGuardsFormulasAndNothingElse) {
  for (const auto& [text, cell] : std::vector<std::pair<std::string, std::string>>{{"=1+1", "'=1+1"},
                                                                                   {"+31 6", "'+31 6"},
                                                                                   {"-", "'-"},
                                                                                   {"@x", "'@x"},
                                                                                   {"\tx", "'\tx"},
                                                                                   {"'=1", "''=1"},
                                                                                   {"''@", "'''@"},
                                                                                   {"'s avonds", "'s avonds"},
                                                                                   {"'", "'"},
                                                                                   {"1-2", "1-2"}}) {
    v1::Activity activity = Parsed(R"(name: "owners/GM0677/activities/a1")");
    activity.set_code(text);
    EXPECT_EQ(FileOf(v1::FILE_FORMAT_CSV, {activity}), CsvWith("code", cell));
    EXPECT_EQ(RowWith("code", cell).activity.code(), text);
  }
  // Typed by hand, without the guard.
  EXPECT_EQ(RowWith("code", "=1+1").activity.code(), "=1+1");
}

// -- What is read

TEST(BulkRulesTest, ReadsWhatSpreadsheetsWrite) {
  const std::string header = absl::StrJoin(FileColumns(), ",");
  const std::string commas(FileColumns().size() - 2, ',');
  for (const char* const end : {"\n", "\r\n"}) {
    const std::string file = absl::StrCat("\xEF\xBB\xBF", header, end, "a1,\"een\r\ntwee \"\"drie\"\"\"", commas, end,
                                          end, "a2,\"x\"", commas, end, "\"owners/GM0677/activities/a3\", y ", commas);
    const std::vector<FileRow> rows = Rows(v1::FILE_FORMAT_CSV, file);
    ASSERT_THAT(rows, SizeIs(3));
    EXPECT_THAT(rows, ElementsAre(AllOf(Field(&FileRow::number, 1), Field(&FileRow::line, 2)),
                                  AllOf(Field(&FileRow::number, 2), Field(&FileRow::line, 5)),
                                  AllOf(Field(&FileRow::number, 3), Field(&FileRow::line, 6))));
    EXPECT_EQ(rows[0].activity.display_name(), "een\r\ntwee \"drie\"");
    EXPECT_EQ(rows[1].activity.display_name(), "x");
    EXPECT_EQ(rows[2].activity.display_name(), " y ");
    EXPECT_EQ(rows[2].activity.name(), "owners/GM0677/activities/a3");
  }
}

TEST(BulkRulesTest, ReadsListsAsTheyAreTyped) {
  EXPECT_THAT(RowWith("realisation_years", "2026; 2027 ;2028").activity.realisation_years(),
              ElementsAre(2026, 2027, 2028));
  EXPECT_THAT(RowWith("task_fields", "6.72; 0.10").activity.task_fields(), ElementsAre("6.72", "0.10"));
  EXPECT_THAT(RowWith("task_fields", InQuotes("[\"a;b\", \"\"]")).activity.task_fields(), ElementsAre("a;b", ""));
}

TEST(BulkRulesTest, ReadsBothNamesOfAFieldInJson) {
  EXPECT_EQ(RowWith("budget_lines", InQuotes(R"([{"amount_cents": 5}])")).activity.budget_lines(0).amount_cents(), 5);
  EXPECT_EQ(JsonRow(R"({"budget_lines":[{"amountCents":"5"}],"name":"a1"})").activity.name(),
            "owners/GM0677/activities/a1");
}

TEST(BulkRulesTest, IgnoresWhatOnlyTheServiceSetsButReadsIt) {
  const FileRow row = JsonRow(R"({"name":"a1","createTime":"2026-01-15T10:00:00Z","etag":"\"v3\""})");
  EXPECT_TRUE(row.status.ok()) << row.status;
  EXPECT_EQ(row.activity.etag(), "\"v3\"");
}

TEST(BulkRulesTest, AnEmptyFileOfJsonLinesHasNoRows) {
  EXPECT_THAT(Rows(v1::FILE_FORMAT_JSON_LINES, ""), SizeIs(0));
  EXPECT_THAT(Rows(v1::FILE_FORMAT_JSON_LINES, "\n\r\n"), SizeIs(0));
  EXPECT_THAT(Rows(v1::FILE_FORMAT_CSV, FileHeader(v1::FILE_FORMAT_CSV)), SizeIs(0));
}

TEST(BulkRulesTest, AShiftKeepsTheTimeThatIsStored) {
  const v1::Activity stored =
      Parsed(R"(milestones { due: "2027" shifts { to_due: "2026" reason: "a" shift_time { seconds: 5 } }
                                                     shifts { to_due: "2027" reason: "b" shift_time { seconds: 6 } } })");
  v1::Activity typed = Parsed(R"(milestones { due: "2027" shifts { to_due: "2026" reason: "a" }
                                              shifts { to_due: "2027" reason: "anders" } }
                                 milestones { shifts { to_due: "2026" reason: "a" } })");
  KeepShiftTimes(stored, &typed);
  EXPECT_EQ(typed.milestones(0).shifts(0).shift_time().seconds(), 5);
  EXPECT_FALSE(typed.milestones(0).shifts(1).has_shift_time());
  EXPECT_FALSE(typed.milestones(1).shifts(0).has_shift_time());
}

// -- What is refused

TEST(BulkRulesTest, SaysWhichCellIsWrong) {
  struct Case {
    std::string column, cell, why;
  };
  for (const Case& wrong : std::vector<Case>{
           {"activity", "", "activity REQUIRED"},
           {"activity", "Met Hoofdletter", "activity BAD_ID"},
           {"activity", "owners/GM0299/activities/a1", "activity BAD_NAME"},
           {"activity", "owners/GM0677/goals/a1", "activity BAD_NAME"},
           {"realisation_years", "2026;later", "realisation_years[1] BAD_VALUE"},
           {"realisation_years", "2026.5", "realisation_years[0] BAD_VALUE"},
           {"realisation_years", "2026;", "realisation_years[1] BAD_VALUE"},
           {"ending.kind", "GESTOPT", "ending.kind UNKNOWN_VALUE"},
           {"aspects", "tekst", "aspects BAD_JSON"},
           {"aspects", "[", "aspects BAD_JSON"},
           {"aspects", std::string(10'000, '['), "aspects BAD_JSON"},
           {"aspects", std::string(10'000, '[') + std::string(10'000, ']'), "aspects BAD_JSON"},
           {"aspects", InQuotes(R"([],"code":"x")"), "aspects BAD_JSON"},
           {"aspects", InQuotes(R"([{"label":"x"},[{"label":"y"}]])"), "aspects BAD_JSON"},
           {"aspects", InQuotes(R"([{"plann":"x"}])"), "aspects[0].plann UNKNOWN_FIELD"},
           {"aspects", InQuotes(R"([{"plan":5}])"), "aspects[0].plan BAD_VALUE"},
           {"aspects", InQuotes(R"([{"kind":"ASPECT_KIND_X"}])"), "aspects[0].kind BAD_VALUE"},
           {"aspects", InQuotes(R"([{'plan':'x'}])"), "aspects BAD_JSON"},
           {"budget_lines", InQuotes(R"([{},{"amountCents":"12.50"}])"), "budget_lines[1].amount_cents BAD_CENTS"},
           {"budget_lines", InQuotes(R"([{"amountCents":12.50}])"), "budget_lines[0].amount_cents BAD_CENTS"},
           {"budget_lines", InQuotes(R"([{"amountCents":12.0}])"), "budget_lines[0].amount_cents BAD_CENTS"},
           {"budget_lines", InQuotes(R"([{"amountCents":1e3}])"), "budget_lines[0].amount_cents BAD_CENTS"},
           {"budget_lines", InQuotes(R"([{"high_cents" : "12,50"}])"), "budget_lines[0].high_cents BAD_CENTS"},
           {"budget_lines", InQuotes(R"([{"amountCents":99999999999999999999}])"),
            "budget_lines[0].amount_cents BAD_CENTS"},
       }) {
    const FileRow row = RowWith(wrong.column, wrong.cell);
    EXPECT_EQ(Why(row.status), wrong.why) << wrong.cell.substr(0, 100);
    EXPECT_EQ(row.activity.name(), wrong.column == "activity" ? "" : "owners/GM0677/activities/a1");
  }
}

TEST(BulkRulesTest, SaysWhichLineIsNoObject) {
  for (const auto& [line, why] : std::vector<std::pair<std::string, std::string>>{
           {"x", " BAD_JSON"},
           {"[]", " BAD_JSON"},
           {"null", " BAD_JSON"},
           {R"({"name":"a1"} {})", " BAD_JSON"},
           {R"({"name":"a1",})", " BAD_JSON"},
           {R"({"displayName":"x"})", "name REQUIRED"},
           {R"({"name":"A"})", "name BAD_ID"},
           {R"({"name":"a1","titel":"x"})", "titel UNKNOWN_FIELD"},
           {R"({"name":"a1","budgetLines":[{"amountCents":1.0}]})", "budget_lines[0].amount_cents BAD_CENTS"},
       }) {
    EXPECT_EQ(Why(JsonRow(line).status), why) << line;
  }
  EXPECT_EQ(JsonRow(R"({"name":"a1","titel":"x"})").activity.name(), "owners/GM0677/activities/a1");
  // A text that only looks like an amount is a text.
  EXPECT_TRUE(JsonRow(R"({"name":"a1","code":"\"amountCents\": 12.0"})").status.ok());
  // What the sender made up is not sent back at length.
  EXPECT_EQ(Why(JsonRow(absl::StrCat(R"({"name":"a1",")", std::string(5000, 'x'), R"(":1})")).status),
            " UNKNOWN_FIELD");
}

TEST(BulkRulesTest, ARowNeedsAsManyCellsAsTheHeader) {
  const std::string header = FileHeader(v1::FILE_FORMAT_CSV);
  const std::string commas(FileColumns().size() - 1, ',');
  const std::vector<FileRow> rows =
      Rows(v1::FILE_FORMAT_CSV, absl::StrCat(header, "a1\r\na2", commas, ",\r\na3", commas, "\r\n"));
  ASSERT_THAT(rows, SizeIs(3));
  EXPECT_EQ(Why(rows[0].status), " WRONG_CELLS");
  EXPECT_EQ(Why(rows[1].status), " WRONG_CELLS");
  EXPECT_EQ(rows[1].activity.name(), "owners/GM0677/activities/a2");
  EXPECT_TRUE(rows[2].status.ok());
  EXPECT_THAT(std::string(rows[1].status.message()), HasSubstr("16 cells and the header 15"));
  // A line of nothing but commas costs no more than any other.
  const std::vector<FileRow> bomb = Rows(v1::FILE_FORMAT_CSV, absl::StrCat(header, std::string(10'000'000, ',')));
  ASSERT_THAT(bomb, SizeIs(1));
  EXPECT_EQ(Why(bomb[0].status), "activity REQUIRED");
}

TEST(BulkRulesTest, RefusesAFileThatCannotBeRead) {
  const std::string header = FileHeader(v1::FILE_FORMAT_CSV);
  const std::string row = absl::StrCat("a1", std::string(FileColumns().size() - 1, ','), "\n");
  struct Case {
    std::string file, why, text;
  };
  for (const Case& wrong : std::vector<Case>{
           {"", "data BAD_HEADER", "activity,display_name"},
           {"activity;display_name\n", "data BAD_HEADER", ""},
           {absl::StrReplaceAll(header, {{"code", "Code"}}), "data BAD_HEADER", ""},
           {absl::StrReplaceAll(header, {{"\r\n", ",meer\r\n"}}), "data BAD_HEADER", ""},
           {absl::StrCat(header, row, row), "data DUPLICATE_ID", "lines 2 and 3"},
           {absl::StrCat(header, row, "a2,caf\xE9\n"), "data NOT_UTF8", "line 3"},
           {absl::StrCat(header, "a1,\xED\xA0\x80\n"), "data NOT_UTF8", "line 2"},
           {absl::StrCat(header, "a1,\xC0\x80\n"), "data NOT_UTF8", ""},
           {absl::StrCat(header, "a1,\xF5\x80\x80\x80\n"), "data NOT_UTF8", ""},
           {absl::StrCat(header, "a1,\xE2\x82"), "data NOT_UTF8", ""},
           {absl::StrCat(header, "a1,", absl::string_view("\0", 1), "\n"), "data NUL_BYTE", "line 2"},
           {absl::StrCat(header, row, "a2,\"x\n"), "data BAD_QUOTES", "line 3"},
           {absl::StrCat(header, "a2,\"x\"y\n"), "data BAD_QUOTES", "line 2"},
           {absl::StrCat(header, "a2,x\"y\"\n"), "data BAD_QUOTES", "line 2"},
           {std::string(kMaxFileBytes + 1, 'a'), "data TOO_LONG", ""},
       }) {
    EXPECT_EQ(WhyNotFile(v1::FILE_FORMAT_CSV, wrong.file), wrong.why);
    EXPECT_THAT(std::string(ReadFile(v1::FILE_FORMAT_CSV, kParent, wrong.file).status().message()),
                HasSubstr(wrong.text));
  }
  // Also by its whole name, and also when one of the rows can not be read.
  EXPECT_EQ(
      WhyNotFile(v1::FILE_FORMAT_JSON_LINES, "{\"name\":\"a1\",\"x\":1}\n{\"name\":\"owners/GM0677/activities/a1\"}"),
      "data DUPLICATE_ID");
}

TEST(BulkRulesTest, AFileHasAtMostSoManyRows) {
  std::string file;
  for (int i = 0; i < kMaxFileRows; ++i) absl::StrAppend(&file, "x\n");
  EXPECT_THAT(Rows(v1::FILE_FORMAT_JSON_LINES, file), SizeIs(kMaxFileRows));
  EXPECT_EQ(WhyNotFile(v1::FILE_FORMAT_JSON_LINES, file + "x"), "data TOO_MANY");
}

}  // namespace
}  // namespace regiokompas::catalogue
