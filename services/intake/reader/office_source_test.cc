#include "services/intake/reader/office_source.h"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <zip.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fstream>
#include <random>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/intake/reader/read_source.h"

namespace regiokompas::intake {
namespace {

using Parts = std::vector<std::pair<std::string, std::string>>;

// ---- files of every format, made here ------------------------------------------------------------------------------

std::string Zip(const Parts& parts) {
  zip_error_t error;
  zip_source_t* source = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(source);
  zip_t* archive = zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &error);
  for (const auto& [name, bytes] : parts) {
    zip_source_t* part = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    EXPECT_GE(zip_file_add(archive, name.c_str(), part, ZIP_FL_OVERWRITE), 0);
  }
  EXPECT_EQ(zip_close(archive), 0);
  zip_stat_t stat;
  zip_source_stat(source, &stat);
  std::string bytes(stat.size, '\0');
  zip_source_open(source);
  EXPECT_EQ(zip_source_read(source, bytes.data(), bytes.size()), static_cast<zip_int64_t>(bytes.size()));
  zip_source_close(source);
  zip_source_free(source);
  return bytes;
}

std::string RelationsXml(const std::vector<std::pair<std::string, std::string>>& relations) {
  std::string xml = "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>";
  for (size_t i = 0; i < relations.size(); ++i) {
    absl::StrAppend(&xml, "<Relationship Id='r", i + 1,
                    "' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/", relations[i].first,
                    "' Target='", relations[i].second, "'/>");
  }
  return xml + "</Relationships>";
}

std::string WordPart(const std::string& element, const std::string& content) {
  return absl::StrCat("<?xml version='1.0' encoding='UTF-8'?><w:", element,
                      " xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
                      " xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'"
                      " xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>",
                      content, "</w:", element, ">");
}

Parts DocxParts(const std::string& body) {
  const auto list = [&](int id, const std::string& levels) {
    return absl::StrCat("<w:abstractNum w:abstractNumId='", id, "'>", levels, "</w:abstractNum>");
  };
  const auto make_level = [](int at, const char* format, const char* text) {
    return absl::StrFormat(
        "<w:lvl w:ilvl='%d'><w:start w:val='1'/><w:numFmt w:val='%s'/><w:lvlText w:val='%s'/></w:lvl>", at, format,
        text);
  };
  const std::string numbering = absl::StrCat(
      list(1, make_level(0, "bullet", "\xEF\x82\xB7")), list(2, make_level(0, "lowerLetter", "%1.")),
      list(3, make_level(0, "decimal", "%1") + make_level(1, "decimal", "%1.%2")),
      "<w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num><w:num w:numId='2'><w:abstractNumId w:val='2'/></w:num>"
      "<w:num w:numId='3'><w:abstractNumId w:val='3'/></w:num>");
  const std::string styles =
      "<w:style w:type='paragraph' w:styleId='Kop1'><w:name w:val='heading 1'/><w:pPr><w:outlineLvl w:val='0'/>"
      "<w:numPr><w:numId w:val='3'/></w:numPr></w:pPr></w:style>"
      "<w:style w:type='paragraph' w:styleId='Kop2'><w:name w:val='heading 2'/><w:basedOn w:val='Kop1'/>"
      "<w:pPr><w:outlineLvl w:val='1'/><w:numPr><w:ilvl w:val='1'/></w:numPr></w:pPr></w:style>"
      "<w:style w:type='paragraph' w:styleId='Inhopg1'><w:name w:val='toc 1'/></w:style>";
  return {{"[Content_Types].xml", "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"},
          {"_rels/.rels", RelationsXml({{"officeDocument", "word/document.xml"}})},
          {"word/_rels/document.xml.rels", RelationsXml({{"styles", "styles.xml"},
                                                         {"numbering", "numbering.xml"},
                                                         {"footnotes", "footnotes.xml"},
                                                         {"header", "header1.xml"}})},
          {"word/styles.xml", WordPart("styles", styles)},
          {"word/numbering.xml", WordPart("numbering", numbering)},
          {"word/footnotes.xml",
           WordPart("footnotes",
                    "<w:footnote w:id='2'><w:p><w:r><w:footnoteRef/><w:t>Bron: monitor</w:t></w:r></w:p>"
                    "</w:footnote>")},
          {"word/header1.xml", WordPart("hdr", "<w:p><w:r><w:t>Beleidsplan</w:t></w:r></w:p>")},
          {"word/document.xml", WordPart("document", absl::StrCat("<w:body>", body, "</w:body>"))}};
}

std::string Docx(const std::string& body) { return Zip(DocxParts(body)); }

std::string WordRun(const std::string& text) {
  return absl::StrCat("<w:r><w:t xml:space='preserve'>", text, "</w:t></w:r>");
}
std::string Paragraph(const std::string& runs, const std::string& properties = "") {
  return absl::StrCat("<w:p><w:pPr>", properties, "</w:pPr>", runs, "</w:p>");
}
std::string Styled(const std::string& style, const std::string& text) {
  return Paragraph(WordRun(text), absl::StrCat("<w:pStyle w:val='", style, "'/>"));
}
std::string Listed(int list, const std::string& text) {
  return Paragraph(WordRun(text), absl::StrCat("<w:numPr><w:ilvl w:val='0'/><w:numId w:val='", list, "'/></w:numPr>"));
}
std::string WordCell(const std::string& text, const std::string& properties = "") {
  return absl::StrCat("<w:tc><w:tcPr>", properties, "</w:tcPr>", Paragraph(text.empty() ? "" : WordRun(text)),
                      "</w:tc>");
}

Parts OdtParts(const std::string& content) {
  const std::string spaces =
      " xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'"
      " xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'"
      " xmlns:style='urn:oasis:names:tc:opendocument:xmlns:style:1.0'"
      " xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0'"
      " xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0'";
  return {
      {"mimetype", "application/vnd.oasis.opendocument.text"},
      {"content.xml",
       absl::StrCat("<office:document-content", spaces,
                    "><office:automatic-styles><text:list-style style:name='L1'><text:list-level-style-bullet "
                    "text:level='1'/></text:list-style><text:list-style style:name='L2'>"
                    "<text:list-level-style-number text:level='1' style:num-format='a' style:num-suffix=')'/>"
                    "</text:list-style></office:automatic-styles><office:body><office:text>",
                    content, "</office:text></office:body></office:document-content>")},
      {"styles.xml", absl::StrCat("<office:document-styles", spaces,
                                  "><office:styles><text:outline-style><text:outline-level-style text:level='1' "
                                  "style:num-format='1'/><text:outline-level-style text:level='2' style:num-format='1' "
                                  "text:display-levels='2'/></text:outline-style></office:styles><office:master-styles>"
                                  "<style:master-page><style:footer><text:p>Programma zorg</text:p></style:footer>"
                                  "</style:master-page></office:master-styles></office:document-styles>")}};
}

std::string Odt(const std::string& content) { return Zip(OdtParts(content)); }

std::string Xlsx(const std::string& rows, const std::string& columns = "") {
  const std::string open =
      " xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'"
      " xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'>";
  return Zip(
      {{"[Content_Types].xml", "<Types/>"},
       {"_rels/.rels", RelationsXml({{"officeDocument", "/xl/workbook.xml"}})},
       {"xl/workbook.xml", absl::StrCat("<workbook", open,
                                        "<sheets><sheet name='Acties' sheetId='1' r:id='r1'/><sheet name='Concept' "
                                        "sheetId='2' state='hidden' r:id='r2'/></sheets></workbook>")},
       {"xl/_rels/workbook.xml.rels", RelationsXml({{"worksheet", "worksheets/sheet1.xml"},
                                                    {"worksheet", "worksheets/sheet1.xml"},
                                                    {"styles", "styles.xml"},
                                                    {"sharedStrings", "sharedStrings.xml"}})},
       {"xl/styles.xml", absl::StrCat("<styleSheet", open,
                                      "<numFmts><numFmt numFmtId='170' formatCode='\"€\" #,##0.00'/></numFmts><cellXfs>"
                                      "<xf numFmtId='0'/><xf numFmtId='170'/><xf numFmtId='14'/><xf numFmtId='9'/>"
                                      "</cellXfs></styleSheet>")},
       {"xl/sharedStrings.xml", absl::StrCat("<sst", open,
                                             "<si><t>Actie</t></si><si><r><t>Inloop</t></r><r><t>huis</t></r></si>"
                                             "<si><t>Gereed op</t></si></sst>")},
       {"xl/worksheets/sheet1.xml",
        absl::StrCat("<worksheet", open, columns, "<sheetData>", rows, "</sheetData></worksheet>")}});
}

// A line of text at a place of a page, counted from below.
struct Placed {
  int x;
  int y;
  std::string text;
  int size = 11;
};

std::string Pdf(const std::vector<std::vector<Placed>>& pages, const std::string& trailer = "") {
  std::vector<std::string> objects = {"<</Type/Catalog/Pages 2 0 R>>", "",
                                      "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"};
  std::string kids;
  for (const std::vector<Placed>& page : pages) {
    std::string stream = page.empty() ? "0 0 100 100 re f" : "BT";
    for (const Placed& line : page) {
      absl::StrAppend(&stream, " /F1 ", line.size, " Tf 1 0 0 1 ", line.x, " ", line.y, " Tm (", line.text, ") Tj");
    }
    if (!page.empty()) stream += " ET";
    absl::StrAppend(&kids, objects.size() + 1, " 0 R ");
    objects.push_back(absl::StrCat("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>",
                                   "/Contents ", objects.size() + 2, " 0 R>>"));
    objects.push_back(absl::StrCat("<</Length ", stream.size(), ">>stream\n", stream, "\nendstream"));
  }
  objects[1] = absl::StrCat("<</Type/Pages/Count ", pages.size(), "/Kids[", kids, "]>>");
  std::string pdf = "%PDF-1.4\n";
  std::string table;
  for (size_t i = 0; i < objects.size(); ++i) {
    absl::StrAppendFormat(&table, "%010d 00000 n \n", pdf.size());
    absl::StrAppend(&pdf, i + 1, " 0 obj", objects[i], "endobj\n");
  }
  const size_t start = pdf.size();
  absl::StrAppend(&pdf, "xref\n0 ", objects.size() + 1, "\n0000000000 65535 f \n", table, "trailer<</Size ",
                  objects.size() + 1, "/Root 1 0 R", trailer, ">>\nstartxref\n", start, "\n%%EOF\n");
  return pdf;
}

std::string SmallPdf() { return Pdf({{{72, 700, "Wij helpen inwoners die hulp zoeken bij het vinden van de weg."}}}); }

std::string TextOf(const std::string& bytes) {
  const absl::StatusOr<SourceText> source = ReadSource(bytes);
  return source.ok() ? source->text : source.status().ToString();
}

// Blank lines are the business of WriteOfficeText.
std::string LinesOf(const absl::StatusOr<SourceText>& source) {
  return absl::StrReplaceAll(source->text, {{"\n\n", "\n"}});
}

std::string Refusal(const std::string& bytes) { return std::string(ReadSource(bytes).status().message()); }

const std::set<std::string>& Codes() {
  static const auto* const kCodes = new std::set<std::string>{
      kDocumentFormatUnknown, kDocumentBroken,      kDocumentEncrypted, kDocumentTooLargeUnpacked,
      kDocumentTooComplex,    kDocumentWithoutText, kDocumentBinary,    kDocumentNotUtf8};
  return *kCodes;
}

size_t OpenDescriptors() {
  size_t count = 0;
  DIR* const directory = opendir("/proc/self/fd");
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

// ---- what is read --------------------------------------------------------------------------------------------------

TEST(Docx, ReadsHeadingsListsAndWhatStandsInRuns) {
  const std::string body = absl::StrCat(
      Styled("Inhopg1", "Zorg</w:t></w:r><w:r><w:tab/><w:t>3"), Styled("Kop1", "Zorg"), Styled("Kop2", "Jeugd"),
      Paragraph(absl::StrCat(WordRun("Wij "), "<w:del><w:r><w:delText>oud</w:delText></w:r></w:del><w:ins>",
                             WordRun("nieuw"), "</w:ins>", WordRun(" in "),
                             "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>DATE</w:instrText></w:r>"
                             "<w:r><w:fldChar w:fldCharType='separate'/></w:r>",
                             WordRun("2023"), "<w:r><w:fldChar w:fldCharType='end'/></w:r>",
                             "<w:r><w:rPr><w:vanish/></w:rPr><w:t>verborgen</w:t></w:r>",
                             "<w:r><w:br/><w:t>na de regel</w:t><w:footnoteReference w:id='2'/></w:r>")),
      Listed(1, "bolletje"), Listed(1, "nog een"), Paragraph(WordRun("Tussen.")), Listed(2, "eerste"),
      Listed(2, "tweede"), Styled("Kop2", "Wmo"),
      Paragraph("<w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>In het kader</w:t></w:r></w:p>"
                "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>Dubbel</w:t></w:r></w:p>"
                "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"),
      "<w:sectPr><w:headerReference r:id='r4'/></w:sectPr>");
  const absl::StatusOr<SourceText> source = ReadSource(Docx(body));
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ(source->format, v1::DOCUMENT_FORMAT_DOCX);
  EXPECT_EQ(source->sha256.size(), 64u);
  EXPECT_TRUE(source->line_numbers.empty());
  EXPECT_EQ(LinesOf(source),
            "Zorg ..... 3\n1 Zorg\n1.1 Jeugd\nWij nieuw in 2023\nna de regel[1]\n- bolletje\n- nog een\n"
            "Tussen.\n- a.\n  eerste\n- b.\n  tweede\n1.2 Wmo\nIn het kader\n[1] Bron: monitor\n"
            "Koptekst: Beleidsplan\n");
}

TEST(Docx, ReadsTablesWithMergedCells) {
  const std::string table =
      absl::StrCat("<w:tbl><w:tr>", WordCell("Actie"), WordCell("Jaar"), WordCell("Stand"), "</w:tr><w:tr>",
                   WordCell("Inloophuis", "<w:vMerge w:val='restart'/>"), WordCell("2023"), WordCell("Gereed"),
                   "</w:tr><w:tr>", WordCell("", "<w:vMerge/>"), WordCell("2024"), WordCell("Niet gestart"),
                   "</w:tr><w:tr>", WordCell("Slot van de tabel", "<w:gridSpan w:val='3'/>"),
                   "</w:tr><w:tr><w:trPr><w:del/></w:trPr>", WordCell("weg"), "</w:tr></w:tbl>");
  EXPECT_EQ(TextOf(Docx(table)),
            "Actie\n\nJaar\n\nStand\n\nInloophuis\n\n2023\n\nGereed\n\nJaar: 2024\n\nStand: Niet gestart\n\nSlot van "
            "de tabel\n");
}

TEST(Docx, CountsOnInAListThatBeginsAtNought) {
  Parts parts = DocxParts(absl::StrCat(Listed(2, "eerste"), Listed(2, "tweede"), Listed(2, "derde")));
  for (auto& [name, xml] : parts) {
    if (name != "word/numbering.xml") continue;
    xml = absl::StrReplaceAll(xml, {{"w:start w:val='1'", "w:start w:val='0'"}, {"lowerLetter", "decimal"}});
  }
  EXPECT_EQ(TextOf(Zip(parts)), "- 0.\n\n  eerste\n- 1.\n  tweede\n- 2.\n  derde\n");
}

TEST(Odt, CountsOnInAListThatBeginsAtNought) {
  Parts parts = OdtParts(
      "<text:list text:style-name='L2'><text:list-item><text:p>eerste</text:p></text:list-item><text:list-item>"
      "<text:p>tweede</text:p></text:list-item></text:list>");
  parts[1].second = absl::StrReplaceAll(parts[1].second, {{"num-format='a'", "num-format='1' text:start-value='0'"}});
  EXPECT_THAT(TextOf(Zip(parts)), testing::StartsWith("- 0)\n\n  eerste\n- 1)\n  tweede\n"));
}

TEST(Odt, LeavesOutSectionsThatAreNotShown) {
  EXPECT_THAT(TextOf(Odt("<text:section text:display='none'><text:p>verborgen</text:p></text:section>"
                         "<text:section><text:p>zichtbaar</text:p></text:section>")),
              testing::StartsWith("zichtbaar\n"));
}

TEST(Odt, RepeatsRows) {
  EXPECT_THAT(TextOf(Odt("<table:table><table:table-row table:number-rows-repeated='2'><table:table-cell>"
                         "<text:p>Taalles</text:p></table:table-cell><table:table-cell><text:p>3</text:p>"
                         "</table:table-cell></table:table-row><table:table-row "
                         "table:number-rows-repeated='1000000'><table:table-cell/></table:table-row></table:table>")),
              testing::StartsWith("Taalles | 3\n\nTaalles | 3\n\nVoettekst"));
}

TEST(Odt, ReadsHeadingsListsTablesAndNotes) {
  const std::string content =
      "<text:tracked-changes><text:changed-region><text:deletion><text:p>weg</text:p></text:deletion>"
      "</text:changed-region></text:tracked-changes>"
      "<text:h text:outline-level='1'>Zorg</text:h><text:h text:outline-level='2'>Jeugd</text:h>"
      "<text:p>Wij<text:s "
      "text:c='2'/>helpen<text:line-break/>elkaar<text:note><text:note-citation>1</text:note-citation>"
      "<text:note-body><text:p>Bron: monitor</text:p></text:note-body></text:note>.</text:p>"
      "<text:list text:style-name='L1'><text:list-item><text:p>bolletje</text:p></text:list-item><text:list-item>"
      "<text:p>nog een</text:p><text:p>vervolg</text:p></text:list-item></text:list>"
      "<text:p>Tussen.</text:p>"
      "<text:list text:style-name='L2'><text:list-item><text:p>eerste</text:p></text:list-item><text:list-item>"
      "<text:p>tweede</text:p></text:list-item></text:list>"
      "<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Actie</text:p></"
      "table:table-cell>"
      "<table:table-cell><text:p>Jaar</text:p></table:table-cell></table:table-row></table:table-header-rows>"
      "<table:table-row><table:table-cell><text:p>Inloophuis</text:p></table:table-cell><table:table-cell>"
      "<text:p>2023</text:p></table:table-cell></table:table-row></table:table>"
      "<text:p><draw:frame><draw:text-box><text:p>In het kader</text:p></draw:text-box></draw:frame></text:p>";
  const absl::StatusOr<SourceText> source = ReadSource(Odt(content));
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ(source->format, v1::DOCUMENT_FORMAT_ODT);
  EXPECT_EQ(LinesOf(source),
            "1 Zorg\n1.1 Jeugd\nWij helpen\nelkaar[1].\n- bolletje\n- nog een\n  vervolg\nTussen.\n"
            "- a)\n  eerste\n- b)\n  tweede\nActie\nJaar\nInloophuis\n2023\nIn het kader\n"
            "[1] Bron: monitor\nVoettekst: Programma zorg\n");
}

TEST(Xlsx, ReadsValuesAsTheSheetShowsThemAndNamesWhatIsHidden) {
  const std::string rows =
      "<row r='1'><c r='A1' t='inlineStr'><is><t>Overzicht</t></is></c></row>"
      "<row r='3'><c r='A3' t='s'><v>0</v></c><c r='C3' t='s'><v>2</v></c></row>"
      "<row r='4'><c r='A4' t='s'><v>1</v></c><c r='C4' s='2'><v>44926</v></c></row>"
      "<row r='5' hidden='1'><c r='A5' t='s'><v>1</v></c></row>"
      "<row r='7'><c r='A7' t='inlineStr'><is><t>Lasten</t></is></c><c r='B7' s='1'><v>35000.5</v></c>"
      "<c r='C7' s='3'><v>0.25</v></c><c r='D7' t='b'><v>1</v></c></row>";
  const absl::StatusOr<SourceText> source = ReadSource(Xlsx(rows, "<cols><col min='4' max='9' hidden='1'/></cols>"));
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ(source->format, v1::DOCUMENT_FORMAT_XLSX);
  EXPECT_EQ(source->text,
            "Acties\n\nOverzicht\n\nActie | Gereed op\n\nInloophuis | 31-12-2022\n\nLasten | € 35.000,50 | 25%\n\n"
            "Verborgen cellen op werkblad Acties, niet overgenomen: 2\n\n"
            "Verborgen werkblad, niet overgenomen: Concept\n");
}

TEST(Xlsx, GoesOnWithATableBelowAHiddenRow) {
  const std::string rows =
      "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>2</v></c></row>"
      "<row r='2' hidden='1'><c r='A2' t='s'><v>1</v></c></row>"
      "<row r='3'><c r='A3' t='s'><v>1</v></c><c r='B3' s='3'><v>0.25</v></c></row>";
  EXPECT_THAT(TextOf(Xlsx(rows)), testing::StartsWith("Acties\n\nActie | Gereed op\n\nInloophuis | 25%\n\n"
                                                      "Verborgen cellen op werkblad Acties, niet overgenomen: 1\n"));
}

TEST(Pdf, KeepsTheFiguresOfATableInTheMargin) {
  std::vector<std::vector<Placed>> pages;
  std::vector<std::string> figures;
  for (int page = 0; page < 3; ++page) {
    pages.push_back({{72, 400, absl::StrCat("Bladzijde over wijk ", page, ".")}});
    for (int y : {88, 72}) {
      pages.back().push_back({72, y, "Lasten"});
      for (int x : {300, 400}) {
        figures.push_back(absl::StrCat(100 + 37 * page * page + y, ".", x));
        pages.back().push_back({x, y, figures.back()});
      }
    }
    pages.back().push_back({72, 800, "Programma zorg"});
    pages.back().push_back({400, 800, absl::StrCat("Pagina ", page + 1, " van 3")});
    pages.back().push_back({290, 40, absl::StrCat(page + 7)});
  }
  const std::string text = TextOf(Pdf(pages));
  for (const std::string& figure : figures) EXPECT_THAT(text, testing::HasSubstr(figure));
  EXPECT_THAT(text, testing::EndsWith("Koptekst: Programma zorg\n\nKoptekst: Pagina 1 van 3\n\nVoettekst: 7\n"));
  EXPECT_EQ(text.find("Pagina 2 van 3"), std::string::npos);
}

TEST(Pdf, KeepsEveryDifferentLineInTheMargin) {
  std::vector<std::vector<Placed>> pages;
  for (const char* year : {"2019", "2024", "2025"}) {
    pages.push_back({{72, 400, "Inhoud."}, {72, 80, absl::StrCat("Bereik in ", year)}});
  }
  const std::string text = TextOf(Pdf(pages));
  for (const char* year : {"2019", "2024", "2025"}) EXPECT_THAT(text, testing::HasSubstr(year));
}

TEST(Pdf, ReadsATableWithAWordWiderThanAnyPage) {
  const std::string wide = "breed) Tj 5000000 Tz (mmmm) Tj 100 Tz (x";
  const std::string text = TextOf(Pdf({{{72, 530, "Actie"},
                                        {300, 530, "Jaar"},
                                        {72, 510, "Taalles"},
                                        {300, 510, wide},
                                        {72, 490, "Wandelgroep"},
                                        {300, 490, wide}}}));
  EXPECT_THAT(text, testing::HasSubstr("Wandelgroep"));
}

TEST(Pdf, JoinsLinesOfAParagraphAndWordsThatWereBroken) {
  const absl::StatusOr<SourceText> source =
      ReadSource(Pdf({{{72, 790, "Programma zorg"},
                       {72, 700, "Aanpak", 16},
                       {72, 670, "De gemeente opent in elke wijk een huiskamer waar bewoners elkaar kun-"},
                       {72, 656, "nen vinden. Vrijwilligers ontvangen hen en wijzen de weg naar hulp en naar"},
                       {72, 642, "de Wmo-consulent. De huiskamer is elke dag open en er wordt samen ge-"},
                       {72, 628, "kookt."},
                       {72, 614, "Een nieuwe alinea zonder witregel, omdat de vorige regel ruimte overliet."},
                       {72, 600, "\225 eerste punt"},
                       {80, 586, "met een toelichting"},
                       {72, 572, "\225 tweede punt dat zo lang is dat het op de volgende regel verder moet gaan"},
                       {80, 558, "en daar eindigt"},
                       {72, 530, "Actie"},
                       {300, 530, "Jaar"},
                       {72, 510, "Taalles"},
                       {300, 510, "2023"},
                       {72, 490, "Wandelgroep"},
                       {300, 490, "2024"},
                       {72, 100, "Deze zin breekt af aan het eind van de bladzijde en gaat verder op de"},
                       {290, 40, "1"}},
                      {{72, 790, "Programma zorg"}, {72, 700, "volgende."}, {290, 40, "2"}},
                      {}}));
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ(source->format, v1::DOCUMENT_FORMAT_PDF);
  EXPECT_EQ(
      source->text,
      "Aanpak\n\n"
      "De gemeente opent in elke wijk een huiskamer waar bewoners elkaar kunnen vinden. Vrijwilligers ontvangen hen "
      "en wijzen de weg naar hulp en naar de Wmo-consulent. De huiskamer is elke dag open en er wordt samen "
      "gekookt.\n\n"
      "Een nieuwe alinea zonder witregel, omdat de vorige regel ruimte overliet.\n\n"
      "- eerste punt\n  met een toelichting\n- tweede punt dat zo lang is dat het op de volgende regel verder moet "
      "gaan en daar eindigt\n\n"
      "Actie\n\nJaar\n\nTaalles\n\n2023\n\nWandelgroep\n\n2024\n\n"
      "Deze zin breekt af aan het eind van de bladzijde en gaat verder op de volgende.\n\n"
      "Koptekst: Programma zorg\n\nVoettekst: 1\n\nPagina zonder tekstlaag, niet gelezen: 3\n");
}

// ---- what is refused -----------------------------------------------------------------------------------------------

TEST(OfficeSource, RefusesWhatItCannotReadWithOneStableCode) {
  EXPECT_EQ(Refusal(Pdf({{}})), kDocumentWithoutText);
  EXPECT_EQ(Refusal(Docx("<w:p/>").substr(0, 900)), kDocumentBroken);
  EXPECT_EQ(Refusal("%PDF-1.7 en verder niets"), kDocumentBroken);
  EXPECT_EQ(Refusal(Zip({{"leesmij.txt", "tekst"}})), kDocumentFormatUnknown);
  EXPECT_EQ(Refusal(Zip({{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}})), kDocumentFormatUnknown);
  EXPECT_EQ(Refusal(Zip({{"[Content_Types].xml", "<Types/>"},
                         {"_rels/.rels", RelationsXml({{"officeDocument", "ppt/presentation.xml"}})}})),
            kDocumentFormatUnknown);
  EXPECT_EQ(Refusal("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 een oud document"), kDocumentFormatUnknown);
  EXPECT_EQ(Refusal("{\\rtf1 tekst}"), kDocumentFormatUnknown);
}

TEST(OfficeSource, SaysThatAPasswordIsNeeded) {
  std::string container = "\xD0\xCF\x11\xE0";
  for (const char c : std::string("EncryptedPackage")) container += {c, '\0'};
  EXPECT_EQ(Refusal(container), kDocumentEncrypted);

  Parts odt = OdtParts("");
  odt.emplace_back("META-INF/manifest.xml", "<manifest><encryption-data/></manifest>");
  EXPECT_EQ(Refusal(Zip(odt)), kDocumentEncrypted);

  const std::string key(64, '0');
  EXPECT_EQ(Refusal(Pdf({{{72, 700, "geheim"}}}, absl::StrCat("/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<", key, ">/U<",
                                                              key, ">>>/ID[<00><00>]"))),
            kDocumentEncrypted);
}

TEST(OfficeSource, RefusesWhatUnpacksTooFar) {
  EXPECT_EQ(Refusal(Docx(Paragraph(WordRun(std::string(80 << 20, 'a'))))), kDocumentTooLargeUnpacked);
  // Under the limit, but packed as no text is.
  EXPECT_EQ(Refusal(Docx(Paragraph(WordRun(std::string(20 << 20, 'a'))))), kDocumentTooLargeUnpacked);
  // One long string that cells refer to.
  std::string rows;
  const std::string text(100'000, 'a');
  for (int row = 1; row <= 1000; ++row) absl::StrAppend(&rows, "<row r='", row, "'><c t='s'><v>0</v></c></row>");
  const Parts parts = {
      {"[Content_Types].xml", "<Types/>"},
      {"_rels/.rels", RelationsXml({{"officeDocument", "xl/workbook.xml"}})},
      {"xl/workbook.xml", "<workbook xmlns:r='r'><sheets><sheet name='A' r:id='r1'/></sheets></workbook>"},
      {"xl/_rels/workbook.xml.rels", RelationsXml({{"worksheet", "s.xml"}, {"sharedStrings", "t.xml"}})},
      {"xl/t.xml", absl::StrCat("<sst><si><t>", text, "</t></si></sst>")},
      {"xl/s.xml", absl::StrCat("<worksheet><sheetData>", rows, "</sheetData></worksheet>")}};
  EXPECT_EQ(Refusal(Zip(parts)), kDocumentTooLargeUnpacked);
}

TEST(OfficeSource, RefusesEntitiesAndEndlessNesting) {
  Parts parts = DocxParts("");
  const std::string entities =
      "<!DOCTYPE w:document [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
      "<!ENTITY c SYSTEM 'file:///etc/passwd'>]>";
  parts.back().second =
      absl::StrReplaceAll(WordPart("document", "<w:body><w:p><w:r><w:t>&b;&c;</w:t></w:r></w:p></w:body>"),
                          {{"?><", absl::StrCat("?>", entities, "<")}});
  EXPECT_EQ(Refusal(Zip(parts)), kDocumentBroken);

  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<w:ins>";
  EXPECT_EQ(Refusal(Docx(deep)), kDocumentTooComplex);
  for (int i = 0; i < 100'000; ++i) deep += "</w:ins>";
  EXPECT_EQ(Refusal(Docx(deep)), kDocumentTooComplex);
  EXPECT_THAT(
      Codes(),
      testing::Contains(Refusal(absl::StrReplaceAll(SmallPdf(), {{"/Kids[", "/Kids" + std::string(100'000, '[')}}))));
}

TEST(OfficeSource, NeverUsesNamesInAnArchiveAsPaths) {
  Parts parts = DocxParts("");
  parts[1].second = RelationsXml({{"officeDocument", "../../../../etc/passwd"}});
  EXPECT_EQ(Refusal(Zip(parts)), kDocumentFormatUnknown);
  parts = DocxParts(Paragraph(WordRun("tekst")));
  parts.emplace_back("../../../../tmp/regiokompas-evil", "x");
  EXPECT_EQ(TextOf(Zip(parts)), "tekst\n");
  struct stat found;
  EXPECT_NE(stat("/tmp/regiokompas-evil", &found), 0);
}

std::vector<std::string> OneOfEach() {
  return {Docx(absl::StrCat(Styled("Kop1", "Zorg"), Paragraph(WordRun("Wij helpen.")), Listed(2, "a"))),
          Odt("<text:h text:outline-level='1'>Zorg</text:h><text:p>Wij helpen.</text:p>"),
          Xlsx("<row r='1'><c r='A1' s='1'><v>35000.5</v></c></row>"), SmallPdf()};
}

TEST(OfficeSource, ReadsOrRefusesFilesThatWereCutOff) {
  for (const std::string& bytes : OneOfEach()) {
    for (size_t part = 1; part < 50; ++part) {
      const absl::StatusOr<SourceText> source = ReadSource(bytes.substr(0, bytes.size() * part / 50));
      EXPECT_TRUE(source.ok() || Codes().count(std::string(source.status().message())) > 0) << source.status();
    }
  }
}

TEST(OfficeSource, ReadsOrRefusesFilesWithWrongBytes) {
  std::mt19937 random(20240131);
  for (const std::string& bytes : OneOfEach()) {
    for (int round = 0; round < 75; ++round) {
      std::string wrong = bytes;
      for (int flips = 1 + round % 8; flips > 0; --flips) {
        wrong[random() % wrong.size()] ^= static_cast<char>(1 << random() % 8);
      }
      const absl::StatusOr<SourceText> source = ReadSource(wrong);
      EXPECT_TRUE(source.ok() || Codes().count(std::string(source.status().message())) > 0) << source.status();
    }
  }
}

// ---- the program ---------------------------------------------------------------------------------------------------

TEST(OfficeReader, LeavesNoProcessAndNoDescriptor) {
  ASSERT_TRUE(ReadSource(SmallPdf()).ok());
  const size_t before = OpenDescriptors();
  EXPECT_EQ(TextOf(SmallPdf()), "Wij helpen inwoners die hulp zoeken bij het vinden van de weg.\n");
  EXPECT_EQ(Refusal("%PDF-"), kDocumentBroken);
  EXPECT_EQ(OpenDescriptors(), before);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(OfficeReader, TakesTurns) {
  const std::string bytes = SmallPdf();
  std::atomic<int> read = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) threads.emplace_back([&] { read += ReadSource(bytes).ok(); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(read, 6);
}

constexpr std::chrono::milliseconds kLong{10'000};

std::string Script(const std::string& commands) {
  const std::string path = testing::TempDir() + "/regiokompas-reader-test-script";
  std::ofstream(path) << "#!/bin/sh\n" << commands << "\n";
  chmod(path.c_str(), 0700);
  return path;
}

TEST(OfficeReader, IsEndedWhenTimeIsUpOrItSaysTooMuch) {
  const auto begin = std::chrono::steady_clock::now();
  const auto late = ReadOfficeSourceBy(Script("exec sleep 60"), std::chrono::milliseconds(300), "%PDF-");
  EXPECT_EQ(late.status().message(), kDocumentTooComplex);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kLong);
  EXPECT_EQ(ReadOfficeSourceBy("/usr/bin/yes", kLong, "%PDF-").status().message(), kDocumentTooComplex);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
}

TEST(OfficeReader, IsMissingWhenItDoesNotStart) {
  for (const std::string& program :
       {std::string("/nonexistent/regiokompas-reader"), Script("exit 127"), Script("exit 3")}) {
    const auto source = ReadOfficeSourceBy(program, kLong, "%PDF-");
    EXPECT_EQ(source.status().code(), absl::StatusCode::kFailedPrecondition) << program;
    EXPECT_EQ(source.status().message(), kDocumentReaderMissing);
  }
}

TEST(OfficeReader, IsNotBelievedWhenItsAnswerIsWrong) {
  for (const char* answer : {"", "ok", "ok DOCX 5\\nvier", "ok GEEN 4\\nvier", "no IETS_ANDERS\\n", "ok DOCX 1\\n\\377",
                             "ok DOCX 1\\n\\000", "ok DOCX -1\\n"}) {
    const auto source = ReadOfficeSourceBy(Script(absl::StrCat("printf '", answer, "'")), kLong, "%PDF-");
    EXPECT_EQ(source.status().message(), kDocumentBroken) << answer;
  }
  EXPECT_EQ(ReadOfficeSourceBy(Script("printf 'ok DOCX 4\\nvier'"), kLong, "%PDF-")->text, "vier");
  EXPECT_EQ(ReadOfficeSourceBy(Script("kill -SEGV $$"), kLong, "%PDF-").status().message(), kDocumentTooComplex);
}

TEST(OfficeReader, ReadsADocumentOfUsualSizeAtOnce) {
  std::string body;
  for (int i = 0; i < 1500; ++i) {
    absl::StrAppend(&body,
                    Paragraph(WordRun(absl::StrCat("Alinea ", i, " zegt wat de gemeente in wijk ", i * 7919 % 1000,
                                                   " doet en wat dat volgens de raming kost."))));
  }
  const std::string bytes = Docx(body);
  auto best = std::chrono::steady_clock::duration::max();
  for (int round = 0; round < 5; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    ASSERT_TRUE(ReadSource(bytes).ok());
    best = std::min(best, std::chrono::steady_clock::now() - begin);
  }
  EXPECT_LT(best, std::chrono::milliseconds(500));
}

}  // namespace
}  // namespace regiokompas::intake
