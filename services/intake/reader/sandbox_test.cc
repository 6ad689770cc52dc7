#include "services/intake/reader/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>

#include "gtest/gtest.h"

namespace regiokompas::intake {
namespace {

// Each probe runs in a process of its own and ends with 0 when the wall stood.
constexpr int kHeld = 0;
constexpr int kBroken = 1;
constexpr int kNoWalls = 2;

template <typename Probe>
[[noreturn]] void Behind(Probe probe) {
  if (!EnterSandbox()) _exit(kNoWalls);
  _exit(probe() ? kHeld : kBroken);
}

bool Denied(int64_t result) { return result < 0 && errno == EPERM; }

TEST(SandboxDeathTest, ReachesNoNetwork) {
  EXPECT_EXIT(Behind([] { return Denied(socket(AF_INET, SOCK_STREAM, 0)) && Denied(socket(AF_UNIX, SOCK_STREAM, 0)); }),
              testing::ExitedWithCode(kHeld), "");
}

TEST(SandboxDeathTest, OpensNothing) {
  EXPECT_EXIT(Behind([] {
                return Denied(open("/tmp/regiokompas-sandbox-test", O_WRONLY | O_CREAT, 0600)) &&
                       Denied(open("/etc/passwd", O_RDONLY)) && Denied(unlink("/tmp/regiokompas-sandbox-test"));
              }),
              testing::ExitedWithCode(kHeld), "");
}

TEST(SandboxDeathTest, StartsNothing) {
  EXPECT_EXIT(Behind([] {
                char name[] = "/bin/true";
                char* const arguments[] = {name, nullptr};
                return Denied(execv(name, arguments)) && Denied(fork());
              }),
              testing::ExitedWithCode(kHeld), "");
}

TEST(SandboxDeathTest, SignalsNobodyElse) {
  EXPECT_EXIT(Behind([] { return Denied(kill(getppid(), 0)); }), testing::ExitedWithCode(kHeld), "");
}

TEST(SandboxDeathTest, MakesNoMemoryThatCanBeRun) {
  EXPECT_EXIT(Behind([] {
                return mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
              }),
              testing::ExitedWithCode(kHeld), "");
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(SandboxDeathTest, TakesNoMoreMemoryThanOneFileMay) {
  EXPECT_EXIT(Behind([] {
                return mmap(nullptr, kSandboxMemoryBytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
              }),
              testing::ExitedWithCode(kHeld), "");
}
#endif

TEST(SandboxDeathTest, ReadsAndWritesWhatItHasOpen) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_EXIT((dup2(ends[1], STDOUT_FILENO), Behind([&] {
                 char seen = 0;
                 int more[2];
                 return write(STDOUT_FILENO, "x", 1) == 1 && read(ends[0], &seen, 1) == 1 && seen == 'x' &&
                        Denied(pipe(more)) && Denied(write(ends[1], "x", 1));
               })),
              testing::ExitedWithCode(kHeld), "");
  close(ends[0]);
  close(ends[1]);
}

TEST(SandboxDeathTest, EndsWhenItTakesTooLong) {
  EXPECT_EXIT(Behind([] {
                volatile bool forever = true;
                while (forever) {
                }
                return false;
              }),
              testing::KilledBySignal(SIGXCPU), "");
}

}  // namespace
}  // namespace regiokompas::intake
