#include "tests/runtime/testing.h"

#include <algorithm>
#include <cstring>

#include "runtime/malloc.h"

namespace standstill::rt {
namespace {

void expectIdentities(const MemStats& s) {
  EXPECT_EQ(s.HeapAlloc, s.Alloc);
  EXPECT_EQ(s.HeapObjects, s.Mallocs - s.Frees);
  EXPECT_EQ(s.HeapSys, s.HeapInuse + s.HeapIdle);
  EXPECT_LE(s.HeapAlloc, s.HeapInuse);
  EXPECT_EQ(s.Sys, s.HeapSys + s.StackSys + s.MSpanSys + s.MCacheSys + s.BuckHashSys + s.GCSys +
                       s.OtherSys);
  EXPECT_LE(s.StackInuse, s.StackSys);
  EXPECT_LE(s.MSpanInuse, s.MSpanSys);
  EXPECT_LE(s.MCacheInuse, s.MCacheSys);
  uint64_t mallocs = 0, frees = 0;
  for (auto& c : s.BySize) {
    mallocs += c.Mallocs;
    frees += c.Frees;
    EXPECT_GE(c.Mallocs, c.Frees);
  }
  EXPECT_LE(mallocs, s.Mallocs);
  EXPECT_LE(frees, s.Frees);
}

void expectMonotone(const MemStats& a, const MemStats& b) {
  EXPECT_LE(a.TotalAlloc, b.TotalAlloc);
  EXPECT_LE(a.Mallocs, b.Mallocs);
  EXPECT_LE(a.Frees, b.Frees);
  EXPECT_LE(a.Lookups, b.Lookups);
  EXPECT_LE(a.NumGC, b.NumGC);
  EXPECT_LE(a.PauseTotalNs, b.PauseTotalNs);
}

TEST(Malloc, SizeClassesFitTheirObjects) {
  for (size_t size = 1; size <= kMaxSmallSize; size++) {
    int c = 1;
    while (classSize(c) < size) c++;
    ASSERT_EQ(classSize(c) % 16, 0u);
    // At most a quarter is wasted, or less than 16 bytes.
    ASSERT_LT(classSize(c) - size, std::max<size_t>(16, size / 4 + 1)) << size;
  }
}

TEST(Malloc, MemoryIsZeroedAlignedAndNotShared) {
  inRun(1, [] {
    std::vector<std::pair<unsigned char*, size_t>> objects;
    for (int round = 0; round < 3; round++) {
      for (size_t size = 1; size < 20000; size += 97) {
        auto* p = static_cast<unsigned char*>(mallocgc(size));
        ASSERT_EQ(reinterpret_cast<uintptr_t>(p) % 16, 0u);
        ASSERT_TRUE(std::all_of(p, p + size, [](unsigned char c) { return c == 0; }));
        std::memset(p, static_cast<int>(size % 251 + 1), size);
        objects.emplace_back(p, size);
      }
      for (auto [p, size] : objects) {
        auto want = static_cast<unsigned char>(size % 251 + 1);
        ASSERT_TRUE(std::all_of(p, p + size, [=](unsigned char c) { return c == want; }));
        gcfree(p);
      }
      objects.clear();
    }
    MemStats ms;
    ReadMemStats(&ms);
    EXPECT_EQ(ms.HeapObjects, 0u);
    EXPECT_EQ(ms.Alloc, 0u);
    EXPECT_GT(ms.HeapIdle, 0u);
    expectIdentities(ms);
  });
}

TEST(MemStats, CountsWhatIsAllocated) {
  inRun(1, [] {
    MemStats before, after;
    ReadMemStats(&before);
    void* small = mallocgc(100);
    void* large = mallocgc(100000);
    ReadMemStats(&after);
    EXPECT_EQ(after.Mallocs - before.Mallocs, 2u);
    EXPECT_EQ(after.Alloc - before.Alloc, 112u + 25 * 4096);
    gcfree(small);
    gcfree(large);
    ReadMemStats(&after);
    EXPECT_EQ(after.Frees - before.Frees, 2u);
    EXPECT_EQ(after.Alloc, before.Alloc);
    EXPECT_EQ(after.Lookups - before.Lookups, 2u);
    EXPECT_EQ(after.StackInuse, 256u << 10);
  });
}

TEST(MemStats, IdentitiesHoldAtEveryStop) {
  inRun(3, [] {
    std::atomic<bool> stop{false};
    Sema done{0};
    for (int k = 0; k < 3; k++) {
      go(
          [&, k] {
            std::vector<void*> mine;
            uint32_t x = static_cast<uint32_t>(k) + 1;
            while (!stop) {
              x = x * 1664525 + 1013904223;
              if (mine.size() < 100 && x % 3 != 0) {
                mine.push_back(mallocgc(x % 11000));
              } else if (!mine.empty()) {
                std::swap(mine[x % mine.size()], mine.back());
                gcfree(mine.back());
                mine.pop_back();
              }
              safepoint();
            }
            for (void* p : mine) gcfree(p);
            semrelease(&done);
          },
          "mutator");
    }
    MemStats last = {}, ms;
    for (int i = 0; i < 200; i++) {
      ReadMemStats(&ms);
      expectIdentities(ms);
      expectMonotone(last, ms);
      last = ms;
      if (i % 8 == 0) GC();
      if (i % 16 == 0) GOMAXPROCS(1 + i / 16 % 4);
    }
    stop = true;
    acquireAll(&done, 3);
    ReadMemStats(&ms);
    expectIdentities(ms);
  });
}

TEST(MallocDeathTest, OfAGoroutineInASyscall) {
  EXPECT_DEATH(inRun(1,
                     [] {
                       entersyscall();
                       mallocgc(10);
                     }),
               "fatal error: malloc without a P\n");
}

}  // namespace
}  // namespace standstill::rt
