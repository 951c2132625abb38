#include <gtest/gtest.h>

#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

TEST(Clock, sleepingMakesVirtualTimePass) {
  EXPECT_EQ(runOnce("clocks", "time_passes").outcome.summary(),
            "completed: long enough=1, not much longer=1");
}

TEST(Clock, allClocksShowTheSameTime) {
  EXPECT_EQ(runOnce("clocks", "clocks_agree").outcome.summary(),
            "completed: gettimeofday=1, timespec_get=1, system_clock=1");
}

TEST(Clock, sleepersWakeInEitherOrder) {
  EXPECT_EQ(exploreAll("clocks", "two_sleepers").set(),
            (Outcomes{"completed: shorter=1, longer=2", "completed: shorter=2, longer=1"}));
}

TEST(Clock, withoutPreemptionsTheShorterSleepEndsFirst) {
  EXPECT_EQ(exploreAll("clocks", "two_sleepers", 0).set(),
            (Outcomes{"completed: shorter=1, longer=2"}));
}

TEST(Clock, aSleepToTheEndOfTimeNeverEnds) {
  EXPECT_EQ(exploreAll("clocks", "sleeps_for_ever").set(), (Outcomes{"completed: main=1"}));
}

TEST(Clock, randomNumbersDependOnTheSeedAloneAndRepeat) {
  const std::string first = runOnce("clocks", "randomness").outcome.summary();
  EXPECT_NE(
      first.find(", repeats=1, depends on the seed=1, srandom counts=1, bytes=8, entropy=0, sum="),
      std::string::npos)
      << first;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(runOnce("clocks", "randomness").outcome.summary(), first);
}

}  // namespace
}  // namespace standstill::checker
