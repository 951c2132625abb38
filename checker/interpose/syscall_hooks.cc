// What code that makes system calls by itself tells ThreadSanitizer:
// <sanitizer/linux_syscall_hooks.h>.
//
// A call that reads or writes memory accesses it as the program does; so the hooks of those that
// transfer data check for races. The others have nothing to say here: whether such a call blocks is
// not known to the explorer (see the watchdog in engine/faults.h).
#include "checker/interpose/interpose.h"
#include "checker/interpose/syscall_names.h"

using namespace standstill::checker;

#define STANDSTILL_NO_EFFECT(name)                         \
  extern "C" void __sanitizer_syscall_pre_impl_##name() {} \
  extern "C" void __sanitizer_syscall_post_impl_##name() {}
STANDSTILL_SYSTEM_CALLS(STANDSTILL_NO_EFFECT)

namespace {

void note(long address, long size, uint8_t kind, void* caller) {
  if (detectRaces && inSubject && size > 0)
    noteAccess(reinterpret_cast<void*>(address), static_cast<size_t>(size), kind, caller);
}

}  // namespace

// Both kinds have a descriptor, a buffer and its size; those of the first return what was read.
#define STANDSTILL_READS(name)                                                           \
  extern "C" void __sanitizer_syscall_pre_impl_##name() {}                               \
  extern "C" void __sanitizer_syscall_post_impl_##name(long size, long, long to, long) { \
    note(to, size, kWrite, CALLER);                                                      \
  }
#define STANDSTILL_WRITES(name)                                                     \
  extern "C" void __sanitizer_syscall_pre_impl_##name(long, long from, long size) { \
    note(from, size, kRead, CALLER);                                                \
  }                                                                                 \
  extern "C" void __sanitizer_syscall_post_impl_##name() {}

STANDSTILL_READS(read)
STANDSTILL_READS(pread64)
STANDSTILL_READS(recv)
STANDSTILL_READS(recvfrom)
STANDSTILL_WRITES(write)
STANDSTILL_WRITES(pwrite64)
STANDSTILL_WRITES(send)
STANDSTILL_WRITES(sendto)
