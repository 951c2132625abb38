// The goroutines that mark in the background. They are started by the first background cycle and
// sleep between cycles. A quarter of the Ps, and at least one, is what they get.
#pragma once

namespace standstill::rt {

// Puts everything to its initial state. REQUIRES: nothing runs.
void workersinit();

}  // namespace standstill::rt
