// The comparison of the runtimes reaches all that the refactoring touches.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "tests/checker/process.h"

namespace standstill::checker {
namespace {

std::string subject(const std::string& name) {
  return std::string(SUBJECT_DIR) + "/subject_" + name + "_counting.so";
}

// Without the names that the refactoring changes, so that one list serves both variants.
std::string withoutNames(const std::string& text) {
  static const std::regex names("(stop|start)[Tt]he[Ww]orld: ");
  return std::regex_replace(text, names, "");
}

// "FILE: never WHAT: TEXT" of a variant's files that were not reached, from what compare printed.
std::multiset<std::string> unreachedOf(const std::string& variant, const std::string& output) {
  const std::regex line("  .*/" + variant + "/([a-z0-9_]+\\.(?:cc|h)):[0-9]+:[0-9]+: (never .*)");
  std::multiset<std::string> found;
  std::istringstream lines(output);
  std::smatch match;
  for (std::string text; std::getline(lines, text);) {
    if (std::regex_match(text, match, line))
      found.insert(match.str(1) + ": " + withoutNames(match.str(2)));
  }
  return found;
}

std::multiset<std::string> unreachable() {
  std::multiset<std::string> places;
  std::ifstream file(UNREACHABLE);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) continue;
    const size_t arrow = line.find(" => ");
    EXPECT_NE(arrow, std::string::npos) << line;
    places.insert(line.substr(0, arrow));
  }
  return places;
}

TEST(Reached, allThatTheRefactoringTouchesButWhatIsListedWithAReason) {
  const Finished finished =
      stwCheck({"compare", "--old=" + subject("legacy"), "--new=" + subject("refactored"),
                std::string("--declared=") + DECLARED, "--preemptions=1", "--executions=100",
                "--budget=90s"},
               freshFolder());
  EXPECT_EQ(finished.code, 0) << finished.output << finished.errors;
  EXPECT_THAT(finished.output, testing::HasSubstr("stretches of code"));
  EXPECT_FALSE(unreachable().empty());
  EXPECT_EQ(unreachedOf("legacy", finished.output), unreachable());
  EXPECT_EQ(unreachedOf("refactored", finished.output), unreachable());
}

// A program that goes one path leaves the others out, and that is said.
TEST(Reached, whatOneScenarioLeavesOutIsListed) {
  const Finished finished =
      stwCheck({"compare", "--old=" + subject("legacy"), "--new=" + subject("refactored"),
                "--scenario=gomaxprocs", "--preemptions=0", "--executions=1"},
               freshFolder());
  EXPECT_GT(unreachedOf("legacy", finished.output).size(), unreachable().size());
  EXPECT_THAT(finished.output,
              testing::ContainsRegex("legacy/trace.cc:[0-9]+:[0-9]+: never reached"));
}

// Processes that share a comparison, and shards of one, reach together what one process does.
TEST(Reached, isTheSameInSeveralProcessesAndShards) {
  const std::string folder = freshFolder();
  const auto reached = [&](const std::string& json) {
    std::ifstream file(folder + "/" + json);
    return nlohmann::json::parse(file).at("reached");
  };
  const auto compare = [&](const std::string& json, const std::string& how) {
    const Finished finished =
        stwCheck({"compare", "--old=" + subject("legacy"), "--new=" + subject("refactored"),
                  std::string("--declared=") + DECLARED, "--strategy=random", "--executions=1",
                  "--json=" + json, how},
                 folder);
    EXPECT_EQ(finished.code, 0) << finished.output << finished.errors;
    return reached(json);
  };
  const nlohmann::json alone = compare("alone.json", "--jobs=1");
  EXPECT_FALSE(alone.at("old").at("unreached").empty());
  EXPECT_EQ(compare("together.json", "--jobs=2"), alone);
  // Few scenarios are needed to reach most of it: a part of them that is small enough lacks some.
  constexpr int kShards = 8;
  int incomplete = 0;
  std::vector<std::string> merge{"merge", "--json=all.json"};
  for (int i = 1; i <= kShards; ++i) {
    merge.push_back("part" + std::to_string(i) + ".json");
    const std::string shard = "--shard=" + std::to_string(i) + "/" + std::to_string(kShards);
    incomplete += compare(merge.back(), shard) != alone ? 1 : 0;
  }
  EXPECT_GT(incomplete, 0);
  EXPECT_EQ(stwCheck(merge, folder).code, 0);
  EXPECT_EQ(reached("all.json"), alone);
}

}  // namespace
}  // namespace standstill::checker
