#include "runtime/mheap.h"

#include <algorithm>
#include <iterator>

#include "runtime/mspecial.h"
#include "runtime/os.h"
#include "runtime/panic.h"

namespace standstill::rt {

Heap heap;

namespace {

// The region is made accessible in steps of this many pages: a system call each.
constexpr size_t kGrowPages = 128;

size_t tableBytes() {
  size_t bytes = heap.arenaPages * sizeof(Span*);
  return (bytes + kPageSize - 1) & ~(kPageSize - 1);
}

size_t pageOf(const char* p) { return static_cast<size_t>(p - heap.arenaStart) / kHeapPageSize; }

// REQUIRES for all below: heap.lock held.

Span* newSpan(char* base, size_t npages) {
  if (heap.spare.empty()) {
    auto* s = new Span;
    heap.allspans[heap.nspans] = s;
    heap.nspans++;
    heap.spare.push_back(s);
  }
  Span* s = heap.spare.back();
  heap.spare.pop_back();
  s->base = base;
  s->npages = npages;
  s->inuse = false;
  s->needzero = false;
  s->released = 0;
  return s;
}

// The free span that ends, or begins, at page i; null when there is none.
Span* freeAt(size_t i) {
  Span* s = i < pageOf(heap.arenaUsed) ? heap.spans[i] : nullptr;
  // An entry inside a free span may be stale: only what s says of itself counts.
  if (s == nullptr || s->inuse || s->npages == 0) return nullptr;
  return i == pageOf(s->base) || i + 1 == pageOf(s->limit()) ? s : nullptr;
}

void forget(Span* s) {
  s->npages = 0;
  heap.spare.push_back(s);
}

// Makes s free, together with the free spans on both sides.
void insertFree(Span* s) {
  auto absorb = [&](Span* other) {
    heap.free.erase(other);
    s->base = std::min(s->base, other->base);
    s->npages += other->npages;
    s->released += other->released;
    s->needzero |= other->needzero;
    forget(other);
  };
  size_t first = pageOf(s->base);
  size_t end = first + s->npages;
  if (Span* before = first > 0 ? freeAt(first - 1) : nullptr) absorb(before);
  if (Span* after = freeAt(end)) absorb(after);
  heap.spans[pageOf(s->base)] = s;
  heap.spans[pageOf(s->limit()) - 1] = s;
  heap.free.insert(s);
}

// Takes npages more from the region, or as many as are left if that is enough. False: it is full.
bool grow(size_t npages) {
  size_t left = static_cast<size_t>(heap.arenaEnd - heap.arenaUsed) / kHeapPageSize;
  if (npages > left) return false;
  npages = std::min(left, (npages + kGrowPages - 1) / kGrowPages * kGrowPages);
  char* base = heap.arenaUsed;
  sysMap(base, npages * kHeapPageSize);
  heap.arenaUsed += npages * kHeapPageSize;
  insertFree(newSpan(base, npages));
  return true;
}

Span* bestFit(size_t npages) {
  Span least;
  least.npages = npages;
  auto it = heap.free.lower_bound(&least);
  return it == heap.free.end() ? nullptr : *it;
}

// Takes s off the free spans, and what it has beyond npages back to them.
void carve(Span* s, size_t npages) {
  heap.free.erase(s);
  heap.releasedPages -= s->released;
  s->released = 0;
  s->inuse = true;
  if (s->npages == npages) return;
  Span* rest = newSpan(s->base + npages * kHeapPageSize, s->npages - npages);
  rest->needzero = s->needzero;
  s->npages = npages;
  insertFree(rest);
}

void cut(Span* s, int sizeclass, size_t elemsize, bool noscan) {
  s->sizeclass = sizeclass;
  s->noscan = noscan;
  s->elemsize = elemsize;
  s->nelems = static_cast<uint32_t>(s->npages * kHeapPageSize / elemsize);
  s->freeindex = 0;
  s->allocCount = 0;
  std::fill(std::begin(s->allocBits), std::end(s->allocBits), 0);
  std::fill(std::begin(s->markBits), std::end(s->markBits), 0);
  if (!noscan) {
    s->types = std::make_unique<const GCType*[]>(s->nelems);
    heap.typeBytes += s->nelems * sizeof(GCType*);
  }
  for (size_t i = 0, first = pageOf(s->base); i < s->npages; i++) heap.spans[first + i] = s;
  heap.inusePages += s->npages;
}

}  // namespace

void heapinit(size_t size) {
  size = (size + kHeapPageSize - 1) & ~(kHeapPageSize - 1);
  heap.arenaPages = size / kHeapPageSize;
  heap.arenaStart = static_cast<char*>(sysReserve(size));
  heap.arenaEnd = heap.arenaStart + size;
  heap.arenaUsed = heap.arenaStart;
  heap.spans = static_cast<Span**>(sysAlloc(tableBytes(), kPageSize));
  heap.allspans = static_cast<Span**>(sysAlloc(tableBytes(), kPageSize));
  for (int i = 0; i < kNumSpanClasses; i++) heap.central[i].spanclass = i;
}

void heapdestroy() {
  for (uint32_t i = 0; i < heap.nspans; i++) {
    freespecials(heap.allspans[i]);
    delete heap.allspans[i];
  }
  sysFree(heap.spans, tableBytes());
  sysFree(heap.allspans, tableBytes());
  sysFree(heap.arenaStart, heap.arenaPages * kHeapPageSize);
}

Span* heapAlloc(size_t npages, int sizeclass, size_t elemsize, bool noscan) {
  lock(&heap.lock);
  Span* s = bestFit(npages);
  if (s == nullptr && grow(npages)) s = bestFit(npages);
  if (s != nullptr) {
    carve(s, npages);
    cut(s, sizeclass, elemsize, noscan);
    s->sweepgen = heap.sweepgen;
  }
  unlock(&heap.lock);
  return s;
}

void heapFree(Span* s) {
  lock(&heap.lock);
  if (s->types != nullptr) heap.typeBytes -= s->nelems * sizeof(GCType*);
  s->types.reset();
  s->sweepgen = Span::kNotSwept;
  s->inuse = false;
  s->needzero = true;
  heap.inusePages -= s->npages;
  insertFree(s);
  unlock(&heap.lock);
}

size_t heapScavenge() {
  size_t pages = 0;
  lock(&heap.lock);
  for (Span* s : heap.free) {
    if (s->released == s->npages) continue;
    sysUnused(s->base, s->npages * kHeapPageSize);
    pages += s->npages - s->released;
    s->released = s->npages;
  }
  heap.releasedPages += pages;
  unlock(&heap.lock);
  return pages * kHeapPageSize;
}

void forEachObject(
    const std::function<void(const char* object, size_t size, const GCType* type)>& fn) {
  for (uint32_t k = 0; k < heap.nspans; k++) {
    Span* s = heap.allspans[k];
    if (!s->inuse) continue;
    for (uint32_t i = 0; i < s->nelems; i++) {
      if (s->allocated(i)) fn(s->object(i), s->elemsize, s->noscan ? nullptr : s->types[i]);
    }
  }
}

}  // namespace standstill::rt
