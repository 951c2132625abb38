// The pace of collection: when a cycle begins, and how much allocations help it along.
#pragma once

namespace standstill::rt {

// Sets gcstate.nextGC from gcstate.marked and GOGC. REQUIRES: worldsema held, or nothing runs.
void setGCTrigger();

// Of a background cycle, before blackening begins: works out what allocations owe.
// REQUIRES: worldsema held.
void startCyclePace();

// At the end of any cycle: takes heap.live down to what was marked, and sets the trigger.
// REQUIRES: the world is stopped.
void endCyclePace(int mode);

}  // namespace standstill::rt
