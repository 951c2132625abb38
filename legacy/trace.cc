#include "proc1.h"

#include "runtime/api.h"
#include "runtime/getg.h"
#include "runtime/lock.h"
#include "runtime/sched.h"
#include "runtime/sema.h"
#include "runtime/switch.h"
#include "runtime/trace.h"

namespace standstill::rt {

const char* StartTrace() {
  // With the world stopped, what the goroutines are doing can be written down as it is at one
  // moment.
  semacquire(&worldsema, false);
  G* gp = getg();
  gp->m->preemptoff = "start tracing";
  systemstack(stoptheworld);

  // An M without a P runs on after stoptheworld, in or behind a syscall. It may record events under
  // this lock only.
  lock(&trace.bufLock);

  if (trace.enabled || trace.shutdown) {
    unlock(&trace.bufLock);
    gp->m->preemptoff = "";
    semrelease(&worldsema);
    systemstack(starttheworld);
    return "tracing is already enabled";
  }

  traceReset();
  trace.enabled = true;
  traceSnapshot();

  unlock(&trace.bufLock);

  gp->m->preemptoff = "";
  semrelease(&worldsema);
  systemstack(starttheworld);
  return nullptr;
}

void StopTrace() {
  // With the world stopped, nobody writes to the buffers of the Ps.
  semacquire(&worldsema, false);
  G* gp = getg();
  gp->m->preemptoff = "stop tracing";
  systemstack(stoptheworld);

  // See the comment in StartTrace.
  lock(&trace.bufLock);

  if (!trace.enabled) {
    unlock(&trace.bufLock);
    gp->m->preemptoff = "";
    semrelease(&worldsema);
    systemstack(starttheworld);
    return;
  }

  traceGoSched();
  traceFlushAll();
  trace.enabled = false;
  trace.shutdown = true;

  unlock(&trace.bufLock);

  gp->m->preemptoff = "";
  semrelease(&worldsema);
  systemstack(starttheworld);

  // The world runs, but as long as trace.shutdown is set no new trace begins: the reader has the
  // rest of this one before it.
  traceWakeReader();
  semacquire(&trace.shutdownSema, false);
  traceFinish();
}

}  // namespace standstill::rt
