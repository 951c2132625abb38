// The same seed gives the same steps: within a process, in another one, and whatever ran before.
#include <gtest/gtest.h>

#include <fstream>

#include "checker/engine/replay.h"
#include "tests/checker/explored.h"
#include "tests/checker/process.h"

namespace standstill::checker {
namespace {

// Every byte of what was recorded, addresses included.
std::string bytesOf(const Execution& execution) {
  std::string text = execution.outcome.key();
  for (const Step& step : execution.steps) {
    for (const uint64_t field :
         {uint64_t{step.thread}, uint64_t(step.op), uint64_t{step.size}, uint64_t{step.object},
          step.before, step.after, step.enabled, uint64_t{step.address}, uint64_t{step.caller}}) {
      text += ' ' + std::to_string(field);
    }
  }
  return text;
}

std::string walk(const std::string& name, const std::string& scenario, uint64_t seed,
                 uint64_t executions) {
  RandomWalk strategy(seed, executions);
  const Library& library = program(name);
  std::string all;
  while (strategy.begin()) {
    const Execution& execution =
        Engine::instance().run(library, *library.find(scenario), strategy, {});
    all += bytesOf(execution) + '\n';
    strategy.end(execution);
  }
  return all;
}

TEST(Repeatability, theSameSeedGivesTheSameStepsAThousandTimes) {
  const std::string first = walk("waiting", "notify", 7, 20);
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(walk("waiting", "notify", 7, 20), first) << i;
}

TEST(Repeatability, anotherSeedGivesOtherSteps) {
  EXPECT_NE(walk("waiting", "notify", 7, 20), walk("waiting", "notify", 8, 20));
}

TEST(Repeatability, whatRanBeforeMakesNoDifference) {
  const std::string first = walk("threads", "thread_locals", 3, 20);
  for (const char* name : {"ends", "memory", "locks", "threads", "clocks", "output"}) {
    for (const Scenario& scenario : program(name).scenarios()) sample(name, scenario.name, 3);
  }
  EXPECT_EQ(walk("threads", "thread_locals", 3, 20), first);
}

// Addresses of libraries differ between the processes; nothing that is printed does, the addresses
// of the heap and the stacks (memory: left_behind) among it.
TEST(Repeatability, anotherProcessTakesTheSameSteps) {
  for (const char* name : {"memory", "threads", "litmus"}) {
    const std::vector<std::string> arguments{"explore", programPath(name), "--strategy=random",
                                             "--executions=200", "--seed=11"};
    const Finished first = stwCheck(arguments);
    EXPECT_EQ(stwCheck(arguments).output, first.output);
    EXPECT_NE(first.output, "");
  }
}

TEST(Repeatability, aScheduleReplaysToTheSameEnd) {
  const Library& library = program("locks");
  RandomWalk strategy(5, 100);
  while (strategy.begin()) {
    const Execution execution =
        Engine::instance().run(library, *library.find("opposite_orders"), strategy, {});
    strategy.end(execution);
    const Schedule schedule = execution.schedule();
    Replay replay(schedule, Replay::OnDivergence::stop);
    const Execution& again =
        Engine::instance().run(library, *library.find("opposite_orders"), replay, {});
    ASSERT_EQ(bytesOf(again), bytesOf(execution));
  }
}

TEST(Repeatability, aScheduleThatCannotBeFollowedIsADivergence) {
  const Library& library = program("litmus");
  const Schedule wrong{0, 5, 0};
  Replay strict(wrong, Replay::OnDivergence::stop);
  EXPECT_EQ(Engine::instance().run(library, *library.find("one_add_each"), strict, {}).outcome.kind,
            OutcomeKind::diverged);
  Replay lenient(wrong, Replay::OnDivergence::goOn);
  EXPECT_EQ(
      Engine::instance().run(library, *library.find("one_add_each"), lenient, {}).outcome.summary(),
      "completed: x=2");
}

// A search that finds other candidates than before at the same place does not go on as if nothing
// were.
TEST(Repeatability, aSubjectThatDivergesIsNotCalledExhaustive) {
  BoundedDfs search({});
  const Library& library = program("unrepeatable");
  for (int i = 0; i < 2'000 && search.begin(); ++i) {
    const Execution& execution =
        Engine::instance().run(library, *library.find("steps_by_chance"), search, {});
    search.end(execution);
  }
  EXPECT_FALSE(search.coverage().exhaustive());
  EXPECT_FALSE(search.coverage().exhaustiveWithinBound());
}

// Resident pages of this process.
long residentPages() {
  long size = 0;
  long resident = 0;
  std::ifstream("/proc/self/statm") >> size >> resident;
  return resident;
}

// Ends of all kinds leave frames behind that nobody unwinds; what these held must not be lost each
// time.
TEST(Repeatability, memoryStaysFlatOverManyExecutions) {
  constexpr uint64_t kExecutions = 100'000;
  struct Case {
    const char* name;
    const char* scenario;
  };
  for (const Case& one :
       {Case{"litmus", "lost_update"}, Case{"locks", "never_unlocked"}, Case{"ends", "throws"},
        Case{"ends", "aborts"}, Case{"ends", "null_pointer"}, Case{"threads", "exceptions"},
        Case{"output", "two_writers"}, Case{"standard_library", "async_throws"}}) {
    sample(one.name, one.scenario, 1'000);
    const long before = residentPages();
    sample(one.name, one.scenario, kExecutions / 5, 2);
    EXPECT_LT(residentPages() - before, 64)
        << one.scenario;  // a leak of 16 bytes each would take 78 pages
  }
}

}  // namespace
}  // namespace standstill::checker
