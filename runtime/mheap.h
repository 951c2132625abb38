// The heap's pages: one region of address space, reserved when a run begins and used from its start
// on. Spans are cut from it, best fit first and of those the lowest; free neighbours become one.
// (facts 6.1; test: tests/runtime/malloc_test.cc)
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <vector>

#include "runtime/lock.h"
#include "runtime/mcache.h"
#include "runtime/mcentral.h"
#include "runtime/mspan.h"

namespace standstill::rt {

// Free spans in the order in which they are tried.
struct BestFit {
  bool operator()(const Span* a, const Span* b) const {
    return a->npages != b->npages ? a->npages < b->npages : a->base < b->base;
  }
};

struct Heap {
  // Constant during a run.
  char* arenaStart = nullptr;
  char* arenaEnd = nullptr;
  size_t arenaPages = 0;

  // Steps by 2 with each cycle; written with the world stopped. See mspan.h.
  uint32_t sweepgen = 2;

  Central central[kNumSpanClasses];

  // What is allocated, caches counted as if they were handed out: what decides when to collect.
  std::atomic<uint64_t> live{0};

  Mutex lock;
  // Under lock.
  char* arenaUsed = nullptr;  // from here on the region was never touched
  std::set<Span*, BestFit> free;
  std::vector<Span*> spare;             // Span structs that describe nothing
  uint64_t inusePages = 0;              // in spans that are not free
  uint64_t releasedPages = 0;           // free, and given back to the system for the time being
  uint64_t typeBytes = 0;               // of the type tables
  ClassCount flushed[kNumSizeClasses];  // from caches that are gone, and class 0
  uint64_t largeAllocBytes = 0;
  uint64_t largeFreeBytes = 0;
  uint64_t nlookup = 0;

  // By page: the span it belongs to. Written under lock when a span is handed out; an entry may be
  // read by whoever holds a pointer into that span, and with the world stopped. The pages inside a
  // free span keep whatever stood there: check the span.
  Span** spans = nullptr;

  // All Span structs there are, in the order they were made. Grows under lock; those below nspans
  // as read with the world stopped may be read without.
  Span** allspans = nullptr;
  std::atomic<uint32_t> nspans{0};
};

extern Heap heap;

// Reserves size bytes of address space. Throws when the system has none.
void heapinit(size_t size);

// Releases everything. REQUIRES: nothing runs any more.
void heapdestroy();

// A span of npages pages in use, swept and cut into objects of elemsize bytes, none allocated; null
// when the region is full. Locks heap.lock.
Span* heapAlloc(size_t npages, int sizeclass, size_t elemsize, bool noscan);

// Gives the pages of s back. REQUIRES: s is on no list. Locks heap.lock.
void heapFree(Span* s);

// Gives the memory of free pages back to the system; they stay reserved. Returns how many bytes.
size_t heapScavenge();

// The span that p points into, null if there is none in use. REQUIRES: p points into an allocated
// object, or the world is stopped.
inline Span* spanOf(const void* p) {
  const char* c = static_cast<const char*>(p);
  if (c < heap.arenaStart || c >= heap.arenaEnd) return nullptr;
  Span* s = heap.spans[static_cast<size_t>(c - heap.arenaStart) / kHeapPageSize];
  return s != nullptr && s->inuse && s->contains(c) ? s : nullptr;
}

// Calls fn(object, size, type) for each allocated object, span by span; type is null for objects
// without pointers. REQUIRES: the world is stopped.
void forEachObject(
    const std::function<void(const char* object, size_t size, const GCType* type)>& fn);

}  // namespace standstill::rt
