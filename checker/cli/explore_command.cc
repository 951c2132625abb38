#include <fmt/format.h>

#include <algorithm>

#include "checker/cli/commands.h"
#include "checker/compare/finding.h"
#include "checker/compare/outcome_set.h"
#include "checker/compare/symbols.h"
#include "checker/engine/bounded_dfs.h"
#include "checker/engine/optimal_dpor.h"
#include "checker/engine/random_walk.h"

namespace standstill::checker {
namespace {

constexpr size_t kMostFiles = 8;  // .repro files for one scenario

std::unique_ptr<Strategy> strategyOf(const ExploreCommand& command) {
  if (command.strategy == "random")
    return std::make_unique<RandomWalk>(command.seed, command.executions.value_or(10'000));
  if (command.strategy == "dfs" || command.preemptions)
    return std::make_unique<BoundedDfs>(command.preemptions);
  return std::make_unique<OptimalDpor>();
}

// Where a failure can be replayed from: the first of a scenario is NAME.repro, others are numbered.
std::string writeFinding(const OutcomeSet::Entry& entry, const ExploreCommand& command,
                         const Library& library, const Scenario& scenario, size_t number) {
  const std::string file = number == 1 ? fmt::format("{}.repro", scenario.name)
                                       : fmt::format("{}.{}.repro", scenario.name, number);
  Finding{scenario.name, library.path(), command.limits, entry.schedule, entry.outcome.summary()}
      .write(file);
  return file;
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
  size_t failures = 0;
  for (const auto& [key, entry] : outcomes.entries()) {
    fmt::print("  {:>8} x {}\n", entry.count, entry.outcome.summary());
    if (entry.outcome.kind == OutcomeKind::completed) continue;
    ++failures;
    if (failures > kMostFiles) continue;
    fmt::print("             stw-check replay {}\n",
               writeFinding(entry, command, library, scenario, failures));
  }
  const bool failed = failures > 0;
  if (strategy->coverage().weakOrders) {
    fmt::print(
        "  note: atomics weaker than seq_cst are in use; behaviours that only weak memory shows "
        "are "
        "not covered\n");
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
  Symbols symbols;
  Engine::instance().setNames(&symbols);
  int code = kClean;
  for (const Scenario& scenario : library->scenarios()) {
    if (command.scenario.empty() || scenario.name == command.scenario) {
      code = worse(code, exploreScenario(command, *library, scenario));
    }
  }
  return code;
}

}  // namespace standstill::checker
