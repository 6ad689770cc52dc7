// regiokompas-reader: the bytes of an office file on standard input, its text on standard output, and nothing else.
// The answer is "ok FORMAT LENGTH\n" and that many bytes of text, or "no CODE\n".
#include <libxml/parser.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <new>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/intake/reader/office_file.h"
#include "services/intake/reader/office_pdf.h"
#include "services/intake/reader/office_refusals.h"
#include "services/intake/reader/sandbox.h"

namespace regiokompas::intake {
namespace {

// Seen by the process that started this one: there is no safe place to read in.
constexpr int kNoSandbox = 3;
constexpr int kNoInputOrOutput = 4;

bool ReadAll(std::string* bytes) {
  while (true) {
    const size_t size = bytes->size();
    bytes->resize(size + (size_t{1} << 20));
    const ssize_t count = read(STDIN_FILENO, bytes->data() + size, size_t{1} << 20);
    bytes->resize(size + (count > 0 ? count : 0));
    if (count <= 0) return count == 0;
  }
}

bool WriteAll(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (count <= 0) return false;
    bytes.remove_prefix(count);
  }
  return true;
}

std::string Answer(const std::string& bytes) {
  try {
    const absl::StatusOr<OfficeText> read = ReadOfficeFile(bytes);
    if (!read.ok()) return absl::StrCat("no ", read.status().message(), "\n");
    return absl::StrCat("ok ", read->format, " ", read->text.size(), "\n", read->text);
  } catch (const std::bad_alloc&) {
    return absl::StrCat("no ", kDocumentTooComplex, "\n");
  } catch (const std::exception&) {
    return absl::StrCat("no ", kDocumentBroken, "\n");
  }
}

int Main() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  xmlInitParser();
  PreparePdf();
  if (!EnterSandbox()) return kNoSandbox;
  std::string bytes;
  return ReadAll(&bytes) && WriteAll(Answer(bytes)) ? 0 : kNoInputOrOutput;
}

}  // namespace
}  // namespace regiokompas::intake

int main() {
  // What libraries would do at exit is of no use any more and could still go wrong.
  _exit(regiokompas::intake::Main());
}
