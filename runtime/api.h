// What programs on the runtime call. Everything here is called from a goroutine, except run.
//
// The first half is the same in both variants. The second half is what the refactoring is about:
// declared here, defined once in legacy/ and once in refactored/. A program links one of them.
//
//   standstill::rt::run({.procs = 2}, [] {
//     std::atomic<uint32_t> done{0};
//     standstill::rt::go([&] { standstill::rt::semrelease(&done); }, "worker");
//     standstill::rt::semacquire(&done, false);
//   });
//
// A goroutine may change threads whenever it calls into the runtime. So between such calls do not
// keep the address of a thread_local, nor hold a lock of the system, nor be in a catch block.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "runtime/chan.h"          // Chan
#include "runtime/lockosthread.h"  // LockOSThread, UnlockOSThread
#include "runtime/malloc.h"        // New, NewArray, FreeOSMemory
#include "runtime/mbarrier.h"      // Ptr
#include "runtime/memstats.h"      // MemStats
#include "runtime/mfinal.h"        // SetFinalizer, ClearFinalizer
#include "runtime/mgc.h"           // GC, SetGCPercent
#include "runtime/mprof.h"         // MemProfile
#include "runtime/mroot.h"         // Root, RootRange
#include "runtime/preempt.h"       // safepoint
#include "runtime/proc.h"          // newproc, Gosched, entersyscall, entersyscallblock, exitsyscall
#include "runtime/profile.h"       // StackRecord
#include "runtime/run.h"           // run, Options
#include "runtime/sema.h"          // semacquire, semrelease
#include "runtime/timer.h"         // Sleep, Timer
#include "runtime/trace.h"         // ReadTrace
#include "runtime/waitgroup.h"     // WaitGroup

namespace standstill::rt {

// run for anything callable without arguments.
template <typename F>
void run(const Options& options, F fn) {
  run(options, [](void* f) { (*static_cast<F*>(f))(); }, &fn);
}

// Starts a goroutine that calls fn(). name is what Stack prints for it: a string literal.
template <typename F>
void go(F&& fn, const char* name) {
  using Fn = std::decay_t<F>;
  if constexpr (std::is_trivially_copyable_v<Fn> && std::is_trivially_destructible_v<Fn> &&
                sizeof(Fn) <= Func::kCopied && alignof(Fn) <= 16) {
    Fn copy(std::forward<F>(fn));
    newproc({[](void* f) { (*static_cast<Fn*>(f))(); }, &copy, nullptr, sizeof(Fn)}, name);
  } else {
    auto* copy = new Fn(std::forward<F>(fn));
    newproc({[](void* f) {
               (*static_cast<Fn*>(f))();
               delete static_cast<Fn*>(f);
             },
             copy, [](void* f) { delete static_cast<Fn*>(f); }, sizeof(Fn)},
            name);
  }
}

// How many goroutines there are.
int NumGoroutine();

// --- defined by each variant ---

// Sets the number of Ps to n, at most 256, and returns what it was. Changes nothing when n <= 0 or
// when it is the number already.
int GOMAXPROCS(int n);

// Fills *m with statistics of the memory allocator, taken with the world stopped.
void ReadMemStats(MemStats* m);

// Fills p[0..n) with the stacks of all goroutines, the caller's first and then the others in the
// order in which their Gs were made, taken with the world stopped; returns n, how many there are.
// *ok says whether they fit into len records. If not, p is untouched: try again with room for n,
// and better with some to spare, for there may be more by then.
int GoroutineProfile(StackRecord* p, int len, bool* ok);

// Writes a dump of the heap and of all goroutines to file descriptor fd, with the world stopped. So
// nobody in this process can empty a pipe meanwhile: fd should be a file. (heapdump.h)
void WriteHeapDump(int fd);

// Begins to trace what the goroutines do. Returns null, or what is wrong: "tracing is already
// enabled", also as long as the trace before has not been read to its end.
const char* StartTrace();

// Ends the trace, and waits until ReadTrace has returned all of it: some other goroutine must read.
// Does nothing when there is none.
void StopTrace();

// Formats the stack of the calling goroutine into buf, and with all that of every other one, taken
// with the world stopped. Cut off at n bytes; returns how many were written.
size_t Stack(char* buf, size_t n, bool all);

// --- for observers: the state left behind ---

// Why the calling M must not be preempted; "" when it may.
const char* currentPreemptoff();

// How many locks the calling M holds.
int32_t currentLocks();

// Whether a stop of the world is wanted or in force.
bool gcwaiting();

// The count of worldsema: 1 when nobody holds it.
uint32_t worldsemaValue();

// The status of P number id, as in gmp.h; Pdead when there is no such P.
uint32_t pstatus(int id);

}  // namespace standstill::rt
