// Explores a scenario of a test program and keeps what was met, for tests to compare with what
// should be.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "checker/engine/bounded_dfs.h"
#include "checker/engine/engine.h"
#include "checker/engine/random_walk.h"

namespace standstill::checker {

struct Explored {
  std::map<std::string, uint64_t> outcomes;  // Outcome::summary -> executions that ended so
  std::map<std::string, uint64_t> outputs;   // Outcome::output, likewise
  Coverage coverage;

  std::set<std::string> set() const;
};

// A library of tests/checker/programs, by its name.
const Library& program(const std::string& name);
// A file that add_program made.
std::string programPath(const std::string& name);

// Explores all of a scenario, or what `limits` and `strategy` leave of it.
Explored explore(const Library& library, const std::string& scenario, Strategy& strategy,
                 const Limits& limits = {});
// Every schedule, or those with at most `preemptions`. Fails the test where it takes more than a
// million.
Explored exploreAll(const std::string& name, const std::string& scenario,
                    std::optional<int> preemptions = {});
// `executions` random schedules.
Explored sample(const std::string& name, const std::string& scenario, uint64_t executions,
                uint64_t seed = 1);

// One execution, without preemptions.
Execution runOnce(const std::string& name, const std::string& scenario, const Limits& limits = {});

using Outcomes = std::set<std::string>;

}  // namespace standstill::checker
