// The walls around a process that reads what strangers hand in.
#pragma once

#include <cstddef>

namespace regiokompas::intake {

// What one file may take.
inline constexpr size_t kSandboxMemoryBytes = size_t{768} << 20;
inline constexpr unsigned kSandboxCpuSeconds = 10;

// Puts this process, which must have one thread, behind limits and a system call filter for good: it can read what it
// has open, write to its output, take memory up to the limit, and end. It can open nothing, start nothing and reach no
// network; such calls fail with EPERM. Needs no privileges. False when a wall could not be put up.
bool EnterSandbox();

}  // namespace regiokompas::intake
