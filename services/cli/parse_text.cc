#include "services/cli/parse_text.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/wrappers.pb.h"
#include "services/cli/arguments.h"
#include "services/cli/framework_text.h"
#include "services/cli/table.h"

namespace regiokompas::cli {
namespace {

using intake::v1::ParsedDocument;
using intake::v1::Span;
using intake::v1::SpanRole;

constexpr char kNone[] = "-";

std::string RoleText(SpanRole role) {
  switch (role) {
    case intake::v1::SPAN_ROLE_TITLE:
      return InLanguage("titel", "title");
    case intake::v1::SPAN_ROLE_GOAL:
      return InLanguage("doel", "goal");
    case intake::v1::SPAN_ROLE_ACTIVITY:
      return InLanguage("activiteit", "activity");
    case intake::v1::SPAN_ROLE_ASPECT:
      return InLanguage("aspect", "aspect");
    case intake::v1::SPAN_ROLE_STATUS:
      return InLanguage("status", "status");
    case intake::v1::SPAN_ROLE_TARGET:
      return InLanguage("streefwaarde", "target");
    case intake::v1::SPAN_ROLE_NARRATIVE:
      return InLanguage("tekst", "section");
    case intake::v1::SPAN_ROLE_BOILERPLATE:
      return InLanguage("bijzaak", "boilerplate");
    default:
      return InLanguage("niet herkend", "not recognised");
  }
}

std::string KindText(intake::v1::GoalKind kind) {
  switch (kind) {
    case intake::v1::GOAL_KIND_FRAMEWORK:
      return InLanguage("kader", "framework");
    case intake::v1::GOAL_KIND_THEME:
      return InLanguage("thema", "theme");
    case intake::v1::GOAL_KIND_MAIN_GOAL:
      return InLanguage("hoofddoel", "main goal");
    case intake::v1::GOAL_KIND_FOCUS:
      return InLanguage("aandachtspunt", "focus");
    case intake::v1::GOAL_KIND_INTENDED_RESULT:
      return InLanguage("beoogd resultaat", "intended result");
    case intake::v1::GOAL_KIND_OBJECTIVE:
      return InLanguage("doelstelling", "objective");
    default:
      return InLanguage("doel", "goal");
  }
}

// What is not empty, with blanks between.
std::string Words(std::vector<std::string> words) {
  words.erase(std::remove(words.begin(), words.end(), ""), words.end());
  return Printable(absl::StrJoin(words, " "));
}

// Finds the span of each line when asked in order.
class SpanOfLine {
 public:
  explicit SpanOfLine(const ParsedDocument& parsed) : next_(parsed.spans().begin()), end_(parsed.spans().end()) {}

  // One without a role when the line is in none.
  const Span& At(int line) {
    while (next_ != end_ && next_->last_line() < line) ++next_;
    return next_ != end_ && next_->first_line() <= line ? *next_ : Span::default_instance();
  }

 private:
  google::protobuf::RepeatedPtrField<Span>::const_iterator next_;
  const google::protobuf::RepeatedPtrField<Span>::const_iterator end_;
};

std::string OrNone(const std::string& text) { return text.empty() ? kNone : Printable(text); }

// "3, 7-9": numbers in order, those that follow each other as a range.
std::string Ranges(const std::vector<int>& numbers) {
  std::vector<std::string> ranges;
  for (size_t i = 0; i < numbers.size();) {
    size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    ranges.push_back(last == i ? absl::StrCat(numbers[i]) : absl::StrCat(numbers[i], "-", numbers[last]));
    i = last + 1;
  }
  return absl::StrJoin(ranges, ", ");
}

// Elements by the line where they begin, in the order of their kinds.
std::multimap<int, std::string> ElementsByLine(const ParsedDocument& parsed) {
  std::multimap<int, std::string> elements;
  const auto add = [&](int line, const std::string& id, const std::string& text, const std::string& subject) {
    const std::string about = subject.empty() ? "" : absl::StrCat(" (", InLanguage("bij ", "of "), subject, ")");
    elements.emplace(line, absl::StrCat(id, "  ", text, about));
  };
  for (const auto& goal : parsed.goals()) add(goal.line(), goal.id(), ElementText(goal), goal.parent_id());
  for (const auto& activity : parsed.activities()) {
    add(activity.line(), activity.id(), ElementText(activity), absl::StrJoin(activity.goal_ids(), ", "));
    for (const auto& amount : activity.amounts()) {
      add(amount.line(), activity.id(), absl::StrCat(InLanguage("bedrag ", "amount "), MoneyText(amount.cents())), "");
    }
  }
  for (const auto& section : parsed.sections()) add(section.first_line(), section.id(), ElementText(section), "");
  for (const auto& target : parsed.targets()) {
    add(target.line(), target.id(), ElementText(target), target.subject_id());
  }
  for (const auto& indicator : parsed.indicators()) {
    add(indicator.line(), indicator.id(), ElementText(indicator), indicator.subject_id());
  }
  for (const auto& measurement : parsed.measurements()) {
    add(measurement.line(), measurement.id(), ElementText(measurement), measurement.subject_id());
  }
  for (const auto& milestone : parsed.milestones()) {
    add(milestone.line(), milestone.id(), ElementText(milestone), milestone.subject_id());
  }
  return elements;
}

}  // namespace

std::string Printable(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    size_t length = lead < 0x80 ? 1 : lead >= 0xF0 && lead < 0xF8 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (lead >= 0xF8 || i + length > text.size()) length = 0;
    for (size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) length = 0;
    }
    const bool control =
        lead < 0x20 || lead == 0x7F || (lead == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0);
    if (length == 0) {
      out += '?';
    } else if (control) {
      out += ' ';
    } else {
      out.append(text, i, length);
    }
    i += std::max<size_t>(length, 1);
  }
  return out;
}

std::string JsonText(const std::string& text) {
  google::protobuf::StringValue value;
  value.set_value(text);
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(value, &json).ok()) return "\"\"";
  return json;
}

std::string EnumText(const std::string& name, const std::string& prefix) {
  return std::string(absl::StripPrefix(name, prefix));
}

std::string ElementText(const intake::v1::ParsedGoal& goal) {
  return Words({KindText(goal.kind()), goal.code(), goal.title().empty() ? goal.text() : goal.title()});
}

std::string ElementText(const intake::v1::ParsedActivity& activity) {
  return Words({InLanguage("activiteit", "activity"), activity.code(), activity.title()});
}

std::string ElementText(const intake::v1::ParsedTarget& target) {
  return Words({InLanguage("streefwaarde", "target"),
                EnumText(intake::v1::Comparator_Name(target.comparator()), "COMPARATOR_"), target.value(),
                EnumText(intake::v1::Unit_Name(target.unit()), "UNIT_"),
                target.deadline_year() == 0 ? "" : absl::StrCat(target.deadline_year())});
}

std::string ElementText(const intake::v1::ParsedIndicator& indicator) {
  return Words({InLanguage("indicator", "indicator"), indicator.text()});
}

std::string ElementText(const intake::v1::ParsedMeasurement& measurement) {
  const bool share = measurement.value().empty() && !measurement.numerator().empty();
  return Words({InLanguage("meting", "measurement"),
                share ? absl::StrCat(measurement.numerator(), "/", measurement.denominator()) : measurement.value(),
                EnumText(intake::v1::Unit_Name(measurement.unit()), "UNIT_"), measurement.period()});
}

std::string ElementText(const intake::v1::ParsedMilestone& milestone) {
  return Words({InLanguage("mijlpaal", "milestone"), milestone.date(), milestone.text()});
}

std::string ElementText(const intake::v1::ParsedSection& section) {
  return Words({InLanguage("tekst", "section"), section.heading()});
}

int UnclassifiedLines(const DocumentLines& lines, const ParsedDocument& parsed) {
  SpanOfLine spans(parsed);
  return static_cast<int>(std::count_if(lines.begin(), lines.end(), [&](const auto& line) {
    return spans.At(line.number()).role() == intake::v1::SPAN_ROLE_UNCLASSIFIED;
  }));
}

void PrintExplanation(const DocumentLines& lines, const ParsedDocument& parsed, size_t width, std::ostream& out) {
  size_t number_width = 1;
  size_t role_width = 1;
  size_t rule_width = 1;
  size_t element_width = 1;
  SpanOfLine measured(parsed);
  for (const auto& line : lines) {
    const Span& span = measured.At(line.number());
    number_width = std::max(number_width, absl::StrCat(line.number()).size());
    role_width = std::max(role_width, Width(RoleText(span.role())));
    rule_width = std::max(rule_width, Width(OrNone(span.rule())));
    element_width = std::max(element_width, Width(OrNone(span.element_id())));
  }
  SpanOfLine spans(parsed);
  for (const auto& line : lines) {
    const Span& span = spans.At(line.number());
    const std::string columns =
        absl::StrCat(Right(absl::StrCat(line.number()), number_width), "  ", Fit(RoleText(span.role()), role_width),
                     "  ", Fit(OrNone(span.rule()), rule_width), "  ", Fit(OrNone(span.element_id()), element_width),
                     "  ", Printable(line.text()));
    out << (width > 0 && Width(columns) > width ? Fit(columns, width) : columns) << "\n";
  }
}

void PrintExplanationAsJson(const DocumentLines& lines, const ParsedDocument& parsed, std::ostream& out) {
  SpanOfLine spans(parsed);
  for (const auto& line : lines) {
    const Span& span = spans.At(line.number());
    out << "{\"line\":" << line.number() << ",\"role\":" << JsonText(intake::v1::SpanRole_Name(span.role()))
        << ",\"rule\":" << JsonText(span.rule()) << ",\"elementId\":" << JsonText(span.element_id())
        << ",\"text\":" << JsonText(line.text()) << "}\n";
  }
}

void PrintRuleCounts(const DocumentLines& lines, const ParsedDocument& parsed, std::ostream& out) {
  std::map<std::string, int> counts;
  std::vector<int> unclassified;
  SpanOfLine spans(parsed);
  for (const auto& line : lines) {
    const Span& span = spans.At(line.number());
    if (span.role() == intake::v1::SPAN_ROLE_UNCLASSIFIED) {
      unclassified.push_back(line.number());
    } else {
      ++counts[OrNone(span.rule())];
    }
  }
  std::vector<std::pair<std::string, int>> rules(counts.begin(), counts.end());
  std::stable_sort(rules.begin(), rules.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  out << InLanguage("Aantal regels per leesregel:\n", "Lines per rule:\n");
  for (const auto& [rule, count] : rules) out << "  " << Right(absl::StrCat(count), 6) << "  " << rule << "\n";
  out << InLanguage("Niet herkend: ", "Not recognised: ") << unclassified.size() << InLanguage(" van ", " of ")
      << lines.size() << InLanguage(" regels", " lines")
      << (unclassified.empty() ? "" : absl::StrCat(": ", Ranges(unclassified))) << "\n";
  for (const auto& diagnostic : parsed.diagnostics()) {
    out << (diagnostic.line() == 0 ? InLanguage("Document", "Document")
                                   : absl::StrCat(InLanguage("Regel ", "Line "), diagnostic.line()))
        << ": " << Printable(diagnostic.message()) << " [" << diagnostic.code() << "]\n";
  }
}

void PrintElementsBeside(const DocumentLines& lines, const ParsedDocument& parsed, size_t width, std::ostream& out) {
  constexpr size_t kNumberWidth = 5;
  constexpr size_t kBetween = 5;  // a blank after the number, a bar with a blank on both sides, and one to spare
  const size_t column = width > 2 * (kNumberWidth + kBetween) ? (width - kNumberWidth - kBetween) / 2 : kNumberWidth;
  const auto print = [&](const std::string& number, const std::string& text, const std::string& element) {
    out << Right(number, kNumberWidth) << " " << Fit(text, column) << " | "
        << (Width(element) > column ? Fit(element, column) : element) << "\n";
  };
  std::multimap<int, std::string> elements = ElementsByLine(parsed);
  SpanOfLine spans(parsed);
  for (const auto& line : lines) {
    const auto [first, last] = elements.equal_range(line.number());
    const std::string number = absl::StrCat(line.number());
    const std::string text = Printable(line.text());
    if (first == last) {
      const Span& span = spans.At(line.number());
      print(number, text,
            absl::StrCat(span.element_id(), span.element_id().empty() ? "" : "  ", RoleText(span.role())));
      continue;
    }
    for (auto element = first; element != last; ++element) {
      print(element == first ? number : "", element == first ? text : "", element->second);
    }
    elements.erase(first, last);
  }
  for (const auto& [line, element] : elements) print("", "", element);
}

}  // namespace regiokompas::cli
