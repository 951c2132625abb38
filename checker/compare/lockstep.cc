#include "checker/compare/lockstep.h"

#include <algorithm>

namespace standstill::checker {

namespace {

// The earliest of the observations that only one side made.
size_t firstObservationApart(const Outcome& expected, const Outcome& shown, size_t steps) {
  size_t step = steps;
  const auto& left = expected.observations;
  const auto& right = shown.observations;
  for (size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    if (i < left.size() && i < right.size() && left[i] == right[i]) continue;
    if (i < left.size()) step = std::min(step, left[i].step);
    if (i < right.size()) step = std::min(step, right[i].step);
  }
  return step;
}

}  // namespace

std::optional<Divergence> firstDivergence(const Execution& oldSide, const Outcome& expected,
                                          const Execution& newSide, const Outcome& shown) {
  const size_t common = std::min(oldSide.steps.size(), newSide.steps.size());
  for (size_t i = 0; i < common; ++i) {
    if (!oldSide.steps[i].matches(newSide.steps[i])) return Divergence{i, true};
  }
  if (oldSide.steps.size() != newSide.steps.size()) return Divergence{common, true};
  if (expected != shown) return Divergence{firstObservationApart(expected, shown, common), false};
  return std::nullopt;
}

}  // namespace standstill::checker
