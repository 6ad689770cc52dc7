#include "common/api/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/errors.h"

namespace regiokompas::api {
namespace {

using testing::HasSubstr;

const std::vector<FilterField>& Fields() {
  static const auto* const kFields = new std::vector<FilterField>{
      {.name = "owner"},
      {.name = "party", .operators = {FilterOperator::kEqual, FilterOperator::kNotEqual, FilterOperator::kHas}},
      {.name = "state", .values = {"DRAFT", "ADOPTED"}},
      {.name = "year",
       .operators = {FilterOperator::kEqual, FilterOperator::kLess, FilterOperator::kLessOrEqual,
                     FilterOperator::kGreater, FilterOperator::kGreaterOrEqual},
       .number = true},
  };
  return *kFields;
}

// (all a=1 (any b<2 c:3) (not d!=4))
std::string Print(const Filter& filter) {
  static constexpr const char* kOperators[] = {"=", "!=", "<", "<=", ">", ">=", ":"};
  static constexpr const char* kKinds[] = {"all", "any", "not"};
  if (filter.kind == Filter::Kind::kCompare) {
    return absl::StrCat(filter.field, kOperators[static_cast<int>(filter.comparison)], filter.value);
  }
  std::string text = absl::StrCat("(", kKinds[static_cast<int>(filter.kind)]);
  for (const Filter& child : filter.children) absl::StrAppend(&text, " ", Print(child));
  return text + ")";
}

std::string Read(absl::string_view text) {
  const auto filter = ParseFilter(text, Fields());
  return filter.ok() ? Print(*filter) : std::string(filter.status().message());
}

TEST(FilterTest, Comparisons) {
  EXPECT_EQ(Read(""), "(all)");
  EXPECT_EQ(Read("  \n"), "(all)");
  EXPECT_EQ(Read("owner = GM0677"), "owner=GM0677");
  EXPECT_EQ(Read("owner=\"GM0677\""), "owner=GM0677");
  EXPECT_EQ(Read("owner!='GM0677'"), "owner!=GM0677");
  EXPECT_EQ(Read("year<2025"), "year<2025");
  EXPECT_EQ(Read("year <= 2025"), "year<=2025");
  EXPECT_EQ(Read("year>2025"), "year>2025");
  EXPECT_EQ(Read("year >= \"2025\""), "year>=2025");
  EXPECT_EQ(Read("party : stichting"), "party:stichting");
  EXPECT_EQ(Read("party = Één"), "party=Één");
}

TEST(FilterTest, QuotedValuesHoldAnything) {
  EXPECT_EQ(Read(R"(party = "a OR b) = 'c'")"), "party=a OR b) = 'c'");
  EXPECT_EQ(Read(R"(party = "zeg \"ja\" \\ nee")"), "party=zeg \"ja\" \\ nee");
  EXPECT_EQ(Read(R"(party = "")"), "party=");
  EXPECT_EQ(Read(R"(party = "'; DROP TABLE activities; --")"), "party='; DROP TABLE activities; --");
}

TEST(FilterTest, OrBindsTighterThanAnd) {
  EXPECT_EQ(Read("owner=a AND owner=b OR owner=c"), "(all owner=a (any owner=b owner=c))");
  EXPECT_EQ(Read("owner=a OR owner=b AND owner=c"), "(all (any owner=a owner=b) owner=c)");
  EXPECT_EQ(Read("(owner=a AND owner=b) OR owner=c"), "(any (all owner=a owner=b) owner=c)");
  EXPECT_EQ(Read("owner=a owner=b OR owner=c"), "(all owner=a (any owner=b owner=c))");
  EXPECT_EQ(Read("owner=a AND owner=b AND owner=c"), "(all owner=a owner=b owner=c)");
}

TEST(FilterTest, Negations) {
  EXPECT_EQ(Read("NOT owner=a"), "(not owner=a)");
  EXPECT_EQ(Read("-owner=a"), "(not owner=a)");
  EXPECT_EQ(Read("NOT owner=a OR -year>1"), "(any (not owner=a) (not year>1))");
  EXPECT_EQ(Read("NOT (owner=a owner=b)"), "(not (all owner=a owner=b))");
  EXPECT_EQ(Read("NOT (NOT (owner=a))"), "(not (not owner=a))");
}

TEST(FilterTest, ErrorsNamePositionAndRule) {
  EXPECT_THAT(Read("owner"), HasSubstr("expected =, !=, <, <=, >, >=, : at byte 5"));
  EXPECT_THAT(Read("owner ="), HasSubstr("expected \"value\" at byte 7"));
  EXPECT_THAT(Read("owner = AND ="), HasSubstr("at byte 12"));
  EXPECT_THAT(Read("naam = x"), HasSubstr("at byte 0 is not one of owner, party, state, year"));
  EXPECT_THAT(Read("owner : x"), HasSubstr("owner does not take the operator at byte 6"));
  EXPECT_THAT(Read("year = twee"), HasSubstr("the value at byte 7 must be 2026"));
  EXPECT_THAT(Read("year = 2026000000"), HasSubstr("the value at byte 7"));
  EXPECT_THAT(Read("year = \"\""), HasSubstr("the value at byte 7"));
  EXPECT_THAT(Read("state = OPEN"), HasSubstr("must be DRAFT, ADOPTED"));
  EXPECT_THAT(Read("party = \"open"), HasSubstr("the quote at byte 8 is not closed"));
  EXPECT_THAT(Read("party = \"open\\"), HasSubstr("the quote at byte 8 is not closed"));
  EXPECT_THAT(Read("(owner = a"), HasSubstr("expected ) at byte 10"));
  EXPECT_THAT(Read("owner = a)"), HasSubstr("at byte 9"));
  EXPECT_THAT(Read("owner = a;"), HasSubstr("at byte 9"));
  EXPECT_THAT(Read("()"), HasSubstr("at byte 1"));
  EXPECT_THAT(Read("owner=a OR"), HasSubstr("at byte 10"));
  EXPECT_THAT(Read("NOT NOT owner=a"), HasSubstr("at byte 4"));
  const auto refused = ParseFilter("owner", Fields());
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(errors::DutchOf(refused.status()), HasSubstr("bij byte 5"));
}

TEST(FilterTest, LengthAndDepthAreBounded) {
  const auto nested = [](int depth) {
    return absl::StrCat(std::string(depth, '('), "owner=a", std::string(depth, ')'));
  };
  EXPECT_EQ(Read(nested(16)), "owner=a");
  EXPECT_THAT(Read(nested(17)), HasSubstr("more than 16 levels of parentheses, at byte 16"));
  EXPECT_THAT(Read(std::string(2048, '(')), HasSubstr("more than 16 levels"));
  EXPECT_EQ(Read("owner=" + std::string(2042, 'a')), "owner=" + std::string(2042, 'a'));
  EXPECT_THAT(Read("owner=" + std::string(2043, 'a')), HasSubstr("at most 2048 bytes"));
}

// Writes a random filter and what it means, so that the reader is checked against a second account of the grammar.
class Writer {
 public:
  explicit Writer(unsigned seed) : random_(seed) {}

  int Below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }

  std::pair<std::string, std::string> All(int depth) {
    return Joined("all", {" AND ", " "}, 1 + Below(3), [&] { return Any(depth); });
  }

 private:
  using Pair = std::pair<std::string, std::string>;

  template <typename Part>
  Pair Joined(const std::string& kind, const std::vector<std::string>& between, int count, Part part) {
    if (count == 1) return part();
    Pair whole{"", "(" + kind};
    for (int i = 0; i < count; ++i) {
      const Pair next = part();
      absl::StrAppend(&whole.first, i == 0 ? "" : between[Below(static_cast<int>(between.size()))], next.first);
      absl::StrAppend(&whole.second, " ", next.second);
    }
    whole.second += ")";
    return whole;
  }

  Pair Any(int depth) {
    return Joined("any", {" OR "}, 1 + Below(3), [&] { return Term(depth); });
  }

  Pair Term(int depth) {
    const Pair simple = Simple(depth);
    switch (Below(5)) {
      case 0:
        return {"NOT " + simple.first, "(not " + simple.second + ")"};
      case 1:
        return {"-" + simple.first, "(not " + simple.second + ")"};
      default:
        return simple;
    }
  }

  Pair Simple(int depth) {
    if (depth < 4 && Below(4) == 0) {
      const Pair inner = All(depth + 1);
      return {"(" + inner.first + ")", inner.second};
    }
    const std::string value = absl::StrCat(Below(10000));
    if (Below(2) == 0) return {"year >= " + value, "year>=" + value};
    return {"party:\"" + value + "\"", "party:" + value};
  }

  std::mt19937 random_;
};

TEST(FilterTest, RandomFiltersMeanWhatTheyWereWrittenFor) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    const auto [text, meaning] = Writer(seed).All(0);
    if (text.size() <= 2048) {
      ASSERT_EQ(Read(text), meaning) << text;
    }
  }
}

TEST(FilterTest, NothingBreaksTheReader) {
  static constexpr char kAlphabet[] = "()\"'\\-=!<>: \tANDORTyearowner1\xc3\xa9\x80\x01;";
  int readable = 0;
  for (unsigned seed = 0; seed < 20000; ++seed) {
    Writer writer(seed);
    std::string text = writer.All(0).first;
    if (writer.Below(2) == 0) text.clear();
    for (int edits = 1 + writer.Below(12); edits > 0; --edits) {
      const int at = writer.Below(static_cast<int>(text.size()) + 1);
      const char other = writer.Below(4) == 0 ? static_cast<char>(writer.Below(256))
                                              : kAlphabet[writer.Below(static_cast<int>(sizeof(kAlphabet)) - 1)];
      if (writer.Below(3) == 0 && at < static_cast<int>(text.size())) {
        text.erase(at, 1 + writer.Below(5));
      } else {
        text.insert(at, 1, other);
      }
    }
    const auto filter = ParseFilter(text, Fields());
    readable += filter.ok();
    if (!filter.ok()) {
      ASSERT_EQ(filter.status().code(), absl::StatusCode::kInvalidArgument) << text;
    }
  }
  // Both outcomes were met often enough to mean something.
  EXPECT_GT(readable, 200);
  EXPECT_LT(readable, 19800);
}

}  // namespace
}  // namespace regiokompas::api
