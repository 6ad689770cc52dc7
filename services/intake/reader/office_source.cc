#include "services/intake/reader/office_source.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <semaphore>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/status_macros.h"
#include "services/intake/reader/utf8.h"

namespace regiokompas::intake {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTimeLimit{20'000};
constexpr std::chrono::milliseconds kPatience{20'000};
constexpr ptrdiff_t kAtOnce = 2;
// The text, and the line before it.
constexpr size_t kMaxAnswerBytes = (size_t{33} << 20);
// Exit codes of the loader and of the reader program when it can not do its work here.
constexpr int kNotLoaded = 127;
constexpr int kNoSandbox = 3;

constexpr absl::string_view kReadMagic[] = {"PK\x03\x04", "PK\x05\x06", "%PDF-"};
constexpr absl::string_view kKnownMagic[] = {"\xD0\xCF\x11\xE0", "{\\rtf",     "\x89PNG", "\xFF\xD8\xFF", "GIF8",
                                             "\x1F\x8B",         "7z\xBC\xAF", "Rar!\x1A"};
constexpr absl::string_view kRefusals[] = {kDocumentFormatUnknown,    kDocumentBroken,     kDocumentEncrypted,
                                           kDocumentTooLargeUnpacked, kDocumentTooComplex, kDocumentWithoutText};

template <size_t N>
bool StartsWithAny(absl::string_view bytes, const absl::string_view (&all)[N]) {
  return std::any_of(std::begin(all), std::end(all),
                     [&](absl::string_view magic) { return absl::StartsWith(bytes, magic); });
}

// Office programs put a file with a password into an old container, with a stream of this name in UTF-16.
bool HoldsEncryptedPackage(absl::string_view bytes) {
  std::string name;
  for (const char c : absl::string_view("EncryptedPackage")) name += {c, '\0'};
  return absl::StrContains(bytes, name);
}

class Descriptor {
 public:
  explicit Descriptor(int descriptor = -1) : descriptor_(descriptor) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { Close(); }

  int get() const { return descriptor_; }
  void Set(int descriptor) {
    Close();
    descriptor_ = descriptor;
  }
  void Close() {
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = -1;
  }

 private:
  int descriptor_;
};

absl::Status Busy() { return absl::UnavailableError(kDocumentReaderBusy); }
absl::Status Missing() { return absl::FailedPreconditionError(kDocumentReaderMissing); }
absl::Status Refused(const char* code) { return absl::InvalidArgumentError(code); }

// A file without a name that holds the bytes and goes with its last descriptor: the reader program's input. Nothing has
// to be written to the program while it runs.
bool MakeInput(absl::string_view bytes, Descriptor* input) {
  input->Set(memfd_create("document", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (input->get() < 0) return false;
  while (!bytes.empty()) {
    const ssize_t count = write(input->get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(count);
  }
  constexpr int kSeals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
  return lseek(input->get(), 0, SEEK_SET) == 0 && fcntl(input->get(), F_ADD_SEALS, kSeals) == 0;
}

// Starts the program with these descriptors and no others, no environment, and no signal blocked or ignored.
int Spawn(const std::string& program, int input, int output, pid_t* pid) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  if (posix_spawn_file_actions_init(&files) != 0) return ENOMEM;
  const absl::Cleanup destroy_files = [&] { posix_spawn_file_actions_destroy(&files); };
  if (posix_spawnattr_init(&attributes) != 0) return ENOMEM;
  const absl::Cleanup destroy_attributes = [&] { posix_spawnattr_destroy(&attributes); };
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  int error = posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
  if (error == 0) error = posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  if (error == 0) error = posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  if (error == 0) error = posix_spawnattr_setsigmask(&attributes, &none);
  if (error == 0) error = posix_spawnattr_setsigdefault(&attributes, &all);
  if (error == 0) error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  if (error != 0) return error;
  std::string name = program;
  std::array<char*, 2> arguments = {name.data(), nullptr};
  std::array<char*, 1> environment = {nullptr};
  return posix_spawn(pid, program.c_str(), &files, &attributes, arguments.data(), environment.data());
}

// Reads until the program closes its output. False when the deadline passes or there is more than it may say.
bool Listen(int output, Clock::time_point deadline, std::string* answer) {
  std::array<char, 1 << 16> buffer;
  while (answer->size() <= kMaxAnswerBytes) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd ready = {output, POLLIN, 0};
    if (poll(&ready, 1, static_cast<int>(left)) <= 0) continue;
    const ssize_t count = read(output, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return true;
    answer->append(buffer.data(), count);
  }
  return false;
}

// Ends the program, if it has not ended, and takes its exit status.
int Reap(pid_t pid) {
  kill(pid, SIGKILL);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return 0;
  }
  return status;
}

// The program has read what a stranger wrote, so its answer is checked like anything from outside.
absl::StatusOr<SourceText> ReadAnswer(absl::string_view answer) {
  const size_t end = answer.find('\n');
  if (end == answer.npos) return Refused(kDocumentBroken);
  const std::vector<absl::string_view> words = absl::StrSplit(answer.substr(0, end), ' ');
  if (words.size() == 2 && words[0] == "no") {
    for (absl::string_view code : kRefusals) {
      if (words[1] == code) return absl::InvalidArgumentError(code);
    }
  }
  size_t length = 0;
  const absl::string_view text = answer.substr(end + 1);
  SourceText source;
  if (words.size() != 3 || words[0] != "ok" || !absl::SimpleAtoi(words[2], &length) || length != text.size() ||
      !v1::DocumentFormat_Parse(absl::StrCat("DOCUMENT_FORMAT_", words[1]), &source.format) || !IsUtf8(text) ||
      absl::StrContains(text, absl::string_view("\0", 1))) {
    return Refused(kDocumentBroken);
  }
  source.text = std::string(text);
  return source;
}

}  // namespace

bool IsOfficeSource(absl::string_view bytes) {
  return StartsWithAny(bytes, kReadMagic) || StartsWithAny(bytes, kKnownMagic);
}

std::string OfficeReaderPath() {
  constexpr absl::string_view kName = "regiokompas-reader";
  std::array<char, 4096> self;
  const ssize_t length = readlink("/proc/self/exe", self.data(), self.size());
  if (length > 0) {
    const absl::string_view path(self.data(), length);
    std::string beside = absl::StrCat(path.substr(0, path.rfind('/') + 1), kName);
    if (access(beside.c_str(), X_OK) == 0) return beside;
  }
  return REGIOKOMPAS_READER;
}

absl::StatusOr<SourceText> ReadOfficeSource(absl::string_view bytes) {
  if (!StartsWithAny(bytes, kReadMagic)) {
    return Refused(HoldsEncryptedPackage(bytes) ? kDocumentEncrypted : kDocumentFormatUnknown);
  }
  static std::counting_semaphore<kAtOnce> turns(kAtOnce);
  if (!turns.try_acquire_for(kPatience)) return Busy();
  const absl::Cleanup release = [] { turns.release(); };
  return ReadOfficeSourceBy(OfficeReaderPath(), kTimeLimit, bytes);
}

absl::StatusOr<SourceText> ReadOfficeSourceBy(const std::string& program, std::chrono::milliseconds limit,
                                              absl::string_view bytes) {
  const Clock::time_point deadline = Clock::now() + limit;
  Descriptor input;
  int pipe_ends[2];
  if (!MakeInput(bytes, &input) || pipe2(pipe_ends, O_CLOEXEC) != 0) return Busy();
  const Descriptor output(pipe_ends[0]);
  Descriptor of_program(pipe_ends[1]);
  pid_t pid = 0;
  if (const int error = Spawn(program, input.get(), of_program.get(), &pid); error != 0) {
    return error == EAGAIN || error == ENOMEM ? Busy() : Missing();
  }
  of_program.Close();
  std::string answer;
  const bool ended = Listen(output.get(), deadline, &answer);
  const int status = Reap(pid);
  // A limit ends it by a signal; so does running out of memory or stack in a library.
  if (!ended || WIFSIGNALED(status)) return Refused(kDocumentTooComplex);
  if (WEXITSTATUS(status) == kNotLoaded || WEXITSTATUS(status) == kNoSandbox) return Missing();
  return ReadAnswer(answer);
}

}  // namespace regiokompas::intake
