#include "services/cli/table.h"

#include <algorithm>

namespace regiokompas::cli {

size_t Width(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string Fit(const std::string& text, size_t width) {
  std::string out;
  size_t used = 0;
  for (size_t i = 0; i < text.size();) {
    size_t end = i + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    if (used + 1 == width && Width(text.substr(i)) > 1) {
      out += "…";
      ++used;
      break;
    }
    out.append(text, i, end - i);
    ++used;
    i = end;
  }
  return out + std::string(width > used ? width - used : 0, ' ');
}

std::string Right(const std::string& text, size_t width) {
  const size_t used = Width(text);
  return std::string(width > used ? width - used : 0, ' ') + text;
}

}  // namespace regiokompas::cli
