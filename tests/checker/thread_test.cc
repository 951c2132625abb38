#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

TEST(Threads, joinGivesTheResult) {
  EXPECT_EQ(exploreAll("threads", "result").set(), (Outcomes{"completed: join=0, result=1"}));
}

TEST(Threads, joiningOneselfIsAnError) {
  EXPECT_EQ(runOnce("threads", "join_itself").outcome.summary(), "completed: EDEADLK=1");
}

TEST(Threads, aDetachedThreadCannotBeDetachedOrJoinedAgain) {
  EXPECT_EQ(exploreAll("threads", "detached").set(),
            (Outcomes{"completed: detach=0, detach again=1, join=1"}));
}

TEST(Threads, pthreadExitEndsTheThreadWithAResult) {
  EXPECT_EQ(exploreAll("threads", "exit_in_the_middle").set(), (Outcomes{"completed: result=5"}));
}

TEST(Threads, pthreadExitDestroysWhatLivesOnTheStack) {
  EXPECT_EQ(exploreAll("threads", "exit_unwinds").set(), (Outcomes{"completed: free again=1"}));
}

TEST(Threads, theProgramGoesOnAfterMainHasExited) {
  EXPECT_EQ(exploreAll("threads", "main_exits_first").set(), (Outcomes{"completed: still here=1"}));
}

TEST(Threads, threadLocalObjectsAreEachThreadsOwnAndDestroyedWithIt) {
  EXPECT_EQ(exploreAll("threads", "thread_locals").set(),
            (Outcomes{"completed: plain=1, constructed=1, value=40, plain=7, constructed=1, "
                      "value=41, destroyed=41"}));
}

TEST(Threads, valuesOfKeysAreDestroyedUnlessTheKeyIsDeleted) {
  EXPECT_EQ(exploreAll("threads", "keys").set(),
            (Outcomes{"completed: main's=1, no such key=1, own=3, destroyed=3"}));
}

TEST(Threads, aThreadMayBeNamed) {
  EXPECT_EQ(exploreAll("threads", "names_and_attributes").set(), (Outcomes{"completed: named=0"}));
}

TEST(Threads, callOnceCallsOnceAndAllWaitForIt) {
  EXPECT_EQ(exploreAll("threads", "once").set(), (Outcomes{"completed: calls=1"}));
}

TEST(Threads, callOnceTriesAgainAfterAnException) {
  EXPECT_EQ(
      exploreAll("threads", "once_throws").set(),
      (Outcomes{"completed: threw=1, tries=2, done=1", "completed: done=1, tries=2, threw=1"}));
}

TEST(Threads, aStaticObjectIsConstructedOnceAndAllWaitForIt) {
  EXPECT_EQ(exploreAll("threads", "static_object").set(), (Outcomes{"completed: constructed=1"}));
}

TEST(Threads, exceptionsOfTwoThreadsDoNotMix) {
  EXPECT_EQ(exploreAll("threads", "exceptions").set(),
            (Outcomes{"completed: text=\"a\", caught=0, still=1, over=1, text=\"b\", caught=1, "
                      "still=1, over=1"}));
}

TEST(Threads, sixtyFourThreadsCanRun) {
  EXPECT_EQ(runOnce("threads", "sixty_three").outcome.summary(), "completed: steps=63");
  EXPECT_EQ(sample("threads", "sixty_three", 20).set(), (Outcomes{"completed: steps=63"}));
}

// A limit of the explorer is not an error that pthread_create returns: the subject would be blamed
// for it.
TEST(Threads, moreThreadsAreALimitThatIsNamed) {
  const Outcome outcome = runOnce("threads", "more_than_sixty_four").outcome;
  EXPECT_EQ(outcome.kind, OutcomeKind::unsupported);
  EXPECT_THAT(outcome.message, testing::HasSubstr("more than 64 threads"));
}

}  // namespace
}  // namespace standstill::checker
