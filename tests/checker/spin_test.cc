// Loops that wait for another thread, for a time, or for nothing.
#include <gtest/gtest.h>

#include "checker/engine/faults.h"
#include "checker/engine/optimal_dpor.h"
#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

TEST(Spin, aYieldLetsOthersGoFirstOrNot) {
  EXPECT_EQ(exploreAll("spins", "yield_then_store").set(),
            (Outcomes{"completed: seen=0", "completed: seen=1"}));
  EXPECT_EQ(exploreAll("spins", "yield_then_store", 0).set(),
            (Outcomes{"completed: seen=0", "completed: seen=1"}));
}

TEST(Spin, aLoopThatYieldsTerminatesAndIsReportedAsMadeFair) {
  const Explored all = exploreAll("spins", "waits_with_yield");
  EXPECT_EQ(all.set(), (Outcomes{"completed"}));
  EXPECT_GT(all.coverage.madeFair, 0U);
  EXPECT_FALSE(all.coverage.exhaustive());
  EXPECT_NE(all.coverage.describe().find("made fair"), std::string::npos);
}

TEST(Spin, aLoopThatSleepsTerminates) {
  const Explored all = exploreAll("spins", "waits_with_sleep");
  EXPECT_EQ(all.set(), (Outcomes{"completed"}));
  EXPECT_FALSE(all.coverage.exhaustive());
}

TEST(Spin, aLoopWithoutYieldGivesWayAfterSomeRounds) {
  const Explored none = exploreAll("spins", "waits_without_yield", 0);
  EXPECT_EQ(none.set(), (Outcomes{"completed"}));
  EXPECT_TRUE(none.coverage.exhaustiveWithinBound());
  const Explored all = exploreAll("spins", "waits_without_yield");
  EXPECT_EQ(all.set(), (Outcomes{"completed"}));
  EXPECT_GT(all.coverage.madeFair, 0U);
}

// What others do between two rounds is not tried again and again.
TEST(Spin, loopsWithoutYieldDoNotFillTheTree) {
  OptimalDpor search;
  const Explored all = explore(program("spins"), "spin_lock", search);
  EXPECT_EQ(all.set(),
            (Outcomes{"completed: inside=1, inside=2", "completed: inside=2, inside=1"}));
  EXPECT_GT(all.coverage.madeFair, 0U);
  EXPECT_LT(all.coverage.executions, 100U);  // 2,000 and more without that
}

TEST(Spin, aFewRoundsBeforeASleepAreFollowedToTheSleep) {
  OptimalDpor search;
  EXPECT_EQ(explore(program("spins"), "spins_before_it_sleeps", search).set(),
            (Outcomes{"completed", "deadlock: thread 0 is in futex wait"}));
  EXPECT_EQ(exploreAll("spins", "spins_before_it_times_out").set(),
            (Outcomes{"completed: got=0", "completed: got=1"}));
}

TEST(Spin, aLoopThatWaitsInVainIsALivelockAndALimit) {
  const Explored all = exploreAll("spins", "waits_in_vain");
  EXPECT_EQ(all.set(), (Outcomes{"livelock: the limit of steps was reached"}));
  EXPECT_EQ(all.coverage.cut, 1U);
  EXPECT_FALSE(all.coverage.exhaustive());
}

TEST(Spin, theLimitOfStepsIsExact) {
  EXPECT_EQ(runOnce("spins", "waits_in_vain", {.steps = 50}).steps.size(), 50U);
}

TEST(Spin, pollingTheClockMakesTimePass) {
  EXPECT_EQ(runOnce("spins", "polls_the_clock").outcome.summary(), "completed: ended=1");
  EXPECT_EQ(runOnce("spins", "polls_the_clock_and_yields").outcome.summary(), "completed: ended=1");
}

TEST(Spin, aLoopWithoutVisibleStepsIsCutInsteadOfHanging) {
  const Watchdog watchdog;
  const Explored one = exploreAll("spins", "runs_on_for_ever", 0);
  EXPECT_EQ(one.set(), (Outcomes{"livelock: thread 0 ran on without a visible step"}));
  EXPECT_FALSE(one.coverage.exhaustiveWithinBound());
}

}  // namespace
}  // namespace standstill::checker
