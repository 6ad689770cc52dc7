#include "services/intake/parser/municipalities.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "services/intake/parser/data.h"
#include "services/intake/parser/text_lines.h"

namespace regiokompas::intake {
namespace {

constexpr absl::string_view kFile = "municipalities.txt";

bool IsWordByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isalnum(byte) || byte >= 0x80;
}

}  // namespace

const std::vector<Municipality>& KnownMunicipalities() {
  static const auto& known = *[] {
    auto* list = new std::vector<Municipality>();
    // The names point into the file's text, so it stays for as long as the program.
    static const auto& files = *new std::vector<EmbeddedFile>(ParserData());
    for (const EmbeddedFile& file : files) {
      if (file.name != kFile) continue;
      for (absl::string_view line : absl::StrSplit(file.text, '\n')) {
        line = Trim(line);
        const size_t space = line.find(' ');
        if (space != absl::string_view::npos) list->push_back({line.substr(0, space), Trim(line.substr(space))});
      }
    }
    return list;
  }();
  return known;
}

bool IsKnownMunicipality(absl::string_view code) {
  const auto& known = KnownMunicipalities();
  return std::any_of(known.begin(), known.end(), [&](const Municipality& m) { return m.code == code; });
}

std::vector<int> CountMunicipalities(absl::string_view text) {
  const auto& known = KnownMunicipalities();
  std::vector<int> counts(known.size(), 0);
  for (size_t i = 0; i < known.size(); ++i) {
    const absl::string_view name = known[i].name;
    for (size_t pos = text.find(name); pos != absl::string_view::npos; pos = text.find(name, pos + name.size())) {
      const size_t end = pos + name.size();
      const bool starts = pos == 0 || (!IsWordByte(text[pos - 1]) && text[pos - 1] != '-');
      const bool ends = end == text.size() || (!IsWordByte(text[end]) && text[end] != '-');
      counts[i] += starts && ends;
    }
  }
  return counts;
}

std::string InferMunicipality(absl::string_view text) {
  const std::vector<int> counts = CountMunicipalities(text);
  const auto most = std::max_element(counts.begin(), counts.end());
  if (most == counts.end() || *most == 0 || std::count(counts.begin(), counts.end(), *most) > 1) return "";
  return std::string(KnownMunicipalities()[most - counts.begin()].code);
}

}  // namespace regiokompas::intake
