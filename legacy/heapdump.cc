#include "proc1.h"

#include "runtime/api.h"
#include "runtime/getg.h"
#include "runtime/heapdump.h"
#include "runtime/sched.h"
#include "runtime/sema.h"
#include "runtime/switch.h"

namespace standstill::rt {

void WriteHeapDump(int fd) {
  semacquire(&worldsema, false);
  G* gp = getg();
  gp->m->preemptoff = "write heap dump";
  systemstack(stoptheworld);

  systemstack([&] { writeheapdump_m(fd); });

  gp->m->preemptoff = "";
  gp->m->locks++;
  semrelease(&worldsema);
  systemstack(starttheworld);
  gp->m->locks--;
}

}  // namespace standstill::rt
