// An office file in this process, without the walls around the program that reads one. A file is taken as it is; an
// input that begins with "--- NAME" is packed first: each such line opens a part, and the lines after it are the part.
// So parts change without the sums over them, which would hide every change.
#include <libxml/parser.h>
#include <zip.h>

#include <exception>
#include <new>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/intake/reader/office_file.h"
#include "services/intake/reader/office_pdf.h"
#include "services/intake/reader/office_refusals.h"
#include "services/intake/reader/office_text.h"
#include "services/intake/reader/utf8.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using regiokompas::fuzz::Check;
using namespace regiokompas::intake;  // NOLINT: a program of its own

constexpr absl::string_view kPart = "--- ";

// The archive with those parts; empty when a name does not do.
std::string Pack(absl::string_view text) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* const out = zip_source_buffer_create(nullptr, 0, 0, &error);
  Check(out != nullptr, "an archive can be made");
  zip_source_keep(out);
  zip_t* const archive = zip_open_from_source(out, ZIP_CREATE | ZIP_TRUNCATE, &error);
  Check(archive != nullptr, "an archive can be opened");
  std::vector<std::string> parts;
  std::vector<std::string> names;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::ConsumePrefix(&line, kPart)) {
      names.emplace_back(line);
      parts.emplace_back();
    } else {
      parts.back().append(line.data(), line.size()).append("\n");
    }
  }
  for (size_t i = 0; i < names.size(); ++i) {
    // The kind of a file is one line without its end.
    if (names[i] == "mimetype") parts[i] = std::string(absl::StripSuffix(parts[i], "\n"));
    zip_source_t* const part = zip_source_buffer(archive, parts[i].data(), parts[i].size(), 0);
    const zip_int64_t index = zip_file_add(archive, names[i].c_str(), part, ZIP_FL_OVERWRITE);
    if (index < 0) {
      zip_source_free(part);
    } else {
      zip_set_file_compression(archive, index, ZIP_CM_STORE, 0);
    }
  }
  std::string bytes;
  if (zip_close(archive) != 0) {
    zip_discard(archive);
  } else if (zip_source_open(out) == 0) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    zip_source_stat(out, &stat);
    bytes.resize(stat.size);
    zip_source_read(out, bytes.data(), bytes.size());
    zip_source_close(out);
  }
  zip_source_free(out);
  return bytes;
}

void CheckRead(absl::string_view bytes) {
  try {
    const absl::StatusOr<OfficeText> read = ReadOfficeFile(bytes);
    if (read.ok()) {
      Check(IsUtf8(read->text) && !absl::StrContains(read->text, absl::string_view("\0", 1)), "text is UTF-8");
      Check(!read->text.empty() && read->text.size() <= kMaxOfficeTextBytes + 4096, "text keeps its limits");
      return;
    }
    const std::set<std::string> codes = {kDocumentFormatUnknown,    kDocumentBroken,     kDocumentEncrypted,
                                         kDocumentTooLargeUnpacked, kDocumentTooComplex, kDocumentWithoutText};
    Check(codes.count(std::string(read.status().message())) > 0, "a refusal has its code");
  } catch (const std::exception&) {
    // The program answers for these as it does for a broken file.
  }
}

}  // namespace

// The library that looks fonts up keeps what it found until the program ends, which is after one file.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig\n"; }

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const bool prepared = [] {
    xmlInitParser();
    PreparePdf();
    return true;
  }();
  Check(prepared, "libraries are prepared");
  const absl::string_view input = regiokompas::fuzz::View(data, size);
  if (absl::StartsWith(input, kPart)) {
    CheckRead(Pack(input));
  } else {
    CheckRead(input);
  }
  return 0;
}
