// The execution tracer: what the goroutines and Ps did, in the format that `go tool trace` reads.
//
// Events go to the buffer of the P that the M owns, without a lock; an M that has no P uses a
// common one. Full buffers queue up for one reader, which pulls them with ReadTrace while the
// program runs. The format is the one of Go 1.11, for which the tool asks for no binary: it holds
// the names. (facts 6.5, 6.6; tests: tests/runtime/trace_test.cc)
//
// A trace can be put together from the buffers of all Ps, because
//   - it begins and ends in a stop of the world, where no event can be missed or half-written;
//   - every event that makes a goroutine able to run somewhere else is recorded before it is: so
//   its
//     time, from one clock that never stands still, is lower than that of all that follows from it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "runtime/lock.h"
#include "runtime/tracestack.h"

namespace standstill::rt {

struct G;
struct P;

// Types of events, as numbered by the format.
enum class TraceEv : uint8_t {
  Batch = 1,       // P, time: begins a buffer
  Frequency = 2,   // ticks per second
  Stack = 3,       // stack id, depth, for each frame pc, function, file, line
  Gomaxprocs = 4,  // number of Ps, stack
  ProcStart = 5,   // M
  ProcStop = 6,
  GCStart = 7,  // sequence number, stack
  GCDone = 8,
  GCSTWStart = 9,  // 0: for mark termination, 1: for sweep termination
  GCSTWDone = 10,
  SweepStart = 11,  // stack
  SweepDone = 12,   // bytes looked at, bytes freed
  GoCreate = 13,    // goroutine, stack of its start function, stack
  GoStart = 14,     // goroutine, sequence number
  GoEnd = 15,
  GoStop = 16,       // stack; it waits for ever
  GoSched = 17,      // stack
  GoPreempt = 18,    // stack
  GoSleep = 19,      // stack
  GoBlock = 20,      // stack; this and the following: what for
  GoUnblock = 21,    // goroutine, sequence number, stack
  GoBlockSend = 22,  // stack
  GoBlockRecv = 23,  // stack
  GoBlockSync = 25,  // stack
  GoSysCall = 28,    // stack
  GoSysExit = 29,    // goroutine, sequence number, time when the call returned or 0
  GoSysBlock = 30,   // the P is taken from the goroutine that is in a syscall
  GoWaiting = 31,    // goroutine: it was waiting when the trace began
  GoInSyscall = 32,  // goroutine: it was in a syscall when the trace began
  HeapAlloc = 33,    // bytes
  NextGC = 34,       // bytes of heap at which the next GC begins
  String = 37,       // string id, length, bytes
};

struct TraceBuf {
  static constexpr size_t kSize = 64 << 10;
  TraceBuf* link = nullptr;
  uint64_t lastTicks = 0;  // of the last event
  size_t pos = 0;
  uint8_t bytes[kSize];
};

// Members are grouped by what protects them.
struct Trace {
  // Written with the world stopped, and under bufLock. Whoever owns a P may read it without either:
  // the stop that writes it has taken that P, and so happened wholly before this M got it or will
  // happen wholly after this M gives it up. An M without a P must hold bufLock. So what tracing
  // costs while it is off is one plain load at each place where there could be an event.
  bool enabled = false;
  // Tracing has stopped, but the reader has not seen the end. Set with the world stopped, cleared
  // by the owner of a P under lock.
  bool shutdown = false;

  std::atomic<uint64_t> lastTicks{0};     // time of the last event of all
  std::atomic<uint32_t> shutdownSema{0};  // released by the reader at the end

  // Outermost lock of the tracer. Taken after a stop of the world and dropped before the start.
  Mutex bufLock;
  TraceBuf* buf = nullptr;  // of Ms without a P

  Mutex lock;  // may be taken with any other lock held but that of stacks
  TraceBuf* fullHead = nullptr;
  TraceBuf* fullTail = nullptr;
  TraceBuf* empty = nullptr;
  TraceBuf* reading = nullptr;  // what ReadTrace returned last
  G* reader = nullptr;          // asleep in ReadTrace
  bool headerWritten = false;
  bool footerWritten = false;
  bool endSeen = false;
  std::atomic<bool> readable{false};  // there is something for the reader; a hint

  TraceStackTable stacks;  // those seen in this trace

  // Under worldsema: the GCs of this trace.
  uint64_t seqGC = 0;
};

extern Trace trace;

// --- reading ---

// The next piece of the trace, valid until the next call; blocks until there is one. Empty at the
// end: after StopTrace, when all has been read, and when nothing is being traced. The pieces in
// order make up a file. REQUIRES: on a goroutine, one at a time.
std::string_view ReadTrace();

// --- for StartTrace and StopTrace. REQUIRES for all but the last two: the world is stopped. ---

// Forgets the trace before. REQUIRES: trace.bufLock held.
void traceReset();

// Records what goroutines there are and what each one is doing; the caller's last, as it starts.
void traceSnapshot();

// Hands all buffers to the reader.
void traceFlushAll();

// Wakes the reader if it sleeps. REQUIRES: the world runs; on a goroutine.
void traceWakeReader();

// The reader is through: the next trace may begin. REQUIRES: as above.
void traceFinish();

// --- for the scheduler ---

// The sleeping reader, made runnable, if there is something for it to read; else null.
// REQUIRES: on g0; the M has a P.
G* traceReader();

// Hands the buffer of pp, which is going to be dead, to the reader.
void traceProcFree(P* pp);

// Releases everything. REQUIRES: nothing runs any more.
void tracedestroy();

// --- events. REQUIRES: trace.enabled was true a moment ago; the M has a P where not said. ---

// Records an event, with its time. The M may be without a P.
void traceEvent(TraceEv ev, std::initializer_list<uint64_t> args = {});

void traceGomaxprocs(int32_t procs);
void traceProcStart();
// That pp stops: it is this M's, or has been taken by it.
void traceProcStop(P* pp);
void traceGoCreate(G* gp);
// That gp starts to run on this M; and before that, that it is back from a syscall if it was in
// one.
void traceGoStart(G* gp);
// That the running goroutine gives its P up: it yields, or was asked to, or blocks.
void traceGoSched();
void traceGoPreempt();
void traceGoPark(TraceEv ev);
void traceGoUnpark(G* gp);
// That the running goroutine begins a syscall.
void traceGoSysCall(G* gp);
// That pp, which this M has taken, was taken from a goroutine in a syscall.
void traceGoSysBlock(P* pp);
// That gp is back from a syscall and goes on. kept: its P was not taken in between.
void traceGoSysExit(G* gp, bool kept);
void traceGCStart();
void traceGCDone();
// That the world is stopped for a GC, to terminate marking or, in the window before, sweeping; and
// that it is about to run again. Between GCStart and GCDone, in turns.
void traceGCSTWStart(bool sweepTermination);
void traceGCSTWDone();
// That this P sweeps, and what came of it. The goroutine must not lose its P in between.
void traceGCSweepStart();
void traceGCSweepDone(uint64_t swept, uint64_t reclaimed);
// How large the heap is now, and how large it will be when the next GC begins, in bytes.
void traceHeapAlloc(uint64_t bytes);
void traceNextGC(uint64_t bytes);

}  // namespace standstill::rt
