// The second step: worldsema is held until the world has started, so that no stop overlaps the tail
// of a start.
//
// A goroutine that waits for it is readied by a running world, and after the start has traced its
// Gomaxprocs. Preemption is off until the semaphore is free: whoever holds it keeps its M.
#include "stop_the_world.h"
#include "proc1.h"

#include "runtime/getg.h"
#include "runtime/gmp.h"
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
  systemstack(startTheWorldWithSema);
  semrelease(&worldsema);
  getg()->m->preemptoff = "";
}

}  // namespace standstill::rt
