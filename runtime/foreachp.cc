// The ragged barrier: something is done for every P, each at a moment of its own, while the world
// runs. (facts 2.12; test: tests/runtime/foreachp_test.cc)
//
// It counts with the same sched.stopwait and sched.stopnote as a stop of the world, which
// worldsema keeps out meanwhile. That is how the original was when it was refactored, and it is
// not quite right: an M that saw gcwaiting on its way into a syscall, during a stop that is over by
// now, finds stopwait > 0 under sched.lock, takes that for the same stop and stops a P that nobody
// asked to stop, counting it. (Golang issue 10618, which a count of their own cured; facts 7.3.)
#include "runtime/getg.h"
#include "runtime/os.h"
#include "runtime/panic.h"
#include "runtime/preempt.h"
#include "runtime/proc.h"
#include "runtime/sched.h"

namespace standstill::rt {

namespace {

// Whoever clears the flag calls the function.
bool claim(P* pp) {
  uint32_t expected = 1;
  return pp->runSafePointFn == 1 && pp->runSafePointFn.compare_exchange_strong(expected, 0);
}

// REQUIRES: sched.lock held.
void countdown() {
  if (--sched.stopwait == 0) notewakeup(&sched.stopnote);
}

// Sets everything up and deals with the idle Ps. Says whether there are others to wait for.
bool begin(void (*fn)(P* pp)) {
  P* own = getg()->m->p;
  lock(&sched.lock);
  if (sched.stopwait != 0) throw_("forEachP: sched.stopwait != 0");
  sched.stopwait = gomaxprocs - 1;
  sched.safePointFn = fn;
  for (int32_t i = 0; i < gomaxprocs; i++) {
    if (allp[i] != own) allp[i]->runSafePointFn = 1;
  }
  preemptall();
  // Those that run see the flag when they come by the scheduler next. An idle P stays on its list
  // as long as the lock is held, and is without a flag when it leaves it.
  for (P* pp = sched.pidle; pp != nullptr; pp = pp->link) {
    if (!claim(pp)) continue;
    fn(pp);
    sched.stopwait--;
  }
  bool wait = sched.stopwait > 0;
  unlock(&sched.lock);
  return wait;
}

// Takes the Ps of Ms in syscalls: to hand one off is to bring it past the function.
void takeFromSyscalls() {
  for (int32_t i = 0; i < gomaxprocs; i++) {
    P* pp = allp[i];
    if (pp->runSafePointFn == 1 && retakep(pp)) handoffp(pp);
  }
}

void awaitOthers() {
  // As in a stop of the world: the request is best-effort, so it is repeated.
  while (!notetsleep(&sched.stopnote, 100'000)) preemptall();
  noteclear(&sched.stopnote);
}

}  // namespace

void forEachP(void (*fn)(P* pp)) {
  M* mp = acquirem();
  bool wait = begin(fn);
  fn(mp->p);
  takeFromSyscalls();
  if (wait) awaitOthers();
  if (sched.stopwait != 0) throw_("forEachP: not stopped");
  for (int32_t i = 0; i < gomaxprocs; i++) {
    if (allp[i]->runSafePointFn != 0) throw_("forEachP: P did not run fn");
  }
  lock(&sched.lock);
  sched.safePointFn = nullptr;
  unlock(&sched.lock);
  releasem(mp);
}

void runSafePointFn() {
  P* pp = getg()->m->p;
  // The flag may be gone by now: forEachP itself takes Ps in syscalls and idle ones.
  if (!claim(pp)) return;
  sched.safePointFn(pp);
  lock(&sched.lock);
  countdown();
  unlock(&sched.lock);
}

bool runSafePointFnLocked(P* pp) {
  if (!claim(pp)) return false;
  sched.safePointFn(pp);
  countdown();
  return true;
}

}  // namespace standstill::rt
