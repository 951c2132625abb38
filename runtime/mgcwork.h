// The collector's work, apart from its coordinator GC(), which each variant defines (mgc.cc).
//
// There is no marking and sweeping yet. What is collected is what the runtime itself leaves
// behind: cached sudogs, the stacks of dead goroutines, spans without objects.
#pragma once

#include "runtime/gmp.h"

namespace standstill::rt {

// Whether a collection may start here. Not on g0, where it could not park; not while the M holds
// locks or has preemption switched off: the stop could wait for the very goroutine that collects.
bool gcallowed();

// First window: flushes the per-P caches, frees pooled sudogs, brings the free Gs of all Ps
// together. REQUIRES: the world is stopped, on g0.
void clearpools();

// Between the windows: takes the dead Gs that still have a stack off the free list, and so out of
// the reach of newproc. Returns them as a list. Locks gflock.
G* takedead();

// Second window: releases the stacks of the list and puts its Gs back; unmaps empty spans.
// REQUIRES: the world is stopped, on g0.
void releasedead(G* dead);

}  // namespace standstill::rt
