// Call stacks as program counters, found by following frame pointers.
//
// A frame begins with the frame pointer of its caller and the address to return to, on every
// machine that this runs on. That holds for code compiled with -fno-omit-frame-pointer, as the
// runtime is and whatever links it by CMake. A function without one may hide its caller, or end the
// walk; it cannot lead it out of the goroutine's stack. (tests: tests/runtime/callers_test.cc)
#pragma once

#include <cstdint>

namespace standstill::rt {

struct G;

// Stores the return addresses on the stack of gp in pc[0..max), innermost first, and returns how
// many. Of a goroutine that has not run yet that is one, in its start function. An address lies
// behind the call it belongs to: what was called from is found at pc - 1.
// REQUIRES: gp is parked, runnable, in a syscall while the world is stopped, or the caller's own.
int gcallers(G* gp, uintptr_t* pc, int max);

// As gcallers for the goroutine of this M; from g0, for the one that g0 serves. 0 without one.
int callers(uintptr_t* pc, int max);

// Follows frame, a frame pointer, within the stack of gp. For the two above, and for whoever knows
// the frame from which to begin. REQUIRES: as for gcallers.
int walkframes(G* gp, uintptr_t frame, uintptr_t* pc, int max);

}  // namespace standstill::rt
