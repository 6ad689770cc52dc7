// A file of any kind through reader and parser: the first byte chooses the profile, the rest is the file.
#include <set>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/intake/parser/parse.h"
#include "services/intake/parser/profile.h"
#include "services/intake/parser/text_lines.h"
#include "services/intake/reader/read_source.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using regiokompas::fuzz::Check;
using namespace regiokompas::intake;  // NOLINT: a program of its own

// Every line of the file that is not blank is in one span; spans are in order.
void CheckSpans(const SourceText& source, const v1::ParsedDocument& document) {
  std::set<int> wanted(source.markup_lines.begin(), source.markup_lines.end());
  for (const Line& line : SplitLines(source)) wanted.insert(line.number);
  int last = 0;
  for (const v1::Span& span : document.spans()) {
    Check(span.first_line() > last && span.last_line() >= span.first_line(), "spans are in order");
    Check(span.role() != v1::SPAN_ROLE_UNSPECIFIED, "a span has a role");
    last = span.last_line();
    wanted.erase(wanted.lower_bound(span.first_line()), wanted.upper_bound(span.last_line()));
  }
  Check(wanted.empty(), "every line is in a span");
}

// What refers to an element refers to one that is there.
void CheckReferences(const v1::ParsedDocument& document) {
  std::set<std::string> ids = {""};
  for (const auto& goal : document.goals()) Check(ids.insert(goal.id()).second, "ids of goals differ");
  for (const auto& goal : document.goals()) Check(ids.count(goal.parent_id()) > 0, "a parent is there");
  for (const auto& activity : document.activities()) {
    for (const std::string& goal : activity.goal_ids()) Check(ids.count(goal) > 0, "a goal of an activity is there");
  }
  for (const auto& activity : document.activities()) {
    Check(ids.insert(activity.id()).second, "ids of activities differ");
    for (const auto& amount : activity.amounts()) {
      Check(amount.high_cents() == 0 || amount.high_cents() >= amount.cents(), "a range goes up");
    }
  }
  for (const auto& indicator : document.indicators()) ids.insert(indicator.id());
  for (const auto& target : document.targets()) {
    Check(ids.count(target.subject_id()) > 0, "the subject of a target is there");
    double value = 0;
    Check(target.value().empty() || absl::SimpleAtod(target.value(), &value), "the value of a target is a decimal");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const auto& profiles = ProfileSet::Instance().all();
  const size_t choice = data[0] % (profiles.size() + 1);
  const absl::StatusOr<SourceText> source = ReadSource(regiokompas::fuzz::View(data + 1, size - 1));
  if (!source.ok()) return 0;
  Check(source->line_numbers.empty() || !source->text.empty(), "numbers are of lines");
  ParseOptions options;
  if (choice < profiles.size()) options.profile = profiles[choice]->data().name();
  const absl::StatusOr<v1::ParsedDocument> document = Parse(*source, options);
  if (!document.ok()) return 0;
  CheckSpans(*source, *document);
  CheckReferences(*document);
  return 0;
}
