// Verdicts: each one claimed where it is true, and nowhere else.
#include "checker/compare/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/stat.h>

#include "checker/compare/repro.h"
#include "tests/checker/explored.h"
#include "tests/checker/process.h"
#include "tests/checker/reference.h"

namespace standstill::checker {
namespace {

using testing::HasSubstr;

ScenarioReport compare(const std::string& one, const std::string& other,
                       const std::string& scenario, const CompareOptions& options = {},
                       Declared declared = {}) {
  return Comparison(program(one), program(other), scenario, declared, options).run();
}

// A thread that only one build lets run has taken no step yet, but it could.
TEST(Comparison, otherEnabledThreadsEndTheLockstep) {
  Execution one;
  one.steps = {{.thread = 0, .op = Op::atomicLoad, .enabled = 0b01},
               {.thread = 0, .enabled = 0b01}};
  Execution other = one;
  EXPECT_FALSE(firstDivergence(one, one.outcome, other, other.outcome));
  other.steps[1].enabled = 0b11;
  const auto divergence = firstDivergence(one, one.outcome, other, other.outcome);
  ASSERT_TRUE(divergence);
  EXPECT_EQ(divergence->step, 1U);
  EXPECT_TRUE(divergence->inSteps);
}

TEST(Comparison, twoBuildsOfTheSameTextAreInLockstep) {
  const ScenarioReport report = compare("variant_atomic", "variant_again", "counter");
  EXPECT_EQ(report.verdict, Verdict::lockstep);
  EXPECT_EQ(report.coverage(), "exhaustive, 2 schedules");
  EXPECT_EQ(report.lockstep.state, LockstepResult::State::held);
}

TEST(Comparison, otherSynchronisationMayHaveTheSameOutcomes) {
  const ScenarioReport report =
      compare("variant_atomic", "variant_locked", "counter", {.preemptions = 4});
  EXPECT_EQ(report.verdict, Verdict::sameOutcomes);
  EXPECT_THAT(report.explanation, HasSubstr("not in lockstep"));
}

TEST(Comparison, aLostUpdateIsDifferentAndReplays) {
  const ScenarioReport report =
      compare("variant_atomic", "variant_lost", "counter", {.preemptions = 4});
  ASSERT_EQ(report.verdict, Verdict::different);
  EXPECT_THAT(report.explanation, HasSubstr("count=1"));
  ASSERT_TRUE(report.counterexample);
  EXPECT_EQ(report.counterexample->newSide.outcome.summary(), "completed: count=1");
  EXPECT_EQ(report.counterexample->oldSide.outcome.summary(), "completed: count=2");
  Declared none;
  CompareOptions options;
  for (int i = 0; i < 5; ++i) {
    const Counterexample again =
        Comparison(program("variant_atomic"), program("variant_lost"), "counter", none, options)
            .runBoth(report.counterexample->schedule);
    EXPECT_EQ(again.oldSide.outcome, report.counterexample->oldSide.outcome);
    EXPECT_EQ(again.newSide.outcome, report.counterexample->newSide.outcome);
  }
}

// What one execution alone did, whichever it was, is no difference between builds.
TEST(Comparison, whatHappensOnceIsNoDifference) {
  const mode_t before = umask(0);
  for (const char* scenario : {"another_value_once", "another_step_once"}) {
    int noticed = 0;
    for (unsigned i = 0; i < 16; ++i) {
      umask(0400 - i);
      const ScenarioReport report =
          compare("unrepeatable", "unrepeatable", scenario, {.budget = std::chrono::seconds(5)});
      EXPECT_TRUE(report.verdict == Verdict::lockstep || report.verdict == Verdict::inconclusive)
          << scenario << " in execution " << i + 1 << ": " << report.explanation;
      noticed += report.noise.empty() ? 0 : 1;
    }
    EXPECT_GE(noticed, 6);
  }
  umask(before);
}

TEST(Comparison, anotherTextIsDifferent) {
  const ScenarioReport report = compare("variant_atomic", "variant_text", "greeting");
  EXPECT_EQ(report.verdict, Verdict::different);
  ASSERT_TRUE(report.counterexample);
  EXPECT_FALSE(report.counterexample->divergence->inSteps);
}

TEST(Comparison, anotherMessageIsDifferentUnlessDeclared) {
  EXPECT_EQ(compare("variant_atomic", "variant_message", "last_words").verdict, Verdict::different);
  Declared declared;
  declared.add("oldName:", "newName:");
  EXPECT_EQ(compare("variant_atomic", "variant_message", "last_words", {}, declared).verdict,
            Verdict::lockstep);
  // Declared, but the new build still says the old name.
  EXPECT_EQ(compare("variant_atomic", "variant_again", "last_words", {}, declared).verdict,
            Verdict::different);
}

// Yields make some switches free that cost a preemption without them. Outcomes are the same all the
// same, so "different" would be false, however far the bounded search went.
TEST(Comparison, yieldsLeftOutAreNotCalledDifferent) {
  for (int preemptions = 0; preemptions <= 2; ++preemptions) {
    const auto away =
        compare("variant_yielding", "variant_atomic", "alternation", {.preemptions = preemptions});
    const auto added =
        compare("variant_atomic", "variant_yielding", "alternation", {.preemptions = preemptions});
    EXPECT_NE(away.verdict, Verdict::different) << away.explanation;
    EXPECT_NE(added.verdict, Verdict::different) << added.explanation;
  }
}

TEST(Comparison, aSearchThatIsNotFinishedIsNeitherEqualNorDifferent) {
  CompareOptions options{.preemptions = 6, .executions = 0};
  options.budget = std::chrono::milliseconds(0);
  const ScenarioReport nothing = compare("variant_atomic", "variant_again", "large", options);
  EXPECT_EQ(nothing.verdict, Verdict::inconclusive);
  EXPECT_THAT(nothing.explanation, HasSubstr("--budget"));
}

TEST(Comparison, aLivelockProvesNothing) {
  CompareOptions options;
  options.limits.steps = 12;
  const Verdict verdict = compare("variant_atomic", "variant_locked", "large", options).verdict;
  EXPECT_NE(verdict, Verdict::different);
  EXPECT_NE(verdict, Verdict::sameOutcomes);
}

// What to do about it is said: more time would not help.
TEST(Comparison, aBuildThatDoesNotEndIsSaidToBeIt) {
  CompareOptions options{.preemptions = 1};
  options.limits.steps = 11;
  const ScenarioReport report = compare("variant_atomic", "variant_locked", "counter", options);
  EXPECT_EQ(report.verdict, Verdict::inconclusive);
  EXPECT_THAT(report.explanation, HasSubstr("the new build had not come to an end after 11 steps"));
  EXPECT_THAT(report.explanation, HasSubstr("and the old one took 8 at most"));
  EXPECT_THAT(report.explanation, HasSubstr("a larger --steps"));
}

TEST(Comparison, aSubjectThatDoesNotRepeatItselfIsInconclusive) {
  for (const char* scenario : {"counts_cycles", "counts_cycles_now_and_then", "steps_by_chance"}) {
    const ScenarioReport report = compare("unrepeatable", "unrepeatable", scenario);
    EXPECT_EQ(report.verdict, Verdict::inconclusive) << scenario;
    EXPECT_THAT(report.explanation, HasSubstr("repeat")) << scenario;
  }
}

TEST(Comparison, whatIsNotModelledIsInconclusiveInWhateverSchedule) {
  for (const char* scenario : {"forks", "now_and_then"}) {
    const ScenarioReport report = compare("unmodelled", "unmodelled", scenario);
    EXPECT_EQ(report.verdict, Verdict::inconclusive) << scenario;
    EXPECT_THAT(report.explanation, HasSubstr("fork")) << scenario;
  }
}

// Every scenario of every program that repeats itself, against itself.
TEST(Comparison, aBuildComparedWithItselfNeverRaisesAnAlarm) {
  CompareOptions options{.preemptions = 1, .executions = 50};
  options.budget = std::chrono::milliseconds(200);
  for (const char* name : {"clocks", "ends", "litmus", "locks", "memory", "output",
                           "standard_library", "threads", "waiting", "plain_c"}) {
    for (const Scenario& scenario : program(name).scenarios()) {
      if (scenario.name == "more_than_sixty_four") continue;  // not modelled
      const ScenarioReport report = compare(name, name, scenario.name, options);
      if (report.showsNothing && report.intercepted.nothing()) continue;  // nothing to compare
      EXPECT_EQ(report.verdict, Verdict::lockstep)
          << name << ": " << scenario.name << ": " << report.explanation;
    }
  }
}

RC_GTEST_PROP(Comparison, randomProgramsComparedWithThemselvesAreInLockstep, ()) {
  const auto instruction =
      rc::gen::construct<Instruction>(rc::gen::element(Action::load, Action::store, Action::add),
                                      rc::gen::element<unsigned char>(0, 1));
  Instructions generated(3);
  for (auto& thread : generated) {
    thread =
        *rc::gen::container<std::vector<Instruction>>(*rc::gen::inRange<size_t>(0, 4), instruction);
  }
  Engine::instance().setInput(encode(generated));
  const CompareOptions options{.preemptions = *rc::gen::inRange(0, 3),
                               .executions = 30,
                               .seed = *rc::gen::arbitrary<uint64_t>()};
  RC_ASSERT(compare("interpreter", "interpreter", "interpreter", options).verdict ==
            Verdict::lockstep);
}

struct CommandCase {
  const char* newBuild;
  const char* scenario;
  int code;
};

TEST(Comparison, exitCodesFollowTheVerdict) {
  const std::string folder = freshFolder();
  const std::string oldBuild = "--old=" + programPath("variant_atomic");
  for (const CommandCase& one :
       {CommandCase{"variant_again", "counter", 0}, CommandCase{"variant_locked", "counter", 0},
        CommandCase{"variant_lost", "counter", 1}, CommandCase{"variant_text", "greeting", 1}}) {
    const Finished finished =
        stwCheck({"compare", oldBuild, "--new=" + programPath(one.newBuild), "--preemptions=4",
                  std::string("--scenario=") + one.scenario},
                 folder);
    EXPECT_EQ(finished.code, one.code) << one.newBuild << '\n'
                                       << finished.output << finished.errors;
  }
  EXPECT_EQ(stwCheck({"compare", "--old=" + programPath("unrepeatable"),
                      "--new=" + programPath("unrepeatable")},
                     folder)
                .code,
            4);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(stwCheck({"replay", "counter.repro"}, folder).code, 1);
  const auto replayed = [&](const std::string& option, const char* build) {
    return stwCheck({"replay", "counter.repro", option + programPath(build)}, folder).code;
  };
  // The very schedule, and one that had to be adapted.
  EXPECT_EQ(replayed("--old=", "variant_lost"), 0);
  EXPECT_EQ(replayed("--new=", "variant_atomic"), 4);
}

}  // namespace
}  // namespace standstill::checker
