#include "support/program.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/files.h"

namespace standstill {
namespace {

TEST(Program, LeavesItsOutputInTheLogAndItsStatus) {
  const std::filesystem::path folder = freshFolder("program");
  const std::filesystem::path log = folder / "log";
  EXPECT_EQ(runProgram({"sh", "-c", "echo out; echo error >&2; exit 3"}, log), 3);
  EXPECT_EQ(readFile(log), "out\nerror\n");
  EXPECT_EQ(runProgram({"sh", "-c", "kill -9 $$"}, log), 127);
  EXPECT_EQ(runProgram({"no such program"}, log), 127);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace standstill
