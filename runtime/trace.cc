#include "runtime/trace.h"

#include <algorithm>
#include <utility>

#include "runtime/getg.h"
#include "runtime/gmp.h"
#include "runtime/os.h"
#include "runtime/panic.h"
#include "runtime/preempt.h"
#include "runtime/proc.h"
#include "runtime/sched.h"
#include "runtime/sema.h"
#include "runtime/symbols.h"

namespace standstill::rt {

Trace trace;

namespace {

constexpr std::string_view kHeader{"go 1.11 trace\0\0\0", 16};
// A frequency record: a tick is a nanosecond.
constexpr std::string_view kFooter{"\x02\x80\x94\xeb\xdc\x03"};
constexpr uint64_t kNoProc = ~uint64_t{0};  // the P of the common buffer
constexpr size_t kMaxVarint = 10;
constexpr size_t kMaxEvent = 2 + 6 * kMaxVarint;  // of the fixed-size kinds

// One after the other, each a little later. Times that are equal would leave it to the reader of
// the trace in which order two Ps did something; and a clock that differs between processors by
// less than a wakeup takes could put an effect before its cause.
uint64_t traceTicks() {
  auto now = static_cast<uint64_t>(nanotime());
  uint64_t last = trace.lastTicks;
  uint64_t ticks = 0;
  do {
    ticks = std::max(now, last + 1);
  } while (!trace.lastTicks.compare_exchange_weak(last, ticks));
  return ticks;
}

void putByte(TraceBuf* buf, uint8_t b) { buf->bytes[buf->pos++] = b; }

void putVarint(TraceBuf* buf, uint64_t v) {
  for (; v >= 0x80; v >>= 7) putByte(buf, static_cast<uint8_t>(v) | 0x80);
  putByte(buf, static_cast<uint8_t>(v));
}

size_t varintSize(uint64_t v) {
  size_t n = 1;
  for (; v >= 0x80; v >>= 7) n++;
  return n;
}

// A record: its type, how many values there are, and the values.
void putRecord(TraceBuf* buf, TraceEv ev, std::initializer_list<uint64_t> values) {
  // Up to three values are counted in the two high bits; beyond that their size stands before them.
  size_t count = std::min<size_t>(values.size() - 1, 3);
  putByte(buf, static_cast<uint8_t>(static_cast<size_t>(ev) | count << 6));
  if (count == 3) {
    size_t size = 0;
    for (uint64_t v : values) size += varintSize(v);
    putVarint(buf, size);
  }
  for (uint64_t v : values) putVarint(buf, v);
}

// REQUIRES: trace.lock held.
void queueFull(TraceBuf* buf) {
  buf->link = nullptr;
  (trace.fullTail != nullptr ? trace.fullTail->link : trace.fullHead) = buf;
  trace.fullTail = buf;
  if (trace.reader != nullptr) trace.readable = true;
}

// The reader while it parks: it holds trace.lock until it is off its M, and so when the event that
// says so needs a new buffer. Written under trace.lock.
std::atomic<G*> parkingReader{nullptr};

bool unlockParkingReader(G* /*gp*/, void* /*lock*/) {
  parkingReader = nullptr;
  unlock(&trace.lock);
  return true;
}

// Queues buf, if any, and returns an empty one.
TraceBuf* exchangeBuf(TraceBuf* buf) {
  G* reader = parkingReader;
  bool locked = reader != nullptr && reader == getg()->m->curg;
  if (!locked) lock(&trace.lock);
  if (buf != nullptr) queueFull(buf);
  buf = trace.empty;
  if (buf != nullptr) trace.empty = buf->link;
  if (!locked) unlock(&trace.lock);
  if (buf == nullptr) buf = new TraceBuf;
  buf->link = nullptr;
  buf->pos = 0;
  return buf;
}

void flushTo(TraceBuf** bufp) {
  if (*bufp == nullptr) return;
  lock(&trace.lock);
  queueFull(*bufp);
  unlock(&trace.lock);
  *bufp = nullptr;
}

// Makes room in *bufp for size bytes.
TraceBuf* reserve(TraceBuf** bufp, size_t size) {
  if (*bufp == nullptr || TraceBuf::kSize - (*bufp)->pos < size) *bufp = exchangeBuf(*bufp);
  return *bufp;
}

// Queues the stacks, and the strings in them. REQUIRES: the trace has ended.
void dumpStacks() {
  TraceBuf* buf = nullptr;
  trace.stacks.dump(
      [&](uint64_t number, std::string_view text) {
        text = text.substr(0, TraceBuf::kSize / 2);
        reserve(&buf, text.size() + kMaxEvent);
        putRecord(buf, TraceEv::String, {number});
        putVarint(buf, text.size());
        for (char c : text) putByte(buf, static_cast<uint8_t>(c));
      },
      [&](uint64_t number, const std::vector<TraceStackTable::Frame>& frames) {
        size_t size = varintSize(number) + varintSize(frames.size());
        for (const auto& f : frames) {
          for (uint64_t v : {f.pc, f.function, f.file, f.line}) size += varintSize(v);
        }
        reserve(&buf, size + kMaxEvent);
        putByte(buf, static_cast<uint8_t>(static_cast<size_t>(TraceEv::Stack) | 3 << 6));
        putVarint(buf, size);
        putVarint(buf, number);
        putVarint(buf, frames.size());
        for (const auto& f : frames) {
          for (uint64_t v : {f.pc, f.function, f.file, f.line}) putVarint(buf, v);
        }
      });
  flushTo(&buf);
}

void freeList(TraceBuf* buf) {
  while (buf != nullptr) {
    TraceBuf* next = buf->link;
    delete buf;
    buf = next;
  }
}

// Records an event in the name of pp, which this M has taken but does not own the usual way.
void eventOf(P* pp, TraceEv ev) {
  M* mp = acquirem();
  P* own = mp->p;
  mp->p = pp;
  traceEvent(ev);
  mp->p = own;
  releasem(mp);
}

}  // namespace

std::string_view ReadTrace() {
  lock(&trace.lock);
  if (trace.reader != nullptr) throw_("ReadTrace called from several goroutines at once");
  if (TraceBuf* buf = trace.reading) {
    trace.reading = nullptr;
    buf->link = trace.empty;
    trace.empty = buf;
  }
  if (trace.endSeen || (!trace.enabled && !trace.shutdown)) {
    unlock(&trace.lock);
    return {};
  }
  if (!trace.headerWritten) {
    trace.headerWritten = true;
    unlock(&trace.lock);
    return kHeader;
  }
  if (trace.fullHead == nullptr && !trace.shutdown) {
    trace.readable = false;
    trace.reader = getg();
    parkingReader = getg();
    gopark(unlockParkingReader, nullptr, "trace reader (blocked)", TraceEv::GoBlock);
    lock(&trace.lock);
  }
  if (TraceBuf* buf = trace.fullHead) {
    trace.fullHead = buf->link;
    if (trace.fullHead == nullptr) trace.fullTail = nullptr;
    trace.reading = buf;
    unlock(&trace.lock);
    return {reinterpret_cast<const char*>(buf->bytes), buf->pos};
  }
  if (!trace.shutdown) throw_("spurious wakeup of trace reader");
  if (!trace.footerWritten) {
    trace.footerWritten = true;
    unlock(&trace.lock);
    // Finding names takes time: the world does not wait for it, nor does whoever wants to stop it.
    if (canSymbolize()) entersyscall();
    dumpStacks();
    if (canSymbolize()) exitsyscall();
    return kFooter;
  }
  trace.endSeen = true;
  unlock(&trace.lock);
  semrelease(&trace.shutdownSema);
  return {};
}

void traceReset() {
  trace.headerWritten = false;
  trace.footerWritten = false;
  trace.endSeen = false;
  trace.seqGC = 0;
  trace.stacks.clear();
}

void traceSnapshot() {
  for (G* gp : allgs) {
    // Read once: an M that comes back from a syscall makes its goroutine runnable even now.
    uint32_t status = gp->status;
    if (status == Gdead) continue;
    traceGoCreate(gp);
    if (status == Gwaiting) {
      gp->traceseq++;
      traceEvent(TraceEv::GoWaiting, {static_cast<uint64_t>(gp->goid)});
    } else if (status == Gsyscall) {
      gp->traceseq++;
      gp->syscalltraced = true;
      gp->sysblocktraced = true;
      traceEvent(TraceEv::GoInSyscall, {static_cast<uint64_t>(gp->goid)});
    }
  }
  traceProcStart();
  traceGoStart(getg());
}

void traceFlushAll() {
  // Dead Ps have no buffer.
  for (int32_t i = 0; i < gomaxprocs; i++) flushTo(&allp[i]->tracebuf);
  flushTo(&trace.buf);
}

void traceWakeReader() {
  lock(&trace.lock);
  G* gp = trace.reader;
  trace.reader = nullptr;
  unlock(&trace.lock);
  if (gp != nullptr) goready(gp);
}

void traceFinish() {
  lock(&trace.lock);
  if (trace.fullHead != nullptr || trace.reading != nullptr) throw_("trace: unread buffers");
  freeList(trace.empty);
  trace.empty = nullptr;
  trace.shutdown = false;
  unlock(&trace.lock);
}

G* traceReader() {
  if (!trace.readable) return nullptr;
  lock(&trace.lock);
  G* gp = nullptr;
  // Looked at again: another M may have woken the reader meanwhile, and it may be asleep again.
  if (trace.readable) {
    trace.readable = false;
    gp = std::exchange(trace.reader, nullptr);
  }
  unlock(&trace.lock);
  if (gp == nullptr) return nullptr;
  traceGoUnpark(gp);
  casgstatus(gp, Gwaiting, Grunnable);
  return gp;
}

void traceProcFree(P* pp) { flushTo(&pp->tracebuf); }

void tracedestroy() {
  freeList(trace.fullHead);
  freeList(trace.empty);
  freeList(trace.reading);
  freeList(trace.buf);
  for (P* pp : allp) {
    if (pp != nullptr) freeList(pp->tracebuf);
  }
}

void traceEvent(TraceEv ev, std::initializer_list<uint64_t> args) {
  M* mp = acquirem();
  P* pp = mp->p;
  if (pp == nullptr) lock(&trace.bufLock);
  // Tracing may have been turned off since the caller looked, but not from here on: a stop of the
  // world waits for the owner of a P; an M without one holds the lock that StopTrace wants.
  if (trace.enabled) {
    TraceBuf** bufp = pp != nullptr ? &pp->tracebuf : &trace.buf;
    TraceBuf* buf = reserve(bufp, 2 * kMaxEvent);
    uint64_t ticks = traceTicks();
    if (buf->pos == 0) {
      putRecord(buf, TraceEv::Batch,
                {pp != nullptr ? static_cast<uint64_t>(pp->id) : kNoProc, ticks});
      buf->lastTicks = ticks;
    }
    uint64_t delta = ticks - buf->lastTicks;
    buf->lastTicks = ticks;
    const uint64_t* a = args.begin();
    switch (args.size()) {
      case 0:
        putRecord(buf, ev, {delta});
        break;
      case 1:
        putRecord(buf, ev, {delta, a[0]});
        break;
      case 2:
        putRecord(buf, ev, {delta, a[0], a[1]});
        break;
      case 3:
        putRecord(buf, ev, {delta, a[0], a[1], a[2]});
        break;
      default:
        throw_("traceEvent: too many arguments");
    }
  }
  if (pp == nullptr) unlock(&trace.bufLock);
  releasem(mp);
}

void traceGomaxprocs(int32_t procs) {
  traceEvent(TraceEv::Gomaxprocs, {static_cast<uint64_t>(procs), trace.stacks.ofCaller()});
}

void traceProcStart() { traceEvent(TraceEv::ProcStart, {static_cast<uint64_t>(getg()->m->id)}); }

void traceProcStop(P* pp) { eventOf(pp, TraceEv::ProcStop); }

void traceGoCreate(G* gp) {
  gp->traceseq = 0;
  gp->syscalltraced = false;
  traceEvent(TraceEv::GoCreate,
             {static_cast<uint64_t>(gp->goid), trace.stacks.ofStart(gp), trace.stacks.ofCaller()});
}

void traceGoStart(G* gp) {
  if (gp->syscalltraced) {
    gp->syscalltraced = false;
    // Whoever took the P may not have said so yet. The trace must show that first.
    while (!gp->sysblocktraced) usleep(1);
    traceEvent(TraceEv::GoSysExit, {static_cast<uint64_t>(gp->goid), ++gp->traceseq, 0});
  }
  traceEvent(TraceEv::GoStart, {static_cast<uint64_t>(gp->goid), ++gp->traceseq});
}

void traceGoSched() { traceGoPark(TraceEv::GoSched); }

void traceGoPreempt() { traceGoPark(TraceEv::GoPreempt); }

void traceGoPark(TraceEv ev) { traceEvent(ev, {trace.stacks.ofCaller()}); }

void traceGoUnpark(G* gp) {
  traceEvent(TraceEv::GoUnblock,
             {static_cast<uint64_t>(gp->goid), ++gp->traceseq, trace.stacks.ofCaller()});
}

void traceGoSysCall(G* gp) {
  gp->syscalltraced = true;
  gp->sysblocktraced = false;
  gp->m->p->syscallg = gp;
  traceEvent(TraceEv::GoSysCall, {trace.stacks.ofCaller()});
}

void traceGoSysBlock(P* pp) {
  G* gp = pp->syscallg;
  eventOf(pp, TraceEv::GoSysBlock);
  gp->sysblocktraced = true;
}

void traceGoSysExit(G* gp, bool kept) {
  if (kept) {
    gp->syscalltraced = false;
  } else {
    traceGoStart(gp);
  }
}

void traceGCStart() { traceEvent(TraceEv::GCStart, {trace.seqGC++, trace.stacks.ofCaller()}); }

void traceGCDone() { traceEvent(TraceEv::GCDone); }

void traceGCSTWStart(bool sweepTermination) {
  traceEvent(TraceEv::GCSTWStart, {sweepTermination ? 1u : 0u});
}

void traceGCSTWDone() { traceEvent(TraceEv::GCSTWDone); }

void traceGCSweepStart() { traceEvent(TraceEv::SweepStart, {trace.stacks.ofCaller()}); }

void traceGCSweepDone(uint64_t swept, uint64_t reclaimed) {
  traceEvent(TraceEv::SweepDone, {swept, reclaimed});
}

void traceHeapAlloc(uint64_t bytes) { traceEvent(TraceEv::HeapAlloc, {bytes}); }

void traceNextGC(uint64_t bytes) { traceEvent(TraceEv::NextGC, {bytes}); }

}  // namespace standstill::rt
