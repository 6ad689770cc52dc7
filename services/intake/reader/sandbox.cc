#include "services/intake/reader/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <initializer_list>

namespace regiokompas::intake {
namespace {

bool Limit(__rlimit_resource resource, rlim_t soft, rlim_t hard) {
  const rlimit limit = {soft, hard};
  return setrlimit(resource, &limit) == 0;
}

bool SetLimits() {
  // A sanitizer reserves far more addresses than it uses.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  if (!Limit(RLIMIT_AS, kSandboxMemoryBytes, kSandboxMemoryBytes)) return false;
#endif
  return Limit(RLIMIT_CPU, kSandboxCpuSeconds, kSandboxCpuSeconds + 1) && Limit(RLIMIT_FSIZE, 0, 0) &&
         Limit(RLIMIT_CORE, 0, 0) && Limit(RLIMIT_NOFILE, 3, 3);
}

// Calls that take no descriptor of anything outside and start nothing.
constexpr int kHarmless[] = {
    SCMP_SYS(read),        SCMP_SYS(readv),         SCMP_SYS(pread64),        SCMP_SYS(lseek),
    SCMP_SYS(close),       SCMP_SYS(fstat),         SCMP_SYS(munmap),         SCMP_SYS(mremap),
    SCMP_SYS(brk),         SCMP_SYS(madvise),       SCMP_SYS(futex),          SCMP_SYS(exit),
    SCMP_SYS(exit_group),  SCMP_SYS(rt_sigreturn),  SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction),
    SCMP_SYS(sigaltstack), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),   SCMP_SYS(time),
    SCMP_SYS(getrandom),   SCMP_SYS(getpid),        SCMP_SYS(gettid),         SCMP_SYS(sched_yield),
    SCMP_SYS(sysinfo),
};

bool FilterCalls() {
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  if (filter == nullptr) return false;
  bool ok = true;
  for (const int call : kHarmless) ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
  for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
    const scmp_arg_cmp there = {0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(descriptor), 0};
    ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, there) == 0;
  }
  // Memory that can be run is not made any more.
  const scmp_arg_cmp not_run = {2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0};
  ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, not_run) == 0;
  ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, not_run) == 0;
  // abort() signals itself.
  const scmp_arg_cmp itself = {0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid()), 0};
  ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, itself) == 0;
  ok = ok && seccomp_load(filter) == 0;
  seccomp_release(filter);
  return ok;
}

}  // namespace

bool EnterSandbox() {
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && SetLimits() &&
         FilterCalls();
}

}  // namespace regiokompas::intake
