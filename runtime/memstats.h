// Memory statistics: what ReadMemStats reports, and the counters it is made from.
#pragma once

#include <atomic>
#include <cstdint>

namespace standstill::rt {

// Fields, order and meaning as in the original (facts 6.1). Each of these holds in every result:
//   HeapAlloc == Alloc                HeapObjects == Mallocs - Frees
//   HeapSys == HeapInuse + HeapIdle   HeapAlloc <= HeapInuse
//   Sys == HeapSys + StackSys + MSpanSys + MCacheSys + BuckHashSys + GCSys + OtherSys
struct MemStats {
  uint64_t Alloc, TotalAlloc, Sys, Lookups, Mallocs, Frees;
  uint64_t HeapAlloc, HeapSys, HeapIdle, HeapInuse, HeapReleased, HeapObjects;
  uint64_t StackInuse, StackSys, MSpanInuse, MSpanSys, MCacheInuse, MCacheSys;
  uint64_t BuckHashSys, GCSys, OtherSys;
  uint64_t NextGC, LastGC, PauseTotalNs;
  uint64_t PauseNs[256];   // the latest is PauseNs[(NumGC+255)%256]
  uint64_t PauseEnd[256];  // monotonic time
  uint32_t NumGC;
  bool EnableGC, DebugGC;
  struct {
    uint32_t Size;
    uint64_t Mallocs, Frees;
  } BySize[61];
};

// Counters kept outside the heap.
struct MStats {
  std::atomic<uint64_t> stackInuse{0};  // bytes of goroutine stacks, on free lists included
  std::atomic<uint32_t> numgc{0};       // counted after the world runs again
  // With the world stopped.
  uint64_t lastgc = 0;
  uint64_t pausetotal = 0;
  uint64_t pausens[256] = {};
  uint64_t pauseend[256] = {};
};

extern MStats memstats;

// Brings the counters up to date and copies them to stats.
// REQUIRES: the world is stopped, on g0.
void readmemstats_m(MemStats* stats);

// Records a pause that began at start and ends now. REQUIRES: the world is stopped.
void recordpause(int64_t start);

}  // namespace standstill::rt
