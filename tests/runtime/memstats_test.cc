#include "tests/runtime/testing.h"

#include <algorithm>

#include "runtime/mheap.h"

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

TEST(MemStats, CountsWhatIsAllocated) {
  inRun(1, [] {
    MemStats before, after;
    ReadMemStats(&before);
    mallocgc(100);
    mallocgc(100000);
    ReadMemStats(&after);
    EXPECT_EQ(after.Mallocs - before.Mallocs, 2u);
    EXPECT_EQ(after.Alloc - before.Alloc, 112u + 13 * 8192);
    int c = sizeToClass(100);
    EXPECT_EQ(after.BySize[c].Size, 112u);
    EXPECT_EQ(after.BySize[c].Mallocs - before.BySize[c].Mallocs, 1u);
    EXPECT_EQ(after.StackInuse, 256u << 10);
    EXPECT_TRUE(after.EnableGC);
    EXPECT_EQ(after.NextGC, size_t{4} << 20);
  });
}

// Counted per class, as a whole and in bytes; garbage counts until it is swept.
TEST(MemStats, CountsWhatIsFreed) {
  inRun(1, [] {
    GC();
    MemStats before, after;
    ReadMemStats(&before);
    for (int i = 0; i < 1000; i++) mallocgc(200);
    for (int i = 0; i < 3; i++) mallocgc(50'000);
    ReadMemStats(&after);
    EXPECT_EQ(after.HeapObjects - before.HeapObjects, 1003u);
    GC();
    GC();
    ReadMemStats(&after);
    EXPECT_EQ(after.Mallocs - before.Mallocs, 1003u);
    // The address of the last one or two may still stand in a dead variable.
    EXPECT_GE(after.Frees - before.Frees, 1001u);
    int c = sizeToClass(200);
    EXPECT_EQ(after.BySize[c].Mallocs - before.BySize[c].Mallocs, 1000u);
    EXPECT_GE(after.BySize[c].Frees - before.BySize[c].Frees, 999u);
    EXPECT_LE(after.HeapAlloc - before.HeapAlloc, 224u + 57'344u);
    expectIdentities(after);
  });
}

TEST(MemStats, FreeMemoryGoesBackToTheSystem) {
  inRun(1, [] {
    for (int i = 0; i < 3000; i++) mallocgc(1000);
    MemStats before, after;
    ReadMemStats(&before);
    EXPECT_EQ(before.HeapReleased, 0u);
    FreeOSMemory();
    ReadMemStats(&after);
    EXPECT_EQ(after.HeapSys, before.HeapSys) << "the addresses stay";
    EXPECT_GT(after.HeapIdle, before.HeapIdle);
    EXPECT_EQ(after.HeapReleased, after.HeapIdle);
    // What is used again is not released any more, and zero.
    auto* p = static_cast<char*>(mallocgc(1 << 20));
    EXPECT_TRUE(std::all_of(p, p + (1 << 20), [](char c) { return c == 0; }));
    ReadMemStats(&after);
    EXPECT_LE(after.HeapReleased, after.HeapIdle);
    expectIdentities(after);
  });
}

// Check 5 of section 8 of the facts, third part.
TEST(MemStats, Check5IdentitiesHoldAtEveryStop) {
  inRun(3, [] {
    std::atomic<bool> stop{false};
    Sema done{0};
    for (int k = 0; k < 3; k++) {
      go(
          [&, k] {
            uint32_t x = static_cast<uint32_t>(k) + 1;
            while (!stop) {
              x = x * 1664525 + 1013904223;
              mallocgc((x >> 8) % 40000);
              safepoint();
            }
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
      if (i % 8 == 4) startGC(gcBackgroundMode);
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
