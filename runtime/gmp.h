// G, M and P: what the scheduler is made of.
//
//   G  a goroutine: a stack and what is needed to resume it.
//   M  a machine: an OS thread. Its own stack is that of a special G, its g0, on which the
//      scheduler runs; `getg()` says which G is running, `getg()->m` is its M.
//   P  a processor: the right to run Gs, with a queue of them. There are gomaxprocs of them. An M
//      needs one to run Go code; it runs without one in a syscall and while it is parked.
//
// Whoever owns a P owns, for as long as it does, everything in it that is not atomic. Stopping the
// world is taking all of them. Members are grouped by what protects them.
// (facts 1.1 to 1.3; tests: tests/runtime/sched_test.cc)
#pragma once

#include <atomic>
#include <cstdint>

#include <pthread.h>

#include "runtime/context.h"
#include "runtime/lock.h"
#include "runtime/mcache.h"
#include "runtime/mgcwork.h"
#include "runtime/registers.h"

namespace standstill::rt {

struct G;
struct M;
struct P;
struct Sudog;
struct TraceBuf;
enum class TraceEv : uint8_t;

// Values of G.status. The gaps are states of the original that this runtime does not have.
inline constexpr uint32_t Gidle = 0;      // just allocated
inline constexpr uint32_t Grunnable = 1;  // on a run queue
inline constexpr uint32_t Grunning = 2;   // has an M and a P
inline constexpr uint32_t Gsyscall = 3;   // has an M, on no run queue
inline constexpr uint32_t Gwaiting = 4;   // parked; waitreason says why
inline constexpr uint32_t Gdead = 6;      // on a free list, or finishing

// Values of P.status. Only the owner leaves Prunning. Pgcstop is always written under sched.lock.
inline constexpr uint32_t Pidle = 0;     // on the idle list, or about to be given to an M
inline constexpr uint32_t Prunning = 1;  // owned by an M
inline constexpr uint32_t Psyscall = 2;  // its M is in a syscall; may be taken by compare-and-swap
inline constexpr uint32_t Pgcstop = 3;   // stopped for a stop of the world
inline constexpr uint32_t Pdead = 4;     // beyond gomaxprocs

// What a goroutine starts with. drop releases arg of a goroutine that will never finish; null when
// there is nothing to release.
struct Func {
  static constexpr size_t kCopied = 48;  // the most bytes of *arg that newproc copies

  void (*run)(void* arg) = nullptr;
  void* arg = nullptr;
  void (*drop)(void* arg) = nullptr;
  size_t size = 0;  // of *arg: pointers to objects in there keep them alive
};

// Values of G.stackguard0. A safepoint compares against kStackPreempt, as a function prologue
// compares the stack pointer against a poisoned guard.
inline constexpr uintptr_t kStackGuard = 0;
inline constexpr uintptr_t kStackPreempt = ~uintptr_t{0};

struct G {
  // Set by newproc, constant while the goroutine lives.
  int64_t goid = 0;
  Func entry;
  alignas(16) char closure[Func::kCopied];  // what entry.arg points to, if that was copied
  const char* name = "";                    // of the start function
  const char* creator = "";                 // name of the goroutine that started this one
  bool system = false;                      // the runtime's own: not counted as part of the program
  Stack stack;  // kept while the G is on a free list; empty after a GC released it

  // Atomic.
  std::atomic<uint32_t> status{Gidle};
  std::atomic<uintptr_t> stackguard0{kStackGuard};  // kStackPreempt: enter newstack at a safepoint
  std::atomic<bool> preempt{false};                 // the request itself; outlives a refusal

  // Whoever has the G: itself while running, its M's g0 around a switch, the list it is on.
  M* m = nullptr;
  Context ctx;
  const char* waitreason = "";
  M* lockedm = nullptr;        // the only M that may run it (lockosthread.h)
  SavedRegisters syscallregs;  // in a syscall: what the collector must not miss
  bool throwsplit = false;     // in a syscall: a safepoint is an error
  // In a syscall: from where entersyscall was called.
  uintptr_t syscallpc = 0;
  uintptr_t syscallframe = 0;
  G* schedlink = nullptr;
  Sudog* waiting = nullptr;  // the semaphore queue entry this G sleeps on

  // The tracer's (trace.h). The first two belong to whoever has the G, or has stopped the world.
  uint64_t traceseq = 0;                    // of the last event that carries one
  bool syscalltraced = false;               // the trace shows it in a syscall
  std::atomic<bool> sysblocktraced{false};  // the trace shows that it lost its P there
};

// A goroutine's entry in the queue of a semaphore or a channel.
struct Sudog {
  G* g = nullptr;
  std::atomic<uint32_t>* elem = nullptr;  // the semaphore
  Sudog* next = nullptr;
  Sudog* prev = nullptr;
  // Of a channel.
  void* data = nullptr;  // the value to send, or where to put the one received
  bool passed = false;   // it was sent, or received; otherwise the channel was closed
};

struct M {
  // Constant.
  int64_t id = 0;
  G* g0 = nullptr;

  // The M's own. locks and preemptoff forbid preemption while they are non-zero, non-empty.
  P* p = nullptr;  // the attached P; in a syscall, the P it had
  int32_t locks = 0;
  const char* preemptoff = "";  // if not empty: why the goroutine on this M must keep running
  int32_t mallocing = 0;
  G* lockedg = nullptr;   // the only goroutine that it may run
  bool dying = false;     // in throw_ already
  bool spinning = false;  // out of work, looking for some; counted in sched.nmspinning
  MCache* mcache = nullptr;
  uint32_t fastrand = 0;
  uint32_t syscalltick = 0;                          // p->syscalltick when the syscall began
  bool (*waitunlockf)(G* gp, void* lock) = nullptr;  // of the goroutine that is parking
  void* waitlock = nullptr;
  TraceEv waittraceev{};

  // What g0 is asked to do by the switch that is under way (switch.cc).
  G* (*mcallfn)(G* gp) = nullptr;
  void (*systemfn)(void* arg) = nullptr;
  void* systemarg = nullptr;

  // Atomic: read by preemptone on other Ms, and by sysmon.
  std::atomic<G*> curg{nullptr};
  std::atomic<const char*> refusal{nullptr};  // why a safepoint last refused to yield; for sysmon

  // Written by the waker before it wakes park; read by the M after.
  P* nextp = nullptr;
  Note park;

  // Under sched.lock.
  bool lockedasleep = false;  // parked for want of its goroutine
  M* schedlink = nullptr;     // idle list
  M* alllink = nullptr;       // list of all Ms

  // The thread, set by the creator before it wakes created. Neither is used for the first M.
  pthread_t thread{};
  Note created;
};

struct P {
  static constexpr uint32_t kRunqSize = 256;
  static constexpr int32_t kSudogCacheSize = 128;

  int32_t id = 0;  // constant

  // Atomic.
  std::atomic<uint32_t> status{Pidle};
  std::atomic<M*> m{nullptr};         // back link; null while idle or in a syscall
  std::atomic<uint32_t> runqhead{0};  // advanced by the owner and by thieves
  std::atomic<uint32_t> runqtail{0};  // advanced by the owner
  std::atomic<G*> runq[kRunqSize] = {};
  std::atomic<G*> runnext{nullptr};      // runs before the queue; what the running G just readied
  std::atomic<int32_t> gfreecnt{0};      // length of gfree; written by the owner
  std::atomic<uint32_t> schedtick{0};    // counts executions of Gs; written by the owner
  std::atomic<uint32_t> syscalltick{0};  // counts syscalls, and seizures during one; the same
  std::atomic<uint32_t> runSafePointFn{0};  // 1: whoever clears it calls sched.safePointFn

  // The owner's.
  int64_t goidcache = 0;  // next goid to hand out
  int64_t goidcacheend = 0;
  G* gfree = nullptr;
  Sudog* sudogcache[kSudogCacheSize] = {};
  int32_t nsudogcache = 0;
  MCache mcache;
  GCWork gcw;
  TraceBuf* tracebuf = nullptr;
  G* syscallg = nullptr;  // while tracing: which goroutine left it in Psyscall

  // Under sched.lock.
  P* link = nullptr;  // idle list, or the list that procresize returns
};

}  // namespace standstill::rt
