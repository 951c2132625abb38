#include <gtest/gtest.h>

#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

TEST(Output, everyWayOfWritingIsCapturedInOrder) {
  const Outcome outcome = runOnce("output", "all_ways").outcome;
  EXPECT_EQ(outcome.output,
            "printf 1\nfprintf two\nputs\nfputs\nc\nfwrite\ncout 3\ncerr\nwrite\ndprintf "
            "4\nwritev\nunlocked\n"
            "perror: No such file or directory\n");
  EXPECT_EQ(outcome.summary(), "completed: written=6, writev=7");
}

TEST(Output, fortifiedPrintfIsCapturedToo) {
  EXPECT_EQ(runOnce("output", "fortified").outcome.output, "checked 1\nchecked 2\n");
}

TEST(Output, longTextsAreNotCut) {
  const Outcome outcome = runOnce("output", "long_text").outcome;
  EXPECT_EQ(outcome.output, std::string(5000, 'x') + "|\n");
  EXPECT_EQ(outcome.summary(), "completed: size=5002");
}

// And the checker can print after it.
TEST(Output, wideTextIsCapturedAndLeavesTheStreamAsItWas) {
  EXPECT_TRUE(runOnce("output", "wide_text").outcome.output.starts_with("wide "));
  EXPECT_LE(std::fwide(stdout, 0), 0);
}

// A line is written as a whole: the stream is locked meanwhile.
TEST(Output, linesOfTwoThreadsComeInEitherOrderButWhole) {
  const Explored all = exploreAll("output", "two_writers");
  EXPECT_EQ(all.outputs.size(), 2U);
  EXPECT_TRUE(all.outputs.contains("a\nb\n"));
  EXPECT_TRUE(all.outputs.contains("b\na\n"));
}

}  // namespace
}  // namespace standstill::checker
