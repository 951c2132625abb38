// Generated programs: drawn as asked for, every one of them once, and shrunk to the smallest.
#include "checker/compare/program_generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

// An alphabet of four calls: a(0), a(1), a(2) and b().
Operations fourCalls() {
  return {{.name = "a", .parameters = {{.name = "n", .low = 0, .high = 2, .choices = {}}}},
          {.name = "b", .parameters = {}}};
}

RC_GTEST_PROP(ProgramGenerator, drawsWithinTheShape, ()) {
  const Operations operations = fourCalls();
  ProgramShape shape{.workers = *rc::gen::inRange<size_t>(1, 5),
                     .calls = *rc::gen::inRange<size_t>(1, 9),
                     .operations = {}};
  const Program drawn = drawProgram(operations, shape, *rc::gen::arbitrary<uint64_t>(),
                                    *rc::gen::arbitrary<uint64_t>());
  RC_ASSERT(drawn.workers.size() >= 1U);
  RC_ASSERT(drawn.workers.size() <= shape.workers);
  RC_ASSERT(drawn.calls() <= shape.calls);
  for (const auto& calls : drawn.workers) {
    RC_ASSERT(!calls.empty());
    RC_ASSERT(parseCalls(toText(calls, operations), operations) == calls);
  }
}

TEST(ProgramGenerator, drawsTheSameAgainAndNothingIsLeftOut) {
  const Operations operations = fourCalls();
  const ProgramShape shape{.workers = 2, .calls = 2, .operations = {}};
  std::set<Program> drawn;
  for (uint64_t i = 0; i < 1'000; ++i) {
    drawn.insert(drawProgram(operations, shape, 1, i));
    EXPECT_EQ(drawProgram(operations, shape, 1, i), drawProgram(operations, shape, 1, i));
  }
  // One call, two by one worker, one each by two.
  EXPECT_EQ(drawn.size(), 4U + 16U + 16U);
  EXPECT_NE(drawProgram(operations, {}, 1, 0), drawProgram(operations, {}, 2, 0));
}

TEST(ProgramGenerator, keepsToTheOperationsAskedFor) {
  const Operations operations = fourCalls();
  const ProgramShape shape{
      .workers = 2, .calls = 3, .operations = ProgramShape::select("b", operations)};
  for (uint64_t i = 0; i < 50; ++i) {
    for (const auto& calls : drawProgram(operations, shape, 1, i).workers)
      for (const Call& call : calls) EXPECT_EQ(call.operation, 1U);
  }
  EXPECT_EQ(ProgramShape::select("b,a,b", operations), (std::vector<uint32_t>{0, 1}));
  EXPECT_THROW(ProgramShape::select("a,c", operations), UsageError);
}

// By hand: with one call each, multisets of up to two of four calls; and so on.
TEST(ProgramGenerator, countsAllPrograms) {
  const Operations operations = fourCalls();
  const auto count = [&](size_t workers, size_t calls) {
    return AllPrograms(operations, {.workers = workers, .calls = calls, .operations = {}}).count();
  };
  EXPECT_EQ(count(1, 1), 4U);
  EXPECT_EQ(count(1, 3), 4U + 16U + 64U);
  EXPECT_EQ(count(2, 2), 4U + 16U + 10U);
  EXPECT_EQ(count(2, 3), 4U + 16U + 10U + 64U + 16U * 4U);
  EXPECT_EQ(count(3, 3), 4U + 16U + 10U + 64U + 16U * 4U + 20U);
  EXPECT_EQ(count(40, 80), UINT64_MAX);
}

Program normal(Program one) {
  std::ranges::sort(one.workers);
  return one;
}

// The plain way: every sequence of calls cut into workers in every way.
std::set<Program> plainly(const std::vector<Call>& alphabet, size_t workers, size_t calls) {
  std::set<Program> all;
  std::vector<Program> last{{}};
  for (size_t i = 0; i < calls; ++i) {
    std::vector<Program> longer;
    for (const Program& one : last) {
      for (const Call& call : alphabet) {
        for (size_t w = 0; w <= one.workers.size() && w < workers; ++w) {
          Program next = one;
          if (w == next.workers.size()) next.workers.emplace_back();
          next.workers[w].push_back(call);
          if (all.insert(normal(next)).second) longer.push_back(normal(next));
        }
      }
    }
    last = std::move(longer);
  }
  return all;
}

TEST(ProgramGenerator, makesEachProgramOnceFewestCallsFirst) {
  const Operations operations{{.name = "a", .parameters = {}}, {.name = "b", .parameters = {}}};
  const std::vector<Call> alphabet{{0, {}}, {1, {}}};
  for (const auto& [workers, calls] :
       std::vector<std::pair<size_t, size_t>>{{1, 5}, {2, 5}, {3, 6}, {4, 6}, {6, 6}}) {
    AllPrograms all(operations, {.workers = workers, .calls = calls, .operations = {}});
    std::set<Program> made;
    size_t largest = 0;
    while (const auto next = all.next()) {
      EXPECT_TRUE(made.insert(normal(*next)).second);
      EXPECT_GE(next->calls(), largest);
      largest = next->calls();
    }
    EXPECT_EQ(made, plainly(alphabet, workers, calls)) << workers << 'x' << calls;
    EXPECT_EQ(made.size(), all.count());
  }
}

// What fails: some a(n >= 1) of one worker, and some b of another.
TEST(ProgramGenerator, shrinksToTheSmallestProgramThatFails) {
  const Operations operations = fourCalls();
  const auto fails = [](const Program& one) {
    for (const auto& calls : one.workers) {
      for (const auto& others : one.workers) {
        if (&calls == &others) continue;
        if (std::ranges::any_of(
                calls, [](const Call& c) { return c.operation == 0 && c.arguments[0] >= 1; }) &&
            std::ranges::any_of(others, [](const Call& c) { return c.operation == 1; }))
          return true;
      }
    }
    return false;
  };
  int failing = 0;
  for (uint64_t i = 0; i < 200; ++i) {
    const Program drawn =
        drawProgram(operations, {.workers = 4, .calls = 12, .operations = {}}, 1, i);
    if (!fails(drawn)) continue;
    ++failing;
    EXPECT_EQ(normal(shrinkProgram(drawn, operations, fails)), (Program{{{{0, {1}}}, {{1, {}}}}}));
  }
  EXPECT_GT(failing, 50);
}

// One that halving the distance to the simplest would pass over.
TEST(ProgramGenerator, triesAllSimplerArgumentsWhereTheseAreFew) {
  const Operations operations{
      {.name = "a", .parameters = {{.name = "n", .low = -1, .high = 9, .choices = {}}}}};
  const auto fails = [](const Program& one) {
    return one.workers[0][0].arguments[0] % 2 != 0 && one.workers[0][0].arguments[0] > 0;
  };
  EXPECT_EQ(shrinkProgram({{{{0, {9}}}}}, operations, fails), (Program{{{{0, {1}}}}}));
}

// Two workers where one would do become one.
TEST(ProgramGenerator, shrinksToFewerWorkersFirst) {
  const Operations operations = fourCalls();
  const auto fails = [](const Program& one) { return one.calls() >= 3; };
  const Program shrunk =
      shrinkProgram({{{{0, {2}}}, {{1, {}}, {0, {1}}}, {{1, {}}}}}, operations, fails);
  EXPECT_EQ(shrunk.workers.size(), 1U);
  EXPECT_EQ(shrunk.calls(), 3U);
}

}  // namespace
}  // namespace standstill::checker
