// The search with reduction judged by the one without, on all kinds of primitives: in every
// scenario of the test programs that both can finish, the same outcomes.
#include <gtest/gtest.h>

#include "checker/engine/optimal_dpor.h"
#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

enum class Judged { agrees, tooLarge, notReducible };

// Outcomes by all that tells them apart, output and threads included.
std::set<std::string> outcomesOf(const Library& library, const Scenario& scenario,
                                 Strategy& search) {
  constexpr uint64_t kMost = 30'000;
  const Limits limits{.steps = 2'000};
  std::set<std::string> outcomes;
  while (search.coverage().executions < kMost && search.begin()) {
    const Execution& execution = Engine::instance().run(library, scenario, search, limits);
    if (search.end(execution)) outcomes.insert(execution.outcome.key());
    if (search.coverage().broken > 0) break;
  }
  return outcomes;
}

Judged judge(const Library& library, const Scenario& scenario) {
  OptimalDpor reduced;
  const auto found = outcomesOf(library, scenario, reduced);
  if (reduced.coverage().irreducible > 0 || reduced.coverage().broken > 0)
    return Judged::notReducible;
  BoundedDfs plain({});
  const auto all = outcomesOf(library, scenario, plain);
  if (!plain.coverage().exhaustive()) return Judged::tooLarge;
  EXPECT_TRUE(reduced.coverage().exhaustive()) << scenario.name;
  EXPECT_EQ(reduced.coverage().redundant, 0U) << scenario.name;
  EXPECT_EQ(found, all) << scenario.name;
  return Judged::agrees;
}

TEST(Agreement, ofTheSearchesInEveryScenarioThatBothFinish) {
  size_t judged = 0;
  for (const char* name : {"ends", "litmus", "locks", "memory", "misuse", "output", "primitives",
                           "races", "standard_library", "threads", "traces", "waiting"}) {
    const Library& library = program(name);
    for (const Scenario& scenario : library.scenarios())
      judged += judge(library, scenario) == Judged::agrees ? 1 : 0;
  }
  RecordProperty("scenarios", static_cast<int>(judged));
  EXPECT_GE(judged, 100U);
}

}  // namespace
}  // namespace standstill::checker
