// What holds for every marked-up file, however broken: it is read or refused in reasonable time, and each of its lines
// is accounted for once.
#include "services/intake/reader/markup.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "services/intake/reader/read_source.h"
#include "services/intake/reader/utf8.h"

namespace regiokompas::intake {
namespace {

constexpr char kPage[] = R"(<!DOCTYPE html>
<html lang="nl"><head><meta charset="utf-8">
<title>Voortgang 2024 &amp; verder</title>
<style>p { color: red }</style><script>if (a<b) { document.write("<p>x</p>"); }</script></head>
<body><nav><ul><li><a href="/">Start</a></li></ul></nav>

<div>Kruimelpad</div>
<main class="inhoud"><h1>Sociaal
domein</h1>
<!-- een opmerking
over twee regels -->
<p>Eerste alinea &euro;&nbsp;12.000
  gaat door<br>en breekt af.</p><p>Tweede</p>
<ul><li>een</li>
<li>twee <em>met
nadruk</em><ol start="4"><li>diep</li></ol></li></ul>
<table><tr><th>Naam</th><th>Jaar</th></tr>
<tr><td>Buurthuis</td><td></td></tr><tr>
<td>1.2</td>
<td><p>Twee</p>
<p>alinea's</p></td></tr></table>
<img src="a.png"
 alt="op schema">
<svg><title>loopt</title></svg>
</main>
<footer>Contact</footer></body>
</html>
)";

constexpr char kRegulation[] = R"(<?xml version="1.0" encoding="UTF-8"?>
<cvdr xmlns="c" xmlns:dcterms="d">
 <meta><owmskern>
  <dcterms:identifier>CVDR1_1</dcterms:identifier>
  <dcterms:title>Een
   titel</dcterms:title></owmskern>
  <inwerkingtredingDatum>2024-01-01</inwerkingtredingDatum></meta>
 <body><regeling><artikel>
  <kop><label>Artikel</label> <nr>1</nr>
   <titel>Doel &amp; middel</titel></kop>
  <lid><lidnr>1</lidnr><al>Tekst
die doorgaat.</al></lid>
  <lijst><li><li.nr>a.</li.nr><al>een</al></li>
  <li><li.nr>-</li.nr>
   <al>twee</al></li></lijst>
  <table><tgroup><tbody><row><entry>Label</entry>
   <entry><al>een</al><al>twee</al></entry></row><row><entry/></row></tbody></tgroup></table>
 </artikel></regeling></body>
</cvdr>
)";

// The lines of a file that are not blank.
std::vector<int> WrittenLines(std::string file) {
  for (size_t at = 0; (at = file.find("\r\n", at)) != std::string::npos;) file.erase(at, 1);
  std::vector<int> written;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(file, absl::ByAnyChar("\r\n"))) {
    ++number;
    if (line.find_first_not_of(" \t\f\v") != absl::string_view::npos) written.push_back(number);
  }
  return written;
}

// Every line of the file that is not blank begins text, goes on with it or is markup: one of these, in order.
void ExpectEveryLineOnce(const std::string& file) {
  const auto source = ReadSource(file);
  if (!source.ok() || source->format == v1::DOCUMENT_FORMAT_TEXT) return;
  ASSERT_TRUE(IsUtf8(source->text));
  std::vector<int> lines;
  size_t i = 0;
  for (absl::string_view line : absl::StrSplit(source->text, '\n')) {
    if (i == source->line_numbers.size()) break;
    const int number = source->line_numbers[i++];
    if (!lines.empty()) {
      ASSERT_LE(lines.back(), number) << file;
    }
    if (!line.empty() && (lines.empty() || lines.back() != number)) lines.push_back(number);
  }
  ASSERT_EQ(i, source->line_numbers.size());
  lines.insert(lines.end(), source->continuation_lines.begin(), source->continuation_lines.end());
  lines.insert(lines.end(), source->markup_lines.begin(), source->markup_lines.end());
  std::sort(lines.begin(), lines.end());
  ASSERT_EQ(lines, WrittenLines(file)) << file;
}

// A document with one thing wrong: a byte, a line or a tag dropped, doubled or moved.
std::string Mutated(std::string file, std::mt19937* random) {
  const auto below = [&](size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(*random); };
  const size_t at = below(file.size());
  const bool tag = below(2) == 0;
  size_t begin = file.rfind(tag ? '<' : '\n', at);
  if (begin == std::string::npos) begin = 0;
  size_t end = file.find(tag ? '>' : '\n', at);
  end = end == std::string::npos ? file.size() : end + 1;
  if (end < begin) std::swap(begin, end);
  const std::string part = file.substr(begin, end - begin);
  constexpr char kBytes[] = "<>&/\"'= \n\r;a\x01\xA0";
  switch (below(7)) {
    case 0:
      return file.erase(begin, part.size());
    case 1:
      return file.insert(begin, part);
    case 2:
      return file.erase(begin, part.size()).insert(below(file.size() + 1), part);
    case 3:
      return file.erase(at, 1);
    case 4:
      return file.insert(at, 1, kBytes[below(sizeof(kBytes) - 1)]);
    case 5:
      file[at] = kBytes[below(sizeof(kBytes) - 1)];
      return file;
    default:
      return file.substr(0, at);
  }
}

void ExpectMutationsAreAccountedFor(const std::string& file, int rounds) {
  ExpectEveryLineOnce(file);
  std::mt19937 random(20240131);
  for (int round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) {
    std::string mutated = file;
    for (int i = 0; i <= round % 4; ++i) {
      if (!mutated.empty()) mutated = Mutated(std::move(mutated), &random);
    }
    ExpectEveryLineOnce(mutated);
  }
}

std::string Refusal(const std::string& file) { return std::string(ReadSource(file).status().message()); }

// Seconds that reading takes, whatever comes of it.
double SecondsFor(const std::string& file) {
  const auto start = std::chrono::steady_clock::now();
  (void)ReadSource(file).ok();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string Repeated(absl::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) absl::StrAppend(&out, text);
  return out;
}

TEST(Markup, AccountsForEveryLineOfBrokenPages) { ExpectMutationsAreAccountedFor(kPage, 6000); }

TEST(Markup, AccountsForEveryLineOfBrokenRegulations) { ExpectMutationsAreAccountedFor(kRegulation, 3000); }

TEST(Markup, AccountsForEveryLineWhateverEndsIt) {
  const std::vector<std::string> lines = absl::StrSplit(kPage, '\n');
  for (const char* end : {"\r\n", "\r", "\n\n", "\r\r\n"}) ExpectEveryLineOnce(absl::StrJoin(lines, end));
  ExpectEveryLineOnce(absl::StrCat("\xEF\xBB\xBF", kPage));
}

TEST(Markup, AccountsForLinesOfUnusualSpaces) {
  ExpectEveryLineOnce("<p>a\n\xE2\x80\x83\n\xC2\xA0\xE2\x80\x87\nb</p>\n\xE2\x80\x83");
}

TEST(Markup, RefusesWhatIsTooDeep) {
  EXPECT_EQ(Refusal(Repeated("<div>", 100'000) + "x"), kDocumentTooDeep);
  EXPECT_EQ(Refusal("<cvdr>" + Repeated("<al>", 100'000) + "x"), kDocumentTooDeep);
  EXPECT_EQ(Refusal("<p>x" + Repeated("<ul><li>", 100'000)), kDocumentTooDeep);
}

TEST(Markup, RefusesTagsWithTooManyAttributes) {
  std::string attributes;
  for (int i = 0; i < 5'000; ++i) absl::StrAppend(&attributes, " a", i, "=\"1 > 2\"");
  EXPECT_EQ(Refusal("<p>x</p><p" + attributes + ">"), kDocumentTooDeep);
  EXPECT_EQ(Refusal("<cvdr" + attributes + "/>"), kDocumentTooDeep);
  // What a script compares is no tag.
  EXPECT_TRUE(ReadSource("<p>x</p><script>a<b" + attributes + "</script>").ok());
}

TEST(Markup, RefusesNulBytes) { EXPECT_EQ(Refusal(std::string("<p>a\0b</p>", 10)), kDocumentBinary); }

TEST(Markup, ReadsALineOfAMegabyte) {
  const auto source = ReadSource("<p>" + Repeated("woord ", 175'000) + "</p>");
  ASSERT_TRUE(source.ok());
  EXPECT_GT(source->text.size(), 1'000'000);
  EXPECT_EQ(source->line_numbers, std::vector<int>{1});
}

TEST(Markup, CountsLinesBeyondWhatSixteenBitsHold) {
  const auto source = ReadSource(Repeated("<br>\n", 70'000) + "<p>laatste</p>");
  ASSERT_TRUE(source.ok());
  EXPECT_EQ(source->line_numbers, std::vector<int>{70'001});
  const auto regulation = ReadSource("<cvdr>" + Repeated("\n<al/>", 70'000) + "<al>laatste</al></cvdr>");
  ASSERT_TRUE(regulation.ok());
  EXPECT_EQ(regulation->line_numbers, std::vector<int>{70'001});
}

TEST(Markup, ReadsAMegabyteInNoTime) {
  const std::string block =
      "<h2>Kop</h2>\n<p>Een alinea met <b>vette</b> tekst &euro;&nbsp;12.000.</p>\n<ul><li>een</li></ul>";
  // Ten times what it takes on a quiet machine: a test machine is seldom quiet.
  EXPECT_LT(SecondsFor(Repeated(block, 10'000)), 1.0);
}

TEST(Markup, TakesTimeInProportionToTheSize) {
  // Pieces that parsers of markup are known to stumble over.
  for (const char* piece : {"<p>", "<", "&", "</i>", "<!--", "<td>", "<li>a", "<?", "&nbsp;", "<a b=\"", "a\n", "<p>\r",
                            "</p><b>", "<table><tr><td>", "<title>", "<svg>", "]]>", "<![CDATA["}) {
    const std::string open = absl::StrCat("<p>x", Repeated("<b>", 200));
    const size_t times = (size_t{1} << 20) / absl::string_view(piece).size();
    EXPECT_LT(SecondsFor(open + Repeated(piece, times)), 5.0) << piece;
    EXPECT_LT(SecondsFor("<cvdr><al>x" + Repeated(piece, times)), 5.0) << piece;
  }
}

TEST(Markup, LooksForTheFirstElementInOnePass) {
  // Document types that open and never close.
  EXPECT_LT(SecondsFor(Repeated("<![>", size_t{1} << 19)), 1.0);
}

TEST(Markup, RefusesWhatTakesLongToRead) {
  // What costs the most for its size: references that stand for nothing and ends of what is not open.
  EXPECT_EQ(Refusal("<p>x" + Repeated("&", size_t{2} << 20)), kDocumentTooDeep);
  EXPECT_EQ(Refusal("<p>x" + Repeated("<b>", 200) + Repeated("</i>", size_t{2} << 20)), kDocumentTooDeep);
}

TEST(Markup, ReadsTheLargestDocument) {
  std::string file = Repeated("<p>Een alinea van een groot document.</p>\n", (size_t{16} << 20) / 42);
  file.resize(kMaxDocumentBytes, ' ');
  EXPECT_TRUE(ReadSource(file).ok());
}

}  // namespace
}  // namespace regiokompas::intake
