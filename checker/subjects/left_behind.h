// The state that a path through the runtime leaves behind: what the next caller finds.
#pragma once

// Observes, from a goroutine: the M's preemptoff and locks, whether a stop is wanted, worldsema,
// the Ps.
void observeStateLeftBehind();
