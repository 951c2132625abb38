#include "runtime/memstats.h"

#include <algorithm>

#include "runtime/mgc.h"
#include "runtime/mheap.h"
#include "runtime/mprof.h"
#include "runtime/os.h"
#include "runtime/sched.h"

namespace standstill::rt {

MStats memstats;

namespace {

static_assert(kNumSizeClasses <= sizeof(MemStats::BySize) / sizeof(MemStats::BySize[0]));

// What is in the heap, by size class and as a whole: what was flushed, and what the Ps still keep.
// Without a look at the spans.
void addObjects(MemStats* s) {
  lock(&heap.lock);
  ClassCount count[kNumSizeClasses];
  std::copy(std::begin(heap.flushed), std::end(heap.flushed), count);
  s->TotalAlloc = heap.largeAllocBytes;
  uint64_t freed = heap.largeFreeBytes;
  s->Lookups = heap.nlookup;
  unlock(&heap.lock);
  for (int32_t k = 0; k < gomaxprocs; k++) {
    const MCache& c = allp[k]->mcache;
    for (size_t i = 0; i < kNumSizeClasses; i++) {
      count[i].mallocs += c.count[i].mallocs;
      count[i].frees += c.count[i].frees;
    }
    s->Lookups += c.nlookup;
  }
  for (int i = 0; i < kNumSizeClasses; i++) {
    const ClassCount& n = count[i];
    uint64_t size = classSize(i);
    if (i > 0) s->BySize[i] = {static_cast<uint32_t>(size), n.mallocs, n.frees};
    s->Mallocs += n.mallocs;
    s->Frees += n.frees;
    s->TotalAlloc += n.mallocs * size;
    freed += n.frees * size;
  }
  s->Alloc = s->TotalAlloc - freed;
  s->HeapAlloc = s->Alloc;
  s->HeapObjects = s->Mallocs - s->Frees;
}

// What was taken from the system, and for what.
void addSystem(MemStats* s, uint64_t nump, int64_t nummcache) {
  lock(&heap.lock);
  s->HeapInuse = heap.inusePages * kHeapPageSize;
  s->HeapSys = static_cast<uint64_t>(heap.arenaUsed - heap.arenaStart);
  s->HeapIdle = s->HeapSys - s->HeapInuse;
  s->HeapReleased = heap.releasedPages * kHeapPageSize;
  s->MSpanSys = heap.nspans * sizeof(Span);
  s->MSpanInuse = s->MSpanSys - heap.spare.size() * sizeof(Span);
  s->GCSys = heap.typeBytes + worklist.bytes;
  unlock(&heap.lock);
  s->BuckHashSys = mProfBytes();
  s->StackInuse = memstats.stackInuse;
  s->StackSys = s->StackInuse;
  s->MCacheInuse = static_cast<uint64_t>(nummcache) * sizeof(MCache);
  s->MCacheSys = nump * sizeof(MCache);
  lock(&sched.lock);
  auto nummach = static_cast<uint64_t>(sched.mcount);
  unlock(&sched.lock);
  s->OtherSys = nump * (sizeof(P) - sizeof(MCache)) + nummach * sizeof(M) +
                static_cast<uint64_t>(allglen) * sizeof(G);
  s->Sys = s->HeapSys + s->StackSys + s->MSpanSys + s->MCacheSys + s->BuckHashSys + s->GCSys +
           s->OtherSys;
}

}  // namespace

void readmemstats_m(MemStats* stats) {
  *stats = {};
  uint64_t nump = 0;
  for (P* pp : allp) nump += pp != nullptr;
  addObjects(stats);
  addSystem(stats, nump, gomaxprocs);
  stats->NextGC = gcstate.nextGC;
  stats->LastGC = memstats.lastgc;
  stats->PauseTotalNs = memstats.pausetotal;
  std::copy(std::begin(memstats.pausens), std::end(memstats.pausens), stats->PauseNs);
  std::copy(std::begin(memstats.pauseend), std::end(memstats.pauseend), stats->PauseEnd);
  stats->NumGC = memstats.numgc;
  stats->EnableGC = gcstate.enabled;
}

void recordpause(int64_t start) {
  auto end = static_cast<uint64_t>(nanotime());
  uint64_t pause = end - static_cast<uint64_t>(start);
  uint32_t slot = memstats.numgc % 256;
  memstats.pausens[slot] = pause;
  memstats.pauseend[slot] = end;
  memstats.pausetotal += pause;
  memstats.lastgc = end;
}

}  // namespace standstill::rt
