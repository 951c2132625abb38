// Outcomes of the classic litmus tests, by content and number, and schedules counted by hand.
#include <gtest/gtest.h>

#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

// The other thread takes three steps: start, add, exit. Main's one addition may come before, after
// or between them: 4 places. Creating comes before all of them, and joining, reading and ending
// after.
TEST(Litmus, oneAddEachHasFourSchedules) {
  const Explored all = exploreAll("litmus", "one_add_each");
  EXPECT_EQ(all.outcomes, (std::map<std::string, uint64_t>{{"completed: x=2", 4}}));
  EXPECT_TRUE(all.coverage.exhaustive());
  EXPECT_EQ(all.coverage.describe(), "exhaustive, 4 schedules");
}

// Without preemptions main runs until it waits in join: 1. One preemption can only come before
// main's addition, and then the other thread runs to its end: 1 more. A second one can send it back
// after its start or after its addition: 2 more.
TEST(Litmus, preemptionBoundsOfOneAddEachAreCountedByHand) {
  const uint64_t schedules[] = {1, 2, 4, 4};
  for (int bound = 0; bound <= 3; ++bound) {
    const Coverage coverage = exploreAll("litmus", "one_add_each", bound).coverage;
    EXPECT_EQ(coverage.executions, schedules[bound]) << bound;
    EXPECT_EQ(coverage.exhaustive(), bound >= 2) << bound;
    EXPECT_TRUE(coverage.exhaustiveWithinBound()) << bound;
  }
}

// Main: store, load; the other: start, store, load, exit. 6! / (2! 4!) = 15 interleavings.
TEST(Litmus, storeBufferingShowsAllButZeroZero) {
  const Explored all = exploreAll("litmus", "store_buffering");
  EXPECT_EQ(all.set(),
            (Outcomes{"completed: r1=0, r2=1", "completed: r1=1, r2=0", "completed: r1=1, r2=1"}));
  EXPECT_EQ(all.coverage.executions, 15U);
}

TEST(Litmus, messagePassingNeverShowsTheFlagWithoutTheData) {
  EXPECT_EQ(exploreAll("litmus", "message_passing").set(),
            (Outcomes{"completed: flag=0, data=0", "completed: flag=0, data=1",
                      "completed: flag=1, data=1"}));
}

TEST(Litmus, lostUpdateNeedsOnePreemption) {
  EXPECT_EQ(exploreAll("litmus", "lost_update", 0).set(), (Outcomes{"completed: x=2"}));
  EXPECT_EQ(exploreAll("litmus", "lost_update", 1).set(),
            (Outcomes{"completed: x=1", "completed: x=2"}));
  EXPECT_EQ(exploreAll("litmus", "lost_update").set(),
            (Outcomes{"completed: x=1", "completed: x=2"}));
}

TEST(Litmus, lockedUpdateIsNeverLost) {
  EXPECT_EQ(exploreAll("litmus", "locked_update").set(), (Outcomes{"completed: count=2"}));
}

// Main ends the process while the other thread has done nothing yet, some of its steps, or all.
TEST(Litmus, mainMayEndBeforeADetachedThreadHasRun) {
  EXPECT_EQ(exploreAll("litmus", "nobody_joins").set(), (Outcomes{"completed", "completed: x=1"}));
}

TEST(Litmus, atomicsOfAllWidthsWrapAndCompareAsTheirTypesDo) {
  EXPECT_EQ(runOnce("litmus", "wide_and_narrow").outcome.summary(),
            "completed: byte=4, exchanged=1, again=0, expected=7, word=1099511627775");
}

TEST(Litmus, optimisationDoesNotChangeTheSchedules) {
  for (const char* scenario :
       {"one_add_each", "store_buffering", "lost_update", "locked_update", "nobody_joins"}) {
    EXPECT_EQ(exploreAll("litmus", scenario).outcomes, exploreAll("litmus_o0", scenario).outcomes)
        << scenario;
  }
}

TEST(Litmus, aRandomWalkFindsWhatTheExhaustiveSearchFinds) {
  for (const char* scenario :
       {"store_buffering", "message_passing", "lost_update", "locked_update", "nobody_joins"}) {
    EXPECT_EQ(sample("litmus", scenario, 5'000).set(), exploreAll("litmus", scenario).set())
        << scenario;
  }
}

TEST(Litmus, aSampleIsNeverCalledExhaustive) {
  const Coverage coverage = sample("litmus", "one_add_each", 100).coverage;
  EXPECT_FALSE(coverage.exhaustive());
  EXPECT_EQ(coverage.describe(), "sampled, 100 schedules");
}

}  // namespace
}  // namespace standstill::checker
