// Spans: runs of heap pages, cut into objects of one size, or holding one large object, or free.
//
// Which objects of a span are allocated is told by a bit for each and an index: objects below
// freeindex are, from there on those whose bit in allocBits is set. Sweeping makes the mark bits of
// the last cycle the new alloc bits and starts again at index 0. So freed objects are not threaded
// on lists, and nothing is written into them.
//
// Who may touch what:
//   - The pages and what is cut from them (first group) are written under heap.lock when the span
//   is
//     handed out, before anybody can hold a pointer into it.
//   - The allocation state belongs to the P whose cache holds the span; else to whoever sweeps it.
//   - Mark bits are set by anybody, atomically, while the collector marks; whoever sweeps the span,
//     or has stopped the world, reads and clears them as plain words.
//   - sweepgen says who may sweep. With g = heap.sweepgen: g-2 needs sweeping, g-1 is being swept,
//     g is swept; kNotSwept: free, no concern of the sweepers.
// (facts 5; tests: tests/runtime/malloc_test.cc, mgc_test.cc)
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "runtime/gctype.h"
#include "runtime/lock.h"
#include "runtime/msize.h"

namespace standstill::rt {

struct Special;

struct Span {
  static constexpr size_t kMaxElems = kHeapPageSize / 16;
  static constexpr uint32_t kNotSwept = ~uint32_t{0};

  char* base = nullptr;
  size_t npages = 0;
  bool inuse = false;
  bool noscan = false;
  int sizeclass = 0;  // 0: one large object
  size_t elemsize = 0;
  uint32_t nelems = 0;

  // Allocation.
  uint32_t freeindex = 0;
  uint32_t allocCount = 0;
  bool needzero = false;  // the memory was used before
  size_t released = 0;    // of a free span: pages given back to the system, at most so many
  uint64_t allocBits[kMaxElems / 64] = {};
  std::unique_ptr<const GCType*[]> types;  // of each object; null when noscan

  uint64_t markBits[kMaxElems / 64] = {};
  std::atomic<uint32_t> sweepgen{kNotSwept};

  // Under the lock of the central list it is on.
  Span* next = nullptr;
  Span* prev = nullptr;
  bool onEmpty = false;

  Mutex speciallock;
  Special* specials = nullptr;  // by offset; under speciallock or with the world stopped

  char* limit() const { return base + npages * kHeapPageSize; }
  bool contains(const void* p) const { return p >= base && p < limit(); }

  // The index of the object that p points into; >= nelems for the bytes left over at the end.
  uint32_t indexOf(const void* p) const {
    auto offset = static_cast<size_t>(static_cast<const char*>(p) - base);
    return nelems == 1 ? 0 : static_cast<uint32_t>(offset / elemsize);
  }
  char* object(uint32_t i) const { return base + i * elemsize; }

  bool allocated(uint32_t i) const {
    return i < freeindex || ((allocBits[i / 64] >> (i % 64)) & 1) != 0;
  }

  // Takes a free object. False when there is none left.
  bool take(uint32_t* index) {
    for (uint32_t i = freeindex; i < nelems; i = (i / 64 + 1) * 64) {
      uint64_t free = ~allocBits[i / 64] >> (i % 64);
      if (free == 0) continue;
      i += static_cast<uint32_t>(std::countr_zero(free));
      if (i >= nelems) break;
      freeindex = i + 1;
      allocCount++;
      *index = i;
      return true;
    }
    freeindex = nelems;
    return false;
  }

  // Marks object i; says whether it was not marked before. Atomic.
  bool mark(uint32_t i) {
    uint64_t bit = uint64_t{1} << (i % 64);
    std::atomic_ref<uint64_t> word(markBits[i / 64]);
    return (word.fetch_or(bit, std::memory_order_relaxed) & bit) == 0;
  }
  bool marked(uint32_t i) const { return ((markBits[i / 64] >> (i % 64)) & 1) != 0; }
};

// A list of spans, linked through next and prev.
struct SpanList {
  Span* head = nullptr;
  Span* tail = nullptr;

  void pushBack(Span* s) {
    s->next = nullptr;
    s->prev = tail;
    (tail != nullptr ? tail->next : head) = s;
    tail = s;
  }
  void remove(Span* s) {
    (s->prev != nullptr ? s->prev->next : head) = s->next;
    (s->next != nullptr ? s->next->prev : tail) = s->prev;
    s->next = nullptr;
    s->prev = nullptr;
  }
};

}  // namespace standstill::rt
