#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

using testing::StartsWith;

TEST(Primitive, readersShareAndWritersDoNot) {
  EXPECT_EQ(exploreAll("primitives", "readers_and_a_writer", 2).set(),
            (Outcomes{"completed: readers at once=1", "completed: readers at once=2"}));
}

TEST(Primitive, rwlocksReturnWhatPosixSays) {
  EXPECT_EQ(exploreAll("primitives", "rwlock_results").set(),
            (Outcomes{"completed: read=0, read again=0, write=1, write in time=1, now=0, self=1, "
                      "reads too=1, destroy=0"}));
}

TEST(Primitive, aRwlockThatIsNeverFreeIsADeadlockThatNamesItsReader) {
  EXPECT_EQ(exploreAll("primitives", "rwlock_deadlock", 0).set(),
            (Outcomes{"deadlock: thread 0 is in join thread 2; thread 2 is in write lock of a "
                      "rwlock that thread 0 holds for reading"}));
}

TEST(Primitive, semaphoresCount) {
  EXPECT_EQ(exploreAll("primitives", "semaphore").set(), (Outcomes{"completed: value=1"}));
  EXPECT_EQ(exploreAll("primitives", "semaphore_results").set(),
            (Outcomes{"completed: try=1, timed=1, after a post=0"}));
  EXPECT_EQ(exploreAll("primitives", "semaphore_in_time", 2).set(),
            (Outcomes{"completed: got=0", "completed: got=1"}));
}

TEST(Primitive, aBarrierLetsNobodyThroughEarlyAndAnyoneBeTheSerialThread) {
  EXPECT_EQ(exploreAll("primitives", "barrier", 2).set(),
            (Outcomes{"completed: serial=1", "completed: serial=2"}));
  EXPECT_EQ(exploreAll("primitives", "barrier_rounds", 1).set(), (Outcomes{"completed: serial=3"}));
}

TEST(Primitive, spinLocksExclude) {
  EXPECT_EQ(exploreAll("primitives", "spin_lock", 2).set(),
            (Outcomes{"completed: busy=0, inside=2", "completed: busy=1, inside=2"}));
}

TEST(Primitive, joinsCanBeTriedAndTimed) {
  EXPECT_EQ(exploreAll("primitives", "timed_joins", 1).set(),
            (Outcomes{"completed: try=1, timed=1"}));
}

TEST(Primitive, requeuedWaitersWaitElsewhere) {
  EXPECT_EQ(exploreAll("primitives", "futex_requeue", 0).set(),
            (Outcomes{"completed: stale=1, affected=2, first=1, left=0, moved=1",
                      "completed: stale=1, affected=2, first=2, left=0, moved=1"}));
}

TEST(Primitive, stopTokensStopThreads) {
  EXPECT_EQ(exploreAll("primitives", "stop_token", 1).set(), (Outcomes{"completed: stopped=1"}));
}

TEST(Primitive, randomNumbersComeFromASeed) {
  const Outcome first = runOnce("primitives", "random_numbers").outcome;
  EXPECT_EQ(first.kind, OutcomeKind::completed);
  EXPECT_EQ(runOnce("primitives", "random_numbers").outcome, first);
}

TEST(Primitive, aRaisedSignalEndsTheExecutionOrIsIgnored) {
  EXPECT_EQ(runOnce("primitives", "raises").outcome.summary(), "fatal: signal SIGTERM");
}

}  // namespace
}  // namespace standstill::checker
