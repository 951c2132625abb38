// The worked example: the runtime before and after the refactoring, and with a mistake in it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>

#include "checker/compare/comparison.h"
#include "checker/subjects/generated_program.h"
#include "tests/checker/process.h"

// RapidCheck prints failing programs with this.
static void showValue(Operation operation, std::ostream& stream) {
  stream << static_cast<int>(operation);
}

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
    const Finished finished =
        stwCheck({"explore", subject(name), "--strategy=random", "--executions=30", "--races=on"},
                 freshFolder());
    EXPECT_THAT(finished.output, testing::HasSubstr("two_stoppers"));
    EXPECT_THAT(finished.output, testing::Not(testing::HasSubstr("x race:"))) << name;
  }
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

std::vector<uint8_t> encode(const std::vector<std::vector<Operation>>& goroutines) {
  std::vector<uint8_t> bytes;
  for (size_t g = 0; g < goroutines.size(); ++g) {
    if (g > 0) bytes.push_back(static_cast<uint8_t>(Operation::nextGoroutine));
    for (const Operation operation : goroutines[g])
      bytes.push_back(static_cast<uint8_t>(operation));
  }
  return bytes;
}

Verdict compareGenerated(const std::string& one, const std::string& other) {
  // Not inRange: within a small size that would mean small numbers, the first operations alone.
  const auto operation =
      rc::gen::element(Operation::yield, Operation::safepoint, Operation::oneProc,
                       Operation::twoProcs, Operation::threeProcs, Operation::readMemStats,
                       Operation::stackAll, Operation::gc, Operation::syscall);
  const auto goroutine = rc::gen::container<std::vector<Operation>>(operation);
  auto goroutines =
      *rc::gen::resize(4, rc::gen::container<std::vector<std::vector<Operation>>>(goroutine));
  const auto seed = *rc::gen::arbitrary<uint64_t>();
  Engine& engine = Engine::instance();
  engine.setInput(encode(goroutines));
  const auto oldBuild = Library::load(subject(one), engine.arena());
  const auto newBuild = Library::load(subject(other), engine.arena());
  Declared declared = Declared::read(DECLARED);
  CompareOptions options{.preemptions = 0, .executions = 20, .seed = seed};
  options.budget = std::chrono::milliseconds(50);
  return Comparison(*oldBuild, *newBuild, "generated_program", declared, options).run().verdict;
}

RC_GTEST_PROP(RuntimeSubjects, anyProgramRunsInLockstepOnLegacyAndRefactored, ()) {
  RC_ASSERT(compareGenerated("legacy", "refactored") == Verdict::lockstep);
}

// The same property has to fail where there is a mistake, or it would be worth nothing.
TEST(RuntimeSubjects, someProgramTellsTheForgottenResetApart) {
  rc::detail::TestParams parameters;
  parameters.maxSuccess = 100;
  parameters.seed = 1;
  const auto result = rc::detail::checkTestable(
      [] { RC_ASSERT(compareGenerated("refactored", "forgotten_reset") == Verdict::lockstep); },
      rc::detail::TestMetadata{}, parameters);
  rc::detail::FailureResult failure;
  ASSERT_TRUE(result.match(failure));
  // A program of one stop is enough, and RapidCheck finds it.
  EXPECT_LE(failure.counterExample.size(), 3U);
}

}  // namespace
}  // namespace standstill::checker
