// The scheduler: who runs next, and on which thread.
//
// A ready goroutine sits in the queue of a P, or in the global queue. An M with a P takes one,
// runs it until it parks, yields or ends, and looks again. An M that finds nothing looks in the
// other Ps' queues ("spinning") before it gives its P up and parks. Whoever makes a goroutine
// ready while there is an idle P and nobody spinning wakes one M to look for work.
//
// Functions that run on g0 in the place of a goroutine return the G to run next (see switch.h);
// null means that the run is over and the M ends.
// (facts 1.5, 2.7, 2.8; tests: tests/runtime/sched_test.cc, syscall_test.cc)
#pragma once

#include <cstdint>

#include "runtime/gmp.h"
#include "runtime/trace.h"

namespace standstill::rt {

// --- goroutines (goroutine.cc) ---

// Starts a goroutine on fn; of an fn without drop it copies *fn.arg, fn.size bytes. name is what
// Stack prints for it and must outlive it. Returns without waiting; the new goroutine is next on
// this P. REQUIRES: the M has a P. system: it belongs to the runtime, not to the program.
void newproc(Func fn, const char* name, bool system = false);

// How many goroutines there are: all that are not on a free list, at least 1.
int32_t gcount();

// Ends the running goroutine. Returns never.
[[noreturn]] void goexit();

// Takes every G on the free list of pp to the global one. REQUIRES: the caller owns pp, or the
// world is stopped.
void gfpurge(P* pp);

[[noreturn]] void badgstatus();

// Moves gp from state oldval to newval; throws when it is in another. Here this need not be one
// indivisible step as in the original, whose collector changes states beside the scheduler: at any
// time one M has the goroutine, or finds it on a queue, and nobody else writes.
inline void casgstatus(G* gp, uint32_t oldval, uint32_t newval) {
  if (gp->status.load(std::memory_order_relaxed) != oldval) badgstatus();
  gp->status.store(newval, std::memory_order_release);
}

// --- parking (proc.cc) ---

// Yields: the goroutine goes to the tail of the global queue. REQUIRES: on a goroutine.
void Gosched();

// Parks the running goroutine for reason, then calls unlockf(gp, lock) on the system stack. When
// that returns false the goroutine goes on at once. Returns when someone calls goready.
// The trace shows it as ev.
void gopark(bool (*unlockf)(G* gp, void* lock), void* lock, const char* reason, TraceEv ev);

// gopark that releases l when the goroutine is parked.
void goparkunlock(Mutex* l, const char* reason, TraceEv ev);

// Makes the parked goroutine gp runnable: next on this P. REQUIRES: the M has a P.
void goready(G* gp);

// The part of Gosched that runs on g0, and that of a safepoint that yields.
G* gosched_m(G* gp);
G* gopreempt_m(G* gp);

// --- the scheduler proper (proc.cc); on g0 ---

// Finds a runnable goroutine, blocking until there is one. Stops the M for a stop of the world on
// the way when one is wanted. REQUIRES: the M has a P, and no locks.
G* schedule();

// Runs gp until it gives the M up; returns the G to run next. REQUIRES: gp is runnable and on no
// queue; the M has a P.
G* execute(G* gp);

// Detaches the current goroutine from its M.
void dropg();

// --- Ms and Ps (mp.cc); on g0 ---

// Attaches the idle P pp to this M, and the other way round.
void acquirep(P* pp);

// Detaches this M's P, which becomes Pidle, and returns it.
P* releasep();

// Parks this M until it is handed a P, or the run ends. REQUIRES: no locks, no P.
void stopm();

// Stops this M for a stop of the world. Returns when it has a P again, or the run ends.
// REQUIRES: sched.gcwaiting; the M has a P.
void gcstopm();

// Gets some M to run pp, or an idle P when pp is null. spinning: the M starts out looking for
// work, and the caller has counted it in nmspinning. If there is no P, does nothing.
void startm(P* pp, bool spinning);

// Starts a new M on pp.
void newm(P* pp, bool spinning);

// Hands off pp, of which the M has just let go: to an M if there is work for it, to a stop in
// progress, or to the idle list, past a safe-point function that it has still to call.
void handoffp(P* pp);

// Gives pp, which nobody will run, to a stop in progress or else to the idle list, past a
// safe-point function that it has still to call. REQUIRES: sched.lock held, pp is Pidle and
// attached to no M.
void shelvep(P* pp);

// Takes pp from an M in a syscall: it becomes Pidle and the caller's to hand off. False when it is
// in no syscall, or somebody else was faster.
bool retakep(P* pp);

// Wakes one M to look for work, if there is some and nobody is looking. On either stack.
// REQUIRES: the M has a P.
void wakep();

// The M lets go of its P for good: the run is over.
void exitm();

// Changes the number of Ps. Returns those with work in their queue, linked by P.link, each with an
// idle M attached if there was one; the others go to the idle list.
// REQUIRES: sched.lock held, the world stopped.
P* procresize(int32_t nprocs);

// Idle lists. REQUIRES: sched.lock held.
void pidleput(P* pp);
P* pidleget();
void mput(M* mp);
M* mget();

// Throws when every goroutine of the program waits and no M is left that could change that: "all
// goroutines are asleep - deadlock!". Called wherever one M less can. REQUIRES: sched.lock held.
void checkdead();

// Counts v more Ms as locked to a goroutine that does not run, or -v fewer: such an M is as good
// as idle.
void incidlelocked(int32_t v);

// Where this M's next pseudo-random number comes from. The same in every run.
uint32_t fastrand();

// --- the ragged barrier (foreachp.cc); on g0 ---

// Calls fn for every P, at a moment when that P runs no goroutine: each M calls it for its own when
// it comes by the scheduler or enters a syscall, running goroutines are asked to do so, and for the
// caller's P and those that nobody runs it is called here. So when this returns, everything that a
// goroutine did before its P called fn happened before, on every P.
// fn must not block, nor take sched.lock, which may be held. REQUIRES: worldsema held, the world
// running; the M has a P.
void forEachP(void (*fn)(P* pp));

// Calls the function that forEachP wants called for this M's P, if that is still to do.
// REQUIRES: the M has a P, or had when it entered the syscall that it is in.
void runSafePointFn();

// The same for pp, which nobody runs. Says whether there was anything to do.
// REQUIRES: sched.lock held.
bool runSafePointFnLocked(P* pp);

// --- syscalls (syscall.cc) ---

// Declares that the goroutine is about to make a call that may block in the kernel. The P stays
// with the M but may be taken by a stop of the world. There is no safepoint until exitsyscall.
void entersyscall();

// As entersyscall, for a call that will surely block, or that waits for another goroutine: hands
// the P over at once.
void entersyscallblock();

// The call is over. Returns when the goroutine has a P again; if the world is stopped, that is
// after it was started.
void exitsyscall();

}  // namespace standstill::rt
