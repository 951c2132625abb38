#include "runtime/malloc.h"

#include <cstring>
#include <utility>

#include "runtime/api.h"
#include "runtime/getg.h"
#include "runtime/mgc.h"
#include "runtime/mheap.h"
#include "runtime/mprof.h"
#include "runtime/panic.h"
#include "runtime/preempt.h"
#include "runtime/trace.h"

namespace standstill::rt {

namespace {

struct Allocation {
  Span* span = nullptr;
  uint32_t index = 0;
};

Allocation mallocSmall(MCache* c, int sizeclass, bool noscan) {
  int spanclass = spanClass(sizeclass, noscan);
  Allocation a{.span = c->alloc[spanclass]};
  if (a.span == nullptr || !a.span->take(&a.index)) {
    a.span = refill(c, spanclass);
    a.span->take(&a.index);
    c->unpaced += (a.span->nelems - a.span->allocCount + 1) * a.span->elemsize;
  }
  c->count[sizeclass].mallocs++;
  return a;
}

Allocation mallocLarge(MCache* c, size_t size, bool noscan) {
  size_t npages = size / kHeapPageSize + (size % kHeapPageSize != 0);
  size_t bytes = npages * kHeapPageSize;
  Span* s = heapAlloc(npages, 0, bytes, noscan);
  if (s == nullptr) throw_("out of memory: the heap is full (Options.heapSize)");
  Allocation a{.span = s};
  s->take(&a.index);
  lock(&heap.lock);
  heap.flushed[0].mallocs++;
  heap.largeAllocBytes += bytes;
  unlock(&heap.lock);
  heap.live += bytes;
  if (trace.enabled) traceHeapAlloc(heap.live);
  c->unpaced += bytes;
  return a;
}

// Does what earlier allocations owe. Before an allocation, not after it: between the allocation and
// the end of the constructor, which need not use the barrier, no collection may look at the object.
void payForEarlier() {
  G* gp = getg();
  M* mp = gp->m;
  if (mp->mcache == nullptr || mp->mcache->unpaced == 0) return;
  if (gp == mp->g0 || mp->locks != 0) return;
  gcPace(std::exchange(mp->mcache->unpaced, 0));
}

}  // namespace

void* mallocgc(size_t size, const GCType* type) {
  payForEarlier();
  M* mp = acquirem();
  if (gcstate.inMarkTermination) throw_("mallocgc called with gcphase == _GCmarktermination");
  if (mp->mallocing != 0) throw_("malloc deadlock");
  MCache* c = mp->mcache;
  if (c == nullptr) throw_("malloc without a P");
  mp->mallocing = 1;
  bool noscan = type == nullptr || type->noscan();
  Allocation a = size <= kMaxSmallSize ? mallocSmall(c, sizeToClass(size), noscan)
                                       : mallocLarge(c, size, noscan);
  Span* s = a.span;
  char* p = s->object(a.index);
  if (s->needzero) std::memset(p, 0, s->elemsize);
  if (!noscan) s->types[a.index] = type;
  mp->mallocing = 0;
  c->nextSample -= static_cast<int64_t>(size);
  if (c->nextSample < 0 && gcstate.memProfileRate > 0) {
    mProfMalloc(c, s, a.index, reinterpret_cast<uintptr_t>(__builtin_frame_address(0)));
  }
  releasem(mp);
  return p;
}

void FreeOSMemory() {
  GC();
  heapScavenge();
}

}  // namespace standstill::rt
