// The part of the heap that belongs to a P, and so to whoever owns the P: no lock.
#pragma once

#include "runtime/mspan.h"

namespace standstill::rt {

// What is known of the objects of a size class, since the run began or since the last flush.
// Class 0 counts large objects.
struct ClassCount {
  uint64_t mallocs = 0;
  uint64_t frees = 0;
};

struct MCache {
  Span* alloc[kNumSpanClasses] = {};  // where objects of a class come from; null: nowhere yet
  ClassCount count[kNumSizeClasses];  // since the last flush
  uint64_t nlookup = 0;
  size_t unpaced = 0;      // bytes taken from behind the cache that the pacer has not heard of
  int64_t nextSample = 0;  // bytes until the heap profile samples an allocation
};

// Gets a span with a free object for class spanclass from the central list. Throws when memory is
// out. REQUIRES: c belongs to the caller's P; not preempted.
Span* refill(MCache* c, int spanclass);

// Gives the spans of c back to the central lists, and adds its counters to the heap's.
// REQUIRES: c's P is the caller's, or the world is stopped.
void flushmcache(MCache* c);

// Gives the spans of all Ps back. REQUIRES: the world is stopped.
void flushallmcaches();

}  // namespace standstill::rt
