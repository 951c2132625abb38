#include "runtime/mgcsweep.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "runtime/getg.h"
#include "runtime/mfinal.h"
#include "runtime/mgc.h"
#include "runtime/mheap.h"
#include "runtime/mspecial.h"
#include "runtime/os.h"
#include "runtime/preempt.h"
#include "runtime/proc.h"
#include "runtime/sched.h"
#include "runtime/trace.h"
#include "runtime/tracedsweep.h"

namespace standstill::rt {

namespace {

// What freed memory is overwritten with when gcstate.clobberfree asks for it.
constexpr int kClobber = 0xdb;

uint32_t countMarked(const Span* s) {
  uint32_t n = 0;
  for (uint64_t word : s->markBits) n += static_cast<uint32_t>(std::popcount(word));
  return n;
}

void clobberUnmarked(Span* s) {
  for (uint32_t i = 0; i < s->nelems; i++) {
    if (s->allocated(i) && !s->marked(i)) std::memset(s->object(i), kClobber, s->elemsize);
  }
}

// The marked objects are the allocated ones from now on.
void turnOver(Span* s, uint32_t nmarked) {
  std::copy(std::begin(s->markBits), std::end(s->markBits), std::begin(s->allocBits));
  std::fill(std::begin(s->markBits), std::end(s->markBits), 0);
  s->freeindex = 0;
  s->allocCount = nmarked;
}

void bgsweep(void* /*arg*/) {
  for (;;) {
    while (gosweepone()) Gosched();
    wakefing();
    lock(&gcsweep.lock);
    // A cycle may have ended meanwhile: its spans come first.
    if (!sweepdone()) {
      unlock(&gcsweep.lock);
      continue;
    }
    gcsweep.parked = getg();
    goparkunlock(&gcsweep.lock, "GC sweep wait", TraceEv::GoBlock);
  }
}

}  // namespace

SweepState gcsweep;

bool claimForSweep(Span* s) {
  uint32_t unswept = heap.sweepgen - 2;
  return s->sweepgen == unswept && s->sweepgen.compare_exchange_strong(unswept, unswept + 1);
}

namespace {

// As sweep; *freed: how many bytes.
bool sweepSpan(Span* s, bool keep, uint64_t* freed) {
  if (s->specials != nullptr) sweepspecials(s);
  uint32_t nmarked = countMarked(s);
  uint32_t nfreed = s->allocCount - nmarked;
  *freed = nfreed * s->elemsize;
  if (gcstate.clobberfree && nfreed != 0) clobberUnmarked(s);
  turnOver(s, nmarked);
  if (nfreed == 0) {
    s->sweepgen = heap.sweepgen;
    return false;
  }
  s->needzero = true;
  if (s->sizeclass != 0) {
    getg()->m->mcache->count[s->sizeclass].frees += nfreed;
    return freeSpan(&heap.central[spanClass(s->sizeclass, s->noscan)], s, keep);
  }
  lock(&heap.lock);
  heap.flushed[0].frees++;
  heap.largeFreeBytes += s->elemsize;
  unlock(&heap.lock);
  heapFree(s);
  return true;
}

// As sweepone.
bool sweepNext(TracedSweep* traced) {
  while (gcsweep.next < gcsweep.end) {
    uint32_t i = gcsweep.next.fetch_add(1);
    if (i >= gcsweep.end) return false;
    Span* s = heap.allspans[i];
    if (!claimForSweep(s)) continue;
    traced->begin(s);
    uint64_t freed = 0;
    sweepSpan(s, false, &freed);
    traced->freed(freed);
    return true;
  }
  return false;
}

// Whoever was sweeping when the world stopped has finished its span: it was not preempted.
void sweepAll() {
  TracedSweep traced;
  while (sweepNext(&traced)) {
  }
}

}  // namespace

bool sweep(Span* s, bool keep) {
  TracedSweep traced;
  traced.begin(s);
  uint64_t freed = 0;
  bool released = sweepSpan(s, keep, &freed);
  traced.freed(freed);
  return released;
}

void ensureSwept(Span* s) {
  if (s->sweepgen == heap.sweepgen) return;
  if (claimForSweep(s)) {
    sweep(s, false);
    return;
  }
  // Somebody is at it, and is not preempted.
  while (s->sweepgen != heap.sweepgen) usleep(1);
}

bool sweepone() {
  TracedSweep traced;
  return sweepNext(&traced);
}

bool gosweepone() {
  M* mp = acquirem();
  bool any = sweepone();
  releasem(mp);
  return any;
}

void finishsweep_m() {
  if (trace.enabled) traceGCSTWStart(true);
  sweepAll();
}

void gcSweep(bool all) {
  heap.sweepgen += 2;
  gcsweep.next = 0;
  gcsweep.end = heap.nspans;
  if (all) sweepAll();
}

bool sweepdone() { return gcsweep.next >= gcsweep.end; }

void wakebgsweep() {
  lock(&gcsweep.lock);
  G* gp = gcsweep.parked;
  gcsweep.parked = nullptr;
  bool start = !gcsweep.started;
  gcsweep.started = true;
  unlock(&gcsweep.lock);
  if (start) newproc({bgsweep, nullptr, nullptr}, "bgsweep");
  if (gp != nullptr) goready(gp);
}

}  // namespace standstill::rt
