// Syscalls: the one time that a goroutine runs without owning its P.
//
// At entry the P is left in Psyscall, still named by the M but takeable by compare-and-swap: a
// stop of the world does that, and so the call does not hold it up. At exit the M tries to have
// its P back; if it is gone, the goroutine queues like any other. During a stop no P is to be had,
// so an M may come back from a call, but its goroutine may not go on. (facts 2.8)
#include "runtime/getg.h"
#include "runtime/panic.h"
#include "runtime/preempt.h"
#include "runtime/proc.h"
#include "runtime/registers.h"
#include "runtime/runqueue.h"
#include "runtime/sched.h"
#include "runtime/switch.h"
#include "runtime/sysmon.h"

namespace standstill::rt {

namespace {

// There is a syscall to watch.
void entersyscall_sysmon() {
  lock(&sched.lock);
  wakesysmon();
  unlock(&sched.lock);
}

// A stop was asked for while this M was leaving its P: it may have been seen as running, and be
// waited for.
void entersyscall_gcwait() {
  P* pp = getg()->m->p;
  lock(&sched.lock);
  uint32_t expected = Psyscall;
  if (sched.stopwait > 0 && pp->status.compare_exchange_strong(expected, Pgcstop)) {
    if (trace.enabled) {
      traceGoSysBlock(pp);
      traceProcStop(pp);
    }
    pp->syscalltick++;
    if (--sched.stopwait == 0) notewakeup(&sched.stopnote);
  }
  unlock(&sched.lock);
}

void entersyscallblock_handoff() {
  if (trace.enabled) traceGoSysBlock(getg()->m->p);
  handoffp(releasep());
}

// No preemption from here on: the P may be gone at any moment. Poisons the guard, so that a
// safepoint inside the call is found out.
M* beginsyscall(G* gp, const SavedRegisters& caller) {
  M* mp = gp->m;
  mp->locks++;
  gp->syscallframe = caller.frame();
  gp->syscallpc = caller.pc();
  if (trace.enabled) traceGoSysCall(gp);
  gp->throwsplit = true;
  gp->stackguard0 = kStackPreempt;
  gp->syscallregs = caller;
  casgstatus(gp, Grunning, Gsyscall);
  return mp;
}

void endsyscall(G* gp) {
  gp->throwsplit = false;
  gp->syscallregs.sp = nullptr;
  gp->stackguard0 = gp->preempt ? kStackPreempt : kStackGuard;
  // As in execute: the request to leave at the end of a run passed over Ms in syscalls.
  if (sched.exiting) requestpreempt(gp);
}

bool exitsyscallfast_pidle() {
  lock(&sched.lock);
  P* pp = pidleget();
  if (pp != nullptr) wakesysmon();
  unlock(&sched.lock);
  if (pp == nullptr) return false;
  acquirep(pp);
  return true;
}

// Gets a P without queueing: the M's own, or an idle one.
bool exitsyscallfast(M* mp) {
  P* pp = mp->p;
  if (sched.stopwait != kFreezeStopWait && pp != nullptr) {
    uint32_t expected = Psyscall;
    if (pp->status.compare_exchange_strong(expected, Prunning)) {
      mp->mcache = &pp->mcache;
      pp->m = mp;
      // It may have been taken meanwhile, and left in another syscall: then it was that one's.
      if (trace.enabled && mp->syscalltick != pp->syscalltick) traceGoSysBlock(pp);
      return true;
    }
  }
  mp->mcache = nullptr;
  mp->p = nullptr;
  if (sched.stopwait == kFreezeStopWait || sched.npidle == 0) return false;
  bool ok = false;
  systemstack([&] { ok = exitsyscallfast_pidle(); });
  return ok;
}

// The slow way out, in the place of the goroutine.
G* exitsyscall0(G* gp) {
  casgstatus(gp, Gsyscall, Grunnable);
  dropg();
  lock(&sched.lock);
  P* pp = pidleget();
  if (pp == nullptr) {
    globrunqput(gp);
  } else {
    wakesysmon();
  }
  unlock(&sched.lock);
  if (pp != nullptr) {
    acquirep(pp);
    return gp;
  }
  if (getg()->m->lockedg == nullptr) stopm();
  return schedule();
}

}  // namespace

void standstill_reentersyscall(const SavedRegisters* caller) {
  G* gp = getg();
  M* mp = beginsyscall(gp, *caller);
  P* pp = mp->p;
  mp->syscalltick = pp->syscalltick;
  mp->mcache = nullptr;
  pp->m = nullptr;
  pp->status = Psyscall;
  if (sched.sysmonwait) systemstack(entersyscall_sysmon);
  if (sched.gcwaiting) systemstack(entersyscall_gcwait);
  if (pp->runSafePointFn != 0) systemstack(runSafePointFn);
  mp->locks--;
}

void standstill_reentersyscallblock(const SavedRegisters* caller) {
  G* gp = getg();
  M* mp = beginsyscall(gp, *caller);
  mp->syscalltick = mp->p->syscalltick;
  mp->p->syscalltick++;
  systemstack(entersyscallblock_handoff);
  mp->locks--;
}

void exitsyscall() {
  G* gp = getg();
  M* mp = gp->m;
  mp->locks++;
  P* old = mp->p;
  if (exitsyscallfast(mp)) {
    // Whoever took the P has counted that.
    bool kept = mp->p == old && mp->p->syscalltick == mp->syscalltick;
    if (trace.enabled) traceGoSysExit(gp, kept);
    mp->p->syscalltick++;
    casgstatus(gp, Gsyscall, Grunning);
    mp->locks--;
    endsyscall(gp);
    return;
  }
  mp->locks--;
  mcall(exitsyscall0);
  gp->m->p->syscalltick++;
  gp->throwsplit = false;
  gp->syscallregs.sp = nullptr;
}

}  // namespace standstill::rt
