// The step after the refactoring: preemption stays switched off until the world has started.
//
// The M that starts the world runs on g0 all the while, where nobody preempts it. So nothing goes
// another way than before; but whoever looks at M.preemptoff meanwhile sees the reason.
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
  semrelease(&worldsema);
  systemstack(startTheWorldWithSema);
  getg()->m->preemptoff = "";
}

}  // namespace standstill::rt
