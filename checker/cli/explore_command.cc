#include <fmt/format.h>

#include <algorithm>

#include "checker/cli/commands.h"
#include "checker/compare/outcome_set.h"
#include "checker/engine/bounded_dfs.h"
#include "checker/engine/optimal_dpor.h"
#include "checker/engine/random_walk.h"

namespace standstill::checker {
namespace {

std::unique_ptr<Strategy> strategyOf(const ExploreCommand& command) {
  if (command.strategy == "random")
    return std::make_unique<RandomWalk>(command.seed, command.executions.value_or(10'000));
  if (command.strategy == "dfs" || command.preemptions)
    return std::make_unique<BoundedDfs>(command.preemptions);
  return std::make_unique<OptimalDpor>();
}

// Lists the outcomes; the exit code says whether one of them is a failure, or whether there are
// none.
ExitCode exploreScenario(const ExploreCommand& command, const Library& library,
                         const Scenario& scenario) {
  const auto end = std::chrono::steady_clock::now() + command.budget;
  const auto strategy = strategyOf(command);
  OutcomeSet outcomes;
  uint64_t steps = 0;
  const uint64_t most = command.executions.value_or(UINT64_MAX);
  while (strategy->coverage().executions < most && std::chrono::steady_clock::now() < end &&
         strategy->begin()) {
    const Execution& execution =
        Engine::instance().run(library, scenario, *strategy, command.limits);
    const bool counts = strategy->end(execution);
    steps += execution.steps.size();
    if (execution.outcome.kind == OutcomeKind::unsupported) {
      throw UsageError{fmt::format("scenario {}: {}; leave it out with --scenario", scenario.name,
                                   execution.outcome.message)};
    }
    if (counts) outcomes.add(execution.outcome, execution, 0);
  }
  fmt::print("{}: {}, {} steps\n", scenario.name, strategy->coverage().describe(), steps);
  bool failed = false;
  for (const auto& [key, entry] : outcomes.entries()) {
    failed |= entry.outcome.kind != OutcomeKind::completed;
    fmt::print("  {:>8} x {}\n", entry.count, entry.outcome.summary());
  }
  if (outcomes.entries().empty()) return kInconclusive;  // nothing was run: no reason to be content
  return failed ? kFound : kClean;
}

// Of two scenarios in one run: what was found outweighs what is inconclusive.
int worse(int one, int other) {
  return one == kFound || other == kFound ? int{kFound} : std::max(one, other);
}

}  // namespace

int explore(const ExploreCommand& command) {
  const auto library = Library::load(command.library, Engine::instance().arena());
  if (!command.scenario.empty() && library->find(command.scenario) == nullptr) {
    throw UsageError{
        fmt::format("there is no scenario {} in {}", command.scenario, library->path())};
  }
  int code = kClean;
  for (const Scenario& scenario : library->scenarios()) {
    if (command.scenario.empty() || scenario.name == command.scenario) {
      code = worse(code, exploreScenario(command, *library, scenario));
    }
  }
  return code;
}

}  // namespace standstill::checker
