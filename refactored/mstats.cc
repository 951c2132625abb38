#include "proc1.h"
#include "stop_the_world.h"

#include "runtime/api.h"
#include "runtime/getg.h"
#include "runtime/memstats.h"
#include "runtime/sched.h"
#include "runtime/sema.h"
#include "runtime/switch.h"

namespace standstill::rt {

void ReadMemStats(MemStats* m) {
  // Have to acquire worldsema to stop the world,
  // because stopTheWorld can only be used by
  // one goroutine at a time, and there might be
  // a pending garbage collection already calling it.
  stopTheWorld("read mem stats");
  G* gp = getg();

  systemstack([&] { readmemstats_m(m); });

  gp->m->locks++;
  startTheWorld();
  gp->m->locks--;
}

}  // namespace standstill::rt
