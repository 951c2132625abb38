// The collector: its phases and refusals, what it keeps and what it frees.
#include "runtime/mgc.h"

#include "runtime/mgcsweep.h"
#include "runtime/mheap.h"
#include "runtime/preempt.h"
#include "tests/runtime/garbage.h"

namespace standstill::rt {
namespace {

// --- what is kept ---

TEST(Collector, KeepsWhatAVariableOfAGoroutineRefersTo) {
  inRun(1, [] {
    Node* list = nullptr;
    for (int i = 0; i < 1000; i++) {
      Node* n = New<Node>(i);
      n->next = list;
      list = n;
    }
    GC();
    EXPECT_EQ(liveNodes(), 1000u);
    int64_t i = 999;
    for (Node* n = list; n != nullptr; n = n->next) ASSERT_EQ(n->value, i--);
    EXPECT_EQ(i, -1);
  });
}

TEST(Collector, FreesWhatNobodyRefersTo) {
  inRun(1, [] {
    apart([] {
      for (int i = 0; i < 1000; i++) New<Node>(i)->next = New<Node>(i);
    });
    EXPECT_EQ(liveNodes(), 2000u);
    GC();
    EXPECT_EQ(liveNodes(), 0u);
  });
}

TEST(Collector, FreesCycles) {
  inRun(1, [] {
    apart([] {
      Node* a = New<Node>(1);
      Node* b = New<Node>(2);
      a->next = b;
      b->next = a;
    });
    GC();
    EXPECT_EQ(liveNodes(), 0u);
  });
}

TEST(Collector, APointerIntoTheMiddleKeepsTheWhole) {
  inRun(1, [] {
    int64_t* middle = nullptr;
    apart([&] { middle = &NewArray<Node>(50)[20].value; });
    *middle = 7;
    GC();
    EXPECT_EQ(objectsIn(spanOf(middle)), 1u);
    EXPECT_EQ(*middle, 7);
  });
}

TEST(Collector, RootsKeepUntilTheyAreClearedOrGone) {
  static Root<Node> root;
  for (int round = 0; round < 2; round++) {
    EXPECT_EQ(root.get(), nullptr) << "null again after a run";
    inRun(1, [] {
      apart([] {
        root = New<Node>(1);
        root->next = New<Node>(2);
      });
      GC();
      EXPECT_EQ(liveNodes(), 2u);
      apart([] { EXPECT_EQ(root->next->value, 2); });
      apart([] { root->next = nullptr; });
      GC();
      EXPECT_EQ(liveNodes(), 1u);
    });
  }
}

TEST(Collector, WhatAGoroutineIsBoundToIsKeptBeforeItRuns) {
  inRun(1, [] {
    Sema done{0};
    int64_t got = 0;
    apart([&] {
      Node* n = New<Node>(42);
      go(
          [&done, &got, n] {
            got = n->value;
            semrelease(&done);
          },
          "bound");
    });
    apart([] { GC(); });
    EXPECT_EQ(liveNodes(), 1u);
    semacquire(&done, false);
    EXPECT_EQ(got, 42);
    while (NumGoroutine() > 1) Gosched();
    GC();
    EXPECT_EQ(liveNodes(), 0u);
  });
}

TEST(Collector, ValuesInAChannelAreKept) {
  inRun(1, [] {
    Chan<Node*> c(4);
    apart([&] {
      for (int i = 0; i < 3; i++) c.send(New<Node>(i));
    });
    GC();
    EXPECT_EQ(liveNodes(), 3u);
    apart([&] {
      for (int i = 0; i < 3; i++) EXPECT_EQ((*c.recv())->value, i);
    });
    GC();
    EXPECT_EQ(liveNodes(), 0u);
  });
}

TEST(Collector, WhatAParkedSenderHoldsIsKept) {
  inRun(2, [] {
    Chan<Node*> c;
    Sema done{0};
    go(
        [&] {
          c.send(New<Node>(5));
          semrelease(&done);
        },
        "sender");
    while (allgs[1]->status != Gwaiting) Gosched();
    GC();
    EXPECT_EQ(liveNodes(), 1u);
    EXPECT_EQ((*c.recv())->value, 5);
    semacquire(&done, false);
  });
}

// A syscall's frames lie below those of its caller, whose registers may be all that refers to an
// object.
TEST(Collector, WhatAGoroutineInASyscallHoldsIsKept) {
  inRun(2, [] {
    std::atomic<bool> leave{false};
    Sema done{0};
    go(
        [&] {
          Node* a = New<Node>(1);
          Node* b = New<Node>(2);
          entersyscallblock();
          while (!leave) usleep(10);
          exitsyscall();
          EXPECT_EQ(a->value + b->value, 3);
          entersyscall();
          exitsyscall();
          semrelease(&done);
        },
        "caller");
    while (allgs[1]->status != Gsyscall) Gosched();
    for (int i = 0; i < 3; i++) GC();
    EXPECT_EQ(liveNodes(), 2u);
    leave = true;
    semacquire(&done, false);
  });
}

// --- phases ---

TEST(Collector, AForcedCycleStopsOnce) {
  inRun(2, [] {
    GC();
    EXPECT_EQ(gcstate.phase, GCoff);
    EXPECT_FALSE(gcstate.writeBarrier);
    EXPECT_TRUE(sweepdone());
    EXPECT_EQ(NumGoroutine(), 1) << "it needs no helpers";
  });
}

// The barrier is on in mark and mark termination, and only there. (check 5 of section 8 of the
// facts, with the two tests of that name)
TEST(Collector, Check5TheBarrierIsOnWhileItMarks) {
  inRun(2, [] {
    Node* tree = makeTree(13);
    bool seenOn = false;
    while (!seenOn) {
      // Who is still busy with the end of the last cycle does not begin another.
      spinUntil([] {
        lock(&gcstate.lock);
        bool idle = !gcstate.bggcWorking;
        unlock(&gcstate.lock);
        return idle;
      });
      uint32_t cycle = memstats.numgc;
      startGC(gcBackgroundMode);
      while (memstats.numgc == cycle) {
        uint32_t phase = gcstate.phase;
        bool on = gcstate.writeBarrier;
        if (gcstate.phase == phase && on) {
          ASSERT_EQ(phase, GCmark) << "nobody runs in mark termination";
          seenOn = true;
        }
        safepoint();
      }
    }
    EXPECT_EQ(countTree(tree), (1u << 13) - 1);
    EXPECT_EQ(gcstate.phase, GCoff);
    EXPECT_FALSE(gcstate.writeBarrier);
  });
}

TEST(Collector, ABackgroundCycleFreesToo) {
  inRun(2, [] {
    Node* kept = New<Node>(1);
    apart([] {
      for (int i = 0; i < 5000; i++) New<Node>(i);
    });
    startGC(gcBackgroundMode);
    while (memstats.numgc == 0 || !sweepdone()) Gosched();
    while (gosweepone()) {
    }
    Gosched();
    EXPECT_LE(liveNodes(), 10u) << "new ones while it marked aside";
    EXPECT_EQ(kept->value, 1);
  });
}

TEST(Collector, SweepingIsLazyUnlessGCWasCalled) {
  inRun(1, [] {
    apart([] {
      for (int i = 0; i < 5000; i++) New<Node>(i);
    });
    startGC(gcForceMode);
    EXPECT_FALSE(sweepdone());
    MemStats ms;
    ReadMemStats(&ms);
    EXPECT_GE(ms.HeapObjects, 5000u) << "garbage counts until it is swept";
    // Allocation sweeps what it needs.
    for (int i = 0; i < 2000; i++) New<Node>(i);
    ReadMemStats(&ms);
    EXPECT_GT(ms.Frees, 0u);
    while (gosweepone()) {
    }
    EXPECT_TRUE(sweepdone());
    ReadMemStats(&ms);
    EXPECT_GE(ms.Frees, 5000u);
  });
}

TEST(Collector, IsTriggeredByGrowth) {
  inRun(2, [] {
    EXPECT_EQ(gcstate.nextGC, size_t{4} << 20);
    Node* keep = makeTree(14);
    for (int i = 0; i < 1'000'000; i++) New<Node>(i);
    EXPECT_GT(memstats.numgc, 1u);
    MemStats ms;
    ReadMemStats(&ms);
    EXPECT_LT(ms.HeapSys, size_t{90} << 20) << "garbage is used again";
    EXPECT_EQ(countTree(keep), (1u << 14) - 1);
  });
}

TEST(Collector, SetGCPercentMovesTheTriggerOrSwitchesOff) {
  inRun(2, [] {
    EXPECT_EQ(SetGCPercent(400), 100);
    EXPECT_EQ(gcstate.nextGC, size_t{16} << 20);
    EXPECT_EQ(SetGCPercent(-5), 400);
    for (int i = 0; i < 400'000; i++) New<Node>(i);
    GC();
    EXPECT_EQ(memstats.numgc, 0u);
    EXPECT_EQ(SetGCPercent(50), -1);
    EXPECT_EQ(gcstate.nextGC, size_t{2} << 20);
    GC();
    EXPECT_EQ(memstats.numgc, 1u);
  });
}

// --- refusals ---

TEST(Collector, RefusesWhilePreemptionIsOff) {
  inRun(1, [] {
    M* mp = acquirem();
    GC();
    startGC(gcBackgroundMode);
    releasem(mp);
    mp->preemptoff = "test";
    GC();
    startGC(gcBackgroundMode);
    mp->preemptoff = "";
    systemstack([] { GC(); });
    MemStats ms;
    ReadMemStats(&ms);
    EXPECT_EQ(ms.NumGC, 0u);
    EXPECT_EQ(NumGoroutine(), 1);
    GC();
    ReadMemStats(&ms);
    EXPECT_EQ(ms.NumGC, 1u);
    EXPECT_GT(ms.LastGC, 0u);
    EXPECT_EQ(ms.PauseNs[0], ms.PauseTotalNs);
    EXPECT_EQ(ms.PauseEnd[0], ms.LastGC);
  });
}

TEST(Collector, AllocationHoldingALockDoesNotCollect) {
  inRun(1, [] {
    Mutex mu;
    lock(&mu);
    for (int i = 0; i < 200'000; i++) New<Node>(i);
    unlock(&mu);
    EXPECT_GT(heap.live, gcstate.nextGC);
    EXPECT_EQ(memstats.numgc, 0u);
    // The next one without a lock does.
    while (memstats.numgc == 0) New<Node>(1);
  });
}

TEST(CollectorDeathTest, Check5AllocationInMarkTermination) {
  EXPECT_DEATH(inRun(1,
                     [] {
                       stopWorld("test");
                       gcstate.inMarkTermination = true;
                       mallocgc(10);
                     }),
               "fatal error: mallocgc called with gcphase == _GCmarktermination\n");
}

TEST(CollectorDeathTest, TheBarrierWithoutAP) {
  EXPECT_DEATH(inRun(1,
                     [] {
                       Node* n = New<Node>(1);
                       gcstate.writeBarrier = true;
                       entersyscall();
                       n->next = n;
                     }),
               "fatal error: write barrier without a P\n");
}

// --- the runtime's own ---

TEST(Collector, ReleasesStacksOfDeadGoroutines) {
  inRun(1, [] {
    Sema done{0};
    for (int i = 0; i < 50; i++) go([&] { semrelease(&done); }, "worker");
    acquireAll(&done, 50);
    while (NumGoroutine() > 1) Gosched();
    MemStats ms;
    ReadMemStats(&ms);
    EXPECT_EQ(ms.StackInuse, 51u * (256 << 10));
    GC();
    EXPECT_EQ(NumGoroutine(), 1);
    ReadMemStats(&ms);
    EXPECT_EQ(ms.StackInuse, 256u << 10);
    EXPECT_EQ(ms.NumGC, 1u);
    // The Gs themselves remain, and get a stack again.
    int64_t gs = allglen;
    go([&] { semrelease(&done); }, "worker");
    semacquire(&done, false);
    EXPECT_EQ(allglen, gs);
  });
}

TEST(Collector, FreesPooledSudogs) {
  inRun(1, [] {
    Sema s{0}, done{0};
    for (int i = 0; i < 200; i++) {
      go(
          [&] {
            semacquire(&s, false);
            semrelease(&done);
          },
          "waiter");
    }
    for (int i = 0; i < 10; i++) Gosched();  // until all sleep: more than a P can cache
    GC();
    MemStats before, after;
    ReadMemStats(&before);
    EXPECT_GE(before.HeapObjects, 200u);
    for (int i = 0; i < 200; i++) semrelease(&s);
    acquireAll(&done, 200);
    GC();
    ReadMemStats(&after);
    EXPECT_LT(after.HeapObjects, before.HeapObjects);
  });
}

TEST(Collector, RunsWhileGoroutinesComeAndGo) {
  inRun(3, [] {
    whileGoroutinesComeAndGo(5, [] {
      for (int i = 0; i < 100; i++) {
        if (i % 3 == 0) startGC(gcBackgroundMode);
        GC();
      }
    });
  });
}

// The first goroutine may run on another M before the first one has done anything else.
TEST(Collector, CollectsFromTheFirstMomentOfARun) {
  for (int i = 0; i < 300; i++) {
    inRun(3, [] {
      GC();
      ASSERT_EQ(memstats.numgc, 1u);
    });
  }
}

TEST(Collector, NextRunStartsAfresh) {
  for (int i = 0; i < 5; i++) {
    inRun(2, [] {
      go(
          [] {
            for (;;) New<Node>(1), safepoint();
          },
          "abandoned");
      startGC(gcBackgroundMode);
    });
  }
}

}  // namespace
}  // namespace standstill::rt
