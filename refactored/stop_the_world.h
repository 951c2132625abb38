// Stopping and starting the world, whole: what a caller other than the collector needs.
#pragma once

namespace standstill::rt {

// Stops every other P at its next safepoint and records reason as the reason for it. On return
// only the calling goroutine runs, and it is not preempted. Any number of goroutines may call this
// at the same time: each gets a stop of its own, one after the other.
//
// Pairs with startTheWorld, which the same goroutine must call, exactly once, on every path. In
// between it must not park. reason must outlive the stop: use a string literal.
// REQUIRES: on a goroutine, not on a system stack; the M holds no locks; the caller does not hold
// worldsema. (facts 2.3)
void stopTheWorld(const char* reason);

// Undoes stopTheWorld: the other Ps run again, and the next goroutine that wants to stop the world
// may. REQUIRES: the calling goroutine has stopped the world by stopTheWorld.
void startTheWorld();

}  // namespace standstill::rt
