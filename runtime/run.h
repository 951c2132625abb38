// Beginning and end of a run, and of its threads.
//
// A run starts from nothing: everything global is made anew, and the thread that calls run becomes
// the first M. It ends when goroutine 1 returns. Then sched.exiting is set, parked Ms are woken,
// and every running goroutine is asked to stop; an M leaves at its next visit to the scheduler,
// giving its P to the idle list or to a stop in progress, so that a goroutine in the middle of a
// stop still completes it. Goroutines that have not finished are abandoned where they stand: their
// stacks are released, destructors of their locals do not run. They may run on for a moment after
// mainFn has returned: what they use must live as long as the run.
// (test: tests/runtime/run_test.cc)
#pragma once

#include <cstddef>
#include <cstdint>

namespace standstill::rt {

struct M;

struct Options {
  int procs = 1;                // GOMAXPROCS at the start
  size_t stackSize = 64 << 10;  // of each goroutine

  // The heap and its collector.
  size_t heapSize = size_t{64} << 30;  // address space to reserve for it: it cannot grow beyond
  int gcPercent = 100;                 // GOGC: growth that a collection allows; negative: off
  int markWorkers = 0;                 // goroutines that mark in the background; 0: a quarter of Ps
  bool clobberFree = false;            // overwrite what is freed, so that misuse shows
  int64_t memProfileRate = 512 << 10;  // bytes between two samples of the heap profile; 0: none

  bool sysmon = true;   // with the system monitor (sysmon.h)
  bool signals = true;  // recognise a stack overflow (signals.h)
  bool spin = true;     // leave out sleeps, wakeups and switches that would come to nothing
};

// Runs mainFn(arg) as goroutine 1 on a fresh runtime. Returns when it has returned, with every
// other thread of the run joined. May be called again and again, by one thread at a time.
// REQUIRES: not from inside a run; 1 <= procs <= 256. A goroutine that keeps running without
// safepoints, or stays in a syscall, holds up the end.
void run(const Options& options, void (*mainFn)(void* arg), void* arg);

// --- threads; for mp.cc ---

// A new M, not known to anyone yet.
M* allocm();

// Makes mp known; it will be joined at the end of the run. REQUIRES: sched.lock held.
void linkm(M* mp);

// Frees an M from allocm that was not linked.
void freem(M* mp);

// The first function of an M's thread.
void* mstart(void* mp);

}  // namespace standstill::rt
