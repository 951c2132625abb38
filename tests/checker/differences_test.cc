// What `compare` shows of several scenarios that are different, and keeps of each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <climits>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/checker/explored.h"
#include "tests/checker/process.h"
#include "tests/files.h"

namespace standstill::checker {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

Finished compareLost(std::vector<std::string> options, const std::string& folder) {
  options.insert(options.begin(), {"compare", "--old=" + programPath("variant_atomic"),
                                   "--new=" + programPath("variant_lost"), "--json=report.json"});
  return stwCheck(options, folder);
}

json scenariosOf(const std::string& folder) {
  return json::parse(readFile(folder + "/report.json"))["scenarios"];
}

std::vector<std::string> reprosIn(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& file : fs::directory_iterator(folder)) {
    if (file.path().extension() == ".repro") names.push_back(file.path().filename());
  }
  return names;
}

TEST(Differences, eachHasTheSimplestScheduleInAFileThatReplays) {
  const std::string folder = freshFolder();
  EXPECT_EQ(compareLost({"--jobs=2"}, folder).code, 1);
  size_t different = 0;
  for (const json& scenario : scenariosOf(folder)) {
    if (scenario["verdict"] != "different") continue;
    ++different;
    const json& example = scenario["counterexample"];
    const std::string name = scenario["scenario"];
    EXPECT_EQ(example["repro"], name + ".repro");
    EXPECT_TRUE(example.contains("preemptions")) << example;
    EXPECT_EQ(stwCheck({"replay", name + ".repro"}, folder).code, 1) << name;
  }
  EXPECT_GE(different, 2U);
  EXPECT_EQ(reprosIn(folder).size(), different);
}

TEST(Differences, theSimplestIsPrintedAndTheOthersAreNamed) {
  const std::string folder = freshFolder();
  const Finished finished = compareLost({}, folder);
  int fewest = INT_MAX;
  std::vector<std::string> different;
  for (const json& scenario : scenariosOf(folder)) {
    if (scenario["verdict"] != "different") continue;
    different.push_back(scenario["scenario"]);
    fewest = std::min<int>(fewest, scenario["counterexample"]["preemptions"]);
  }
  EXPECT_THAT(finished.output, HasSubstr(": " + std::to_string(fewest) + " preemption"));
  const size_t tables = finished.output.find("   step    old");
  EXPECT_NE(tables, std::string::npos);
  EXPECT_EQ(finished.output.find("   step    old", tables + 1), std::string::npos);
  const size_t named = finished.output.find("different, too (stw-check replay NAME.repro): ");
  ASSERT_NE(named, std::string::npos) << finished.output;
  const std::string others =
      finished.output.substr(named, finished.output.find('\n', named) - named);
  EXPECT_EQ(std::ranges::count(others, ','), different.size() - 1);
}

TEST(Differences, whereAFileIsNamedItHasTheSimplest) {
  const std::string folder = freshFolder();
  const Finished finished = compareLost({"--repro=kept/it.repro"}, folder);
  EXPECT_EQ(finished.code, 1);
  EXPECT_THAT(finished.output, HasSubstr("stw-check replay kept/it.repro\n"));
  EXPECT_THAT(reprosIn(folder), IsEmpty());
  EXPECT_EQ(stwCheck({"replay", "kept/it.repro"}, folder).code, 1);
  EXPECT_EQ(std::ranges::count_if(scenariosOf(folder),
                                  [](const json& scenario) {
                                    return scenario.contains("counterexample") &&
                                           scenario["counterexample"]["repro"].is_string();
                                  }),
            1);
}

// A file in the way of one takes nothing else along.
TEST(Differences, oneThatCannotBeWrittenIsNamed) {
  const std::string folder = freshFolder();
  fs::create_directory(folder + "/counter.repro");
  const Finished finished = compareLost({}, folder);
  EXPECT_EQ(finished.code, 1);
  EXPECT_THAT(finished.output, HasSubstr("cannot write counter.repro"));
  EXPECT_THAT(finished.output, HasSubstr("scenarios, "));
  EXPECT_FALSE(scenariosOf(folder).empty());
}

// Hours of searching are not lost to a typing mistake.
TEST(Differences, whatCannotBeWrittenIsSaidBeforeTheSearch) {
  for (const std::string option : {"--json", "--repro"}) {
    const std::string folder = freshFolder();
    std::ofstream(folder + "/file") << "in the way";
    const Finished finished = stwCheck({"compare", "--old=" + programPath("variant_atomic"),
                                        "--new=" + programPath("variant_lost"), option + "=file/x"},
                                       folder);
    EXPECT_EQ(finished.code, 2);
    EXPECT_EQ(finished.errorLines(), 1U) << finished.errors;
    EXPECT_THAT(finished.errors, HasSubstr(option));
    EXPECT_EQ(finished.output, "");
  }
}

}  // namespace
}  // namespace standstill::checker
