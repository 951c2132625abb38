#include "runtime/mprof.h"

#include <algorithm>

#include "tests/runtime/garbage.h"

namespace standstill::rt {
namespace {

std::vector<MemProfileRecord> profile(bool inuseZero) {
  bool ok = false;
  std::vector<MemProfileRecord> p;
  while (!ok) {
    p.resize(static_cast<size_t>(MemProfile(nullptr, 0, inuseZero, &ok)) + 10);
    p.resize(static_cast<size_t>(MemProfile(p.data(), static_cast<int>(p.size()), inuseZero, &ok)));
  }
  return p;
}

// The records of objects of that size class, whoever allocated them, added up.
MemProfileRecord recordOf(int64_t size) {
  MemProfileRecord sum;
  for (const MemProfileRecord& r : profile(true)) {
    if (r.AllocObjects == 0 || r.AllocBytes != r.AllocObjects * size) continue;
    sum.AllocBytes += r.AllocBytes;
    sum.FreeBytes += r.FreeBytes;
    sum.AllocObjects += r.AllocObjects;
    sum.FreeObjects += r.FreeObjects;
    sum.stack = r.stack;
  }
  return sum;
}

[[gnu::noinline]] void allocateSome(int n) {
  for (int i = 0; i < n; i++) mallocgc(3000);
}

TEST(MemProfile, CountsBySiteAndShowsWhatIsSettled) {
  run({.stackSize = 256 << 10, .memProfileRate = 1}, [] {
    apart([] { allocateSome(50); });
    EXPECT_EQ(recordOf(3072).AllocObjects, 50) << "before the first cycle: all there is";
    GC();
    MemProfileRecord r = recordOf(3072);
    EXPECT_EQ(r.AllocObjects, 50);
    EXPECT_GE(r.FreeObjects, 49);
    EXPECT_LE(r.InUseBytes(), 3072);
    EXPECT_NE(r.stack.pc[0], 0u);
    // What was allocated since is not shown before its frees can be.
    apart([] { allocateSome(50); });
    EXPECT_EQ(recordOf(3072).AllocObjects, 50);
    GC();
    EXPECT_EQ(recordOf(3072).AllocObjects, 100);
    EXPECT_GE(recordOf(3072).FreeObjects, 99);
  });
}

TEST(MemProfile, SamplesByBytes) {
  run({.stackSize = 256 << 10, .memProfileRate = 64 << 10}, [] {
    apart([] { allocateSome(20'000); });
    GC();
    // About 60 MB in samples of 64 KB; the random distances are the same in every run.
    int64_t n = recordOf(3072).AllocObjects;
    EXPECT_GT(n, 600);
    EXPECT_LT(n, 1300);
  });
}

TEST(MemProfile, CanBeSwitchedOff) {
  run({.stackSize = 256 << 10, .memProfileRate = 0}, [] {
    allocateSome(1000);
    GC();
    EXPECT_TRUE(profile(true).empty());
  });
}

TEST(MemProfile, WithoutRoomTouchesNothing) {
  run({.stackSize = 256 << 10, .memProfileRate = 1}, [] {
    allocateSome(3);
    MemProfileRecord r;
    bool ok = true;
    EXPECT_GE(MemProfile(&r, 0, true, &ok), 1);
    EXPECT_FALSE(ok);
    EXPECT_EQ(r.AllocObjects, 0);
  });
}

}  // namespace
}  // namespace standstill::rt
