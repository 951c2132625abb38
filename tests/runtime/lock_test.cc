#include "runtime/os.h"
#include "tests/runtime/testing.h"

namespace standstill::rt {
namespace {

TEST(Lock, ExcludesOtherThreads) {
  inRun(4, [] {
    Mutex mu;
    Sema done{0};
    int64_t counter = 0;
    for (int i = 0; i < 4; i++) {
      go(
          [&] {
            for (int j = 0; j < 20000; j++) {
              lock(&mu);
              counter++;
              unlock(&mu);
            }
            semrelease(&done);
          },
          "locker");
    }
    acquireAll(&done, 4);
    EXPECT_EQ(counter, 80000);
  });
}

TEST(Lock, CountsInTheM) {
  inRun(1, [] {
    Mutex a, b;
    lock(&a);
    lock(&b);
    EXPECT_EQ(currentLocks(), 2);
    unlock(&a);
    unlock(&b);
    EXPECT_EQ(currentLocks(), 0);
  });
}

TEST(LockDeathTest, UnlockOfUnlocked) {
  EXPECT_DEATH(inRun(1,
                     [] {
                       Mutex mu;
                       unlock(&mu);
                     }),
               "fatal error: unlock of unlocked lock\n");
}

TEST(Note, WakesSleeperInEitherOrder) {
  inRun(2, [] {
    Note early, late;
    notewakeup(&early);
    std::atomic<bool> asleep{false};
    Sema done{0};
    go(
        [&] {
          systemstack([&] {
            notesleep(&early);
            asleep = true;
            notesleep(&late);
          });
          semrelease(&done);
        },
        "sleeper");
    spinUntil([&] { return asleep.load(); });
    notewakeup(&late);
    semacquire(&done, false);
  });
}

TEST(Note, TimedSleepReportsWhetherItHappened) {
  inRun(1, [] {
    systemstack([] {
      Note n;
      EXPECT_FALSE(notetsleep(&n, 1));
      notewakeup(&n);
      EXPECT_TRUE(notetsleep(&n, 1));
      noteclear(&n);
      EXPECT_FALSE(notetsleep(&n, 1));
    });
  });
}

TEST(Note, IsLookedForAwhileUnlessThatIsSwitchedOff) {
  for (bool spin : {true, false}) {
    run({.procs = 1, .spin = spin}, [&] {
      systemstack([&] {
        Note n;
        EXPECT_FALSE(notespin(&n));
        notewakeup(&n);
        EXPECT_EQ(notespin(&n), spin && ncpu() > 1);
      });
    });
  }
}

TEST(NoteDeathTest, WokenTwice) {
  EXPECT_DEATH(inRun(1,
                     [] {
                       Note n;
                       notewakeup(&n);
                       notewakeup(&n);
                     }),
               "fatal error: notewakeup - double wakeup\n");
}

TEST(NoteDeathTest, SleepOnGoroutineStack) {
  EXPECT_DEATH(inRun(1,
                     [] {
                       Note n;
                       notesleep(&n);
                     }),
               "fatal error: notesleep not on g0\n");
}

TEST(NoteDeathTest, TimedSleepOnGoroutineStackNeedsPreemptoff) {
  EXPECT_DEATH(inRun(1,
                     [] {
                       Note n;
                       getg()->m->preemptoff = "test";
                       notetsleep(&n, 1);
                       getg()->m->preemptoff = "";
                       notetsleep(&n, 1);
                     }),
               "fatal error: notetsleep not on g0\n");
}

}  // namespace
}  // namespace standstill::rt
