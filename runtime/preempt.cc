#include "runtime/preempt.h"

#include "runtime/getg.h"
#include "runtime/panic.h"
#include "runtime/proc.h"
#include "runtime/sched.h"
#include "runtime/switch.h"

namespace standstill::rt {

namespace {

const char* whyNot(M* mp) {
  if (mp->preemptoff[0] != '\0') return mp->preemptoff;
  if (mp->locks != 0) return "it holds a lock, or is pinned to its M";
  if (mp->mallocing != 0) return "it allocates";
  return "its P is being stopped";
}

// The way of a safepoint that found its guard poisoned.
void newstack(G* gp) {
  if (gp->throwsplit) throw_("runtime: stack split at bad time");
  M* mp = gp->m;
  if (mp->locks != 0 || mp->mallocing != 0 || mp->preemptoff[0] != '\0' ||
      mp->p->status != Prunning) {
    // Let the goroutine go on. gp->preempt is set, so it will be asked again.
    gp->stackguard0 = kStackGuard;
    mp->refusal = whyNot(mp);
    // There may be nobody left to ask again at the end of a run: then keep asking.
    if (sched.exiting) gp->stackguard0 = kStackPreempt;
    return;
  }
  mcall(gopreempt_m);
}

}  // namespace

void safepoint() {
  G* gp = getg();
  if (gp->stackguard0 == kStackPreempt) newstack(gp);
}

bool preemptone(P* pp) {
  M* mp = pp->m;
  if (mp == nullptr || mp == getg()->m) return false;
  G* gp = mp->curg;
  if (gp == nullptr || gp == mp->g0) return false;
  requestpreempt(gp);
  return true;
}

bool preemptall() {
  bool any = false;
  for (int32_t i = 0; i < gomaxprocs; i++) {
    P* pp = allp[i];
    if (pp == nullptr || pp->status != Prunning) continue;
    if (preemptone(pp)) any = true;
  }
  return any;
}

M* acquirem() {
  M* mp = getg()->m;
  mp->locks++;
  return mp;
}

void releasem(M* mp) {
  mp->locks--;
  rearmpreempt(getg());
}

}  // namespace standstill::rt
