#include "tests/runtime/testing.h"

#include <filesystem>
#include <fstream>
#include <memory>

namespace standstill::rt {
namespace {

int countThreads() {
  int n = 0;
  for ([[maybe_unused]] auto& e : std::filesystem::directory_iterator("/proc/self/task")) n++;
  return n;
}

int countMappings() {
  std::ifstream maps("/proc/self/maps");
  int n = 0;
  for (std::string line; std::getline(maps, line);) n++;
  return n;
}

TEST(Run, RunsMainAsGoroutineOneAndReturns) {
  int64_t goid = 0;
  inRun(1, [&] { goid = getg()->goid; });
  EXPECT_EQ(goid, 1);
}

TEST(Run, TakesAPlainFunction) {
  int x = 0;
  run({}, [](void* p) { *static_cast<int*>(p) = 7; }, &x);
  EXPECT_EQ(x, 7);
}

TEST(Run, StartsFromFreshState) {
  for (int i = 0; i < 3; i++) {
    inRun(2, [] {
      EXPECT_EQ(GOMAXPROCS(0), 2);
      EXPECT_EQ(NumGoroutine(), 1);
      EXPECT_EQ(worldsemaValue(), 1u);
      EXPECT_FALSE(gcwaiting());
      MemStats ms;
      ReadMemStats(&ms);
      EXPECT_EQ(ms.NumGC, 0u);
      EXPECT_EQ(ms.Mallocs, 0u);
      mallocgc(100);
      GC();
      GOMAXPROCS(5);
    });
  }
}

TEST(Run, ManyTimesWithoutLeakingThreadsOrMemory) {
  // What abandoned goroutines use must outlive the run, not only its main function.
  Sema done;
  auto program = [&done] {
    done = 0;
    for (int i = 0; i < 10; i++) {
      go(
          [&] {
            mallocgc(1000);
            Gosched();
            semrelease(&done);
          },
          "worker");
    }
    GOMAXPROCS(4);
    acquireAll(&done, 5);  // and abandon some of them
  };
  for (int i = 0; i < 30; i++) inRun(2, program);
  int threads = countThreads();
  int mappings = countMappings();
  for (int i = 0; i < 200; i++) inRun(2, program);
  EXPECT_EQ(countThreads(), threads);
  // Not exactly equal: the system's allocator and sanitizers keep caches of their own.
  EXPECT_LT(countMappings(), mappings + 100);
}

TEST(Run, ReleasesGoroutinesThatNeverFinish) {
  auto token = std::make_shared<int>(0);
  for (int procs : {2, 4}) {  // one P goes to the one that spins
    Sema never{0};
    std::atomic<int> up{0};
    inRun(procs, [&] {
      go([token, &never] { semacquire(&never, false); }, "parked");
      go(
          [token, &up] {
            up++;
            for (;;) safepoint();
          },
          "spinning");
      go(
          [token, &up] {
            up++;
            for (;;) Gosched();
          },
          "yielding");
      while (up < 2) Gosched();
      go([token] {}, "perhaps never started");
    });
    EXPECT_EQ(token.use_count(), 1);
  }
}

TEST(Run, EndsWhileOthersAreStoppingTheWorld) {
  for (int i = 0; i < 100; i++) {
    std::atomic<int> up{0};
    inRun(3, [&] {
      for (int k = 0; k < 3; k++) {
        go(
            [&up, k] {
              up++;
              MemStats ms;
              for (int n = 0;; n++) {
                if (n % 8 == 0) Gosched();
                safepoint();
                if (k == 0) ReadMemStats(&ms);
                if (k == 1) GOMAXPROCS(2 + n % 3);
                if (k == 2) GC();
              }
            },
            "stopper");
      }
      for (int n = 0; n < i % 7 || up == 0; n++) Gosched();
    });
  }
}

TEST(Run, EndsWhileOthersEnterAndLeaveSyscalls) {
  for (int i = 0; i < 100; i++) {
    std::atomic<int> up{0};
    inRun(2, [&] {
      for (int k = 0; k < 3; k++) {
        go(
            [&up, k] {
              up++;
              for (int n = 0;; n++) {
                if (n % 8 == 0) Gosched();  // nobody takes the P away from a goroutine yet
                if (k == 0) {
                  entersyscallblock();
                } else {
                  entersyscall();
                }
                exitsyscall();
                safepoint();
              }
            },
            "caller");
      }
      for (int n = 0; n < i % 7 || up == 0; n++) Gosched();
    });
  }
}

TEST(Run, EndsWhilePreemptionIsRefused) {
  // The request to leave comes while preemption is off, and nothing arms it again after.
  std::atomic<bool> off{false};
  std::atomic<bool> ended{false};
  inRun(2, [&] {
    go(
        [&] {
          getg()->m->preemptoff = "test";
          off = true;
          while (!sched.exiting) safepoint();
          for (int i = 0; i < 1000; i++) safepoint();
          ended = true;
          getg()->m->preemptoff = "";
          for (;;) safepoint();
        },
        "stubborn");
    spinUntil([&] { return off.load(); });
  });
  EXPECT_TRUE(ended);
}

TEST(RunDeathTest, InsideARun) {
  EXPECT_DEATH(inRun(1, [] { inRun(1, [] {}); }), "fatal error: run: a run is in progress\n");
}

TEST(RunDeathTest, WithoutProcs) {
  EXPECT_DEATH(inRun(0, [] {}), "fatal error: run: invalid procs\n");
}

}  // namespace
}  // namespace standstill::rt
