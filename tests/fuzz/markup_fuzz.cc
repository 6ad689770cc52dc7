// A text as a page and as a regulation, whatever its first element is.
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "services/intake/parser/text_lines.h"
#include "services/intake/reader/cvdr_reader.h"
#include "services/intake/reader/html_reader.h"
#include "services/intake/reader/read_source.h"
#include "services/intake/reader/utf8.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using regiokompas::fuzz::Check;
using namespace regiokompas::intake;  // NOLINT: a program of its own

// Every line of the file that is not blank holds text, goes on with it, or holds markup only.
void CheckLines(absl::string_view file, const SourceText& source) {
  const std::vector<absl::string_view> lines = absl::StrSplit(file, '\n');
  const size_t lines_of_text = std::vector<absl::string_view>(absl::StrSplit(source.text, '\n')).size();
  Check(source.line_numbers.size() + 1 >= lines_of_text && source.line_numbers.size() <= lines_of_text,
        "every line of text has a line of the file");
  std::set<int> held;
  int last = 0;
  for (const std::vector<int>* part : {&source.line_numbers, &source.continuation_lines, &source.markup_lines}) {
    std::set<int> in_part;
    last = 0;
    for (int number : *part) {
      Check(number >= last && number >= 1 && number <= static_cast<int>(lines.size()), "line numbers are of the file");
      last = number;
      in_part.insert(number);
    }
    for (int number : in_part) Check(held.insert(number).second, "a line is held once");
  }
  for (size_t i = 0; i < lines.size(); ++i) {
    Check(Trim(lines[i]).empty() || held.count(static_cast<int>(i) + 1) > 0, "every line of the file is held");
  }
}

void CheckRead(absl::string_view file, const absl::StatusOr<SourceText>& source) {
  if (!source.ok()) {
    const std::set<std::string> codes = {kDocumentEmpty, kDocumentTooDeep, kDocumentXmlInvalid, kDocumentXmlUnknown};
    Check(codes.count(std::string(source.status().message())) > 0, "a refusal has its code");
    return;
  }
  Check(!source->text.empty(), "there is text");
  Check(IsUtf8(source->text), "text is UTF-8");
  CheckLines(file, *source);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text = regiokompas::fuzz::View(data, size);
  // What comes before these readers has refused the rest.
  if (!IsUtf8(text) || text.find('\0') != text.npos || text.find('\r') != text.npos) return 0;
  IsHtml(text);
  IsXml(text);
  CheckRead(text, ReadHtml(text));
  CheckRead(text, ReadCvdr(text));
  return 0;
}
