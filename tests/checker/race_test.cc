// Data races: what has one is found in some schedule, what has none raises no alarm in any.
#include "checker/engine/races.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/compare/symbols.h"
#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

using testing::Contains;
using testing::StartsWith;

constexpr Limits kRaces{.races = true};

Explored exploreRaces(const std::string& name, const std::string& scenario, int preemptions = 2) {
  BoundedDfs search(preemptions);
  return explore(program(name), scenario, search, kRaces);
}

TEST(Race, whatLooksLikeARaceAndIsNoneRaisesNoAlarm) {
  int scenarios = 0;
  for (const Scenario& scenario : program("races").scenarios()) {
    if (!scenario.name.starts_with("clean_")) continue;
    ++scenarios;
    for (const auto& [outcome, count] : exploreRaces("races", scenario.name).outcomes)
      EXPECT_THAT(outcome, StartsWith("completed")) << scenario.name;
  }
  EXPECT_GE(scenarios, 20);
}

TEST(Race, everyRaceIsFound) {
  int scenarios = 0;
  for (const Scenario& scenario : program("races").scenarios()) {
    if (!scenario.name.starts_with("racy_")) continue;
    ++scenarios;
    EXPECT_THAT(exploreRaces("races", scenario.name).set(), Contains(StartsWith("race: data race")))
        << scenario.name;
  }
  EXPECT_GE(scenarios, 12);
}

TEST(Race, nothingIsSaidUnlessItIsAskedFor) {
  EXPECT_EQ(exploreAll("races", "racy_write_write").set(), (Outcomes{"completed"}));
}

TEST(Race, useOfFreedMemoryIsFatal) {
  EXPECT_EQ(exploreRaces("races", "used_after_free").set(),
            (Outcomes{"fatal: write of 4 bytes of memory that was freed"}));
}

// Lines and names make one finding of each pair of places, whichever comes first.
TEST(Race, messagesNameTheVariableAndBothLines) {
  Symbols symbols;
  Engine::instance().setNames(&symbols);
  const Outcomes outcomes = exploreRaces("races", "racy_write_read").set();
  Engine::instance().setNames(nullptr);
  EXPECT_EQ(outcomes.size(), 1U);
  EXPECT_THAT(*outcomes.begin(),
              testing::MatchesRegex("race: data race on `data`: read of 4 bytes at races.cc:[0-9]+ "
                                    "and write of 4 bytes at races.cc:[0-9]+"));
}

TEST(Race, deadlocksNameTheLockItsHolderAndLines) {
  Symbols symbols;
  Engine::instance().setNames(&symbols);
  const Outcomes outcomes = exploreAll("locks", "opposite_orders", 1).set();
  Engine::instance().setNames(nullptr);
  EXPECT_THAT(outcomes,
              Contains(testing::MatchesRegex(
                  "deadlock: thread 0 is in lock of a mutex `b` that thread 1 holds since "
                  "locks.cc:[0-9]+ \\(locks.cc:[0-9]+\\); thread 1 is in lock of a mutex `a` that "
                  "thread 0 holds since locks.cc:[0-9]+ \\(locks.cc:[0-9]+\\)")));
}

// Other programs' tests say that these are right.
TEST(Race, correctProgramsOfOtherTestsHaveNone) {
  struct Case {
    const char* name;
    const char* scenario;
  };
  for (const Case& one :
       {Case{"waiting", "notify_all"}, Case{"waiting", "wait_for"}, Case{"waiting", "latch"},
        Case{"waiting", "barrier"}, Case{"waiting", "atomic_wait"}, Case{"locks", "recursive"},
        Case{"litmus", "locked_update"}, Case{"litmus", "message_passing"}}) {
    for (const auto& [outcome, count] : exploreRaces(one.name, one.scenario, 1).outcomes)
      EXPECT_THAT(outcome, StartsWith("completed")) << one.scenario;
  }
}

}  // namespace
}  // namespace standstill::checker
