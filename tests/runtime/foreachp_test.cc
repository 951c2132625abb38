#include "tests/runtime/testing.h"

#include "runtime/proc.h"

namespace standstill::rt {
namespace {

std::atomic<int> calls[kMaxGomaxprocs];

void count(P* pp) { calls[pp->id]++; }

void resetCalls() {
  for (auto& n : calls) n = 0;
}

// Under worldsema, as forEachP wants it.
void countOnEachP() {
  semacquire(&worldsema, false);
  systemstack([] { forEachP(count); });
  semrelease(&worldsema);
}

TEST(ForEachP, CallsForTheOnlyP) {
  resetCalls();
  inRun(1, [] {
    countOnEachP();
    EXPECT_EQ(calls[0], 1);
    EXPECT_EQ(sched.stopwait, 0);
    EXPECT_EQ(sched.safePointFn, nullptr);
    EXPECT_EQ(currentLocks(), 0);
  });
}

TEST(ForEachP, CallsOnceForEachIdleP) {
  resetCalls();
  inRun(5, [] {
    countOnEachP();
    for (int i = 0; i < 5; i++) EXPECT_EQ(calls[i], 1);
    EXPECT_EQ(calls[5], 0);
  });
}

TEST(ForEachP, CallsForPsInSyscalls) {
  resetCalls();
  inRun(2, [] {
    std::atomic<bool> in{false}, leave{false};
    Sema done{0};
    go(
        [&] {
          entersyscall();
          in = true;
          while (!leave) continue;
          exitsyscall();
          semrelease(&done);
        },
        "caller");
    spinUntil([&] { return in.load(); });
    countOnEachP();
    EXPECT_EQ(calls[0], 1);
    EXPECT_EQ(calls[1], 1);
    leave = true;
    semacquire(&done, false);
  });
}

// What a goroutine does after its P has called the function happens after; what it did before, is
// visible when forEachP returns.
TEST(ForEachP, WaitsForWhoeverRuns) {
  resetCalls();
  inRun(2, [] {
    std::atomic<bool> up{false}, stop{false};
    int before = 0;  // not atomic: the barrier is what orders it
    Sema done{0};
    go(
        [&] {
          acquirem();
          up = true;
          for (int i = 0; i < 1000; i++) safepoint();  // refused: not yet
          before = 1;
          releasem(getg()->m);
          while (!stop) safepoint();
          semrelease(&done);
        },
        "runner");
    spinUntil([&] { return up.load(); });
    countOnEachP();
    EXPECT_EQ(before, 1);
    EXPECT_EQ(calls[0] + calls[1], 2);
    stop = true;
    semacquire(&done, false);
  });
}

// Running, yielding, in syscalls of both kinds, coming and going. No stop of the world beside it:
// see foreachp.cc for what that may do.
TEST(ForEachP, CallsExactlyOnceWhateverThePsDo) {
  resetCalls();
  inRun(4, [] {
    std::atomic<bool> stop{false};
    Sema done{0};
    for (int k = 0; k < 6; k++) {
      go(
          [&, k] {
            for (int n = 0; !stop; n++) {
              safepoint();
              if (k % 3 == 0) {
                entersyscall();
                exitsyscall();
              }
              if (k % 3 == 1) Gosched();
              if (n % 64 == 0) Gosched();
              if (k == 5) {
                entersyscallblock();
                exitsyscall();
              }
            }
            semrelease(&done);
          },
          "busy");
    }
    for (int round = 1; round <= 300; round++) {
      countOnEachP();
      for (int i = 0; i < 4; i++) ASSERT_EQ(calls[i], round);
      if (round % 4 == 0) Gosched();
    }
    stop = true;
    acquireAll(&done, 6);
  });
}

TEST(ForEachP, SerialisesWithStops) {
  resetCalls();
  inRun(3, [] {
    Sema done{0};
    go(
        [&] {
          for (int i = 0; i < 200; i++) {
            stopWorld("test");
            startWorld();
            safepoint();
          }
          semrelease(&done);
        },
        "stopper");
    for (int round = 1; round <= 200; round++) {
      countOnEachP();
      for (int i = 0; i < 3; i++) ASSERT_EQ(calls[i], round);
      safepoint();
    }
    semacquire(&done, false);
    EXPECT_FALSE(gcwaiting());
  });
}

TEST(ForEachP, EndsARunThatEndsMeanwhile) {
  for (int i = 0; i < 50; i++) {
    std::atomic<int> up{0};
    inRun(3, [&] {
      go(
          [&] {
            for (up = 1;;) {
              countOnEachP();
              safepoint();
            }
          },
          "barrier");
      go(
          [&] {
            for (;;) safepoint();
          },
          "busy");
      for (int n = 0; n < i % 7 || up == 0; n++) Gosched();
    });
  }
}

TEST(ForEachPDeathTest, DuringAStop) {
  EXPECT_DEATH(inRun(2,
                     [] {
                       sched.stopwait = 1;
                       systemstack([] { forEachP(count); });
                     }),
               "fatal error: forEachP: sched.stopwait != 0\n");
}

// The symptom of issue 10618: somebody has counted once too often.
TEST(ForEachPDeathTest, ACountTooMany) {
  auto spoil = [](P* pp) {
    if (pp == getg()->m->p) sched.stopwait--;
  };
  EXPECT_DEATH(inRun(1, [&] { systemstack([&] { forEachP(spoil); }); }),
               "fatal error: forEachP: not stopped\n");
}

}  // namespace
}  // namespace standstill::rt
