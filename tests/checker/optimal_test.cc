// The reduced search: one execution for each Mazurkiewicz trace, and the outcomes of them all.
#include <gtest/gtest.h>

#include "checker/engine/optimal_dpor.h"
#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

Explored reduced(const std::string& scenario) {
  OptimalDpor search;
  return explore(program("traces"), scenario, search);
}

uint64_t tracesOf(const std::string& scenario) {
  const Explored found = reduced(scenario);
  EXPECT_TRUE(found.coverage.exhaustive());
  EXPECT_EQ(found.coverage.redundant, 0U);
  return found.coverage.executions;
}

// Either load comes before the other's store, or neither does: 3 of the 4 combinations can happen.
TEST(Optimal, storeBufferingHasThreeTraces) {
  const Explored found = reduced("store_buffering");
  EXPECT_EQ(found.coverage.executions, 3U);
  EXPECT_EQ(found.set(), (Outcomes{"completed: seen=0, seen=1", "completed: seen=1, seen=0",
                                   "completed: seen=1, seen=1"}));
}

// All additions are ordered: 6!/(2!)^3 and 8!/(2!)^4.
TEST(Optimal, additionsHaveAsManyTracesAsOrders) {
  EXPECT_EQ(tracesOf("three_times_two_additions"), 90U);
  EXPECT_EQ(tracesOf("four_times_two_additions"), 2'520U);
}

// As the additions: an unlock cannot be swapped with anything on the same mutex.
TEST(Optimal, criticalSectionsHaveAsManyTracesAsOrders) {
  EXPECT_EQ(tracesOf("three_times_two_sections"), 90U);
  EXPECT_EQ(tracesOf("four_times_three_sections"), 369'600U);  // 12!/(3!)^4
}

// Each of the six loads comes before the store or after it; among themselves they are independent.
TEST(Optimal, readersAreIndependentOfEachOther) {
  EXPECT_EQ(tracesOf("one_writer_six_readers"), 64U);
}

// The figures of Abdulla et al. (POPL 2014) for this program.
TEST(Optimal, lastZeroHasTheTracesOfTheLiterature) {
  EXPECT_EQ(tracesOf("last_zero_5"), 64U);
  EXPECT_EQ(tracesOf("last_zero_10"), 3'328U);
  EXPECT_EQ(tracesOf("last_zero_15"), 147'456U);
}

// Each fork is taken by one neighbour before the other: 2^3 orders, of which the two in which all
// reach for the same side are one deadlock and one that cannot happen.
TEST(Optimal, philosophersDeadlockInOneTraceOfSeven) {
  const Explored found = reduced("dining_philosophers");
  uint64_t completed = 0;
  uint64_t deadlocked = 0;
  for (const auto& [outcome, count] : found.outcomes) {
    (outcome.starts_with("deadlock") ? deadlocked : completed) += count;
  }
  EXPECT_EQ(completed, 6U);
  EXPECT_EQ(deadlocked, 1U);
}

TEST(Optimal, aProgramThatReadsAClockIsNotCalledExhaustive) {
  const Explored found = reduced("reads_the_clock");
  EXPECT_GT(found.coverage.irreducible, 0U);
  EXPECT_FALSE(found.coverage.exhaustiveWithinBound());
}

TEST(Optimal, accessesOfDifferentSizeToOneObjectAreDependent) {
  const PendingStep wide{Op::atomicStore, 0x1000, 8};
  EXPECT_TRUE(dependent(wide, {Op::atomicLoad, 0x1004, 4}));
  EXPECT_FALSE(dependent(wide, {Op::atomicLoad, 0x1008, 4}));
  EXPECT_FALSE(dependent({Op::atomicLoad, 0x1000, 8}, {Op::atomicLoad, 0x1000, 8}));
  EXPECT_TRUE(dependent({Op::futexWait, 0x1000, 4}, {Op::atomicStore, 0x1000, 4}));
}

}  // namespace
}  // namespace standstill::checker
