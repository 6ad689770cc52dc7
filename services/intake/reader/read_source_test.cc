#include "services/intake/reader/read_source.h"

#include "gtest/gtest.h"

namespace regiokompas::intake {
namespace {

std::string Refusal(const std::string& bytes) { return std::string(ReadSource(bytes).status().message()); }

TEST(ReadSource, RefusesBadInputWithOneStableCode) {
  EXPECT_EQ(Refusal(""), kDocumentEmpty);
  EXPECT_EQ(Refusal(std::string(kMaxDocumentBytes + 1, 'a')), kDocumentTooLarge);
  EXPECT_EQ(Refusal(std::string("tekst\0tekst", 11)), kDocumentBinary);
  EXPECT_EQ(Refusal("geen utf-8: \xE9\xE9n"), kDocumentNotUtf8);
}

TEST(ReadSource, ReadsTextAsItIsAndDropsTheByteOrderMark) {
  const auto source = ReadSource(
      "\xEF\xBB\xBF"
      "Titel\r\nTekst");
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ(source->text, "Titel\r\nTekst");
  EXPECT_EQ(source->format, v1::DOCUMENT_FORMAT_TEXT);
  // Of the bytes of the file, the mark included.
  EXPECT_EQ(source->sha256, "57f14f25196393f266b19ab4469dd48890f95980a6cec7bbdd2fb78d31c158e6");
  EXPECT_TRUE(source->line_numbers.empty());
}

}  // namespace
}  // namespace regiokompas::intake
