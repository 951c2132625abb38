#include "checker/compare/trace_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "checker/compare/comparison.h"
#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

using testing::HasSubstr;
using testing::Not;

Counterexample lostUpdate() {
  Declared none;
  const CompareOptions options{.preemptions = 4};
  return *Comparison(program("variant_atomic"), program("variant_lost"), "counter", none, options)
              .run()
              .counterexample;
}

std::string render(const Counterexample& example, const TraceViewOptions& options) {
  Symbols symbols;
  return renderTrace(example, program("variant_atomic"), program("variant_lost"), symbols, options);
}

TEST(TraceView, marksTheFirstDifferenceAndNamesObjectsAndLines) {
  const std::string text = render(lostUpdate(), {});
  EXPECT_THAT(text, HasSubstr("T0 update count 0 -> 1"));
  EXPECT_THAT(text, HasSubstr("load count = 0  variants.cc:"));
  EXPECT_THAT(text, HasSubstr(" >  T"));
  EXPECT_THAT(text, HasSubstr("observes count=1"));
  EXPECT_THAT(text, HasSubstr("completed: count=2"));
  EXPECT_THAT(text, HasSubstr("completed: count=1"));
}

TEST(TraceView, keepsToItsWidth) {
  const Counterexample example = lostUpdate();
  for (const size_t width : {60, 80, 100, 200}) {
    std::istringstream lines(render(example, {.width = width}));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), width) << line;
  }
}

// At 80 columns no value and no place is cut off.
TEST(TraceView, goesOnBelowWhereAColumnIsTooNarrow) {
  std::istringstream lines(render(lostUpdate(), {.width = 60}));
  std::string all;
  for (std::string line; std::getline(lines, line);) all += line + "\n";
  EXPECT_THAT(all, HasSubstr("update count 0 -> 1"));
  EXPECT_THAT(all, HasSubstr("variants.cc:"));
  EXPECT_EQ(all.find("..."), all.rfind("...")) << all;  // only "... n more"
}

TEST(TraceView, usesColoursOnlyWhereAskedTo) {
  EXPECT_THAT(render(lostUpdate(), {}), Not(HasSubstr("\033")));
  EXPECT_THAT(render(lostUpdate(), {.colours = true}), HasSubstr("\033[1;31m"));
}

// What a subject says cannot steer the terminal.
TEST(TraceView, spellsOutControlCharacters) {
  Counterexample example = lostUpdate();
  example.newSide.outcome.output = "\033[2J\u202egone\n";
  example.newSide.outcome.observations.push_back({0, "\033[31mkey", "1", true});
  const std::string text = render(example, {});
  EXPECT_THAT(text, Not(HasSubstr("\033")));
  EXPECT_THAT(text, HasSubstr("    | \\x1b[2J\\u202egone\n"));
  EXPECT_THAT(text, HasSubstr("\\x1b[31mkey=1"));
}

TEST(TraceView, showsNoMoreThanWasAskedFor) {
  const Counterexample example = lostUpdate();
  const auto rows = [&](const TraceViewOptions& options) {
    std::istringstream lines(render(example, options));
    size_t count = 0;
    for (std::string line; std::getline(lines, line);)
      count += line.find(" | ") != std::string::npos ? 1 : 0;
    return count;
  };
  const size_t all = rows({.before = SIZE_MAX, .after = SIZE_MAX});
  EXPECT_GE(all, example.oldSide.steps.size());
  EXPECT_LT(rows({.before = 1, .after = 1}), all);
}

}  // namespace
}  // namespace standstill::checker
