#include "tests/runtime/testing.h"

#include <memory>

#include "runtime/runqueue.h"

namespace standstill::rt {
namespace {

// Queues of Gs that nobody will run, on Ps that nobody owns.
struct Fixture {
  std::vector<std::unique_ptr<G>> gs;
  std::unique_ptr<P> a = std::make_unique<P>();
  std::unique_ptr<P> b = std::make_unique<P>();

  G* g(int i) {
    while (static_cast<int>(gs.size()) <= i) gs.push_back(std::make_unique<G>());
    return gs[static_cast<size_t>(i)].get();
  }
};

TEST(RunQueue, FirstInFirstOut) {
  Fixture f;
  EXPECT_TRUE(runqempty(f.a.get()));
  for (int i = 0; i < 10; i++) runqput(f.a.get(), f.g(i), false);
  EXPECT_FALSE(runqempty(f.a.get()));
  for (int i = 0; i < 10; i++) EXPECT_EQ(runqget(f.a.get()), f.g(i));
  EXPECT_EQ(runqget(f.a.get()), nullptr);
}

TEST(RunQueue, NextRunsFirstAndIsPushedToTheTail) {
  Fixture f;
  runqput(f.a.get(), f.g(0), false);
  runqput(f.a.get(), f.g(1), true);
  runqput(f.a.get(), f.g(2), true);
  EXPECT_EQ(runqget(f.a.get()), f.g(2));
  EXPECT_EQ(runqget(f.a.get()), f.g(0));
  EXPECT_EQ(runqget(f.a.get()), f.g(1));
  EXPECT_TRUE(runqempty(f.a.get()));
}

TEST(RunQueue, StealTakesHalfRoundedUp) {
  Fixture f;
  for (int i = 0; i < 5; i++) runqput(f.a.get(), f.g(i), false);
  // Three are taken; the last of them is the one to run now.
  EXPECT_EQ(runqsteal(f.b.get(), f.a.get(), false), f.g(2));
  EXPECT_EQ(runqget(f.b.get()), f.g(0));
  EXPECT_EQ(runqget(f.b.get()), f.g(1));
  EXPECT_EQ(runqget(f.b.get()), nullptr);
  EXPECT_EQ(runqget(f.a.get()), f.g(3));
  EXPECT_EQ(runqget(f.a.get()), f.g(4));
}

TEST(RunQueue, StealTakesNextOnlyWhenAskedTo) {
  Fixture f;
  runqput(f.a.get(), f.g(0), true);
  EXPECT_EQ(runqsteal(f.b.get(), f.a.get(), false), nullptr);
  EXPECT_EQ(runqsteal(f.b.get(), f.a.get(), true), f.g(0));
  EXPECT_TRUE(runqempty(f.a.get()));
}

TEST(RunQueue, FullRingSpillsHalfToTheGlobalQueue) {
  inRun(1, [] {
    Fixture f;
    constexpr int n = P::kRunqSize + 1;
    for (int i = 0; i < n; i++) runqput(f.a.get(), f.g(i), false);
    EXPECT_EQ(sched.runqsize, n - static_cast<int>(P::kRunqSize / 2));
    // The oldest went, in order, and with them the one that found the ring full.
    lock(&sched.lock);
    for (int i = 0; i < static_cast<int>(P::kRunqSize / 2); i++) {
      EXPECT_EQ(globrunqget(f.b.get(), 1), f.g(i));
    }
    EXPECT_EQ(globrunqget(f.b.get(), 1), f.g(n - 1));
    EXPECT_EQ(globrunqget(f.b.get(), 1), nullptr);
    unlock(&sched.lock);
    EXPECT_EQ(runqget(f.a.get()), f.g(static_cast<int>(P::kRunqSize / 2)));
  });
}

TEST(RunQueue, GlobalQueueGivesAFairShare) {
  inRun(2, [] {
    Fixture f;
    lock(&sched.lock);
    for (int i = 0; i < 6; i++) globrunqput(f.g(i));
    globrunqputhead(f.g(6));
    // 7 / gomaxprocs + 1: one returned, the others queued.
    EXPECT_EQ(globrunqget(f.a.get(), 0), f.g(6));
    EXPECT_EQ(sched.runqsize, 3);
    EXPECT_EQ(runqget(f.a.get()), f.g(0));
    EXPECT_EQ(runqget(f.a.get()), f.g(1));
    EXPECT_EQ(runqget(f.a.get()), f.g(2));
    EXPECT_EQ(runqget(f.a.get()), nullptr);
    while (globrunqget(f.a.get(), 1) != nullptr) continue;
    unlock(&sched.lock);
  });
}

TEST(RunQueue, EveryGIsTakenOnceByOwnerAndThieves) {
  inRun(3, [] {
    Fixture f;
    constexpr int n = 20000;
    for (int i = 0; i < n; i++) f.g(i)->goid = 0;
    std::atomic<int> taken{0};
    std::atomic<int> ready{0};
    Sema done{0};
    auto take = [&](G* gp) {
      if (gp == nullptr) return;
      gp->goid++;
      taken++;
    };
    for (int t = 0; t < 2; t++) {
      go(
          [&] {
            auto mine = std::make_unique<P>();
            ready++;
            spinUntil([&] {
              take(runqsteal(mine.get(), f.a.get(), true));
              for (G* gp = runqget(mine.get()); gp != nullptr; gp = runqget(mine.get())) take(gp);
              return taken >= n;
            });
            semrelease(&done);
          },
          "thief");
    }
    spinUntil([&] { return ready == 2; });
    for (int i = 0; i < n; i++) {
      // Stay below the size of the ring: what spills would be run by the scheduler.
      spinUntil([&] {
        uint32_t queued = f.a->runqtail - f.a->runqhead;
        if (queued >= P::kRunqSize / 2) take(runqget(f.a.get()));
        return queued < P::kRunqSize / 2;
      });
      runqput(f.a.get(), f.g(i), i % 3 == 0);
    }
    spinUntil([&] {
      take(runqget(f.a.get()));
      return taken >= n;
    });
    acquireAll(&done, 2);
    for (int i = 0; i < n; i++) ASSERT_EQ(f.g(i)->goid, 1) << i;
  });
}

}  // namespace
}  // namespace standstill::rt
