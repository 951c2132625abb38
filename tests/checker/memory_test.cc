#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

TEST(Memory, allocationFunctionsDoWhatTheyPromise) {
  EXPECT_EQ(runOnce("memory", "sizes").outcome.summary(),
            "completed: kept=\"abcd\", memalign=0, aligned=0, sum=0, too much=1, usable=1");
}

TEST(Memory, wrongFreesAreFatal) {
  constexpr const char* kForeign = "fatal: free of a pointer that was not allocated";
  EXPECT_EQ(runOnce("memory", "double_free").outcome.summary(), "fatal: double free");
  EXPECT_EQ(runOnce("memory", "free_inside").outcome.summary(), kForeign);
  EXPECT_EQ(runOnce("memory", "free_on_the_stack").outcome.summary(), kForeign);
  EXPECT_EQ(runOnce("memory", "free_global").outcome.summary(), kForeign);
  EXPECT_EQ(runOnce("memory", "realloc_freed").outcome.summary(),
            "fatal: realloc of a pointer that was freed");
}

TEST(Memory, mappedPagesAreZeroEachTime) {
  EXPECT_EQ(runOnce("memory", "mapped").outcome.summary(), "completed: zero=0, zero again=0");
}

// Among them the addresses: whatever is hashed or sorted by address comes out alike.
TEST(Memory, nothingIsLeftToTheNextExecution) {
  const Explored many = sample("memory", "left_behind", 1'000);
  ASSERT_EQ(many.outcomes.size(), 1U);
  EXPECT_THAT(many.outcomes.begin()->first,
              testing::StartsWith("completed: global=2, times=1, local=1, kept=1, heap="));
}

TEST(Memory, whatNobodyHasWrittenIsTheSameGarbageEachTime) {
  const std::string first = runOnce("memory", "uninitialised").outcome.summary();
  EXPECT_EQ(first, "completed: stack=0, heap=0");
  runOnce("threads", "exceptions");
  runOnce("memory", "sizes");
  runOnce("memory", "deep_library_calls");
  EXPECT_EQ(runOnce("memory", "uninitialised").outcome.summary(), first);
}

TEST(Memory, stacksAreAsLargeAsUsual) {
  EXPECT_EQ(runOnce("memory", "large_stack_frame").outcome.summary(), "completed: sum=3");
}

TEST(Memory, environmentAndNumbersAreTheSameEachTime) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(runOnce("memory", "environment_and_numbers").outcome.summary(),
              "completed: found=0, set=\"1\", process=1, main thread=1, processor=0, thread=2");
    EXPECT_EQ(runOnce("memory", "empty_environment").outcome.summary(), "completed: path=1");
  }
}

}  // namespace
}  // namespace standstill::checker
