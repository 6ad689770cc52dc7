#include "services/cli/parse_text.h"

#include <cstdlib>
#include <sstream>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

namespace regiokompas::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ParseTextTest : public ::testing::Test {
 protected:
  ParseTextTest() {
    unsetenv("LANG");
    Line(1, "Programma Jeugd");
    Line(3, "Speerpunt: één loket");
    Line(4, "Aanpak: \x1b[31mrood\ten \"aanhaling\"");
    Line(120, "Losse regel");
    Line(121, "Nog een");
    Span(1, 1, intake::v1::SPAN_ROLE_TITLE, "title", "");
    Span(3, 3, intake::v1::SPAN_ROLE_ACTIVITY, "rule.speerpunt", "a1");
    Span(4, 4, intake::v1::SPAN_ROLE_ASPECT, "label.aanpak", "a1");
    Span(120, 121, intake::v1::SPAN_ROLE_UNCLASSIFIED, "", "");
    auto* const activity = parsed_.add_activities();
    activity->set_id("a1");
    activity->set_title("één loket");
    activity->set_line(3);
    auto* const target = parsed_.add_targets();
    target->set_id("t1");
    target->set_subject_id("a1");
    target->set_comparator(intake::v1::COMPARATOR_AT_LEAST);
    target->set_value("80");
    target->set_unit(intake::v1::UNIT_PERCENT);
    target->set_line(3);
    auto* const section = parsed_.add_sections();
    section->set_id("n1");
    section->set_heading("Zonder regel");
    auto* const diagnostic = parsed_.add_diagnostics();
    diagnostic->set_line(120);
    diagnostic->set_code("LINE_UNCLASSIFIED");
    diagnostic->set_message("Geen regel herkent dit.");
  }

  void Line(int number, const std::string& text) {
    auto* const line = lines_.Add();
    line->set_number(number);
    line->set_text(text);
  }

  void Span(int first, int last, intake::v1::SpanRole role, const std::string& rule, const std::string& element) {
    auto* const span = parsed_.add_spans();
    span->set_first_line(first);
    span->set_last_line(last);
    span->set_role(role);
    span->set_rule(rule);
    span->set_element_id(element);
  }

  std::vector<std::string> Explained(size_t width) {
    std::ostringstream out;
    PrintExplanation(lines_, parsed_, width, out);
    return absl::StrSplit(out.str(), '\n', absl::SkipEmpty());
  }

  DocumentLines lines_;
  intake::v1::ParsedDocument parsed_;
};

TEST_F(ParseTextTest, ExplainsEveryLineInColumns) {
  EXPECT_THAT(Explained(0), ElementsAre("  1  titel         title           -   Programma Jeugd",
                                        "  3  activiteit    rule.speerpunt  a1  Speerpunt: één loket",
                                        "  4  aspect        label.aanpak    a1  Aanpak:  [31mrood en \"aanhaling\"",
                                        "120  niet herkend  -               -   Losse regel",
                                        "121  niet herkend  -               -   Nog een"));
  EXPECT_EQ(Explained(48)[1], "  3  activiteit    rule.speerpunt  a1  Speerpun…");
}

TEST_F(ParseTextTest, ExplainsEveryLineAsAJsonObject) {
  std::ostringstream out;
  PrintExplanationAsJson(lines_, parsed_, out);
  const std::vector<std::string> objects = absl::StrSplit(out.str(), '\n', absl::SkipEmpty());
  ASSERT_EQ(objects.size(), 5u);
  google::protobuf::Struct object;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(objects[2], &object).ok()) << objects[2];
  EXPECT_EQ(object.fields().at("line").number_value(), 4);
  EXPECT_EQ(object.fields().at("role").string_value(), "SPAN_ROLE_ASPECT");
  EXPECT_EQ(object.fields().at("rule").string_value(), "label.aanpak");
  EXPECT_EQ(object.fields().at("elementId").string_value(), "a1");
  EXPECT_EQ(object.fields().at("text").string_value(), lines_[2].text());
}

TEST_F(ParseTextTest, CountsTheLinesOfEachRule) {
  std::ostringstream out;
  PrintRuleCounts(lines_, parsed_, out);
  EXPECT_THAT(out.str(), HasSubstr("     1  label.aanpak\n"));
  EXPECT_THAT(out.str(), HasSubstr("Niet herkend: 2 van 5 regels: 120-121\n"));
  EXPECT_THAT(out.str(), HasSubstr("Regel 120: Geen regel herkent dit. [LINE_UNCLASSIFIED]\n"));
  EXPECT_EQ(UnclassifiedLines(lines_, parsed_), 2);
}

TEST_F(ParseTextTest, PutsElementsBesideTheirLines) {
  std::ostringstream out;
  PrintElementsBeside(lines_, parsed_, 90, out);
  const std::vector<std::string> rows = absl::StrSplit(out.str(), '\n', absl::SkipEmpty());
  ASSERT_EQ(rows.size(), 7u) << out.str();
  EXPECT_EQ(rows[0], "    1 Programma Jeugd                          | titel");
  EXPECT_EQ(rows[1], "    3 Speerpunt: één loket                     | a1  activiteit één loket");
  EXPECT_EQ(rows[2], "                                               | t1  streefwaarde AT_LEAST 80 PERCENT (b…");
  EXPECT_EQ(rows[3], "    4 Aanpak:  [31mrood en \"aanhaling\"         | a1  aspect");
  EXPECT_EQ(rows[6], "                                               | n1  tekst Zonder regel");
}

TEST(Printable, LeavesNothingThatATerminalObeys) {
  EXPECT_EQ(Printable("a\x1b[2J\nb\x07\x7f"), "a [2J b  ");
  EXPECT_EQ(Printable("€ 5 \xC2\x9B"
                      "1m"),
            "€ 5  1m");
  EXPECT_EQ(Printable("\xff\xc3(\xe2\x82"),
            "?"
            "?("
            "?"
            "?");
  std::string every;
  for (int c = 0; c < 256; ++c) every += static_cast<char>(c);
  for (const char c : Printable(every)) EXPECT_TRUE(c >= 0x20 && c < 0x7f) << static_cast<int>(c);
}

}  // namespace
}  // namespace regiokompas::cli
