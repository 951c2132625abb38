// What explore finds: the file it leaves, its replay in columns, and in gdb.
#include "checker/compare/finding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "checker/compare/interleaving.h"
#include "checker/engine/replay.h"
#include "tests/checker/explored.h"
#include "tests/checker/process.h"

namespace standstill::checker {
namespace {

using testing::HasSubstr;

// A folder with the file that explore leaves of a failing scenario.
std::string explored(const std::string& name, const std::string& scenario) {
  std::string folder = freshFolder();
  const Finished finished =
      stwCheck({"explore", programPath(name), "--scenario=" + scenario}, folder);
  EXPECT_EQ(finished.code, 1) << finished.output << finished.errors;
  EXPECT_THAT(finished.output, HasSubstr("stw-check replay " + scenario + ".repro"));
  return folder;
}

TEST(Finding, replaysADeadlockInColumns) {
  const Finished finished =
      stwCheck({"replay", "opposite_orders.repro"}, explored("locks", "opposite_orders"));
  EXPECT_EQ(finished.code, 1);
  EXPECT_THAT(finished.output, HasSubstr("   step T0                  T1\n"));
  EXPECT_THAT(finished.output, HasSubstr(" lock a  locks.cc:"));
  EXPECT_THAT(finished.output, HasSubstr(" |                   lock b  locks.cc:"));
  EXPECT_THAT(finished.output, HasSubstr("replayed: the scenario did what"));
}

TEST(Finding, explainsARaceWithBothStacks) {
  const Finished finished =
      stwCheck({"replay", "racy_before_join.repro"}, explored("races", "racy_before_join"));
  EXPECT_EQ(finished.code, 1);
  EXPECT_THAT(finished.output, HasSubstr("  write of 4 bytes by thread 1:\n    "));
  EXPECT_THAT(finished.output, HasSubstr("  read of 4 bytes by thread 0:\n"
                                         "    standstill_scenario_racy_before_join()  races.cc:"));
}

TEST(Finding, stopsInGdbOnTheStackThatFails) {
  const Finished finished = stwCheck({"replay", "--gdb", "racy_write_write.repro"},
                                     explored("races", "racy_write_write"));
  EXPECT_THAT(finished.output, HasSubstr("standstill_failure ()"));
  EXPECT_THAT(finished.output, testing::ContainsRegex("races.cc:[0-9]+\n"));
}

TEST(Finding, aScheduleThatCannotBeFollowedIsSaid) {
  const std::string folder = explored("locks", "opposite_orders");
  Finding finding = Finding::read(folder + "/opposite_orders.repro");
  finding.schedule.insert(finding.schedule.begin() + 1, 5);
  finding.write(folder + "/other.repro");
  Finished finished = stwCheck({"replay", "other.repro"}, folder);
  EXPECT_EQ(finished.code, 2);
  EXPECT_THAT(finished.errors, HasSubstr("other.repro: a schedule of 4 runs cannot have 2 labels"));
  finding.labels.clear();
  finding.write(folder + "/other.repro");
  finished = stwCheck({"replay", "other.repro"}, folder);
  EXPECT_EQ(finished.code, 2);
  EXPECT_THAT(finished.errors, HasSubstr("cannot be followed beyond step 1"));
}

TEST(Finding, whatCannotBeReadIsBadUse) {
  EXPECT_EQ(stwCheck({"replay", "nowhere.repro"}).code, 2);
  const std::string folder = freshFolder();
  std::ofstream(folder + "/broken.repro") << "{\"standstill-repro\": 1}";
  EXPECT_EQ(stwCheck({"replay", "broken.repro"}, folder).code, 2);
}

TEST(Finding, columnsKeepToTheWidth) {
  Symbols symbols;
  const Execution execution = runOnce("primitives", "readers_and_a_writer");
  for (const size_t width : {60, 80, 120}) {
    std::istringstream lines(renderInterleaving(execution, program("primitives"), symbols,
                                                {.width = width, .last = SIZE_MAX}));
    for (std::string line; std::getline(lines, line) && !line.starts_with("ends after");)
      EXPECT_LE(line.size(), width) << line;
  }
}

}  // namespace
}  // namespace standstill::checker
