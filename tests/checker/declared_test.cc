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

TEST(Declared, replacesWholeObservationsAsTheyArePrinted) {
  struct Case {
    const char* oldText;
    const char* newText;
    Observation old;
    Observation expected;
  };
  for (const Case& one : {Case{"x=2",
                               "x=-1",
                               {.key = "x", .value = "2", .isInteger = true},
                               {.key = "x", .value = "-1", .isInteger = true}},
                          Case{"x=2",
                               "y=2",
                               {.key = "x", .value = "2", .isInteger = true},
                               {.key = "y", .value = "2", .isInteger = true}},
                          Case{"a=b=2",
                               "a=b=3",
                               {.key = "a=b", .value = "2", .isInteger = true},
                               {.key = "a=b", .value = "3", .isInteger = true}},
                          Case{R"(x="2")",
                               "x=2",
                               {.key = "x", .value = "2"},
                               {.key = "x", .value = "2", .isInteger = true}},
                          Case{R"(t="a\n\"b\"")",
                               R"(t="a\\ 'c'")",
                               {.key = "t", .value = "a\n\"b\""},
                               {.key = "t", .value = "a\\ 'c'"}}}) {
    Declared declared;
    declared.add(one.oldText, one.newText);
    EXPECT_EQ(one.old.text(), one.oldText);
    EXPECT_EQ(one.expected.text(), one.newText);
    EXPECT_EQ(declared.apply({.observations = {one.old}}).observations[0], one.expected);
    EXPECT_EQ(declared.differences()[0].met, 1U);
  }
}

TEST(Declared, aPartOfAnIntegerOrAKeyIsNotReplaced) {
  Declared declared;
  declared.add("2", "1");
  declared.add("x=2", "x=1");
  declared.add("x", "y");
  const Observation twelve{.key = "x", .value = "12", .isInteger = true};
  const Observation other{.key = "xx", .value = "2", .isInteger = true};
  EXPECT_EQ(declared.apply({.observations = {twelve, other}}).observations,
            (std::vector{twelve, other}));
  for (const auto& difference : declared.differences()) EXPECT_EQ(difference.met, 0U);
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
