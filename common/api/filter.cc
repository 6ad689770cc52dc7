#include "common/api/filter.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"

namespace regiokompas::api {
namespace {

constexpr size_t kMaxBytes = 2048;
constexpr int kMaxDepth = 16;
constexpr size_t kMaxDigits = 9;

constexpr errors::Rule kTooDeep{"FILTER_TOO_DEEP",
                                "{field} has more than {limit} levels of parentheses, at byte {position}",
                                "{field} heeft meer dan {limit} niveaus van haakjes, bij byte {position}"};
constexpr errors::Rule kExpected{"FILTER_SYNTAX", "{field}: expected {expected} at byte {position}",
                                 "{field}: bij byte {position} wordt verwacht: {expected}"};
constexpr errors::Rule kOpenQuote{"FILTER_OPEN_QUOTE", "{field}: the quote at byte {position} is not closed",
                                  "{field}: het aanhalingsteken bij byte {position} wordt niet gesloten"};
constexpr errors::Rule kUnknownField{"FILTER_UNKNOWN_FIELD",
                                     "{field}: what stands at byte {position} is not one of {fields}",
                                     "{field}: wat bij byte {position} staat is niet een van {fields}"};
constexpr errors::Rule kBadOperator{"FILTER_BAD_OPERATOR",
                                    "{field}: {name} does not take the operator at byte {position}",
                                    "{field}: {name} kent de vergelijking bij byte {position} niet"};
constexpr errors::Rule kBadValue{"FILTER_BAD_VALUE", "{field}: the value at byte {position} must be {expected}",
                                 "{field}: de waarde bij byte {position} moet zijn: {expected}"};

absl::Status Refuse(const errors::Rule& rule, size_t position, errors::Metadata metadata = {}) {
  metadata.emplace_back("position", absl::StrCat(position));
  errors::Violations violations;
  violations.Add("filter", rule, metadata);
  return violations.ToStatus();
}

struct Token {
  enum class Kind { kEnd, kWord, kQuoted, kOpen, kClose, kMinus, kOperator };
  Kind kind = Kind::kEnd;
  size_t position = 0;  // its first byte
  std::string text = {};
  FilterOperator comparison = FilterOperator::kEqual;
};

bool IsBare(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || static_cast<unsigned char>(c) >= 0x80 || c == '_' ||
         c == '.' || c == '-' || c == '/';
}

// Reads a quoted value that begins at `next`, which ends up behind it. A backslash takes the next byte as it is.
absl::StatusOr<std::string> ReadQuoted(absl::string_view text, size_t& next) {
  const size_t start = next;
  const char quote = text[next++];
  std::string value;
  while (next < text.size() && text[next] != quote) {
    if (text[next] == '\\') ++next;
    if (next < text.size()) value.push_back(text[next++]);
  }
  if (next >= text.size()) return Refuse(kOpenQuote, start);
  ++next;
  return value;
}

// The operator at `next`, which ends up behind it.
std::optional<FilterOperator> ReadOperator(absl::string_view text, size_t& next) {
  static constexpr std::pair<absl::string_view, FilterOperator> kOperators[] = {
      {"!=", FilterOperator::kNotEqual}, {"<=", FilterOperator::kLessOrEqual}, {">=", FilterOperator::kGreaterOrEqual},
      {"=", FilterOperator::kEqual},     {"<", FilterOperator::kLess},         {">", FilterOperator::kGreater},
      {":", FilterOperator::kHas},
  };
  for (const auto& [sign, comparison] : kOperators) {
    if (text.substr(next, sign.size()) != sign) continue;
    next += sign.size();
    return comparison;
  }
  return std::nullopt;
}

absl::StatusOr<std::vector<Token>> ReadTokens(absl::string_view text) {
  std::vector<Token> tokens;
  size_t next = 0;
  while (true) {
    while (next < text.size() && absl::ascii_isspace(static_cast<unsigned char>(text[next]))) ++next;
    Token token{.position = next};
    if (next == text.size()) {
      tokens.push_back(std::move(token));
      return tokens;
    }
    const char c = text[next];
    if (c == '(' || c == ')') {
      token.kind = c == '(' ? Token::Kind::kOpen : Token::Kind::kClose;
      ++next;
    } else if (c == '"' || c == '\'') {
      token.kind = Token::Kind::kQuoted;
      ASSIGN_OR_RETURN(token.text, ReadQuoted(text, next));
    } else if (c == '-') {
      token.kind = Token::Kind::kMinus;
      ++next;
    } else if (IsBare(c)) {
      token.kind = Token::Kind::kWord;
      while (next < text.size() && IsBare(text[next])) token.text.push_back(text[next++]);
    } else if (const auto comparison = ReadOperator(text, next); comparison) {
      token.kind = Token::Kind::kOperator;
      token.comparison = *comparison;
    } else {
      return Refuse(kExpected, next, {{"expected", "field = \"value\""}});
    }
    tokens.push_back(std::move(token));
  }
}

// One level of the grammar a method; depth is bounded, so the stack is.
class Parser {
 public:
  Parser(std::vector<Token> tokens, const std::vector<FilterField>& fields)
      : tokens_(std::move(tokens)), fields_(fields) {}

  absl::StatusOr<Filter> Read() {
    if (Now().kind == Token::Kind::kEnd) return Filter{};
    ASSIGN_OR_RETURN(Filter filter, ReadAll(0));
    if (Now().kind != Token::Kind::kEnd) return Refuse(kExpected, Now().position, {{"expected", "AND, OR"}});
    return filter;
  }

 private:
  const Token& Now() const { return tokens_[next_]; }

  bool IsWord(absl::string_view word) const { return Now().kind == Token::Kind::kWord && Now().text == word; }

  bool Take(absl::string_view word) {
    const bool taken = IsWord(word);
    if (taken) ++next_;
    return taken;
  }

  static Filter Join(Filter::Kind kind, std::vector<Filter> children) {
    if (children.size() == 1) return std::move(children.front());
    return Filter{.kind = kind, .children = std::move(children)};
  }

  // a AND b, or a b
  absl::StatusOr<Filter> ReadAll(int depth) {
    std::vector<Filter> children;
    do {
      ASSIGN_OR_RETURN(Filter child, ReadAny(depth));
      children.push_back(std::move(child));
    } while (Take("AND") || (Now().kind != Token::Kind::kEnd && Now().kind != Token::Kind::kClose));
    return Join(Filter::Kind::kAll, std::move(children));
  }

  // a OR b
  absl::StatusOr<Filter> ReadAny(int depth) {
    std::vector<Filter> children;
    do {
      ASSIGN_OR_RETURN(Filter child, ReadTerm(depth));
      children.push_back(std::move(child));
    } while (Take("OR"));
    return Join(Filter::Kind::kAny, std::move(children));
  }

  // NOT a, -a, (a) or a comparison
  absl::StatusOr<Filter> ReadTerm(int depth) {
    if (Now().kind == Token::Kind::kMinus || IsWord("NOT")) {
      ++next_;
      ASSIGN_OR_RETURN(Filter child, ReadSimple(depth));
      Filter negation{.kind = Filter::Kind::kNot};
      negation.children.push_back(std::move(child));
      return negation;
    }
    return ReadSimple(depth);
  }

  absl::StatusOr<Filter> ReadSimple(int depth) {
    if (Now().kind != Token::Kind::kOpen) return ReadComparison();
    if (depth == kMaxDepth) return Refuse(kTooDeep, Now().position, {{"limit", absl::StrCat(kMaxDepth)}});
    ++next_;
    ASSIGN_OR_RETURN(Filter filter, ReadAll(depth + 1));
    if (Now().kind != Token::Kind::kClose) return Refuse(kExpected, Now().position, {{"expected", ")"}});
    ++next_;
    return filter;
  }

  absl::StatusOr<Filter> ReadComparison() {
    const Token& name = Now();
    if (name.kind != Token::Kind::kWord || name.text == "AND" || name.text == "OR" || name.text == "NOT") {
      return Refuse(kExpected, name.position, {{"expected", "field = \"value\""}});
    }
    const auto field =
        std::find_if(fields_.begin(), fields_.end(), [&](const FilterField& f) { return f.name == name.text; });
    if (field == fields_.end()) {
      const auto print = [](std::string* out, const FilterField& f) { out->append(f.name); };
      return Refuse(kUnknownField, name.position, {{"fields", absl::StrJoin(fields_, ", ", print)}});
    }
    ++next_;
    const Token& comparison = Now();
    if (comparison.kind != Token::Kind::kOperator) {
      return Refuse(kExpected, comparison.position, {{"expected", "=, !=, <, <=, >, >=, :"}});
    }
    const auto& operators = field->operators;
    if (std::find(operators.begin(), operators.end(), comparison.comparison) == operators.end()) {
      return Refuse(kBadOperator, comparison.position, {{"name", field->name}});
    }
    ++next_;
    const Token& value = Now();
    if (value.kind != Token::Kind::kWord && value.kind != Token::Kind::kQuoted) {
      return Refuse(kExpected, value.position, {{"expected", "\"value\""}});
    }
    RETURN_IF_ERROR(CheckValue(*field, value));
    ++next_;
    return Filter{
        .kind = Filter::Kind::kCompare, .field = field->name, .comparison = comparison.comparison, .value = value.text};
  }

  static absl::Status CheckValue(const FilterField& field, const Token& value) {
    if (field.number) {
      const bool digits = std::all_of(value.text.begin(), value.text.end(),
                                      [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
      if (!digits || value.text.empty() || value.text.size() > kMaxDigits) {
        return Refuse(kBadValue, value.position, {{"expected", "2026"}});
      }
    }
    if (!field.values.empty() &&
        std::find(field.values.begin(), field.values.end(), value.text) == field.values.end()) {
      return Refuse(kBadValue, value.position, {{"expected", absl::StrJoin(field.values, ", ")}});
    }
    return absl::OkStatus();
  }

  const std::vector<Token> tokens_;  // the last one is kEnd
  const std::vector<FilterField>& fields_;
  size_t next_ = 0;
};

}  // namespace

absl::StatusOr<Filter> ParseFilter(absl::string_view text, const std::vector<FilterField>& fields) {
  if (text.size() > kMaxBytes) return Refuse(errors::kTooLong, kMaxBytes, {{"limit", absl::StrCat(kMaxBytes)}});
  ASSIGN_OR_RETURN(std::vector<Token> tokens, ReadTokens(text));
  return Parser(std::move(tokens), fields).Read();
}

}  // namespace regiokompas::api
