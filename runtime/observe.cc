#include "runtime/observe.h"

#include "runtime/api.h"
#include "runtime/getg.h"
#include "runtime/sched.h"

namespace standstill::rt {

int NumGoroutine() { return gcount(); }

const char* currentPreemptoff() { return getg()->m->preemptoff; }

int32_t currentLocks() { return getg()->m->locks; }

bool gcwaiting() { return sched.gcwaiting; }

uint32_t worldsemaValue() { return worldsema; }

uint32_t pstatus(int id) {
  if (id < 0 || id >= gomaxprocs) return Pdead;
  return allp[id]->status;
}

int32_t stopwait() { return sched.stopwait; }

// The fields belong to the Ms themselves. Each is a word that is valid at any time.
[[clang::no_sanitize("thread")]] int mstates(MState* states, int len) {
  int n = 0;
  for (M* mp = sched.allm; mp != nullptr && n < len; mp = mp->alllink) {
    states[n++] = {mp->id, mp->preemptoff, mp->locks, mp->spinning, mp->lockedg != nullptr};
  }
  return n;
}

}  // namespace standstill::rt
