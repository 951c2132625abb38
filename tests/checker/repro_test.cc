#include "checker/compare/repro.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>

#include "checker/compare/finding.h"

namespace standstill::checker {
namespace {

TEST(Schedule, isWrittenAsRuns) {
  EXPECT_EQ(encodeSchedule({}), "");
  EXPECT_EQ(encodeSchedule({0}), "0");
  EXPECT_EQ(encodeSchedule({0, 0, 0, 1, 0, 63, 63}), "0*3 1 0 63*2");
  EXPECT_EQ(decodeSchedule("  0*2\n1 "), (Schedule{0, 0, 1}));
}

RC_GTEST_PROP(Schedule, readsWhatItWrites, ()) {
  const auto schedule = *rc::gen::container<Schedule>(rc::gen::inRange<ThreadId>(0, kMaxThreads));
  RC_ASSERT(decodeSchedule(encodeSchedule(schedule)) == schedule);
}

RC_GTEST_PROP(Schedule, readsWhatItWritesOfLongRuns, ()) {
  Schedule schedule;
  for (const auto thread : *rc::gen::container<Schedule>(rc::gen::inRange<ThreadId>(0, 3))) {
    schedule.insert(schedule.end(), *rc::gen::inRange<size_t>(1, 200), thread);
  }
  RC_ASSERT(decodeSchedule(encodeSchedule(schedule)) == schedule);
}

TEST(Schedule, anythingElseIsRefused) {
  for (const char* text :
       {"x", "64", "-1", "0*", "*3", "0*-1", "0*1000000000", "0 1*18446744073709551615", "0**2",
        "0x1", "1.5", "0,1", "99999999999999999999"}) {
    EXPECT_THROW(decodeSchedule(text), UsageError) << text;
  }
}

TEST(Repro, readsWhatItWritesWhateverTheOutcomesHold) {
  const std::string path = testing::TempDir() + "roundtrip_" + std::to_string(getpid()) + ".repro";
  Declared declared;
  declared.add("old \"text\"", "new\n");
  const Repro repro{.scenario = "s",
                    .oldLibrary = "/a b",
                    .newLibrary = "/c\"d",
                    .limits = {.steps = 5, .fairAfter = 6},
                    .declared = declared,
                    .program = {"push(2) pop()", ""},
                    .schedule = {0, 1, 1},
                    .labels = {"1. store; head; push(int)", ""},
                    .shownByOld = true,
                    .divergence = 2,
                    .oldOutcome = Outcome{.output = std::string("\x01\xff\0z", 4)}.key(),
                    .newOutcome = Outcome{.message = "caf\xc3\xa9 \xe2\x82"}.key()};
  repro.write(path);
  const Repro read = Repro::read(path);
  EXPECT_EQ(read.scenario, repro.scenario);
  EXPECT_EQ(read.oldLibrary, repro.oldLibrary);
  EXPECT_EQ(read.newLibrary, repro.newLibrary);
  EXPECT_EQ(read.limits.steps, 5U);
  EXPECT_EQ(read.limits.fairAfter, 6U);
  EXPECT_EQ(read.declared.differences()[0].oldText, "old \"text\"");
  EXPECT_EQ(read.declared.differences()[0].newText, "new\n");
  EXPECT_EQ(read.program, repro.program);
  EXPECT_EQ(read.schedule, repro.schedule);
  EXPECT_EQ(read.labels, repro.labels);
  EXPECT_TRUE(read.shownByOld);
  EXPECT_EQ(read.divergence, 2U);
  EXPECT_EQ(read.oldOutcome, repro.oldOutcome);
  EXPECT_EQ(read.newOutcome, repro.newOutcome);
}

// A path is any bytes; JSON is not.
TEST(Repro, namesLibrariesWhoseNamesAreNoText) {
  const std::string path = testing::TempDir() + "bytes_" + std::to_string(getpid()) + ".repro";
  const std::string bytes = "/a%41 b\xff\xc3/l.so";
  const std::string text = "/caf\xc3\xa9%41/l.so";
  Repro{.oldLibrary = bytes, .newLibrary = text}.write(path);
  EXPECT_EQ(Repro::read(path).oldLibrary, bytes);
  EXPECT_EQ(Repro::read(path).newLibrary, text);
  Finding{.library = bytes}.write(path);
  EXPECT_EQ(Finding::read(path).library, bytes);
}

TEST(Repro, aFileThatCannotBeWrittenLeavesNothingBehind) {
  const std::string folder = testing::TempDir() + "unwritable_" + std::to_string(getpid());
  std::ofstream{folder};  // a file: nothing can be created under it
  EXPECT_THROW(Repro{}.write(folder + "/x.repro"), UsageError);
  EXPECT_FALSE(std::filesystem::is_directory(folder));
}

}  // namespace
}  // namespace standstill::checker
