// What `compare` prints on a terminal keeps to its width.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "checker/compare/printable.h"
#include "tests/checker/explored.h"
#include "tests/checker/process.h"
#include "tests/files.h"

namespace standstill::checker {
namespace {

constexpr size_t kColumns = 80;

// As it is seen: the line of progress is gone, and colours take no room.
std::vector<std::string> seenLines(const std::string& output) {
  static const std::regex escape("\x1b\\[[0-9;]*[A-Za-z]");
  std::vector<std::string> lines;
  std::istringstream text(std::regex_replace(output, escape, ""));
  for (std::string line; std::getline(text, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line.substr(line.rfind('\r') + 1));
  }
  return lines;
}

void expectNarrow(const Finished& finished) {
  for (const std::string& line : seenLines(finished.output))
    EXPECT_LE(columnsOf(line), kColumns) << line;
  EXPECT_THAT(finished.output, testing::HasSubstr("\x1b[1;3"));  // a verdict in its colour
}

TEST(Terminal, aComparisonKeepsToItsWidth) {
  const std::string folder = freshFolder();
  std::ofstream(folder + "/declared.txt")
      << "a message of the old build that goes on and on => another of the new build, no shorter\n";
  const Finished finished = stwCheckOnTerminal(
      {"compare", "--old=" + programPath("variant_atomic"), "--new=" + programPath("variant_lost"),
       "--declared=declared.txt", "--executions=100"},
      folder, kColumns);
  EXPECT_EQ(finished.code, 1);
  EXPECT_THAT(finished.output, testing::HasSubstr("different, too"));
  expectNarrow(finished);
  expectNarrow(stwCheckOnTerminal({"replay", "counter.repro"}, folder, kColumns));
}

// A deadlock has the longest last lines.
TEST(Terminal, aDeadlockKeepsToItsWidth) {
  const std::string folder = freshFolder();
  const std::string subjects = SUBJECT_DIR;
  expectNarrow(stwCheckOnTerminal({"compare", "--old=" + subjects + "/subject_refactored.so",
                                   "--new=" + subjects + "/subject_forgotten_reset.so",
                                   "--scenario=gomaxprocs", "--preemptions=0", "--executions=10"},
                                  folder, kColumns));
}

}  // namespace
}  // namespace standstill::checker
