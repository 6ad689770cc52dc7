#include "services/intake/reader/office_text.h"

#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "services/intake/reader/office_xlsx.h"

namespace regiokompas::intake {
namespace {

using Kind = OfficeBlock::Kind;

OfficeBlocks Cell(const std::string& text) { return {{.text = text}}; }

std::string Text(const OfficeBlocks& blocks) {
  std::string text;
  EXPECT_TRUE(WriteOfficeText(blocks, &text));
  return text;
}

OfficeBlocks Table(const std::vector<std::vector<std::string>>& rows) {
  OfficeBlock table;
  table.kind = Kind::kTable;
  for (const std::vector<std::string>& row : rows) {
    OfficeRow& added = table.rows.emplace_back();
    for (const std::string& text : row) added.cells.push_back(Cell(text));
  }
  return {table};
}

TEST(WriteOfficeText, PutsParagraphsApartAndItemsTogether) {
  EXPECT_EQ(Text({{.kind = Kind::kHeading, .text = "Wonen"},
                  {.text = " Eerste\xC2\xA0regel \n  tweede regel\n"},
                  {.text = "  "},
                  {.kind = Kind::kItem, .text = "een"},
                  {.kind = Kind::kItem, .text = "twee\nvervolg"},
                  {.text = "Slot"}}),
            "Wonen\n\nEerste regel\ntweede regel\n\n- een\n- twee\n  vervolg\n\nSlot\n");
}

TEST(WriteOfficeText, NumbersItemsOfAListAndHeadingsThatStandAlone) {
  const std::string text = Text({{.kind = Kind::kItem, .text = "Alleen", .mark = "1."},
                                 {.text = "Tekst"},
                                 {.kind = Kind::kItem, .text = "een", .mark = "a."},
                                 {.kind = Kind::kItem, .text = "twee", .mark = "b."}});
  EXPECT_EQ(absl::StrReplaceAll(text, {{"\n\n", "\n"}}), "1. Alleen\nTekst\n- a.\n  een\n- b.\n  twee\n");
}

TEST(WriteOfficeText, SetsCellsOfColumnsApartAndNamesTheColumnBehindAnEmptyOne) {
  EXPECT_EQ(Text(Table({{"Actie", "Jaar", "Status"}, {"Inloop", "", "Gereed"}, {"Taalles", "2023", ""}})),
            "Actie\n\nJaar\n\nStatus\n\nInloop\n\nStatus: Gereed\n\nTaalles\n\n2023\n");
  EXPECT_EQ(Text(Table({{"Actie", "Gereed"}, {"Taalles", "maart 2023"}})),
            "Actie\n\nGereed\n\nTaalles\n\nmaart 2023\n");
}

TEST(WriteOfficeText, PutsALabelAndItsTextOnOneLine) {
  const std::string text = "Wij openen in elke wijk een huiskamer waar bewoners elkaar vinden en hulp krijgen.";
  EXPECT_EQ(Text(Table({{"Aanpak", text}, {"Planning", "2023"}, {"", ""}})),
            "Aanpak: " + text + " |\nPlanning: 2023 |\n");
}

TEST(WriteOfficeText, KeepsRowsOfFiguresTogether) {
  EXPECT_EQ(Text(Table({{"Lasten", "2022", "2023"}, {"Jeugd", "1.250", "1.300 N"}})),
            "Lasten | 2022 | 2023\n\nJeugd | 1.250 | 1.300 N\n");
}

TEST(WriteOfficeText, RefusesTooMuchText) {
  std::string text;
  EXPECT_FALSE(WriteOfficeText(OfficeBlocks(40, {.text = std::string(1 << 20, 'a')}), &text));
}

TEST(ListNumber, CountsAsListsDo) {
  EXPECT_EQ(ListNumber(12, '1'), "12");
  EXPECT_EQ(ListNumber(3, 'a'), "c");
  EXPECT_EQ(ListNumber(27, 'A'), "AA");
  EXPECT_EQ(ListNumber(14, 'i'), "xiv");
  EXPECT_EQ(ListNumber(2024, 'I'), "MMXXIV");
}

TEST(AppendUtf8, WritesEveryLengthAndNoControls) {
  std::string text;
  for (const unsigned int code : {0x41u, 0xE9u, 0x20ACu, 0x1F600u, 0xD800u, 0x0u, 0x110000u}) AppendUtf8(code, &text);
  EXPECT_EQ(text, "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80   ");
}

TEST(ShownNumber, ShowsWhatTheCellShows) {
  const struct {
    const char* stored;
    const char* format;
    const char* shown;
  } kCases[] = {
      {"1234.5", "", "1234,5"},
      {"0.30000000000000004", "General", "0,3"},
      {"1234567.891", "#,##0.00", "1.234.567,89"},
      {"-35000", "\"€\" #,##0", "€ -35.000"},
      {"138371", "[$€-413] #,##0;[Red]-#,##0", "€ 138.371"},
      {"0.125", "0.0%", "12,5%"},
      {"0.885", "0%", "89%"},
      {"2.675", "0.00", "2,68"},
      {"1500000", "#,##0,", "1.500"},
      {"-0.2", "0", "0"},
      {"44926", "dd-mm-yyyy", "31-12-2022"},
      {"44621", "mmm yyyy", "maart 2022"},
      {"44621.75", "d-m-yy h:mm", "01-03-2022 18:00"},
      {"0.5", "h:mm", "12:00"},
      {"59", "dd-mm-yyyy", "28-02-1900"},
      {"2500000", "0.0,,\"  mln\"", "2,5 mln"},
      {"12", "\"circa \"0\\ uur", "circa 12 uur"},
      {"85", "0\"%\"", "85%"},
      {"12", "[$£-809]#,##0", "£12"},
      {"300", "[>=1000]#,##0,\"K\";0", "300"},
      {"0.5", "# ?/?", "0,5"},
      {"3", "General\" km\"", "3 km"},
      {"1.5", "[h]:mm", "36:00"},
      {"1.5", "[h]:mm:ss", "36:00:00"},
      {"0.0625", "[mm]:ss", "90:00"},
      {"0.0625", "mm:ss", "30:00"},
      {"0.5000115740740741", "h:mm:ss", "12:00:01"},
      {"n.v.t.", "0", "n.v.t."},
  };
  for (const auto& test : kCases) EXPECT_EQ(ShownNumber(test.stored, test.format, false), test.shown) << test.format;
  EXPECT_EQ(ShownNumber("0", "dd-mm-yyyy", true), "01-01-1904");
}

}  // namespace
}  // namespace regiokompas::intake
