// The simplest schedule: as simple as running all of them says.
#include "checker/compare/minimise.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "checker/compare/program_text.h"
#include "checker/compare/repro.h"
#include "checker/engine/random_walk.h"
#include "checker/engine/replay.h"
#include "tests/checker/explored.h"
#include "tests/checker/random_program.h"

namespace standstill::checker {
namespace {

constexpr auto kNoEnd = std::chrono::steady_clock::time_point::max();

// The simplest schedule to `outcome`, from one that a random walk meets.
Minimised minimise(const std::string& name, const std::string& scenario, const std::string& outcome,
                   uint64_t seed) {
  const Library& library = program(name);
  const Limits limits;
  const auto shows = [&](const Execution& execution) {
    return execution.outcome.summary() == outcome;
  };
  RandomWalk walk(seed, 100'000);
  while (walk.begin()) {
    const Execution& execution =
        Engine::instance().run(library, *library.find(scenario), walk, limits);
    walk.end(execution);
    if (!shows(execution)) continue;
    const Schedule schedule = execution.schedule();
    return Minimiser(library, *library.find(scenario), limits, shows, kNoEnd).run(schedule);
  }
  ADD_FAILURE() << outcome << " is not met";
  return {};
}

// By hand: both threads load, then both store, which takes one preemption. The main thread creates
// and joins two and loads once, each of them starts, loads, stores and exits, and then all ends.
TEST(Minimise, aLostUpdateTakesOnePreemption) {
  Engine::instance().setProgram(programFrom({"add(1)", "add(1)"}, program("operations_lost")));
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const Simplicity least =
        minimise("operations_lost", Library::kProgram, "completed: total=1, size=0", seed).is;
    EXPECT_EQ(least.preemptions, 1);
    EXPECT_EQ(least.steps, 2U + 2U + 1U + 4U + 4U + 1U);
    EXPECT_TRUE(least.fewestPreemptions);
    EXPECT_TRUE(least.fewestSteps);
    EXPECT_EQ(least.describe(), "1 preemption (no fewer do), 14 steps (no fewer do)");
  }
}

// Without time to search, no more is claimed than what was tried.
TEST(Minimise, claimsNothingWithoutTime) {
  const Library& library = program("operations_lost");
  Engine::instance().setProgram(programFrom({"add(1)", "add(1)"}, library));
  const auto isLost = [](const Execution& execution) {
    return execution.outcome.summary() == "completed: total=1, size=0";
  };
  const Limits limits;
  const Schedule schedule = decodeSchedule("0*2 1*2 2*4 1*2 0*4");
  const Minimised least = Minimiser(library, *library.find(Library::kProgram), limits, isLost,
                                    std::chrono::steady_clock::now())
                              .run(schedule);
  EXPECT_EQ(least.schedule, schedule);
  EXPECT_EQ(least.is.describe(), "1 preemption, 14 steps");
}

struct Least {
  int preemptions;
  size_t steps;
};

// All schedules with up to `most` preemptions, by rising bound: what each outcome takes at least.
std::map<std::string, Least> plainly(const Library& library, const Scenario& scenario, int most) {
  std::map<std::string, Least> all;
  for (int bound = 0; bound <= most; ++bound) {
    BoundedDfs search(bound);
    while (search.begin()) {
      const Execution& execution = Engine::instance().run(library, scenario, search, {});
      search.end(execution);
      const size_t steps = execution.steps.size();
      const auto [place, isNew] = all.try_emplace(execution.outcome.summary(), Least{bound, steps});
      if (place->second.preemptions == bound)
        place->second.steps = std::min(place->second.steps, steps);
    }
  }
  return all;
}

// Of a random program, the outcome that takes the most preemptions of all that three can reach.
RC_GTEST_PROP(Minimise, isAsSimpleAsAllSchedulesSay, ()) {
  const Library& library = program("interpreter");
  const Scenario& scenario = *library.find("interpreter");
  const std::vector<Action> actions{Action::load, Action::store,  Action::add,
                                    Action::lock, Action::unlock, Action::tryLock,
                                    Action::wait, Action::signal, Action::post};
  Engine::instance().setInput(encode(randomProgram(2, 6, actions)));
  const auto all = plainly(library, scenario, 3);
  const auto& [outcome, least] = *std::ranges::max_element(
      all, {}, [](const auto& entry) { return entry.second.preemptions; });
  RC_TAG(least.preemptions);
  const Minimised found = minimise("interpreter", "interpreter", outcome, 1);
  RC_ASSERT(found.is.preemptions == least.preemptions);
  RC_ASSERT(found.is.steps == least.steps);
  RC_ASSERT(found.is.fewestPreemptions);
  RC_ASSERT(found.is.fewestSteps);
  // It replays.
  Replay replay(found.schedule, Replay::OnDivergence::stop);
  RC_ASSERT(Engine::instance().run(library, scenario, replay, {}).outcome.summary() == outcome);
}

}  // namespace
}  // namespace standstill::checker
