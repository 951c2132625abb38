#include <memory>

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

// What is looked at is the P: it counts how often it began to run a goroutine.
TEST(Sched, GoschedSwitchesOnlyWhenThereIsAReason) {
  inQuietRun(1, [] {
    if (sched.spinprocs == 0) return;  // there is only one processor
    auto ticks = [](auto yield) {
      uint32_t before = getg()->m->p->schedtick;
      yield();
      return getg()->m->p->schedtick - before;
    };
    EXPECT_EQ(ticks([] { Gosched(); }), 0u);
    EXPECT_EQ(ticks([] {
                go([] {}, "other");
                Gosched();
              }),
              2u);
    EXPECT_EQ(ticks([] {
                requestpreempt(getg());
                Gosched();
              }),
              1u);
    EXPECT_FALSE(getg()->preempt);
  });
}

// The original starts one more after each stop, with a P, which looks for work and parks.
TEST(Sched, NoMIsWokenWhenThereIsNothingToRun) {
  inQuietRun(4, [] {
    if (sched.spinprocs == 0) return;  // there is only one processor
    MemStats stats;
    spinUntil([] { return sched.npidle == 3; });  // the start of this goroutine has woken one
    for (int i = 0; i < 100; i++) {
      ReadMemStats(&stats);
      EXPECT_EQ(sched.npidle, 3);
    }
  });
}

// A function is copied into its goroutine if it is small and nothing has to be destroyed.
TEST(Sched, FunctionsOfAnySizeArePassedOn) {
  inRun(2, [] {
    Sema done{0};
    std::atomic<int64_t> sum{0};
    int64_t few[2] = {1, 2};
    int64_t many[100] = {};
    for (int64_t& n : many) n = 3;
    auto counted = std::make_shared<int64_t>(4);
    for (int i = 0; i < 100; i++) {
      go([&, few] { sum += few[0] + few[1], semrelease(&done); }, "few");
      go([&, many] { sum += many[0] + many[99], semrelease(&done); }, "many");
      go([&, counted] { sum += *counted, semrelease(&done); }, "counted");
    }
    acquireAll(&done, 300);
    EXPECT_EQ(sum, 100 * (3 + 6 + 4));
    spinUntil([&] { return counted.use_count() == 1; });
  });
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
