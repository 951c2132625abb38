// The scheduler's global state, in one struct so that a run starts from a fresh one.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/gmp.h"
#include "runtime/lock.h"

namespace standstill::rt {

inline constexpr int32_t kMaxGomaxprocs = 256;

// The most Ms there may be: more are a sign of goroutines that block in the kernel without end.
inline constexpr int64_t kMaxMs = 10000;

// What freezetheworld sets stopwait to: no stop will ever complete, no syscall gets a P back.
inline constexpr int32_t kFreezeStopWait = 0x7fffffff;

struct Sched {
  // Constant during a run.
  size_t stackSize = 0;
  bool signals = false;  // each M has a stack for signal handlers
  // Processors. An M that expects to wait for a moment only looks awhile before it sleeps (lock.h),
  // unless there are more Ps. 0: it does not, and nothing that the original does is left out.
  int32_t spinprocs = 0;

  std::atomic<int64_t> goidgen{0};
  std::atomic<int32_t> nmspinning{0};

  Mutex lock;
  // Under lock.
  M* midle = nullptr;  // Ms parked for want of work
  M* allm = nullptr;
  int64_t mcount = 0;        // all Ms
  int64_t nmidle = 0;        // those on midle
  int64_t nmidlelocked = 0;  // locked to a goroutine that does not run
  int64_t nmsys = 0;         // those that never run a goroutine: sysmon's
  P* pidle = nullptr;
  G* runqhead = nullptr;  // the global run queue
  G* runqtail = nullptr;
  // Written under lock; read without it as a hint, and again under it before acting on it.
  std::atomic<int32_t> npidle{0};
  std::atomic<int32_t> runqsize{0};

  // The stop protocol (legacy/proc1.cc, refactored/proc1.cc). Written under lock, by
  // freezetheworld without.
  std::atomic<bool> gcwaiting{false};  // a stop is wanted, or in force
  std::atomic<int32_t> stopwait{0};    // Ps that still have to stop, or to call safePointFn
  Note stopnote;                       // woken by whoever takes stopwait to 0

  std::atomic<uint32_t> nstart{0};  // starts of the world so far, that of the run included

  // The monitor (sysmon.h). sysmonwait is written under lock, and read without it as a hint.
  std::atomic<bool> sysmonwait{false};  // it sleeps on sysmonnote
  Note sysmonnote;
  Note sysmonend;  // the run is over

  // What forEachP has called for each P; null when none is under way. Written under lock, read by
  // whoever has cleared a P's runSafePointFn.
  void (*safePointFn)(P* pp) = nullptr;

  // The run is over: each M leaves at its next visit to the scheduler. Written under lock, once.
  std::atomic<bool> exiting{false};

  // A thread is in throw_.
  std::atomic<bool> panicking{false};

  Mutex gflock;
  // Under gflock, or with the world stopped.
  G* gfree = nullptr;              // dead Gs
  std::atomic<int32_t> ngfree{0};  // their number, including those that a collection holds

  Mutex sudoglock;
  // Under sudoglock, or with the world stopped.
  Sudog* sudogcache = nullptr;
};

extern Sched sched;

// All Gs ever made in this run. Grows under allglock; whoever has stopped the world may read it.
extern Mutex allglock;
extern std::vector<G*> allgs;
extern std::atomic<int32_t> allglen;

// The Ps. Slots below gomaxprocs are in use; slots above hold null or a dead P, which stays
// because an M in a syscall may still name it.
extern P* allp[kMaxGomaxprocs];

// How many Ps there are. Changes only in procresize, with the world stopped.
extern std::atomic<int32_t> gomaxprocs;

// A pending request for GOMAXPROCS, 0 for none. Written with the world stopped; obeyed, and
// cleared, by the start that follows.
extern int32_t newprocs;

// Holding worldsema grants an M the right to try to stop the world. A semaphore word, initially 1.
extern std::atomic<uint32_t> worldsema;

}  // namespace standstill::rt
