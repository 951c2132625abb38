#include "tests/runtime/testing.h"

namespace standstill::rt {
namespace {

// On one P another goroutine runs only if the current one gives way: so whether it has run says
// whether a safepoint yielded.
struct OtherRan {
  bool ran = false;
  OtherRan() {
    go([this] { ran = true; }, "other");
  }
};

bool armed() { return getg()->stackguard0 == kStackPreempt; }

TEST(Preempt, SafepointYieldsWhenAsked) {
  inQuietRun(1, [] {
    OtherRan other;
    safepoint();
    EXPECT_FALSE(other.ran);
    requestpreempt(getg());
    safepoint();
    EXPECT_TRUE(other.ran);
    EXPECT_FALSE(getg()->preempt);
    EXPECT_FALSE(armed());
  });
}

// Makes a request while hold() is in force, and expects it to be refused; then calls release().
template <typename Hold, typename Release>
void expectRefused(Hold hold, Release release, bool rearmed) {
  inQuietRun(1, [&] {
    OtherRan other;
    hold();
    requestpreempt(getg());
    safepoint();
    EXPECT_FALSE(other.ran);
    EXPECT_TRUE(getg()->preempt) << "the request must outlive its refusal";
    EXPECT_FALSE(armed());
    release();
    EXPECT_EQ(armed(), rearmed);
    safepoint();
    EXPECT_EQ(other.ran, rearmed);
  });
}

TEST(Preempt, RefusedUnderAcquiremAndArmedAgainByReleasem) {
  expectRefused([] { acquirem(); }, [] { releasem(getg()->m); }, true);
}

TEST(Preempt, RefusedUnderNestedAcquirem) {
  expectRefused(
      [] {
        acquirem();
        acquirem();
      },
      [] {
        releasem(getg()->m);
        EXPECT_FALSE(armed());
        releasem(getg()->m);
      },
      true);
}

TEST(Preempt, RefusedUnderALockAndArmedAgainByUnlock) {
  static Mutex mu;
  expectRefused([] { lock(&mu); }, [] { unlock(&mu); }, true);
}

TEST(Preempt, PlainDecrementOfLocksDoesNotArmAgain) {
  expectRefused([] { getg()->m->locks++; }, [] { getg()->m->locks--; }, false);
}

TEST(Preempt, RefusedUnderPreemptoffAndNotArmedAgain) {
  expectRefused([] { getg()->m->preemptoff = "test"; }, [] { getg()->m->preemptoff = ""; }, false);
}

TEST(Preempt, RefusedWhileAllocating) {
  expectRefused([] { getg()->m->mallocing = 1; }, [] { getg()->m->mallocing = 0; }, false);
}

TEST(Preempt, RefusedWhenThePIsNotRunning) {
  expectRefused([] { getg()->m->p->status = Pgcstop; }, [] { getg()->m->p->status = Prunning; },
                false);
}

TEST(Preempt, EmptyPreemptoffIsNoReason) {
  inQuietRun(1, [] {
    char empty[] = "";
    getg()->m->preemptoff = empty;
    OtherRan other;
    requestpreempt(getg());
    safepoint();
    EXPECT_TRUE(other.ran);
    getg()->m->preemptoff = "";
  });
}

TEST(Preempt, RequestBeforeExecuteIsLost) {
  inQuietRun(1, [] {
    requestpreempt(getg());
    Gosched();
    EXPECT_FALSE(getg()->preempt);
    EXPECT_FALSE(armed());
  });
}

TEST(Preempt, AllReachesWhatRunsOnOtherPs) {
  inQuietRun(2, [] {
    std::atomic<G*> spinner{nullptr};
    std::atomic<bool> stop{false};
    Sema done{0};
    EXPECT_FALSE(preemptall()) << "it does not ask its own M";
    go(
        [&] {
          acquirem();  // stays where it is
          spinner = getg();
          while (!stop) continue;
          releasem(getg()->m);
          semrelease(&done);
        },
        "spinner");
    spinUntil([&] { return spinner.load() != nullptr; });
    EXPECT_TRUE(preemptall());
    EXPECT_TRUE(spinner.load()->preempt);
    EXPECT_FALSE(getg()->preempt);
    stop = true;
    semacquire(&done, false);
  });
}

TEST(Preempt, ASpinningGoroutineIsStopped) {
  inQuietRun(2, [] {
    std::atomic<int64_t> rounds{0};
    std::atomic<bool> stop{false};
    Sema done{0};
    go(
        [&] {
          while (!stop) {
            rounds++;
            safepoint();
          }
          semrelease(&done);
        },
        "spinner");
    for (int i = 0; i < 50; i++) {
      int64_t seen = rounds;
      spinUntil([&] { return rounds > seen; });
      stopWorld("test");
      seen = rounds;
      for (int j = 0; j < 1000; j++) ASSERT_EQ(rounds, seen);
      startWorld();
    }
    stop = true;
    semacquire(&done, false);
  });
}

TEST(PreemptDeathTest, SafepointInASyscall) {
  EXPECT_DEATH(inQuietRun(1,
                          [] {
                            entersyscall();
                            safepoint();
                          }),
               "fatal error: runtime: stack split at bad time\n");
}

}  // namespace
}  // namespace standstill::rt
