#include "runtime/mcache.h"

#include "runtime/mheap.h"
#include "runtime/panic.h"
#include "runtime/sched.h"
#include "runtime/trace.h"

namespace standstill::rt {

Span* refill(MCache* c, int spanclass) {
  Central* central = &heap.central[spanclass];
  if (Span* old = c->alloc[spanclass]) uncacheSpan(central, old);
  Span* s = cacheSpan(central);
  if (s == nullptr) throw_("out of memory: the heap is full (Options.heapSize)");
  c->alloc[spanclass] = s;
  heap.live += (s->nelems - s->allocCount) * s->elemsize;
  if (trace.enabled) traceHeapAlloc(heap.live);
  return s;
}

void flushmcache(MCache* c) {
  for (int i = 0; i < kNumSpanClasses; i++) {
    if (c->alloc[i] == nullptr) continue;
    uncacheSpan(&heap.central[i], c->alloc[i]);
    c->alloc[i] = nullptr;
  }
  lock(&heap.lock);
  for (int i = 0; i < kNumSizeClasses; i++) {
    heap.flushed[i].mallocs += c->count[i].mallocs;
    heap.flushed[i].frees += c->count[i].frees;
    c->count[i] = {};
  }
  heap.nlookup += c->nlookup;
  c->nlookup = 0;
  unlock(&heap.lock);
}

void flushallmcaches() {
  for (int32_t i = 0; i < gomaxprocs; i++) flushmcache(&allp[i]->mcache);
}

}  // namespace standstill::rt
