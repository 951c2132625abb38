// Programs of two builds' operations: what is planted is found and shrunk to what is known to be
// smallest; and nothing is found where nothing is.
#include "checker/compare/program_comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>

#include "checker/compare/repro.h"
#include "tests/checker/explored.h"
#include "tests/checker/process.h"

namespace standstill::checker {
namespace {

using testing::HasSubstr;

ScenarioReport comparePrograms(const std::string& one, const std::string& other,
                               const std::string& plan, uint64_t seed = 1,
                               const ShardOf& part = {}) {
  Declared none;
  const CompareOptions options{.seed = seed};
  const ProgramPlan parsed = ProgramPlan::parse(plan);
  return ProgramComparison(program(one), program(other), none, options, parsed, part).run();
}

struct Planted {
  const char* build;
  std::vector<std::string> smallest;  // worked out by hand
  int preemptions;
};

// Which workers are first, and which of equally small programs it is, is up to the search.
bool isOneOf(std::vector<std::string> texts,
             const std::vector<std::vector<std::string>>& programs) {
  std::ranges::sort(texts);
  return std::ranges::find(programs, texts) != programs.end();
}

// Two additions at once, of which one is lost: one preemption, between its load and its store.
TEST(ProgramComparison, findsTheLostUpdate) {
  for (const uint64_t seed : {1, 2, 3}) {
    const ScenarioReport report =
        comparePrograms("operations_right", "operations_lost", "100", seed);
    ASSERT_EQ(report.verdict, Verdict::different);
    EXPECT_EQ(report.counterexample->program, (std::vector<std::string>{"add(1)", "add(1)"}));
    EXPECT_FALSE(report.counterexample->shownByOld);
    EXPECT_EQ(report.counterexample->simplicity->preemptions, 1);
    EXPECT_EQ(report.counterexample->simplicity->steps, 14U);
    EXPECT_TRUE(report.counterexample->simplicity->fewestSteps);
    EXPECT_EQ(report.counterexample->newSide.outcome.summary(), "completed: total=1, size=0");
    EXPECT_EQ(report.counterexample->oldSide.outcome.summary(), "completed: total=2, size=0");
  }
}

// Something must be there when it is looked at, and be taken before it is taken: a push and two
// pops, one of them by another thread.
TEST(ProgramComparison, findsTheCheckOutsideTheLock) {
  const ScenarioReport report = comparePrograms("operations_right", "operations_unchecked", "200");
  ASSERT_EQ(report.verdict, Verdict::different);
  EXPECT_TRUE(isOneOf(report.counterexample->program,
                      {{"pop()", "pop() push(0)"}, {"pop()", "push(0) pop()"}}))
      << testing::PrintToString(report.counterexample->program);
  EXPECT_EQ(report.counterexample->simplicity->preemptions, 1);
  EXPECT_THAT(report.counterexample->newSide.outcome.summary(), HasSubstr("from nothing"));
}

// No second thread, no preemption: two different values, and the first out is not the first in.
TEST(ProgramComparison, findsTheWrongEnd) {
  const ScenarioReport report = comparePrograms("operations_right", "operations_wrong_end", "200");
  ASSERT_EQ(report.verdict, Verdict::different);
  EXPECT_TRUE(isOneOf(report.counterexample->program,
                      {{"push(0) push(1) pop()"}, {"push(1) push(0) pop()"}}))
      << testing::PrintToString(report.counterexample->program);
  EXPECT_EQ(report.counterexample->simplicity->preemptions, 0);
}

TEST(ProgramComparison, findsTheOtherCapacity) {
  const ScenarioReport report = comparePrograms("operations_right", "operations_capacity", "200");
  ASSERT_EQ(report.verdict, Verdict::different);
  EXPECT_EQ(report.counterexample->program, (std::vector<std::string>{"push(0) push(0) push(0)"}));
  EXPECT_EQ(report.counterexample->simplicity->preemptions, 0);
}

// All programs, smallest first: what is found first has nothing smaller.
TEST(ProgramComparison, findsThemAmongAllPrograms) {
  const ScenarioReport report =
      comparePrograms("operations_right", "operations_unchecked", "all:2x3");
  ASSERT_EQ(report.verdict, Verdict::different);
  EXPECT_TRUE(isOneOf(report.counterexample->program,
                      {{"pop()", "pop() push(0)"}, {"pop()", "push(0) pop()"}}))
      << testing::PrintToString(report.counterexample->program);
}

TEST(ProgramComparison, aBuildComparedWithItselfNeverRaisesAnAlarm) {
  for (const char* name :
       {"operations_right", "operations_lost", "operations_unchecked", "described"}) {
    const ScenarioReport report = comparePrograms(name, name, "50", 7);
    EXPECT_EQ(report.verdict, Verdict::lockstep) << name << ": " << report.explanation;
    EXPECT_EQ(report.programs->compared, 50U);
    EXPECT_EQ(report.programs->byVerdict[static_cast<size_t>(Verdict::lockstep)], 50U);
  }
}

// Another synchronisation with the same outcomes is no difference, whatever the program.
TEST(ProgramComparison, saysOfAllProgramsWhatHoldsOfTheWeakest) {
  const ScenarioReport report =
      comparePrograms("operations_lost_elsewhere", "operations_lost_later", "20:2x2");
  EXPECT_EQ(report.verdict, Verdict::sameOutcomes) << report.explanation;
  EXPECT_THAT(report.explanation, HasSubstr("thread 1: "));
}

TEST(ProgramComparison, partsAddUpToTheWhole) {
  uint64_t compared = 0;
  uint64_t schedules = 0;
  for (uint64_t i = 1; i <= 3; ++i) {
    const ScenarioReport part =
        comparePrograms("operations_right", "operations_right", "all:2x2", 1, {i, 3});
    EXPECT_EQ(part.programs->compared, part.programs->planned);
    compared += part.programs->compared;
    schedules += part.schedules;
  }
  const ScenarioReport whole = comparePrograms("operations_right", "operations_right", "all:2x2");
  EXPECT_EQ(compared, whole.programs->compared);
  EXPECT_EQ(schedules, whole.schedules);
  // An alphabet of 3 + 1 + 4 calls: one; two by one thread; two by two.
  EXPECT_EQ(whole.programs->compared, 8U + 64U + 36U);
}

TEST(ProgramComparison, plansAreReadOrRefused) {
  EXPECT_EQ(ProgramPlan::parse("7").count, 7U);
  const ProgramPlan all = ProgramPlan::parse("all:3x4");
  EXPECT_TRUE(all.all);
  EXPECT_EQ(all.shape.workers, 3U);
  EXPECT_EQ(all.shape.calls, 4U);
  EXPECT_EQ(ProgramPlan::parse("7:2x9").shape.calls, 9U);
  for (const char* bad : {"", "x", "-1", "all", "all:", "all:3", "all:3x", "all:0x4", "3:", "3:4",
                          "3x4", "3:2x4 ", "all:33x4", "99999999999"}) {
    EXPECT_THROW(ProgramPlan::parse(bad), UsageError) << bad;
  }
}

// ---- On the command line

Finished compareOnCommandLine(const char* oldBuild, const char* newBuild, const std::string& folder,
                              const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"compare", "--old=" + programPath(oldBuild),
                                     "--new=" + programPath(newBuild)};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return stwCheck(arguments, folder);
}

TEST(ProgramComparison, theSmallestIsPrintedAndReplays) {
  const std::string folder = freshFolder();
  const Finished found =
      compareOnCommandLine("operations_right", "operations_lost", folder, {"--programs=100"});
  EXPECT_EQ(found.code, 1) << found.output << found.errors;
  EXPECT_THAT(found.output, HasSubstr("thread 1: add(1)\nthread 2: add(1)\n"));
  EXPECT_THAT(found.output, HasSubstr("T1 calls add(1)"));
  EXPECT_THAT(found.output, HasSubstr("1 preemption (no fewer do), 14 steps (no fewer do)"));
  EXPECT_THAT(found.output, HasSubstr("stw-check replay program.repro"));
  for (int i = 0; i < 3; ++i) {
    const Finished replayed = stwCheck({"replay", "program.repro"}, folder);
    EXPECT_EQ(replayed.code, 1) << replayed.output << replayed.errors;
    EXPECT_THAT(replayed.output, HasSubstr("thread 1: add(1)\n"));
    EXPECT_THAT(replayed.output, HasSubstr("replayed: both builds did what program.repro says"));
  }
  std::filesystem::remove_all(folder);
}

TEST(ProgramComparison, aReplayAdaptsToAChangedBuildAndSaysWhere) {
  const std::string folder = freshFolder();
  compareOnCommandLine("operations_right", "operations_lost", folder, {"--programs=100"});
  const Finished replayed = stwCheck(
      {"replay", "program.repro", "--new=" + programPath("operations_lost_later")}, folder);
  EXPECT_EQ(replayed.code, 1) << replayed.output << replayed.errors;
  EXPECT_THAT(replayed.output, HasSubstr("its step 2, found that as its step 4"));
  EXPECT_THAT(replayed.output, HasSubstr("replayed, adapted at 1 place"));
  std::filesystem::remove_all(folder);
}

TEST(ProgramComparison, badUseEndsInOneLine) {
  const std::string folder = freshFolder();
  const auto refused = [&](const char* newBuild, const std::vector<std::string>& more,
                           const char* says) {
    const Finished finished = compareOnCommandLine("operations_right", newBuild, folder, more);
    EXPECT_EQ(finished.code, 2) << finished.output;
    EXPECT_EQ(finished.errorLines(), 1U) << finished.errors;
    EXPECT_THAT(finished.errors, HasSubstr(says));
  };
  refused("described", {}, "both builds must describe the same operations");
  refused("variant_atomic", {"--scenario=program"},
          "both builds must describe the same operations");
  refused("operations_other_range", {}, "push(value 0..2)");
  refused("operations_right", {"--programs=0"}, "--programs=0 is not");
  refused("operations_right", {"--programs=all:9x99"}, "no run would come to the end of");
  refused("operations_right", {"--operations=push,pull"}, "there is no operation pull");
  EXPECT_EQ(stwCheck({"compare", "--old=" + programPath("litmus"), "--new=" + programPath("litmus"),
                      "--programs=10"},
                     folder)
                .code,
            2);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST(ProgramComparison, aReproOfAnotherLibraryIsRefused) {
  const std::string folder = freshFolder();
  compareOnCommandLine("operations_right", "operations_lost", folder, {"--programs=100"});
  for (const char* other : {"described", "litmus"}) {
    const Finished finished =
        stwCheck({"replay", "program.repro", "--new=" + programPath(other)}, folder);
    EXPECT_EQ(finished.code, 2) << finished.output;
    EXPECT_EQ(finished.errorLines(), 1U) << finished.errors;
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace standstill::checker
