#include "services/intake/reader/utf8.h"

#include <cstddef>

namespace regiokompas::intake {

bool IsUtf8(absl::string_view bytes) {
  size_t i = 0;
  const size_t n = bytes.size();
  auto byte = [&](size_t at) { return static_cast<unsigned char>(bytes[at]); };
  while (i < n) {
    const unsigned char lead = byte(i);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const int extra = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || i + extra >= n) return false;
    for (int k = 1; k <= extra; ++k) {
      if ((byte(i + k) & 0xC0) != 0x80) return false;
    }
    const unsigned char second = byte(i + 1);
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90) ||
        (lead == 0xF4 && second > 0x8F)) {
      return false;
    }
    i += extra + 1;
  }
  return true;
}

}  // namespace regiokompas::intake
