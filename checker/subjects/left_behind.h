// The state that a path through the runtime leaves behind: what the next caller finds.
#pragma once

#include <string>

// Observes, from a goroutine: the M's preemptoff and locks, whether a stop is wanted and for how
// many Ps it waits, worldsema, the tracer's semaphore if it is not 0, the status of each P, the
// state of each M, who sleeps on semaphores.
void observeStateLeftBehind();

// The Ms that are not as a thread is that just runs: "M0 preemptoff=GOMAXPROCS locks=1". No
// scheduling point.
std::string remarkableMs();
