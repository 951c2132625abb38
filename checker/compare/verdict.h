// What a comparison says of one scenario, strongest first, and what bounded it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checker/compare/lockstep.h"
#include "checker/engine/execution.h"
#include "checker/engine/strategy.h"

namespace standstill::checker {

enum class Verdict : uint8_t {
  lockstep,      // on every schedule explored: the same visible steps, enabled threads and outcomes
  sameOutcomes,  // the sets of outcomes are equal, both searched to the same bound
  noDifferenceFound,  // no outcome told them apart, but a search was not finished
  different,          // one build shows an outcome that the other, searched further, does not have
  inconclusive,       // neither could be established
};

// "lockstep", "same outcomes", ...
const char* name(Verdict verdict);

// A schedule on which the builds part, and what both did under it.
struct Counterexample {
  Schedule schedule;
  Execution oldSide;
  Execution newSide;
  // Empty where a schedule found earlier no longer tells them apart.
  std::optional<Divergence> divergence;
};

struct ScenarioReport {
  std::string scenario;
  Verdict verdict = Verdict::inconclusive;
  std::vector<std::string> coverage;  // what was searched, in sentences
  std::string explanation;            // why the verdict is not a stronger one; empty for lockstep
  uint64_t schedules = 0;             // run on both builds
  std::optional<Counterexample> counterexample;
};

}  // namespace standstill::checker
