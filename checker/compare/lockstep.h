// Lockstep: whether two executions took the same visible steps and let the outside see the same.
#pragma once

#include <cstddef>
#include <optional>

#include "checker/engine/execution.h"

namespace standstill::checker {

// Where two executions part.
struct Divergence {
  // The first step that differs; or if all of them agree, the step at which another value was
  // observed, or the number of steps if the two end differently.
  size_t step = 0;
  // False if the steps agree and only what was observed, written or said at the end differs.
  bool inSteps = false;
};

// Compares the visible steps one by one, the threads enabled at each, and the outcomes: `expected`
// is the old one as the declared differences spell it, `shown` the new one, both without what
// cannot be compared. Empty if nothing differs. Linear in the number of steps.
std::optional<Divergence> firstDivergence(const Execution& oldSide, const Outcome& expected,
                                          const Execution& newSide, const Outcome& shown);

}  // namespace standstill::checker
