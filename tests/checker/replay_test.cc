// What a replay may say of builds that have changed since: that something is gone, only of the very
// schedule.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "checker/compare/finding.h"
#include "checker/compare/labelled_schedule.h"
#include "checker/compare/repro.h"
#include "tests/checker/explored.h"
#include "tests/checker/process.h"

namespace standstill::checker {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string option(const char* side, const std::string& build) {
  return std::string(side) + programPath(build);
}

class ReplayOfADifference : public testing::Test {
 protected:
  void SetUp() override {
    const Finished found = stwCheck({"compare", option("--old=", "handover_right"),
                                     option("--new=", "handover_wrong"), "--repro=found.repro"},
                                    folder_);
    ASSERT_EQ(found.code, 1) << found.output << found.errors;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Finished replay(const std::string& oldBuild, const std::string& newBuild) const {
    return stwCheck(
        {"replay", "found.repro", option("--old=", oldBuild), option("--new=", newBuild)}, folder_);
  }

  const std::string folder_ = freshFolder();
};

// Two more unlocks before the threads exist: those that were meant are looked for.
TEST_F(ReplayOfADifference, isShownAgainWhereThreadsBeginLater) {
  const Finished replayed = replay("handover_right_later", "handover_wrong_later");
  EXPECT_EQ(replayed.code, 1) << replayed.output << replayed.errors;
  EXPECT_THAT(replayed.output, HasSubstr("adapted at step"));
  EXPECT_THAT(replayed.output, HasSubstr("replayed, adapted at"));
}

TEST_F(ReplayOfADifference, isGoneWhereTheScheduleIsFollowedAndBothDoTheSame) {
  const Finished replayed = replay("handover_wrong", "handover_wrong");
  EXPECT_EQ(replayed.code, 0) << replayed.output << replayed.errors;
  EXPECT_THAT(replayed.output, HasSubstr("the difference is gone"));
}

TEST_F(ReplayOfADifference, isNotSaidToBeGoneWhereTheScheduleWasAdapted) {
  const Finished replayed = replay("handover_wrong_later", "handover_wrong_later");
  EXPECT_EQ(replayed.code, 4) << replayed.output << replayed.errors;
  EXPECT_THAT(replayed.output, Not(HasSubstr("is gone: both")));
  EXPECT_THAT(replayed.output, HasSubstr("run stw-check compare"));
}

// A file of a failure that the scenario does not have: its schedule completes.
Finished replayFailure(const std::string& build) {
  const std::string folder = freshFolder();
  Symbols symbols;
  const Library& library = program("handover_wrong");
  const Schedule schedule = decodeSchedule("0*4 1*4 2*3 0 2*3 0*6");
  const LabelledSchedule runs =
      labelSchedule(library, *library.find("two_consumers"), schedule, {}, symbols);
  Finding{.scenario = "two_consumers",
          .library = library.path(),
          .schedule = schedule,
          .labels = encodeLabels(runs),
          .outcome = "deadlock"}
      .write(folder + "/found.repro");
  const Finished replayed =
      stwCheck({"replay", "found.repro", option("--library=", build)}, folder);
  std::filesystem::remove_all(folder);
  return replayed;
}

TEST(ReplayOfAFailure, isGoneWhereTheScheduleIsFollowedAndCompletes) {
  const Finished replayed = replayFailure("handover_wrong");
  EXPECT_EQ(replayed.code, 0) << replayed.output << replayed.errors;
  EXPECT_THAT(replayed.output, HasSubstr("the failure is gone"));
}

TEST(ReplayOfAFailure, isNotSaidToBeGoneWhereTheScheduleWasAdapted) {
  const Finished replayed = replayFailure("handover_wrong_later");
  EXPECT_EQ(replayed.code, 4) << replayed.output << replayed.errors;
  EXPECT_THAT(replayed.output, HasSubstr("run stw-check explore"));
}

}  // namespace
}  // namespace standstill::checker
