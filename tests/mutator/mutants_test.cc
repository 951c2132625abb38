// stw-check mutants, end to end: mutants made, built and tried, of a small library and of the
// runtime.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "tests/files.h"

namespace {

namespace fs = std::filesystem;
using standstill::freshFolder;
using standstill::readFile;
using testing::HasSubstr;

class Mutants : public testing::Test {
 protected:
  void SetUp() override { folder_ = freshFolder("mutants"); }
  void TearDown() override { fs::remove_all(folder_); }

  int run(const std::string& command) {
    const std::string line = "cd '" + folder_.string() + "' && " + command + " >output 2>errors";
    return WEXITSTATUS(std::system(line.c_str()));
  }
  std::string output() const { return readFile(folder_ / "output"); }
  std::string errors() const { return readFile(folder_ / "errors"); }

  // The counter's library, as it is, and its mutants.
  void makeCounter(const std::string& options) {
    const std::string compile = CXX " -std=c++20 -O1 $(" STW_CHECK " cxxflags) -pthread";
    for (const std::string file : {"counter", "scenarios"}) {
      std::string line = compile;
      line += " -c " PROGRAM_DIR "/" + file;
      line += ".cc -o " + file;
      line += ".o";
      ASSERT_EQ(run(line), 0) << errors();
    }
    const std::string link = std::string(CXX) + " -shared counter.o scenarios.o -o right.so";
    ASSERT_EQ(run(link), 0) << errors();
    std::ofstream(folder_ / "link.txt") << link << "\n";
    const nlohmann::json database = nlohmann::json::array(
        {{{"directory", folder_.string()},
          {"file", PROGRAM_DIR "/counter.cc"},
          {"command", CXX " -std=c++20 -O1 " + flags() +
                          " -pthread -c " PROGRAM_DIR "/counter.cc -o counter.o"}}});
    std::ofstream(folder_ / "compile_commands.json") << database.dump();
    ASSERT_EQ(run(STW_MUTATE " -p . --out=mutants --right=right.so --link=link.txt "
                             "--pair=pthread_mutex_lock:pthread_mutex_unlock " +
                  options + " " PROGRAM_DIR "/counter.cc"),
              0)
        << errors();
  }
  std::string flags() {
    EXPECT_EQ(run(STW_CHECK " cxxflags"), 0);
    std::string text = output();
    text.erase(text.find_last_not_of('\n') + 1);
    return text;
  }
  nlohmann::json report() const { return nlohmann::json::parse(readFile(folder_ / "report.json")); }

  fs::path folder_;
};

TEST_F(Mutants, ofALibraryAreKilledAndReported) {
  makeCounter("--functions='add|total' --operators=drop-statement,remove-region,skip-release");
  const int code = run(STW_CHECK
                       " mutants --manifest=mutants/manifest.json --jobs=2 --report=page "
                       "--json=report.json --mutant='drop-statement.add'");
  EXPECT_EQ(code, 0) << output() << errors();
  const auto json = report();
  EXPECT_EQ(json["totals"]["killed"], 3) << output();
  for (const auto& mutant : json["mutants"]) {
    EXPECT_EQ(mutant["counterexample"]["scenario"], "two_add");
    const std::string repro = mutant["counterexample"]["repro"];
    EXPECT_EQ(run(STW_CHECK " replay page/" + repro), 1) << output() << errors();
  }
  EXPECT_THAT(readFile(folder_ / "page/index.html"), HasSubstr("3 of 3 mutants noticed"));
}

// The checker's checker has to be able to fail.
TEST_F(Mutants, thatNoScenarioSeesSurvive) {
  makeCounter("--functions=paint --operators=drop-statement");
  EXPECT_EQ(run(STW_CHECK " mutants --manifest=mutants/manifest.json --json=report.json"), 1)
      << output() << errors();
  EXPECT_EQ(report()["totals"]["survived"], 1);
  EXPECT_THAT(output(), HasSubstr("no scenario sees it, or there is nothing to see"));
  EXPECT_EQ(run(STW_CHECK " mutants --manifest=mutants/manifest.json --threshold=0"), 0);
}

TEST_F(Mutants, thatAreListedAsEquivalentCountIfNothingContradicts) {
  std::ofstream(folder_ / "equivalent.txt") << "# why\ndrop-statement.paint.1 => nobody asks\n"
                                               "drop-statement.add.2 => a lie\n";
  makeCounter("--functions='paint|add' --operators=drop-statement --equivalents=equivalent.txt");
  EXPECT_EQ(run(STW_CHECK " mutants --manifest=mutants/manifest.json --json=report.json"), 0)
      << output() << errors();
  EXPECT_EQ(report()["totals"]["equivalent"], 1);
  EXPECT_EQ(report()["totals"]["killed"], 3);
  EXPECT_THAT(output(),
              HasSubstr("nobody asks (in lockstep with the right build in all 2 scenarios, "
                        "exhaustively to 1 preemption)"));
  EXPECT_THAT(output(), HasSubstr("lists drop-statement.add.2 as equivalent, which it is not"));
}

// Without a preemption only the right build reaches the sum. But a wait may end late or soon: with
// preemptions each build shows what the other one does.
TEST_F(Mutants, thatShowTheSameUnderOtherSchedulesAreEquivalentIfListed) {
  std::ofstream(folder_ / "equivalent.txt") << "modify-wait.reaches.1 => no matter how long\n";
  makeCounter(
      "--functions=reaches --operators=modify-wait --wait=usleep "
      "--equivalents=equivalent.txt");
  EXPECT_EQ(run(STW_CHECK " mutants --manifest=mutants/manifest.json --preemptions=0"), 0)
      << output() << errors();
  EXPECT_THAT(output(), HasSubstr("no matter how long (the same outcomes as the right build, in "
                                  "lockstep in 1, in 1 with random schedules beyond the bound, in "
                                  "all 2 scenarios, exhaustively to 0 preemptions)"));
}

TEST_F(Mutants, thatCompileToTheSameCodeAreEquivalent) {
  makeCounter("--functions=total --operators=swap-statements,wrong-constant,expand-region");
  // Another name for the same thing: no operator makes one, so the manifest is made to name the
  // right object.
  auto manifest = nlohmann::json::parse(readFile(folder_ / "mutants/manifest.json"));
  ASSERT_GE(manifest["mutants"].size(), 1U) << output();
  auto& mutant = manifest["mutants"][0];
  const std::string id = mutant["id"];
  fs::copy_file(PROGRAM_DIR "/counter.cc",
                folder_ / "mutants" / mutant["source"].get<std::string>(),
                fs::copy_options::overwrite_existing);
  EXPECT_EQ(
      run(STW_CHECK " mutants --manifest=mutants/manifest.json --json=report.json --mutant='^" +
          id + "$'"),
      0)
      << output() << errors();
  EXPECT_THAT(output(), HasSubstr("compiles to the same code as the right build"));
}

TEST_F(Mutants, badUseIsOneLine) {
  std::ofstream(folder_ / "other.json") << "{}";
  for (const char* arguments : {"--manifest=absent.json", "--manifest=other.json",
                                "--threshold=101", "--threshold=x", "--sample=0", "--budget=0"}) {
    EXPECT_EQ(run(std::string(STW_CHECK " mutants ") + arguments), 2) << arguments;
    const std::string text = errors();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << arguments << ": " << text;
  }
}

// ---- Of the runtime: these build what they try

TEST_F(Mutants, theForgottenResetIsAmongThoseKilled) {
  EXPECT_EQ(
      run(STW_CHECK " mutants --json=report.json --mutant='^drop-statement.startTheWorld.1$'"), 0)
      << output() << errors();
  const auto mutant = report()["mutants"].at(0);
  EXPECT_THAT(mutant["description"].get<std::string>(), HasSubstr("preemptoff"));
  EXPECT_EQ(mutant["verdict"], "killed");
}

// Whichever they are, none survives.
TEST_F(Mutants, aSampleOfTheRuntimesIsNoticed) {
  EXPECT_EQ(run(STW_CHECK " mutants --sample=4 --seed=7 --json=report.json"), 0)
      << output() << errors();
  const auto totals = report()["totals"];
  EXPECT_EQ(totals["mutants"], 4) << output();
  EXPECT_EQ(totals["survived"], 0) << output();
  EXPECT_GE(totals["killed"], 1) << output();
}

}  // namespace
