#include "proc1.h"

#include "runtime/api.h"
#include "runtime/getg.h"
#include "runtime/memstats.h"
#include "runtime/sched.h"
#include "runtime/sema.h"
#include "runtime/switch.h"

namespace standstill::rt {

void ReadMemStats(MemStats* m) {
  // Have to acquire worldsema to stop the world,
  // because stoptheworld can only be used by
  // one goroutine at a time, and there might be
  // a pending garbage collection already calling it.
  semacquire(&worldsema, false);
  G* gp = getg();
  gp->m->preemptoff = "read mem stats";
  systemstack(stoptheworld);

  systemstack([&] { readmemstats_m(m); });

  gp->m->preemptoff = "";
  gp->m->locks++;
  semrelease(&worldsema);
  systemstack(starttheworld);
  gp->m->locks--;
}

}  // namespace standstill::rt
