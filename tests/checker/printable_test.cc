#include "checker/compare/printable.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace standstill::checker {
namespace {

TEST(Printable, leavesOrdinaryTextAlone) {
  for (const char* text : {"", "count=2", "Grüße, 世界 🙂", "two\nlines", "<b>&\"'"})
    EXPECT_EQ(printable(text), text);
}

TEST(Printable, spellsOutWhatATerminalOrXmlWouldNotTake) {
  EXPECT_EQ(printable("\033[31m\r\t\x7f"), "\\x1b[31m\\x0d\\x09\\x7f");
  EXPECT_EQ(printable("\u009b31m"), "\\x9b31m");
  EXPECT_EQ(printable("a\u202eb\u2066c\uffff"), "a\\u202eb\\u2066c\\uffff");
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(printable("broken \xff utf-8"), "broken \ufffd utf-8");
}

TEST(Wrapped, breaksAtSpacesWhereThereAreAny) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(wrapped("", 5), Lines{""});
  EXPECT_EQ(wrapped("one two three", 7), (Lines{"one two", "three"}));
  EXPECT_EQ(wrapped("one two three", 8), (Lines{"one two", "three"}));
  EXPECT_EQ(wrapped("onetwothree", 4), (Lines{"onet", "woth", "ree"}));
  EXPECT_EQ(wrapped("世界世界", 4), (Lines{"世界", "世界"}));
}

RC_GTEST_PROP(Wrapped, keepsToTheWidthAndLosesOnlySpaces, (const std::string& bytes)) {
  std::string text = printable(bytes);
  std::erase(text, '\n');
  const auto width = *rc::gen::inRange<size_t>(6, 40);
  std::string again;
  for (const std::string& line : wrapped(text, width)) {
    RC_ASSERT(columnsOf(line) <= width);
    again += line;
  }
  std::erase(text, ' ');
  std::erase(again, ' ');
  RC_ASSERT(again == text);
}

}  // namespace
}  // namespace standstill::checker
