#include "runtime/heapdump.h"

#include <cstdio>

#include "runtime/getg.h"
#include "runtime/gmp.h"
#include "runtime/memstats.h"
#include "runtime/mfinal.h"
#include "runtime/mheap.h"
#include "runtime/mprof.h"
#include "runtime/mroot.h"
#include "runtime/mspecial.h"
#include "runtime/os.h"
#include "runtime/panic.h"
#include "runtime/proc.h"
#include "runtime/sched.h"

namespace standstill::rt {

namespace {

#if defined(__x86_64__)
constexpr uint64_t kArchLetter = '6';
#elif defined(__aarch64__)
constexpr uint64_t kArchLetter = '7';
#else
constexpr uint64_t kArchLetter = '?';
#endif

constexpr uint64_t kPointerField = 1;

class Dumper {
 public:
  explicit Dumper(int fd) : fd_(fd) {}

  void byte(uint8_t b) {
    if (len_ == sizeof(buf_)) flush();
    buf_[len_++] = b;
  }

  // In the caller's own name: it may not touch everything that the sanitizers watch.
  [[clang::no_sanitize("address", "thread")]] void string(const char* p, size_t n) {
    number(n);
    // Stacks hold guard zones of ASan, which a call of memcpy, or a loop that the compiler takes
    // for one, would trip over.
    const volatile char* from = p;
    for (size_t i = 0; i < n; i++) byte(static_cast<uint8_t>(from[i]));
  }

  void number(uint64_t v) {
    for (; v >= 0x80; v >>= 7) byte(static_cast<uint8_t>(v) | 0x80);
    byte(static_cast<uint8_t>(v));
  }

  void text(std::string_view s) { string(s.data(), s.size()); }
  void tag(DumpTag t) { number(static_cast<uint64_t>(t)); }
  void address(const void* p) { number(reinterpret_cast<uintptr_t>(p)); }
  void noFields() { number(0); }

  void flush() {
    if (!failed_ && !writeall(fd_, buf_, len_)) failed_ = true;
    len_ = 0;
  }

 private:
  int fd_;
  bool failed_ = false;
  size_t len_ = 0;
  uint8_t buf_[4096];
};

// The M that gp is on. Not gp->m: an M that returns from a syscall writes that even now.
M* machineOf(G* gp) {
  lock(&sched.lock);
  M* mp = sched.allm;
  while (mp != nullptr && mp->curg != gp) mp = mp->alllink;
  unlock(&sched.lock);
  return mp;
}

void writeParams(Dumper* d) {
  d->tag(DumpTag::Params);
  d->number(0);  // little-endian
  d->number(sizeof(void*));
  d->address(heap.arenaStart);
  d->address(heap.arenaUsed);
  d->number(kArchLetter);
  d->text("");  // experiments
  d->number(static_cast<uint64_t>(ncpu()));
}

// The fields of an object, or of size bytes that are an array of type.
void writeFields(Dumper* d, size_t size, const GCType* type) {
  for (size_t at = 0; type != nullptr && at + type->size <= size; at += type->size) {
    for (uint32_t i = 0; i < type->npointers; i++) {
      d->number(kPointerField);
      d->number(at + type->pointers[i]);
    }
  }
  d->number(0);
}

void writeObjects(Dumper* d) {
  forEachObject([&](const char* p, size_t size, const GCType* type) {
    d->tag(DumpTag::Object);
    d->address(p);
    d->string(p, size);
    writeFields(d, size, type);
  });
}

// Static variables and the like. Of those that hold anything, each word may be a pointer.
void writeRoots(Dumper* d) {
  static constexpr uint32_t kWord = 0;
  static constexpr GCType kWords{sizeof(void*), &kWord, 1};
  forEachRoot([&](void* p, size_t size, bool /*exact*/) {
    d->tag(DumpTag::Data);
    d->address(p);
    d->string(static_cast<const char*>(p), size);
    writeFields(d, size, &kWords);
  });
}

void writeFinalizer(Dumper* d, DumpTag tag, const void* object, const Closure& fn) {
  d->tag(tag);
  d->address(object);
  d->address(fn.self);
  d->number(reinterpret_cast<uintptr_t>(fn.run));
  d->number(0);  // types have no address
  d->number(0);
}

// Calls fn(span, special) for each special of that kind.
template <typename F>
void forEachSpecial(Special::Kind kind, F fn) {
  for (uint32_t i = 0; i < heap.nspans; i++) {
    Span* s = heap.allspans[i];
    for (Special* sp = s->inuse ? s->specials : nullptr; sp != nullptr; sp = sp->next) {
      if (sp->kind == kind) fn(s, sp);
    }
  }
}

void writeFinalizers(Dumper* d) {
  forEachSpecial(Special::kFinalizer, [&](Span* s, Special* sp) {
    writeFinalizer(d, DumpTag::Finalizer, s->object(sp->index), sp->finalizer);
  });
  for (const QueuedFinalizer* q = queuedfinalizers(); q != nullptr; q = q->next) {
    writeFinalizer(d, DumpTag::QueuedFinalizer, q->object, q->fn);
  }
}

// The heap profile, and of which objects it knows.
void writeProfile(Dumper* d) {
  for (const MemBucket* b = firstBucket(); b != nullptr; b = nextBucket(b)) {
    MemBucketView v = viewOf(b);
    uint64_t depth = 0;
    while (depth < StackRecord::kMaxDepth && v.stack->pc[depth] != 0) depth++;
    d->tag(DumpTag::Bucket);
    d->address(v.bucket);
    d->number(v.size);
    d->number(depth);
    for (uint64_t i = 0; i < depth; i++) {
      // Who can name it has the file: func is the address.
      char name[24];
      std::snprintf(name, sizeof name, "0x%zx", static_cast<size_t>(v.stack->pc[i]));
      d->text(name);
      d->text("?");
      d->number(0);
    }
    d->number(v.allocs);
    d->number(v.frees);
  }
  forEachSpecial(Special::kSample, [&](Span* s, Special* sp) {
    d->tag(DumpTag::Sample);
    d->address(s->object(sp->index));
    d->address(sp->bucket);
  });
}

void writeGoroutine(Dumper* d, G* gp, uint32_t status) {
  // In a syscall it runs on its stack, or may be back and just about to leave it.
  const char* sp = status == Gsyscall ? nullptr : static_cast<const char*>(gp->ctx.fctx);
  auto pc = reinterpret_cast<uintptr_t>(gp->entry.run);
  d->tag(DumpTag::Goroutine);
  d->address(gp);
  d->address(sp);
  d->number(static_cast<uint64_t>(gp->goid));
  d->number(0);  // where it was created
  d->number(status);
  d->number(0);  // not one of the system's
  d->number(0);  // not a background one
  d->number(0);  // since when it waits
  d->text(gp->waitreason);
  d->address(gp->entry.arg);
  d->address(machineOf(gp));
  d->number(0);  // no deferred calls
  d->number(0);  // no panics

  d->tag(DumpTag::StackFrame);
  d->address(sp);
  d->number(0);  // the innermost
  d->number(0);  // no other below it
  d->string(sp, sp == nullptr ? 0 : static_cast<size_t>(gp->stack.lo + gp->stack.size - sp));
  d->number(pc);
  d->number(pc);
  d->number(pc);
  d->text(gp->name);
  d->noFields();
}

void writeGoroutines(Dumper* d) {
  for (G* gp : allgs) {
    // Read once: an M that comes back from a syscall makes its goroutine runnable even now.
    uint32_t status = gp->status;
    switch (status) {
      case Gdead:
        break;
      case Grunnable:
      case Gsyscall:
      case Gwaiting:
        writeGoroutine(d, gp, status);
        break;
      default:
        throw_("dumpgs in STW - bad status");
    }
  }
}

void writeThreads(Dumper* d) {
  lock(&sched.lock);
  for (M* mp = sched.allm; mp != nullptr; mp = mp->alllink) {
    d->tag(DumpTag::Thread);
    d->address(mp);
    d->number(static_cast<uint64_t>(mp->id));
    // Its creator may be about to store the handle; it says so when it has.
    d->number(mp->created.key != 0 ? static_cast<uint64_t>(mp->thread) : 0);
  }
  unlock(&sched.lock);
}

void writeMemStats(Dumper* d, const MemStats& ms) {
  uint64_t stacks = ms.StackInuse;
  d->tag(DumpTag::MemStats);
  for (uint64_t v : {ms.Alloc,        ms.TotalAlloc,
                     ms.Sys,          ms.Lookups,
                     ms.Mallocs,      ms.Frees,
                     ms.HeapAlloc,    ms.HeapSys + stacks,
                     ms.HeapIdle,     ms.HeapInuse + stacks,
                     ms.HeapReleased, ms.HeapObjects,
                     ms.StackInuse,   ms.StackSys - stacks,
                     ms.MSpanInuse,   ms.MSpanSys,
                     ms.MCacheInuse,  ms.MCacheSys,
                     ms.BuckHashSys,  ms.GCSys,
                     ms.OtherSys,     ms.NextGC,
                     ms.LastGC,       ms.PauseTotalNs}) {
    d->number(v);
  }
  for (uint64_t pause : ms.PauseNs) d->number(pause);
  d->number(ms.NumGC);
}

}  // namespace

void writeheapdump_m(int fd) {
  // The caller's goroutine is about as good as parked: its stack does not move.
  G* gp = getg()->m->curg;
  casgstatus(gp, Grunning, Gwaiting);

  MemStats ms;
  readmemstats_m(&ms);
  Dumper d(fd);
  for (char c : kHeapDumpHeader) d.byte(static_cast<uint8_t>(c));
  writeParams(&d);
  writeObjects(&d);
  writeGoroutines(&d);
  writeThreads(&d);
  writeRoots(&d);
  writeFinalizers(&d);
  writeMemStats(&d, ms);
  writeProfile(&d);
  d.tag(DumpTag::End);
  d.flush();

  casgstatus(gp, Gwaiting, Grunning);
}

}  // namespace standstill::rt
