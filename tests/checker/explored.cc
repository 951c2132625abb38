#include "tests/checker/explored.h"

#include <gtest/gtest.h>

#include "checker/engine/replay.h"

namespace standstill::checker {

std::set<std::string> Explored::set() const {
  std::set<std::string> keys;
  for (const auto& [outcome, count] : outcomes) keys.insert(outcome);
  return keys;
}

std::string programPath(const std::string& name) {
  return std::string(PROGRAM_DIR) + "/" + name + ".so";
}

const Library& program(const std::string& name) {
  return *Library::load(programPath(name), Engine::instance().arena());
}

Explored explore(const Library& library, const std::string& scenario, Strategy& strategy,
                 const Limits& limits) {
  constexpr uint64_t kMost = 1'000'000;
  Explored result;
  const Scenario* found = library.find(scenario);
  if (found == nullptr) {
    ADD_FAILURE() << "no scenario " << scenario << " in " << library.path();
    return result;
  }
  while (strategy.begin()) {
    const Execution& execution = Engine::instance().run(library, *found, strategy, limits);
    if (!strategy.end(execution)) continue;
    ++result.outcomes[execution.outcome.summary()];
    ++result.outputs[execution.outcome.output];
    if (strategy.coverage().executions < kMost) continue;
    ADD_FAILURE() << scenario << " takes more than " << kMost << " executions";
    break;
  }
  result.coverage = strategy.coverage();
  return result;
}

Explored exploreAll(const std::string& name, const std::string& scenario,
                    std::optional<int> preemptions) {
  BoundedDfs search(preemptions);
  return explore(program(name), scenario, search);
}

Explored sample(const std::string& name, const std::string& scenario, uint64_t executions,
                uint64_t seed) {
  RandomWalk walk(seed, executions);
  return explore(program(name), scenario, walk);
}

Execution runOnce(const std::string& name, const std::string& scenario, const Limits& limits) {
  const Schedule none;
  Replay strategy(none, Replay::OnDivergence::goOn);
  const Library& library = program(name);
  const Scenario* found = library.find(scenario);
  if (found == nullptr) {
    ADD_FAILURE() << "no scenario " << scenario << " in " << library.path();
    return {};
  }
  return Engine::instance().run(library, *found, strategy, limits);
}

}  // namespace standstill::checker
