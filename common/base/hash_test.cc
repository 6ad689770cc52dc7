#include "common/base/hash.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "absl/strings/escaping.h"

namespace regiokompas {
namespace {

// The test vectors of FIPS 180-4 and RFC 4231.
TEST(HashTest, KnownDigests) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(absl::BytesToHexString(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(Sha256(std::string("a\0b", 3)), Sha256(absl::string_view("a\0b", 3)));
  EXPECT_NE(Sha256(std::string("a\0b", 3)), Sha256("a"));
}

TEST(HashTest, AUuidFollowsFromItsSeed) {
  const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  EXPECT_TRUE(std::regex_match(UuidFrom("a"), form)) << UuidFrom("a");
  EXPECT_EQ(UuidFrom("a"), UuidFrom("a"));
  EXPECT_NE(UuidFrom("a"), UuidFrom("b"));
}

TEST(HashTest, RandomUuidsDiffer) {
  const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    seen.insert(RandomUuid());
    EXPECT_TRUE(std::regex_match(RandomUuid(), form));
  }
  EXPECT_EQ(seen.size(), 100u);
}

TEST(HashTest, Slugs) {
  EXPECT_EQ(Slug("6.1.1 Grip op kosten", "a"), "a6-1-1-grip-op-kosten");
  EXPECT_EQ(Slug("Grip op kosten", "a"), "grip-op-kosten");
  EXPECT_EQ(Slug("Coördinatie & één loket", "a"), "coordinatie-een-loket");
  EXPECT_EQ(Slug("  -- ", "a"), "a0");
  EXPECT_EQ(Slug("'s-Gravenhage", "a"), "s-gravenhage");
  EXPECT_EQ(Slug("2022", "x"), "x2022");
  EXPECT_EQ(Slug("abcdef ghi", "x", 7), "abcdef");
}

TEST(HashTest, EverySlugIsAnId) {
  const std::string pieces[] = {"", "a", "-", "É", "1", "   ", "é€😀", "Z!", "\n", "ij", "\xff", "zorg"};
  for (const std::string& a : pieces) {
    for (const std::string& b : pieces) {
      for (const std::string& c : pieces) {
        for (const size_t length : {size_t{2}, size_t{5}, size_t{48}, size_t{63}}) {
          const std::string slug = Slug(a + b + c, "x", length);
          EXPECT_TRUE(IsId(slug)) << '"' << absl::CEscape(a + b + c) << "\" " << length << ": " << slug;
          EXPECT_LE(slug.size(), length);
        }
      }
    }
  }
}

TEST(HashTest, Ids) {
  for (const std::string& id : {std::string("aa"), std::string("a1"), std::string("a-b"), std::string(63, 'z')}) {
    EXPECT_TRUE(IsId(id)) << id;
  }
  for (const std::string& id :
       {std::string(), std::string("a"), std::string("1a"), std::string("a-"), std::string("-a"), std::string("aB"),
        std::string("a_b"), std::string("é1"), std::string(64, 'z'), std::string("a\0b", 3)}) {
    EXPECT_FALSE(IsId(id)) << id;
  }
}

TEST(HashTest, OwnerIds) {
  for (const char* owner : {"GM0677", "GM9999", "NL", "RG-achterhoek"}) EXPECT_TRUE(IsOwnerId(owner)) << owner;
  for (const char* owner :
       {"", "gm0677", "GM677", "GM06777", "GM067a", "nl", "NLx", "RG-", "RG-a", "RG-Achterhoek", "RG", "-"}) {
    EXPECT_FALSE(IsOwnerId(owner)) << owner;
  }
}

}  // namespace
}  // namespace regiokompas
