// The check of the checker: it passes where differences are seen, and only there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/compare/comparison.h"
#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

ScenarioReport compareSelf(const std::string& name, const std::string& scenario, Judge judge = {},
                           uint64_t seed = 1) {
  CompareOptions options{.preemptions = 1, .executions = 20, .seed = seed};
  options.budget = std::chrono::milliseconds(50);
  Declared none;
  return Comparison(program(name), program(name), scenario, none, options, std::move(judge)).run();
}

TEST(SelfCheck, aPlantedDifferenceIsSeenInEveryScenario) {
  for (const char* name : {"ends", "litmus", "locks", "memory", "output", "plain_c"}) {
    for (const Scenario& scenario : program(name).scenarios()) {
      const ScenarioReport report = compareSelf(name, scenario.name);
      if (report.verdict == Verdict::inconclusive) continue;  // not modelled: nothing to check
      EXPECT_EQ(report.selfCheck.state, SelfCheck::State::seen) << name << ": " << scenario.name;
    }
  }
}

TEST(SelfCheck, theSeedDrawsTheStep) {
  std::set<size_t> steps;
  for (uint64_t seed = 1; seed <= 20; ++seed)
    steps.insert(compareSelf("litmus", "store_buffering", {}, seed).selfCheck.step);
  EXPECT_GT(steps.size(), 3U);
}

TEST(SelfCheck, withoutSightForStepsTheVerdictIsInconclusive) {
  const Judge blind{.parting = [](const Execution&, const Outcome&, const Execution&,
                                  const Outcome&) { return std::optional<Divergence>(); }};
  const ScenarioReport report = compareSelf("litmus", "store_buffering", blind);
  EXPECT_EQ(report.verdict, Verdict::inconclusive);
  EXPECT_EQ(report.selfCheck.state, SelfCheck::State::missed);
  EXPECT_THAT(report.explanation, testing::HasSubstr("self-check"));
}

TEST(SelfCheck, withoutSightForOutcomesTheVerdictIsInconclusive) {
  const Judge blind{.sameOutcomes = [](const OutcomeSet&, const OutcomeSet&) { return true; }};
  EXPECT_EQ(compareSelf("litmus", "store_buffering", blind).verdict, Verdict::inconclusive);
}

TEST(SelfCheck, whatIsPlantedDoesNotOutliveIt) {
  compareSelf("litmus", "store_buffering");
  const Execution one = runOnce("litmus", "store_buffering");
  compareSelf("litmus", "one_add_each");
  const Execution other = runOnce("litmus", "store_buffering");
  EXPECT_FALSE(firstDivergence(one, one.outcome, other, other.outcome));
}

}  // namespace
}  // namespace standstill::checker
