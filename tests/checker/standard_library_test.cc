#include <gtest/gtest.h>

#include "checker/engine/optimal_dpor.h"
#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

TEST(StandardLibrary, asyncAndFuturesWork) {
  EXPECT_EQ(exploreAll("standard_library", "async", 2).set(), (Outcomes{"completed: value=42"}));
  EXPECT_EQ(exploreAll("standard_library", "async_throws", 2).set(),
            (Outcomes{"completed: caught=\"thrown\""}));
  EXPECT_EQ(exploreAll("standard_library", "promise", 2).set(),
            (Outcomes{"completed: in time=0", "completed: in time=1"}));
}

TEST(StandardLibrary, aPromiseMayBeKeptAtTheEndOfItsThread) {
  EXPECT_EQ(exploreAll("standard_library", "promise_at_thread_exit", 1).set(),
            (Outcomes{"completed: value=4"}));
}

TEST(StandardLibrary, jthreadsCanBeAskedToStop) {
  EXPECT_EQ(exploreAll("standard_library", "jthread", 2).set(), (Outcomes{"completed: rounds=1"}));
}

TEST(StandardLibrary, theLastSharedPointerDestroys) {
  EXPECT_EQ(exploreAll("standard_library", "shared_pointer").set(),
            (Outcomes{"completed: destroyed=1"}));
}

TEST(StandardLibrary, locksOfTheLibrariesKeepThreadsApart) {
  OptimalDpor search;
  const Explored all = explore(program("standard_library"), "atomic_access_of_a_shared_pointer",
                               search, {.races = true});
  EXPECT_EQ(all.set(), (Outcomes{"completed: value=1", "completed: value=2"}));
  EXPECT_TRUE(all.coverage.exhaustive());
}

// What the C and C++ libraries keep for themselves must survive that the subject's heap is put
// back.
TEST(StandardLibrary, stateOfLibrariesDoesNotBreakLaterExecutions) {
  const std::string expected =
      "completed: text=\"2.500 ff\", date=\"1970-01-02\", matches=1, file=1";
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(runOnce("standard_library", "keeps_state").outcome.summary(), expected) << i;
    ASSERT_EQ(runOnce("standard_library", "leaves_a_file_open").outcome.summary(),
              "completed: opened=1")
        << i;
    ASSERT_EQ(runOnce("memory", "sizes").outcome.kind, OutcomeKind::completed) << i;
  }
  std::fflush(nullptr);  // walks the C library's list of streams
}

TEST(PlainC, pthreadsAndAtomicsWork) {
  const Explored all = exploreAll("plain_c", "pthreads_in_c");
  EXPECT_EQ(all.outcomes,
            (std::map<std::string, uint64_t>{{"completed: count=2, mine=3, text=\"in C\"", 4}}));
}

TEST(PlainC, c11ThreadsAreThreadsOfTheExplorer) {
  EXPECT_EQ(exploreAll("plain_c", "threads_in_c", 2).set(),
            (Outcomes{"completed: result=5, self=1"}));
}

TEST(PlainC, cleanupHandlersRunOnExit) {
  EXPECT_EQ(exploreAll("plain_c", "cleanup_in_c").set(), (Outcomes{"completed: cleaned up=9"}));
}

}  // namespace
}  // namespace standstill::checker
