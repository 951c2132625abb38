// Sweeping: finding out what the last marking left unmarked, span by span.
//
// Nothing needs to be swept at once. A span is swept by the first who needs it: by an allocation
// that looks for room in it, by a background goroutine, or by the start of the next cycle, which
// needs all spans swept. A forced collection sweeps everything inside its stop.
// (facts 5; tests: tests/runtime/mgc_test.cc)
#pragma once

#include <cstdint>

#include "runtime/mspan.h"

namespace standstill::rt {

// Claims a span that needs sweeping for the caller. At most one caller gets it.
bool claimForSweep(Span* s);

// Frees the objects of s that are not marked. keep: an empty span stays the caller's. Says whether
// the span went back to the heap. REQUIRES: the caller has claimed s; it is not preempted
// meanwhile.
bool sweep(Span* s, bool keep);

// Returns when s is swept. REQUIRES: not preempted; s is in use.
void ensureSwept(Span* s);

// Sweeps one span that needs it. False when there are none left to claim.
// REQUIRES: the M has a P. The caller is not preempted meanwhile.
bool sweepone();

// As above, from a goroutine.
bool gosweepone();

// Sweeps whatever is left. REQUIRES: the world is stopped.
void finishsweep_m();

// Begins a new generation: everything has to be swept. all: does it right away; otherwise that is
// left to the background sweeper and to those who need it. REQUIRES: the world is stopped, marking
// is complete, the caches of all Ps are empty.
void gcSweep(bool all);

// Wakes the background sweeper, which is started when it is needed for the first time.
// REQUIRES: on a goroutine.
void wakebgsweep();

// Whether everything is swept, as far as the caller can know.
bool sweepdone();

}  // namespace standstill::rt
