// The worked example: the runtime before and after the refactoring, and with a mistake in it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "checker/compare/program_comparison.h"
#include "tests/checker/process.h"
#include "tests/files.h"

namespace standstill::checker {
namespace {

std::string subject(const std::string& name) {
  return std::string(SUBJECT_DIR) + "/subject_" + name + ".so";
}

Finished compareOnCommandLine(const std::string& one, const std::string& other,
                              const std::string& folder,
                              const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{
      "compare",         "--old=" + subject(one), "--new=" + subject(other),
      "--preemptions=1", "--executions=100",      "--budget=60s"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return stwCheck(arguments, folder);
}

const std::string kDeclared = std::string("--declared=") + DECLARED;

// Check 4 of section 8 of the facts: the same events before and after, at all sites, on every
// schedule explored.
TEST(RuntimeSubjects, check4TheRefactoringChangesNothingButDeclaredWords) {
  const std::string folder = freshFolder();
  const Finished finished = compareOnCommandLine("legacy", "refactored", folder, {kDeclared});
  EXPECT_EQ(finished.code, 0) << finished.output << finished.errors;
  EXPECT_THAT(finished.output, testing::HasSubstr("holding locks\": met"));
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST(RuntimeSubjects, theDeclaredWordsAreADifferenceOtherwise) {
  const Finished finished = compareOnCommandLine("legacy", "refactored", freshFolder(),
                                                 {"--scenario=stop_holding_a_lock"});
  EXPECT_EQ(finished.code, 1) << finished.output << finished.errors;
}

TEST(RuntimeSubjects, eachRightVariantEqualsItself) {
  for (const char* name : {"legacy", "refactored"}) {
    const Finished finished = compareOnCommandLine(name, name, freshFolder());
    EXPECT_EQ(finished.code, 0) << finished.output << finished.errors;
  }
}

TEST(RuntimeSubjects, noDataRacesInSampledSchedules) {
  for (const char* name : {"legacy", "refactored"}) {
    const Finished finished = stwCheck({"explore", subject(name), "--strategy=random",
                                        "--executions=30", "--races=on", "--programs=5"},
                                       freshFolder());
    EXPECT_THAT(finished.output, testing::HasSubstr("two_stoppers"));
    EXPECT_THAT(finished.output, testing::Not(testing::HasSubstr("x race:"))) << name;
  }
}

// A Root was registered before it was null: whoever marked just then found what lay there before,
// the remains of some frame, and took it for an exact pointer. These schedules found it nineteen
// times; other strategies hardly ever run the marker between the two.
TEST(RuntimeSubjects, theCollectorDoesNotLookIntoARootThatIsNotNullYet) {
  const Finished finished =
      stwCheck({"explore", subject("refactored"), "--scenario=background_gc_and_a_mutator",
                "--strategy=pct", "--depth=4", "--executions=5000", "--races=on"},
               freshFolder());
  EXPECT_EQ(finished.code, 0) << finished.output << finished.errors;
  EXPECT_THAT(finished.output, testing::HasSubstr("completed: objects=3"));
  EXPECT_THAT(finished.output, testing::Not(testing::HasSubstr("x race:")));
}

TEST(RuntimeSubjects, theForgottenResetIsFoundAndReplays) {
  const std::string folder = freshFolder();
  const Finished finished = compareOnCommandLine("refactored", "forgotten_reset", folder,
                                                 {"--scenario=gomaxprocs", "--repro=found.repro"});
  EXPECT_EQ(finished.code, 1) << finished.output << finished.errors;
  ASSERT_TRUE(std::filesystem::exists(folder + "/found.repro"));
  std::string first;
  for (int i = 0; i < 5; ++i) {
    const Finished replayed = stwCheck({"replay", "found.repro"}, folder);
    EXPECT_EQ(replayed.code, 1) << replayed.output << replayed.errors;
    EXPECT_THAT(replayed.output,
                testing::HasSubstr("replayed: both builds did what found.repro says"));
    if (i == 0) first = replayed.output;
    EXPECT_EQ(replayed.output, first);
  }
  std::filesystem::remove_all(folder);
}

// ---- Generated programs

ScenarioReport comparePrograms(const std::string& one, const std::string& other,
                               const std::string& plan) {
  Engine& engine = Engine::instance();
  const auto oldBuild = Library::load(subject(one), engine.arena());
  const auto newBuild = Library::load(subject(other), engine.arena());
  Declared declared = Declared::read(DECLARED);
  CompareOptions options{.preemptions = 0, .executions = 20};
  options.budget = std::chrono::seconds(10);
  return ProgramComparison(*oldBuild, *newBuild, declared, options, ProgramPlan::parse(plan), {})
      .run();
}

TEST(RuntimeSubjects, anyProgramRunsInLockstepOnLegacyAndRefactored) {
  const ScenarioReport report = comparePrograms("legacy", "refactored", "60:4x8");
  const ProgramsCompared& programs = *report.programs;
  EXPECT_GT(programs.compared, 0U);
  EXPECT_EQ(programs.byVerdict[static_cast<size_t>(Verdict::lockstep)], programs.compared)
      << report.explanation;
}

// `make nightly` compares all of them so. Which three these are is drawn by the number of the
// shard.
TEST(RuntimeSubjects, aSampleOfTheSmallestProgramsIsInLockstepToTwoPreemptions) {
  const std::string folder = freshFolder();
  const Finished finished = stwCheck(
      {"compare", "--old=" + subject("legacy"), "--new=" + subject("refactored"),
       std::string("--declared=") + DECLARED, "--scenario=program", "--programs=all:3x4",
       "--operations=gc,read_mem_stats,syscall", "--strategy=dfs", "--preemptions=2", "--races=off",
       "--shard=6/115", "--jobs=2", "--budget=20m", "--require=lockstep", "--json=report.json"},
      folder);
  EXPECT_EQ(finished.code, 0) << finished.output << finished.errors;
  const auto report = nlohmann::json::parse(readFile(folder + "/report.json"))["scenarios"][0];
  EXPECT_EQ(report["programs"]["compared"], 3);
  ASSERT_EQ(report["searches"].size(), 1U) << report["searches"];
  EXPECT_EQ(report["searches"][0]["bound"], 2);
  EXPECT_EQ(report["searches"][0]["exhaustive"], true);
  EXPECT_GT(report["schedules"], 100'000);
}

// Every path of the refactoring, and what goes on beside it, is an operation that programs compose.
TEST(RuntimeSubjects, programsAreMadeOfAllPaths) {
  const auto library = Library::load(subject("refactored"), Engine::instance().arena());
  std::set<std::string> names;
  for (const Operation& operation : library->operations()) names.insert(operation.name);
  EXPECT_EQ(names, (std::set<std::string>{"acquire",
                                          "allocate",
                                          "blocking_syscall",
                                          "collect",
                                          "exchange",
                                          "gc",
                                          "gomaxprocs",
                                          "goroutine_profile",
                                          "heap_dump",
                                          "look",
                                          "read_mem_stats",
                                          "release",
                                          "safepoint",
                                          "sleep",
                                          "spawn",
                                          "stack",
                                          "stack_all",
                                          "start_gc",
                                          "start_trace",
                                          "stop_trace",
                                          "syscall",
                                          "yield"}));
}

// Each operation may be called at any time: whatever it is combined with, no program gets stuck,
// dies or races.
TEST(RuntimeSubjects, noProgramGetsStuck) {
  for (const char* name : {"legacy", "refactored"}) {
    const Finished finished =
        stwCheck({"explore", subject(name), "--scenario=program", "--programs=60:4x8", "--seed=3",
                  "--strategy=pct", "--executions=10", "--races=on"},
                 freshFolder());
    EXPECT_EQ(finished.code, 0) << finished.output << finished.errors;
    EXPECT_THAT(finished.output, testing::HasSubstr("program, 60 of 60 random programs"));
  }
}

// The reader of preemptoff is among the operations: to a program that looks while the world starts,
// the next step of the original series is different.
TEST(RuntimeSubjects, someProgramThatLooksTellsC2Apart) {
  Engine& engine = Engine::instance();
  const auto oldBuild = Library::load(subject("refactored"), engine.arena());
  const auto newBuild = Library::load(subject("c2"), engine.arena());
  Declared declared = Declared::read(DECLARED);
  CompareOptions options{.preemptions = 1, .executions = 20};
  // It takes 10 s of a quiet machine, and ends as soon as it is decided.
  options.budget = std::chrono::minutes(3);
  ProgramPlan plan = ProgramPlan::of(*oldBuild, "all:2x2", "read_mem_stats,look");
  const ScenarioReport report =
      ProgramComparison(*oldBuild, *newBuild, declared, options, plan, {}).run();
  ASSERT_EQ(report.verdict, Verdict::different) << report.explanation;
  const std::vector<std::string>& smallest = report.counterexample->program;
  EXPECT_EQ(std::set<std::string>(smallest.begin(), smallest.end()),
            (std::set<std::string>{"look()", "read_mem_stats()"}));
}

// The same has to fail where there is a mistake, or it would be worth nothing. A program of one
// stop is enough.
TEST(RuntimeSubjects, someProgramTellsTheForgottenResetApart) {
  const ScenarioReport report = comparePrograms("refactored", "forgotten_reset", "60:4x8");
  ASSERT_EQ(report.verdict, Verdict::different) << report.explanation;
  ASSERT_EQ(report.counterexample->program.size(), 1U);
  EXPECT_THAT(report.counterexample->program[0],
              testing::AnyOf("gomaxprocs(1)", "read_mem_stats()", "stack_all()",
                             "goroutine_profile(0)", "heap_dump()", "start_trace()", "stop_trace()",
                             "gc()", "collect(rt::gcBackgroundMode)", "start_gc()"));
  EXPECT_EQ(report.counterexample->simplicity->preemptions, 0);
}

}  // namespace
}  // namespace standstill::checker
