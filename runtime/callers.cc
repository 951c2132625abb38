#include "runtime/callers.h"

#include "runtime/getg.h"
#include "runtime/gmp.h"

namespace standstill::rt {

// What a frame pointer leads to may be anything, so neither the sanitizers nor the explorer should
// look at these reads.
[[clang::no_sanitize("address", "thread")]] int walkframes(G* gp, uintptr_t frame, uintptr_t* pc,
                                                           int max) {
  constexpr uintptr_t kLink = 2 * sizeof(uintptr_t);
  constexpr uintptr_t kFirstPage = 4096;
  auto lo = reinterpret_cast<uintptr_t>(gp->stack.lo);
  uintptr_t hi = lo + gp->stack.size;
  auto inside = [&](uintptr_t f) {
    return f >= lo && f + kLink <= hi && f % sizeof(uintptr_t) == 0;
  };
  int n = 0;
  while (n < max && inside(frame)) {
    auto* link = reinterpret_cast<const uintptr_t*>(frame);
    uintptr_t caller = link[0];
    uintptr_t ret = link[1];
    // Where the stack begins there is no caller, and nowhere to return to.
    if (caller <= frame || !inside(caller) || ret < kFirstPage) break;
    pc[n++] = ret;
    frame = caller;
  }
  return n;
}

int gcallers(G* gp, uintptr_t* pc, int max) {
  if (max <= 0) return 0;
  if (gp == getg()) {
    return walkframes(gp, reinterpret_cast<uintptr_t>(__builtin_frame_address(0)), pc, max);
  }
  // Read once: an M that comes back from a syscall makes its goroutine runnable even now. What lies
  // above the frames that it left there stays as it is.
  if (gp->status == Gsyscall) {
    pc[0] = gp->syscallpc;
    return 1 + walkframes(gp, gp->syscallframe, pc + 1, max - 1);
  }
  if (gp->ctx.frame == 0) {
    pc[0] = reinterpret_cast<uintptr_t>(gp->entry.run) + 1;
    return 1;
  }
  return walkframes(gp, gp->ctx.frame, pc, max);
}

int callers(uintptr_t* pc, int max) {
  G* gp = getg();
  if (gp == gp->m->g0) gp = gp->m->curg;
  if (gp == nullptr) return 0;
  return gcallers(gp, pc, max);
}

}  // namespace standstill::rt
