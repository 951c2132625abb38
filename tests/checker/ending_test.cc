// How an execution ends is part of its outcome, and never the end of the checker.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/compare/symbols.h"
#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Ending {
  const char* scenario;
  const char* summary;
};

class EveryEnding : public testing::TestWithParam<Ending> {};

TEST_P(EveryEnding, isAnOutcome) {
  EXPECT_EQ(runOnce("ends", GetParam().scenario).outcome.summary(), GetParam().summary);
  // And the next execution starts afresh.
  EXPECT_EQ(runOnce("ends", GetParam().scenario).outcome.summary(), GetParam().summary);
  EXPECT_EQ(runOnce("ends", "returns").outcome.summary(), "completed");
}

INSTANTIATE_TEST_SUITE_P(
    Ending, EveryEnding,
    testing::Values(
        Ending{"returns", "completed"}, Ending{"exit_0", "completed"},
        Ending{"exit_3", "fatal: exit status 3"}, Ending{"exit_now", "fatal: exit status 4"},
        Ending{"exit_quickly", "fatal: exit status 5"},
        Ending{"exit_of_a_thread", "fatal: exit status 6"},
        Ending{"aborts", "fatal: the reason (abort)"}, Ending{"raised", "fatal: abort"},
        Ending{"throws",
               "fatal: uncaught exception of type std::runtime_error: thrown by the scenario"},
        Ending{"thread_throws", "fatal: uncaught exception of type int"},
        Ending{"never_joined", "fatal: terminate was called"},
        Ending{"null_pointer", "fatal: signal SIGSEGV"},
        Ending{"null_atomic", "fatal: signal SIGSEGV"},
        Ending{"division_by_zero", "fatal: signal SIGFPE"},
        Ending{"stack_overflow", "fatal: signal SIGSEGV"},
        Ending{"stack_smashed", "fatal: signal SIGABRT"}),
    [](const testing::TestParamInfo<Ending>& info) { return std::string(info.param.scenario); });

TEST(Ending, aFailedAssertionIsQuotedWithItsPlaceButNotItsFolder) {
  const std::string summary = runOnce("ends", "asserts").outcome.summary();
  EXPECT_THAT(summary, StartsWith("fatal: ends.cc:"));
  EXPECT_THAT(summary, HasSubstr("assertion `two == 3' failed"));
}

TEST(Ending, aCrashSaysWhere) {
  Symbols symbols;
  Engine::instance().setNames(&symbols);
  const std::string summary = runOnce("ends", "null_pointer").outcome.summary();
  Engine::instance().setNames(nullptr);
  EXPECT_THAT(summary, testing::MatchesRegex("fatal: signal SIGSEGV at ends.cc:[0-9]+"));
}

// Another thread may run between the last step of a thread and the end that it brings about.
TEST(Ending, othersMaySeeTheLastStepBeforeTheEnd) {
  EXPECT_EQ(exploreAll("ends", "seen_before_abort").set(),
            (Outcomes{"fatal: abort", "fatal: abort: seen=1"}));
  EXPECT_EQ(exploreAll("ends", "seen_before_fault").set(),
            (Outcomes{"fatal: signal SIGSEGV", "fatal: signal SIGSEGV: seen=1"}));
  EXPECT_EQ(exploreAll("ends", "seen_before_throw").set(),
            (Outcomes{"fatal: uncaught exception of type int",
                      "fatal: uncaught exception of type int: seen=1"}));
}

TEST(Ending, handlersOfTheProcessDoNotRun) {
  const Explored explored = exploreAll("at_exit", "registers_a_handler");
  EXPECT_EQ(explored.set(), Outcomes{"completed: registered=0"});
  EXPECT_EQ(explored.outputs.begin()->first, "");
}

}  // namespace
}  // namespace standstill::checker
