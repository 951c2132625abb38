#include "tests/runtime/testing.h"

#include <algorithm>

#include <rapidcheck/gtest.h>

#include "runtime/os.h"
#include "runtime/timer.h"

namespace standstill::rt {
namespace {

TEST(Sleep, IsNeverTooShort) {
  inRun(1, [] {
    for (int64_t ns : {1, 1000, 300'000, 3'000'000}) {
      int64_t start = nanotime();
      Sleep(ns);
      EXPECT_GE(nanotime() - start, ns);
    }
  });
}

TEST(Sleep, OfNothingDoesNotPark) {
  inRun(1, [] {
    bool ran = false;
    go([&] { ran = true; }, "other");
    Sleep(0);
    Sleep(-5);
    EXPECT_FALSE(ran);
  });
}

// Main sleeps with nobody else there: that is no deadlock, and the monitor sleeps as well.
TEST(Sleep, OfEverybodyIsNoDeadlock) {
  for (bool sysmon : {false, true}) {
    run({.procs = 3, .sysmon = sysmon}, [] {
      Sema done{0};
      for (int i = 0; i < 5; i++) {
        go(
            [&, i] {
              Sleep(2'000'000 * (5 - i));
              semrelease(&done);
            },
            "sleeper");
      }
      acquireAll(&done, 5);
    });
  }
}

TEST(SleepDeathTest, DeadlockIsFoundOnceTheTimersAreDone) {
  auto program = [] {
    inRun(2, [] {
      Sleep(1'000'000);
      Sema never{0};
      semacquire(&never, false);
    });
  };
  EXPECT_EXIT(program(), testing::ExitedWithCode(2),
              "^fatal error: all goroutines are asleep - deadlock!\n");
}

// What is called, in the order in which it is.
struct Log {
  struct Entry : TimerEntry {
    Log* log = nullptr;
    int id = 0;
  };
  std::vector<Entry> entries;
  std::vector<int> called;
  std::vector<int64_t> calledAt;
  Sema done{0};

  explicit Log(size_t n) : entries(n) {
    for (size_t i = 0; i < n; i++) {
      entries[i].log = this;
      entries[i].id = static_cast<int>(i);
      entries[i].arg = &entries[i];
      entries[i].fn = [](void* p) {
        auto* e = static_cast<Entry*>(p);
        e->log->called.push_back(e->id);
        e->log->calledAt.push_back(nanotime());
        semrelease(&e->log->done);
      };
    }
  }
};

TEST(Timers, EqualTimesInTheOrderInWhichTheyWereSet) {
  inRun(1, [] {
    Log log(50);
    int64_t when = nanotime() + 1'000'000;
    for (auto& e : log.entries) {
      e.when = when;
      startTimer(&e);
    }
    acquireAll(&log.done, 50);
    EXPECT_TRUE(std::is_sorted(log.called.begin(), log.called.end()));
    for (int64_t t : log.calledAt) EXPECT_GE(t, when);
  });
}

// The model is a sorted list: of what was set and not stopped, in order of time and then of
// setting.
RC_GTEST_PROP(Timers, CallWhatWasNotStoppedInOrder, ()) {
  const auto delays = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 12));
  const auto stops = *rc::gen::container<std::vector<size_t>>(rc::gen::inRange<size_t>(0, 40));
  std::vector<int> expected, called;
  bool early = false, late = false, stopsAgree = true;
  run({.procs = 1, .stackSize = 256 << 10, .sysmon = false}, [&] {
    Log log(delays.size());
    int64_t base = nanotime() + 5'000'000;
    for (size_t i = 0; i < delays.size(); i++) {
      log.entries[i].when = base + delays[i];
      startTimer(&log.entries[i]);
      expected.push_back(static_cast<int>(i));
    }
    for (size_t i : stops) {
      if (i >= delays.size()) continue;
      auto it = std::find(expected.begin(), expected.end(), static_cast<int>(i));
      bool set = it != expected.end();
      if (set) expected.erase(it);
      stopsAgree &= stopTimer(&log.entries[i]) == set;
    }
    // On a busy machine the first may be due already: then the model knows nothing.
    late = nanotime() >= base;
    if (late) {
      for (auto& e : log.entries) stopTimer(&e);
      return;
    }
    std::sort(expected.begin(), expected.end(), [&](int a, int b) {
      int da = delays[static_cast<size_t>(a)], db = delays[static_cast<size_t>(b)];
      return da != db ? da < db : a < b;
    });
    acquireAll(&log.done, static_cast<int>(expected.size()));
    called = log.called;
    for (size_t i = 0; i < called.size(); i++) {
      early |= log.calledAt[i] < log.entries[static_cast<size_t>(called[i])].when;
    }
  });
  if (late) return;
  RC_ASSERT(stopsAgree);
  RC_ASSERT(called == expected);
  RC_ASSERT(!early);
}

TEST(Timers, AnEarlierOneWakesTheGoroutineThatSleepsForALaterOne) {
  inRun(2, [] {
    Log log(2);
    log.entries[0].when = nanotime() + int64_t{3600} * 1'000'000'000;
    startTimer(&log.entries[0]);
    Sleep(1'000'000);
    log.entries[1].when = nanotime() + 1'000'000;
    startTimer(&log.entries[1]);
    semacquire(&log.done, false);
    EXPECT_EQ(log.called, std::vector<int>{1});
    EXPECT_TRUE(stopTimer(&log.entries[0]));
    EXPECT_FALSE(stopTimer(&log.entries[0]));
    EXPECT_FALSE(stopTimer(&log.entries[1]));
  });
}

TEST(Timers, ManySleepersOnManyPs) {
  inRun(3, [] {
    std::atomic<bool> early{false};
    Sema done{0};
    for (int k = 0; k < 20; k++) {
      go(
          [&, k] {
            for (int i = 0; i < 20; i++) {
              int64_t ns = 1000 * ((k * 7 + i * 13) % 50);
              int64_t start = nanotime();
              Sleep(ns);
              if (nanotime() - start < ns) early = true;
            }
            semrelease(&done);
          },
          "sleeper");
    }
    acquireAll(&done, 20);
    EXPECT_FALSE(early);
  });
}

TEST(Timer, SendsTheTimeOnce) {
  inRun(2, [] {
    int64_t start = nanotime();
    Timer t(500'000);
    EXPECT_GE(*t.chan().recv() - start, 500'000);
    EXPECT_FALSE(t.stop());
    EXPECT_EQ(t.chan().len(), 0u);
  });
}

TEST(Timer, StoppedSendsNothing) {
  inRun(2, [] {
    Timer t(1'000'000);
    EXPECT_TRUE(t.stop());
    EXPECT_FALSE(t.stop());
    Sleep(3'000'000);
    EXPECT_EQ(t.chan().len(), 0u);
  });
}

TEST(Timer, MayGoWhileItFires) {
  inRun(3, [] {
    for (int i = 0; i < 300; i++) {
      Timer t(i % 20 * 1000);
      if (i % 3 == 0) Gosched();
    }
  });
}

TEST(Timers, ARunEndsBeforeTheyAreDue) {
  constexpr int64_t kHour = int64_t{3600} * 1'000'000'000;
  for (int i = 0; i < 30; i++) {
    // Not a Timer: what a goroutine owns that is abandoned is not freed.
    TimerEntry pending{.when = nanotime() + kHour, .fn = [](void*) {}};
    inRun(2, [&] {
      go([] { Sleep(kHour); }, "sleeper");
      startTimer(&pending);
      go([] { Sleep(INT64_MAX); }, "for ever");
      for (int n = 0; n < i % 7; n++) Gosched();
    });
  }
}

}  // namespace
}  // namespace standstill::rt
