// Atomics of 16 bytes, of odd and of large sizes are one step each, whoever compiled them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/engine/optimal_dpor.h"
#include "tests/checker/explored.h"
#include "tests/checker/process.h"

namespace standstill::checker {
namespace {

Explored reduced(const std::string& library, const std::string& scenario) {
  OptimalDpor search;
  return explore(program(library), scenario, search, {.races = true});
}

class WideAtomics : public testing::TestWithParam<const char*> {};

TEST_P(WideAtomics, areReadAndWrittenWhole) {
  EXPECT_EQ(reduced(GetParam(), "pair_is_read_whole").outcomes,
            (std::map<std::string, uint64_t>{{"completed: first=1, second=2", 1},
                                             {"completed: first=3, second=4", 1}}));
  EXPECT_EQ(reduced(GetParam(), "odd").set(),
            (Outcomes{"completed: first=0, last=0", "completed: first=7, last=7"}));
  EXPECT_EQ(reduced(GetParam(), "large").set(),
            (Outcomes{"completed: exchanged=0, found=9, left=9",
                      "completed: exchanged=1, found=0, left=9",
                      "completed: exchanged=1, found=9, left=10"}));
}

TEST_P(WideAtomics, loseNothingWhereTheyCompareAndAnUpdateWhereTheyDoNot) {
  EXPECT_EQ(reduced(GetParam(), "pair_exchanged").set(), Outcomes{"completed: first=2, second=4"});
  EXPECT_EQ(reduced(GetParam(), "pair_lost").set(),
            (Outcomes{"completed: second=1", "completed: second=2"}));
}

TEST_P(WideAtomics, countInBothHalves) {
  EXPECT_EQ(reduced(GetParam(), "arithmetic").set(), Outcomes{"completed: upper=128, lower=1"});
}

TEST_P(WideAtomics, raceWithPlainAccessesOfAHalf) {
  EXPECT_THAT(reduced(GetParam(), "half_of_it").set(),
              testing::Contains(testing::HasSubstr("data race")));
}

TEST_P(WideAtomics, haveALimitThatIsNamed) {
  const Outcome outcome = runOnce(GetParam(), "too_large").outcome;
  EXPECT_EQ(outcome.kind, OutcomeKind::unsupported);
  EXPECT_THAT(outcome.message, testing::HasSubstr("more than 255 bytes"));
}

TEST_P(WideAtomics, theSyncBuiltinsAreStepsToo) {
  if (program(GetParam()).find("sync_builtins") == nullptr) {
    EXPECT_EQ(std::string(GetParam()), "wide_atomics_gcc");
    return;
  }
  // Either compare-exchange may find both additions done; the second addition then comes first.
  EXPECT_EQ(reduced(GetParam(), "sync_builtins").set(), Outcomes{"completed: upper=7"});
}

INSTANTIATE_TEST_SUITE_P(Builds, WideAtomics,
                         testing::Values("wide_atomics_o0", "wide_atomics_o1", "wide_atomics_o3",
                                         "wide_atomics_cx16", "wide_atomics_linked",
                                         "wide_atomics_gcc", "wide_atomics_gcc_cx16"),
                         [](const auto& info) { return std::string(info.param); });

TEST(WideAtomicsOfTwoBuilds, areInLockstep) {
  for (const char* other : {"wide_atomics_o3", "wide_atomics_linked", "wide_atomics_gcc"}) {
    const Finished same =
        stwCheck({"compare", "--old=" + programPath("wide_atomics_o1"),
                  "--new=" + programPath(other), "--scenario=upper_half", "--require=lockstep"});
    EXPECT_EQ(same.code, 0) << other << same.output << same.errors;
  }
}

TEST(WideAtomicsOfTwoBuilds, differInTheUpperHalf) {
  const Finished other = stwCheck({"compare", "--old=" + programPath("wide_atomics_o1"),
                                   "--new=" + programPath("wide_atomics_upper"),
                                   "--scenario=upper_half", "--require=lockstep"});
  EXPECT_NE(other.code, 0);
  EXPECT_THAT(other.output, testing::HasSubstr("not in lockstep"));
}

}  // namespace
}  // namespace standstill::checker
