// Which goroutine is this code running on?
#pragma once

namespace standstill::rt {

struct G;

// The G whose stack the caller runs on: a user goroutine, or its M's g0 on the system stack.
//
// Declared const, that is: two calls in one function activation give the same result whatever
// happens in between, so one may stand for the other. The implementation reads a thread_local, so
// this deserves an argument:
//
//   1. An activation lives on one stack for all its life, and a stack belongs to one G for as
//      long as anything is active on it (a goroutine's stack goes back to the pool after its last
//      frame is gone; a thread's own stack is the g0 stack of its M until the thread ends).
//   2. Every switch of stacks installs the target's G first. So whenever an activation executes,
//      the thread it executes on has that activation's G installed, also when the goroutine was
//      parked in between and came back on another thread.
//   3. Only the functions that install a G see both values in one activation: mcall, systemstack
//      and gogo (switch.cc), and the first function of a thread (run.cc). They use readg and never
//      call getg.
//
// What must *not* be cached is the address of a thread_local: the compiler may compute it once in
// an activation that later runs on another thread. Hence the definition is out of line, alone in a
// file, and every access makes its own call.
[[gnu::const]] G* getg();

// As getg, but promises nothing: for the functions named in (3).
G* readg();

// Installs gp as the G of this thread. For the functions named in (3).
void setg(G* gp);

}  // namespace standstill::rt
