#include "runtime/malloc.h"

#include <array>
#include <cstring>
#include <vector>

#include "runtime/getg.h"
#include "runtime/os.h"
#include "runtime/panic.h"
#include "runtime/preempt.h"
#include "runtime/sched.h"

namespace standstill::rt {

// A run of memory cut into objects of one class, or holding one large object. The memory begins
// with a header that leads back here; spans are aligned so that any object leads to the header.
struct Span {
  char* base = nullptr;
  size_t bytes = 0;
  int sizeclass = 0;  // 0: one large object
  size_t elemsize = 0;
  uint32_t nelems = 0;
  uint32_t nfresh = 0;   // objects from the start that were handed out at least once
  uint32_t nout = 0;     // objects handed out now, to users or caches
  void* free = nullptr;  // returned objects
  Span* next = nullptr;
  Span* prev = nullptr;
};

Heap heap;

namespace {

constexpr size_t kSpanBytes = 64 << 10;  // size of a small span, alignment of every span
constexpr size_t kHeaderBytes = 16;      // keeps objects 16-aligned
constexpr uint32_t kBatch = 16;          // objects moved at a time between cache and spans

// Sizes rise in steps of 16 up to 128, then by four steps to each doubling, up to kMaxSmallSize.
struct SizeTable {
  std::array<uint32_t, kNumSizeClasses> size{};
  int n = 1;
};

constexpr SizeTable makeSizeTable() {
  SizeTable t;
  uint32_t step = 16;
  for (uint32_t s = 16; s <= kMaxSmallSize; s += step) {
    t.size[static_cast<size_t>(t.n++)] = s;
    if (s >= 128 && s == step * 8) step *= 2;
  }
  return t;
}

constexpr SizeTable kSizes = makeSizeTable();
static_assert(kSizes.n <= kNumSizeClasses);
static_assert(kSizes.size[static_cast<size_t>(kSizes.n - 1)] == kMaxSmallSize);

int sizeToClass(size_t size) {
  int c = 1;
  while (classSize(c) < size) c++;
  return c;
}

Span* spanOf(void* p) {
  char* base = static_cast<char*>(p) - reinterpret_cast<uintptr_t>(p) % kSpanBytes;
  return *reinterpret_cast<Span**>(base);
}

void** linkOf(void* object) { return static_cast<void**>(object); }

void spanPush(Span** list, Span* s) {
  s->prev = nullptr;
  s->next = *list;
  if (s->next != nullptr) s->next->prev = s;
  *list = s;
}

void spanRemove(Span** list, Span* s) {
  (s->prev != nullptr ? s->prev->next : *list) = s->next;
  if (s->next != nullptr) s->next->prev = s->prev;
}

// REQUIRES for all below: heap.lock held.

Span* newSpan(size_t bytes) {
  auto* s = new Span;
  s->base = static_cast<char*>(sysAlloc(bytes, kSpanBytes));
  s->bytes = bytes;
  *reinterpret_cast<Span**>(s->base) = s;
  heap.descriptorBytes += sizeof(Span);
  return s;
}

void unmapSpan(Span* s) {
  heap.descriptorBytes -= sizeof(Span);
  sysFree(s->base, s->bytes);
  delete s;
}

// A small span for class c, from the idle ones if possible.
Span* carveSpan(int c) {
  Span* s = heap.idle;
  if (s != nullptr) {
    spanRemove(&heap.idle, s);
    heap.idleBytes -= s->bytes;
  } else {
    s = newSpan(kSpanBytes);
  }
  heap.inuseBytes += s->bytes;
  s->sizeclass = c;
  s->elemsize = classSize(c);
  s->nelems = static_cast<uint32_t>((kSpanBytes - kHeaderBytes) / s->elemsize);
  s->nfresh = 0;
  s->free = nullptr;
  spanPush(&heap.partial[c], s);
  return s;
}

void* takeObject(int c) {
  Span* s = heap.partial[c];
  if (s == nullptr) s = carveSpan(c);
  void* p = s->free;
  if (p != nullptr) {
    s->free = *linkOf(p);
  } else {
    p = s->base + kHeaderBytes + s->nfresh++ * s->elemsize;
  }
  if (++s->nout == s->nelems) {
    spanRemove(&heap.partial[c], s);
    spanPush(&heap.full, s);
  }
  return p;
}

void returnObject(void* p) {
  Span* s = spanOf(p);
  int c = s->sizeclass;
  if (s->nout == s->nelems) {
    spanRemove(&heap.full, s);
    spanPush(&heap.partial[c], s);
  }
  *linkOf(p) = s->free;
  s->free = p;
  if (--s->nout > 0) return;
  spanRemove(&heap.partial[c], s);
  spanPush(&heap.idle, s);
  heap.inuseBytes -= s->bytes;
  heap.idleBytes += s->bytes;
}

void returnObjects(MCache::FreeList* list, uint32_t keep) {
  while (list->n > keep) {
    void* p = list->head;
    list->head = *linkOf(p);
    list->n--;
    returnObject(p);
  }
}

void* mallocLarge(size_t size) {
  size_t bytes = (size + kHeaderBytes + kPageSize - 1) & ~(kPageSize - 1);
  lock(&heap.lock);
  Span* s = newSpan(bytes);
  s->elemsize = bytes;
  s->nelems = 1;
  s->nout = 1;
  spanPush(&heap.large, s);
  heap.inuseBytes += bytes;
  heap.largeAllocBytes += bytes;
  heap.nlargealloc++;
  unlock(&heap.lock);
  return s->base + kHeaderBytes;
}

void freeLarge(Span* s) {
  lock(&heap.lock);
  spanRemove(&heap.large, s);
  heap.inuseBytes -= s->bytes;
  heap.releasedBytes += s->bytes;
  heap.largeFreeBytes += s->bytes;
  heap.nlargefree++;
  unmapSpan(s);
  unlock(&heap.lock);
}

void* mallocSmall(MCache* cache, int c) {
  MCache::FreeList* list = &cache->free[c];
  if (list->head == nullptr) {
    lock(&heap.lock);
    for (; list->n < kBatch; list->n++) {
      void* p = takeObject(c);
      *linkOf(p) = list->head;
      list->head = p;
    }
    unlock(&heap.lock);
  }
  void* p = list->head;
  list->head = *linkOf(p);
  list->n--;
  cache->nmalloc[c]++;
  return std::memset(p, 0, classSize(c));
}

// The allocated objects of one span.
void visitSpan(Span* s, const std::function<void(const char*, size_t)>& fn) {
  const char* first = s->base + kHeaderBytes;
  if (s->sizeclass == 0) {
    fn(first, s->bytes - kHeaderBytes);
    return;
  }
  // Handed out once, and not returned since.
  std::vector<bool> live(s->nfresh, true);
  for (void* p = s->free; p != nullptr; p = *linkOf(p)) {
    live[static_cast<size_t>(static_cast<char*>(p) - first) / s->elemsize] = false;
  }
  for (size_t i = 0; i < live.size(); i++) {
    if (live[i]) fn(first + i * s->elemsize, s->elemsize);
  }
}

}  // namespace

size_t classSize(int sizeclass) { return kSizes.size[static_cast<size_t>(sizeclass)]; }

void* mallocgc(size_t size) {
  M* mp = acquirem();
  if (mp->mallocing != 0) throw_("malloc deadlock");
  if (mp->mcache == nullptr) throw_("malloc without a P");
  mp->mallocing = 1;
  void* p = size <= kMaxSmallSize ? mallocSmall(mp->mcache, sizeToClass(size)) : mallocLarge(size);
  mp->mallocing = 0;
  releasem(mp);
  return p;
}

void gcfree(void* p) {
  M* mp = acquirem();
  MCache* cache = mp->mcache;
  if (cache == nullptr) throw_("free without a P");
  cache->nlookup++;
  Span* s = spanOf(p);
  if (s->sizeclass == 0) {
    freeLarge(s);
  } else {
    int c = s->sizeclass;
    MCache::FreeList* list = &cache->free[c];
    *linkOf(p) = list->head;
    list->head = p;
    list->n++;
    cache->nfree[c]++;
    if (list->n > 2 * kBatch) {
      lock(&heap.lock);
      returnObjects(list, kBatch);
      unlock(&heap.lock);
    }
  }
  releasem(mp);
}

void flushmcache(MCache* c) {
  lock(&heap.lock);
  for (int i = 1; i < kSizes.n; i++) {
    returnObjects(&c->free[i], 0);
    heap.nmalloc[i] += c->nmalloc[i];
    heap.nfree[i] += c->nfree[i];
    c->nmalloc[i] = 0;
    c->nfree[i] = 0;
  }
  heap.nlookup += c->nlookup;
  c->nlookup = 0;
  unlock(&heap.lock);
}

void flushallmcaches() {
  for (int32_t i = 0; i < gomaxprocs; i++) flushmcache(&allp[i]->mcache);
}

void releaseidlespans() {
  lock(&heap.lock);
  while (Span* s = heap.idle) {
    spanRemove(&heap.idle, s);
    heap.idleBytes -= s->bytes;
    heap.releasedBytes += s->bytes;
    unmapSpan(s);
  }
  unlock(&heap.lock);
}

void forEachObject(const std::function<void(const char* object, size_t size)>& fn) {
  auto visit = [&](Span* s) {
    for (; s != nullptr; s = s->next) visitSpan(s, fn);
  };
  for (Span* s : heap.partial) visit(s);
  visit(heap.full);
  visit(heap.large);
}

void heapdestroy() {
  auto drop = [](Span** list) {
    while (Span* s = *list) {
      spanRemove(list, s);
      unmapSpan(s);
    }
  };
  for (Span*& list : heap.partial) drop(&list);
  drop(&heap.idle);
  drop(&heap.large);
  drop(&heap.full);
}

}  // namespace standstill::rt
