#include "tests/runtime/testing.h"

namespace standstill::rt {
namespace {

constexpr uintptr_t kUntouched = 0x5a5a;

std::vector<StackRecord> untouched(size_t n) {
  StackRecord r;
  r.pc[0] = kUntouched;
  return std::vector<StackRecord>(n, r);
}

int depth(const StackRecord& r) {
  int n = 0;
  while (n < StackRecord::kMaxDepth && r.pc[n] != 0) n++;
  return n;
}

// Starts n goroutines that sleep until s is released to each. They are not waited for: s must live
// as long as the run.
void startSleepers(int n, Sema* s) {
  for (int i = 0; i < n; i++) go([s] { semacquire(s, false); }, "sleeper");
}

TEST(GoroutineProfile, TheCallerComesFirstThenTheOthersByAge) {
  Sema s{0};
  inRun(1, [&] {
    Sema done{0};
    startSleepers(2, &s);
    go(
        [&] {
          auto p = untouched(5);
          bool ok = false;
          EXPECT_EQ(GoroutineProfile(p.data(), 5, &ok), 4);
          EXPECT_TRUE(ok);
          for (int i = 0; i < 4; i++) {
            EXPECT_NE(p[i].pc[0], 0u);
            EXPECT_NE(p[i].pc[0], kUntouched);
          }
          // Where main and the sleepers wait is named in tests/outputs/; the latter not having run
          // yet, theirs is the beginning of the function that they start with.
          EXPECT_NE(depth(p[0]), 0);
          EXPECT_GT(depth(p[1]), 2) << "main";
          EXPECT_EQ(depth(p[2]), 1);
          EXPECT_EQ(p[2].pc[0], reinterpret_cast<uintptr_t>(allgs[1]->entry.run) + 1);
          EXPECT_EQ(p[3].pc[0], p[2].pc[0]) << "the sleepers have the same start function";
          EXPECT_EQ(p[4].pc[0], kUntouched);
          semrelease(&done);
        },
        "profiler");
    semacquire(&done, false);
    semrelease(&s);
    semrelease(&s);
  });
}

TEST(GoroutineProfile, TouchesNothingAndDoesNotStopWithoutRoom) {
  Sema s{0};
  inRun(1, [&] {
    startSleepers(3, &s);
    // It would wait for ever for a world that is not its own to stop.
    semacquire(&worldsema, false);
    auto p = untouched(3);
    bool ok = true;
    EXPECT_EQ(GoroutineProfile(p.data(), 3, &ok), 4);
    EXPECT_FALSE(ok);
    EXPECT_EQ(GoroutineProfile(nullptr, 0, &ok), 4);
    EXPECT_FALSE(ok);
    for (const StackRecord& r : p) EXPECT_EQ(r.pc[0], kUntouched);
    semrelease(&worldsema);
    for (int i = 0; i < 3; i++) semrelease(&s);
  });
}

// The goroutines are there when the profiler gets the world, but were not when it counted first.
TEST(GoroutineProfile, StartsAgainWhenThereAreMoreByThen) {
  Sema s{0};
  inRun(1, [&] {
    Sema done{0};
    stopWorld("test");
    go(
        [&] {
          // Counts main and itself, then waits for the world.
          auto p = untouched(2);
          bool ok = true;
          EXPECT_EQ(GoroutineProfile(p.data(), 2, &ok), 5);
          EXPECT_FALSE(ok);
          EXPECT_EQ(p[0].pc[0], kUntouched);
          EXPECT_EQ(worldsemaValue(), 1u);
          EXPECT_STREQ(currentPreemptoff(), "");
          EXPECT_FALSE(gcwaiting());
          EXPECT_EQ(GoroutineProfile(p.data(), 2, &ok), 5) << "does not stop this time";
          p = untouched(5);
          EXPECT_EQ(GoroutineProfile(p.data(), 5, &ok), 5);
          EXPECT_TRUE(ok);
          semrelease(&done);
        },
        "profiler");
    startWorld();
    // The world is nobody's to stop while the profiler counts.
    semacquire(&worldsema, false);
    Gosched();
    startSleepers(3, &s);
    semrelease(&worldsema);
    semacquire(&done, false);
    for (int i = 0; i < 3; i++) semrelease(&s);
  });
}

TEST(GoroutineProfile, DeadGoroutinesAreNotInIt) {
  inRun(1, [] {
    Sema done{0};
    for (int i = 0; i < 20; i++) go([&] { semrelease(&done); }, "mayfly");
    acquireAll(&done, 20);
    while (NumGoroutine() > 1) Gosched();
    auto p = untouched(2);
    bool ok = false;
    EXPECT_EQ(GoroutineProfile(p.data(), 2, &ok), 1);
    EXPECT_TRUE(ok);
    EXPECT_EQ(p[1].pc[0], kUntouched);
  });
}

TEST(GoroutineProfile, WhileGoroutinesComeAndGo) {
  inRun(4, [] {
    int fits = 0;
    whileGoroutinesComeAndGo(4, [&] {
      for (int i = 0; i < 300; i++) {
        // Too little room now and then.
        int len = 2 + i % 16;
        auto p = untouched(static_cast<size_t>(len) + 1);
        bool ok = false;
        int n = GoroutineProfile(p.data(), len, &ok);
        ASSERT_EQ(ok, n <= len);
        ASSERT_EQ(p[static_cast<size_t>(len)].pc[0], kUntouched);
        for (int j = 0; j < len; j++) {
          bool filled = p[static_cast<size_t>(j)].pc[0] != kUntouched;
          ASSERT_EQ(filled, ok && j < n) << j << " of " << n;
        }
        fits += ok;
      }
    });
    EXPECT_GT(fits, 0);
  });
}

}  // namespace
}  // namespace standstill::rt
