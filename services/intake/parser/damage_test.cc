// Documents as they come out of broken copying, scanning and saving: whatever is left of them is read as it is printed,
// or refused for one of the known reasons.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"
#include "services/intake/parser/parse.h"
#include "services/intake/parser/parse_expectations.h"
#include "services/intake/reader/read_source.h"

namespace regiokompas::intake {
namespace {

struct Sample {
  std::string name;
  std::string bytes;
};

// The documents of the five families that were written for tests.
const std::vector<Sample>& Samples() {
  static const auto& samples = *[] {
    auto* all = new std::vector<Sample>;
    for (const char* folder : {"/services/intake/parser/testdata", "/tests/intake/variations"}) {
      for (const auto& entry : std::filesystem::directory_iterator(absl::StrCat(REGIOKOMPAS_SOURCE_DIR, folder))) {
        const std::string kind = entry.path().extension().string();
        if (kind != ".txt" && kind != ".html" && kind != ".xml") continue;
        std::ifstream in(entry.path(), std::ios::binary);
        all->push_back({entry.path().filename().string(), {std::istreambuf_iterator<char>(in), {}}});
      }
    }
    std::sort(all->begin(), all->end(), [](const Sample& a, const Sample& b) { return a.name < b.name; });
    return all;
  }();
  return samples;
}

absl::StatusOr<v1::ParsedDocument> ReadAndParse(const std::string& bytes) {
  const absl::StatusOr<SourceText> source = ReadSource(bytes);
  if (!source.ok()) return source.status();
  return Parse(*source, {});
}

// Either refused with a known code, or nothing lost and nothing invented. Returns whether it was parsed.
bool ExpectSound(const std::string& bytes) {
  static const std::set<std::string> codes = {kDocumentEmpty,   kDocumentBinary,     kDocumentNotUtf8,
                                              kDocumentTooDeep, kDocumentXmlInvalid, kDocumentXmlUnknown};
  const absl::StatusOr<SourceText> source = ReadSource(bytes);
  const absl::StatusOr<v1::ParsedDocument> document =
      source.ok() ? Parse(*source, {}) : absl::StatusOr<v1::ParsedDocument>(source.status());
  if (!document.ok()) {
    EXPECT_EQ(codes.count(std::string(document.status().message())), 1u) << document.status();
    return false;
  }
  ExpectNothingLost(*source, *document);
  ExpectNothingInvented(*source, *document);
  return true;
}

// Every sample damaged `rounds` times by `damage`, which gets its bytes and random numbers. Returns how many of them
// were parsed.
template <typename Damage>
int DamageAll(int rounds, Damage damage) {
  int parsed = 0;
  for (const Sample& sample : Samples()) {
    for (int round = 0; round < rounds; ++round) {
      SCOPED_TRACE(absl::StrCat(sample.name, " round ", round));
      std::mt19937 random(static_cast<uint32_t>(round));
      parsed += ExpectSound(damage(sample.bytes, random)) ? 1 : 0;
      if (testing::Test::HasFailure()) return parsed;
    }
  }
  return parsed;
}

// Changes one to eight lines; `change` gets all lines and the index of one.
template <typename Change>
std::string DamageLines(const std::string& bytes, std::mt19937& random, Change change) {
  std::vector<std::string> lines = absl::StrSplit(bytes, '\n');
  for (size_t count = 1 + random() % 8; count > 0 && lines.size() > 1; --count) change(lines, random() % lines.size());
  return absl::StrJoin(lines, "\n");
}

// In UTF-16 with the low byte of each unit first, or last.
std::string Utf16(absl::string_view utf8, bool low_first, bool marked) {
  std::string out;
  const auto put = [&](unsigned unit) {
    const char low = static_cast<char>(unit & 0xFF);
    const char high = static_cast<char>(unit >> 8);
    out += low_first ? std::string{low, high} : std::string{high, low};
  };
  if (marked) put(0xFEFF);
  for (size_t i = 0; i < utf8.size();) {
    const unsigned char first = static_cast<unsigned char>(utf8[i]);
    const int more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    unsigned code = first & (0x7F >> more >> (more > 0 ? 1 : 0));
    for (int k = 1; k <= more; ++k) code = code << 6 | (static_cast<unsigned char>(utf8[i + k]) & 0x3F);
    i += more + 1;
    if (code >= 0x10000) {
      put(0xD800 + ((code - 0x10000) >> 10));
      put(0xDC00 + ((code - 0x10000) & 0x3FF));
    } else {
      put(code);
    }
  }
  return out;
}

constexpr int kRounds = 45;

TEST(Damage, HasSamplesOfEveryFamilyAndFormat) {
  ASSERT_GE(Samples().size(), 15u);
  for (const char* kind : {".txt", ".html", ".xml"}) {
    EXPECT_TRUE(std::any_of(Samples().begin(), Samples().end(),
                            [&](const Sample& sample) { return absl::EndsWith(sample.name, kind); }));
  }
  for (const Sample& sample : Samples()) EXPECT_TRUE(ExpectSound(sample.bytes)) << sample.name;
}

// How many of the expectations fail.
int Failures(const SourceText& source, const v1::ParsedDocument& document) {
  testing::TestPartResultArray results;
  {
    const testing::ScopedFakeTestPartResultReporter reporter(&results);
    ExpectNothingLost(source, document);
    ExpectNothingInvented(source, document);
  }
  return results.size();
}

TEST(Damage, ExpectationsSeeWhatIsLostOrInvented) {
  const absl::StatusOr<SourceText> source =
      ReadSource("Doel: van de 40 buurten doet in 2026 een op de drie mee.\n\nHet kost € 1.250,50 per jaar.\n");
  ASSERT_TRUE(source.ok());
  const absl::StatusOr<v1::ParsedDocument> parsed = Parse(*source, {});
  ASSERT_TRUE(parsed.ok());
  ASSERT_EQ(Failures(*source, *parsed), 0);
  const auto failures_with = [&](auto change) {
    v1::ParsedDocument changed = *parsed;
    change(changed);
    return Failures(*source, changed);
  };
  using Document = v1::ParsedDocument;
  const auto target = [](Document& document) {
    v1::ParsedTarget& added = *document.add_targets();
    added.set_line(1);
    return &added;
  };
  const auto amount = [](Document& document) {
    v1::ParsedActivity& activity = *document.add_activities();
    activity.set_line(1);
    return activity.add_amounts();
  };
  EXPECT_EQ(failures_with([&](Document& document) { target(document)->set_value("33.3"); }), 0);
  EXPECT_EQ(failures_with([&](Document& document) { amount(document)->set_cents(125050); }), 0);
  EXPECT_GT(failures_with([&](Document& document) { target(document)->set_value("41"); }), 0);
  EXPECT_GT(failures_with([&](Document& document) { target(document)->set_deadline_year(2027); }), 0);
  EXPECT_GT(failures_with([&](Document& document) { target(document)->set_line(2); }), 0);
  EXPECT_GT(failures_with([&](Document& document) { amount(document)->set_cents(125051); }), 0);
  EXPECT_GT(failures_with([&](Document& document) { document.mutable_source()->add_fiscal_years(2024); }), 0);
  EXPECT_GT(failures_with([](Document& document) { document.mutable_spans()->RemoveLast(); }), 0);
  EXPECT_GT(failures_with([](Document& document) { *document.add_spans() = document.spans(0); }), 0);
}

TEST(Damage, DroppedLines) {
  EXPECT_GT(DamageAll(kRounds,
                      [](const std::string& bytes, std::mt19937& random) {
                        return DamageLines(bytes, random, [](std::vector<std::string>& lines, size_t at) {
                          lines.erase(lines.begin() + static_cast<ptrdiff_t>(at));
                        });
                      }),
            500);
}

TEST(Damage, DoubledLines) {
  EXPECT_GT(DamageAll(kRounds,
                      [](const std::string& bytes, std::mt19937& random) {
                        return DamageLines(bytes, random, [](std::vector<std::string>& lines, size_t at) {
                          lines.insert(lines.begin() + static_cast<ptrdiff_t>(at), std::string(lines[at]));
                        });
                      }),
            500);
}

TEST(Damage, SwappedLines) {
  EXPECT_GT(DamageAll(kRounds,
                      [](const std::string& bytes, std::mt19937& random) {
                        return DamageLines(bytes, random, [&](std::vector<std::string>& lines, size_t at) {
                          std::swap(lines[at], lines[random() % lines.size()]);
                        });
                      }),
            500);
}

TEST(Damage, MergedLines) {
  EXPECT_GT(DamageAll(kRounds,
                      [](const std::string& bytes, std::mt19937& random) {
                        return DamageLines(bytes, random, [&](std::vector<std::string>& lines, size_t at) {
                          if (at + 1 == lines.size()) return;
                          lines[at] += (random() % 2 == 0 ? " " : "") + lines[at + 1];
                          lines.erase(lines.begin() + static_cast<ptrdiff_t>(at) + 1);
                        });
                      }),
            500);
}

TEST(Damage, CutOff) {
  EXPECT_GT(DamageAll(kRounds, [](const std::string& bytes,
                                  std::mt19937& random) { return bytes.substr(0, random() % bytes.size()); }),
            250);
}

TEST(Damage, ByteOrderMarksInTheMiddle) {
  EXPECT_GT(DamageAll(kRounds,
                      [](const std::string& bytes, std::mt19937& random) {
                        return DamageLines(bytes, random, [&](std::vector<std::string>& lines, size_t at) {
                          const size_t place = random() % 2 == 0 ? 0 : lines[at].find(' ');
                          lines[at].insert(place == std::string::npos ? 0 : place, "\xEF\xBB\xBF");
                        });
                      }),
            500);
}

TEST(Damage, BytesThatAreNoUtf8AreRefused) {
  // Lone bytes that continue nothing, bytes of Latin-1, overlong forms, surrogates and what lies behind U+10FFFF.
  for (const char* bad : {"\x80", "\xBF\xBF", "\xE9n", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"}) {
    EXPECT_EQ(DamageAll(10,
                        [&](const std::string& bytes, std::mt19937& random) {
                          return DamageLines(bytes, random, [&](std::vector<std::string>& lines, size_t at) {
                            lines[at].insert(0, bad);
                          });
                        }),
              0)
        << absl::StrCat("byte ", static_cast<unsigned char>(bad[0]));
  }
}

TEST(Damage, ANulIsRefused) {
  EXPECT_EQ(DamageAll(10,
                      [](const std::string& bytes, std::mt19937& random) {
                        std::string damaged = bytes;
                        damaged.insert(random() % bytes.size(), 1, '\0');
                        return damaged;
                      }),
            0);
}

TEST(Damage, Utf16WithItsMarkSaysTheSameAndWithoutItIsRefused) {
  for (const Sample& sample : Samples()) {
    const absl::StatusOr<v1::ParsedDocument> plain = ReadAndParse(sample.bytes);
    ASSERT_TRUE(plain.ok()) << sample.name;
    for (const bool low_first : {true, false}) {
      absl::StatusOr<v1::ParsedDocument> wide = ReadAndParse(Utf16(sample.bytes, low_first, true));
      ASSERT_TRUE(wide.ok()) << sample.name << " " << wide.status();
      wide->mutable_source()->set_sha256(plain->source().sha256());
      EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*plain, *wide)) << sample.name;
      EXPECT_EQ(ReadAndParse(Utf16(sample.bytes, low_first, false)).status().message(), kDocumentBinary);
      // Half a unit at the end.
      EXPECT_EQ(ReadAndParse(Utf16(sample.bytes, low_first, true) + "x").status().message(), kDocumentNotUtf8);
    }
  }
}

TEST(Damage, AllAtOnce) {
  EXPECT_GT(DamageAll(kRounds,
                      [](const std::string& bytes, std::mt19937& random) {
                        return DamageLines(bytes, random, [&](std::vector<std::string>& lines, size_t at) {
                          const size_t other = random() % lines.size();
                          switch (random() % 5) {
                            case 0:
                              lines[at].clear();
                              break;
                            case 1:
                              lines[at] += lines[other];
                              break;
                            case 2:
                              lines[at].resize(random() % (lines[at].size() + 1));
                              break;
                            case 3:
                              std::reverse(lines.begin() + static_cast<ptrdiff_t>(std::min(at, other)),
                                           lines.begin() + static_cast<ptrdiff_t>(std::max(at, other)));
                              break;
                            default:
                              std::swap(lines[at], lines[other]);
                          }
                        });
                      }),
            500);
}

}  // namespace
}  // namespace regiokompas::intake
