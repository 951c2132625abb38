#include "runtime/proc.h"

#include "runtime/getg.h"
#include "runtime/lockosthread.h"
#include "runtime/panic.h"
#include "runtime/preempt.h"
#include "runtime/runqueue.h"
#include "runtime/sched.h"
#include "runtime/switch.h"

namespace standstill::rt {

namespace {

// Every so many executions a P looks at the global queue first, so that two goroutines that keep
// readying each other cannot starve the rest.
constexpr uint32_t kGlobalQueueTicks = 61;

G* park_m(G* gp) {
  M* mp = getg()->m;
  if (trace.enabled) traceGoPark(mp->waittraceev);
  casgstatus(gp, Grunning, Gwaiting);
  dropg();
  auto* unlockf = mp->waitunlockf;
  mp->waitunlockf = nullptr;
  if (unlockf != nullptr && !unlockf(gp, mp->waitlock)) {
    if (trace.enabled) traceGoUnpark(gp);
    casgstatus(gp, Gwaiting, Grunnable);
    return gp;
  }
  return schedule();
}

bool parkunlock(G* /*gp*/, void* l) {
  unlock(static_cast<Mutex*>(l));
  return true;
}

// The M has found work. If it was the last one looking, another takes over: there may be more.
void resetspinning() {
  M* mp = getg()->m;
  if (mp->spinning) {
    mp->spinning = false;
    sched.nmspinning--;
  }
  if (sched.nmspinning == 0 && sched.npidle > 0) wakep();
}

G* globalWork(P* pp, int32_t max) {
  lock(&sched.lock);
  G* gp = globrunqget(pp, max);
  unlock(&sched.lock);
  return gp;
}

// Looks through the other Ps, from a random one on: first for what waits in their rings, then for
// what they would run next. The original makes 4*gomaxprocs random tries, half of them of the
// second kind; visiting each P once per kind finds the same work in fewer steps.
G* stealwork(P* pp) {
  for (bool stealnext : {false, true}) {
    int32_t n = gomaxprocs;
    uint32_t start = fastrand();
    for (int32_t i = 0; i < n; i++) {
      if (sched.gcwaiting) return nullptr;
      P* victim = allp[(start + static_cast<uint32_t>(i)) % static_cast<uint32_t>(n)];
      G* gp = victim == pp ? runqget(pp) : runqsteal(pp, victim, stealnext);
      if (gp != nullptr) return gp;
    }
  }
  return nullptr;
}

// Gives this M's P up for want of work; false when there is something to do after all.
bool idlep(G** found) {
  M* mp = getg()->m;
  lock(&sched.lock);
  if (sched.gcwaiting || sched.exiting || mp->p->runSafePointFn != 0) {
    unlock(&sched.lock);
    return false;
  }
  if (sched.runqsize != 0) {
    *found = globrunqget(mp->p, 0);
    unlock(&sched.lock);
    return false;
  }
  pidleput(releasep());
  unlock(&sched.lock);
  return true;
}

// After the P was given up: takes an idle P again if some queue is not empty. A goroutine may have
// been made ready after this M had looked and before nmspinning fell, and its maker relied on the
// spinning M.
bool reacquirep() {
  for (int32_t i = 0; i < gomaxprocs; i++) {
    P* victim = allp[i];
    if (victim == nullptr || runqempty(victim)) continue;
    lock(&sched.lock);
    P* pp = pidleget();
    unlock(&sched.lock);
    if (pp == nullptr) return false;
    acquirep(pp);
    return true;
  }
  return false;
}

// Finds a runnable goroutine for an M whose own queue is empty; parks the M while there is none.
// Null when the run is over, or when schedule must start anew (the P was lost on the way).
G* findrunnable() {
  M* mp = getg()->m;
  P* pp = mp->p;
  if (sched.gcwaiting) {
    gcstopm();
    return nullptr;
  }
  if (pp->runSafePointFn != 0) runSafePointFn();
  if (G* gp = runqget(pp)) return gp;
  if (sched.runqsize != 0) {
    if (G* gp = globalWork(pp, 0)) return gp;
  }
  // With as many Ms looking as there are Ps busy, one more would find nothing that they do not.
  if (mp->spinning || 2 * sched.nmspinning < gomaxprocs - sched.npidle) {
    if (!mp->spinning) {
      mp->spinning = true;
      sched.nmspinning++;
    }
    if (G* gp = stealwork(pp)) return gp;
  }
  G* found = nullptr;
  if (!idlep(&found)) return found;
  if (mp->spinning) {
    mp->spinning = false;
    sched.nmspinning--;
  }
  if (!reacquirep()) stopm();
  return nullptr;
}

// Whether the running goroutine would be the next to run here if it yielded, and nothing would come
// of that in between: a request, a stop, an event of the trace.
bool nextanyway() {
  G* gp = getg();
  M* mp = gp->m;
  P* pp = mp->p;
  return !gp->preempt && gp->lockedm == nullptr && mp->locks == 0 && !trace.enabled &&
         !sched.gcwaiting && !sched.exiting && pp->runSafePointFn == 0 && sched.runqsize == 0 &&
         runqempty(pp);
}

G* yield(G* gp) {
  casgstatus(gp, Grunning, Grunnable);
  dropg();
  lock(&sched.lock);
  globrunqput(gp);
  unlock(&sched.lock);
  return schedule();
}

}  // namespace

G* schedule() {
  M* mp = getg()->m;
  if (mp->locks != 0) throw_("schedule: holding locks");
  if (mp->lockedg != nullptr) {
    stoplockedm();
    if (!sched.exiting) return mp->lockedg;
  }
  G* gp = nullptr;
  while (gp == nullptr) {
    if (sched.exiting) {
      exitm();
      return nullptr;
    }
    if (sched.gcwaiting) {
      gcstopm();
      continue;
    }
    if (mp->p->runSafePointFn != 0) runSafePointFn();
    if (trace.enabled) gp = traceReader();
    P* pp = mp->p;
    bool local = false;
    if (gp == nullptr && pp->schedtick % kGlobalQueueTicks == 0 && sched.runqsize > 0) {
      gp = globalWork(pp, 1);
    }
    if (gp == nullptr) {
      gp = runqget(pp);
      local = gp != nullptr;
      if (local && mp->spinning) throw_("schedule: spinning with local work");
    }
    if (gp == nullptr) gp = findrunnable();
    if (gp == nullptr) continue;
    if (!local) resetspinning();
    if (gp->lockedm != nullptr) {
      startlockedm(gp);
      gp = nullptr;
    }
  }
  return gp;
}

G* execute(G* gp) {
  M* mp = getg()->m;
  casgstatus(gp, Grunnable, Grunning);
  gp->m = mp;
  // A request made to this M so far was meant for what ran before; those that come once curg says
  // who runs here are kept.
  gp->preempt.store(false, std::memory_order_relaxed);
  gp->stackguard0.store(kStackGuard, std::memory_order_relaxed);
  mp->curg = gp;
  // But the end of a run is asked for only once: first the flag is set, then the requests are made.
  if (sched.exiting) requestpreempt(gp);
  // Nobody else writes it, so it need not be one indivisible step.
  std::atomic<uint32_t>& tick = mp->p->schedtick;
  tick.store(tick.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  if (trace.enabled) traceGoStart(gp);
  return gogo(gp);
}

void dropg() {
  M* mp = getg()->m;
  mp->curg.load(std::memory_order_relaxed)->m = nullptr;
  mp->curg.store(nullptr, std::memory_order_release);
}

G* gosched_m(G* gp) {
  if (trace.enabled) traceGoSched();
  return yield(gp);
}

G* gopreempt_m(G* gp) {
  if (trace.enabled) traceGoPreempt();
  return yield(gp);
}

void Gosched() {
  if (sched.spinprocs == 0 || !nextanyway()) mcall(gosched_m);
}

void gopark(bool (*unlockf)(G* gp, void* lock), void* lock, const char* reason, TraceEv ev) {
  M* mp = acquirem();
  G* gp = getg();
  if (gp->status != Grunning) throw_("gopark: bad g status");
  mp->waitunlockf = unlockf;
  mp->waitlock = lock;
  mp->waittraceev = ev;
  gp->waitreason = reason;
  releasem(mp);
  mcall(park_m);
}

void goparkunlock(Mutex* l, const char* reason, TraceEv ev) { gopark(parkunlock, l, reason, ev); }

void goready(G* gp) {
  M* mp = acquirem();
  if (trace.enabled) traceGoUnpark(gp);
  casgstatus(gp, Gwaiting, Grunnable);
  runqput(mp->p, gp, true);
  if (sched.npidle != 0 && sched.nmspinning == 0) wakep();
  releasem(mp);
}

}  // namespace standstill::rt
