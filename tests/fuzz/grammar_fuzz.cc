// A text through every grammar of figures and targets.
#include <cctype>
#include <string>

#include "absl/strings/numbers.h"
#include "services/intake/parser/dutch_figures.h"
#include "services/intake/parser/dutch_targets.h"
#include "services/intake/parser/text_lines.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using regiokompas::fuzz::Check;
using namespace regiokompas::intake;  // NOLINT: a program of its own

bool Within(absl::string_view part, absl::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text = regiokompas::fuzz::View(data, size);
  for (const Amount& amount : FindAmounts(text)) {
    Check(Within(amount.text, text), "an amount points into its text");
    Check(amount.high_cents == 0 || amount.high_cents >= amount.cents, "a range goes up");
  }
  for (const PrintedDate& date : FindDates(text)) {
    Check(Within(date.text, text), "a date points into its text");
    Check(date.date.size() >= 4, "a date has a year");
  }
  for (int year : FindYears(text)) Check(year >= 1990 && year <= 2079, "years are near");
  for (absl::string_view unread : FindUnreadAmounts(text))
    Check(Within(unread, text), "an amount points into its text");
  for (absl::string_view unread : FindUnreadDates(text)) Check(Within(unread, text), "a date points into its text");
  FindPeriod(text);
  AnnouncesThousands(text);
  for (absl::string_view cell : SplitTableRow(text).cells) CentsOfThousands(cell);
  IsYearsOnly(text);
  CivilDate(text);
  DutchDecimal(text);
  DutchCents(text);
  UnitOfIndicator(text);
  Normalized(text);
  for (absl::string_view sentence : SplitSentences(text)) {
    Check(Within(sentence, text), "a sentence points into its text");
    for (TargetPlace place : {TargetPlace::kPlan, TargetPlace::kStatement}) {
      const TargetReading reading = ReadTargets(sentence, {.place = place, .first_year = 2024});
      for (const auto& target : reading.targets) {
        double value = 0;
        Check(target.value().empty() || absl::SimpleAtod(target.value(), &value), "a value is a decimal");
      }
      for (absl::string_view phrase : reading.not_understood) Check(Within(phrase, sentence), "a phrase is printed");
    }
  }
  return 0;
}
