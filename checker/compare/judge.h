// What tells executions and outcome sets apart. One place, so that the check of the checker goes
// the same way as every comparison.
#pragma once

#include <functional>
#include <optional>

#include "checker/compare/lockstep.h"
#include "checker/compare/outcome_set.h"

namespace standstill::checker {

struct Judge {
  // Where two executions part: `expected` and `shown` are their outcomes as they compare. For tests
  // that take its sight away, to see that the self-check notices.
  std::function<std::optional<Divergence>(const Execution& oldSide, const Outcome& expected,
                                          const Execution& newSide, const Outcome& shown)>
      parting = firstDivergence;
  // Whether two searches met the same outcomes.
  std::function<bool(const OutcomeSet& one, const OutcomeSet& other)> sameOutcomes = sameSets;
};

}  // namespace standstill::checker
