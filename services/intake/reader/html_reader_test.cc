#include "services/intake/reader/html_reader.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/intake/reader/read_source.h"

namespace regiokompas::intake {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

SourceText Read(const std::string& html) {
  auto source = ReadSource(html);
  EXPECT_TRUE(source.ok()) << source.status();
  return source.ok() ? *std::move(source) : SourceText();
}

std::string TextOf(const std::string& html) { return Read(html).text; }

// The lines of text that are not blank, each with its line of the file.
std::vector<std::pair<int, std::string>> LinesOf(const SourceText& source) {
  std::vector<std::pair<int, std::string>> lines;
  size_t i = 0;
  for (absl::string_view line : absl::StrSplit(source.text, '\n', absl::AllowEmpty())) {
    if (!line.empty()) lines.emplace_back(source.line_numbers.at(i), std::string(line));
    ++i;
  }
  return lines;
}

TEST(ReadHtml, IsRecognisedByItsFirstElement) {
  EXPECT_EQ(Read("<!doctype html>\n<p>a").format, v1::DOCUMENT_FORMAT_HTML);
  EXPECT_EQ(Read("\n <!-- bewaard -->\n<HTML><body>a</body></HTML>").format, v1::DOCUMENT_FORMAT_HTML);
  EXPECT_EQ(Read("<?xml version='1.0'?><!DOCTYPE html><html xmlns='x'><p>a</p></html>").format,
            v1::DOCUMENT_FORMAT_HTML);
  EXPECT_EQ(Read("<h2>Doel</h2>").format, v1::DOCUMENT_FORMAT_HTML);
  EXPECT_EQ(Read("<< vorige pagina").format, v1::DOCUMENT_FORMAT_TEXT);
  EXPECT_EQ(Read("Tekst met <b>opmaak</b>").format, v1::DOCUMENT_FORMAT_TEXT);
}

TEST(ReadHtml, ReadsPagesThatLeaveOutTheEndOfTheHead) {
  EXPECT_EQ(TextOf("<html><head><title>T</title><main><h1>Kop</h1><p>Minimaal 80% tevreden.</p></main></html>"),
            "T\n\nKop\n\nMinimaal 80% tevreden.\n");
  EXPECT_EQ(Read("<head><title>T</title></head><p>a").format, v1::DOCUMENT_FORMAT_HTML);
}

TEST(ReadHtml, CountsNoLinesOfReferencesToBreaks) {
  std::string breaks;
  for (int i = 0; i < 100'000; ++i) breaks += "&#10;";
  const SourceText source = Read("<title>" + breaks + "T" + breaks + "t</title>\n<p>a" + breaks + "b</p>");
  EXPECT_THAT(LinesOf(source), ElementsAre(Pair(1, "T t"), Pair(2, "a b")));
  EXPECT_THAT(source.continuation_lines, IsEmpty());
}

TEST(ReadHtml, GivesEveryBlockALineWithABlankLineAbove) {
  EXPECT_EQ(TextOf("<h2>Kop</h2><p>Een <b>vette</b>\n  alinea.</p><div>Nog&nbsp;een &amp; meer</div>"),
            "Kop\n\nEen vette alinea.\n\nNog een & meer\n");
  EXPECT_EQ(TextOf("<p>Adres<br>Straat 1<br/>Plaats</p>"), "Adres\nStraat 1\nPlaats\n");
  EXPECT_EQ(TextOf("<dl><dt>Jaar</dt><dd>2024</dd></dl>"), "Jaar\n\n2024\n");
}

TEST(ReadHtml, PrintsListsWithMarks) {
  EXPECT_EQ(TextOf("<p>Doelen:</p><ul><li>een</li><li><p>twee</p><p>vervolg</p></li><li>– drie</li></ul><p>Slot</p>"),
            "Doelen:\n\n- een\n- twee\n  vervolg\n- drie\n\nSlot\n");
  EXPECT_EQ(TextOf("<ul><li>een<ul><li>diep</li></ul></li></ul>"), "- een\n  - diep\n");
  EXPECT_EQ(TextOf("<p>x</p><ol start=3><li>een</li><li value=7>twee</li><li>drie</li></ol>"),
            "x\n\n- 3.\n\n  een\n- 7.\n  twee\n- 8.\n  drie\n");
  EXPECT_EQ(TextOf("<ol type=a><li>een</li></ol>"), "- a.\n\n  een\n");
  EXPECT_EQ(TextOf("<ol type=I><li value=12>een</li></ol>"), "- XII. een\n");
}

TEST(ReadHtml, TakesNoListForWhatIsLayout) {
  EXPECT_EQ(TextOf("<ul><li><h3>Activiteit</h3><p>Tekst</p></li></ul>"), "Activiteit\n\nTekst\n");
}

TEST(ReadHtml, PrintsCellsAsParagraphs) {
  EXPECT_EQ(TextOf("<table><tr><th>Naam</th><th>Jaar</th><th>Status</th></tr>"
                   "<tr><td>1.1.2</td><td>Buurthuis</td><td>Loopt</td></tr></table>"),
            "Naam\n\nJaar\n\nStatus\n\n1.1.2 Buurthuis\n\nLoopt\n");
  // The paragraphs of one cell belong together.
  EXPECT_EQ(
      TextOf("<table><tr><th>Aspect</th><th>Plan</th><th>Voortgang</th></tr>"
             "<tr><td>Planning</td><td><p>Start in mei.</p><p>Klaar in juni.</p></td><td>Gestart</td></tr></table>"),
      "Aspect\n\nPlan\n\nVoortgang\n\nPlanning\n\nStart in mei.\nKlaar in juni.\n\nGestart\n");
}

TEST(ReadHtml, NamesTheColumnOfACellBehindAnEmptyOne) {
  EXPECT_EQ(TextOf("<table><tr><th>Naam</th><th>Status 2022</th><th>Status 2023</th></tr>"
                   "<tr><td>Buurthuis</td><td></td><td>Gereed</td></tr></table>"),
            "Naam\n\nStatus 2022\n\nStatus 2023\n\nBuurthuis\n\nStatus 2023: Gereed\n");
}

TEST(ReadHtml, PrintsLabelsWithTheirTextAsClosedCells) {
  EXPECT_EQ(TextOf("<table><tr><th>Activiteit</th><td>Buurthuis</td></tr><tr><th>Planning:</th>"
                   "<td><p>Start in mei.</p><p>Klaar in juni.</p></td></tr>"
                   "<tr><th>Aanpak</th><td><ul><li>bouwen</li><li>openen</li></ul></td></tr></table>"),
            "Activiteit: Buurthuis |\nPlanning: Start in mei. Klaar in juni. |\nAanpak:\n- bouwen\n- openen |\n");
}

TEST(ReadHtml, PrintsRowsOfFiguresOnALine) {
  EXPECT_EQ(TextOf("<table><caption>Bedragen x &euro; 1.000</caption><tr><th>Post</th><th>2023</th><th>2024</th></tr>"
                   "<tr><td>Lasten</td><td>98.210</td><td>101.430 N</td></tr></table>"),
            "Bedragen x € 1.000\n\nPost | 2023 | 2024\n\nLasten | 98.210 | 101.430 N\n");
}

TEST(ReadHtml, LeavesTablesForLayoutAsTheyAre) {
  EXPECT_EQ(TextOf("<table><tr><td><h3>Kop</h3><p>Tekst</p></td><td>Rechts</td></tr></table>"),
            "Kop\n\nTekst\n\nRechts\n");
  EXPECT_EQ(TextOf("<table><tr><td>a<table><tr><td>b</td><td>c</td></tr></table></td><td>d</td></tr></table>"),
            "a\n\nb\n\nc\n\nd\n");
}

TEST(ReadHtml, ReadsNothingThatAReaderDoesNotSee) {
  EXPECT_EQ(TextOf("<p>a</p><script>var x = '<p>b</p>';</script><style>p{}</style><template><p>c</p></template>"
                   "<noscript><p>d</p></noscript><nav><p>e</p></nav><p hidden>f</p><p style='Display : none'>g</p>"
                   "<select><option>h</select><div role=navigation>i</div><button>j</button><!-- k --><p>z</p>"),
            "a\n\nz\n");
}

TEST(ReadHtml, ReadsButtonsThatOpenAPart) {
  EXPECT_EQ(TextOf("<h3><button>Kop</button></h3><button aria-expanded=false>Meer</button><p>z</p>"),
            "Kop\n\nMeer\n\nz\n");
}

TEST(ReadHtml, ReadsTheWordsOfIconsOnly) {
  EXPECT_EQ(TextOf("<p>Status <img src=groen.svg alt='op schema'></p>"), "Status op schema\n");
  const SourceText broken = Read("<p>Status <img\nalt='op\nschema'>\nnu</p>");
  EXPECT_THAT(LinesOf(broken), ElementsAre(Pair(1, "Status op schema nu")));
  EXPECT_THAT(broken.continuation_lines, ElementsAre(2, 3, 4));
  EXPECT_EQ(TextOf("<p>Status <img src=groen.svg><i class=groen></i></p>"), "Status\n");
  EXPECT_EQ(TextOf("<p>Status <svg><title>op schema</title><text>x</text></svg></p>"), "Status op schema\n");
  EXPECT_EQ(TextOf("<p>Status <span role=img aria-label='op schema'></span></p>"), "Status op schema\n");
  EXPECT_EQ(TextOf("<p>Status <span aria-hidden=true>●</span> <span aria-hidden=true>loopt</span></p>"),
            "Status loopt\n");
  EXPECT_EQ(TextOf("<p>Foto <img alt='Kinderen spelen in de zon op het plein voor het nieuwe buurthuis'></p>"),
            "Foto\n");
}

TEST(ReadHtml, BeginsWithTheTitleOfThePage) {
  const SourceText source =
      Read("<html>\n<head><title>\n Jaarstukken\n2023 &amp; meer</title></head>\n<body><h1>Zorg</h1>");
  EXPECT_THAT(LinesOf(source), ElementsAre(Pair(3, "Jaarstukken 2023 & meer"), Pair(5, "Zorg")));
  EXPECT_THAT(source.continuation_lines, ElementsAre(4));
  EXPECT_THAT(source.markup_lines, ElementsAre(1, 2));
}

TEST(ReadHtml, LeavesTheSiteAroundTheDocumentOut) {
  EXPECT_EQ(TextOf("<div>Home &gt; Begroting</div><main><h1>Zorg</h1><p>Een tekst van enige lengte.</p></main>"
                   "<footer><p>Contact</p><p>Deze pagina is gebouwd op 01/31/2024 10:00:00</p></footer>"),
            "Zorg\n\nEen tekst van enige lengte.\n\nDeze pagina is gebouwd op 01/31/2024 10:00:00\n");
  EXPECT_EQ(TextOf("<header>Naar de inhoud<h1>Zorg</h1></header><p>Tekst</p><article><header>Kop</header></article>"),
            "Zorg\n\nTekst\n\nKop\n");
  // A mark around next to nothing tells nothing about the rest.
  EXPECT_EQ(TextOf("<p>De tekst van het hele document.</p><main>x</main>"), "De tekst van het hele document.\n\nx\n");
}

TEST(ReadHtml, KeepsTheLinesOfTheFile) {
  const SourceText source = Read("<p>Een\r\ntwee\r\n\r\ndrie</p><p>vier\r</p>\n<hr>\n<p>\nvijf <b>\nzes</b></p>");
  EXPECT_THAT(LinesOf(source), ElementsAre(Pair(1, "Een twee drie"), Pair(4, "vier"), Pair(8, "vijf zes")));
  EXPECT_THAT(source.continuation_lines, ElementsAre(2, 9));
  EXPECT_THAT(source.markup_lines, ElementsAre(5, 6, 7));
}

TEST(ReadHtml, KeepsTheLinesOfLongTexts) {
  // libxml2 hands long texts out in pieces of some hundreds of bytes.
  for (size_t size = 100; size < 1100; ++size) {
    const SourceText source = Read("\n\n<p>" + std::string(size, 'a') + "\n\nb</p>");
    ASSERT_THAT(source.line_numbers, ElementsAre(3)) << size;
    ASSERT_THAT(source.continuation_lines, ElementsAre(5)) << size;
  }
}

TEST(ReadHtml, RefusesAPageWithoutText) {
  EXPECT_EQ(ReadSource("<html><script>x</script></html>").status().message(), kDocumentEmpty);
}

TEST(ReadHtml, ReadsUtf16AndRefusesOtherEncodings) {
  const std::string utf16("\xFF\xFE<\0p\0>\0\xEB\0<\0/\0p\0>\0", 18);
  EXPECT_EQ(TextOf(utf16), "ë\n");
  EXPECT_EQ(ReadSource("<meta charset=windows-1252><p>caf\xE9</p>").status().message(), kDocumentNotUtf8);
  EXPECT_EQ(ReadSource("<p>caf\xC3\xA9 caf\xE9</p>").status().message(), kDocumentNotUtf8);
  // The bytes tell better than what the page says of itself.
  EXPECT_EQ(TextOf("<meta charset=iso-8859-1><p>caf\xC3\xA9</p>"), "café\n");
}

}  // namespace
}  // namespace regiokompas::intake
