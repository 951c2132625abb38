// Strategies that sample: what each of them promises.
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "checker/engine/mixture.h"
#include "checker/engine/pct.h"
#include "checker/engine/pos.h"
#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

struct Sampler {
  const char* name;
  std::function<std::unique_ptr<Strategy>(uint64_t seed, uint64_t executions, const Share&)> make;
};

const Sampler kSamplers[] = {
    {"random",
     [](uint64_t seed, uint64_t executions, const Share& share) -> std::unique_ptr<Strategy> {
       return std::make_unique<RandomWalk>(seed, executions, share);
     }},
    {"pct",
     [](uint64_t seed, uint64_t executions, const Share& share) -> std::unique_ptr<Strategy> {
       return std::make_unique<Pct>(seed, executions, 3, 20, share);
     }},
    {"pos",
     [](uint64_t seed, uint64_t executions, const Share& share) -> std::unique_ptr<Strategy> {
       return std::make_unique<PartialOrderSampling>(seed, executions, share);
     }},
    {"auto",
     [](uint64_t seed, uint64_t executions, const Share& share) -> std::unique_ptr<Strategy> {
       return std::make_unique<Mixture>(seed, executions, 3, 20, share);
     }},
};

class EverySampler : public testing::TestWithParam<Sampler> {
 protected:
  static Explored sample(const std::string& scenario, uint64_t seed, uint64_t executions,
                         const Share& share = {}) {
    const auto strategy = GetParam().make(seed, executions, share);
    return explore(program("traces"), scenario, *strategy);
  }
};

INSTANTIATE_TEST_SUITE_P(Sampling, EverySampler, testing::ValuesIn(kSamplers),
                         [](const auto& one) { return std::string(one.param.name); });

TEST_P(EverySampler, showsAllOutcomesOfStoreBuffering) {
  const Explored found = sample("store_buffering", 1, 500);
  EXPECT_EQ(found.set(), (Outcomes{"completed: seen=0, seen=1", "completed: seen=1, seen=0",
                                   "completed: seen=1, seen=1"}));
  EXPECT_EQ(found.coverage.executions, 500U);
  EXPECT_FALSE(found.coverage.exhaustive());
}

TEST_P(EverySampler, findsThePhilosophersDeadlock) {
  const Explored found = sample("dining_philosophers", 1, 2'000);
  EXPECT_EQ(found.outcomes.size(), 2U);
}

TEST_P(EverySampler, dependsOnTheSeedAlone) {
  EXPECT_EQ(sample("store_buffering", 7, 300).outcomes, sample("store_buffering", 7, 300).outcomes);
  EXPECT_NE(sample("store_buffering", 7, 400).outcomes,
            sample("store_buffering", 1'009, 400).outcomes);
}

TEST_P(EverySampler, canBeShared) {
  std::map<std::string, uint64_t> sum;
  for (uint64_t i = 0; i < 3; ++i) {
    Share share;
    share.index = i;
    share.count = 3;
    for (const auto& [outcome, count] : sample("store_buffering", 1, 301, share).outcomes)
      sum[outcome] += count;
  }
  EXPECT_EQ(sum, sample("store_buffering", 1, 301).outcomes);
}

TEST_P(EverySampler, loopsThatWaitEnd) {
  const auto strategy = GetParam().make(1, 200, {});
  const Explored found = explore(program("spins"), "waits_with_yield", *strategy);
  EXPECT_EQ(found.coverage.cut, 0U);
}

// With d = 1 nobody is interrupted but by what it waits for: each thread's two steps stay together.
TEST(Pct, depthOneChangesNothingOnTheWay) {
  Pct strategy(1, 500, 1, 20);
  const Explored found = explore(program("traces"), "store_buffering", strategy);
  EXPECT_EQ(found.set(), (Outcomes{"completed: seen=0, seen=1", "completed: seen=1, seen=0"}));
}

// The bound of the paper: n = 3 threads, k = 13 steps, d = 2. The outcome needs one preemption.
TEST(Pct, findsABugOfDepthTwoAsOftenAsPromised) {
  Pct strategy(1, 3'900, 2, 13);
  Explored found = explore(program("traces"), "store_buffering", strategy);
  EXPECT_GE(found.outcomes["completed: seen=1, seen=1"], 3'900U / (3 * 13));
}

// Two threads are interrupted, and the one that was interrupted last goes on first: 1 2 3 2 1. With
// priorities that only fall from one change to the next, the other would.
TEST(Pct, whoWasInterruptedLastMayGoOnFirst) {
  Pct strategy(1, 20'000, 3, 20);
  const Explored found = explore(program("traces"), "order_of_five_steps", strategy);
  EXPECT_TRUE(found.outcomes.contains("completed: order=12321"));
  EXPECT_TRUE(found.outcomes.contains("completed: order=12312"));
}

// Each takes every third execution, and draws what it would draw alone.
TEST(Mixture, isEachOfThreeInTurn) {
  const auto third = [](uint64_t index) {
    Share share;
    share.index = index;
    share.count = 3;
    return share;
  };
  Mixture all(1, 900, 3, 20);
  Pct pct(1, 900, 3, 20, third(0));
  PartialOrderSampling pos(1, 900, third(1));
  RandomWalk walk(1, 900, third(2));
  std::map<std::string, uint64_t> sum;
  for (Strategy* one : std::initializer_list<Strategy*>{&pct, &pos, &walk}) {
    for (const auto& [outcome, count] :
         explore(program("traces"), "order_of_five_steps", *one).outcomes)
      sum[outcome] += count;
  }
  EXPECT_EQ(explore(program("traces"), "order_of_five_steps", all).outcomes, sum);
}

}  // namespace
}  // namespace standstill::checker
