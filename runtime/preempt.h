// Cooperative preemption: a request is a flag on a goroutine, a safepoint is where it looks.
//
// There are two flags, as in the original. preempt is the request; stackguard0 is what a safepoint
// tests. A refused request stays recorded in preempt but disarms stackguard0, and is armed again
// where M.locks drops to 0. A plain locks-- and clearing preemptoff do not arm it again.
// (facts 2.10; test: tests/runtime/preempt_test.cc)
#pragma once

#include "runtime/gmp.h"

namespace standstill::rt {

// Where the running goroutine can be stopped with its state complete. What compiled Go has at the
// head of every function: C++ code has to call it, in every loop that does not block.
// REQUIRES: on a goroutine, not between entersyscall and exitsyscall.
void safepoint();

// Asks gp to stop at its next safepoint.
inline void requestpreempt(G* gp) {
  gp->preempt = true;
  gp->stackguard0 = kStackPreempt;
}

// Asks the goroutine that runs on pp to stop. Best effort: it may be missed, it may hit a goroutine
// that has just been switched to. Says whether a request was made.
bool preemptone(P* pp);

// preemptone for every P that is running. Says whether any request was made.
bool preemptall();

// Pins the goroutine to its M, and the M to its P: no preemption until releasem. Nests.
M* acquirem();

// Undoes acquirem.
void releasem(M* mp);

// Arms a refused request of gp again if its M has just dropped its last lock.
inline void rearmpreempt(G* gp) {
  if (gp->m->locks == 0 && gp->preempt) gp->stackguard0 = kStackPreempt;
}

}  // namespace standstill::rt
