// Code that is not instrumented is named, and none that is.
#include "checker/compare/instrumentation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/checker/explored.h"
#include "tests/checker/process.h"

namespace standstill::checker {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Instrumentation, aFileWithoutItIsNamed) {
  EXPECT_THAT(uninstrumentedParts(programPath("mixed_described")),
              ElementsAre(EndsWith("mixed_plain.c")));
}

TEST(Instrumentation, withoutDebugInformationItsFunctionsAreNamed) {
  EXPECT_THAT(uninstrumentedParts(programPath("mixed_bare")), ElementsAre("bump"));
}

// Among them are functions that are left out on purpose, without optimisation, and in C.
TEST(Instrumentation, thereIsNoFalseAlarm) {
  int count = 0;
  for (const auto& file : std::filesystem::directory_iterator(
           std::filesystem::path(programPath("mixed_bare")).parent_path())) {
    const std::string name = file.path().stem();
    if (file.path().extension() != ".so" || name.starts_with("mixed") || name == "uninstrumented" ||
        name.starts_with("undefined"))
      continue;
    EXPECT_THAT(uninstrumentedParts(file.path()), IsEmpty()) << file.path();
    ++count;
  }
  EXPECT_GT(count, 40);
  for (const char* name : {"legacy", "refactored", "legacy_counting"}) {
    EXPECT_THAT(uninstrumentedParts(std::string(SUBJECT_DIR) + "/subject_" + name + ".so"),
                IsEmpty());
  }
}

TEST(Instrumentation, whatIsNoLibraryHasNoParts) {
  EXPECT_THAT(uninstrumentedParts("/dev/null"), IsEmpty());
  EXPECT_THAT(uninstrumentedParts("/nowhere"), IsEmpty());
}

TEST(Instrumentation, exploreAndCompareSaySo) {
  const std::string library = programPath("mixed_described");
  const Finished explored = stwCheck({"explore", library}, freshFolder());
  EXPECT_THAT(explored.output, HasSubstr("not instrumented: "));
  EXPECT_THAT(explored.output, HasSubstr("mixed_plain.c"));
  const std::string whole = programPath("variant_atomic");
  EXPECT_THAT(stwCheck({"explore", whole, "--scenario=counter"}, freshFolder()).output,
              Not(HasSubstr("not instrumented")));
  const Finished compared = stwCheck(
      {"compare", "--old=" + library, "--new=" + programPath("mixed_bare")}, freshFolder());
  EXPECT_THAT(compared.output, HasSubstr("note: old: not instrumented: "));
  EXPECT_THAT(compared.output, HasSubstr("note: new: not instrumented: bump;"));
}

TEST(Loading, aMissingSymbolIsNamedWithTheRemedy) {
  const auto errorsOf = [](const std::string& symbol) {
    const Finished finished = stwCheck({"explore", programPath("undefined_" + symbol)});
    EXPECT_EQ(finished.code, 2);
    EXPECT_THAT(finished.errors, HasSubstr("the symbol " + symbol + " is not defined"));
    return finished.errors;
  };
  EXPECT_THAT(errorsOf("__asan_init"), HasSubstr("belongs to another sanitizer"));
  EXPECT_THAT(errorsOf("__tsan_unheard_of"), HasSubstr("ThreadSanitizer's interface"));
  const std::string ordinary = errorsOf("forgotten_part");
  EXPECT_THAT(ordinary, HasSubstr("add the object file or the -l option"));
  EXPECT_THAT(ordinary, Not(HasSubstr("cxxflags")));
}

TEST(Instrumentation, partsOfTheCLibraryAreNotTheSubjects) {
  EXPECT_THAT(uninstrumentedParts(programPath("at_exit")), testing::IsEmpty());
}

}  // namespace
}  // namespace standstill::checker
