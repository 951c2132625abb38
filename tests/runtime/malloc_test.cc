// The heap without its collector: sizes, spans, pages.
#include <algorithm>
#include <cstring>

#include "runtime/mheap.h"
#include "tests/runtime/testing.h"

namespace standstill::rt {
namespace {

TEST(Msize, ClassesFitTheirObjects) {
  for (size_t size = 1; size <= kMaxSmallSize; size++) {
    int c = sizeToClass(size);
    ASSERT_GT(c, 0);
    ASSERT_LT(c, kNumSizeClasses);
    ASSERT_GE(classSize(c), size);
    ASSERT_LT(classSize(c - 1), size) << "the smallest that fits";
    ASSERT_EQ(classSize(c) % 16, 0u);
    // At most a quarter is wasted, or less than 16 bytes.
    ASSERT_LT(classSize(c) - size, std::max<size_t>(16, size / 4 + 1)) << size;
  }
}

TEST(Msize, SpansWasteLittle) {
  for (int c = 1; c < kNumSizeClasses; c++) {
    size_t bytes = classPages(c) * kHeapPageSize;
    EXPECT_LE(bytes % classSize(c), bytes / 8);
    EXPECT_LE(bytes / classSize(c), Span::kMaxElems);
  }
}

TEST(Malloc, MemoryIsZeroedAlignedAndNotShared) {
  inRun(1, [] {
    for (int round = 0; round < 3; round++) {
      std::vector<std::pair<unsigned char*, size_t>> objects;
      objects.reserve(1000);
      RootRange keep(objects.data(), 1000 * sizeof(objects[0]));
      for (size_t size = 1; size < 60000; size += 97) {
        auto* p = static_cast<unsigned char*>(mallocgc(size));
        ASSERT_EQ(reinterpret_cast<uintptr_t>(p) % 16, 0u);
        ASSERT_TRUE(std::all_of(p, p + size, [](unsigned char c) { return c == 0; }));
        std::memset(p, static_cast<int>(size % 251 + 1), size);
        objects.emplace_back(p, size);
      }
      GC();
      for (auto [p, size] : objects) {
        auto want = static_cast<unsigned char>(size % 251 + 1);
        ASSERT_TRUE(std::all_of(p, p + size, [=](unsigned char c) { return c == want; }));
      }
    }
  });
}

// Spans come and go in any order: no two overlap, and when all are gone the pages are one again.
TEST(Mheap, PagesAgreeWithAModel) {
  inRun(1, [] {
    systemstack([] {
      std::vector<Span*> live;
      uint32_t x = 2463534242;
      uint64_t before = heap.inusePages;
      for (int i = 0; i < 4000; i++) {
        x = x * 1664525 + 1013904223;
        if (live.size() > 20 && (x >> 16) % 2 == 0) {
          size_t k = (x >> 8) % live.size();
          heapFree(live[k]);
          live[k] = live.back();
          live.pop_back();
          continue;
        }
        size_t npages = 1 + (x >> 8) % 40;
        Span* s = heapAlloc(npages, 0, npages * kHeapPageSize, true);
        ASSERT_EQ(s->npages, npages);
        for (Span* other : live) {
          ASSERT_TRUE(s->limit() <= other->base || other->limit() <= s->base);
        }
        ASSERT_EQ(spanOf(s->base), s);
        ASSERT_EQ(spanOf(s->limit() - 1), s);
        ASSERT_NE(spanOf(s->limit()), s);
        live.push_back(s);
      }
      uint64_t pages = 0;
      for (Span* s : live) pages += s->npages;
      ASSERT_EQ(heap.inusePages - before, pages);
      for (Span* s : live) heapFree(s);
      ASSERT_EQ(heap.inusePages, before);
      // Whatever is in use for the runtime's own objects lies at the start.
      ASSERT_LE(heap.free.size(), 2u);
    });
  });
}

TEST(Mheap, TakesTheBestFitAndOfThoseTheLowest) {
  inRun(1, [] {
    systemstack([] {
      auto alloc = [](size_t n) { return heapAlloc(n, 0, n * kHeapPageSize, true); };
      Span* s[7];
      size_t sizes[7] = {5, 1, 3, 1, 3, 1, 8};
      for (int i = 0; i < 7; i++) s[i] = alloc(sizes[i]);
      char* second = s[2]->base;
      for (int i : {0, 4, 2, 6}) heapFree(s[i]);
      EXPECT_EQ(alloc(3)->base, second);
    });
  });
}

TEST(MallocDeathTest, FullHeap) {
  EXPECT_DEATH(run({.heapSize = 1 << 20},
                   [] {
                     std::vector<void*> keep(1000);
                     RootRange root(keep.data(), keep.size() * sizeof(void*));
                     for (void*& p : keep) p = mallocgc(10'000);
                   }),
               "fatal error: out of memory: the heap is full \\(Options.heapSize\\)\n");
  EXPECT_DEATH(run({.heapSize = 1 << 20}, [] { mallocgc(2 << 20); }), "out of memory");
}

TEST(MallocDeathTest, NoAddressSpace) {
  EXPECT_DEATH(run({.heapSize = size_t{1} << 60}, [] {}),
               "fatal error: cannot reserve address space for the heap: ask for a smaller one\n");
}

}  // namespace
}  // namespace standstill::rt
