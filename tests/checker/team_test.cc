// Several processes say of two builds what one does.
#include "checker/compare/team.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <numeric>

#include "checker/compare/comparison.h"
#include "checker/engine/bounded_dfs.h"
#include "support/shared_memory.h"
#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

using testing::HasSubstr;

ScenarioReport compare(const std::string& newBuild, unsigned jobs, CompareOptions options,
                       const std::string& scenario = "three_each") {
  options.jobs = jobs;
  options.limits.races = false;
  Declared none;
  return Comparison(program("crowd_right"), program(newBuild), scenario, none, options).run();
}

// Which strategies are exhaustive where, is no matter of how many search.
TEST(Team, coversWhatOneProcessCovers) {
  for (const CompareOptions& options :
       {CompareOptions{.strategy = "optimal"}, CompareOptions{.strategy = "dfs", .preemptions = 3},
        CompareOptions{.strategy = "pct", .executions = 700},
        CompareOptions{.strategy = "pos", .executions = 700},
        CompareOptions{.strategy = "random", .executions = 700}}) {
    const ScenarioReport alone = compare("crowd_right", 1, options);
    EXPECT_EQ(alone.verdict, Verdict::lockstep);
    for (const unsigned jobs : {2U, 5U}) {
      const ScenarioReport together = compare("crowd_right", jobs, options);
      EXPECT_EQ(together.verdict, Verdict::lockstep) << together.explanation;
      EXPECT_EQ(together.coverage(), alone.coverage()) << jobs << " processes";
      EXPECT_EQ(together.selfCheck.state, SelfCheck::State::seen);
    }
  }
}

// "auto" begins in one process.
TEST(Team, takesOverWhereTheReducedSearchIsLong) {
  const ScenarioReport alone = compare("crowd_right", 1, {}, "four_each");
  const ScenarioReport together = compare("crowd_right", 2, {}, "four_each");
  EXPECT_EQ(together.coverage(), alone.coverage());
  EXPECT_EQ(together.coverage(), "exhaustive, 34650 schedules");
  EXPECT_GT(together.schedules, alone.schedules) << "what one had done is done again";
}

TEST(Team, ofADifferenceThatOneSawThereIsEverything) {
  for (const char* strategy : {"optimal", "dfs", "random", "auto"}) {
    const CompareOptions options{.strategy = strategy, .preemptions = 3, .executions = 20'000};
    const ScenarioReport report = compare("crowd_other", 2, options);
    ASSERT_EQ(report.verdict, Verdict::different) << strategy << ": " << report.explanation;
    ASSERT_TRUE(report.counterexample);
    EXPECT_EQ(report.counterexample->newSide.outcome.summary(), "completed: last=\"first\"");
    EXPECT_EQ(report.counterexample->oldSide.outcome.summary(), "completed");
  }
}

TEST(Team, whatVariesIsNoDifference) {
  for (const char* strategy : {"optimal", "dfs"}) {
    const CompareOptions options{.strategy = strategy, .preemptions = 3};
    Declared none;
    CompareOptions own = options;
    own.jobs = 2;
    const ScenarioReport report =
        Comparison(program("crowd_noisy"), program("crowd_noisy"), "three_each", none, own).run();
    EXPECT_EQ(report.verdict, Verdict::inconclusive) << strategy;
    ASSERT_FALSE(report.noise.empty()) << strategy;
    EXPECT_THAT(report.noise.front().what, HasSubstr("cycles"));
  }
}

TEST(Team, whatIsNotModelledIsSaid) {
  const CompareOptions options{.strategy = "optimal"};
  const ScenarioReport alone = compare("crowd_unmodelled", 1, options);
  const ScenarioReport together = compare("crowd_unmodelled", 2, options);
  EXPECT_EQ(together.verdict, Verdict::inconclusive);
  EXPECT_THAT(together.explanation, HasSubstr("fork"));
  EXPECT_EQ(together.explanation, alone.explanation);
}

// Counts its executions where other processes see it.
class Counting : public BoundedDfs {
 public:
  Counting(const Share& share, std::atomic<uint64_t>& count)
      : BoundedDfs(3, share), count_(count) {}
  bool end(const Execution& execution) override {
    const bool counts = BoundedDfs::end(execution);
    if (counts) ++count_;
    return counts;
  }

 private:
  std::atomic<uint64_t>& count_;
};

TEST(Team, eachProcessHasItsPart) {
  struct Counts {
    std::atomic<size_t> next;
    std::array<std::atomic<uint64_t>, 4> of;
  };
  const SharedMemory<Counts> counts;
  CompareOptions options;
  options.limits.races = false;
  Declared none;
  const Judge judge;
  ScenarioReport report;
  Trials trials(program("crowd_right"), program("crowd_right"), "three_each", none, options, judge,
                report);
  NoiseFloor noise(trials);
  Pairing pairing(trials, noise);
  Team team(trials, noise, pairing, 3);
  // This process makes some, too, to see how deep to cut the tree; they end where a cell begins.
  Coverage covered;
  const pid_t self = getpid();
  ASSERT_TRUE(team.search(
      [&](const Share& share) {
        const size_t slot = getpid() == self ? 3 : counts->next++;
        return Counting(share, counts->of.at(slot));
      },
      {}, covered));
  EXPECT_EQ(counts->next, 3U);
  EXPECT_EQ(counts->of[3], 0U);
  const uint64_t all = counts->of[0] + counts->of[1] + counts->of[2];
  EXPECT_EQ(all, covered.executions);
  EXPECT_EQ(all, exploreAll("crowd_right", "three_each", 3).coverage.executions);
  for (size_t i = 0; i < 3; ++i) EXPECT_GT(counts->of[i], 0U) << i;
}

}  // namespace
}  // namespace standstill::checker
