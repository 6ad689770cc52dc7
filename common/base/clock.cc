#include "common/base/clock.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/time/civil_time.h"

namespace regiokompas {

namespace {

absl::TimeZone Netherlands() {
  static const auto* const kZone = [] {
    auto* zone = new absl::TimeZone();
    if (!absl::LoadTimeZone("Europe/Amsterdam", zone)) {
      std::fputs("the time zone Europe/Amsterdam is missing: install tzdata\n", stderr);
      std::abort();
    }
    return zone;
  }();
  return *kZone;
}

}  // namespace

std::string CivilDate(absl::Time time) { return absl::FormatTime("%Y-%m-%d", time, Netherlands()); }

absl::Time StartOfDay(absl::string_view date) {
  absl::CivilDay day;
  absl::ParseCivilTime(date, &day);
  return absl::FromCivil(day, Netherlands());
}

bool IsCivilDate(absl::string_view text) {
  if (text.size() != 10 || text[0] == '0') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i == 4 || i == 7 ? text[i] != '-' : !absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) return false;
  }
  absl::CivilDay day;
  // ParseCivilTime normalises nothing: 2026-02-30 is refused.
  return absl::ParseCivilTime(text, &day);
}

}  // namespace regiokompas
