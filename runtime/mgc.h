// The collector: a concurrent mark-sweep, its phases and its pace.
//
// A cycle, coordinated by gc() (legacy/mgc.cc, refactored/mgc.cc), holds worldsema all along:
//
//   background                                    forced
//   sweep what the last cycle left                the same
//   STOP  finish the sweep, clear pools,          STOP  the same
//         mark from stacks (phase scan)
//   START mark from the exact roots
//         phase mark: the write barrier is on;
//         a ragged barrier makes sure that
//         every P has seen it; workers and
//         allocations mark
//   STOP  phase mark termination: mark from everything again, until nothing is left
//         phase off: a new generation of spans to sweep; swept here if GC() was called
//   START                                         START
//   sweep in the background
//
// A background cycle begins when as much is allocated as gcstate.nextGC says; that is set at the
// end of each cycle so that the next one ends before the heap has grown by GOGC percent. (facts 5;
// tests: tests/runtime/mgc_test.cc, mgc_property_test.cc)
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "runtime/lock.h"

namespace standstill::rt {

struct G;

// Values of GCState.phase. The gaps are phases of the original that are not used.
inline constexpr uint32_t GCoff = 0;
inline constexpr uint32_t GCscan = 3;
inline constexpr uint32_t GCmark = 4;
inline constexpr uint32_t GCmarktermination = 5;

// Modes of a cycle.
inline constexpr int gcBackgroundMode = 0;  // concurrent
inline constexpr int gcForceMode = 1;       // marks inside one stop
inline constexpr int gcForceBlockMode = 2;  // and sweeps there, too

struct GCState {
  // Constant during a run (Options).
  bool clobberfree = false;
  int64_t memProfileRate = 0;
  int markWorkers = 0;

  std::atomic<uint32_t> phase{GCoff};
  std::atomic<bool> writeBarrier{false};    // on exactly in mark and mark termination
  std::atomic<bool> blackenEnabled{false};  // workers and allocations may mark
  std::atomic<int32_t> percent{100};        // GOGC; negative: off
  std::atomic<uint64_t> nextGC{0};          // heap.live at which the next cycle begins
  std::atomic<int64_t> nfinalizers{0};      // attached, not queued yet
  std::atomic<bool> enabled{false};         // the run has booted

  // With the world stopped.
  bool inMarkTermination = false;
  uint64_t marked = 0;  // bytes found reachable by the last cycle
  uint64_t goal = 0;    // heap.live at which a background cycle should have ended
  double triggerRatio = 0;
  double assistRatio = 0;  // bytes to look into for each byte allocated while marking

  // The goroutine that runs background cycles.
  Mutex lock;
  // Under lock.
  G* bggc = nullptr;  // parked
  bool bggcStarted = false;
  std::atomic<bool> bggcWorking{false};
};

extern GCState gcstate;

// The sweepers' state (mgcsweep.cc).
struct SweepState {
  std::atomic<uint32_t> next{0};  // index into heap.allspans
  uint32_t end = 0;               // with the world stopped
  Mutex lock;
  // Under lock.
  G* parked = nullptr;  // the background sweeper
  bool started = false;
};

extern SweepState gcsweep;

// --- for users ---

// Collects: what is unreachable when it is called is free when it returns, finalizers aside. Does
// nothing where none may start (gcallowed). REQUIRES: on a goroutine.
void GC();

// Sets GOGC: a cycle should end when the heap has grown by so many percent since the last one;
// negative: collect never, not even by GC(). Returns what it was.
int SetGCPercent(int percent);

// --- defined by each variant (mgc.cc there) ---

// Starts a cycle, if one may start here: waits for the end of a forced one; has a goroutine of its
// own do a background one, and yields to it.
void startGC(int mode);

// Does a cycle. REQUIRES: on a goroutine, gcallowed().
void gc(int mode);

// --- for startGC and gc ---

// Whether a collection may start here. Not on g0, where it could not park; not while the M holds
// locks or has preemption switched off: the stop could wait for the very goroutine that collects.
// Not before the run has booted, and not with collection switched off.
bool gcallowed();

// Starts the goroutine that does background cycles, or wakes it; yields to it.
void wakebggc();

// Starts the goroutines that mark, as far as they are missing. REQUIRES: the world runs.
void gcBgMarkStartWorkers();

// First window: drops what is cached for reuse only, and forgets what the last cycle counted.
// REQUIRES: the world is stopped, everything is swept; on g0.
void clearpools();

// First window of a background cycle: enters the scan phase, and marks from the stacks.
// REQUIRES: as above.
void gcScanStacks();

// Marks from the roots, then enters the mark phase and makes sure that every P has seen it.
// REQUIRES: worldsema is held, the world runs; on g0.
void gcScanRoots();

// Has workers mark until they find no more. REQUIRES: in the mark phase; on a goroutine.
void gcBgMark();

// Second window: completes the marking, sets the pace, leaves the collecting phases and begins the
// sweep. start: when the window began. REQUIRES: the world is stopped; on g0.
void gcMarkTermination(int mode, int64_t start);

// After the cycle, the world running again: counts it, and gets done what it left to do.
// REQUIRES: on a goroutine.
void gcDone(int mode);

// --- for the allocator and the scheduler ---

// Allocations have taken bytes from behind their cache: does a share of the marking, or starts a
// background cycle, if it is time. A safepoint. REQUIRES: on a goroutine, no locks held.
void gcPace(size_t bytes);

// Puts everything to its initial state. REQUIRES: nothing runs.
void gcinit();

}  // namespace standstill::rt
