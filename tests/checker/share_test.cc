// Searches that are shared: together the parts are the whole, no trace lost and none counted twice.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>

#include "checker/engine/optimal_dpor.h"
#include "checker/explore/cells.h"
#include "tests/checker/random_program.h"

namespace standstill::checker {
namespace {

using Explore = std::function<Explored(Strategy&)>;

struct Sum {
  std::map<std::string, uint64_t> outcomes;
  uint64_t executions = 0;
  bool exhaustive = true;
  size_t busy = 0;  // shares that had something to do

  bool operator==(const Sum& other) const {
    return outcomes == other.outcomes && executions == other.executions &&
           exhaustive == other.exhaustive;
  }
};

void add(Sum& sum, const Explored& part) {
  for (const auto& [outcome, count] : part.outcomes) sum.outcomes[outcome] += count;
  sum.executions += part.coverage.executions;
  sum.exhaustive = sum.exhaustive && part.coverage.exhaustive();
  sum.busy += part.coverage.executions > 0 ? 1 : 0;
}

Share part(uint64_t index, uint64_t count, size_t depth) {
  Share share;
  share.index = index;
  share.count = count;
  share.depth = depth;
  return share;
}

template <class MakeStrategy>
Sum inShares(uint64_t count, size_t depth, const Explore& explore, MakeStrategy make) {
  Sum sum;
  for (uint64_t i = 0; i < count; ++i) {
    auto strategy = make(part(i, count, depth));
    add(sum, explore(strategy));
  }
  return sum;
}

template <class MakeStrategy>
Sum whole(const Explore& explore, MakeStrategy make) {
  return inShares(1, 0, explore, make);
}

OptimalDpor optimal(const Share& share) { return OptimalDpor(share); }
BoundedDfs dfs(const Share& share) { return BoundedDfs({}, share); }
BoundedDfs dfsToOne(const Share& share) { return BoundedDfs(1, share); }
BoundedDfs dfsToTwo(const Share& share) { return BoundedDfs(2, share); }

Explore scenario(const std::string& name) {
  return [name](Strategy& strategy) { return explore(program("traces"), name, strategy); };
}

class ShareOf : public testing::TestWithParam<const char*> {};

TEST_P(ShareOf, partsAreTheWhole) {
  const Explore explore = scenario(GetParam());
  const Sum expected = whole(explore, optimal);
  EXPECT_TRUE(expected.exhaustive);
  for (uint64_t count = 1; count <= 5; ++count) {
    const Sum sum = inShares(count, 2 + count, explore, optimal);
    EXPECT_EQ(sum, expected) << count << " shares: " << sum.executions;
    EXPECT_GE(sum.busy, std::min<uint64_t>(count, 2));
  }
}

INSTANTIATE_TEST_SUITE_P(Known, ShareOf,
                         testing::Values("three_times_two_additions", "four_times_two_additions",
                                         "three_times_two_sections", "one_writer_six_readers",
                                         "last_zero_5", "last_zero_10", "dining_philosophers"),
                         [](const auto& name) { return std::string(name.param); });

// Each process goes on where the others have not been; here one after the other, so the first does
// everything.
TEST(Share, claimedCellsAreTakenOnce) {
  std::atomic<uint64_t> claims{0};
  Sum sum;
  for (int process = 0; process < 2; ++process) {
    Share share;
    share.depth = 3;
    share.claims = &claims;
    OptimalDpor search(share);
    add(sum, scenario("four_times_two_additions")(search));
  }
  EXPECT_EQ(sum.executions, 2'520U);
  EXPECT_EQ(sum.busy, 1U);
}

const std::vector<Action> kAll = {Action::load, Action::store,  Action::add,
                                  Action::lock, Action::unlock, Action::tryLock,
                                  Action::wait, Action::signal, Action::broadcast};

Explore ofProgram(const Instructions& program) {
  return [program](Strategy& strategy) { return exploreProgram(program, strategy); };
}

RC_GTEST_PROP(Share, ofRandomProgramsOptimally, ()) {
  const Explore explore = ofProgram(randomProgram(3, 4, kAll));
  const auto count = *rc::gen::inRange<uint64_t>(1, 5);
  const auto depth = *rc::gen::inRange<size_t>(0, 12);
  RC_ASSERT(inShares(count, depth, explore, optimal) == whole(explore, optimal));
}

// A cell whose only execution begins where another thread is barred is found from one that is given
// up, by the race of a thread that is still blocked then.
TEST(Share, aBlockedThreadsRaceIsSeenWhereAnExecutionIsGivenUp) {
  const Explore explore = ofProgram(
      {{{Action::lock, 0}}, {{Action::store, 1}}, {{Action::lock, 0}, {Action::store, 1}}});
  EXPECT_EQ(inShares(1, 1, explore, optimal), whole(explore, optimal));
}

RC_GTEST_PROP(Share, ofRandomProgramsWithReadWriteLocks, ()) {
  const Explore explore =
      ofProgram(randomProgram(3, 3,
                              {Action::readLock, Action::readUnlock, Action::writeLock,
                               Action::writeUnlock, Action::store}));
  const auto count = *rc::gen::inRange<uint64_t>(1, 5);
  const auto depth = *rc::gen::inRange<size_t>(0, 12);
  RC_ASSERT(inShares(count, depth, explore, optimal) == whole(explore, optimal));
}

RC_GTEST_PROP(Share, ofRandomProgramsWithoutReduction, ()) {
  const Explore explore = ofProgram(randomProgram(3, 2, kAll));
  const auto count = *rc::gen::inRange<uint64_t>(1, 5);
  const auto depth = *rc::gen::inRange<size_t>(0, 12);
  RC_ASSERT(inShares(count, depth, explore, dfs) == whole(explore, dfs));
  RC_ASSERT(inShares(count, depth, explore, dfsToOne) == whole(explore, dfsToOne));
  RC_ASSERT(inShares(count, depth, explore, dfsToTwo) == whole(explore, dfsToTwo));
}

// Nearly all of a tree with a bound lies below the choices that come first.
TEST(Share, withABoundIsInPartsOfOneSize) {
  const std::vector<Instruction> stores(60, {Action::store, 0});
  const Explore explore = ofProgram({stores, stores});
  const auto run = [](Strategy& strategy) -> const Execution& {
    return Engine::instance().run(program("interpreter"),
                                  *program("interpreter").find("interpreter"), strategy, {});
  };
  constexpr uint64_t kParts = 4;
  const size_t depth = cutInto(Cells::kEach * kParts, dfsToTwo, run).depth;
  const uint64_t all = whole(explore, dfsToTwo).executions;
  for (uint64_t i = 0; i < kParts; ++i) {
    BoundedDfs search = dfsToTwo(part(i, kParts, depth));
    EXPECT_LT(explore(search).coverage.executions, all * 3 / 10) << "of " << all;
  }
}

}  // namespace
}  // namespace standstill::checker
