#include "tests/runtime/testing.h"

#include <rapidcheck/gtest.h>

#include "runtime/malloc.h"

namespace standstill::rt {
namespace {

TEST(Sema, CountsUpAndDown) {
  inRun(1, [] {
    Sema s{2};
    semacquire(&s, false);
    semacquire(&s, false);
    EXPECT_EQ(s, 0u);
    semrelease(&s);
    EXPECT_EQ(s, 1u);
  });
}

// Starts a goroutine that waits for s and then logs name.
void waiter(Sema* s, std::string* log, char name, Sema* done) {
  go(
      [=] {
        semacquire(s, false);
        *log += name;
        semrelease(done);
      },
      "waiter");
  Gosched();  // until it sleeps
}

TEST(Sema, WakesFirstComeFirst) {
  std::string log;
  inRun(1, [&] {
    Sema s{0}, done{0};
    for (char c : {'a', 'b', 'c', 'd'}) waiter(&s, &log, c, &done);
    for (int i = 0; i < 4; i++) {
      semrelease(&s);
      Gosched();
    }
    acquireAll(&done, 4);
  });
  EXPECT_EQ(log, "abcd");
}

TEST(Sema, ARunningGoroutineMayBargeAndTheLoserQueuesAgain) {
  std::string log;
  inRun(1, [&] {
    Sema s{0}, done{0};
    waiter(&s, &log, 'a', &done);
    waiter(&s, &log, 'b', &done);
    semrelease(&s);         // wakes a, which has to run to take it
    semacquire(&s, false);  // this is faster
    log += 'm';
    Gosched();  // a finds nothing and goes behind b
    for (int i = 0; i < 2; i++) {
      semrelease(&s);
      Gosched();
    }
    acquireAll(&done, 2);
  });
  EXPECT_EQ(log, "mba");
}

TEST(Sema, SharedRootWakesOnlyItsOwn) {
  std::string log;
  inRun(1, [&] {
    // Addresses 251*8 bytes apart hash to the same root.
    static Sema words[2 * 251 + 1];
    Sema* s = &words[0];
    Sema* t = &words[2 * 251];
    *s = 0;
    *t = 0;
    Sema done{0};
    waiter(s, &log, 's', &done);
    waiter(t, &log, 't', &done);
    waiter(s, &log, 'S', &done);
    semrelease(t);
    semacquire(&done, false);
    EXPECT_EQ(log, "t");
    semrelease(s);
    semacquire(&done, false);
    semrelease(s);
    semacquire(&done, false);
  });
  EXPECT_EQ(log, "tsS");
}

TEST(Sema, ExcludesUnderContention) {
  inRun(4, [] {
    Sema mu{1}, done{0};
    int64_t counter = 0;
    for (int i = 0; i < 8; i++) {
      go(
          [&] {
            for (int j = 0; j < 2000; j++) {
              semacquire(&mu, false);
              counter++;
              if (j % 16 == 0) Gosched();
              semrelease(&mu);
              safepoint();
            }
            semrelease(&done);
          },
          "worker");
    }
    acquireAll(&done, 8);
    EXPECT_EQ(counter, 16000);
    EXPECT_EQ(mu, 1u);
  });
}

TEST(Sema, NoWakeupIsLost) {
  inRun(4, [] {
    Sema ping{0}, pong{0};
    constexpr int n = 5000;
    go(
        [&] {
          for (int i = 0; i < n; i++) {
            semacquire(&ping, false);
            semrelease(&pong);
          }
        },
        "ponger");
    for (int i = 0; i < n; i++) {
      semrelease(&ping);
      semacquire(&pong, false);
    }
  });
}

TEST(Sema, QueueEntriesAreReused) {
  inRun(1, [] {
    Sema s{0}, done{0};
    MemStats before, after;
    std::string log;
    ReadMemStats(&before);
    for (int i = 0; i < 100; i++) {
      waiter(&s, &log, 'a', &done);
      semrelease(&s);
      semacquire(&done, false);
    }
    ReadMemStats(&after);
    EXPECT_LE(after.Mallocs - before.Mallocs, 2u);
  });
}

TEST(Sema, ManySleepersOverflowTheSudogCache) {
  inRun(2, [] {
    constexpr int n = 3 * P::kSudogCacheSize;
    Sema s{0}, done{0};
    for (int i = 0; i < n; i++) {
      go(
          [&] {
            semacquire(&s, false);
            semrelease(&done);
          },
          "waiter");
    }
    for (int i = 0; i < n; i++) semrelease(&s);
    acquireAll(&done, n);
    EXPECT_EQ(s, 0u);
  });
}

// Any program of goroutines that take and give back units of a few semaphores, which may share a
// root. The model is a count of who holds what: never more than there is, in the end nobody waits,
// and everything is back.
RC_GTEST_PROP(Sema, NeverMoreHoldersThanUnitsAndNobodyForgotten, ()) {
  constexpr size_t kSemas = 3;
  const int procs = *rc::gen::inRange(1, 5);
  const auto units =
      *rc::gen::container<std::vector<uint32_t>>(kSemas, rc::gen::inRange<uint32_t>(1, 4));
  // For each goroutine the semaphores it goes through, and what it does while it holds one.
  const auto steps = *rc::gen::container<std::vector<std::vector<std::pair<size_t, int>>>>(
      rc::gen::container<std::vector<std::pair<size_t, int>>>(
          rc::gen::pair(rc::gen::inRange<size_t>(0, kSemas), rc::gen::inRange(0, 4))));
  // 251 roots, by address / 8: the first and the last of the table share one.
  std::vector<Sema> words(251 * 2 + 3);
  Sema* semas[kSemas] = {&words[0], &words[1], &words[502]};
  std::atomic<int> holders[kSemas] = {};
  std::atomic<bool> tooMany{false};
  uint32_t leftOver = 0;
  for (size_t k = 0; k < kSemas; k++) *semas[k] = units[k];
  inRun(procs, [&] {
    WaitGroup wg;
    wg.add(static_cast<int>(steps.size()));
    for (const auto& mine : steps) {
      go(
          [&] {
            for (auto [k, what] : mine) {
              semacquire(semas[k], false);
              if (++holders[k] > static_cast<int>(units[k])) tooMany = true;
              if (what == 1) Gosched();
              if (what == 2) safepoint();
              if (what == 3) GOMAXPROCS(1 + static_cast<int>(k));
              holders[k]--;
              semrelease(semas[k]);
            }
            wg.done();
          },
          "user");
    }
    wg.wait();
    for (G* gp : allgs) leftOver += gp->waiting != nullptr;
  });
  RC_ASSERT(!tooMany);
  RC_ASSERT(leftOver == 0U);
  for (size_t k = 0; k < kSemas; k++) RC_ASSERT(*semas[k] == units[k]);
}

TEST(SemaDeathTest, AcquireOnTheSystemStack) {
  EXPECT_DEATH(inRun(1,
                     [] {
                       systemstack([] {
                         Sema s{1};
                         semacquire(&s, false);
                       });
                     }),
               "fatal error: semacquire not on the G stack\n");
}

}  // namespace
}  // namespace standstill::rt
