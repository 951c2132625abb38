// The real binary: what it says of bad use, and what it leaves behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/checker/explored.h"
#include "tests/checker/process.h"
#include "tests/files.h"

namespace standstill::checker {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::string fileWith(const std::string& folder, const std::string& text) {
  const std::string path = folder + "/file";
  std::ofstream(path) << text;
  return path;
}

std::vector<std::string> compareArguments(const std::string& one, const std::string& other) {
  return {"compare", "--old=" + programPath(one), "--new=" + programPath(other)};
}

std::vector<std::string> operator+(std::vector<std::string> list,
                                   const std::vector<std::string>& more) {
  list.insert(list.end(), more.begin(), more.end());
  return list;
}

// One line on stderr that starts with the tool's name and holds `hint`, nothing on stdout, exit 2.
void expectRefused(const std::vector<std::string>& arguments, const std::string& hint) {
  const Finished finished = stwCheck(arguments);
  EXPECT_EQ(finished.code, 2) << finished.errors;
  EXPECT_EQ(finished.errorLines(), 1U) << finished.errors;
  EXPECT_THAT(finished.errors, StartsWith("stw-check: "));
  EXPECT_THAT(finished.errors, HasSubstr(hint));
  EXPECT_EQ(finished.output, "");
}

TEST(CommandLine, badFlagsAreRefused) {
  expectRefused({}, "--help");
  expectRefused({"frobnicate"}, "--help");
  expectRefused({"compare"}, "--old");
  expectRefused({"compare", "--old=x"}, "--new");
  expectRefused(compareArguments("litmus", "litmus") + std::vector<std::string>{"--bogus"},
                "--bogus");
  expectRefused({"explore"}, "library");
  expectRefused({"explore", programPath("litmus"), "--strategy=psychic"}, "--strategy");
  expectRefused({"explore", programPath("litmus"), "--preemptions=-1"}, "--preemptions");
  expectRefused({"explore", programPath("litmus"), "--steps=0"}, "--steps");
  expectRefused({"explore", programPath("litmus"), "--seed=x"}, "--seed");
}

// What the parser alone would wrap to a large number, cut to the largest, or read as octal.
TEST(CommandLine, numbersOutOfRangeAreRefused) {
  const std::vector<std::vector<std::string>> commands{
      compareArguments("litmus", "litmus"), {"explore", programPath("litmus")}, {"mutants"}};
  for (const auto& command : commands) {
    std::vector<std::string> options{"--seed=", "--jobs=", "--preemptions="};
    if (command[0] != "mutants") options.insert(options.end(), {"--executions=", "--steps="});
    if (command[0] == "mutants") options.insert(options.end(), {"--sample=", "--threshold="});
    for (const std::string& option : options) {
      for (const char* value :
           {"-1", "-18446744073709551615", "99999999999999999999999", "0x", "nan"})
        expectRefused(command + std::vector<std::string>{option + value}, option.substr(0, 6));
    }
  }
  expectRefused({"explore", programPath("litmus"), "--depth=-1"}, "--depth");
}

TEST(CommandLine, numbersAreDecimal) {
  const Finished finished = stwCheck({"explore", programPath("litmus"), "--executions=010",
                                      "--strategy=random", "--scenario=store_buffering"});
  EXPECT_THAT(finished.output, HasSubstr("sampled, 10 schedules"));
}

TEST(CommandLine, badBudgetsAreRefused) {
  for (const char* budget :
       {"--budget=soon", "--budget=10parsecs", "--budget=", "--budget=-5s", "--budget=1e400s"}) {
    expectRefused({"explore", programPath("litmus"), budget}, "--budget");
    expectRefused(compareArguments("litmus", "litmus") + std::vector<std::string>{budget},
                  "--budget");
  }
}

TEST(CommandLine, budgetsHaveUnitsOrAreSeconds) {
  for (const char* budget :
       {"--budget=10", "--budget=0.5", "--budget=10s", "--budget=500ms", "--budget=1m"}) {
    EXPECT_EQ(stwCheck({"explore", programPath("litmus"), "--scenario=one_add_each", budget}).code,
              0)
        << budget;
  }
}

TEST(CommandLine, librariesThatCannotBeExploredAreRefused) {
  const std::string folder = freshFolder();
  expectRefused({"explore", "/no/such.so"}, "cannot open /no/such.so");
  expectRefused({"explore", fileWith(folder, "not an ELF file")}, "cannot load");
  expectRefused({"explore", folder}, "cannot load");
  expectRefused({"explore", programPath("no_scenarios")}, "STANDSTILL_SCENARIO");
  expectRefused({"explore", programPath("uninstrumented")}, "cxxflags");
  expectRefused({"explore", programPath("creates_thread")}, "creates a thread");
  expectRefused(compareArguments("litmus", "no_scenarios"), "STANDSTILL_SCENARIO");
  std::filesystem::remove_all(folder);
}

TEST(CommandLine, unknownScenariosAreRefused) {
  expectRefused({"explore", programPath("litmus"), "--scenario=nope"}, "nope");
  expectRefused(compareArguments("litmus", "litmus") + std::vector<std::string>{"--scenario=nope"},
                "nope");
}

TEST(CommandLine, aScenarioOfOneBuildAloneIsRefused) {
  expectRefused(compareArguments("variant_atomic", "variant_missing"), "sometimes_missing");
  expectRefused(compareArguments("variant_missing", "variant_atomic"), "sometimes_missing");
}

TEST(CommandLine, badDeclaredFilesAreRefused) {
  const std::string folder = freshFolder();
  const auto arguments = compareArguments("litmus", "litmus");
  expectRefused(arguments + std::vector<std::string>{"--declared=/no/such"}, "/no/such");
  expectRefused(arguments + std::vector<std::string>{"--declared=" + folder}, folder);
  expectRefused(arguments + std::vector<std::string>{"--declared=" + fileWith(folder, "a -> b\n")},
                ":1: ");
  std::filesystem::remove_all(folder);
}

TEST(CommandLine, badReprosAreRefused) {
  const std::string folder = freshFolder();
  expectRefused({"replay", "/no/such.repro"}, "/no/such.repro");
  expectRefused({"replay", folder}, folder);
  for (const char* text :
       {"", "{", "[]", "7", "{\"standstill-repro\": 1}", "{\"standstill-repro\": 99}"}) {
    expectRefused({"replay", fileWith(folder, text)}, "file");
  }
  std::filesystem::remove_all(folder);
}

// A good file, cut short at every tenth byte, and with a few values that it cannot hold.
TEST(CommandLine, damagedReprosAreRefused) {
  const std::string folder = freshFolder();
  const std::string good = folder + "/good.repro";
  stwCheck(compareArguments("variant_atomic", "variant_text") +
           std::vector<std::string>{"--scenario=greeting", "--repro=" + good});
  const std::string text = readFile(good);
  ASSERT_GT(text.size(), 100U);
  for (size_t length = 0; length + 2 < text.size(); length += text.size() / 10) {
    expectRefused({"replay", fileWith(folder, text.substr(0, length))}, "file");
  }
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    return fileWith(folder, changed);
  };
  expectRefused({"replay", with("\"schedule\": \"", "\"schedule\": \"0 1*18446744073709551615 ")},
                "schedule");
  expectRefused({"replay", with("\"schedule\": \"", "\"schedule\": \"zero ")}, "schedule");
  expectRefused({"replay", with("\"scenario\": \"greeting\"", "\"scenario\": \"other\"")}, "other");
  expectRefused({"replay", with("variant_text.so", "nowhere.so")}, "nowhere.so");
  std::filesystem::remove_all(folder);
}

// It may come before there is anything to report.
TEST(CommandLine, anInterruptAtOnceLeavesNothingHalfDone) {
  const std::string folder = freshFolder();
  const Finished finished =
      interruptedStwCheck(compareArguments("variant_locked", "variant_lost") +
                              std::vector<std::string>{"--preemptions=10", "--json=report.json"},
                          folder);
  const bool wasTaken = finished.code != -1;  // else ended by the signal, as a shell expects
  EXPECT_EQ(std::filesystem::exists(folder + "/report.json"), wasTaken);
  std::filesystem::remove_all(folder);
}

// What was found is kept, and a run that was cut is no pass.
TEST(CommandLine, anInterruptEndsTheComparisonAndItIsReported) {
  for (const char* jobs : {"--jobs=1", "--jobs=3"}) {
    for (const char* other : {"variant_locked", "variant_lost"}) {
      const std::string folder = freshFolder();
      const Finished finished = interruptedStwCheck(
          compareArguments("variant_atomic", other) +
              std::vector<std::string>{"--preemptions=30", "--budget=1h", "--executions=1000000000",
                                       "--json=report.json", "--junit=j.xml", jobs},
          folder, Interrupt::afterOutput);
      const std::string report = readFile(folder + "/report.json");
      const bool isDifferent = finished.output.find(" different ") != std::string::npos;
      EXPECT_EQ(finished.code, isDifferent ? 1 : 4) << finished.output << finished.errors;
      EXPECT_THAT(finished.output, HasSubstr("interrupted"));
      EXPECT_THAT(report, HasSubstr("\"interrupted\": true"));
      EXPECT_TRUE(std::filesystem::exists(folder + "/j.xml"));
      std::filesystem::remove_all(folder);
    }
  }
}

// With what was built, and not installed, a subject finds each header that the manuals include.
TEST(CommandLine, theFlagsLeadToAllHeaders) {
  const std::string flags = stwCheck({"cxxflags"}).output;
  const size_t begin = flags.find("-I") + 2;
  const std::string folder = flags.substr(begin, flags.find_first_of(" \n", begin) - begin);
  for (const char* header : {"scenario.h", "operation.h"})
    EXPECT_TRUE(std::filesystem::exists(folder + "/standstill/" + header)) << folder << header;
}

TEST(CommandLine, fullDiskOnStdoutIsAnError) {
  const std::string command = std::string(STW_CHECK) + " explore " + programPath("litmus") +
                              " --scenario=one_add_each > /dev/full 2>/dev/null";
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 2);
}

TEST(CommandLine, exploreListsOutcomesWithTheirNumbers) {
  const Finished finished =
      stwCheck({"explore", programPath("litmus"), "--scenario=store_buffering"});
  EXPECT_EQ(finished.code, 0);
  EXPECT_THAT(finished.output, StartsWith("store_buffering: exhaustive, 3 schedules"));
  EXPECT_THAT(finished.output, HasSubstr("x completed: r1=1, r2=1"));
}

TEST(CommandLine, exploreExitsWithOneOnAFailure) {
  EXPECT_EQ(stwCheck({"explore", programPath("locks"), "--scenario=opposite_orders"}).code, 1);
  EXPECT_EQ(stwCheck({"explore", programPath("ends"), "--scenario=null_atomic"}).code, 1);
  EXPECT_EQ(stwCheck({"explore", programPath("ends"), "--scenario=exit_now"}).code, 1);
  EXPECT_EQ(stwCheck({"explore", programPath("spins"), "--scenario=waits_in_vain"}).code, 1);
}

TEST(CommandLine, exploreSaysWhatIsNotModelled) {
  expectRefused({"explore", programPath("unmodelled"), "--scenario=forks"}, "fork");
  expectRefused({"explore", programPath("unmodelled"), "--scenario=now_and_then"}, "fork");
}

TEST(CommandLine, flagsForSubjectsArePrinted) {
  const Finished finished = stwCheck({"cxxflags"});
  EXPECT_EQ(finished.code, 0);
  EXPECT_THAT(finished.output, HasSubstr("-fsanitize=thread"));
  EXPECT_THAT(finished.output, EndsWith("/include\n"));
}

}  // namespace
}  // namespace standstill::checker
