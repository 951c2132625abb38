// The collector, too, holds worldsema until the world has started.
#include "proc1.h"

#include "runtime/getg.h"
#include "runtime/memstats.h"
#include "runtime/mgc.h"
#include "runtime/mgcsweep.h"
#include "runtime/os.h"
#include "runtime/panic.h"
#include "runtime/preempt.h"
#include "runtime/sched.h"
#include "runtime/sema.h"
#include "runtime/switch.h"
#include "runtime/trace.h"

namespace standstill::rt {

void startGC(int mode) {
  // Allocation happens in the guts of things that might be holding locks. To avoid deadlocks during
  // stopTheWorld, don't bother trying to collect while holding a lock. The next allocation without
  // one will do it instead.
  if (!gcallowed()) {
    return;
  }
  if (mode == gcBackgroundMode) {
    wakebggc();
    return;
  }
  gc(mode);
}

// The collector does not stop the world as everyone else does: it holds worldsema over two stops,
// and lets the world run in between. So it calls the steps itself.
void gc(int mode) {
  semacquire(&worldsema, false);

  // Sweep what the cycle before has left, while the world runs.
  while (gosweepone()) {
  }
  if (mode == gcBackgroundMode) {
    gcBgMarkStartWorkers();
  }
  if (trace.enabled) {
    traceGCStart();
  }

  systemstack(stopTheWorldWithSema);
  systemstack(finishsweep_m);
  systemstack(clearpools);

  if (mode == gcBackgroundMode) {
    systemstack([] {
      gcScanStacks();
      startTheWorldWithSema();
      gcScanRoots();
    });
    // Nothing forbids preemption meanwhile: this goroutine gives its M up here, worldsema it keeps.
    gcBgMark();
    systemstack(stopTheWorldWithSema);
  }

  // The world is stopped, for the second time or still. From here to the end the goroutine is
  // pinned: mp is its M.
  int64_t start = nanotime();
  M* mp = acquirem();
  mp->preemptoff = "gcing";
  systemstack([&] { gcMarkTermination(mode, start); });

  // all done
  if (trace.enabled) {
    traceGCDone();
  }
  mp->preemptoff = "";
  if (gcstate.phase != GCoff) {
    throw_("gc done but gcphase != _GCoff");
  }
  systemstack(startTheWorldWithSema);
  semrelease(&worldsema);
  releasem(mp);

  gcDone(mode);
}

}  // namespace standstill::rt
