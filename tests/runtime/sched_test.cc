#include "tests/runtime/testing.h"

namespace standstill::rt {
namespace {

// With one P everything happens in an order that the rules of the queues determine.

TEST(Sched, LastStartedRunsFirstThenInOrder) {
  std::string log;
  inRun(1, [&] {
    Sema done{0};
    for (char name : {'a', 'b', 'c', 'd'}) {
      go(
          [&log, &done, name] {
            log += name;
            semrelease(&done);
          },
          "worker");
    }
    acquireAll(&done, 4);
  });
  EXPECT_EQ(log, "dabc");
}

TEST(Sched, GoschedGoesBehindEveryoneElse) {
  std::string log;
  inRun(1, [&] {
    auto worker = [&log](char name) {
      return [&log, name] {
        for (int i = 0; i < 3; i++) {
          log += name;
          Gosched();
        }
      };
    };
    go(worker('a'), "a");
    go(worker('b'), "b");
    for (int i = 0; i < 3; i++) {
      log += 'm';
      Gosched();
    }
  });
  EXPECT_EQ(log, "mbambamba");
}

TEST(Sched, GoreadyRunsNext) {
  std::string log;
  inRun(1, [&] {
    Sema s{0}, done{0};
    go(
        [&] {
          semacquire(&s, false);
          log += 'w';
          semrelease(&done);
        },
        "waiter");
    Gosched();  // the waiter parks
    go(
        [&] {
          log += 'o';
          semrelease(&done);
        },
        "other");
    semrelease(&s);  // goes before the other, which was next
    acquireAll(&done, 2);
  });
  EXPECT_EQ(log, "wo");
}

TEST(Sched, GlobalQueueIsNotStarvedByALocalPair) {
  int rounds = 0;
  inRun(1, [&] {
    Sema ping{0}, pong{0};
    std::atomic<bool> stop{false};
    go(
        [&] {
          while (!stop) {
            semacquire(&ping, false);
            semrelease(&pong);
          }
        },
        "ponger");
    go(
        [&] {
          Gosched();  // from here on in the global queue
          stop = true;
        },
        "starved");
    while (!stop) {
      semrelease(&ping);
      semacquire(&pong, false);
      rounds++;
    }
    semrelease(&ping);
  });
  EXPECT_LT(rounds, 200);
}

TEST(Sched, WorkIsStolenFromABusyP) {
  inRun(2, [] {
    std::atomic<int> ran{0};
    // This goroutine keeps its P; another must take all of these, also the one that is next.
    for (int i = 0; i < 20; i++) go([&] { ran++; }, "worker");
    spinUntil([&] { return ran == 20; });
  });
}

TEST(Sched, GoroutinesRunInParallel) {
  inRun(3, [] {
    std::atomic<int> here{0};
    Sema done{0};
    for (int i = 0; i < 2; i++) {
      go(
          [&] {
            here++;
            spinUntil([&] { return here == 3; });
            semrelease(&done);
          },
          "runner");
    }
    here++;
    spinUntil([&] { return here == 3; });
    acquireAll(&done, 2);
  });
}

TEST(Sched, MoreGoroutinesThanFitIntoAQueue) {
  inRun(2, [] {
    constexpr int n = 1500;
    std::atomic<int> ran{0};
    Sema done{0};
    for (int i = 0; i < n; i++) {
      go(
          [&] {
            Gosched();
            ran++;
            semrelease(&done);
          },
          "worker");
    }
    acquireAll(&done, n);
    EXPECT_EQ(ran, n);
  });
}

TEST(Sched, DeadGoroutinesAreReused) {
  inRun(1, [] {
    int64_t last = 1;
    for (int i = 0; i < 500; i++) {
      Sema done{0};
      go(
          [&] {
            EXPECT_GT(getg()->goid, last);
            last = getg()->goid;
            semrelease(&done);
          },
          "worker");
      semacquire(&done, false);
      Gosched();
    }
    EXPECT_EQ(last, 501);
    EXPECT_LE(allglen, 3);
  });
}

TEST(Sched, NumGoroutineCountsTheLiving) {
  inRun(1, [] {
    Sema s{0};
    EXPECT_EQ(NumGoroutine(), 1);
    for (int i = 0; i < 100; i++) go([&] { semacquire(&s, false); }, "waiter");
    EXPECT_EQ(NumGoroutine(), 101);
    Gosched();
    EXPECT_EQ(NumGoroutine(), 101);
    for (int i = 0; i < 100; i++) semrelease(&s);
    while (NumGoroutine() > 1) Gosched();
  });
}

TEST(Sched, GoroutineKeepsItsIdentityAcrossThreads) {
  inRun(4, [] {
    Sema done{0};
    for (int i = 0; i < 8; i++) {
      go(
          [&] {
            G* before = getg();
            int64_t goid = before->goid;
            for (int j = 0; j < 300; j++) {
              Gosched();
              ASSERT_EQ(getg(), before);
              ASSERT_EQ(getg()->goid, goid);
              ASSERT_EQ(getg()->m->curg, getg());
            }
            semrelease(&done);
          },
          "wanderer");
    }
    acquireAll(&done, 8);
  });
}

TEST(Sched, SystemstackRunsOnG0AndNests) {
  inRun(1, [] {
    G* me = getg();
    bool inner = false;
    systemstack([&] {
      EXPECT_EQ(getg(), me->m->g0);
      EXPECT_EQ(me->m->curg, me);
      systemstack([&] { inner = getg() == me->m->g0; });
    });
    EXPECT_TRUE(inner);
    EXPECT_EQ(getg(), me);
  });
}

TEST(Sched, ParkGoesOnAtOnceWhenTheUnlockFunctionSaysSo) {
  inRun(1, [] {
    bool called = false;
    gopark(
        [](G*, void* p) {
          *static_cast<bool*>(p) = true;
          return false;
        },
        &called, "test", TraceEv::GoBlock);
    EXPECT_TRUE(called);
    EXPECT_EQ(getg()->status, Grunning);
  });
}

TEST(SchedDeathTest, ParkWithALockHeld) {
  EXPECT_DEATH(inRun(1,
                     [] {
                       acquirem();
                       Gosched();
                     }),
               "fatal error: schedule: holding locks\n");
}

}  // namespace
}  // namespace standstill::rt
