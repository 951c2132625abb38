// Goroutines that stay on one thread, which runs nothing else.
//
// A locked goroutine runs on its M only, and that M waits while the goroutine does. Whoever else
// takes it off a run queue hands its own P to that M and parks. (facts 1.3; the original of 2015;
// test: tests/runtime/lockosthread_test.cc)
#pragma once

#include "runtime/gmp.h"

namespace standstill::rt {

// Locks the running goroutine to its M, until UnlockOSThread or its end. Does not nest.
void LockOSThread();

// Undoes LockOSThread. Nothing when it is not locked.
void UnlockOSThread();

// --- for the scheduler; on g0 ---

// Parks this M, which is locked to a goroutine that cannot run now, until it can. Hands off the P,
// if there is one. On return the M has a P and its goroutine is to be run, or the run ends.
void stoplockedm();

// Hands this M's P to the M that gp, which is runnable, is locked to, and parks this M until it has
// another P, or the run ends. REQUIRES: gp is on no queue.
void startlockedm(G* gp);

}  // namespace standstill::rt
