// Numbers of schedules against closed formulas.
#include <gtest/gtest.h>

#include "tests/checker/explored.h"
#include "tests/checker/reference.h"

namespace standstill::checker {
namespace {

constexpr Instruction kAdd{Action::add, 0};

uint64_t schedulesOf(const Instructions& program_, std::optional<int> bound = {}) {
  Engine::instance().setInput(encode(program_));
  BoundedDfs search(bound);
  return explore(program("interpreter"), "interpreter", search).coverage.executions;
}

uint64_t binomial(uint64_t n, uint64_t k) {
  uint64_t result = 1;
  for (uint64_t i = 1; i <= k; ++i) result = result * (n - k + i) / i;
  return result;
}

// m additions of main against start, k additions, exit of the other: (m + k + 2 choose m)
// interleavings.
TEST(Counting, twoThreadsFollowTheBinomialFormula) {
  for (size_t m = 0; m <= 5; ++m) {
    for (size_t k = 0; k <= 5; ++k) {
      const Instructions program{std::vector<Instruction>(m, kAdd),
                                 std::vector<Instruction>(k, kAdd)};
      EXPECT_EQ(schedulesOf(program), binomial(m + k + 2, m)) << m << " and " << k;
    }
  }
}

// Each preemption of main splits its m additions, each one of the other its k + 2 steps; the last
// run of either needs none. Without preemptions main goes first: 1. With one: main after i < m
// additions, then the other to its end: m more.
TEST(Counting, oneFreePreemptionAddsOneScheduleForEachPlace) {
  for (size_t m = 0; m <= 5; ++m) {
    const Instructions program{std::vector<Instruction>(m, kAdd),
                               std::vector<Instruction>(3, kAdd)};
    EXPECT_EQ(schedulesOf(program, 0), 1U);
    EXPECT_EQ(schedulesOf(program, 1), 1 + m);
    // A second preemption stops the other after 1 to k + 1 of its k + 2 steps, here 4 places.
    EXPECT_EQ(schedulesOf(program, 2), 1 + m + m * 4);
  }
}

// Two critical sections: while one thread is inside, the other cannot enter. Counted by the
// reference.
TEST(Counting, criticalSectionsAreCountedAsTheReferenceDoes) {
  const std::vector<Instruction> section{{Action::lock, 0}, kAdd, {Action::unlock, 0}};
  const Instructions program{section, section};
  const uint64_t expected = enumerate(program).interleavings;
  EXPECT_EQ(schedulesOf(program), expected);
  // The sections do not overlap, so there are two orders of them; start and exit of the other
  // thread may stand anywhere. Far fewer than (8 choose 3) = 56 of three free steps.
  EXPECT_LT(expected, 56U);
}

// 3 threads with 2 additions each, main only waiting, as the reference counts them.
TEST(Counting, threeWorkersAreCountedAsTheReferenceDoes) {
  const std::vector<Instruction> twice(2, kAdd);
  const Instructions program{{}, twice, twice};
  EXPECT_EQ(schedulesOf(program), enumerate(program).interleavings);
}

}  // namespace
}  // namespace standstill::checker
