// A small heap: size classes, a cache of free objects per P, spans behind one lock.
//
// Enough of an allocator for its statistics to be real ones. Objects up to kMaxSmallSize come from
// the free list of the P's MCache; lists are filled from and returned to spans in batches. Counters
// are kept per P and mean nothing until they are flushed, which is why reading them needs the
// world stopped. There is no collector behind it yet: objects are freed by hand.
// (facts 6.1; test: tests/runtime/memstats_test.cc)
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "runtime/lock.h"

namespace standstill::rt {

struct Span;

inline constexpr int kNumSizeClasses = 61;  // as many as MemStats has room for
inline constexpr size_t kMaxSmallSize = 8192;

// The part of the heap that belongs to a P, and to whoever owns it.
struct MCache {
  struct FreeList {
    void* head = nullptr;
    uint32_t n = 0;
  };
  FreeList free[kNumSizeClasses];
  // Since the last flush.
  uint64_t nmalloc[kNumSizeClasses] = {};
  uint64_t nfree[kNumSizeClasses] = {};
  uint64_t nlookup = 0;
};

// What lies behind the caches. Under lock, or with the world stopped where it says so.
struct Heap {
  Mutex lock;
  Span* partial[kNumSizeClasses] = {};  // spans with objects to hand out
  Span* idle = nullptr;                 // empty spans, kept mapped
  Span* large = nullptr;                // one object each
  Span* full = nullptr;                 // small spans with nothing left to hand out
  uint64_t inuseBytes = 0;              // mapped, in spans that are not idle
  uint64_t idleBytes = 0;
  uint64_t releasedBytes = 0;              // given back to the system, ever
  uint64_t descriptorBytes = 0;            // of Span structs
  uint64_t nmalloc[kNumSizeClasses] = {};  // flushed counters
  uint64_t nfree[kNumSizeClasses] = {};
  uint64_t nlookup = 0;
  uint64_t largeAllocBytes = 0;
  uint64_t largeFreeBytes = 0;
  uint64_t nlargealloc = 0;
  uint64_t nlargefree = 0;
};

extern Heap heap;

// Returns size bytes of zeroed memory, from the heap of the current P.
// REQUIRES: the M has a P. On either stack.
void* mallocgc(size_t size);

// Frees an object from mallocgc. REQUIRES: the M has a P; nothing uses the object.
void gcfree(void* p);

// The bytes that an object of a size class takes. Class 0 is that of large objects: 0.
size_t classSize(int sizeclass);

// Gives the free objects of c back to the spans, and adds its counters to the heap's.
// REQUIRES: c's P is the caller's, or the world is stopped.
void flushmcache(MCache* c);

// flushmcache for every P. REQUIRES: the world is stopped, on g0.
void flushallmcaches();

// Unmaps the spans that hold no object. REQUIRES: the world is stopped, on g0.
void releaseidlespans();

// Calls fn(object, size) for each allocated object, span by span. size is what the object takes.
// REQUIRES: the world is stopped, the caches are flushed; on g0.
void forEachObject(const std::function<void(const char* object, size_t size)>& fn);

// Releases everything. REQUIRES: nothing runs any more.
void heapdestroy();

}  // namespace standstill::rt
