// Every example in testdata/examples: what is read in the text is what its officer says.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/intake/parser/example.h"
#include "services/intake/parser/parse.h"
#include "services/intake/parser/text_lines.h"
#include "services/intake/reader/read_source.h"

namespace regiokompas::intake {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> Texts(const std::string& folder) {
  std::vector<fs::path> texts;
  for (const auto& entry :
       fs::directory_iterator(absl::StrCat(REGIOKOMPAS_SOURCE_DIR, "/services/intake/parser/", folder))) {
    if (entry.path().extension() == ".txt") texts.push_back(entry.path());
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

absl::StatusOr<v1::ParsedDocument> ReadAndParse(const std::string& bytes, const ParseOptions& options) {
  const auto source = ReadSource(bytes);
  if (!source.ok()) return source.status();
  return Parse(*source, options);
}

// The lines as the service streams them.
google::protobuf::RepeatedPtrField<v1::DocumentLine> LinesOf(const std::string& bytes) {
  const auto source = ReadSource(bytes);
  EXPECT_TRUE(source.ok());
  google::protobuf::RepeatedPtrField<v1::DocumentLine> lines;
  for (const Line& line : SplitLines(*source)) {
    auto* const added = lines.Add();
    added->set_number(line.number);
    added->set_text(std::string(line.raw));
  }
  return lines;
}

v1::ParsedDocument FromJson(const std::string& json) {
  v1::ParsedDocument parsed;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &parsed);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return parsed;
}

void ExpectSame(const v1::ParsedDocument& expected, const v1::ParsedDocument& parsed) {
  google::protobuf::util::MessageDifferencer differencer;
  std::string differences;
  differencer.ReportDifferencesToString(&differences);
  EXPECT_TRUE(differencer.Compare(expected, parsed)) << differences;
}

TEST(Examples, AreReadAsExpected) {
  const std::vector<fs::path> texts = Texts("testdata/examples");
  EXPECT_FALSE(texts.empty());
  for (const fs::path& text : texts) {
    SCOPED_TRACE(text.filename().string());
    const v1::ParsedDocument expected = FromJson(ReadFile(fs::path(text).replace_extension(".expected.json")));
    ParseOptions options;
    options.file_name = expected.source().title();
    options.municipality = expected.source().municipality();
    const auto parsed = ReadAndParse(ReadFile(text), options);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    ExpectSame(expected, Comparable(*parsed));
  }
}

// What is written as an example of a document is an example that holds, as long as nobody corrects anything.
TEST(Examples, OfADocumentHold) {
  for (const fs::path& text : Texts("testdata")) {
    SCOPED_TRACE(text.filename().string());
    const std::string bytes = ReadFile(text);
    const auto parsed = ReadAndParse(bytes, {});
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    const Example example = MakeExample(LinesOf(bytes), *parsed);
    const auto again = ReadAndParse(example.text, {});
    ASSERT_TRUE(again.ok()) << again.status();
    ExpectSame(FromJson(example.expected), Comparable(*again));
  }
}

TEST(Examples, NumberIdsAndLinesAnew) {
  v1::ParsedDocument parsed;
  parsed.mutable_source()->set_title("Titel");
  parsed.mutable_source()->set_sha256("ab");
  parsed.add_spans()->set_first_line(4);
  auto* const goal = parsed.add_goals();
  goal->set_id("n7");
  goal->set_line(4);
  auto* const activity = parsed.add_activities();
  activity->set_id("g1");
  activity->add_goal_ids("n7");
  activity->set_line(9);
  auto* const target = parsed.add_targets();
  target->set_id("x");
  target->set_subject_id("g1");
  target->set_line(9);
  google::protobuf::RepeatedPtrField<v1::DocumentLine> lines;
  for (const int number : {4, 4, 5, 9}) {
    auto* const line = lines.Add();
    line->set_number(number);
    line->set_text(absl::StrCat("regel ", lines.size()));
  }
  const Example example = MakeExample(lines, parsed);
  EXPECT_EQ(example.text, "regel 1\nregel 2\nregel 3\n\nregel 4\n");
  const v1::ParsedDocument expected = FromJson(example.expected);
  EXPECT_EQ(expected.source().sha256(), "");
  EXPECT_EQ(expected.spans_size(), 0);
  EXPECT_EQ(expected.goals(0).id(), "g1");
  EXPECT_EQ(expected.goals(0).line(), 1);
  EXPECT_EQ(expected.activities(0).id(), "a1");
  EXPECT_EQ(expected.activities(0).goal_ids(0), "g1");
  EXPECT_EQ(expected.activities(0).line(), 5);
  EXPECT_EQ(expected.targets(0).subject_id(), "a1");
}

}  // namespace
}  // namespace regiokompas::intake
