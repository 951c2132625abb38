#include "runtime/profile.h"

#include "runtime/callers.h"
#include "runtime/getg.h"
#include "runtime/gmp.h"

namespace standstill::rt {

[[gnu::noinline]] void saveg(G* gp, StackRecord* r) {
  int n = 0;
  if (gp == getg()) {
    // Of the caller's own: from the frame of whoever called the function that wants it.
    auto* own = static_cast<const uintptr_t*>(__builtin_frame_address(0));
    n = walkframes(gp, own[0], r->pc, StackRecord::kMaxDepth);
  } else {
    n = gcallers(gp, r->pc, StackRecord::kMaxDepth);
  }
  if (n < StackRecord::kMaxDepth) r->pc[n] = 0;
}

}  // namespace standstill::rt
