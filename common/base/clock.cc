#include "common/base/clock.h"

#include "absl/strings/ascii.h"
#include "absl/time/civil_time.h"

namespace regiokompas {

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
