// The lines of marked-up files in the spans of a parsed document.
#include <algorithm>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/intake/parser/parse.h"
#include "services/intake/reader/read_source.h"

namespace regiokompas::intake {
namespace {

// The roles of lines 1 to the last, UNSPECIFIED for a line in no span; empty when a line is in two.
std::vector<v1::SpanRole> RolesOf(const std::string& file) {
  const auto source = ReadSource(file);
  const auto document = source.ok() ? Parse(*source, ParseOptions()) : source.status();
  EXPECT_TRUE(document.ok()) << document.status();
  if (!document.ok()) return {};
  std::vector<v1::SpanRole> roles(std::count(file.begin(), file.end(), '\n') + 1, v1::SPAN_ROLE_UNSPECIFIED);
  int last = 0;
  for (const v1::Span& span : document->spans()) {
    EXPECT_GT(span.first_line(), last);
    EXPECT_GE(span.last_line(), span.first_line());
    last = span.last_line();
    if (last > static_cast<int>(roles.size())) return {};
    for (int line = span.first_line(); line <= last; ++line) roles[line - 1] = span.role();
  }
  return roles;
}

TEST(MarkupSpans, ALineThatGoesOnBelongsToTheOneThatItGoesOnFrom) {
  const auto roles = RolesOf(
      "<html>\n"
      "<h1>Programma 3\n"
      "Samen leven</h1>\n"
      "<hr>\n"
      "<p>Een alinea die lang genoeg is om geen kop te zijn, en die\n"
      "\n"
      "op een volgende regel doorgaat.</p>\n"
      "</html>");
  ASSERT_EQ(roles.size(), 8);
  EXPECT_EQ(roles[0], v1::SPAN_ROLE_BOILERPLATE);
  EXPECT_EQ(roles[1], v1::SPAN_ROLE_TITLE);
  EXPECT_EQ(roles[2], v1::SPAN_ROLE_TITLE);
  EXPECT_EQ(roles[3], v1::SPAN_ROLE_BOILERPLATE);
  EXPECT_EQ(roles[4], v1::SPAN_ROLE_NARRATIVE);
  EXPECT_EQ(roles[6], v1::SPAN_ROLE_NARRATIVE);
  EXPECT_EQ(roles[7], v1::SPAN_ROLE_BOILERPLATE);
}

TEST(MarkupSpans, ALineWithTwoTextsIsInOneSpan) {
  const auto roles = RolesOf(
      "<h1>Titel</h1>\n"
      "<p>Een alinea die lang genoeg is om geen kop te zijn, en die\n"
      "doorgaat.</p><h2>Doelstelling</h2><ul><li>Meer mensen\n"
      "doen mee.</li></ul>\n"
      "</html>");
  ASSERT_EQ(roles.size(), 5);
  EXPECT_THAT(roles, ::testing::Not(::testing::Contains(v1::SPAN_ROLE_UNSPECIFIED)));
  EXPECT_EQ(roles[1], v1::SPAN_ROLE_NARRATIVE);
  EXPECT_EQ(roles[2], roles[3]);
  EXPECT_EQ(roles[4], v1::SPAN_ROLE_BOILERPLATE);
}

}  // namespace
}  // namespace regiokompas::intake
