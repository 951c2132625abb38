#include "runtime/memstats.h"

#include <algorithm>

#include "runtime/malloc.h"
#include "runtime/os.h"
#include "runtime/sched.h"

namespace standstill::rt {

MStats memstats;

namespace {

constexpr uint64_t kHeapMinimum = 4 << 20;  // no collection is due below this
static_assert(kNumSizeClasses == sizeof(MemStats::BySize) / sizeof(MemStats::BySize[0]));

// What is in the heap, by size class and as a whole.
void addObjects(MemStats* s) {
  s->Mallocs = heap.nlargealloc;
  s->Frees = heap.nlargefree;
  s->TotalAlloc = heap.largeAllocBytes;
  uint64_t freed = heap.largeFreeBytes;
  for (int i = 1; i < kNumSizeClasses; i++) {
    uint64_t size = classSize(i);
    s->BySize[i] = {static_cast<uint32_t>(size), heap.nmalloc[i], heap.nfree[i]};
    s->Mallocs += heap.nmalloc[i];
    s->Frees += heap.nfree[i];
    s->TotalAlloc += heap.nmalloc[i] * size;
    freed += heap.nfree[i] * size;
  }
  s->Alloc = s->TotalAlloc - freed;
  s->HeapAlloc = s->Alloc;
  s->HeapObjects = s->Mallocs - s->Frees;
  s->Lookups = heap.nlookup;
}

// What was taken from the system, and for what.
void addSystem(MemStats* s, uint64_t nump, int64_t nummcache) {
  s->HeapInuse = heap.inuseBytes;
  s->HeapIdle = heap.idleBytes;
  s->HeapSys = s->HeapInuse + s->HeapIdle;
  s->HeapReleased = heap.releasedBytes;
  s->StackInuse = memstats.stackInuse;
  s->StackSys = s->StackInuse;
  s->MSpanInuse = heap.descriptorBytes;
  s->MSpanSys = s->MSpanInuse;
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
  flushallmcaches();
  *stats = {};
  uint64_t nump = 0;
  for (P* pp : allp) nump += pp != nullptr;
  lock(&heap.lock);
  addObjects(stats);
  unlock(&heap.lock);
  addSystem(stats, nump, gomaxprocs);
  stats->NextGC = std::max(kHeapMinimum, 2 * stats->HeapAlloc);
  stats->LastGC = memstats.lastgc;
  stats->PauseTotalNs = memstats.pausetotal;
  std::copy(std::begin(memstats.pausens), std::end(memstats.pausens), stats->PauseNs);
  std::copy(std::begin(memstats.pauseend), std::end(memstats.pauseend), stats->PauseEnd);
  stats->NumGC = memstats.numgc;
  stats->EnableGC = true;
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
