// Stack records, as GoroutineProfile hands them out. (facts 6.2)
#pragma once

#include <cstdint>

namespace standstill::rt {

struct G;

// The call stack of a goroutine as program counters, innermost first. A zero follows the last one
// of a stack that has fewer; nothing is to be read beyond it.
struct StackRecord {
  static constexpr int kMaxDepth = 32;
  uintptr_t pc[kMaxDepth] = {};
};

// Records the stack of gp in *r (callers.h); of the running goroutine without the function that
// calls saveg. REQUIRES: gp is not dead, and the caller or stopped.
void saveg(G* gp, StackRecord* r);

}  // namespace standstill::rt
