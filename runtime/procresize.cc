// Changing the number of Ps, at boot and at every start of the world. (facts 2.6)
#include "runtime/getg.h"
#include "runtime/mprof.h"
#include "runtime/panic.h"
#include "runtime/proc.h"
#include "runtime/runqueue.h"
#include "runtime/sched.h"
#include "runtime/sema.h"

namespace standstill::rt {

namespace {

P* newp(int32_t id) {
  P* pp = new P;
  pp->id = id;
  pp->status = Pgcstop;
  pp->mcache.nextSample = nextSampleDistance();
  return pp;
}

// Takes everything out of pp, which is going to be dead. What it had in its queue goes to the head
// of the global queue, in the same order: it was closer to running than what waits there.
void drainp(P* pp) {
  if (trace.enabled && pp == getg()->m->p) {
    traceGoSched();
    traceProcStop(pp);
  }
  while (pp->runqhead != pp->runqtail) {
    pp->runqtail--;
    globrunqputhead(pp->runq[pp->runqtail % P::kRunqSize]);
  }
  if (G* next = pp->runnext.exchange(nullptr)) globrunqputhead(next);
  sudogpurge(pp);
  flushmcache(&pp->mcache);
  gfpurge(pp);
  traceProcFree(pp);
  pp->status = Pdead;
}

// The caller keeps its P if that survives, and takes the first one otherwise.
void settleown(int32_t nprocs) {
  M* mp = getg()->m;
  if (mp->p != nullptr && mp->p->id < nprocs) {
    mp->p->status = Prunning;
    return;
  }
  if (mp->p != nullptr) mp->p->m = nullptr;
  mp->p = nullptr;
  mp->mcache = nullptr;
  P* pp = allp[0];
  pp->m = nullptr;
  pp->status = Pidle;
  acquirep(pp);
  if (trace.enabled) traceGoStart(mp->curg);
}

}  // namespace

P* procresize(int32_t nprocs) {
  int32_t old = gomaxprocs;
  if (old < 0 || old > kMaxGomaxprocs || nprocs <= 0 || nprocs > kMaxGomaxprocs) {
    throw_("procresize: invalid arg");
  }
  if (trace.enabled) traceGomaxprocs(nprocs);
  for (int32_t i = 0; i < nprocs; i++) {
    if (allp[i] == nullptr) allp[i] = newp(i);
  }
  for (int32_t i = nprocs; i < old; i++) drainp(allp[i]);
  settleown(nprocs);

  P* runnable = nullptr;
  for (int32_t i = nprocs - 1; i >= 0; i--) {
    P* pp = allp[i];
    if (pp == getg()->m->p) continue;
    pp->status = Pidle;
    if (runqempty(pp)) {
      pidleput(pp);
    } else {
      pp->m = mget();
      pp->link = runnable;
      runnable = pp;
    }
  }
  gomaxprocs = nprocs;
  sched.nstart++;
  return runnable;
}

}  // namespace standstill::rt
