#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

constexpr const char* kDeadlock =
    "deadlock: thread 0 is in lock of a mutex that thread 1 holds; thread 1 is in lock of a mutex "
    "that thread 0 holds";

TEST(Lock, oppositeOrdersDeadlockAtOnePreemptionAndNotBefore) {
  EXPECT_EQ(exploreAll("locks", "opposite_orders", 0).set(), (Outcomes{"completed"}));
  EXPECT_EQ(exploreAll("locks", "opposite_orders", 1).set(), (Outcomes{"completed", kDeadlock}));
  EXPECT_EQ(exploreAll("locks", "opposite_orders").set(), (Outcomes{"completed", kDeadlock}));
}

TEST(Lock, aScopedLockOfBothNeverDeadlocks) {
  EXPECT_EQ(exploreAll("locks", "scoped_lock_of_both", 3).set(), (Outcomes{"completed"}));
}

TEST(Lock, aPlainMutexLockedTwiceByOneThreadDeadlocks) {
  EXPECT_EQ(runOnce("locks", "locked_twice").outcome.summary(),
            "deadlock: thread 0 is in lock of a mutex that thread 0 holds");
}

TEST(Lock, aMutexOfAThreadThatEndedStaysLocked) {
  EXPECT_EQ(exploreAll("locks", "never_unlocked").set(),
            (Outcomes{"deadlock: thread 0 is in lock of a mutex that thread 1 holds"}));
}

TEST(Lock, recursiveMutexesCountAndExcludeOthers) {
  EXPECT_EQ(exploreAll("locks", "recursive").set(),
            (Outcomes{"completed: inside=1, again=1, inside=1, again=1"}));
}

TEST(Lock, errorcheckMutexesReturnErrors) {
  EXPECT_EQ(
      exploreAll("locks", "errorcheck").set(),
      (Outcomes{
          "completed: unlock unlocked=1, lock again=1, try again=1, unlock=0, unlock foreign=1"}));
}

TEST(Lock, tryLockShowsBothOutcomes) {
  EXPECT_EQ(exploreAll("locks", "try_lock").set(),
            (Outcomes{"completed: got=0", "completed: got=1"}));
}

TEST(Lock, timedLockMayTimeOutAndMaySucceed) {
  EXPECT_EQ(exploreAll("locks", "timed_lock").set(),
            (Outcomes{"completed: got=0", "completed: got=1"}));
}

TEST(Lock, timedLockOfAMutexThatIsNeverFreeTimesOut) {
  EXPECT_EQ(exploreAll("locks", "timed_lock_of_a_held_mutex").set(),
            (Outcomes{"completed: timed out=1"}));
}

TEST(Lock, unlockByAnotherThreadIsFatal) {
  EXPECT_EQ(exploreAll("locks", "unlocked_by_another").set(),
            (Outcomes{"fatal: unlock of a mutex that this thread does not hold"}));
}

TEST(Lock, useAfterDestroyIsFatal) {
  EXPECT_EQ(runOnce("locks", "used_after_destroy").outcome.summary(),
            "fatal: use of a destroyed mutex");
}

}  // namespace
}  // namespace standstill::checker
