// The stacks of dead goroutines, which a collection gives back.
#pragma once

namespace standstill::rt {

// Releases the stacks of the dead Gs on the global free list. The Gs are out of the reach of
// newproc meanwhile, but counted as free. On g0.
void releasedeadstacks();

}  // namespace standstill::rt
