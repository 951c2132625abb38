// The explorer judged by the reference: random small programs, every interleaving, the same
// outcomes.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "checker/engine/optimal_dpor.h"
#include "tests/checker/explored.h"
#include "tests/checker/random_program.h"
#include "tests/checker/reference.h"

namespace standstill::checker {
namespace {

// Deadlocks say who waits for what; the reference says only that there is one.
std::map<std::string, uint64_t> withoutDetails(const std::map<std::string, uint64_t>& outcomes) {
  std::map<std::string, uint64_t> result;
  for (const auto& [outcome, count] : outcomes) {
    result[outcome.starts_with("deadlock") ? "deadlock" : outcome] += count;
  }
  return result;
}

void agree(const Instructions& program, std::optional<int> bound) {
  const ReferenceResult expected = enumerate(program, bound);
  BoundedDfs search(bound);
  const Explored found = exploreProgram(program, search);
  // Not only the same outcomes, but each of them as often: one execution for each interleaving.
  RC_ASSERT(withoutDetails(found.outcomes) == expected.outcomes);
  RC_ASSERT(found.coverage.executions == expected.interleavings);
  RC_ASSERT(found.coverage.exhaustiveWithinBound());
}

RC_GTEST_PROP(Reference, exhaustiveSearchOfTwoThreadsFindsEveryInterleavingOnce, ()) {
  agree(randomProgram(2, 5), {});
}

RC_GTEST_PROP(Reference, exhaustiveSearchOfThreeThreadsFindsEveryInterleavingOnce, ()) {
  agree(randomProgram(3, 2), {});
}

RC_GTEST_PROP(Reference, boundedSearchFindsExactlyTheInterleavingsWithThatManyPreemptions, ()) {
  agree(randomProgram(3, 3), *rc::gen::inRange(0, 3));
}

RC_GTEST_PROP(Reference, aBoundThatLeavesNothingOutIsCalledExhaustive, ()) {
  const Instructions program = randomProgram(2, 2);
  const int bound = *rc::gen::inRange(0, 5);
  const bool leavesOut = enumerate(program, bound).interleavings < enumerate(program).interleavings;
  BoundedDfs search(bound);
  RC_ASSERT(exploreProgram(program, search).coverage.exhaustive() == !leavesOut);
}

std::set<std::string> outcomesOf(const std::map<std::string, uint64_t>& counted) {
  std::set<std::string> outcomes;
  for (const auto& [outcome, count] : counted) outcomes.insert(outcome);
  return outcomes;
}

void optimalAgrees(const Instructions& program) {
  OptimalDpor search;
  const Explored found = exploreProgram(program, search);
  RC_ASSERT(found.coverage.exhaustive());
  RC_ASSERT(outcomesOf(withoutDetails(found.outcomes)) == outcomesOf(enumerate(program).outcomes));
}

RC_GTEST_PROP(Reference, optimalSearchOfTwoThreadsHasEveryOutcome, ()) {
  optimalAgrees(randomProgram(2, 6));
}

RC_GTEST_PROP(Reference, optimalSearchOfThreeThreadsHasEveryOutcome, ()) {
  optimalAgrees(randomProgram(3, 3));
}

// Primitives that wait: without reduction and with it.
void primitivesAgree(const Instructions& program) {
  BoundedDfs all({});
  RC_ASSERT(outcomesOf(withoutDetails(exploreProgram(program, all).outcomes)) ==
            outcomesOf(enumerate(program).outcomes));
  optimalAgrees(program);
}

RC_GTEST_PROP(Reference, readWriteLocksAndSemaphoresHaveEveryOutcome, ()) {
  const std::vector<Action> actions{Action::load,       Action::add,       Action::readLock,
                                    Action::readUnlock, Action::writeLock, Action::writeUnlock,
                                    Action::post,       Action::acquire};
  primitivesAgree(randomProgram(*rc::gen::inRange<size_t>(2, 4), 3, actions));
}

RC_GTEST_PROP(Reference, conditionVariablesHaveEveryOutcome, ()) {
  const std::vector<Action> actions{Action::load, Action::add,    Action::lock,     Action::unlock,
                                    Action::wait, Action::signal, Action::broadcast};
  primitivesAgree(randomProgram(*rc::gen::inRange<size_t>(2, 4), 3, actions));
}

// Two wait, and the main thread signals none, one or both: which of them it was shows in what they
// add.
TEST(Reference, signalsWakeAnyWaiter) {
  for (size_t signals = 0; signals < 3; ++signals) {
    Instructions program(3);
    for (size_t t = 1; t < 3; ++t)
      program[t] = {{Action::lock, 0}, {Action::wait, 0}, {Action::add, 0}, {Action::unlock, 0}};
    program[0].assign(signals, {Action::signal, 0});
    OptimalDpor search;
    EXPECT_EQ(outcomesOf(withoutDetails(exploreProgram(program, search).outcomes)),
              outcomesOf(enumerate(program).outcomes));
  }
}

RC_GTEST_PROP(Reference, randomWalkShowsOnlyWhatCanHappen, ()) {
  const Instructions program = randomProgram(3, 2);
  RandomWalk walk(*rc::gen::arbitrary<uint64_t>(), 50);
  const ReferenceResult all = enumerate(program);
  for (const auto& [outcome, count] : withoutDetails(exploreProgram(program, walk).outcomes)) {
    RC_ASSERT(all.outcomes.contains(outcome));
  }
}

RC_GTEST_PROP(Reference, longRandomWalksOfSmallProgramsShowAllThatCanHappen, ()) {
  const Instructions program = randomProgram(2, 3);
  RandomWalk walk(*rc::gen::arbitrary<uint64_t>(), 4'000);
  RC_ASSERT(outcomesOf(withoutDetails(exploreProgram(program, walk).outcomes)) ==
            outcomesOf(enumerate(program).outcomes));
}

}  // namespace
}  // namespace standstill::checker
