#include "proc1.h"

#include "runtime/getg.h"
#include "runtime/lock.h"
#include "runtime/panic.h"
#include "runtime/preempt.h"
#include "runtime/proc.h"
#include "runtime/sched.h"
#include "runtime/trace.h"

namespace standstill::rt {

void stopTheWorldWithSema() {
  G* gp = getg();

  // If we hold a lock, then we won't be able to stop another M that is blocked trying to acquire
  // the lock.
  if (gp->m->locks > 0) {
    throw_("stopTheWorld: holding locks");
  }

  lock(&sched.lock);
  sched.stopwait = gomaxprocs.load();
  sched.gcwaiting = true;
  preemptall();
  // Stop the current P. It stays attached to this M.
  gp->m->p->status = Pgcstop;
  sched.stopwait--;
  // Take the Ps whose Ms are in syscalls.
  for (int i = 0; i < gomaxprocs; i++) {
    P* pp = allp[i];
    uint32_t expected = Psyscall;
    if (pp->status == Psyscall && pp->status.compare_exchange_strong(expected, Pgcstop)) {
      if (trace.enabled) {
        traceGoSysBlock(pp);
        traceProcStop(pp);
      }
      pp->syscalltick++;
      sched.stopwait--;
    }
  }
  // Take the idle Ps.
  while (P* pp = pidleget()) {
    pp->status = Pgcstop;
    sched.stopwait--;
  }
  bool wait = sched.stopwait > 0;
  unlock(&sched.lock);

  // Wait for the remaining Ps to stop voluntarily.
  if (wait) {
    for (;;) {
      // The request to stop is best-effort: repeat it, in case it missed someone.
      if (notetsleep(&sched.stopnote, 100'000)) {
        noteclear(&sched.stopnote);
        break;
      }
      preemptall();
    }
  }
  if (sched.stopwait != 0) {
    throw_("stopTheWorld: not stopped");
  }
  for (int i = 0; i < gomaxprocs; i++) {
    if (allp[i]->status != Pgcstop) {
      throw_("stopTheWorld: not stopped");
    }
  }
}

void startTheWorldWithSema() {
  G* gp = getg();

  gp->m->locks++;  // no preemption: there are Ps in local variables
  lock(&sched.lock);
  int32_t procs = gomaxprocs;
  if (newprocs != 0) {
    procs = newprocs;
    newprocs = 0;
  }
  P* p1 = procresize(procs);
  sched.gcwaiting = false;
  if (sched.sysmonwait) {
    sched.sysmonwait = false;
    notewakeup(&sched.sysmonnote);
  }
  unlock(&sched.lock);

  // From here on other Ps run, and another goroutine may begin a stop of its own.
  while (p1 != nullptr) {
    P* pp = p1;
    p1 = p1->link;
    if (pp->m != nullptr) {
      M* mp = pp->m;
      pp->m = nullptr;
      if (mp->nextp != nullptr) {
        throw_("startTheWorld: inconsistent mp->nextp");
      }
      mp->nextp = pp;
      notewakeup(&mp->park);
    } else {
      // No idle M: start one. It must not wait for anything the caller does later.
      newm(pp, false);
    }
  }

  // If the stop left work in some queue and idle Ps beside it, get one more M looking.
  if (sched.npidle != 0 && sched.nmspinning == 0) {
    wakep();
  }

  gp->m->locks--;
  rearmpreempt(gp);
}

}  // namespace standstill::rt
