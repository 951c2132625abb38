// Switching between a goroutine and its M's system stack.
//
// A goroutine never switches to another goroutine. It switches to g0, saying what g0 is to do:
// run a function and come back (systemstack), or take over (mcall). g0 waits for that in gogo.
// In the original, functions called through mcall never return but end in schedule(); here they
// return the goroutine to run next, so that the system stack does not grow.
#pragma once

namespace standstill::rt {

struct G;

// Runs fn() on the system stack and returns. Called on the system stack already, it just calls fn.
// fn must not park or yield; it may block the thread.
void systemstack(void (*fn)());

// As above with an argument, for the overload below.
void systemstackcall(void (*fn)(void* arg), void* arg);

// As above for anything else that can be called without arguments.
template <typename F>
void systemstack(F fn) {
  systemstackcall([](void* arg) { (*static_cast<F*>(arg))(); }, &fn);
}

// Suspends the running goroutine gp and calls fn(gp) on the system stack. fn decides what becomes
// of gp, and returns the G that this M runs next, or null when the M is to end. mcall returns when
// gp is run again, perhaps on another M. REQUIRES: on a goroutine.
void mcall(G* (*fn)(G* gp));

// Runs gp on this M until it calls mcall, and returns what the function called through it returns.
// REQUIRES: on g0; gp is this M's curg, in state Grunning.
G* gogo(G* gp);

}  // namespace standstill::rt
