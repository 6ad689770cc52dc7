#include "services/intake/reader/cvdr_reader.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/intake/reader/read_source.h"

namespace regiokompas::intake {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Regulation(const std::string& body) {
  return absl::StrCat(
      "<?xml version='1.0' encoding='UTF-8'?>\n<cvdr xmlns='http://standaarden.overheid.nl/cvdr/terms/'>", body,
      "</cvdr>");
}

std::string TextOf(const std::string& body) {
  const auto source = ReadSource(Regulation(body));
  EXPECT_TRUE(source.ok()) << source.status();
  return source.ok() ? source->text : "";
}

TEST(ReadCvdr, PrintsTheMetadataAsTheSiteDoes) {
  const auto source = ReadSource(Regulation(R"(
<meta>
<owmskern><dcterms:identifier xmlns:dcterms="d">CVDR123456_2</dcterms:identifier>
<dcterms:title xmlns:dcterms="d">Plan van
aanpak</dcterms:title><dcterms:creator xmlns:dcterms="d">Voorbeeldstad</dcterms:creator></owmskern>
<cvdripm><o:inwerkingtredingDatum xmlns:o="o">2023-03-14</o:inwerkingtredingDatum>
<o:uitwerkingtredingDatum xmlns:o="o"/></cvdripm>
</meta>
<body><intitule>Plan van aanpak</intitule></body>)"));
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ(source->format, v1::DOCUMENT_FORMAT_CVDR_XML);
  EXPECT_EQ(source->text,
            "http://lokaleregelgeving.overheid.nl/CVDR123456/2\n\nPlan van aanpak\n\n"
            "Geldend van 14-03-2023 t/m heden (Voorbeeldstad)\n\nPlan van aanpak\n");
  EXPECT_THAT(source->line_numbers, ElementsAre(4, 5, 5, 7, 7, 10, 10));
  EXPECT_THAT(source->continuation_lines, ElementsAre(6));
  EXPECT_THAT(source->markup_lines, ElementsAre(1, 2, 3, 8, 9));
}

TEST(ReadCvdr, PrintsAnEndAndAnEarlierEffect) {
  EXPECT_EQ(TextOf("<meta><inwerkingtredingDatum>2020-02-18</inwerkingtredingDatum>"
                   "<uitwerkingtredingDatum>2021-01-01</uitwerkingtredingDatum>"
                   "<terugwerkendekrachtDatum>2019-01-01</terugwerkendekrachtDatum></meta>"),
            "Geldend van 18-02-2020 t/m 01-01-2021 met terugwerkende kracht vanaf 01-01-2019\n");
  EXPECT_EQ(TextOf("<meta><inwerkingtredingDatum>onbekend</inwerkingtredingDatum></meta><al>a</al>"), "a\n");
}

TEST(ReadCvdr, CountsNoLinesOfMetadataThatArePrintedElsewhere) {
  const std::string breaks(2'000'000, '\n');
  const auto source = ReadSource(
      absl::StrCat("<cvdr><meta><creator>Gemeente", breaks,
                   "X</creator><inwerkingtredingDatum>2020-01-01</inwerkingtredingDatum></meta><al>a</al></cvdr>"));
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ(source->text, "Geldend van 01-01-2020 t/m heden (Gemeente X)\n\na\n");
  EXPECT_THAT(source->line_numbers, ElementsAre(2'000'001, 2'000'001, 2'000'001));
  EXPECT_THAT(source->continuation_lines, IsEmpty());
}

TEST(ReadCvdr, CountsNoLinesOfReferencesToBreaks) {
  std::string breaks;
  for (int i = 0; i < 100'000; ++i) breaks += "&#10;";
  const auto source = ReadSource(absl::StrCat("<cvdr>\n<meta><title>", breaks, "Plan", breaks, "b</title></meta><al>a",
                                              breaks, "b<illustratie alt='c", breaks,
                                              "d'/></al><li><li.nr>1&#10;b</li.nr><al>e</al></li></cvdr>"));
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ(source->text, "Plan b\n\na bc d\n\n- 1 b e\n");
  EXPECT_THAT(source->line_numbers, ElementsAre(2, 2, 2, 2, 2));
  EXPECT_THAT(source->continuation_lines, IsEmpty());
}

TEST(ReadCvdr, PrintsHeadingsMembersAndLists) {
  EXPECT_EQ(
      TextOf("<artikel><kop><label>Artikel</label><nr>2</nr><titel>Begrippen</titel></kop>"
             "<lid><lidnr>1</lidnr><al>Een <nadruk type='vet'>vet</nadruk> woord.</al></lid>"
             "<lid><al>Zonder nummer.</al></lid>"
             "<lijst><li><li.nr>–</li.nr><al>eerste</al></li><li><li.nr>b.</li.nr><al>tweede</al></li>"
             "<li><li.nr>1°</li.nr><al>derde</al></li></lijst></artikel>"),
      "Artikel 2 Begrippen\n\n- 1.\n\n  Een vet woord.\n\nZonder nummer.\n\n- eerste\n- b.\n  tweede\n- 1° derde\n");
}

TEST(ReadCvdr, PrintsTables) {
  EXPECT_EQ(TextOf("<table><tgroup cols='2'><tbody><row><entry><al>Activiteit</al></entry><entry><al>Plan</al></entry>"
                   "</row><row><entry><al>Planning</al></entry><entry><al>2024.</al><al>Daarna elk jaar.</al></entry>"
                   "</row></tbody></tgroup></table>"),
            "Activiteit: Plan |\nPlanning: 2024. Daarna elk jaar. |\n");
  EXPECT_EQ(TextOf("<table><tgroup cols='2'><thead><row><entry>Doel</entry><entry>Norm</entry></row></thead>"
                   "<tbody><row><entry>Bereik</entry><entry>minimaal 10%</entry></row></tbody></tgroup></table>"),
            "Doel\n\nNorm\n\nBereik\n\nminimaal 10%\n");
}

TEST(ReadCvdr, RefusesOtherXmlAndBadXml) {
  const auto refusal = [](const std::string& xml) { return std::string(ReadSource(xml).status().message()); };
  EXPECT_EQ(refusal("<?xml version='1.0'?><boek>a</boek>"), kDocumentXmlUnknown);
  EXPECT_EQ(refusal("<cvdr><al>a</cvdr>"), kDocumentXmlInvalid);
  EXPECT_EQ(refusal("<cvdr><al>&onbekend;</al></cvdr>"), kDocumentXmlInvalid);
  EXPECT_EQ(refusal("<cvdr><al>a</al>"), kDocumentXmlInvalid);
  EXPECT_EQ(refusal("<cvdr><al> </al></cvdr>"), kDocumentEmpty);
  EXPECT_EQ(refusal("<?xml version='1.0' encoding='ISO-8859-1'?><cvdr><al>caf\xE9</al></cvdr>"), kDocumentNotUtf8);
}

TEST(ReadCvdr, RefusesEntitiesOfItsOwn) {
  const auto refusal = [](const std::string& declarations, const std::string& text) {
    const std::string xml =
        absl::StrCat("<?xml version='1.0'?><!DOCTYPE cvdr [", declarations, "]><cvdr><al>", text, "</al></cvdr>");
    return std::string(ReadSource(xml).status().message());
  };
  EXPECT_EQ(refusal("<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;'>", "&b;"), kDocumentXmlInvalid);
  EXPECT_EQ(refusal("<!ENTITY a SYSTEM 'file:///etc/hostname'>", "&a;"), kDocumentXmlInvalid);
  EXPECT_EQ(refusal("<!ENTITY % a SYSTEM 'http://localhost/a.dtd'> %a;", "x"), kDocumentXmlInvalid);
  EXPECT_EQ(refusal("<!ENTITY a '" + std::string(100'000, 'a') + "'>", "&a;&a;&a;"), kDocumentXmlInvalid);
}

}  // namespace
}  // namespace regiokompas::intake
