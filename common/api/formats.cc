#include "common/api/formats.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/clock.h"

namespace regiokompas::api {
namespace {

bool IsDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

}  // namespace

bool IsDecimal(absl::string_view text) {
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '.');
  if (parts.size() > 2 || parts[0].size() > 24 || !IsDigits(parts[0])) return false;
  return parts.size() == 1 || (parts[1].size() <= 12 && IsDigits(parts[1]));
}

bool IsDue(absl::string_view text) {
  switch (text.size()) {
    case 4:
      return IsCivilDate(absl::StrCat(text, "-01-01"));
    case 7:
      if (text[5] != 'Q') return IsCivilDate(absl::StrCat(text, "-01"));
      return IsCivilDate(absl::StrCat(text.substr(0, 4), "-01-01")) && text[4] == '-' && text[6] >= '1' &&
             text[6] <= '4';
    default:
      return IsCivilDate(text);
  }
}

}  // namespace regiokompas::api
