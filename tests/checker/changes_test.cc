// Changes with a verdict that is known: what is said of each is true, by whatever strategy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "checker/compare/comparison.h"
#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

using testing::HasSubstr;

ScenarioReport compareChange(const std::string& scenario, const std::string& strategy = "auto") {
  CompareOptions options{.strategy = strategy, .executions = 500};
  options.limits.races = true;
  Declared none;
  return Comparison(program("change_before"), program("change_after"), scenario, none, options)
      .run();
}

struct Case {
  const char* scenario;
  Verdict verdict;
  const char* word;  // in the explanation
};

class Changes : public testing::TestWithParam<Case> {};

TEST_P(Changes, haveTheVerdictThatIsTrue) {
  const ScenarioReport report = compareChange(GetParam().scenario);
  EXPECT_EQ(name(report.verdict), std::string(name(GetParam().verdict))) << report.explanation;
  EXPECT_THAT(report.explanation, HasSubstr(GetParam().word));
  EXPECT_EQ(report.counterexample.has_value(), report.verdict == Verdict::different);
}

INSTANTIATE_TEST_SUITE_P(
    All, Changes,
    testing::Values(Case{"other_allocation", Verdict::lockstep, ""},
                    Case{"deadlock_in_both", Verdict::lockstep, ""},
                    Case{"race_in_both", Verdict::lockstep, "data race"},
                    Case{"finer_locks", Verdict::sameOutcomes, "not in lockstep"},
                    Case{"notify_after_unlock", Verdict::sameOutcomes, "not in lockstep"},
                    Case{"timed_wait", Verdict::sameOutcomes, "not in lockstep"},
                    Case{"two_timed_waits", Verdict::sameOutcomes, "not in lockstep"},
                    Case{"wait_that_got_a_timeout", Verdict::different, "acquired=0"},
                    Case{"other_descriptor", Verdict::different, "to stderr"},
                    Case{"other_stream", Verdict::different, "to stderr"},
                    Case{"lost_wakeup", Verdict::different, "deadlock"},
                    Case{"deadlock_in_new", Verdict::different, "deadlock"},
                    Case{"race_in_new", Verdict::different, "data race"},
                    Case{"difference_behind_a_race", Verdict::different, "result=2"},
                    Case{"other_error_code", Verdict::different, ""},
                    Case{"other_order_of_output", Verdict::different, ""},
                    Case{"check_then_act", Verdict::different, "taken=2"},
                    Case{"difference_beside_noise", Verdict::different, "result=2"},
                    Case{"noise_alone", Verdict::inconclusive, "varies"},
                    Case{"noise_in_output", Verdict::inconclusive, "varies"},
                    Case{"does_nothing", Verdict::inconclusive, "nothing that can be seen"}),
    [](const auto& info) { return info.param.scenario; });

// A strategy alone may say less, never anything else.
TEST(ChangesByStrategy, areNeverToldWrong) {
  for (const char* strategy : {"optimal", "dfs", "random", "pct", "pos"}) {
    for (const char* same : {"other_allocation", "deadlock_in_both", "finer_locks", "timed_wait"})
      EXPECT_NE(compareChange(same, strategy).verdict, Verdict::different) << same << strategy;
    for (const char* other : {"lost_wakeup", "deadlock_in_new", "race_in_new", "check_then_act"})
      EXPECT_EQ(compareChange(other, strategy).verdict, Verdict::different) << other << strategy;
  }
}

// The builds part with one preemption. What was searched without any says nothing about the two
// that were asked for, however equal it was.
TEST(Outcomes, toALowerBoundThanAskedForAreNotCalledTheSame) {
  CompareOptions options{.executions = 1, .budget = std::chrono::milliseconds(300)};
  Declared none;
  const ScenarioReport report = Comparison(program("change_before"), program("change_after"),
                                           "opened_too_early", none, options)
                                    .run();
  EXPECT_NE(report.verdict, Verdict::sameOutcomes);
  EXPECT_NE(report.verdict, Verdict::lockstep);
  for (const Side side : {Side::oldBuild, Side::newBuild}) {
    EXPECT_TRUE(std::ranges::any_of(report.searches,
                                    [&](const Search& search) { return search.side == side; }));
  }
}

// Which takes longer than all of the time, and is one schedule only.
TEST(Budget, leavesOneScheduleAtLeast) {
  CompareOptions options{.budget = std::chrono::milliseconds(1)};
  Declared none;
  const ScenarioReport report = Comparison(program("change_before"), program("change_after"),
                                           "other_allocation", none, options)
                                    .run();
  EXPECT_EQ(report.verdict, Verdict::lockstep) << report.explanation;
}

TEST(Noise, isReportedWithItsSource) {
  const ScenarioReport report = compareChange("noise_alone");
  ASSERT_EQ(report.noise.size(), 2U) << "one for each build";
  EXPECT_EQ(report.noise[0].side, Side::oldBuild);
  EXPECT_EQ(report.noise[1].side, Side::newBuild);
  for (const Noise& noise : report.noise) {
    EXPECT_THAT(noise.what, HasSubstr("T0 observes cycles="));
    EXPECT_THAT(noise.line, testing::StartsWith("changes.cc:"));
  }
}

TEST(Noise, inOutputIsReportedWithTheLine) {
  const ScenarioReport report = compareChange("noise_in_output");
  ASSERT_FALSE(report.noise.empty());
  EXPECT_THAT(report.noise[0].what, HasSubstr("writes \"took "));
}

TEST(Intercepted, stepsAreCountedByKind) {
  const ScenarioReport report = compareChange("deadlock_in_both");
  EXPECT_GT(report.intercepted.of(Op::mutexLock), 0U);
  EXPECT_EQ(report.intercepted.of(Op::atomicStore), 0U);
  EXPECT_FALSE(report.intercepted.nothing());
  EXPECT_TRUE(compareChange("does_nothing").intercepted.nothing());
}

}  // namespace
}  // namespace standstill::checker
