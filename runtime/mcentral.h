// Central lists: the spans of one class, from which the caches of the Ps are refilled.
#pragma once

#include "runtime/mspan.h"

namespace standstill::rt {

struct Central {
  int spanclass = 0;  // constant
  Mutex lock;
  // Under lock.
  SpanList nonempty;  // spans with a free object, as far as is known
  SpanList empty;     // full ones, those in caches, and those that sweeping will tell more about
};

// A span with a free object for the caller's cache, swept. Looks at the spans that there are before
// it takes a new one: the price of an allocation includes some sweeping. Null when memory is out.
// REQUIRES: the M has a P and is not preempted.
Span* cacheSpan(Central* c);

// Takes back a span from a cache. REQUIRES: as above, or the world is stopped.
void uncacheSpan(Central* c, Span* s);

// After s was swept and some of its objects were found free: puts it where it belongs now, and
// declares it swept. A span without objects goes back to the heap, unless the caller keeps it for
// its cache. Says whether it did go. REQUIRES: the caller has swept s.
bool freeSpan(Central* c, Span* s, bool keep);

}  // namespace standstill::rt
