// The registers that a function preserves for its caller, as they were when a goroutine entered a
// syscall. In between, its M runs on the goroutine's stack, out of the collector's sight; but what
// the caller had is in its frames, from sp on, and in these registers. (mgcmark.h)
#pragma once

#include <cstdint>

namespace standstill::rt {

struct SavedRegisters {
#if defined(__x86_64__)
  static constexpr int kCount = 6;  // rbx, rbp, r12 to r15
#elif defined(__aarch64__)
  static constexpr int kCount = 12;  // x19 to x30
#else
#error "registers.cc has no code for this machine"
#endif
  uintptr_t reg[kCount] = {};
  const char* sp = nullptr;  // of the caller; null: not in a syscall

  // The caller's frame pointer, and where it goes on.
#if defined(__x86_64__)
  uintptr_t frame() const { return reg[1]; }
  uintptr_t pc() const { return *reinterpret_cast<const uintptr_t*>(sp - sizeof(uintptr_t)); }
#else
  uintptr_t frame() const { return reg[10]; }
  uintptr_t pc() const { return reg[11]; }
#endif
};

// What entersyscall and entersyscallblock do after they have saved the registers (syscall.cc).
extern "C" {
void standstill_reentersyscall(const SavedRegisters* caller);
void standstill_reentersyscallblock(const SavedRegisters* caller);
}

}  // namespace standstill::rt
