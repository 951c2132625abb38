#include "tests/runtime/testing.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/timer.h"

namespace standstill::rt {
namespace {

int64_t threadId() { return syscall(SYS_gettid); }

// Everything that may take a goroutine off its thread.
void moveAbout(int round, Sema* s) {
  Gosched();
  safepoint();
  if (round % 4 == 0) {
    entersyscallblock();
    exitsyscall();
  }
  if (round % 4 == 1) {
    entersyscall();
    sched_yield();
    exitsyscall();
  }
  if (round % 4 == 2) {
    semacquire(s, false);
    Gosched();
    semrelease(s);
  }
  if (round % 16 == 3) Sleep(1000);
}

TEST(LockOSThread, OnOneThreadAndNobodyElseOnIt) {
  for (int procs : {1, 3}) {
    inRun(procs, [&] {
      constexpr int kLocked = 2, kFree = 4, kRounds = 200;
      Sema done{0}, s{1};
      std::atomic<int64_t> threads[kLocked] = {};
      std::atomic<int> running{kLocked};
      for (auto& thread : threads) {
        go(
            [&] {
              LockOSThread();
              thread = threadId();
              for (int i = 0; i < kRounds; i++) {
                moveAbout(i, &s);
                ASSERT_EQ(threadId(), thread);
              }
              running--;
              thread = 0;
              UnlockOSThread();
              semrelease(&done);
            },
            "locked");
      }
      for (int k = 0; k < kFree; k++) {
        go(
            [&] {
              for (int i = 0; running > 0; i++) {
                for (auto& thread : threads) ASSERT_NE(threadId(), thread);
                moveAbout(i, &s);
              }
              semrelease(&done);
            },
            "free");
      }
      acquireAll(&done, kLocked + kFree);
    });
  }
}

TEST(LockOSThread, ThroughStopsOfTheWorld) {
  inRun(2, [] {
    Sema done{0}, s{1};
    std::atomic<bool> stop{false};
    go(
        [&] {
          LockOSThread();
          int64_t thread = threadId();
          for (int i = 0; !stop; i++) {
            moveAbout(i, &s);
            ASSERT_EQ(threadId(), thread);
          }
          semrelease(&done);  // and ends locked
        },
        "locked");
    for (int i = 0; i < 100; i++) {
      GOMAXPROCS(1 + i % 3);
      Gosched();
    }
    stop = true;
    semacquire(&done, false);
  });
}

TEST(LockOSThread, EndsWithTheGoroutine) {
  inRun(1, [] {
    Sema done{0};
    std::atomic<int64_t> thread{0};
    go(
        [&] {
          LockOSThread();
          thread = threadId();
          semrelease(&done);
        },
        "locked");
    semacquire(&done, false);
    while (NumGoroutine() > 1) Gosched();
    // Its G is used again, for one that is not locked.
    go(
        [&] {
          EXPECT_EQ(getg()->lockedm, nullptr);
          EXPECT_EQ(getg()->m->lockedg, nullptr);
          semrelease(&done);
        },
        "next");
    semacquire(&done, false);
  });
}

TEST(LockOSThread, MainMayBeLocked) {
  inRun(2, [] {
    LockOSThread();
    int64_t thread = threadId();
    Chan<int> c;
    go(
        [&] {
          for (int i = 0; i < 100; i++) c.send(i);
          c.close();
        },
        "sender");
    while (c.recv()) ASSERT_EQ(threadId(), thread);
  });
}

TEST(LockOSThread, ARunEndsWhateverTheLockedDo) {
  for (int i = 0; i < 50; i++) {
    Sema never{0};
    std::atomic<int> up{0};
    inRun(2, [&] {
      go(
          [&] {
            LockOSThread();
            up++;
            semacquire(&never, false);
          },
          "asleep");
      go(
          [&] {
            LockOSThread();
            for (up++;;) Gosched();
          },
          "yielding");
      for (int n = 0; n < i % 5 || up < 2; n++) Gosched();
    });
  }
}

TEST(LockOSThreadDeathTest, DeadlockOfTheLocked) {
  auto program = [] {
    inRun(2, [] {
      Sema never{0};
      go(
          [&] {
            LockOSThread();
            semacquire(&never, false);
          },
          "locked");
      LockOSThread();
      semacquire(&never, false);
    });
  };
  EXPECT_EXIT(program(), testing::ExitedWithCode(2), "all goroutines are asleep - deadlock!\n");
}

}  // namespace
}  // namespace standstill::rt
