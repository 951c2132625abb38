#include "checker/compare/declared.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "checker/engine/library.h"

namespace standstill::checker {
namespace {

std::string fileWith(const std::string& text) {
  const std::string path = testing::TempDir() + "declared_" + std::to_string(getpid()) + ".txt";
  std::ofstream(path) << text;
  return path;
}

std::string complaintOf(const std::string& path) {
  try {
    Declared::read(path);
  } catch (const UsageError& error) {
    return error.message;
  }
  return "";
}

TEST(Declared, replacesInMessagesOutputAndObservedStrings) {
  Declared declared;
  declared.add("old", "new");
  const Outcome outcome{
      .kind = OutcomeKind::fatal,
      .message = "old and old",
      .observations = {{.key = "old", .value = "an old one"}, {.value = "7", .isInteger = true}},
      .output = "cold"};
  const Outcome expected = declared.apply(outcome);
  EXPECT_EQ(expected.message, "new and new");
  EXPECT_EQ(expected.output, "cnew");
  EXPECT_EQ(expected.observations[0].key, "old");  // keys are names, not what was observed
  EXPECT_EQ(expected.observations[0].value, "an new one");
  EXPECT_EQ(declared.differences()[0].met, 1U);
}

TEST(Declared, countsOnlyOutcomesInWhichItOccurs) {
  Declared declared;
  declared.add("a", "b");
  declared.apply({.message = "xyz"});
  EXPECT_EQ(declared.differences()[0].met, 0U);
}

TEST(Declared, aReplacementThatHoldsTheOldTextEnds) {
  Declared declared;
  declared.add("lock", "unlock lock");
  EXPECT_EQ(declared.apply({.message = "lock lock"}).message, "unlock lock unlock lock");
}

TEST(Declared, readsOneDifferenceALine) {
  const Declared declared = Declared::read(fileWith("# comment\n\na => b\nc d =>  e\n"));
  ASSERT_EQ(declared.differences().size(), 2U);
  EXPECT_EQ(declared.differences()[0].oldText, "a");
  EXPECT_EQ(declared.differences()[0].newText, "b");
  EXPECT_EQ(declared.differences()[1].oldText, "c d");
  EXPECT_EQ(declared.differences()[1].newText, " e");
}

TEST(Declared, badFilesAreRefusedWithTheLine) {
  EXPECT_THAT(complaintOf(fileWith("a => b\nnonsense\n")), testing::HasSubstr(":2: "));
  EXPECT_THAT(complaintOf(fileWith(" => b\n")), testing::HasSubstr(":1: "));
  EXPECT_THAT(complaintOf("/nowhere/at/all"), testing::HasSubstr("cannot read"));
  EXPECT_THAT(complaintOf(testing::TempDir()), testing::HasSubstr("cannot read"));
}

}  // namespace
}  // namespace standstill::checker
