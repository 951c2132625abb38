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
  getg()->m->preemptoff = "";
  semrelease(&worldsema);
  systemstack(startTheWorldWithSema);
}

}  // namespace standstill::rt
