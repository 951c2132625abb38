// What is not modelled is named, never explored wrongly in silence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/checker/explored.h"
#include "tests/checker/process.h"

namespace standstill::checker {
namespace {

struct Unmodelled {
  const char* scenario;
  const char* function;
};

class EveryUnmodelled : public testing::TestWithParam<Unmodelled> {};

TEST_P(EveryUnmodelled, isNamed) {
  const Outcome outcome = runOnce("unmodelled", GetParam().scenario).outcome;
  EXPECT_EQ(outcome.kind, OutcomeKind::unsupported);
  EXPECT_EQ(outcome.message,
            std::string(GetParam().function) + " is not modelled by this explorer");
}

INSTANTIATE_TEST_SUITE_P(
    Unmodelled, EveryUnmodelled,
    testing::Values(Unmodelled{"rwlock_for_writers", "a rwlock that prefers writers"},
                    Unmodelled{"robust_mutex",
                               "a robust, process-shared or priority-protocol mutex"},
                    Unmodelled{"named_semaphore", "sem_open"},
                    Unmodelled{"futex_wake_op", "this futex operation"},
                    Unmodelled{"raw_clone", "system call 435"}, Unmodelled{"makes_a_pipe", "pipe"},
                    Unmodelled{"sets_an_alarm", "alarm"}, Unmodelled{"cancel", "pthread_cancel"},
                    Unmodelled{"forks", "fork"}, Unmodelled{"spawns", "posix_spawn"},
                    Unmodelled{"polls", "poll"}, Unmodelled{"selects", "select"},
                    Unmodelled{"runs_a_command", "system"},
                    Unmodelled{"handles_signals", "signal"}),
    [](const testing::TestParamInfo<Unmodelled>& info) {
      return std::string(info.param.scenario);
    });

TEST(Unmodelled, aThreadThatSleepsUnseenIsNamed) {
  const Finished finished =
      stwCheck({"explore", programPath("unmodelled"), "--scenario=sleeps_in_the_kernel"});
  EXPECT_EQ(finished.code, 2);
  EXPECT_THAT(
      finished.errors,
      testing::HasSubstr("thread 0 sleeps in a system call that the explorer does not see"));
}

TEST(Unmodelled, aThreadThatIsCreatedUnseenIsNamed) {
  const Finished finished =
      stwCheck({"explore", programPath("unmodelled"), "--scenario=unseen_thread"});
  EXPECT_EQ(finished.code, 2);
  EXPECT_THAT(finished.errors,
              testing::HasSubstr("a thread was created in a way that the explorer does not see"));
}

TEST(Unmodelled, aSearchThatMeetsItIsNotExhaustive) {
  const Explored all = exploreAll("unmodelled", "now_and_then");
  EXPECT_EQ(all.outcomes.size(), 2U);
  EXPECT_FALSE(all.coverage.exhaustive());
  EXPECT_FALSE(all.coverage.exhaustiveWithinBound());
}

}  // namespace
}  // namespace standstill::checker
