// explore on programs of operations: a failure is found and shrunk, and nothing is where there is
// none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/checker/explored.h"
#include "tests/checker/process.h"

namespace standstill::checker {
namespace {

using testing::HasSubstr;

// Each order once, at the same time: one lock each is taken, by a preemption.
TEST(ExplorePrograms, findsTheSmallestDeadlock) {
  const std::string folder = freshFolder();
  for (const char* seed : {"--seed=1", "--seed=2", "--seed=3"}) {
    const Finished found = stwCheck({"explore", programPath("lock_order"), seed}, folder);
    EXPECT_EQ(found.code, 1) << found.output << found.errors;
    EXPECT_THAT(found.output, HasSubstr("of 100 random programs of up to 3 threads and 6 calls"));
    EXPECT_THAT(found.output,
                testing::AnyOf(HasSubstr("    thread 1: forward(0)\n    thread 2: backward()\n"),
                               HasSubstr("    thread 1: backward()\n    thread 2: forward(0)\n")));
    EXPECT_THAT(found.output, HasSubstr("x deadlock: "));
    const Finished replayed = stwCheck({"replay", "program.repro"}, folder);
    EXPECT_EQ(replayed.code, 1) << replayed.output << replayed.errors;
    EXPECT_THAT(replayed.output, HasSubstr("T1 "));
    EXPECT_THAT(replayed.output, HasSubstr("calls forward(0)"));
  }
  std::filesystem::remove_all(folder);
}

TEST(ExplorePrograms, findsNothingWithoutOneOfTheOrders) {
  const std::string folder = freshFolder();
  const Finished none = stwCheck(
      {"explore", programPath("lock_order"), "--programs=all:2x2", "--operations=forward,one"},
      folder);
  EXPECT_EQ(none.code, 0) << none.output << none.errors;
  // An alphabet of 11: one call; two of one thread; one of each of two.
  EXPECT_THAT(none.output, HasSubstr("program, 198 of all 198 programs"));
  EXPECT_THAT(none.output, HasSubstr(": exhaustive, "));
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST(ExplorePrograms, programsNeedOperations) {
  const Finished refused = stwCheck({"explore", programPath("litmus"), "--programs=10"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.errors, HasSubstr("describes no operations"));
}

}  // namespace
}  // namespace standstill::checker
