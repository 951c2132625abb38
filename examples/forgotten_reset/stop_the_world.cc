// A wrong refactoring: the restart forgets to reset preemptoff.
//
// Everything still runs. But the M that stopped the world once is never preempted again: a
// goroutine on it that waits in a loop for another one keeps its P for ever.
#include "stop_the_world.h"

#include "proc1.h"

#include "runtime/getg.h"
#include "runtime/sched.h"
#include "runtime/sema.h"
#include "runtime/switch.h"

namespace standstill::rt {

void stopTheWorld(const char* reason) {
  semacquire(&worldsema, false);
  getg()->m->preemptoff = reason;
  systemstack(stopTheWorldWithSema);
}

void startTheWorld() {
  semrelease(&worldsema);
  systemstack(startTheWorldWithSema);
}

}  // namespace standstill::rt
