// Operations: what a library says of them, and that a program runs the calls it lists.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/engine/library.h"
#include "tests/checker/explored.h"
#include "tests/checker/process.h"

namespace standstill::checker {
namespace {

using testing::HasSubstr;

std::vector<std::string> signaturesOf(const Library& library) {
  std::vector<std::string> signatures;
  for (const Operation& operation : library.operations())
    signatures.push_back(operation.signature());
  return signatures;
}

Execution runProgramOf(const std::string& library, const std::vector<std::string>& workers) {
  Program made;
  for (const std::string& calls : workers)
    made.workers.push_back(parseCalls(calls, program(library).operations()));
  Engine::instance().setProgram(made);
  return runOnce(library, Library::kProgram);
}

TEST(Operations, sayTheirNamesAndRanges) {
  EXPECT_EQ(signaturesOf(program("operations_right")),
            (std::vector<std::string>{"add(n 1..3)", "pop()", "push(value 0..3)"}));
  EXPECT_EQ(signaturesOf(program("described")),
            (std::vector<std::string>{"all(number -2..7, flag false|true, mode FAST|SLOW|SLOWER, "
                                      "text \"a\"|\"a, b\"|\"it's (\")",
                                      "nothing()", "one(flag false|true)",
                                      "three(flag false|true, other false|true, n 5..5)",
                                      "two(flag false|true, other false|true)"}));
}

TEST(Operations, aLibraryOfScenariosHasNone) {
  EXPECT_TRUE(program("litmus").operations().empty());
  EXPECT_EQ(program("litmus").find(Library::kProgram), nullptr);
  EXPECT_NE(program("operations_right").find(Library::kProgram), nullptr);
}

TEST(Operations, callsAreReadAsTheyAreWritten) {
  const Operations& operations = program("described").operations();
  for (const char* text :
       {"", "nothing()", "nothing() nothing() one(true)", "all(-2, false, FAST, \"a\")",
        "all(7, true, SLOWER, \"a, b\") all(0, true, SLOW, \"it's (\") three(false, true, 5)"}) {
    EXPECT_EQ(toText(parseCalls(text, operations), operations), text);
  }
  EXPECT_EQ(parseCalls("  nothing ( )one( true )", operations),
            parseCalls("nothing() one(true)", operations));
}

TEST(Operations, otherTextIsRefused) {
  const Operations& operations = program("described").operations();
  for (const char* text : {"nothin()", "nothing", "nothing(", "nothing(1)", "one()", "one(2)",
                           "one(true", "all(8, true, FAST, \"a\")", "all(1, true, fast, \"a\")",
                           "three(true, true, 6)", "nothing();", "two(true true)"}) {
    EXPECT_THROW(parseCalls(text, operations), UsageError) << text;
  }
}

TEST(Operations, aProgramRunsItsCallsInOrder) {
  const Execution execution =
      runProgramOf("operations_right", {"push(3) add(2) push(1) pop()", "add(3)", ""});
  EXPECT_EQ(execution.outcome.summary(), "completed: total=5, size=1, popped=3");
  std::vector<std::string> begun;
  for (const Execution::Begun& one : execution.calls) {
    begun.push_back(std::to_string(one.worker) + " on T" + std::to_string(one.thread) + " " +
                    toText({one.call}, program("operations_right").operations()));
  }
  EXPECT_EQ(begun, (std::vector<std::string>{"1 on T1 push(3)", "1 on T1 add(2)", "1 on T1 push(1)",
                                             "1 on T1 pop()", "2 on T2 add(3)"}));
}

// Without workers there is nothing to run but what surrounds them.
TEST(Operations, aProgramMayBeEmpty) {
  EXPECT_EQ(runProgramOf("operations_right", {}).outcome.summary(), "completed: total=0, size=0");
}

TEST(Operations, aRunnerOfItsOwnSaysWhoObserves) {
  const Execution execution = runProgramOf(
      "described", {"all(7, true, SLOWER, \"a, b\")", "all(-2, false, FAST, \"it's (\")"});
  ASSERT_EQ(execution.outcome.kind, OutcomeKind::completed);
  std::vector<std::string> seen;
  for (const Observation& one : execution.outcome.observations) {
    EXPECT_EQ(one.on, 0U);
    seen.push_back(std::to_string(one.thread) + " " + one.text());
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"0 begins=2", "0 ends=0", "1 number=7", "1 flag=1",
                                            "1 mode=2", "1 text=\"a, b\"", "2 number=-2",
                                            "2 flag=0", "2 mode=0", "2 text=\"it's (\""}));
}

// The lost update is among the outcomes of two additions, and only where it is planted.
TEST(Operations, programsAreExplored) {
  const auto outcomesOf = [](const char* library) {
    const Operations& operations = program(library).operations();
    const auto worker = parseCalls("add(1)", operations);
    Engine::instance().setProgram({{worker, worker}});
    return exploreAll(library, Library::kProgram).set();
  };
  EXPECT_EQ(outcomesOf("operations_right"), (Outcomes{"completed: total=2, size=0"}));
  EXPECT_EQ(outcomesOf("operations_lost"),
            (Outcomes{"completed: total=2, size=0", "completed: total=1, size=0"}));
}

struct BadLibrary {
  const char* name;
  const char* says;
};

TEST(Operations, whatCannotBeRunIsRefused) {
  for (const BadLibrary& bad :
       {BadLibrary{"bad_empty_range", "n of the operation pick has no values"},
        BadLibrary{"bad_twice", "defines the operation pick twice"},
        BadLibrary{"bad_setup_twice", "defines STANDSTILL_SETUP twice"},
        BadLibrary{"bad_no_operation", "has no operations"},
        BadLibrary{"bad_name", "has a scenario named program"},
        BadLibrary{"no_scenarios", "neither scenarios nor operations"}}) {
    const Finished finished = stwCheck({"explore", programPath(bad.name)});
    EXPECT_EQ(finished.code, 2) << bad.name;
    EXPECT_THAT(finished.errors, HasSubstr(bad.says));
    EXPECT_EQ(finished.errorLines(), 1U) << finished.errors;
  }
}

}  // namespace
}  // namespace standstill::checker
