// Lockstep: whether two executions took the same visible steps and let the outside see the same.
#pragma once

#include <cstddef>
#include <optional>

#include "checker/compare/declared.h"
#include "checker/engine/execution.h"

namespace standstill::checker {

// Where two executions part.
struct Divergence {
  // The first step that differs; the number of steps, if all of them agree and the outcomes differ.
  size_t step = 0;
  // False if the steps agree and only what was observed, written or said at the end differs.
  bool inSteps = false;
};

// Compares the visible steps one by one, the threads enabled at each, and the outcomes, the old one as the
// declared differences spell it. Empty if nothing differs. Linear in the number of steps.
std::optional<Divergence> firstDivergence(const Execution& oldSide, const Execution& newSide, Declared& declared);

}  // namespace standstill::checker
