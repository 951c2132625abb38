// The stop protocol. Numbers in test names are those of the checks in section 8 of the facts.
#include "tests/runtime/testing.h"

namespace standstill::rt {
namespace {

// Goroutines that are always busy: running, in syscalls, yielding, parking.
class Busy {
 public:
  explicit Busy(int n) : n_(n) {
    for (int i = 0; i < n; i++) go([this, i] { work(i); }, "busy");
  }
  ~Busy() {
    stop_ = true;
    acquireAll(&done_, n_);
  }
  int64_t progress() const { return progress_; }

 private:
  void work(int kind) {
    for (int round = 1; !stop_; round++) {
      progress_++;
      safepoint();
      if (round % 64 == 0) Gosched();  // nobody takes the P away from a goroutine yet
      if (kind % 4 == 1) {
        entersyscall();
        exitsyscall();
      }
      if (kind % 4 == 2) Gosched();
      if (kind % 4 == 3) {
        semacquire(&mu_, false);
        Gosched();
        semrelease(&mu_);
      }
    }
    semrelease(&done_);
  }
  int n_;
  std::atomic<bool> stop_{false};
  std::atomic<int64_t> progress_{0};
  Sema mu_{1}, done_{0};
};

TEST(StopTheWorld, Check1StateAfterTheStop) {
  inRun(4, [] {
    Busy busy(6);
    for (int i = 0; i < 200; i++) {
      stopWorld("test");
      ASSERT_TRUE(gcwaiting());
      ASSERT_EQ(sched.stopwait, 0);
      ASSERT_EQ(sched.npidle, 0);
      for (int p = 0; p < gomaxprocs; p++) ASSERT_EQ(pstatus(p), Pgcstop);
      ASSERT_EQ(worldsemaValue(), 0u);
      ASSERT_STREQ(currentPreemptoff(), "test");
      int64_t progress = busy.progress();
      for (int j = 0; j < 100; j++) ASSERT_EQ(busy.progress(), progress);
      startWorld();
      Gosched();
    }
  });
}

TEST(StopTheWorld, Check2StateAfterTheStart) {
  inRun(3, [] {
    Busy busy(4);
    for (int i = 0; i < 200; i++) {
      int want = 1 + i % 5;
      GOMAXPROCS(want);
      ASSERT_EQ(gomaxprocs, want);
      ASSERT_FALSE(gcwaiting());
      ASSERT_EQ(sched.stopwait, 0);
      ASSERT_EQ(getg()->m->p->status, Prunning);
      for (int p = 0; p < want; p++) {
        uint32_t s = pstatus(p);
        ASSERT_TRUE(s == Pidle || s == Prunning || s == Psyscall) << s;
      }
      for (int p = want; p < 5; p++) {
        if (allp[p] != nullptr) ASSERT_EQ(allp[p]->status, Pdead);
      }
      ASSERT_STREQ(currentPreemptoff(), "");
      ASSERT_EQ(currentLocks(), 0);
    }
  });
}

// Every decrement of stopwait takes exactly 1 and a stop begins by setting it to gomaxprocs. So if
// it is 0 when the stop returns there were gomaxprocs decrements by then, and if it is still 0
// when nobody stops there were no more. A second wakeup of stopnote would throw "notewakeup -
// double wakeup" at once, or leave the note set, which cuts a later wait short: that throws
// "not stopped", or is seen here.
TEST(StopTheWorld, Check3EachPIsCountedOnceAndTheNoteWokenAtMostOnce) {
  inRun(4, [] {
    Busy busy(8);
    for (int i = 0; i < 500; i++) {
      stopWorld("test");
      ASSERT_EQ(sched.stopwait, 0);
      ASSERT_EQ(sched.stopnote.key, 0u);
      startWorld();
      for (int j = 0; j < i % 5; j++) {
        Gosched();
        ASSERT_EQ(sched.stopwait, 0);
        ASSERT_EQ(sched.stopnote.key, 0u);
      }
    }
  });
}

TEST(StopTheWorld, SeveralStoppersSerialise) {
  inRun(4, [] {
    Busy busy(2);
    std::atomic<int> inside{0};
    Sema done{0};
    int windows = 0;  // protected by the stop itself
    for (int k = 0; k < 4; k++) {
      go(
          [&] {
            for (int i = 0; i < 100; i++) {
              stopWorld("test");
              ASSERT_EQ(++inside, 1);
              windows++;
              ASSERT_EQ(inside--, 1);
              startWorld();
              safepoint();
            }
            semrelease(&done);
          },
          "stopper");
    }
    acquireAll(&done, 4);
    EXPECT_EQ(windows, 400);
    EXPECT_EQ(worldsemaValue(), 1u);
  });
}

TEST(StopTheWorld, EveryOperationAtOnce) {
  inRun(3, [] {
    Busy busy(3);
    Sema done{0};
    for (int k = 0; k < 4; k++) {
      go(
          [&, k] {
            MemStats ms;
            char text[512];
            for (int i = 0; i < 60; i++) {
              if (k == 0) GOMAXPROCS(1 + i % 4);
              if (k == 1) ReadMemStats(&ms);
              if (k == 2) Stack(text, sizeof(text), true);
              if (k == 3) GC();
              ASSERT_STREQ(currentPreemptoff(), "");
              ASSERT_EQ(currentLocks(), 0);
              safepoint();
            }
            semrelease(&done);
          },
          "stopper");
    }
    acquireAll(&done, 4);
    EXPECT_EQ(worldsemaValue(), 1u);
    EXPECT_FALSE(gcwaiting());
  });
}

TEST(StopTheWorld, AWaiterForTheWorldIsWokenByTheStart) {
  inRun(1, [] {
    bool stopped = false;
    Sema done{0};
    stopWorld("test");
    go(
        [&] {
          stopWorld("second");
          stopped = true;
          startWorld();
          semrelease(&done);
        },
        "second");
    EXPECT_EQ(worldsemaValue(), 0u);
    startWorld();
    semacquire(&done, false);
    EXPECT_TRUE(stopped);
  });
}

TEST(StopTheWorldDeathTest, HoldingALock) {
  EXPECT_DEATH(inRun(2,
                     [] {
                       Mutex mu;
                       lock(&mu);
                       stopWorld("test");
                     }),
               "fatal error: " STANDSTILL_STOP_NAME ": holding locks\n");
}

TEST(StopTheWorldDeathTest, PinnedByAcquirem) {
  EXPECT_DEATH(inRun(2,
                     [] {
                       acquirem();
                       GOMAXPROCS(1);
                     }),
               "fatal error: " STANDSTILL_STOP_NAME ": holding locks\n");
}

TEST(StopTheWorldDeathTest, CoreFindsAPThatDidNotStop) {
  // A P in a state that no stop can account for: neither running, nor idle, nor in a syscall.
  EXPECT_DEATH(inRun(2,
                     [] {
                       P* pp = nullptr;
                       while (pp == nullptr) {
                         lock(&sched.lock);
                         pp = pidleget();
                         unlock(&sched.lock);
                       }
                       lock(&sched.lock);
                       pp->status = Pdead;
                       unlock(&sched.lock);
                       notewakeup(&sched.stopnote);  // or it would wait for ever
                       systemstack([] { stopCore(); });
                     }),
               "fatal error: " STANDSTILL_STOP_NAME ": not stopped\n");
}

// --- GOMAXPROCS ---

TEST(Gomaxprocs, ReturnsTheOldValueAndSetsTheNew) {
  inRun(3, [] {
    EXPECT_EQ(GOMAXPROCS(2), 3);
    EXPECT_EQ(GOMAXPROCS(5), 2);
    EXPECT_EQ(GOMAXPROCS(0), 5);
    EXPECT_EQ(GOMAXPROCS(-1), 5);
    EXPECT_EQ(GOMAXPROCS(0), 5);
  });
}

TEST(Gomaxprocs, ClampsTo256) {
  inRun(1, [] {
    EXPECT_EQ(GOMAXPROCS(100000), 1);
    EXPECT_EQ(GOMAXPROCS(0), 256);
    EXPECT_EQ(GOMAXPROCS(257), 256);
    EXPECT_EQ(pstatus(255), Pidle);
    EXPECT_EQ(GOMAXPROCS(1), 256);
  });
}

TEST(Gomaxprocs, DoesNotStopWhenThereIsNothingToDo) {
  inRun(2, [] {
    // It would wait for ever for a world that is not its own to stop.
    semacquire(&worldsema, false);
    EXPECT_EQ(GOMAXPROCS(2), 2);
    EXPECT_EQ(GOMAXPROCS(0), 2);
    EXPECT_EQ(GOMAXPROCS(-7), 2);
    semrelease(&worldsema);
  });
}

TEST(Gomaxprocs, ShrinkingKeepsQueuedWork) {
  inRun(4, [] {
    constexpr int n = 100;
    std::atomic<int> ran{0};
    Sema done{0};
    for (int i = 0; i < n; i++) {
      go(
          [&] {
            for (int j = 0; j < 10; j++) Gosched();
            ran++;
            semrelease(&done);
          },
          "worker");
    }
    for (int i = 0; i < 20; i++) GOMAXPROCS(i % 2 == 0 ? 1 : 4);
    acquireAll(&done, n);
    EXPECT_EQ(ran, n);
  });
}

TEST(Gomaxprocs, TheCallersOwnPMayGo) {
  inRun(4, [] {
    Sema done{0};
    std::atomic<int> up{0};
    for (int i = 0; i < 4; i++) {
      go(
          [&] {
            up++;
            spinUntil([&] { return up == 4; });  // so that some of them are on a P that goes
            for (int j = 0; j < 50; j++) {
              GOMAXPROCS(1 + j % 4);
              ASSERT_LT(getg()->m->p->id, kMaxGomaxprocs);
              ASSERT_EQ(getg()->m->p->m, getg()->m);
              safepoint();
            }
            semrelease(&done);
          },
          "shrinker");
    }
    acquireAll(&done, 4);
  });
}

}  // namespace
}  // namespace standstill::rt
