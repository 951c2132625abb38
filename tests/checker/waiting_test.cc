#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

using testing::Contains;
using testing::StartsWith;

TEST(Waiting, aNotificationThatNobodyWaitsForIsLost) {
  EXPECT_EQ(exploreAll("waiting", "missed_notify").set(),
            (Outcomes{"completed", "deadlock: thread 0 is in condition wait"}));
}

TEST(Waiting, aNotificationUnderTheMutexIsNotLost) {
  EXPECT_EQ(exploreAll("waiting", "notify").set(), (Outcomes{"completed: ready=1"}));
}

TEST(Waiting, notifyAllWakesAll) {
  EXPECT_EQ(exploreAll("waiting", "notify_all", 2).set(), (Outcomes{"completed"}));
}

TEST(Waiting, notifyOneWakesOne) {
  const Outcomes outcomes = exploreAll("waiting", "notify_one_of_two", 2).set();
  EXPECT_THAT(outcomes, Contains("completed"));
  EXPECT_THAT(outcomes, Contains(StartsWith("deadlock")));
}

// Only if asked for, as a preemption; and a wait that nothing else ends is a deadlock all the same.
TEST(Waiting, aWaitMayReturnForNoReason) {
  const auto outcomes = [](const char* scenario, bool spurious, int preemptions) {
    BoundedDfs search(preemptions);
    return explore(program("waiting"), scenario, search, {.spurious = spurious}).set();
  };
  EXPECT_EQ(outcomes("waits_once", false, 3), (Outcomes{"completed: ready=1"}));
  EXPECT_EQ(outcomes("waits_once", true, 0), (Outcomes{"completed: ready=1"}));
  EXPECT_EQ(outcomes("waits_once", true, 2),
            (Outcomes{"completed: ready=0", "completed: ready=1"}));
  EXPECT_EQ(outcomes("notify", true, 2), (Outcomes{"completed: ready=1"}));
  EXPECT_THAT(outcomes("missed_notify", true, 1), Contains(StartsWith("deadlock")));
}

TEST(Waiting, aNotificationMayBeForAnyWaiter) {
  EXPECT_EQ(exploreAll("waiting", "either_waiter", 0).set(),
            (Outcomes{"completed: woken first=0", "completed: woken first=1"}));
}

TEST(Waiting, futexWakersMayMeanAnyWaiters) {
  EXPECT_EQ(exploreAll("waiting", "any_two_of_three", 0).set(),
            (Outcomes{"completed: count=2, woken=3", "completed: count=2, woken=5",
                      "completed: count=2, woken=6"}));
}

TEST(Waiting, aTimedWaitShowsBothOutcomes) {
  EXPECT_EQ(exploreAll("waiting", "wait_for", 2).set(),
            (Outcomes{"completed: in time=0", "completed: in time=1"}));
}

TEST(Waiting, aWaitMayTimeOutAlthoughOthersCouldGoOn) {
  EXPECT_EQ(exploreAll("waiting", "wait_for_in_a_thread", 2).set(),
            (Outcomes{"completed: in time=0", "completed: in time=1"}));
}

// In order: nothing happens in time; the notification comes after the timeout, and the wait can see
// what it tells of; it comes in time; it came before the wait.
TEST(Waiting, aWaitThatTimedOutMaySeeWhatItWaitedFor) {
  EXPECT_EQ(exploreAll("waiting", "timeout_while_the_mutex_is_held").set(),
            (Outcomes{"completed: ready before=0, timed out=1, ready=0",
                      "completed: ready before=0, timed out=1, ready=1",
                      "completed: ready before=0, timed out=0, ready=1",
                      "completed: ready before=1, timed out=1, ready=1"}));
}

TEST(Waiting, aWaitWithoutTheMutexIsFatal) {
  EXPECT_EQ(runOnce("waiting", "wait_without_the_mutex").outcome.summary(),
            "fatal: wait on a condition variable without holding its mutex");
}

TEST(Waiting, atomicWaitReturnsOnceTheValueHasChanged) {
  EXPECT_EQ(exploreAll("waiting", "atomic_wait", 2).set(), (Outcomes{"completed: word=1"}));
}

TEST(Waiting, atomicWaitWithoutNotifyMayWaitForEver) {
  const Outcomes outcomes = exploreAll("waiting", "atomic_wait_without_notify", 2).set();
  EXPECT_THAT(outcomes, Contains("completed"));
  EXPECT_THAT(outcomes, Contains(StartsWith("deadlock: thread 0 is in futex wait")));
  EXPECT_EQ(outcomes.size(), 2U);
}

TEST(Waiting, aFutexWaitForAnOldValueReturnsAtOnce) {
  EXPECT_EQ(runOnce("waiting", "futex_value_has_changed").outcome.summary(), "completed: EAGAIN=1");
}

TEST(Waiting, futexWakersWakeOnlyTheBitsTheyMean) {
  EXPECT_EQ(exploreAll("waiting", "futex_bits", 3).set(),
            (Outcomes{"completed: wait=0, woken by others' bits=0"}));
}

TEST(Waiting, latchesBarriersAndSemaphoresLetThreadsThrough) {
  EXPECT_EQ(exploreAll("waiting", "latch", 1).set(), (Outcomes{"completed: done=1"}));
  EXPECT_EQ(exploreAll("waiting", "barrier", 1).set(), (Outcomes{"completed"}));
  EXPECT_EQ(exploreAll("waiting", "counting_semaphore", 1).set(), (Outcomes{"completed: more=0"}));
}

}  // namespace
}  // namespace standstill::checker
