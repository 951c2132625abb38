#include "proc1.h"

#include "runtime/api.h"
#include "runtime/getg.h"
#include "runtime/memstats.h"
#include "runtime/mgcwork.h"
#include "runtime/os.h"
#include "runtime/preempt.h"
#include "runtime/sched.h"
#include "runtime/sema.h"
#include "runtime/switch.h"
#include "runtime/trace.h"

namespace standstill::rt {

// The collector does not stop the world as everyone else does: it holds worldsema over two stops,
// and lets the world run in between. So it calls the steps itself.
void GC() {
  // To avoid deadlocks during stopTheWorld, don't bother trying to collect while holding a lock.
  if (!gcallowed()) {
    return;
  }

  semacquire(&worldsema, false);
  if (trace.enabled) {
    traceGCStart();
  }

  // First window: what the Ps keep for themselves comes together.
  systemstack(stopTheWorldWithSema);
  systemstack(clearpools);
  systemstack(startTheWorldWithSema);

  // With the world running, decide what to release. Nothing forbids preemption meanwhile: this
  // goroutine may lose its M here, worldsema it keeps.
  G* dead = nullptr;
  systemstack([&] { dead = takedead(); });

  // Second window. From here to the end the goroutine is pinned: mp is its M.
  systemstack(stopTheWorldWithSema);
  int64_t start = nanotime();
  M* mp = acquirem();
  mp->preemptoff = "gcing";
  systemstack([&] {
    releasedead(dead);
    recordpause(start);
  });

  // all done
  if (trace.enabled) {
    traceGCDone();
  }
  mp->preemptoff = "";
  semrelease(&worldsema);
  systemstack(startTheWorldWithSema);
  releasem(mp);

  memstats.numgc++;
}

}  // namespace standstill::rt
