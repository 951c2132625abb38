// The ragged barrier: something is done for every P, each at a moment of its own, while the world
// runs. (facts 2.12; test: tests/runtime/foreachp_test.cc)
//
// It has a count and a note of its own. While it used those of a stop, an M that had seen gcwaiting
// on its way into a syscall, during a stop that is over by now, found stopwait > 0 under
// sched.lock, took that for the same stop and stopped a P that nobody had asked to stop, counting
// it. (Golang issue 10618; facts 7.3.) Now stopwait > 0 means a stop, whoever looks.
#include "runtime/getg.h"
#include "runtime/os.h"
#include "runtime/panic.h"
#include "runtime/preempt.h"
#include "runtime/proc.h"
#include "runtime/sched.h"

namespace standstill::rt {

namespace {

// In the original these are members of sched. Nobody but this file uses them.
std::atomic<int32_t> safePointWait{0};  // Ps that still have to call safePointFn; under sched.lock
Note safePointNote;                     // woken by whoever takes it to 0

// Whoever clears the flag calls the function.
bool claim(P* pp) {
  uint32_t expected = 1;
  return pp->runSafePointFn == 1 && pp->runSafePointFn.compare_exchange_strong(expected, 0);
}

// REQUIRES: sched.lock held.
void countdown() {
  if (--safePointWait == 0) notewakeup(&safePointNote);
}

// Sets everything up and deals with the idle Ps. Says whether there are others to wait for.
bool begin(void (*fn)(P* pp)) {
  P* own = getg()->m->p;
  lock(&sched.lock);
  if (safePointWait != 0) throw_("forEachP: sched.safePointWait != 0");
  safePointWait = gomaxprocs - 1;
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
    safePointWait--;
  }
  bool wait = safePointWait > 0;
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
  // As in a stop of the world, the request is best-effort, so it is repeated.
  while (!notetsleep(&safePointNote, 100'000)) preemptall();
  noteclear(&safePointNote);
}

}  // namespace

void forEachP(void (*fn)(P* pp)) {
  M* mp = acquirem();
  bool wait = begin(fn);
  fn(mp->p);
  takeFromSyscalls();
  if (wait) awaitOthers();
  if (safePointWait != 0) throw_("forEachP: not done");
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
