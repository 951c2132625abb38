#include "proc1.h"
#include "stop_the_world.h"

#include "runtime/api.h"
#include "runtime/getg.h"
#include "runtime/heapdump.h"
#include "runtime/sched.h"
#include "runtime/sema.h"
#include "runtime/switch.h"

namespace standstill::rt {

void WriteHeapDump(int fd) {
  stopTheWorld("write heap dump");
  G* gp = getg();

  systemstack([&] { writeheapdump_m(fd); });

  gp->m->locks++;
  startTheWorld();
  gp->m->locks--;
}

}  // namespace standstill::rt
